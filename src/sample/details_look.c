/* SPDX-License-Identifier: GPL-2.0-or-later */
/* details_look - one look at the details of one process: what is read, and what is kept of it
 *
 * libproc2 reads most; by ourselves what it lacks, and all of a process that it cannot read.
 */
#include "sample/details_priv.h"

#include "base/amount.h"
#include "base/text.h"
#include "base/unfilled.h"
#include "base/xalloc.h"
#include "frame/proc_fields.h"
#include "sample/procfs.h"
#include "sample/procparse.h"

#include <stdlib.h>
#include <string.h>

enum {
	FILE_ROOM = 4096,
	/* status of who is in very many groups, which stand before its memory; hardened builds
	 * touch every page of such a room, so that it is made only for those */
	LONG_ROOM = 16384,
	/* every so many looks: resource limits, of watched ones, and of those that grow */
	LIMIT_VISITS = 16,
	GROWS_VISITS = 2,
	PLACE_VISITS = 16, /* the cgroup again, of watched ones */
	PEAK_VISITS = 8,   /* the peak again, which may have been higher between two looks */
	WHOLE_VISITS = 8,  /* all of status, though nothing moved */
	OOM_VISITS = 8,    /* oom_score again: thousandths of memory do not move in a blink */
};

static int16_t clip_small(int64_t value)
{
	return (int16_t)(value > INT16_MAX ? INT16_MAX : value < INT16_MIN ? INT16_MIN : value);
}

/* Counts since the process began. */
struct counters {
	uint64_t minor_faults;
	uint64_t major_faults;
	uint64_t cpu_ticks;
};

/* Rates since the look before, into FIGURES, if that is long enough ago; then this look is the next
 * base. */
static void make_rates(const struct details *details, struct proc_slot *slot,
	const struct counters *now, uint64_t now_ms, struct proc_figures *figures)
{
	uint32_t ms = details_age_ms(slot, now_ms);
	uint64_t ticks = now->cpu_ticks > slot->cpu_ticks ? now->cpu_ticks - slot->cpu_ticks : 0;
	uint32_t minor = (uint32_t)now->minor_faults - slot->minor_faults;
	uint32_t major = (uint32_t)now->major_faults - slot->major_faults;
	bool based = slot->flags & SLOT_BASE;

	if (based && ms < DETAILS_RATE_MS) {
		slot->flags |= SLOT_RATES;
		return;
	}
	if (based) {
		figures->cpu_percent = (float)((double)ticks * 1000 / details->hz / ms * 100);
		figures->minor_faults_s = (float)((double)minor * 1000 / ms);
		figures->major_faults_s = (float)((double)major * 1000 / ms);
		figures->known |= DETAIL_CPU | DETAIL_FAULTS;
	}
	slot->flags &= ~(uint32_t)SLOT_RATES;
	if (!based || ticks > 0 || minor > 0 || major > 0)
		slot->flags |= SLOT_RATES;
	slot->flags |= SLOT_BASE;
	slot->cpu_ticks = now->cpu_ticks;
	slot->minor_faults = (uint32_t)now->minor_faults;
	slot->major_faults = (uint32_t)now->major_faults;
	slot->detail_ms = (uint32_t)now_ms;
}

/* The memory that STATUS tells of, each line by itself, or of none that it cannot be read.  Who has
 * ended has no memory, which is known. */
static void apply_status(struct proc_slot *slot, const struct procparse_status *status)
{
	const uint32_t memory = PROCPARSE_STATUS_TELLS & ~(uint32_t)(DETAIL_THREADS | DETAIL_USER);
	bool ended = (status->known & STATUS_STATE) &&
		     (status->figures.state == 'Z' || status->figures.state == 'X');
	const struct proc_figures nothing = { .known = DETAIL_MEMORY | DETAIL_HUGE };
	struct proc_figures figures = slots_figures(slot);

	figures.known &= ~memory;
	if (ended)
		proc_fields_take(&figures, &nothing, memory);
	proc_fields_take(&figures, &status->figures, PROCPARSE_STATUS_TELLS);
	slots_keep(slot, &figures);
}

/* The text of status of the process, or of the thread that stands for it. */
static ssize_t fetch_status(const struct details *details, const struct proc_slot *slot, char *text,
	size_t cap)
{
	return slot->other != 0 ? procfs_read_thread(details->proc, slot->pid, slot->other,
					  "status", text, cap)
				: procfs_read(details->proc, slot->pid, "status", text, cap, NULL);
}

