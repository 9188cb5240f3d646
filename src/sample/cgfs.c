/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cgfs - see cgfs.h; whose turn it is, and what is said */
#include "sample/cgfs.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "sample/cgread.h"
#include "sample/frame_writer.h"
#include "sample/procfs.h"
#include "sample/procparse.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	LIMITS_MS =
		1900, /* limits and events, of a cgroup that has a limit or is looked at closely */
	FREE_MS = 4900, /* the same of others, which may get one */
	/* memory.stat, as full as the cgroup is: what can be reclaimed matters near the limit */
	STAT_EMPTY_MS = 30000,
	STAT_HALF_MS = 5000,
	STAT_FULL_MS = 900,  /* four fifths; and of the sampler's own, always */
	STAT_MOVE = 64,      /* share of the limit that usage moves to make it due at once */
	STAT_SHARE = 50,     /* times what it took it rests: a fiftieth of a CPU at most */
	SELF_MS = 5000,      /* the sampler's own cgroup */
	UNMOUNTED_MS = 1900, /* the list of mounts, while no cgroups are in it */
	MOUNTED_MS = 10000,  /* the same, if it changed, while there are */
	MOUNTS_MOST = 64 * 1024 * 1024,
	FILE_ROOM = 8192,
	FILE_MOST = 1024 * 1024, /* of a process's cgroup file: a dozen paths */
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

void cgfs_init(struct cgfs *cgfs, int proc)
{
	*cgfs = (struct cgfs){ .proc = proc };
	cgfs->mountinfo = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
	read_mounts(cgfs);
}

static void forget(struct cgfs_entry *entry)
{
	free(entry->path);
	free(entry->real);
	*entry = (struct cgfs_entry){ 0 };
}

void cgfs_done(struct cgfs *cgfs)
{
	for (size_t i = 0; i < cgfs->count; i++)
		forget(&cgfs->entries[i]);
	free(cgfs->entries);
	if (cgfs->mountinfo >= 0)
		close(cgfs->mountinfo);
}

/* Whether the kernel says that mounts changed since it was last asked. */
static bool mounts_changed(const struct cgfs *cgfs)
{
	struct pollfd fd = { .fd = cgfs->mountinfo, .events = POLLPRI };

	return cgfs->mountinfo >= 0 && poll(&fd, 1, 0) > 0 && (fd.revents & (POLLPRI | POLLERR));
}

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
			forget(&cgfs->entries[i]);
	free(used);
}

static struct cgfs_entry *free_entry(struct cgfs *cgfs)
{
	if (cgfs->count == CGFS_MAX) {
		for (size_t i = 0; i < cgfs->count; i++)
			if (cgfs->entries[i].path == NULL)
				return &cgfs->entries[i];
		return NULL;
	}
	cgfs->entries = xalloc_room(cgfs->entries, &cgfs->cap, cgfs->count + 1,
		sizeof(*cgfs->entries));
	return &cgfs->entries[cgfs->count++];
}

uint16_t cgfs_find(const struct cgfs *cgfs, const char *path, size_t len)
{
	uint32_t hash = hash_text(path, len, 0);

	for (size_t i = 0; i < cgfs->count; i++)
		if (entry_is(&cgfs->entries[i], hash, path, len))
			return (uint16_t)(i + 1);
	return 0;
}

/* Length of the path one level up; 0 above the root. */
static size_t parent_len(const char *path, size_t len)
{
	if (len <= 1)
		return 0;
	while (len > 0 && path[len - 1] != '/')
		len--;
	return len > 1 ? len - 1 : len;
}

struct cgfs_entry *cgfs_parent(const struct cgfs *cgfs, const struct cgfs_entry *entry)
{
	const char *path = cgfs_real(entry);
	size_t len = parent_len(path, strlen(path));
	uint16_t number = len > 0 ? cgfs_find(cgfs, path, len) : 0;

	return number > 0 ? &cgfs->entries[number - 1] : NULL;
}

static void keep_events(struct cgfs_entry *entry)
{
	entry->kills_before = entry->figures.oom_kills;
	entry->ooms_before = entry->figures.ooms;
	entry->met_before = entry->figures.events_max;
}

bool cgfs_events(const struct cgfs *cgfs, struct cgfs_entry *entry, uint64_t now_ms)
{
	struct cgread at;

	if (entry->events_ms != now_ms)
		keep_events(entry);
	entry->events_ms = now_ms;
	if (!cgread_find(&at, &cgfs->mounts, cgfs_real(entry)) ||
		!cgread_events(&at, &entry->figures)) {
		return false;
	}
	if (!entry->events)
		keep_events(entry);
	entry->events = true;
	return true;
}

