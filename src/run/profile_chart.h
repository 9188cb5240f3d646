/* SPDX-License-Identifier: GPL-2.0-or-later */
/* profile_chart - the footprint over time, drawn with letters */
#pragma once

#include "run/profile_report.h"

/* Ten lines with axes; nothing when nothing was seen. */
void profile_chart(struct buf *out, const struct profile *profile,
	const struct profile_style *style);

/* COLUMNS signs of one line, from 0 to the highest. */
void profile_chart_spark(struct buf *out, const struct profile *profile, int columns,
	const struct profile_style *style);
