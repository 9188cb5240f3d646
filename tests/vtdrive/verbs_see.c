/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verbs_see - what is on the screen, now or in a while
 *
 * A verb that looks once lets the program settle first; a verb that waits looks at all that comes,
 * but never inside of a frame that the program has marked.
 */
#include "verbs.h"

#include <errno.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ticks.h"

enum { WAIT_MS = 10000 };

static bool compile(struct driver *driver, regex_t *regex, const char *text)
{
	const int error = regcomp(regex, text, REG_EXTENDED);
	char message[128];

	if (!error)
		return true;
	regerror(error, regex, message, sizeof message);
	driver_fail(driver, "%s: %s", text, message);
	return false;
}

/* The first row at or below `from` that matches, or -1. */
static int find_row(struct driver *driver, const regex_t *regex, int from)
{
	struct screen *screen = driver->session.screen;

	for (int row = from; row < screen_rows(screen); row++)
		if (!regexec(regex, screen_row(screen, row), 0, NULL, 0))
			return row;
	return -1;
}

static enum verdict do_expect(struct driver *driver, size_t count, char *const args[])
{
	regex_t regex;
	const char *text;
	bool found;
	long row;

	(void)count;
	if (!verbs_number(args[0], -999, 999, &row))
		return driver_fail(driver, "not a row: %s", args[0]);
	if (driver_settle(driver) || !compile(driver, &regex, args[1]))
		return VERDICT_FAIL;
	text = screen_row(driver->session.screen, (int)row);
	found = !regexec(&regex, text, 0, NULL, 0);
	regfree(&regex);
	return found ? VERDICT_PASS : driver_fail(driver, "row %ld is: %s", row, text);
}

static enum verdict look(struct driver *driver, const char *text, bool wanted)
{
	regex_t regex;
	int row;

	if (driver_settle(driver) || !compile(driver, &regex, text))
		return VERDICT_FAIL;
	row = find_row(driver, &regex, 0);
	regfree(&regex);
	if ((row >= 0) == wanted)
		return VERDICT_PASS;
	return wanted ? driver_fail(driver, "no row matches")
		      : driver_fail(driver, "row %d matches", row);
}

static enum verdict do_expect_any(struct driver *driver, size_t count, char *const args[])
{
	(void)count;
	return look(driver, args[0], true);
}

static enum verdict do_expect_not(struct driver *driver, size_t count, char *const args[])
{
	(void)count;
	return look(driver, args[0], false);
}

static enum verdict do_above(struct driver *driver, size_t count, char *const args[])
{
	regex_t upper, lower;
	int first, second;

	(void)count;
	if (driver_settle(driver) || !compile(driver, &upper, args[0]))
		return VERDICT_FAIL;
	if (!compile(driver, &lower, args[1])) {
		regfree(&upper);
		return VERDICT_FAIL;
	}
	first = find_row(driver, &upper, 0);
	second = find_row(driver, &lower, 0);
	regfree(&upper);
	regfree(&lower);
	if (first >= 0 && second >= 0 && first < second)
		return VERDICT_PASS;
	return driver_fail(driver, "they are in rows %d and %d", first, second);
}

static enum verdict do_below(struct driver *driver, size_t count, char *const args[])
{
	regex_t upper, lower;
	const char *text;
	bool found;
	int row;

	(void)count;
	if (driver_settle(driver) || !compile(driver, &upper, args[0]))
		return VERDICT_FAIL;
	row = find_row(driver, &upper, 0);
	regfree(&upper);
	if (row < 0)
		return driver_fail(driver, "no row matches the first");
	if (!compile(driver, &lower, args[1]))
		return VERDICT_FAIL;
	text = screen_row(driver->session.screen, row + 1);
	found = !regexec(&lower, text, 0, NULL, 0);
	regfree(&lower);
	return found ? VERDICT_PASS : driver_fail(driver, "below it is: %s", text);
}

/* What a wait is for: a row that matches, or none that does, or a number in one. */
struct target {
	regex_t regex;
	bool wanted;
	bool number;
	double min, max;
	double seen; /* the last number seen */
	bool any_seen;
};

