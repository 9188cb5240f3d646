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

/* Before 5.18 there is no sum of the kernel's own: what is told of it, then; false. */
static bool take_kernel(const char *text, size_t len, struct cgroup_parts *parts)
{
	uint32_t *known = &parts->known;

	parts->slab_reclaimable_kib = keyed_kib("slab_reclaimable", text, len, known, CGROUP_SLAB);
	parts->slab_unreclaimable_kib = keyed_kib("slab_unreclaimable", text, len, known,
		CGROUP_SLAB);
	parts->page_tables_kib = keyed_kib("pagetables", text, len, known, CGROUP_TABLES) +
				 keyed("sec_pagetables", text, len) / 1024;
	parts->kernel_kib = keyed_kib("kernel", text, len, known, CGROUP_KERNEL);
	if (parts->known & CGROUP_KERNEL)
		return true;
	parts->kernel_kib = keyed_kib("kernel_stack", text, len, known, CGROUP_KERNEL) +
			    keyed("percpu", text, len) / 1024 + parts->slab_reclaimable_kib +
			    parts->slab_unreclaimable_kib + parts->page_tables_kib;
	return false;
}

/* The lines of the pages that lie on lists, in which the two versions differ by name alone. */
struct cgread_lists {
	const char *anon, *file, *shmem, *mapped, *dirty, *writeback, *unevictable;
	const char *of_anon[2], *of_files[2]; /* inactive, active */
};

static const struct cgread_lists cgread_lists_v2 = {
	.anon = "anon",
	.file = "file",
	.shmem = "shmem",
	.mapped = "file_mapped",
	.dirty = "file_dirty",
	.writeback = "file_writeback",
	.unevictable = "unevictable",
	.of_anon = { "inactive_anon", "active_anon" },
	.of_files = { "inactive_file", "active_file" },
};

/* With what the groups below have. */
static const struct cgread_lists cgread_lists_v1 = {
	.anon = "total_rss",
	.file = "total_cache",
	.shmem = "total_shmem",
	.mapped = "total_mapped_file",
	.dirty = "total_dirty",
	.writeback = "total_writeback",
	.unevictable = "total_unevictable",
	.of_anon = { "total_inactive_anon", "total_active_anon" },
	.of_files = { "total_inactive_file", "total_active_file" },
};

/* Shared memory and tmpfs count as files and lie on the lists of anonymous pages: only swap can
 * take them. A page on a list without a process or a file is swap cache, which the kernel lets go
 * of without writing it again, or part of a huge page that it splits when it needs to. Locked
 * pages are of any kind; those of files are what the lists of files lack. Pages freed by MADV_FREE
 * lie there, too, and are anonymous. What is being written may be swap. */
static void take_lists(const struct cgread_lists *names, const char *text, size_t len,
	struct cgroup_parts *parts)
{
	uint64_t anon = keyed(names->anon, text, len), file = keyed(names->file, text, len);
	uint64_t shmem = keyed(names->shmem, text, len), unevictable = 0;
	uint64_t on_files = keyed(names->of_files[0], text, len) +
			    keyed(names->of_files[1], text, len);
	uint64_t unwritten = keyed(names->dirty, text, len) + keyed(names->writeback, text, len);
	uint64_t lists = on_files + keyed(names->of_anon[0], text, len) +
			 keyed(names->of_anon[1], text, len);

	if (sysparse_keyed(&unevictable, names->unevictable, text, len) == 0) {
		uint64_t locked = amount_less(file, shmem + on_files);

		parts->known |= CGROUP_LISTS;
		parts->unmapped_kib = amount_less(lists + unevictable, anon + file) / 1024;
		parts->locked_kib = amount_smaller(locked, unevictable) / 1024;
	}
	parts->mapped_kib = keyed_kib(names->mapped, text, len, &parts->known, CGROUP_MAPPED);
	parts->anon_kib = anon / 1024;
	parts->shmem_kib = shmem / 1024;
	parts->file_kib = amount_less(file / 1024, parts->shmem_kib);
	parts->dirty_kib = amount_smaller(unwritten / 1024,
		amount_less(parts->file_kib, parts->locked_kib));
	parts->reclaimable_kib = amount_less(on_files, unwritten) / 1024;
}

/* Pages on their way out are on no list for that moment, a huge one with 2 MiB: what is charged and
 * nowhere else is of the swap cache as far as that has more than the lists. */
static void take_isolated(struct cgroup_parts *parts)
{
	uint64_t named_kib = parts->anon_kib + parts->shmem_kib + parts->file_kib +
			     parts->kernel_kib + parts->sock_kib + parts->huge_kib +
			     parts->unmapped_kib;

	parts->unmapped_kib += amount_smaller(amount_less(parts->usage_kib, named_kib),
		amount_less(parts->swap_cached_kib, parts->unmapped_kib));
}

static void take_stat_v2(const char *text, size_t len, struct cgroup_parts *parts)
{
	uint32_t *known = &parts->known;

	take_lists(&cgread_lists_v2, text, len, parts);
	parts->sock_kib = keyed_kib("sock", text, len, known, CGROUP_SOCK);
	parts->zswap_kib = keyed_kib("zswap", text, len, known, CGROUP_ZSWAP);
	parts->zswapped_kib = keyed("zswapped", text, len) / 1024;
	parts->swap_cached_kib = keyed_kib("swapcached", text, len, known, CGROUP_BOTH);
	parts->huge_kib = keyed_kib("hugetlb", text, len, known, CGROUP_HUGE);
	if (take_kernel(text, len, parts) && parts->known & CGROUP_LISTS)
		take_isolated(parts);
	parts->reclaimable_kib += parts->slab_reclaimable_kib + parts->unmapped_kib;
}

/* The difference between the usages with and without swap is read at two moments, and wrong by what
 * came between. */
static void take_stat_v1(const char *text, size_t len, struct cgroup_parts *parts)
{
	take_lists(&cgread_lists_v1, text, len, parts);
	parts->reclaimable_kib += parts->unmapped_kib;
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
