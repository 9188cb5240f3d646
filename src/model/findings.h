/* SPDX-License-Identifier: GPL-2.0-or-later */
/* findings - what looks inside processes have found, and what came since the first look
 *
 * Kept for the few processes that were last looked into.
 */
#pragma once

#include "base/buf.h"
#include "model/findings_past.h"

#include <stdbool.h>

enum { FINDINGS_KEPT = 8 };

/* A process at the moment of a look: both are to be of one moment. */
struct findings_size {
	uint64_t rss_kib; /* 0: nothing is known */
	uint64_t anon_kib, shmem_kib;
	int32_t threads; /* 0: not known */
};

struct findings {
	struct ident id; /* pid 0: a free place */
	/* frames with one proc_inside and its lists; NULL: none yet */
	struct frame *last;        /* the newest look that found something */
	struct frame *base;        /* what gains count from: the first one, or as set */
	struct frame *holders;     /* the newest answer about who holds a type's objects */
	struct frame *failed;      /* the newest answer, where nothing could be looked at */
	struct frame *grown;       /* the newest about the lines it grows in: one proc_grown */
	uint64_t answer_ms;        /* boot time of the newest answer of any kind; 0: none */
	uint64_t last_ms;          /* of `last` */
	uint64_t base_ms;          /* of `base` */
	struct findings_size size; /* of the process when `last` came */
	uint64_t holders_ms;       /* of `holders` */
	uint32_t number;           /* of the newest answer, as the sampler counts */
	unsigned answers;          /* that came */
	struct findings_past past;
};

struct findings_table {
	struct findings all[FINDINGS_KEPT];
};

/* Frees what it holds, not itself. */
void findings_table_done(struct findings_table *table);

/* Takes the answers of FRAME. */
void findings_table_put(struct findings_table *table, const struct frame *frame, uint64_t now_ms);

/* Says that process ID has FIGURES: what the look that has just come is compared with.  Of no
 * matter for an older look. */
void findings_table_size(struct findings_table *table, struct ident id,
	const struct proc_figures *figures);

/* NULL: never looked into, or long ago. */
const struct findings *findings_table_find(const struct findings_table *table, struct ident id);

/* From now on gains count from what is known now. */
void findings_table_set_baseline(struct findings_table *table);

/* The gain of TYPE, one of ->last, since the baseline: bytes, with what hangs on them where both
 * looks know it, and objects.  False before a second look. */
bool findings_gained(const struct findings *findings, const struct inside_type *type,
	int64_t *bytes, int64_t *count);

/* A type of the newest look with what it gained. */
struct findings_row {
	const struct inside_type *type;
	bool compared; /* with the baseline */
	int64_t gained_bytes, gained_count;
};

/* All types of ->last (not NULL): objects, then classes, then chunks; of each kind those first
 * that gained most, where that is known.  Returns how many. */
size_t findings_rows(const struct findings *findings, struct findings_row rows[INSIDE_TYPES_MAX]);

/* The reason why the memory of a process grows, or the kind that most of it is. */
enum findings_cause {
	FINDINGS_UNKNOWN,   /* not looked into, or nothing that tells */
	FINDINGS_USED,      /* in use */
	FINDINGS_KEPT_FREE, /* freed by the program, kept by its allocators */
	FINDINGS_GARBAGE,   /* what a collector has yet to collect */
	FINDINGS_SHARED,    /* shared memory; told by its mappings, no look is needed */
	FINDINGS_FILE,      /* a mapped file; the same */
	FINDINGS_CAUSES,
};

/* RSS_KIB: what the process has in memory, where that is not known of the look (as below). */
enum findings_cause findings_cause(const struct findings *findings, uint64_t rss_kib);

/* One word for it ("used", "kept", "garbage", "shared", "file"); "" for FINDINGS_UNKNOWN. */
const char *findings_cause_word(enum findings_cause cause);

/* Bytes in memory that the program has freed and its allocators keep: those of malloc and of
 * CPython's pools; false: not known. */
bool findings_kept(const struct findings *findings, uint64_t *bytes);

/* Appends what INSIDE, with INSIDE_JAVA, says of its heap: "heap 36 MiB in use of 1.2 GiB
 * committed". */
void findings_java(struct buf *out, const struct proc_inside *inside);

/* The sentence that answers "leak, or kept?": of a process with RSS_KIB in memory.  Nothing is
 * written where nothing is known. */
void findings_sentence(struct buf *out, const struct findings *findings, uint64_t rss_kib);
