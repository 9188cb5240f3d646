/* SPDX-License-Identifier: GPL-2.0-or-later */
/* maps - the parts of a process's memory, and what each gained since the baseline
 *
 * Kept for the few processes that were last looked at in depth.
 */
#pragma once

#include "frame/frame.h"

enum { MAPS_KEPT = 8 };

struct maps_group {
	enum mapping_kind kind;
	char *name;
	uint32_t mappings; /* 0: it is gone, and only listed for what it had at the baseline */
	uint64_t rss_kib, pss_kib, dirty_kib, swap_kib;
	uint64_t base_kib;  /* RSS + swap at the baseline; 0 if it came later */
	int64_t gained_kib; /* RSS + swap, now less then */
};

struct maps {
	struct ident id; /* pid 0: a free place */
	/* the newest; sizes are those of parts_ms even if that failed since */
	struct proc_mappings figures;
	char *exe, *cwd;          /* theirs */
	uint64_t answer_ms;       /* boot time of the newest */
	uint64_t parts_ms;        /* of the sizes and parts; 0: never read */
	uint64_t base_ms;         /* of the baseline: the first look, or when it was set */
	struct maps_group *parts; /* what gained most first, then by size */
	size_t count, cap;
};

struct maps_table {
	struct maps all[MAPS_KEPT];
};

/* Frees what is known of all processes. */
void maps_table_done(struct maps_table *table);

/* Takes an answer with its parts (those of other pids are passed over). */
void maps_table_put(struct maps_table *table, const struct proc_mappings *figures,
	const struct mapping_group *parts, size_t nparts, uint64_t now_ms);

/* NULL: not looked at, or long ago. */
const struct maps *maps_table_find(const struct maps_table *table, struct ident id);

/* From now on gains count from what is known now. */
void maps_table_set_baseline(struct maps_table *table, uint64_t now_ms);

/* RSS + swap that all parts gained, and the one that gained most; NULL: none gained. */
const struct maps_group *maps_most_gained(const struct maps *maps, int64_t *all_kib);
