/* SPDX-License-Identifier: GPL-2.0-or-later */
/* usage - see usage.h; knows nothing of frames */
#include "sample/usage.h"

#include "base/order.h"
#include "base/text.h"
#include "base/unfilled.h"
#include "base/xalloc.h"
#include "frame/frame.h"
#include "sample/procfs.h"
#include "sample/procparse.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum {
	SPARE_FDS = 48,   /* descriptors for everything else */
	HOT_LOOKS = 4,    /* looks without movement until a process must wait for its turn */
	EVICT_STEPS = 32, /* slots looked at to find a descriptor to close */
	STAT_ROOM = 1024, /* a stat line is about 320 bytes */
	FIRST_PID = 300,  /* RESERVED_PIDS: where the kernel goes on after a wrap */
};

/* Reads the clock of a whole thread group, whose number linux/posix-timers.h makes of the pid. */
bool usage_clock(int32_t pid, uint64_t *ns)
{
	clockid_t clock = (clockid_t)((~(unsigned)pid << 3) | 2u);
	struct timespec used;

	if (clock_gettime(clock, &used) < 0)
		return false;
	*ns = (uint64_t)used.tv_sec * 1000000000u + (uint64_t)used.tv_nsec;
	return true;
}

static bool clocks_work(int proc)
{
	uint64_t ns;

	return procfs_is_ours(proc) && usage_clock(getpid(), &ns) && ns > 0;
}

void usage_init(struct usage *usage, int proc)
{
	*usage = (struct usage){
		.proc = proc,
		.clocks = clocks_work(proc),
		.page_kib = (unsigned)(sysconf(_SC_PAGESIZE) / 1024),
		.keep_max = procfs_may_keep(USAGE_KEEP_MAX, SPARE_FDS),
		.source = { .fd = -1 },
	};
	if (usage->clocks)
		newest_find(&usage->source, proc);
}

void usage_done(struct usage *usage)
{
	newest_forget(&usage->source);
	free(usage->pids);
	free(usage->news);
}

static void add_news(struct usage *usage, int32_t pid)
{
	*XALLOC_NEXT(usage->news, usage->nnews, usage->news_cap) = pid;
}

/* --- who came, who went --- */

/* The whole of /proc against the table: both ascend. */
static void list_all(struct usage *usage, struct slots *table)
{
	ssize_t count = procfs_list(usage->proc, &usage->pids, &usage->pids_cap);
	size_t at = 0;

	for (ssize_t i = 0; i < count; i++) {
		while (at < table->count && table->slots[at].pid < usage->pids[i])
			table->slots[at++].flags |= SLOT_DEAD;
		if (at < table->count && table->slots[at].pid == usage->pids[i])
			at++;
		else
			add_news(usage, usage->pids[i]);
	}
	while (count > 0 && at < table->count)
		table->slots[at++].flags |= SLOT_DEAD;
}

/* Pids FIRST to LAST were given out: one that is alive is new, or a known pid given to another
 * process. */
static void probe_pids(struct usage *usage, int32_t first, int32_t last)
{
	uint64_t ns;

	for (int32_t pid = first; pid <= last; pid++)
		if (usage_clock(pid, &ns))
			add_news(usage, pid);
}

/* Asks the pids given out since the last tick one by one if they are few enough; false if not. */
static bool probe_passed(struct usage *usage, int32_t before, int32_t now)
{
	if (now >= before) {
		if (now - before > USAGE_PROBE_MAX)
			return false;
		probe_pids(usage, before + 1, now);
		return true;
	}
	int32_t limit = newest_limit();
	if (limit - before > USAGE_PROBE_MAX || now - FIRST_PID > USAGE_PROBE_MAX)
		return false;
	/* after a wrap they go on at RESERVED_PIDS, or at 1 in a young namespace */
	probe_pids(usage, 1, now);
	probe_pids(usage, before + 1, limit);
	return true;
}

/* Whether the listing has one who was born before BEFORE was the newest pid and was not told of:
 * what tells the newest pid is then of somebody else's processes. */
static bool missed_one(const struct usage *usage, int32_t before, int32_t now)
{
	char text[STAT_ROOM] UNFILLED;

	if (now < before)
		return false;
	/* hidepid lists some that may never be looked at */
	for (size_t i = 0; i < usage->nnews; i++)
		if (usage->news[i] <= before && procfs_read(usage->proc, usage->news[i], "stat",
							text, sizeof(text), NULL) > 0)
			return true;
	return false;
}

/* A listing of /proc costs more than all else of a tick: where the kernel tells which pid it gave
 * out last, those given out since are asked one by one. */
