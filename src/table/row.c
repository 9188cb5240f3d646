/* SPDX-License-Identifier: GPL-2.0-or-later */
/* row - sums of processes, and what a row says about its past */
#include "table/row.h"

#include "base/amount.h"
#include "base/unfilled.h"
#include "frame/proc_fields.h"

enum { SPANS_MAX = 256 };

struct ident row_ident(const struct row *row)
{
	if (row->proc != NULL)
		return row->proc->id;
	return (struct ident){ -1 - (int32_t)row->kind, row->key };
}

const struct container *row_container(const struct store *store, const struct row *row)
{
	bool member = row->kind == GROUP_CONTAINER && row->proc != NULL;
	const char *cgroup = row->container != NULL || member ? NULL : row_self(row)->cgroup;

	return cgroup != NULL ? store_container_of(store, cgroup) : row->container;
}

/* --- sums ------------------------------------------------------------------------------------- */

enum {
	/* details of the new come late, and their lack takes no figure away from a whole group */
	YOUNG_MS = 5000,
	DIVIDED_MS = 120 * 1000, /* PSS that is older tells nothing of what is shared now */
	/* highest RSS, score and the like say nothing when they are added up */
	SUMMED = DETAIL_MEMORY | DETAIL_HUGE | DETAIL_FAULTS | DETAIL_CPU | DETAIL_THREADS,
};

void row_sum_init(struct row_sum *sum)
{
	*sum = (struct row_sum){
		.total = {
			.whole = { .figures = { .known = SUMMED } },
			.pss_known = true,
			.divided = true,
			.one_user = true,
		},
	};
}

bool row_of_empty_container(struct row *row, struct row_sum *sum, const struct store *store,
	size_t index)
{
	const struct container *container = store_container_at(store, index);

	if (container->processes > 0 || !containers_is_row(container))
		return false;
	row_sum_init(sum);
	*row = (struct row){ .kind = GROUP_CONTAINER,
		.key = container->key,
		.name = container_label(container),
		.sum = sum,
		.container = container };
	return true;
}

void row_sum_wait(struct row_sum *sum, const struct store *store)
{
	sum->members = NULL;
	sum->count = 0;
	sum->group = NULL;
	sum->waits = store;
}

void row_sum_finish(struct row_sum *sum)
{
	const struct row_sum asked = { .members = sum->members, .count = sum->count };
	const struct store *store = sum->waits;

	row_sum_init(sum);
	sum->members = asked.members;
	for (size_t i = 0; i < asked.count; i++)
		row_sum_add(sum, store, store_proc(store, asked.members[i]));
}

/* Names stay where they are the same; the age is the oldest's. */
static void add_names(struct row_sum *sum, const struct proc *from, bool first, bool one_user)
{
	struct proc *to = &sum->total.whole;

	if (first) {
		to->id.start_ticks = from->id.start_ticks;
		to->first_ms = from->first_ms;
		to->figures.uid = from->figures.uid;
		to->cgroup = from->cgroup;
		to->comm = from->comm;
		to->name = from->name;
		sum->total.one_user = one_user;
		return;
	}
	if (from->id.start_ticks < to->id.start_ticks)
		to->id.start_ticks = from->id.start_ticks;
	if (from->first_ms < to->first_ms)
		to->first_ms = from->first_ms;
	sum->total.one_user &= one_user && to->figures.uid == from->figures.uid;
	/* the store keeps each text once */
	if (to->cgroup != from->cgroup)
		to->cgroup = NULL;
	if (to->comm != from->comm)
		to->comm = NULL;
	if (to->name != from->name)
		to->name = NULL;
}

/* Memory that members share is in the sum as that of the one who has most. */
static void add_proc(struct row_sum *sum, const struct proc *from, size_t count, bool one_user)
{
	struct proc_figures *to = &sum->total.whole.figures;

	add_names(sum, from, sum->count == 0, one_user);
	proc_fields_add(to, &from->figures);
	to->shmem_kib = amount_larger(to->shmem_kib, from->figures.shmem_kib);
	to->known |= from->figures.known & DETAIL_USAGE;
	sum->total.whole.detail_ms = amount_larger(sum->total.whole.detail_ms, from->detail_ms);
	sum->count += count;
}

