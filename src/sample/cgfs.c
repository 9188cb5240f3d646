/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cgfs - see cgfs.h; knows both hierarchies, reads no process but its cgroup file */
#include "sample/cgfs.h"

#include "base/text.h"
#include "base/xalloc.h"
#include "frame/frame.h"
#include "sample/part.h"
#include "sample/procfs.h"
#include "sample/procparse.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	WHOLE_MS = 30000, /* all files of a cgroup without limits */
	/* of one with a limit: its statistics make the kernel add up all CPUs */
	LIMITED_MS = 5000,
	NARROW_MS = 900, /* of one that is four fifths full */
	CLOSE_MS = 1900, /* of those above the process on the screen */
	FILE_ROOM = 8192,
	PATH_ROOM = SYSPARSE_PATH_MAX + FRAME_PATH_MAX + 64,
};

struct cgfs_entry {
	char *path; /* clean; NULL: free for another */
	char *real; /* as the kernel writes it, if that is not the same */
	uint32_t hash;
	bool wanted;       /* a watched process is in or below it */
	bool left;         /* one was at the last look, and none is now */
	bool close;        /* the one on the screen is */
	bool known;        /* figures were read */
	bool changed;      /* and not sent since */
	uint64_t whole_ms; /* when all files were read; 0: never */
	struct cgroup_figures figures;
};

void cgfs_init(struct cgfs *cgfs, int proc)
{
	char *text = xalloc(65536);
	ssize_t len;

	*cgfs = (struct cgfs){ .proc = proc };
	len = procfs_read_path("/proc/self/mountinfo", text, 65536);
	if (len > 0)
		sysparse_mounts(&cgfs->mounts, text, (size_t)len);
	free(text);
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
}

static uint32_t hash_of(const char *path, size_t len)
{
	uint32_t hash = 2166136261u;

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (unsigned char)path[i]) * 16777619u;
	return hash;
}

static const char *real_path(const struct cgfs_entry *entry)
{
	return entry->real != NULL ? entry->real : entry->path;
}

static bool entry_is(const struct cgfs_entry *entry, uint32_t hash, const char *path, size_t len)
{
	return entry->path != NULL && entry->hash == hash && strlen(real_path(entry)) == len &&
	       memcmp(real_path(entry), path, len) == 0;
}

/* Forgets paths of no process, so that years of short-lived cgroups do not add up. */
static void collect(struct cgfs *cgfs, const struct proctable *table)
{
	unsigned char *used = xalloc_zero(cgfs->count, 1);

	for (size_t i = 0; i < table->count; i++)
		if (table->slots[i].cgroup > 0)
			used[table->slots[i].cgroup - 1] = 1;
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
	if (cgfs->count == cgfs->cap) {
		cgfs->cap = xalloc_capacity(cgfs->cap, cgfs->count + 1);
		cgfs->entries = xalloc_grow(cgfs->entries, cgfs->cap, sizeof(*cgfs->entries));
	}
	return &cgfs->entries[cgfs->count++];
}

/* The number of a path + 1, added if it is new; 0 if there is no room. */
static uint16_t number_of(struct cgfs *cgfs, const char *path, size_t len)
{
	char clean[FRAME_PATH_MAX + 1];
	uint32_t hash = hash_of(path, len);
	struct cgfs_entry *entry;

	for (size_t i = 0; i < cgfs->count; i++)
		if (entry_is(&cgfs->entries[i], hash, path, len))
			return (uint16_t)(i + 1);
	entry = len <= FRAME_PATH_MAX ? free_entry(cgfs) : NULL;
	if (entry == NULL)
		return 0;
	text_clean(clean, sizeof(clean), path, len);
	*entry = (struct cgfs_entry){ .path = xalloc_text(clean), .hash = hash };
	if (strlen(clean) != len || memcmp(clean, path, len) != 0)
		entry->real = xalloc_textn(path, len);
	return (uint16_t)(entry - cgfs->entries + 1);
}

bool cgfs_place(struct cgfs *cgfs, struct proctable *table, struct proc_slot *slot)
{
	char text[FILE_ROOM];
	const char *path;
	size_t path_len;
	int v1;
	uint16_t number;
	ssize_t len = procfs_read(cgfs->proc, slot->pid, "cgroup", text, sizeof(text), NULL);

	if (len <= 0 || procparse_cgroup(&path, &path_len, &v1, text, (size_t)len) < 0)
		return false;
	number = number_of(cgfs, path, path_len);
	if (number == 0) {
		collect(cgfs, table);
		number = number_of(cgfs, path, path_len);
	}
	if (number == slot->cgroup)
		return false;
	slot->cgroup = number;
	return number > 0;
}

const char *cgfs_path(const struct cgfs *cgfs, const struct proc_slot *slot)
{
	return slot->cgroup > 0 ? cgfs->entries[slot->cgroup - 1].path : NULL;
}

