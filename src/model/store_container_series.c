/* SPDX-License-Identifier: GPL-2.0-or-later */
/* store_container_series - the history of the parts of a container (containers.h); when there is
 * something to put into it store_containers.c knows
 */
#include "model/store_priv.h"

#include "base/amount.h"

enum {
	STEP_KIB = 64, /* of the history of a small part */
};

/* A small part that moves all the time would take a ring of each tier. */
static uint64_t in_steps(uint64_t kib)
{
	return kib & ~(uint64_t)(STEP_KIB - 1);
}

static void series_values(const struct container *container, uint64_t values[CONTAINER_CHANNELS])
{
	const struct cgroup_parts *parts = &container->parts;
	uint64_t told_kib = parts->anon_kib + parts->shmem_kib;

	values[CONTAINER_CH_ANON] = parts->anon_kib;
	values[CONTAINER_CH_SHMEM] = parts->shmem_kib;
	values[CONTAINER_CH_OBJECTS] = in_steps(parts->slab_unreclaimable_kib);
	values[CONTAINER_CH_TABLES] = in_steps(parts->page_tables_kib);
	values[CONTAINER_CH_SOCK] = in_steps(parts->sock_kib);
	for (int i = CONTAINER_CH_OBJECTS; i <= CONTAINER_CH_SOCK; i++)
		told_kib += values[i];
	values[CONTAINER_CH_LOCKED] = in_steps(parts->locked_kib);
	told_kib += values[CONTAINER_CH_LOCKED];
	values[CONTAINER_CH_PACKED] = container->packed_kib;
	values[CONTAINER_CH_REST] = amount_less(container->unreclaimable_kib,
		told_kib + container->packed_kib);
	values[CONTAINER_CH_SWAP] = amount_less(container->swap_kib, container->both_kib);
	values[CONTAINER_CH_BOTH] = container->swap_kib - values[CONTAINER_CH_SWAP];
	values[CONTAINER_CH_DIRTY] = in_steps(parts->dirty_kib);
	values[CONTAINER_CH_UNMAPPED] = in_steps(parts->unmapped_kib);
	values[CONTAINER_CH_CLEAN] = amount_less(container->cache_kib,
		values[CONTAINER_CH_DIRTY] + values[CONTAINER_CH_UNMAPPED]);
	values[CONTAINER_CH_DROPPABLE] = in_steps(parts->slab_reclaimable_kib);
	values[CONTAINER_CH_ZSWAPPED] = in_steps(parts->zswapped_kib);
}

void store_container_begin_series(struct container *container, uint64_t now_ms)
{
	uint64_t values[CONTAINER_CHANNELS];

	series_values(container, values);
	container->series = series_new(CONTAINER_CHANNELS);
	series_put_still(container->series, now_ms, now_ms, values);
}

/* A history holds what was put into it until something else is. */
void store_container_put_series(struct container *container, uint64_t now_ms, bool gap)
{
	uint64_t values[CONTAINER_CHANNELS];

	if (container->series == NULL || (!container->news && !gap))
		return;
	series_values(container, values);
	series_put(container->series, now_ms, values, gap);
	container->news = false;
}

void store_container_history(const struct store *store, const struct container *container,
	unsigned channels, const struct series_cut *cut)
{
	if (container->series != NULL)
		series_read(container->series, channels, cut);
	else
		store_still_history(store, UINT64_MAX, 0, cut);
}