static bool is_number_there(struct driver *driver, struct target *target)
{
	struct screen *screen = driver->session.screen;
	regmatch_t match[2];

	for (int row = 0; row < screen_rows(screen); row++) {
		const char *text = screen_row(screen, row);

		if (regexec(&target->regex, text, 2, match, 0) || match[1].rm_so < 0)
			continue;
		target->seen = strtod(text + match[1].rm_so, NULL);
		target->any_seen = true;
		return target->seen >= target->min && target->seen <= target->max;
	}
	return false;
}

static bool is_there(struct driver *driver, struct target *target)
{
	if (target->number)
		return is_number_there(driver, target);
	return (find_row(driver, &target->regex, 0) >= 0) == target->wanted;
}

/* Looks until the target is there, the program ends or time is up, but never inside of a frame that
 * the program has marked as one. */
static bool wait_for(struct driver *driver, struct target *target, int64_t limit)
{
	struct session *session = &driver->session;

	session->unsettled = true;
	for (;;) {
		if (!session->wire.modes.sync && is_there(driver, target))
			return true;
		if (session_step(session, ticks_left_ms(limit, 1000)) == SESSION_ENDED)
			return is_there(driver, target);
		if (ticks_us() >= limit)
			return !session->wire.modes.sync && is_there(driver, target);
	}
}

static bool read_wait(struct driver *driver, const char *text, int64_t *limit)
{
	long ms = WAIT_MS;

	if (text && !verbs_number(text, 0, 600000, &ms)) {
		driver_fail(driver, "not milliseconds: %s", text);
		return false;
	}
	*limit = driver_limit(driver, ms);
	return true;
}

static enum verdict wait_text(struct driver *driver, size_t count, char *const args[], bool wanted)
{
	struct target target = { .wanted = wanted };
	int64_t limit;
	bool found;

	if (!read_wait(driver, count > 1 ? args[1] : NULL, &limit) ||
		!compile(driver, &target.regex, args[0]))
		return VERDICT_FAIL;
	found = wait_for(driver, &target, limit);
	regfree(&target.regex);
	if (found)
		return VERDICT_PASS;
	return driver_fail(driver, "%s", wanted ? "it did not come" : "it is still there");
}

static enum verdict do_wait_text(struct driver *driver, size_t count, char *const args[])
{
	return wait_text(driver, count, args, true);
}

static enum verdict do_wait_gone(struct driver *driver, size_t count, char *const args[])
{
	return wait_text(driver, count, args, false);
}

static enum verdict do_wait_number(struct driver *driver, size_t count, char *const args[])
{
	struct target target = {
		.number = true, .min = strtod(args[1], NULL), .max = strtod(args[2], NULL)
	};
	int64_t limit;
	bool found;

	if (!read_wait(driver, count > 3 ? args[3] : NULL, &limit) ||
		!compile(driver, &target.regex, args[0]))
		return VERDICT_FAIL;
	found = wait_for(driver, &target, limit);
	regfree(&target.regex);
	if (found)
		return VERDICT_PASS;
	return target.any_seen ? driver_fail(driver, "the last seen was %g", target.seen)
			       : driver_fail(driver, "no such number");
}

static enum verdict do_wait_frame(struct driver *driver, size_t count, char *const args[])
{
	struct session *session = &driver->session;
	const int64_t limit = driver_limit(driver, WAIT_MS);
	long frames = 1;

	if (count && !verbs_number(args[0], 1, 100000, &frames))
		return driver_fail(driver, "not a number: %s", args[0]);
	session_drain(session);
	while (frames > 0) {
		const enum session_event event = session_step(session, ticks_left_ms(limit, 1000));

		if (event == SESSION_FRAME)
			frames--;
		else if (event == SESSION_ENDED || ticks_us() >= limit)
			return driver_fail(driver, "%ld frames did not come", frames);
	}
	return VERDICT_PASS;
}