/* --- figures --- */

/* A file of a cgroup; the part of the hierarchy that is mounted may be a container's own. */
static ssize_t read_file(const struct cgfs *cgfs, const struct cgfs_entry *entry, const char *name,
	char *text, size_t cap)
{
	const struct sysparse_mounts *mounts = &cgfs->mounts;
	const char *path = real_path(entry);
	size_t root = strlen(mounts->root);
	char full[PATH_ROOM];

	if (root > 1 && strncmp(path, mounts->root, root) == 0 &&
		(path[root] == '/' || !path[root]))
		path += root;
	if (strstr(path, "/..") != NULL) /* outside what we may see */
		return -ENOENT;
	snprintf(full, sizeof(full), "%s%s/%s", mounts->mount, path, name);
	return procfs_read_path(full, text, cap);
}

static uint64_t figure(const struct cgfs *cgfs, const struct cgfs_entry *entry, const char *name,
	uint64_t otherwise)
{
	char text[64];
	uint64_t kib;
	ssize_t len = read_file(cgfs, entry, name, text, sizeof(text));

	if (len <= 0 || sysparse_cgroup_kib(&kib, text, (size_t)len) < 0)
		return otherwise;
	return kib;
}

static uint64_t keyed(const struct cgfs *cgfs, const struct cgfs_entry *entry, const char *name,
	const char *key)
{
	char text[FILE_ROOM];
	uint64_t value;
	ssize_t len = read_file(cgfs, entry, name, text, sizeof(text));

	if (len <= 0 || sysparse_keyed(&value, key, text, (size_t)len) < 0)
		return 0;
	return value;
}

static void read_events(const struct cgfs *cgfs, const struct cgfs_entry *entry,
	struct cgroup_figures *figures)
{
	char text[FILE_ROOM];
	ssize_t len = read_file(cgfs, entry, "memory.events", text, sizeof(text));

	figures->known &= ~(uint32_t)(CGROUP_EVENTS | CGROUP_HIGH);
	figures->oom_kills = figures->events_max = figures->events_high = 0;
	if (len <= 0)
		return;
	sysparse_keyed(&figures->oom_kills, "oom_kill", text, (size_t)len);
	if (sysparse_keyed(&figures->events_max, "max", text, (size_t)len) == 0)
		figures->known |= CGROUP_EVENTS;
	if (sysparse_keyed(&figures->events_high, "high", text, (size_t)len) == 0)
		figures->known |= CGROUP_HIGH;
}

static void read_pressure(const struct cgfs *cgfs, const struct cgfs_entry *entry,
	struct cgroup_figures *figures)
{
	char text[256];
	struct sysparse_pressure pressure;
	ssize_t len = read_file(cgfs, entry, "memory.pressure", text, sizeof(text));

	figures->known &= ~(uint32_t)CGROUP_PRESSURE;
	figures->psi_some_avg10 = figures->psi_full_avg10 = 0;
	if (len <= 0 || sysparse_pressure(&pressure, text, (size_t)len) < 0)
		return;
	figures->known |= CGROUP_PRESSURE;
	figures->psi_some_avg10 = pressure.some_avg10;
	figures->psi_full_avg10 = pressure.full_avg10;
}

static void read_v2(const struct cgfs *cgfs, const struct cgfs_entry *entry,
	struct cgroup_figures *figures)
{
	figures->max_kib = figure(cgfs, entry, "memory.max", UINT64_MAX);
	figures->high_kib = figure(cgfs, entry, "memory.high", UINT64_MAX);
	figures->swap_max_kib = figure(cgfs, entry, "memory.swap.max", UINT64_MAX);
	figures->swap_usage_kib = figure(cgfs, entry, "memory.swap.current", 0);
	figures->reclaimable_kib = keyed(cgfs, entry, "memory.stat", "inactive_file") / 1024;
	read_events(cgfs, entry, figures);
	if (entry->close)
		read_pressure(cgfs, entry, figures);
}

/* A file of one number that is no size; BIT of *KNOWN says whether it was there. */
static uint64_t count_of(const struct cgfs *cgfs, const struct cgfs_entry *entry, const char *name,
	uint32_t *known, uint32_t bit)
{
	char text[64];
	int64_t count;
	ssize_t len = read_file(cgfs, entry, name, text, sizeof(text));

	*known &= ~bit;
	if (len <= 0 || procparse_number(&count, text, (size_t)len) < 0 || count < 0)
		return 0;
	*known |= bit;
	return (uint64_t)count;
}

/* v1 limits memory and swap together.  What is in swap stands in memory.stat; the difference
 * between the two usages is read at two moments, and wrong by what came between. */
static void read_v1(const struct cgfs *cgfs, const struct cgfs_entry *entry,
	struct cgroup_figures *figures)
{
	uint64_t both = figure(cgfs, entry, "memory.memsw.limit_in_bytes", UINT64_MAX);

