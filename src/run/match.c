/* SPDX-License-Identifier: GPL-2.0-or-later */
/* match - see match.h */
#include "run/match.h"

#include "base/real.h"
#include "base/text.h"
#include "base/units.h"
#include "model/evidence.h"
#include "base/xalloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	SAID_MAX = 400,
	/* a process that was seen for less than this is gone before it can be read: it does not
	 * count */
	FLEETING_MS = 2000,
};

/* A process about which nothing could be said. */
struct match_open {
	struct ident id;
	uint64_t first_ms, last_ms; /* boot time: when it was seen */
	const char *lacking;        /* what was not read: a constant */
	char name[FRAME_COMM_MAX + 1];
};

struct match {
	const struct query *query;
	struct match_scope scope;
	char text[200]; /* of the expression, clean */
	bool machine;   /* it does not ask about processes */
	bool empty;     /* it asks about containers, and those without a process count */
	double settle_s;
	double needs_s;      /* before that nothing could match that grows or climbs */
	double oldest_s;     /* for how long the one watched longest was */
	char said[SAID_MAX]; /* what was said of the first match; "": nothing matched */
	double worst;        /* how bad that was, by what was asked, or else ... */
	uint64_t worst_kib;  /* ... its footprint */
	size_t most;         /* rows that matched at once */
	size_t looked_at;    /* most rows of a tick about which it could be said */
	bool seen;           /* somebody was there at all */
	bool decided;        /* scope.pid was decided about */
	uint64_t unseen_kib; /* RSS between two looks that may have matched; 0: none */
	bool bounded;        /* the kernel's own peak says that nothing can have matched */
	bool machine_open; /* the last tick did not hold what the expression asks of the machine */
	uint32_t hidden;   /* processes that may not be looked at */
	bool hides;        /* there may be such, and nobody could count them */
	uint64_t until_ms; /* who came later need not be decided about */
	struct match_open *open; /* at the last tick */
	size_t nopen, open_cap;
	struct match_open lost; /* the first that ended while it was open; pid 0: nobody */
	size_t nlost;
	double seconds;
};

struct match *match_new(const struct query *query, const char *text,
	const struct match_scope *scope)
{
	struct match *match = xalloc_zero(1, sizeof(*match));

	match->query = query;
	match->until_ms = UINT64_MAX;
	match->scope = *scope;
	text_clean(match->text, sizeof(match->text), text, strlen(text));
	match->machine = query_is_machine(query);
	match->empty = scope->containers && query_asks_containers(query);
	match->settle_s = query_settle_s(query);
	if (scope->most_s > 0 && match->settle_s > scope->most_s)
		match->settle_s = scope->most_s;
	match->needs_s = query_patience_s(query) > query_settle_s(query) ? query_patience_s(query)
									 : match->settle_s;
	return match;
}

void match_free(struct match *match)
{
	if (match == NULL)
		return;
	free(match->open);
	free(match);
}

static bool match_found(const struct match *match)
{
	return match->said[0] != '\0';
}

/* Whether a run or a watch was too short to tell what was asked. */
static bool too_short(const struct match *match)
{
	return match->looked_at > 0 && match->oldest_s + 2 < match->needs_s;
}

/* -u or -F leave nobody, so that nobody was asked. */
static bool asked_nobody(const struct match *match)
{
	return match->looked_at == 0 && (match->scope.uid >= 0 || match->scope.filter != NULL);
}

enum match_result match_result(const struct match *match)
{
	if (match_found(match))
		return MATCH_FOUND;
	if (match->machine)
		return match->machine_open ? MATCH_OPEN : MATCH_NONE;
	if (match->bounded)
		return MATCH_NONE;
	if (!match->seen || match->nopen > 0 || match->nlost > 0 || match->hidden > 0 ||
		match->hides || (match->scope.pid != 0 && !match->decided) ||
		match->unseen_kib > 0 || asked_nobody(match) || too_short(match))
		return MATCH_OPEN;
	return MATCH_NONE;
}

/* --- a tick --------------------------------------------------------------------------------- */

/* The machine's figure that was asked for is what is available. */
static void say_machine(struct match *match, const struct store *store)
{
	const struct system_figures *system = store_seen(store);

	if (system == NULL || !frame_knows_memory(system))
		return;
	snprintf(match->said, sizeof(match->said), "%s of %s available (%.0f %%)",
		units_kib_words(UNITS_TEXT, frame_available_kib(system)),
		units_kib_words(UNITS_TEXT, system->total_kib),
		100 * (double)frame_available_kib(system) / (double)system->total_kib);
}

