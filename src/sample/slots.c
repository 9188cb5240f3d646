/* SPDX-License-Identifier: GPL-2.0-or-later */
/* slots - see slots.h; does not read /proc */
#include "sample/slots.h"

#include "base/order.h"
#include "base/xalloc.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void slots_init(struct slots *table)
{
	*table = (struct slots){ 0 };
	intern_init(&table->cmdlines);
}

static void release_slot(struct slots *table, struct proc_slot *slot)
{
	intern_drop(&table->cmdlines, slot->cmdline);
	free(slot->comm);
	if (slot->fd >= 0)
		close(slot->fd);
}

void slots_done(struct slots *table)
{
	if (table == NULL)
		return;
	for (size_t i = 0; i < table->count; i++)
		release_slot(table, &table->slots[i]);
	free(table->slots);
	intern_done(&table->cmdlines);
	slots_init(table);
}

/* By halves: slots are in the order of their pids, as the kernel lists them. */
struct proc_slot *slots_find(const struct slots *table, int32_t pid)
{
	size_t at = order_before(table->slots, table->count, sizeof(*table->slots),
		offsetof(struct proc_slot, pid), (uint32_t)pid);

	return at < table->count && table->slots[at].pid == pid ? &table->slots[at] : NULL;
}

/* Like the last step of a merge sort, in place: births are in order as well, and the rest of the
 * table moves once however many there are. */
void slots_merge(struct slots *table, const struct proc_slot *born, size_t count)
{
	size_t old = table->count, to = old + count;

	if (count == 0)
		return;
	table->slots = xalloc_room(table->slots, &table->cap, to, sizeof(*table->slots));
	table->count = to;
	/* from the end, so that what has a greater pid moves once */
	while (count > 0) {
		if (old > 0 && table->slots[old - 1].pid > born[count - 1].pid)
			table->slots[--to] = table->slots[--old];
		else
			table->slots[--to] = born[--count];
	}
}

/* In place: the array must stay in order, and pointers into it are not kept across a tick. */
size_t slots_sweep(struct slots *table)
{
	size_t kept = 0, closed = 0;

	for (size_t i = 0; i < table->count; i++) {
		struct proc_slot *slot = &table->slots[i];

		if (slot->flags & SLOT_DEAD) {
			closed += slot->fd >= 0;
			release_slot(table, slot);
			continue;
		}
		if (kept != i)
			table->slots[kept] = *slot;
		kept++;
	}
	table->count = kept;
	return closed;
}

struct proc_figures slots_figures(const struct proc_slot *slot)
{
	const struct slot_figures *kept = &slot->figures;

	return (struct proc_figures){
		.known = kept->known,
		.uid = kept->uid,
		.ppid = kept->ppid,
		.threads = kept->threads,
		.rss_kib = kept->rss_kib,
		.virt_kib = kept->virt_kib,
		.anon_kib = kept->anon_kib,
		.file_kib = kept->file_kib,
		.shmem_kib = kept->shmem_kib,
		.swap_kib = kept->swap_kib,
		.huge_kib = kept->huge_kib,
		.peak_kib = kept->peak_kib,
		.oom_score = kept->oom_score,
		.oom_adj = kept->oom_adj,
		.nice = kept->nice,
		.state = kept->state,
	};
}

/* As much of KIB as 40 bits hold: a kernel that says more must not come out as little. */
static uint64_t clip_kib(uint64_t kib)
{
	const uint64_t most = (UINT64_C(1) << 40) - 1;

	return kib < most ? kib : most;
}

/* The masks say to the compiler what clip_kib has made sure of; virtual sizes may be larger, since
 * a process maps what it never touches. */
void slots_keep_usage(struct proc_slot *slot, uint64_t rss_kib, uint64_t shared_kib,
	uint64_t virt_kib)
{
	const uint64_t most = (UINT64_C(1) << 48) - 1, size = (UINT64_C(1) << 40) - 1;

	slot->figures.rss_kib = clip_kib(rss_kib) & size;
	slot->figures.shared_kib = clip_kib(shared_kib) & size;
	slot->figures.virt_kib = (virt_kib < most ? virt_kib : most) & most;
}

void slots_keep(struct proc_slot *slot, const struct proc_figures *figures)
{
	const uint64_t size = (UINT64_C(1) << 40) - 1;
	struct slot_figures *kept = &slot->figures;

	kept->known = figures->known;
	kept->uid = figures->uid;
	kept->ppid = figures->ppid;
	kept->threads = figures->threads;
	slots_keep_usage(slot, figures->rss_kib, kept->shared_kib, figures->virt_kib);
	kept->anon_kib = clip_kib(figures->anon_kib) & size;
	kept->file_kib = clip_kib(figures->file_kib) & size;
	kept->shmem_kib = clip_kib(figures->shmem_kib) & size;
	kept->swap_kib = clip_kib(figures->swap_kib) & size;
	kept->huge_kib = clip_kib(figures->huge_kib) & size;
	kept->peak_kib = clip_kib(figures->peak_kib) & size;
	kept->oom_score = figures->oom_score;
	kept->oom_adj = figures->oom_adj;
	kept->nice = figures->nice;
	kept->state = figures->state;
}

/* Once all together have reached the bound the text is told and not kept: a key frame asks for it
 * again. */
void slots_set_cmdline(struct slots *table, struct proc_slot *slot, const char *text)
{
	intern_drop(&table->cmdlines, slot->cmdline);
	slot->cmdline = NULL;
	if (table->cmdlines.bytes + strlen(text) < SLOTS_TEXT_MAX)
		slot->cmdline = intern_take(&table->cmdlines, text);
}

void slots_unsettle(struct slots *table)
{
	for (size_t i = 0; i < table->count; i++)
		if (table->slots[i].flags & SLOT_WATCHED)
			table->slots[i].flags |= SLOT_OWED;
}

bool slots_owes(const struct slots *table)
{
	for (size_t i = 0; i < table->count; i++) {
		uint32_t flags = table->slots[i].flags;

		if ((flags & SLOT_WATCHED) && (flags & SLOT_OWED) && !(flags & SLOT_DEAD))
			return true;
	}
	return false;
}
