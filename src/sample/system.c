/* SPDX-License-Identifier: GPL-2.0-or-later */
/* system - see system.h; knows nothing of processes */
#include "sample/system.h"

#include "base/amount.h"
#include "base/unfilled.h"
#include "frame/frame.h"
#include "sample/meminfo.h"
#include "sample/procfs.h"
#include "sample/scan.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	RARE_MS = 30000,
	/* vmstat is about 4.5 KiB, arcstats 6.  One at a time: every page of such a room counts as
	 * used, since hardened builds touch them all. */
	TEXT_ROOM = 16384,
	LINES_ROOM = 512, /* of a few short lines */
};

static const char *const file_names[SYSTEM_FILES] = {
	[SYSTEM_FILE_MEMINFO] = "meminfo",
	[SYSTEM_FILE_VMSTAT] = "vmstat",
	[SYSTEM_FILE_PRESSURE] = "pressure/memory",
	[SYSTEM_FILE_PRESSURE_CPU] = "pressure/cpu",
	[SYSTEM_FILE_PRESSURE_IO] = "pressure/io",
	[SYSTEM_FILE_LOADAVG] = "loadavg",
	[SYSTEM_FILE_ARC] = "spl/kstat/zfs/arcstats",
};

/* Opens what is not open yet: a module may be loaded, a file mounted later. */
static void open_files(struct system_state *system)
{
	for (int i = 0; i < SYSTEM_FILES; i++) {
		if (system->fds[i] >= 0)
			continue;
		system->fds[i] = openat(system->proc, file_names[i],
			O_RDONLY | O_CLOEXEC | O_NONBLOCK);
		system->errors[i] = system->fds[i] < 0 ? -errno : 0;
	}
}

/* In a container with lxcfs meminfo is a file of its own, of the container's memory, and the cache
 * of ZFS is still the host's: they belong together only where one file system has both. */
static bool same_machine(int meminfo, int arc)
{
	struct stat a, b;

	return meminfo >= 0 && arc >= 0 && fstat(meminfo, &a) == 0 && fstat(arc, &b) == 0 &&
	       a.st_dev == b.st_dev;
}

void system_init(struct system_state *system, int proc)
{
	*system = (struct system_state){
		.proc = proc,
		.page_kib = (unsigned)(sysconf(_SC_PAGESIZE) / 1024),
	};
	for (int i = 0; i < SYSTEM_FILES; i++)
		system->fds[i] = -1;
	open_files(system);
}

void system_done(struct system_state *system)
{
	for (int i = 0; i < SYSTEM_FILES; i++)
		if (system->fds[i] >= 0)
			close(system->fds[i]);
}

static size_t read_file(const struct system_state *system, enum system_file file, char *text,
	size_t cap)
{
	ssize_t len = -EBADF;

	if (system->fds[file] >= 0)
		len = procfs_again(system->fds[file], text, cap);
	return len > 0 ? (size_t)len : 0;
}

/* --- meminfo ---------------------------------------------------------------------------------- */

static void read_meminfo(const struct system_state *system, struct meminfo *info)
{
	char text[TEXT_ROOM] UNFILLED;

	meminfo_parse(info, text, read_file(system, SYSTEM_FILE_MEMINFO, text, sizeof(text)));
}

/* The figures of a line or two: LACKS is set where the first of them is not there. */
static uint64_t line_kib(const struct meminfo *info, enum meminfo_line line, uint32_t lacks,
	struct system_figures *out)
{
	if (!meminfo_has(info, line))
		out->known |= lacks;
	return info->kib[line];
}

/* Lines that came with later kernels: each has a bit of its own, since a kernel that lacks one
 * may have the next. */
static void take_kernel(const struct meminfo *info, struct system_figures *out)
{
	const struct {
		enum meminfo_line line;
		uint32_t bit;
		uint64_t *kib;
	} parts[] = {
		{ MEMINFO_PERCPU, SYSTEM_PERCPU, &out->percpu_kib },
		{ MEMINFO_VMALLOC, SYSTEM_VMALLOC, &out->vmalloc_kib },
		{ MEMINFO_SEC_PAGE_TABLES, SYSTEM_SEC_PAGE_TABLES, &out->sec_page_tables_kib },
		{ MEMINFO_HUGETLB, SYSTEM_HUGETLB, &out->hugetlb_kib },
		{ MEMINFO_BALLOON, SYSTEM_BALLOON, &out->balloon_kib },
	};

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (!meminfo_has(info, parts[i].line))
			continue;
		*parts[i].kib = info->kib[parts[i].line];
		out->known |= parts[i].bit;
	}
}

