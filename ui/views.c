/* SPDX-License-Identifier: GPL-2.0-or-later */
/* views - see views.h */
#include "ui/views.h"

#include "ui/ui.h"

struct settings_table *views_table(struct ui *ui)
{
	return &ui->settings->tables[ui->table_view];
}

/* The rows that are asked for, by their name in the settings. */
static const struct grouping {
	bool grouped, tree;
	enum group_kind kind;
} groupings[GROUPING_COUNT] = {
	[GROUPING_NONE] = { false, false, GROUP_PROGRAM },
	[GROUPING_PROGRAM] = { true, false, GROUP_PROGRAM },
	[GROUPING_USER] = { true, false, GROUP_USER },
	[GROUPING_CGROUP] = { true, false, GROUP_CGROUP },
	[GROUPING_TREE] = { false, true, GROUP_PROGRAM },
	[GROUPING_CONTAINER] = { true, false, GROUP_CONTAINER },
	[GROUPING_CONTAINER_TREE] = { true, true, GROUP_CONTAINER },
};

static bool is_asked(const struct view_ask *ask, const struct grouping *grouping)
{
	return ask->grouped == grouping->grouped &&
	       (!ask->grouped || ask->group == grouping->kind) &&
	       ((ask->grouped && ask->group != GROUP_CONTAINER) || ask->tree == grouping->tree);
}

void views_keep(struct ui *ui)
{
	struct settings_table *table = views_table(ui);

	table->sort = ui->ask.sort;
	table->reverse = ui->ask.reverse;
	for (int i = 0; i < GROUPING_COUNT; i++)
		if (is_asked(&ui->ask, &groupings[i]))
			table->group = (enum settings_grouping)i;
}

/* The rows are asked for as the record of the view says. */
static void ask_for_table(struct ui *ui, enum settings_view view)
{
	struct view_ask *ask = &ui->ask;

	ui->table_view = ui->settings->view = view;
	const struct settings_table *table = views_table(ui);
	const struct grouping *grouping = &groupings[table->group];

	ask->sort = table->sort;
	ask->reverse = table->reverse;
	ask->tree = grouping->tree;
	ask->grouped = grouping->grouped;
	ask->group = grouping->kind;
	ui_apply_settings(ui);
}

void views_show(struct ui *ui, int view)
{
	static const char *const words[] = {
		[SHOWS_PROCESSES] = "processes",
		[SHOWS_CONTAINERS] = "containers, pods and services; <t> shows them as a tree",
	};

	ask_for_table(ui, (enum settings_view)view);
	ui_tell(ui, false, words[view]);
}

void views_machine(struct ui *ui, bool shown)
{
	ui->settings->view = shown ? SHOWS_MACHINE : ui->table_view;
}

bool views_begin(struct ui *ui)
{
	enum settings_view view = ui->settings->view;
	bool machine = view == SHOWS_MACHINE;

	ask_for_table(ui, machine ? SHOWS_PROCESSES : view);
	return machine;
}
