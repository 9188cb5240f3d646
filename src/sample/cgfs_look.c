/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cgfs_look - whose turn it is, what is read of it, and what is said */
#include "sample/cgfs_priv.h"

#include "base/cgpath.h"
#include "base/unfilled.h"
#include "sample/cgread.h"
#include "sample/frame_writer.h"

#include <string.h>
#include <unistd.h>

enum {
	EVENTS_MS = 1900, /* events and stalls, where there is a limit or a close look */
	LIMITS_MS = 4900, /* limits, too, and of others with a watched process, which may get one */
	TURN_MS = 9900,   /* ... and of all others, in turns; events of those that stand still */
	TURNS_MOST = 4,   /* of them a tick */
	MANY = 256,       /* cgroups beyond which those that stand still take turns ... */
	MANY_QUIET = 16,  /* ... after so many looks without a change ... */
	UNKEPT_QUIET = 8, /* ... or of those whose file is not kept open, so many: */
	QUIET_TURN = 4,   /* they are looked at in so many ticks once */
	ENDED_MS = 10000, /* a cgroup that is gone is remembered */
};

/* --- usage, limits, events -------------------------------------------------------------------- */

/* Nobody was refused memory, slowed down or killed where the usage has not moved since it was last
 * asked: each of these comes of taking memory, or gives some back.  Limits may change all the
 * same. */
static bool is_still(const struct cgfs_entry *entry, uint64_t now_ms)
{
	return entry->known && entry->limits_ms != 0 && !entry->stirred && !entry->close &&
	       entry->figures.psi_some_avg10 == 0 && !cgfs_is_near(entry) &&
	       now_ms - entry->events_ms < TURN_MS;
}

static bool limits_due(const struct cgfs_entry *entry, uint64_t now_ms)
{
	/* where a process is watched, its end is told by the limit */
	bool often = entry->close || (entry->wanted && cgfs_is_limited(entry));
	uint64_t rest_ms = often ? EVENTS_MS : LIMITS_MS;

	if (!cgfs_is_asked_for(entry))
		return false;
	return (entry->left && entry->stirred) || entry->limits_ms == 0 ||
	       now_ms - entry->limits_ms >= rest_ms;
}

/* Events, which say that it is short now, are asked for more often than limits, which hardly
 * change. */
static bool events_due(const struct cgfs_entry *entry, uint64_t now_ms)
{
	return entry->shown && !is_still(entry, now_ms) && now_ms - entry->events_ms >= EVENTS_MS;
}

/* Whether anything but usage and parts is not what it was. */
static bool figures_differ(const struct cgroup_figures *a, const struct cgroup_figures *b)
{
	return a->max_kib != b->max_kib || a->high_kib != b->high_kib ||
	       a->swap_max_kib != b->swap_max_kib || a->oom_kills != b->oom_kills ||
	       a->known != b->known || a->ooms != b->ooms || a->events_high != b->events_high ||
	       a->events_max != b->events_max || a->protected_kib != b->protected_kib ||
	       a->peak_kib != b->peak_kib || a->oom_group != b->oom_group ||
	       a->psi_some_avg10 != b->psi_some_avg10 || a->psi_full_avg10 != b->psi_full_avg10;
}

static bool has_lost(uint64_t now_kib, uint64_t before_kib)
{
	return now_kib == UINT64_MAX && before_kib != UINT64_MAX;
}

/* Nothing but the limits, of one that stands still.  False: it has one less, or is gone, which its
 * events tell apart. */
static bool read_limits(struct cgfs_entry *entry, const struct cgread *at, uint64_t now_ms)
{
	struct cgroup_figures now = entry->figures, *before = &entry->figures;

	cgread_limits(at, &now);
	if (has_lost(now.max_kib, before->max_kib) || has_lost(now.high_kib, before->high_kib) ||
		has_lost(now.swap_max_kib, before->swap_max_kib))
		return false;
	entry->limits_ms = now_ms;
	entry->changed |= figures_differ(&now, before);
	*before = now;
	return true;
}

