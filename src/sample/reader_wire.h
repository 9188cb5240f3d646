/* SPDX-License-Identifier: GPL-2.0-or-later */
/* reader_wire - what a reader and its child say to each other through their pipes */
#pragma once

#include "sample/confine.h"
#include "sample/reader.h"

#include <sys/types.h>

/* The child's ends of its pipes. */
enum { READER_IN = 3, READER_OUT = 4 };

/* An answer on the wire is this and then LEN bytes of text without a NUL. */
struct reader_reply {
	struct reader_ask ask;
	int error;
	enum reader_piece piece;
	uint32_t len;
	union reader_figures figures;
};

/* The child's life: answers asks from IN on OUT until IN ends.  It dies with the process PARENT;
 * WHO is what it may do. */
_Noreturn void reader_child(int in, int out, pid_t parent, enum confine_as who);

/* How long the child waits for the next question before it gives back the code that the last one
 * took: long while they follow each other, and soon after one that came out of SILENT_MS without
 * any, as those for tmpfs do every 30 s. */
int reader_rest_ms(uint64_t silent_ms);

/* The first steps of a child of another kind: it is called NAME from then on, dies with PARENT, and
 * of what it inherited keeps OUT alone, under the number that is returned. */
int reader_child_settle(pid_t parent, const char *name, int out);

/* Limits the memory that a child that looks into the process TARGET may have from now on
 * (setrlimit(2)), so that what it finds in a stranger's memory cannot make it large. */
void reader_child_limit(int32_t target);

/* For what the child does, in reader_child.c and what it calls alone: a descriptor of the very
 * process (-errno; its pid may have been given to another one), and sending an answer. */
int reader_child_open(struct ident id);
void reader_child_send(struct reader_answer *answer);

/* Answers READER_TITLE. */
void reader_title(struct reader_answer *answer);

/* Answer READER_TMPFS and READER_MOUNTS. */
void reader_tmpfs(struct reader_answer *answer);
void reader_mounts(struct reader_answer *answer);

/* Answers READER_MAPPINGS: all its pieces but the last, which is left in ANSWER. */
void reader_mappings(struct reader_answer *answer);
