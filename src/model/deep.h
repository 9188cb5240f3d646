/* SPDX-License-Identifier: GPL-2.0-or-later */
/* deep - the parts of a process's memory, and what each gained since the baseline
 *
 * Kept for the few processes that were last looked at in depth.
 */
#ifndef MEMTOP_MODEL_DEEP_H
#define MEMTOP_MODEL_DEEP_H

#include "frame/frame.h"

enum { DEEP_KEPT = 8 };

struct deep_part {
	enum part_kind kind;
	char *name;
	uint32_t mappings; /* 0: it is gone, and only listed for what it had at the baseline */
	uint64_t rss_kib, pss_kib, dirty_kib, swap_kib;
	uint64_t base_kib;  /* RSS + swap at the baseline; 0 if it came later */
	int64_t gained_kib; /* RSS + swap, now less then */
};

struct deep {
	struct ident id; /* pid 0: a free place */
	/* the newest; sizes are those of parts_ms even if that failed since */
	struct proc_deep figures;
	char *exe, *cwd;         /* theirs */
	uint64_t answer_ms;      /* boot time of the newest */
	uint64_t parts_ms;       /* of the sizes and parts; 0: never read */
	uint64_t base_ms;        /* of the baseline: the first look, or when it was set */
	struct deep_part *parts; /* what gained most first, then by size */
	size_t count, cap;
};

struct deep_table {
	struct deep all[DEEP_KEPT];
};

void deep_table_done(struct deep_table *table);

/* Takes an answer with its parts (those of other pids are passed over). */
void deep_table_put(struct deep_table *table, const struct proc_deep *figures,
	const struct proc_part *parts, size_t nparts, uint64_t now_ms);

/* NULL: not looked at, or long ago. */
const struct deep *deep_table_find(const struct deep_table *table, struct ident id);

/* From now on gains count from what is known now. */
void deep_table_set_baseline(struct deep_table *table, uint64_t now_ms);

/* RSS + swap that all parts gained, and the one that gained most; NULL: none gained. */
const struct deep_part *deep_most_gained(const struct deep *deep, int64_t *all_kib);

#endif
