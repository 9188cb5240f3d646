/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cgfs_stat - whose memory.stat is read, within a budget; usage and limits are cgfs_look.c's */
#include "sample/cgfs_priv.h"

#include "base/clock.h"
#include "base/unfilled.h"
#include "sample/cgread.h"
#include "sample/procfs.h"

#include <string.h>

enum {
	STAT_MS = 900,        /* memory.stat, while the usage moves, or is near a limit */
	SEEN_STILL_MS = 4900, /* ... while it does not, but is looked at: parts may change places */
	STILL_MS = 300000,    /* ... of all others */
	/* a movement of a smaller part of the usage shows in no figure: it counts as none of who
	 * is looked at */
	SMALL_PART = 1024,
	STAT_SHARE = 50, /* times what it took it rests: a fiftieth of a CPU at most */
	/* for all of a tick, but for LEAST of them: of processor time, since on a busy machine
	 * little is read in the time of a clock; where the kernel waits for something, of that */
	STAT_BUDGET_US = 600,
	STAT_FIRST_US = 2000, /* while there are many of which it was never read */
	STAT_WAIT_US = 10000,
	STAT_LEAST = 8,
	NUMBER_ROOM = 64,
};

/* All of the machine: what that is, /proc/meminfo tells for less.  Of version 2 its root has no
 * figures, and a root that has some is a container's. */
static bool is_machine(const struct cgfs *cgfs, const struct cgfs_entry *entry)
{
	return cgfs->mounts.v1 && strcmp(cgfs_real(entry), cgfs->mounts.root) == 0 &&
	       cgfs_limit_kib(entry) == UINT64_MAX;
}

bool cgfs_is_near(const struct cgfs_entry *entry)
{
	uint64_t limit = cgfs_limit_kib(entry);

	return limit != UINT64_MAX && entry->figures.usage_kib > limit / 5 * 4;
}

bool cgfs_read_kept(const struct cgfs_entry *entry, uint64_t *kib)
{
	char text[NUMBER_ROOM];
	ssize_t len = entry->fd > 0 ? procfs_again(entry->fd, text, sizeof(text)) : 0;

	return len > 0 && sysparse_cgroup_kib(kib, text, (size_t)len) == 0;
}

static uint64_t moved_kib(const struct cgfs_entry *entry)
{
	uint64_t now = entry->figures.usage_kib, then = entry->stat_usage;

	return now > then ? now - then : then - now;
}

/* How much it is needed; 0: not now.  Who is looked at goes before what is nearly full, that before
 * what has moved most and waited longest. */
static uint64_t stat_need(const struct cgfs_entry *entry, uint64_t now_ms)
{
	uint64_t since_ms = now_ms - entry->stat_ms, moved = moved_kib(entry);
	bool looked_at = entry->close || entry->shown || entry->own;
	bool near = cgfs_is_near(entry);

	if (!entry->known)
		return 0;
	if (entry->stat_ms == 0)
		return UINT64_MAX >> (entry->shown || entry->wanted ? 1 : 3);
	if (since_ms < STAT_MS || since_ms < (uint64_t)entry->stat_us * STAT_SHARE / 1000)
		return 0;
	if (looked_at && !near && moved <= entry->figures.usage_kib / SMALL_PART)
		moved = 0;
	if (moved == 0 && since_ms < (near ? STAT_MS : looked_at ? SEEN_STILL_MS : STILL_MS))
		return 0;
	uint64_t need = 1 + (moved < UINT32_MAX ? moved : UINT32_MAX) * (since_ms / 1000);
	if (need > UINT64_MAX >> 5)
		need = UINT64_MAX >> 5;
	return need + (looked_at ? UINT64_MAX / 4 : near ? UINT64_MAX / 16 : 0);
}

/* Streams of old had no parts of their own, and what limits the sampler goes by these, too. */
static void tell_figures(struct cgfs_entry *entry)
{
	const struct cgroup_parts *parts = &entry->parts;
	struct cgroup_figures *figures = &entry->figures;

	figures->reclaimable_kib = parts->reclaimable_kib;
	figures->swap_usage_kib = parts->swap_kib;
	figures->anon_kib = parts->anon_kib;
	figures->file_kib = parts->file_kib + parts->shmem_kib;
	figures->shmem_kib = parts->shmem_kib;
	figures->known |= CGROUP_PARTS;
}

/* Whatever their age is: from the first figure on there is no padding between them. */
static bool is_same_parts(const struct cgroup_parts *a, const struct cgroup_parts *b)
{
	return a->known == b->known &&
	       memcmp(&a->usage_kib, &b->usage_kib,
		       sizeof(*a) - offsetof(struct cgroup_parts, usage_kib)) == 0;
}

/* Parts are parts of the usage of their moment: what moves fast has moved since the tick began.
 * memory.stat is the dear one: the kernel adds up the counters of all processors for it, and of
 * all groups below. So its own price is measured and decides when it is read again; the usage it
 * was read at tells later how much has changed since. */
static void read_stat(struct cgfs *cgfs, struct cgfs_entry *entry, uint64_t now_ms)
{
	uint64_t began_us = clock_boot_us();
	struct cgroup_parts before = entry->parts;
	struct cgread at UNFILLED;

	entry->stat_ms = now_ms;
	entry->stat_usage = entry->figures.usage_kib;
	entry->parts.number = entry->figures.number;
	if (!cgfs_read_kept(entry, &entry->parts.usage_kib))
		entry->parts.usage_kib = entry->figures.usage_kib;
	if (!cgread_find(&at, &cgfs->mounts, cgfs_real(entry)) ||
		!cgread_stat(&at, &entry->parts)) {
		entry->figures.known &= ~(uint32_t)CGROUP_PARTS;
		return;
	}
	if (!entry->own) { /* all others' is in no figure of anybody */
		entry->parts.known &= ~(uint32_t)CGROUP_MAPPED;
		entry->parts.mapped_kib = 0;
	}
	entry->stat_us = (uint32_t)(clock_boot_us() - began_us);
	entry->parted |= !is_same_parts(&before, &entry->parts);
	tell_figures(entry);
}

/* The most of them first. */
void cgfs_stat_queue(const struct cgfs *cgfs, struct cgfs_needy *needy, struct cgfs_entry *entry,
	uint64_t now_ms)
{
	uint64_t need = stat_need(entry, now_ms);
	size_t at = needy->count;

	if (need == 0 || (at == CGFS_STAT_MOST && need <= needy->at[at - 1].need) ||
		is_machine(cgfs, entry))
		return;
	needy->count += at < CGFS_STAT_MOST;
	for (at = needy->count - 1; at > 0 && needy->at[at - 1].need < need; at--)
		needy->at[at] = needy->at[at - 1];
	needy->at[at].need = need;
	needy->at[at].entry = entry;
}

/* All of a whole screen that was just turned to are read at once. */
void cgfs_stat_read(struct cgfs *cgfs, const struct cgfs_needy *needy, uint64_t now_ms, bool fresh)
{
	bool many = needy->count == CGFS_STAT_MOST &&
		    needy->at[CGFS_STAT_MOST - 1].entry->stat_ms == 0;
	uint64_t cpu_us = clock_cpu_us() + (many ? STAT_FIRST_US : STAT_BUDGET_US);
	uint64_t late_us = clock_boot_us() + STAT_WAIT_US;

	for (size_t i = 0; i < needy->count; i++) {
		if (!fresh && i >= STAT_LEAST &&
			(clock_cpu_us() > cpu_us || clock_boot_us() > late_us))
			return;
		read_stat(cgfs, needy->at[i].entry, now_ms);
	}
}
