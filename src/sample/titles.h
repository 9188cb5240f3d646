/* SPDX-License-Identifier: GPL-2.0-or-later */
/* titles - which containers have been asked after by name, and what came of it
 *
 * Each container is asked for once, through any process in it (the reader reads its cgroup by
 * itself).  What is not there yet is looked for again after two seconds and after half a minute,
 * unless that process has been there for longer: who names a container has done so by then.  What
 * may not be read is never looked for again.
 */
#pragma once

#include "base/hash.h"
#include "frame/frame.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cgfs;
struct frame_writer;
struct reader;
struct reader_answer;
struct slots;

enum {
	TITLES_MAX = 8192, /* containers remembered; past it all are forgotten */
};

struct title_entry {
	char *path; /* of the container's cgroup */
	uint32_t hash;
	char *name, *pod;   /* clean; NULL: not known */
	struct ident asked; /* through whom; pid 0: nobody now */
	uint64_t again_ms;  /* when to ask, UINT64_MAX: never */
	uint8_t tries;
	uint32_t told,
		told_pod; /* `said` (cgfs.h) of its cgroup, and of its pod's, when they were */
};

/* The title of the cgroup that has a number now (struct proc_slot). */
struct title_seen {
	uint32_t hash;  /* of its path, as long as that is the same; 0: not looked at */
	uint32_t place; /* of its container's entry + 1; 0: it is in none that has a name */
};

struct titles {
	struct title_entry *all;
	size_t count, cap;
	struct hash hash;        /* of entries, by path */
	struct title_seen *seen; /* by number of a cgroup, from 1 */
	size_t nseen;
	uint32_t placed; /* cgfs.placed + 1 when all were looked at; 0: look anew */
	uint32_t told;   /* cgfs.said when all were said */
	uint64_t due_ms; /* when the next is to be asked again */
	bool fresh;      /* some was answered since */
};

/* Begins with no container asked for.  Done frees what it holds. */
void titles_init(struct titles *titles);
void titles_done(struct titles *titles);

/* Looks for containers not met before in TABLE and asks READER for those that are due. */
void titles_ask(struct titles *titles, const struct cgfs *cgfs, const struct slots *table,
	struct reader *reader, uint64_t now_ms);

/* Takes the answer to READER_TITLE; STUCK: the reader hung over it. */
void titles_take(struct titles *titles, const struct reader_answer *answer, bool stuck,
	uint64_t now_ms);

/* Adds what was not said yet, or ALL, of cgroups that were: the name of one that a listener does
 * not know is lost to him.  To be called before others are told of in the same frame. */
void titles_say(struct titles *titles, const struct cgfs *cgfs, bool all,
	struct frame_writer *writer);

/* Whether an answer is waited for. */
bool titles_owes(const struct titles *titles);
