/* SPDX-License-Identifier: GPL-2.0-or-later */
/* profile_points - the shape over time of a profile; private to profile*.c */
#pragma once

#include "run/profile.h"

/* Adds the point of a look; where there are too many, two become one. */
void profile_points_add(struct profile *profile, const struct profile_point *point);

/* Whether the footprint rose in a straight line from the first quarter of the time to the end. */
bool profile_points_ramp(const struct profile *profile);
