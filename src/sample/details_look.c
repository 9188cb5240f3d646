/* SPDX-License-Identifier: GPL-2.0-or-later */
/* details_look - one look at the details of one process: what is read, and what is kept of it
 *
 * libproc2 reads most; by ourselves what it lacks, and all of a process that it cannot read.
 */
#include "sample/details_priv.h"

#include "base/text.h"
#include "base/xalloc.h"
#include "sample/procfs.h"
#include "sample/procparse.h"

#include <stdlib.h>
#include <string.h>

enum {
	YOUNG_MS = 10000, /* a process this young may have been sighted before its exec */
	FILE_ROOM = 4096,
	STATUS_ROOM = 16384, /* who is in very many groups has them before its memory */
	/* every so many looks: resource limits, of watched ones, and of those that grow */
	LIMIT_VISITS = 16,
	GROWS_VISITS = 2,
	PLACE_VISITS = 16, /* the cgroup again, of watched ones */
	PEAK_VISITS = 8,   /* the peak again, which may have been higher between two looks */
	WHOLE_VISITS = 8,  /* all of status, though nothing moved */
	OOM_VISITS = 8,    /* oom_score again: thousandths of memory do not move in a blink */
};

static uint32_t pages_of(const struct details *details, uint64_t kib)
{
	uint64_t pages = kib / details->page_kib;

	return pages > UINT32_MAX ? UINT32_MAX : (uint32_t)pages;
}

static int16_t small(int64_t value)
{
	return (int16_t)(value > INT16_MAX ? INT16_MAX : value < INT16_MIN ? INT16_MIN : value);
}

/* Of libproc2's figures: which of them the kernel told at all, our own look at status knows. */
static void take_memory(const struct details *details, struct proc_slot *slot,
	const struct libproc_proc *look)
{
	slot->anon_pages = pages_of(details, look->anon_kib);
	slot->file_pages = pages_of(details, look->file_kib);
	slot->shmem_pages = pages_of(details, look->shmem_kib);
	slot->swap_pages = pages_of(details, look->swap_kib);
}

