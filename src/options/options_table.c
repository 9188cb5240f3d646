/* SPDX-License-Identifier: GPL-2.0-or-later */
/* options_table - the options: one row each, and what reads its value (options_priv.h) */
#include "options/options_priv.h"

#include "base/units.h"
#include "frame/frame.h"
#include "options/moment.h"
#include "options/values.h"

#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ITEM_MAX = 64 };

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

/* A file or a folder, which has a name. */
static int set_file(struct options *o, const struct option_row *row, const char *value, char *why)
{
	if (*value == '\0')
		return options_fail(why, "--%s wants the name of a file", row->name);
	return set_text(o, row, value, why);
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

/* The moment meant is settled when it is known how far the recording reaches. */
static int set_at(struct options *o, const struct option_row *row, const char *value, char *why)
{
	uint64_t wall_ms;

	(void)row;
	if (moment_parse(value, UINT64_C(1) << 40, &wall_ms) != 0)
		return options_fail(why, "--at wants " MOMENT_FORMS ", not '%.60s'", value);
	o->at = value;
	return 0;
}

/* A size, or a time in hours or days. */
static int set_keep(struct options *o, const struct option_row *row, const char *value, char *why)
{
	size_t len = strlen(value);
	bool time = len > 0 && (value[len - 1] == 'h' || value[len - 1] == 'd');
	uint64_t kib;

	(void)row;
	if (time && values_seconds(value, 3600, 366 * 86400, &o->keep_s) == 0)
		return 0;
	if (!time && units_parse_kib(value, &kib) == 0 && kib >= 1024 && kib <= 1u << 30) {
		o->keep_kib = kib;
		return 0;
	}
	return options_fail(why, "--keep wants a size from 1M or a time from 1h, not '%s'", value);
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

static int unknown_column(const char *name, char *why)
{
	char hint[COLUMN_HINT_MAX];

	return options_fail(why, "no column '%.20s'; %s", name, column_hint(name, hint));
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
	static const char *const names[] = {
		[GROUP_PROGRAM] = "program",
		[GROUP_USER] = "user",
		[GROUP_CGROUP] = "cgroup",
		[GROUP_CONTAINER] = "container",
	};

	(void)row;
	for (size_t kind = 0; kind < sizeof(names) / sizeof(names[0]); kind++)
		if (names[kind] != NULL && strcmp(value, names[kind]) == 0) {
			o->grouped = true;
			o->group = (enum group_kind)kind;
			return 0;
		}
	return options_fail(why, "-g wants program, user, cgroup or container, not '%s'", value);
}

static int set_containers(struct options *o, const struct option_row *row, const char *value,
	char *why)
{
	(void)value;
	return set_group(o, row, "container", why);
}

/* An option that may be given several times: VALUE goes behind those before. */
static int add_value(const char **values, size_t *count, size_t most, const struct option_row *row,
	const char *value, char *why)
{
	if (*value == '\0')
		return options_fail(why, "--%s wants a value", row->name);
	if (*count == most)
		return options_fail(why, "--%s may be given %zu times at most", row->name, most);
	values[(*count)++] = value;
	return 0;
}

static int set_host(struct options *o, const struct option_row *row, const char *value, char *why)
{
	return add_value(o->hosts, &o->nhosts, OPTIONS_HOSTS_MAX, row, value, why);
}

static int set_ssh_option(struct options *o, const struct option_row *row, const char *value,
	char *why)
{
	return add_value(o->ssh_options, &o->nssh_options, OPTIONS_SSH_MAX, row, value, why);
}

/* --- the table ------------------------------------------------------------------------------ */

#define AT(member) offsetof(struct options, member)

/* In the order of --help and of the manual. */
static const struct option_row option_rows[] = {
	{ TO_LOOK, 'd', "delay", set_interval, 0, "SECONDS",
		"time between looks (default 1; 0.1 and more)" },
	{ TO_LOOK, 's', "sort", set_sort, 0, "COLUMN",
		"sort by COLUMN; -COLUMN turns the order round" },
	{ TO_LOOK, 0, "columns", set_columns, 0, "A,B,C", "the columns to show, in this order" },
	{ TO_LOOK, 'g', "group", set_group, 0, "KIND", "rows: program, user, cgroup or container" },
	{ TO_LOOK, 'k', "kernel", set_flag, AT(kernel_threads), NULL, "show kernel threads, too" },
	{ TO_LOOK, 'C', "no-color", set_flag, AT(no_color), NULL,
		"no colour (so does NO_COLOR); plain ASCII" },
	{ TO_LOOK, 'U', "ascii", set_flag, AT(ascii), NULL, NULL },
	{ TO_LOOK, 'M', "no-mouse", set_flag, AT(no_mouse), NULL,
		"leave the mouse to the terminal; no signals" },
	{ TO_LOOK, 0, "readonly", set_flag, AT(readonly), NULL, NULL },
	{ TO_LOOK, 0, "no-inside", set_flag, AT(no_inside), NULL, "look inside no process" },

	{ TO_LOOK, 0, "host", set_host, 0, "A,B", "these machines over ssh, a row each" },
	{ TO_LOOK, 0, "hosts", set_file, AT(hosts_file), "FILE", NULL },
	{ TO_LOOK, 0, "ssh-option", set_ssh_option, 0, "OPTION", "an option more for ssh -o" },
	{ TO_LOOK, 0, "allow-signals", set_flag, AT(allow_signals), NULL,
		"let signals be sent there, too" },

	{ TO_PICK, 'p', "pid", set_pids, 0, "PID[,PID]", "only these processes" },
	{ TO_PICK, 'u', "user", set_text, AT(user), "USER",
		"only this user's (a name or a number)" },
	{ TO_PICK, 'F', "filter", set_text, AT(filter), "EXPR",
		"only what matches: 'rss>1g and user=www'" },

	{ TO_PRINT, 'b', "batch", set_mode, MODE_BATCH, NULL,
		"tables on standard output, without a terminal" },
	{ TO_PRINT, 'n', "count", set_count, 0, "N", "end after N looks" },
	{ TO_PRINT, 'w', "width", set_width, 0, "COLUMNS", "width of the lines of -b" },
	{ TO_PRINT, 0, "json", set_format, FORMAT_JSON, NULL, "the same for programs" },
	{ TO_PRINT, 0, "csv", set_format, FORMAT_CSV, NULL, NULL },
	{ TO_PRINT, 0, "containers", set_containers, 0, NULL,
		"with -b: containers; where memory went" },
	{ TO_PRINT, 0, "account", set_flag, AT(account), NULL, NULL },
	{ TO_PRINT, 0, "detail", set_mode, MODE_DETAIL, NULL, "with -p: those processes in depth" },
	{ TO_PRINT, 0, "inside", set_mode, MODE_INSIDE, NULL,
		"with -p: what is in their memory, leak or kept" },
	{ TO_PRINT, 0, "holders", set_text, AT(holders), "TYPE",
		"with -p: who holds objects of TYPE" },
	{ TO_PRINT, 0, "metrics", set_file, AT(metrics), "FILE",
		"keep FILE up to date for Prometheus" },
	{ TO_PRINT, 0, "openmetrics", set_flag, AT(openmetrics), NULL, NULL },

	{ TO_RUN, 0, "report", set_file, AT(report), "FILE", "where its report and chart go" },
	{ TO_RUN, 0, "svg", set_file, AT(svg), "FILE", NULL },
	{ TO_RUN, 0, "live", set_flag, AT(live), NULL,
		"a line while it runs; wait for its children" },
	{ TO_RUN, 0, "wait-all", set_flag, AT(wait_all), NULL, NULL },
	{ TO_RUN, 0, "lines", set_flag, AT(lines), NULL,
		"of a Python: lines it grows in (--inside, too)" },
	{ TO_RUN, 0, "report-from", set_file, AT(report_from), "FILE",
		"the report of a recording" },
	{ TO_RUN, 0, "compare", set_file, AT(compare), "FILE",
		"this recording and the next one, side by side" },

	{ TO_RECORD, 0, "record", set_file, AT(record), "FILE",
		"write all that is seen (.zst: compressed)" },
	{ TO_RECORD, 0, "append", set_flag, AT(append), NULL, NULL },
	{ TO_RECORD, 0, "flight", set_mode, MODE_FLIGHT, NULL, "record on and on in a folder" },
	{ TO_RECORD, 0, "keep", set_keep, 0, "50M|3d", NULL },
	{ TO_RECORD, 0, "status", set_flag, AT(status), NULL, NULL },
	{ TO_RECORD, 0, "at", set_at, 0, "TIME", "what was at 03:10, -2h ago, the last kill" },
	{ TO_RECORD, 0, "last-kill", set_flag, AT(last_kill), NULL, NULL },
	{ TO_RECORD, 0, "no-history", set_flag, AT(no_history), NULL,
		"begin the dashboard without that history" },
	{ TO_RECORD, 0, "replay", set_file, AT(replay), "FILE",
		"play one (- is stdin); its verdicts as CSV" },
	{ TO_RECORD, 0, "verdicts", set_mode, MODE_VERDICTS, NULL, NULL },
	{ TO_RECORD, 0, "stream", set_mode, MODE_STREAM, NULL,
		"lines of JSON; all again so often" },
	{ TO_RECORD, 0, "key-frames", set_key_frames, 0, "SECONDS", NULL },

	{ TO_CHECK, 0, "check", set_text, AT(check), "EXPR", "status 1 when something matches" },
	{ TO_CHECK, 0, "for", set_span, AT(for_s), "SECONDS", NULL },
	{ TO_CHECK, 0, "on", set_text, AT(on), "EXPR", "run COMMAND when something begins to" },
	{ TO_CHECK, 0, "exec", set_text, AT(exec), "COMMAND", NULL },
	{ TO_CHECK, 0, "every", set_span, AT(every_s), "SECONDS",
		"... but not more often than so (default 60)" },

	{ TO_HELP, 'h', "help", set_mode, MODE_HELP, NULL, "this text; the version" },
	{ TO_HELP, 'V', "version", set_mode, MODE_VERSION, NULL, NULL },
};

const struct option_row *options_rows(size_t *count)
{
	*count = sizeof(option_rows) / sizeof(option_rows[0]);
	return option_rows;
}

bool options_may_take(const struct option_row *row)
{
	return (row->set == set_mode && row->where == MODE_FLIGHT) ||
	       (row->set == set_flag && row->where == AT(status));
}

bool options_wants_two(const struct option_row *row)
{
	return row->set == set_file && row->where == AT(compare);
}

bool options_given(const struct options *o, const char *name)
{
	size_t count;
	const struct option_row *rows = options_rows(&count);

	for (size_t i = 0; i < count; i++)
		if (strcmp(rows[i].name, name) == 0)
			return o->given >> i & 1;
	return false;
}
