/* SPDX-License-Identifier: GPL-2.0-or-later */
/* store_feed - what moved gets a history and a verdict; what did not costs nothing
 *
 * A process rests at the figures it was first seen with.  Once it is further from them than a
 * page or two, it gets a series, and a trend if it was the footprint that moved; both are filled
 * in backwards, since until then it stood still.  A trend is fed every tick (fewer would move its
 * buckets and cost accuracy, and save a fifth of a microsecond each), and given up after an hour
 * of rest: what its longest tier could have learnt from so rare a step is gone by then.
 */
#include "model/store_priv.h"

#include "base/xalloc.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	LOSS_KIB = 16384, /* of less nobody asks where it went */
	/* who stood still for an hour gives the memory of its trend back */
	GIVE_UP_MS = 60 * 60 * 1000,
	OWN_START_S = 10, /* age until which memtop's own processes are set up */
	YOUNG_S = 90,     /* until this age the limit that binds matters to the verdict */
	/* how a trend goes on that rested while looks were passed over: in steps of a minute,
	 * and in smaller ones at the end */
	REST_STEP_S = 60,
	REST_LATE_S = 300,
	REST_LATE_STEP_S = 20,
};

/* Two pages of noise are no movement, however large they are. */
static int32_t rest_kib(const struct store *store)
{
	return store->header.page_kib > 4 && store->header.page_kib <= 1024
		       ? (int32_t)store->header.page_kib * 2
		       : 8;
}

static bool moved_from(const struct store *store, uint64_t now_kib, uint32_t rest)
{
	int32_t d = (int32_t)((uint32_t)now_kib - rest);

	return d > rest_kib(store) || d < -rest_kib(store);
}

bool store_is_own(const char *comm)
{
	return strncmp(comm, "memtop", 6) == 0 && (comm[6] == '\0' || comm[6] == '-');
}

static void rest_here(struct proc *proc)
{
	proc->rest_footprint = (uint32_t)proc->figures.footprint_kib;
	proc->rest_rss = (uint32_t)proc->figures.rss_kib;
}

/* The figures kept in its history, in the order of the channels. */
static void channel_values(const struct proc *proc, uint64_t values[PROC_CHANNELS])
{
	values[PROC_ANON] = proc->figures.anon_kib;
	values[PROC_FILE] = proc->figures.file_kib;
	values[PROC_SHMEM] = proc->figures.shmem_kib;
	values[PROC_SWAP] = proc->figures.swap_kib;
	values[PROC_HUGE] = proc->figures.huge_kib;
	values[PROC_BORROWED] = store_borrowed_kib(proc);
}

static uint64_t footprint_of(const struct proc_figures *look)
{
	return look->anon_kib + look->shmem_kib + look->swap_kib + look->huge_kib;
}

/* The kernel updates VmHWM seldom: a peak below what is there now is raised to it. */
static void apply_look(struct proc *proc, const struct proc_figures *look)
{
	proc->figures.rss_kib = look->rss_kib;
	proc->figures.virt_kib = look->virt_kib;
	proc->figures.anon_kib = look->anon_kib;
	proc->figures.file_kib = look->file_kib;
	proc->figures.shmem_kib = look->shmem_kib;
	proc->figures.swap_kib = look->swap_kib;
	proc->figures.huge_kib = look->huge_kib;
	proc->figures.footprint_kib = footprint_of(look);
	if (proc->figures.peak_kib < proc->figures.rss_kib)
		proc->figures.peak_kib = proc->figures.rss_kib;
	proc->figures.known |= DETAIL_USAGE;
}

static double age_at(const struct store *store, const struct proc *proc, uint64_t ms)
{
	double born_s = store->header.hz ? (double)proc->id.start_ticks / store->header.hz : 0;
	double age_s = store_seconds(ms) - born_s;

	return age_s > 0 ? age_s : 0;
}

/* The highest footprint it may have had before it was watched; 0: not known. */
static uint64_t old_peak(const struct proc *proc)
{
	if (!(proc->figures.known & DETAIL_PEAK) && proc->moved_ms == 0)
		return 0;
	return proc->figures.peak_kib > proc->figures.file_kib
		       ? proc->figures.peak_kib - proc->figures.file_kib
		       : 0;
}

