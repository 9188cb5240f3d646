/* SPDX-License-Identifier: GPL-2.0-or-later */
/* view_priv - what view.c, view_group.c and view_tree.c share, and nobody else */
#ifndef MEMTOP_TABLE_VIEW_PRIV_H
#define MEMTOP_TABLE_VIEW_PRIV_H

#include "table/view.h"

struct view_item {
	uint64_t key;   /* the smallest comes first */
	uint32_t index; /* of the process in the store, or of the row in the order's `rows` */
	int32_t pid;    /* settles ties */
};

static const uint64_t VIEW_KEY_BELOW = (uint64_t)1 << 63; /* not held on top */
static const uint32_t VIEW_NOWHERE = UINT32_MAX;

struct view_order {
	const struct column *column;
	const struct store *store;
	const struct row *rows; /* what an item's index says; NULL: the store's processes */
	bool ascending;
};

/* The row of an item. */
struct row view_item_row(const struct view_order *order, const struct view_item *item);

/* The item of a row whose index is INDEX; those held ON_TOP come before all others. */
struct view_item view_item_of(const struct view_order *order, const struct row *row, uint32_t index,
	bool on_top);

/* Sorts COUNT items, with ROOM for as many elsewhere; the less is out of order, the faster. */
void view_sort(const struct view_order *order, struct view_item *items, size_t count,
	struct view_item *room);

/* Whether a process is one the view is about, and whether a row is one of those asked for. */
bool view_is_about(const struct view_ask *ask, const struct proc *proc);
bool view_is_wanted(const struct view_ask *ask, const struct store *store, const struct row *row);

/* Whether the children of process ID are folded away. */
bool view_is_folded(const struct view_ask *ask, struct ident id);

/* Room for COUNT sums, zeroed; for COUNT members. */
struct row_sum *view_sums(struct view *view, size_t count);
uint32_t *view_members(struct view *view, size_t count);

/* The rows, from the view's COUNT items in their order (the tree) or from the store (groups). */
void view_build_tree(struct view *view, const struct view_ask *ask, struct view_order *order,
	size_t count);
void view_build_groups(struct view *view, const struct view_ask *ask,
	const struct view_order *order);

#endif
