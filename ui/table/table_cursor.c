/* SPDX-License-Identifier: GPL-2.0-or-later */
/* table_cursor - see table_cursor.h */
#include "ui/table/table_cursor.h"

#include "base/order.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "ui/ui.h"

#include <stdio.h>
#include <string.h>

/* The cursor is a process and no place, so that it stays on it when rows are sorted anew; nobody,
 * at first, is the first row. */
long table_cursor_row(const struct ui *ui)
{
	if (ui->view.count == 0)
		return -1;
	long row = ui->table.state.cursor.pid != 0 ? view_find(&ui->view, ui->table.state.cursor)
						   : 0;
	return row >= 0 ? row : 0;
}

void table_put_cursor(struct ui *ui, long row)
{
	if (ui->view.count == 0)
		return;
	if (row >= (long)ui->view.count)
		row = (long)ui->view.count - 1;
	if (row < 0)
		row = 0;
	ui->table.state.cursor = row_ident(&ui->view.rows[row]);
	ui->table.state.cursor_row = row;
	ui->dirty = true;
}

const struct proc *table_cursor(const struct ui *ui)
{
	long row = table_cursor_row(ui);

	return row >= 0 ? ui->view.rows[row].proc : NULL;
}

void table_follow_cursor(struct ui *ui)
{
	struct table_state *table = &ui->table.state;

	if (table->cursor.pid == 0)
		return;
	long row = view_find(&ui->view, table->cursor);
	if (row >= 0)
		table->cursor_row = row;
	else if (ui->view.count == 0)
		table->cursor = (struct ident){ 0 };
	else
		table_put_cursor(ui, table->cursor_row);
}

const struct row *table_row(const struct ui *ui)
{
	long at = table_cursor_row(ui);

	return at >= 0 ? &ui->view.rows[at] : NULL;
}

const struct proc *table_subject(const struct ui *ui)
{
	return ui->subject.pid != 0 ? store_find(ui_store(ui), ui->subject) : table_cursor(ui);
}

/* --- search ----------------------------------------------------------------------------------- */

static bool row_matches(const struct ui *ui, long row)
{
	const struct row *shown = &ui->view.rows[row];
	const struct proc *proc = shown->proc;
	const char *part = ui->table.state.search;
	char pid[16];

	if (proc == NULL)
		return text_contains(shown->name, part);
	const char *user = store_user(ui_store(ui), proc->figures.uid);
	snprintf(pid, sizeof(pid), "%d", proc->id.pid);
	return text_contains(proc->comm, part) || text_contains(proc->name, part) ||
	       (proc->cmdline != NULL && text_contains(proc->cmdline, part)) ||
	       (user != NULL && text_contains(user, part)) || strcmp(pid, part) == 0;
}

/* Round the end in either direction; STEP may be -1, and % of C keeps the sign. */
bool table_search(struct ui *ui, long from, int step)
{
	long count = (long)ui->view.count;

	if (count == 0 || ui->table.state.search[0] == '\0')
		return false;
	for (long i = 0; i < count; i++) {
		long row = ((from + i * step) % count + count) % count;
		if (row_matches(ui, row)) {
			table_put_cursor(ui, row);
			return true;
		}
	}
	return false;
}

/* --- tags ------------------------------------------------------------------------------------- */

static long find_tag(const struct table_state *table, struct ident id)
{
	for (size_t i = 0; i < table->ntags; i++)
		if (ident_same(table->tags[i], id))
			return (long)i;
	return -1;
}

static bool set_tag(struct ui *ui, struct ident id, bool on)
{
	struct table_state *table = &ui->table.state;
	long at = find_tag(table, id);

	if (on == (at >= 0))
		return true;
	if (!on) {
		table->tags[at] = table->tags[--table->ntags];
		return true;
	}
	if (table->ntags == TABLE_TAGS_MAX) {
		ui_say(ui, true, "no more than %d tags", TABLE_TAGS_MAX);
		return false;
	}
	table->tags = xalloc_grow(table->tags, table->ntags + 1, sizeof(table->tags[0]));
	table->tags[table->ntags++] = id;
	return true;
}

/* Tags are of processes: those of a group are the ones it has now. */
void table_toggle_tag(struct ui *ui)
{
	const struct row *row = table_row(ui);
	const struct store *store = ui_store(ui);
	bool all = true;

	if (row == NULL)
		return;
	/* the first time whether all have one already, the second sets or takes them */
	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < row_members(row); i++) {
			const struct proc *proc = row_member(store, row, i);
			if (pass == 0)
				all &= find_tag(&ui->table.state, proc->id) >= 0;
			else if (!set_tag(ui, proc->id, !all))
				break;
		}
	order_sort(ui->table.state.tags, ui->table.state.ntags, sizeof(ui->table.state.tags[0]),
		order_i32);
	table_put_cursor(ui, table_cursor_row(ui) + 1);
}

void table_untag_all(struct ui *ui)
{
	ui->table.state.ntags = 0;
}
