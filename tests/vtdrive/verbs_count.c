/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verbs_count - bytes, sequences, times, and modes left behind */
#include "verbs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ticks.h"

static enum verdict do_mark(struct driver *driver, size_t count, char *const args[])
{
	(void)count;
	(void)args;
	if (driver_settle(driver))
		return VERDICT_FAIL;
	driver->mark = driver->session.wire.counts;
	driver->mark_replies = driver->session.replies;
	return VERDICT_SILENT;
}

static bool count_of(const struct driver *driver, const char *name, uint64_t *out)
{
	const struct wire_counts *now = &driver->session.wire.counts, *then = &driver->mark;
	const struct {
		const char *name;
		uint64_t count;
	} counts[] = {
		{ "bytes", now->bytes - then->bytes },
		{ "frames", now->frames - then->frames },
		{ "titles", now->titles - then->titles },
		{ "osc52", now->osc52 - then->osc52 },
		{ "osc", now->osc - then->osc },
		{ "dcs", now->dcs - then->dcs },
		{ "ris", now->ris - then->ris },
		{ "bells", now->bells - then->bells },
		{ "c1", now->c1 - then->c1 },
		{ "queries", now->queries - then->queries },
		{ "replies", driver->session.replies - driver->mark_replies },
	};

	for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
		if (strcmp(counts[i].name, name))
			continue;
		*out = counts[i].count;
		return true;
	}
	return false;
}

static enum verdict do_count(struct driver *driver, size_t count, char *const args[])
{
	uint64_t value;

	(void)count;
	if (driver_settle(driver))
		return VERDICT_FAIL;
	if (!count_of(driver, args[0], &value))
		return driver_fail(driver, "nothing is counted as %s", args[0]);
	if (verbs_compare((double)value, args[1], strtod(args[2], NULL)))
		return VERDICT_PASS;
	return driver_fail(driver, "%s is %llu, the last title \"%s\"", args[0],
		(unsigned long long)value, driver->session.wire.title);
}

/* Nothing but drawing: no sequence that acts on the terminal beyond its picture; "titled": but for
 * one title of the window. */
static enum verdict do_harmless(struct driver *driver, size_t count, char *const args[])
{
	static const char *const names[] = { "titles", "osc52", "osc", "dcs", "ris", "bells", "c1",
		"queries", "replies" };
	const uint64_t titles = count > 0 && !strcmp(args[0], "titled") ? 1 : 0;
	size_t length = 0;
	char found[256] = "";

	if (driver_settle(driver))
		return VERDICT_FAIL;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		uint64_t value = 0;

		if (count_of(driver, names[i], &value) && value > (i ? 0 : titles))
			length += (size_t)snprintf(found + length, sizeof found - length,
				" %s %llu", names[i], (unsigned long long)value);
	}
	return found[0] ? driver_fail(driver, "it wrote%s", found) : VERDICT_PASS;
}

static enum verdict do_altscreen(struct driver *driver, size_t count, char *const args[])
{
	bool on;

	(void)count;
	if (driver_settle(driver))
		return VERDICT_FAIL;
	on = driver->session.wire.modes.altscreen;
	if (on == !strcmp(args[0], "on"))
		return VERDICT_PASS;
	return driver_fail(driver, "it is %s", on ? "on" : "off");
}

static enum verdict do_since_start(struct driver *driver, size_t count, char *const args[])
{
	const struct session *session = &driver->session;
	const double ms = (double)(session->output_us - session->started_us) / 1000;

	(void)count;
	tap_note("%.1f ms from the start to the last output", ms);
	if (verbs_compare(ms, args[0], strtod(args[1], NULL)))
		return VERDICT_PASS;
	return driver_fail(driver, "it was %.1f ms", ms);
}

/* The terminal is as the program found it. Another process may be at it (a guard), so it is given
 * some time, counted from now. */
static enum verdict do_termstate(struct driver *driver, size_t count, char *const args[])
{
	struct session *session = &driver->session;
	char modes[256], settings[128];
	int64_t limit;
	long ms = 0;

	if (count && !verbs_number(args[0], 0, 600000, &ms))
		return driver_fail(driver, "not milliseconds: %s", args[0]);
	limit = driver_limit(driver, ms);
	session->unsettled = true;
	if (driver_settle(driver))
		return VERDICT_FAIL;
	for (;;) {
		session_drain(session);
		wire_modes_left(&session->wire, modes, sizeof modes);
		pty_termios_changes(&session->pty, settings, sizeof settings);
		if (!modes[0] && !settings[0])
			return VERDICT_PASS;
		if (ticks_us() >= limit)
			return driver_fail(driver, "left on: %s; changed:%s", modes, settings);
		ticks_breathe();
	}
}

const struct verb verbs_count[] = {
	{ "mark", "", 0, 0, false, true, do_mark, "count from here (else from the start)" },
	{ "count", "WHAT SIGN N", 3, 3, false, true, do_count,
		"bytes frames titles osc52 osc dcs ris bells c1 queries replies, < <= == >= >" },
	{ "harmless", "[titled]", 0, 1, false, true, do_harmless,
		"no title (titled: one), OSC, DCS, RIS, bell, C1 or query since the mark" },
	{ "altscreen", "on|off", 1, 1, false, true, do_altscreen, "the alternate screen" },
	{ "since-start", "SIGN MS", 2, 2, false, true, do_since_start,
		"time from the start to the last output seen" },
	{ "termstate", "[MS]", 0, 1, false, true, do_termstate,
		"within MS: termios as before, all modes off, cursor visible, main screen" },
	{ 0 },
};
