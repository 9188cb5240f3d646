/* SPDX-License-Identifier: GPL-2.0-or-later */
/* reader - a process that may block in our place
 *
 * Command lines and smaps_rollup take the target's memory lock, and names of users may ask a
 * network: each can hang for seconds or for ever.  An expendable child reads them, answers in the
 * order it was asked and is killed and replaced when it gets stuck; the asker polls one descriptor
 * and never waits.  On a machine under load nobody gets far: the child is only called stuck when it
 * sleeps over a lock while no thread of its target wants to run, which could give the lock back.
 * The child dies with its parent.  The caller ignores SIGPIPE.
 */
#pragma once

#include "frame/frame.h"
#include "sample/procparse.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum {
	READER_QUEUE = 256,     /* asked for and not answered */
	READER_FLIGHT = 16,     /* of these, handed to the child */
	READER_STUCK_MS = 20,   /* asleep so long over one item: stuck */
	READER_BUSY_MS = 500,   /* running so long (a huge smaps_rollup): given up */
	READER_NAME_MS = 10000, /* a user's name through NSS */
	/* asleep so long without having run at all, over all mappings of a process, whose lock
	 * is taken and given back for every page of text */
	READER_MAPPINGS_MS = 2000,
	READER_MAPPINGS_BUSY_MS = 120000, /* running so long over them */
	READER_UNREAPED_MAX = 4, /* killed children that did not go away yet: then no new one */
};

enum reader_kind {
	READER_CMDLINE,
	READER_SMAPS,
	READER_PASSWD,   /* a user's name from /etc/passwd only */
	READER_NAME,     /* from wherever the system is told to look */
	READER_TMPFS,    /* what each tmpfs holds: lines of used KiB, size KiB and path */
	READER_MOUNTS,   /* the same of those that only the process and its like have mounted */
	READER_TITLE,    /* names of the container the process is in: "NAME\nPOD" (title.h) */
	READER_MAPPINGS, /* all there is of one process; for a reader of its own */
};

/* An answer comes in one piece, but that to READER_MAPPINGS: its parts, exe and cwd come first. */
enum reader_piece { READER_WHOLE, READER_GROUP, READER_EXE, READER_CWD };

struct reader_ask {
	enum reader_kind kind;
	uint32_t uid; /* PASSWD, NAME; of others the asker's own number for it */
	/* of all that ask about a process: another one under this pid is -ESRCH */
	struct ident id;
};

union reader_figures {
	struct procparse_smaps smaps;  /* SMAPS */
	struct mapping_group group;    /* READER_GROUP; its name is the text */
	struct proc_mappings mappings; /* MAPPINGS, whole; exe and cwd are NULL */
};

struct reader_answer {
	struct reader_ask ask;
	int error;               /* 0 or an errno value */
	enum reader_piece piece; /* anything but READER_WHOLE: more of this answer follows */
	uint32_t len;            /* of text */
	union reader_figures figures;
	char text[FRAME_CMDLINE_MAX]; /* clean, NUL-terminated */
};

enum reader_event {
	READER_IDLE,   /* nothing yet: poll */
	READER_ANSWER, /* *ANSWER is complete */
	/* the child got no further with answer->ask and has been replaced; answer->error:
	 * ETIMEDOUT, what it was to read holds it up (a lock); EBUSY, it may only have had no CPU
	 * or no disk, or the target had none: that says nothing of the target */
	READER_BLOCKED,
};

struct reader;

/* PROC: to look at how the child sleeps; not owned.  No child runs before something is asked,
 * unless reader_start is called (early, while the caller is small: what it holds by then is not
 * copied). */
struct reader *reader_new(int proc, uint32_t stuck_ms);

/* A reader for READER_MAPPINGS: time in which the child ran does not count, up to BUSY_MS for one
 * item. */
struct reader *reader_new_patient(int proc, uint32_t stuck_ms, uint32_t busy_ms);

/* A reader for READER_NAME, which may ask other programs.  If the caller is confined (confine.h)
 * only a child that was started before may: its replacement knows what is in files. */
struct reader *reader_new_names(int proc, uint32_t stuck_ms);
void reader_free(struct reader *reader); /* the child is gone when this returns; NULL is fine */
void reader_start(struct reader *reader);

/* False when the queue is full: ask again later. */
bool reader_ask(struct reader *reader, const struct reader_ask *ask);
size_t reader_waiting(const struct reader *reader); /* asked and not answered */

/* To be called when reader_fd is readable and when reader_timeout has passed, until READER_IDLE. */
enum reader_event reader_next(struct reader *reader, uint64_t now_ms, struct reader_answer *answer);

int reader_fd(const struct reader *reader);    /* -1: no child */
pid_t reader_pid(const struct reader *reader); /* 0: no child */
/* ms until reader_next; -1: none */
int reader_timeout(const struct reader *reader, uint64_t now_ms);

/* How many children were lost since this was last asked: dead or stopped through no fault of
 * what they were asked.  They have been replaced. */
unsigned reader_lost(struct reader *reader);

/* Ends the child if nothing is asked: it costs memory. */
void reader_rest(struct reader *reader);
