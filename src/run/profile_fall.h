/* SPDX-License-Identifier: GPL-2.0-or-later */
/* profile_fall - looks that catch a program giving its memory back at its end do not count; private
 * to profile*.c */
#pragma once

#include "run/profile.h"

/* Before a look at NOW_S that adds up to KIB: remembers what was before a fall. */
void profile_fall_note(struct profile *profile, uint64_t kib, double now_s);

/* The program has ended: leaves out the last looks if they are of its end. */
void profile_fall_end(struct profile *profile);
