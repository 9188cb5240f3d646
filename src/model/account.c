/* SPDX-License-Identifier: GPL-2.0-or-later */
/* account - the machine's memory taken apart; knows meminfo's meanings and nothing of screens
 *
 * Mapped counts shared memory as well as files, and Shmem is a part of its own.  The kernel does
 * not say how much of Shmem is mapped: assumed is, for each program, what its largest user has,
 * since members of a program share.  A wrong guess moves memory between two parts, never in or out.
 */
#include "model/account.h"

#include "base/amount.h"
#include "base/buf.h"
#include "base/order.h"
#include "base/xalloc.h"
#include "model/findings.h"

#include <stdlib.h>
#include <string.h>

void account_init(struct account *account)
{
	*account = (struct account){ 0 };
}

static void clear_lines(struct account *account)
{
	for (size_t i = 0; i < account->count; i++)
		free(account->lines[i].name);
	account->count = 0;
}

void account_done(struct account *account)
{
	if (account == NULL)
		return;
	clear_lines(account);
	free(account->lines);
	account_init(account);
}

/* Lines are in the order in which they were added, the parts of a line behind it: that is the
 * order of the screen, too. */
static struct account_line *add_line(struct account *account, enum account_part part, int depth,
	const char *name, uint64_t kib)
{
	struct account_line *line = XALLOC_NEXT(account->lines, account->count, account->cap);
	*line = (struct account_line){
		.part = part,
		.depth = depth,
		.name = name != NULL ? xalloc_text(name) : NULL,
		.kib = kib,
		.own_kib = kib,
		.known = true,
	};
	return line;
}

/* BIT: with which the figure is known (enum system_known). */
static void add_if(struct account *account, const struct system_figures *system,
	enum account_part part, uint32_t bit, uint64_t kib)
{
	bool known = system_knows(system->known, bit);

	add_line(account, part, 0, NULL, known ? kib : 0)->known = known;
}

/* Equals by name, so that they do not change places. */
static int by_size(const void *a, const void *b)
{
	const struct account_line *x = a, *y = b;

	if (x->kib != y->kib)
		return x->kib > y->kib ? -1 : 1;
	return strcmp(x->name, y->name);
}

/* --- programs --------------------------------------------------------------------------------- */

struct program {
	uint64_t anon_kib;
	uint64_t shmem_kib; /* of the member that has most */
	uint64_t kept_kib;  /* freed, and kept by allocators, of those that were looked into */
	size_t members;
};

/* Whether PROC lives below the limit that memtop does; where there is none all do. */
static bool is_inside(const struct store *store, const struct proc *proc)
{
	const struct cgroup_figures *container = store_container(store);
	size_t len = container != NULL ? strlen(container->path) : 0;

	if (len <= 1 || proc->cgroup == NULL)
		return len <= 1;
	return strncmp(proc->cgroup, container->path, len) == 0 &&
	       (proc->cgroup[len] == '/' || proc->cgroup[len] == '\0');
}

/* Memory that PROC has freed and its allocators keep, as its own screen says: once it was looked
 * into. */
static uint64_t kept_of(const struct store *store, const struct proc *proc)
{
	const struct findings *findings = store_findings(store, proc->id);
	uint64_t bytes;

	if (findings == NULL || !findings_kept(findings, &bytes))
		return 0;
	return amount_smaller(bytes / 1024, proc->figures.anon_kib);
}

/* A sum for each program the store knows, in its order. */
static struct program *gather_programs(const struct store *store)
{
	struct program *programs = xalloc_zero(store_group_count(store, GROUP_PROGRAM) + 1,
		sizeof(*programs));

	for (size_t i = 0; i < store_count(store); i++) {
		const struct proc *proc = store_proc(store, i);
		const struct group *group = store_group_of(store, proc, GROUP_PROGRAM);
		if (group == NULL || !proc_is_measured(proc) || !is_inside(store, proc))
			continue;
		struct program *program = &programs[group - store_group(store, GROUP_PROGRAM, 0)];
		program->anon_kib += proc->figures.anon_kib;
		program->kept_kib += kept_of(store, proc);
		program->members++;
		if (proc->figures.shmem_kib > program->shmem_kib)
			program->shmem_kib = proc->figures.shmem_kib;
	}
	return programs;
}

