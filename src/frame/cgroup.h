/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cgroup - what one look found of a cgroup: a part of a frame (frame.h, whose rules hold here) */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum cgroup_known {
	CGROUP_EVENTS = 1u << 0,    /* events_max; of v1 failcnt */
	CGROUP_PRESSURE = 1u << 1,  /* memory.pressure: v2 with PSI */
	CGROUP_HIGH = 1u << 2,      /* events_high: v2 */
	CGROUP_OOMS = 1u << 3,      /* ooms: v2 */
	CGROUP_PROTECTED = 1u << 4, /* protected: v2 */
	CGROUP_PARTS = 1u << 5,     /* anon, file, shmem: memory.stat was read */
	CGROUP_OWN = 1u << 6,       /* own */
	CGROUP_NUMBER = 1u << 7,    /* number */
	CGROUP_PEAK = 1u << 8,      /* peak: v1, and v2 since 5.19 */
	CGROUP_OOM_GROUP = 1u << 9, /* oom_group: v2 */
	CGROUP_NO_KILLS = 1u << 10, /* oom_kills is not known: v1 before 4.13 */
	/* nothing is, as no memory controller is there */
	CGROUP_NO_MEMORY = 1u << 11,
	CGROUP_PRESSURE_FULL = 1u << 12, /* its second line */
};

/* A cgroup that has a process or has one below it, or the sampler in it.  UINT64_MAX: no limit.
 * Origin: memory.current/.max/.high/.swap.* (v2), memory.usage_in_bytes, memory.limit_in_bytes,
 * memory.memsw.* (v1). */
struct cgroup_figures {
	const char *path;
	uint32_t known; /* enum cgroup_known */
	uint64_t usage_kib;
	/* what the kernel drops before it kills.  Origin: memory.stat, inactive_file + active_file
	 * - file_dirty - file_writeback + slab_reclaimable + unmapped_kib of cgroup_parts; of v1
	 * total_inactive_file + total_active_file - total_dirty - total_writeback + the same */
	uint64_t reclaimable_kib;
	uint64_t max_kib;
	uint64_t high_kib;
	uint64_t swap_usage_kib;
	uint64_t swap_max_kib;
	uint64_t oom_kills;
	uint64_t events_high; /* times it was slowed down for being past `high` */
	uint64_t events_max;  /* times it was about to go past `max` */
	/* percent of the last 10 s in which some task of it waited for memory */
	double psi_some_avg10;
	double psi_full_avg10;
	uint64_t ooms; /* times the limit was met and nothing could be reclaimed */
	/* the larger of memory.min and .low: so much of it is left alone when a cgroup above it
	 * needs memory, not when it meets a limit of its own */
	uint64_t protected_kib;
	bool own;           /* the sampler lives in it, and in none below it that is known */
	uint64_t anon_kib;  /* memory.stat anon; total_rss */
	uint64_t file_kib;  /* file, with shmem; total_cache */
	uint64_t shmem_kib; /* shmem: shared memory and tmpfs; total_shmem */
	uint32_t number;    /* what it is called in the next three, from 1; taken again when gone */
	uint64_t peak_kib;  /* memory.peak, memory.max_usage_in_bytes: the highest usage ever */
	bool oom_group;     /* memory.oom.group: a kill takes all that is in it */
};

/* The usage of a cgroup, where nothing else of it is new. */
struct cgroup_usage {
	uint32_t number;
	uint64_t usage_kib;
};

enum cgroup_parts_known {
	CGROUP_KERNEL = 1u << 0, /* kernel: v2 since 5.18, v1 with kmem */
	CGROUP_SLAB = 1u << 1,   /* the two slabs: v2 */
	CGROUP_SWAP = 1u << 2,
	CGROUP_ZSWAP = 1u << 3,
	CGROUP_TABLES = 1u << 4, /* page_tables: v2 since 5.13 */
	CGROUP_SOCK = 1u << 5,   /* sock: v2, v1 with kmem.tcp */
	CGROUP_LISTS = 1u << 6,  /* unmapped, locked */
	CGROUP_BOTH = 1u << 7,   /* swap_cached: v2 since 5.12 */
	CGROUP_HUGE = 1u << 8,   /* huge: v2 since 6.13, where they are charged */
	CGROUP_MAPPED = 1u << 9, /* mapped: of those that the sampler is in or below */
};

/* The kinds of a cgroup's memory, at one look: together they are its usage, but for what the kernel
 * has charged ahead.  Origin: memory.stat and memory.swap.current; of v1 the total_* of
 * memory.stat, memory.kmem.usage_in_bytes and memory.kmem.tcp.usage_in_bytes. */
struct cgroup_parts {
	uint32_t number;
	uint32_t known;                /* enum cgroup_parts_known */
	uint32_t age_ms;               /* at the frame's time */
	uint64_t usage_kib;            /* read just before */
	uint64_t anon_kib;             /* anon; total_rss */
	uint64_t shmem_kib;            /* shmem: shared memory and tmpfs; total_shmem */
	uint64_t file_kib;             /* file - shmem; total_cache - total_shmem */
	uint64_t dirty_kib;            /* of file: file_dirty + file_writeback */
	uint64_t kernel_kib;           /* kernel: all that follows but sock, and what has no name */
	uint64_t slab_reclaimable_kib; /* what can be dropped of it */
	uint64_t slab_unreclaimable_kib;
	uint64_t page_tables_kib; /* pagetables + sec_pagetables */
	uint64_t sock_kib;        /* sock: buffers of network connections */
	uint64_t swap_kib;        /* memory.swap.current; total_swap */
	uint64_t zswap_kib;       /* zswap: of the kernel's, compressed pages */
	uint64_t zswapped_kib;    /* zswapped: what they were, in swap_kib */
	uint64_t reclaimable_kib; /* what the kernel drops before it kills, as in cgroup_figures */
	/* charged, and neither in a process nor in a file: the lists of pages less anon and file.
	 * Swap cache, and freed parts of huge pages that are not split yet: dropped when needed */
	uint64_t unmapped_kib;
	/* of file: what cannot be dropped, as it is locked in memory, ramfs or memfd_secret(2) */
	uint64_t locked_kib;
	uint64_t swap_cached_kib; /* swapcached: of swap_kib, what lies in memory as well */
	uint64_t huge_kib;        /* hugetlb */
	uint64_t mapped_kib;      /* file_mapped; total_mapped_file: of shmem and file */
};
