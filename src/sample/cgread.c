/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cgread - see cgread.h; knows the files of both hierarchies, not whose turn it is */
#include "sample/cgread.h"

#include "base/amount.h"
#include "base/unfilled.h"
#include "sample/procfs.h"
#include "sample/procparse.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
	STAT_ROOM = 16384, /* memory.stat grows with the kernel: 2 KiB of 6.18 */
	NUMBER_ROOM = 64,
	NAME_ROOM = 40,
};

/* "/.." is above a cgroup namespace, and what we may not see; "/...", or "/..a", is a name. */
static bool is_outside(const char *path)
{
	for (; (path = strstr(path, "/..")) != NULL; path += 3)
		if (path[3] == '/' || path[3] == '\0')
			return true;
	return false;
}

/* The part of the hierarchy that is mounted may be a container's own. */
bool cgread_find(struct cgread *at, const struct sysparse_mounts *mounts, const char *path)
{
	size_t root = strlen(mounts->root);

	if (!mounts->v1 && !mounts->v2)
		return false;
	if (root > 1 && strncmp(path, mounts->root, root) == 0 &&
		(path[root] == '/' || !path[root]))
		path += root;
	if (is_outside(path))
		return false;
	if (strlen(path) > FRAME_PATH_MAX)
		return false;
	at->v1 = mounts->v1;
	at->dir = AT_FDCWD;
	snprintf(at->folder, sizeof(at->folder), "%s%s", mounts->mount, path);
	return true;
}

void cgread_enter(struct cgread *at)
{
	int fd = open(at->folder, O_PATH | O_DIRECTORY | O_CLOEXEC);

	at->dir = fd >= 0 ? fd : AT_FDCWD;
}

void cgread_leave(struct cgread *at)
{
	if (at->dir >= 0)
		close(at->dir);
	at->dir = AT_FDCWD;
}

