/* SPDX-License-Identifier: GPL-2.0-or-later */
/* store_container_mounts - what each tmpfs of a container holds, and in which one it grows
 *
 * The kernel counts a cgroup's shared memory in one figure.  A tmpfs that only the container has
 * mounted is its own; one of the machine's may be filled by anybody, and is named only where it
 * gains about what the cgroup gains.
 */
#include "model/store_priv.h"

#include "base/xalloc.h"

#include <stdlib.h>
#include <string.h>

enum {
	MOUNTS_MAX = 64,      /* of a container: it may mount as many as it likes */
	SPAN_MS = 60 * 1000,  /* the figures compared with are as old, up to twice that */
	LEAST_MS = 4 * 1000,  /* shorter spans give no rate */
	LEAST_KIB_MIN = 1024, /* slower growth is not laid at anybody's door */
	RATE_S = 60,
};

static void drop_mount(struct container *container, struct container_mount *mount)
{
	free(mount->path);
	*mount = container->mounts[--container->nmounts];
}

/* Two marks that follow at a distance, so that growth is always measured over at least one
 * SPAN_MS. */
static void count_on(struct container_mount *mount, uint64_t now_ms)
{
	if (now_ms - mount->next_ms < SPAN_MS)
		return;
	mount->then_kib = mount->next_kib;
	mount->then_ms = mount->next_ms;
	mount->next_kib = mount->used_kib;
	mount->next_ms = now_ms;
}

static struct container_mount *mount_of(struct container *container, const char *path)
{
	for (size_t i = 0; i < container->nmounts; i++)
		if (strcmp(container->mounts[i].path, path) == 0)
			return &container->mounts[i];
	return NULL;
}

void store_put_container_mount(struct store *store, const struct cgroup_mount *figures)
{
	struct container *container = containers_numbered(&store->containers, figures->number);
	const char *path = figures->path != NULL ? figures->path : "";
	struct container_mount *mount = container != NULL ? mount_of(container, path) : NULL;

	if (container == NULL || path[0] == '\0')
		return;
	if (figures->used_kib == 0) {
		if (mount != NULL)
			drop_mount(container, mount);
		return;
	}
	if (mount == NULL && container->nmounts == MOUNTS_MAX)
		return;
	if (mount == NULL) {
		size_t cap = container->nmounts;
		mount = XALLOC_NEXT(container->mounts, container->nmounts, cap);
		*mount = (struct container_mount){
			.path = xalloc_text(path),
			.then_kib = figures->used_kib,
			.then_ms = store->now_ms,
			.next_kib = figures->used_kib,
			.next_ms = store->now_ms,
		};
	}
	mount->used_kib = figures->used_kib;
	mount->size_kib = figures->size_kib;
	mount->ms = store->now_ms;
	count_on(mount, store->now_ms);
}

/* KiB a minute that its shared memory gained of late. */
static bool shmem_growth(const struct store *store, const struct container *container,
	double *kib_min)
{
	uint64_t from_ms = store_window_ms(store, container->first_ms, RATE_S), old_kib;

	if (container->series == NULL || from_ms == 0 || container->gone_ms != 0 ||
		!series_at(container->series, 1u << CONTAINER_CH_SHMEM, from_ms, &old_kib,
			&from_ms) ||
		store->now_ms < from_ms + LEAST_MS)
		return false;
	*kib_min = ((double)container->parts.shmem_kib - (double)old_kib) /
		   store_seconds(store->now_ms - from_ms) * 60;
	return *kib_min >= LEAST_KIB_MIN;
}

const struct container *store_container_with_shmem(const struct store *store, double kib_min)
{
	const struct container *found = NULL;

	for (size_t i = 0; i < store_container_count(store); i++) {
		const struct container *container = store_container_at(store, i);
		double gains;

		if (containers_is_row(container) && !container->own &&
			store_container_verdict(store, container) == TREND_CLIMBING &&
			shmem_growth(store, container, &gains) && gains >= kib_min / 2 &&
			(found == NULL || strlen(container->path) > strlen(found->path)))
			found = container;
	}
	return found;
}

const char *store_container_mount(const struct store *store, const struct container *container)
{
	const char *most = NULL;
	double kib_min;

	if (!shmem_growth(store, container, &kib_min))
		return NULL;
	double least_kib_min = kib_min / 2;
	for (size_t i = 0; i < container->nmounts; i++) {
		const struct container_mount *mount = &container->mounts[i];

		if (mount->ms < mount->then_ms + LEAST_MS)
			continue;
		double gains = ((double)mount->used_kib - (double)mount->then_kib) /
			       store_seconds(mount->ms - mount->then_ms) * 60;
		if (gains < least_kib_min)
			continue;
		least_kib_min = gains;
		most = mount->path;
	}
	return most != NULL ? most : store_mount_that_grows(store, kib_min);
}
