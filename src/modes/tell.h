/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tell - what the modes say to a person on standard error: one line each, "memtop: ..." */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct options;
struct session;
struct store;

/* Says a line, made as by printf(3); "memtop: " and the newline are put around it. */
void tell(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Tells what came of writing, 0 or -errno.  Nothing is told of a reader that has gone (-EPIPE),
 * which is no trouble.  Returns whether it is trouble. */
bool tell_unwritten(int error);

/* Tells the session's message, if there is one; returns whether it had. */
bool tell_message(const struct session *session);

/* Which of the processes of -p were there at some time. */
struct tell_present {
	const int32_t *pids;
	size_t npids;
	bool *seen;
};

/* Begins with none of the pids of OPTIONS seen, which outlive it; frees; and takes who is
 * there now. */
void tell_present_init(struct tell_present *present, const struct options *options);
void tell_present_done(struct tell_present *present);
void tell_present_take(struct tell_present *present, const struct store *store);

/* Whether some were named and none of them was there. */
bool tell_present_nobody(const struct tell_present *present);

/* Tells that SESSION has no process PID.  Who is hidden looks the same (hidepid in proc(5)). */
void tell_nobody(int32_t pid, const struct session *session);

/* Tells each that never was there; returns whether there is one. */
bool tell_missing(const struct tell_present *present, const struct session *session);