static void find_news(struct usage *usage, struct slots *table, uint64_t now_ms)
{
	int32_t before = usage->newest, now;
	bool known = usage->clocks && newest_read(&usage->source, &now),
	     compare = usage->newest_known;
	bool due = !usage->listed || now_ms - usage->listed_ms >= USAGE_LIST_MS;

	if (known && !due && compare && now != before)
		due = !probe_passed(usage, before, now);
	if (known)
		usage->newest = now;
	if (due || !known || !compare) {
		bool again = usage->listed && known && compare;

		usage->nnews = 0;
		list_all(usage, table);
		usage->listed = true;
		usage->listed_ms = now_ms;
		if (again && missed_one(usage, before, now)) {
			newest_forget(&usage->source);
			known = false;
		}
	}
	usage->newest_known = known;
}

/* --- how big --- */

static void close_kept(struct usage *usage, struct proc_slot *slot)
{
	close(slot->fd);
	slot->fd = -1;
	usage->kept--;
}

/* Makes room for one more kept descriptor, at the cost of one that has been still. */
static bool may_keep(struct usage *usage, struct slots *table)
{
	if (usage->kept < usage->keep_max)
		return true;
	for (int step = 0; step < EVICT_STEPS && table->count > 0; step++) {
		struct proc_slot *slot = &table->slots[usage->hand++ % table->count];

		if (slot->fd >= 0 && slot->quiet >= HOT_LOOKS && !(slot->flags & SLOT_WATCHED)) {
			close_kept(usage, slot);
			return true;
		}
	}
	return false;
}

/* A descriptor that is kept makes a read three times cheaper, but there are not enough for
 * everybody. */
static ssize_t read_statm(struct usage *usage, struct slots *table, struct proc_slot *slot,
	char *text, size_t cap)
{
	bool keep = (slot->flags & SLOT_WATCHED) || slot->quiet == 0;

	if (slot->fd >= 0)
		return procfs_again(slot->fd, text, cap);
	if (!keep || !may_keep(usage, table))
		return procfs_read(usage->proc, slot->pid, "statm", text, cap, NULL);
	int fd = procfs_keep(usage->proc, slot->pid, "statm");
	if (fd < 0)
		return fd;
	ssize_t len = procfs_again(fd, text, cap);
	if (len < 0) {
		close(fd);
		return len;
	}
	slot->fd = fd;
	usage->kept++;
	return len;
}

static void grow_quiet(struct proc_slot *slot)
{
	if (slot->quiet < UINT8_MAX)
		slot->quiet++;
}

static uint64_t pages_kib(const struct usage *usage, uint64_t pages)
{
	return pages < UINT64_MAX / usage->page_kib ? pages * usage->page_kib : UINT64_MAX;
}

static void apply_statm(const struct usage *usage, struct proc_slot *slot,
	const struct procparse_statm *statm)
{
	uint64_t rss_kib = pages_kib(usage, statm->resident);
	uint64_t shared_kib = pages_kib(usage, statm->shared);
	uint64_t virt_kib = pages_kib(usage, statm->size);
	struct slot_figures *figures = &slot->figures;
	const struct slot_figures before = *figures;
	bool known = figures->known & DETAIL_USAGE;

	slots_keep_usage(slot, rss_kib, shared_kib, virt_kib);
	if (known && before.rss_kib == figures->rss_kib &&
		before.shared_kib == figures->shared_kib && before.virt_kib == figures->virt_kib) {
		grow_quiet(slot);
		return;
	}
	slot->quiet = known ? 0 : HOT_LOOKS;
	slot->flags |= SLOT_SEND | SLOT_STALE | SLOT_MOVED | SLOT_STIRS;
	if (before.shared_kib != figures->shared_kib)
		slot->flags |= SLOT_SHARED;
	if (before.virt_kib != figures->virt_kib || figures->rss_kib > figures->peak_kib)
		slot->flags |= SLOT_GREW;
	figures->known |= DETAIL_USAGE;
}

/* Whether its files still are those of this process, whatever its clock says. */
static bool process_lives(const struct usage *usage, const struct proc_slot *slot)
{
	char text[STAT_ROOM] UNFILLED;
	struct procparse_stat stat;
	ssize_t len = procfs_read(usage->proc, slot->pid, "stat", text, sizeof(text), NULL);

	return len > 0 && procparse_stat(&stat, text, (size_t)len) == 0 &&
	       stat.start_ticks == slot->start_ticks && stat.state != 'X';
}

/* STATM of a process of which nothing is left but its entry: if only its main thread has ended,
 * another one tells. */
static void find_other(const struct usage *usage, struct proc_slot *slot,
	struct procparse_statm *statm)
{
	char text[128];
	ssize_t len = 0;

