/* SPDX-License-Identifier: GPL-2.0-or-later */
/* session - a program, its terminal and the picture on it
 *
 * Bytes flow program -> pty -> sentinel (taken out) -> wire (counts) -> screen (cells), and answers of the terminal flow
 * back. A step stops exactly where a frame or a sentinel ends, so that what is on the screen then
 * is that frame and nothing of the next.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "pty.h"
#include "screen.h"
#include "sentinel.h"
#include "wire.h"

enum session_event {
	SESSION_QUIET, /* nothing came within the time */
	SESSION_BYTES,
	SESSION_FRAME,
	SESSION_SENTINEL,
	SESSION_ENDED, /* the program has ended and nothing more has come */
};

struct session {
	struct pty pty;
	struct wire wire;
	struct screen *screen;
	uint64_t replies;   /* answers the terminal sent into the program */
	uint64_t sentinels; /* written so far */
	uint64_t wakes;     /* of the program at the last input, see settle.h */
	int64_t started_us, input_us, output_us; /* when it began, was last typed at, last wrote */
	bool unsettled; /* something was sent or changed since it last settled */
	bool hung_up;
	struct sentinel sentinel;
	char raw[65536]; /* read from the terminal */
	size_t raw_at, raw_end;
	char pending[65536 + SENTINEL_MOST]; /* the program's part of it, not scanned yet */
	size_t pending_at, pending_end;
	bool marked; /* behind what is pending there was a sentinel */
};

/* Starts a program; 0 or -errno. */
int session_start(struct session *session, char *const argv[], char *const env[], int cols,
	int rows);

/* Ends the program if it has not ended and frees everything; a zeroed session is accepted. */
void session_done(struct session *session);

/* Takes in output: until an event, or at most `timeout_ms`. */
enum session_event session_step(struct session *session, int timeout_ms);

/* Takes in all that is there now, without waiting. */
void session_drain(struct session *session);

/* Types bytes at the program; 0 or -errno. */
int session_type(struct session *session, const char *bytes, size_t length);

int session_resize(struct session *session, int cols, int rows);
void session_hangup(struct session *session);

/* Notes that the program is about to be given something to do. */
void session_touch(struct session *session);

/* Collects the program's end if it has come; true when it has ended. Other children that have
 * ended are handed to `other` (which may be NULL) and forgotten. */
bool session_reap(struct session *session, void (*other)(pid_t, int, void *), void *user);
