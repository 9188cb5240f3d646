/* SPDX-License-Identifier: GPL-2.0-or-later */
/* follow_priv - what the files of follow.h share */
#pragma once

#include "inspect/follow.h"
#include "inspect/growth.h"

#include <time.h>

/* The footprint of a process, read from files that are kept open. */
struct follow_sizes {
	int statm, status, stat;          /* of proc_pid_stat(5) and its like; -1: not to be had */
	int64_t shared_pages, anon_pages; /* at the last reading */
	int64_t shared_more; /* pages of files and of shared memory, since the one before */
	int64_t more_bytes;  /* shared memory and swap, which statm does not tell */
};

/* Opens the files of PID, which stay open. */
struct follow_sizes follow_sizes_open(pid_t pid);

/* The footprint, as well as it can be had in a microsecond: what is anonymous at once, shared
 * memory and swap whenever they may have changed.  False: the process has ended. */
bool follow_sizes_read(struct follow_sizes *sizes, int64_t *bytes);

/* Where its stack begins, as it was when the program that it runs now was begun; 0: not known. */
uint64_t follow_sizes_stack(const struct follow_sizes *sizes);

/* Whether its program was begun by execve(2), and its process since our sampler runs: what it has
 * is of this program, and not of one that we came too late for. */
bool follow_sizes_begun(const struct follow_sizes *sizes);

/* Where the files of its code are. */
struct follow_files {
	int status;    /* of the sizes: whose process it is */
	int root, cwd; /* its folders, which may be gone when it has ended; -1: not to be had */
	bool jailed;   /* its root is not ours */
};

/* Opens the folders of PID, which stay open until the files are closed. */
struct follow_files follow_files_open(pid_t pid, int status);
/* Closes them. */
void follow_files_close(struct follow_files *files);

/* Gives the lines in FRAME their texts, of files that have one that matters (grown_matters) and
 * that the process can read, too: a path is the process's word. */
void follow_files_texts(const struct follow_files *files, struct frame *frame);

enum {
	FOLLOW_THREADS_MOST = 256,
	FOLLOW_LINES_MOST = 64, /* of a stack */
	FOLLOW_GONE = 64,       /* lines remembered that came and went between two looks */
};

/* The lines a thread is at. */
struct follow_spot {
	/* numbers of lines (growth_line), the innermost first: those of the program's own code;
	 * where there is none, one of a library */
	uint32_t lines[FOLLOW_LINES_MOST];
	size_t count;
	struct growth_place inner;       /* of the innermost function */
	char package[PACKAGE_NAME_MOST]; /* the innermost that is installed; "": none */
};

/* Bytes that came and went while a thread moved from one line to another.  Whose it is, is asked
 * once more is known of the line it moved to: it was met for the first time, as a rule. */
struct follow_move {
	bool waits;  /* to be given to them */
	bool before; /* the line it was at is known */
	struct follow_spot from, to;
	int64_t came, went; /* bytes */
	uint64_t ran_us;    /* that the process ran meanwhile */
	uint32_t looks;     /* since then */
};

/* A thread, from one look to the next. */
struct follow_thread {
	pid_t tid;
	int stat;        /* proc_pid_stat(5) of it, kept open; -1: not to be had */
	uint64_t faults; /* so far, up to the look before */
	uint64_t fresh;  /* since then */
	int64_t held;    /* bytes that it was given, less what it gave back */
	bool runs, ran;  /* in this look, in the one before */
	struct follow_spot now, last;
	struct follow_move move;
};

struct follow {
	struct ident id;
	struct follow_sizes sizes;
	struct follow_files files;
	struct memory *memory; /* NULL: no Python yet */
	struct python python;
	struct python_stacks *stacks; /* NULL: no Python yet */
	struct growth *growth;
	struct follow_thread threads[FOLLOW_THREADS_MOST];
	size_t nthreads;
	/* where lines stood that grew and were gone at the next look, by line */
	struct follow_spot gone[FOLLOW_GONE];
	uint64_t begin_us, grew_us;
	/* while there is no Python yet: the program it runs, since when, and when to try again */
	uint64_t stack, became_us, open_us;
	uint32_t wait_us; /* between looks, as it grows */
	uint32_t looks;
	uint64_t looked_us;   /* processor time that they took */
	uint32_t missed;      /* looks at stacks that found none */
	int64_t bytes;        /* its footprint at the last look */
	clockid_t clock;      /* of the processor time of all its threads */
	uint64_t ran_us;      /* so far, */
	uint64_t span_us;     /* since the look before */
	int64_t rose, caught; /* bytes */
	bool started;         /* its first line has been seen: what came before is Python's own */
	bool ended;
	int error;
	char why[GROWN_TEXT_MAX];
};

/* Where all threads are now. */
void follow_look_at_threads(struct follow *follow);

/* Gives CHANGE bytes (0: nothing came) since the look before to the lines that are at work. */
void follow_attribute(struct follow *follow, int64_t change);

/* Gives what waits to be given: nothing more will be known. */
void follow_settle(struct follow *follow);
