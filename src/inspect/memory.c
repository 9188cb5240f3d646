/* SPDX-License-Identifier: GPL-2.0-or-later */
/* memory - see memory.h; what is in memory, and reads of that alone
 *
 * Between the look at the page map and the read a page may be swapped out, and the read brings it
 * back.  That is as rare as the time between the two is short: PRESENT_MS.
 */
#include "inspect/memory_priv.h"

#include "base/clock.h"
#include "base/order.h"
#include "base/proc_start.h"
#include "base/xalloc.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

enum {
	ABSENT_MS = 1,           /* that a page is not there counts no longer */
	PRESENT_MS = 50,         /* for so long a look at the page map counts */
	VECTORS = 512,           /* at most IOV_MAX, and as much as fits on the stack */
	PAGEMAP_ENTRY = 8,       /* bytes a page: proc_pid_pagemap(5) */
	PAGEMAP_PRESENT_BIT = 63 /* in memory */
};

/* --- opening --- */

static struct memory *make_memory(void)
{
	struct memory *memory = xalloc_zero(1, sizeof(*memory));

	memory->dir = memory->pagemap = -1;
	memory->page_size = (uint32_t)sysconf(_SC_PAGESIZE);
	memory->bytes_most = memory->until_ms = UINT64_MAX;
	memory->windows = xalloc_zero(WINDOWS, sizeof(*memory->windows));
	return memory;
}

/* Whether the kernel lets us read it at all: one word of the first page that is there. */
static int try_read(struct memory *memory)
{
	unsigned char there;
	uint64_t word;

	for (size_t i = 0; i < memory->count; i++) {
		const struct memory_region *region = &memory->regions[i];

		if ((region->flags & MEMORY_READ) == 0 || (region->flags & MEMORY_KERNEL) != 0 ||
			memory_pages(memory, region->start, 1, &there) == 0)
			continue;
		int error = memory_word(memory, region->start, &word);
		if (error != -EFAULT)
			return error;
	}
	return -EFAULT;
}

/* The process's files are opened below a descriptor of its folder and the start time is compared
 * once that is held, so that all are of the process that was meant. Whether its memory may be read
 * at all is tried at once. */
static int open_process(struct memory *memory, uint64_t start)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/%d", (int)memory->pid);
	memory->dir = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (memory->dir < 0 || proc_start_ticks(memory->dir) != start)
		return -ESRCH;
	memory->pagemap = openat(memory->dir, "pagemap", O_RDONLY | O_CLOEXEC);
	if (memory->pagemap < 0)
		return -errno;
	int error = memory_refresh(memory);
	return error < 0 ? error : try_read(memory);
}

struct memory *memory_open(pid_t pid, uint64_t start, int *error)
{
	struct memory *memory = make_memory();

	memory->pid = pid;
	memory->start_ticks = start;
	*error = pid > 0 ? open_process(memory, start) : -ESRCH;
	if (*error == 0)
		return memory;
	/* a thread of the kernel, or one that has ended and was not waited for */
	if (*error == -ESRCH && memory->dir >= 0 && proc_start_ticks(memory->dir) == start)
		*error = -EFAULT;
	memory_close(memory);
	return NULL;
}

struct memory *memory_of_image(const struct memory_region *regions, size_t count,
	const unsigned char *const bytes[])
{
	struct memory *memory = make_memory();
	size_t len = 0, at = 0;

	for (size_t i = 0; i < count; i++)
		len += strlen(regions[i].name) + 1;
	memory->names = xalloc(len + 1);
	memory->regions = xalloc_zero(count + 1, sizeof(*regions));
	memory->images = xalloc_zero(count + 1, sizeof(*memory->images));
	memory->count = count;
	for (size_t i = 0; i < count; i++) {
		len = strlen(regions[i].name) + 1;
		memcpy(memory->names + at, regions[i].name, len);
		memory->regions[i] = regions[i];
		memory->regions[i].name = memory->names + at;
		memory->images[i] = bytes[i];
		at += len;
	}
	return memory;
}

void memory_close(struct memory *memory)
{
	if (memory == NULL)
		return;
	memory_files_close(memory);
	memory_lists_free(memory);
	if (memory->dir >= 0)
		close(memory->dir);
	if (memory->pagemap >= 0)
		close(memory->pagemap);
	free(memory->images);
	free(memory->windows);
	free(memory);
}

const struct memory_region *memory_regions(const struct memory *memory, size_t *count)
{
	*count = memory->count;
	return memory->regions;
}

const struct memory_region *memory_region_at(const struct memory *memory, uint64_t address)
{
	size_t upto = order_upto(memory->regions, memory->count, sizeof(memory->regions[0]),
		offsetof(struct memory_region, start), address);

	return upto > 0 && address < memory->regions[upto - 1].end ? &memory->regions[upto - 1]
								   : NULL;
}

