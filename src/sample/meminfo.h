/* SPDX-License-Identifier: GPL-2.0-or-later */
/* meminfo - proc_meminfo(5), each line by itself
 *
 * Kernels of several ages, containers (lxcfs), emulations (WSL 1, gVisor) and a read that is cut
 * off each leave some lines out, and what they fill in need not fit together: a figure that went
 * below zero, more swap free than there is, more available than there is.  A line that is missing
 * is a figure that is not known; contradictions are settled here, once, so that nobody behind has
 * to.  Pure, bounded, on anything.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum meminfo_line {
	MEMINFO_TOTAL,
	MEMINFO_FREE,
	MEMINFO_AVAILABLE,
	MEMINFO_BUFFERS,
	MEMINFO_CACHED,
	MEMINFO_SHMEM,
	MEMINFO_ANON,
	MEMINFO_MAPPED,
	MEMINFO_DIRTY,
	MEMINFO_WRITEBACK,
	MEMINFO_SLAB_RECLAIMABLE,
	MEMINFO_SLAB_UNRECLAIMABLE,
	MEMINFO_PAGE_TABLES,
	MEMINFO_KERNEL_STACK,
	MEMINFO_SWAP_TOTAL,
	MEMINFO_SWAP_FREE,
	MEMINFO_ZSWAP,
	MEMINFO_ZSWAPPED,
	MEMINFO_PERCPU,
	MEMINFO_VMALLOC,
	MEMINFO_SEC_PAGE_TABLES,
	MEMINFO_HUGETLB,    /* 4.19: the pools of all sizes */
	MEMINFO_HUGE_PAGES, /* pages of the default size */
	MEMINFO_HUGE_SIZE,  /* KiB of one of them */
	MEMINFO_GPU_ACTIVE,
	MEMINFO_GPU_RECLAIM,
	MEMINFO_BALLOON,
	MEMINFO_LINES
};

struct meminfo {
	uint64_t kib[MEMINFO_LINES]; /* pages where said above; 0 if it is not there */
	uint32_t has;                /* bit N: line N is there */
};

static inline bool meminfo_has(const struct meminfo *info, enum meminfo_line line)
{
	return info->has >> line & 1;
}

/* All lines that are whole; none of them is larger than what it is a part of.  A text without any
 * leaves `has` 0. */
void meminfo_parse(struct meminfo *info, const char *text, size_t len);

/* Buffers + Cached + SReclaimable - Shmem: what can be dropped, at most what is not free. */
uint64_t meminfo_cache_kib(const struct meminfo *info);

/* MemAvailable, and on kernels before 3.14, which do not say it, MemFree and that cache.  False
 * where not even those are known. */
bool meminfo_available(const struct meminfo *info, uint64_t *kib);

/* The huge page pools: Hugetlb, before 4.19 pages of the default size times their size.  False
 * where neither is told. */
bool meminfo_huge_pool(const struct meminfo *info, uint64_t *kib);
