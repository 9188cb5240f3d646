/* SPDX-License-Identifier: GPL-2.0-or-later */
/* smaps - proc_pid_smaps(5), piece by piece as it is read
 *
 * The file of a large process has tens of megabytes; nothing of it is kept but the mapping that is
 * being read.  Pure, bounded, on anything: a line that makes no sense is passed over.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	SMAPS_NAME_MAX = 4096, /* bytes of a path; what is longer is cut */
	SMAPS_LINE_MAX = SMAPS_NAME_MAX + 128,
};

struct smaps_mapping {
	uint64_t start, end; /* addresses, END is the first one behind */
	uint64_t offset, inode;
	uint32_t major, minor;
	char perms[4];  /* "rw-p": p private, s shared */
	bool has_flags; /* the VmFlags line was there (3.8) */
	bool hugetlb;   /* flag ht */
	bool guarded;   /* flag gu: pages of it may not be touched, since 6.13 without a mapping of
			 * their own; glibc has the guards of stacks there since 2.42 */
	bool no_thp;    /* flag nh: since 6.7 every mapping made with MAP_STACK has it */
	uint64_t rss_kib, pss_kib, private_clean_kib, private_dirty_kib, lazy_free_kib, thp_kib;
	uint64_t anonymous_kib; /* of no file, or copied from one as it was written to */
	uint64_t swap_kib, swap_pss_kib, hugetlb_kib;
	size_t name_len;
	char name[SMAPS_NAME_MAX + 1]; /* as the kernel writes it; "" for anonymous */
};

struct smaps {
	/* takes a complete mapping, which lives for the call */
	void (*each)(void *context, const struct smaps_mapping *mapping);
	void *context;
	bool open;  /* `mapping` has begun */
	size_t len; /* of an incomplete line */
	struct smaps_mapping mapping;
	char line[SMAPS_LINE_MAX];
};

/* Begins a file: EACH is called with CONTEXT for every mapping that is complete. */
void smaps_init(struct smaps *smaps,
	void (*each)(void *context, const struct smaps_mapping *mapping), void *context);
/* Takes the next LEN bytes of it, cut anywhere. */
void smaps_feed(struct smaps *smaps, const char *bytes, size_t len);
void smaps_end(struct smaps *smaps); /* hands over the last mapping */

/* KiB, swap included, that the end of the process gives back of a mapping of it. */
uint64_t smaps_freed_kib(const struct smaps_mapping *mapping);
