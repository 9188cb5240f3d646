/* SPDX-License-Identifier: GPL-2.0-or-later */
/* watch - see watch.h */
#include "ui/watch.h"

#include "ui/table/table_cursor.h"
#include "ui/ui.h"

#include <string.h>

enum { STAY_MS = 5000 };

/* Whether PID is among those of WATCH. */
static bool has_pid(const struct request *watch, int32_t pid)
{
	for (size_t i = 0; i < watch->npids; i++)
		if (watch->pids[i] == pid)
			return true;
	return false;
}

static void add_pid(struct request *watch, int32_t pid)
{
	if (!has_pid(watch, pid) && watch->npids < FRAME_PART_MAX)
		watch->pids[watch->npids++] = pid;
}

/* The process of a row, or all of a group.  A container has figures of its own, which are asked for
 * by its number (ask_groups); in streams that number none they follow one of its processes. */
static void add_watch(struct request *watch, const struct store *store, const struct row *row)
{
	if (row->proc != NULL)
		add_pid(watch, row->proc->id.pid);
	if (row->container != NULL && row->container->number > 0)
		return;
	for (size_t i = 0; row->proc == NULL && i < row->sum->count; i++) {
		add_pid(watch, store_proc(store, row->sum->members[i])->id.pid);
		if (row->container != NULL)
			break;
	}
}

static void add_climbing(struct request *watch, const struct store *store, const struct view *view)
{
	for (size_t i = 0; i < view->count && watch->npids < FRAME_PART_MAX; i++)
		if (row_verdict(store, &view->rows[i]) == TREND_CLIMBING)
			add_watch(watch, store, &view->rows[i]);
}

static bool has_all(const struct request *watch, const struct request *wanted)
{
	for (size_t i = 0; i < wanted->npids; i++)
		if (!has_pid(watch, wanted->pids[i]))
			return false;
	return true;
}

static bool same_watch(const struct request *a, const struct request *b)
{
	return a->npids == b->npids && memcmp(a->pids, b->pids, a->npids * sizeof(a->pids[0])) == 0;
}

/* Asks for memory.stat of containers on the screen, which is too dear for all. */
static void ask_groups(struct ui *ui, struct request *last)
{
	struct request groups = { .kind = REQUEST_GROUPS };
	long end = ui->table.state.top + ui->table.geometry.rows;

	for (long i = ui->table.state.top; i < end && i < (long)ui->view.count; i++) {
		const struct container *container = ui->view.rows[i].container;

		if (container != NULL && container->number > 0 && groups.npids < FRAME_PART_MAX)
			groups.pids[groups.npids++] = (int32_t)container->number;
	}
	if (same_watch(&groups, last))
		return;
	*last = groups;
	session_ask(ui->session, &groups, false);
}

/* Rows that are as large as each other change places at every tick, and each that comes onto the
 * screen is read at once: those that were there STAY_MS ago are still watched, as many more as are
 * on it. */
static void ask_rows(struct ui *ui, struct watch *told)
{
	struct request *last = &told->rows;
	struct request watch = { .kind = REQUEST_WATCH };
	const struct store *store = ui_store(ui);
	const struct proc *cursor = table_cursor(ui);
	long end = ui->table.state.top + ui->table.geometry.rows;

	if (ui->subject.pid != 0)
		add_pid(&watch, ui->subject.pid);
	for (long i = ui->table.state.top; i < end && i < (long)ui->view.count; i++)
		add_watch(&watch, store, &ui->view.rows[i]);
	if (cursor != NULL)
		add_pid(&watch, cursor->id.pid);
	/* where no process climbs only groups may */
	if (ui->view.climbing > 0 || ui->ask.grouped)
		add_climbing(&watch, store, &ui->view);
	size_t wanted = watch.npids;
	uint64_t now_ms = store_now_ms(store);

	if (!has_all(last, &watch)) {
		told->stay_ms = now_ms + STAY_MS;
		for (size_t i = 0; i < last->npids && watch.npids < 2 * wanted; i++)
			add_pid(&watch, last->pids[i]);
	} else if (last->npids == wanted || now_ms < told->stay_ms) {
		return;
	}
	*last = watch;
	session_ask(ui->session, &watch, false);
}

void watch_ask(struct ui *ui, struct watch *last)
{
	ask_rows(ui, last);
	ask_groups(ui, &last->groups);
}
