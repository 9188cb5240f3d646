/* SPDX-License-Identifier: GPL-2.0-or-later */
/* options - the command line as values (options.h); knows no module but columns and filters */
#include "options/options_priv.h"

#include "base/text.h"
#include "frame/frame.h"
#include "options/settings.h"
#include "options/values.h"
#include "table/query.h"
#include "table/view.h"

#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	ITEM_MAX = 64,
	LONG_CODE = 0x100, /* getopt's code of a row without a letter: this and its place */
};

/* One option. */
struct option_row {
	char letter;      /* 0: none */
	const char *name; /* long name */
	/* puts VALUE (NULL: it takes none) where it belongs: 0, or -EINVAL and in WHY the reason */
	int (*set)(struct options *o, const struct option_row *row, const char *value, char *why);
	size_t where;      /* a member of struct options, a mode, a format: SET knows */
	const char *value; /* what its argument is called; NULL: takes none */
	const char *words; /* for --help */
};

int options_fail(char why[OPTIONS_WHY_MAX], const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(why, OPTIONS_WHY_MAX, format, args);
	va_end(args);
	return -EINVAL;
}

/* --- one setter a kind of option ------------------------------------------------------------ */

static void *member(struct options *o, const struct option_row *row)
{
	return (char *)o + row->where;
}

static int set_flag(struct options *o, const struct option_row *row, const char *value, char *why)
{
	(void)value, (void)why;
	*(bool *)member(o, row) = true;
	return 0;
}

static int set_text(struct options *o, const struct option_row *row, const char *value, char *why)
{
	(void)why;
	*(const char **)member(o, row) = value;
	return 0;
}

/* Help and version win over all that came before. */
static int set_mode(struct options *o, const struct option_row *row, const char *value, char *why)
{
	(void)value, (void)why;
	if (row->where >= MODE_HELP || o->mode < MODE_HELP)
		o->mode = (enum options_mode)row->where;
	return 0;
}

static int set_format(struct options *o, const struct option_row *row, const char *value, char *why)
{
	(void)value, (void)why;
	o->format = (enum options_format)row->where;
	return 0;
}

/* A whole number from LO to HI, of digits alone. */
static bool read_number(const char *text, long lo, long hi, long *out)
{
	char *end;

	errno = 0;
	long value = strtol(text, &end, 10);
	if (errno != 0 || strspn(text, "0123456789") != strlen(text) || end == text || value < lo ||
		value > hi)
		return false;
	*out = value;
	return true;
}

static int set_interval(struct options *o, const struct option_row *row, const char *value,
	char *why)
{
	(void)row;
	if (values_interval(value, &o->interval_ms) != 0)
		return options_fail(why, "-d wants seconds from " VALUES_INTERVAL ", not '%s'",
			value);
	o->interval_given = true;
	return 0;
}

static int set_count(struct options *o, const struct option_row *row, const char *value, char *why)
{
	long count;

	(void)row;
	if (!read_number(value, 1, 1000000000, &count))
		return options_fail(why, "-n wants a number from 1 on, not '%s'", value);
	o->count = (uint32_t)count;
	return 0;
}

static int set_width(struct options *o, const struct option_row *row, const char *value, char *why)
{
	long width;

	(void)row;
	if (!read_number(value, 20, 10000, &width))
		return options_fail(why, "-w wants columns from 20 to 10000, not '%s'", value);
	o->width = (int)width;
	return 0;
}

static int set_key_frames(struct options *o, const struct option_row *row, const char *value,
	char *why)
{
	double seconds;

	(void)row;
	if (values_seconds(value, 1, 86400, &seconds) != 0)
		return options_fail(why, "--key-frames wants seconds from 1 to 86400, not '%s'",
			value);
	o->key_s = (uint32_t)seconds;
	return 0;
}

