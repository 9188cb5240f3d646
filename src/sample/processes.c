/* SPDX-License-Identifier: GPL-2.0-or-later */
/* processes - see processes.h; does not look at details */
#include "sample/processes.h"

#include "base/order.h"
#include "base/xalloc.h"
#include "sample/frame_writer.h"
#include "sample/procfs.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	BORN_KEPT = 128,       /* births of a tick there is always room for */
	UNLISTED_MAX = 131072, /* possible pids up to which those that are not listed are counted */
};

void processes_init(struct processes *processes, int proc)
{
	*processes = (struct processes){ .late = SIZE_MAX };
	slots_init(&processes->table);
	usage_init(&processes->usage, proc);
}

uint32_t processes_unlisted(const struct processes *processes)
{
	int32_t limit = newest_limit();
	uint32_t count = 0;
	uint64_t ns;

	if (!processes->usage.clocks || limit > UNLISTED_MAX)
		return 0;
	for (int32_t pid = 1; pid < limit; pid++)
		count += usage_clock(pid, &ns) && slots_find(&processes->table, pid) == NULL;
	return count;
}

void processes_done(struct processes *processes)
{
	usage_done(&processes->usage);
	brief_set(&processes->brief, 0);
	slots_done(&processes->table);
	free(processes->born);
	free(processes->gone);
}

/* --- what goes into the frame --- */

/* Writes what does not change while a process lives, or is known at the first sight; the rest comes
 * with usage and details. */
static void write_birth(struct frame_writer *writer, const struct proc_slot *slot)
{
	struct proc_birth birth = {
		.id = { slot->pid, slot->start_ticks },
		.ppid = slot->figures.ppid,
		.uid = slot->figures.uid,
		.kernel_thread = slot->flags & SLOT_KERNEL,
		.state = slot->figures.state,
		.comm = slot->comm,
	};

	frame_put_birth(writer, &birth);
}

/* Once it is in a frame it is sent, whatever becomes of the frame: the outbox keeps those that
 * wait. */
static void write_usage(struct proc_slot *slot, struct frame_writer *writer)
{
	struct proc_usage usage = {
		.pid = slot->pid,
		.rss_kib = slot->figures.rss_kib,
		.shared_kib = slot->figures.shared_kib,
		.virt_kib = slot->figures.virt_kib,
	};

	slot->flags &= ~(uint32_t)SLOT_SEND;
	frame_put_usage(writer, &usage);
}

/* --- births and deaths --- */

static int slot_order(const void *a, const void *b)
{
	const struct proc_slot *x = a, *y = b;

	return (x->pid > y->pid) - (x->pid < y->pid);
}

static void add_gone(struct processes *processes, int32_t pid)
{
	*XALLOC_NEXT(processes->gone, processes->ngone, processes->gone_cap) = pid;
}

static void add_born(struct processes *processes, const struct proc_slot *slot)
{
	*XALLOC_NEXT(processes->born, processes->nborn, processes->born_cap) = *slot;
}

/* A pid that is new, or that may be another process by now. */
static void read_pid(struct processes *processes, int32_t pid)
{
	struct proc_slot *known = slots_find(&processes->table, pid), slot;
	int error = usage_sight(&processes->usage, pid, &slot);

	if (error == -EACCES || error == -EPERM)
		processes->hidden++;
	if (error < 0) {
		if (known != NULL && procfs_gone(error))
			known->flags |= SLOT_DEAD;
		return;
	}
	if (known != NULL && known->start_ticks == slot.start_ticks) {
		known->flags &= ~(uint32_t)SLOT_DEAD;
		free(slot.comm);
		return;
	}
	if (known != NULL)
		known->flags |= SLOT_DEAD;
	add_born(processes, &slot);
}

static bool born_has(const struct processes *processes, int32_t pid)
{
	for (size_t i = 0; i < processes->nborn; i++)
		if (processes->born[i].pid == pid)
			return true;
	return false;
}

/* Children of the family are of the family; orphans come back to its head, who reaps them. */
static bool is_family(const struct processes *processes, const struct proc_slot *slot)
{
	if (slot->pid == processes->family || slot->pid == processes->apart ||
		slot->pid == getpid())
		return false;
	if (slot->figures.ppid == processes->family)
		return true;
	return slots_find(&processes->table, slot->figures.ppid) != NULL ||
	       born_has(processes, slot->figures.ppid);
}

