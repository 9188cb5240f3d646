/* SPDX-License-Identifier: GPL-2.0-or-later */
/* machine - the machine's own figures, in every frame that is a tick
 *
 * A figure is a member here, a bit of system_known where some machines lack it, a line at the end
 * of the table in frame/wire.c, and what sample/system.c reads.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* The system's figures, in every frame that is a tick.  Origin: proc_meminfo(5), proc_vmstat(5),
 * /proc/pressure.  Some places have no such file, or leave lines out: each figure is known by
 * itself.  The first bits say what is known; those that begin with NO say what is not, of figures
 * that any Linux is expected to have. */
enum system_known {
	SYSTEM_AVAILABLE = 1u << 0,
	SYSTEM_SWAP_RATE = 1u << 1, /* swap in, swap out: need two looks */
	SYSTEM_PSI = 1u << 2,       /* CONFIG_PSI and psi=1 */
	SYSTEM_OOM_KILLS = 1u << 3, /* vmstat oom_kill, 4.13 */
	SYSTEM_ZSWAP = 1u << 4,
	SYSTEM_ZRAM = 1u << 5,
	SYSTEM_REFAULT_RATE = 1u << 6,
	SYSTEM_PERCPU = 1u << 7, /* 4.20 */
	SYSTEM_VMALLOC = 1u << 8,
	SYSTEM_SEC_PAGE_TABLES = 1u << 9, /* 6.1 */
	SYSTEM_HUGETLB = 1u << 10,        /* 4.19 */
	SYSTEM_KERNEL = SYSTEM_PERCPU | SYSTEM_VMALLOC | SYSTEM_SEC_PAGE_TABLES | SYSTEM_HUGETLB,
	SYSTEM_FAULT_RATE = 1u << 11, /* major faults: need two looks */
	SYSTEM_ARC = 1u << 12,        /* ZFS */
	SYSTEM_GPU = 1u << 13,
	SYSTEM_BALLOON = 1u << 14,
	SYSTEM_PSI_CPU = 1u << 15,
	SYSTEM_PSI_IO = 1u << 16,
	SYSTEM_LOAD = 1u << 17,
	SYSTEM_PSI_FULL = 1u << 18,    /* of memory; some kernels tell "some" alone */
	SYSTEM_PSI_IO_FULL = 1u << 19, /* of io */

	SYSTEM_NO_TOTAL = 1u << 20,
	SYSTEM_NO_FREE = 1u << 21,
	SYSTEM_NO_CACHE = 1u << 22,
	SYSTEM_NO_SHMEM = 1u << 23,
	SYSTEM_NO_ANON = 1u << 24,
	SYSTEM_NO_MAPPED = 1u << 25,
	SYSTEM_NO_DIRTY = 1u << 26,
	SYSTEM_NO_SLAB = 1u << 27,
	SYSTEM_NO_PAGE_TABLES = 1u << 28,
	SYSTEM_NO_STACKS = 1u << 29,
	SYSTEM_NO_HUGE_POOL = 1u << 30,
	SYSTEM_NO_SWAP = 1u << 31,
	SYSTEM_LACKS = 0xfff00000u, /* all that begin with NO */
};

/* Whether a figure that goes by BIT is known, with the mask KNOWN; 0: always. */
static inline bool system_knows(uint32_t known, uint32_t bit)
{
	return bit == 0 || ((known & bit) != 0) != ((bit & SYSTEM_LACKS) != 0);
}

struct system_figures {
	uint32_t known;     /* enum system_known */
	uint64_t total_kib; /* MemTotal */
	uint64_t free_kib;  /* MemFree */
	/* MemAvailable (before 3.14 MemFree + cache), and what the ARC and drivers of graphics
	 * would give back, which is in neither; at most total */
	uint64_t available_kib;
	uint64_t cache_kib;  /* Buffers + Cached + SReclaimable - Shmem: what can be dropped */
	uint64_t shmem_kib;  /* Shmem: tmpfs and shared memory, only swap can take it */
	uint64_t anon_kib;   /* AnonPages */
	uint64_t mapped_kib; /* Mapped */
	uint64_t dirty_kib;  /* Dirty + Writeback */
	uint64_t slab_reclaimable_kib;
	uint64_t slab_unreclaimable_kib;
	uint64_t page_tables_kib;
	uint64_t kernel_stack_kib;
	/* Hugetlb, before 4.19 all of /sys/kernel/mm/hugepages: huge pages of all sizes */
	uint64_t huge_pool_kib;
	uint64_t swap_total_kib;
	uint64_t swap_free_kib;
	uint64_t zswap_kib;    /* Zswap: RAM the compressed pool takes */
	uint64_t zswapped_kib; /* Zswapped: what it holds, uncompressed */
	uint64_t zram_kib;     /* sum of mm_stat mem_used_total of /sys/block/zram* */
	double swap_in_kib_s;  /* pswpin */
	double swap_out_kib_s; /* pswpout */
	/* workingset_refault_anon + _file: pages needed again after eviction */
	double refault_pages_s;
	double major_faults_s; /* pgmajfault */
	/* percent of the last 10 s in which some task waited for memory */
	double psi_some_avg10;
	double psi_full_avg10; /* percent in which all did */
	uint64_t oom_kills;    /* since boot */
	uint32_t processes;    /* seen by the sampler, kernel threads included */
	uint64_t percpu_kib;   /* Percpu */
	uint64_t vmalloc_kib;  /* VmallocUsed: with the kernel stacks, where these are mapped */
	uint64_t sec_page_tables_kib; /* SecPageTables: of virtual machines and devices */
	uint64_t hugetlb_kib;         /* Hugetlb: huge page pools of all sizes */
	/* pids known to exist that may not be looked at (hidepid), 0 if unknown */
	uint32_t hidden;
	uint64_t arc_kib;             /* spl/kstat/zfs/arcstats size: the cache of ZFS */
	uint64_t arc_reclaimable_kib; /* size - c_min */
	uint64_t gpu_kib;             /* GPUActive + GPUReclaim: pages of graphics drivers */
	uint64_t gpu_reclaimable_kib; /* GPUReclaim */
	uint64_t balloon_kib;         /* Balloon: lent to the host of a virtual machine */
	/* percent of the last 10 s in which some task waited: pressure/cpu and io */
	double psi_cpu_avg10;
	double psi_io_avg10;
	double psi_io_full_avg10;
	double load1;     /* loadavg of a minute: tasks that run, want to, or wait for a disk */
	uint32_t running; /* tasks that run or want to, this look's own not counted */
};

/* Memory left for programs: `available_kib`, of old recordings that lack it free + cache. */
static inline uint64_t frame_available_kib(const struct system_figures *system)
{
	return system->known & SYSTEM_AVAILABLE ? system->available_kib
						: system->free_kib + system->cache_kib;
}

/* Whether the machine says how much memory it has and how much of it is left: without that no
 * share, no room and no end can be told. */
static inline bool frame_knows_memory(const struct system_figures *system)
{
	return system->total_kib > 0 && !(system->known & SYSTEM_NO_TOTAL) &&
	       (system->known & SYSTEM_AVAILABLE || !(system->known & SYSTEM_NO_FREE));
}