static int set_span(struct options *o, const struct option_row *row, const char *value, char *why)
{
	if (values_seconds(value, 1, 30 * 86400, member(o, row)) != 0)
		return options_fail(why, "--%s wants a time from 1s to 30d, not '%s'", row->name,
			value);
	return 0;
}

/* The next item of a list with commas, NUL-terminated in ITEM and cut to its size (what is so
 * long is neither a number nor a name); false at the end. */
static bool next_item(const char **list, char item[ITEM_MAX])
{
	size_t len = strcspn(*list, ",");

	if (**list == '\0')
		return false;
	snprintf(item, ITEM_MAX, "%.*s", (int)len, *list);
	*list += len;
	*list += **list == ',';
	return true;
}

static int set_pids(struct options *o, const struct option_row *row, const char *value, char *why)
{
	char item[ITEM_MAX];
	long pid;

	(void)row;
	if (*value == '\0')
		return options_fail(why, "-p wants process ids");
	while (next_item(&value, item)) {
		if (!read_number(item, 1, FRAME_PID_MAX, &pid))
			return options_fail(why, "-p: '%s' is no process id", item);
		if (o->npids == OPTIONS_PIDS_MAX)
			return options_fail(why, "-p takes %d process ids at most",
				OPTIONS_PIDS_MAX);
		o->pids[o->npids++] = (int32_t)pid;
	}
	return 0;
}

/* -EINVAL, and in WHY the names of all columns. */
static int unknown_column(const char *name, char *why)
{
	char names[OPTIONS_WHY_MAX - 60] = "";
	size_t len = 0;

	for (int id = 0; id < COLUMN_COUNT; id++) {
		const char *key = column_get((enum column_id)id)->key;
		if (len + strlen(key) + 1 >= sizeof(names))
			break;
		len += (size_t)snprintf(names + len, sizeof(names) - len, "%s%s",
			id == 0 ? "" : " ", key);
	}
	return options_fail(why, "no column '%.20s'; there are: %s", name, names);
}

static int set_sort(struct options *o, const struct option_row *row, const char *value, char *why)
{
	(void)row;
	if (values_sort(value, &o->sort, &o->reverse) != 0)
		return unknown_column(value + (value[0] == '-'), why);
	o->sort_given = true;
	return 0;
}

static int set_columns(struct options *o, const struct option_row *row, const char *value,
	char *why)
{
	char item[ITEM_MAX];

	(void)row;
	o->ncolumns = 0;
	while (next_item(&value, item)) {
		int error = values_add_column(item, o->columns, &o->ncolumns);
		if (error == -EEXIST)
			return options_fail(why, "--columns names '%s' twice", item);
		if (error != 0)
			return unknown_column(item, why);
	}
	if (o->ncolumns == 0)
		return options_fail(why, "--columns wants names of columns");
	return 0;
}

static int set_group(struct options *o, const struct option_row *row, const char *value, char *why)
{
	static const char *const names[GROUP_KINDS] = { "program", "user", "cgroup" };

	(void)row;
	for (int kind = 0; kind < GROUP_KINDS; kind++)
		if (strcmp(value, names[kind]) == 0) {
			o->grouped = true;
			o->group = (enum group_kind)kind;
			return 0;
		}
	return options_fail(why, "-g wants program, user or cgroup, not '%s'", value);
}

/* --- the table ------------------------------------------------------------------------------ */

#define AT(member) offsetof(struct options, member)

