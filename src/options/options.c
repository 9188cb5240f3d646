/* SPDX-License-Identifier: GPL-2.0-or-later */
/* options - the command line as values (options.h); knows no module but the columns' names */
#include "options/options_priv.h"

#include "base/text.h"
#include "base/units.h"
#include "frame/frame.h"

#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Long options without a letter. */
enum {
	LONG_READONLY = 0x100,
	LONG_ACCOUNT,
	LONG_COLUMNS,
	LONG_STREAM,
	LONG_KEY_FRAMES,
	LONG_RECORD,
	LONG_APPEND,
	LONG_REPLAY,
	LONG_VERDICTS,
	LONG_JSON,
	LONG_CSV,
	LONG_REPORT,
	LONG_SVG,
	LONG_LIVE,
	LONG_WAIT_ALL,
	LONG_REPORT_FROM,
	LONG_COMPARE,
	LONG_CHECK,
	LONG_FOR,
	LONG_ON,
	LONG_EXEC,
	LONG_EVERY,
	LONG_DETAIL,
};

struct option_row {
	int code;          /* letter, or LONG_* */
	const char *name;  /* long name; NULL: a letter only */
	const char *value; /* what its argument is called; NULL: takes none */
	const char *words; /* for --help */
};

/* In the order of --help. */
static const struct option_row option_rows[] = {
	{ 'd', "delay", "SECONDS", "time between looks, fractions allowed (default 1)" },
	{ 'n', "count", "N", "end after N looks" },
	{ 'p', "pid", "PID[,PID]", "only these processes" },
	{ 'u', "user", "USER", "only this user's processes (name or number)" },
	{ 's', "sort", "COLUMN", "sort by COLUMN; -COLUMN turns the order round" },
	{ 'F', "filter", "EXPR", "only what matches: 'rss>1g and user=www'" },
	{ 'g', "group", "KIND", "rows of groups: by program, user or cgroup" },
	{ 'k', "kernel", NULL, "show kernel threads too" },
	{ 'C', "no-color", NULL, "no colour (so does NO_COLOR in the environment)" },
	{ 'U', "ascii", NULL, "draw with plain ASCII" },
	{ 'M', "no-mouse", NULL, "leave the mouse to the terminal" },
	{ LONG_READONLY, "readonly", NULL, "never send a signal or change a nice value" },
	{ 'b', "batch", NULL, "text tables on standard output, no terminal needed" },
	{ 'w', "width", "COLUMNS", "width of the lines of -b" },
	{ LONG_ACCOUNT, "account", NULL, "with -b: where the machine's memory went" },
	{ LONG_DETAIL, "detail", NULL, "with -p: those processes in depth, as text" },
	{ LONG_COLUMNS, "columns", "A,B,C", "the columns to show, in this order" },
	{ LONG_JSON, "json", NULL, "-b as JSON, an object a look" },
	{ LONG_CSV, "csv", NULL, "-b as CSV" },
	{ LONG_REPORT, "report", "FILE", "with -- PROGRAM: its report goes to FILE" },
	{ LONG_SVG, "svg", "FILE", "draw the chart of a report as a picture" },
	{ LONG_LIVE, "live", NULL, "with -- PROGRAM: one line while it runs" },
	{ LONG_WAIT_ALL, "wait-all", NULL, "with -- PROGRAM: until all it started have ended" },
	{ LONG_REPORT_FROM, "report-from", "FILE", "the report of a recording" },
	{ LONG_COMPARE, "compare", "FILE", "this recording and the next one, side by side" },
	{ LONG_CHECK, "check", "EXPR", "status 1 when something matches EXPR, else 0" },
	{ LONG_FOR, "for", "SECONDS", "with --check: watch so long" },
	{ LONG_ON, "on", "EXPR", "when something begins to match EXPR ..." },
	{ LONG_EXEC, "exec", "COMMAND", "... run this (no shell)" },
	{ LONG_EVERY, "every", "SECONDS", "... but not more often than so (default 60)" },
	{ LONG_RECORD, "record", "FILE", "write all that is seen to FILE (.zst compresses)" },
	{ LONG_APPEND, "append", NULL, "go on at the end of a recording that exists" },
	{ LONG_REPLAY, "replay", "FILE", "show a recording (- for standard input)" },
	{ LONG_VERDICTS, "verdicts", NULL, "with --replay: changes of verdict as CSV" },
	{ LONG_STREAM, "stream", NULL, "JSON lines on standard output (memtop-stream(5))" },
	{ LONG_KEY_FRAMES, "key-frames", "SECONDS", "with --stream: everything again, this often" },
	{ 'h', "help", NULL, "this text" },
	{ 'V', "version", NULL, "the version" },
};

