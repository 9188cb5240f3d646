/* SPDX-License-Identifier: GPL-2.0-or-later */
/* runtime - which tool can look inside a program, given what runs it */
#pragma once

#include <stdint.h>

/* The runtime of a program: decides which tool can look inside it. */
enum runtime {
	RUNTIME_UNKNOWN,
	RUNTIME_CPYTHON,
	RUNTIME_NODE,
	RUNTIME_JVM,
	RUNTIME_GO,
	RUNTIME_GLIBC,    /* any other program that uses glibc's malloc, or could */
	RUNTIME_JEMALLOC, /* ... or that has a library with another one */
	RUNTIME_TCMALLOC,
	RUNTIME_MIMALLOC,
	RUNTIME_REDIS,
};

/* The tool that must be installed; "" where none is needed or none is known. */
const char *runtime_tool(enum runtime runtime);

/* The runtime's name among people: "CPython", "Node.js"; "" for RUNTIME_UNKNOWN. */
const char *runtime_title(enum runtime runtime);

/* The command that looks inside process ID, and what it gives, one line each; both "" where
 * nothing is known.  CMDLINE (may be NULL) tells whether Node was started so that it can write a
 * snapshot. */
enum { RUNTIME_TEXT_MAX = 160 };

struct runtime_hint {
	char command[RUNTIME_TEXT_MAX];
	char gives[RUNTIME_TEXT_MAX];
};

/* The command that a person may run to look inside process PID of RUNTIME, whose command line is
 * CMDLINE. */
void runtime_hint(struct runtime_hint *hint, enum runtime runtime, int32_t pid,
	const char *cmdline);
