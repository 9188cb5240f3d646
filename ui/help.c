/* SPDX-License-Identifier: GPL-2.0-or-later */
/* help - see help.h.  Words are here only for what no table knows. */
#include "ui/help.h"

#include "ui/draw/keys.h"

#include <stdio.h>
#include <string.h>

static void add_keys(struct pager *pager, const struct action_help *help)
{
	size_t count;
	const struct binding *bindings = keys_bindings(&count);
	char line[200] = "";
	size_t len = 0;

	for (size_t i = 0; i < count; i++) {
		if (bindings[i].action != help->action || len > 60)
			continue;
		len += (size_t)snprintf(line + len, sizeof(line) - len, "%s%s", len ? " " : "",
			bindings[i].name);
	}
	snprintf(line + len, sizeof(line) - len, "\t%s", help->words);
	pager_add(pager, line);
}

/* Keys that mean something else on the screen of a process. */
static void add_process_keys(struct pager *pager)
{
	static const char *const lines[] = {
		"Left Right\tthere: the row above, the row below",
		"s\tthere: all of the chart, 1 minute, 10 minutes, 1 hour",
		"a\tthere: kinds of memory upon each other in the chart",
		"R\tthere: read its mappings again",
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		pager_add(pager, lines[i]);
}

static void add_all_keys(struct pager *pager)
{
	size_t count;
	const struct action_help *helps = keys_help(&count);
	const char *group = "";

	for (size_t i = 0; i < count; i++) {
		if (strcmp(helps[i].group, group) != 0) {
			if (strcmp(group, "Process") == 0)
				add_process_keys(pager);
			if (*group)
				pager_add(pager, "");
			group = helps[i].group;
			pager_add(pager, group);
		}
		add_keys(pager, &helps[i]);
	}
	pager_add(pager, "mouse\tclick a title to sort, a row to choose it; the wheel scrolls");
}

static void add_columns(struct pager *pager)
{
	char line[400];

	pager_add(pager, "");
	pager_add(pager, "Columns (F2 chooses them)");
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

	pager_add(pager, "");
	pager_add(pager, "Signs");
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		pager_add(pager, lines[i][style->column.utf8 ? 0 : 1]);
}

static void add_method(struct pager *pager)
{
	static const char *const lines[] = {
		"",
		"How often what is read",
		"every tick\tmemory, swap, pressure; the size of what is shown, runs or is new",
		"4th tick\tof more than 512 processes, whether those long still have run",
		"64th tick\tthe size of those that never run: what reclaim took from them",
		"at once\tall sizes, when available memory falls by 1 % in a tick",
		"when it matters\tswap, faults, CPU: of what is shown and ran; of the rest in turn",
		"8th look\tpeak (between looks: what was seen), OOM score",
		"once\tcommand line, user name and control group",
		"history\tkept for every process from its first tick on",
		"",
		"RSS counts memory that processes share in each of them: sums of it say too much.",
		"The footprint (anonymous + shared + swapped) is what a process would give back;",
		"GROWTH, TREND and VERDICT follow it, so files that are read count for nothing.",
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		pager_add(pager, lines[i]);
}

void help_fill(struct pager *pager, const struct screen_style *style)
{
	add_all_keys(pager);
	add_signs(pager, style);
	add_columns(pager);
	add_method(pager);
}