static bool cell_has(const struct screen_cell *cell, const char *key, const char *value)
{
	const struct {
		const char *name;
		bool on;
	} flags[] = {
		{ "bold", cell->bold },
		{ "reverse", cell->reverse },
		{ "underline", cell->underline },
		{ "italic", cell->italic },
		{ "blink", cell->blink },
	};

	for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++)
		if (!strcmp(key, flags[i].name))
			return flags[i].on == !strcmp(value, "1");
	if (!strcmp(key, "char"))
		return !strcmp(cell->text, value);
	if (!strcmp(key, "fg"))
		return !strcmp(cell->fg, value);
	if (!strcmp(key, "bg"))
		return !strcmp(cell->bg, value);
	if (!strcmp(key, "width"))
		return cell->width == atoi(value);
	return false;
}

static enum verdict do_cell(struct driver *driver, size_t count, char *const args[])
{
	struct screen_cell cell;
	long col, row;

	if (!verbs_number(args[0], -999, 999, &col) || !verbs_number(args[1], -999, 999, &row))
		return driver_fail(driver, "not a cell: %s %s", args[0], args[1]);
	if (driver_settle(driver))
		return VERDICT_FAIL;
	if (screen_cell(driver->session.screen, (int)col, (int)row, &cell))
		return driver_fail(driver, "off the screen");
	for (size_t i = 2; i < count; i++) {
		char key[32];
		const char *value = strchr(args[i], '=');

		if (!value)
			return driver_fail(driver, "not KEY=VALUE: %s", args[i]);
		snprintf(key, sizeof key, "%.*s", (int)(value - args[i]), args[i]);
		if (!cell_has(&cell, key, value + 1))
			return driver_fail(driver,
				"char=%s width=%d fg=%s bg=%s bold=%d reverse=%d underline=%d",
				cell.text, cell.width, cell.fg, cell.bg, cell.bold, cell.reverse,
				cell.underline);
	}
	return VERDICT_PASS;
}

static bool is_ascii(const struct screen_cell *cell)
{
	for (const char *c = cell->text; *c; c++)
		if (*c < ' ' || *c > '~')
			return false;
	return true;
}

static bool is_colorless(const struct screen_cell *cell)
{
	return !strcmp(cell->fg, "default") && !strcmp(cell->bg, "default");
}

static enum verdict all_cells(struct driver *driver, bool (*test)(const struct screen_cell *))
{
	const struct screen *screen = driver->session.screen;
	struct screen_cell cell;

	if (driver_settle(driver))
		return VERDICT_FAIL;
	for (int row = 0; row < screen_rows(screen); row++)
		for (int col = 0; col < screen_cols(screen); col++)
			if (!screen_cell(screen, col, row, &cell) && !test(&cell))
				return driver_fail(driver, "the cell at %d %d is %s, fg=%s bg=%s",
					col, row, cell.text, cell.fg, cell.bg);
	return VERDICT_PASS;
}

static enum verdict do_ascii(struct driver *driver, size_t count, char *const args[])
{
	(void)count;
	(void)args;
	return all_cells(driver, is_ascii);
}

static enum verdict do_colorless(struct driver *driver, size_t count, char *const args[])
{
	(void)count;
	(void)args;
	return all_cells(driver, is_colorless);
}

static enum verdict do_colored(struct driver *driver, size_t count, char *const args[])
{
	(void)count;
	(void)args;
	if (all_cells(driver, is_colorless) == VERDICT_FAIL)
		return VERDICT_PASS;
	return driver_fail(driver, "no cell has a colour");
}

static enum verdict do_cursor(struct driver *driver, size_t count, char *const args[])
{
	bool hidden;
	int col, row;

	if (driver_settle(driver))
		return VERDICT_FAIL;
	hidden = driver->session.wire.modes.cursor_hidden;
	if (count == 1)
		return hidden == !strcmp(args[0], "hidden")
			       ? VERDICT_PASS
			       : driver_fail(driver, "it is %s", hidden ? "hidden" : "visible");
	screen_cursor(driver->session.screen, &col, &row);
	if (col == atoi(args[0]) && row == atoi(args[1]))
		return VERDICT_PASS;
	return driver_fail(driver, "it is at %d %d", col, row);
}

