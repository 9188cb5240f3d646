/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verbs_input - keys, text, mouse, sizes, a slow or lost terminal */
#include "verbs.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "keys.h"
#include "settle.h"
#include "ticks.h"

/* Longer than programs wait to tell Esc from a sequence (25 ms is usual, ncurses' own is 1000). */
enum { ESC_SILENCE_MS = 80 };

static bool parse_size(const char *text, int *cols, int *rows)
{
	char end;

	return sscanf(text, "%dx%d%c", cols, rows, &end) == 2 && *cols > 0 && *rows > 0 &&
	       *cols < 1000 && *rows < 1000;
}

static enum verdict do_size(struct driver *driver, size_t count, char *const args[])
{
	(void)count;
	if (!parse_size(args[0], &driver->cols, &driver->rows))
		return driver_fail(driver, "not a size: %s", args[0]);
	return VERDICT_SILENT;
}

static enum verdict type(struct driver *driver, const char *bytes, size_t length)
{
	int result;

	driver_before_input(driver);
	result = session_type(&driver->session, bytes, length);
	return result ? driver_fail(driver, "typing: %s", strerror(-result)) : VERDICT_SILENT;
}

/* An Esc is an Esc, and not the beginning of another key, only by the silence after it. */
static void keep_silent(struct session *session)
{
	const int64_t limit = ticks_limit(ESC_SILENCE_MS);

	while (ticks_us() < limit &&
		session_step(session, ticks_left_ms(limit, 1000)) != SESSION_ENDED)
		continue;
}

static enum verdict do_key(struct driver *driver, size_t count, char *const args[])
{
	for (size_t i = 0; i < count; i++) {
		char bytes[KEYS_MAX];
		const int length = keys_bytes(args[i], driver->session.wire.modes.app_cursor,
			bytes);

		if (length < 0)
			return driver_fail(driver, "no such key: %s", args[i]);
		if (type(driver, bytes, (size_t)length) != VERDICT_SILENT)
			return VERDICT_FAIL;
		if (!strcmp(args[i], "Esc"))
			keep_silent(&driver->session);
		/* each key is digested before the next, as from a hand */
		if (i + 1 < count && driver_settle(driver))
			return VERDICT_FAIL;
	}
	return VERDICT_SILENT;
}

static enum verdict do_text(struct driver *driver, size_t count, char *const args[])
{
	(void)count;
	return type(driver, args[0], strlen(args[0]));
}

static enum verdict do_paste(struct driver *driver, size_t count, char *const args[])
{
	char bytes[1024];
	const bool bracketed = driver->session.wire.modes.paste;
	const int length = snprintf(bytes, sizeof bytes, "%s%s%s", bracketed ? "\033[200~" : "",
		args[0], bracketed ? "\033[201~" : "");

	(void)count;
	if (length >= (int)sizeof bytes)
		return driver_fail(driver, "too long");
	return type(driver, bytes, (size_t)length);
}

static enum verdict do_mouse(struct driver *driver, size_t count, char *const args[])
{
	const bool x10 = count > 3 && !strcmp(args[3], "x10");
	char bytes[KEYS_MAX];
	long col, row;
	int length;

	if (!verbs_number(args[0], 0, 999, &col) || !verbs_number(args[1], -999, 999, &row))
		return driver_fail(driver, "not a cell: %s %s", args[0], args[1]);
	if (row < 0)
		row += screen_rows(driver->session.screen);
	length = keys_mouse((int)col, (int)row, args[2], x10, bytes);
	if (length < 0)
		return driver_fail(driver, "no such button: %s", args[2]);
	return type(driver, bytes, (size_t)length);
}

static enum verdict do_resize(struct driver *driver, size_t count, char *const args[])
{
	int cols, rows;

	(void)count;
	if (!parse_size(args[0], &cols, &rows))
		return driver_fail(driver, "not a size: %s", args[0]);
	driver_before_input(driver);
	session_resize(&driver->session, cols, rows);
	return VERDICT_SILENT;
}

/* Many resizes, back and forth, ending at the size before. The sizes are a fixed sequence. */
static enum verdict do_storm(struct driver *driver, size_t count, char *const args[])
{
	const int cols = screen_cols(driver->session.screen);
	const int rows = screen_rows(driver->session.screen);
	unsigned seed = 12345;
	long times, pause_us;

