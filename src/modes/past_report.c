/* SPDX-License-Identifier: GPL-2.0-or-later */
/* past_report - see past_report.h */
#include "modes/past_report.h"

#include "base/clock.h"
#include "base/order.h"
#include "base/units.h"
#include "base/xalloc.h"
#include "model/containers.h"
#include "model/evidence.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	GROWERS_MAX = 10,
	WINDOW_S = 600,     /* over which growth into a kill is told */
	BEFORE_S = 5,       /* what one of that age has when a recording begins came a moment ago */
	LEAST_KIB = 1024,   /* smaller ones filled nothing, whatever their pace */
	LEAST_KIB_MIN = 64, /* slower is none worth a word, unless it climbs */
	GAP_MS = 60 * 1000, /* a look so long before the time asked for is worth a word */
	LEAD_MS = 3600 * 1000,
};

/* A process that grew, as it was at the moment: the store goes on. */
struct past_grower {
	struct ident id;
	char name[FRAME_COMM_MAX + 1];
	char *cgroup; /* NULL: not known */
	char *words;  /* of one that climbs: since when, how fast; NULL: it does not */
	uint64_t footprint_kib;
	double kib_min;
	double age_s;
};

/* --- what is known ---------------------------------------------------------------------------- */

/* Climbers before others, the fastest first. */
static int compare_growers(const void *a, const void *b)
{
	const struct past_grower *x = a, *y = b;

	if ((x->words != NULL) != (y->words != NULL))
		return x->words != NULL ? -1 : 1;
	return (x->kib_min < y->kib_min) - (x->kib_min > y->kib_min);
}

/* Kept as text, since the store has moved on to another moment when it is printed. */
static char *climb_words(const struct store *store, const struct proc *proc)
{
	struct evidence_facts facts;
	struct evidence evidence;

	evidence_gather(&facts, store, proc);
	evidence_write(&evidence, &facts);
	return xalloc_text(evidence.text);
}

/* KiB a minute of one that came a moment ago, too late for a rate: all it has; also of one that
 * came just before the first look. */
static double whole_growth(const struct store *store, double age_s, uint64_t footprint_kib)
{
	double seen_s = (double)(store_now_ms(store) - store_first_ms(store)) / 1000;

	return age_s < seen_s + BEFORE_S ? (double)footprint_kib * 60 / (age_s > 1 ? age_s : 1) : 0;
}

/* A climber is told of any moment; before a kill also who grew fast without having been judged, as
 * a leak that kills within a minute never is. */
static void add_grower(struct past_report *report, const struct proc *proc)
{
	const struct store *store = report->store;
	bool climbs = store_verdict(store, proc) == TREND_CLIMBING;
	struct past_grower grower = { .id = proc->id,
		.footprint_kib = proc->figures.footprint_kib };

	if (proc->own || proc->kernel_thread || !proc_is_measured(proc))
		return;
	grower.age_s = store_age_s(store, proc);
	if (!store_growth(store, proc, WINDOW_S, &grower.kib_min))
		grower.kib_min = whole_growth(store, grower.age_s, grower.footprint_kib);
	if (!climbs && (!report->last_kill || grower.kib_min < LEAST_KIB_MIN ||
			       grower.footprint_kib < LEAST_KIB))
		return;
	snprintf(grower.name, sizeof(grower.name), "%s", proc->name != NULL ? proc->name : "?");
	grower.cgroup = proc->cgroup != NULL ? xalloc_text(proc->cgroup) : NULL;
	grower.words = climbs ? climb_words(store, proc) : NULL;
	*XALLOC_NEXT(report->growers, report->ngrowers, report->cap) = grower;
}

void past_report_take(struct past_report *report)
{
	const struct store *store = report->store;
	struct view view;

	report->wall_ms = store_wall_ms(store);
	report->now_ms = store_now_ms(store);
	report->first_ms = store_first_ms(store);
	report->watching = store_is_watching(store);
	view_init(&view);
	buf_init(&report->table);
	view_build(&view, store, &report->ask);
	if (report->json)
		report_json(&report->table, store, &view, &report->style);
	else
		report_text(&report->table, store, &view, &report->style);
	view_done(&view);
	for (size_t i = 0; i < store_count(store); i++)
		add_grower(report, store_proc(store, i));
	order_sort(report->growers, report->ngrowers, sizeof(*report->growers), compare_growers);
}

void past_report_take_kill(struct past_report *report)
{
	const struct store *store = report->store;
	const struct kill *kill = store_kill(store);

	if (kill == NULL)
		return;
	report->killed = true;
	report->kill = *kill;
	report->kill.group = kill->group != NULL ? xalloc_text(kill->group) : NULL;
	report->kill.in = kill->in != NULL ? xalloc_text(kill->in) : NULL;
	report->kill.called = kill->called != NULL ? xalloc_text(kill->called) : NULL;
	report->kill_wall_ms = store_wall_ms(store) - (store_now_ms(store) - kill->ms);
	const char *group = kill->in != NULL && kill->in[0] != '\0' ? kill->in : kill->group;
	const struct container *row = group != NULL ? store_container_of(store, group) : NULL;
	if (row != NULL && row->name != NULL)
		snprintf(report->container, sizeof(report->container), "%s", row->name);
}