/* In the order of --help. */
static const struct option_row option_rows[] = {
	{ 'd', "delay", set_interval, 0, "SECONDS",
		"time between looks, fractions allowed (default 1)" },
	{ 'n', "count", set_count, 0, "N", "end after N looks" },
	{ 'p', "pid", set_pids, 0, "PID[,PID]", "only these processes" },
	{ 'u', "user", set_text, AT(user), "USER", "only this user's processes (name or number)" },
	{ 's', "sort", set_sort, 0, "COLUMN", "sort by COLUMN; -COLUMN turns the order round" },
	{ 'F', "filter", set_text, AT(filter), "EXPR", "only what matches: 'rss>1g and user=www'" },
	{ 'g', "group", set_group, 0, "KIND", "rows of groups: by program, user or cgroup" },
	{ 'k', "kernel", set_flag, AT(kernel_threads), NULL, "show kernel threads too" },
	{ 'C', "no-color", set_flag, AT(no_color), NULL,
		"no colour (so does NO_COLOR in the environment)" },
	{ 'U', "ascii", set_flag, AT(ascii), NULL, "draw with plain ASCII" },
	{ 'M', "no-mouse", set_flag, AT(no_mouse), NULL, "leave the mouse to the terminal" },
	{ 0, "readonly", set_flag, AT(readonly), NULL,
		"never send a signal or change a nice value" },
	{ 'b', "batch", set_mode, MODE_BATCH, NULL,
		"text tables on standard output, no terminal needed" },
	{ 'w', "width", set_width, 0, "COLUMNS", "width of the lines of -b" },
	{ 0, "account", set_flag, AT(account), NULL, "with -b: where the machine's memory went" },
	{ 0, "detail", set_mode, MODE_DETAIL, NULL, "with -p: those processes in depth, as text" },
	{ 0, "inside", set_mode, MODE_INSIDE, NULL,
		"with -p: what is in their memory, leak or kept" },
	{ 0, "holders", set_text, AT(holders), "TYPE", "with -p: who holds objects of TYPE" },
	{ 0, "columns", set_columns, 0, "A,B,C", "the columns to show, in this order" },
	{ 0, "json", set_format, FORMAT_JSON, NULL, "-b as JSON, an object a look" },
	{ 0, "csv", set_format, FORMAT_CSV, NULL, "-b as CSV" },
	{ 0, "report", set_text, AT(report), "FILE", "with -- PROGRAM: its report goes to FILE" },
	{ 0, "svg", set_text, AT(svg), "FILE", "draw the chart of a report as a picture" },
	{ 0, "live", set_flag, AT(live), NULL, "with -- PROGRAM: one line while it runs" },
	{ 0, "wait-all", set_flag, AT(wait_all), NULL,
		"with -- PROGRAM: until all it started have ended" },
	{ 0, "report-from", set_text, AT(report_from), "FILE", "the report of a recording" },
	{ 0, "compare", set_text, AT(compare), "FILE",
		"this recording and the next one, side by side" },
	{ 0, "check", set_text, AT(check), "EXPR", "status 1 when something matches EXPR, else 0" },
	{ 0, "for", set_span, AT(for_s), "SECONDS", "with --check: watch so long" },
	{ 0, "on", set_text, AT(on), "EXPR", "when something begins to match EXPR ..." },
	{ 0, "exec", set_text, AT(exec), "COMMAND", "... run this (no shell)" },
	{ 0, "every", set_span, AT(every_s), "SECONDS",
		"... but not more often than so (default 60)" },
	{ 0, "metrics", set_text, AT(metrics), "FILE",
		"keep FILE up to date for Prometheus (- prints once)" },
	{ 0, "openmetrics", set_flag, AT(openmetrics), NULL,
		"with --metrics: OpenMetrics, not the classic format" },
	{ 0, "record", set_text, AT(record), "FILE",
		"write all that is seen to FILE (.zst compresses)" },
	{ 0, "append", set_flag, AT(append), NULL, "go on at the end of a recording that exists" },
	{ 0, "replay", set_text, AT(replay), "FILE", "show a recording (- for standard input)" },
	{ 0, "verdicts", set_mode, MODE_VERDICTS, NULL,
		"with --replay: changes of verdict as CSV" },
	{ 0, "stream", set_mode, MODE_STREAM, NULL,
		"JSON lines on standard output (memtop-stream(5))" },
	{ 0, "key-frames", set_key_frames, 0, "SECONDS",
		"with --stream: everything again, this often" },
	{ 'h', "help", set_mode, MODE_HELP, NULL, "this text" },
	{ 'V', "version", set_mode, MODE_VERSION, NULL, "the version" },
};