static __attribute__((noinline)) bool read_long_status(const struct details *details,
	const struct proc_slot *slot, struct procparse_status *status)
{
	char text[LONG_ROOM] UNFILLED;
	ssize_t len = fetch_status(details, slot, text, sizeof(text));

	return len > 0 && procparse_status(status, text, (size_t)len) == 0;
}

/* False if there is none. */
static bool read_status(const struct details *details, const struct proc_slot *slot,
	struct procparse_status *status)
{
	char text[FILE_ROOM] UNFILLED;
	ssize_t len = fetch_status(details, slot, text, sizeof(text));

	if (len == (ssize_t)sizeof(text))
		return read_long_status(details, slot, status);
	return len > 0 && procparse_status(status, text, (size_t)len) == 0;
}

/* A new name is mostly another program: its command line is read again, and its limits, which
 * shells set just before. */
static void change_name(const struct details *details, struct proc_slot *slot, const char *raw,
	size_t len)
{
	char comm[FRAME_COMM_MAX + 1];

	text_clean(comm, sizeof(comm), raw, len);
	if (strcmp(comm, slot->comm) == 0)
		return;
	free(slot->comm);
	slot->comm = xalloc_text(comm);
	slot->flags &= ~(uint32_t)(SLOT_CMDLINE | SLOT_ASKED | SLOT_LIMITS | SLOT_PLACED);
	outbox_text(details->outbox, slot->pid, TEXT_COMM, comm);
}

/* The name may have changed by exec or prctl; libproc2 tells that it did, our own read what it
 * is.  At the first look it is compared with the name of when the process was sighted. */
static void follow_name(const struct details *details, struct proc_slot *slot, uint32_t hash)
{
	char text[FILE_ROOM] UNFILLED;
	struct procparse_stat stat;
	uint32_t before = slot->name_hash != 0 ? slot->name_hash : libproc_name_hash(slot->comm);

	slot->name_hash = hash;
	if (before == hash)
		return;
	ssize_t len = procfs_read(details->proc, slot->pid, "stat", text, sizeof(text), NULL);
	if (len > 0 && procparse_stat(&stat, text, (size_t)len) == 0 &&
		stat.start_ticks == slot->start_ticks)
		change_name(details, slot, stat.comm, stat.comm_len);
}

/* The young are often put into their group just before their exec, and those of an engine by the
 * engine, some time after they were sighted: theirs is read at each look until it has been read of
 * an old one, also of a process that nobody watches.  Its exec makes it run, for which it is
 * looked at. */
static void follow_cgroup(const struct details *details, struct proc_slot *slot, uint64_t now_ms)
{
	bool again = !(slot->flags & SLOT_PLACED) ||
		     ((slot->flags & SLOT_WATCHED) &&
			     (slot->visits % PLACE_VISITS == 0 || !(slot->flags & SLOT_LIMITS)));

	if (slot->flags & SLOT_KERNEL)
		return;
	if (!details_is_young(details, slot, now_ms, DETAILS_YOUNG_MS))
		slot->flags |= SLOT_PLACED;
	if ((slot->cgroup == 0 || again) && cgfs_place(details->cgfs, details->table, slot))
		outbox_text(details->outbox, slot->pid, TEXT_CGROUP,
			cgfs_path(details->cgfs, slot));
}

/* A process that grows may meet its limit, one that takes again what it gave back does not; a shell
 * sets one just before it becomes another program. */
static bool limits_due(const struct proc_slot *slot, bool young)
{
	if (!(slot->flags & SLOT_WATCHED) || (slot->flags & SLOT_KERNEL))
		return false;
	if (!(slot->flags & SLOT_LIMITS) || slot->visits % LIMIT_VISITS == 0)
		return true;
	return (slot->flags & SLOT_GREW) && (young || slot->visits % GROWS_VISITS == 0);
}

/* Limits that cannot be read are no limits known. The flag is set before they are, so that who
 * refuses is not asked at every look, but when it is due again. */
static void read_limits(const struct details *details, struct proc_slot *slot, bool young,
	struct proc_detail *detail)
{
	char text[FILE_ROOM] UNFILLED;
	struct procparse_limits limits;

	if (!limits_due(slot, young))
		return;
	slot->flags = (slot->flags | SLOT_LIMITS) & ~(uint32_t)SLOT_GREW;
	ssize_t len = procfs_read(details->proc, slot->pid, "limits", text, sizeof(text), NULL);
	if (len <= 0 || procparse_limits(&limits, text, (size_t)len) < 0)
		return;
	detail->rare.limit_as_kib = limits.as_kib;
	detail->rare.limit_data_kib = limits.data_kib;
	detail->figures.known |= DETAIL_RLIMITS;
}