/* Size, growth, verdict and time left, as far as they are known. */
static void say_process(struct match *match, const struct store *store, const struct proc *proc)
{
	char growth[UNITS_SIZE + 16] = "", left[80] = "";
	const char *cause = findings_cause_word(evidence_cause(store, proc));
	double kib_min;
	struct eta eta;

	if (store_growth(store, proc, 60, &kib_min))
		snprintf(growth, sizeof(growth), ", %s/min",
			units_kib_change(UNITS_TEXT, real_round(kib_min), 8));
	if (store_eta(store, proc, &eta))
		snprintf(left, sizeof(left), ", meets its limit in %s",
			units_seconds_words(UNITS_TEXT, eta.mid_s));
	snprintf(match->said, sizeof(match->said), "%s (%d): footprint %s, RSS %s%s, %s%s%s%s",
		proc->name, (int)proc->id.pid,
		units_kib_words(UNITS_TEXT, proc->figures.footprint_kib),
		units_kib_words(UNITS_TEXT, proc->figures.rss_kib), growth,
		trend_state_name(store_verdict(store, proc)), *cause ? ", " : "", cause, left);
}

/* Where some process is in a cgroup that was not read yet, none can be said to be in no process. */
static bool all_placed(const struct store *store)
{
	for (size_t i = 0; i < store_count(store); i++)
		if (store_proc(store, i)->cgroup == NULL && !store_proc(store, i)->kernel_thread)
			return false;
	return true;
}

/* Says what is left of a container, and what befell it. */
static void say_container(struct match *match, const struct store *store, const struct row *row)
{
	char used[UNITS_SIZE + 24] = "", killed[40] = "";
	double value;

	if (column_number(column_get(COL_USED), store, row, &value))
		snprintf(used, sizeof(used), ", %s unreclaimable",
			units_kib_words(UNITS_TEXT, row->container->unreclaimable_kib));
	if (column_number(column_get(COL_KILLS), store, row, &value) && value > 0)
		snprintf(killed, sizeof(killed), ", killed %.0f time%s", value,
			value < 2 ? "" : "s");
	snprintf(match->said, sizeof(match->said), "container %s%s%s%s", row->name,
		all_placed(store) ? ": no process" : "", used, killed);
}

static bool is_settled(const struct match *match, const struct store *store,
	const struct proc *proc)
{
	return (double)(store_now_ms(store) - proc->first_ms) >= match->settle_s * 1000;
}

/* Memtop itself, its sampler, or one of the sampler's readers. */
static bool is_own(const struct match *match, const struct store *store, const struct proc *proc)
{
	int32_t self = match->scope.self, sampler = store_header(store)->pid;

	return self != 0 && (proc->id.pid == self || proc->figures.ppid == self ||
				    (sampler > 0 && proc->figures.ppid == sampler));
}

/* Whether PROC started memtop (sudo, timeout, sh -c of a monitor's agent) and is found only since
 * the expression stands in its command line, as it does in memtop's own. */
static bool is_caller(const struct match *match, const struct store *store, const struct proc *proc)
{
	enum { LEVELS = 8 };
	const char *line = proc->cmdline;
	int32_t pid = match->scope.self;

	if (pid == 0 || line == NULL || strstr(line, match->text) == NULL)
		return false;
	for (int level = 0; level < LEVELS && pid > 1; level++) {
		const struct proc *at = store_find_pid(store, pid);
		if (at == proc)
			return true;
		pid = at != NULL ? at->figures.ppid : 0;
	}
	return false;
}

/* Whether ROW is among those that are asked at all. */
static enum query_answer in_scope(const struct match *match, const struct store *store,
	const struct row *row, const char **lacking)
{
	const struct proc *proc = row->proc;

	if (is_own(match, store, proc) || is_caller(match, store, proc))
		return QUERY_NO;
	if (match->scope.uid >= 0 && !(proc->figures.known & DETAIL_USER)) {
		*lacking = "user";
		return QUERY_OPEN;
	}
	if (match->scope.uid >= 0 && match->scope.uid != (int64_t)proc->figures.uid)
		return QUERY_NO;
	return query_decide(match->scope.filter, store, row, lacking);
}

/* Watched for as long as growth was to take, and still it is not known: too short a time was asked
 * for, or there was a gap. */
static bool is_late(const struct match *match, const struct store *store, const struct proc *proc)
{
	return match->settle_s > 0 && is_settled(match, store, proc);
}

/* Since when and until when it was seen decides at the end whether it counts (FLEETING_MS). */
static void add_open(struct match *match, const struct store *store, const struct proc *proc,
	const char *lacking)
{
	struct match_open *open = XALLOC_NEXT(match->open, match->nopen, match->open_cap);
	*open = (struct match_open){
		.id = proc->id,
		.first_ms = proc->first_ms,
		.last_ms = store_now_ms(store),
		.lacking = lacking,
	};
	snprintf(open->name, sizeof(open->name), "%s", proc->comm);
}

