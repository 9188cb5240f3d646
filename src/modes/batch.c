/* SPDX-License-Identifier: GPL-2.0-or-later */
/* batch - text tables on standard output (batch.h) */
#include "modes/batch.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/streams.h"
#include "modes/await.h"
#include "modes/batch_read.h"
#include "modes/tell.h"
#include "options/options.h"
#include "options/settings.h"
#include "session/session.h"
#include "table/report.h"
#include "table/report_account.h"

#include <unistd.h>

enum {
	DEFAULT_TICKS = 2,
	GROUPS_MS = 3000, /* the longest wait for what is in containers */
};

struct batch {
	struct session *session;
	const struct options *options;
	struct batch_read read;
	struct view view;
	struct view_ask ask;
	struct report_style style;
	struct buf text;
	struct account account, base; /* --account: now, and at the first look */
};

int batch_width(const struct options *options)
{
	return options->width > 0 ? options->width : streams_width(STDOUT_FILENO);
}

struct report_style batch_style(const struct options *o, const struct settings *settings)
{
	const struct settings_table *table = &settings->tables[options_table(o)];

	return (struct report_style){
		.containers = options_table(o) == SHOWS_CONTAINERS,
		.sums = o->grouped && options_table(o) != SHOWS_CONTAINERS,
		.width = batch_width(o),
		.columns = o->ncolumns > 0 ? o->columns : table->columns,
		.ncolumns = o->ncolumns > 0 ? o->ncolumns : table->ncolumns,
		.column = {
			.utf8 = !o->ascii && streams_are_utf8(),
			.full_command = settings->full_command,
			.no_folds = true,
		},
	};
}

static void prepare_batch(struct batch *b, const struct settings *settings)
{
	const struct options *o = b->options;

	b->ask = options_ask(o, settings);
	b->ask.climbers_on_top &= !o->sort_given;
	b->style = batch_style(o, settings);
	if (o->format != FORMAT_TEXT)
		b->style.ncolumns = o->ncolumns; /* the same whatever a person keeps in settings */
}

/* Growth is counted from the first one. */
static void put_account(struct batch *b, const struct store *store, bool first)
{
	if (first)
		account_make(&b->base, store);
	account_make(&b->account, store);
	if (!first)
		account_compare(&b->account, &b->base);
	report_account(&b->text, &b->account);
}

/* Written whole, at once: a reader of a pipe never sees half a table. */
static int print_table(struct batch *b, bool first)
{
	const struct store *store = session_store(b->session);

	view_build(&b->view, store, &b->ask);
	buf_clear(&b->text);
	switch (b->options->format) {
	case FORMAT_TEXT:
		if (!first)
			buf_putc(&b->text, '\n');
		if (b->options->account)
			put_account(b, store, first);
		else
			report_text(&b->text, store, &b->view, &b->style);
		break;
	case FORMAT_JSON:
		report_json(&b->text, store, &b->view, &b->style);
		break;
	case FORMAT_CSV:
		if (first)
			report_csv_titles(&b->text, &b->style);
		report_csv(&b->text, store, &b->view, &b->style);
		break;
	}
	return buf_write(&b->text, STDOUT_FILENO);
}

/* A row is a process, or a group of them. */
static void watch_row(struct request *watch, const struct store *store, const struct row *row)
{
	size_t members = row_members(row);

	if (row->container != NULL && members > 1)
		members = 1; /* its own figures follow one of its processes */
	for (size_t i = 0; i < members && watch->npids < FRAME_PART_MAX; i++)
		watch->pids[watch->npids++] = row_member(store, row, i)->id.pid;
}

/* Details of what is printed come with every tick. */
static void ask_details(struct batch *b)
{
	struct request watch = { .kind = REQUEST_WATCH };

	view_build(&b->view, session_store(b->session), &b->ask);
	for (size_t i = 0; i < b->view.count; i++)
		watch_row(&watch, session_store(b->session), &b->view.rows[i]);
	session_ask(b->session, &watch, false);
}

/* The containers that are printed, those first of which memory.stat was never read.  How many these
 * are; GROUPS untouched but for its numbers. */
