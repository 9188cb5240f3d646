/* SPDX-License-Identifier: GPL-2.0-or-later */
/* user_names - the names of users
 *
 * From /etc/passwd, through the reader of files; a name that is not there from wherever the system
 * is told to look, through a reader of its own, so that a dead network keeps nothing else waiting.
 */
#pragma once

#include "sample/outbox.h"
#include "sample/slots.h"

struct frame_writer;
struct reader;
struct reader_answer;

/* Known, or given up, from NAME_KNOWN on. */
enum name_state { NAME_NEW, NAME_ASKED, NAME_ELSEWHERE, NAME_KNOWN, NAME_NONE };

struct named_user {
	uint32_t uid;
	enum name_state state;
	unsigned tries; /* that the reader did not come through with */
	char *name;     /* with NAME_KNOWN */
};

struct user_names {
	struct reader *files;  /* not owned */
	struct reader *reader; /* of names that are elsewhere */
	bool elsewhere;        /* there are such: it was started before the sampler is confined */
	struct outbox *outbox;
	struct named_user *users;
	size_t count, cap;
};

/* Begins with no name.  FILES, the reader of files, and OUTBOX outlive it. */
void user_names_init(struct user_names *names, int proc, struct reader *files,
	struct outbox *outbox);
void user_names_done(struct user_names *names);

/* Asks for the names of all users in TABLE that are not known. */
void user_names_ask(struct user_names *names, const struct slots *table);

/* Takes an answer of READER_PASSWD or READER_NAME; a name goes to the outbox. */
void user_names_take(struct user_names *names, const struct reader_answer *answer);

/* The reader got no further with ANSWER->ask (READER_BLOCKED): it is asked again, but at the third
 * time, or where who was asked does not answer, the name is given up. */
void user_names_blocked(struct user_names *names, const struct reader_answer *answer);

/* Whether a name is neither known nor given up. */
bool user_names_owed(const struct user_names *names);

/* Adds all names known, for a key frame. */
void user_names_repeat(const struct user_names *names, struct frame_writer *writer);