void details_kept(const struct details *details, const struct proc_slot *slot, uint64_t now_ms,
	struct proc_detail *detail)
{
	*detail = (struct proc_detail){
		.pid = slot->pid,
		.age_ms = (slot->flags & SLOT_DETAIL) ? details_age_ms(slot, now_ms) : 0,
		.figures = slots_figures(slot),
	};
	detail->figures.known &= ~(uint32_t)DETAIL_USAGE;
	detail->figures.cpu_ms = slot->cpu_ticks * 1000 / details->hz;
}

/* Clipped, where a later kernel would have a wider range. */
static bool read_number(const struct details *details, int32_t pid, const char *name, int16_t *out)
{
	char text[32];
	int64_t number;
	ssize_t len = procfs_read(details->proc, pid, name, text, sizeof(text), NULL);

	if (len <= 0 || procparse_number(&number, text, (size_t)len) < 0)
		return false;
	*out = clip_small(number);
	return true;
}

/* Reads what the kernel would choose by if it had to kill. */
static void read_oom(const struct details *details, struct proc_slot *slot)
{
	int16_t score, adj;

	if (!(slot->flags & SLOT_WATCHED))
		return;
	if ((slot->figures.known & DETAIL_OOM) && slot->visits % OOM_VISITS != 0)
		return;
	if (!read_number(details, slot->pid, "oom_score", &score) ||
		!read_number(details, slot->pid, "oom_score_adj", &adj))
		return;
	slot->figures.oom_score = score;
	slot->figures.oom_adj = adj;
	slot->figures.known |= DETAIL_OOM;
}

/* Sends what is kept and the rates since the look before. */
static void send_look(struct details *details, struct proc_slot *slot, const struct counters *now,
	uint64_t now_ms)
{
	struct proc_figures rates = { .known = 0 };
	struct proc_detail detail;

	make_rates(details, slot, now, now_ms, &rates);
	details_kept(details, slot, now_ms, &detail);
	detail.age_ms = 0;
	proc_fields_take(&detail.figures, &rates, DETAIL_FAULTS | DETAIL_CPU);
	detail.figures.cpu_ms = now->cpu_ticks * 1000 / details->hz;
	read_limits(details, slot, details_is_young(details, slot, now_ms, DETAILS_YOUNG_MS),
		&detail);
	outbox_detail(details->outbox, &detail);
	slot->flags &= ~(uint32_t)(SLOT_STALE | SLOT_SHARED | SLOT_MOVED);
	slot->visits++;
}

/* libproc2 has no VmHWM and no HugetlbPages, and gives 0 for lines that are missing. */
bool details_is_ours(const struct details *details, const struct proc_slot *slot)
{
	const uint32_t known = DETAIL_PEAK | DETAIL_SWAP;

	if (slot->flags & SLOT_KERNEL)
		return slot->other != 0;
	return slot->other != 0 || details_is_brief(details, slot) || details->huge ||
	       (slot->figures.known & known) != known || slot->visits % PEAK_VISITS == 0;
}

/* Whether what status said mostly still holds: its memory did not move, or only the part of it that
 * statm tells as well, and nothing on this machine is in swap. */
bool details_is_brief(const struct details *details, const struct proc_slot *slot)
{
	const uint32_t flags = SLOT_DETAIL | SLOT_BASE;
	const uint32_t known = DETAIL_SWAP | DETAIL_PEAK |
			       ((slot->flags & SLOT_WATCHED) ? DETAIL_OOM : 0);

	/* huge pages move nothing that statm tells */
	return (slot->flags & flags) == flags && (slot->figures.known & known) == known &&
	       !details->huge && !(slot->flags & SLOT_SHARED) &&
	       (!(slot->flags & SLOT_MOVED) || (!details->swaps && slot->figures.swap_kib == 0)) &&
	       !details->swapping && slot->visits % WHOLE_VISITS != 0;
}

/* All that status tells; of a process whose main thread has ended what its others do. */
static void read_memory(const struct details *details, struct proc_slot *slot)
{
	const struct procparse_status nothing = { .known = 0 };
	struct procparse_status status;

	if (!read_status(details, slot, &status))
		status = nothing;
	apply_status(slot, &status);
	if (slot->other != 0 && (status.known & STATUS_STATE))
		slot->figures.state = status.figures.state;
}