static void take_huge(const struct system_state *system, const struct meminfo *info,
	struct system_figures *out)
{
	if (!meminfo_has(info, MEMINFO_HUGETLB) && system->sys_huge_known)
		out->huge_pool_kib = system->sys_huge_kib;
	else if (!meminfo_huge_pool(info, &out->huge_pool_kib))
		out->known |= SYSTEM_NO_HUGE_POOL;
}

/* Only where it is on: the lines are there on every kernel that could have it. */
static void take_zswap(const struct system_state *system, const struct meminfo *info,
	struct system_figures *out)
{
	if (!system->zswap || !meminfo_has(info, MEMINFO_ZSWAP) ||
		!meminfo_has(info, MEMINFO_ZSWAPPED))
		return;
	out->zswap_kib = info->kib[MEMINFO_ZSWAP];
	out->zswapped_kib = info->kib[MEMINFO_ZSWAPPED];
	out->known |= SYSTEM_ZSWAP;
}

/* By the lines that are there; a container's /proc may be made by lxcfs and lack some. What a line
 * is missing for is not known then, instead of 0. */
static void take_memory(const struct system_state *system, const struct meminfo *info,
	struct system_figures *out)
{
	*out = (struct system_figures){ 0 };
	out->total_kib = line_kib(info, MEMINFO_TOTAL, SYSTEM_NO_TOTAL, out);
	out->free_kib = line_kib(info, MEMINFO_FREE, SYSTEM_NO_FREE, out);
	out->shmem_kib = line_kib(info, MEMINFO_SHMEM, SYSTEM_NO_SHMEM, out);
	out->anon_kib = line_kib(info, MEMINFO_ANON, SYSTEM_NO_ANON, out);
	out->mapped_kib = line_kib(info, MEMINFO_MAPPED, SYSTEM_NO_MAPPED, out);
	out->dirty_kib = line_kib(info, MEMINFO_DIRTY, SYSTEM_NO_DIRTY, out) +
			 info->kib[MEMINFO_WRITEBACK];
	out->slab_reclaimable_kib = line_kib(info, MEMINFO_SLAB_RECLAIMABLE, SYSTEM_NO_SLAB, out);
	out->slab_unreclaimable_kib = line_kib(info, MEMINFO_SLAB_UNRECLAIMABLE, SYSTEM_NO_SLAB,
		out);
	out->page_tables_kib = line_kib(info, MEMINFO_PAGE_TABLES, SYSTEM_NO_PAGE_TABLES, out);
	out->kernel_stack_kib = line_kib(info, MEMINFO_KERNEL_STACK, SYSTEM_NO_STACKS, out);
	out->swap_total_kib = line_kib(info, MEMINFO_SWAP_TOTAL, SYSTEM_NO_SWAP, out);
	out->swap_free_kib = line_kib(info, MEMINFO_SWAP_FREE, SYSTEM_NO_SWAP, out);
	if (!meminfo_has(info, MEMINFO_CACHED))
		out->known |= SYSTEM_NO_CACHE;
	else
		out->cache_kib = meminfo_cache_kib(info);
	if (meminfo_available(info, &out->available_kib))
		out->known |= SYSTEM_AVAILABLE;
	take_kernel(info, out);
	take_huge(system, info, out);
	take_zswap(system, info, out);
}

/* --- caches that are in no figure of the page cache ------------------------------------------- */

static void give_back(struct system_figures *figures, uint64_t kib)
{
	figures->available_kib += kib;
	if (figures->total_kib > 0)
		figures->available_kib = amount_smaller(figures->available_kib, figures->total_kib);
}

/* ZFS keeps its cache outside of the page cache, and gives most of it back when memory is short:
 * counted as used it would frighten for nothing. */
