/* SPDX-License-Identifier: GPL-2.0-or-later */
/* memory_scan - whole stretches of a process's memory, page by page (memory.h)
 *
 * What is not in memory is zeros here, and told: a scan goes on over holes, where a read fails.
 */
#include "inspect/memory_priv.h"

#include <errno.h>
#include <string.h>
#include <sys/uio.h>

enum { SCAN_PAGES = 1024 }; /* looked up at a time */

/* Reads the COUNT pages at ADDRESS, all of which were there; what went away is zeros and 0. */
static ssize_t scan_run(struct memory *memory, uint64_t address, unsigned char *to, size_t count,
	unsigned char *present)
{
	size_t page = memory->page_size, done = 0;
	ssize_t there = 0;

	while (done < count) {
		struct iovec here = { to + done * page, (count - done) * page };
		struct iovec other = { (void *)(uintptr_t)(address + done * page),
			(count - done) * page };
		ssize_t n = process_vm_readv(memory->pid, &here, 1, &other, 1, 0);

		if (n < 0 && errno != EFAULT)
			return -errno;
		size_t whole = n > 0 ? (size_t)n / page : 0;
		there += (ssize_t)whole;
		done += whole;
		if (done < count) { /* unmapped since */
			memset(to + done * page, 0, page);
			present[done++] = 0;
		}
	}
	return there;
}

/* The same of a made image, for tests. */
static ssize_t image_scan(const struct memory *memory, uint64_t address, unsigned char *to,
	size_t count, unsigned char *present)
{
	ssize_t there = 0;

	for (size_t i = 0; i < count; i++) {
		unsigned char *page = to + i * memory->page_size;

		memset(page, 0, memory->page_size);
		present[i] = memory_image_read(memory, address + i * memory->page_size, page,
				     memory->page_size) == 0;
		there += present[i];
	}
	return there;
}

/* One batch of memory_scan: at most SCAN_PAGES. */
static ssize_t scan_some(struct memory *memory, uint64_t address, unsigned char *to, size_t count,
	unsigned char *present)
{
	size_t page = memory->page_size;
	ssize_t there = 0;

	if (memory->pid == 0)
		return image_scan(memory, address, to, count, present);
	memory_pages(memory, address, count, present);
	for (size_t at = 0, end; at < count; at = end) {
		for (end = at + 1; end < count && present[end] == present[at];)
			end++;
		if (!present[at]) {
			memset(to + at * page, 0, (end - at) * page);
			continue;
		}
		ssize_t n = scan_run(memory, address + at * page, to + at * page, end - at,
			present + at);
		if (n < 0)
			return n;
		there += n;
	}
	return there;
}

ssize_t memory_scan(struct memory *memory, uint64_t address, unsigned char *to, size_t size,
	unsigned char *present)
{
	size_t page = memory->page_size, count = size / page;
	unsigned char flags[SCAN_PAGES];
	ssize_t there = 0;
	uint64_t now_ms;

	if (address % page != 0 || size % page != 0 || address + size < address)
		return -EINVAL;
	for (size_t at = 0; at < count; at += SCAN_PAGES) {
		size_t some = count - at < SCAN_PAGES ? count - at : SCAN_PAGES;
		int error = memory_spend(memory, some * page, &now_ms);
		ssize_t n = error < 0 ? error
				      : scan_some(memory, address + at * page, to + at * page, some,
						flags);

		if (n < 0)
			return n;
		if (present != NULL)
			memcpy(present + at, flags, some);
		there += n;
	}
	return there;
}