/* How many were killed there so far: from now on a rise is news. */
static void read_base(const struct cgfs *cgfs, struct cgfs_entry *entry)
{
	struct cgread at;

	if (!cgread_find(&at, &cgfs->mounts, cgfs_real(entry)))
		return;
	if (!cgread_events(&at, &entry->figures))
		return;
	cgread_limits(&at, &entry->figures);
	entry->events = true;
	keep_events(entry);
}

/* The number of a path + 1, added if it is new; 0 if there is no room. */
static uint16_t number_of(struct cgfs *cgfs, const char *path, size_t len)
{
	char clean[FRAME_PATH_MAX + 1];
	struct cgfs_entry *entry;
	uint16_t number = cgfs_find(cgfs, path, len);

	if (number > 0)
		return number;
	entry = len <= FRAME_PATH_MAX ? free_entry(cgfs) : NULL;
	if (entry == NULL)
		return 0;
	text_clean(clean, sizeof(clean), path, len);
	*entry = (struct cgfs_entry){ .path = xalloc_text(clean), .hash = hash_text(path, len, 0) };
	if (strlen(clean) != len || memcmp(clean, path, len) != 0)
		entry->real = xalloc_textn(path, len);
	read_base(cgfs, entry);
	return (uint16_t)(entry - cgfs->entries + 1);
}

/* The same with all above it. */
static uint16_t number_of_all(struct cgfs *cgfs, const char *path, size_t len)
{
	uint16_t number = cgfs_find(cgfs, path, len);

	if (number > 0)
		return number;
	number = number_of(cgfs, path, len);
	for (int depth = 0; depth < CGFS_DEPTH && number > 0; depth++) {
		len = parent_len(path, len);
		if (len == 0 || cgfs_find(cgfs, path, len) > 0)
			break;
		number_of(cgfs, path, len);
	}
	return number;
}

static uint16_t place(struct cgfs *cgfs, const struct slots *table, const char *text, size_t len)
{
	const char *path;
	size_t path_len;
	uint16_t number;
	int v1;

	if (procparse_cgroup(&path, &path_len, &v1, text, len) < 0)
		return 0;
	number = number_of_all(cgfs, path, path_len);
	if (number == 0) {
		collect(cgfs, table);
		number = number_of_all(cgfs, path, path_len);
	}
	return number;
}

/* The number of the cgroup that the file NAME below /proc tells; 0: none, or not known. */
static uint16_t number_in(struct cgfs *cgfs, const struct slots *table, const char *name)
{
	char text[FILE_ROOM], *whole = NULL;
	int fd = openat(cgfs->proc, name, O_RDONLY | O_CLOEXEC);
	uint16_t number = 0;
	ssize_t len;

	if (fd < 0)
		return 0;
	len = procfs_again(fd, text, sizeof(text));
	close(fd);
	if (len == (ssize_t)sizeof(text))
		len = procfs_read_whole(cgfs->proc, name, &whole, FILE_MOST);
	if (len > 0)
		number = place(cgfs, table, whole != NULL ? whole : text, (size_t)len);
	free(whole);
	return number;
}

bool cgfs_place(struct cgfs *cgfs, struct slots *table, struct proc_slot *slot)
{
	char name[32];
	uint16_t number;

	snprintf(name, sizeof(name), "%d/cgroup", (int)slot->pid);
	number = number_in(cgfs, table, name);
	if (number == slot->cgroup || number == 0)
		return false;
	slot->cgroup = number;
	return true;
}

const char *cgfs_path(const struct cgfs *cgfs, const struct proc_slot *slot)
{
	return slot->cgroup > 0 ? cgfs->entries[slot->cgroup - 1].path : NULL;
}

void cgfs_tick(struct cgfs *cgfs, const struct slots *table, uint64_t now_ms)
{
	uint16_t self;

	renew_mounts(cgfs, now_ms);
	if (cgfs->self_ms != 0 && now_ms - cgfs->self_ms < SELF_MS)
		return;
	cgfs->self_ms = now_ms;
	self = number_in(cgfs, table, "self/cgroup");
	if (self > 0)
		cgfs->self = self;
}

/* --- figures ---------------------------------------------------------------------------------- */

static uint64_t limit_of(const struct cgroup_figures *figures)
{
	return figures->max_kib < figures->high_kib ? figures->max_kib : figures->high_kib;
}