uint32_t memory_page_size(const struct memory *memory)
{
	return memory->page_size;
}

pid_t memory_pid(const struct memory *memory)
{
	return memory->pid;
}

bool memory_same(const struct memory *memory)
{
	uint64_t entry;
	const struct memory_region *first = memory->regions;

	if (memory->pid == 0)
		return true;
	if (proc_start_ticks(memory->dir) != memory->start_ticks || memory->count == 0)
		return false;
	/* the page map that was opened ends with the program that was run then */
	return pread(memory->pagemap, &entry, sizeof(entry),
		       (off_t)(first->start / memory->page_size * PAGEMAP_ENTRY)) == sizeof(entry);
}

/* --- the budget --- */

void memory_budget(struct memory *memory, uint64_t bytes, uint32_t ms)
{
	if (bytes != 0)
		memory->bytes_most = memory->bytes_read + bytes;
	if (ms != 0)
		memory->until_ms = clock_boot_ms() + ms;
	memory->late = false;
}

int memory_spent(const struct memory *memory)
{
	if (memory->late)
		return -ETIME;
	return memory->bytes_read >= memory->bytes_most ? -E2BIG : 0;
}

/* Accounts for SIZE bytes that are to be read; *NOW_MS is the time. */
int memory_spend(struct memory *memory, uint64_t size, uint64_t *now_ms)
{
	*now_ms = clock_boot_ms();
	memory->late |= *now_ms > memory->until_ms;
	if (memory_spent(memory) < 0)
		return memory_spent(memory);
	memory->bytes_read += size;
	return 0;
}

/* --- which pages --- */

/* Which pages are in memory, by pagemap: a page that is not would be brought in from swap or disk
 * by our read, which would change what we look at and make it wait. */
static void read_window(struct memory *memory, struct memory_window *window, uint64_t page)
{
	uint64_t entries[WINDOW_PAGES];
	ssize_t n = pread(memory->pagemap, entries, sizeof(entries), (off_t)(page * PAGEMAP_ENTRY));
	size_t count = n > 0 ? (size_t)n / PAGEMAP_ENTRY : 0;

	memset(window->bits, 0, sizeof(window->bits));
	for (size_t i = 0; i < count; i++)
		window->bits[i / 64] |= (entries[i] >> PAGEMAP_PRESENT_BIT) << (i % 64);
	window->page = page;
}

/* The window page number PAGE is in, not older than MOST_MS. */
static const struct memory_window *window_of(struct memory *memory, uint64_t page, uint64_t now_ms,
	uint64_t most_ms)
{
	uint64_t first = page - page % WINDOW_PAGES;
	struct memory_window *window = &memory->windows[first / WINDOW_PAGES % WINDOWS];

	if (window->read_ms == 0 || window->page != first || now_ms - window->read_ms > most_ms) {
		read_window(memory, window, first);
		window->read_ms = now_ms > 0 ? now_ms : 1;
	}
	return window;
}

static bool image_has(const struct memory *memory, uint64_t address)
{
	const struct memory_region *region = memory_region_at(memory, address);

	return region != NULL && memory->images[region - memory->regions] != NULL;
}

static bool page_there(struct memory *memory, uint64_t page, uint64_t now_ms)
{
	if (memory->pid == 0)
		return image_has(memory, page * memory->page_size);
	const struct memory_window *window = window_of(memory, page, now_ms, PRESENT_MS);
	size_t bit = page % WINDOW_PAGES;

	/* a program that grows has touched it since, maybe: new objects lie in new pages */
	if ((window->bits[bit / 64] >> (bit % 64) & 1) == 0)
		window = window_of(memory, page, now_ms, ABSENT_MS);
	return window->bits[bit / 64] >> (bit % 64) & 1;
}

/* All pages or none: what lies across the edge of an absent one is not read in part. */
static bool pages_there(struct memory *memory, uint64_t address, size_t size, uint64_t now_ms)
{
	uint64_t last = (address + size - 1) / memory->page_size;

	if (size == 0 || address + size < address)
		return false;
	for (uint64_t page = address / memory->page_size; page <= last; page++)
		if (!page_there(memory, page, now_ms))
			return false;
	return true;
}

size_t memory_pages(struct memory *memory, uint64_t address, size_t count, unsigned char *present)
{
	uint64_t now_ms = clock_boot_ms(), page = address / memory->page_size;
	size_t there = 0;

	for (size_t i = 0; i < count; i++) {
		present[i] = page_there(memory, page + i, now_ms);
		there += present[i];
	}
	return there;
}