static void take_arc(const struct system_state *system, struct system_figures *figures)
{
	struct sysparse_arc arc;
	char text[TEXT_ROOM] UNFILLED;
	size_t len = system->arc_is_ours ? read_file(system, SYSTEM_FILE_ARC, text, sizeof(text))
					 : 0;

	if (len == 0 || sysparse_arc(&arc, text, len) < 0 || figures->total_kib == 0)
		return;
	figures->arc_kib = amount_smaller(arc.size_kib, figures->total_kib);
	figures->arc_reclaimable_kib = amount_smaller(arc.reclaimable_kib, figures->arc_kib);
	figures->known |= SYSTEM_ARC;
	give_back(figures, figures->arc_reclaimable_kib);
}

/* Pools of graphics drivers that can be given back; what they hold for good stays used. */
static void take_gpu(const struct meminfo *info, struct system_figures *figures)
{
	if (!meminfo_has(info, MEMINFO_GPU_ACTIVE) || !meminfo_has(info, MEMINFO_GPU_RECLAIM))
		return;
	figures->gpu_reclaimable_kib = info->kib[MEMINFO_GPU_RECLAIM];
	figures->gpu_kib = info->kib[MEMINFO_GPU_ACTIVE] + figures->gpu_reclaimable_kib;
	figures->known |= SYSTEM_GPU;
	give_back(figures, figures->gpu_reclaimable_kib);
}

/* --- pressure and load ------------------------------------------------------------------------ */

/* PSI may be off (CONFIG_PSI_DEFAULT_DISABLED), and then its files are not there or refuse to
 * be read: the pressure is not known, which is not the same as none. */
static void take_pressure(const struct system_state *system, struct system_figures *figures)
{
	const struct {
		enum system_file file;
		uint32_t some_bit, full_bit;
		double *some, *full; /* FULL NULL: of a CPU somebody always has it */
	} stalls[] = {
		{ SYSTEM_FILE_PRESSURE, SYSTEM_PSI, SYSTEM_PSI_FULL, &figures->psi_some_avg10,
			&figures->psi_full_avg10 },
		{ SYSTEM_FILE_PRESSURE_CPU, SYSTEM_PSI_CPU, 0, &figures->psi_cpu_avg10, NULL },
		{ SYSTEM_FILE_PRESSURE_IO, SYSTEM_PSI_IO, SYSTEM_PSI_IO_FULL,
			&figures->psi_io_avg10, &figures->psi_io_full_avg10 },
	};

	for (size_t i = 0; i < sizeof(stalls) / sizeof(stalls[0]); i++) {
		struct sysparse_pressure pressure;
		char text[LINES_ROOM] UNFILLED;
		size_t len = read_file(system, stalls[i].file, text, sizeof(text));

		if (len == 0 || sysparse_pressure(&pressure, text, len) < 0)
			continue;
		*stalls[i].some = pressure.some_avg10;
		figures->known |= stalls[i].some_bit;
		if (stalls[i].full == NULL || !pressure.full)
			continue;
		*stalls[i].full = pressure.full_avg10;
		figures->known |= stalls[i].full_bit;
	}
}

static void take_load(const struct system_state *system, struct system_figures *figures)
{
	struct sysparse_loadavg load;
	char text[LINES_ROOM] UNFILLED;
	size_t len = read_file(system, SYSTEM_FILE_LOADAVG, text, sizeof(text));

	if (len == 0 || sysparse_loadavg(&load, text, len) < 0)
		return;
	figures->load1 = load.load1;
	/* we run while we look */
	figures->running = load.running > 0 ? (uint32_t)amount_smaller(load.running - 1, UINT32_MAX)
					    : 0;
	figures->known |= SYSTEM_LOAD;
}

/* --- vmstat ----------------------------------------------------------------------------------- */

/* Events a second between two counts; 0 for a counter that went back. */
static double per_second(uint64_t now, uint64_t before, uint64_t ms)
{
	return now > before ? (double)(now - before) * 1000.0 / (double)ms : 0.0;
}

/* Each rate by itself: what a kernel does not count (or counted first in this look) is unknown,
 * not 0. */
static void take_rates(struct system_state *system, const struct sysparse_vmstat *now, uint64_t ms,
	struct system_figures *figures)
{
	const struct sysparse_vmstat *before = &system->vmstat;
	uint32_t both = now->known & before->known;
	double page = system->page_kib;

