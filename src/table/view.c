/* SPDX-License-Identifier: GPL-2.0-or-later */
/* view - builds the rows: of processes here, else by view_tree.c, view_group.c, view_container.c */
#include "table/view_priv.h"

#include "base/xalloc.h"

#include <stdlib.h>

void view_init(struct view *view)
{
	*view = (struct view){ 0 };
}

void view_done(struct view *view)
{
	if (view == NULL)
		return;
	free(view->rows);
	free(view->items);
	free(view->ranks);
	free(view->links);
	free(view->sums);
	free(view->members);
	free(view->heads);
	free(view->numbers);
	view_init(view);
}

/* Rows and items are written anew by every build, so it is not moved when they grow; ranks are
 * kept, as the order of before makes sorting cheap. */
static void reserve(struct view *view, size_t count)
{
	if (count <= view->cap)
		return;
	size_t cap = xalloc_capacity(view->cap, count);
	free(view->rows);
	free(view->items);
	view->ranks = xalloc_grow(view->ranks, cap, sizeof(*view->ranks));
	view->rows = xalloc_zero(cap, sizeof(*view->rows));
	view->items = xalloc_zero(cap, 2 * sizeof(*view->items));
	view->cap = cap;
}

/* The items of all wanted processes, in the order of the build before, so that sorting them has
 * little to do; returns their number.  The ranks of all others are moved to the front. */
static size_t gather_rows(struct view *view, const struct view_ask *ask,
	const struct view_order *order)
{
	size_t count = 0, others = 0;
	const bool on_top = ask->climbers_on_top && !ask->tree;
	const bool everybody = !ask->flagged_only && ask->query == NULL;

	view_fit_ranks(view, store_count(order->store));
	for (size_t i = 0; i < view->nranks; i++) {
		uint32_t index = view->ranks[i];
		struct row row = { .proc = store_proc(order->store, index) };
		if (!view_is_about(ask, row.proc) ||
			!(everybody || view_is_wanted(ask, order->store, &row))) {
			view->ranks[others++] = index;
			continue;
		}
		/* nobody climbs without a trend, and most have none */
		bool climbs = on_top && row.proc->trend != NULL &&
			      store_verdict(order->store, row.proc) == TREND_CLIMBING;
		view->items[count++] = view_item_of(order, &row, index, climbs);
	}
	return count;
}

/* Sorts the items gathered, and keeps their order for the next time. */
static void rank(struct view *view, const struct view_order *order, size_t count)
{
	uint32_t *ranks = view->ranks + (view->nranks - count);

	view_sort(order, view->items, count, view->items + view->cap);
	for (size_t i = 0; i < count; i++)
		ranks[i] = view->items[i].index;
}

static void build_groups(struct view *view, const struct view_ask *ask,
	const struct view_order *order)
{
	struct view_groups groups = view_gather_groups(view, ask, order);

	if (ask->group == GROUP_CONTAINER)
		view_put_containers(&groups);
	else
		view_put_groups(&groups);
}

void view_build(struct view *view, const struct store *store, const struct view_ask *ask)
{
	const struct column *column = column_get(ask->sort);
	struct view_order order = {
		.column = column,
		.store = store,
		.ascending = column->ascending != ask->reverse,
	};

	view->count = 0;
	view->groups = 0;
	store_climbing(store, &view->climbing);
	size_t groups = ask->grouped ? view_group_count(store, ask) : 0;
	reserve(view, store_count(store) + groups + 1);
	if (ask->grouped) {
		build_groups(view, ask, &order);
		return;
	}
	size_t count = gather_rows(view, ask, &order);
	rank(view, &order, count);
	view->processes = count;
	if (ask->tree) {
		view_build_tree(view, ask, &order, count);
		return;
	}
	for (size_t i = 0; i < count; i++)
		view->rows[view->count++] = (struct row){
			.proc = store_proc(store, view->items[i].index),
		};
}

long view_find(const struct view *view, struct ident id)
{
	for (size_t i = 0; i < view->count; i++)
		if (ident_same(row_ident(&view->rows[i]), id))
			return (long)i;
	return -1;
}

size_t view_held(const struct view *view, const struct view_ask *ask, const struct store *store)
{
	size_t held = 0;

	bool tree = ask->tree && (!ask->grouped || ask->group == GROUP_CONTAINER);

	if (!ask->climbers_on_top || tree)
		return 0;
	while (held < view->count &&
		((held > 0 && view->rows[held].depth > 0) ||
			row_verdict(store, &view->rows[held]) == TREND_CLIMBING))
		held++;
	return held < view->count ? held : 0;
}

size_t view_climbing(const struct view *view, const struct view_ask *ask, const struct store *store)
{
	size_t climbing = 0;

	if (!ask->grouped || ask->group != GROUP_CONTAINER)
		return view->climbing;
	for (size_t i = 0; i < view->count; i++) {
		const struct row *row = &view->rows[i];
		climbing += row->container != NULL && containers_is_row(row->container) &&
			    row_verdict(store, row) == TREND_CLIMBING;
	}
	return climbing;
}
