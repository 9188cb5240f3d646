/* SPDX-License-Identifier: GPL-2.0-or-later */
/* system - see system.h; knows nothing of processes */
#include "sample/system.h"

#include "frame/frame.h"
#include "sample/procfs.h"
#include "sample/sysparse.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

enum {
	RARE_MS = 30000,
	TEXT_ROOM = 16384, /* vmstat is about 4.5 KiB */
};

static int keep(int proc, const char *name)
{
	return openat(proc, name, O_RDONLY | O_CLOEXEC);
}

void system_init(struct system_state *system, struct libproc *lib, int proc)
{
	*system = (struct system_state){
		.lib = lib,
		.proc = proc,
		.page_kib = (unsigned)(sysconf(_SC_PAGESIZE) / 1024),
		.pressure_fd = keep(proc, "pressure/memory"),
		.vmstat_fd = keep(proc, "vmstat"),
		.meminfo_fd = keep(proc, "meminfo"),
	};
}

void system_done(struct system_state *system)
{
	if (system->pressure_fd >= 0)
		close(system->pressure_fd);
	if (system->vmstat_fd >= 0)
		close(system->vmstat_fd);
	if (system->meminfo_fd >= 0)
		close(system->meminfo_fd);
}

static void take_memory(struct system_figures *out, const struct libproc_memory *in)
{
	uint64_t cache = in->buffers + in->cached + in->slab_reclaimable;

	*out = (struct system_figures){
		.total_kib = in->total,
		.free_kib = in->free,
		.available_kib = in->available,
		.cache_kib = cache > in->shmem ? cache - in->shmem : 0,
		.shmem_kib = in->shmem,
		.anon_kib = in->anon,
		.mapped_kib = in->mapped,
		.dirty_kib = in->dirty + in->writeback,
		.slab_reclaimable_kib = in->slab_reclaimable,
		.slab_unreclaimable_kib = in->slab_unreclaimable,
		.page_tables_kib = in->page_tables,
		.kernel_stack_kib = in->kernel_stack,
		.huge_pool_kib = in->huge_total * in->huge_size,
		.swap_total_kib = in->swap_total,
		.swap_free_kib = in->swap_free,
	};
	if (in->available > 0)
		out->known |= SYSTEM_AVAILABLE;
}

static void take_pressure(const struct system_state *system, struct system_figures *figures)
{
	struct sysparse_pressure pressure;
	char text[256];
	ssize_t len;

	if (system->pressure_fd < 0)
		return;
	len = procfs_again(system->pressure_fd, text, sizeof(text));
	if (len <= 0 || sysparse_pressure(&pressure, text, (size_t)len) < 0)
		return;
	figures->psi_some_avg10 = pressure.some_avg10;
	figures->psi_full_avg10 = pressure.full_avg10;
	figures->known |= SYSTEM_PSI;
}

/* Events a second between two counts; 0 for a counter that went back. */
static double per_second(uint64_t now, uint64_t before, uint64_t ms)
{
	return now > before ? (double)(now - before) * 1000.0 / (double)ms : 0.0;
}

static void take_vmstat(struct system_state *system, uint64_t ms, struct system_figures *figures)
{
	const struct libproc_vmstat *before = &system->vmstat;
	struct libproc_vmstat now;

	system->swapping_out = false;
	if (libproc_vmstat(system->lib, &now) < 0) {
		system->vmstat_known = false;
		return;
	}
	figures->oom_kills = now.oom_kills;
	figures->known |= SYSTEM_OOM_KILLS;
	if (system->vmstat_known && ms > 0) {
		double page = system->page_kib;

		figures->swap_in_kib_s = page *
					 per_second(now.swap_in_pages, before->swap_in_pages, ms);
		figures->swap_out_kib_s = page * per_second(now.swap_out_pages,
							 before->swap_out_pages, ms);
		figures->major_faults_s = per_second(now.major_faults, before->major_faults, ms);
		figures->known |= SYSTEM_SWAP_RATE;
		system->swapping_out = now.swap_out_pages > before->swap_out_pages;
	}
	system->vmstat = now;
	system->vmstat_known = true;
}

