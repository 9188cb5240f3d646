/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cgkill - see cgkill.h; who was killed is the model's to find */
#include "sample/cgkill.h"

#include "base/unfilled.h"
#include "sample/cgread.h"
#include "sample/frame_writer.h"

#include <string.h>

enum {
	SHORT_SHARE = 10, /* less than a tenth available: the machine may well have run out */
	PLENTY_SHARE = 5, /* more than a fifth: it has not */
};

static uint64_t left_of(const struct system_figures *system)
{
	return system->known & SYSTEM_AVAILABLE ? system->available_kib
						: system->free_kib + system->cache_kib;
}

static uint64_t kills_of(const struct cgfs_entry *entry)
{
	return entry->figures.oom_kills > entry->kills_before
		       ? entry->figures.oom_kills - entry->kills_before
		       : 0;
}

/* Whether its limit was met since the look before. */
static bool was_met(const struct cgfs *cgfs, const struct cgfs_entry *entry)
{
	if (cgfs->mounts.v1)
		return entry->figures.max_kib != UINT64_MAX &&
		       entry->figures.events_max > entry->met_before;
	return entry->figures.ooms > entry->ooms_before;
}

static bool is_below(const char *path, const char *above)
{
	size_t len = strlen(above);

	if (len == 1)
		return path[1] != '\0';
	return strncmp(path, above, len) == 0 && path[len] == '/';
}

/* Whether a kill is told by a cgroup below ENTRY. */
static bool told_below(const struct cgfs *cgfs, const struct cgfs_entry *entry)
{
	for (size_t i = 0; i < cgfs->count; i++) {
		const struct cgfs_entry *other = &cgfs->entries[i];

		if (other->path != NULL && other->events && kills_of(other) > 0 &&
			is_below(cgfs_real(other), cgfs_real(entry)))
			return true;
	}
	return false;
}

static bool is_removed(const struct cgfs *cgfs, const struct cgfs_entry *entry)
{
	struct cgread at UNFILLED;

	return cgread_find(&at, &cgfs->mounts, cgfs_real(entry)) && !cgread_exists(&at);
}

/* Whether ENTRY lost its last process since the tick before.  A service that ends is removed by its
 * manager at once: its process may still have been seen in this tick when its folder is no more. */
static bool has_just_gone(const struct cgfs *cgfs, const struct cgfs_entry *entry)
{
	if (entry->lived_ms == 0 || entry->lived_ms < cgfs->before_ms)
		return false;
	return entry->lived_ms != cgfs->look_ms || is_removed(cgfs, entry);
}

/* The cgroup below ENTRY that has just gone: a container that ended with the kill in it.  One with
 * a limit is likelier. */
static const struct cgfs_entry *gone_below(const struct cgfs *cgfs, const struct cgfs_entry *entry)
{
	const struct cgfs_entry *found = NULL;

	for (size_t i = 0; i < cgfs->count; i++) {
		const struct cgfs_entry *other = &cgfs->entries[i];

		if (other->path == NULL || !is_below(cgfs_real(other), cgfs_real(entry)) ||
			!has_just_gone(cgfs, other))
			continue;
		if (found == NULL || other->figures.max_kib < found->figures.max_kib)
			found = other;
	}
	return found;
}

/* Whether a kill in ENTRY counts for one above it: not in version 1, and not where there is only
 * the root. */
static bool counts_above(const struct cgfs *cgfs, const struct cgfs_entry *entry)
{
	while (!cgfs->mounts.v1 && (entry = cgfs_parent(cgfs, entry)) != NULL)
		if (entry->events)
			return true;
	return false;
}

/* The cgroup that was removed with the kill in it, of those that count for none above, as the
 * containers of LXC.  The fullest, if there are several. */
static const struct cgfs_entry *gone_uncounted(const struct cgfs *cgfs)
{
	const struct cgfs_entry *found = NULL;
	double most = 0;

	for (size_t i = 0; i < cgfs->count; i++) {
		const struct cgfs_entry *other = &cgfs->entries[i];

		if (other->path == NULL || other->limits_ms == 0 ||
			other->figures.max_kib == UINT64_MAX || !has_just_gone(cgfs, other) ||
			!is_removed(cgfs, other) || counts_above(cgfs, other))
			continue;
		double full = (double)other->figures.usage_kib /
			      ((double)other->figures.max_kib + 1);
		if (found == NULL || full > most) {
			found = other;
			most = full;
		}
	}
	return found;
}

