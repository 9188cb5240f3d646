/* SPDX-License-Identifier: GPL-2.0-or-later */
/* view_priv - what the files view_*.c share, and nobody else */
#pragma once

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

/* Makes the ranks, which are in the order of the build before, those of COUNT places of the store,
 * which fills the places of those gone from its end. */
void view_fit_ranks(struct view *view, size_t count);

/* Sorts COUNT items, with ROOM for as many elsewhere; the less is out of order, the faster. */
void view_sort(const struct view_order *order, struct view_item *items, size_t count,
	struct view_item *room);

/* Whether a process is one the view is about, and whether a row is one of those asked for. */
bool view_is_about(const struct view_ask *ask, const struct proc *proc);
bool view_is_wanted(const struct view_ask *ask, const struct store *store, const struct row *row);

/* Whether the children of process ID are folded away. */
bool view_is_folded(const struct view_ask *ask, struct ident id);

/* Room for COUNT sums that are begun; for as many that wait for members of STORE; for COUNT
 * members. */
struct row_sum *view_sums(struct view *view, size_t count);
struct row_sum *view_sums_waiting(struct view *view, const struct store *store, size_t count);
uint32_t *view_members(struct view *view, size_t count);

/* Groups at work.  The view's items hold those of the groups, with as much room to sort them, or
 * those of the groups and of one group's members with theirs: view_build reserves twice the sum of
 * both numbers. */
struct view_groups {
	struct view *view;
	const struct view_ask *ask;
	const struct view_order *order;
	const struct store *store;
	size_t count;    /* those of the store, and behind them the one of what belongs to none */
	uint32_t *place; /* of each process of the store: its group; VIEW_NOWHERE: not looked at */
	uint32_t *first; /* of each group, in the members; one more than there are groups */
	uint32_t *links; /* three for each group, for whoever puts them in order */
	uint32_t *members;
	struct row_sum *sums;
	struct row *heads;
};

/* How many groups of what is asked for there may be. */
size_t view_group_count(const struct store *store, const struct view_ask *ask);

/* Whether HEAD is shown: for what it is itself, or for one of its members. */
bool view_group_is_shown(const struct view_groups *groups, const struct row *head);

/* The rows of its members, DEPTH deep: all of them when the group was asked for, else those that
 * were. */
void view_group_members(const struct view_groups *groups, const struct row *head, int depth);

/* Rows of containers, whose processes are counted and sorted in. */
void view_put_containers(struct view_groups *groups);

/* The rows of the tree, from the view's COUNT items in their order. */
void view_build_tree(struct view *view, const struct view_ask *ask, struct view_order *order,
	size_t count);

/* The groups of the store's processes with their members beside each other, in the view's room;
 * then their rows, of groups or of containers (view_put_containers). */
struct view_groups view_gather_groups(struct view *view, const struct view_ask *ask,
	const struct view_order *order);
void view_put_groups(struct view_groups *groups);