void past_report_done(struct past_report *report)
{
	for (size_t i = 0; i < report->ngrowers; i++) {
		free(report->growers[i].cgroup);
		free(report->growers[i].words);
	}
	free(report->growers);
	free((char *)(uintptr_t)report->kill.group);
	free((char *)(uintptr_t)report->kill.in);
	free((char *)(uintptr_t)report->kill.called);
	buf_done(&report->table);
}

/* Whether GROWER was in the group whose limit was met; anybody was where memory itself ran out. */
static bool grew_there(const struct past_report *report, const struct past_grower *grower)
{
	const char *group = report->kill.group;

	if (!report->killed || report->kill.why != KILL_GROUP || group == NULL ||
		strcmp(group, "/") == 0 || ident_same(grower->id, report->kill.id))
		return true;
	size_t len = strlen(group);
	return grower->cgroup != NULL && strncmp(grower->cgroup, group, len) == 0 &&
	       (grower->cgroup[len] == '\0' || grower->cgroup[len] == '/');
}

/* --- as text ---------------------------------------------------------------------------------- */

/* Both, since a clock time alone makes one count. */
static void put_ago(const struct past_report *report, struct buf *out, uint64_t wall_ms)
{
	char when[CLOCK_WORDS_MAX];

	buf_puts(out, clock_words(when, CLOCK_SECOND, wall_ms));
	if (report->now_wall_ms > wall_ms)
		buf_printf(out, ", %s ago",
			units_seconds_words(UNITS_TEXT,
				(double)(report->now_wall_ms - wall_ms) / 1000));
}

/* The moment that is shown may not be the one that was asked for: between two stretches nothing
 * was recorded. */
static void put_moment(const struct past_report *report, struct buf *out)
{
	char asked[CLOCK_WORDS_MAX];

	put_ago(report, out, report->wall_ms);
	if (report->asked_wall_ms > report->wall_ms + GAP_MS)
		buf_printf(out, " (the last look before %s: nothing was recorded in between)",
			clock_words(asked, CLOCK_SECOND, report->asked_wall_ms));
	buf_putc(out, '\n');
}

/* "Nobody climbed" is only said when it was watched for long enough to know. */
static void put_climbers(const struct past_report *report, struct buf *out)
{
	bool any = false;

	for (size_t i = 0; i < report->ngrowers && report->growers[i].words != NULL; i++) {
		const struct past_grower *grower = &report->growers[i];
		buf_printf(out, "%s  %s (%d): %s\n", any ? "" : "Climbing then:\n", grower->name,
			(int)grower->id.pid, grower->words);
		any = true;
	}
	if (!any && report->watching)
		buf_printf(out,
			"Who climbed then is not known: there are only %s of looks before.\n",
			units_seconds_words(UNITS_TEXT,
				(double)(report->now_ms - report->first_ms) / 1000));
	else if (!any)
		buf_puts(out, "Nobody climbed then.\n");
}

static double kill_ago_s(const struct past_report *report, uint64_t then_ms)
{
	return then_ms > report->kill_wall_ms ? (double)(then_ms - report->kill_wall_ms) / 1000 : 0;
}

/* Only the hour before counts: an older kill is no part of this moment. */
static void put_kill_before(const struct past_report *report, struct buf *out)
{
	char words[KILL_WORDS_MAX];
	uint64_t seen_ms = report->now_ms - report->first_ms;

	if (report->killed && report->now_ms - report->kill.ms <= LEAD_MS)
		buf_printf(out, "Seen from then: %s\n",
			kill_words(words, &report->kill, kill_ago_s(report, report->wall_ms)));
	else if (seen_ms > 0)
		buf_printf(out, "No kill for want of memory in the %s before.\n",
			units_seconds_words(UNITS_TEXT,
				(double)(seen_ms < LEAD_MS ? seen_ms : LEAD_MS) / 1000));
}

/* A process younger than the window has grown over its life so far, which is said, or its pace
 * would be too low. */
static void put_grower(const struct past_grower *grower, struct buf *out)
{
	buf_printf(out, "  %s (%d): %s", grower->name, (int)grower->id.pid,
		units_kib_words(UNITS_TEXT, grower->footprint_kib));
	if (grower->kib_min >= 1)
		buf_printf(out, ", +%s a minute over %s",
			units_kib_words(UNITS_TEXT, (uint64_t)grower->kib_min),
			grower->age_s < WINDOW_S ? "its life so far" : "the last ten minutes");
	buf_printf(out, ", %s old\n", units_seconds_words(UNITS_TEXT, grower->age_s));
	if (grower->words != NULL)
		buf_printf(out, "    %s\n", grower->words);
}