/* A line for OWN_KIB of a program's, of which it has the part SCALE. */
static struct account_line *add_program(struct account *account, const char *name, uint64_t own_kib,
	double scale)
{
	struct account_line *line = add_line(account, ACCOUNT_PROGRAMS, 1, name,
		(uint64_t)((double)own_kib * scale));

	line->own_kib = own_kib;
	return line;
}

/* Memory that PROGRAM has freed and keeps has a line of its own, where it is worth one. */
static void add_lines(struct account *account, const char *name, const struct program *program,
	double scale)
{
	enum { LEAST_KIB = 1024 };
	bool keeps = (double)program->kept_kib * scale >= LEAST_KIB;
	struct buf title;

	add_program(account, name, program->anon_kib - (keeps ? program->kept_kib : 0), scale)
		->members = program->members;
	if (!keeps)
		return;
	buf_init(&title);
	buf_printf(&title, "%s: freed but kept", name);
	add_program(account, buf_text(&title), program->kept_kib, scale);
	buf_done(&title);
}

/* Pages still shared after a fork count in parent and child: when the programs have more than
 * there is, each gets its share of that. */
static void add_programs(struct account *account, const struct store *store,
	const struct program *programs)
{
	uint64_t anon_kib = store_seen(store)->anon_kib, sum_kib = 0, shown_kib = 0;
	size_t count = store_group_count(store, GROUP_PROGRAM);

	add_if(account, store_seen(store), ACCOUNT_PROGRAMS, SYSTEM_NO_ANON, anon_kib);
	size_t first = account->count;
	for (size_t i = 0; i < count; i++)
		sum_kib += programs[i].anon_kib;
	double scale = sum_kib > anon_kib ? (double)anon_kib / (double)sum_kib : 1;
	for (size_t i = 0; i < count; i++)
		if ((uint64_t)((double)programs[i].anon_kib * scale) > 0)
			add_lines(account, store_group(store, GROUP_PROGRAM, i)->name, &programs[i],
				scale);
	for (size_t i = first; i < account->count; i++)
		shown_kib += account->lines[i].kib;
	order_sort(account->lines + first, account->count - first, sizeof(*account->lines),
		by_size);
	/* processes of others that may not be looked at, or live in another container */
	if (shown_kib < anon_kib)
		add_line(account, ACCOUNT_PROGRAMS, 1, NULL, anon_kib - shown_kib);
}

/* At most what the kernel counts: members of a program that share a piece have it once each. */
static uint64_t mapped_shmem(const struct store *store, const struct program *programs)
{
	const struct system_figures *system = store_system(store);
	uint64_t kib = 0;

	for (size_t i = 0; i < store_group_count(store, GROUP_PROGRAM); i++)
		kib += programs[i].shmem_kib;
	return amount_smaller(kib, amount_smaller(system->shmem_kib, system->mapped_kib));
}

/* --- the other parts -------------------------------------------------------------------------- */

static void add_shared(struct account *account, const struct store *store)
{
	uint64_t left_kib = store_system(store)->shmem_kib;
	size_t count;
	const struct tmpfs_figures *tmpfs = store_tmpfs(store, &count);

	add_if(account, store_system(store), ACCOUNT_SHARED, SYSTEM_NO_SHMEM, left_kib);
	size_t first = account->count;
	for (size_t i = 0; i < count; i++)
		if (tmpfs[i].used_kib > 0)
			add_line(account, ACCOUNT_SHARED, 1, tmpfs[i].path, tmpfs[i].used_kib);
	order_sort(account->lines + first, account->count - first, sizeof(*account->lines),
		by_size);
	/* a tmpfs may be in swap in part, and was looked at a while ago */
	for (size_t i = first; i < account->count; i++) {
		account->lines[i].kib = amount_smaller(account->lines[i].kib, left_kib);
		left_kib -= account->lines[i].kib;
	}
	if (left_kib > 0)
		add_line(account, ACCOUNT_SHARED, 1, NULL, left_kib);
}

