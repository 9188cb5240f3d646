/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cgfs - see cgfs.h; which cgroups there are, by path and by number */
#include "sample/cgfs.h"

#include "base/cgpath.h"
#include "base/hash.h"
#include "base/text.h"
#include "base/unfilled.h"
#include "base/xalloc.h"
#include "sample/cgread.h"
#include "sample/procfs.h"
#include "sample/procparse.h"
#include "sample/usage.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	SELF_MS = 5000,      /* the sampler's own cgroup */
	UNMOUNTED_MS = 1900, /* the list of mounts, while no cgroups are in it */
	MOUNTED_MS = 10000,  /* the same, if it changed, while there are */
	MOUNTS_MOST = 64 * 1024 * 1024,
	FILE_ROOM = 8192,
	FILE_MOST = 1024 * 1024, /* of a process's cgroup file: a dozen paths */
	OTHER_FDS = 64,          /* descriptors for everything else */
	WALK_US = 8000,          /* a hundred new containers or more; the rest in two seconds */
};

/* --- where cgroups are ------------------------------------------------------------------------ */

static void read_mounts(struct cgfs *cgfs)
{
	char *text;
	ssize_t len = procfs_read_whole(AT_FDCWD, "/proc/self/mountinfo", &text, MOUNTS_MOST);

	if (len > 0)
		sysparse_mounts(&cgfs->mounts, text, (size_t)len);
	free(text);
}

static uint32_t entry_hash(const void *owner, uint32_t place)
{
	return ((const struct cgfs *)owner)->entries[place].hash;
}

void cgfs_init(struct cgfs *cgfs, int proc)
{
	*cgfs = (struct cgfs){ .proc = proc,
		.hash = { .of = entry_hash },
		.keep = procfs_may_keep(CGFS_KEEP_MAX, USAGE_KEEP_MAX + OTHER_FDS),
		.walk_us = WALK_US };
	cgfs->mountinfo = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
	read_mounts(cgfs);
}

void cgfs_close(struct cgfs *cgfs, struct cgfs_entry *entry)
{
	if (entry->fd <= 0)
		return;
	close(entry->fd);
	entry->fd = 0;
	cgfs->kept--;
}

void cgfs_forget(struct cgfs *cgfs, struct cgfs_entry *entry)
{
	uint32_t place = (uint32_t)(entry - cgfs->entries);

	hash_remove(&cgfs->hash, cgfs, place, place);
	cgfs_close(cgfs, entry);
	free(entry->path);
	free(entry->real);
	*entry = (struct cgfs_entry){ 0 };
	cgfs->free++;
}

void cgfs_done(struct cgfs *cgfs)
{
	for (size_t i = 0; i < cgfs->count; i++)
		if (cgfs->entries[i].path != NULL)
			cgfs_forget(cgfs, &cgfs->entries[i]);
	free(cgfs->entries);
	hash_done(&cgfs->hash);
	if (cgfs->mountinfo >= 0)
		close(cgfs->mountinfo);
}

/* Whether the kernel says that mounts changed since it was last asked. */
static bool mounts_changed(const struct cgfs *cgfs)
{
	struct pollfd fd = { .fd = cgfs->mountinfo, .events = POLLPRI };

	return cgfs->mountinfo >= 0 && poll(&fd, 1, 0) > 0 && (fd.revents & (POLLPRI | POLLERR));
}

/* Until a hierarchy is mounted it is looked for more often: a container may mount its own late.
 * Later only when the kernel says that mounts have changed. */
static void renew_mounts(struct cgfs *cgfs, uint64_t now_ms)
{
	bool mounted = cgfs->mounts.v1 || cgfs->mounts.v2;
	uint64_t rest_ms = mounted ? MOUNTED_MS : UNMOUNTED_MS;

	if (cgfs->mounts_ms == 0)
		cgfs->mounts_ms = now_ms;
	if (now_ms - cgfs->mounts_ms < rest_ms)
		return;
	cgfs->mounts_ms = now_ms;
	if (!mounted || mounts_changed(cgfs))
		read_mounts(cgfs);
}

/* --- paths ------------------------------------------------------------------------------------ */