enum { OPTION_ROWS = sizeof option_rows / sizeof option_rows[0] };

int options_fail(char why[OPTIONS_WHY_MAX], const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(why, OPTIONS_WHY_MAX, format, args);
	va_end(args);
	return -EINVAL;
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

static int set_interval(struct options *o, const char *text, char *why)
{
	double seconds;

	if (units_parse_seconds(text, &seconds) != 0 || !(seconds >= 0.1) || seconds > 3600)
		return options_fail(why, "-d wants seconds from 0.1 to 3600, not '%s'", text);
	o->interval_ms = (uint32_t)(seconds * 1000 + 0.5);
	o->interval_given = true;
	return 0;
}

static int set_count(struct options *o, const char *text, char *why)
{
	long value;

	if (!read_number(text, 1, 1000000000, &value))
		return options_fail(why, "-n wants a number from 1 on, not '%s'", text);
	o->count = (uint32_t)value;
	return 0;
}

static int set_width(struct options *o, const char *text, char *why)
{
	long value;

	if (!read_number(text, 20, 10000, &value))
		return options_fail(why, "-w wants columns from 20 to 10000, not '%s'", text);
	o->width = (int)value;
	return 0;
}

static int set_key_frames(struct options *o, const char *text, char *why)
{
	double seconds;

	if (units_parse_seconds(text, &seconds) != 0 || !(seconds >= 1) || seconds > 86400)
		return options_fail(why, "--key-frames wants seconds from 1 to 86400, not '%s'",
			text);
	o->key_s = (uint32_t)seconds;
	return 0;
}

/* The next item of a list with commas, NUL-terminated in ITEM and cut to its size (what is so
 * long is neither a number nor a name); false at the end. */
static bool next_item(const char **list, char *item, size_t size)
{
	if (**list == '\0')
		return false;
	size_t len = strcspn(*list, ",");
	size_t kept = len < size ? len : size - 1;
	memcpy(item, *list, kept);
	item[kept] = '\0';
	*list += len;
	if (**list == ',')
		(*list)++;
	return true;
}

static int set_span(double *seconds, const char *option, const char *text, char *why)
{
	if (units_parse_seconds(text, seconds) != 0 || !(*seconds >= 1) || *seconds > 30 * 86400)
		return options_fail(why, "%s wants a time from 1s to 30d, not '%s'", option, text);
	return 0;
}

/* A format says that no screen is wanted. */
static int set_format(struct options *o, enum options_format format, char *why)
{
	if (o->format != FORMAT_TEXT && o->format != format)
		return options_fail(why, "--json and --csv do not go together");
	o->format = format;
	return 0;
}

static int add_pids(struct options *o, const char *list, char *why)
{
	char item[64];
	long pid;

	if (*list == '\0')
		return options_fail(why, "-p wants process ids");
	while (next_item(&list, item, sizeof item)) {
		if (!read_number(item, 1, FRAME_PID_MAX, &pid))
			return options_fail(why, "-p: '%s' is no process id", item);
		if (o->npids == OPTIONS_PIDS_MAX)
			return options_fail(why, "-p takes %d process ids at most",
				OPTIONS_PIDS_MAX);
		o->pids[o->npids++] = (int32_t)pid;
	}
	return 0;
}

/* The names of all columns, for the message about a wrong one. */
static void column_names(char *out, size_t size)
{
	size_t len = 0;

	out[0] = '\0';
	for (int id = 0; id < COLUMN_COUNT; id++) {
		const char *key = column_get((enum column_id)id)->key;
		size_t need = strlen(key) + 1;
		if (len + need >= size)
			return;
		len += (size_t)snprintf(out + len, size - len, "%s%s", id == 0 ? "" : " ", key);
	}
}

static int unknown_column(const char *name, char *why)
{
	char names[OPTIONS_WHY_MAX - 60];

	column_names(names, sizeof names);
	return options_fail(why, "no column '%.20s'; there are: %s", name, names);
}

static int set_sort(struct options *o, const char *text, char *why)
{
	bool reverse = text[0] == '-';
	const struct column *column = column_by_key(text + reverse);

	if (column == NULL)
		return unknown_column(text + reverse, why);
	o->sort = column->id;
	o->sort_given = true;
	o->reverse = reverse;
	return 0;
}

static int set_columns(struct options *o, const char *list, char *why)
{
	char item[64];

	o->ncolumns = 0;
	while (next_item(&list, item, sizeof item)) {
		const struct column *column = column_by_key(item);
		if (column == NULL)
			return unknown_column(item, why);
		for (size_t i = 0; i < o->ncolumns; i++)
			if (o->columns[i] == column->id)
				return options_fail(why, "--columns names '%s' twice", item);
		o->columns[o->ncolumns++] = column->id;
	}
	if (o->ncolumns == 0)
		return options_fail(why, "--columns wants names of columns");
	return 0;
}

static int set_group(struct options *o, const char *text, char *why)
{
	static const char *const names[GROUP_KINDS] = { "program", "user", "cgroup" };

	for (int kind = 0; kind < GROUP_KINDS; kind++)
		if (strcmp(text, names[kind]) == 0) {
			o->grouped = true;
			o->group = (enum group_kind)kind;
			return 0;
		}
	return options_fail(why, "-g wants program, user or cgroup, not '%s'", text);
}

static void set_mode(struct options *o, enum options_mode mode)
{
	/* help and version win over all that came before */
	if (o->mode != MODE_HELP && o->mode != MODE_VERSION)
		o->mode = mode;
}

/* An option without a value. */
static int set_switch(struct options *o, int code)
{
	const struct {
		int code;
		bool *flag;
	} flags[] = {
		{ 'k', &o->kernel_threads },
		{ 'C', &o->no_color },
		{ 'U', &o->ascii },
		{ 'M', &o->no_mouse },
		{ LONG_READONLY, &o->readonly },
		{ LONG_LIVE, &o->live },
		{ LONG_WAIT_ALL, &o->wait_all },
		{ LONG_APPEND, &o->append },
		{ LONG_ACCOUNT, &o->account },
	};

	for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++)
		if (flags[i].code == code) {
			*flags[i].flag = true;
			return 0;
		}
	if (code == 'h' || code == 'V')
		o->mode = code == 'h' ? MODE_HELP : MODE_VERSION;
	else
		set_mode(o, code == 'b'           ? MODE_BATCH
			    : code == LONG_STREAM ? MODE_STREAM
			    : code == LONG_DETAIL ? MODE_DETAIL
						  : MODE_VERDICTS);
	return 0;
}