/* Events and stalls; with WHOLE all that is known of it but usage and parts. */
static void read_figures(struct cgfs *cgfs, struct cgfs_entry *entry, const struct cgread *at,
	bool whole, uint64_t now_ms)
{
	struct cgroup_figures now = entry->figures;

	if (whole && is_still(entry, now_ms) && read_limits(entry, at, now_ms))
		return;
	if (whole) {
		cgread_limits(at, &now);
		cgread_rare(at, &now);
	}
	if (entry->events_ms != now_ms)
		cgfs_keep_events(entry);
	bool events = cgread_events(at, &now);
	/* of one that has just gone the limit is still asked for, when a kill in it is told */
	if (!events && entry->events) {
		cgfs_close(cgfs, entry);
		return;
	}
	entry->events_ms = now_ms;
	entry->stirred = false;
	if (whole)
		entry->limits_ms = now_ms;
	if (events) {
		cgfs->risen |= entry->events && now.oom_kills > entry->kills_before;
		entry->events = true;
	}
	cgread_pressure(at, &now);
	entry->changed |= figures_differ(&now, &entry->figures);
	entry->figures = now;
}

static void take_usage(struct cgfs_entry *entry, uint64_t kib)
{
	bool moved = kib != entry->figures.usage_kib;

	entry->used |= moved;
	entry->stirred |= moved;
	entry->quiet = moved ? 0 : entry->quiet < UINT8_MAX ? entry->quiet + 1u : UINT8_MAX;
	entry->figures.usage_kib = kib;
}

/* The usual case, which must be cheap. */
static bool read_again(struct cgfs_entry *entry)
{
	uint64_t kib;

	if (!cgfs_read_kept(entry, &kib))
		return false;
	take_usage(entry, kib);
	return true;
}

/* The usage of a group that is asked for at every look stays open, which saves an open and a
 * close each time. How many may is limited (`keep`); a file of a group that was removed cannot
 * be read any more, which closes it. */
static bool read_usage(struct cgfs *cgfs, struct cgfs_entry *entry, const struct cgread *at)
{
	uint64_t kib;

	if (read_again(entry))
		return true;
	cgfs_close(cgfs, entry);
	int fd = cgread_usage(at, &kib);
	if (fd < 0)
		return false;
	take_usage(entry, kib);
	if (fd > 0 && cgfs->kept < cgfs->keep) {
		entry->fd = fd;
		cgfs->kept++;
	} else {
		close(fd);
	}
	return true;
}

/* A cgroup without figures is asked again once in a while: the root of a hierarchy never has any
 * (that is all of memory), a cgroup whose last process has gone may be no more. */
static bool is_blind(const struct cgfs_entry *entry, uint64_t now_ms)
{
	return !entry->known && entry->blind_ms != 0 && now_ms - entry->blind_ms < EVENTS_MS;
}

/* A read takes microseconds where nothing of the cgroup is in a cache.  Of thousands most stand
 * still: these are read in turns, until they move, as long as nobody looks at them and no limit is
 * near. */
static bool waits_for_turn(const struct cgfs *cgfs, const struct cgfs_entry *entry)
{
	size_t at = (size_t)(entry - cgfs->entries);
	bool kept = entry->fd > 0 || cgfs->kept < cgfs->keep;
	bool quiet = (cgfs->count > MANY && entry->quiet >= MANY_QUIET) ||
		     (!kept && entry->quiet >= UNKEPT_QUIET);

	return quiet && entry->known && !cgfs_is_asked_for(entry) && !cgfs_is_near(entry) &&
	       (at + cgfs->looks) % QUIET_TURN != 0;
}

/* One without figures is gone, or nobody counts its memory: the controller is switched off, or not
 * handed down so far.  A root never has any. */
static void note_bare(const struct cgfs *cgfs, struct cgfs_entry *entry, const struct cgread *at,
	uint64_t now_ms)
{
	const char *path = cgfs_real(entry);
	bool exists = cgread_exists(at);

	entry->bare = exists && path[1] != '\0' && strcmp(path, cgfs->mounts.root) != 0;
	if (!exists && entry->ended_ms == 0)
		entry->ended_ms = now_ms;
}

/* One group at one look. Its usage is read each time, limits and events in turn, since those
 * seldom change. A group whose files cannot be found is blind for a while and is not searched for
 * at every tick; one whose folder is gone, too, has ended. */
