/* SPDX-License-Identifier: GPL-2.0-or-later */
/* views - see views.h */
#include "ui/views.h"

#include "ui/account.h"
#include "ui/ui.h"

struct settings_table *views_table(struct ui *ui)
{
	return &ui->settings->tables[ui->table_view];
}

/* Kinds of groups by their names in the settings. */
static const enum settings_grouping groupings[GROUP_KINDS] = {
	[GROUP_PROGRAM] = GROUPING_PROGRAM,
	[GROUP_USER] = GROUPING_USER,
	[GROUP_CGROUP] = GROUPING_CGROUP,
};

void views_keep(struct ui *ui)
{
	struct settings_table *table = views_table(ui);
	const struct view_ask *ask = &ui->ask;

	table->sort = ask->sort;
	table->reverse = ask->reverse;
	table->group = ask->grouped ? groupings[ask->group]
		       : ask->tree  ? GROUPING_TREE
				    : GROUPING_NONE;
}

/* The rows are asked for as the record of the view says. */
static void ask_for_table(struct ui *ui, enum settings_view view)
{
	struct view_ask *ask = &ui->ask;

	ui->table_view = ui->settings->view = view;
	const struct settings_table *table = views_table(ui);
	ask->sort = table->sort;
	ask->reverse = table->reverse;
	ask->tree = table->group == GROUPING_TREE;
	ask->grouped = false;
	for (int kind = 0; kind < GROUP_KINDS; kind++)
		if (groupings[kind] == table->group) {
			ask->grouped = true;
			ask->group = (enum group_kind)kind;
		}
	ui_apply_settings(ui);
}

void views_show(struct ui *ui, int view)
{
	static const char *const words[] = {
		[SHOWS_PROCESSES] = "processes",
		[SHOWS_CONTAINERS] = "containers and other cgroups; Enter opens one",
	};

	if (view == SHOWS_MACHINE) {
		account_open(ui);
		return;
	}
	ask_for_table(ui, (enum settings_view)view);
	ui_say(ui, false, "%s", words[view]);
}

void views_machine(struct ui *ui, bool shown)
{
	ui->settings->view = shown ? SHOWS_MACHINE : ui->table_view;
}

void views_begin(struct ui *ui)
{
	enum settings_view view = ui->settings->view;

	ask_for_table(ui, view == SHOWS_MACHINE ? SHOWS_PROCESSES : view);
	if (view == SHOWS_MACHINE)
		account_open(ui);
}
