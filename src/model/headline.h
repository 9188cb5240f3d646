/* SPDX-License-Identifier: GPL-2.0-or-later */
/* headline - the sentence on line 1: is memory the reason, who grows, how fast, when does it end
 *
 * Two steps, both pure: facts are gathered from the store, words are made from facts.  The words
 * are tested for every case.  "climbing" and "growing", never "leak".
 */
#pragma once

#include "model/store.h"

enum headline_mood { MOOD_CALM, MOOD_NOTICE, MOOD_WARN, MOOD_ALARM }; /* colour of the line */

enum { HEADLINE_SENTENCES_MAX = 3, HEADLINE_BRIEF_MAX = 120 };

struct headline {
	enum headline_mood mood; /* the worst of its sentences */
	char text[512]; /* clean UTF-8; first sentence the most important, so that it may be cut */
	struct headline_sentence {
		size_t end; /* bytes of `text` up to its end */
		enum headline_mood mood;
	} sentences[HEADLINE_SENTENCES_MAX];
	int nsentences;
	/* who meets which limit when, for a line that a sentence does not fit into: what counts
	 * comes first, so that it is cut last; "": nobody does, or it is not what counts */
	char brief[HEADLINE_BRIEF_MAX];
	int brief_of;       /* the sentence that it is the other form of, from 0 on */
	struct ident about; /* the process it is about; pid 0: none */
};

/* The facts that the words are made of.  Names point into the store. */
struct headline_facts {
	const struct system_figures *system; /* as store_seen; NULL: nothing seen yet */
	uint64_t machine_limit_kib; /* its total: the machine's, or the container's limit */
	uint64_t available_kib;     /* below that limit, swap not counted */
	bool container;             /* the limit is a cgroup's */
	bool unmeasured;            /* neither is known: nothing is said of what is available */
	const char *lacks;          /* why: a sentence of the stream's, or "" */
	bool over;                  /* nothing comes any more: the end of a recording */
	double seen_s;              /* since the first tick */
	size_t climbers;            /* processes called climbing */
	size_t warming; /* processes that grow, and may settle or are too young to be judged */
	const char *worst_name; /* the climber that matters most: soonest end, else fastest; NULL */
	struct ident worst;
	double worst_kib_min;
	double worst_since_s; /* how long it has been climbing */
	uint64_t worst_gained_kib;
	bool worst_eta_known;
	struct eta worst_eta;
	uint32_t worst_takes; /* processes that are ended together then; 0: not known */
	bool machine_eta_known;
	double machine_eta_s;     /* room left over the rate at which what is in use rises */
	double machine_kib_min;   /* that rate; 0: not known */
	double climbing_kib_min;  /* sum of all climbing rates */
	bool watching;            /* it is too early for the first verdicts */
	const char *fastest_name; /* who gains most meanwhile; NULL: nobody worth a word */
	struct ident fastest;
	double fastest_kib_min;
	/* what is named in place of that one: it grows more and belongs to nobody; NULL: nothing */
	const char *part_name;
	double part_kib_min;
	const char *waits_name; /* who suffers: most major faults a second; NULL */
	struct ident waits;
	double waits_faults_s;
	const char *biggest_name; /* largest footprint, and its share */
	struct ident biggest;
	uint64_t biggest_kib;
	double biggest_age_s;     /* negative: not known */
	const char *blocked_name; /* holds its memory lock; NULL */
	struct ident blocked;
	uint32_t blocked_s;
	double oom_ago_s;        /* since the last OOM kill seen; negative: none */
	const struct kill *kill; /* that one; NULL: none */
	const char *pool_name;   /* program that grows as a whole though no member climbs; NULL */
	uint32_t pool_members;
	double pool_kib_min;
	/* "Kernel memory", "Memory in use" ...: that grows, and no process does; NULL */
	const char *ownerless;
	const char *ownerless_mount; /* a tmpfs: that is what grows; NULL */
	const char *ownerless_slab;  /* a cache of objects of the kernel: the same; NULL */
	const char *ownerless_by;    /* a process that has that growth; NULL */
	const char *ownerless_in;    /* a container: its shared memory is what grows; NULL */
	struct eta ownerless_eta;    /* of that; LIMIT_NONE and INFINITY: not known */
	struct ident ownerless_id;
	double ownerless_kib_min;
	uint32_t cpus;         /* 0: not known */
	uint32_t disk_waiters; /* processes that wait for a disk (state D), kernel threads not */
	/* of the machine, as in system_figures: psi_cpu, psi_io, load, running; NULL: not known */
	const struct system_figures *machine;
	uint32_t hidden; /* processes that may not be looked at */
	bool hides;      /* /proc is mounted so that there may be some, counted or not */
	/* anonymous memory of none that is seen, where some are not; 0: container */
	uint64_t unaccounted_kib;
};

/* When memory is not the problem, what may be, as a sentence: the CPUs or the disk.  False: nothing
 * is seen that might. */
enum { HEADLINE_REASON_MAX = 160 };
bool headline_other_reason(char out[HEADLINE_REASON_MAX], const struct headline_facts *facts);

/* Gathers what the store knows of the machine.  The facts point into it: good until its next
 * frame. */
void headline_gather(struct headline_facts *facts, const struct store *store);
/* The sentence that follows from the facts, and how bad it is; pure. */
void headline_write(struct headline *out, const struct headline_facts *facts);

/* Puts NEXT in the place of what is SHOWN since *SINCE_MS (a store's clock; 0: nothing is), unless
 * that has stood for less than HEADLINE_STAND_MS: nobody can read what changes faster.  What is
 * worse does not wait, nor what comes after time was moved back.  Whether it did. */
enum { HEADLINE_STAND_MS = 3000 };
bool headline_replace(struct headline *shown, uint64_t *since_ms, const struct headline *next,
	uint64_t now_ms);
