/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report_account - the account as a table of text */
#include "table/report_account.h"

#include "base/text.h"
#include "base/units.h"

enum { NAME_COLUMNS = 36 };

/* Behind its parent, moved in; cut by columns, not bytes. */
static void put_name(struct buf *out, const struct account_line *line)
{
	const char *name = account_name(line);
	int used, indent = line->depth * 2;
	size_t len = text_fit(name, NAME_COLUMNS - indent, &used);

	buf_fill(out, ' ', (size_t)indent);
	buf_put(out, name, len);
	buf_fill(out, ' ', (size_t)(NAME_COLUMNS - indent - used));
}

static void put_line(struct buf *out, const struct account_line *line, uint64_t total_kib)
{
	put_name(out, line);
	if (!line->known) {
		buf_printf(out, " %8s\n", "-");
		return;
	}
	buf_printf(out, " %8s %5.1f %%", line->kib ? units_kib(UNITS_TEXT, line->kib, 8) : "0",
		total_kib ? 100 * (double)line->kib / (double)total_kib : 0);
	if (line->since_known)
		buf_printf(out, " %9s", units_kib_change(UNITS_TEXT, line->since_kib, 9));
	buf_putc(out, '\n');
}

void report_account(struct buf *out, const struct account *account)
{
	uint64_t sum_kib = 0;

	if (account->total_kib == 0) {
		buf_puts(out, "This machine does not say how much memory it has.\n");
		return;
	}
	buf_printf(out, "%-*s %8s %7s %9s\n", NAME_COLUMNS, "WHERE", "SIZE", "SHARE", "+BASE");
	for (size_t i = 0; i < account->count; i++) {
		put_line(out, &account->lines[i], account->total_kib);
		sum_kib += account->lines[i].depth == 0 ? account->lines[i].kib : 0;
	}
	buf_printf(out, "%-*s %8s %5.1f %%\n", NAME_COLUMNS, "in all",
		units_kib(UNITS_TEXT, sum_kib, 8),
		account->total_kib ? 100 * (double)sum_kib / (double)account->total_kib : 0);
}
