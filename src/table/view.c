/* SPDX-License-Identifier: GPL-2.0-or-later */
/* view - picks rows and puts them into order
 *
 * Every row's sort key is worked out once and packed into 64 bits, so that sorting touches only
 * small items; texts are compared in full when their first letters are the same.
 */
#include "table/view_priv.h"

#include "base/xalloc.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const uint64_t KEY_UNKNOWN = ((uint64_t)1 << 63) - 1;

void view_init(struct view *view)
{
	*view = (struct view){ 0 };
}

void view_done(struct view *view)
{
	if (!view)
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

struct row_sum *view_sums(struct view *view, size_t count)
{
	view->sums = xalloc_space(view->sums, &view->sums_cap, count, sizeof(*view->sums));
	for (size_t i = 0; i < count; i++)
		row_sum_init(&view->sums[i]);
	return view->sums;
}

uint32_t *view_members(struct view *view, size_t count)
{
	view->members = xalloc_space(view->members, &view->members_cap, count,
		sizeof(*view->members));
	return view->members;
}

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

/* Bits that order as the figures do, in 63 of them, below KEY_UNKNOWN. */
static uint64_t number_key(double figure, bool ascending)
{
	uint64_t bits;

	memcpy(&bits, &figure, sizeof(bits));
	bits = bits >> 63 ? ~bits : bits | VIEW_KEY_BELOW;
	if (!ascending)
		bits = ~bits;
	bits >>= 1;
	return bits < KEY_UNKNOWN ? bits : KEY_UNKNOWN - 1;
}

/* The first seven letters, which settle most comparisons. */
static uint64_t text_key(const char *text, bool ascending)
{
	uint64_t bits = 0;

	for (int i = 0; i < 7; i++) {
		unsigned char c = (unsigned char)*text;
		c = c >= 'A' && c <= 'Z' ? (unsigned char)(c + 'a' - 'A') : c;
		bits = bits << 8 | c;
		text += *text != '\0';
	}
	return ascending ? bits : ((uint64_t)1 << 56) - 1 - bits;
}

static uint64_t key_of(const struct view_order *order, const struct row *row)
{
	double figure;
	const char *text;

	if (column_is_number(order->column))
		return column_number(order->column, order->store, row, &figure)
			       ? number_key(figure, order->ascending)
			       : KEY_UNKNOWN;
	text = order->column->text(order->store, row);
	return text ? text_key(text, order->ascending) : KEY_UNKNOWN;
}

struct row view_item_row(const struct view_order *order, const struct view_item *item)
{
	if (order->rows)
		return order->rows[item->index];
	return (struct row){ .proc = store_proc(order->store, item->index) };
}

struct view_item view_item_of(const struct view_order *order, const struct row *row, uint32_t index,
	bool on_top)
{
	return (struct view_item){
		.key = key_of(order, row) | (on_top ? 0 : VIEW_KEY_BELOW),
		.index = index,
		.pid = row->proc ? row->proc->id.pid : 0,
	};
}

static bool before(const struct view_order *order, const struct view_item *a,
	const struct view_item *b)
{
	if (a->key != b->key)
		return a->key < b->key;
	if (!column_is_number(order->column) && (a->key & ~VIEW_KEY_BELOW) != KEY_UNKNOWN) {
		struct row x = view_item_row(order, a), y = view_item_row(order, b);
		int c = strcasecmp(order->column->text(order->store, &x),
			order->column->text(order->store, &y));
		if (c)
			return (c < 0) == order->ascending;
	}
	return a->pid != b->pid ? a->pid < b->pid : a->index < b->index;
}

/* The first of ITEMS[lo, hi), which are in order, that goes behind ITEM. */
static size_t place_behind(const struct view_order *order, const struct view_item *items, size_t lo,
	size_t hi, const struct view_item *item)
{
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (before(order, item, &items[mid]))
			hi = mid;
		else
			lo = mid + 1;
	}
	return lo;
}

