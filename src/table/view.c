/* view.c - picks rows and puts them into order
 *
 * Every row's sort key is worked out once and packed into 64 bits, so that sorting touches only
 * small items; texts are compared in full when their first letters are the same.
 */
#include "table/view.h"

#include "base/xalloc.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct view_item {
	uint64_t key;   /* the smallest comes first */
	uint32_t index; /* of the process in the store */
	int32_t pid;    /* settles ties */
};

static const uint64_t KEY_BELOW = (uint64_t)1 << 63; /* not held on top */
static const uint64_t KEY_UNKNOWN = ((uint64_t)1 << 63) - 1;
static const uint32_t NOWHERE = UINT32_MAX;

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
	free(view->links);
	view_init(view);
}

static void reserve(struct view *view, size_t count)
{
	if (count <= view->cap)
		return;
	size_t cap = xalloc_capacity(view->cap, count);
	free(view->rows);
	free(view->items);
	view->rows = xalloc_zero(cap, sizeof(*view->rows));
	view->items = xalloc_zero(cap, 2 * sizeof(*view->items));
	view->cap = cap;
}

/* Bits that order as the figures do, in 63 of them, below KEY_UNKNOWN. */
static uint64_t number_key(double figure, bool ascending)
{
	uint64_t bits;

	memcpy(&bits, &figure, sizeof(bits));
	bits = bits >> 63 ? ~bits : bits | KEY_BELOW;
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

struct order {
	const struct column *column;
	const struct store *store;
	bool ascending;
};

static uint64_t key_of(const struct order *order, const struct row *row)
{
	double figure;
	const char *text;

	if (order->column->number)
		return order->column->number(order->store, row, &figure)
			       ? number_key(figure, order->ascending)
			       : KEY_UNKNOWN;
	text = order->column->text(order->store, row);
	return text ? text_key(text, order->ascending) : KEY_UNKNOWN;
}

static bool before(const struct order *order, const struct view_item *a, const struct view_item *b)
{
	if (a->key != b->key)
		return a->key < b->key;
	if (!order->column->number && (a->key & ~KEY_BELOW) != KEY_UNKNOWN) {
		struct row x = { store_proc(order->store, a->index), 0 };
		struct row y = { store_proc(order->store, b->index), 0 };
		int c = strcasecmp(order->column->text(order->store, &x),
			order->column->text(order->store, &y));
		if (c)
			return (c < 0) == order->ascending;
	}
	return a->pid < b->pid;
}

/* Merges FROM[lo, mid) and FROM[mid, hi) into TO. */
static void merge(const struct order *order, const struct view_item *from, struct view_item *to,
	size_t lo, size_t mid, size_t hi)
{
	size_t a = lo, b = mid;

	if (mid >= hi || !before(order, &from[mid], &from[mid - 1])) {
		memcpy(&to[lo], &from[lo], (hi - lo) * sizeof(*to));
		return;
	}
	for (size_t i = lo; i < hi; i++)
		to[i] = b >= hi || (a < mid && !before(order, &from[b], &from[a])) ? from[a++]
										   : from[b++];
}

static void insertion_sort(const struct order *order, struct view_item *items, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		struct view_item item = items[i];
		size_t at = i;
		for (; at > 0 && before(order, &item, &items[at - 1]); at--)
			items[at] = items[at - 1];
		items[at] = item;
	}
}

/* Sorts COUNT items with as much room behind them; qsort(3) would allocate.  Returns where they
 * ended up. */