/* Counts those that were open at the tick before and have ended meanwhile. */
static void count_lost(struct match *match, const struct store *store)
{
	for (size_t i = 0; i < match->nopen; i++) {
		const struct match_open *open = &match->open[i];
		if (store_find(store, open->id) != NULL ||
			open->last_ms - open->first_ms < FLEETING_MS)
			continue;
		if (match->nlost++ == 0)
			match->lost = *open;
	}
	match->nopen = 0;
}

/* Asks the scope and the expression of a row together; those that stay open are noted. */
static bool take_row(struct match *match, const struct store *store, const struct row *row,
	size_t *looked_at)
{
	const char *lacking = NULL;
	enum query_answer scope = in_scope(match, store, row, &lacking), answer = scope;

	if (scope != QUERY_NO) {
		double age_s = (double)(store_now_ms(store) - row->proc->first_ms) / 1000;
		match->oldest_s = age_s > match->oldest_s ? age_s : match->oldest_s;
		bool asked = is_settled(match, store, row->proc);
		enum query_answer own = asked ? query_decide(match->query, store, row, &lacking)
					      : QUERY_NO;
		/* what is open in one of the two is no matter where the other says no */
		answer = own == QUERY_NO ? QUERY_NO : scope == QUERY_OPEN ? scope : own;
	}
	/* a recording holds nothing else */
	if (answer == QUERY_OPEN && match->scope.recorded &&
		query_matches_nowhere(match->query, store, row))
		answer = QUERY_NO;
	/* what only time can tell is told by how long the watch was */
	bool open = answer == QUERY_OPEN &&
		    (!query_takes_time(lacking) || is_late(match, store, row->proc));
	if (open && row->proc->first_ms <= match->until_ms)
		add_open(match, store, row->proc, lacking);
	else if (!open && row->proc->id.pid == match->scope.pid)
		match->decided = true;
	*looked_at += scope == QUERY_YES;
	return answer == QUERY_YES;
}

/* How bad a match is, by the figure that was asked for; 0: the expression asks for several. */
static double match_badness(const struct match *match, const struct store *store,
	const struct row *row)
{
	const struct column *column = query_figure(match->query);
	double value;

	if (column == NULL || !column_number(column, store, row, &value))
		return 0;
	return column->id == COL_ETA ? -value : value;
}

/* Says the worst match of all looks, since one line is all that most people read. */
static void take_match(struct match *match, const struct store *store, const struct row *row)
{
	double worst = match_badness(match, store, row);
	uint64_t kib = row->proc != NULL ? row->proc->figures.footprint_kib
					 : container_used_kib(row->container);
	bool same = !(worst < match->worst) && !(worst > match->worst);

	if (match_found(match) && (same ? kib <= match->worst_kib : worst < match->worst))
		return;
	match->worst = worst;
	match->worst_kib = kib;
	if (row->proc != NULL)
		say_process(match, store, row->proc);
	else
		say_container(match, store, row);
}

/* A container whose processes have ended, of a kill maybe, is asked about itself: no process says
 * what it has.  What is not known of it leaves nothing open. */
static size_t take_empty_containers(struct match *match, const struct store *store)
{
	size_t count = 0;

	for (size_t i = 0; match->empty && i < store_container_count(store); i++) {
		struct row_sum none;
		struct row row;

		if (!row_of_empty_container(&row, &none, store, i))
			continue;
		if (query_decide(match->scope.filter, store, &row, NULL) == QUERY_YES &&
			query_decide(match->query, store, &row, NULL) == QUERY_YES) {
			count++;
			take_match(match, store, &row);
		}
	}
	return count;
}

static void take_rows(struct match *match, const struct store *store, const struct view *view)
{
	size_t count = 0, looked_at = 0;

	for (size_t i = 0; i < view->count; i++) {
		const struct row *row = &view->rows[i];
		if (!take_row(match, store, row, &looked_at))
			continue;
		count++;
		take_match(match, store, row);
	}
	count += take_empty_containers(match, store);
	match->most = count > match->most ? count : match->most;
	match->looked_at = looked_at > match->looked_at ? looked_at : match->looked_at;
}