static size_t gather_groups(struct batch *b, struct request *groups)
{
	size_t unread = 0;

	view_build(&b->view, session_store(b->session), &b->ask);
	groups->npids = 0;
	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < b->view.count; i++) {
			const struct container *container = b->view.rows[i].container;
			if (container == NULL || container->number == 0 ||
				!(container->known & CONTAINER_HAS_PARTS) != (pass == 0))
				continue;
			unread += pass == 0;
			if (groups->npids < FRAME_PART_MAX)
				groups->pids[groups->npids++] = (int32_t)container->number;
		}
	return unread;
}

/* Asks for memory.stat of the containers that are printed, which is too dear for all at each look:
 * once it is waited for, as long as more of it comes; at the FIRST look for their names, too. */
static void read_groups(struct batch *b, bool first)
{
	bool live = session_player(b->session) == NULL;
	uint64_t until_ms = clock_mono_ms() + GROUPS_MS;
	struct request groups = { .kind = REQUEST_GROUPS };
	size_t unread = gather_groups(b, &groups), before = SIZE_MAX;

	while (live && (unread > 0 || first) && unread < before && clock_mono_ms() < until_ms) {
		before = unread;
		first = false;
		if (await_groups(b->session, groups.pids, groups.npids, until_ms) != AWAIT_DONE)
			break;
		unread = gather_groups(b, &groups);
	}
	session_ask(b->session, &groups, false);
}

/* Tells what the sampler says of itself and of what this machine lacks; the sentence over a table
 * has the latter where it matters most. */
static void say_notices(struct batch *b)
{
	const struct system_figures *system = store_system(session_store(b->session));
	bool told = b->options->format == FORMAT_TEXT && !b->options->account && system != NULL &&
		    !frame_knows_memory(system);
	struct session_notice notice;

	while (session_notice(b->session, &notice))
		if (notice.request == 0 && notice.error != 0 && !told)
			tell("%s", notice.text);
}

static int report_end(struct batch *b, unsigned events, int error)
{
	if (error != 0)
		return tell_unwritten(error);
	if ((events & SESSION_END) != 0 && tell_message(b->session))
		return 1;
	return batch_read_end(&b->read);
}

/* A table of what is known now, read before it is printed.  0 or -errno. */
static int look_once(struct batch *b, uint32_t number, uint32_t ticks, unsigned *events)
{
	bool first = number == 0;

	if (!batch_read_wanted(&b->read, first || number + 1 == ticks))
		*events |= SESSION_END;
	/* which cgroups there are is known by now: they come with their processes */
	if (b->style.containers)
		read_groups(b, first);
	/* of who is not there nothing is printed */
	if (session_player(b->session) == NULL && first && tell_present_nobody(&b->read.present)) {
		*events |= SESSION_END;
		return 0;
	}
	say_notices(b);
	int error = print_table(b, first);
	ask_details(b);
	return error;
}

/* Two ticks unless told otherwise, so that the second table knows who moves; of a recording all. */
int batch_run(struct session *session, const struct options *options,
	const struct settings *settings)
{
	struct batch b = { .session = session, .options = options };
	int error = 0;
	unsigned events = 0;

	prepare_batch(&b, settings);
	view_init(&b.view);
	buf_init(&b.text);
	batch_read_init(&b.read, session, options, &b.ask, options->columns, options->ncolumns);
	session_single(session);
	uint32_t ticks = options->count;
	if (ticks == 0)
		ticks = session_player(session) != NULL ? UINT32_MAX : DEFAULT_TICKS;
	for (uint32_t i = 0; i < ticks && error == 0 && (events & SESSION_END) == 0; i++) {
		events = session_wait_for(session, SESSION_TICK, SESSION_FOREVER);
		if ((events & SESSION_TICK) == 0)
			break;
		error = look_once(&b, i, ticks, &events);
	}
	int status = report_end(&b, events, error);
	view_done(&b.view);
	buf_done(&b.text);
	account_done(&b.account);
	account_done(&b.base);
	batch_read_done(&b.read);
	return status;
}