/* Rates since the look before, if that is long enough ago; then this look is the next base. */
static void take_rates(const struct details *details, struct proc_slot *slot,
	const struct libproc_proc *look, uint64_t now_ms, struct proc_detail *detail)
{
	uint32_t ms = details_age_ms(slot, now_ms);
	uint64_t ticks = look->cpu_ticks > slot->cpu_ticks ? look->cpu_ticks - slot->cpu_ticks : 0;
	uint32_t minor = (uint32_t)look->minor_faults - slot->minor_faults;
	uint32_t major = (uint32_t)look->major_faults - slot->major_faults;
	bool based = slot->flags & SLOT_BASE;

	if (based && ms < DETAILS_RATE_MS) {
		slot->flags |= SLOT_RATES;
		return;
	}
	if (based) {
		detail->cpu_percent = (double)ticks * 1000 / details->hz / ms * 100;
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

/* Who has ended has no memory, which is known. */
static void take_nothing(struct proc_slot *slot)
{
	slot->anon_pages = slot->file_pages = slot->shmem_pages = 0;
	slot->swap_pages = slot->huge_pages = 0;
	slot->flags |= SLOT_PARTS | SLOT_SWAP | SLOT_HUGE;
}

/* The memory that STATUS tells of, each line by itself. */
static void take_status_memory(const struct details *details, struct proc_slot *slot,
	const struct procparse_status *status)
{
	const uint32_t parts = STATUS_ANON | STATUS_FILE | STATUS_SHMEM;

	slot->flags &= ~(uint32_t)(SLOT_PARTS | SLOT_SWAP | SLOT_HUGE | SLOT_PEAK);
	if ((status->known & STATUS_STATE) && (status->state == 'Z' || status->state == 'X'))
		take_nothing(slot);
	if (status->known & STATUS_HWM) {
		slot->peak_pages = pages_of(details, status->hwm_kib);
		slot->flags |= SLOT_PEAK;
	}
	if ((status->known & parts) == parts) {
		slot->anon_pages = pages_of(details, status->anon_kib);
		slot->file_pages = pages_of(details, status->file_kib);
		slot->shmem_pages = pages_of(details, status->shmem_kib);
		slot->flags |= SLOT_PARTS;
	}
	if (status->known & STATUS_SWAP) {
		slot->swap_pages = pages_of(details, status->swap_kib);
		slot->flags |= SLOT_SWAP;
	}
	if (status->known & STATUS_HUGE) {
		slot->huge_pages = pages_of(details, status->hugetlb_kib);
		slot->flags |= SLOT_HUGE;
	}
}

/* status of the process, or of the thread that stands for it; false if there is none. */
static bool read_status(const struct details *details, const struct proc_slot *slot,
	char text[STATUS_ROOM], struct procparse_status *status)
{
	ssize_t len = slot->other != 0 ? procfs_read_thread(details->proc, slot->pid, slot->other,
						 "status", text, STATUS_ROOM)
				       : procfs_read(details->proc, slot->pid, "status", text,
						 STATUS_ROOM, NULL);

	return len > 0 && procparse_status(status, text, (size_t)len) == 0;
}

/* libproc2 has no VmHWM, no HugetlbPages, and gives 0 for lines that are missing.  Above the known
 * peak is the peak now; a later look finds a higher one. */
static void take_own_look(const struct details *details, struct proc_slot *slot)
{
	const uint32_t known = SLOT_PEAK | SLOT_SWAP;
	struct procparse_status status;
	char text[STATUS_ROOM];

	if (slot->flags & SLOT_KERNEL)
		return;
	if ((slot->flags & known) == known && slot->visits % PEAK_VISITS != 0 && !details->huge) {
		if (slot->rss_pages > slot->peak_pages)
			slot->peak_pages = slot->rss_pages;
		return;
	}
	if (read_status(details, slot, text, &status))
		take_status_memory(details, slot, &status);
	else
		slot->flags &= ~(uint32_t)(SLOT_PARTS | SLOT_SWAP | SLOT_HUGE | SLOT_PEAK);
}

static void change_name(const struct details *details, struct proc_slot *slot, const char *raw,
	size_t len)
{
	char comm[FRAME_COMM_MAX + 1];

	text_clean(comm, sizeof(comm), raw, len);
	if (strcmp(comm, slot->comm) == 0)
		return;
	free(slot->comm);
	slot->comm = xalloc_text(comm);
	slot->flags &= ~(uint32_t)(SLOT_CMDLINE | SLOT_ASKED | SLOT_LIMITS);
	outbox_text(details->outbox, slot->pid, TEXT_COMM, comm);
}

static void take_status(const struct details *details, struct proc_slot *slot,
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
	take_status_memory(details, slot, status);
}

/* The name may have changed by exec or prctl; libproc2 tells that it did, our own read what it
 * is.  At the first look it is compared with the name of when the process was sighted. */
static void take_name(const struct details *details, struct proc_slot *slot, uint32_t hash)
{
	char text[FILE_ROOM];
	struct procparse_stat stat;
	uint32_t before = slot->name_hash != 0 ? slot->name_hash : libproc_name_hash(slot->comm);
	ssize_t len;

	slot->name_hash = hash;
	if (before == hash)
		return;
	len = procfs_read(details->proc, slot->pid, "stat", text, sizeof(text), NULL);
	if (len > 0 && procparse_stat(&stat, text, (size_t)len) == 0 &&
		stat.start_ticks == slot->start_ticks)
		change_name(details, slot, stat.comm, stat.comm_len);
}

/* The young are often put into their group just before their exec. */
static void take_place(const struct details *details, struct slots *table, struct proc_slot *slot,
	uint64_t now_ms)
{
	bool again = (slot->flags & SLOT_WATCHED) &&
		     (slot->visits % PLACE_VISITS == 0 || !(slot->flags & SLOT_LIMITS) ||
			     details_is_young(details, slot, now_ms, YOUNG_MS));

	if (slot->flags & SLOT_KERNEL)
		return;
	if ((slot->cgroup == 0 || again) && cgfs_place(details->cgfs, table, slot))
		outbox_text(details->outbox, slot->pid, TEXT_CGROUP,
			cgfs_path(details->cgfs, slot));
}

/* What grows may meet its limit; a shell sets one just before it becomes another program. */
static bool limits_due(const struct proc_slot *slot, bool young)
{
	if (!(slot->flags & SLOT_WATCHED) || (slot->flags & SLOT_KERNEL))
		return false;
	if (!(slot->flags & SLOT_LIMITS) || slot->visits % LIMIT_VISITS == 0)
		return true;
	return (slot->flags & SLOT_MOVED) && (young || slot->visits % GROWS_VISITS == 0);
}

static void take_limits(const struct details *details, struct proc_slot *slot, bool young,
	struct proc_detail *detail)
{
	char text[FILE_ROOM];
	struct procparse_limits limits;
	ssize_t len;

	if (!limits_due(slot, young))
		return;
	slot->flags |= SLOT_LIMITS;
	len = procfs_read(details->proc, slot->pid, "limits", text, sizeof(text), NULL);
	if (len <= 0 || procparse_limits(&limits, text, (size_t)len) < 0)
		return;
	detail->limit_as_kib = limits.as_kib;
	detail->limit_data_kib = limits.data_kib;
	detail->known |= DETAIL_RLIMITS;
}

void details_kept(const struct details *details, const struct proc_slot *slot, uint64_t now_ms,
	struct proc_detail *detail)
{
	uint64_t page = details->page_kib;

	*detail = (struct proc_detail){
		.pid = slot->pid,
		.known = DETAIL_THREADS,
		.age_ms = (slot->flags & SLOT_DETAIL) ? details_age_ms(slot, now_ms) : 0,
		.ppid = slot->ppid,
		.uid = slot->uid,
		.state = slot->state,
		.cpu_ms = slot->cpu_ticks * 1000 / details->hz,
		.threads = slot->threads,
		.nice = slot->nice,
	};
	if (slot->flags & SLOT_UID)
		detail->known |= DETAIL_USER;
	if (slot->flags & SLOT_PARTS) {
		detail->known |= DETAIL_PARTS;
		detail->anon_kib = slot->anon_pages * page;
		detail->file_kib = slot->file_pages * page;
		detail->shmem_kib = slot->shmem_pages * page;
	}
	if (slot->flags & SLOT_SWAP) {
		detail->known |= DETAIL_SWAP;
		detail->swap_kib = slot->swap_pages * page;
	}
	if (slot->flags & SLOT_HUGE) {
		detail->known |= DETAIL_HUGE;
		detail->hugetlb_kib = slot->huge_pages * page;
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

static bool read_number(const struct details *details, int32_t pid, const char *name, int16_t *out)
{
	char text[32];
	int64_t number;
	ssize_t len = procfs_read(details->proc, pid, name, text, sizeof(text), NULL);

	if (len <= 0 || procparse_number(&number, text, (size_t)len) < 0)
		return false;
	*out = small(number);
	return true;
}

/* What the kernel would choose by if it had to kill. */
static void take_oom(const struct details *details, struct proc_slot *slot)
{
	if (!(slot->flags & SLOT_WATCHED))
		return;
	if ((slot->flags & SLOT_OOM) && slot->visits % OOM_VISITS != 0)
		return;
	if (read_number(details, slot->pid, "oom_score", &slot->oom_score) &&
		read_number(details, slot->pid, "oom_score_adj", &slot->oom_adj))
		slot->flags |= SLOT_OOM;
}

/* The detail made of what is kept and of the rates since the look before. */
static void hand_out(struct details *details, struct proc_slot *slot,
	const struct libproc_proc *look, uint64_t now_ms)
{
	struct proc_detail rates = { 0 }, detail;

	take_rates(details, slot, look, now_ms, &rates);
	details_kept(details, slot, now_ms, &detail);
	detail.age_ms = 0;
	detail.known |= rates.known;
	detail.cpu_percent = rates.cpu_percent;
	detail.minor_faults_s = rates.minor_faults_s;
	detail.major_faults_s = rates.major_faults_s;
	detail.cpu_ms = look->cpu_ticks * 1000 / details->hz;
	take_limits(details, slot, details_is_young(details, slot, now_ms, YOUNG_MS), &detail);
	outbox_detail(details->outbox, &detail);
	slot->flags &= ~(uint32_t)(SLOT_STALE | SLOT_SHARED | SLOT_MOVED);
	slot->visits++;
}

/* Whether a process ran but its memory did not move: what status said mostly still holds. */
bool details_is_brief(const struct details *details, const struct proc_slot *slot)
{
	const uint32_t known = SLOT_DETAIL | SLOT_BASE | SLOT_SWAP | SLOT_PEAK |
			       ((slot->flags & SLOT_WATCHED) ? SLOT_OOM : 0);

	/* huge pages move nothing that statm tells */
	return (slot->flags & known) == known && !details->huge &&
	       !(slot->flags & (SLOT_MOVED | SLOT_SHARED)) && !details->swapping &&
	       slot->visits % WHOLE_VISITS != 0;
}

/* What stat lacks, from one read of status.  Where the main thread has ended, what the process does
 * is what the others do. */
static void take_rest(struct details *details, struct slots *table, struct proc_slot *slot,
	uint64_t now_ms)
{
	char text[STATUS_ROOM];
	struct procparse_status status;

	slot->flags |= SLOT_DETAIL;
	take_oom(details, slot);
	if (read_status(details, slot, text, &status))
		take_status(details, slot, &status);
	else
		slot->flags &= ~(uint32_t)(SLOT_PARTS | SLOT_SWAP | SLOT_HUGE | SLOT_PEAK);
	take_place(details, table, slot, now_ms);
}

/* CPU, faults, state and name from one read of stat: a quarter of what libproc2 would read.  WHOLE:
 * and all else by ourselves, since they are few, or libproc2 cannot: status is missing, or its main
 * thread ended. */
void details_look_ourselves(struct details *details, struct slots *table, struct proc_slot *slot,
	uint64_t now_ms, bool whole)
{
	char text[FILE_ROOM];
	struct procparse_stat stat;
	ssize_t len = procfs_read(details->proc, slot->pid, "stat", text, sizeof(text), NULL);

	if (len <= 0 || procparse_stat(&stat, text, (size_t)len) < 0)
		return;
	if (stat.start_ticks != slot->start_ticks) {
		slot->flags |= SLOT_DEAD;
		details->mismatch = true;
		return;
	}
	slot->ppid = stat.ppid;
	slot->state = slot->other != 0 ? slot->state : stat.state;
	slot->nice = (int8_t)stat.nice;
	slot->threads = stat.threads;
	change_name(details, slot, stat.comm, stat.comm_len);
	if (whole)
		take_rest(details, table, slot, now_ms);
	const struct libproc_proc look = {
		.minor_faults = stat.minor_faults,
		.major_faults = stat.major_faults,
		.cpu_ticks = stat.user_ticks + stat.system_ticks,
	};
	hand_out(details, slot, &look, now_ms);
}

void details_take_look(struct details *details, struct slots *table,
	const struct libproc_proc *look, uint64_t now_ms)
{
	struct proc_slot *slot = slots_find(table, look->pid);

	if (slot == NULL || (slot->flags & SLOT_DEAD))
		return;
	if (slot->start_ticks != look->start_ticks) {
		slot->flags |= SLOT_DEAD;
		details->mismatch = true;
		return;
	}
	take_plain(slot, look);
	take_oom(details, slot);
	take_memory(details, slot, look);
	take_own_look(details, slot);
	take_name(details, slot, look->name_hash);
	take_place(details, table, slot, now_ms);
	hand_out(details, slot, look, now_ms);
}

/* The first look at one of many that nobody watches: its stat was read when it was sighted, so
 * status alone, read once by ourselves, completes it at a third of the price. */
void details_look_first(struct details *details, struct slots *table, int32_t pid, uint64_t now_ms)
{
	char text[STATUS_ROOM];
	struct proc_slot *slot = slots_find(table, pid);
	struct procparse_status status;
	struct proc_detail detail;

	if (slot == NULL || (slot->flags & SLOT_DEAD))
		return;
	slot->flags |= SLOT_DETAIL;
	if (read_status(details, slot, text, &status))
		take_status(details, slot, &status);
	take_place(details, table, slot, now_ms);
	details_kept(details, slot, now_ms, &detail);
	detail.age_ms = 0;
	outbox_detail(details->outbox, &detail);
	/* if it ran since it was sighted its clock will say so at the next tick */
	slot->flags &= ~(uint32_t)(SLOT_STALE | SLOT_SHARED | SLOT_MOVED);
}
