/* SPDX-License-Identifier: GPL-2.0-or-later */
/* evidence - the verdict on one process with what it rests on, in plain words
 *
 * Two steps, both pure, as with the headline: facts from the store, words from facts.
 */
#pragma once

#include "model/findings.h"
#include "model/headline.h"
#include "model/store.h"

struct evidence {
	enum headline_mood mood;
	char text[768];  /* clean UTF-8; the verdict first, then what is in its way */
	size_t end;      /* bytes of `text` up to when the climb ends; 0: no end is told */
	char brief[768]; /* that alone, where there is no room for so many; "": no end is told */
};

struct evidence_facts {
	enum trend_state state;
	double seen_s; /* how long it has been watched */
	uint64_t footprint_kib;
	/* of the footprint in the last range_s; 0 and 0: not known */
	uint64_t lowest_kib, highest_kib;
	double range_s;
	double so_far_kib_min; /* what it gained since it is watched; 0 and less: nothing */
	bool rate_known;
	double kib_min;      /* of a climb, or of one that may become one */
	double since_s;      /* how long it has climbed; 0: not known */
	uint64_t gained_kib; /* since then */
	double cleared_s;    /* since the last climb ended; negative: none */
	bool eta_known;
	struct eta eta;
	bool eta_above;          /* the limit is that of a cgroup further up */
	bool where_known;        /* the growth can be told apart: */
	enum mapping_kind where; /* the part that gained most */
	const char *where_name;
	double where_share; /* of all that was gained, 0 to 1 */
	bool channel_known; /* not by parts, but by kinds of memory */
	unsigned channel;   /* PROC_ANON, PROC_SHMEM, PROC_SWAP, PROC_HUGE */
	double channel_share;
	uint64_t files_kib; /* most of what came of late, of mapped files; 0: they are not most */
	uint32_t blocked_s; /* it holds the lock of its memory; 0: it answers */
	double major_faults_s;
	uint64_t swap_kib;
	bool kernel_thread;
	const struct findings *findings; /* what was found inside it; NULL: nobody looked */
	uint64_t rss_kib;
	char state_letter;
	int32_t parent;          /* its pid; 0: none */
	const char *parent_name; /* NULL: not known */
};

/* Gathers what the store knows of PROC.  The facts point into the store: good until its next
 * frame. */
void evidence_gather(struct evidence_facts *facts, const struct store *store,
	const struct proc *proc);
/* The sentences that follow from the facts; pure. */
void evidence_write(struct evidence *out, const struct evidence_facts *facts);

/* The kind of memory that makes PROC grow, or that most of it is: shared memory and mapped files
 * where that is known to have grown most while it climbs, mapped files where they did without its
 * climbing, since verdicts leave them out; else what a look inside has found. */
enum findings_cause evidence_cause(const struct store *store, const struct proc *proc);

/* The name of a part in a sentence: "the heap", "data of libfoo.so"; and in a table: "heap",
 * "libfoo.so". */
enum { EVIDENCE_PART_MAX = FRAME_MAPPING_NAME_MAX + 1 };
const char *evidence_part_words(char out[EVIDENCE_PART_MAX], enum mapping_kind kind,
	const char *name);
const char *evidence_part_title(char out[EVIDENCE_PART_MAX], enum mapping_kind kind,
	const char *name);
