/* SPDX-License-Identifier: GPL-2.0-or-later */
/* headline - the first line: the worst trouble in plain words, then what makes it bearable
 *
 * At most three sentences, the most important first, since a narrow screen cuts the end off.
 */
#include "model/headline.h"

#include "model/headline_end.h"
#include "model/headline_pressure.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* The least that is worth a word. */
static const struct {
	double some_alarm;
	double full_alarm;
	double waits_faults_s; /* of one process */
	double oom_alarm_s;
	double oom_s;
	double eta_alarm_s;
	double eta_warn_s;
	double big_share; /* of the machine: one process holds much */
	double young_s;   /* its size is news */
	double glance_s;  /* no growth is seen before that */
	double calm_s;    /* watched so long before saying that nothing grows */
	double since_s;   /* a climb this long is told in full */
} LIMITS = {
	.some_alarm = 40,
	.full_alarm = 10,
	.waits_faults_s = 50,
	.oom_alarm_s = 60,
	.oom_s = 300,
	.eta_alarm_s = 300,
	.eta_warn_s = 3600,
	.big_share = .25,
	.young_s = 3600,
	.glance_s = 5,
	.calm_s = 60,
	.since_s = 60,
};

struct writer {
	struct headline *out;
	const struct headline_facts *facts;
	size_t len;
};

