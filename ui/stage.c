/* SPDX-License-Identifier: GPL-2.0-or-later */
/* stage - see stage.h */
#include "ui/stage.h"

#include "base/clock.h"
#include "ui/account.h"
#include "ui/actions.h"
#include "ui/bindings.h"
#include "ui/hosts.h"
#include "ui/replay.h"
#include "ui/table/table_cursor.h"
#include "ui/table/table_keys.h"
#include "ui/ui.h"
#include "ui/views.h"

#include <stdlib.h>

/* --- drawing ---------------------------------------------------------------------------------- */

void stage_rebuild(struct ui *ui)
{
	struct headline_facts facts;
	struct headline next;

	ui->ask.folds = ui->table.state.folds;
	ui->ask.nfolds = ui->table.state.nfolds;
	view_build(&ui->view, ui_store(ui), &ui->ask);
	table_follow_cursor(ui);
	headline_gather(&facts, ui_store(ui));
	facts.over = replay_state(ui->session) == REPLAY_ENDED;
	headline_write(&next, &facts);
	headline_replace(&ui->headline, &ui->headline_ms, &next, store_now_ms(ui_store(ui)));
	pss_look(ui);
	bell_look(ui);
	ui->stale = false;
	ui->dirty = true;
}

static struct shown shown_of(const struct ui *ui, const char *note, const char *cost)
{
	return (struct shown){
		.store = ui_store(ui),
		.view = &ui->view,
		.ask = &ui->ask,
		.headline = &ui->headline,
		.style = &ui->style,
		.message = &ui->message,
		.source_note = note,
		.cost = ui->style.show_cost ? cost : NULL,
		.keys = ui_keys(ui),
		.replay = replay_state(ui->session),
		.interval_ms = ui->settings->interval_ms,
		.paused = session_paused(ui->session),
	};
}

void stage_draw(struct ui *ui, const char *note, const char *cost)
{
	const struct shown shown = shown_of(ui, note, cost);
	size_t from = ui->depth - 1;

	while (ui->stack[from]->ops->over)
		from--;
	for (; from < ui->depth; from++)
		ui->stack[from]->ops->draw(ui->stack[from], &shown, &ui->canvas);
	ui->dirty = false;
}

/* --- keys ------------------------------------------------------------------------------------- */

/* The key that a click on the bottom line stands for; else the click. */
static struct key clicked(const struct ui *ui, struct key key)
{
	const struct screen_ops *ops = ui_top(ui)->ops;

	if (key.code == KEYS_MOUSE && key.mouse <= MOUSE_DOUBLE && ops->hints != NULL &&
		key.y > 0 && key.y == ui->canvas.height - 1 && ui->message.text[0] == '\0') {
		const struct shown shown = shown_of(ui, "", NULL);
		unsigned screen = ops->where ? ops->where | WHERE_REPLAY : ops->keys_of;
		uint32_t code = foot_key(&shown, screen, ops->hints, ops->nhints, ui->canvas.width,
			key.x);
		key.code = keymap_key(&shown.keys, code, screen & WHERE_SCREENS);
	}
	return key;
}

/* As the screen's own function knows it. */
static struct key called(const struct ui *ui, const struct screen_ops *ops, struct key key)
{
	const struct keymap keymap = ui_keys(ui);

	if (ops->keys_of != 0 && key.code != KEYS_MOUSE)
		key.code = keymap_key_of_old(&keymap, key.code, ops->keys_of);
	return key;
}

/* Whoever goes on has read it; what went wrong stands for two seconds at least. */
static bool is_read(const struct screen_message *message)
{
	return !message->bad || clock_mono_ms() >= message->read_ms;
}

void stage_press(struct ui *ui, const struct key *pressed)
{
	const struct key key = clicked(ui, *pressed);
	struct screen *top = ui_top(ui);
	const struct key own = called(ui, top->ops, key);

	ui->dirty = true;
	if (key.code != KEYS_MOUSE && is_read(&ui->message))
		ui->message.text[0] = '\0';
	if (top->ops->key != NULL && top->ops->key(top, ui, &own))
		return;
	actions_press(ui, key.code, top->ops->where | ui_keys(ui).holds);
}

/* --- beginning and end ------------------------------------------------------------------------ */

void stage_open(struct ui *ui)
{
	const struct app_options *o = ui->options;
	struct query_error ignored;
	char why[BINDINGS_WHY_MAX];

	ui->actions = actions_table(&ui->nactions);
	ui->own_actions = bindings_make(ui->settings, &ui->nactions, why);
	ui->ask = o->ask;
	ui->ask.query = NULL;
	ui->style.readonly = o->readonly;
	view_init(&ui->view);
	canvas_init(&ui->canvas);
	account_init(&ui->account);
	table_open(ui);
	if (views_begin(ui))
		account_open(ui);
	if (o->filter != NULL)
		table_set_filter(ui, o->filter, &ignored);
	if (ui_lists_hosts(ui))
		hosts_open(ui);
	replay_begin(ui);
	if (why[0] != '\0')
		ui_say(ui, true, "%s", why);
	if (o->note != NULL && o->note[0] != '\0')
		ui_say(ui, true, "%s", o->note);
}

void stage_close(struct ui *ui)
{
	while (ui->depth > 1)
		ui_pop(ui);
	free(ui->own_actions);
	view_done(&ui->view);
	canvas_done(&ui->canvas);
	account_done(&ui->account);
	pss_done(ui);
	table_done(ui);
}