static void refresh(struct cgfs *cgfs, struct cgfs_entry *entry, uint64_t now_ms)
{
	bool waits = waits_for_turn(cgfs, entry);
	/* first: that it has moved is a reason to ask for more */
	bool read = entry->known && !waits && read_again(entry);
	bool whole = limits_due(entry, now_ms), events = whole || events_due(entry, now_ms);
	struct cgread at UNFILLED;

	if (!events && (read || waits || is_blind(entry, now_ms)))
		return;
	bool found = cgread_find(&at, &cgfs->mounts, cgfs_real(entry));
	if (!found || (!read && !read_usage(cgfs, entry, &at))) {
		entry->known = false;
		entry->blind_ms = now_ms;
		if (found)
			note_bare(cgfs, entry, &at, now_ms);
		return;
	}
	entry->ended_ms = 0;
	entry->bare = false;
	entry->changed |= !entry->known;
	entry->known = true;
	if (!events)
		return;
	cgread_enter(&at);
	read_figures(cgfs, entry, &at, whole, now_ms);
	cgread_leave(&at);
}

/* A few of those nobody asks for, one after the other. */
static void take_turns(struct cgfs *cgfs, uint64_t now_ms)
{
	size_t done = 0;

	for (size_t n = 0; n < cgfs->count && done < TURNS_MOST; n++) {
		struct cgread at UNFILLED;

		cgfs->turn = cgfs->turn + 1 < cgfs->count ? cgfs->turn + 1 : 0;
		struct cgfs_entry *entry = &cgfs->entries[cgfs->turn];
		if (!entry->known || cgfs_is_asked_for(entry) ||
			(entry->limits_ms != 0 && now_ms - entry->limits_ms < TURN_MS))
			continue;
		done++;
		if (!cgread_find(&at, &cgfs->mounts, cgfs_real(entry)))
			continue;
		cgread_enter(&at);
		read_figures(cgfs, entry, &at, true, now_ms);
		cgread_leave(&at);
	}
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
	char path[FRAME_PATH_MAX + 1] UNFILLED;

	if (number == 0 || !mark(cgfs, number, close))
		return;
	size_t len = strlen(cgfs_real(&cgfs->entries[number - 1]));
	memcpy(path, cgfs_real(&cgfs->entries[number - 1]), len + 1);
	for (int depth = 0; depth < CGFS_DEPTH; depth++) {
		len = cgpath_above(path, len);
		number = len > 0 ? cgfs_number(cgfs, path, len) : 0;
		if (number == 0 || !mark(cgfs, number, close))
			return;
	}
}

/* Where a process has moved its cgroup has, too, and waits for no turn. */
static void note_life(struct cgfs_entry *entry, struct proc_slot *slot, uint64_t now_ms)
{
	entry->lived_ms = now_ms;
	if (!(slot->flags & SLOT_STIRS))
		return;
	slot->flags &= ~(uint32_t)SLOT_STIRS;
	if (entry->quiet >= UNKEPT_QUIET)
		entry->quiet = UNKEPT_QUIET - 1;
}

/* The cgroup of the process on the screen, our own, and those of all processes that are watched;
 * when each was last lived in decides whose number is given away. */
static void want_all(struct cgfs *cgfs, const struct slots *table, uint64_t now_ms)
{
	want(cgfs, cgfs->close, true);
	want(cgfs, cgfs->self, false);
	for (size_t i = 0; i < cgfs->count; i++)
		if (cgfs->entries[i].shown)
			want(cgfs, (uint16_t)(i + 1), false);
	for (size_t i = 0; i < table->count; i++) {
		uint16_t number = table->slots[i].cgroup;

		if (table->slots[i].flags & SLOT_WATCHED)
			want(cgfs, number, false);
		if (number > 0)
			note_life(&cgfs->entries[number - 1], &table->slots[i], now_ms);
	}
}

void cgfs_show(struct cgfs *cgfs, const int32_t *numbers, size_t count)
{
	for (size_t i = 0; i < cgfs->count; i++)
		cgfs->entries[i].shown = false;
	for (size_t i = 0; i < count; i++)
		if (numbers[i] > 0 && (size_t)numbers[i] <= cgfs->count)
			cgfs->entries[numbers[i] - 1].shown = true;
}

/* The sampler's own and those above it, before they are read. */
static void note_own(struct cgfs *cgfs)
{
	struct cgfs_entry *entry = cgfs->self > 0 ? &cgfs->entries[cgfs->self - 1] : NULL;

	for (; entry != NULL; entry = cgfs_parent(cgfs, entry))
		entry->own = true;
}

