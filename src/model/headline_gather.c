/* SPDX-License-Identifier: GPL-2.0-or-later */
/* headline_gather - the facts behind the first line, from one pass over the processes */
#include "model/headline.h"

#include "base/real.h"
#include "model/containers.h"

#include <math.h>

enum { YOUNG_MS = 10 * 1000 }; /* a start takes no longer, as a rule */

static const double POOL_LEAST_KIB_MIN = 256; /* a slower pool is no news */
static const double YOUNG_LATELY_S = 8, YOUNG_LEAST_KIB_MIN = 1024;

/* The least that hidden processes hold: the machine's anonymous memory without that of all that
 * is seen.  Pages that children share with their parent count more than once, so it may be more. */
static void take_unaccounted(struct headline_facts *facts, const struct store *store)
{
	uint64_t seen_kib = store_rest(store)->anon_kib;

	facts->hides = store_header(store)->hidepid >= 2;
	if ((facts->hidden == 0 && !facts->hides) || facts->container)
		return;
	for (size_t i = 0; i < store_count(store); i++)
		seen_kib += store_proc(store, i)->figures.anon_kib;
	if (facts->system->anon_kib > seen_kib)
		facts->unaccounted_kib = facts->system->anon_kib - seen_kib;
}

/* With whom the climber is ended when it meets its limit. */
static void take_company(struct headline_facts *facts, const struct store *store,
	const struct proc *proc)
{
	const struct container *whole = store_kill_takes(store, proc->cgroup,
		&facts->worst_eta.limit);

	if (whole != NULL)
		facts->worst_takes = whole->processes;
}

/* The foremost of those that climb, by the store's own order; its end is looked up once, here. */
static void take_climber(struct headline_facts *facts, const struct store *store)
{
	const struct proc *proc = store_climber(store);
	struct trend_climb climb;

	if (proc == NULL)
		return;
	facts->worst_name = proc->name;
	facts->worst = proc->id;
	facts->worst_kib_min = trend_rate_stored(proc->trend) * 60;
	facts->worst_eta_known = store_eta(store, proc, &facts->worst_eta);
	if (facts->worst_eta_known)
		take_company(facts, store, proc);
	if (!trend_climb(proc->trend, &climb))
		return;
	facts->worst_since_s = real_max(0, (double)store_now_ms(store) / 1000 - climb.since_s);
	facts->worst_gained_kib = (uint64_t)climb.gain_kib;
}

/* Whether PROC, too young for a verdict, has not loaded what it wanted after YOUNG_MS; before the
 * first verdicts everybody is, and something else is said. */
static bool grows_on(const struct store *store, const struct proc *proc)
{
	double kib_min;

	return !store_is_watching(store) && store_verdict(store, proc) <= TREND_WATCHING &&
	       store_now_ms(store) - proc->first_ms >= YOUNG_MS &&
	       store_growth(store, proc, YOUNG_LATELY_S, &kib_min) &&
	       kib_min >= YOUNG_LEAST_KIB_MIN;
}

/* Over those that have a trend alone: of thousands that stand still none is touched. */
static void take_trends(struct headline_facts *facts, const struct store *store)
{
	for (size_t i = store_next_active(store, 0); i < store_count(store);
		i = store_next_active(store, i + 1)) {
		const struct proc *proc = store_proc(store, i);
		if (proc->trend != NULL && trend_state(proc->trend) == TREND_CLIMBING)
			facts->climbers++;
		else if (proc->trend != NULL &&
			 (trend_state(proc->trend) == TREND_WARMING || grows_on(store, proc)))
			facts->warming++;
	}
}

/* Takes the process that gains most while it is too early for verdicts. */
static void take_watch(struct headline_facts *facts, const struct store *store)
{
	const struct proc *proc = store_fastest(store, &facts->fastest_kib_min);

	facts->watching = store_is_watching(store);
	if (facts->watching)
		facts->part_name = store_fastest_part(store, &facts->part_kib_min);
	if (proc == NULL)
		return;
	facts->fastest_name = proc->name;
	facts->fastest = proc->id;
}

/* Whether anything of PROC is more than that of all before it. */
static void take_proc(struct headline_facts *facts, const struct proc *proc)
{
	if (proc_is_measured(proc) && proc->figures.footprint_kib > facts->biggest_kib) {
		facts->biggest_kib = proc->figures.footprint_kib;
		facts->biggest_name = proc->name;
		facts->biggest = proc->id;
	}
	if (proc->figures.known & DETAIL_FAULTS &&
		(double)proc->figures.major_faults_s > facts->waits_faults_s) {
		facts->waits_faults_s = (double)proc->figures.major_faults_s;
		facts->waits_name = proc->name;
		facts->waits = proc->id;
	}
	facts->disk_waiters += proc->figures.state == 'D' && !proc->kernel_thread;
	/* the first time may have been a moment's */
	if (proc->blocked_s > 1 && proc->blocked_s > facts->blocked_s) {
		facts->blocked_s = proc->blocked_s;
		facts->blocked_name = proc->name;
		facts->blocked = proc->id;
	}
}

