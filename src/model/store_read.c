/* SPDX-License-Identifier: GPL-2.0-or-later */
/* store_read - histories, growth, verdicts, limits: what is worked out when somebody asks */
#include "model/store_priv.h"

#include <string.h>

enum { GROWTH_LEAST_MS = 5000 }; /* no rate before it was watched for so long */

double store_age_s(const struct store *store, const struct proc *proc)
{
	double born_s = store->header.hz ? (double)proc->id.start_ticks / store->header.hz : 0;
	double age_s = store_seconds(store->now_ms) - born_s;

	return age_s > 0 ? age_s : 0;
}

/* RSS and footprint are sums of parts, and only the parts are kept. */
static unsigned channel_set(unsigned channel)
{
	if (channel == PROC_RSS)
		return 1u << PROC_ANON | 1u << PROC_FILE | 1u << PROC_SHMEM;
	if (channel == PROC_FOOTPRINT)
		return PROC_FOOTPRINT_SET;
	return 1u << channel;
}

/* As it is at this tick: what one that never moved always was. */
static uint64_t channel_now(const struct proc *proc, unsigned channel)
{
	switch (channel) {
	case PROC_ANON:
		return proc->figures.anon_kib;
	case PROC_FILE:
		return proc->figures.file_kib;
	case PROC_SHMEM:
		return proc->figures.shmem_kib;
	case PROC_SWAP:
		return proc->figures.swap_kib;
	case PROC_HUGE:
		return proc->figures.huge_kib;
	case PROC_BORROWED:
		return store_borrowed_kib(proc);
	case PROC_RSS:
		return proc->figures.anon_kib + proc->figures.file_kib + proc->figures.shmem_kib;
	default:
		return proc->figures.footprint_kib;
	}
}

/* A flat line from FIRST_MS on, with the machine's gaps in it: nobody looked then at anything. */
void store_still_history(const struct store *store, uint64_t first_ms, uint64_t value,
	const struct series_cut *cut)
{
	uint32_t v = value < UINT32_MAX ? (uint32_t)value : UINT32_MAX;
	uint64_t length_ms = cut->to_ms > cut->from_ms ? cut->to_ms - cut->from_ms : 0;
	double width = (double)length_ms / (double)cut->count;

	for (size_t i = 0; i < cut->count; i++) {
		uint64_t a = cut->from_ms + (uint64_t)(width * (double)i);
		uint64_t b = cut->from_ms + (uint64_t)(width * (double)(i + 1));
		bool known = b >= first_ms && !series_gap(store->system_series, a, b);
		cut->spans[i] = known ? (struct series_span){ true, v, v, v }
				      : (struct series_span){ 0 };
	}
}

void store_history(const struct store *store, const struct proc *proc, unsigned channel,
	const struct series_cut *cut)
{
	if (proc->series != NULL)
		series_read(proc->series, channel_set(channel), cut);
	else
		store_still_history(store, proc_is_measured(proc) ? proc->first_ms : UINT64_MAX,
			channel_now(proc, channel), cut);
}

void store_system_history(const struct store *store, enum system_channel channel,
	const struct series_cut *cut)
{
	series_read(store->system_series, 1u << channel, cut);
}