/* Makes a trend of a footprint that stood still until now. */
static void start_trend(const struct store *store, struct proc *proc)
{
	uint64_t since_ms = proc->moved_ms > proc->first_ms ? proc->moved_ms : proc->first_ms;
	uint64_t upto_ms = store->before_ms > since_ms ? store->before_ms : since_ms;

	proc->trend = xalloc(sizeof(*proc->trend));
	trend_init_flat(proc->trend, store_seconds(since_ms), store_seconds(upto_ms),
		store_own_kib(proc), age_at(store, proc, since_ms), old_peak(proc));
}

/* Begun when something first moved: until then it had been what it was, which is put in as such. */
static void start_series(const struct store *store, struct proc *proc)
{
	uint64_t values[PROC_CHANNELS];
	uint64_t upto_ms = store->before_ms > proc->first_ms ? store->before_ms : proc->first_ms;

	channel_values(proc, values);
	proc->series = series_new(PROC_CHANNELS);
	series_put_still(proc->series, proc->first_ms, upto_ms, values);
}

/* PROC, still with its old figures, is about to leave its rest.  FOOTPRINT: for another one; who
 * ends has none any more, and nothing of it is to be judged. */
static void prepare_to_move(struct store *store, struct proc *proc, bool footprint)
{
	if (proc->series == NULL)
		start_series(store, proc);
	if (proc->trend == NULL && footprint && !proc->own)
		start_trend(store, proc);
	store_mark_active(store, proc->index, true);
}

/* KiB that PROC has of a parent that runs the same program: a fork gives it all of that, and no
 * page of it is new. */
static uint32_t inherited(const struct store *store, const struct proc *proc)
{
	const struct proc *parent = proc->figures.ppid > 0
					    ? proc_table_find(&store->table, proc->figures.ppid)
					    : NULL;

	/* the store keeps each text once */
	if (parent == NULL || !proc_is_measured(parent) || parent->comm != proc->comm)
		return 0;
	uint64_t had_kib = parent->figures.footprint_kib - parent->figures.shmem_kib;
	uint64_t has_kib = proc->figures.footprint_kib - proc->figures.shmem_kib;
	uint64_t kib = had_kib < has_kib ? had_kib : has_kib;
	return kib < UINT32_MAX ? (uint32_t)kib : UINT32_MAX;
}

void store_note_gone(struct store *store, const struct proc *proc, bool ended)
{
	struct kill_gone gone = {
		.id = proc->id,
		.ms = store->now_ms,
		.kib = proc->figures.footprint_kib,
		.cgroup = (char *)(uintptr_t)proc->cgroup,
		.ended = ended,
	};

	if (store->ticks == 0 || store_after_gap(store))
		return;
	snprintf(gone.name, sizeof(gone.name), "%s", proc->name != NULL ? proc->name : "");
	kill_note(&store->kills, &gone);
}

/* A zombie has nothing left; what is being killed has its memory taken before it ends. */
static void note_loss(struct store *store, const struct proc *proc, const struct proc_figures *look,
	uint64_t footprint_kib)
{
	bool ended = look->rss_kib == 0 && proc->figures.rss_kib > 0;

	if (ended || (proc->figures.footprint_kib >= LOSS_KIB &&
			     footprint_kib < proc->figures.footprint_kib / 8))
		store_note_gone(store, proc, ended);
}

/* Memory that memtop itself takes to start is no growth of the machine's: its history begins with
 * the last of that.  Its peak tells of it.  And before the first look nobody has a history. */
static bool still_starts(const struct store *store, const struct proc *proc)
{
	if (store->ticks == 0)
		return true;
	return proc->own && proc->series == NULL && store->baseline_ms == 0 &&
	       age_at(store, proc, store->now_ms) < OWN_START_S;
}

/* All of statm is 0 of a process whose memory has been taken down: no living one is without. */
static bool has_ended(const struct proc_figures *look)
{
	return look->rss_kib == 0 && look->virt_kib == 0;
}