	(void)count;
	if (!verbs_number(args[0], 1, 100000, &times) ||
		!verbs_number(args[1], 0, 1000000, &pause_us))
		return driver_fail(driver, "not numbers: %s %s", args[0], args[1]);
	driver_before_input(driver);
	for (long i = 0; i < times; i++) {
		const struct timespec pause = { .tv_nsec = pause_us * 1000 };

		seed = seed * 1103515245 + 12345;
		session_resize(&driver->session, 1 + (int)(seed >> 16) % 200,
			1 + (int)(seed >> 8) % 60);
		if (pause_us)
			nanosleep(&pause, NULL);
	}
	session_resize(&driver->session, cols, rows);
	return VERDICT_SILENT;
}

static enum verdict do_stall(struct driver *driver, size_t count, char *const args[])
{
	struct timespec pause;
	long ms;

	(void)count;
	if (!verbs_number(args[0], 1, 600000, &ms))
		return driver_fail(driver, "not milliseconds: %s", args[0]);
	pause = (struct timespec){ .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };
	nanosleep(&pause, NULL);
	driver->session.unsettled = true;
	return VERDICT_SILENT;
}

static enum verdict do_pass(struct driver *driver, size_t count, char *const args[])
{
	int64_t limit;
	long ms;

	(void)count;
	if (!verbs_number(args[0], 1, 600000, &ms))
		return driver_fail(driver, "not milliseconds: %s", args[0]);
	/* the clock of the test, not of its patience */
	limit = ticks_us() + ms * 1000;
	while (ticks_us() < limit &&
		session_step(&driver->session, ticks_left_ms(limit, 1000)) != SESSION_ENDED)
		continue;
	driver->session.unsettled = true;
	return VERDICT_SILENT;
}

static enum verdict do_hangup(struct driver *driver, size_t count, char *const args[])
{
	(void)count;
	(void)args;
	driver_before_input(driver);
	session_hangup(&driver->session);
	return VERDICT_SILENT;
}

/* The next input comes while the program may still be at work. */
static enum verdict do_hasty(struct driver *driver, size_t count, char *const args[])
{
	(void)count;
	(void)args;
	driver->hasty = true;
	return VERDICT_SILENT;
}

static enum verdict do_settle(struct driver *driver, size_t count, char *const args[])
{
	(void)count;
	(void)args;
	driver->session.unsettled = true;
	return driver_settle(driver) ? VERDICT_FAIL : VERDICT_SILENT;
}

/* The screen once a key has been answered, and how long the answer took. */
static enum verdict do_latency(struct driver *driver, size_t count, char *const args[])
{
	struct session *session = &driver->session;
	const enum verdict typed = do_key(driver, 1, args);
	const uint64_t bytes = session->wire.counts.bytes;
	long most;
	double ms;

	(void)count;
	if (typed != VERDICT_SILENT)
		return typed;
	if (!verbs_number(args[1], 0, 600000, &most))
		return driver_fail(driver, "not milliseconds: %s", args[1]);
	if (driver_settle(driver))
		return VERDICT_FAIL;
	if (session->wire.counts.bytes == bytes)
		return driver_fail(driver, "nothing was drawn");
	ms = (double)(session->output_us - session->input_us) / 1000;
	tap_note("%s: %.1f ms from the key to the complete frame", args[0], ms);
	return ms <= (double)most ? VERDICT_PASS : driver_fail(driver, "it took %.1f ms", ms);
}

const struct verb verbs_input[] = {
	{ "size", "WxH", 1, 1, false, false, do_size, "size of the terminal at the next start" },
	{ "key", "NAME...", 1, 40, false, true, do_key,
		"press keys: Up F5 Enter Esc C-c M-x Space PgDn, or a character" },
	{ "text", "TEXT", 1, 1, false, true, do_text, "type all of it at once" },
	{ "paste", "TEXT", 1, 1, false, true, do_paste, "paste, bracketed if the program asked" },
	{ "mouse", "COL ROW BUTTON [x10]", 3, 4, false, true, do_mouse,
		"press and release left, middle, right, wheel-up, wheel-down (SGR 1006)" },
	{ "resize", "WxH", 1, 1, false, true, do_resize, "change the size of the terminal" },
	{ "storm", "N US", 2, 2, false, true, do_storm, "N resizes, US microseconds apart" },
	{ "stall", "MS", 1, 1, false, true, do_stall, "read nothing for so long, as a slow link" },
	{ "pass", "MS", 1, 1, false, true, do_pass, "let time go by while reading" },
	{ "hangup", "", 0, 0, false, true, do_hangup, "close the terminal" },
	{ "hasty", "", 0, 0, false, true, do_hasty,
		"the next input does not wait until the program rests" },
	{ "settle", "", 0, 0, false, true, do_settle, "wait until the screen is complete" },
	{ "latency", "KEY MS", 2, 2, false, true, do_latency,
		"a key is answered by a complete frame within MS" },
	{ 0 },
};