	if ((both & VMSTAT_SWAP_IN) && (both & VMSTAT_SWAP_OUT)) {
		double in = per_second(now->swap_in_pages, before->swap_in_pages, ms);
		double out = per_second(now->swap_out_pages, before->swap_out_pages, ms);

		figures->swap_in_kib_s = page * in;
		figures->swap_out_kib_s = page * out;
		figures->known |= SYSTEM_SWAP_RATE;
		system->swapping_out = now->swap_out_pages > before->swap_out_pages;
	}
	if (both & VMSTAT_MAJOR_FAULTS) {
		figures->major_faults_s = per_second(now->major_faults, before->major_faults, ms);
		figures->known |= SYSTEM_FAULT_RATE;
	}
	if (both & VMSTAT_REFAULTS) {
		figures->refault_pages_s = per_second(now->refault_pages, before->refault_pages,
			ms);
		figures->known |= SYSTEM_REFAULT_RATE;
	}
}

/* Whether the memory of processes may have changed without their doing since the look before; what
 * was before the first is in no figure yet. */
static bool takes_pages(const struct system_state *system, const struct sysparse_vmstat *now)
{
	const struct sysparse_vmstat *before = &system->vmstat;

	if (system->look_ms == 0 && (now->known & VMSTAT_TAKEN))
		return false;
	if (!(now->known & before->known & VMSTAT_TAKEN))
		return true;
	return now->taken_pages != before->taken_pages ||
	       now->swap_in_pages != before->swap_in_pages ||
	       now->swap_out_pages != before->swap_out_pages;
}

/* MS is the time since the look before, 0 where there is none or a gap: then no rate can be
 * made, but the counters become the base of the next one. */
static void take_vmstat(struct system_state *system, uint64_t ms, struct system_figures *figures)
{
	struct sysparse_vmstat now = { 0 };
	char text[TEXT_ROOM] UNFILLED;
	size_t len = read_file(system, SYSTEM_FILE_VMSTAT, text, sizeof(text));

	system->swapping_out = false;
	if (len > 0)
		sysparse_vmstat(&now, text, len);
	if (now.known & VMSTAT_OOM_KILLS) {
		figures->oom_kills = now.oom_kills;
		figures->known |= SYSTEM_OOM_KILLS;
	}
	if (ms > 0)
		take_rates(system, &now, ms, figures);
	system->taking = takes_pages(system, &now);
	system->vmstat = now;
}

/* --- zram, huge pages: folders of /sys -------------------------------------------------------- */

static bool read_zram(unsigned n, uint64_t *kib)
{
	char path[64], text[256];

	snprintf(path, sizeof(path), "/sys/block/zram%u/mm_stat", n);
	ssize_t len = procfs_read_path(path, text, sizeof(text));
	return len > 0 && sysparse_zram(kib, text, (size_t)len) == 0;
}

/* Compressed swap in memory: pages that were moved out are still in here, smaller. */
static void take_zram(const struct system_state *system, struct system_figures *figures)
{
	for (unsigned i = 0; i < system->nzrams; i++) {
		uint64_t kib;

		if (!read_zram(system->zrams[i], &kib))
			continue;
		figures->zram_kib += kib;
		figures->known |= SYSTEM_ZRAM;
	}
	if (figures->total_kib > 0)
		figures->zram_kib = amount_smaller(figures->zram_kib, figures->total_kib);
}

/* Numbers need not be without gaps: devices come and go. */
static void find_zram(void *context, const char *rest)
{
	struct system_state *system = context;
	struct scan digits = scan_over(rest, strlen(rest));
	uint64_t n, kib;

	if (system->nzrams == SYSTEM_ZRAM_MAX || !scan_u64(&digits, &n) || digits.at < digits.end ||
		n > UINT32_MAX)
		return;
	if (read_zram((unsigned)n, &kib) && kib > 0)
		system->zrams[system->nzrams++] = (unsigned)n;
}

