/* SPDX-License-Identifier: GPL-2.0-or-later */
/* permit - why a process may not be looked into, and what would permit it, in a sentence */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Facts that decide: of the process, of ourselves, of the kernel. */
struct permit {
	int32_t pid;
	uint32_t uid;     /* the process's effective user; UINT32_MAX: not known */
	uint32_t our_uid; /* effective */
	bool dumpable;    /* the files of /proc/PID belong to its user */
	int yama;         /* kernel.yama.ptrace_scope; -1: there is no such thing */
};

/* Reads it. */
void permit_read(struct permit *permit, int32_t pid);

/* The sentence, without a full stop, for the -errno ERROR of memory_open. */
void permit_why(const struct permit *permit, int error, char *why, size_t cap);