void store_measure(struct store *store, struct proc *proc, const struct proc_figures *look)
{
	uint64_t footprint_kib = footprint_of(look);

	if (!proc_is_measured(proc)) {
		apply_look(proc, look);
		proc->first_ms = store->now_ms;
		rest_here(proc);
		proc->inherited_kib = inherited(store, proc);
		for (int kind = 0; kind < GROUP_KINDS; kind++)
			store_group_join(store, proc, (enum group_kind)kind);
		return;
	}
	note_loss(store, proc, look, footprint_kib);
	store_group_change(store, proc, footprint_kib, look->shmem_kib, store->ticks == 0);
	bool starts = still_starts(store, proc);
	bool footprint = moved_from(store, footprint_kib, proc->rest_footprint);
	bool moved = !starts && (footprint || moved_from(store, look->rss_kib, proc->rest_rss));
	if (moved)
		prepare_to_move(store, proc, footprint && !has_ended(look));
	apply_look(proc, look);
	if (moved) {
		proc->moved_ms = store->now_ms;
		rest_here(proc);
	} else if (starts) {
		proc->first_ms = store->now_ms;
		rest_here(proc);
	}
	if (proc->series != NULL) {
		uint64_t values[PROC_CHANNELS];
		channel_values(proc, values);
		series_pass(proc->series, store->now_ms, values, store->goal_ms);
	}
}

void store_learn(struct store *store, struct proc *proc, const struct proc_figures *look)
{
	if (!proc_is_measured(proc)) {
		store_measure(store, proc, look);
		return;
	}
	/* its history was written without these parts, but it had them all the time */
	if (proc->series != NULL) {
		series_shift(proc->series, PROC_FILE,
			(int64_t)(look->file_kib - proc->figures.file_kib));
		series_shift(proc->series, PROC_SHMEM,
			(int64_t)(look->shmem_kib - proc->figures.shmem_kib));
		series_shift(proc->series, PROC_SWAP,
			(int64_t)(look->swap_kib - proc->figures.swap_kib));
		series_shift(proc->series, PROC_HUGE,
			(int64_t)(look->huge_kib - proc->figures.huge_kib));
	}
	if (store->baseline_ms >= proc->first_ms)
		proc->base_kib += footprint_of(look) - look->anon_kib -
				  (proc->figures.footprint_kib - proc->figures.anon_kib);
	uint64_t old_kib = proc->figures.footprint_kib;
	store_group_change(store, proc, footprint_of(look), look->shmem_kib, true);
	apply_look(proc, look);
	rest_here(proc);
	bool other = proc->figures.footprint_kib != old_kib ||
		     old_peak(proc) > proc->figures.footprint_kib + (uint64_t)rest_kib(store);
	if (proc->trend != NULL && other)
		trend_init(proc->trend, store_seconds(store->now_ms), store_own_kib(proc),
			age_at(store, proc, store->now_ms), old_peak(proc));
}

/* Nothing of it moved for an hour: it is like a process that never did. */
static void give_up(struct store *store, struct proc *proc)
{
	if (proc->trend != NULL && trend_state(proc->trend) != TREND_CLIMBING) {
		free(proc->trend);
		proc->trend = NULL;
	}
	if (proc->series != NULL)
		series_trim(proc->series, store->now_ms);
	if (proc->trend == NULL)
		store_mark_active(store, proc->index, false);
}

/* Feeds the trend what it missed until UPTO_MS while it rested and looks were passed over. */
static void feed_rest(const struct store *store, struct trend *trend, uint64_t upto_ms)
{
	double upto_s = store_seconds(upto_ms);

	/* one that has just begun is up to a second behind */
	if (upto_s - trend->t_s <= 1)
		return;
	trend_hold(trend, store->goal_ms != 0 ? upto_s : upto_s - REST_LATE_S, REST_STEP_S);
	trend_hold(trend, upto_s, REST_LATE_STEP_S);
}

/* Limits matter to a young one, whose growth may meet them before there is a verdict; to others
 * the machine's room is enough, and is looked up once for all. */
static void feed_trend(const struct store *store, struct proc *proc, uint64_t machine_kib)
{
	struct trend *trend = proc->trend;
	uint64_t own_kib = store_own_kib(proc);

	if (store->goal_ms != 0 && own_kib == (uint64_t)trend->kib && trend_rests(trend))
		return;
	feed_rest(store, trend, store->before_ms);
	bool young = age_at(store, proc, store->now_ms) < YOUNG_S;
	uint64_t room_kib = young ? store_limit(store, proc).room_kib : machine_kib;
	store_follow(store, trend, own_kib, room_kib);
}