/* Reclaimable slab is in the cache of free(1), and stands by itself here. */
static void add_files(struct account *account, const struct store *store, uint64_t shmem_kib)
{
	const struct system_figures *system = store_system(store);
	uint64_t files_kib = amount_less(system->cache_kib, system->slab_reclaimable_kib);
	uint64_t mapped_kib = amount_smaller(amount_less(system->mapped_kib, shmem_kib), files_kib);

	add_if(account, system, ACCOUNT_MAPPED, SYSTEM_NO_MAPPED, mapped_kib);
	add_if(account, system, ACCOUNT_CACHE, SYSTEM_NO_CACHE, files_kib - mapped_kib);
}

/* Memory that the kernel holds for itself, by what it tells. Stacks of the kernel's threads are
 * mapped through vmalloc since 4.9 and counted in both, so they are taken out of the latter; huge
 * pages count whether they are in use or wait in the pool. */
static void add_kernel(struct account *account, const struct system_figures *system)
{
	uint64_t huge_kib = system->huge_pool_kib > system->hugetlb_kib ? system->huge_pool_kib
									: system->hugetlb_kib;

	add_if(account, system, ACCOUNT_SLAB_DROPPABLE, SYSTEM_NO_SLAB,
		system->slab_reclaimable_kib);
	add_if(account, system, ACCOUNT_SLAB, SYSTEM_NO_SLAB, system->slab_unreclaimable_kib);
	add_if(account, system, ACCOUNT_PAGE_TABLES, SYSTEM_NO_PAGE_TABLES,
		system->page_tables_kib + system->sec_page_tables_kib);
	add_if(account, system, ACCOUNT_STACKS, SYSTEM_NO_STACKS, system->kernel_stack_kib);
	add_if(account, system, ACCOUNT_HUGE, SYSTEM_NO_HUGE_POOL, huge_kib);
	add_line(account, ACCOUNT_COMPRESSED, 0, NULL, system->zswap_kib + system->zram_kib);
	add_if(account, system, ACCOUNT_PERCPU, SYSTEM_PERCPU, system->percpu_kib);
	add_if(account, system, ACCOUNT_VMALLOC, SYSTEM_VMALLOC,
		amount_less(system->vmalloc_kib, system->kernel_stack_kib));
}

/* Adds what only few machines have; LEFT_KIB is what is not explained yet. */
static void add_outside(struct account *account, const struct system_figures *system,
	uint64_t left_kib)
{
	const struct {
		enum account_part part;
		uint32_t bit;
		uint64_t kib;
	} parts[] = {
		{ ACCOUNT_ARC, SYSTEM_ARC, system->arc_kib },
		{ ACCOUNT_GPU, SYSTEM_GPU, system->gpu_kib },
		{ ACCOUNT_BALLOON, SYSTEM_BALLOON, system->balloon_kib },
	};

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		uint64_t kib = amount_smaller(parts[i].kib, left_kib);
		if (!(system->known & parts[i].bit) || parts[i].kib == 0)
			continue;
		add_line(account, parts[i].part, 0, NULL, kib);
		left_kib -= kib;
	}
}

/* Lines below others are parts of them. */
static uint64_t sum_of_parts(const struct account *account)
{
	uint64_t sum_kib = 0;

	for (size_t i = 0; i < account->count; i++)
		if (account->lines[i].depth == 0)
			sum_kib += account->lines[i].kib;
	return sum_kib;
}

