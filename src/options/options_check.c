/* SPDX-License-Identifier: GPL-2.0-or-later */
/* options_check - which options go together (options_priv.h)
 *
 * First the mode is found, by the option that names one or by those that only make sense in one,
 * then each rule about an option that was given has to hold.  The manual's test reads the rules.
 */
#include "options/options_priv.h"

#include <errno.h>
#include <string.h>

enum {
	SCREEN = 1u << MODE_SCREEN,
	BATCH = 1u << MODE_BATCH,
	STREAM = 1u << MODE_STREAM,
	DETAIL = 1u << MODE_DETAIL,
	INSIDE = 1u << MODE_INSIDE,
	VERDICTS = 1u << MODE_VERDICTS,
	RUN = 1u << MODE_RUN,
	REPORT = 1u << MODE_REPORT,
	COMPARE = 1u << MODE_COMPARE,
	CHECK = 1u << MODE_CHECK,
	METRICS = 1u << MODE_METRICS,
	HOSTS = 1u << MODE_HOSTS,
	FLIGHT = 1u << MODE_FLIGHT,
	PAST = 1u << MODE_PAST,
	ANY = SCREEN | BATCH | STREAM | DETAIL | INSIDE | VERDICTS | RUN | REPORT | COMPARE |
	      CHECK | METRICS | HOSTS | FLIGHT | PAST,
};

/* An option goes with these modes, with the option WITH and not with the option WITHOUT. */
struct rule {
	const char *option;
	unsigned modes;
	const char *with, *without; /* NULL: any, none */
	const char *words;
};

static const char no_program[] = "-p, -u, -F, -n and --replay do not go with a program";
static const char pair[] = "--on EXPR and --exec COMMAND go together";
static const char hosts[] = "--host goes with the dashboard, -b or --json, on live machines";
static const char past[] = "--at and --last-kill want the dashboard, -b or --json, without -n";
static const char no_inside[] = "--inside, --holders and --lines look inside, --no-inside does not";
static const char account[] = "--account goes with -b as text; w shows it in the dashboard";

static const struct rule rules[] = {
	{ "json", ANY, NULL, "csv", "--json and --csv do not go together" },
	{ "csv", BATCH, NULL, NULL, "--csv goes with -b" },
	{ "json", BATCH | DETAIL | INSIDE | COMPARE | RUN | REPORT | HOSTS | PAST, NULL, NULL,
		"--json goes with -b, --detail, --inside, --holders, --compare or a report" },
	{ "report", RUN | REPORT, NULL, NULL, "--report goes with -- PROGRAM or --report-from" },
	{ "svg", RUN | REPORT, NULL, NULL, "--svg goes with -- PROGRAM or --report-from" },
	{ "live", RUN, NULL, NULL, "--live goes with -- PROGRAM" },
	{ "lines", RUN | INSIDE, NULL, "holders",
		"--lines goes with -- PROGRAM, or with -p PID --inside" },
	{ "wait-all", RUN, NULL, NULL, "--wait-all goes with -- PROGRAM" },
	{ "pid", ANY & ~RUN, NULL, NULL, no_program },
	{ "user", ANY & ~RUN, NULL, NULL, no_program },
	{ "filter", ANY & ~RUN, NULL, NULL, no_program },
	{ "count", ANY & ~RUN, NULL, NULL, no_program },
	{ "replay", ANY & ~RUN, NULL, NULL, no_program },
	{ "host", SCREEN | HOSTS, NULL, "replay", hosts },
	{ "host", ANY, NULL, "record", "--record is of one machine, not of hosts" },
	{ "host", ANY, NULL, "on", "--on watches one machine, not hosts" },
	{ "pid", ANY, NULL, "host", "-p does not go with --host" },
	{ "user", ANY, NULL, "host", "-u does not go with --host" },
	{ "pid", ANY & ~METRICS, NULL, NULL, "-p does not go with --metrics" },
	{ "user", ANY & ~METRICS, NULL, NULL, "-u does not go with --metrics" },
	{ "filter", ANY & ~METRICS, NULL, NULL, "-F does not go with --metrics" },
	{ "pid", ANY & ~FLIGHT, NULL, NULL, "-p does not go with --flight" },
	{ "user", ANY & ~FLIGHT, NULL, NULL, "-u does not go with --flight" },
	{ "filter", ANY & ~FLIGHT, NULL, NULL, "-F does not go with --flight" },
	{ "record", ANY & ~FLIGHT, NULL, NULL, "--record does not go with --flight" },
	{ "replay", ANY & ~FLIGHT, NULL, NULL, "--replay does not go with --flight" },
	{ "at", ANY, NULL, "last-kill", "--at does not go with --last-kill" },
	{ "at", SCREEN | PAST, NULL, "count", past },
	{ "last-kill", SCREEN | PAST, NULL, "count", past },
	{ "at", ANY, NULL, "record", "--at and --record do not go together" },
	{ "last-kill", ANY, NULL, "record", "--last-kill and --record do not go together" },
	{ "host", ANY, NULL, "at", "--at is of one machine, not of hosts" },
	{ "host", ANY, NULL, "last-kill", "--last-kill is of one machine, not of hosts" },
	{ "no-history", SCREEN, NULL, "replay", "--no-history goes with the dashboard, live" },
	{ "keep", FLIGHT, NULL, NULL, "--keep goes with --flight" },
	{ "status", FLIGHT, NULL, NULL, "--status goes with --flight" },
	{ "group", SCREEN | BATCH | PAST, NULL, NULL, "-g goes with the dashboard or -b" },
	{ "containers", SCREEN | BATCH | PAST | HOSTS, NULL, NULL,
		"--containers goes with the dashboard or -b" },
	{ "containers", ANY, NULL, "group", "--containers and -g do not go together" },
	{ "containers", ANY, NULL, "account", "--containers and --account do not go together" },
	{ "check", CHECK | RUN, NULL, NULL,
		"--check goes alone, with --replay or with -- PROGRAM" },
	{ "for", CHECK, NULL, "replay", "--for goes with --check on a live machine" },
	{ "every", ANY, "on", NULL, "--every goes with --on EXPR and --exec COMMAND" },
	{ "on", ANY, "exec", NULL, pair },
	{ "exec", ANY, "on", NULL, pair },
	{ "on", SCREEN | BATCH, NULL, "replay",
		"--on goes with the dashboard or -b, on a live machine" },
	{ "record", ANY & ~(REPORT | COMPARE), NULL, NULL,
		"--record wants something that is not a recording" },
	{ "append", ANY, "record", NULL, "--append goes with --record FILE" },
	{ "openmetrics", METRICS, NULL, NULL, "--openmetrics goes with --metrics FILE" },
	{ "account", BATCH, NULL, "json", account },
	{ "account", BATCH, NULL, "csv", account },
	{ "detail", ANY, "pid", NULL, "--detail goes with -p PID" },
	{ "inside", ANY, "pid", NULL, "--inside goes with -p PID" },
	{ "holders", ANY, "pid", NULL, "--holders goes with -p PID" },
	{ "no-inside", ANY, NULL, "holders", no_inside },
	{ "no-inside", ANY, NULL, "lines", no_inside },
	{ "no-inside", ANY & ~INSIDE, NULL, NULL, no_inside },
	{ "verdicts", ANY, "replay", NULL, "--verdicts goes with --replay FILE" },
	{ "replay", ANY, NULL, "record", "--replay and --record do not go together" },
	{ "replay", ANY & ~STREAM, NULL, NULL, "--replay and --stream do not go together" },
	{ "key-frames", STREAM, NULL, NULL, "--key-frames goes with --stream" },
};

