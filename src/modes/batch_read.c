/* SPDX-License-Identifier: GPL-2.0-or-later */
/* batch_read - see batch_read.h */
#include "modes/batch_read.h"

#include "base/clock.h"
#include "base/xalloc.h"
#include "modes/await.h"
#include "options/options.h"

#include <stdio.h>
#include <stdlib.h>

enum {
	ROUNDS = 3,         /* looks that make a rate, at most */
	SLICE_MS = 1000,    /* after which names that nobody asks for are not waited for any more */
	HASTY_MS = 500,     /* for a table in the middle of many */
	FLEETING_MS = 2000, /* who was in a recording for less was gone before it could be read */
	STATUS_MISSING = 1,
	STATUS_UNDECIDED = 2,
};

static bool has_column(const enum column_id *columns, size_t count, enum column_id id)
{
	for (size_t i = 0; i < count; i++)
		if (columns[i] == id)
			return true;
	return false;
}

static bool filters_by(const struct options *options, enum column_id id)
{
	return options->filter_query != NULL && query_asks(options->filter_query, id);
}

void batch_read_init(struct batch_read *read, struct session *session,
	const struct options *options, const struct view_ask *ask, const enum column_id *columns,
	size_t ncolumns)
{
	static const enum column_id rates[] = { COL_CPU, COL_TIME, COL_MAJFLT, COL_MINFLT };

	*read = (struct batch_read){ .session = session, .options = options, .everybody = *ask };
	read->everybody.sort = COL_PID;
	read->everybody.grouped = false;
	read->everybody.query = NULL;
	read->everybody.uid = -1;
	read->pss = ask->sort == COL_PSS || has_column(columns, ncolumns, COL_PSS) ||
		    filters_by(options, COL_PSS);
	for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); i++) {
		read->rates |= filters_by(options, rates[i]);
		read->shows_rates |= has_column(columns, ncolumns, rates[i]);
	}
	/* JSON and CSV have all columns unless some are named */
	read->shows_rates |= options->format != FORMAT_TEXT && ncolumns == 0;
	tell_present_init(&read->present, options);
	view_init(&read->view);
}

void batch_read_done(struct batch_read *read)
{
	view_done(&read->view);
	tell_present_done(&read->present);
}

/* --- who ------------------------------------------------------------------------------------ */

/* Whether the table is about ROW: its user and the filter. */
static enum query_answer decide_row(const struct batch_read *read, const struct row *row,
	const char **lacking)
{
	const struct options *o = read->options;
	const struct proc *proc = row->proc;
	bool knows_user = (proc->figures.known & DETAIL_USER) || proc->kernel_thread;

	if (o->uid >= 0 && knows_user && o->uid != (int64_t)proc->figures.uid)
		return QUERY_NO;
	/* a filter of containers asks nothing of processes */
	enum query_answer answer = options_table(o) == SHOWS_CONTAINERS
					   ? QUERY_YES
					   : query_decide(o->filter_query,
						     session_store(read->session), row, lacking);
	if (answer == QUERY_NO || o->uid < 0 || knows_user)
		return answer;
	*lacking = "user";
	return QUERY_OPEN;
}

/* Nothing more of it is to come that a table shows; names of users aside. */
static bool is_read(const struct proc *proc)
{
	return proc->kernel_thread ||
	       (proc->detail_ms != 0 && (proc->cmdline != NULL || proc->blocked_s > 0));
}

struct wanted {
	struct ident *ids; /* who may be in the table */
	size_t count;
	int32_t *pids; /* of whom something is missing */
	size_t npids;
	size_t unread;  /* of these */
	size_t blocked; /* undecided, and did not answer yet */
};

static void note_undecided(struct batch_read *read, const struct proc *proc, const char *lacking)
{
	if (query_takes_time(lacking)) {
		/* of who came later it will be known later; here the watch itself was too short */
		read->young += proc->first_ms <= store_first_ms(session_store(read->session));
		return;
	}
	if (read->undecided++ > 0)
		return;
	snprintf(read->first, sizeof(read->first), "%s", proc->comm);
	read->first_pid = proc->id.pid;
	read->lacking = lacking;
}

/* Processes that may be in the table, and those that cannot be decided about; to be freed. */
static struct wanted gather_wanted(struct batch_read *read)
{
	const struct store *store = session_store(read->session);
	bool replay = session_player(read->session) != NULL;

	view_build(&read->view, store, &read->everybody);
	tell_present_take(&read->present, store);
	struct wanted wanted = {
		.ids = xalloc_zero(read->view.count + 1, sizeof(*wanted.ids)),
		.pids = xalloc_zero(read->view.count + 1, sizeof(*wanted.pids)),
	};
	read->undecided = read->young = 0;
	for (size_t i = 0; i < read->view.count; i++) {
		const struct proc *proc = read->view.rows[i].proc;
		const char *lacking = NULL;
		enum query_answer answer = decide_row(read, &read->view.rows[i], &lacking);
		bool fleeting = replay ? store_now_ms(store) - proc->first_ms < FLEETING_MS
				       : proc->first_ms > read->epoch_ms;
		if (answer == QUERY_NO)
			continue;
		if (answer == QUERY_OPEN && !fleeting) {
			note_undecided(read, proc, lacking);
			wanted.blocked += proc->blocked_s > 0;
		}
		wanted.unread += !fleeting && !is_read(proc);
		wanted.ids[wanted.count++] = proc->id;
		if (answer == QUERY_OPEN || !is_read(proc))
			wanted.pids[wanted.npids++] = proc->id.pid;
	}
	return wanted;
}