	*statm = (struct procparse_statm){ 0 };
	/* a single thread that has ended stays what it is */
	if (slot->other == 0 && slot->figures.threads <= 1 && slot->figures.virt_kib == 0)
		return;
	slot->other = procfs_living_thread(usage->proc, slot->pid);
	slot->flags |= SLOT_STALE;
	if (slot->other != 0)
		len = procfs_read_thread(usage->proc, slot->pid, slot->other, "statm", text,
			sizeof(text));
	if (len > 0)
		procparse_statm(statm, text, (size_t)len);
}

int usage_usage(struct usage *usage, struct slots *table, struct proc_slot *slot)
{
	char text[128];
	struct procparse_statm statm;
	ssize_t len = slot->other != 0 ? procfs_read_thread(usage->proc, slot->pid, slot->other,
						 "statm", text, sizeof(text))
				       : read_statm(usage, table, slot, text, sizeof(text));

	if (len < 0 && slot->other == 0) {
		if (procfs_gone(len) && !process_lives(usage, slot))
			slot->flags |= SLOT_DEAD;
		return (int)len;
	}
	if (len >= 0 && procparse_statm(&statm, text, (size_t)len) < 0)
		return -EINVAL;
	/* a main thread that has ended shows no memory, though the others still have it */
	if (len < 0 || statm.size == 0)
		find_other(usage, slot, &statm);
	apply_statm(usage, slot, &statm);
	return 0;
}

/* Whether the clock says that there is something to look at; notices who is gone or another
 * process by now. */
static bool clock_moved(struct usage *usage, struct proc_slot *slot)
{
	uint64_t ns;

	if (!usage_clock(slot->pid, &ns)) {
		if (!process_lives(usage, slot)) {
			slot->flags |= SLOT_DEAD;
			return false;
		}
		if (!usage_clock(slot->pid, &ns))
			usage->clocks = false;
		return true;
	}
	if (ns == slot->cpu_ns) {
		grow_quiet(slot);
		return false;
	}
	if (ns < slot->cpu_ns)
		add_news(usage, slot->pid);
	slot->cpu_ns = ns;
	slot->flags |= SLOT_STALE;
	return true;
}

/* Ticks between two reads of the statm of a process that does not run. */
static unsigned deep_turns(const struct usage *usage, const struct usage_look *look)
{
	if (look->deep)
		return USAGE_DEEP / 8;
	return usage->taken > 0 ? USAGE_DEEP : USAGE_DEEP * USAGE_CALM;
}

static bool is_turn(const struct usage *usage, const struct proc_slot *slot, unsigned turns)
{
	return ((uint64_t)slot->pid + usage->tick) % turns == 0;
}

/* A process that moved at the last look mostly does again, so the answer of its clock is known; its
 * file, kept open, cannot be another's, and tells of its end. */
static bool needs_no_clock(const struct proc_slot *slot)
{
	return slot->fd >= 0 && slot->quiet == 0 && slot->other == 0 &&
	       !(slot->flags & SLOT_WATCHED);
}

static void look_by_clock(struct usage *usage, struct slots *table, struct proc_slot *slot,
	const struct usage_look *look, bool everyone)
{
	bool watched = slot->flags & SLOT_WATCHED;
	bool turn = is_turn(usage, slot, USAGE_TURNS);
	bool deep = is_turn(usage, slot, deep_turns(usage, look));
	/* what is on the screen may shrink without its doing */
	bool seen = watched && (turn || look->deep || look->all || slot->quiet < HOT_LOOKS);

	if (!watched && !everyone && !deep && slot->quiet >= HOT_LOOKS && !turn)
		return;
	if ((needs_no_clock(slot) && !turn) || clock_moved(usage, slot) || seen || deep ||
		!(slot->figures.known & DETAIL_USAGE))
		if (!(slot->flags & SLOT_DEAD))
			usage_usage(usage, table, slot);
}

/* Without clocks the start time must be read each time, since pids may be reused. */
static void look_by_files(struct usage *usage, struct slots *table, struct proc_slot *slot,
	bool everyone)
{
	char text[STAT_ROOM] UNFILLED;
	struct procparse_stat stat;

	if (!everyone && !(slot->flags & SLOT_WATCHED) && slot->quiet >= HOT_LOOKS &&
		!is_turn(usage, slot, USAGE_TURNS))
		return;
	ssize_t len = procfs_read(usage->proc, slot->pid, "stat", text, sizeof(text), NULL);
	if (procfs_gone(len)) {
		slot->flags |= SLOT_DEAD;
		return;
	}
	if (len > 0 && procparse_stat(&stat, text, (size_t)len) == 0) {
		uint64_t ticks = stat.user_ticks + stat.system_ticks;

		if (stat.start_ticks != slot->start_ticks) {
			add_news(usage, slot->pid);
			return;
		}
		/* cpu_ns only says "moved" here: ticks will do */
		if (ticks != slot->cpu_ns || stat.state != slot->figures.state)
			slot->flags |= SLOT_STALE;
		slot->cpu_ns = ticks;
	}
	usage_usage(usage, table, slot);
}

