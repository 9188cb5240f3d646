/* SPDX-License-Identifier: GPL-2.0-or-later */
/* textlane - what the reader is asked, when, and what becomes of its answers
 *
 * Command lines once per process (again after exec), those on the screen first; PSS on request;
 * names of users from /etc/passwd, and what is not there from wherever the system is told to look,
 * through a second reader of its own so that a dead network keeps nothing else waiting.  A process
 * over which the reader got stuck holds its memory lock: that is said, and it is asked again after
 * 1, 2, 4 ...  60 s.
 */
#ifndef MEMTOP_SAMPLE_TEXTLANE_H
#define MEMTOP_SAMPLE_TEXTLANE_H

#include "frame/frame.h"
#include "sample/outbox.h"
#include "sample/proctable.h"
#include "sample/slowlane.h"

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

struct reader;
struct part;

enum {
	TEXTLANE_BLOCKED_MAX = 64, /* processes remembered as blocked */
	TEXTLANE_PSS_MAX = 16,     /* requests for PSS waiting for their answer */
	TEXTLANE_FDS = 2,
};

struct textlane_blocked {
	struct ident id;
	uint64_t since_ms;
	uint64_t again_ms;
	uint32_t wait_s; /* 1 ... 60 */
};

enum textlane_name { NAME_NEW, NAME_ASKED, NAME_ELSEWHERE, NAME_KNOWN, NAME_NONE };

struct textlane_user {
	uint32_t uid;
	enum textlane_name state;
	char *name; /* with NAME_KNOWN */
};

/* A finished request for PSS. */
struct textlane_done {
	uint32_t request;
	int error;
};

struct textlane {
	struct reader *files;
	struct reader *names;
	bool names_early; /* started before the sampler is confined, or else never */
	const struct slowlane *details;
	struct outbox *outbox;
	struct textlane_blocked blocked[TEXTLANE_BLOCKED_MAX];
	size_t nblocked;
	struct textlane_user *users;
	size_t nusers, users_cap;
	struct {
		struct ident id;
		uint32_t request;
	} pss[TEXTLANE_PSS_MAX];
	size_t npss;
	struct textlane_done done[TEXTLANE_PSS_MAX]; /* for the caller to take and zero ndone */
	size_t ndone;
	char *tmpfs;       /* READER_TMPFS' lines, as last said; NULL: none yet */
	bool tmpfs_new;    /* not said yet */
	uint64_t tmpfs_ms; /* when to ask again */
	uint32_t turn;     /* pid at which asking for the rest goes on */
};

void textlane_init(struct textlane *lane, int proc, const struct slowlane *details,
	struct outbox *outbox);
void textlane_done(struct textlane *lane);

/* Asks for what is missing: of watched processes all, of others up to REST. */
void textlane_ask(struct textlane *lane, struct proctable *table, uint64_t now_ms, size_t rest);

/* Asks for PSS once; false if too many requests wait already. */
bool textlane_pss(struct textlane *lane, struct ident id, uint32_t request);

/* Takes the readers' answers, and replaces readers that are stuck. */
void textlane_take(struct textlane *lane, struct proctable *table, uint64_t now_ms);

/* Descriptors to poll (-1 where there is none), and ms until textlane_take is due, -1 for never. */
void textlane_fds(const struct textlane *lane, struct pollfd fds[TEXTLANE_FDS]);
int textlane_timeout(const struct textlane *lane, uint64_t now_ms);

/* Readers that were lost, and replaced, since this was last asked. */
unsigned textlane_lost(struct textlane *lane);

/* Whether the reader of files has questions to answer. */
bool textlane_busy(const struct textlane *lane);

/* Whether the command line of a watched process, or the name of any user, has neither been read nor
 * been found to be out of reach (blocked, refused, not there). */
bool textlane_owes(const struct textlane *lane, const struct proctable *table, uint64_t now_ms);

/* Whether PID is one of the readers. */
bool textlane_is_reader(const struct textlane *lane, int32_t pid);

/* CPU time the readers have used so far, in us, where their clocks can be read. */
uint64_t textlane_cpu_us(const struct textlane *lane);

/* Adds what each tmpfs holds, if that has changed. */
void textlane_tmpfs(struct textlane *lane, struct part *part);

/* Adds the names and the tmpfs known, for a key frame. */
void textlane_repeat(struct textlane *lane, struct part *part);

#endif
