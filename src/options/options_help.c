/* SPDX-License-Identifier: GPL-2.0-or-later */
/* options_help - the text of --help: a line an option, or one for several that belong together */
#include "options/options_priv.h"

#include <stdio.h>

static const char *const group_titles[] = {
	[TO_LOOK] = "look",
	[TO_PICK] = "pick",
	[TO_PRINT] = "print",
	[TO_RUN] = "run",
	[TO_RECORD] = "record",
	[TO_CHECK] = "check",
	[TO_HELP] = "help",
};

/* "-d, --delay SECONDS"; the first of a line leaves the room of a letter free. */
static void put_option(struct buf *left, const struct option_row *row)
{
	bool first = left->len == 0;

	buf_puts(left, first ? "" : ", ");
	if (row->letter != 0)
		buf_printf(left, "-%c, ", row->letter);
	else if (first)
		buf_puts(left, "    ");
	buf_printf(left, "--%s", row->name);
	if (row->value != NULL)
		buf_printf(left, " %s", row->value);
}

void options_help(struct buf *out)
{
	size_t count;
	const struct option_row *rows = options_rows(&count);
	struct buf left;

	buf_puts(out,
		"usage: memtop [options]\n"
		"       memtop [options] -- PROGRAM [ARGUMENT...]\n\n"
		"The memory of this machine and of every process: how much, whether it grows,\n"
		"how fast, when it runs out.  The key h tells the keys, man memtop the rest.\n\n");
	buf_init(&left);
	for (size_t i = 0; i < count;) {
		const struct option_row *first = &rows[i];
		bool begins = i == 0 || first->group != rows[i - 1].group;
		buf_clear(&left);
		do
			put_option(&left, &rows[i++]);
		while (i < count && rows[i].words == NULL);
		buf_printf(out, "%-7s%-24s  %s\n", begins ? group_titles[first->group] : "",
			buf_text(&left), first->words);
	}
	buf_done(&left);
}
