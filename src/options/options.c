/* SPDX-License-Identifier: GPL-2.0-or-later */
/* options - the command line as values (options.h); knows no module but columns and filters */
#include "options/options_priv.h"

#include "base/text.h"
#include "options/settings.h"
#include "table/query.h"
#include "table/view.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

/* --- the command line ----------------------------------------------------------------------- */

/* getopt's code of a row without a letter: this and its place */
enum { LONG_CODE = 0x100, ROWS_MAX = 64 };

static const struct option_row *row_of(int code)
{
	size_t count;
	const struct option_row *rows = options_rows(&count);

	if (code >= LONG_CODE)
		return &rows[code - LONG_CODE];
	for (size_t i = 0; i < count; i++)
		if (rows[i].letter == code)
			return &rows[i];
	return NULL;
}

const char *options_name(size_t index, char *letter, const char **value)
{
	size_t count;
	const struct option_row *rows = options_rows(&count);

	if (index >= count)
		return NULL;
	*letter = rows[index].letter;
	*value = rows[index].value;
	return rows[index].name;
}

/* The tables getopt_long(3) wants, made from ours. */
static void make_tables(char *letters, struct option *longs)
{
	size_t count;
	const struct option_row *rows = options_rows(&count);

	*letters++ = '+'; /* what is behind the first word is none of ours */
	*letters++ = ':';
	for (size_t i = 0; i < count; i++) {
		if (rows[i].letter != 0)
			*letters++ = rows[i].letter;
		if (rows[i].letter != 0 && rows[i].value != NULL)
			*letters++ = ':';
		longs[i] = (struct option){
			.name = rows[i].name,
			.has_arg = rows[i].value != NULL ? required_argument : no_argument,
			.val = LONG_CODE + (int)i,
		};
	}
	*letters = '\0';
	longs[count] = (struct option){ 0 };
}

/* ARG, "--NAME" or "--NAME=VALUE", begins none of ours, or several. */
static int unknown_long(const char *arg, char *why)
{
	size_t count, len = strcspn(arg, "=");
	const struct option_row *rows = options_rows(&count);
	const char *found[ROWS_MAX];
	char names[OPTIONS_WHY_MAX - 100] = "";
	size_t n = 0;

	for (size_t i = 0; i < count; i++)
		if (len > 2 && strncmp(rows[i].name, arg + 2, len - 2) == 0)
			found[n++] = rows[i].name;
	if (n < 2)
		return options_fail(why, "unknown option '%.60s'; memtop --help lists them", arg);
	for (size_t i = 0; i < n; i++) {
		const char *between = i + 1 == n ? "" : i + 2 == n ? " or " : ", ";
		size_t used = strlen(names);
		snprintf(names + used, sizeof(names) - used, "--%s%s", found[i], between);
	}
	return options_fail(why, "option '%.60s' may be %s", arg, names);
}

/* Refuses what getopt_long(3) did not take: it says no more than optopt. */
static int unknown_option(const char *arg, char *why)
{
	if (optopt == 0)
		return unknown_long(arg, why);
	if (strncmp(arg, "--", 2) == 0 && strchr(arg, '=') != NULL)
		return options_fail(why, "option '%.*s' takes no value", (int)strcspn(arg, "="),
			arg);
	return options_fail(why, "unknown option '-%c'; memtop --help lists them", optopt);
}

/* Takes what stands behind the options: nothing, or a program behind "--" that is not an option's
 * value. */
static int take_rest(struct options *o, int argc, char **argv, const char *last_value, char *why)
{
	bool dashes = strcmp(argv[optind - 1], "--") == 0 && argv[optind - 1] != last_value;

	if (optind < argc && argv[optind][0] != '\0' && dashes && optind > 1) {
		o->program = argv + optind;
		return 0;
	}
	/* the folder may stand at the end, too: --flight --keep 3d DIR */
	if (optind < argc && o->mode == MODE_FLIGHT && o->flight_folder == NULL)
		o->flight_folder = argv[optind++];
	if (o->flight_folder != NULL && o->flight_folder[0] == '\0')
		return options_fail(why, "--flight wants the name of a folder, or none");
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
	if (optind >= argc || argv[optind][0] == '\0' || strcmp(argv[optind], "--") == 0)
		return options_fail(why, "--compare wants two recordings");
	o->compare[1] = argv[optind++];
	return 0;
}

