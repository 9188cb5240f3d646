/* SPDX-License-Identifier: GPL-2.0-or-later */
/* details - see details.h; the schedule */
#include "sample/details_priv.h"

#include "base/clock.h"
#include "base/unfilled.h"
#include "sample/frame_writer.h"

#include <string.h>
#include <unistd.h>

enum {
	BATCH = 32, /* processes between two looks at the clock */
	/* so many and fewer are looked at by ourselves: that costs less, and libproc2 would hold
	 * its 400 KiB for them, since there are always some that run */
	FEW = 8,
	BATCH_SMALL = 8,     /* the same of small ones that were never looked at */
	STEADY_US = 2000,    /* up to this budget they get half of it */
	SIZEABLE_KIB = 8192, /* RSS of those that are not small */
	SETTLED_MS = 15000,  /* between looks at a watched process that does not run */
	REST_MS = 10000,     /* between looks at others that ran, at least */
	MOVED_MS = 1000,     /* ... and at others whose shared part or swap moved */
	WAITS = 4,           /* times its budget of CPU time that it may take on the wall clock */
	/* most small ones that live shorter are gone before anybody could see more; of one that is
	 * not small it counts where it was when the kernel killed it */
	SHORT_LIFE_MS = 2000,
};

void details_init(struct details *details, struct libproc *lib, int proc, struct slots *table,
	struct cgfs *cgfs, struct outbox *outbox)
{
	*details = (struct details){
		.lib = lib,
		.proc = proc,
		.table = table,
		.cgfs = cgfs,
		.outbox = outbox,
		.page_kib = (unsigned)(sysconf(_SC_PAGESIZE) / 1024),
		.hz = (unsigned)sysconf(_SC_CLK_TCK),
		.unseen = SIZE_MAX,
	};
}

/* --- who --- */

enum urgency {
	URGENT_WATCHED,
	URGENT_SIZEABLE, /* never looked at, and not small */
	URGENT_UNSEEN,
	URGENT_MOVED,
	URGENT_REST,
	URGENCIES,
	NOT_DUE = URGENCIES,
};

static enum urgency watched_urgency(const struct proc_slot *slot, enum details_whom whom,
	uint32_t age, bool at_once)
{
	bool settled = !(slot->flags & (SLOT_STALE | SLOT_RATES | SLOT_SHARED));

	if (!(slot->flags & SLOT_DETAIL) || (slot->flags & SLOT_OWED))
		return URGENT_WATCHED;
	/* newly on the screen, perhaps because it climbs: what limits it is wanted at once */
	if (!(slot->flags & (SLOT_LIMITS | SLOT_KERNEL)))
		return URGENT_WATCHED;
	if (whom == DETAILS_FRESH)
		return !settled && age >= MOVED_MS * 2 ? URGENT_WATCHED : NOT_DUE;
	if (settled && age < (at_once ? (uint32_t)MOVED_MS : (uint32_t)SETTLED_MS))
		return NOT_DUE;
	return age >= DETAILS_RATE_MS ? URGENT_WATCHED : NOT_DUE;
}

/* A process that waits on the screen comes first, then those whose memory moved. Of the others
 * small ones have time: most processes that live less than a second never get details at all, which
 * is what keeps a machine that compiles cheap to watch. */
static enum urgency urgency_of(const struct details *details, const struct proc_slot *slot,
	enum details_whom whom, uint64_t now_ms)
{
	uint32_t age = details_age_ms(slot, now_ms);

	if (slot->flags & (SLOT_DEAD | SLOT_BORN))
		return NOT_DUE;
	if (slot->flags & SLOT_WATCHED)
		return watched_urgency(slot, whom, age, details->swapping);
	if (whom == DETAILS_FRESH || (slot->flags & SLOT_KERNEL))
		return NOT_DUE;
	bool small = slot->figures.rss_kib < SIZEABLE_KIB;
	if (!(slot->flags & SLOT_DETAIL) && small &&
		details_is_young(details, slot, now_ms, SHORT_LIFE_MS))
		return NOT_DUE;
	if (!(slot->flags & SLOT_DETAIL))
		return small ? URGENT_UNSEEN : URGENT_SIZEABLE;
	if (!(slot->flags & SLOT_STALE))
		return NOT_DUE;
	if (((slot->flags & SLOT_SHARED) || slot->figures.swap_kib > 0 ||
		    slot->figures.huge_kib > 0) &&
		age >= MOVED_MS)
		return URGENT_MOVED;
	return age >= REST_MS ? URGENT_REST : NOT_DUE;
}