/* A container's limit is all there is, and what is on its account is all that went. */
static void make_container(struct account *account, const struct store *store,
	const struct cgroup_figures *group)
{
	struct program *programs = gather_programs(store);
	uint64_t limit_kib = store_seen(store)->total_kib;
	uint64_t known_kib = group->anon_kib + group->file_kib;

	account->total_kib = limit_kib;
	add_programs(account, store, programs);
	add_line(account, ACCOUNT_FILES, 0, NULL, amount_less(group->file_kib, group->shmem_kib));
	add_line(account, ACCOUNT_SHARED, 0, NULL, group->shmem_kib);
	if (group->shmem_kib > 0)
		add_line(account, ACCOUNT_SHARED, 1, NULL, group->shmem_kib);
	add_line(account, ACCOUNT_CHARGED, 0, NULL, amount_less(group->usage_kib, known_kib));
	add_line(account, ACCOUNT_FREE, 0, NULL, amount_less(limit_kib, group->usage_kib));
	account->over_kib = amount_less(sum_of_parts(account), limit_kib);
	free(programs);
}

void account_make(struct account *account, const struct store *store)
{
	const struct system_figures *system = store_system(store);

	clear_lines(account);
	account->at_ms = account->since_ms = 0;
	if (system == NULL)
		return;
	account->at_ms = store_now_ms(store);
	account->total_kib = 0;
	if (store_container(store) != NULL && store_container(store)->known & CGROUP_PARTS) {
		make_container(account, store, store_container(store));
		return;
	}
	if (!frame_knows_memory(system))
		return;
	struct program *programs = gather_programs(store);
	account->total_kib = system->total_kib;
	add_programs(account, store, programs);
	add_files(account, store, mapped_shmem(store, programs));
	add_shared(account, store);
	add_kernel(account, system);
	/* a cache of ZFS, drivers and a balloon are in no line of meminfo: they explain of the rest
	 * as much as there is */
	uint64_t sum_kib = sum_of_parts(account) + system->free_kib;
	add_outside(account, system, amount_less(system->total_kib, sum_kib));
	sum_kib = sum_of_parts(account) + system->free_kib;
	add_line(account, ACCOUNT_UNEXPLAINED, 0, NULL, amount_less(system->total_kib, sum_kib));
	account->over_kib = amount_less(sum_kib, system->total_kib);
	add_line(account, ACCOUNT_FREE, 0, NULL, system->free_kib);
	free(programs);
}

/* --- comparing, shortening -------------------------------------------------------------------- */

static bool same_line(const struct account_line *a, const struct account_line *b)
{
	if (a->part != b->part || a->depth != b->depth || (a->name == NULL) != (b->name == NULL))
		return false;
	return a->name == NULL || strcmp(a->name, b->name) == 0;
}

/* The line of OF that LINE was or will be; NULL: there is none. */
static const struct account_line *find_line(const struct account *of,
	const struct account_line *line)
{
	for (size_t i = 0; i < of->count; i++)
		if (same_line(line, &of->lines[i]))
			return &of->lines[i];
	return NULL;
}

static bool is_program(const struct account_line *line)
{
	return line->part == ACCOUNT_PROGRAMS && line->depth == 1;
}

/* Memory of programs that are gone. */
static int64_t gone_kib(const struct account *account, const struct account *then)
{
	int64_t kib = 0;

	for (size_t i = 0; i < then->count; i++)
		if (is_program(&then->lines[i]) && find_line(account, &then->lines[i]) == NULL)
			kib += (int64_t)then->lines[i].own_kib;
	return kib;
}

static double part_of(int64_t part, int64_t whole)
{
	return part > 0 ? (double)part / (double)whole : 0;
}

/* Programs that fork gain more, in sum, than the machine did, GAINED_KIB: all who gained have a
 * part of that, and so with losses.  Nobody's line moves for what others did, as shares do. */