enum { OPTION_ROWS = sizeof(option_rows) / sizeof(option_rows[0]) };

/* --- the command line ----------------------------------------------------------------------- */

static const struct option_row *row_of(int code)
{
	if (code >= LONG_CODE)
		return &option_rows[code - LONG_CODE];
	for (int i = 0; i < OPTION_ROWS; i++)
		if (option_rows[i].letter == code)
			return &option_rows[i];
	return NULL;
}

bool options_given(const struct options *o, const char *name)
{
	for (int i = 0; i < OPTION_ROWS; i++)
		if (strcmp(option_rows[i].name, name) == 0)
			return o->given >> i & 1;
	return false;
}

/* The tables getopt_long(3) wants, made from ours. */
static void make_tables(char *letters, struct option *longs)
{
	*letters++ = '+'; /* what is behind the first word is none of ours */
	*letters++ = ':';
	for (int i = 0; i < OPTION_ROWS; i++) {
		const struct option_row *row = &option_rows[i];
		if (row->letter != 0)
			*letters++ = row->letter;
		if (row->letter != 0 && row->value != NULL)
			*letters++ = ':';
		longs[i] = (struct option){
			.name = row->name,
			.has_arg = row->value != NULL ? required_argument : no_argument,
			.val = LONG_CODE + i,
		};
	}
	*letters = '\0';
	longs[OPTION_ROWS] = (struct option){ 0 };
}

/* What getopt_long(3) did not take: it says no more than optopt. */
static int unknown_option(const char *arg, char *why)
{
	if (optopt == 0)
		return options_fail(why, "unknown or ambiguous option '%.60s'", arg);
	if (strncmp(arg, "--", 2) == 0 && strchr(arg, '=') != NULL)
		return options_fail(why, "option '%.*s' takes no value", (int)strcspn(arg, "="),
			arg);
	return options_fail(why, "unknown option '-%c'", optopt);
}

/* What stands behind the options: nothing, or a program behind "--" that is not an option's
 * value. */
static int take_rest(struct options *o, int argc, char **argv, const char *last_value, char *why)
{
	bool dashes = strcmp(argv[optind - 1], "--") == 0 && argv[optind - 1] != last_value;

	if (optind < argc && dashes && optind > 1) {
		o->program = argv + optind;
		return 0;
	}
	if (dashes && optind > 1)
		return options_fail(why, "behind -- must stand a program to run");
	if (optind < argc)
		return options_fail(why, "'%.60s' is no option; did you mean -F '%.60s'?",
			argv[optind], argv[optind]);
	return 0;
}

/* The second of two recordings to compare. */
static int take_second(struct options *o, int argc, char **argv, char *why)
{
	if (optind >= argc || strcmp(argv[optind], "--") == 0)
		return options_fail(why, "--compare wants two recordings");
	o->compare[1] = argv[optind++];
	return 0;
}

static int take_options(struct options *o, int argc, char **argv, const char **last, char *why)
{
	char letters[2 * OPTION_ROWS + 3];
	struct option longs[OPTION_ROWS + 1];

	make_tables(letters, longs);
	opterr = 0;
	optind = 0; /* start anew, whatever was parsed before */
	for (int code; (code = getopt_long(argc, argv, letters, longs, NULL)) != -1;) {
		const struct option_row *row = row_of(code);
		if (code == ':')
			return options_fail(why, "option '%.60s' wants a value", argv[optind - 1]);
		if (row == NULL)
			return unknown_option(argv[optind - 1], why);
		o->given |= UINT64_C(1) << (row - option_rows);
		*last = optarg;
		int error = row->set(o, row, optarg, why);
		if (error == 0 && row->set == set_text && row->where == AT(compare)) {
			error = take_second(o, argc, argv, why);
			*last = o->compare[1];
		}
		if (error != 0)
			return error;
	}
	return 0;
}