static enum verdict do_screen(struct driver *driver, size_t count, char *const args[])
{
	(void)count;
	(void)args;
	if (driver_settle(driver))
		return VERDICT_FAIL;
	screen_print(driver->session.screen, stdout, "# |", true);
	return VERDICT_SILENT;
}

static enum verdict do_save(struct driver *driver, size_t count, char *const args[])
{
	FILE *file;

	(void)count;
	if (driver_settle(driver))
		return VERDICT_FAIL;
	file = fopen(args[0], "w");
	if (!file)
		return driver_fail(driver, "%s: %s", args[0], strerror(errno));
	screen_print(driver->session.screen, file, "", false);
	return fclose(file) ? driver_fail(driver, "%s: %s", args[0], strerror(errno))
			    : VERDICT_SILENT;
}

/* The first row that differs from the file, or -1. */
static int first_difference(struct screen *screen, FILE *file, char *line, int size)
{
	for (int row = 0; row < screen_rows(screen); row++) {
		if (!fgets(line, size, file))
			line[0] = '\0';
		line[strcspn(line, "\n")] = '\0';
		if (strcmp(line, screen_row(screen, row)))
			return row;
	}
	return -1;
}

static enum verdict do_golden(struct driver *driver, size_t count, char *const args[])
{
	char line[SCREEN_ROW_MAX];
	FILE *file;
	int row;

	if (getenv("VTDRIVE_RECORD"))
		return do_save(driver, count, args) == VERDICT_SILENT ? VERDICT_PASS : VERDICT_FAIL;
	if (driver_settle(driver))
		return VERDICT_FAIL;
	file = fopen(args[0], "r");
	if (!file)
		return driver_fail(driver, "%s: %s", args[0], strerror(errno));
	row = first_difference(driver->session.screen, file, line, sizeof line);
	fclose(file);
	if (row < 0)
		return VERDICT_PASS;
	return driver_fail(driver, "row %d should be: %s", row, line);
}

const struct verb verbs_see[] = {
	{ "expect", "ROW REGEX", 2, 2, false, true, do_expect, "this row matches" },
	{ "expect-any", "REGEX", 1, 1, false, true, do_expect_any, "some row matches" },
	{ "expect-not", "REGEX", 1, 1, false, true, do_expect_not, "no row matches" },
	{ "above", "REGEX1 REGEX2", 2, 2, false, true, do_above,
		"the first row matching 1 is above the first row matching 2" },
	{ "below", "REGEX1 REGEX2", 2, 2, false, true, do_below,
		"right below the first row matching 1 is one matching 2" },
	{ "wait-text", "REGEX [MS]", 1, 2, false, true, do_wait_text, "wait for a matching row" },
	{ "wait-gone", "REGEX [MS]", 1, 2, false, true, do_wait_gone, "wait until no row matches" },
	{ "wait-number", "REGEX MIN MAX [MS]", 3, 4, false, true, do_wait_number,
		"wait until group 1 of the first matching row is a number in this range" },
	{ "wait-frame", "[N]", 0, 1, false, true, do_wait_frame,
		"wait for N frames ended by CSI ? 2026 l" },
	{ "cell", "COL ROW KEY=VALUE...", 3, 12, false, true, do_cell,
		"char, width, fg, bg (default, 0-255, #rrggbb), bold, reverse, underline, italic" },
	{ "ascii", "", 0, 0, false, true, do_ascii, "every cell holds plain ASCII" },
	{ "colorless", "", 0, 0, false, true, do_colorless, "no cell has a colour" },
	{ "colored", "", 0, 0, false, true, do_colored, "some cell has a colour" },
	{ "cursor", "COL ROW | hidden | visible", 1, 2, false, true, do_cursor, "the cursor" },
	{ "screen", "", 0, 0, false, true, do_screen, "print the screen" },
	{ "save", "FILE", 1, 1, false, true, do_save, "write the screen to a file" },
	{ "golden", "FILE", 1, 1, false, true, do_golden,
		"the screen is as in the file; VTDRIVE_RECORD=1 writes it instead" },
	{ 0 },
};
