/* SPDX-License-Identifier: GPL-2.0-or-later */
/* session - pump bytes from the program to the picture */
#include "session.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/wait.h>

#include "proc.h"
#include "ticks.h"

int session_start(struct session *session, char *const argv[], char *const env[], int cols,
	int rows)
{
	int result;

	memset(session, 0, sizeof *session);
	wire_init(&session->wire);
	session->screen = screen_new(cols, rows);
	if (!session->screen)
		return -ENOMEM;
	session->started_us = ticks_us();
	result = pty_start(&session->pty, argv, env, cols, rows);
	if (result) {
		screen_free(session->screen);
		session->screen = NULL;
	}
	session->unsettled = true;
	return result;
}

void session_done(struct session *session)
{
	if (!session->screen)
		return;
	pty_close(&session->pty);
	screen_free(session->screen);
	memset(session, 0, sizeof *session);
}

/* The terminal answers queries, as a real one does. */
static void reply(struct session *session)
{
	char answer[256];
	size_t length;

	while ((length = screen_take_reply(session->screen, answer, sizeof answer))) {
		session->replies++;
		if (session->pty.master >= 0)
			pty_write(&session->pty, answer, length);
	}
}

static enum session_event take_pending(struct session *session)
{
	if (session->pending_at == session->pending_end && session->marked) {
		session->marked = false;
		return SESSION_SENTINEL;
	}
	const char *bytes = session->pending + session->pending_at;
	enum wire_event event;
	const size_t used = wire_scan(&session->wire, bytes,
		session->pending_end - session->pending_at, &event);

	screen_write(session->screen, bytes, used);
	session->pending_at += used;
	reply(session);
	return event == WIRE_FRAME ? SESSION_FRAME : SESSION_BYTES;
}

/* Waits for output or the program's end. */
static void wait_for_output(struct session *session, int timeout_ms)
{
	struct pollfd ready[2] = {
		{ .fd = session->pty.master, .events = POLLIN },
		{ .fd = session->pty.ended ? -1 : session->pty.pidfd, .events = POLLIN },
	};

	/* without a pidfd an end is noticed by looking often */
	if (session->pty.pidfd < 0 && timeout_ms > 10)
		timeout_ms = 10;
	poll(ready, 2, timeout_ms);
}

static bool fill_raw(struct session *session)
{
	const ssize_t got = pty_read(&session->pty, session->raw, sizeof(session->raw));

	if (got <= 0)
		return false;
	session->raw_at = 0;
	session->raw_end = (size_t)got;
	session->output_us = ticks_us();
	return true;
}

static bool fill(struct session *session)
{
	if (session->raw_at == session->raw_end && !fill_raw(session))
		return false;
	session->pending_at = 0;
	session->raw_at += sentinel_filter(&session->sentinel, session->raw + session->raw_at,
		session->raw_end - session->raw_at, session->pending, &session->pending_end,
		&session->marked);
	return true;
}

enum session_event session_step(struct session *session, int timeout_ms)
{
	if (session->pending_at < session->pending_end || session->marked || fill(session))
		return take_pending(session);
	if (session_reap(session, NULL, NULL))
		return SESSION_ENDED;
	if (timeout_ms <= 0)
		return SESSION_QUIET;
	wait_for_output(session, timeout_ms);
	if (fill(session))
		return take_pending(session);
	return session_reap(session, NULL, NULL) ? SESSION_ENDED : SESSION_QUIET;
}

void session_drain(struct session *session)
{
	enum session_event event;

	do {
		event = session_step(session, 0);
	} while (event != SESSION_QUIET && event != SESSION_ENDED);
}

void session_touch(struct session *session)
{
	struct proc_rest rest;

	session_drain(session);
	proc_rest(pty_foreground(&session->pty), &rest);
	session->wakes = rest.wakes;
	session->input_us = ticks_us();
	session->unsettled = true;
}

int session_type(struct session *session, const char *bytes, size_t length)
{
	session_touch(session);
	if (session->hung_up)
		return -EIO;
	return pty_write(&session->pty, bytes, length);
}

int session_resize(struct session *session, int cols, int rows)
{
	session_touch(session);
	screen_resize(session->screen, cols, rows);
	return pty_resize(&session->pty, cols, rows);
}

void session_hangup(struct session *session)
{
	session_drain(session);
	session->hung_up = true;
	pty_hangup(&session->pty);
}

bool session_reap(struct session *session, void (*other)(pid_t, int, void *), void *user)
{
	int status;
	pid_t pid;

	if (!other) {
		if (!session->pty.ended &&
			waitpid(session->pty.pid, &status, WNOHANG) == session->pty.pid) {
			session->pty.ended = true;
			session->pty.status = status;
		}
		return session->pty.ended;
	}
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (pid == session->pty.pid) {
			session->pty.ended = true;
			session->pty.status = status;
		} else {
			other(pid, status, user);
		}
	}
	return session->pty.ended;
}