const char *cgfs_real(const struct cgfs_entry *entry)
{
	return entry->real != NULL ? entry->real : entry->path;
}

static bool entry_is(const struct cgfs_entry *entry, uint32_t hash, const char *path, size_t len)
{
	return entry->path != NULL && entry->hash == hash && strlen(cgfs_real(entry)) == len &&
	       memcmp(cgfs_real(entry), path, len) == 0;
}

/* Forgets paths of no process, so that years of short-lived cgroups do not add up. */
static void collect(struct cgfs *cgfs, const struct slots *table)
{
	unsigned char *used = xalloc_zero(cgfs->count, 1);

	for (size_t i = 0; i < table->count; i++)
		if (table->slots[i].cgroup > 0)
			used[table->slots[i].cgroup - 1] = 1;
	if (cgfs->self > 0)
		used[cgfs->self - 1] = 1;
	for (size_t i = 0; i < cgfs->count; i++)
		if (!used[i] && cgfs->entries[i].path != NULL)
			cgfs_forget(cgfs, &cgfs->entries[i]);
	free(used);
}

/* A place for a new one: there is none free when one is added behind the last. */
static struct cgfs_entry *free_entry(struct cgfs *cgfs)
{
	for (size_t i = 0; i < cgfs->count && cgfs->free > 0; i++)
		if (cgfs->entries[i].path == NULL) {
			cgfs->free--;
			return &cgfs->entries[i];
		}
	if (cgfs->count == CGFS_MAX)
		return NULL;
	return XALLOC_NEXT(cgfs->entries, cgfs->count, cgfs->cap);
}

uint16_t cgfs_find(const struct cgfs *cgfs, const char *path, size_t len)
{
	uint32_t hash = hash_text(path, len, 0), place;
	struct hash_walk walk = hash_walk(&cgfs->hash, hash);

	while (hash_next(&walk, &place))
		if (entry_is(&cgfs->entries[place], hash, path, len))
			return (uint16_t)(place + 1);
	return 0;
}

struct cgfs_entry *cgfs_parent(const struct cgfs *cgfs, const struct cgfs_entry *entry)
{
	const char *path = cgfs_real(entry);
	size_t len = cgpath_above(path, strlen(path));
	uint16_t number = len > 0 ? cgfs_find(cgfs, path, len) : 0;

	return number > 0 ? &cgfs->entries[number - 1] : NULL;
}

void cgfs_keep_events(struct cgfs_entry *entry)
{
	entry->kills_before = entry->figures.oom_kills;
	entry->ooms_before = entry->figures.ooms;
	entry->met_before = entry->figures.events_max;
}

bool cgfs_events(const struct cgfs *cgfs, struct cgfs_entry *entry, uint64_t now_ms)
{
	struct cgread at UNFILLED;

	if (entry->events_ms != now_ms)
		cgfs_keep_events(entry);
	entry->events_ms = now_ms;
	if (!cgread_find(&at, &cgfs->mounts, cgfs_real(entry)) ||
		!cgread_events(&at, &entry->figures)) {
		return false;
	}
	if (!entry->events)
		cgfs_keep_events(entry);
	entry->events = true;
	return true;
}

/* How many were killed there so far: from now on a rise is news.  All that is read beside it need
 * not be read when the cgroup comes onto the screen. */
static void read_base(const struct cgfs *cgfs, struct cgfs_entry *entry)
{
	struct cgread at UNFILLED;

	if (!cgread_find(&at, &cgfs->mounts, cgfs_real(entry)))
		return;
	cgread_enter(&at);
	entry->events = cgread_events(&at, &entry->figures);
	if (entry->events) {
		cgread_limits(&at, &entry->figures);
		cgread_rare(&at, &entry->figures);
		cgread_pressure(&at, &entry->figures);
		cgfs_keep_events(entry);
		entry->limits_ms = entry->events_ms = cgfs->look_ms;
	}
	cgread_leave(&at);
}

