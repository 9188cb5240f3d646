/* SPDX-License-Identifier: GPL-2.0-or-later */
/* memory - what another process has in its memory, read without its noticing
 *
 * The process is never stopped, traced or written to, and nothing is done to it by reading: only
 * pages it has in memory anyway are read (proc_pid_pagemap(5)), so that no page of it is made,
 * brought back from swap, or mapped.  What it maps of a file and may not change is taken from the
 * file where it is not in memory.
 *
 * Whatever is read is a stranger's: an address may be anything, contents may be changing while they
 * are read, and two reads are of two moments.  Readers prove what they find.  A budget of bytes and
 * of time ends every reader: once it is used up all reads fail, and memory_spent says so.
 *
 * A made image (memory_of_image) stands in for a process in tests.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { MEMORY_REGIONS_MOST = 262144 }; /* mappings beyond these are not looked at */

/* How a region is mapped (proc_pid_maps(5)). */
enum memory_flag {
	MEMORY_READ = 1 << 0,
	MEMORY_WRITE = 1 << 1,
	MEMORY_EXEC = 1 << 2,
	MEMORY_SHARED = 1 << 3,
	MEMORY_FILE = 1 << 4,  /* of a file: `inode` is not 0; else anonymous */
	MEMORY_HEAP = 1 << 5,  /* [heap], grown by brk(2) */
	MEMORY_STACK = 1 << 6, /* [stack], of the main thread */
	MEMORY_KERNEL = 1 << 7 /* [vdso] and its like */
};

struct memory_region {
	uint64_t start, end; /* bytes [start, end) */
	uint64_t offset;     /* of the file */
	uint64_t device;     /* major << 32 | minor */
	uint64_t inode;
	unsigned flags;   /* of enum memory_flag */
	const char *name; /* as the kernel writes it, "" without; lives as long as the memory */
};

struct memory;

/* Opens process PID as long as it is the one that began at START_TICKS (field 22 of
 * proc_pid_stat(5)).  NULL, with *ERROR -ESRCH (ended, or another process), -EACCES or -EPERM (not
 * permitted; permit.h knows why), -EFAULT (it has no memory), or another -errno. */
struct memory *memory_open(pid_t pid, uint64_t start_ticks, int *error);

/* A made image: bytes[i] is what is in regions[i] (NULL: no page of it is there).  Both arrays and
 * names are copied; the bytes stay the caller's and must outlive it. */
struct memory *memory_of_image(const struct memory_region *regions, size_t count,
	const unsigned char *const bytes[]);

void memory_close(struct memory *memory); /* NULL is fine */

/* The regions, ascending; they live until memory_close, also when there are newer ones. */
const struct memory_region *memory_regions(const struct memory *memory, size_t *count);

/* Reads the list of regions again.  0 or -errno, the old list then stays. */
int memory_refresh(struct memory *memory);

/* The region ADDRESS is in; NULL for none. */
const struct memory_region *memory_region_at(const struct memory *memory, uint64_t address);

/* How many bytes may still be read, and how long from now; 0 leaves that as it is.  Without a call
 * there is no limit. */
void memory_budget(struct memory *memory, uint64_t bytes, uint32_t ms);

/* Whether the budget is used up: 0, -ETIME or -E2BIG. */
int memory_spent(const struct memory *memory);

/* Reads SIZE bytes at ADDRESS into TO, all of them or none: 0; -EFAULT (not in memory, or not
 * mapped), -ETIME or -E2BIG (budget), -ESRCH (ended), -EPERM. */
int memory_read(struct memory *memory, uint64_t address, void *to, size_t size);

/* The word of 8 bytes at ADDRESS; as memory_read. */
int memory_word(struct memory *memory, uint64_t address, uint64_t *word);

/* Many small reads with few system calls, all within microseconds of each other.  Each piece gets
 * its own error (0, -EFAULT); the result is the error of the whole (0, -ETIME, -E2BIG, -ESRCH,
 * -EPERM).  A piece must not be longer than MEMORY_PIECE_MOST. */
enum { MEMORY_PIECE_MOST = 65536 };

struct memory_piece {
	uint64_t address;
	void *to;
	size_t size;
	int error;
};

/* Reads COUNT pieces, as said above. */
int memory_gather(struct memory *memory, struct memory_piece *pieces, size_t count);

/* One pass over what may have holes: reads the SIZE bytes at ADDRESS, both multiples of
 * memory_page_size().  Pages that are not in memory are zeros in TO and 0 in PRESENT (SIZE / page
 * size entries; NULL: not wanted).  The number of pages read, or -errno as memory_gather. */
ssize_t memory_scan(struct memory *memory, uint64_t address, unsigned char *to, size_t size,
	unsigned char *present);

/* Reads SIZE bytes at OFFSET of the program's file: 0; -EFAULT (not to be had, or shorter). */
int memory_program_read(const struct memory *memory, uint64_t offset, void *to, size_t size);

/* Which of the COUNT pages from ADDRESS (a multiple of the page size) on are in memory: 1 or 0 each
 * in PRESENT; their number.  Does not read them. */
size_t memory_pages(struct memory *memory, uint64_t address, size_t count, unsigned char *present);

/* Bytes of a page of that memory. */
uint32_t memory_page_size(const struct memory *memory);

/* Whether it is still the process that was opened, with the program it ran then. */
bool memory_same(const struct memory *memory);

/* The process; 0 for an image. */
pid_t memory_pid(const struct memory *memory);
