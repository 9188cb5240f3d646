/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kill - see kill.h; the kernel does not say whom it killed, only how often */
#include "model/kill.h"

#include "base/units.h"
#include "base/xalloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	LATE_MS = 10000,  /* one that was killed has ended by then */
	STALE_MS = 15000, /* who ended so long ago was not killed now */
	/* of a path within a sentence, whose end is what tells */
	PATH_COLUMNS = 60,
	WORDS_S = 100,   /* from then on "2 minutes" */
	GUESS_SHARE = 8, /* one part in so many of a limit */
};

void kill_done(struct kill_book *book)
{
	if (book == NULL)
		return;
	free((char *)(uintptr_t)book->last.group);
	free((char *)(uintptr_t)book->last.in);
	free((char *)(uintptr_t)book->last.called);
	for (size_t i = 0; i < book->ngone; i++)
		free(book->gone[i].cgroup);
	*book = (struct kill_book){ 0 };
}

/* --- who ended -------------------------------------------------------------------------------- */

static struct kill_gone *known(struct kill_book *book, struct ident id)
{
	for (size_t i = 0; i < book->ngone; i++)
		if (ident_same(book->gone[i].id, id))
			return &book->gone[i];
	return NULL;
}

/* Where a new one of KIB goes: a free place, one nobody asks for any more, or that of the smallest
 * if it is smaller still. */
static struct kill_gone *place_for(struct kill_book *book, uint64_t kib, uint64_t now_ms)
{
	struct kill_gone *least = &book->gone[0];

	if (book->ngone < KILL_GONE_MAX) {
		book->gone[book->ngone] = (struct kill_gone){ 0 };
		return &book->gone[book->ngone++];
	}
	for (size_t i = 0; i < book->ngone; i++) {
		struct kill_gone *gone = &book->gone[i];

		if (now_ms - gone->ms > STALE_MS)
			return gone;
		if (gone->kib < least->kib)
			least = gone;
	}
	return least->kib < kib ? least : NULL;
}

void kill_note(struct kill_book *book, const struct kill_gone *gone)
{
	struct kill_gone *to = known(book, gone->id);

	if (to != NULL) {
		to->ended |= gone->ended;
		to->ms = gone->ms;
		if (to->kib < gone->kib)
			to->kib = gone->kib;
		return;
	}
	to = gone->kib > 0 ? place_for(book, gone->kib, gone->ms) : NULL;
	if (to == NULL)
		return;
	free(to->cgroup);
	*to = *gone;
	to->cgroup = gone->cgroup != NULL ? xalloc_text(gone->cgroup) : NULL;
}

/* --- who was killed --------------------------------------------------------------------------- */

/* All of a group is killed one after the other, and the look may have come in between: what the
 * next one counts in the same cgroup is more of that. No third one, or kills of every second would
 * be one. */
static bool is_rest(const struct kill_book *book, const struct kill_figures *figures,
	uint64_t before_ms)
{
	return book->last.ms != 0 && book->first_ms >= before_ms && book->last.in[0] != '\0' &&
	       figures->in != NULL && strcmp(figures->in, book->last.in) == 0;
}

bool kill_put(struct kill_book *book, const struct kill_figures *figures, uint64_t now_ms,
	uint64_t before_ms)
{
	struct kill *last = &book->last;
	bool group = figures->group != NULL && figures->group[0] != '\0';
	uint32_t count = figures->count > 0 ? figures->count : 1;

	if (is_rest(book, figures, before_ms)) {
		last->count += count;
		last->ms = now_ms;
		return true;
	}
	free((char *)(uintptr_t)last->group);
	free((char *)(uintptr_t)last->in);
	free((char *)(uintptr_t)last->called);
	*last = (struct kill){
		.ms = now_ms,
		.why = group              ? KILL_GROUP
		       : figures->machine ? KILL_MACHINE
					  : KILL_UNKNOWN,
		.count = count,
		.group = xalloc_text(group ? figures->group : ""),
		.limit_kib = group ? figures->limit_kib : UINT64_MAX,
		.in = xalloc_text(figures->in != NULL ? figures->in : ""),
	};
	book->first_ms = now_ms;
	book->before_ms = before_ms;
	book->guessed = false;
	return false;
}

void kill_call(struct kill_book *book, const char *called)
{
	const char *old = book->last.called;

	if (called == old || (called != NULL && old != NULL && strcmp(called, old) == 0))
		return;
	book->last.called = called != NULL ? xalloc_text(called) : NULL;
	free((char *)(uintptr_t)old);
}

/* The root is around everything; else by whole names, since "/a" is not around "/ab". */
static bool is_in(const char *path, const char *group)
{
	size_t len = strlen(group);

	if (len <= 1)
		return true;
	return strncmp(path, group, len) == 0 && (path[len] == '/' || path[len] == '\0');
}

/* Whether one of which it is not known where it was may have met that limit: most of those that end
 * before anybody looks at them are small, and have nothing to do with it. */
static bool may_have_met(const struct kill *kill, const struct kill_gone *gone)
{
	return kill->limit_kib == UINT64_MAX || gone->kib >= kill->limit_kib / GUESS_SHARE;
}

/* How well it fits: 0 not at all. */
static int fit_of(const struct kill_book *book, const struct kill_gone *gone)
{
	if (!gone->ended || gone->told || gone->ms < book->before_ms)
		return 0;
	if (book->last.in[0] == '\0')
		return 1;
	if (gone->cgroup == NULL)
		return may_have_met(&book->last, gone) ? 1 : 0;
	return is_in(gone->cgroup, book->last.in) ? 2 : 0;
}