static void take_refaults(struct system_state *system, uint64_t ms, struct system_figures *figures)
{
	char text[TEXT_ROOM];
	uint64_t now;
	ssize_t len = -EBADF;

	if (system->vmstat_fd >= 0)
		len = procfs_again(system->vmstat_fd, text, sizeof(text));
	if (len <= 0 || sysparse_refaults(&now, text, (size_t)len) < 0) {
		system->refaults_known = false;
		return;
	}
	if (system->refaults_known && ms > 0) {
		figures->refault_pages_s = per_second(now, system->refaults, ms);
		figures->known |= SYSTEM_REFAULT_RATE;
	}
	system->refaults = now;
	system->refaults_known = true;
}

static bool read_zram(unsigned n, uint64_t *kib)
{
	char path[64], text[256];
	ssize_t len;

	snprintf(path, sizeof(path), "/sys/block/zram%u/mm_stat", n);
	len = procfs_read_path(path, text, sizeof(text));
	return len > 0 && sysparse_zram(kib, text, (size_t)len) == 0;
}

static void take_zram(const struct system_state *system, struct system_figures *figures)
{
	for (unsigned n = 0; n < SYSTEM_ZRAM_MAX; n++) {
		uint64_t kib;

		if (!(system->zrams & 1u << n) || !read_zram(n, &kib))
			continue;
		figures->zram_kib += kib;
		figures->known |= SYSTEM_ZRAM;
	}
}

static size_t read_meminfo(const struct system_state *system, char text[TEXT_ROOM])
{
	ssize_t len = -EBADF;

	if (system->meminfo_fd >= 0)
		len = procfs_again(system->meminfo_fd, text, TEXT_ROOM);
	return len > 0 ? (size_t)len : 0;
}

/* What libproc2 does not read from there. */
static void take_meminfo(const struct system_state *system, struct system_figures *figures)
{
	char text[TEXT_ROOM];
	size_t len = read_meminfo(system, text);
	struct sysparse_zswap zswap;
	struct sysparse_kernel kernel;

	if (sysparse_kernel(&kernel, text, len) == 0) {
		figures->percpu_kib = kernel.percpu_kib;
		figures->vmalloc_kib = kernel.vmalloc_kib;
		figures->sec_page_tables_kib = kernel.sec_page_tables_kib;
		figures->hugetlb_kib = kernel.hugetlb_kib;
		figures->known |= SYSTEM_KERNEL;
	}
	if (!system->zswap || sysparse_zswap(&zswap, text, len) < 0)
		return;
	figures->zswap_kib = zswap.pool_kib;
	figures->zswapped_kib = zswap.stored_kib;
	figures->known |= SYSTEM_ZSWAP;
}

/* Compressed swap may be set up at any time, but that is rare. */
static void look_for_rare(struct system_state *system, uint64_t now_ms)
{
	struct sysparse_zswap zswap;
	char text[TEXT_ROOM];
	uint64_t kib;

	if (system->rare_ms != 0 && now_ms - system->rare_ms < RARE_MS)
		return;
	system->rare_ms = now_ms;
	size_t len = read_meminfo(system, text);
	system->zswap = sysparse_zswap(&zswap, text, len) == 0 && zswap.pool_kib > 0;
	system->zrams = 0;
	for (unsigned n = 0; n < SYSTEM_ZRAM_MAX; n++)
		if (read_zram(n, &kib) && kib > 0)
			system->zrams |= 1u << n;
		else if (n > 0)
			break;
}

int system_look(struct system_state *system, uint64_t now_ms, bool gap,
	struct system_figures *figures)
{
	struct libproc_memory memory;
	uint64_t ms = gap || now_ms < system->look_ms ? 0 : now_ms - system->look_ms;
	int error = libproc_memory(system->lib, &memory);

	if (error < 0)
		return error;
	take_memory(figures, &memory);
	take_pressure(system, figures);
	take_vmstat(system, ms, figures);
	take_refaults(system, ms, figures);
	look_for_rare(system, now_ms);
	take_zram(system, figures);
	take_meminfo(system, figures);
	system->look_ms = now_ms;
	return 0;
}