const char *options_rule(size_t index, const char **option)
{
	if (index >= sizeof(rules) / sizeof(rules[0]))
		return NULL;
	*option = rules[index].option;
	return rules[index].words;
}

/* A rule on --host holds for a list of them in a file. */
static bool rule_meets(const struct options *o, const char *name)
{
	return options_given(o, name) || (strcmp(name, "host") == 0 && options_given(o, "hosts"));
}

static bool holds(const struct rule *rule, const struct options *o)
{
	return (rule->modes & 1u << o->mode) != 0 &&
	       (rule->with == NULL || rule_meets(o, rule->with)) &&
	       (rule->without == NULL || !rule_meets(o, rule->without));
}

bool options_have_hosts(const struct options *o)
{
	return o->nhosts > 0 || o->hosts_file != NULL;
}

bool options_look_back(const struct options *o)
{
	return o->at != NULL || o->last_kill;
}

/* The mode that the other options make of "no mode named". */
static int choose_mode(struct options *o, char *why)
{
	int wanted = (o->program != NULL) + (o->report_from != NULL) + (o->compare[0] != NULL) +
		     options_given(o, "batch") + options_given(o, "stream") +
		     options_given(o, "verdicts") + options_given(o, "detail") +
		     options_given(o, "inside") + options_given(o, "holders") +
		     options_given(o, "metrics") + options_given(o, "flight");

	if (wanted > 1)
		return options_fail(why,
			"-b, --stream, --verdicts, --detail, --inside, --holders, "
			"--metrics, --flight, --report-from, --compare and a program are "
			"one or the other");
	if (o->program != NULL)
		o->mode = MODE_RUN;
	else if (o->holders != NULL)
		o->mode = MODE_INSIDE;
	else if (o->report_from != NULL)
		o->mode = MODE_REPORT;
	else if (o->compare[0] != NULL)
		o->mode = MODE_COMPARE;
	else if (o->metrics != NULL)
		o->mode = MODE_METRICS;
	else if (o->check != NULL && o->mode == MODE_SCREEN)
		o->mode = MODE_CHECK;
	else if (o->format != FORMAT_TEXT && o->mode == MODE_SCREEN)
		o->mode = MODE_BATCH;
	if (o->mode == MODE_BATCH && options_have_hosts(o))
		o->mode = MODE_HOSTS;
	else if (o->mode == MODE_BATCH && o->format != FORMAT_CSV && options_look_back(o))
		o->mode = MODE_PAST;
	if (!options_have_hosts(o) && (o->nssh_options > 0 || o->allow_signals))
		return options_fail(why, "--ssh-option and --allow-signals go with --host");
	return 0;
}

int options_check(struct options *o, char why[OPTIONS_WHY_MAX])
{
	if (choose_mode(o, why) != 0)
		return -EINVAL;
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (rule_meets(o, rules[i].option) && !holds(&rules[i], o))
			return options_fail(why, "%s", rules[i].words);
	return 0;
}
