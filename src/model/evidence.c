/* SPDX-License-Identifier: GPL-2.0-or-later */
/* evidence - see evidence.h; the words.  Facts are gathered in evidence_gather.c. */
#include "model/evidence.h"

#include "base/text.h"
#include "base/units.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* The least that is worth a word. */
static const double BESIDE = 1.3; /* between the end of one alone and that of all, as a ratio */

enum { FAULTS_LEAST = 10, SOON_S = 300, LATER_S = 3600, STILL_KIB = 512 };

enum { WORDS_COLUMNS = 60 }; /* of a name within a sentence */

static void say(struct evidence *out, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void say(struct evidence *out, const char *format, ...)
{
	size_t len = strlen(out->text);
	va_list args;

	va_start(args, format);
	vsnprintf(out->text + len, sizeof(out->text) - len, format, args);
	va_end(args);
}

static void raise_mood(struct evidence *out, enum headline_mood mood)
{
	if (mood > out->mood)
		out->mood = mood;
}

/* --- pieces ----------------------------------------------------------------------------------- */

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL && slash[1] ? slash + 1 : path;
}

const char *evidence_part_title(char out[EVIDENCE_PART_MAX], enum mapping_kind kind,
	const char *name)
{
	static const char *const plain[] = {
		[MAPPING_HEAP] = "heap",
		[MAPPING_ANON] = "anonymous",
		[MAPPING_STACKS] = "stacks",
		[MAPPING_PROGRAM] = "program",
		[MAPPING_LIBRARY] = "library",
		[MAPPING_FILE] = "file",
		[MAPPING_SHARED] = "shared anonymous",
		[MAPPING_HUGE] = "huge pages",
		[MAPPING_OTHER] = "the kernel's ([vdso], ...)",
	};

	if (strcmp(name, "+") == 0)
		snprintf(out, EVIDENCE_PART_MAX, "all the rest");
	else if (!*name)
		snprintf(out, EVIDENCE_PART_MAX, "%s", plain[kind]);
	else
		snprintf(out, EVIDENCE_PART_MAX, "%s",
			kind == MAPPING_FILE || kind == MAPPING_SHARED ? name : base_name(name));
	return out;
}

const char *evidence_part_words(char out[EVIDENCE_PART_MAX], enum mapping_kind kind,
	const char *name)
{
	static const char *const plain[] = {
		[MAPPING_HEAP] = "the heap",
		[MAPPING_ANON] = "anonymous memory outside the heap",
		[MAPPING_STACKS] = "the stacks of its threads",
		[MAPPING_PROGRAM] = "data of the program itself",
		[MAPPING_LIBRARY] = "data of libraries",
		[MAPPING_FILE] = "mapped files",
		[MAPPING_SHARED] = "shared memory",
		[MAPPING_HUGE] = "huge pages",
		[MAPPING_OTHER] = "the kernel's own mappings",
	};
	static const char arenas[] = "the heap arenas of its threads", go[] = "the heap of Go";
	char title[EVIDENCE_PART_MAX];

	if (!*name || strcmp(name, "+") == 0 || kind == MAPPING_PROGRAM || kind == MAPPING_STACKS ||
		kind == MAPPING_OTHER)
		return memcpy(out, plain[kind], strlen(plain[kind]) + 1);
	evidence_part_title(title, kind, name);
	if (kind == MAPPING_HEAP)
		return strcmp(name, "Go heap") == 0 ? memcpy(out, go, sizeof(go))
						    : memcpy(out, arenas, sizeof(arenas));
	snprintf(out, EVIDENCE_PART_MAX,
		kind == MAPPING_ANON      ? "anonymous memory called %.*s"
		: kind == MAPPING_LIBRARY ? "data of %.*s"
		: kind == MAPPING_FILE    ? "the mapped file %.*s"
		: kind == MAPPING_SHARED  ? "the shared memory %.*s"
					  : "huge pages of %.*s",
		(int)text_fit(title, WORDS_COLUMNS, NULL), title);
	return out;
}

static const char *channel_words(unsigned channel)
{
	return channel == PROC_SHMEM  ? "shared memory"
	       : channel == PROC_SWAP ? "memory that went to swap"
	       : channel == PROC_HUGE ? "huge pages of the pool"
				      : "anonymous memory";
}