/* The lowest from ENTRY on up that has a limit. */
static const struct cgfs_entry *limited(const struct cgfs *cgfs, const struct cgfs_entry *entry)
{
	for (; entry != NULL; entry = cgfs_parent(cgfs, entry))
		if (entry->figures.max_kib != UINT64_MAX)
			return entry;
	return NULL;
}

static const struct cgfs_entry *met(const struct cgfs *cgfs, const struct cgfs_entry *entry)
{
	for (; entry != NULL; entry = cgfs_parent(cgfs, entry))
		if (entry->events && was_met(cgfs, entry))
			return entry;
	return NULL;
}

/* One kill, or COUNT at once: IN is the group it was counted in, GROUP the one whose limit was
 * met. Without a GROUP, MACHINE says that memory itself was short; else nobody knows the
 * reason. */
static void say(const struct cgfs_entry *in, const struct cgfs_entry *group, bool machine,
	uint64_t count, struct frame_writer *writer)
{
	struct kill_figures kill = {
		.group = "",
		.in = "",
		.limit_kib = UINT64_MAX,
		.count = count < UINT32_MAX ? (uint32_t)count : UINT32_MAX,
		.machine = machine && group == NULL,
	};

	if (in != NULL)
		kill.in = in->path;
	if (group != NULL) {
		kill.group = group->path;
		kill.limit_kib = group->figures.max_kib;
	}
	frame_put_kill(writer, &kill);
}

/* Kills in ENTRY, or in one below it that is gone. */
static void tell_kill(const struct cgfs *cgfs, const struct cgfs_entry *entry, bool plenty,
	struct frame_writer *writer)
{
	const struct cgfs_entry *in = entry, *group = met(cgfs, entry);
	const struct cgfs_entry *gone = gone_below(cgfs, entry);
	/* it counts for those below as well: the limit that was met is that of one that is gone */
	bool below = group != NULL && group->figures.max_kib == UINT64_MAX;

	in = gone != NULL ? gone : in;
	if (below)
		group = gone != NULL ? limited(cgfs, gone) : NULL;
	/* nobody says that a limit was met, but the machine has plenty */
	else if (group == NULL && plenty)
		group = limited(cgfs, in);
	say(in, group, !plenty && !below, kills_of(entry), writer);
}

/* Reads the events of all; returns how many kills were found. */
static uint64_t inquire(struct cgfs *cgfs, bool plenty, uint64_t now_ms,
	struct frame_writer *writer)
{
	uint64_t found = 0;

	for (size_t i = 0; i < cgfs->count; i++) {
		struct cgfs_entry *entry = &cgfs->entries[i];

		if (entry->path == NULL || !entry->events)
			continue;
		cgfs_events(cgfs, entry, now_ms);
		entry->changed |= kills_of(entry) > 0;
	}
	for (size_t i = 0; i < cgfs->count; i++) {
		const struct cgfs_entry *entry = &cgfs->entries[i];

		if (entry->path == NULL || !entry->events || kills_of(entry) == 0 ||
			told_below(cgfs, entry))
			continue;
		tell_kill(cgfs, entry, plenty, writer);
		found += kills_of(entry);
	}
	return found;
}

/* How many the machine counts more than at the tick before. */
static uint64_t news(struct cgkill *kill, const struct system_figures *system)
{
	uint64_t rise = 0;

	if (!(system->known & SYSTEM_OOM_KILLS))
		return 0;
	if (kill->known && system->oom_kills > kill->kills)
		rise = system->oom_kills - kill->kills;
	kill->kills = system->oom_kills;
	kill->known = true;
	return rise;
}

void cgkill_look(struct cgkill *kill, struct cgfs *cgfs, const struct system_figures *system,
	uint64_t now_ms, struct frame_writer *writer)
{
	uint64_t rise = news(kill, system), left = left_of(system), found = 0;
	bool is_short = left < system->total_kib / SHORT_SHARE;
	bool plenty = left > system->total_kib / PLENTY_SHARE && !kill->was_short;

	if (rise > 0 || cgfs->risen) {
		found = inquire(cgfs, plenty, now_ms, writer);
		/* in this frame: there may be no other, when a program's end was waited for */
		cgfs_say(cgfs, false, writer);
	}
	cgfs->risen = false;
	uint64_t old = rise < kill->ahead ? rise : kill->ahead;
	rise -= old;
	kill->ahead -= old;
	if (found > rise)
		kill->ahead += kill->known ? found - rise : 0;
	else if (rise > found) {
		const struct cgfs_entry *gone = plenty ? gone_uncounted(cgfs) : NULL;

		say(gone, gone, is_short || kill->was_short, rise - found, writer);
	}
	kill->was_short = is_short;
}