/* Options of the modes without a screen. */
static int set_answer(struct options *o, int code, const char *value, char *why)
{
	switch (code) {
	case LONG_JSON:
		return set_format(o, FORMAT_JSON, why);
	case LONG_CSV:
		return set_format(o, FORMAT_CSV, why);
	case LONG_REPORT:
		o->report = value;
		return 0;
	case LONG_SVG:
		o->svg = value;
		return 0;
	case LONG_REPORT_FROM:
		o->report_from = value;
		return 0;
	case LONG_COMPARE:
		o->compare[0] = value;
		return 0;
	case LONG_CHECK:
		o->check = value;
		return 0;
	case LONG_FOR:
		return set_span(&o->for_s, "--for", value, why);
	case LONG_ON:
		o->on = value;
		return 0;
	case LONG_EXEC:
		o->exec = value;
		return 0;
	case LONG_EVERY:
		return set_span(&o->every_s, "--every", value, why);
	default:
		return set_switch(o, code);
	}
}

static int set_option(struct options *o, int code, const char *value, char *why)
{
	switch (code) {
	case 'd':
		return set_interval(o, value, why);
	case 'n':
		return set_count(o, value, why);
	case 'p':
		return add_pids(o, value, why);
	case 's':
		return set_sort(o, value, why);
	case 'w':
		return set_width(o, value, why);
	case 'g':
		return set_group(o, value, why);
	case LONG_COLUMNS:
		return set_columns(o, value, why);
	case LONG_KEY_FRAMES:
		return set_key_frames(o, value, why);
	case 'u':
		o->user = value;
		return 0;
	case 'F':
		o->filter = value;
		return 0;
	case LONG_RECORD:
		o->record = value;
		return 0;
	case LONG_REPLAY:
		o->replay = value;
		return 0;
	default:
		return set_answer(o, code, value, why);
	}
}

