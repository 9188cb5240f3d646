/* SPDX-License-Identifier: GPL-2.0-or-later */
/* answers - see answers.h */
#include "answers.h"

#include "base/quit.h"
#include "base/text.h"
#include "options.h"
#include "report_out.h"
#include "run/match.h"
#include "session.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { TROUBLE = 1, CHECK_TROUBLE = 2, NAME_MAX_ = 256 };

/* A session read tick by tick. */
struct reading {
	struct session *session;
	struct view view;
	struct view_ask ask;
	struct query *query; /* of -F */
};

static void begin(struct reading *r, struct source *source, bool replay,
	const struct options *options)
{
	struct query_error wrong;

	*r = (struct reading){ .session = session_new(source, replay) };
	session_single(r->session);
	session_set_speed(r->session, 0);
	if (options->filter != NULL && query_parse(&r->query, options->filter, &wrong) != 0)
		r->query = NULL; /* main has looked at it already */
	r->ask = (struct view_ask){
		.sort = COL_PID,
		.uid = options->uid,
		.pids = options->npids > 0 ? options->pids : NULL,
		.npids = options->npids,
		.query = r->query,
	};
	view_init(&r->view);
}

static void end(struct reading *r)
{
	view_done(&r->view);
	query_free(r->query);
	session_free(r->session);
}

/* Waits for the next tick and looks at it; false at the end. */
static bool next_tick(struct reading *r)
{
	for (;;) {
		unsigned events = session_step(r->session);
		if ((events & SESSION_TICK) != 0) {
			view_build(&r->view, session_store(r->session), &r->ask);
			return true;
		}
		if ((events & SESSION_END) != 0)
			return false;
		struct pollfd p = { .fd = session_fd(r->session), .events = POLLIN };
		poll(&p, 1, session_timeout_ms(r->session));
	}
}

/* --- reports of recordings ------------------------------------------------------------------ */

/* The whole recording; NULL, and a line on standard error, when there is nothing in it. */
static struct tally *read_all(struct source *source, const struct options *options)
{
	struct tally *tally = NULL;
	struct reading r;
	bool seen = false;

	begin(&r, source, true, options);
	while (next_tick(&r)) {
		const struct store *store = session_store(r.session);
		seen = true;
		if (tally == NULL && r.view.count > 0)
			tally = tally_new(store_now_ms(store), store_wall_ms(store));
		if (tally != NULL)
			tally_take(tally, store, &r.view);
	}
	if (session_message(r.session)[0] != '\0')
		fprintf(stderr, "memtop: %s\n", session_message(r.session));
	else if (tally == NULL)
		fprintf(stderr, "memtop: %s\n",
			seen ? "nobody is there whom it asks for"
			     : "there is no look in the recording");
	end(&r);
	return tally;
}

static void clean_name(char name[NAME_MAX_], const char *path)
{
	text_clean(name, NAME_MAX_, path, strlen(path));
}

int answers_report(struct source *source, const struct options *options)
{
	char name[NAME_MAX_];
	struct report_out out;
	struct tally *tally = read_all(source, options);
	int status = TROUBLE;

	if (tally == NULL)
		return TROUBLE;
	signal(SIGPIPE, SIG_IGN);
	clean_name(name, options->report_from);
	struct tally_facts facts = { .title = name, .duration_s = tally->last_s };
	if (report_out_open(&out, options, STDOUT_FILENO) == 0 &&
		report_out_write(&out, tally, &facts) == 0)
		status = 0;
	tally_free(tally);
	return status;
}

int answers_compare(struct source *a, struct source *b, const struct options *options)
{
	char a_name[NAME_MAX_], b_name[NAME_MAX_];
	struct tally *first = read_all(a, options), *second = read_all(b, options);
	int status = TROUBLE;

	if (first != NULL && second != NULL) {
		struct buf text;
		int error;

		signal(SIGPIPE, SIG_IGN);
		clean_name(a_name, options->compare[0]);
		clean_name(b_name, options->compare[1]);
		buf_init(&text);
		if (options->format == FORMAT_JSON)
			tally_report_compare_json(&text, first, a_name, second, b_name);
		else
			tally_report_compare(&text, first, a_name, second, b_name);
		error = report_out_text(STDOUT_FILENO, &text);
		if (error != 0 && error != -EPIPE)
			fprintf(stderr, "memtop: cannot write: %s\n", strerror(-error));
		status = error == 0 || error == -EPIPE ? 0 : TROUBLE;
		buf_done(&text);
	}
	tally_free(first);
	tally_free(second);
	return status;
}

/* --- checks --------------------------------------------------------------------------------- */

/* The first of -p that is not there, 0: all are. */
static int32_t missing_pid(const struct reading *r, const struct options *options)
{
	for (size_t i = 0; i < options->npids; i++)
		if (store_find_pid(session_store(r->session), options->pids[i]) == NULL)
			return options->pids[i];
	return 0;
}

static int trouble(const char *why)
{
	fprintf(stderr, "memtop: %s\n", why[0] != '\0' ? why : "there is nothing to look at");
	return CHECK_TROUBLE;
}

/* Sizes are all there a moment after the first look, with what the slow lane adds. */
static void settle(const struct reading *r)
{
	struct request tick = { .kind = REQUEST_TICK };

	session_ask(r->session, &tick, false);
}

static int check(struct reading *r, const struct options *options, struct match *match,
	double most_s)
{
	bool live = !session_is_replay(r->session);
	uint64_t ticks = 0;

	while (next_tick(r)) {
		const struct store *store = session_store(r->session);
		int32_t missing = live && ticks == 0 ? missing_pid(r, options) : 0;
		if (missing != 0) {
			fprintf(stderr, "memtop: there is no process %d, or it may not be seen\n",
				(int)missing);
			return CHECK_TROUBLE;
		}
		if (live && ticks++ == 0) {
			settle(r);
			continue;
		}
		ticks++;
		bool found = match_take(match, store, &r->view);
		double seen_s = (double)(store_now_ms(store) - store_first_ms(store)) / 1000;
		if (live && (found || seen_s >= most_s))
			return found;
	}
	if (quit_signal() != 0) /* nothing is said of what was not seen to its end */
		return CHECK_TROUBLE;
	if (live || ticks == 0)
		return trouble(session_message(r->session));
	return match_found(match);
}

int answers_check(struct source *source, struct record *record, const struct options *options)
{
	struct query *query = NULL;
	struct query_error wrong;
	struct reading r;
	struct buf line;

	begin(&r, source, options->replay != NULL, options);
	session_record(r.session, record);
	if (query_parse(&query, options->check, &wrong) != 0 || query == NULL) {
		end(&r);
		return trouble("--check wants an expression");
	}
	double most_s = options->for_s > 0 ? options->for_s : query_patience_s(query);
	struct match *match = match_new(query, options->check, options->for_s);
	int status = check(&r, options, match, most_s);
	if (status != CHECK_TROUBLE) {
		buf_init(&line);
		match_line(&line, match);
		signal(SIGPIPE, SIG_IGN);
		report_out_text(STDOUT_FILENO, &line);
		buf_done(&line);
	}
	match_free(match);
	query_free(query);
	end(&r);
	return status;
}
