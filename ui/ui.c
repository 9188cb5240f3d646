/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ui - see ui.h.  Knows no screen but as struct screen. */
#include "ui/ui.h"

#include "base/clock.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* How long a line at the bottom stays, and until when it counts as not read. */
enum { MESSAGE_MS = 6000, READ_MS = 2000 };

bool ui_lists_hosts(const struct ui *ui)
{
	return ui->options->fleet != NULL && ui->host == UI_NO_HOST;
}

const struct store *ui_store(const struct ui *ui)
{
	return session_store(ui->session);
}

void ui_say(struct ui *ui, bool bad, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(ui->message.text, sizeof(ui->message.text), format, args);
	va_end(args);
	ui->message.bad = bad;
	ui->message.until_ms = clock_mono_ms() + MESSAGE_MS;
	ui->message.read_ms = clock_mono_ms() + READ_MS;
	ui->dirty = true;
}

/* Besides the screen it counts whether this is a recording, whether a search stands and whether
 * there are other machines: the same key may mean something else then. */
struct keymap ui_keys(const struct ui *ui)
{
	unsigned holds = (session_player(ui->session) != NULL ? WHERE_REPLAY : 0U) |
			 (ui->table.state.search[0] != '\0' ? WHERE_SEARCH : 0U) |
			 (ui->options->fleet != NULL && ui->host != UI_NO_HOST ? WHERE_FLEET : 0U);

	return (struct keymap){ ui->actions, ui->own_actions, ui->nactions, holds };
}

void ui_tell(struct ui *ui, bool bad, const char *words)
{
	const struct keymap keymap = ui_keys(ui);
	char text[SCREEN_TEXT_MAX];

	keymap_words(&keymap, WHERE_TABLE, words, text, sizeof(text));
	ui_say(ui, bad, "%s", text);
}

/* --- the stack -------------------------------------------------------------------------------- */

static void free_screen(struct screen *screen)
{
	if (screen->ops->done != NULL)
		screen->ops->done(screen);
}

void ui_push(struct ui *ui, struct screen *screen)
{
	ui->dirty = true;
	if (!ui->message.bad) /* what was said was about another screen */
		ui->message.text[0] = '\0';
	if (ui->depth == UI_SCREENS_MAX)
		free_screen(screen);
	else
		ui->stack[ui->depth++] = screen;
}

/* The table, which is the lowest, stays. */
void ui_pop(struct ui *ui)
{
	struct screen *screen = ui_top(ui);

	ui->dirty = true;
	if (ui->depth <= 1)
		return;
	ui->depth--;
	free_screen(screen);
}

struct screen *ui_top(const struct ui *ui)
{
	return ui->stack[ui->depth - 1];
}

/* --- settings --------------------------------------------------------------------------------- */

static enum plot_alphabet choose_alphabet(const struct ui *ui)
{
	if (ui->options->ascii || !ui->options->utf8)
		return PLOT_ASCII;
	switch (ui->settings->symbols) {
	case SYMBOLS_ASCII:
		return PLOT_ASCII;
	case SYMBOLS_BRAILLE:
		return PLOT_BRAILLE;
	case SYMBOLS_AUTO:
	case SYMBOLS_BLOCKS:
		break;
	}
	return PLOT_BLOCKS;
}

void ui_apply_settings(struct ui *ui)
{
	const struct settings *s = ui->settings;

	ui->theme = THEME_DEFAULT;
	theme_by_name(s->theme, &ui->theme);
	ui->style.alphabet = choose_alphabet(ui);
	ui->style.column.utf8 = ui->style.alphabet != PLOT_ASCII;
	ui->canvas.utf8 = ui->style.column.utf8;
	ui->style.column.full_command = s->full_command;
	ui->style.span_s = s->span_s;
	ui->style.columns = s->tables[ui->table_view].columns;
	ui->style.ncolumns = s->tables[ui->table_view].ncolumns;
	ui->style.chosen = !settings_has_default_columns(s, ui->table_view);
	ui->stale = true;
	ui->dirty = true;
}

void ui_set_interval(struct ui *ui, uint32_t interval_ms)
{
	struct request request = { .kind = REQUEST_INTERVAL, .interval_ms = interval_ms };

	ui->settings->interval_ms = interval_ms;
	session_ask(ui->session, &request, false);
	ui_say(ui, false, "a look every %g second%s", interval_ms / 1000.0,
		interval_ms == 1000 ? "" : "s");
}

void ui_toggle(struct ui *ui, bool *what, const char *on, const char *off)
{
	*what = !*what;
	ui->stale = true;
	ui_say(ui, false, "%s", *what ? on : off);
}

bool ui_is_past(struct ui *ui)
{
	if (session_is_live(ui->session))
		return false;
	ui_say(ui, true, "this is a recording: nothing can be read again");
	return true;
}

/* --- what keys do on all screens -------------------------------------------------------------- */

/* The interval may be any (-d): the next of these steps on either side of it is taken. */
void ui_pace(struct ui *ui, int step)
{
	static const uint32_t paces_ms[] = { 100, 200, 500, 1000, 2000, 5000, 10000, 30000, 60000 };
	const int n = sizeof(paces_ms) / sizeof(paces_ms[0]);

	for (int i = step > 0 ? 0 : n - 1; i >= 0 && i < n; i += step)
		if (step > 0 ? paces_ms[i] > ui->settings->interval_ms
			     : paces_ms[i] < ui->settings->interval_ms) {
			ui_set_interval(ui, paces_ms[i]);
			return;
		}
}

void ui_pause(struct ui *ui)
{
	session_pause(ui->session, !session_paused(ui->session));
	ui->stale = true;
}

void ui_save(struct ui *ui)
{
	const char *path = ui->options->settings_path;

	if (path == NULL) {
		ui_say(ui, true, "nowhere to save to: HOME is not set");
		return;
	}
	int error = settings_save(ui->settings, path);
	if (error == 0)
		ui_say(ui, false, "saved to %s", path);
	else
		ui_say(ui, true, "not saved to %s: %s", path,
			error == -EPERM ? "it belongs to another user" : strerror(-error));
}

void ui_show_cost(struct ui *ui)
{
	ui_toggle(ui, &ui->style.show_cost, "what memtop itself costs", "cost hidden");
}

void ui_redraw(struct ui *ui)
{
	ui->redraw = true;
}

void ui_suspend(struct ui *ui)
{
	ui->suspend = true;
}

void ui_quit(struct ui *ui)
{
	ui->quit = true;
}