static bool has_limit(const struct cgfs_entry *entry)
{
	return entry->limits_ms != 0 && limit_of(&entry->figures) != UINT64_MAX;
}

static bool limits_due(const struct cgfs_entry *entry, uint64_t now_ms)
{
	uint64_t rest_ms = entry->close || has_limit(entry) ? LIMITS_MS : FREE_MS;

	return entry->left || entry->limits_ms == 0 || now_ms - entry->limits_ms >= rest_ms;
}

static uint64_t stat_rest_ms(const struct cgfs_entry *entry, const struct cgroup_figures *now)
{
	uint64_t limit = limit_of(now);

	if (entry->close)
		return LIMITS_MS;
	if (entry->own || now->usage_kib > limit / 5 * 4)
		return STAT_FULL_MS;
	return now->usage_kib > limit / 2 ? STAT_HALF_MS : STAT_EMPTY_MS;
}

/* Without a limit (or a claim against that of a cgroup above) nobody asks what can be reclaimed,
 * but who looks closely. */
static bool stat_due(const struct cgfs_entry *entry, const struct cgroup_figures *now,
	uint64_t now_ms)
{
	uint64_t limit = limit_of(now), since_ms = now_ms - entry->stat_ms;
	uint64_t moved = now->usage_kib > entry->stat_usage ? now->usage_kib - entry->stat_usage
							    : entry->stat_usage - now->usage_kib;

	if (limit == UINT64_MAX && now->protected_kib == 0 && !entry->close)
		return false;
	if (entry->stat_ms == 0 || entry->left)
		return true;
	if (since_ms < (uint64_t)entry->stat_us * STAT_SHARE / 1000)
		return false;
	return since_ms >= stat_rest_ms(entry, now) || moved > limit / STAT_MOVE;
}

static void read_stat(const struct cgread *at, struct cgfs_entry *entry, struct cgroup_figures *now,
	uint64_t now_ms)
{
	uint64_t began_us = clock_boot_us();

	cgread_stat(at, now);
	entry->stat_us = (uint32_t)(clock_boot_us() - began_us);
	entry->stat_ms = now_ms;
	entry->stat_usage = now->usage_kib;
}

static bool figures_differ(const struct cgroup_figures *a, const struct cgroup_figures *b)
{
	return a->usage_kib != b->usage_kib || a->reclaimable_kib != b->reclaimable_kib ||
	       a->max_kib != b->max_kib || a->high_kib != b->high_kib ||
	       a->swap_usage_kib != b->swap_usage_kib || a->swap_max_kib != b->swap_max_kib ||
	       a->oom_kills != b->oom_kills || a->known != b->known || a->ooms != b->ooms ||
	       a->events_high != b->events_high || a->events_max != b->events_max ||
	       a->protected_kib != b->protected_kib || a->anon_kib != b->anon_kib ||
	       a->file_kib != b->file_kib || a->shmem_kib != b->shmem_kib ||
	       a->psi_some_avg10 != b->psi_some_avg10 || a->psi_full_avg10 != b->psi_full_avg10;
}

/* Limits, events and, of what is looked at closely and the sampler's own, pressure. */
static void read_whole(struct cgfs *cgfs, struct cgfs_entry *entry, const struct cgread *at,
	struct cgroup_figures *now, uint64_t now_ms)
{
	cgread_limits(at, now);
	if (entry->events_ms != now_ms)
		keep_events(entry);
	entry->events_ms = now_ms;
	if (cgread_events(at, now)) {
		cgfs->risen |= entry->events && now->oom_kills > entry->kills_before;
		entry->events = true;
	}
	if (entry->close || entry->own)
		cgread_pressure(at, now);
}

static void refresh(struct cgfs *cgfs, struct cgfs_entry *entry, uint64_t now_ms)
{
	bool whole = limits_due(entry, now_ms);
	struct cgroup_figures now = entry->figures;
	struct cgread at;

	if (!whole && !(entry->known && has_limit(entry)))
		return;
	if (whole)
		entry->limits_ms = now_ms;
	/* the root of a hierarchy has no figures: that is all of memory */
	if (!cgread_find(&at, &cgfs->mounts, cgfs_real(entry)) || !cgread_usage(&at, &now)) {
		entry->known = false;
		return;
	}
	if (whole)
		read_whole(cgfs, entry, &at, &now, now_ms);
	if (stat_due(entry, &now, now_ms))
		read_stat(&at, entry, &now, now_ms);
	entry->changed |= !entry->known || figures_differ(&now, &entry->figures);
	entry->figures = now;
	entry->known = true;
}