/* Reads an expression, or tells the place where it is wrong.  Only a filter may be empty, and only
 * in the dashboard can there be a baseline. */
static int read_query(const struct options *o, struct query **query, const char *option,
	const char *expr, char *why)
{
	struct query_error wrong;

	if (expr == NULL)
		return 0;
	if (query_parse(query, expr, &wrong) != 0)
		return options_fail(why, "%s: %s, at character %zu of '%.80s'", option, wrong.text,
			wrong.at + 1, expr);
	if (*query == NULL && strcmp(option, "-F") != 0)
		return options_fail(why, "%s wants an expression", option);
	if (o->mode != MODE_SCREEN && *query != NULL && query_asks(*query, COL_SINCE_BASE))
		return options_fail(why,
			"%s: base counts from a baseline, which only the dashboard sets (key b)",
			option);
	return 0;
}

static int parse(struct options *o, int argc, char **argv, char *why)
{
	const char *last_value = NULL;
	int error = take_options(o, argc, argv, &last_value, why);

	if (error != 0 || o->mode == MODE_HELP || o->mode == MODE_VERSION)
		return error;
	error = take_rest(o, argc, argv, last_value, why);
	if (error == 0)
		error = options_check(o, why);
	if (error == 0)
		error = read_query(o, &o->filter_query, "-F", o->filter, why);
	if (error == 0)
		error = read_query(o, &o->check_query, "--check", o->check, why);
	if (error == 0)
		error = read_query(o, &o->on_query, "--on", o->on, why);
	return error;
}

int options_parse(struct options *options, int argc, char **argv, char why[OPTIONS_WHY_MAX])
{
	struct options o = { .mode = MODE_SCREEN, .interval_ms = 1000, .uid = -1, .sort = COL_RSS };
	char raw[OPTIONS_WHY_MAX];
	int error = parse(&o, argc, argv, raw);

	if (error == 0) {
		*options = o;
		return 0;
	}
	options_done(&o);
	text_clean(why, OPTIONS_WHY_MAX, raw, strlen(raw));
	return error;
}

void options_done(struct options *options)
{
	query_free(options->filter_query);
	query_free(options->check_query);
	query_free(options->on_query);
}

struct view_ask options_ask(const struct options *o, const struct settings *settings)
{
	struct view_ask ask = {
		.sort = COL_PID,
		.query = o->filter_query,
		.uid = o->uid,
		.pids = o->npids > 0 ? o->pids : NULL,
		.npids = o->npids,
	};

	if (settings == NULL)
		return ask;
	ask.sort = o->sort_given ? o->sort : settings->sort;
	ask.reverse = o->sort_given ? o->reverse : settings->reverse;
	ask.climbers_on_top = settings->climbers_on_top;
	ask.kernel_threads = o->kernel_threads || settings->kernel_threads;
	ask.grouped = o->grouped;
	ask.group = o->group;
	return ask;
}

void options_help(struct buf *out)
{
	buf_puts(out,
		"usage: memtop [options]\n"
		"       memtop [options] -- PROGRAM [ARGUMENT...]\n\n"
		"Shows the memory of this machine and of every process: how much, whether it\n"
		"grows, how fast, and when it runs out.  Press h inside for the keys.\n\n");
	for (int i = 0; i < OPTION_ROWS; i++) {
		const struct option_row *row = &option_rows[i];
		char left[64];

		snprintf(left, sizeof(left), "%c%c%s--%s%s%s", row->letter != 0 ? '-' : ' ',
			row->letter != 0 ? row->letter : ' ', row->letter != 0 ? ", " : "  ",
			row->name, row->value != NULL ? " " : "",
			row->value != NULL ? row->value : "");
		buf_printf(out, "  %-26s %s\n", left, row->words);
	}
	buf_puts(out, "\nmemtop(1) has the rest: man memtop\n");
}
