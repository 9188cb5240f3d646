/* SPDX-License-Identifier: GPL-2.0-or-later */
/* actions - see actions.h.  The table follows top and htop where they agree; what is new (growth,
 * span, baseline) takes keys that are free in both.
 *
 * It is in the order of the help screen.  `N` sorts by pid and, while a search stands, goes to the
 * match before: both are habits memtop honours.
 */
#include "ui/actions.h"

#include "session/player.h"
#include "ui/account.h"
#include "ui/container/container_screen.h"
#include "ui/copy.h"
#include "ui/help.h"
#include "ui/hosts.h"
#include "ui/menus.h"
#include "ui/process/process_look.h"
#include "ui/process/process_screen.h"
#include "ui/prompts.h"
#include "ui/replay.h"
#include "ui/setup.h"
#include "ui/table/table_cursor.h"
#include "ui/table/table_folds.h"
#include "ui/table/table_keys.h"
#include "ui/ui.h"
#include "ui/views.h"

#include <stddef.h>

enum { CTRL_B = 2, CTRL_F = 6, CTRL_N = 14, CTRL_P = 16 };

/* Enter: a group is opened, a container or a process shown in depth. */
static void enter(struct ui *ui)
{
	const struct row *row = table_row(ui);

	if (row != NULL && row->container != NULL)
		container_open(ui, row->container);
	else if (!table_fold_group(ui))
		process_open(ui);
}

/* A live picture is held while it goes on behind; a recording stops. */
static void hold(struct ui *ui)
{
	if (session_player(ui->session) != NULL)
		replay_play(ui);
	else
		ui_pause(ui);
}

enum {
	TABLE = WHERE_TABLE,
	DEEP = WHERE_PROCESS,
	BOTH = WHERE_SCREENS,
	REPLAY = BOTH | WHERE_REPLAY
};

#define VIEWS "views: processes, containers, the machine's memory; each has its own columns"