static uint64_t later(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* Where a window of SECONDS begins that reaches neither before the first look nor over a gap; 0: it
 * would be too short for a rate. */
uint64_t store_window_ms(const struct store *store, uint64_t first_ms, double seconds)
{
	uint64_t span_ms = (uint64_t)(seconds * 1000);
	uint64_t from_ms = store->now_ms > span_ms ? store->now_ms - span_ms : 0;

	from_ms = later(from_ms, later(first_ms, store->solid_ms));
	return store->now_ms - from_ms < GROWTH_LEAST_MS ? 0 : from_ms;
}

/* The sum of CHANNELS without the borrowed at *FROM_MS, and when exactly; OLD_KIB is untouched, and
 * true returned, for one that never moved. */
static bool own_then(const struct proc *proc, unsigned channels, uint64_t *from_ms, double *old_kib)
{
	uint64_t all_kib, borrowed_kib = 0;

	if (proc->series == NULL)
		return true;
	if (!series_at(proc->series, channels, *from_ms, &all_kib, from_ms))
		return false;
	if (proc->share != NULL)
		series_at(proc->series, 1u << PROC_BORROWED, *from_ms, &borrowed_kib, NULL);
	*old_kib = (double)all_kib - (double)borrowed_kib;
	return true;
}

bool store_growth(const struct store *store, const struct proc *proc, double seconds,
	double *kib_min)
{
	uint64_t from_ms = store_window_ms(store, proc->first_ms, seconds);
	double now_kib = (double)store_own_kib(proc), old_kib = now_kib;

	if (!proc_is_measured(proc) || from_ms == 0 ||
		!own_then(proc, PROC_FOOTPRINT_SET, &from_ms, &old_kib))
		return false;
	*kib_min = (now_kib - old_kib) / store_seconds(store->now_ms - from_ms) * 60;
	return true;
}

/* A process without a trend has not moved since it was first seen; what it did before that, only
 * its age tells. */
enum trend_state store_verdict(const struct store *store, const struct proc *proc)
{
	if (proc_has_ended(proc))
		return TREND_ZOMBIE;
	if (proc->own)
		return TREND_NONE;
	if (proc->trend != NULL)
		return trend_state(proc->trend);
	return trend_state_still(store_seconds(store->now_ms - proc->first_ms),
		store_age_s(store, proc));
}

/* Where a look could not read the machine's memory there is no limit, and not one of 0. */
static uint64_t room_of(const struct store *store, const struct system_figures *system)
{
	if (store->ticks && !frame_knows_memory(system))
		return UINT64_MAX;
	return frame_available_kib(system) + system->swap_free_kib;
}

uint64_t store_machine_room(const struct store *store)
{
	return room_of(store, &store->system);
}

uint64_t store_seen_room(const struct store *store)
{
	return room_of(store, &store->seen);
}

const struct cgroup_figures *store_cgroup(const struct store *store, const char *path)
{
	return cgroups_find(&store->cgroups, path, strlen(path));
}

/* The one that leaves least room binds, whatever its size. */
static void consider(struct limit *best, enum limit_kind kind, uint64_t limit_kib,
	uint64_t used_kib)
{
	if (limit_kib == UINT64_MAX)
		return;
	uint64_t room_kib = limit_kib > used_kib ? limit_kib - used_kib : 0;
	if (room_kib < best->room_kib)
		*best = (struct limit){ kind, room_kib, limit_kib, NULL };
}

/* The one with the least room, since it is met first: the lowest need not be. */
static void consider_machine(const struct store *store, struct limit *best)
{
	uint64_t room_kib = store_machine_room(store);

	if (store->ticks && room_kib < best->room_kib)
		*best = (struct limit){ LIMIT_MACHINE, room_kib,
			store->system.total_kib + store->system.swap_total_kib, NULL };
}

struct limit store_limit(const struct store *store, const struct proc *proc)
{
	struct limit best = cgroups_limit(&store->cgroups, proc->cgroup,
		store->system.swap_free_kib);

	if (proc->rare != NULL && proc_is_measured(proc)) {
		/* statm does not tell what RLIMIT_DATA counts: anonymous memory is its bulk */
		consider(&best, LIMIT_AS, proc->rare->figures.limit_as_kib, proc->figures.virt_kib);
		consider(&best, LIMIT_DATA, proc->rare->figures.limit_data_kib,
			proc->figures.anon_kib + proc->figures.swap_kib);
	}
	consider_machine(store, &best);
	return best;
}

struct limit store_limit_in(const struct store *store, const char *cgroup)
{
	struct limit best = cgroups_limit(&store->cgroups, cgroup, store->system.swap_free_kib);

	consider_machine(store, &best);
	return best;
}

/* Only those that are active can climb: the others have no trend. */
double store_climbing(const struct store *store, size_t *climbers)
{
	double kib_s = 0;
	size_t count = 0;

	for (size_t i = store_next_active(store, 0); i < store->table.count;
		i = store_next_active(store, i + 1)) {
		const struct trend *trend = store->table.procs[i].trend;
		if (trend == NULL || trend_state(trend) != TREND_CLIMBING)
			continue;
		count++;
		kib_s += trend_rate_stored(trend);
	}
	*climbers = count;
	return kib_s * 60;
}

/* The gain without what it borrowed: pages that were there before it looked at them are no growth
 * of its. */
double store_shmem_growth(const struct store *store, const struct proc *proc)
{
	uint64_t from_ms = store_window_ms(store, proc->first_ms, 60);
	double borrowed_kib = (double)store_borrowed_kib(proc), old_kib;

	if (from_ms == 0 || proc->series == NULL ||
		!own_then(proc, 1u << PROC_SHMEM, &from_ms, &old_kib))
		return 0;
	return ((double)proc->figures.shmem_kib - borrowed_kib - old_kib) /
	       store_seconds(store->now_ms - from_ms) * 60;
}
