/* SPDX-License-Identifier: GPL-2.0-or-later */
/* app_pss - PSS read when asked for: of a process, of all of a group, of what is tagged
 * (app_state.h)
 *
 * Each is read once, a few a tick: the reader takes them in turn, and each read holds its process
 * up for a moment.
 */
#include "ui/app_state.h"

#include "base/xalloc.h"

#include <stdlib.h>

enum { A_TICK = 8 };

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