/* Adds up members; what they share counts once, as far as that is known. */
static void add_up(struct row_sum *sum)
{
	uint64_t apart_kib = sum->total.apart_kib;

	if (sum->total.inherited_kib)
		apart_kib = amount_larger(apart_kib - amount_smaller(apart_kib,
							      sum->total.inherited_kib),
			sum->total.largest_kib);
	sum->total.whole.figures.footprint_kib = apart_kib + sum->total.whole.figures.shmem_kib;
	if (sum->total.divided && sum->total.holders > 1)
		sum->total.whole.figures.footprint_kib = amount_larger(sum->total.divided_kib,
			sum->total.largest_kib + sum->total.whole.figures.shmem_kib);
}

/* The process's share of what it has: PSS when it was read, and what it gained since. */
static uint64_t divided_kib(const struct proc *proc, const struct proc_rare *rare)
{
	uint64_t kib = rare->figures.pss_kib + rare->figures.swap_pss_kib + proc->figures.huge_kib;

	if (proc->figures.footprint_kib > rare->rollup_kib)
		kib += proc->figures.footprint_kib - rare->rollup_kib;
	return amount_smaller(kib, proc->figures.footprint_kib);
}

void row_sum_add(struct row_sum *sum, const struct store *store, const struct proc *proc)
{
	bool young = proc->watched_from_birth && store_now_ms(store) - proc->first_ms < YOUNG_MS;
	const struct proc_rare *rare = proc->figures.known & DETAIL_PSS ? proc->rare : NULL;

	add_proc(sum, proc, 1, true);
	if (!young && !proc->kernel_thread)
		sum->total.whole.figures.known &= proc->figures.known | DETAIL_USAGE;
	uint64_t apart_kib = proc->figures.footprint_kib - proc->figures.shmem_kib;
	sum->total.holders += proc->figures.rss_kib > 0 || proc->figures.footprint_kib > 0;
	sum->total.gained_kib += (int64_t)store_own_kib(proc) - (int64_t)proc->base_kib;
	sum->total.apart_kib += apart_kib;
	sum->total.inherited_kib += proc->watched_from_birth ? proc->inherited_kib : 0;
	sum->total.largest_kib = amount_larger(sum->total.largest_kib, apart_kib);
	/* what has ended has none */
	sum->total.pss_known &= rare != NULL || proc_has_ended(proc) || proc->kernel_thread;
	sum->total.pss_kib += rare != NULL ? rare->figures.pss_kib : 0;
	sum->total.divided &= rare != NULL ? store_now_ms(store) - rare->rollup_ms < DIVIDED_MS
					   : proc->figures.rss_kib == 0 &&
						     proc->figures.footprint_kib == 0;
	sum->total.divided_kib += rare != NULL ? divided_kib(proc, rare) : 0;
	add_up(sum);
}

void row_sum_merge(struct row_sum *sum, const struct row_sum *other)
{
	add_proc(sum, &other->total.whole, other->count, other->total.one_user);
	sum->total.whole.figures.known &= other->total.whole.figures.known | DETAIL_USAGE;
	sum->total.holders += other->total.holders;
	sum->total.gained_kib += other->total.gained_kib;
	sum->total.apart_kib += other->total.apart_kib;
	sum->total.inherited_kib += other->total.inherited_kib;
	sum->total.largest_kib = amount_larger(sum->total.largest_kib, other->total.largest_kib);
	sum->total.divided_kib += other->total.divided_kib;
	sum->total.divided &= other->total.divided;
	sum->total.pss_known &= other->total.pss_known;
	sum->total.pss_kib += other->total.pss_kib;
	add_up(sum);
}

/* --- the past --------------------------------------------------------------------------------- */

static const struct proc *member_at(const struct store *store, const struct row *row, size_t i)
{
	return store_proc(store, row->sum->members[i]);
}

bool row_growth(const struct store *store, const struct row *row, double seconds, double *kib_min)
{
	double sum = 0, one;
	bool any = false;

	if (row->container != NULL)
		return store_container_growth(store, row->container, seconds, kib_min);
	if (row->sum == NULL)
		return store_growth(store, row->proc, seconds, kib_min);
	if (row->sum->group != NULL)
		return store_group_growth(store, row->sum->group, seconds, kib_min);
	for (size_t i = 0; i < row->sum->count; i++)
		if (store_growth(store, member_at(store, row, i), seconds, &one)) {
			sum += one;
			any = true;
		}
	if (any)
		*kib_min = sum;
	return any;
}

/* By how much it deserves a look: what rises before what falls, and what is known of a process
 * before what is not yet. */
