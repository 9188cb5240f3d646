/* SPDX-License-Identifier: GPL-2.0-or-later */
/* script - lines to words to verbs to results */
#include "script.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "ticks.h"
#include "verbs.h"

struct words {
	char *list[VERBS_MAX_ARGS];
	size_t count;
	char text[8192]; /* what the list points into */
	size_t used;
};

static void put(struct words *words, char c)
{
	if (words->used + 1 < sizeof words->text)
		words->text[words->used++] = c;
}

/* ${NAME} at *at: puts its value; false when it is malformed. */
static bool put_variable(struct words *words, const char **at)
{
	const char *begin = *at + 2, *end = strchr(begin, '}'), *value;
	char name[64];

	if (!end || (size_t)(end - begin) >= sizeof name)
		return false;
	memcpy(name, begin, (size_t)(end - begin));
	name[end - begin] = '\0';
	value = getenv(name);
	if (!value)
		return false;
	while (*value)
		put(words, *value++);
	*at = end + 1;
	return true;
}

/* Reads one word; false when a quote does not end or a variable is unknown. */
static bool take_word(struct words *words, const char **at)
{
	const char *c = *at;
	char quote = '\0';

	words->list[words->count] = words->text + words->used;
	while (*c && (quote || !isspace((unsigned char)*c))) {
		if (quote != '\'' && c[0] == '$' && c[1] == '{') {
			if (!put_variable(words, &c))
				return false;
			continue;
		}
		if (*c == quote) {
			quote = '\0';
		} else if (!quote && (*c == '\'' || *c == '"')) {
			quote = *c;
		} else if (quote != '\'' && *c == '\\' && c[1]) {
			/* inside "" only what would be special loses its backslash */
			if (quote && !strchr("\"\\$", c[1]))
				put(words, '\\');
			put(words, *++c);
		} else {
			put(words, *c);
		}
		c++;
	}
	put(words, '\0');
	words->count++;
	*at = c;
	return !quote;
}

static const char *skip_blanks(const char *at)
{
	while (isspace((unsigned char)*at))
		at++;
	return at;
}

/* Splits a line; with `raw_after` above 0, what follows that many words is one word. */
static bool split(const char *line, size_t raw_after, struct words *words)
{
	words->count = words->used = 0;
	for (const char *at = skip_blanks(line); *at && *at != '#'; at = skip_blanks(at)) {
		if (words->count + 1 >= VERBS_MAX_ARGS)
			return false;
		if (raw_after && words->count == raw_after) {
			words->list[words->count++] = words->text + words->used;
			while (*at)
				put(words, *at++);
			put(words, '\0');
			break;
		}
		if (!take_word(words, &at))
			return false;
	}
	return true;
}

static void show_screen(struct driver *driver)
{
	if (!driver->session.screen)
		return;
	tap_note("the screen, %d x %d:", screen_cols(driver->session.screen),
		screen_rows(driver->session.screen));
	screen_print(driver->session.screen, stdout, "# |", true);
}

static void report(struct driver *driver, enum verdict verdict, const char *line)
{
	switch (verdict) {
	case VERDICT_SILENT:
		break;
	case VERDICT_PASS:
		tap_result(&driver->tap, true, line);
		break;
	case VERDICT_FAIL:
		tap_result(&driver->tap, false, line);
		tap_note("%s", driver->why);
		show_screen(driver);
		break;
	case VERDICT_SKIP:
		tap_skip(&driver->tap, line, driver->why);
		break;
	}
}

static enum verdict run_verb(struct driver *driver, const struct verb *verb,
	const struct words *words)
{
	const size_t count = words->count - 1;

	if (count < verb->min || count > verb->max)
		return driver_fail(driver, "usage: %s %s", verb->name, verb->usage);
	if (verb->needs_program && driver_ensure(driver))
		return driver_fail(driver, "the program cannot be started");
	driver->why[0] = '\0';
	return verb->run(driver, count, words->list + 1);
}

/* Runs one line, called `what` in reports; false ends the script. */
static bool run_line(struct driver *driver, const char *line, const char *what)
{
	const struct verb *verb;
	struct words words;
	enum verdict verdict;

	if (!split(line, 0, &words) && !words.count) {
		report(driver, driver_fail(driver, "this line cannot be read"), what);
		return false;
	}
	if (!words.count)
		return true;
	verb = verbs_find(words.list[0]);
	if (!verb || !split(line, verb->raw ? verb->max : 0, &words)) {
		report(driver,
			driver_fail(driver,
				verb ? "a quote or ${NAME} is wrong" : "there is no such verb"),
			what);
		return false;
	}
	verdict = run_verb(driver, verb, &words);
	report(driver, verdict, what);
	return verdict != VERDICT_SKIP;
}

void script_run(struct driver *driver, FILE *in, const char *name)
{
	char *line = NULL, text[1024];
	size_t room = 0, number = 0;

	while (getline(&line, &room, in) > 0) {
		line[strcspn(line, "\n")] = '\0';
		number++;
		snprintf(text, sizeof text, "%s:%zu: %s", name, number, skip_blanks(line));
		if (!*skip_blanks(line) || *skip_blanks(line) == '#')
			continue;
		if (ticks_us() >= driver->deadline) {
			driver_fail(driver, "the time limit of the whole script has passed");
			report(driver, VERDICT_FAIL, text);
			break;
		}
		if (!run_line(driver, line, text))
			break;
	}
	free(line);
}