/* "almost all of it"; NULL: nothing worth a word. */
static const char *share_words(double share)
{
	return share >= .985  ? "all of it"
	       : share >= .88 ? "almost all of it"
	       : share >= .6  ? "most of it"
	       : share >= .4  ? "about half of it"
			      : NULL;
}

/* "86 MiB a minute"; what is slow, by the hour. */
static const char *rate_words(char out[2 * UNITS_SIZE], double kib_min)
{
	char words[UNITS_SIZE];
	bool hour = kib_min < 100;

	units_kib_words(words, (uint64_t)((hour ? kib_min * 60 : kib_min) + .5));
	snprintf(out, 2 * UNITS_SIZE, "%s %s", words, hour ? "an hour" : "a minute");
	return out;
}

/* Which part grew by its mappings, when they were looked at; else at least which kind of memory,
 * which every look tells. A share below two fifths names nothing: it would mislead. */
static void say_where(struct evidence *out, const struct evidence_facts *facts)
{
	char words[EVIDENCE_PART_MAX];
	double share = facts->where_known ? facts->where_share : facts->channel_share;
	const char *how_much = share_words(share);

	if (!facts->where_known && !facts->channel_known)
		return;
	if (how_much == NULL)
		say(out, ", spread over several parts");
	else if (facts->where_known)
		say(out, ", %s in %s", how_much,
			evidence_part_words(words, facts->where, facts->where_name));
	else
		say(out, ", %s %s", how_much, channel_words(facts->channel));
}

/* "its cgroup's limit of 4 GiB" */
static void say_limit(struct evidence *out, const struct evidence_facts *facts)
{
	const struct limit *limit = &facts->eta.limit;
	char size[UNITS_SIZE];
	const char *whose = facts->eta_above ? "the cgroup above it" : "its cgroup";

	units_kib_words(size, limit->limit_kib);
	switch (limit->kind) {
	case LIMIT_NONE:
	case LIMIT_MACHINE:
		say(out, "the machine's memory is full");
		break;
	case LIMIT_CGROUP:
		if (facts->eta_above)
			say(out, "it meets the limit of %s of the cgroup above it (%.60s)", size,
				limit->cgroup != NULL ? limit->cgroup : "?");
		else
			say(out, "it meets its cgroup's limit of %s", size);
		break;
	case LIMIT_CGROUP_HIGH:
		say(out, "%s slows it down (memory.high, %s)", whose, size);
		break;
	case LIMIT_AS:
		say(out, "it meets its limit on address space of %s", size);
		break;
	case LIMIT_DATA:
		say(out, "it meets its limit on data of %s", size);
		break;
	}
}

/* The unit, in seconds, that a time is told in: 60 for minutes. */
static double unit_of(double seconds)
{
	return seconds < 100 ? 1 : seconds < 100 * 60 ? 60 : seconds < 48 * 3600 ? 3600 : 86400;
}

static void say_about(struct evidence *out, double seconds)
{
	if (seconds < 5)
		say(out, " at any moment");
	else
		say(out, " in about %s", units_seconds_words(UNITS_TEXT, seconds));
}

/* "in about 9 minutes (7 to 12)" */
static void say_when(struct evidence *out, const struct eta *eta)
{
	double unit = unit_of(eta->mid_s);
	double from = floor(eta->from_s / unit), to = ceil(eta->to_s / unit);

	say_about(out, eta->mid_s);
	if (eta->mid_s < 5)
		return;
	if (!isfinite(eta->to_s) || to > 1000)
		say(out, " (%.0f or later)", from);
	else if (to > from)
		say(out, " (%.0f to %.0f)", from, to);
}

/* Whether others have their part in when that room is gone, by filling it or by giving back. */
static bool is_shared(const struct eta *eta)
{
	return eta->alone_s > 0 && eta->mid_s > 0 &&
	       (eta->mid_s * BESIDE < eta->alone_s || eta->alone_s * BESIDE < eta->mid_s);
}

/* When others fill the same room, too, both times are told: the one that will come, and the one
 * this process would take alone, since only that is in its owner's hands. The nearer, the
 * louder. */
