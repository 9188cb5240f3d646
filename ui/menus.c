/* SPDX-License-Identifier: GPL-2.0-or-later */
/* menus - see menus.h */
#include "ui/menus.h"

#include "base/order.h"
#include "ui/chooser.h"
#include "ui/table/table_keys.h"
#include "ui/ui.h"

#include <stdio.h>
#include <stdlib.h>

static void sort_chosen(struct ui *ui, int value)
{
	table_sort(ui, (enum column_id)value);
}

void menus_sort(struct ui *ui)
{
	struct menu *menu = chooser_open(ui, "Sort by", "Enter sorts", sort_chosen, NULL);

	menu->aside = true;
	for (size_t i = 0; i < COLUMN_COUNT; i++) {
		const struct column *c = column_get((enum column_id)i);
		if (!column_is_number(c) && c->text == NULL)
			continue;
		if (c->id == ui->ask.sort)
			menu->cursor = menu->count;
		menu_add(menu, (int)c->id, c->id == ui->ask.sort, c->title);
		menu_note(menu, c->help);
	}
}

struct user_count {
	uint32_t uid;
	size_t processes;
};

/* Every user with a process that may be shown, with how many; LIST has room for one a process. */
static size_t count_users(const struct store *store, bool kernel_threads, struct user_count *list)
{
	size_t n = 0, kept = 0;

	for (size_t i = 0; i < store_count(store); i++) {
		const struct proc *proc = store_proc(store, i);
		if (kernel_threads || !proc->kernel_thread)
			list[n++] = (struct user_count){ proc->figures.uid, 1 };
	}
	order_sort(list, n, sizeof(list[0]), order_u32);
	for (size_t i = 0; i < n; i++) {
		if (kept > 0 && list[kept - 1].uid == list[i].uid)
			list[kept - 1].processes++;
		else
			list[kept++] = list[i];
	}
	return kept;
}

/* A number of a user above INT_MAX is below 0 as a value of the menu, but only -1 means
 * everybody. */
static void user_chosen(struct ui *ui, int value)
{
	ui->ask.uid = value == -1 ? -1 : (int64_t)(uint32_t)value;
}

void menus_user(struct ui *ui)
{
	const struct store *store = ui_store(ui);
	struct user_count *list = calloc(store_count(store) + 1, sizeof(*list));
	char line[120];

	if (list == NULL)
		return;
	struct menu *menu = chooser_open(ui, "Processes of", "Enter shows only these", user_chosen,
		NULL);
	menu_add(menu, -1, ui->ask.uid < 0, "all users");
	size_t n = count_users(store, ui->ask.kernel_threads, list);
	for (size_t i = 0; i < n; i++) {
		const char *name = store_user(store, list[i].uid);
		char number[16];
		snprintf(number, sizeof(number), "%u", list[i].uid);
		snprintf(line, sizeof(line), "%-20.60s %6zu process%s",
			name != NULL ? name : number, list[i].processes,
			list[i].processes == 1 ? "" : "es");
		if (ui->ask.uid == (int64_t)list[i].uid)
			menu->cursor = menu->count;
		menu_add(menu, (int)list[i].uid, ui->ask.uid == (int64_t)list[i].uid, line);
	}
	free(list);
}
