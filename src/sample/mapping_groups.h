/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mapping_groups - mappings put together by what they are for
 *
 * Takes the mappings of a process in the order of their addresses, which tells more than a mapping
 * alone does: a stack lies above its guard page, a library's zeroed data (.bss) behind its file, a
 * heap of an arena of glibc's malloc fills 64 MiB together with what it has in reserve.  Pure.
 */
#pragma once

#include "frame/frame.h"
#include "sample/smaps.h"

enum {
	MAPPING_GROUPS_KEPT_MAX =
		4096, /* different names; of what comes beyond only the sum is kept */
	MAPPING_GROUPS_MEMFS_MAX = 64,
};

/* Facts of the process besides its mappings. */
struct mapping_groups_about {
	const char *exe;        /* as proc_pid_exe(5) tells it; NULL: not known */
	const uint64_t *stacks; /* addresses inside stacks of its threads, ascending */
	size_t nstacks;
	/* devices (major << 32 | minor) of file systems that live in memory */
	const uint64_t *memfs;
	size_t nmemfs;
	/* where the image of the file mapped here ends in memory, zeroed data included; 0: not
	 * known.  NULL: never known */
	uint64_t (*image_end)(void *context, const struct smaps_mapping *first);
	void *context;
};

struct mapping_groups;

struct mapping_groups *
mapping_groups_new(const struct mapping_groups_about *about); /* borrows what it points to */
void mapping_groups_free(struct mapping_groups *groups);      /* NULL is fine */
void mapping_groups_add(struct mapping_groups *groups, const struct smaps_mapping *mapping);

/* After the last mapping: the parts, largest first, at most FRAME_GROUPS_MAX; names are clean and
 * live as long as PARTS.  Call once. */
size_t mapping_groups_end(struct mapping_groups *groups, struct mapping_group **out,
	struct mapping_sums *sums);
