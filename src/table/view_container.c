/* SPDX-License-Identifier: GPL-2.0-or-later */
/* view_container - rows of containers: a list in which those of a pod stand below it, or a tree of
 * all cgroups; below those that are open their processes
 */
#include "table/view_priv.h"

#include <string.h>

/* Links of the groups: up, the first child, the next beside; VIEW_NOWHERE ends each. */
static uint32_t *up_of(const struct view_groups *groups)
{
	return groups->links;
}

static uint32_t *child_of(const struct view_groups *groups)
{
	return groups->links + groups->count;
}

static uint32_t *next_of(const struct view_groups *groups)
{
	return groups->links + 2 * groups->count;
}

static const struct container *container_at(const struct view_groups *groups, uint32_t g)
{
	return store_container_at(groups->store, g);
}

/* In a tree whatever is above it, in a list the pod that it is part of. */
static uint32_t find_up(const struct view_groups *groups, const struct container *container)
{
	const struct container *above = store_container_parent(groups->store, container);

	if (above == NULL || (!groups->ask->tree && above->kind != CGPATH_POD))
		return VIEW_NOWHERE;
	return (uint32_t)(above - container_at(groups, 0));
}

/* Slices are open and may be shut; of the others only what is open shows its processes. */
static enum row_fold fold_of(const struct view_groups *groups, const struct row *row)
{
	bool folded = view_is_folded(groups->ask, row_ident(row));

	if (!containers_is_row(row->container))
		return folded ? ROW_SHUT : ROW_OPEN;
	if (row->sum->count == 0)
		return ROW_PLAIN;
	return folded ? ROW_OPEN : ROW_SHUT;
}

/* The key stays the same while the container is known, so that the cursor stays on it. */
static struct row head_of(const struct view_groups *groups, uint32_t g)
{
	const struct container *container = container_at(groups, g);
	struct row row = {
		.kind = GROUP_CONTAINER,
		.key = container->key,
		.name = container_label(container),
		.sum = &groups->sums[g],
		.container = container,
	};

	row.fold = fold_of(groups, &row);
	return row;
}

/* Whether it is there, and is what a person calls a container unless it is a tree. */
static bool is_candidate(const struct view_groups *groups, const struct container *container)
{
	/* what a container has made inside of it is its own business */
	bool branch = container->kind <= CGPATH_SLICE;

	return containers_is_row(container) || (groups->ask->tree && branch && !container->gone_ms);
}

/* Shown is what was asked for, and in the tree all above it: those have a place in `next`. */
static void mark_shown(const struct view_groups *groups)
{
	uint32_t *up = up_of(groups), *next = next_of(groups);

	for (uint32_t g = 0; g + 1 < groups->count; g++) {
		groups->heads[g] = head_of(groups, g);
		up[g] = find_up(groups, container_at(groups, g));
		next[g] = VIEW_NOWHERE;
	}
	for (uint32_t g = 0; g + 1 < groups->count; g++)
		if (is_candidate(groups, container_at(groups, g)) &&
			view_group_is_shown(groups, &groups->heads[g]))
			for (uint32_t at = g; at != VIEW_NOWHERE && next[at] == VIEW_NOWHERE;
				at = up[at])
				next[at] = at;
}

/* Items of those shown, in their order, gathered in that of the build before; the ranks of all
 * others are moved to the front. */
static size_t sort_shown(const struct view_groups *groups, const struct view_order *order)
{
	struct view *view = groups->view;
	const uint32_t *next = next_of(groups);
	const bool on_top = groups->ask->climbers_on_top && !groups->ask->tree;
	size_t count = 0, others = 0;

	view_fit_ranks(view, groups->count - 1);
	for (size_t i = 0; i < view->nranks; i++) {
		uint32_t g = view->ranks[i];
		const struct row *head = &groups->heads[g];

		if (next[g] == VIEW_NOWHERE) {
			view->ranks[others++] = g;
			continue;
		}
		bool climbs = on_top && row_verdict(groups->store, head) == TREND_CLIMBING;
		view->items[count++] = view_item_of(order, head, g, climbs);
	}
	view_sort(order, view->items, count, view->items + groups->count);
	for (size_t i = 0; i < count; i++)
		view->ranks[others + i] = view->items[i].index;
	return count;
}

/* Hangs them below each other, each in front of what is behind it; returns the first at the top. */
static uint32_t hang(const struct view_groups *groups, size_t count)
{
	uint32_t *up = up_of(groups), *child = child_of(groups), *next = next_of(groups);
	uint32_t top = VIEW_NOWHERE;

	for (size_t i = 0; i < groups->count; i++)
		child[i] = VIEW_NOWHERE;
	for (size_t i = count; i-- > 0;) {
		uint32_t g = groups->view->items[i].index;
		uint32_t *first = up[g] == VIEW_NOWHERE ? &top : &child[up[g]];

		next[g] = *first;
		*first = g;
	}
	return top;
}

static void put_row(const struct view_groups *groups, uint32_t g, int depth)
{
	struct view *view = groups->view;
	struct row *head = &groups->heads[g];

	head->depth = depth;
	view->rows[view->count++] = *head;
	view->groups += containers_is_row(head->container);
	view->processes += head->sum->count;
}

/* Deep as a tree of cgroups; what is above is in `up`, so that it takes no stack. */
static void put_rows(const struct view_groups *groups, uint32_t g)
{
	uint32_t *up = up_of(groups), *child = child_of(groups), *next = next_of(groups);
	int depth = 0;

	while (g != VIEW_NOWHERE) {
		const struct row *head = &groups->heads[g];

		put_row(groups, g, depth);
		bool slice = !containers_is_row(head->container);
		if (head->fold == ROW_OPEN && !slice)
			view_group_members(groups, head, depth + 1);
		if (child[g] != VIEW_NOWHERE && (!slice || head->fold == ROW_OPEN)) {
			g = child[g];
			depth++;
			continue;
		}
		while (next[g] == VIEW_NOWHERE && up[g] != VIEW_NOWHERE) {
			g = up[g];
			depth--;
		}
		g = next[g];
	}
}

void view_put_containers(struct view_groups *groups)
{
	struct view_order order = *groups->order;

	order.rows = groups->heads;
	mark_shown(groups);
	groups->view->groups = 0;
	groups->view->processes = 0;
	put_rows(groups, hang(groups, sort_shown(groups, &order)));
}
