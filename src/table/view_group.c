/* SPDX-License-Identifier: GPL-2.0-or-later */
/* view_group - rows of groups, and below those that are open their members
 *
 * Members are sorted into their groups by counting; a group that the view is about as a whole has
 * the history the store keeps for it, another only what its members have.
 */
#include "table/view_priv.h"

#include "base/hash.h"
#include "base/xalloc.h"

#include <stdio.h>
#include <string.h>

size_t view_group_count(const struct store *store, const struct view_ask *ask)
{
	size_t count = ask->group == GROUP_CONTAINER ? store_container_count(store)
						     : store_group_count(store, ask->group);

	return count + 1;
}

/* Containers stand in one array of the store: their places are the numbers of groups. The last one
 * is for who is in none. */
static uint32_t container_of(const struct view_groups *groups, const struct proc *proc)
{
	const struct container *container = proc->cgroup != NULL ? store_container_of(groups->store,
									   proc->cgroup)
								 : NULL;

	if (container == NULL)
		return (uint32_t)groups->count - 1;
	return (uint32_t)(container - store_container_at(groups->store, 0));
}

static uint32_t group_of(const struct view_groups *groups, const struct proc *proc)
{
	if (groups->ask->group == GROUP_CONTAINER)
		return container_of(groups, proc);
	const struct group *group = store_group_of(groups->store, proc, groups->ask->group);
	if (group == NULL)
		return (uint32_t)groups->count - 1;
	return (uint32_t)(group - store_group(groups->store, groups->ask->group, 0));
}

/* One piece of memory for all that a build needs, kept from one to the next: a steady tick
 * allocates nothing. */
static struct view_groups take_room(struct view *view, const struct view_ask *ask,
	const struct view_order *order)
{
	size_t processes = store_count(order->store);
	size_t count = view_group_count(order->store, ask);
	size_t need = processes + 4 * count + 1;

	view->links = xalloc_space(view->links, &view->work_cap, need, sizeof(*view->links));
	view->heads = xalloc_space(view->heads, &view->heads_cap, count, sizeof(*view->heads));
	if (ask->group == GROUP_USER)
		view->numbers = xalloc_space(view->numbers, &view->numbers_cap, count,
			sizeof(*view->numbers));
	return (struct view_groups){
		.view = view,
		.ask = ask,
		.order = order,
		.store = order->store,
		.count = count,
		.place = view->links,
		.first = view->links + processes,
		.links = view->links + processes + count + 1,
		.members = view_members(view, processes),
		.sums = ask->group == GROUP_CONTAINER ? view_sums_waiting(view, order->store, count)
						      : view_sums(view, count),
		.heads = view->heads,
	};
}

/* Finds who belongs where, and adds up, unless that can wait. */
static void add_up(struct view_groups *groups)
{
	memset(groups->first, 0, (groups->count + 1) * sizeof(*groups->first));
	for (size_t i = 0; i < store_count(groups->store); i++) {
		const struct proc *proc = store_proc(groups->store, i);
		groups->place[i] = VIEW_NOWHERE;
		if (!view_is_about(groups->ask, proc))
			continue;
		groups->place[i] = group_of(groups, proc);
		struct row_sum *sum = &groups->sums[groups->place[i]];
		if (sum->waits != NULL)
			sum->count++;
		else
			row_sum_add(sum, groups->store, proc);
	}
}

/* Puts the members of each group beside each other. */
static void sort_in(struct view_groups *groups)
{
	uint32_t at = 0;

	for (size_t g = 0; g < groups->count; g++) {
		if (groups->sums[g].count > 0)
			groups->sums[g].members = groups->members + at;
		groups->first[g] = at;
		at += (uint32_t)groups->sums[g].count;
	}
	for (size_t i = 0; i < store_count(groups->store); i++)
		if (groups->place[i] != VIEW_NOWHERE)
			groups->members[groups->first[groups->place[i]]++] = (uint32_t)i;
}

struct view_groups view_gather_groups(struct view *view, const struct view_ask *ask,
	const struct view_order *order)
{
	struct view_groups groups = take_room(view, ask, order);

	add_up(&groups);
	sort_in(&groups);
	return groups;
}

