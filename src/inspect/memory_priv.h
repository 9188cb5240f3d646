/* SPDX-License-Identifier: GPL-2.0-or-later */
/* memory_priv - what the files of memory.h share */
#pragma once

#include "inspect/memory.h"

/* Which of 512 pages are in memory, as it was a moment ago. */
enum { WINDOW_PAGES = 512, WINDOWS = 4096 };

struct memory_window {
	uint64_t page;    /* the first one's number; valid while read_ms is not 0 */
	uint64_t read_ms; /* when */
	uint64_t bits[WINDOW_PAGES / 64];
};

/* A file that is mapped and cannot be changed through the mapping, kept open. */
enum { MEMORY_FILES = 64 };

struct memory_file {
	uint64_t device, inode;
	int fd; /* -1: it cannot be had */
};

/* A list of regions that newer ones have replaced: who looks at one goes on with it. */
struct memory_retired {
	struct memory_retired *next;
	struct memory_region *regions;
	char *names;
};

struct memory {
	pid_t pid; /* 0: a made image */
	uint64_t start_ticks;
	int dir, pagemap; /* /proc/PID, its pagemap */
	uint32_t page_size;
	struct memory_region *regions;
	size_t count;
	char *names; /* of the regions, one after the other */
	struct memory_retired *retired;
	const unsigned char **images;
	struct memory_window *windows;
	struct memory_file files[MEMORY_FILES];
	size_t file_count;
	uint64_t bytes_read;
	uint64_t bytes_most; /* UINT64_MAX: no limit */
	uint64_t until_ms;   /* of clock_boot_ms; UINT64_MAX: no limit */
	bool late;
};

/* Reads the list of mappings from the text TEXT of LEN bytes, as proc_pid_maps(5): regions and
 * names, both to be freed.  How many. */
size_t memory_maps_parse(char *text, size_t len, struct memory_region **regions, char **names);

/* Frees the list of regions and those before it. */
void memory_lists_free(struct memory *memory);

/* Fills what of [ADDRESS, ADDRESS + SIZE), all inside REGION, lies in a file. 0 or -errno. */
int memory_file_read(struct memory *memory, const struct memory_region *region, uint64_t address,
	void *to, size_t size);
void memory_files_close(struct memory *memory);

/* Takes SIZE bytes off the budget, and says when it is.  0, or -errno once there is none left. */
int memory_spend(struct memory *memory, uint64_t size, uint64_t *now_ms);

/* The same as memory_read of a made image, without a budget. */
int memory_image_read(const struct memory *memory, uint64_t address, void *to, size_t size);
