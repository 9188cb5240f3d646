/* SPDX-License-Identifier: GPL-2.0-or-later */
/* meminfo - see meminfo.h; pure */
#include "sample/meminfo.h"

#include "sample/scan.h"

/* Larger than any memory: what a subtraction left that went below zero, in KiB or made of bytes. */
#define BELOW_ZERO (UINT64_C(1) << 52)

static const char *const keys[MEMINFO_LINES] = {
	[MEMINFO_TOTAL] = "MemTotal",
	[MEMINFO_FREE] = "MemFree",
	[MEMINFO_AVAILABLE] = "MemAvailable",
	[MEMINFO_BUFFERS] = "Buffers",
	[MEMINFO_CACHED] = "Cached",
	[MEMINFO_SHMEM] = "Shmem",
	[MEMINFO_ANON] = "AnonPages",
	[MEMINFO_MAPPED] = "Mapped",
	[MEMINFO_DIRTY] = "Dirty",
	[MEMINFO_WRITEBACK] = "Writeback",
	[MEMINFO_SLAB_RECLAIMABLE] = "SReclaimable",
	[MEMINFO_SLAB_UNRECLAIMABLE] = "SUnreclaim",
	[MEMINFO_PAGE_TABLES] = "PageTables",
	[MEMINFO_KERNEL_STACK] = "KernelStack",
	[MEMINFO_SWAP_TOTAL] = "SwapTotal",
	[MEMINFO_SWAP_FREE] = "SwapFree",
	[MEMINFO_ZSWAP] = "Zswap",
	[MEMINFO_ZSWAPPED] = "Zswapped",
	[MEMINFO_PERCPU] = "Percpu",
	[MEMINFO_VMALLOC] = "VmallocUsed",
	[MEMINFO_SEC_PAGE_TABLES] = "SecPageTables",
	[MEMINFO_HUGETLB] = "Hugetlb",
	[MEMINFO_HUGE_PAGES] = "HugePages_Total",
	[MEMINFO_HUGE_SIZE] = "Hugepagesize",
	[MEMINFO_GPU_ACTIVE] = "GPUActive",
	[MEMINFO_GPU_RECLAIM] = "GPUReclaim",
	[MEMINFO_BALLOON] = "Balloon",
};

/* With the colon, as some keys are the beginning of others (Swap, SwapCached). */
static bool is_key(struct scan *line, const char *key)
{
	struct scan try = *line;

	if (line->at == line->end || *line->at != *key)
		return false;
	if (!scan_prefix(&try, key) || !scan_prefix(&try, ":"))
		return false;
	*line = try;
	return true;
}

/* Kernels print lines in one order: the search goes on behind the key found last. */
static void take_line(struct meminfo *info, struct scan line, int *next)
{
	uint64_t value;

	for (int i = 0; i < MEMINFO_LINES; i++) {
		int at = (*next + i) % MEMINFO_LINES;

		if (!is_key(&line, keys[at]))
			continue;
		*next = at + 1;
		if (scan_u64(&line, &value)) {
			info->kib[at] = value < BELOW_ZERO ? value : 0;
			info->has |= 1u << at;
		}
		return;
	}
}

static void at_most(struct meminfo *info, enum meminfo_line line, uint64_t kib)
{
	if (info->kib[line] > kib)
		info->kib[line] = kib;
}

/* Lines that may honestly be larger than MemTotal: swap and what was compressed into it, and
 * counts of pages. All others are checked against it. */
static bool is_part_of_memory(int line)
{
	switch (line) {
	case MEMINFO_SWAP_TOTAL:
	case MEMINFO_SWAP_FREE:
	case MEMINFO_ZSWAPPED:
	case MEMINFO_HUGE_PAGES:
	case MEMINFO_HUGE_SIZE:
		return false;
	default:
		return true;
	}
}

/* A part is not larger than the whole; a machine without memory has not said how much it has. */
static void settle_parts(struct meminfo *info)
{
	uint64_t total_kib = info->kib[MEMINFO_TOTAL];

	if (total_kib == 0)
		info->has &= ~(1u << MEMINFO_TOTAL);
	for (int i = 0; i < MEMINFO_LINES && total_kib > 0; i++)
		if (is_part_of_memory(i))
			at_most(info, (enum meminfo_line)i, total_kib);
	if (!meminfo_has(info, MEMINFO_SWAP_TOTAL)) {
		info->kib[MEMINFO_SWAP_FREE] = 0;
		info->has &= ~(1u << MEMINFO_SWAP_FREE);
	}
	at_most(info, MEMINFO_SWAP_FREE, info->kib[MEMINFO_SWAP_TOTAL]);
}

void meminfo_parse(struct meminfo *info, const char *text, size_t len)
{
	struct scan scan = scan_over(text, len), line;
	int next = 0;

	*info = (struct meminfo){ 0 };
	/* a line without its end may have lost digits */
	while (scan_line(&scan, &line) && line.end < scan.end)
		take_line(info, line, &next);
	settle_parts(info);
}

static uint64_t capped_sum(uint64_t a, uint64_t b)
{
	return a + b; /* neither exceeds BELOW_ZERO by much */
}

uint64_t meminfo_cache_kib(const struct meminfo *info)
{
	const uint64_t *kib = info->kib;
	uint64_t cache = capped_sum(capped_sum(kib[MEMINFO_BUFFERS], kib[MEMINFO_CACHED]),
		kib[MEMINFO_SLAB_RECLAIMABLE]);
	uint64_t most = kib[MEMINFO_TOTAL] > kib[MEMINFO_FREE]
				? kib[MEMINFO_TOTAL] - kib[MEMINFO_FREE]
				: 0;

	cache = cache > kib[MEMINFO_SHMEM] ? cache - kib[MEMINFO_SHMEM] : 0;
	return meminfo_has(info, MEMINFO_TOTAL) && cache > most ? most : cache;
}

bool meminfo_available(const struct meminfo *info, uint64_t *kib)
{
	if (meminfo_has(info, MEMINFO_AVAILABLE)) {
		*kib = info->kib[MEMINFO_AVAILABLE];
		return true;
	}
	if (!meminfo_has(info, MEMINFO_FREE))
		return false;
	*kib = capped_sum(info->kib[MEMINFO_FREE], meminfo_cache_kib(info));
	return true;
}

bool meminfo_huge_pool(const struct meminfo *info, uint64_t *kib)
{
	uint64_t pages = info->kib[MEMINFO_HUGE_PAGES], size = info->kib[MEMINFO_HUGE_SIZE];
	uint64_t most = info->kib[MEMINFO_TOTAL], pool;

	if (meminfo_has(info, MEMINFO_HUGETLB)) {
		*kib = info->kib[MEMINFO_HUGETLB];
		return true;
	}
	if (!meminfo_has(info, MEMINFO_HUGE_PAGES) || !meminfo_has(info, MEMINFO_HUGE_SIZE))
		return false;
	if (__builtin_mul_overflow(pages, size, &pool) || (most > 0 && pool > most))
		pool = most;
	*kib = pool;
	return true;
}