static void say_end(struct evidence *out, const struct evidence_facts *facts)
{
	if (!facts->eta_known)
		return;
	bool shared = is_shared(&facts->eta);
	say(out, shared ? "; as things go, " : "; at this pace ");
	say_limit(out, facts);
	say_when(out, &facts->eta);
	if (shared)
		say(out, ", at its pace alone in about %s",
			units_seconds_words(UNITS_TEXT, facts->eta.alone_s));
	raise_mood(out, facts->eta.mid_s < SOON_S    ? MOOD_ALARM
			: facts->eta.mid_s < LATER_S ? MOOD_WARN
						     : MOOD_NOTICE);
}

/* --- verdicts --------------------------------------------------------------------------------- */

/* The pace and the end alone, for a screen with little room. */
static void write_brief(struct evidence *out, const struct evidence_facts *facts)
{
	struct evidence brief = { .text = "" };
	char rate[2 * UNITS_SIZE];

	out->end = strlen(out->text);
	say(&brief, "Climbing");
	if (facts->rate_known)
		say(&brief, " %s", rate_words(rate, facts->kib_min));
	say(&brief, "; ");
	say_limit(&brief, facts);
	say_about(&brief, facts->eta.mid_s);
	say(&brief, ".");
	memcpy(out->brief, brief.text, sizeof(out->brief));
}

/* Pace, since when, how much in all, where, and when that ends: in the order in which people ask.
 * Since when and how much are left out while they would only say that it has just begun. */
static void write_climbing(struct evidence *out, const struct evidence_facts *facts)
{
	char rate[2 * UNITS_SIZE];

	raise_mood(out, MOOD_WARN);
	say(out, "Climbing");
	if (facts->rate_known)
		say(out, ": %s", rate_words(rate, facts->kib_min));
	if (facts->since_s >= 10)
		say(out, " for %s", units_seconds_words(UNITS_TEXT, facts->since_s));
	if (facts->since_s >= 10 && facts->gained_kib >= 1024)
		say(out, ", +%s in all", units_kib_words(UNITS_TEXT, facts->gained_kib));
	say_where(out, facts);
	say_end(out, facts);
	if (facts->eta_known)
		write_brief(out, facts);
	say(out, ".");
}

/* Most programs warm up and stop: this must not read like an alarm, and promises nothing. */
static void write_warming(struct evidence *out, const struct evidence_facts *facts)
{
	char rate[2 * UNITS_SIZE];

	raise_mood(out, MOOD_NOTICE);
	say(out, "Growing, but not yet climbing");
	if (facts->rate_known && facts->kib_min > 0) {
		say(out, ": %s", rate_words(rate, facts->kib_min));
		say_where(out, facts);
	}
	say(out, "; it may still level off.");
}

/* "between 309 MiB and 314 MiB for 20 minutes" */
static void say_range(struct evidence *out, const struct evidence_facts *facts)
{
	char low[UNITS_SIZE], high[UNITS_SIZE], span[UNITS_SIZE];

	if (facts->highest_kib == 0 || facts->range_s < 5)
		return;
	units_kib_words(low, facts->lowest_kib);
	units_kib_words(high, facts->highest_kib);
	units_seconds_words(span, facts->range_s);
	if (facts->highest_kib - facts->lowest_kib < STILL_KIB)
		say(out, ", unchanged for %s", span);
	else if (strcmp(low, high) == 0)
		say(out, ", within %s in the last %s",
			units_kib_words(low, facts->highest_kib - facts->lowest_kib), span);
	else
		say(out, ", between %s and %s in the last %s", low, high, span);
}

static void write_other(struct evidence *out, const struct evidence_facts *facts, const char *word)
{
	say(out, "%s: %s", word, units_kib_words(UNITS_TEXT, facts->footprint_kib));
	say_range(out, facts);
	say(out, ".");
}

/* A climb that stopped is told for a while, or a leak that pauses would leave the screen between
 * two bursts. */
static void write_receding(struct evidence *out, const struct evidence_facts *facts)
{
	char size[UNITS_SIZE];

	raise_mood(out, MOOD_NOTICE);
	units_kib_words(size, facts->footprint_kib);
	if (facts->cleared_s >= 1)
		say(out, "Climbed, and stopped %s ago: %s.",
			units_seconds_words(UNITS_TEXT, facts->cleared_s), size);
	else
		say(out, "Climbed, and has just stopped: %s.", size);
}