static const struct action actions[] = {
	{ "up", TABLE, { KEYS_UP, CTRL_P }, "Move", "to the process above", .step = table_move,
		.by = -1 },
	{ "down", TABLE, { KEYS_DOWN, 'j', CTRL_N }, "Move", "to the process below",
		.step = table_move, .by = 1 },
	{ "page-up", TABLE, { KEYS_PAGE_UP, CTRL_B }, "Move", "a page up", .step = table_page,
		.by = -1 },
	{ "page-down", TABLE, { KEYS_PAGE_DOWN, CTRL_F }, "Move", "a page down", .step = table_page,
		.by = 1 },
	{ "first", TABLE, { KEYS_HOME }, "Move", "to the first process", .run = table_first },
	{ "last", TABLE, { KEYS_END }, "Move", "to the last process", .run = table_last },

	{ "sort-growth", TABLE, { 'G' }, "Sort", "by growth a minute", .step = table_sort_by,
		.by = COL_GROWTH },
	{ "sort-memory", TABLE, { 'M' }, "Sort", "by resident memory", .step = table_sort_by,
		.by = COL_RSS },
	{ "sort-cpu", TABLE, { 'P' }, "Sort", "by processor use", .step = table_sort_by,
		.by = COL_CPU },
	{ "sort-time", TABLE, { 'T' }, "Sort", "by processor time", .step = table_sort_by,
		.by = COL_TIME },
	{ "sort-pid", TABLE, { 'N' }, "Sort", "by process number", .step = table_sort_by,
		.by = COL_PID },
	{ "sort-previous", TABLE, { '<' }, "Sort", "by the column to the left",
		.step = table_sort_beside, .by = -1 },
	{ "sort-left", TABLE, { KEYS_LEFT }, "Sort", "by the column to the left",
		.step = table_sort_beside, .by = -1 },
	{ "sort-next", TABLE, { '>' }, "Sort", "by the column to the right",
		.step = table_sort_beside, .by = 1 },
	{ "sort-right", TABLE, { KEYS_RIGHT }, "Sort", "by the column to the right",
		.step = table_sort_beside, .by = 1 },
	{ "sort-menu", TABLE, { KEYS_F6 }, "Sort", "by a column of a list; or click a title",
		.run = menus_sort },
	{ "invert", TABLE, { 'I', 'R' }, "Sort", "the other way round", .run = table_invert },
	{ "climbers-on-top", TABLE, { 'H' }, "Sort", "what climbs is held at the top, or not",
		.run = table_climbers },

	{ "search", TABLE, { KEYS_F3, '/' }, "Find", "a name: the cursor goes there",
		.run = prompts_search },
	{ "search-next", TABLE, { 'n' }, "Find", "the next match", .step = prompts_search_again,
		.by = 1 },
	{ "search-previous", TABLE | WHERE_SEARCH, { 'N' }, "Find",
		"the match before, while a search stands", .step = prompts_search_again, .by = -1 },
	{ "filter", TABLE, { KEYS_F4, '\\' }, "Find", "show what matches: rss>1g and user=www",
		.run = prompts_filter },
	{ "user", TABLE, { 'u' }, "Find", "processes of one user", .run = menus_user },
	{ "flagged-only", TABLE, { 'L' }, "Find", "only what climbs", .run = table_flagged_only },
	{ "kernel-threads", TABLE, { 'K' }, "Find", "kernel threads too, or not",
		.run = table_kernel_threads },
	{ "follow", TABLE, { 'F' }, "Find", "the list scrolls with the process chosen",
		.run = table_follow },

	{ "signal", BOTH, { KEYS_F9, 'k' }, "Act",
		"send a signal to the process or all tagged ones", .run = targets_signal },
	{ "renice", BOTH, { 'r' }, "Act", "set its nice value", .step = targets_renice, .by = 0 },
	{ "nice-down", BOTH, { KEYS_F7 }, "Act", "nice value less one: runs sooner",
		.step = targets_renice, .by = -1 },
	{ "nice-up", BOTH, { KEYS_F8 }, "Act", "nice value more one: runs later",
		.step = targets_renice, .by = 1 },
	{ "tag", TABLE, { ' ' }, "Act", "tag the process", .run = table_toggle_tag },
	{ "untag-all", TABLE, { 'U' }, "Act", "take all tags away", .run = table_untag_all },
	{ "baseline", BOTH, { 'b' }, "Act", "baseline: +BASE counts from now, everywhere",
		.run = account_set_baseline },

	{ "copy", BOTH, { 'y' }, "Act",
		"copy the pid, the command, the sentence, the look-inside command",
		.run = copy_open },

	{ "setup", TABLE, { KEYS_F2, 'S' }, "Look", "columns, their order, curve, theme",
		.run = setup_open },
	{ "span", TABLE, { 's' }, "Look", "span of the curves: 1, 5, 10 minutes, 1 hour",
		.run = table_next_span },
	{ "command-line", TABLE, { 'c' }, "Look", "command line or name",
		.run = table_full_command },
	{ "tree", TABLE, { KEYS_F5, 't', 'V' }, "Look", "children below their parents",
		.run = table_toggle_tree },
	{ "sums", TABLE, { 'a' }, "Look", "in the tree: parents with all below them added up",
		.run = table_toggle_sums },
	{ "group", TABLE, { 'g' }, "Look", "groups: by program, by user, by cgroup, none",
		.run = table_next_group },
	{ "fold", TABLE, { 'f' }, "Look", "open or shut the group or branch", .run = table_fold },
	{ "fold-all", TABLE, { '*' }, "Look", "open or shut all of them", .run = table_fold_all },
	{ "view-processes", TABLE, { '1' }, "Look", VIEWS, .step = views_show,
		.by = SHOWS_PROCESSES },
	{ "view-containers", TABLE, { '2' }, "Look", VIEWS, .step = views_show,
		.by = SHOWS_CONTAINERS },
	{ "view-machine", TABLE, { '3' }, "Look", VIEWS, .run = account_open },
	{ "account", TABLE, { 'w' }, "Look", "where the memory of the machine went",
		.run = account_open },
	{ "pss", TABLE, { 'p' }, "Look",
		"read the PSS of the process, the group or all tagged ones", .run = pss_ask },
	{ "pause", BOTH, { 'Z', 'z' }, "Look", "hold the screen still", .run = hold },
	{ "faster", BOTH, { '-' }, "Look", "look more often", .step = ui_pace, .by = -1 },
	{ "slower", BOTH, { '+', '=' }, "Look", "look less often", .step = ui_pace, .by = 1 },
	{ "interval", BOTH, { 'd' }, "Look", "type the time between looks",
		.run = prompts_interval },
	{ "cost", TABLE, { 'i' }, "Look", "what memtop itself costs", .run = ui_show_cost },
	{ "save", BOTH, { 'W' }, "Look", "write the settings", .run = ui_save },
	{ "redraw", BOTH, { KEYS_CTRL_L }, "Look", "draw the screen anew", .run = ui_redraw },
	{ "suspend", BOTH, { KEYS_CTRL_Z }, "Look", "stop memtop; `fg` brings it back",
		.run = ui_suspend },
	{ "help", BOTH, { KEYS_F1, 'h', '?' }, "Look", "this page", .run = help_open },
	{ "quit", TABLE, { KEYS_F10, 'q', KEYS_CTRL_C }, "Look", "end memtop", .run = ui_quit },
	{ "quit", DEEP, { KEYS_F10, KEYS_CTRL_C }, NULL, NULL, .run = ui_quit },
	{ "hosts", TABLE | WHERE_FLEET, { 'O', 'q' }, "Look",
		"back to the list of hosts (memtop --host A,B)", .run = hosts_back },
	{ "escape", TABLE, { KEYS_ESC }, NULL, NULL, .run = table_escape },

	{ "enter", TABLE, { KEYS_ENTER }, "Process", "one process in depth; Esc or q goes back",
		.run = enter },
	{ "back", DEEP, { KEYS_ESC, 'q', KEYS_BACKSPACE }, NULL, NULL, .run = process_back },
	{ "inside", DEEP, { 'i', 'I' }, "Process", "what is inside it, by type, and who holds them",
		.run = process_toggle_inside },
	{ "lines", DEEP, { 'L' }, "Process", "the lines a Python grows in, while this is open",
		.run = process_toggle_lines },
	{ "enter-inside", DEEP, { KEYS_ENTER }, NULL, NULL, .run = process_enter },
	{ "parts", DEEP, { KEYS_TAB }, "Process", "its figures, parts, what is inside it, lines",
		.run = process_next_tab },
	{ "cursor-back", DEEP, { ',' }, "Process", "chart: read the values further back",
		.step = process_read_chart, .by = -1 },
	{ "cursor-on", DEEP, { '.' }, "Process", "chart: read the values further on",
		.step = process_read_chart, .by = 1 },
	{ "row-above", DEEP, { KEYS_LEFT }, "Process", "there: the row above, the row below",
		.step = process_next_row, .by = -1 },
	{ "row-below", DEEP, { KEYS_RIGHT }, "Process", "there: the row above, the row below",
		.step = process_next_row, .by = 1 },
	{ "chart-span", DEEP, { 's' }, "Process",
		"there: all of the chart, 1 minute, 10 minutes, 1 hour", .run = process_next_span },
	{ "stack", DEEP, { 'a' }, "Process", "there: kinds of memory upon each other in the chart",
		.run = process_toggle_stack },
	{ "again", DEEP, { 'R' }, "Process", "there: read its mappings, or look inside, again",
		.run = process_read_again },
	{ "scroll-up", DEEP, { KEYS_UP, CTRL_P }, NULL, NULL, .step = process_scroll, .by = -1 },
	{ "scroll-down", DEEP, { KEYS_DOWN, 'j', CTRL_N }, NULL, NULL, .step = process_scroll,
		.by = 1 },
	{ "scroll-page-up", DEEP, { KEYS_PAGE_UP, CTRL_B }, NULL, NULL, .step = process_scroll_page,
		.by = -1 },
	{ "scroll-page-down", DEEP, { KEYS_PAGE_DOWN, CTRL_F }, NULL, NULL,
		.step = process_scroll_page, .by = 1 },
	{ "scroll-first", DEEP, { KEYS_HOME }, NULL, NULL, .step = process_scroll,
		.by = -PROCESS_LINES_MAX },
	{ "scroll-last", DEEP, { KEYS_END }, NULL, NULL, .step = process_scroll,
		.by = PROCESS_LINES_MAX },

	{ "files", BOTH, { 'l' }, NULL, NULL, .step = table_say_tool, .by = 'l' },
	{ "environment", BOTH, { 'e' }, NULL, NULL, .step = table_say_tool, .by = 'e' },
	{ "locks", BOTH, { 'x' }, NULL, NULL, .step = table_say_tool, .by = 'x' },

	{ "play", REPLAY, { ' ', 'p' }, "Replay", "play, or hold; at the end: again from the start",
		.run = replay_play },
	{ "tick-on", REPLAY, { ']' }, "Replay", "one look on, and pause", .step = replay_tick,
		.by = 1 },
	{ "tick-back", REPLAY, { '[' }, "Replay", "one look back, and pause", .step = replay_tick,
		.by = -1 },
	{ "minute-on", REPLAY, { '}' }, "Replay", "a minute on", .step = replay_minute, .by = 1 },
	{ "minute-back", REPLAY, { '{' }, "Replay", "a minute back", .step = replay_minute,
		.by = -1 },
	{ "to-verdict", REPLAY, { 'v' }, "Replay",
		"on to where something begins or ceases to climb", .step = replay_to,
		.by = PLAYER_TO_VERDICT },
	{ "to-kill", REPLAY, { 'o' }, "Replay", "on to the next kill for want of memory",
		.step = replay_to, .by = PLAYER_TO_OOM },
	{ "play-faster", REPLAY, { '+', '=' }, NULL, NULL, .step = replay_speed, .by = 1 },
	{ "play-slower", REPLAY, { '-' }, NULL, NULL, .step = replay_speed, .by = -1 },
};

