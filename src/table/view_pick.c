/* SPDX-License-Identifier: GPL-2.0-or-later */
/* view_pick - which rows there are: whom the view is about, who was asked for, what is folded */
#include "table/view_priv.h"

#include "base/xalloc.h"

/* Added up when a column asks: of thousands of rows a screen shows forty. */
struct row_sum *view_sums_waiting(struct view *view, const struct store *store, size_t count)
{
	view->sums = xalloc_space(view->sums, &view->sums_cap, count, sizeof(*view->sums));
	for (size_t i = 0; i < count; i++)
		row_sum_wait(&view->sums[i], store);
	return view->sums;
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

/* Ranks of the build before keep their order, which sorting then finds nearly done; new ones come
 * behind them. */
void view_fit_ranks(struct view *view, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < view->nranks; i++)
		if (view->ranks[i] < count)
			view->ranks[kept++] = view->ranks[i];
	for (; kept < count; kept++)
		view->ranks[kept] = (uint32_t)kept;
	view->nranks = count;
}

static bool wanted_pid(const struct view_ask *ask, int32_t pid)
{
	if (ask->pids == NULL)
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
	return ask->query == NULL || query_match(ask->query, store, row);
}

bool view_is_folded(const struct view_ask *ask, struct ident id)
{
	for (size_t i = 0; i < ask->nfolds; i++)
		if (ident_same(ask->folds[i], id))
			return true;
	return false;
}
