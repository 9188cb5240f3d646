/* SPDX-License-Identifier: GPL-2.0-or-later */
/* view_tree - processes below their parents, added up where that is asked for
 *
 * Sorted items are linked as children of the nearest shown ancestor.  Where sums are shown the tree
 * is walked twice: the first time puts all members of a branch beside each other and adds them up,
 * which gives the keys the branches are sorted by in the second.
 */
#include "table/view_priv.h"

#include "base/xalloc.h"

#include <stdlib.h>
#include <string.h>

/* Whether PARENT may be CHILD's: a parent began earlier, so no circle can be built of lies. */
static bool is_elder(const struct proc *parent, const struct proc *child)
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

	view->links = xalloc_space(view->links, &view->work_cap, need, sizeof(*view->links));
	memset(view->links, 0xff, need * sizeof(*view->links));
	uint32_t *parent = view->links + processes;
	return (struct tree){ view->links, parent, parent + count + 1, parent + 2 * (count + 1) };
}

/* Place of the nearest shown ancestor; COUNT when there is none. */
static uint32_t shown_parent(const struct store *store, const struct tree *tree,
	const struct proc *proc, uint32_t count)
{
	const struct proc *up = store_find_pid(store, proc->figures.ppid);

	while (up != NULL && is_elder(up, proc)) {
		if (tree->place[up->index] != VIEW_NOWHERE)
			return tree->place[up->index];
		proc = up;
		up = store_find_pid(store, proc->figures.ppid);
	}
	return count;
}

/* From the last to the first, so that children hang below their parent in the order of the
 * table. */
static struct tree plant_tree(struct view *view, const struct store *store,
	const struct view_item *items, uint32_t count)
{
	struct tree tree = tree_room(view, store_count(store), count);

	for (uint32_t i = 0; i < count; i++)
		tree.place[items[i].index] = i;
	for (uint32_t i = count; i-- > 0;) {
		const struct proc *proc = store_proc(store, items[i].index);
		uint32_t parent = shown_parent(store, &tree, proc, count);
		tree.parent[i] = parent;
		tree.next[i] = tree.first[parent];
		tree.first[parent] = i;
	}
	return tree;
}

/* The place after AT: down first (unless SHUT), then along, then up. COUNT ends it. */
static uint32_t step_tree(const struct tree *tree, uint32_t at, uint32_t count, bool shut,
	int *depth)
{
	if (!shut && tree->first[at] != VIEW_NOWHERE) {
		++*depth;
		return tree->first[at];
	}
	while (at != count && tree->next[at] == VIEW_NOWHERE) {
		at = tree->parent[at];
		--*depth;
	}
	return at == count ? count : tree->next[at];
}

static uint32_t start_tree(const struct tree *tree, uint32_t count)
{
	return tree->first[count] == VIEW_NOWHERE ? count : tree->first[count];
}

/* --- sums ------------------------------------------------------------------------------------- */

/* Each branch is added up with those below it: members come in the order of a walk, so that a
 * branch's lie beside each other, and its sum takes them from the last to the first.  HEADS gets a
 * row for every process of the store. */
static void add_up(struct view *view, const struct view_ask *ask, const struct store *store,
	const struct tree *tree, const struct view_item *items, uint32_t count)
{
	struct row_sum *sums = view_sums(view, store_count(store));
	uint32_t *members = view_members(view, store_count(store));
	uint32_t at = start_tree(tree, count), n = 0;
	int depth = 0;

	for (; at != count; at = step_tree(tree, at, count, false, &depth)) {
		sums[items[at].index].members = &members[n];
		members[n++] = items[at].index;
		row_sum_add(&sums[items[at].index], store, store_proc(store, items[at].index));
	}
	while (n-- > 0) {
		uint32_t place = tree->place[members[n]];
		uint32_t parent = tree->parent[place];
		struct row *row = &view->heads[members[n]];
		struct row_sum *sum = &sums[members[n]];
		*row = (struct row){ .proc = store_proc(store, members[n]) };
		if (parent != count)
			row_sum_merge(&sums[items[parent].index], sum);
		if (sum->count < 2)
			continue;
		row->fold = view_is_folded(ask, row->proc->id) ? ROW_SHUT : ROW_OPEN;
		row->sum = ask->sums || row->fold == ROW_SHUT ? sum : NULL;
	}
}

/* Sorts again by what the rows will show. */
static void sort_again(struct view *view, struct view_order *order, uint32_t count)
{
	order->rows = view->heads;
	for (uint32_t i = 0; i < count; i++) {
		uint32_t index = view->items[i].index;
		view->items[i] = view_item_of(order, &view->heads[index], index, false);
	}
	view_sort(order, view->items, count, view->items + view->cap);
}

/* Without recursion: a chain of ten thousand forks must not need as deep a stack. */
static void put_rows(struct view *view, const struct view_order *order, const struct tree *tree,
	const struct view_item *items, uint32_t count)
{
	int depth = 0;
	bool shut;

	for (uint32_t at = start_tree(tree, count); at != count;
		at = step_tree(tree, at, count, shut, &depth)) {
		struct row row = view_item_row(order, &items[at]);
		shut = row.fold == ROW_SHUT;
		row.depth = depth;
		if (row.fold == ROW_PLAIN && tree->first[at] != VIEW_NOWHERE)
			row.fold = ROW_OPEN;
		view->rows[view->count++] = row;
	}
}

void view_build_tree(struct view *view, const struct view_ask *ask, struct view_order *order,
	size_t n)
{
	const struct view_item *items = view->items;
	uint32_t count = (uint32_t)n;
	struct tree tree = plant_tree(view, order->store, items, count);

	if (ask->sums || ask->nfolds) {
		view->heads = xalloc_space(view->heads, &view->heads_cap, store_count(order->store),
			sizeof(*view->heads));
		add_up(view, ask, order->store, &tree, items, count);
		sort_again(view, order, count);
		tree = plant_tree(view, order->store, items, count);
	}
	put_rows(view, order, &tree, items, count);
}
