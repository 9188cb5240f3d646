/* report - the table as text, for `memtop -b`: one table a tick, no terminal needed */
#ifndef MEMTOP_TABLE_REPORT_H
#define MEMTOP_TABLE_REPORT_H

#include "base/buf.h"
#include "table/view.h"

struct report_style {
	int width;   /* columns of a line; 0: as long as needed */
	size_t rows; /* at most so many; 0: all */
	const enum column_id *columns;
	size_t ncolumns;
	struct column_style column;
};

/* Appends the sentence, the system's figures and the table. */
void report_text(struct buf *out, const struct store *store, const struct view *view,
	const struct report_style *style);

#endif