/* The best of those that ended; NULL: none fits. */
static struct kill_gone *find_largest(struct kill_book *book)
{
	struct kill_gone *best = NULL;
	int best_fit = 0;

	for (size_t i = 0; i < book->ngone; i++) {
		struct kill_gone *gone = &book->gone[i];
		int how = fit_of(book, gone);

		if (how > best_fit || (how > 0 && how == best_fit && gone->kib > best->kib)) {
			best = gone;
			best_fit = how;
		}
	}
	return best;
}

static void name_it(struct kill *kill, const struct kill_gone *gone)
{
	kill->id = gone->id;
	kill->kib = gone->kib;
	memcpy(kill->name, gone->name, sizeof(kill->name));
}

/* The kernel counts some kills twice, so that only those count that are seen to be gone.  The
 * largest is not the first to end. */
static void find_others(struct kill_book *book)
{
	for (size_t i = 0; i < book->ngone; i++) {
		struct kill_gone *gone = &book->gone[i];

		if (book->last.others + 1 >= book->last.count || gone->cgroup == NULL ||
			fit_of(book, gone) == 0)
			continue;
		gone->told = true;
		book->last.others++;
		if (gone->kib > book->last.kib)
			name_it(&book->last, gone);
	}
}

/* A guess stands until one ends that was in that cgroup for sure. */
static void find_first(struct kill_book *book)
{
	struct kill_gone *best = find_largest(book);
	struct kill_gone *before = known(book, book->last.id);

	if (best == NULL || (book->guessed && fit_of(book, best) < 2))
		return;
	if (before != NULL)
		before->told = false;
	best->told = true;
	book->guessed = book->last.in[0] != '\0' && best->cgroup == NULL;
	name_it(&book->last, best);
}

void kill_find(struct kill_book *book, uint64_t now_ms)
{
	if (book->last.ms == 0 || now_ms - book->last.ms > LATE_MS)
		return;
	if (book->last.id.pid == 0 || book->guessed)
		find_first(book);
	if (book->last.id.pid != 0 && book->last.in[0] != '\0')
		find_others(book);
}

/* --- words ------------------------------------------------------------------------------------ */

/* The end of a path says most. */
static const char *path_words(char out[PATH_COLUMNS + 1], const char *path)
{
	size_t len = strlen(path), at = len > PATH_COLUMNS ? len - PATH_COLUMNS + 3 : 0;

	while (at > 0 && ((unsigned char)path[at] & 0xc0) == 0x80)
		at++;
	snprintf(out, PATH_COLUMNS + 1, "%s%s", at > 0 ? "..." : "", path + at);
	return out;
}

/* With its pid and size where it is known who it was: the size is what it held at the last look
 * before. */
static const char *who_words(char out[128], const struct kill *kill)
{
	char others[40] = "";

	if (kill->id.pid == 0 && kill->count == 1)
		return "a process";
	if (kill->id.pid == 0) {
		snprintf(out, 128, "%u processes", (unsigned)kill->count);
		return out;
	}
	if (kill->others > 0)
		snprintf(others, sizeof(others), " and %u other%s", (unsigned)kill->others,
			kill->others == 1 ? "" : "s");
	snprintf(out, 128, "%s (%d, %s)%s", kill->name, (int)kill->id.pid,
		units_kib_words(UNITS_TEXT, kill->kib), others);
	return out;
}

/* "/" is the root of our own namespace of cgroups: in a container that is the container itself. */
static const char *why_words(char out[128], const struct kill *kill)
{
	bool many = kill->id.pid != 0 ? kill->others > 0 : kill->count > 1;
	const char *they = many ? "they" : "it";
	char path[PATH_COLUMNS + 1];

	if (kill->why == KILL_MACHINE)
		return " because memory ran out.";
	if (kill->why == KILL_UNKNOWN && kill->id.pid == 0)
		return kill->count > 1 ? "; which ones cannot be seen from here."
				       : "; which one cannot be seen from here.";
	if (kill->why == KILL_UNKNOWN)
		return ".";
	const char *of = kill->called != NULL ? kill->called : kill->group;
	const char *whose = strcmp(of, "/") == 0 ? "this container" : path_words(path, of);
	if (kill->limit_kib == UINT64_MAX)
		snprintf(out, 128, ": %s met the limit of %s.", they, whose);
	else
		snprintf(out, 128, ": %s met the limit of %s of %s.", they,
			units_kib_words(UNITS_TEXT, kill->limit_kib), whose);
	return out;
}

const char *kill_words(char out[KILL_WORDS_MAX], const struct kill *kill, double ago_s)
{
	char who[128], why[128], ago[UNITS_SIZE + 8];

	if (ago_s < WORDS_S)
		snprintf(ago, sizeof(ago), "%.0f s", ago_s);
	else
		units_seconds_words(ago, ago_s);
	const char *whom = who_words(who, kill), *cause = why_words(why, kill);
	if (ago_s < 2)
		snprintf(out, KILL_WORDS_MAX, "The kernel has just killed %s%s", whom, cause);
	else
		snprintf(out, KILL_WORDS_MAX, "The kernel killed %s %s ago%s", whom, ago, cause);
	return out;
}
