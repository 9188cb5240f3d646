/* SPDX-License-Identifier: GPL-2.0-or-later */
/* inside_run - see inside_run.h */
#include "modes/inside_run.h"

#include "base/buf.h"
#include "base/clock.h"
#include "model/findings.h"
#include "modes/tell.h"
#include "options/options.h"
#include "session/session.h"
#include "table/inside.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

enum {
	ANSWER_MS = 70000,    /* longer than a look may take */
	LINES_MS = 10000,     /* lines are followed for so long, where no looks are counted */
	LINES_TOLD_MS = 4000, /* so seldom the newest are told at most */
};

struct inside_run {
	struct session *session;
	const struct options *options;
	struct buf text;
	bool missing; /* a process is not there, or was not looked into */
	bool ticked;  /* a whole look at the machine has come: all processes are known */
	bool ended;   /* nothing more will come */
};

static const struct store *store_of(const struct inside_run *run)
{
	return session_store(run->session);
}

static const struct proc *find_proc(const struct inside_run *run, int32_t pid)
{
	return store_find_pid(store_of(run), pid);
}

/* Takes what comes until UNTIL_MS. */
static void take_turn(struct inside_run *run, uint64_t until_ms)
{
	unsigned events = session_wait(run->session, until_ms, -1);

	run->ticked |= (events & SESSION_TICK) != 0;
	run->ended |= (events & SESSION_END) != 0;
}

/* How many answers about PID have come. */
static unsigned answers(const struct inside_run *run, int32_t pid)
{
	const struct proc *proc = find_proc(run, pid);
	const struct findings *findings = proc != NULL ? store_findings(store_of(run), proc->id)
						       : NULL;

	return findings != NULL ? findings->answers : 0;
}

/* A look into PID, until its answer has come; false: none did. */
static bool look_inside(struct inside_run *run, int32_t pid)
{
	uint64_t until_ms = clock_mono_ms() + ANSWER_MS;
	const char *type = run->options->holders;
	const struct proc *proc = find_proc(run, pid);
	unsigned before = answers(run, pid);
	struct request request = { .kind = type != NULL ? REQUEST_HOLDERS : REQUEST_INSIDE };

	if (proc == NULL)
		return false;
	request.id = proc->id;
	if (type != NULL)
		snprintf(request.type, sizeof(request.type), "%s", type);
	session_ask(run->session, &request, false);
	while (!run->ended && clock_mono_ms() < until_ms) {
		if (find_proc(run, pid) == NULL)
			return false;
		if (answers(run, pid) > before)
			return true;
		take_turn(run, until_ms);
	}
	return false;
}

static void look_at_all(struct inside_run *run)
{
	const struct options *o = run->options;

	for (size_t i = 0; i < o->npids && i < FINDINGS_KEPT; i++)
		look_inside(run, o->pids[i]);
}

/* 0 or -errno. */
static int print_process(struct inside_run *run, int32_t pid, bool first)
{
	const struct proc *proc = find_proc(run, pid);
	const struct options *o = run->options;

	if (proc == NULL) {
		tell_nobody(pid, run->session);
		run->missing = true;
		return 0;
	}
	const struct findings *findings = store_findings(store_of(run), proc->id);
	run->missing |= findings == NULL || findings->failed != NULL;
	buf_clear(&run->text);
	if (o->format == FORMAT_JSON) {
		inside_json(&run->text, store_of(run), proc, o->holders, o->lines);
	} else {
		if (!first)
			buf_putc(&run->text, '\n');
		inside_text(&run->text, store_of(run), proc, o->holders, o->lines, o->width);
	}
	return buf_write(&run->text, STDOUT_FILENO);
}

/* --- the lines it grows in (--lines) --- */

/* Follows the one process that was named, if it was asked for. */
static void follow_all(struct inside_run *run)
{
	const struct proc *proc = find_proc(run, run->options->pids[0]);
	struct request request = { .kind = REQUEST_LINES };

	if (!run->options->lines || proc == NULL)
		return;
	request.id = proc->id;
	session_ask(run->session, &request, false);
}

static const struct frame *grown_of(const struct inside_run *run)
{
	const struct proc *proc = find_proc(run, run->options->pids[0]);
	const struct findings *findings = proc != NULL ? store_findings(store_of(run), proc->id)
						       : NULL;

	return findings != NULL ? findings->grown : NULL;
}

/* Until UNTIL_MS, and then until what has been seen by now was told. */
static void wait_lines(struct inside_run *run, uint64_t until_ms)
{
	while (!run->ended && clock_mono_ms() < until_ms &&
		find_proc(run, run->options->pids[0]) != NULL)
		take_turn(run, until_ms);
	const struct frame *grown = grown_of(run);
	uint32_t number = grown != NULL ? grown->growns[0].number : 0;
	for (until_ms = clock_mono_ms() + LINES_TOLD_MS; !run->ended && clock_mono_ms() < until_ms;
		take_turn(run, until_ms)) {
		grown = grown_of(run);
		if (find_proc(run, run->options->pids[0]) == NULL ||
			(grown != NULL &&
				(grown->growns[0].ended || grown->growns[0].number != number)))
			return;
	}
}

/* --- looks --- */

/* Growth by type needs two looks at least; between two of them answers are taken as they come. */
static void look_so_often(struct inside_run *run)
{
	uint32_t looks = run->options->count > 0 ? run->options->count : 1;
	uint64_t until_ms = clock_mono_ms() + LINES_MS;

	follow_all(run);
	for (uint32_t i = 0; i < looks && !run->ended; i++) {
		uint64_t next_ms = clock_mono_ms() + run->options->interval_ms;

		look_at_all(run);
		while (i + 1 < looks && !run->ended && clock_mono_ms() < next_ms)
			take_turn(run, next_ms);
	}
	if (run->options->lines)
		wait_lines(run, run->options->count > 0 ? 0 : until_ms);
}

/* A recording has been played to its end before anything is printed; live the first look says who
 * there is. */
static int run_all(struct inside_run *run)
{
	const struct options *o = run->options;
	bool replay = session_player(run->session) != NULL;
	int error = 0;

	while (!run->ended && (replay || !run->ticked))
		take_turn(run, SESSION_FOREVER);
	if (!replay)
		look_so_often(run);
	for (size_t i = 0; i < o->npids && error == 0; i++)
		error = print_process(run, o->pids[i], i == 0);
	return error;
}

int inside_run(struct session *session, const struct options *options)
{
	struct inside_run run = { .session = session, .options = options };

	buf_init(&run.text);
	int error = run_all(&run);
	buf_done(&run.text);
	if (error == -EPIPE)
		return 0;
	if (run.ended)
		tell_message(session);
	return tell_unwritten(error) || run.missing;
}