/* A kernel thread has no memory to look at, but it ends like others. */
static void look_for_thread(struct usage *usage, struct proc_slot *slot)
{
	if (usage->clocks && is_turn(usage, slot, USAGE_TURNS) &&
		!usage_clock(slot->pid, &slot->cpu_ns) && !process_lives(usage, slot))
		slot->flags |= SLOT_DEAD;
}

void usage_again(struct usage *usage, struct slots *table, struct proc_slot *slot)
{
	uint64_t ns;

	if (!usage->clocks)
		look_by_files(usage, table, slot, true);
	else if (usage_clock(slot->pid, &ns) && ns >= slot->cpu_ns)
		usage_usage(usage, table, slot);
}

static void look_at_slot(struct usage *usage, struct slots *table, struct proc_slot *slot,
	const struct usage_look *look, bool everyone)
{
	if (look->verify)
		add_news(usage, slot->pid);
	if (slot->flags & SLOT_KERNEL)
		look_for_thread(usage, slot);
	else if (usage->clocks)
		look_by_clock(usage, table, slot, look, everyone);
	else
		look_by_files(usage, table, slot, everyone);
}

void usage_tick(struct usage *usage, struct slots *table, const struct usage_look *look)
{
	bool everyone = look->all || table->count <= USAGE_FEW;

	usage->tick++;
	usage->taken = look->taking ? USAGE_DEEP : usage->taken > 0 ? usage->taken - 1 : 0;
	usage->now_ms = look->now_ms;
	usage->nnews = 0;
	if (look->verify)
		usage->listed = false;
	usage->died = false;
	find_news(usage, table, look->now_ms);
	for (size_t i = 0; i < table->count; i++) {
		struct proc_slot *slot = &table->slots[i];

		if (!(slot->flags & SLOT_DEAD))
			look_at_slot(usage, table, slot, look, everyone);
		usage->died |= slot->flags & SLOT_DEAD;
	}
	order_sort(usage->news, usage->nnews, sizeof(*usage->news), order_i32);
}

/* --- first sight --- */

int usage_sight(struct usage *usage, int32_t pid, struct proc_slot *slot)
{
	char text[STAT_ROOM] UNFILLED, comm[FRAME_COMM_MAX + 1], path[16];
	struct procparse_stat stat;
	uint64_t cpu_ns = 0;
	uint32_t uid;
	ssize_t len = procfs_read(usage->proc, pid, "stat", text, sizeof(text), &uid);

	if (len < 0)
		return (int)len;
	if (procparse_stat(&stat, text, (size_t)len) < 0 || stat.pid != pid)
		return -EINVAL;
	snprintf(path, sizeof(path), "%d", (int)pid);
	/* gone meanwhile; if not, the next look tells that clocks cannot be trusted */
	if (usage->clocks && !usage_clock(pid, &cpu_ns) &&
		faccessat(usage->proc, path, F_OK, 0) < 0)
		return -ESRCH;
	text_clean(comm, sizeof(comm), stat.comm, stat.comm_len);
	*slot = (struct proc_slot){
		.start_ticks = stat.start_ticks,
		.cpu_ns = cpu_ns,
		.figures = {
			.known = DETAIL_THREADS,
			.uid = uid,
			.ppid = stat.ppid,
			.threads = stat.threads,
			.nice = (int8_t)stat.nice,
			.state = stat.state,
		},
		.cpu_ticks = stat.user_ticks + stat.system_ticks,
		.comm = xalloc_text(comm),
		.pid = pid,
		.fd = -1,
		.flags = SLOT_BORN | SLOT_STALE | SLOT_BASE,
		.minor_faults = (uint32_t)stat.minor_faults,
		.major_faults = (uint32_t)stat.major_faults,
		.detail_ms = (uint32_t)usage->now_ms,
		.quiet = HOT_LOOKS,
	};
	slots_keep_usage(slot, pages_kib(usage, stat.rss_pages), 0, stat.virt_bytes / 1024);
	if (stat.flags & PROCPARSE_PF_KTHREAD)
		slot->flags |= SLOT_KERNEL;
	return 0;
}
