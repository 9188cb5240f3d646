/* SPDX-License-Identifier: GPL-2.0-or-later */
/* copy - see copy.h */
#include "ui/copy.h"

#include "frame/runtime.h"
#include "model/maps.h"
#include "ui/chooser.h"
#include "ui/table/table_cursor.h"
#include "ui/ui.h"

#include <stdio.h>

enum copy_what { COPY_PID, COPY_COMMAND, COPY_SENTENCE, COPY_TOOL, COPY_COUNT };

/* The text, clean; "" where there is none. */
static void text_of(const struct ui *ui, enum copy_what what, char out[TERM_COPY_MAX])
{
	const struct proc *proc = table_subject(ui);
	const struct maps *maps = proc != NULL ? store_maps(ui_store(ui), proc->id) : NULL;
	struct runtime_hint hint = { .command = "" };

	out[0] = '\0';
	if (what == COPY_SENTENCE)
		snprintf(out, TERM_COPY_MAX, "%s", ui->headline.text);
	if (proc == NULL)
		return;
	if (what == COPY_PID)
		snprintf(out, TERM_COPY_MAX, "%d", proc->id.pid);
	if (what == COPY_COMMAND)
		snprintf(out, TERM_COPY_MAX, "%s",
			proc->cmdline != NULL && proc->cmdline[0] != '\0' ? proc->cmdline
									  : proc->comm);
	if (what == COPY_TOOL && maps != NULL)
		runtime_hint(&hint, maps->figures.runtime, proc->id.pid, proc->cmdline);
	if (what == COPY_TOOL)
		snprintf(out, TERM_COPY_MAX, "%s", hint.command);
}

static void copy_chosen(struct ui *ui, int what)
{
	text_of(ui, (enum copy_what)what, ui->copy);
	ui_say(ui, false, "given to the terminal's clipboard, if it takes it: %.160s", ui->copy);
}

void copy_open(struct ui *ui)
{
	static const char *const words[COPY_COUNT] = { "pid", "command", "sentence",
		"look inside" };
	char text[TERM_COPY_MAX], line[120];
	struct menu *menu = chooser_open(ui, "Copy", "Enter copies, Esc does not", copy_chosen,
		NULL);

	for (int what = 0; what < COPY_COUNT; what++) {
		text_of(ui, (enum copy_what)what, text);
		snprintf(line, sizeof(line), "%-12s %.100s", words[what], text);
		if (text[0] != '\0')
			menu_add(menu, what, false, line);
	}
}