/* "2048kB" of "hugepages-2048kB": all pages of that size, those lent out by the pool too. */
static void add_huge(void *context, const char *rest)
{
	struct system_state *system = context;
	struct scan size = scan_over(rest, strlen(rest));
	char path[128], text[32];
	uint64_t kib, pages, pool;

	if (!scan_u64(&size, &kib) || !scan_prefix(&size, "kB") || size.at < size.end)
		return;
	snprintf(path, sizeof(path), "/sys/kernel/mm/hugepages/hugepages-%llukB/nr_hugepages",
		(unsigned long long)kib);
	ssize_t len = procfs_read_path(path, text, sizeof(text));
	struct scan number = scan_over(text, len > 0 ? (size_t)len : 0);
	if (!scan_u64(&number, &pages) || __builtin_mul_overflow(kib, pages, &pool) ||
		__builtin_add_overflow(system->sys_huge_kib, pool, &system->sys_huge_kib))
		return;
	system->sys_huge_known = true;
}

/* Compressed swap, a cache of ZFS, pools of huge pages may be set up at any time, but that is
 * rare. */
static void look_for_rare(struct system_state *system, const struct meminfo *info, uint64_t now_ms)
{
	if (system->rare_ms != 0 && now_ms - system->rare_ms < RARE_MS)
		return;
	system->rare_ms = now_ms;
	open_files(system);
	system->arc_is_ours = same_machine(system->fds[SYSTEM_FILE_MEMINFO],
		system->fds[SYSTEM_FILE_ARC]);
	system->zswap = info->kib[MEMINFO_ZSWAP] > 0;
	system->nzrams = 0;
	procfs_names("/sys/block", "zram", find_zram, system);
	system->sys_huge_known = false;
	system->sys_huge_kib = 0;
	if (!meminfo_has(info, MEMINFO_HUGETLB))
		procfs_names("/sys/kernel/mm/hugepages", "hugepages-", add_huge, system);
}

void system_look(struct system_state *system, uint64_t now_ms, bool gap,
	struct system_figures *figures)
{
	uint64_t ms = gap || now_ms < system->look_ms ? 0 : now_ms - system->look_ms;
	struct meminfo info;

	read_meminfo(system, &info);
	look_for_rare(system, &info, now_ms);
	take_memory(system, &info, figures);
	take_arc(system, figures);
	take_gpu(&info, figures);
	take_pressure(system, figures);
	take_load(system, figures);
	take_vmstat(system, ms, figures);
	take_zram(system, figures);
	system->look_ms = now_ms;
}

/* --- what is missing -------------------------------------------------------------------------- */

/* Why FILE tells nothing; NULL: it tells something. */
static const char *why_silent(const struct system_state *system, enum system_file file)
{
	struct sysparse_vmstat vmstat;
	struct meminfo info;
	char text[TEXT_ROOM] UNFILLED;
	size_t len = read_file(system, file, text, sizeof(text));

	if (system->fds[file] < 0)
		return system->errors[file] == -ENOENT   ? "is missing"
		       : system->errors[file] == -EACCES ? "may not be read"
							 : "cannot be opened";
	if (len == 0)
		return procfs_again(system->fds[file], text, TEXT_ROOM) == 0 ? "is empty"
									     : "cannot be read";
	if (file == SYSTEM_FILE_VMSTAT)
		return sysparse_vmstat(&vmstat, text, len) == 0 ? NULL : "tells none of it";
	meminfo_parse(&info, text, len);
	return meminfo_has(&info, MEMINFO_TOTAL) ? NULL : "does not tell it";
}

void system_lacks(const struct system_state *system, bool subset, char out[SYSTEM_LACKS_MAX])
{
	const char *meminfo = why_silent(system, SYSTEM_FILE_MEMINFO);
	const char *vmstat = why_silent(system, SYSTEM_FILE_VMSTAT);

	out[0] = '\0';
	if (meminfo != NULL && subset)
		snprintf(out, SYSTEM_LACKS_MAX,
			"/proc is mounted with subset=pid, which hides the machine's own figures: "
			"only processes are shown.");
	else if (meminfo != NULL)
		snprintf(out, SYSTEM_LACKS_MAX,
			"How much memory this machine has is not known, /proc/meminfo %s: "
			"only processes are shown.",
			meminfo);
	else if (vmstat != NULL)
		snprintf(out, SYSTEM_LACKS_MAX,
			"Swap traffic, refaults and kills for want of memory are not known, "
			"/proc/vmstat %s.",
			vmstat);
}
