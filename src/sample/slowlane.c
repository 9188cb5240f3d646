/* SPDX-License-Identifier: GPL-2.0-or-later */
/* slowlane - see slowlane.h; the schedule, and what a look makes of its figures */
#include "sample/slowlane.h"

#include "base/clock.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "sample/part.h"
#include "sample/procfs.h"
#include "sample/procparse.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	BATCH = 32,           /* processes between two looks at the clock */
	BATCH_SMALL = 8,      /* the same of small ones that were never looked at */
	STEADY_US = 2000,     /* up to this budget they get half of it */
	SIZEABLE_KIB = 8192,  /* RSS of those that are not small */
	PICK_MAX = 512,       /* picked in one go */
	SETTLED_MS = 15000,   /* between looks at a watched process that does not run */
	REST_MS = 10000,      /* between looks at others that ran, at least */
	MOVED_MS = 1000,      /* ... and at others whose shared part or swap moved */
	WAITS = 4,            /* times its budget of CPU time that it may take on the wall clock */
	RATE_MS = 250,        /* shorter intervals give no rate */
	YOUNG_MS = 10000,     /* a process this young may have been sighted before its exec */
	SHORT_LIFE_MS = 2000, /* most that live shorter are gone before anybody could see more */
	FILE_ROOM = 4096,
	LIMIT_VISITS = 32, /* every so many looks: resource limits, of watched ones */
	PLACE_VISITS = 16, /* the cgroup again, of watched ones */
	PEAK_VISITS = 8,   /* the peak again, which may have been higher between two looks */
	WHOLE_VISITS = 8,  /* all of status, though nothing moved */
	OOM_VISITS = 8,    /* oom_score again: thousandths of memory do not move in a blink */
};

