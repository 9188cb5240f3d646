/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pss - see pss.h */
#include "ui/pss.h"

#include "base/xalloc.h"
#include "ui/table/table_cursor.h"
#include "ui/ui.h"

#include <stdlib.h>

enum {
	A_TICK = 8,
	LOOK_MS = 10 * 1000,  /* between two times that the sums are looked through */
	AGAIN_MS = 60 * 1000, /* until it is read again */
	MEMBERS_MOST = 64,    /* of a sum */
	LARGE_KIB = 2 * 1024 * 1024,
};

static void add_request(struct ui *ui, struct ident id)
{
	struct pss *pss = &ui->pss;

	if (pss->count == pss->cap) {
		pss->cap = xalloc_capacity(pss->cap, pss->count + 1);
		pss->ids = xalloc_grow(pss->ids, pss->cap, sizeof(pss->ids[0]));
	}
	pss->ids[pss->count++] = id;
}

static void add_row(struct ui *ui, const struct row *row)
{
	const struct store *store = ui_store(ui);

	for (size_t i = 0; i < row_members(row); i++)
		add_request(ui, row_member(store, row, i)->id);
}

/* The processes asked for now come in place of what has not been read yet. */
void pss_ask(struct ui *ui)
{
	long at = table_cursor_row(ui);

	if (ui_is_past(ui))
		return;
	ui->pss.count = ui->pss.next = 0;
	for (size_t i = 0; i < ui->table.state.ntags; i++)
		add_request(ui, ui->table.state.tags[i]);
	if (ui->table.state.ntags == 0 && at >= 0)
		add_row(ui, &ui->view.rows[at]);
	ui->style.show_pss |= ui->pss.count > 0;
	if (ui->pss.count == 0)
		ui_say(ui, true, "no process is selected");
	else if (ui->pss.count == 1)
		ui_say(ui, false, "its PSS is being read");
	else
		ui_say(ui, false, "the PSS of %zu processes is being read", ui->pss.count);
	pss_step(ui);
}

/* A large process is held up for long while its PSS is read, so it is read by key only. */
static void add_member(struct ui *ui, const struct proc *proc)
{
	uint64_t now_ms = store_now_ms(ui_store(ui));
	const struct proc_rare *rare = proc->figures.known & DETAIL_PSS ? proc->rare : NULL;

	if (proc->kernel_thread || proc->figures.rss_kib == 0 ||
		proc->figures.rss_kib > LARGE_KIB ||
		(rare != NULL && now_ms - rare->rollup_ms < AGAIN_MS))
		return;
	add_request(ui, proc->id);
}

/* One round after the other, and no more than one in LOOK_MS. */
void pss_look(struct ui *ui)
{
	const struct store *store = ui_store(ui);
	struct pss *pss = &ui->pss;
	long last = ui->table.state.top + ui->canvas.height;

	if (pss->next < pss->count || !session_is_live(ui->session) ||
		store_now_ms(store) - pss->looked_ms < LOOK_MS)
		return;
	pss->count = pss->next = 0;
	for (long i = ui->table.state.top; i < last && i < (long)ui->view.count; i++) {
		const struct row_sum *sum = ui->view.rows[i].sum;
		if (sum == NULL || row_total(&ui->view.rows[i])->holders < 2 ||
			sum->count > MEMBERS_MOST)
			continue;
		pss->looked_ms = store_now_ms(store);
		for (size_t k = 0; k < sum->count; k++)
			add_member(ui, store_proc(store, sum->members[k]));
	}
}

void pss_step(struct ui *ui)
{
	struct pss *pss = &ui->pss;

	for (int i = 0; i < A_TICK && pss->next < pss->count; i++) {
		struct request ask = { .kind = REQUEST_PSS, .id = pss->ids[pss->next++] };

		session_ask(ui->session, &ask, false);
	}
}

void pss_done(struct ui *ui)
{
	free(ui->pss.ids);
}
