/* SPDX-License-Identifier: GPL-2.0-or-later */
/* texts - what the reader is asked, when, and what becomes of its answers
 *
 * Command lines once per process (again after exec), those on the screen first; PSS on request;
 * names of users (user_names.h); what each tmpfs holds.  A process over which the reader got stuck
 * holds its memory lock (locked.h): that is said.
 */
#pragma once

#include "frame/frame.h"
#include "sample/outbox.h"
#include "sample/locked.h"
#include "sample/mounts.h"
#include "sample/slots.h"
#include "sample/titles.h"
#include "sample/user_names.h"
#include "sample/details.h"

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

struct reader;
struct frame_writer;

enum {
	TEXTS_PSS_MAX = 16, /* requests for PSS waiting for their answer */
	TEXTS_FDS = 2,
};

/* A finished request for PSS. */
struct texts_done {
	uint32_t request;
	int error;
};

struct texts {
	struct reader *files;
	const struct details *details;
	struct outbox *outbox;
	struct locked locked;
	struct user_names users;
	struct {
		struct ident id;
		uint32_t request;
	} pss[TEXTS_PSS_MAX];
	size_t npss;
	struct texts_done done[TEXTS_PSS_MAX]; /* for the caller to take and zero ndone */
	size_t ndone;
	struct titles titles; /* of containers */
	struct mounts mounts; /* of theirs */
	char *tmpfs;          /* READER_TMPFS' lines, as last said; NULL: none yet */
	bool tmpfs_new;       /* not said yet */
	uint64_t tmpfs_ms;    /* when to ask again */
	uint32_t turn;        /* pid at which asking for the rest goes on */
};

/* Begins with no text read.  PROC, the descriptor of /proc, and DETAILS outlive it. */
void texts_init(struct texts *texts, int proc, const struct details *details,
	struct outbox *outbox);
void texts_done(struct texts *texts);

/* Asks for what is missing: of watched processes all, of others up to REST. */
void texts_ask(struct texts *texts, struct slots *table, uint64_t now_ms, size_t rest);

/* Asks for the names of containers met for the first time, and what their tmpfs hold. */
void texts_titles(struct texts *texts, const struct cgfs *cgfs, const struct slots *table,
	uint64_t now_ms);

/* Asks for PSS once; false if too many requests wait already. */
bool texts_pss(struct texts *texts, struct ident id, uint32_t request);

/* Takes the readers' answers, and replaces readers that are stuck. */
void texts_take(struct texts *texts, struct slots *table, uint64_t now_ms);

/* Descriptors to poll (-1 where there is none), and ms until texts_take is due, -1 for never. */
void texts_fds(const struct texts *texts, struct pollfd fds[TEXTS_FDS]);
int texts_timeout(const struct texts *texts, uint64_t now_ms);

/* Readers that were lost, and replaced, since this was last asked. */
unsigned texts_lost(struct texts *texts);

/* Whether the reader of files has questions to answer. */
bool texts_busy(const struct texts *texts);

/* Whether the command line of a watched process, or the name of any user, has neither been read nor
 * been found to be out of reach (blocked, refused, not there). */
bool texts_owes(const struct texts *texts, const struct slots *table, uint64_t now_ms);

/* Whether PID is one of the readers. */
bool texts_is_reader(const struct texts *texts, int32_t pid);

/* CPU time the readers have used so far, in us, where their clocks can be read. */
uint64_t texts_cpu_us(const struct texts *texts);

/* Adds names of containers, and what each tmpfs holds, as far as that is news. */
void texts_say(struct texts *texts, const struct cgfs *cgfs, struct frame_writer *writer);

/* Adds all names and the tmpfs known, for a key frame. */
void texts_repeat(struct texts *texts, const struct cgfs *cgfs, struct frame_writer *writer);