void slowlane_init(struct slowlane *lane, struct libproc *lib, int proc, struct cgfs *cgfs,
	struct outbox *outbox)
{
	*lane = (struct slowlane){
		.lib = lib,
		.proc = proc,
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

static uint32_t age_ms(const struct proc_slot *slot, uint64_t now_ms)
{
	return (uint32_t)now_ms - slot->detail_ms;
}

static enum urgency watched_urgency(const struct proc_slot *slot, enum slowlane_whom whom,
	uint32_t age, bool swapping)
{
	bool settled = !(slot->flags & (SLOT_STALE | SLOT_RATES | SLOT_SHARED));

	if (!(slot->flags & SLOT_DETAIL))
		return URGENT_WATCHED;
	if (whom == SLOWLANE_FRESH)
		return !settled && age >= MOVED_MS * 2 ? URGENT_WATCHED : NOT_DUE;
	if (settled && age < (swapping ? (uint32_t)MOVED_MS : (uint32_t)SETTLED_MS))
		return NOT_DUE;
	return age >= RATE_MS ? URGENT_WATCHED : NOT_DUE;
}

static bool is_young(const struct slowlane *lane, const struct proc_slot *slot, uint64_t now_ms,
	unsigned limit_ms)
{
	return now_ms < slot->start_ticks * 1000 / lane->hz + limit_ms;
}

static enum urgency urgency_of(const struct slowlane *lane, const struct proc_slot *slot,
	enum slowlane_whom whom, uint64_t now_ms, bool swapping)
{
	uint32_t age = age_ms(slot, now_ms);

	if (slot->flags & (SLOT_DEAD | SLOT_BORN))
		return NOT_DUE;
	if (slot->flags & SLOT_WATCHED)
		return watched_urgency(slot, whom, age, swapping);
	if (whom == SLOWLANE_FRESH || (slot->flags & SLOT_KERNEL))
		return NOT_DUE;
	bool small = slot->rss_pages < SIZEABLE_KIB / lane->page_kib;
	if (!(slot->flags & SLOT_DETAIL) && is_young(lane, slot, now_ms, SHORT_LIFE_MS))
		return NOT_DUE;
	if (!(slot->flags & SLOT_DETAIL))
		return small ? URGENT_UNSEEN : URGENT_SIZEABLE;
	if (!(slot->flags & SLOT_STALE))
		return NOT_DUE;
	if (((slot->flags & SLOT_SHARED) || slot->swap_pages > 0) && age >= MOVED_MS)
		return URGENT_MOVED;
	return age >= REST_MS ? URGENT_REST : NOT_DUE;
}

struct picks {
	int32_t pids[URGENCIES][PICK_MAX];
	size_t counts[URGENCIES];
};

static void pick_range(const struct slowlane *lane, const struct proctable *table, size_t from,
	size_t to, enum slowlane_whom whom, uint64_t now_ms, bool swapping, struct picks *picks)
{
	for (size_t i = from; i < to; i++) {
		enum urgency urgency = urgency_of(lane, &table->slots[i], whom, now_ms, swapping);

		if (urgency != NOT_DUE && picks->counts[urgency] < PICK_MAX)
			picks->pids[urgency][picks->counts[urgency]++] = table->slots[i].pid;
	}
}

/* Goes on where the last round ended, so that everybody has a turn. */
static void pick(const struct slowlane *lane, const struct proctable *table,
	enum slowlane_whom whom, uint64_t now_ms, bool swapping, struct picks *picks)
{
	size_t start = 0;

	memset(picks->counts, 0, sizeof(picks->counts));
	while (start < table->count && (uint32_t)table->slots[start].pid < lane->turn)
		start++;
	pick_range(lane, table, start, table->count, whom, now_ms, swapping, picks);
	pick_range(lane, table, 0, start, whom, now_ms, swapping, picks);
}

/* --- what --- */

static uint32_t pages_of(const struct slowlane *lane, uint64_t kib)
{
	uint64_t pages = kib / lane->page_kib;

	return pages > UINT32_MAX ? UINT32_MAX : (uint32_t)pages;
}

static int16_t small(int64_t value)
{
	return (int16_t)(value > INT16_MAX ? INT16_MAX : value < INT16_MIN ? INT16_MIN : value);
}

static void take_memory(const struct slowlane *lane, struct proc_slot *slot,
	const struct libproc_proc *look)
{
	bool parts = look->anon_kib + look->file_kib + look->shmem_kib > 0;

	slot->anon_pages = pages_of(lane, look->anon_kib);
	slot->file_pages = pages_of(lane, look->file_kib);
	slot->shmem_pages = pages_of(lane, look->shmem_kib);
	slot->swap_pages = pages_of(lane, look->swap_kib);
	slot->flags &= ~(uint32_t)SLOT_PARTS;
	/* an RSS, but none of its parts: a kernel before 4.5 */
	if (!(slot->flags & SLOT_KERNEL) && (parts || slot->rss_pages == 0))
		slot->flags |= SLOT_PARTS;
}

/* Rates since the look before, if that is long enough ago; then this look is the next base. */
static void take_rates(const struct slowlane *lane, struct proc_slot *slot,
	const struct libproc_proc *look, uint64_t now_ms, struct proc_detail *detail)
{
	uint32_t ms = age_ms(slot, now_ms);
	uint64_t ticks = look->cpu_ticks > slot->cpu_ticks ? look->cpu_ticks - slot->cpu_ticks : 0;
	uint32_t minor = (uint32_t)look->minor_faults - slot->minor_faults;
	uint32_t major = (uint32_t)look->major_faults - slot->major_faults;
	bool based = slot->flags & SLOT_BASE;

	if (based && ms < RATE_MS) {
		slot->flags |= SLOT_RATES;
		return;
	}
	if (based) {
		detail->cpu_percent = (double)ticks * 1000 / lane->hz / ms * 100;
		detail->minor_faults_s = (double)minor * 1000 / ms;
		detail->major_faults_s = (double)major * 1000 / ms;
		detail->known |= DETAIL_CPU | DETAIL_FAULTS;
	}
	slot->flags &= ~(uint32_t)SLOT_RATES;
	if (!based || ticks > 0 || minor > 0 || major > 0)
		slot->flags |= SLOT_RATES;
	slot->flags |= SLOT_BASE;
	slot->cpu_ticks = look->cpu_ticks;
	slot->minor_faults = (uint32_t)look->minor_faults;
	slot->major_faults = (uint32_t)look->major_faults;
	slot->detail_ms = (uint32_t)now_ms;
}

/* libproc2 has no VmHWM.  Above the known peak is the peak now; a later look finds a higher one. */
static void take_peak(const struct slowlane *lane, struct proc_slot *slot)
{
	char text[FILE_ROOM];
	struct procparse_status status;
	ssize_t len;

	if (slot->flags & SLOT_KERNEL)
		return;
	if ((slot->flags & SLOT_PEAK) && slot->visits % PEAK_VISITS != 0) {
		if (slot->rss_pages > slot->peak_pages)
			slot->peak_pages = slot->rss_pages;
		return;
	}
	slot->flags &= ~(uint32_t)SLOT_PEAK;
	len = procfs_read(lane->proc, slot->pid, "status", text, sizeof(text), NULL);
	if (len <= 0 || procparse_status(&status, text, (size_t)len) < 0 ||
		!(status.known & STATUS_HWM))
		return;
	slot->peak_pages = pages_of(lane, status.hwm_kib);
	slot->flags |= SLOT_PEAK;
}

static void change_name(const struct slowlane *lane, struct proc_slot *slot, const char *raw,
	size_t len)
{
	char comm[FRAME_COMM_MAX + 1];

	text_clean(comm, sizeof(comm), raw, len);
	if (strcmp(comm, slot->comm) == 0)
		return;
	free(slot->comm);
	slot->comm = xalloc_text(comm);
	slot->flags &= ~(uint32_t)(SLOT_CMDLINE | SLOT_ASKED);
	outbox_text(lane->outbox, slot->pid, TEXT_COMM, comm);
}

static void take_status(const struct slowlane *lane, struct proc_slot *slot,
	const struct procparse_status *status)
{
	if (status->known & STATUS_STATE)
		slot->state = status->state;
	if (status->known & STATUS_PPID)
		slot->ppid = status->ppid;
	if (status->known & STATUS_THREADS)
		slot->threads = status->threads;
	if (status->known & STATUS_UID) {
		slot->uid = status->uid;
		slot->flags |= SLOT_UID;
	}
	if (status->known & STATUS_HWM) {
		slot->peak_pages = pages_of(lane, status->hwm_kib);
		slot->flags |= SLOT_PEAK;
	}
	if (status->known & STATUS_ANON) {
		slot->anon_pages = pages_of(lane, status->anon_kib);
		slot->file_pages = pages_of(lane, status->file_kib);
		slot->shmem_pages = pages_of(lane, status->shmem_kib);
		slot->swap_pages = pages_of(lane, status->swap_kib);
		slot->flags |= SLOT_PARTS;
	}
}

/* The name may have changed by exec or prctl; libproc2 tells that it did, our own read what it
 * is.  At the first look it is compared with the name of when the process was sighted. */
static void take_name(const struct slowlane *lane, struct proc_slot *slot, uint32_t hash)
{
	char text[FILE_ROOM];
	struct procparse_stat stat;
	uint32_t before = slot->name_hash != 0 ? slot->name_hash : libproc_name_hash(slot->comm);
	ssize_t len;

	slot->name_hash = hash;
	if (before == hash)
		return;
	len = procfs_read(lane->proc, slot->pid, "stat", text, sizeof(text), NULL);
	if (len > 0 && procparse_stat(&stat, text, (size_t)len) == 0 &&
		stat.start_ticks == slot->start_ticks)
		change_name(lane, slot, stat.comm, stat.comm_len);
}

/* The young are often put into their group just before their exec. */
static void take_place(const struct slowlane *lane, struct proctable *table, struct proc_slot *slot,
	uint64_t now_ms)
{
	bool again = (slot->flags & SLOT_WATCHED) &&
		     (slot->visits % PLACE_VISITS == 0 || is_young(lane, slot, now_ms, YOUNG_MS));

	if (slot->flags & SLOT_KERNEL)
		return;
	if ((slot->cgroup == 0 || again) && cgfs_place(lane->cgfs, table, slot))
		outbox_text(lane->outbox, slot->pid, TEXT_CGROUP, cgfs_path(lane->cgfs, slot));
}

static void take_limits(const struct slowlane *lane, const struct proc_slot *slot,
	struct proc_detail *detail)
{
	char text[FILE_ROOM];
	struct procparse_limits limits;
	ssize_t len;

	if (!(slot->flags & SLOT_WATCHED) || (slot->flags & SLOT_KERNEL) ||
		slot->visits % LIMIT_VISITS != 0)
		return;
	len = procfs_read(lane->proc, slot->pid, "limits", text, sizeof(text), NULL);
	if (len <= 0 || procparse_limits(&limits, text, (size_t)len) < 0)
		return;
	detail->limit_as_kib = limits.as_kib;
	detail->limit_data_kib = limits.data_kib;
	detail->known |= DETAIL_RLIMITS;
}

void slowlane_kept(const struct slowlane *lane, const struct proc_slot *slot, uint64_t now_ms,
	struct proc_detail *detail)
{
	uint64_t page = lane->page_kib;

	*detail = (struct proc_detail){
		.pid = slot->pid,
		.known = DETAIL_THREADS,
		.age_ms = (slot->flags & SLOT_DETAIL) ? age_ms(slot, now_ms) : 0,
		.ppid = slot->ppid,
		.uid = slot->uid,
		.state = slot->state,
		.cpu_ms = slot->cpu_ticks * 1000 / lane->hz,
		.threads = slot->threads,
		.nice = slot->nice,
	};
	if (slot->flags & SLOT_UID)
		detail->known |= DETAIL_USER;
	if (slot->flags & SLOT_PARTS) {
		detail->known |= DETAIL_MEMORY;
		detail->anon_kib = slot->anon_pages * page;
		detail->file_kib = slot->file_pages * page;
		detail->shmem_kib = slot->shmem_pages * page;
		detail->swap_kib = slot->swap_pages * page;
	}
	if (slot->flags & SLOT_PEAK) {
		detail->known |= DETAIL_PEAK;
		detail->peak_kib = slot->peak_pages * page;
	}
	if (slot->flags & SLOT_OOM) {
		detail->known |= DETAIL_OOM;
		detail->oom_score = slot->oom_score;
		detail->oom_adj = slot->oom_adj;
	}
}

static void take_plain(struct proc_slot *slot, const struct libproc_proc *look)
{
	slot->ppid = look->ppid;
	slot->uid = look->uid;
	slot->state = look->state;
	slot->nice = (int8_t)look->nice;
	slot->threads = look->threads;
	slot->flags |= SLOT_UID | SLOT_DETAIL;
}

static bool read_number(const struct slowlane *lane, int32_t pid, const char *name, int16_t *out)
{
	char text[32];
	int64_t number;
	ssize_t len = procfs_read(lane->proc, pid, name, text, sizeof(text), NULL);

	if (len <= 0 || procparse_number(&number, text, (size_t)len) < 0)
		return false;
	*out = small(number);
	return true;
}

/* What the kernel would choose by if it had to kill. */
static void take_oom(const struct slowlane *lane, struct proc_slot *slot)
{
	if (!(slot->flags & SLOT_WATCHED))
		return;
	if ((slot->flags & SLOT_OOM) && slot->visits % OOM_VISITS != 0)
		return;
	if (read_number(lane, slot->pid, "oom_score", &slot->oom_score) &&
		read_number(lane, slot->pid, "oom_score_adj", &slot->oom_adj))
		slot->flags |= SLOT_OOM;
}

/* The detail made of what is kept and of the rates since the look before. */
static void hand_out(struct slowlane *lane, struct proc_slot *slot, const struct libproc_proc *look,
	uint64_t now_ms)
{
	struct proc_detail rates = { 0 }, detail;

	take_rates(lane, slot, look, now_ms, &rates);
	slowlane_kept(lane, slot, now_ms, &detail);
	detail.age_ms = 0;
	detail.known |= rates.known;
	detail.cpu_percent = rates.cpu_percent;
	detail.minor_faults_s = rates.minor_faults_s;
	detail.major_faults_s = rates.major_faults_s;
	detail.cpu_ms = look->cpu_ticks * 1000 / lane->hz;
	take_limits(lane, slot, &detail);
	outbox_detail(lane->outbox, &detail);
	slot->flags &= ~(uint32_t)(SLOT_STALE | SLOT_SHARED | SLOT_MOVED);
	slot->visits++;
}

/* Whether a process ran but its memory did not move: what status said mostly still holds. */
static bool is_brief(const struct slowlane *lane, const struct proc_slot *slot)
{
	const uint32_t known = SLOT_DETAIL | SLOT_BASE | SLOT_PARTS | SLOT_PEAK;

	return (slot->flags & known) == known && !(slot->flags & (SLOT_MOVED | SLOT_SHARED)) &&
	       !lane->swapping && slot->visits % WHOLE_VISITS != 0;
}

/* CPU, faults, state and name from one read of stat: a quarter of what libproc2 would read. */
static void look_briefly(struct slowlane *lane, struct proc_slot *slot, uint64_t now_ms)
{
	char text[FILE_ROOM];
	struct procparse_stat stat;
	ssize_t len = procfs_read(lane->proc, slot->pid, "stat", text, sizeof(text), NULL);

	if (len <= 0 || procparse_stat(&stat, text, (size_t)len) < 0)
		return;
	if (stat.start_ticks != slot->start_ticks) {
		slot->flags |= SLOT_DEAD;
		lane->mismatch = true;
		return;
	}
	slot->ppid = stat.ppid;
	slot->state = stat.state;
	slot->nice = (int8_t)stat.nice;
	slot->threads = stat.threads;
	change_name(lane, slot, stat.comm, stat.comm_len);
	const struct libproc_proc look = {
		.minor_faults = stat.minor_faults,
		.major_faults = stat.major_faults,
		.cpu_ticks = stat.user_ticks + stat.system_ticks,
	};
	hand_out(lane, slot, &look, now_ms);
}

static void take_look(struct slowlane *lane, struct proctable *table,
	const struct libproc_proc *look, uint64_t now_ms)
{
	struct proc_slot *slot = proctable_find(table, look->pid);

	if (slot == NULL || (slot->flags & SLOT_DEAD))
		return;
	if (slot->start_ticks != look->start_ticks) {
		slot->flags |= SLOT_DEAD;
		lane->mismatch = true;
		return;
	}
	take_plain(slot, look);
	take_oom(lane, slot);
	take_memory(lane, slot, look);
	take_peak(lane, slot);
	take_name(lane, slot, look->name_hash);
	take_place(lane, table, slot, now_ms);
	hand_out(lane, slot, look, now_ms);
}

/* The first look at one of many that nobody watches: its stat was read when it was sighted, so
 * status alone, read once by ourselves, completes it at a third of the price. */
static void look_first(struct slowlane *lane, struct proctable *table, int32_t pid, uint64_t now_ms)
{
	char text[FILE_ROOM];
	struct proc_slot *slot = proctable_find(table, pid);
	struct procparse_status status;
	struct proc_detail detail;
	ssize_t len;

	if (slot == NULL || (slot->flags & SLOT_DEAD))
		return;
	slot->flags |= SLOT_DETAIL;
	len = procfs_read(lane->proc, pid, "status", text, sizeof(text), NULL);
	if (len <= 0 || procparse_status(&status, text, (size_t)len) < 0)
		return;
	take_status(lane, slot, &status);
	take_place(lane, table, slot, now_ms);
	slowlane_kept(lane, slot, now_ms, &detail);
	detail.age_ms = 0;
	outbox_detail(lane->outbox, &detail);
	/* if it ran since it was sighted its clock will say so at the next tick */
	slot->flags &= ~(uint32_t)(SLOT_STALE | SLOT_SHARED | SLOT_MOVED);
}

/* --- how long --- */

/* CPU time, since a busy machine must not make the lane starve; but no tick may wait for long. */
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

static void look_again(struct slowlane *lane, struct proctable *table, const int32_t *pids,
	size_t count, uint64_t now_ms)
{
	struct libproc_proc looks[BATCH];
	int32_t whole[BATCH];
	size_t wholes = 0;
	int found;

	for (size_t i = 0; i < count; i++) {
		/* NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage): COUNT are filled */
		struct proc_slot *slot = proctable_find(table, pids[i]);

		if (slot != NULL && is_brief(lane, slot))
			look_briefly(lane, slot, now_ms);
		else
			whole[wholes++] = pids[i];
	}
	found = libproc_look(lane->lib, whole, wholes, looks);
	for (int i = 0; i < found; i++)
		take_look(lane, table, &looks[i], now_ms);
	/* a zombie's last look, or gone: not asked again before it moves */
	for (size_t i = 0; i < count; i++) {
		struct proc_slot *slot = proctable_find(table, pids[i]);

		if (slot != NULL)
			slot->flags |= SLOT_DETAIL;
	}
}

static void look_at(struct slowlane *lane, struct proctable *table, enum urgency urgency,
	const int32_t *pids, size_t count, uint64_t now_ms)
{
	if (urgency != URGENT_UNSEEN && urgency != URGENT_SIZEABLE) {
		look_again(lane, table, pids, count, now_ms);
		return;
	}
	for (size_t i = 0; i < count; i++)
		/* NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage): COUNT are filled */
		look_first(lane, table, pids[i], now_ms);
}

/* Those of one urgency, until the budget is spent. */
static void look_in_turn(struct slowlane *lane, struct proctable *table, const struct picks *picks,
	enum urgency urgency, const struct budget *budget, uint64_t now_ms)
{
	const int32_t *pids = picks->pids[urgency];
	size_t all = picks->counts[urgency], batch = urgency == URGENT_UNSEEN ? BATCH_SMALL : BATCH;
	bool watched = urgency == URGENT_WATCHED;

	for (size_t at = 0; at < all; at += batch) {
		size_t count = all - at < batch ? all - at : batch;

		if ((at > 0 || !watched) && is_spent(budget, urgency))
			return;
		look_at(lane, table, urgency, &pids[at], count, now_ms);
		if (!watched)
			lane->turn = (uint32_t)pids[at + count - 1] + 1;
	}
}

void slowlane_look(struct slowlane *lane, struct proctable *table, enum slowlane_whom whom,
	uint64_t now_ms, unsigned budget_us, bool swapping)
{
	struct picks picks; /* 10 KiB */
	uint64_t cpu_us = clock_cpu_us();
	const struct budget budget = {
		.cpu_end_us = cpu_us + budget_us,
		.unseen_end_us = cpu_us + (budget_us > STEADY_US ? budget_us : budget_us / 2),
		.boot_end_us = clock_boot_us() + WAITS * budget_us,
	};

	lane->swapping = swapping;
	pick(lane, table, whom, now_ms, swapping, &picks);
	lane->unseen = picks.counts[URGENT_UNSEEN] + picks.counts[URGENT_SIZEABLE];
	for (int urgency = 0; urgency < URGENCIES; urgency++)
		look_in_turn(lane, table, &picks, (enum urgency)urgency, &budget, now_ms);
}

static void repeat(struct slowlane *lane, struct proc_slot *slot, uint64_t now_ms,
	struct part *part)
{
	const char *path = cgfs_path(lane->cgfs, slot);
	struct proc_detail detail;

	if (slot->flags & SLOT_DETAIL) {
		slowlane_kept(lane, slot, now_ms, &detail);
		part_detail(part, &detail);
	}
	if (slot->cmdline != NULL)
		part_text(part, slot->pid, TEXT_CMDLINE, slot->cmdline);
	else
		slot->flags &= ~(uint32_t)(SLOT_CMDLINE | SLOT_ASKED);
	if (path != NULL)
		part_text(part, slot->pid, TEXT_CGROUP, path);
}

void slowlane_repeat(struct slowlane *lane, struct proctable *table, uint64_t now_ms,
	struct part *part)
{
	for (size_t i = 0; i < table->count; i++)
		if (!(table->slots[i].flags & (SLOT_DEAD | SLOT_BORN)))
			repeat(lane, &table->slots[i], now_ms, part);
}