enum { ACTIONS = sizeof(actions) / sizeof(actions[0]) };

const struct action *actions_table(size_t *count)
{
	*count = ACTIONS;
	return actions;
}

static void say_nothing(struct ui *ui, uint32_t key)
{
	const struct keymap keymap = ui_keys(ui);
	char words[60];

	keymap_words(&keymap, WHERE_TABLE, "<F1> shows those there are", words, sizeof(words));
	ui_say(ui, false, "nothing is on the key %c; %s", (int)key, words);
}

static const struct action *find_bound(const struct ui *ui, uint32_t key, unsigned holds)
{
	const struct keymap keymap = ui_keys(ui);

	return keymap_find(keymap_actions(&keymap), keymap.count, key, holds);
}

/* Says where a key works that does nothing here; on the table, where people try keys. */
static void say_where(struct ui *ui, uint32_t key, unsigned holds)
{
	const struct action *elsewhere = find_bound(ui, key, WHERE_SCREENS | WHERE_REPLAY);

	if (elsewhere == NULL && key > ' ' && key < 0x7f)
		say_nothing(ui, key);
	if (elsewhere == NULL || elsewhere->words == NULL)
		return;
	if (find_bound(ui, key, holds | WHERE_REPLAY) != NULL)
		ui_say(ui, false, "that key moves in a recording (memtop --replay FILE)");
	else if ((holds & WHERE_TABLE) != 0)
		ui_tell(ui, false, "that key works on the screen of a process (<Enter>)");
}

void actions_press(struct ui *ui, uint32_t key, unsigned holds)
{
	const struct action *action = find_bound(ui, key, holds);

	if (action == NULL)
		say_where(ui, key, holds);
	else if (action->run != NULL)
		action->run(ui);
	else
		action->step(ui, action->by);
}
