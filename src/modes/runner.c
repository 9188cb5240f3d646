/* SPDX-License-Identifier: GPL-2.0-or-later */
/* runner - see runner.h
 *
 * The program is started after the sampler's first look, so that one that lives for milliseconds is
 * seen: the next looks are after 1, 4, 10, 20 ...  100 ms, then ten times a second, and after ten
 * seconds once a second.  What it reached between two looks the kernel tells at its end.
 */
#include "modes/runner.h"

#include "base/clock.h"
#include "modes/report_out.h"
#include "modes/run_lines.h"
#include "modes/run_live.h"
#include "modes/tell.h"
#include "options/options.h"
#include "run/command.h"
#include "run/launch.h"
#include "run/match.h"
#include "run/profile_share.h"
#include "session/session.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
	FIRST_LOOK_MS = 10000, /* to wait for the sampler, on a machine that gives it no time */
	LAST_LOOK_MS = 2000,
	LINES_MS = 2000, /* to wait for what was caught */
	LEFT_MS = 100,   /* what is left running is there for longer than this */
	SHORT_MS = 1000, /* a program that ran longer should have been looked at */
	DENSE_MS = 10,   /* between looks in the first 100 ms */
	FAST_MS = 100,   /* in the first 10 s */
	FAST_UNTIL_MS = 10000,
	SLOW_MS = 1000,
	WATCHED_MOST = 32, /* so that a crowd costs no more */
	/* PSS of the members: no more of them, and how long to wait until they are read again
	 * when some came, while they share, and else; in any case fifty times what it takes them */
	SHARED_MOST = 64,
	SHARED_NEW_MS = 200,
	SHARED_MS = 1000,
	SHARED_REST_MS = 5000,
	SHARED_COST = 50,
	SHARED_KIB_MS = 32 * 1024, /* read in a millisecond, about */
	RUNNER_WHY_MAX = 320,
};

struct runner {
	const struct options *options;
	struct session *session;
	struct launch launch;
	struct report_out out;
	struct profile *profile;
	struct match *match;
	struct view view;
	struct run_lines lines;
	struct request watched; /* as last asked */
	uint64_t start_ms;      /* boot-time clock, as those of frames */
	uint64_t end_ms;
	uint64_t next_ms;     /* after the start: when to ask for a look; 0: the sampler knows */
	uint32_t interval_ms; /* the sampler's */
	uint64_t shared_ms;   /* when PSS may be asked for again, boot time */
	struct run_live live;
	bool ended;                /* the sampler has, and no look will come */
	bool waits_on;             /* the program has ended, --wait-all goes on */
	struct profile_facts left; /* left, left_kib, left_pid: who runs on */
	char left_name[FRAME_COMM_MAX + 1];
	char unseen[RUNNER_WHY_MAX]; /* why no look found the program; "": none is needed */
};

static void ask_sampler(struct runner *r, enum request_kind kind, uint32_t interval_ms)
{
	struct request request = { .kind = kind, .interval_ms = interval_ms };

	session_ask(r->session, &request, false);
}

/* --- looks ---------------------------------------------------------------------------------- */

/* Reaps orphans that ended, whose parent we are now.  Who is not our child is left alone. */
static void reap_orphans(struct runner *r)
{
	for (size_t i = 0; i < r->view.count; i++) {
		const struct proc *proc = r->view.rows[i].proc;
		if (proc->id.pid != r->launch.pid &&
			(proc->figures.rss_kib == 0 || proc->figures.ppid == getpid()))
			launch_reap(&r->launch, proc->id.pid);
	}
}

/* The first of them are looked at closely: a shell that became another program has its new name
 * soon. */
static void watch_first(struct runner *r)
{
	struct request watch = { .kind = REQUEST_WATCH };

	for (size_t i = 0; i < r->view.count && i < WATCHED_MOST; i++)
		watch.pids[watch.npids++] = r->view.rows[i].proc->id.pid;
	if (watch.npids == r->watched.npids &&
		memcmp(watch.pids, r->watched.pids, watch.npids * sizeof(watch.pids[0])) == 0)
		return;
	r->watched = watch;
	session_ask(r->session, &watch, false);
}

/* A process that is there; one whose main thread has ended may be. */
static bool is_alive(const struct proc *proc)
{
	return proc->figures.state != 'X' &&
	       (proc->figures.state != 'Z' || proc->figures.threads > 1) &&
	       (!proc_is_measured(proc) || proc->figures.rss_kib > 0);
}