/* The machine's memory, or what the limits above memtop leave of it. */
static void take_machine(struct headline_facts *facts, const struct store *store)
{
	const struct system_figures *system = facts->system;

	facts->machine_limit_kib = system->total_kib;
	facts->available_kib = frame_available_kib(system);
	facts->hidden = system->hidden;
	facts->unmeasured = !frame_knows_memory(system);
	facts->lacks = store_header(store)->lacks;
	facts->container = store_container(store) != NULL;
	facts->cpus = store_header(store)->cpus;
	facts->machine = store_system(store);
}

/* A tmpfs is no memory of the process that fills it, but of its cgroup. */
static void take_filled(struct headline_facts *facts, const struct store *store)
{
	const struct container *filled = store_container_with_shmem(store,
		facts->ownerless_kib_min);
	uint64_t reclaim_kib;

	if (filled == NULL)
		return;
	facts->ownerless_in = container_label(filled);
	facts->ownerless_mount = store_container_mount(store, filled);
	if (!store_container_eta(store, filled, &facts->ownerless_eta, &reclaim_kib))
		facts->ownerless_eta = (struct eta){ .mid_s = INFINITY };
}

/* Where all programs of a name grow together (the pool), growth of the sum has an owner, and is
 * not told twice. */
static void take_ownerless(struct headline_facts *facts, const struct store *store)
{
	struct store_ownerless found;

	if (!store_ownerless_named(store, &found) ||
		(found.growth == SYSTEM_GROWS_USED && facts->pool_name != NULL))
		return;
	facts->ownerless = found.name;
	facts->ownerless_kib_min = found.kib_min;
	facts->ownerless_mount = found.mount;
	facts->ownerless_slab = found.slab;
	if (found.by == NULL) {
		if (found.growth == SYSTEM_GROWS_SHMEM)
			take_filled(facts, store);
		return;
	}
	facts->ownerless_by = found.by->comm;
	facts->ownerless_id = found.by->id;
}

/* The program that climbs fastest as a whole; one whose member climbs is told by that. */
static void take_pools(struct headline_facts *facts, const struct store *store)
{
	for (size_t i = 0; i < store_group_count(store, GROUP_PROGRAM); i++) {
		const struct group *group = store_group(store, GROUP_PROGRAM, i);
		if (store_group_verdict(store, group) != TREND_CLIMBING)
			continue;
		double kib_min = trend_rate_stored(group->trend) * 60;
		if (kib_min < POOL_LEAST_KIB_MIN || kib_min <= facts->pool_kib_min)
			continue;
		facts->pool_name = group->name;
		facts->pool_members = group->members;
		facts->pool_kib_min = kib_min;
	}
	for (size_t i = 0; facts->pool_name != NULL && i < store_count(store); i++) {
		const struct proc *proc = store_proc(store, i);
		if (proc->name == facts->pool_name && store_verdict(store, proc) == TREND_CLIMBING)
			facts->pool_name = NULL;
	}
}

void headline_gather(struct headline_facts *facts, const struct store *store)
{
	size_t climbers;

	*facts = (struct headline_facts){ .oom_ago_s = -1, .biggest_age_s = -1 };
	facts->system = store_seen(store);
	if (facts->system == NULL)
		return;
	uint64_t now_ms = store_now_ms(store);
	facts->seen_s = (double)(now_ms - store_first_ms(store)) / 1000;
	facts->kill = store_kill(store);
	if (facts->kill != NULL)
		facts->oom_ago_s = (double)(now_ms - facts->kill->ms) / 1000;
	take_machine(facts, store);
	take_trends(facts, store);
	for (size_t i = 0; i < store_count(store); i++)
		take_proc(facts, store_proc(store, i));
	facts->disk_waiters += store_rest(store)->waiting;
	take_climber(facts, store);
	take_watch(facts, store);
	take_unaccounted(facts, store);
	take_pools(facts, store);
	const struct proc *biggest = facts->biggest_name != NULL ? store_find(store, facts->biggest)
								 : NULL;
	if (biggest != NULL && store_header(store)->hz)
		facts->biggest_age_s = store_age_s(store, biggest);
	facts->climbing_kib_min = store_climbing(store, &climbers);
	facts->machine_eta_known = store_machine_full(store, &facts->machine_eta_s);
	if (facts->machine_eta_known && facts->machine_eta_s > 0)
		facts->machine_kib_min = (double)store_seen_room(store) * 60 / facts->machine_eta_s;
	take_ownerless(facts, store);
}
