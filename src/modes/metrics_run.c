/* SPDX-License-Identifier: GPL-2.0-or-later */
/* metrics_run - see metrics_run.h */
#include "config.h"

#include "modes/metrics_run.h"

#include "base/buf.h"
#include "modes/whole_file.h"
#include "modes/tell.h"
#include "options/options.h"
#include "session/session.h"
#include "table/metrics.h"

#include <errno.h>
#include <string.h>

enum { FIRST_LOOKS = 2 }; /* with the second one it is known who moves */

struct metrics_run {
	struct session *session;
	const struct options *options;
	struct metrics metrics;
	struct buf text;
	uint64_t written_ms; /* boot time of the look that was written last; 0: none was */
	int error;           /* -errno of the last write, told; 0: it worked */
	bool wrote;          /* it worked once */
};

static bool to_output(const struct metrics_run *run)
{
	return strcmp(run->options->metrics, "-") == 0;
}

static int open_document(const struct metrics_run *run, struct whole_file *file)
{
	int error = whole_file_open(file, run->options->metrics);

	if (error == 0 && file->empties) { /* whoever reads it meanwhile would get half of it */
		whole_file_drop(file);
		error = -EACCES;
	}
	return error;
}

static int write_document(struct metrics_run *run)
{
	struct whole_file file;
	int error = open_document(run, &file);

	if (error == 0)
		error = whole_file_write(&file, &run->text);
	return error;
}

/* The remedy for ERROR, "" if that is plain. */
static const char *remedy(int error)
{
	if (error == -EACCES)
		return "; a new file of the same owner is written beside it and takes its place, "
		       "which its folder must allow";
	return error == -ENOENT ? "; its folder has to be there" : "";
}

/* A failure is told once, not at every scrape; a reader that is gone (EPIPE) is how such a pipe
 * ends. */
static void note_result(struct metrics_run *run, int error)
{
	if (error != 0 && error != run->error && error != -EPIPE)
		tell("cannot write %s: %s%s",
			to_output(run) ? "standard output" : run->options->metrics,
			strerror(-error), remedy(error));
	run->error = error;
	run->wrote = run->wrote || error == 0;
}

static void put_document(struct metrics_run *run)
{
	const struct store *store = session_store(run->session);

	buf_clear(&run->text);
	metrics_put(&run->metrics, &run->text, store, PACKAGE_VERSION);
	note_result(run, write_document(run));
	run->written_ms = store_now_ms(store);
}

/* Whether nothing will ever be written: what never worked is a mistake of whoever gave the name,
 * unless it is of a kind that passes. */
static bool is_hopeless(const struct metrics_run *run)
{
	int error = -run->error;
	bool passes = error == ENOSPC || error == EDQUOT || error == EIO || error == ENOMEM ||
		      error == EMFILE || error == ENFILE;

	return error != 0 && (to_output(run) || (!run->wrote && !passes));
}

/* Told before there is anything to write. */
static void try_place(struct metrics_run *run)
{
	struct whole_file file;
	int error = open_document(run, &file);

	if (error == 0)
		whole_file_drop(&file);
	else
		note_result(run, error);
}

/* Whether the look just taken, the LOOKS-th, is one to be written. */
static bool is_due(const struct metrics_run *run, uint32_t looks)
{
	uint64_t now_ms = store_now_ms(session_store(run->session));

	if (looks < FIRST_LOOKS && looks != run->options->count)
		return false;
	if (to_output(run) || run->written_ms == 0 || run->written_ms > now_ms)
		return true;
	return now_ms - run->written_ms >= METRICS_REST_MS;
}

/* Looks after which it ends. */
static uint32_t looks_wanted(const struct metrics_run *run)
{
	const struct options *o = run->options;

	if (o->count > 0)
		return o->count;
	return to_output(run) && !o->interval_given && session_player(run->session) == NULL
		       ? FIRST_LOOKS
		       : UINT32_MAX;
}

static void look_on(struct metrics_run *run)
{
	uint32_t looks = 0, wanted = looks_wanted(run);
	/* of a recording only how it ends is written */
	bool to_the_end = session_player(run->session) != NULL;
	unsigned events = 0;

	while (looks < wanted && (events & SESSION_END) == 0) {
		events = session_wait_for(run->session, SESSION_TICK | SESSION_TROUBLE,
			SESSION_FOREVER);
		if ((events & (SESSION_TROUBLE | SESSION_END)) != 0)
			tell_message(run->session);
		if ((events & SESSION_TICK) == 0)
			continue;
		looks++;
		if (!to_the_end && is_due(run, looks))
			put_document(run);
		if (is_hopeless(run))
			return;
	}
	if (looks > 0 && run->written_ms != store_now_ms(session_store(run->session)))
		put_document(run);
}

int metrics_run(struct session *session, const struct options *options)
{
	struct metrics_run run = { .session = session, .options = options };

	session_single(session);
	metrics_init(&run.metrics, options->openmetrics);
	buf_init(&run.text);
	if (!to_output(&run))
		try_place(&run);
	if (!is_hopeless(&run))
		look_on(&run);
	metrics_done(&run.metrics);
	buf_done(&run.text);
	if (run.error == -EPIPE)
		return 0;
	return run.error != 0 || run.written_ms == 0;
}
