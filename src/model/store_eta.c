/* SPDX-License-Identifier: GPL-2.0-or-later */
/* store_eta - when a climb meets its limit: of a process (store.h), of a container (containers.h)
 *
 * The time is that of all who fill the same room, so it asks for the machine's end and for those of
 * containers, which know nothing of each other.
 */
#include "model/store_priv.h"

enum { ETA_MOST_S = 7 * 24 * 3600 }; /* what is further away is no end that anybody waits for */

static const double ETA_CONFIDENCE = .7; /* of the rate: below it a time would be a guess */

/* When the room below LIMIT is gone, whoever fills it; false: that is not known. */
static bool all_end(const struct store *store, const struct limit *limit, double *seconds)
{
	struct trend_end end;

	if (limit->kind == LIMIT_MACHINE) /* that of a container memtop is in is another room */
		return store->container == NULL && store_machine_full(store, seconds);
	const struct container *whole = limit->cgroup != NULL
						? store_container_find(store, limit->cgroup)
						: NULL;
	if (whole == NULL || store_container_verdict(store, whole) != TREND_CLIMBING ||
		whole->trend == NULL || !trend_end(whole->trend, (double)limit->room_kib, &end))
		return false;
	*seconds = end.mid_s;
	return true;
}

/* How sure the time is stays as it was, as a share: no more is known of the others' pace. */
static void count_others(const struct store *store, struct eta *eta)
{
	double all_s;

	eta->alone_s = eta->mid_s;
	if (!all_end(store, &eta->limit, &all_s) || eta->mid_s <= 0)
		return;
	eta->from_s *= all_s / eta->mid_s;
	eta->to_s *= all_s / eta->mid_s;
	eta->mid_s = all_s;
}

/* The end of a climb as TREND has it, at LIMIT. */
static bool foresee_end(const struct store *store, const struct trend *trend,
	const struct limit *limit, struct eta *eta)
{
	struct trend_rate rate;
	struct trend_end end;

	if (!trend_rate(trend, &rate) || rate.confidence < ETA_CONFIDENCE ||
		!trend_end(trend, (double)limit->room_kib, &end) || end.mid_s > ETA_MOST_S)
		return false;
	*eta = (struct eta){ end.mid_s, end.from_s, end.to_s, end.mid_s, *limit };
	count_others(store, eta);
	return true;
}

bool store_eta(const struct store *store, const struct proc *proc, struct eta *eta)
{
	if (store_verdict(store, proc) != TREND_CLIMBING)
		return false;
	struct limit limit = store_limit(store, proc);

	return limit.kind != LIMIT_NONE && foresee_end(store, proc->trend, &limit, eta);
}

bool store_group_eta(const struct store *store, const struct group *group, const char *cgroup,
	struct eta *eta)
{
	struct limit limit = store_limit_in(store, cgroup);

	return group->trend != NULL && store_group_verdict(store, group) == TREND_CLIMBING &&
	       limit.kind != LIMIT_NONE && foresee_end(store, group->trend, &limit, eta);
}

bool store_container_eta(const struct store *store, const struct container *container,
	struct eta *eta, uint64_t *reclaim_kib)
{
	struct limit limit = store_container_limit(store, container);
	uint64_t machine_kib = store_machine_room(store);

	if (store_container_verdict(store, container) != TREND_CLIMBING || container->trend == NULL)
		return false;
	if (limit.kind == LIMIT_NONE || machine_kib < limit.room_kib)
		limit = (struct limit){ LIMIT_MACHINE, machine_kib,
			store->system.total_kib + store->system.swap_total_kib, NULL };
	if (limit.room_kib == UINT64_MAX || !foresee_end(store, container->trend, &limit, eta))
		return false;
	*reclaim_kib = container->reclaimable_kib;
	return true;
}
