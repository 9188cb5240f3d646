/* SPDX-License-Identifier: GPL-2.0-or-later */
/* match - see match.h */
#include "run/match.h"

#include "base/text.h"
#include "base/units.h"
#include "base/xalloc.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SAID_MAX = 400 };

struct match {
	const struct query *query;
	char text[200]; /* of the expression, clean */
	bool machine;   /* it does not ask about processes */
	double settle_s;
	double needs_s;      /* before that nothing could match that grows or climbs */
	struct ident first;  /* the process that matched first */
	char said[SAID_MAX]; /* what was said of it then; "": nothing matched */
	size_t most;         /* rows that matched at once */
	size_t looked_at;    /* rows of the last tick */
	double seconds;
};

struct match *match_new(const struct query *query, const char *text, double most_s)
{
	struct match *match = xalloc_zero(1, sizeof(*match));

	match->query = query;
	text_clean(match->text, sizeof(match->text), text, strlen(text));
	match->machine = query_is_machine(query);
	match->settle_s = query_settle_s(query);
	if (most_s > 0 && match->settle_s > most_s)
		match->settle_s = most_s;
	match->needs_s = query_patience_s(query) > query_settle_s(query) ? query_patience_s(query)
									 : match->settle_s;
	return match;
}

void match_free(struct match *match)
{
	free(match);
}

bool match_found(const struct match *match)
{
	return match->said[0] != '\0';
}

static void say_machine(struct match *match, const struct store *store)
{
	const struct system_figures *system = store_seen(store);
	char a[UNITS_SIZE], b[UNITS_SIZE];

	if (!system || !frame_knows_memory(system))
		return;
	snprintf(match->said, sizeof(match->said), "%s of %s available (%.0f %%)",
		units_kib_words(a, frame_available_kib(system)),
		units_kib_words(b, system->total_kib),
		100 * (double)frame_available_kib(system) / (double)system->total_kib);
}

/* Size, growth, verdict and time left, as far as they are known. */
static void say_process(struct match *match, const struct store *store, const struct proc *proc)
{
	char a[UNITS_SIZE], b[UNITS_SIZE], growth[UNITS_SIZE + 16] = "", left[80] = "";
	double kib_min;
	struct eta eta;

	if (store_growth(store, proc, 60, &kib_min))
		snprintf(growth, sizeof(growth), ", %s/min",
			units_kib_change(a, llround(kib_min), 8));
	if (store_eta(store, proc, &eta))
		snprintf(left, sizeof(left), ", meets its limit in %s",
			units_seconds_words(a, eta.mid_s));
	snprintf(match->said, sizeof(match->said), "%s (%d): footprint %s, RSS %s%s, %s%s",
		proc->comm, (int)proc->id.pid, units_kib_words(a, proc->footprint_kib),
		units_kib_words(b, proc->rss_kib), growth,
		trend_state_name(store_verdict(store, proc)), left);
	match->first = proc->id;
}

static bool settled(const struct match *match, const struct store *store, const struct proc *proc)
{
	return (double)(store_now_ms(store) - proc->first_ms) >= match->settle_s * 1000;
}

bool match_take(struct match *match, const struct store *store, const struct view *view)
{
	size_t count = 0;

	if (view->count > match->looked_at)
		match->looked_at = view->count;
	match->seconds = (double)(store_now_ms(store) - store_first_ms(store)) / 1000;
	if (match->machine) {
		struct row none = { 0 };
		if (!match_found(match) && query_match(match->query, store, &none))
			say_machine(match, store);
		return match_found(match);
	}
	for (size_t i = 0; i < view->count; i++) {
		const struct row *row = &view->rows[i];
		if (!settled(match, store, row->proc) || !query_match(match->query, store, row))
			continue;
		count++;
		if (!match_found(match))
			say_process(match, store, row->proc);
	}
	if (count > match->most)
		match->most = count;
	return match_found(match);
}

void match_line(struct buf *out, const struct match *match)
{
	char text[UNITS_SIZE];

	if (!match_found(match)) {
		buf_printf(out, "memtop: OK: nothing matches '%s'", match->text);
		if (!match->machine)
			buf_printf(out, " (%zu process%s, %s", match->looked_at,
				match->looked_at == 1 ? "" : "es",
				units_seconds(text, match->seconds));
		if (!match->machine && match->seconds + 2 < match->needs_s)
			buf_printf(out, "; too short to be sure, that takes %s",
				units_seconds(text, match->needs_s));
		buf_puts(out, match->machine ? "\n" : ")\n");
		return;
	}
	buf_printf(out, "memtop: MATCH '%s': %s", match->text, match->said);
	if (match->most > 1)
		buf_printf(out, "; and %zu more", match->most - 1);
	buf_putc(out, '\n');
}