static const char *user_name(const struct view_groups *groups, uint32_t g, uint32_t uid)
{
	const char *name = store_user(groups->store, uid);

	if (name != NULL)
		return name;
	snprintf(groups->view->numbers[g], sizeof(groups->view->numbers[g]), "%u", (unsigned)uid);
	return groups->view->numbers[g];
}

/* Takes what the store knows of the group as a whole. */
static void take_history(struct row_sum *sum, const struct group *group)
{
	if (group == NULL || group->joined < 2 || group->members != sum->count)
		return;
	sum->group = group;
	sum->total.gained_kib = (int64_t)group_own_kib(group) - (int64_t)group->base_kib;
	sum->total.whole.first_ms = group->first_ms;
}

/* The last group is of those whose user or program is not known; it has a row, too, since nobody
 * may be left out of a sum. */
static struct row head_of(const struct view_groups *groups, uint32_t g)
{
	bool nobody = g + 1 == groups->count;
	enum group_kind kind = groups->ask->group;
	const struct group *group = nobody ? NULL : store_group(groups->store, kind, g);
	struct row row = { .kind = kind, .name = "", .sum = &groups->sums[g] };

	take_history(&groups->sums[g], group);
	if (group != NULL && kind == GROUP_USER) {
		row.key = 1 + (uint64_t)group->uid;
		row.name = user_name(groups, g, group->uid);
	} else if (group != NULL) {
		row.key = hash_key(group->name, strlen(group->name), (uint32_t)kind);
		row.name = group->name;
	}
	row.fold = view_is_folded(groups->ask, row_ident(&row)) ? ROW_OPEN : ROW_SHUT;
	return row;
}

static struct row member_row(const struct view_groups *groups, uint32_t index, int depth)
{
	return (struct row){
		.proc = store_proc(groups->store, index),
		.depth = depth,
		.kind = groups->ask->group,
	};
}

bool view_group_is_shown(const struct view_groups *groups, const struct row *head)
{
	if (view_is_wanted(groups->ask, groups->store, head))
		return true;
	for (size_t i = 0; i < head->sum->count; i++) {
		struct row row = member_row(groups, head->sum->members[i], 1);
		if (view_is_wanted(groups->ask, groups->store, &row))
			return true;
	}
	return false;
}

void view_group_members(const struct view_groups *groups, const struct row *head, int depth)
{
	struct view *view = groups->view;
	bool all = view_is_wanted(groups->ask, groups->store, head);
	/* behind the items of the groups, which are still to be put */
	struct view_item *items = view->items + groups->count;
	size_t count = 0;

	for (size_t i = 0; i < head->sum->count; i++) {
		struct row row = member_row(groups, head->sum->members[i], 1);
		if (all || view_is_wanted(groups->ask, groups->store, &row))
			items[count++] = view_item_of(groups->order, &row, head->sum->members[i],
				false);
	}
	view_sort(groups->order, items, count, items + count);
	for (size_t i = 0; i < count; i++)
		view->rows[view->count++] = member_row(groups, items[i].index, depth);
}

/* The items of the groups that are shown, in their order, at the start of the view's. */
static size_t sort_heads(const struct view_groups *groups, const struct view_order *order)
{
	struct view *view = groups->view;
	size_t count = 0;

	for (uint32_t g = 0; g < groups->count; g++) {
		if (groups->sums[g].count == 0)
			continue;
		groups->heads[g] = head_of(groups, g);
		const struct row *head = &groups->heads[g];
		if (!view_group_is_shown(groups, head))
			continue;
		bool climbs = groups->ask->climbers_on_top &&
			      row_verdict(groups->store, head) == TREND_CLIMBING;
		view->items[count++] = view_item_of(order, head, g, climbs);
	}
	view_sort(order, view->items, count, view->items + groups->count);
	return count;
}

void view_put_groups(struct view_groups *groups)
{
	struct view *view = groups->view;
	struct view_order heads = *groups->order;

	heads.rows = groups->heads;
	size_t count = sort_heads(groups, &heads);
	view->groups = count;
	view->processes = 0;
	for (size_t i = 0; i < count; i++) {
		const struct row *head = &groups->heads[view->items[i].index];
		view->rows[view->count++] = *head;
		view->processes += head->sum->count;
		if (head->fold == ROW_OPEN)
			view_group_members(groups, head, 1);
	}
}