/* Counts who runs on after the program's end. */
static void count_left(struct runner *r)
{
	const struct proc *largest = NULL;

	r->left = (struct profile_facts){ 0 };
	for (size_t i = 0; i < r->view.count; i++) {
		const struct proc *proc = r->view.rows[i].proc;
		if (proc->id.pid == r->launch.pid || !is_alive(proc))
			continue;
		r->left.left++;
		r->left.left_kib += proc->figures.footprint_kib;
		if (largest == NULL || proc->figures.footprint_kib > largest->figures.footprint_kib)
			largest = proc;
	}
	if (largest == NULL)
		return;
	snprintf(r->left_name, sizeof(r->left_name), "%s", largest->comm);
	r->left.left_pid = largest->id.pid;
}

/* The rows of what is known now. */
static void gather_rows(struct runner *r)
{
	struct view_ask all = { .sort = COL_PID, .uid = -1 };

	view_build(&r->view, session_store(r->session), &all);
}

/* Asks for the PSS of those who may share memory: what they have together is known with it. */
static void ask_shared(struct runner *r)
{
	uint64_t now_ms = clock_boot_ms(), cost_us = 0;
	struct ident ids[SHARED_MOST];
	size_t count = now_ms < r->shared_ms
			       ? 0
			       : profile_unread(r->profile, &r->view, ids, SHARED_MOST);

	if (count == 0)
		return;
	for (size_t i = 0; i < count; i++) {
		struct request pss = { .kind = REQUEST_PSS, .id = ids[i] };
		const struct proc *proc = store_find(session_store(r->session), ids[i]);
		session_ask(r->session, &pss, false);
		cost_us += 200 + (proc != NULL ? proc->figures.rss_kib * 1000 / SHARED_KIB_MS : 0);
	}
	struct profile_look look = profile_share_look(r->profile, &r->view);
	bool shares = look.raw_kib - look.kib > look.raw_kib / 20;
	uint64_t wait_ms = !look.known ? SHARED_NEW_MS : shares ? SHARED_MS : SHARED_REST_MS;
	uint64_t least_ms = cost_us * SHARED_COST / 1000;
	r->shared_ms = now_ms + (wait_ms > least_ms ? wait_ms : least_ms);
}

/* A tick that was begun after the program's end knows who is left, and is no part of the run any
 * more, unless that is waited for. */
static void take_tick(struct runner *r)
{
	const struct store *store = session_store(r->session);

	gather_rows(r);
	if (r->launch.pid == 0)
		return;
	reap_orphans(r);
	if (r->launch.ended && store_now_ms(store) >= r->end_ms) {
		count_left(r);
		if (!r->waits_on) {
			profile_end(r->profile, store);
			return;
		}
	}
	profile_take(r->profile, store, &r->view);
	if (r->match != NULL)
		match_take(r->match, store, &r->view);
	run_lines_look(&r->lines, r->session, &r->view);
	watch_first(r);
	ask_shared(r);
	run_live_show(&r->live, r->options, r->profile);
}

/* Facts that became known between two looks decide, too, of who may be gone at the next. */
static void take_news(struct runner *r)
{
	if (r->match == NULL || r->launch.ended || match_undecided(r->match, NULL, 0) == 0)
		return;
	gather_rows(r);
	match_take(r->match, session_store(r->session), &r->view);
}

/* Asks for the next look, while the sampler does not tick by itself. */
static void plan_look(struct runner *r)
{
	uint64_t since_ms = clock_boot_ms() - r->start_ms;

	if (r->options->interval_given)
		return;
	if (r->next_ms != 0 && since_ms >= r->next_ms) {
		ask_sampler(r, REQUEST_TICK, 0);
		r->next_ms = since_ms < 4 ? 4 : (since_ms / DENSE_MS + 1) * DENSE_MS;
	}
	if (r->next_ms != 0 && since_ms >= FAST_MS) {
		r->next_ms = 0;
		r->interval_ms = FAST_MS;
		ask_sampler(r, REQUEST_INTERVAL, FAST_MS);
	}
	if (r->interval_ms == FAST_MS && since_ms >= FAST_UNTIL_MS) {
		r->interval_ms = SLOW_MS;
		ask_sampler(r, REQUEST_INTERVAL, SLOW_MS);
	}
}

/* Milliseconds until something is due, at most TIMEOUT (-1: any). */
static int until_next(const struct runner *r, int timeout)
{
	uint64_t since_ms = clock_boot_ms() - r->start_ms;
	int wait = r->next_ms > since_ms ? (int)(r->next_ms - since_ms) : r->next_ms > 0 ? 0 : 1000;

	return timeout >= 0 && timeout < wait ? timeout : wait;
}