/* As statm tells it, of a process whose status is not read. */
static void follow_usage(struct proc_slot *slot)
{
	struct proc_figures figures = slots_figures(slot);

	if (!(slot->flags & SLOT_MOVED) || (slot->flags & SLOT_KERNEL))
		return;
	figures.anon_kib = amount_less(figures.rss_kib, slot->figures.shared_kib);
	figures.peak_kib = amount_larger(figures.peak_kib, figures.rss_kib);
	slots_keep(slot, &figures);
}

static bool is_same(struct details *details, struct proc_slot *slot, uint64_t start_ticks)
{
	if (slot->start_ticks == start_ticks)
		return true;
	slot->flags |= SLOT_DEAD;
	details->mismatch = true;
	return false;
}

void details_look_ourselves(struct details *details, struct proc_slot *slot, uint64_t now_ms,
	bool whole)
{
	struct slot_figures *figures = &slot->figures;
	char text[FILE_ROOM] UNFILLED;
	struct procparse_stat stat;
	ssize_t len = procfs_read(details->proc, slot->pid, "stat", text, sizeof(text), NULL);

	if (len <= 0 || procparse_stat(&stat, text, (size_t)len) < 0 ||
		!is_same(details, slot, stat.start_ticks))
		return;
	figures->ppid = stat.ppid;
	figures->nice = (int8_t)stat.nice;
	figures->threads = stat.threads;
	if (slot->other == 0)
		figures->state = stat.state;
	change_name(details, slot, stat.comm, stat.comm_len);
	if (!whole)
		follow_usage(slot);
	if (whole) {
		slot->flags |= SLOT_DETAIL;
		read_oom(details, slot);
		read_memory(details, slot);
	}
	if (whole || !(slot->flags & SLOT_PLACED))
		follow_cgroup(details, slot, now_ms);
	const struct counters counters = {
		.minor_faults = stat.minor_faults,
		.major_faults = stat.major_faults,
		.cpu_ticks = stat.user_ticks + stat.system_ticks,
	};
	send_look(details, slot, &counters, now_ms);
}

/* Takes libproc2's figures.  Which of the memory's the kernel told at all our own read of status
 * knows; above the peak known the peak is now, a later read finds one in between. */
static void apply_look(struct proc_slot *slot, const struct libproc_proc *look)
{
	struct proc_figures figures = slots_figures(slot);

	figures.ppid = look->ppid;
	figures.uid = look->uid;
	figures.state = look->state;
	figures.nice = (int8_t)look->nice;
	figures.threads = look->threads;
	figures.anon_kib = look->anon_kib;
	figures.file_kib = look->file_kib;
	figures.shmem_kib = look->shmem_kib;
	figures.swap_kib = look->swap_kib;
	if (figures.rss_kib > figures.peak_kib)
		figures.peak_kib = figures.rss_kib;
	figures.known |= DETAIL_USER;
	slots_keep(slot, &figures);
	slot->flags |= SLOT_DETAIL;
}

void details_take_look(struct details *details, const struct libproc_proc *look, uint64_t now_ms)
{
	struct proc_slot *slot = slots_find(details->table, look->pid);

	if (slot == NULL || (slot->flags & SLOT_DEAD) || !is_same(details, slot, look->start_ticks))
		return;
	apply_look(slot, look);
	read_oom(details, slot);
	follow_name(details, slot, look->name_hash);
	follow_cgroup(details, slot, now_ms);
	const struct counters counters = {
		.minor_faults = look->minor_faults,
		.major_faults = look->major_faults,
		.cpu_ticks = look->cpu_ticks,
	};
	send_look(details, slot, &counters, now_ms);
}

/* The first look at one of many that nobody watches: its stat was read when it was sighted, so
 * status alone, read once by ourselves, completes it at a third of the price. */
void details_look_first(struct details *details, int32_t pid, uint64_t now_ms)
{
	struct proc_slot *slot = slots_find(details->table, pid);
	struct procparse_status status;
	struct proc_detail detail;

	if (slot == NULL || (slot->flags & SLOT_DEAD))
		return;
	slot->flags |= SLOT_DETAIL;
	if (read_status(details, slot, &status)) {
		if (status.known & STATUS_STATE)
			slot->figures.state = status.figures.state;
		if (status.known & STATUS_PPID)
			slot->figures.ppid = status.figures.ppid;
		apply_status(slot, &status);
	}
	follow_cgroup(details, slot, now_ms);
	details_kept(details, slot, now_ms, &detail);
	detail.age_ms = 0;
	outbox_detail(details->outbox, &detail);
	/* if it ran since it was sighted its clock will say so at the next tick */
	slot->flags &= ~(uint32_t)(SLOT_STALE | SLOT_SHARED | SLOT_MOVED);
}
