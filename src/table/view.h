/* SPDX-License-Identifier: GPL-2.0-or-later */
/* view - which rows, in which order: pure, from the store and what was asked
 *
 * Flat, as a tree, or in groups.  A group has the sum of all its members the view is about,
 * whatever the filter; it is shown when it matches itself or one of its members does.
 */
#pragma once

#include "table/query.h"

struct view_ask {
	enum column_id sort;
	bool reverse; /* against the column's own first direction */
	bool climbers_on_top;
	bool flagged_only; /* climbing or just cleared */
	bool kernel_threads;
	bool tree;    /* children below parents, indented */
	bool sums;    /* in the tree: a parent has the figures of all below it, too */
	bool grouped; /* rows of groups; wins over the tree */
	enum group_kind group;
	/* row_ident of branches that are shut, and of groups that are open */
	const struct ident *folds;
	size_t nfolds;
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
	size_t groups;           /* rows that are groups */
	size_t processes;        /* that are shown, or in a group or branch that is */
	struct view_item *items; /* private, kept for the next build: sort keys, links, sums */
	/* places of all processes, or of all containers, in the order of the last build */
	uint32_t *ranks;
	size_t nranks;
	uint32_t *links;
	size_t work_cap;
	struct row_sum *sums;
	size_t sums_cap;
	uint32_t *members;
	size_t members_cap;
	struct row *heads; /* of groups, or of the branches of a tree */
	size_t heads_cap;
	char (*numbers)[12]; /* names of users without one */
	size_t numbers_cap;
};

/* A view without rows; nothing is allocated yet.  Done frees what it holds. */
void view_init(struct view *view);
void view_done(struct view *view);

/* Rows live until the next store_apply or view_build. */
void view_build(struct view *view, const struct store *store, const struct view_ask *ask);

/* Row of a process or group (row_ident), or -1. */
long view_find(const struct view *view, struct ident id);

/* How many rows at the top are held there because they climb, whatever is sorted by, with the
 * members of groups among them; 0 when all rows are. */
size_t view_held(const struct view *view, const struct view_ask *ask, const struct store *store);

/* How many climb of what the rows are of: containers and services in a list or tree of them, shown
 * as a row each, else processes, shown or not. */
size_t view_climbing(const struct view *view, const struct view_ask *ask,
	const struct store *store);