static struct view_item *sort_items(
	const struct order *order, struct view_item *items, size_t count, size_t cap)
{
	enum { RUN = 8 };
	struct view_item *from = items, *to = items + cap;

	for (size_t lo = 0; lo < count; lo += RUN)
		insertion_sort(order, items + lo, count - lo < RUN ? count - lo : RUN);
	for (size_t width = RUN; width < count; width *= 2) {
		for (size_t lo = 0; lo < count; lo += 2 * width) {
			size_t mid = lo + width < count ? lo + width : count;
			size_t hi = mid + width < count ? mid + width : count;
			merge(order, from, to, lo, mid, hi);
		}
		struct view_item *swap = from;
		from = to;
		to = swap;
	}
	return from;
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

static bool wanted(const struct view_ask *ask, const struct store *store, const struct row *row,
	enum trend_state verdict)
{
	const struct proc *proc = row->proc;

	if (proc->kernel_thread && !ask->kernel_threads)
		return false;
	if (ask->uid >= 0 && (int64_t)proc->uid != ask->uid)
		return false;
	if (ask->flagged_only && verdict != TREND_CLIMBING && verdict != TREND_RECEDING)
		return false;
	return wanted_pid(ask, proc->id.pid) && query_match(ask->query, store, row);
}

/* The items of all wanted processes, in no order; returns their number. */
static size_t gather(struct view *view, const struct view_ask *ask, const struct order *order)
{
	size_t count = 0;
	bool on_top = ask->climbers_on_top && !ask->tree;

	view->climbing = 0;
	for (size_t i = 0; i < store_count(order->store); i++) {
		struct row row = { store_proc(order->store, i), 0 };
		enum trend_state verdict = store_verdict(order->store, row.proc);
		bool climbs = verdict == TREND_CLIMBING;
		view->climbing += climbs;
		if (!wanted(ask, order->store, &row, verdict))
			continue;
		view->items[count++] = (struct view_item){
			.key = key_of(order, &row) | (on_top && climbs ? 0 : KEY_BELOW),
			.index = (uint32_t)i,
			.pid = row.proc->id.pid,
		};
	}
	return count;
}

/* Whether PARENT may be CHILD's: a parent began earlier, so no circle can be built of lies. */
static bool elder(const struct proc *parent, const struct proc *child)
{
	if (parent->id.start_ticks != child->id.start_ticks)
		return parent->id.start_ticks < child->id.start_ticks;
	return parent->id.pid < child->id.pid;
}

/* Links of the tree, by place in the sorted items. */
struct tree {
	uint32_t *place; /* of each process of the store */
	uint32_t *parent;
	uint32_t *first; /* child; at [count]: root */
	uint32_t *next;  /* sibling */
};

static struct tree tree_room(struct view *view, size_t processes, size_t count)
{
	size_t need = processes + 3 * (count + 1);

	if (need > view->work_cap) {
		free(view->links);
		view->work_cap = xalloc_capacity(view->work_cap, need);
		view->links = xalloc_zero(view->work_cap, sizeof(*view->links));
	}
	memset(view->links, 0xff, need * sizeof(*view->links));
	uint32_t *parent = view->links + processes;
	return (struct tree){ view->links, parent, parent + count + 1, parent + 2 * (count + 1) };
}

/* Place of the nearest shown ancestor; COUNT when there is none. */
static uint32_t shown_parent(
	const struct store *store, const struct tree *tree, const struct proc *proc, uint32_t count)
{
	const struct proc *up = store_find_pid(store, proc->ppid);

	while (up && elder(up, proc)) {
		if (tree->place[up->index] != NOWHERE)
			return tree->place[up->index];
		proc = up;
		up = store_find_pid(store, proc->ppid);
	}
	return count;
}

/* Walks down first, then along, then up; rows come out as parents before children. */
static void tree_rows(struct view *view, const struct store *store, const struct tree *tree,
	const struct view_item *items, uint32_t count)
{
	uint32_t at = tree->first[count];
	int depth = 0;

	while (at != NOWHERE) {
		view->rows[view->count++] =
			(struct row){ store_proc(store, items[at].index), depth };
		if (tree->first[at] != NOWHERE) {
			at = tree->first[at];
			depth++;
			continue;
		}
		while (at != count && tree->next[at] == NOWHERE) {
			at = tree->parent[at];
			depth--;
		}
		at = at == count ? NOWHERE : tree->next[at];
	}
}

static void build_tree(
	struct view *view, const struct store *store, const struct view_item *items, size_t n)
{
	struct tree tree = tree_room(view, store_count(store), n);
	uint32_t count = (uint32_t)n;

	for (uint32_t i = 0; i < count; i++)
		tree.place[items[i].index] = i;
	for (uint32_t i = count; i-- > 0;) {
		const struct proc *proc = store_proc(store, items[i].index);
		uint32_t parent = shown_parent(store, &tree, proc, count);
		tree.parent[i] = parent;
		tree.next[i] = tree.first[parent];
		tree.first[parent] = i;
	}
	tree_rows(view, store, &tree, items, count);
}

void view_build(struct view *view, const struct store *store, const struct view_ask *ask)
{
	const struct column *column = column_get(ask->sort);
	struct order order = { column, store, column->ascending != ask->reverse };

	reserve(view, store_count(store) + 1);
	size_t count = gather(view, ask, &order);
	const struct view_item *items = sort_items(&order, view->items, count, view->cap);
	view->count = 0;
	if (ask->tree) {
		build_tree(view, store, items, count);
		return;
	}
	for (size_t i = 0; i < count; i++)
		view->rows[view->count++] = (struct row){ store_proc(store, items[i].index), 0 };
}

long view_find(const struct view *view, struct ident id)
{
	for (size_t i = 0; i < view->count; i++)
		if (ident_same(view->rows[i].proc->id, id))
			return (long)i;
	return -1;
}