	figures->max_kib = figure(cgfs, entry, "memory.limit_in_bytes", UINT64_MAX);
	figures->high_kib = UINT64_MAX;
	figures->swap_max_kib = both == UINT64_MAX || both < figures->max_kib
					? UINT64_MAX
					: both - figures->max_kib;
	figures->swap_usage_kib = keyed(cgfs, entry, "memory.stat", "total_swap") / 1024;
	figures->reclaimable_kib = keyed(cgfs, entry, "memory.stat", "total_inactive_file") / 1024;
	figures->oom_kills = keyed(cgfs, entry, "memory.oom_control", "oom_kill");
	figures->events_max = count_of(cgfs, entry, "memory.failcnt", &figures->known,
		CGROUP_EVENTS);
}

static bool has_limit(const struct cgroup_figures *figures)
{
	return figures->max_kib != UINT64_MAX || figures->high_kib != UINT64_MAX ||
	       figures->swap_max_kib != UINT64_MAX;
}

static uint64_t whole_period(const struct cgfs_entry *entry)
{
	uint64_t limit = entry->figures.max_kib < entry->figures.high_kib ? entry->figures.max_kib
									  : entry->figures.high_kib;

	if (entry->close)
		return CLOSE_MS;
	if (!entry->known || !has_limit(&entry->figures))
		return WHOLE_MS;
	return entry->figures.usage_kib > limit / 5 * 4 ? NARROW_MS : LIMITED_MS;
}

static bool figures_differ(const struct cgroup_figures *a, const struct cgroup_figures *b)
{
	return a->usage_kib != b->usage_kib || a->reclaimable_kib != b->reclaimable_kib ||
	       a->max_kib != b->max_kib || a->high_kib != b->high_kib ||
	       a->swap_usage_kib != b->swap_usage_kib || a->swap_max_kib != b->swap_max_kib ||
	       a->oom_kills != b->oom_kills || a->known != b->known ||
	       a->events_high != b->events_high || a->events_max != b->events_max ||
	       a->psi_some_avg10 != b->psi_some_avg10 || a->psi_full_avg10 != b->psi_full_avg10;
}

static void refresh(const struct cgfs *cgfs, struct cgfs_entry *entry, uint64_t now_ms)
{
	bool v1 = cgfs->mounts.v1;
	bool whole = entry->left || entry->whole_ms == 0 ||
		     now_ms - entry->whole_ms >= whole_period(entry);
	struct cgroup_figures now = entry->figures;

	if (!whole && !(entry->known && has_limit(&entry->figures)))
		return;
	if (whole)
		entry->whole_ms = now_ms;
	now.usage_kib = figure(cgfs, entry, v1 ? "memory.usage_in_bytes" : "memory.current",
		UINT64_MAX);
	/* the root of a hierarchy has no figures: that is all of memory */
	if (now.usage_kib == UINT64_MAX) {
		entry->known = false;
		return;
	}
	if (whole && v1)
		read_v1(cgfs, entry, &now);
	else if (whole)
		read_v2(cgfs, entry, &now);
	entry->changed |= !entry->known || figures_differ(&now, &entry->figures);
	entry->figures = now;
	entry->known = true;
}

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
	len = strlen(real_path(&cgfs->entries[number - 1]));
	memcpy(path, real_path(&cgfs->entries[number - 1]), len + 1);
	for (int depth = 0; depth < CGFS_DEPTH && len > 1; depth++) {
		while (len > 0 && path[len - 1] != '/')
			len--;
		len -= len > 1;
		number = number_of(cgfs, path, len);
		if (number == 0 || !mark(cgfs, number, close))
			return;
	}
}

void cgfs_look(struct cgfs *cgfs, const struct proctable *table, uint64_t now_ms, bool key,
	struct part *part)
{
	if (!cgfs->mounts.v1 && !cgfs->mounts.v2)
		return;
	for (size_t i = 0; i < cgfs->count; i++) {
		cgfs->entries[i].left = cgfs->entries[i].wanted;
		cgfs->entries[i].wanted = cgfs->entries[i].close = false;
	}
	want(cgfs, cgfs->close, true);
	for (size_t i = 0; i < table->count; i++)
		if (table->slots[i].flags & SLOT_WATCHED)
			want(cgfs, table->slots[i].cgroup, false);
	for (size_t i = 0; i < cgfs->count; i++) {
		struct cgfs_entry *entry = &cgfs->entries[i];

		entry->left &= !entry->wanted;
		if (entry->wanted || entry->left)
			refresh(cgfs, entry, now_ms);
		if (!entry->known || !(entry->changed || key))
			continue;
		entry->figures.path = entry->path;
		part_cgroup(part, &entry->figures);
		entry->changed = false;
	}
}
