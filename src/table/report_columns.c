/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report_columns - the columns of a report and what they are called in it: those asked for, or all
 *
 * Of processes all there are; of containers these, in the order of the manual.
 */
#include "table/report.h"

static const enum column_id of_containers[] = { COL_CONTAINER, COL_ID, COL_KIND, COL_PATH,
	COL_USAGE, COL_USED, COL_CACHE, COL_LIMIT, COL_LIMIT_PATH, COL_FULL, COL_SWAP, COL_PEAK,
	COL_GROWTH, COL_VERDICT, COL_ETA, COL_STALLS, COL_MAX_EVENTS, COL_KILLS, COL_PROCS };

size_t report_columns(const struct report_style *style)
{
	if (style->ncolumns)
		return style->ncolumns;
	return style->containers ? sizeof(of_containers) / sizeof(of_containers[0])
				 : COLUMN_PROCESS_COUNT;
}

const struct column *report_column(const struct report_style *style, size_t index)
{
	if (style->ncolumns)
		return column_get(style->columns[index]);
	return column_get(style->containers ? of_containers[index] : (enum column_id)index);
}

const char *report_key(const struct report_style *style, const struct column *column)
{
	return style->containers && column->id == COL_CONTAINER ? "name" : column->key;
}