enum match_result match_take(struct match *match, const struct store *store,
	const struct view *view)
{
	const struct system_figures *system = store_system(store);
	const struct row none = { 0 };

	match->seconds = (double)(store_now_ms(store) - store_first_ms(store)) / 1000;
	match->seen |= view->count > 0 || store_count(store) > 0;
	match->hidden = match->scope.whole && system != NULL ? system->hidden : 0;
	match->hides = match->scope.whole && store_header(store)->hidepid >= 2;
	if (match->machine) {
		enum query_answer answer = query_decide(match->query, store, &none, NULL);
		match->machine_open = answer == QUERY_OPEN;
		if (!match_found(match) && answer == QUERY_YES)
			say_machine(match, store);
		return match_result(match);
	}
	count_lost(match, store);
	take_rows(match, store, view);
	return match_result(match);
}

size_t match_undecided(const struct match *match, struct ident *out, size_t count)
{
	for (size_t i = 0; i < match->nopen && i < count; i++)
		out[i] = match->open[i].id;
	return match->nopen;
}

void match_until(struct match *match, uint64_t ms)
{
	match->until_ms = ms;
}

void match_take_peak(struct match *match, const struct store *store, uint64_t peak_kib, bool exact,
	bool left, bool swapped)
{
	enum query_answer answer = query_decide_peak(match->query, store, peak_kib, exact, swapped);

	if (!match_found(match) && answer == QUERY_YES)
		snprintf(match->said, sizeof(match->said),
			"the highest RSS of one of its processes was %s, as the kernel counted it",
			units_kib_words(UNITS_TEXT, peak_kib));
	match->bounded = answer == QUERY_NO && !left;
}

void match_take_unseen(struct match *match, const struct store *store, uint64_t peak_kib)
{
	if (query_peak_open(match->query, store, peak_kib))
		match->unseen_kib = peak_kib;
}

/* --- a line --------------------------------------------------------------------------------- */

/* A question that only time can answer has another remedy than what could not be read, which is
 * said. */
static void put_open(struct buf *out, const struct match_open *first, size_t count, bool ended)
{
	buf_printf(out, "the %s of %s (%d)", first->lacking != NULL ? first->lacking : "state",
		first->name, (int)first->id.pid);
	if (count > 1)
		buf_printf(out, " and %zu more", count - 1);
	if (query_takes_time(first->lacking))
		buf_puts(out, " cannot be told yet: watch for longer (--for)");
	else
		buf_printf(out, " could not be read%s", ended ? " before the end" : "");
}

/* Why nothing can be said. */
static void put_why(struct buf *out, const struct match *match)
{
	if (match->machine)
		buf_puts(out, "the kernel does not tell how much memory is available");
	else if (!match->seen)
		buf_puts(out, "no process was ever looked at");
	else if (match->nopen > 0)
		put_open(out, &match->open[0], match->nopen, false);
	else if (match->nlost > 0)
		put_open(out, &match->lost, match->nlost, true);
	else if (match->scope.pid != 0 && !match->decided)
		buf_puts(out, "the program was over before all that is asked for could be read");
	else if (match->unseen_kib > 0)
		buf_printf(out,
			"one of its processes had more between two looks, %s RSS, as the kernel "
			"counted it",
			units_kib_words(UNITS_TEXT, match->unseen_kib));
	else if (match->hidden > 0)
		buf_printf(out,
			"%u process%s may not be looked at; run it as root, or with -u or -p",
			(unsigned)match->hidden, match->hidden == 1 ? "" : "es");
	else if (match->hides)
		buf_puts(out, "processes of others are hidden (hidepid); run it as root, or with "
			      "-u or -p");
	else if (asked_nobody(match))
		buf_printf(out, "there was no process %s",
			match->scope.filter == NULL ? "of that user (-u)"
			: match->scope.uid < 0      ? "that -F leaves"
						    : "that -u and -F leave");
	else
		buf_printf(out, "%s is too short to be sure, that takes %s",
			units_seconds(UNITS_TEXT, match->oldest_s),
			units_seconds((char[UNITS_SIZE]){ 0 }, match->needs_s));
}

void match_line(struct buf *out, const struct match *match)
{
	switch (match_result(match)) {
	case MATCH_FOUND:
		buf_printf(out, "memtop: MATCH '%s': %s", match->text, match->said);
		if (match->most > 1)
			buf_printf(out, "; and %zu more", match->most - 1);
		break;
	case MATCH_OPEN:
		buf_printf(out, "memtop: UNDECIDED: nothing is known to match '%s', but ",
			match->text);
		put_why(out, match);
		break;
	case MATCH_NONE:
		buf_printf(out, "memtop: OK: nothing matches '%s'", match->text);
		if (!match->machine)
			buf_printf(out, " (%zu process%s, %s)", match->looked_at,
				match->looked_at == 1 ? "" : "es",
				units_seconds(UNITS_TEXT, match->seconds));
		break;
	}
	buf_putc(out, '\n');
}