/* Waits for something, MS at most, and takes it; returns what session_wait saw. */
static unsigned step_session(struct runner *r, int ms)
{
	unsigned events = session_wait(r->session, clock_mono_ms() + (uint64_t)ms, r->launch.fd);

	if ((events & SESSION_TICK) != 0)
		take_tick(r);
	else if ((events & SESSION_CHANGED) != 0)
		take_news(r);
	r->ended |= (events & SESSION_END) != 0;
	return events;
}

/* Until a tick came that was begun at boot time FROM_MS or later, or MS have passed, or a signal
 * came that no program is there to get. */
static void await_tick(struct runner *r, uint64_t from_ms, int ms)
{
	uint64_t until_ms = clock_mono_ms() + (uint64_t)ms;

	ask_sampler(r, REQUEST_TICK, 0);
	for (uint64_t now_ms; !r->ended && (now_ms = clock_mono_ms()) < until_ms;) {
		unsigned events = step_session(r, (int)(until_ms - now_ms));

		launch_take(&r->launch);
		/* a sampler that was replaced knows nothing of the request */
		if ((events & SESSION_TROUBLE) != 0)
			ask_sampler(r, REQUEST_TICK, 0);
		if (r->launch.stray != 0 && !r->launch.ended)
			return;
		if ((events & SESSION_TICK) != 0 &&
			store_now_ms(session_store(r->session)) >= from_ms)
			return;
	}
}

/* --- the run -------------------------------------------------------------------------------- */

/* Until all that the program started has ended, or a signal says that we should. */
static void wait_for_all(struct runner *r)
{
	r->waits_on = true;
	r->launch.stray = 0;
	while (!r->ended && r->left.left > 0 && r->launch.stray == 0) {
		plan_look(r);
		step_session(r, until_next(r, -1));
		launch_take(&r->launch);
	}
	r->waits_on = false;
	r->end_ms = clock_boot_ms();
}

/* The last look: who is left running.  What is only slow to end is not. */
static void look_after(struct runner *r)
{
	await_tick(r, r->end_ms, LAST_LOOK_MS);
	for (int i = 0; i < 2 && r->left.left > 0 && !r->ended; i++) {
		poll(NULL, 0, LEFT_MS);
		await_tick(r, clock_boot_ms(), LAST_LOOK_MS);
	}
}

/* The answer that the end of the program made the last one. */
static void await_lines(struct runner *r)
{
	uint64_t until_ms = clock_mono_ms() + LINES_MS, now_ms;

	while (!r->ended && run_lines_open(&r->lines, r->session) &&
		(now_ms = clock_mono_ms()) < until_ms)
		step_session(r, (int)(until_ms - now_ms));
	run_lines_end(&r->lines, r->session);
}

/* Until its end, then the last look; the sampler ticks no more while the report is written. */
static void watch_program(struct runner *r)
{
	r->next_ms = 1;
	if (r->options->interval_given)
		ask_sampler(r, REQUEST_INTERVAL, r->options->interval_ms);
	while (!r->launch.ended) {
		launch_take(&r->launch);
		if (r->launch.ended)
			break;
		plan_look(r);
		step_session(r, until_next(r, launch_timeout_ms(&r->launch)));
	}
	r->end_ms = clock_boot_ms();
	look_after(r);
	if (r->options->wait_all && r->left.left > 0)
		wait_for_all(r);
	ask_sampler(r, REQUEST_INTERVAL, 0);
	await_lines(r);
	profile_end(r->profile, session_store(r->session));
}

static double seconds_of(const struct timeval *time)
{
	return (double)time->tv_sec + (double)time->tv_usec / 1e6;
}

/* Why there was no look at a program that ran long enough for one. */
static void find_why(struct runner *r)
{
	const char *message = session_message(r->session);

	if (r->ended)
		snprintf(r->unseen, sizeof(r->unseen), "%s",
			message[0] != '\0' ? message : "the sampler has ended");
	else if (r->profile->ticks == 0 && r->end_ms - r->start_ms >= SHORT_MS)
		snprintf(r->unseen, sizeof(r->unseen),
			"no look of the sampler found it in /proc, though it ran for %.1f s",
			(double)(r->end_ms - r->start_ms) / 1000);
}