static void forget_wanted(struct wanted *wanted)
{
	free(wanted->ids);
	free(wanted->pids);
}

/* --- reading -------------------------------------------------------------------------------- */

/* Until all is read or UNTIL_MS; a directory of names that does not answer is not waited for when
 * nobody asks for names. */
static enum await_end read_once(struct batch_read *read, uint64_t until_ms)
{
	for (;;) {
		struct wanted wanted = gather_wanted(read);
		uint64_t now_ms = clock_mono_ms();
		uint64_t slice_ms = now_ms + SLICE_MS < until_ms ? now_ms + SLICE_MS : until_ms;
		enum await_end end = await_settled(read->session, wanted.pids, wanted.npids,
			slice_ms);
		if (end == AWAIT_DONE && read->pss)
			end = await_pss(read->session, wanted.ids, wanted.count, until_ms);
		forget_wanted(&wanted);
		if (end != AWAIT_LATE || clock_mono_ms() >= until_ms)
			return end;
		wanted = gather_wanted(read);
		bool all = wanted.unread == 0 && read->undecided == 0;
		forget_wanted(&wanted);
		if (all)
			return AWAIT_DONE;
	}
}

/* Whether to look again after ROUND times: for a rate, for one who did not answer yet, and once for
 * those of whom nothing came because they have ended. */
static bool is_worth_another(struct batch_read *read, int round)
{
	struct wanted wanted = gather_wanted(read);
	bool missing = wanted.unread > 0 || read->undecided > 0;
	bool hopeful = round == 0 || (read->rates && round < ROUNDS) || wanted.blocked > 0;

	forget_wanted(&wanted);
	return missing && hopeful;
}

/* Whether all rates are known of those who were there at the first look; asks for the details of
 * all again otherwise.  Returns what came of that in *END. */
static bool has_rates(struct batch_read *read, uint64_t until_ms, enum await_end *end)
{
	const struct store *store = session_store(read->session);
	struct wanted wanted = gather_wanted(read);
	size_t lacking = 0;

	for (size_t i = 0; i < wanted.count; i++) {
		const struct proc *proc = store_find(store, wanted.ids[i]);
		lacking += proc != NULL && !proc->kernel_thread &&
			   proc->first_ms <= read->epoch_ms && !(proc->figures.known & DETAIL_CPU);
		wanted.pids[i] = wanted.ids[i].pid;
	}
	if (lacking > 0)
		*end = await_settled(read->session, wanted.pids, wanted.count, until_ms);
	forget_wanted(&wanted);
	return lacking == 0;
}

/* A rate in the very first table is worth a third of a second: looks twice at all of them.  False
 * when the source ended meanwhile. */
static bool look_for_rates(struct batch_read *read, uint64_t until_ms)
{
	enum await_end end = read_once(read, until_ms);

	for (int round = 0; round < ROUNDS && end != AWAIT_ENDED; round++) {
		if (has_rates(read, until_ms, &end))
			return true;
		if (end != AWAIT_ENDED && !await_look(read->session, true))
			return false;
	}
	return end != AWAIT_ENDED;
}

bool batch_read_wanted(struct batch_read *read, bool patient)
{
	uint64_t until_ms = clock_mono_ms() + (patient ? AWAIT_MOST_MS : HASTY_MS);

	read->epoch_ms = store_now_ms(session_store(read->session));
	if (session_player(read->session) != NULL) {
		struct wanted wanted = gather_wanted(read);
		forget_wanted(&wanted);
		return true;
	}
	if (patient && read->shows_rates && store_ticks(session_store(read->session)) < 2 &&
		!look_for_rates(read, until_ms))
		return false;
	for (int round = 0;; round++) {
		if (read_once(read, until_ms) == AWAIT_ENDED)
			return false;
		if (!is_worth_another(read, round) || !patient || clock_mono_ms() >= until_ms)
			return true;
		if (!await_look(read->session, read->rates || round > 0))
			return true;
	}
}

/* --- the end -------------------------------------------------------------------------------- */

int batch_read_end(const struct batch_read *read)
{
	char others[32] = "";

	if (tell_missing(&read->present, read->session))
		return STATUS_MISSING;
	if (read->undecided == 0 && read->young == 0)
		return 0;
	if (read->undecided > 1)
		snprintf(others, sizeof(others), " and %zu more", read->undecided - 1);
	if (read->undecided > 0)
		tell("UNDECIDED: the %s of %s (%d)%s could not be read; they may belong into the "
		     "table",
			read->lacking != NULL ? read->lacking : "state", read->first,
			(int)read->first_pid, others);
	else
		tell("UNDECIDED: nobody was watched for long enough for what the filter asks; that "
		     "takes a while (-n, -d)");
	return STATUS_UNDECIDED;
}