struct picks {
	int32_t pids[URGENCIES][DETAILS_PICK_MAX];
	size_t counts[URGENCIES];
};

/* Goes on where the last round ended, so that everybody has a turn. */
static void pick_slots(const struct details *details, enum details_whom whom, uint64_t now_ms,
	struct picks *picks)
{
	const struct slots *table = details->table;
	size_t start = 0;

	memset(picks->counts, 0, sizeof(picks->counts));
	while (start < table->count && (uint32_t)table->slots[start].pid < details->turn)
		start++;
	for (size_t i = 0; i < table->count; i++) {
		size_t at = start + i < table->count ? start + i : start + i - table->count;
		const struct proc_slot *slot = &table->slots[at];
		enum urgency urgency = urgency_of(details, slot, whom, now_ms);

		if (urgency != NOT_DUE && picks->counts[urgency] < DETAILS_PICK_MAX)
			picks->pids[urgency][picks->counts[urgency]++] = slot->pid;
	}
}

/* --- how long --- */

/* CPU time, since a busy machine must not make details starve; but no tick may wait for long. */
struct budget {
	uint64_t cpu_end_us;
	uint64_t unseen_end_us; /* for small ones never looked at: CPU time, too */
	uint64_t boot_end_us;
};

static bool is_spent(const struct budget *budget, enum urgency urgency)
{
	uint64_t end_us = urgency == URGENT_UNSEEN ? budget->unseen_end_us : budget->cpu_end_us;
	return clock_cpu_us() >= end_us || clock_boot_us() >= budget->boot_end_us;
}

/* Looks at those of ALL that libproc2 left out (gone, or without a file that it needs), or was not
 * asked for, since they are few. */
static void look_at_missed(struct details *details, const int32_t *all, size_t count,
	const struct libproc_proc *looks, int found, uint64_t now_ms)
{
	int at = 0;

	for (size_t i = 0; i < count; i++) {
		struct proc_slot *slot = slots_find(details->table, all[i]);

		if (at < found && looks[at].pid == all[i])
			at++;
		else if (slot != NULL && !(slot->flags & SLOT_DEAD))
			details_look_ourselves(details, slot, now_ms, true);
	}
}

static void look_again(struct details *details, const int32_t *pids, size_t count, uint64_t now_ms)
{
	struct libproc_proc looks[BATCH];
	int32_t whole[BATCH];
	size_t wholes = 0;

	for (size_t i = 0; i < count; i++) {
		/* NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage): COUNT are filled */
		struct proc_slot *slot = slots_find(details->table, pids[i]);

		if (slot != NULL && details_is_ours(details, slot))
			details_look_ourselves(details, slot, now_ms,
				slot->other != 0 || !details_is_brief(details, slot));
		else
			whole[wholes++] = pids[i];
	}
	int found = wholes > FEW ? libproc_look(details->lib, whole, wholes, looks) : 0;
	for (int i = 0; i < found; i++)
		details_take_look(details, &looks[i], now_ms);
	look_at_missed(details, whole, wholes, looks, found, now_ms);
	/* a zombie's last look, or gone: not asked again before it moves */
	for (size_t i = 0; i < count; i++) {
		struct proc_slot *slot = slots_find(details->table, pids[i]);

		if (slot != NULL)
			slot->flags = (slot->flags | SLOT_DETAIL) & ~(uint32_t)SLOT_OWED;
	}
}

