/* SPDX-License-Identifier: GPL-2.0-or-later */
/* help - see help.h.  Words are here only for what no table knows. */
#include "config.h"

#include "ui/help.h"

#include "base/xalloc.h"
#include "ui/ui.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The keys of the action at AT and of its neighbours with the same words, and what they do; returns
 * how many actions that were. */
static size_t add_keys(struct pager *pager, const struct action *actions, size_t n, size_t at)
{
	char line[200] = "", name[KEYS_NAME_MAX];
	size_t len = 0, i = at;

	for (; i < n && actions[i].words != NULL &&
		strcmp(actions[i].words, actions[at].words) == 0;
		i++)
		for (int k = 0; k < ACTION_KEYS_MAX && actions[i].keys[k] && len < 60; k++)
			len += (size_t)snprintf(line + len, sizeof(line) - len, "%s%s",
				len ? " " : "", keys_name(actions[i].keys[k], name));
	snprintf(line + len, sizeof(line) - len, "\t%s", actions[at].words);
	pager_add(pager, line);
	return i - at;
}

/* By the groups of the table of actions, so that a new action is in the help when it is in the
 * table. */
static void add_all_keys(struct pager *pager, const struct action *actions, size_t n)
{
	const char *group = "";

	for (size_t i = 0; i < n;) {
		if (actions[i].words == NULL) {
			i++;
			continue;
		}
		if (strcmp(actions[i].group, group) != 0) {
			pager_add(pager, "");
			group = actions[i].group;
			pager_add(pager, group);
		}
		i += add_keys(pager, actions, n, i);
	}
	pager_add(pager, "mouse\tclick a title to sort, a row to choose it; the wheel scrolls");
}

/* All columns there are, shown or not: this is where one learns of them. */
static void add_columns(struct pager *pager, const struct keymap *keymap)
{
	char line[400], title[60];

	keymap_words(keymap, WHERE_TABLE, "Columns (<F2> chooses them)", title, sizeof(title));
	pager_add(pager, "");
	pager_add(pager, title);
	for (int i = 0; i < COLUMN_COUNT; i++) {
		const struct column *column = column_get((enum column_id)i);

		snprintf(line, sizeof(line), "%s\t%s", column->title, column->help);
		pager_add(pager, line);
	}
}

/* Signs of the VERDICT column and of the bars, in the alphabet in use. */
static void add_signs(struct pager *pager, const struct screen_style *style)
{
	static const char *const lines[][2] = {
		{ "▲ climbing\tits footprint keeps growing",
			"^ climbing\tits footprint keeps growing" },
		{ "△ warming\tgrows, but is young or slows down: no verdict yet",
			"/ warming\tgrows, but is young or slows down: no verdict yet" },
		{ "◆ spiking\tfar above its usual size for the moment",
			"! spiking\tfar above its usual size for the moment" },
		{ "▽ receding\tclimbed until a moment ago",
			"- receding\tclimbed until a moment ago" },
		{ "▼ shrinking\tgives memory back", "v shrinking\tgives memory back" },
		{ "· steady\tneither", ". steady\tneither" },
		{ "Z zombie\thas ended, its parent has not taken note",
			"Z zombie\thas ended, its parent has not taken note" },
		{ "  watching\ttoo early to tell", "  watching\ttoo early to tell" },
		{ "━ used\ttaken by programs and the kernel",
			"# used\ttaken by programs and the kernel" },
		{ "╍ shared\tshared memory and tmpfs: only swap can take it",
			"s shared\tshared memory and tmpfs: only swap can take it" },
		{ "─ cache\tof files; given back when programs need it",
			"c cache\tof files; given back when programs need it" },
		{ "┈ free\tused for nothing; with cache it makes what is available",
			". free\tused for nothing; with cache it makes what is available" },
		{ "*\ta tagged process", "*\ta tagged process" },
		{ "-\tnot known, or not permitted: never a zero",
			"-\tnot known, or not permitted: never a zero" },
	};

	pager_add(pager, "Signs and verdicts");
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		pager_add(pager, lines[i][style->column.utf8 ? 0 : 1]);
}

static void add_method(struct pager *pager)
{
	static const char *const lines[] = {
		"",
		"How often what is read",
		"every look\tmemory, swap, pressure; the size of what is shown, runs or is new",
		"4th look\tof more than 512 processes, whether those long still have run",
		"64th look\tthe size of those that never run: what reclaim took from them",
		"at once\tall sizes, when available memory falls by 1 % in a look",
		"when it matters\tswap, faults, CPU: of what is shown and ran; of the rest in turn",
		"8th look\tpeak (between looks: what was seen), OOM score",
		"once\tcommand line, user name and cgroup",
		"history\tkept for every process from its first look on",
		"",
		"RSS counts memory that processes share in each of them: sums of it say too much.",
		"The footprint (anonymous + shared + swapped) is what a process would give back;",
		"GROWTH, TREND and VERDICT follow it, so files that are read count for nothing.",
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		pager_add(pager, lines[i]);
}

void help_fill(struct pager *pager, const struct screen_style *style, const struct keymap *keymap)
{
	add_signs(pager, style);
	add_all_keys(pager, keymap_actions(keymap), keymap->count);
	add_columns(pager, keymap);
	add_method(pager);
}

/* --- the screen ------------------------------------------------------------------------------- */

struct help {
	struct screen screen;
	struct pager pager;
};

static void draw_screen(struct screen *screen, const struct shown *shown, struct canvas *canvas)
{
	struct pager *pager = &((struct help *)screen)->pager;

	(void)shown;
	pager->width = canvas->width;
	pager_draw(canvas, pager);
}

static bool take_key(struct screen *screen, struct ui *ui, const struct key *key)
{
	struct pager *pager = &((struct help *)screen)->pager;
	const struct keymap keymap = ui_keys(ui);
	struct key own = *key;

	/* what opened it closes it, however it is bound; the other keys are the pager's */
	if (!pager->typing && keymap_key_of_old(&keymap, key->code, WHERE_TABLE) == KEYS_F1)
		own.code = KEYS_F1;
	if (pager_key(pager, &own, ui->canvas.height) != DIALOG_OPEN)
		ui_pop(ui);
	return true;
}

static void free_screen(struct screen *screen)
{
	pager_done(&((struct help *)screen)->pager);
	free(screen);
}

static const struct screen_ops ops = {
	.over = true,
	.draw = draw_screen,
	.key = take_key,
	.done = free_screen,
};

static void open_with(struct ui *ui, const char *const *lines)
{
	struct help *help = xalloc_zero(1, sizeof(*help));
	const struct keymap keymap = ui_keys(ui);

	help->screen.ops = &ops;
	pager_init(&help->pager, "memtop " PACKAGE_VERSION);
	for (; lines != NULL && *lines != NULL; lines++) {
		pager_add(&help->pager, *lines);
		if (lines[1] == NULL)
			pager_add(&help->pager, "");
	}
	help_fill(&help->pager, &ui->style, &keymap);
	ui_push(ui, &help->screen);
}

void help_open(struct ui *ui)
{
	open_with(ui, NULL);
}

bool help_key(struct ui *ui, uint32_t code, const char *const *lines)
{
	switch (code) {
	case KEYS_F1:
	case 'h':
	case '?':
		open_with(ui, lines);
		return true;
	case KEYS_CTRL_L:
		ui_redraw(ui);
		return true;
	default:
		return false;
	}
}