uint16_t cgfs_number(struct cgfs *cgfs, const char *path, size_t len)
{
	char clean[FRAME_PATH_MAX + 1];
	uint16_t number = cgfs_find(cgfs, path, len);

	if (number > 0)
		return number;
	struct cgfs_entry *entry = len <= FRAME_PATH_MAX ? free_entry(cgfs) : NULL;
	if (entry == NULL)
		return 0;
	text_clean(clean, sizeof(clean), path, len);
	*entry = (struct cgfs_entry){ .path = xalloc_text(clean), .hash = hash_text(path, len, 0) };
	/* it is told by the clean name, and opened by the bytes it really has */
	if (strlen(clean) != len || memcmp(clean, path, len) != 0)
		entry->real = xalloc_textn(path, len);
	number = (uint16_t)(entry - cgfs->entries + 1);
	hash_add(&cgfs->hash, cgfs, (uint32_t)number - 1);
	entry->figures.number = number;
	entry->figures.max_kib = entry->figures.high_kib = UINT64_MAX;
	entry->figures.swap_max_kib = UINT64_MAX;
	entry->figures.known |= CGROUP_NUMBER;
	read_base(cgfs, entry);
	return number;
}

uint16_t cgfs_number_all(struct cgfs *cgfs, const char *path, size_t len)
{
	uint16_t number = cgfs_find(cgfs, path, len);

	if (number > 0)
		return number;
	number = cgfs_number(cgfs, path, len);
	for (int depth = 0; depth < CGFS_DEPTH && number > 0; depth++) {
		len = cgpath_above(path, len);
		if (len == 0 || cgfs_find(cgfs, path, len) > 0)
			break;
		cgfs_number(cgfs, path, len);
	}
	return number;
}

/* A number for the cgroup that TEXT, a /proc/PID/cgroup, names; 0: none, or no number is free.
 * Numbers run out where groups come and go all day (a CI runner): only then those that no process
 * is in any more are collected, which costs a pass over all slots. */
static uint16_t place_entry(struct cgfs *cgfs, const struct slots *table, const char *text,
	size_t len)
{
	const char *path;
	size_t path_len;
	int v1;

	if (procparse_cgroup(&path, &path_len, &v1, text, len) < 0)
		return 0;
	uint16_t number = cgfs_number_all(cgfs, path, path_len);
	if (number == 0) {
		collect(cgfs, table);
		number = cgfs_number_all(cgfs, path, path_len);
	}
	return number;
}

/* The number of the cgroup that the file NAME below /proc tells; 0: none, or not known. */
static uint16_t number_in(struct cgfs *cgfs, const struct slots *table, const char *name)
{
	char text[FILE_ROOM] UNFILLED, *whole = NULL;
	int fd = openat(cgfs->proc, name, O_RDONLY | O_CLOEXEC);
	uint16_t number = 0;

	if (fd < 0)
		return 0;
	ssize_t len = procfs_again(fd, text, sizeof(text));
	close(fd);
	if (len == (ssize_t)sizeof(text))
		len = procfs_read_whole(cgfs->proc, name, &whole, FILE_MOST);
	if (len > 0)
		number = place_entry(cgfs, table, whole != NULL ? whole : text, (size_t)len);
	free(whole);
	return number;
}

bool cgfs_place(struct cgfs *cgfs, struct slots *table, struct proc_slot *slot)
{
	char name[32];

	snprintf(name, sizeof(name), "%d/cgroup", (int)slot->pid);
	uint16_t number = number_in(cgfs, table, name);
	if (number == slot->cgroup || number == 0)
		return false;
	slot->cgroup = number;
	cgfs->placed++;
	return true;
}

const char *cgfs_path(const struct cgfs *cgfs, const struct proc_slot *slot)
{
	return slot->cgroup > 0 ? cgfs->entries[slot->cgroup - 1].path : NULL;
}

void cgfs_tick(struct cgfs *cgfs, const struct slots *table, uint64_t now_ms)
{
	renew_mounts(cgfs, now_ms);
	if (cgfs->self_ms != 0 && now_ms - cgfs->self_ms < SELF_MS)
		return;
	cgfs->self_ms = now_ms;
	uint16_t self = number_in(cgfs, table, "self/cgroup");
	if (self > 0)
		cgfs->self = self;
}