/* Merges ITEMS[lo, mid) and ITEMS[mid, hi), each in order; only what has to move goes by ROOM. */
static void merge(const struct view_order *order, struct view_item *items, struct view_item *room,
	size_t lo, size_t mid, size_t hi)
{
	if (mid >= hi || !before(order, &items[mid], &items[mid - 1]))
		return;
	lo = place_behind(order, items, lo, mid, &items[mid]);
	size_t left = mid - lo, a = 0, b = mid;

	memcpy(room, &items[lo], left * sizeof(*room));
	for (size_t i = lo; a < left; i++)
		items[i] = b < hi && before(order, &items[b], &room[a]) ? items[b++] : room[a++];
}

static void insertion_sort(const struct view_order *order, struct view_item *items, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		struct view_item item = items[i];
		size_t at = i;
		for (; at > 0 && before(order, &item, &items[at - 1]); at--)
			items[at] = items[at - 1];
		items[at] = item;
	}
}

/* Insertion and merging, which for what is nearly in order already take little more than one
 * comparison an item; qsort(3) would allocate. */
void view_sort(const struct view_order *order, struct view_item *items, size_t count,
	struct view_item *room)
{
	enum { RUN = 8 };

	for (size_t lo = 0; lo < count; lo += RUN)
		insertion_sort(order, items + lo, count - lo < RUN ? count - lo : RUN);
	for (size_t width = RUN; width < count; width *= 2)
		for (size_t lo = 0; lo < count; lo += 2 * width) {
			size_t mid = lo + width < count ? lo + width : count;
			size_t hi = mid + width < count ? mid + width : count;
			merge(order, items, room, lo, mid, hi);
		}
}

static bool wanted_pid(const struct view_ask *ask, int32_t pid)
{
	if (!ask->pids)
		return true;
	for (size_t i = 0; i < ask->npids; i++)
		if (ask->pids[i] == pid)
			return true;
	return false;
}

bool view_is_about(const struct view_ask *ask, const struct proc *proc)
{
	if (proc->kernel_thread && !ask->kernel_threads)
		return false;
	if (ask->uid >= 0 && (int64_t)proc->figures.uid != ask->uid)
		return false;
	return wanted_pid(ask, proc->id.pid);
}

bool view_is_wanted(const struct view_ask *ask, const struct store *store, const struct row *row)
{
	if (ask->flagged_only) {
		enum trend_state verdict = row_verdict(store, row);
		if (verdict != TREND_CLIMBING && verdict != TREND_RECEDING)
			return false;
	}
	return !ask->query || query_match(ask->query, store, row);
}

bool view_is_folded(const struct view_ask *ask, struct ident id)
{
	for (size_t i = 0; i < ask->nfolds; i++)
		if (ident_same(ask->folds[i], id))
			return true;
	return false;
}

/* Makes the ranks those of COUNT processes: the store fills the places of those gone from its
 * end. */
static void fit_ranks(struct view *view, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < view->nranks; i++)
		if (view->ranks[i] < count)
			view->ranks[kept++] = view->ranks[i];
	for (; kept < count; kept++)
		view->ranks[kept] = (uint32_t)kept;
	view->nranks = count;
}

/* The items of all wanted processes, in the order of the build before, so that sorting them has
 * little to do; returns their number.  The ranks of all others are moved to the front. */
static size_t gather(struct view *view, const struct view_ask *ask, const struct view_order *order)
{
	size_t count = 0, others = 0;
	bool on_top = ask->climbers_on_top && !ask->tree;

	fit_ranks(view, store_count(order->store));
	for (size_t i = 0; i < view->nranks; i++) {
		uint32_t index = view->ranks[i];
		struct row row = { .proc = store_proc(order->store, index) };
		if (!view_is_about(ask, row.proc) || !view_is_wanted(ask, order->store, &row)) {
			view->ranks[others++] = index;
			continue;
		}
		bool climbs = on_top && store_verdict(order->store, row.proc) == TREND_CLIMBING;
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
		view_build_groups(view, ask, &order);
		return;
	}
	size_t count = gather(view, ask, &order);
	rank(view, &order, count);
	view->processes = count;
	if (ask->tree) {
		view_build_tree(view, ask, &order, count);
		return;
	}
	for (size_t i = 0; i < count; i++)
		view->rows[view->count++] = view_item_row(&order, &view->items[i]);
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