/* Keeps the family among those just born.  Pids wrap, so a child may have a lower one than its
 * parent: strangers are asked again until none is taken in. */
static void keep_family(struct processes *processes)
{
	size_t all = processes->nborn, kept = 0;
	bool found = true;

	processes->nborn = 0;
	while (found) {
		found = false;
		for (size_t i = kept; i < all; i++) {
			struct proc_slot slot = processes->born[i];

			if (!is_family(processes, &slot))
				continue;
			memmove(&processes->born[kept + 1], &processes->born[kept],
				(i - kept) * sizeof(slot));
			processes->born[kept++] = slot;
			processes->nborn = kept;
			found = true;
		}
	}
	for (size_t i = kept; i < all; i++)
		free(processes->born[i].comm);
	if (kept > 1)
		order_sort(processes->born, kept, sizeof(*processes->born), slot_order);
}

/* Sights what was found.  In the first tick births go out as they are seen, so that
 * the reader of the stream has work meanwhile. */
static void read_new(struct processes *processes, bool first, struct frame_writer *writer)
{
	bool brief = processes->brief.rows > 0; /* who is told of is chosen by size */
	bool at_once = first && processes->family == 0 && !brief;
	int32_t last = 0;

	processes->nborn = 0;
	for (size_t i = 0; i < processes->usage.nnews; i++) {
		int32_t pid = processes->usage.news[i];
		size_t before = processes->nborn;

		if (pid == last)
			continue;
		last = pid;
		read_pid(processes, pid);
		if (at_once && processes->nborn > before)
			write_birth(writer, &processes->born[before]);
	}
	if (processes->family != 0)
		keep_family(processes);
	if (first && !at_once && !brief)
		for (size_t i = 0; i < processes->nborn; i++)
			write_birth(writer, &processes->born[i]);
}

/* Their pids are told before their slots go, so that the outbox can forget what waits for them. */
static void remove_dead(struct processes *processes)
{
	processes->ngone = 0;
	/* one that is sighted anew may be another */
	if (!processes->usage.died && processes->usage.nnews == 0)
		return;
	for (size_t i = 0; i < processes->table.count; i++)
		if (processes->table.slots[i].flags & SLOT_DEAD)
			add_gone(processes, processes->table.slots[i].pid);
	if (processes->ngone > 0)
		processes->usage.kept -= slots_sweep(&processes->table);
}

/* --- the first tick --- */

static int size_order(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x < *y) - (*x > *y);
}

/* The COUNT-th biggest RSS in KiB. */
static uint64_t size_of_nth(const struct slots *table, size_t count)
{
	if (table->count <= count)
		return 0;
	uint64_t *sizes = xalloc_zero(table->count, sizeof(*sizes));
	for (size_t i = 0; i < table->count; i++)
		sizes[i] = table->slots[i].figures.rss_kib;
	order_sort(sizes, table->count, sizeof(*sizes), size_order);
	uint64_t nth = sizes[count - 1];
	free(sizes);
	return nth;
}

/* Until the front end says what is on its screen, that will be the biggest. */
static void watch_biggest(struct processes *processes)
{
	uint64_t size = size_of_nth(&processes->table, CENSUS_WATCHED);
	size_t count = 0;

	for (size_t i = 0; i < processes->table.count && count < CENSUS_WATCHED; i++) {
		struct proc_slot *slot = &processes->table.slots[i];

		if ((slot->flags & SLOT_KERNEL) || slot->figures.rss_kib < size ||
			slot->figures.rss_kib == 0)
			continue;
		slot->flags |= SLOT_WATCHED;
		count++;
	}
}

/* Reads statm of those born in this tick; in the first tick only of the biggest, for now. */
static void size_born(struct processes *processes, bool first)
{
	uint64_t size = first ? size_of_nth(&processes->table, CENSUS_FIRST) : 0;
	size_t count = 0, all = processes->nborn > 0 ? processes->table.count : 0;

	for (size_t i = 0; i < all; i++) {
		struct proc_slot *slot = &processes->table.slots[i];

		if (!(slot->flags & SLOT_BORN))
			continue;
		slot->flags &= ~(uint32_t)SLOT_BORN;
		if (slot->flags & SLOT_KERNEL) {
			slot->flags |= SLOT_SEND;
			slot->figures.known |= DETAIL_USAGE;
			slots_keep_usage(slot, 0, 0, 0);
		} else if (slot->figures.rss_kib >= size && count < CENSUS_FIRST * 2) {
			usage_usage(&processes->usage, &processes->table, slot);
			count += first;
			/* the young move and die: for a few ticks they skip the turns */
			if (!first)
				slot->quiet = 1;
		}
	}
	if (first)
		processes->late = 0;
}