static int take_options(struct options *o, int argc, char **argv, const char **last, char *why)
{
	char letters[2 * ROWS_MAX + 3];
	struct option longs[ROWS_MAX + 1];
	size_t count;
	const struct option_row *rows = options_rows(&count);

	make_tables(letters, longs);
	opterr = 0;
	optind = 0; /* start anew, whatever was parsed before */
	for (int code; (code = getopt_long(argc, argv, letters, longs, NULL)) != -1;) {
		const struct option_row *row = row_of(code);
		if (code == ':')
			return options_fail(why, "option '%.60s' wants a value", argv[optind - 1]);
		if (row == NULL)
			return unknown_option(argv[optind - 1], why);
		o->given |= UINT64_C(1) << (row - rows);
		*last = optarg;
		int error = row->set(o, row, optarg, why);
		if (error == 0 && options_may_take(row) && optind < argc && argv[optind][0] != '-')
			o->flight_folder = argv[optind++];
		if (error == 0 && options_wants_two(row)) {
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
	bool filters = strcmp(option, "-F") == 0;
	if (*query == NULL && !filters)
		return options_fail(why, "%s wants an expression", option);
	const char *bare = *query != NULL && !filters ? query_bare(*query) : NULL;
	if (bare != NULL)
		return options_fail(why,
			"%s: %.20s is a column: compare it (%.20s>N), or command~%.20s for a name",
			option, bare, bare, bare);
	if (o->mode != MODE_SCREEN && *query != NULL && query_asks(*query, COL_SINCE_BASE))
		return options_fail(why,
			"%s: base counts from a baseline, which only the dashboard sets (key b)",
			option);
	return 0;
}

/* Rules on what goes together are checked before expressions are read: an option that does not
 * belong here is the nearer reason. */
static int parse_args(struct options *o, int argc, char **argv, char *why)
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
	struct options o = { .mode = MODE_SCREEN,
		.interval_ms = 1000,
		.uid = -1,
		.sort = COL_RSS,
		.keep_kib = 64 * 1024 };
	char raw[OPTIONS_WHY_MAX];
	int error = parse_args(&o, argc, argv, raw);

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

enum settings_view options_table(const struct options *o)
{
	return o->grouped && o->group == GROUP_CONTAINER ? SHOWS_CONTAINERS : SHOWS_PROCESSES;
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
	const struct settings_table *table = &settings->tables[options_table(o)];
	ask.sort = o->sort_given ? o->sort : table->sort;
	ask.reverse = o->sort_given ? o->reverse : table->reverse;
	ask.climbers_on_top = settings->climbers_on_top;
	ask.kernel_threads = o->kernel_threads || settings->kernel_threads;
	ask.grouped = o->grouped;
	ask.group = o->group;
	return ask;
}

/* Options about rows are about the table they are in, which is then shown. */
static void merge_table(struct settings *settings, const struct options *options)
{
	static const enum settings_grouping groupings[] = {
		[GROUP_PROGRAM] = GROUPING_PROGRAM,
		[GROUP_USER] = GROUPING_USER,
		[GROUP_CGROUP] = GROUPING_CGROUP,
		[GROUP_CONTAINER] = GROUPING_CONTAINER,
	};
	struct settings_table *table = &settings->tables[options_table(options)];

	if (options->sort_given) {
		table->sort = options->sort;
		table->reverse = options->reverse;
	}
	if (options->ncolumns > 0) {
		memcpy(table->columns, options->columns, sizeof(table->columns));
		table->ncolumns = options->ncolumns;
	}
	if (options->grouped)
		table->group = groupings[options->group];
	if (options->sort_given || options->ncolumns > 0 || options->grouped)
		settings->view = options_table(options);
}

void options_settle(struct options *options, struct settings *settings)
{
	if (options->interval_given)
		settings->interval_ms = options->interval_ms;
	else
		options->interval_ms = settings->interval_ms;
	merge_table(settings, options);
	settings->kernel_threads |= options->kernel_threads;
	settings->mouse &= !options->no_mouse;
	options->no_inside |= settings->look_inside == SETTINGS_LOOK_NEVER;
}