static int open_file(const struct cgread *at, const char *name)
{
	char path[sizeof(at->folder) + NAME_ROOM] UNFILLED;
	const char *from = name;

	if (at->dir == AT_FDCWD) {
		snprintf(path, sizeof(path), "%s/%s", at->folder, name);
		from = path;
	}
	int fd = openat(at->dir, from, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
	return fd < 0 ? -errno : fd;
}

/* The kernel makes each of them as one piece, so one read that did not fill the room is all of it:
 * a second one, which would tell that there is no more, costs as much. */
static ssize_t read_file(const struct cgread *at, const char *name, char *text, size_t cap)
{
	int fd = open_file(at, name);

	if (fd < 0)
		return fd;
	ssize_t len = procfs_again(fd, text, cap);
	close(fd);
	return len;
}

/* OTHERWISE is what a missing file means: no limit, or nothing used. */
static uint64_t size_of(const struct cgread *at, const char *name, uint64_t otherwise)
{
	char text[NUMBER_ROOM];
	uint64_t kib;
	ssize_t len = read_file(at, name, text, sizeof(text));

	if (len <= 0 || sysparse_cgroup_kib(&kib, text, (size_t)len) < 0)
		return otherwise;
	return kib;
}

bool cgread_exists(const struct cgread *at)
{
	int fd = open(at->folder, O_PATH | O_CLOEXEC);

	if (fd >= 0)
		close(fd);
	return fd >= 0 || errno != ENOENT;
}

int cgread_usage(const struct cgread *at, uint64_t *kib)
{
	char text[NUMBER_ROOM];
	int fd = open_file(at, at->v1 ? "memory.usage_in_bytes" : "memory.current");
	ssize_t len = fd >= 0 ? procfs_again(fd, text, sizeof(text)) : fd;

	if (len > 0 && sysparse_cgroup_kib(kib, text, (size_t)len) == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	return len < 0 ? (int)len : -EINVAL;
}

/* v1 limits memory and swap as a sum (memsw): what that allows beyond memory's own limit is for
 * swap.  It has nothing like memory.high, and no protection. */
void cgread_limits(const struct cgread *at, struct cgroup_figures *figures)
{
	if (at->v1) {
		uint64_t both = size_of(at, "memory.memsw.limit_in_bytes", UINT64_MAX);

		figures->max_kib = size_of(at, "memory.limit_in_bytes", UINT64_MAX);
		figures->high_kib = UINT64_MAX;
		figures->swap_max_kib = both == UINT64_MAX || both < figures->max_kib
						? UINT64_MAX
						: both - figures->max_kib;
		return;
	}
	figures->max_kib = size_of(at, "memory.max", UINT64_MAX);
	figures->high_kib = size_of(at, "memory.high", UINT64_MAX);
	figures->swap_max_kib = size_of(at, "memory.swap.max", UINT64_MAX);
	figures->protected_kib = amount_larger(size_of(at, "memory.min", 0),
		size_of(at, "memory.low", 0));
	figures->known |= CGROUP_PROTECTED;
}

/* A figure of a file of "key value" lines; 0 where it is not. */
static uint64_t keyed(const char *key, const char *text, size_t len)
{
	uint64_t value;

	return sysparse_keyed(&value, key, text, len) == 0 ? value : 0;
}

/* The same in KiB, with BIT of *KNOWN where it is. */
static uint64_t keyed_kib(const char *key, const char *text, size_t len, uint32_t *known,
	uint32_t bit)
{
	uint64_t value;

	if (sysparse_keyed(&value, key, text, len) < 0)
		return 0;
	*known |= bit;
	return value / 1024;
}

/* Before 5.18 there is no sum of the kernel's own: what is told of it, then. */
static void take_kernel(const char *text, size_t len, struct cgroup_parts *parts)
{
	uint32_t *known = &parts->known;

	parts->slab_reclaimable_kib = keyed_kib("slab_reclaimable", text, len, known, CGROUP_SLAB);
	parts->slab_unreclaimable_kib = keyed_kib("slab_unreclaimable", text, len, known,
		CGROUP_SLAB);
	parts->page_tables_kib = keyed_kib("pagetables", text, len, known, CGROUP_TABLES) +
				 keyed("sec_pagetables", text, len) / 1024;
	parts->kernel_kib = keyed_kib("kernel", text, len, known, CGROUP_KERNEL);
	if (parts->known & CGROUP_KERNEL)
		return;
	parts->kernel_kib = keyed_kib("kernel_stack", text, len, known, CGROUP_KERNEL) +
			    keyed("percpu", text, len) / 1024 + parts->slab_reclaimable_kib +
			    parts->slab_unreclaimable_kib + parts->page_tables_kib;
}

/* Shared memory and tmpfs lie among files, but only swap can take them. */
static void take_stat_v2(const char *text, size_t len, struct cgroup_parts *parts)
{
	uint64_t files = keyed("inactive_file", text, len) + keyed("active_file", text, len);
	uint64_t unwritten = keyed("file_dirty", text, len) + keyed("file_writeback", text, len);

	parts->anon_kib = keyed("anon", text, len) / 1024;
	parts->shmem_kib = keyed("shmem", text, len) / 1024;
	parts->file_kib = amount_less(keyed("file", text, len) / 1024, parts->shmem_kib);
	parts->dirty_kib = unwritten / 1024;
	parts->reclaimable_kib = (amount_less(files, unwritten) +
					 keyed("slab_reclaimable", text, len)) /
				 1024;
	parts->sock_kib = keyed_kib("sock", text, len, &parts->known, CGROUP_SOCK);
	parts->zswap_kib = keyed_kib("zswap", text, len, &parts->known, CGROUP_ZSWAP);
	parts->zswapped_kib = keyed("zswapped", text, len) / 1024;
	take_kernel(text, len, parts);
}

/* With what the groups below have.  The difference between the usages with and without swap is read
 * at two moments, and wrong by what came between. */
static void take_stat_v1(const char *text, size_t len, struct cgroup_parts *parts)
{
	uint64_t files = keyed("total_inactive_file", text, len) +
			 keyed("total_active_file", text, len);
	uint64_t unwritten = keyed("total_dirty", text, len) + keyed("total_writeback", text, len);

	parts->anon_kib = keyed("total_rss", text, len) / 1024;
	parts->shmem_kib = keyed("total_shmem", text, len) / 1024;
	parts->file_kib = amount_less(keyed("total_cache", text, len) / 1024, parts->shmem_kib);
	parts->dirty_kib = unwritten / 1024;
	parts->reclaimable_kib = amount_less(files, unwritten) / 1024;
	parts->swap_kib = keyed_kib("total_swap", text, len, &parts->known, CGROUP_SWAP);
}

/* A file of a size; BIT of *KNOWN says whether it was there. */
static uint64_t size_known(const struct cgread *at, const char *name, uint32_t *known, uint32_t bit)
{
	uint64_t kib = size_of(at, name, UINT64_MAX);

	*known = kib == UINT64_MAX ? *known & ~bit : *known | bit;
	return kib == UINT64_MAX ? 0 : kib;
}

bool cgread_stat(const struct cgread *at, struct cgroup_parts *parts)
{
	char text[STAT_ROOM] UNFILLED;
	ssize_t len = read_file(at, "memory.stat", text, sizeof(text));

	*parts = (struct cgroup_parts){ .number = parts->number, .usage_kib = parts->usage_kib };
	if (len <= 0)
		return false;
	if (at->v1) {
		take_stat_v1(text, (size_t)len, parts);
		parts->kernel_kib = size_known(at, "memory.kmem.usage_in_bytes", &parts->known,
			CGROUP_KERNEL);
		return true;
	}
	take_stat_v2(text, (size_t)len, parts);
	parts->swap_kib = size_known(at, "memory.swap.current", &parts->known, CGROUP_SWAP);
	return true;
}

/* A file of one number that is no size; BIT of *KNOWN says whether it was there. */
static uint64_t count_of(const struct cgread *at, const char *name, uint32_t *known, uint32_t bit)
{
	char text[NUMBER_ROOM];
	int64_t count;
	ssize_t len = read_file(at, name, text, sizeof(text));

	*known &= ~bit;
	if (len <= 0 || procparse_number(&count, text, (size_t)len) < 0 || count < 0)
		return 0;
	*known |= bit;
	return (uint64_t)count;
}

/* v1 counts kills since 4.13. Its failcnt is what `max` is in v2: how often the limit was met, also
 * where reclaiming helped. */
bool cgread_events(const struct cgread *at, struct cgroup_figures *figures)
{
	char text[STAT_ROOM] UNFILLED;
	ssize_t len = read_file(at, at->v1 ? "memory.oom_control" : "memory.events", text,
		sizeof(text));

	figures->known &= ~(uint32_t)(CGROUP_EVENTS | CGROUP_HIGH | CGROUP_OOMS | CGROUP_NO_KILLS);
	figures->oom_kills = figures->events_max = figures->events_high = figures->ooms = 0;
	if (len > 0 && sysparse_keyed(&figures->oom_kills, "oom_kill", text, (size_t)len) < 0)
		figures->known |= CGROUP_NO_KILLS;
	if (at->v1) {
		figures->events_max = count_of(at, "memory.failcnt", &figures->known,
			CGROUP_EVENTS);
		return len > 0;
	}
	if (len <= 0)
		return false;
	if (sysparse_keyed(&figures->events_max, "max", text, (size_t)len) == 0)
		figures->known |= CGROUP_EVENTS;
	if (sysparse_keyed(&figures->events_high, "high", text, (size_t)len) == 0)
		figures->known |= CGROUP_HIGH;
	if (sysparse_keyed(&figures->ooms, "oom", text, (size_t)len) == 0)
		figures->known |= CGROUP_OOMS;
	return true;
}

void cgread_pressure(const struct cgread *at, struct cgroup_figures *figures)
{
	char text[256];
	struct sysparse_pressure pressure;

	figures->known &= ~(uint32_t)(CGROUP_PRESSURE | CGROUP_PRESSURE_FULL);
	figures->psi_some_avg10 = figures->psi_full_avg10 = 0;
	if (at->v1)
		return;
	ssize_t len = read_file(at, "memory.pressure", text, sizeof(text));
	if (len <= 0 || sysparse_pressure(&pressure, text, (size_t)len) < 0)
		return;
	figures->known |= CGROUP_PRESSURE | (pressure.full ? CGROUP_PRESSURE_FULL : 0);
	figures->psi_some_avg10 = pressure.some_avg10;
	figures->psi_full_avg10 = pressure.full_avg10;
}

void cgread_rare(const struct cgread *at, struct cgroup_figures *figures)
{
	figures->peak_kib = size_known(at, at->v1 ? "memory.max_usage_in_bytes" : "memory.peak",
		&figures->known, CGROUP_PEAK);
	figures->oom_group = !at->v1 && count_of(at, "memory.oom.group", &figures->known,
						CGROUP_OOM_GROUP) == 1;
}