/* Takes the trend of a process back that has stood still for long. */
static void feed_proc(struct store *store, struct proc *proc, uint64_t machine_kib)
{
	uint64_t still_ms = store->now_ms - proc->moved_ms;

	if (proc->trend != NULL)
		feed_trend(store, proc, machine_kib);
	if (still_ms > GIVE_UP_MS || proc->trend == NULL)
		give_up(store, proc);
}

void store_settle(struct store *store)
{
	if (store->goal_ms == 0)
		return;
	store->goal_ms = 0;
	for (size_t i = store_next_active(store, 0); i < store->table.count;
		i = store_next_active(store, i + 1)) {
		struct trend *trend = store->table.procs[i].trend;
		if (trend == NULL)
			continue;
		feed_rest(store, trend, store->now_ms);
		trend_settle(trend);
	}
	store_settle_group_trends(store);
}

void store_feed_gap(struct store *store)
{
	uint64_t values[PROC_CHANNELS];

	for (size_t i = 0; i < store->table.count; i++) {
		const struct proc *proc = &store->table.procs[i];
		if (proc->series == NULL)
			continue;
		channel_values(proc, values);
		series_put(proc->series, store->now_ms, values, true);
	}
	store_feed_groups_gap(store);
}

static uint64_t used_kib(const struct system_figures *system)
{
	uint64_t left = frame_available_kib(system);

	return system->total_kib > left ? system->total_kib - left : 0;
}

/* The host's kernel memory is none of ours in a container, which has its own. */
static uint64_t kernel_kib(const struct store *store)
{
	const struct cgroup_figures *group = store->container;

	if (group == NULL)
		return store->system.slab_unreclaimable_kib;
	if (!(group->known & CGROUP_PARTS) || group->usage_kib < group->anon_kib + group->file_kib)
		return 0;
	return group->usage_kib - group->anon_kib - group->file_kib;
}

/* Feeds two kinds of history of the machine: what the curves show, and what is followed for growth
 * that belongs to no process. In a container the machine's page tables are somebody else's. */
static void feed_system(struct store *store, bool gap)
{
	const struct system_figures *system = &store->seen;
	uint64_t swap_kib = system->swap_total_kib > system->swap_free_kib
				    ? system->swap_total_kib - system->swap_free_kib
				    : 0;
	uint64_t values[SYSTEM_CHANNELS] = {
		[SYSTEM_CH_USED] = used_kib(system),
		[SYSTEM_CH_CACHE] = system->cache_kib,
		[SYSTEM_CH_SHMEM] = system->shmem_kib,
		[SYSTEM_CH_SLAB] = kernel_kib(store),
		[SYSTEM_CH_SWAP] = swap_kib,
		[SYSTEM_CH_PSI] = (uint64_t)(system->psi_some_avg10 * 100),
	};
	uint64_t followed[SYSTEM_TRENDS] = {
		[SYSTEM_T_SLAB] = values[SYSTEM_CH_SLAB],
		[SYSTEM_T_SHMEM] = system->shmem_kib,
		[SYSTEM_T_PAGE_TABLES] = store->container != NULL ? 0 : system->page_tables_kib,
		[SYSTEM_T_USED] = values[SYSTEM_CH_USED],
	};
	double t_s = store_seconds(store->now_ms);

	series_put(store->system_series, store->now_ms, values, gap);
	for (int i = 0; i < SYSTEM_TRENDS; i++) {
		if (store->ticks == 1)
			trend_init(&store->system_trends[i], t_s, followed[i], t_s, 0);
		else
			trend_update(&store->system_trends[i], t_s, followed[i], UINT64_MAX);
	}
}

void store_feed(struct store *store, bool gap)
{
	uint64_t machine_kib = store_machine_room(store);

	store_share_feed(store, gap);
	for (size_t i = store_next_active(store, 0); i < store->table.count;
		i = store_next_active(store, i + 1))
		feed_proc(store, &store->table.procs[i], machine_kib);
	store_feed_groups(store, machine_kib);
	store_feed_containers(store, gap);
	feed_system(store, gap);
	store_note_past(store, gap);
	store_feed_front(store);
}