/* The tables getopt_long(3) wants, made from ours. */
static void make_tables(char *letters, struct option *longs)
{
	size_t n = 0;

	*letters++ = '+'; /* what is behind the first word is none of ours */
	*letters++ = ':';
	for (int i = 0; i < OPTION_ROWS; i++) {
		const struct option_row *row = &option_rows[i];
		if (row->code < 0x100) {
			*letters++ = (char)row->code;
			if (row->value != NULL)
				*letters++ = ':';
		}
		longs[n++] = (struct option){
			.name = row->name,
			.has_arg = row->value != NULL ? required_argument : no_argument,
			.val = row->code,
		};
	}
	*letters = '\0';
	longs[n] = (struct option){ 0 };
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

static int parse(struct options *options, int argc, char **argv, char why[OPTIONS_WHY_MAX])
{
	char letters[2 * OPTION_ROWS + 3];
	struct option longs[OPTION_ROWS + 1];
	struct options o = { .mode = MODE_SCREEN, .interval_ms = 1000, .uid = -1, .sort = COL_RSS };
	const char *last_value = NULL;

	make_tables(letters, longs);
	opterr = 0;
	optind = 0; /* start anew, whatever was parsed before */
	for (;;) {
		int code = getopt_long(argc, argv, letters, longs, NULL);
		if (code == -1)
			break;
		if (code == ':')
			return options_fail(why, "option '%.60s' wants a value", argv[optind - 1]);
		if (code == '?')
			return unknown_option(argv[optind - 1], why);
		last_value = optarg;
		int error = set_option(&o, code, optarg, why);
		if (error == 0 && code == LONG_COMPARE) {
			error = take_second(&o, argc, argv, why);
			last_value = o.compare[1];
		}
		if (error != 0)
			return error;
	}
	if (o.mode != MODE_HELP && o.mode != MODE_VERSION) {
		int error = take_rest(&o, argc, argv, last_value, why);
		if (error == 0)
			error = options_check(&o, why);
		if (error != 0)
			return error;
	}
	*options = o;
	return 0;
}

int options_parse(struct options *options, int argc, char **argv, char why[OPTIONS_WHY_MAX])
{
	char raw[OPTIONS_WHY_MAX];

	int error = parse(options, argc, argv, raw);
	if (error != 0)
		text_clean(why, OPTIONS_WHY_MAX, raw, strlen(raw));
	return error;
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

		snprintf(left, sizeof left, "%s%c%s--%s%s%s", row->code < 0x100 ? "-" : " ",
			row->code < 0x100 ? row->code : ' ', row->code < 0x100 ? ", " : "  ",
			row->name, row->value != NULL ? " " : "",
			row->value != NULL ? row->value : "");
		buf_printf(out, "  %-26s %s\n", left, row->words);
	}
	buf_puts(out, "\nmemtop(1) has the rest: man memtop\n");
}
