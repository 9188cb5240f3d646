/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tally_points - the shape over time of a tally; private to tally*.c */
#ifndef MEMTOP_RUN_TALLY_POINTS_H
#define MEMTOP_RUN_TALLY_POINTS_H

#include "run/tally.h"

void tally_points_add(struct tally *tally, const struct tally_point *point);

#endif