/* Writes what the kernel counted of its children (getrusage(2)) beside what the looks saw. */
static int write_report(struct runner *r)
{
	const struct rusage *usage = &r->launch.usage;
	char title[COMMAND_MAX], name[COMMAND_MAX];
	struct profile_facts facts = {
		.name = name,
		.title = title,
		.argv = r->options->program,
		.run = true,
		.status = r->launch.status,
		.duration_s = (double)(r->end_ms - r->start_ms) / 1000,
		.cpu_s = seconds_of(&usage->ru_utime) + seconds_of(&usage->ru_stime),
		.peak_rss_kib = launch_peak_kib(&r->launch),
		.majors = (uint64_t)usage->ru_majflt,
		.minors = (uint64_t)usage->ru_minflt,
		.left = r->left.left,
		.left_kib = r->left.left_kib,
		.left_name = r->left_name,
		.left_pid = r->left.left_pid,
		.unseen = r->unseen[0] != '\0' ? r->unseen : NULL,
		.lines = r->lines.wanted ? &r->lines.found : NULL,
	};

	command_title(title, r->options->program);
	command_name(name, r->options->program, title);
	run_live_end(&r->live);
	return report_out_write(&r->out, r->profile, &facts);
}

/* Whether some of it may have been in swap at some time: RSS is no bound then. */
static bool may_have_swapped(const struct runner *r)
{
	const struct system_figures *system = store_system(session_store(r->session));

	return system == NULL || system->swap_total_kib > 0;
}

/* The finding of --check goes where the report goes by default, in one line.  What matches is told
 * before our own trouble, and the program's own status before both. */
static int judge_check(struct runner *r, int status, int trouble)
{
	uint64_t peak_kib = launch_peak_kib(&r->launch);
	struct buf line;

	if (r->match == NULL)
		return status != 0 ? status : trouble;
	match_take_peak(r->match, session_store(r->session), launch_bound_kib(&r->launch),
		peak_kib > 0, r->left.left > 0, may_have_swapped(r));
	if (profile_report_unseen(r->profile, &(struct profile_facts){ .peak_rss_kib = peak_kib }))
		match_take_unseen(r->match, session_store(r->session), peak_kib);
	buf_init(&line);
	match_line(&line, r->match);
	buf_write(&line, STDERR_FILENO);
	buf_done(&line);
	if (status != 0)
		return status;
	if (match_result(r->match) == MATCH_FOUND)
		return 1;
	return match_result(r->match) == MATCH_OPEN ? RUNNER_TROUBLE : trouble;
}

/* Times count from before the start, so that no look of the program can lie before its
 * beginning. */
static int start_program(struct runner *r)
{
	r->start_ms = clock_boot_ms();
	r->profile = profile_new(r->start_ms, clock_wall_ms());
	r->profile->asks = true;
	int error = launch_start(&r->launch, r->options->program);
	if (error != 0) {
		tell("%s: %s", r->options->program[0], strerror(-error));
		return error == -ENOENT ? LAUNCH_NOT_FOUND : LAUNCH_NOT_RUN;
	}
	run_lines_begin(&r->lines, r->session, r->launch.pid);
	const struct match_scope scope = { .uid = -1, .pid = r->launch.pid };
	if (r->options->check_query != NULL)
		r->match = match_new(r->options->check_query, r->options->check, &scope);
	return 0;
}

static int refuse_program(const struct runner *r)
{
	const char *why = session_message(r->session);

	tell("%s was not run: %s", r->options->program[0],
		why[0] != '\0' ? why : "the sampler has ended");
	return RUNNER_TROUBLE;
}

/* The program is not started when nobody could look at it: a report without figures would have
 * cost a run. */
static int run_all(struct runner *r)
{
	await_tick(r, 0, FIRST_LOOK_MS);
	if (r->launch.stray != 0)
		return 128 + r->launch.stray;
	if (r->ended)
		return refuse_program(r);
	int status = start_program(r);
	if (status != 0)
		return status;
	watch_program(r);
	status = launch_status(&r->launch);
	find_why(r);
	if (r->unseen[0] != '\0' && r->profile->ticks > 0)
		tell("it was not looked at to its end: %s", r->unseen);
	int trouble = write_report(r) != 0 || r->unseen[0] != '\0' ? RUNNER_TROUBLE : 0;
	return judge_check(r, status, trouble);
}

int runner_run(struct session *session, struct launch_witness witness,
	const struct options *options)
{
	struct runner r = {
		.session = session,
		.options = options,
		.live = { .on = options->live && isatty(STDERR_FILENO) },
		.out = { .text = { .fd = -1 }, .svg = { .fd = -1 } },
		.lines = { .wanted = options->lines },
	};
	int status = RUNNER_TROUBLE;

	session_single(r.session);
	view_init(&r.view);
	int error = launch_prepare(&r.launch, witness);
	if (error != 0)
		tell("cannot take signals: %s", strerror(-error));
	else if (report_out_open(&r.out, options, STDERR_FILENO) == 0)
		status = run_all(&r);
	report_out_done(&r.out);
	launch_done(&r.launch);
	run_lines_done(&r.lines);
	view_done(&r.view);
	match_free(r.match);
	profile_free(r.profile);
	return status;
}