/* Finding nobody is an answer with a reason: looks are a second apart. */
static void put_growers(const struct past_report *report, struct buf *out)
{
	size_t put = 0;

	for (size_t i = 0; i < report->ngrowers && put < GROWERS_MAX; i++) {
		if (!grew_there(report, &report->growers[i]))
			continue;
		if (put++ == 0)
			buf_puts(out, "Who grew into it:\n");
		put_grower(&report->growers[i], out);
	}
	if (put == 0)
		buf_puts(out, "Nobody was seen to grow into it: what was killed may have come and "
			      "gone between two looks.\n");
}

/* Tells who was killed, when, and in what; a counter alone tells that there was a kill and nothing
 * else. */
static void put_kill(const struct past_report *report, struct buf *out)
{
	char words[KILL_WORDS_MAX], when[CLOCK_WORDS_MAX];

	if (!report->killed) {
		buf_puts(out, "The kernel killed for want of memory; whom is not recorded.\n");
		return;
	}
	buf_printf(out, "%s\n",
		kill_words(words, &report->kill, kill_ago_s(report, report->now_wall_ms)));
	buf_printf(out, "That was at %s", clock_words(when, CLOCK_SECOND, report->kill_wall_ms));
	if (report->container[0] != '\0')
		buf_printf(out, ", in container %s", report->container);
	if (report->kill.in != NULL && report->kill.in[0] != '\0')
		buf_printf(out, ", in group %s", report->kill.in);
	buf_puts(out, ".\n");
}

void past_report_text(const struct past_report *report, struct buf *out)
{
	if (report->last_kill) {
		put_kill(report, out);
		buf_putc(out, '\n');
		put_growers(report, out);
		buf_puts(out, "\nThe look before, ");
	}
	put_moment(report, out);
	buf_put(out, report->table.data, report->table.len);
	if (report->last_kill)
		return;
	buf_putc(out, '\n');
	put_climbers(report, out);
	put_kill_before(report, out);
}

/* --- as JSON ---------------------------------------------------------------------------------- */

/* The same figures, and the sentence for who wants to show it. */
static void add_grower_json(struct json_writer *json, const struct past_grower *grower)
{
	json_open(json, NULL, '{');
	json_add_number(json, "pid", true, grower->id.pid);
	json_add_text(json, "name", grower->name);
	json_add_text(json, "cgroup", grower->cgroup);
	json_add_kib(json, "footprint", true, grower->footprint_kib);
	json_add_kib(json, "growth", grower->kib_min >= 0, (uint64_t)grower->kib_min);
	json_add_seconds(json, "age", true, grower->age_s);
	json_add_bool(json, "climbing", grower->words != NULL);
	json_add_text(json, "words", grower->words);
	json_close(json, '}');
}

static void add_kill_json(const struct past_report *report, struct json_writer *json)
{
	static const char *const whys[] = {
		[KILL_UNKNOWN] = NULL,
		[KILL_MACHINE] = "machine",
		[KILL_GROUP] = "group",
	};
	const struct kill *kill = &report->kill;
	char words[KILL_WORDS_MAX];
	bool who = kill->id.pid != 0;

	if (!report->killed) {
		json_add_null(json, "kill");
		return;
	}
	json_open(json, "kill", '{');
	json_add_ms(json, "time", true, report->kill_wall_ms);
	json_add_number(json, "pid", who, kill->id.pid);
	json_add_text(json, "name", who ? kill->name : NULL);
	json_add_kib(json, "footprint", who, kill->kib);
	json_add_number(json, "count", true, kill->count);
	json_add_text(json, "reason", whys[kill->why]);
	json_add_text(json, "group", kill->why == KILL_GROUP ? kill->group : NULL);
	json_add_kib(json, "limit", kill->why == KILL_GROUP, kill->limit_kib);
	json_add_text(json, "cgroup", kill->in != NULL && kill->in[0] != '\0' ? kill->in : NULL);
	json_add_text(json, "container", report->container[0] != '\0' ? report->container : NULL);
	json_add_text(json, "words",
		kill_words(words, kill, kill_ago_s(report, report->now_wall_ms)));
	json_close(json, '}');
}

void past_report_json(const struct past_report *report, struct buf *out)
{
	struct json_writer json;

	json_writer_init(&json, out);
	json_open(&json, NULL, '{');
	json_add_ms(&json, "asked", report->asked_wall_ms != 0, report->asked_wall_ms);
	json_add_ms(&json, "time", true, report->wall_ms);
	json_add_ms(&json, "recorded_from", true, report->first_wall_ms);
	json_add_ms(&json, "recorded_to", true, report->last_wall_ms);
	json_add_bool(&json, "verdicts", !report->watching);
	json_open(&json, "grew", '[');
	for (size_t i = 0; i < report->ngrowers; i++)
		if (!report->last_kill || grew_there(report, &report->growers[i]))
			add_grower_json(&json, &report->growers[i]);
	json_close(&json, ']');
	add_kill_json(report, &json);
	json_key(&json, "look");
	json_writer_flush(&json);
	/* an object and a newline, which ends this one's line instead */
	buf_put(out, report->table.data, report->table.len - (report->table.len > 0));
	json_put_raw(&json, "}\n");
	json_writer_flush(&json);
}