static void settle_programs(struct account *account, const struct account *then, int64_t gained_kib)
{
	int64_t up_kib = 0, down_kib = -gone_kib(account, then);
	double up = 1, down = 1;

	for (size_t i = 0; i < account->count; i++)
		if (is_program(&account->lines[i])) {
			int64_t kib = account->lines[i].since_kib;
			*(kib > 0 ? &up_kib : &down_kib) += kib;
		}
	if (up_kib > 0 && up_kib + down_kib > gained_kib)
		up = part_of(gained_kib - down_kib, up_kib);
	else if (down_kib < 0)
		down = part_of(up_kib - gained_kib, -down_kib);
	for (size_t i = 0; i < account->count; i++)
		if (is_program(&account->lines[i])) {
			int64_t *kib = &account->lines[i].since_kib;
			*kib = (int64_t)((double)*kib * (*kib > 0 ? up : down));
		}
}

void account_compare(struct account *account, const struct account *then)
{
	int64_t gained_kib = 0;

	account->since_ms = then->at_ms;
	for (size_t i = 0; i < account->count; i++) {
		struct account_line *line = &account->lines[i];
		const struct account_line *before = find_line(then, line);

		line->since_known = line->known && then->at_ms != 0;
		line->since_kib = (int64_t)line->own_kib -
				  (int64_t)(before != NULL ? before->own_kib : 0);
		if (line->part == ACCOUNT_PROGRAMS && line->depth == 0)
			gained_kib = line->since_kib;
	}
	settle_programs(account, then, gained_kib);
}

/* Adds the lines below PART up, from the LEFT-th on, into one without a name. */
static void shorten(struct account *account, enum account_part part, size_t left)
{
	size_t kept = 0, seen = 0;
	struct account_line *rest = NULL;

	for (size_t i = 0; i < account->count; i++) {
		struct account_line line = account->lines[i];
		bool below = line.part == part && line.depth == 1;
		if (below && seen++ >= left && rest != NULL) {
			rest->kib += line.kib;
			rest->members += line.members;
			rest->since_kib += line.since_kib;
			free(line.name);
			continue;
		}
		account->lines[kept] = line;
		if (below && seen == left) {
			rest = &account->lines[kept];
			if (i + 1 < account->count && account->lines[i + 1].depth == 1) {
				free(rest->name);
				rest->name = NULL;
			}
		}
		kept++;
	}
	account->count = kept;
}

void account_shorten(struct account *account, size_t programs, size_t mounts)
{
	shorten(account, ACCOUNT_PROGRAMS, programs > 0 ? programs : 1);
	shorten(account, ACCOUNT_SHARED, mounts > 0 ? mounts : 1);
}

const char *account_name(const struct account_line *line)
{
	static const char *const names[ACCOUNT_PARTS] = {
		[ACCOUNT_PROGRAMS] = "anonymous memory of programs",
		[ACCOUNT_MAPPED] = "files, mapped by programs",
		[ACCOUNT_CACHE] = "files, only cached",
		[ACCOUNT_FILES] = "files, mapped or cached",
		[ACCOUNT_SHARED] = "shared memory and tmpfs",
		[ACCOUNT_SLAB_DROPPABLE] = "kernel caches, can be dropped",
		[ACCOUNT_SLAB] = "kernel objects, cannot",
		[ACCOUNT_PAGE_TABLES] = "page tables",
		[ACCOUNT_STACKS] = "kernel stacks",
		[ACCOUNT_HUGE] = "huge page pools",
		[ACCOUNT_COMPRESSED] = "compressed swap (zram, zswap)",
		[ACCOUNT_PERCPU] = "per-CPU data of the kernel",
		[ACCOUNT_VMALLOC] = "drivers and modules (vmalloc)",
		[ACCOUNT_ARC] = "cache of ZFS (ARC)",
		[ACCOUNT_GPU] = "graphics drivers",
		[ACCOUNT_BALLOON] = "lent to the host (balloon)",
		[ACCOUNT_CHARGED] = "the kernel's, for this container",
		[ACCOUNT_UNEXPLAINED] = "accounted for by nobody",
		[ACCOUNT_FREE] = "free",
	};

	if (line->name != NULL)
		return line->name;
	if (line->depth == 0)
		return names[line->part];
	return line->part == ACCOUNT_SHARED ? "shared memory, other mounts" : "all others";
}
