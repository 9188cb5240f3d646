/* SPDX-License-Identifier: GPL-2.0-or-later */
/* grown - the lines of a Python program that its memory grew in, caught while it ran
 *
 * Of one process at a time, and only on request (REQUEST_LINES): it is looked at up to a thousand
 * times a second, and what its footprint gained since the look before is given to the line that
 * runs.  A frame with a proc_grown has all its lists, which replace those before.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	GROWN_TEXT_MAX = 256,
	GROWN_PATH_MAX = 1024,
	GROWN_SOURCE_MAX = 240,   /* bytes of a line's text */
	GROWN_MATTERS_KIB = 100,  /* lines with less, up or down, are not shown, ... */
	GROWN_MATTERS_PART = 500, /* ... nor those with less than this part of all it rose */
	GROWN_LINES_MAX = 400,    /* of a process: those that gained or lost most */
	GROWN_LIBRARIES_MAX = 100,
};

struct proc_grown {
	int32_t pid;
	uint64_t start_ticks; /* who: as in its birth */
	int32_t error;        /* errno value: 0, it is followed; ENOENT, no CPython is in it ... */
	const char *why;      /* a sentence, with an error; else "" */
	const char *runtime;  /* "CPython 3.11.2" */
	bool ended;           /* nothing more will come */
	uint32_t age_ms;      /* at the frame's time */
	uint32_t span_ms;     /* so long it has been followed */
	double cost_ms;       /* CPU time that took */
	uint32_t looks;       /* at its stacks: whenever its footprint had changed */
	/* all that its footprint rose, and of that what was caught: a thread was running, and its
	 * line is known.  What it fell is in neither. */
	uint64_t rose_kib, caught_kib;
	uint32_t number; /* of the answer, as the sampler counts them from 1; 0: not counted */
};

struct grown_line {
	int32_t pid;
	const char *file; /* as the code has it */
	int32_t line;
	const char *function;
	/* a line of the program's own code; false: of a library's, which no line of its own had
	 * called */
	bool own;
	int32_t net_kib;  /* what it and all it called added, less what they gave back */
	int32_t self_kib; /* of that, not in another line of the program's own */
	uint32_t looks;   /* that found it so */
	/* where most of that happened, "FILE:LINE" of the innermost function; "": in the line
	 * itself */
	const char *inner;
	/* what its file has there, tabs as spaces; "": it cannot be read */
	const char *text;
};

/* Code in a package that is installed, imported modules included. */
struct grown_library {
	int32_t pid;
	const char *name;
	int32_t net_kib;
};

/* Whether NET_KIB, of a line or a package, is worth being shown. */
bool grown_matters(const struct proc_grown *grown, int32_t net_kib);

struct frame;

/* Copies the proc_grown number INDEX of FROM, and what its lists have of its process, into TO,
 * which has none. */
void grown_copy(struct frame *to, const struct frame *from, size_t index);