/* Adds a sentence, whole or not at all. */
static void say(struct writer *writer, enum headline_mood mood, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* A sentence that does not fit is left out whole, and so are those behind it where they are
 * longer: half a sentence may say the contrary. The loudest sentence gives the line its colour. */
static void say(struct writer *writer, enum headline_mood mood, const char *format, ...)
{
	struct headline *out = writer->out;
	char *to = out->text + writer->len;
	size_t room = sizeof(out->text) - writer->len;
	const char *blank = writer->len ? " " : "";
	va_list args;

	if (out->nsentences == HEADLINE_SENTENCES_MAX)
		return;
	size_t skip = strlen(blank);
	memcpy(to, blank, skip + 1);
	va_start(args, format);
	int len = vsnprintf(to + skip, room - skip, format, args);
	va_end(args);
	if (len < 0 || (size_t)len >= room - skip) {
		*to = '\0';
		return;
	}
	writer->len += skip + (size_t)len;
	out->sentences[out->nsentences++] = (struct headline_sentence){ writer->len, mood };
	if (mood > out->mood)
		out->mood = mood;
}

/* Notes whom the sentence is about: the first process named. */
static void note_subject(struct writer *writer, struct ident id)
{
	if (writer->out->about.pid == 0 && writer->out->nsentences < HEADLINE_SENTENCES_MAX)
		writer->out->about = id;
}

/* The kernel's kills: NEWS are said first, older ones after the process to look at now. */
static void say_oom(struct writer *writer, bool news)
{
	char words[KILL_WORDS_MAX];
	double ago_s = writer->facts->oom_ago_s;

	if (writer->facts->kill == NULL || ago_s < 0 || ago_s > LIMITS.oom_s ||
		news != (ago_s < LIMITS.oom_alarm_s))
		return;
	say(writer, ago_s < LIMITS.oom_alarm_s ? MOOD_ALARM : MOOD_WARN, "%s",
		kill_words(words, writer->facts->kill, ago_s));
}

/* The kernel's own measure (PSI) first; where it has none, traffic to and from swap stands in for
 * it, which is weaker evidence and never an alarm. Stalls while plenty is available come from a
 * limit of somebody's own. */
static void say_stall(struct writer *writer)
{
	const struct headline_facts *facts = writer->facts;
	const struct system_figures *system = facts->system;
	bool alarm = system->psi_some_avg10 >= LIMITS.some_alarm ||
		     system->psi_full_avg10 >= LIMITS.full_alarm;
	enum headline_mood mood = alarm && headline_knows_stalls(facts) ? MOOD_ALARM : MOOD_WARN;
	char left[UNITS_SIZE];

	if (!headline_is_stalled(facts))
		return;
	headline_percent(left, headline_available_percent(facts));
	if (headline_knows_stalls(facts) && facts->unmeasured)
		say(writer, mood, "Programs waited for memory %.0f %% of the last 10 s.",
			system->psi_some_avg10);
	else if (!headline_knows_stalls(facts))
		say(writer, mood,
			"Memory is the reason: %s available, %s a second go to and from swap.",
			left, units_kib_words(UNITS_TEXT, (uint64_t)headline_swap_traffic(facts)));
	else if (headline_has_plenty(facts))
		say(writer, mood,
			"Programs waited for memory %.0f %% of the last 10 s, though %s "
			"is available: a limit of their own may hold them.",
			system->psi_some_avg10, left);
	else
		say(writer, mood,
			"Memory is the reason: %s available, programs waited %.0f %% of the last "
			"10 s.",
			left, system->psi_some_avg10);
}

/* A process that pages in from disk suffers though it may hold little: the one to look at for
 * slowness, not for growth. */
static void say_waits(struct writer *writer)
{
	const struct headline_facts *facts = writer->facts;
	char pages[UNITS_SIZE];

	if (facts->waits_name == NULL || facts->waits_faults_s < LIMITS.waits_faults_s ||
		!headline_lacks_pages(facts))
		return;
	note_subject(writer, facts->waits);
	say(writer, MOOD_WARN, "%s (%d) waits for memory: %s pages a second come back from disk.",
		facts->waits_name, facts->waits.pid,
		headline_thousands(pages, facts->waits_faults_s));
}

static void say_short(struct writer *writer)
{
	const struct headline_facts *facts = writer->facts;
	char percent[UNITS_SIZE];
	const char *swap = facts->system->swap_total_kib == 0        ? "there is no swap"
			   : headline_swap_is_used_up(facts->system) ? "swap is used up"
								     : NULL;

	if (!headline_is_short(facts) || headline_is_stalled(facts))
		return;
	say(writer, MOOD_WARN, "Memory is short: %s (%s) available%s%s.",
		headline_percent(percent, headline_available_percent(facts)),
		units_kib_words(UNITS_TEXT, facts->available_kib), swap != NULL ? " and " : "",
		swap != NULL ? swap : "");
}

/* In trouble without a climber, who holds the memory; one that came up fast is the likely cause. */
static void say_biggest(struct writer *writer)
{
	const struct headline_facts *facts = writer->facts;
	double share = (double)facts->biggest_kib / (double)(facts->machine_limit_kib + 1);
	char size[UNITS_SIZE];

	if (facts->biggest_name == NULL || share < LIMITS.big_share || facts->climbers ||
		!(headline_is_short(facts) || headline_is_stalled(facts)))
		return;
	note_subject(writer, facts->biggest);
	units_kib_words(size, facts->biggest_kib);
	if (facts->biggest_age_s >= 0 && facts->biggest_age_s < LIMITS.young_s)
		say(writer, MOOD_WARN, "%s (%d) took %s in the %s since it began.",
			facts->biggest_name, facts->biggest.pid, size,
			units_seconds_words(UNITS_TEXT, facts->biggest_age_s));
	else
		say(writer, MOOD_WARN, "%s (%d) holds %s of it.", facts->biggest_name,
			facts->biggest.pid, size);
}

static enum headline_mood eta_mood(double seconds)
{
	return seconds < LIMITS.eta_alarm_s  ? MOOD_ALARM
	       : seconds < LIMITS.eta_warn_s ? MOOD_WARN
					     : MOOD_NOTICE;
}

/* Whether the end of the climb in front can be told, and in how many seconds it comes.  Of the
 * machine's own memory that depends on all that goes on, and on nobody alone. */
static bool climb_end(const struct headline_facts *facts, double *end_s)
{
	enum limit_kind kind = facts->worst_eta.limit.kind;

	if (!facts->worst_eta_known)
		return false;
	if (kind != LIMIT_MACHINE) {
		*end_s = facts->worst_eta.mid_s;
		return true;
	}
	*end_s = facts->machine_eta_s;
	return facts->machine_eta_known;
}

/* The worst and its end in few words, if that is what is said first, or comes so soon that it
 * counts more than what is. */
static void put_brief(struct writer *writer, const struct limit *limit, double end_s,
	const char *who)
{
	if (writer->out->nsentences > 0 && eta_mood(end_s) != MOOD_ALARM)
		return;
	writer->out->brief_of = writer->out->nsentences;
	headline_brief(writer->out->brief, limit, end_s, who, writer->facts->worst.pid);
}

/* Most of what fills the machine is nobody's whom one could name: its end is not theirs. */
static bool others_fill(const struct headline_facts *facts)
{
	return facts->machine_eta_known && facts->worst_eta_known &&
	       facts->worst_eta.limit.kind == LIMIT_MACHINE &&
	       facts->climbing_kib_min < .25 * facts->machine_kib_min;
}

static void say_filling(struct writer *writer)
{
	const struct headline_facts *facts = writer->facts;
	const struct limit machine = { .kind = LIMIT_MACHINE };
	char rate[HEADLINE_RATE_MAX], end[HEADLINE_END_MAX];

	put_brief(writer, &machine, facts->machine_eta_s, NULL);
	say(writer, eta_mood(facts->machine_eta_s), "Memory in use grows %s; %s.",
		headline_rate(rate, facts->machine_kib_min),
		headline_end(end, &machine, facts->machine_eta_s));
}

static void say_climber(struct writer *writer)
{
	const struct headline_facts *facts = writer->facts;
	char rate[HEADLINE_RATE_MAX], end[HEADLINE_END_MAX];
	double end_s;

	headline_rate(rate, facts->worst_kib_min);
	bool ends = !others_fill(facts) && climb_end(facts, &end_s);
	if (ends) {
		put_brief(writer, &facts->worst_eta.limit, end_s, facts->worst_name);
		say(writer, eta_mood(end_s), "%s (%d) grows %s; %s.", facts->worst_name,
			facts->worst.pid, rate, headline_end(end, &facts->worst_eta.limit, end_s));
	} else
		say(writer, MOOD_NOTICE, "%s (%d) grows %s.", facts->worst_name, facts->worst.pid,
			rate);
	if (ends && facts->worst_takes > 1)
		say(writer, MOOD_NOTICE, "A kill takes all %u processes with it.",
			(unsigned)facts->worst_takes);
	if (facts->worst_since_s >= LIMITS.since_s && !others_fill(facts))
		say(writer, MOOD_NOTICE, "It gained %s in %s.",
			units_kib_words(UNITS_TEXT, facts->worst_gained_kib),
			units_seconds_words(UNITS_TEXT, facts->worst_since_s));
}

/* Several that fill memory much sooner than the worst of them would alone. */
static void say_climbers(struct writer *writer)
{
	const struct headline_facts *facts = writer->facts;
	const struct limit machine = { .kind = LIMIT_MACHINE };
	size_t others = facts->climbers - 1;
	char rate[HEADLINE_RATE_MAX], end[HEADLINE_END_MAX];

	put_brief(writer, &machine, facts->machine_eta_s, facts->worst_name);
	say(writer, eta_mood(facts->machine_eta_s), "%s (%d) and %zu %s grow %s; %s.",
		facts->worst_name, facts->worst.pid, others, others == 1 ? "other" : "others",
		headline_rate(rate, facts->climbing_kib_min),
		headline_end(end, &machine, facts->machine_eta_s));
}

static bool together_much_sooner(const struct headline_facts *facts)
{
	return facts->climbers > 1 && facts->machine_eta_known && facts->worst_eta_known &&
	       facts->worst_eta.limit.kind == LIMIT_MACHINE && !others_fill(facts) &&
	       facts->worst_kib_min < .8 * facts->climbing_kib_min;
}

static void say_growth(struct writer *writer)
{
	const struct headline_facts *facts = writer->facts;

	if (facts->worst_name == NULL)
		return;
	note_subject(writer, facts->worst);
	if (others_fill(facts))
		say_filling(writer);
	if (together_much_sooner(facts))
		say_climbers(writer);
	else
		say_climber(writer);
}

/* Before the first verdicts: what can be said so far. */
static void say_watch(struct writer *writer)
{
	const struct headline_facts *facts = writer->facts;
	char rate[HEADLINE_RATE_MAX];

	if (!facts->watching || facts->seen_s < LIMITS.glance_s || facts->climbers)
		return;
	if (facts->part_name != NULL && facts->ownerless == NULL) {
		say(writer, MOOD_NOTICE, "Watching for %s. %s grows fastest so far, %s.",
			units_seconds_words(UNITS_TEXT, facts->seen_s), facts->part_name,
			headline_rate(rate, facts->part_kib_min));
		return;
	}
	if (facts->fastest_name == NULL)
		return;
	note_subject(writer, facts->fastest);
	say(writer, MOOD_NOTICE, "Watching for %s: %s (%d) grows fastest so far, %s.",
		units_seconds_words(UNITS_TEXT, facts->seen_s), facts->fastest_name,
		facts->fastest.pid, headline_rate(rate, facts->fastest_kib_min));
}

/* So that the first one's pace is not taken for that of all. */
static void say_others(struct writer *writer)
{
	const struct headline_facts *facts = writer->facts;
	char rate[HEADLINE_RATE_MAX];

	if (facts->climbers < 2 || others_fill(facts))
		return;
	if (together_much_sooner(facts))
		say(writer, MOOD_NOTICE, "%s alone grows %s.", facts->worst_name,
			headline_rate(rate, facts->worst_kib_min));
	else
		say(writer, MOOD_NOTICE, "%zu %s too.", facts->climbers - 1,
			facts->climbers == 2 ? "other grows" : "others grow");
}

static void say_pool(struct writer *writer)
{
	const struct headline_facts *facts = writer->facts;
	char rate[HEADLINE_RATE_MAX];

	if (facts->pool_name == NULL)
		return;
	say(writer, MOOD_NOTICE, "All %s together (%u now) grow %s, no single one does.",
		facts->pool_name, (unsigned)facts->pool_members,
		headline_rate(rate, facts->pool_kib_min));
}

static void say_ownerless(struct writer *writer)
{
	const struct headline_facts *facts = writer->facts;
	char rate[HEADLINE_RATE_MAX];

	if (facts->ownerless == NULL)
		return;
	if (facts->ownerless_in != NULL) {
		char filled[HEADLINE_FILLED_MAX];

		say(writer, eta_mood(facts->ownerless_eta.mid_s), "%s",
			headline_filled(filled, facts));
		return;
	}
	headline_rate(rate, facts->ownerless_kib_min);
	if (facts->ownerless_by != NULL) {
		note_subject(writer, facts->ownerless_id);
		say(writer, MOOD_NOTICE, "%s grows %s: %s (%d) makes it grow.", facts->ownerless,
			rate, facts->ownerless_by, facts->ownerless_id.pid);
		return;
	}
	const char *what = facts->ownerless_mount != NULL  ? "The tmpfs "
			   : facts->ownerless_slab != NULL ? "The kernel's slab cache "
							   : facts->ownerless;
	const char *which = facts->ownerless_mount != NULL  ? facts->ownerless_mount
			    : facts->ownerless_slab != NULL ? facts->ownerless_slab
							    : "";
	say(writer, MOOD_NOTICE, "%s%s grows %s, %s.", what, which, rate,
		facts->climbers ? "and no process explains it" : "no single process does");
}

static void say_blocked(struct writer *writer)
{
	const struct headline_facts *facts = writer->facts;

	if (facts->blocked_name == NULL)
		return;
	note_subject(writer, facts->blocked);
	say(writer, MOOD_NOTICE, "%s (%d) is stuck: no answer from it for %s.", facts->blocked_name,
		facts->blocked.pid, units_seconds_words(UNITS_TEXT, facts->blocked_s));
}

/* How much is left, where nothing worse was to be said of it. */
static void say_available(struct writer *writer)
{
	const struct headline_facts *facts = writer->facts;
	char left[UNITS_SIZE], of[UNITS_SIZE + 32] = "";
	char reason[HEADLINE_REASON_MAX];

	if (facts->unmeasured) {
		say(writer, MOOD_CALM, "%s",
			facts->lacks != NULL && *facts->lacks
				? facts->lacks
				: "How much memory this machine has is not known.");
		return;
	}
	if (headline_is_stalled(facts) || headline_is_short(facts))
		return;
	headline_percent(left, headline_available_percent(facts));
	if (facts->container)
		snprintf(of, sizeof(of), " of this container's %s",
			units_kib_words(UNITS_TEXT, facts->machine_limit_kib));
	if (headline_is_tight(facts))
		say(writer, MOOD_NOTICE,
			"Memory is tight, but nothing waits for it: %s%s available.", left, of);
	else if (writer->out->nsentences > 0)
		say(writer, MOOD_CALM, "For now %s%s is available%s.", left, of,
			headline_pressure_words(facts));
	else if (headline_other_reason(reason, facts)) {
		say(writer, MOOD_CALM, "%s", reason);
		say(writer, MOOD_CALM, "%s%s is available%s.", left, of,
			headline_pressure_words(facts));
	} else
		say(writer, MOOD_CALM, "Memory is not the problem: %s%s available%s.", left, of,
			headline_pressure_words(facts));
}

static void say_quiet(struct writer *writer)
{
	const struct headline_facts *facts = writer->facts;

	if (facts->watching && facts->seen_s >= LIMITS.glance_s && facts->climbers == 0 &&
		facts->fastest_name == NULL && facts->part_name == NULL &&
		facts->pool_name == NULL && facts->ownerless == NULL)
		say(writer, MOOD_CALM, "Watching for %s: nothing grows so far.",
			units_seconds_words(UNITS_TEXT, facts->seen_s));
	if (facts->climbers == 0 && facts->warming == 0 && facts->ownerless == NULL &&
		facts->pool_name == NULL && facts->seen_s >= LIMITS.calm_s &&
		writer->out->mood == MOOD_CALM)
		say(writer, MOOD_CALM, "Nothing keeps growing.");
}

static void say_hidden(struct writer *writer)
{
	const struct headline_facts *facts = writer->facts;
	char leaves[UNITS_SIZE + 40] = "";

	if (facts->unaccounted_kib)
		snprintf(leaves, sizeof(leaves), ", which leaves %s unaccounted for",
			units_kib_words(UNITS_TEXT, facts->unaccounted_kib));
	if (facts->hidden)
		say(writer, MOOD_CALM, "%u %s may not be looked at%s.", (unsigned)facts->hidden,
			facts->hidden == 1 ? "process" : "processes", leaves);
	else if (facts->hides)
		say(writer, MOOD_CALM, "Processes of others are hidden%s.", leaves);
}

void headline_write(struct headline *out, const struct headline_facts *facts)
{
	struct writer writer = { .out = out, .facts = facts };

	*out = (struct headline){ .mood = MOOD_CALM };
	if (facts->system == NULL) {
		say(&writer, MOOD_CALM, "%s",
			facts->over ? "This recording holds no look at a machine."
				    : "Taking the first look at this machine.");
		return;
	}
	say_oom(&writer, true);
	say_stall(&writer);
	say_growth(&writer);
	say_waits(&writer);
	say_short(&writer);
	say_oom(&writer, false);
	say_biggest(&writer);
	say_pool(&writer);
	say_ownerless(&writer);
	say_watch(&writer);
	say_others(&writer);
	say_blocked(&writer);
	say_available(&writer);
	say_quiet(&writer);
	say_hidden(&writer);
}

bool headline_replace(struct headline *shown, uint64_t *since_ms, const struct headline *next,
	uint64_t now_ms)
{
	bool stands = *since_ms != 0 && now_ms >= *since_ms &&
		      now_ms - *since_ms < HEADLINE_STAND_MS;

	if (stands && next->mood <= shown->mood)
		return false;
	if (*since_ms == 0 || strcmp(shown->text, next->text) != 0 || now_ms < *since_ms)
		*since_ms = now_ms;
	*shown = *next;
	return true;
}
