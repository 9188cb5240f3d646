/* SPDX-License-Identifier: GPL-2.0-or-later */
/* store_ownerless - what grows though no process that climbs explains it, and what that is called
 *
 * The machine's trends tell that something grows; which part of it does is found by comparing its
 * figures with those of a minute or two ago, and each tmpfs with what it held then.
 */
#include "model/store_priv.h"

#include "base/amount.h"
#include "base/real.h"

#include <stdlib.h>
#include <string.h>

enum {
	PAST_MS = 10 * 1000,       /* between two figures that are kept */
	MOUNT_MS = 60 * 1000,      /* the same of mounts */
	SLAB_MS = 120 * 1000,      /* what was said of a slab cache holds so long */
	LEAST_MS = 15 * 1000,      /* shorter spans give no rate */
	RAM_SHARE_MIN = 1000,      /* slower than such a part of the memory a minute is no news */
	SO_FAR_KIB_MIN = 8 * 1024, /* what a watch of seconds tells; a start moves some */
	SYSTEM_PAGE_BYTES = 8,     /* of a table, for each page that is mapped */
};

/* --- the past --------------------------------------------------------------------------------- */

void store_note_past(struct store *store, bool gap)
{
	struct store_past *past = &store->past;
	size_t last = (past->first + past->count + PAST_KEPT - 1) % PAST_KEPT;

	if (gap)
		past->count = 0;
	if (past->count > 0 && store->now_ms - past->at[last].ms < PAST_MS)
		return;
	if (past->count == PAST_KEPT)
		past->first = (past->first + 1) % PAST_KEPT;
	else
		past->count++;
	last = (past->first + past->count - 1) % PAST_KEPT;
	past->at[last].ms = store->now_ms;
	past->at[last].system = store->system;
}

/* Takes over from OLD what a tmpfs held before; one that was not there held nothing. */
void store_note_mount(const struct store *store, struct store_mount *mount,
	const struct store_mount *old, size_t nold, const struct tmpfs_figures *now)
{
	*mount = (struct store_mount){ .then_ms = store->tmpfs_ms, .next_ms = store->tmpfs_ms };
	if (store->tmpfs_ms == 0) {
		mount->then_kib = mount->next_kib = now->used_kib;
		mount->then_ms = mount->next_ms = store->now_ms;
	}
	for (size_t i = 0; i < nold; i++) {
		if (strcmp(store->tmpfs[i].path, now->path != NULL ? now->path : "") != 0)
			continue;
		*mount = old[i];
		if (store->now_ms - mount->next_ms >= MOUNT_MS) {
			mount->then_kib = mount->next_kib;
			mount->then_ms = mount->next_ms;
			mount->next_kib = now->used_kib;
			mount->next_ms = store->now_ms;
		}
	}
}

/* --- who -------------------------------------------------------------------------------------- */

/* Shared memory that climbing processes gain, in KiB a minute. */
static double climbing_shmem(const struct store *store)
{
	double kib_min = 0;

	for (size_t i = store_next_active(store, 0); i < store->table.count;
		i = store_next_active(store, i + 1)) {
		const struct proc *proc = &store->table.procs[i];
		if (proc->figures.shmem_kib && store_verdict(store, proc) == TREND_CLIMBING)
			kib_min += real_max(0, store_shmem_growth(store, proc));
	}
	return kib_min;
}

/* The process that gains most shared memory, if that is half of KIB_MIN or more. */
static const struct proc *maker(const struct store *store, double kib_min)
{
	const struct proc *most = NULL;
	double most_kib_min = kib_min / 2;

	for (size_t i = store_next_active(store, 0); i < store->table.count;
		i = store_next_active(store, i + 1)) {
		const struct proc *proc = &store->table.procs[i];
		double gains = proc->figures.shmem_kib ? store_shmem_growth(store, proc) : 0;
		if (gains < most_kib_min)
			continue;
		most_kib_min = gains;
		most = proc;
	}
	return most;
}