static void look_at(struct details *details, enum urgency urgency, const int32_t *pids,
	size_t count, uint64_t now_ms)
{
	if (urgency != URGENT_UNSEEN && urgency != URGENT_SIZEABLE) {
		look_again(details, pids, count, now_ms);
		return;
	}
	for (size_t i = 0; i < count; i++)
		/* NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage): COUNT are filled */
		details_look_first(details, pids[i], now_ms);
}

/* Looks at those of one urgency, until the budget is spent. */
static void look_in_turn(struct details *details, const struct picks *picks, enum urgency urgency,
	const struct budget *budget, uint64_t now_ms)
{
	const int32_t *pids = picks->pids[urgency];
	size_t all = picks->counts[urgency], batch = urgency == URGENT_UNSEEN ? BATCH_SMALL : BATCH;
	bool watched = urgency == URGENT_WATCHED;

	for (size_t at = 0; at < all; at += batch) {
		size_t count = all - at < batch ? all - at : batch;

		if ((at > 0 || !watched) && is_spent(budget, urgency))
			return;
		look_at(details, urgency, &pids[at], count, now_ms);
		/* NOLINTNEXTLINE(clang-analyzer-core.uninitialized.Assign): COUNT are filled */
		uint32_t last = (uint32_t)pids[at + count - 1];
		details->turn = watched ? details->turn : last + 1;
	}
}

void details_look(struct details *details, enum details_whom whom, uint64_t now_ms,
	unsigned budget_us)
{
	struct picks picks UNFILLED; /* 10 KiB */
	uint64_t cpu_us = clock_cpu_us();
	const struct budget budget = {
		.cpu_end_us = cpu_us + budget_us,
		.unseen_end_us = cpu_us + (budget_us > STEADY_US ? budget_us : budget_us / 2),
		.boot_end_us = clock_boot_us() + WAITS * budget_us,
	};

	pick_slots(details, whom, now_ms, &picks);
	details->unseen = picks.counts[URGENT_UNSEEN] + picks.counts[URGENT_SIZEABLE];
	for (int urgency = 0; urgency < URGENCIES; urgency++)
		look_in_turn(details, &picks, (enum urgency)urgency, &budget, now_ms);
	if (whom == DETAILS_TICK)
		libproc_rest(details->lib);
}

/* For a key frame, after which a listener knows nothing of before. A command line that was never
 * read is asked for again: its answer may have been what the listener missed. */
static void repeat_details(struct details *details, struct proc_slot *slot, uint64_t now_ms,
	struct frame_writer *writer)
{
	const char *path = cgfs_path(details->cgfs, slot);
	struct proc_detail detail;

	if (slot->flags & SLOT_DETAIL) {
		details_kept(details, slot, now_ms, &detail);
		frame_put_detail(writer, &detail);
	}
	if (slot->cmdline != NULL)
		frame_put_text(writer, slot->pid, TEXT_CMDLINE, slot->cmdline);
	else
		slot->flags &= ~(uint32_t)(SLOT_CMDLINE | SLOT_ASKED);
	if (path != NULL)
		frame_put_text(writer, slot->pid, TEXT_CGROUP, path);
}

void details_tell(struct details *details, struct proc_slot *slot, uint64_t now_ms)
{
	const char *path = cgfs_path(details->cgfs, slot);
	struct proc_detail detail;

	if (slot->flags & SLOT_DETAIL) {
		details_kept(details, slot, now_ms, &detail);
		outbox_detail(details->outbox, &detail);
	}
	if (slot->cmdline != NULL)
		outbox_text(details->outbox, slot->pid, TEXT_CMDLINE, slot->cmdline);
	else
		slot->flags &= ~(uint32_t)(SLOT_CMDLINE | SLOT_ASKED);
	if (path != NULL)
		outbox_text(details->outbox, slot->pid, TEXT_CGROUP, path);
}

void details_repeat(struct details *details, uint64_t now_ms, struct frame_writer *writer)
{
	const struct slots *table = details->table;

	for (size_t i = 0; i < table->count; i++)
		if (!(table->slots[i].flags & (SLOT_DEAD | SLOT_BORN)))
			repeat_details(details, &table->slots[i], now_ms, writer);
}