/* --- reading --- */

int memory_image_read(const struct memory *memory, uint64_t address, void *to, size_t size)
{
	const struct memory_region *region = memory_region_at(memory, address);
	const unsigned char *bytes = NULL;

	if (region != NULL && size <= region->end - address)
		bytes = memory->images[region - memory->regions];
	if (bytes == NULL)
		return -EFAULT;
	memcpy(to, bytes + (address - region->start), size);
	return 0;
}

/* In part is as good as not at all: what is behind the first page that is missing is not ours to
 * guess. */
static int transfer(const struct memory *memory, uint64_t address, void *to, size_t size)
{
	struct iovec here = { .iov_base = to, .iov_len = size };
	struct iovec there = { .iov_base = (void *)(uintptr_t)address, .iov_len = size };
	ssize_t n = process_vm_readv(memory->pid, &here, 1, &there, 1, 0);

	if (n < 0)
		return -errno;
	return n == (ssize_t)size ? 0 : -EFAULT;
}

/* Pages that are not in memory may be in a file. */
static int absent_read(struct memory *memory, uint64_t address, void *to, size_t size)
{
	const struct memory_region *region = memory_region_at(memory, address);

	if (region == NULL || size > region->end - address)
		return -EFAULT;
	return memory_file_read(memory, region, address, to, size);
}

int memory_read(struct memory *memory, uint64_t address, void *to, size_t size)
{
	uint64_t now_ms;
	int error = memory_spend(memory, size, &now_ms);

	if (error < 0)
		return error;
	if (size == 0 || address + size < address)
		return -EFAULT;
	if (memory->pid == 0)
		return memory_image_read(memory, address, to, size);
	if (!pages_there(memory, address, size, now_ms))
		return absent_read(memory, address, to, size);
	return transfer(memory, address, to, size);
}

int memory_word(struct memory *memory, uint64_t address, uint64_t *word)
{
	return memory_read(memory, address, word, sizeof(*word));
}

/* Takes those of COUNT pieces that have error -EINPROGRESS; what cannot be had gets -EFAULT. */
static int take_batch(const struct memory *memory, struct memory_piece *pieces, size_t count)
{
	struct iovec here[VECTORS], there[VECTORS];
	size_t of[VECTORS], wanted = 0, done = 0;

	for (size_t i = 0; i < count; i++)
		if (pieces[i].error == -EINPROGRESS) {
			here[wanted] = (struct iovec){ pieces[i].to, pieces[i].size };
			there[wanted] = (struct iovec){ (void *)(uintptr_t)pieces[i].address,
				pieces[i].size };
			of[wanted++] = i;
		}
	while (done < wanted) {
		ssize_t n = process_vm_readv(memory->pid, here + done, wanted - done, there + done,
			wanted - done, 0);

		if (n < 0 && errno != EFAULT)
			return -errno;
		for (; done < wanted && n >= (ssize_t)here[done].iov_len; done++) {
			n -= (ssize_t)here[done].iov_len;
			pieces[of[done]].error = 0;
		}
		if (done < wanted) /* it ends before the one it cannot read */
			pieces[of[done++]].error = -EFAULT;
	}
	return 0;
}

/* Many small pieces by one process_vm_readv(2). What cannot be read is sorted out first: a bad
 * piece would cut off all that stand behind it. */
static int gather_some(struct memory *memory, struct memory_piece *pieces, size_t count)
{
	uint64_t now_ms, bytes = 0;

	for (size_t i = 0; i < count; i++)
		bytes += pieces[i].size;
	int error = memory_spend(memory, bytes, &now_ms);
	if (error < 0)
		return error;
	for (size_t i = 0; i < count; i++) {
		struct memory_piece *piece = &pieces[i];

		if (piece->size == 0 || piece->size > MEMORY_PIECE_MOST ||
			piece->address + piece->size < piece->address)
			piece->error = -EFAULT;
		else if (memory->pid == 0)
			piece->error = memory_image_read(memory, piece->address, piece->to,
				piece->size);
		else if (pages_there(memory, piece->address, piece->size, now_ms))
			piece->error = -EINPROGRESS;
		else
			piece->error = absent_read(memory, piece->address, piece->to, piece->size);
	}
	return memory->pid == 0 ? 0 : take_batch(memory, pieces, count);
}

int memory_gather(struct memory *memory, struct memory_piece *pieces, size_t count)
{
	int error = 0;

	for (size_t i = 0; i < count; i++)
		pieces[i].error = -EFAULT;
	for (size_t at = 0; at < count && error == 0; at += VECTORS)
		error = gather_some(memory, pieces + at,
			count - at < VECTORS ? count - at : VECTORS);
	return error;
}