double row_verdict_rank(enum trend_state state)
{
	static const double rank[TREND_STATES + 1] = {
		[TREND_NONE] = 0,
		[TREND_ZOMBIE] = 0,
		[TREND_NEW] = 1,
		[TREND_STEADY] = 2,
		[TREND_WATCHING] = 3,
		[TREND_SHRINKING] = 4,
		[TREND_SPIKING] = 5,
		[TREND_WARMING] = 6,
		[TREND_RECEDING] = 7,
		[TREND_CLIMBING] = 8,
	};

	return rank[state];
}

/* The member whose verdict most deserves a look; of several that climb, the fastest. */
static const struct proc *foremost_member(const struct store *store, const struct row *row)
{
	const struct proc *best = NULL;
	double best_rank = -1, best_rate = 0;

	for (size_t i = 0; i < row->sum->count; i++) {
		const struct proc *proc = member_at(store, row, i);
		double rank = row_verdict_rank(store_verdict(store, proc));
		double rate = proc->trend != NULL ? trend_rate_stored(proc->trend) : 0;
		if (rank < best_rank || (rank == best_rank && rate <= best_rate))
			continue;
		best = proc;
		best_rank = rank;
		best_rate = rate;
	}
	return best;
}

enum trend_state row_verdict(const struct store *store, const struct row *row)
{
	const struct proc *proc = row->proc;

	if (row->container != NULL)
		return store_container_verdict(store, row->container);
	if (row->sum != NULL && row->sum->group != NULL)
		return store_group_verdict(store, row->sum->group);
	if (row->sum != NULL)
		proc = foremost_member(store, row);
	return proc != NULL ? store_verdict(store, proc) : TREND_NEW;
}

bool row_has_verdict(const struct row *row, enum trend_state state)
{
	bool looked_at = row->container != NULL || proc_is_measured(row_whole(row));

	return state == TREND_ZOMBIE || (state != TREND_NONE && looked_at);
}

const struct trend *row_trend(const struct store *store, const struct row *row)
{
	const struct proc *proc = row->proc;

	if (row->container != NULL)
		return row->container->trend;
	if (row->sum != NULL && row->sum->group != NULL)
		return row->sum->group->trend;
	if (row->sum != NULL)
		proc = foremost_member(store, row);
	return proc != NULL ? proc->trend : NULL;
}

bool row_eta(const struct store *store, const struct row *row, struct eta *eta)
{
	struct eta one;
	uint64_t reclaim_kib;
	bool any = false;

	if (row->container != NULL)
		return store_container_eta(store, row->container, eta, &reclaim_kib);
	if (row->sum == NULL)
		return store_eta(store, row->proc, eta);
	if (row->sum->group != NULL)
		return store_group_eta(store, row->sum->group, row_whole(row)->cgroup, eta);
	/* members without a history in common: the first that meets its limit */
	for (size_t i = 0; i < row->sum->count; i++) {
		if (!store_eta(store, member_at(store, row, i), &one))
			continue;
		if (!any || one.mid_s < eta->mid_s)
			*eta = one;
		any = true;
	}
	return any;
}

static uint32_t add_capped(uint32_t a, uint32_t b)
{
	return a > UINT32_MAX - b ? UINT32_MAX : a + b;
}

/* A span that is not known of one member is left out of the sum: it was not there yet. */
static void add_spans(struct series_span *to, const struct series_span *from, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!from[i].known)
			continue;
		to[i].known = true;
		to[i].lo = add_capped(to[i].lo, from[i].lo);
		to[i].hi = add_capped(to[i].hi, from[i].hi);
		to[i].last = add_capped(to[i].last, from[i].last);
	}
}

void row_history(const struct store *store, const struct row *row, const struct series_cut *cut)
{
	struct series_span one[SPANS_MAX] UNFILLED;
	const struct series_cut of_one = { cut->from_ms, cut->to_ms, one, cut->count };

	if (row->container != NULL) {
		store_container_history(store, row->container, CONTAINER_SET_USED, cut);
		return;
	}
	if (row->sum == NULL) {
		store_history(store, row->proc, PROC_FOOTPRINT, cut);
		return;
	}
	if (row->sum->group != NULL) {
		store_group_history(store, row->sum->group, cut);
		return;
	}
	for (size_t i = 0; i < cut->count; i++)
		cut->spans[i] = (struct series_span){ 0 };
	for (size_t i = 0; i < row->sum->count && cut->count <= SPANS_MAX; i++) {
		store_history(store, member_at(store, row, i), PROC_FOOTPRINT, &of_one);
		add_spans(cut->spans, one, cut->count);
	}
}