/* --- whose ------------------------------------------------------------------------------------ */

/* Marks one; false if it has been. */
static bool mark(struct cgfs *cgfs, uint16_t number, bool close)
{
	struct cgfs_entry *entry = &cgfs->entries[number - 1];

	if (entry->wanted && (entry->close || !close))
		return false;
	entry->wanted = true;
	entry->close |= close;
	return true;
}

/* Marks a cgroup and all above it. */
static void want(struct cgfs *cgfs, uint16_t number, bool close)
{
	char path[FRAME_PATH_MAX + 1];
	size_t len;

	if (number == 0 || !mark(cgfs, number, close))
		return;
	len = strlen(cgfs_real(&cgfs->entries[number - 1]));
	memcpy(path, cgfs_real(&cgfs->entries[number - 1]), len + 1);
	for (int depth = 0; depth < CGFS_DEPTH; depth++) {
		len = parent_len(path, len);
		number = len > 0 ? number_of(cgfs, path, len) : 0;
		if (number == 0 || !mark(cgfs, number, close))
			return;
	}
}

static void want_all(struct cgfs *cgfs, const struct slots *table, uint64_t now_ms)
{
	want(cgfs, cgfs->close, true);
	want(cgfs, cgfs->self, false);
	for (size_t i = 0; i < table->count; i++) {
		uint16_t number = table->slots[i].cgroup;

		if (table->slots[i].flags & SLOT_WATCHED)
			want(cgfs, number, false);
		if (number > 0)
			cgfs->entries[number - 1].lived_ms = now_ms;
	}
}

/* The sampler's own and those above it, before they are read. */
static void note_own(struct cgfs *cgfs)
{
	struct cgfs_entry *entry = cgfs->self > 0 ? &cgfs->entries[cgfs->self - 1] : NULL;

	for (size_t i = 0; i < cgfs->count; i++)
		cgfs->entries[i].own = false;
	for (; entry != NULL; entry = cgfs_parent(cgfs, entry))
		entry->own = true;
}

/* Tells the reader where to begin: at the lowest of the sampler's own that has figures. */
static void name_own(struct cgfs *cgfs)
{
	struct cgfs_entry *own = cgfs->self > 0 ? &cgfs->entries[cgfs->self - 1] : NULL;

	while (own != NULL && !own->known)
		own = cgfs_parent(cgfs, own);
	for (size_t i = 0; i < cgfs->count; i++) {
		struct cgfs_entry *entry = &cgfs->entries[i];
		bool is = entry == own;

		if (entry->figures.own == is)
			continue;
		entry->figures.own = is;
		entry->figures.known ^= CGROUP_OWN;
		entry->changed = true;
	}
}

void cgfs_say(struct cgfs *cgfs, bool all, struct frame_writer *writer)
{
	for (size_t i = 0; i < cgfs->count; i++) {
		struct cgfs_entry *entry = &cgfs->entries[i];

		if (!entry->known || !(entry->changed || all))
			continue;
		entry->figures.path = entry->path;
		frame_put_cgroup(writer, &entry->figures);
		entry->changed = false;
	}
}

void cgfs_look(struct cgfs *cgfs, const struct slots *table, uint64_t now_ms, enum cgfs_how how,
	struct frame_writer *writer)
{
	if (!cgfs->mounts.v1 && !cgfs->mounts.v2)
		return;
	if (how != CGFS_FRESH) {
		cgfs->before_ms = cgfs->look_ms;
		cgfs->look_ms = now_ms;
	}
	for (size_t i = 0; i < cgfs->count && how != CGFS_FRESH; i++) {
		cgfs->entries[i].left = cgfs->entries[i].wanted;
		cgfs->entries[i].wanted = cgfs->entries[i].close = false;
	}
	want_all(cgfs, table, now_ms);
	note_own(cgfs);
	for (size_t i = 0; i < cgfs->count; i++) {
		struct cgfs_entry *entry = &cgfs->entries[i];

		entry->left &= !entry->wanted;
		if (how == CGFS_FRESH && !(entry->wanted && limits_due(entry, now_ms)))
			continue;
		if (entry->wanted || entry->left)
			refresh(cgfs, entry, now_ms);
	}
	name_own(cgfs);
	cgfs_say(cgfs, how == CGFS_KEY, writer);
}