void processes_again(struct processes *processes, struct proc_slot *slot,
	struct frame_writer *writer)
{
	if (slot->flags & (SLOT_KERNEL | SLOT_DEAD))
		return;
	usage_again(&processes->usage, &processes->table, slot);
	if ((slot->flags & SLOT_SEND) && !(slot->flags & SLOT_DEAD))
		write_usage(slot, writer);
}

/* The first screen comes before everybody's size was read: the rest follows in pieces, so that
 * requests are answered in between. */
void processes_late(struct processes *processes, struct frame_writer *writer)
{
	size_t count = 0;

	while (processes->late < processes->table.count && count < CENSUS_LATE) {
		struct proc_slot *slot = &processes->table.slots[processes->late++];

		if ((slot->flags & SLOT_DEAD) || (slot->figures.known & DETAIL_USAGE) ||
			usage_usage(&processes->usage, &processes->table, slot) < 0)
			continue;
		write_usage(slot, writer);
		count++;
	}
	if (processes->late >= processes->table.count)
		processes->late = SIZE_MAX;
}

/* --- a tick --- */

/* Where only few are told of: of these what moved, and all of those that were not before. */
static void write_few(struct processes *processes, struct frame_writer *writer)
{
	struct brief *brief = &processes->brief;

	for (size_t i = 0; i < processes->table.count; i++)
		if (brief->seen[i].fresh)
			write_birth(writer, &processes->table.slots[i]);
	for (size_t i = 0; i < processes->table.count; i++) {
		struct proc_slot *slot = &processes->table.slots[i];

		if ((slot->figures.known & DETAIL_USAGE) && brief->seen[i].told &&
			(brief->seen[i].fresh || (slot->flags & SLOT_SEND)))
			write_usage(slot, writer);
	}
}

/* Writes the usage of those that are watched at every tick, moved or not, so that a screen knows
 * the figure to be of now. */
static void write_usages(struct processes *processes, bool key, struct frame_writer *writer)
{
	for (size_t i = 0; i < processes->table.count; i++) {
		struct proc_slot *slot = &processes->table.slots[i];

		if ((slot->figures.known & DETAIL_USAGE) && !(slot->flags & SLOT_DEAD) &&
			(key || (slot->flags & (SLOT_SEND | SLOT_WATCHED))))
			write_usage(slot, writer);
	}
}

static void write_births(const struct processes *processes, bool key, struct frame_writer *writer)
{
	const struct proc_slot *slots = key ? processes->table.slots : processes->born;
	size_t count = key ? processes->table.count : processes->nborn;

	for (size_t i = 0; i < count; i++)
		write_birth(writer, &slots[i]);
}

/* In the first tick everybody is born: later ticks need little of that memory. */
static void shrink_born(struct processes *processes)
{
	if (processes->born_cap <= BORN_KEPT)
		return;
	free(processes->born);
	processes->born = NULL;
	processes->born_cap = processes->nborn = 0;
}

void processes_tick(struct processes *processes, const struct usage_look *look, bool first,
	bool key, struct frame_writer *writer)
{
	usage_tick(&processes->usage, &processes->table, look);
	if (processes->usage.listed_ms == look->now_ms)
		processes->hidden = 0;
	read_new(processes, first, writer);
	remove_dead(processes);
	/* a key frame is complete: a process that is not in it is gone */
	for (size_t i = 0; i < processes->ngone && !key; i++)
		frame_put_death(writer, processes->gone[i]);
	slots_merge(&processes->table, processes->born, processes->nborn);
	if (first)
		watch_biggest(processes);
	size_born(processes, first);
	if (processes->brief.rows > 0) {
		brief_choose(&processes->brief, &processes->table, look->now_ms, key, writer);
		write_few(processes, writer);
		shrink_born(processes);
		return;
	}
	if (!first)
		write_births(processes, key, writer);
	shrink_born(processes);
	write_usages(processes, key, writer);
}