const char *store_mount_that_grows(const struct store *store, double kib_min)
{
	const char *most = NULL;
	double most_kib_min = kib_min / 2;

	for (size_t i = 0; i < store->ntmpfs; i++) {
		const struct store_mount *mount = &store->mounts[i];
		if (store->tmpfs_ms < mount->then_ms + LEAST_MS)
			continue;
		double gains = ((double)store->tmpfs[i].used_kib - (double)mount->then_kib) /
			       store_seconds(store->tmpfs_ms - mount->then_ms) * 60;
		if (gains < most_kib_min)
			continue;
		most_kib_min = gains;
		most = store->tmpfs[i].path;
	}
	return most;
}

/* --- which part of the machine ---------------------------------------------------------------- */

/* Memory that the kernel does not account for: pages that drivers took. */
static uint64_t unexplained_kib(const struct system_figures *s)
{
	uint64_t sum_kib = s->free_kib + s->anon_kib + s->cache_kib + s->shmem_kib +
			   s->slab_unreclaimable_kib + s->page_tables_kib + s->sec_page_tables_kib +
			   s->kernel_stack_kib + s->huge_pool_kib + s->zswap_kib + s->zram_kib +
			   s->percpu_kib + amount_less(s->vmalloc_kib, s->kernel_stack_kib) +
			   s->arc_kib + s->gpu_kib + s->balloon_kib;

	return amount_less(s->total_kib, sum_kib);
}

/* Memory of the machine that belongs to no process, by what it is called. */
static const struct {
	const char *name;
	size_t place;
	uint32_t bit; /* with which it is known */
} parts[] = {
	{ "Kernel memory", offsetof(struct system_figures, slab_unreclaimable_kib),
		SYSTEM_NO_SLAB },
	{ "Memory for page tables", offsetof(struct system_figures, page_tables_kib),
		SYSTEM_NO_PAGE_TABLES },
	{ "Memory for kernel stacks", offsetof(struct system_figures, kernel_stack_kib),
		SYSTEM_NO_STACKS },
	{ "Shared memory", offsetof(struct system_figures, shmem_kib), SYSTEM_NO_SHMEM },
	{ "The pool of huge pages", offsetof(struct system_figures, huge_pool_kib),
		SYSTEM_NO_HUGE_POOL },
	{ "Per-CPU data of the kernel", offsetof(struct system_figures, percpu_kib),
		SYSTEM_PERCPU },
	{ "Memory of drivers and modules (vmalloc)", offsetof(struct system_figures, vmalloc_kib),
		SYSTEM_VMALLOC },
	{ "Memory for page tables of virtual machines and devices",
		offsetof(struct system_figures, sec_page_tables_kib), SYSTEM_SEC_PAGE_TABLES },
	{ "Memory of graphics drivers", offsetof(struct system_figures, gpu_kib), SYSTEM_GPU },
	{ "What is lent to the host of this virtual machine",
		offsetof(struct system_figures, balloon_kib), SYSTEM_BALLOON },
	{ "Compressed swap (zram)", offsetof(struct system_figures, zram_kib), SYSTEM_ZRAM },
};

static uint64_t part_kib(const struct system_figures *system, size_t part)
{
	uint64_t kib;

	memcpy(&kib, (const char *)system + parts[part].place, sizeof(kib));
	return kib;
}

/* The part that gains most, if that is half of KIB_MIN or more; NULL: none does. */
static const char *part_that_grows(const struct store *store, double kib_min)
{
	const struct store_past *past = &store->past;
	const struct system_figures *then = &past->at[past->first].system, *now = &store->system;
	const char *most = NULL;
	uint64_t ms = past->count ? store->now_ms - past->at[past->first].ms : 0;

	if (ms < LEAST_MS || store->container != NULL)
		return NULL;
	double least_kib = kib_min / 2 * store_seconds(ms) / 60;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		double gained = (double)part_kib(now, i) - (double)part_kib(then, i);
		if (gained < least_kib || !system_knows(now->known, parts[i].bit) ||
			!system_knows(then->known, parts[i].bit))
			continue;
		least_kib = gained;
		most = parts[i].name;
	}
	double gained = (double)unexplained_kib(now) - (double)unexplained_kib(then);
	if (gained >= least_kib && !((now->known | then->known) & SYSTEM_LACKS))
		most = "Memory that nobody accounts for, of a driver maybe,";
	return most;
}

