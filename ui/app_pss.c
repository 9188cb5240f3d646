/* SPDX-License-Identifier: GPL-2.0-or-later */
/* app_pss - PSS read when asked for: of a process, of all of a group, of what is tagged; and of the
 * members of the sums on the screen, so that what they share counts once (app_state.h)
 *
 * Each is read once, a few a tick: the reader takes them in turn, and each read holds its process
 * up for a moment.  Those of sums are read again after a minute, unless there are many or one is
 * large.
 */
#include "ui/app_state.h"

#include "base/xalloc.h"

#include <stdlib.h>

enum {
	A_TICK = 8,
	LOOK_MS = 10 * 1000,  /* between two times that the sums are looked through */
	AGAIN_MS = 60 * 1000, /* until it is read again */
	MEMBERS_MOST = 64,    /* of a sum */
	LARGE_KIB = 2 * 1024 * 1024,
};

static void add(struct app *app, struct ident id)
{
	struct app_pss *pss = &app->pss;

	if (pss->count == pss->cap) {
		pss->cap = xalloc_capacity(pss->cap, pss->count + 1);
		pss->ids = xalloc_grow(pss->ids, pss->cap, sizeof pss->ids[0]);
	}
	pss->ids[pss->count++] = id;
}

static void add_row(struct app *app, const struct row *row)
{
	const struct store *store = app_store(app);

	if (row->proc != NULL)
		add(app, row->proc->id);
	for (size_t i = 0; row->proc == NULL && i < row->sum->count; i++)
		add(app, store_proc(store, row->sum->members[i])->id);
}

void app_pss_ask(struct app *app)
{
	long at = app_cursor_row(app);

	if (!session_is_live(app->session)) {
		app_say(app, true, "this is a recording: nothing can be read again");
		return;
	}
	app->pss.count = app->pss.next = 0;
	for (size_t i = 0; i < app->table.ntags; i++)
		add(app, app->table.tags[i]);
	if (app->table.ntags == 0 && at >= 0)
		add_row(app, &app->view.rows[at]);
	app->style.show_pss |= app->pss.count > 0;
	if (app->pss.count == 0)
		app_say(app, true, "no process is selected");
	else if (app->pss.count == 1)
		app_say(app, false, "its PSS is being read");
	else
		app_say(app, false, "the PSS of %zu processes is being read", app->pss.count);
	app_pss_step(app);
}

static void add_member(struct app *app, const struct proc *proc)
{
	uint64_t now_ms = store_now_ms(app_store(app));
	const struct proc_rare *rare = proc->known & DETAIL_PSS ? proc->rare : NULL;

	if (proc->kernel_thread || proc->rss_kib == 0 || proc->rss_kib > LARGE_KIB ||
		(rare != NULL && now_ms - rare->rollup_ms < AGAIN_MS))
		return;
	add(app, proc->id);
}

/* Whose PSS would tell what the sums on the screen share. */
void app_pss_look(struct app *app)
{
	const struct store *store = app_store(app);
	struct app_pss *pss = &app->pss;
	long last = app->table.top + app->canvas.height;

	if (pss->next < pss->count || !session_is_live(app->session) ||
		store_now_ms(store) - pss->looked_ms < LOOK_MS)
		return;
	pss->count = pss->next = 0;
	for (long i = app->table.top; i < last && i < (long)app->view.count; i++) {
		const struct row_sum *sum = app->view.rows[i].sum;
		if (sum == NULL || sum->holders < 2 || sum->count > MEMBERS_MOST)
			continue;
		pss->looked_ms = store_now_ms(store);
		for (size_t k = 0; k < sum->count; k++)
			add_member(app, store_proc(store, sum->members[k]));
	}
}

void app_pss_step(struct app *app)
{
	struct app_pss *pss = &app->pss;

	for (int i = 0; i < A_TICK && pss->next < pss->count; i++) {
		struct request ask = { .kind = REQUEST_PSS, .id = pss->ids[pss->next++] };

		session_ask(app->session, &ask, false);
	}
}

void app_pss_done(struct app *app)
{
	free(app->pss.ids);
}
