/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tally_chart - the footprint over time, drawn with letters */
#ifndef MEMTOP_RUN_TALLY_CHART_H
#define MEMTOP_RUN_TALLY_CHART_H

#include "run/tally_report.h"

/* Ten lines with axes; nothing when nothing was seen. */
void tally_chart(struct buf *out, const struct tally *tally, const struct tally_style *style);

/* COLUMNS signs of one line, from 0 to the highest. */
void tally_chart_spark(struct buf *out, const struct tally *tally, int columns,
	const struct tally_style *style);

#endif
