/* view - which rows, in which order: pure, from the store and what was asked */
#ifndef MEMTOP_TABLE_VIEW_H
#define MEMTOP_TABLE_VIEW_H

#include "table/query.h"

struct view_ask {
	enum column_id sort;
	bool reverse; /* against the column's own first direction */
	bool climbers_on_top;
	bool flagged_only; /* climbing or just cleared */
	bool kernel_threads;
	bool tree;                 /* children below parents, indented */
	const struct query *query; /* NULL: all */
	int64_t uid;               /* -1: all */
	const int32_t *pids;       /* only these; NULL: all */
	size_t npids;
};

struct view {
	struct row *rows;
	size_t count;
	size_t cap;
	size_t climbing;         /* processes called climbing, shown or not */
	struct view_item *items; /* private: sort keys, kept for the next build */
	uint32_t *links;
	size_t work_cap;
};

void view_init(struct view *view);
void view_done(struct view *view);

/* Rows live until the next store_apply or view_build. */
void view_build(struct view *view, const struct store *store, const struct view_ask *ask);

/* Row of a process, or -1. */
long view_find(const struct view *view, struct ident id);

#endif
