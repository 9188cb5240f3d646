/* SPDX-License-Identifier: GPL-2.0-or-later */
/* prompts - see prompts.h */
#include "ui/prompts.h"

#include "options/values.h"
#include "ui/question.h"
#include "ui/table/table_cursor.h"
#include "ui/table/table_keys.h"
#include "ui/ui.h"

#include <stdio.h>

/* --- search: the cursor follows while it is typed --------------------------------------------- */

static void search_changed(struct ui *ui, struct prompt *prompt)
{
	struct table_state *table = &ui->table.state;
	long from = table->before_search.pid != 0 ? view_find(&ui->view, table->before_search) : 0;

	snprintf(table->search, sizeof(table->search), "%s", prompt->text);
	if (table->search[0] != '\0' && !table_search(ui, from < 0 ? 0 : from, 1))
		prompt_error(prompt, 0, "nothing shown matches");
}

static bool search_typed(struct ui *ui, struct prompt *prompt)
{
	(void)ui;
	(void)prompt;
	return true;
}

static void search_left(struct ui *ui)
{
	ui->table.state.search[0] = '\0';
	ui->table.state.cursor = ui->table.state.before_search;
}

void prompts_search(struct ui *ui)
{
	static const struct question_ops ops = { search_changed, search_typed, search_left };

	ui->table.state.before_search = ui->table.state.cursor;
	question_open(ui, "Search: ", "", &ops);
}

void prompts_search_again(struct ui *ui, int step)
{
	if (ui->table.state.search[0] == '\0')
		prompts_search(ui);
	else if (!table_search(ui, table_cursor_row(ui) + step, step))
		ui_say(ui, true, "nothing shown matches '%s'", ui->table.state.search);
}

/* --- filter, interval ------------------------------------------------------------------------- */

static bool filter_typed(struct ui *ui, struct prompt *prompt)
{
	struct query_error error;

	if (table_set_filter(ui, prompt->text, &error))
		return true;
	prompt_error(prompt, error.at, error.text);
	return false;
}

void prompts_filter(struct ui *ui)
{
	static const struct question_ops ops = { .done = filter_typed };

	question_open(ui, "Filter: ", ui->table.state.filter, &ops);
}

static bool interval_typed(struct ui *ui, struct prompt *prompt)
{
	uint32_t interval_ms;

	if (values_interval(prompt->text, &interval_ms) != 0) {
		prompt_error(prompt, 0, VALUES_INTERVAL " seconds");
		return false;
	}
	ui_set_interval(ui, interval_ms);
	return true;
}

void prompts_interval(struct ui *ui)
{
	static const struct question_ops ops = { .done = interval_typed };
	char text[16];

	snprintf(text, sizeof(text), "%g", ui->settings->interval_ms / 1000.0);
	question_open(ui, "Seconds between looks: ", text, &ops);
}