/* Too early for a verdict, not for what it gained so far. */
static void write_watching(struct evidence *out, const struct evidence_facts *facts)
{
	say(out, "Watched for %s, too early for a verdict: %s",
		units_seconds_words(UNITS_TEXT, facts->seen_s),
		units_kib_words(UNITS_TEXT, facts->footprint_kib));
	if (facts->so_far_kib_min >= 1)
		say(out, ", so far growing %s a minute",
			units_kib_words(UNITS_TEXT, (uint64_t)(facts->so_far_kib_min + .5)));
	say(out, ".");
}

/* Why its RSS grows where its footprint does not. */
static void write_files(struct evidence *out, const struct evidence_facts *facts)
{
	if (facts->files_kib == 0)
		return;
	say(out,
		" In the last minute it gained %s of files that it has mapped, no leak: the kernel "
		"takes that back when it needs it.",
		units_kib_words(UNITS_TEXT, facts->files_kib));
}

/* Is it a leak, or memory that its allocators keep?  Where somebody has looked inside it. */
static void write_cause(struct evidence *out, const struct evidence_facts *facts)
{
	struct buf sentence;

	if (facts->findings == NULL)
		return;
	buf_init(&sentence);
	findings_sentence(&sentence, facts->findings, facts->rss_kib);
	if (sentence.len > 0)
		say(out, " %s", buf_text(&sentence));
	buf_done(&sentence);
}

/* Whose fault a zombie is: the parent's, which has not waited for it. */
static void write_ended(struct evidence *out, const struct evidence_facts *facts)
{
	say(out, "It has ended and waits for its parent");
	if (facts->parent_name != NULL)
		say(out, ", %.*s (%d),", (int)text_fit(facts->parent_name, WORDS_COLUMNS, NULL),
			facts->parent_name, facts->parent);
	say(out, " to take note; its memory is free.");
}

static void write_verdict(struct evidence *out, const struct evidence_facts *facts)
{
	switch (facts->state) {
	case TREND_NEW:
		say(out, "Too early to tell: watched for %s.",
			units_seconds_words(UNITS_TEXT, facts->seen_s));
		break;
	case TREND_WATCHING:
		write_watching(out, facts);
		break;
	case TREND_STEADY:
		write_other(out, facts, "Steady");
		break;
	case TREND_WARMING:
		write_warming(out, facts);
		break;
	case TREND_CLIMBING:
		write_climbing(out, facts);
		break;
	case TREND_SPIKING:
		raise_mood(out, MOOD_NOTICE);
		write_other(out, facts, "Spiking, far above what it had of late");
		break;
	case TREND_SHRINKING:
		write_other(out, facts, "Shrinking");
		break;
	case TREND_RECEDING:
		write_receding(out, facts);
		break;
	case TREND_ZOMBIE:
		write_ended(out, facts);
		break;
	case TREND_STATES: /* TREND_NONE */
		write_other(out, facts, "One of memtop's own processes, which it does not judge");
		break;
	}
}

/* --- what is in its way ----------------------------------------------------------------------- */

/* Names what may keep a process from its memory at this moment, which does not exclude a verdict
 * and stand behind it. Few faults from disk are the ordinary start of a program, D for an instant
 * is any read. */
static void write_trouble(struct evidence *out, const struct evidence_facts *facts)
{
	if (facts->blocked_s) {
		raise_mood(out, MOOD_WARN);
		say(out,
			" It has held the lock of its memory for %s: whoever asks for its mappings "
			"waits.",
			units_seconds_words(UNITS_TEXT, facts->blocked_s));
	}
	if (facts->major_faults_s >= FAULTS_LEAST) {
		raise_mood(out, MOOD_WARN);
		say(out, " It waits for the disk: %.0f pages a second had to be read back.",
			facts->major_faults_s);
	} else if (facts->state_letter == 'D') {
		say(out, " It waits for a device at this moment.");
	}
	if (facts->state_letter == 'T' || facts->state_letter == 't')
		say(out, " It is stopped.");
}

void evidence_write(struct evidence *out, const struct evidence_facts *facts)
{
	out->mood = MOOD_CALM;
	out->text[0] = out->brief[0] = '\0';
	out->end = 0;
	if (facts->kernel_thread) {
		say(out, "A thread of the kernel: it has no memory of its own.");
		return;
	}
	write_verdict(out, facts);
	write_files(out, facts);
	write_cause(out, facts);
	if (facts->state != TREND_ZOMBIE)
		write_trouble(out, facts);
}