const char *store_part_so_far(const struct store *store, const char *part, double *kib_min)
{
	const char *most = NULL;
	const struct store_past *past = &store->past;
	const struct system_figures *then = &past->at[past->first].system, *now = &store->system;
	uint64_t ms = past->count ? store->now_ms - past->at[past->first].ms : 0;

	*kib_min = real_max(SO_FAR_KIB_MIN, (double)store->seen.total_kib / RAM_SHARE_MIN);
	if (ms < PAST_MS || store->container != NULL)
		return NULL;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		double gained = (double)part_kib(now, i) - (double)part_kib(then, i);
		double rate = gained / store_seconds(ms) * 60;
		if (rate < *kib_min || !system_knows(now->known, parts[i].bit) ||
			!system_knows(then->known, parts[i].bit))
			continue;
		*kib_min = rate;
		most = parts[i].name;
		if (most == part)
			break;
	}
	return most;
}

/* --- all of it -------------------------------------------------------------------------------- */

enum system_growth store_ownerless(const struct store *store, double *kib_min)
{
	size_t climbers;
	double owned_kib_min = store_climbing(store, &climbers);
	uint32_t page_kib = store->header.page_kib ? store->header.page_kib : 4;
	double share_kib_min = (double)store->seen.total_kib / RAM_SHARE_MIN;
	/* what climbing processes explain of each */
	const struct {
		enum system_trend trend;
		enum system_growth growth;
		double least_kib_min; /* slower growth is not reported */
		double owned_kib_min;
	} kinds[] = {
		{ SYSTEM_T_SLAB, SYSTEM_GROWS_KERNEL, 256, 0 },
		{ SYSTEM_T_SHMEM, SYSTEM_GROWS_SHMEM, 512, climbing_shmem(store) },
		{ SYSTEM_T_PAGE_TABLES, SYSTEM_GROWS_PAGE_TABLES, 256,
			owned_kib_min * SYSTEM_PAGE_BYTES / (page_kib * 1024.0) },
		{ SYSTEM_T_USED, SYSTEM_GROWS_USED, 2048, owned_kib_min },
	};

	for (size_t i = 0; store->ticks && i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const struct trend *trend = &store->system_trends[kinds[i].trend];
		double rate = trend_rate_stored(trend) * 60;
		if (trend_state(trend) != TREND_CLIMBING ||
			rate < real_max(kinds[i].least_kib_min, share_kib_min) ||
			rate < 2 * kinds[i].owned_kib_min)
			continue;
		*kib_min = rate;
		return kinds[i].growth;
	}
	return SYSTEM_GROWS_NONE;
}

bool store_ownerless_named(const struct store *store, struct store_ownerless *out)
{
	static const char *const names[] = {
		[SYSTEM_GROWS_KERNEL] = "Kernel memory",
		[SYSTEM_GROWS_SHMEM] = "Shared memory",
		[SYSTEM_GROWS_PAGE_TABLES] = "Memory for page tables",
		[SYSTEM_GROWS_USED] = "Memory in use",
	};
	const char *part;

	*out = (struct store_ownerless){ 0 };
	out->growth = store_ownerless(store, &out->kib_min);
	if (out->growth == SYSTEM_GROWS_NONE)
		return false;
	out->name = names[out->growth];
	if (out->growth == SYSTEM_GROWS_USED &&
		(part = part_that_grows(store, out->kib_min)) != NULL)
		out->name = part;
	if (strcmp(out->name, "Kernel memory") == 0 && store->slab.ms != 0 &&
		store->now_ms - store->slab.ms < SLAB_MS && store->slab.kib_min >= out->kib_min / 2)
		out->slab = store->slab.name;
	if (strcmp(out->name, "Shared memory") != 0)
		return true;
	out->by = maker(store, out->kib_min);
	if (out->by == NULL)
		out->mount = store_mount_that_grows(store, out->kib_min);
	return true;
}