static void say_own(struct cgfs *cgfs, uint16_t number, bool is)
{
	struct cgfs_entry *entry = number > 0 ? &cgfs->entries[number - 1] : NULL;

	/* it may have been forgotten, and the number be another's */
	if (entry == NULL || entry->path == NULL || entry->figures.own == is)
		return;
	entry->figures.own = is;
	entry->figures.known ^= CGROUP_OWN;
	entry->changed = true;
}

/* Tells the reader where to begin: at the lowest of the sampler's own that has figures. */
static void name_own(struct cgfs *cgfs)
{
	struct cgfs_entry *own = cgfs->self > 0 ? &cgfs->entries[cgfs->self - 1] : NULL;

	while (own != NULL && !own->known)
		own = cgfs_parent(cgfs, own);
	uint16_t number = own != NULL ? (uint16_t)(own - cgfs->entries + 1) : 0;
	if (number != cgfs->named)
		say_own(cgfs, cgfs->named, false);
	say_own(cgfs, number, true);
	cgfs->named = number;
}

/* --- a look ---------------------------------------------------------------------------------- */

static void forget_entry(struct cgfs *cgfs, const struct slots *table, uint16_t number)
{
	for (size_t k = 0; k < table->count; k++)
		if (table->slots[k].cgroup == number)
			table->slots[k].cgroup = 0;
	cgfs_forget(cgfs, &cgfs->entries[number - 1]);
}

/* The end of one is said when it was gone at the look before, too; it is remembered for longer,
 * since a kill in it may be told late. */
static void end_entry(struct cgfs *cgfs, struct cgfs_entry *entry, const struct slots *table,
	struct frame_writer *writer)
{
	uint16_t number = (uint16_t)(entry - cgfs->entries + 1);

	if (entry->ended_ms == 0 || entry->ended_ms >= cgfs->before_ms)
		return;
	if (entry->said)
		frame_put_cgroup_end(writer, number);
	entry->said = 0;
	if (cgfs->look_ms - entry->ended_ms > ENDED_MS && entry->lived_ms < cgfs->before_ms &&
		number != cgfs->self && number != cgfs->close)
		forget_entry(cgfs, table, number);
}

/* Every look says anew what is wanted, by the processes on the screen; who was wanted the last time
 * and is not now (`left`) is looked at once more, if it has moved: it may have been killed. */
static void begin_look(struct cgfs *cgfs, const struct slots *table, uint64_t now_ms,
	struct frame_writer *writer)
{
	cgfs->before_ms = cgfs->look_ms;
	cgfs->look_ms = now_ms;
	cgfs->looks++;
	for (size_t i = 0; i < cgfs->count; i++) {
		struct cgfs_entry *entry = &cgfs->entries[i];

		if (entry->path != NULL)
			end_entry(cgfs, entry, table, writer);
		entry->left = entry->wanted;
		entry->wanted = entry->close = entry->own = false;
	}
}

/* Reads what is due of all, and finds whose memory.stat is needed most. */
static void refresh_all(struct cgfs *cgfs, struct cgfs_needy *needy, uint64_t now_ms, bool fresh)
{
	for (size_t i = 0; i < cgfs->count; i++) {
		struct cgfs_entry *entry = &cgfs->entries[i];

		entry->left &= !entry->wanted;
		if (entry->path == NULL)
			continue;
		if (!fresh || limits_due(entry, now_ms))
			refresh(cgfs, entry, now_ms);
		if (fresh && (!cgfs_is_asked_for(entry) || entry->stat_ms != 0))
			continue;
		cgfs_stat_queue(cgfs, needy, entry, now_ms);
	}
}

void cgfs_look(struct cgfs *cgfs, const struct slots *table, uint64_t now_ms, enum cgfs_how how,
	struct frame_writer *writer)
{
	bool fresh = how == CGFS_FRESH;
	struct cgfs_needy needy = { .count = 0 };

	if (!cgfs->mounts.v1 && !cgfs->mounts.v2)
		return;
	if (!fresh)
		begin_look(cgfs, table, now_ms, writer);
	want_all(cgfs, table, now_ms);
	note_own(cgfs);
	refresh_all(cgfs, &needy, now_ms, fresh);
	if (!fresh)
		take_turns(cgfs, now_ms);
	cgfs_stat_read(cgfs, &needy, now_ms, fresh);
	name_own(cgfs);
	cgfs_say(cgfs, how == CGFS_KEY, writer);
}
