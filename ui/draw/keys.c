/* SPDX-License-Identifier: GPL-2.0-or-later */
/* keys - see keys.h.  The table follows top and htop where they agree; what is new (growth, span,
 * baseline) takes keys that are free in both.
 *
 * Two keys have two meanings in the habits memtop honours: `N` sorts by pid, and is the match
 * before while a search stands; the second is listed after the first and is the app's to decide.
 */
#include "ui/draw/keys.h"

enum { CTRL_B = 2, CTRL_F = 6, CTRL_N = 14, CTRL_P = 16 };

static const struct binding bindings[] = {
	{ KEYS_UP, ACTION_UP, "Up" },
	{ CTRL_P, ACTION_UP, "^P" },
	{ KEYS_DOWN, ACTION_DOWN, "Down" },
	{ 'j', ACTION_DOWN, "j" },
	{ CTRL_N, ACTION_DOWN, "^N" },
	{ KEYS_PAGE_UP, ACTION_PAGE_UP, "PgUp" },
	{ CTRL_B, ACTION_PAGE_UP, "^B" },
	{ KEYS_PAGE_DOWN, ACTION_PAGE_DOWN, "PgDn" },
	{ CTRL_F, ACTION_PAGE_DOWN, "^F" },
	{ KEYS_HOME, ACTION_FIRST, "Home" },
	{ KEYS_END, ACTION_LAST, "End" },
	{ KEYS_LEFT, ACTION_LEFT, "Left" },
	{ KEYS_RIGHT, ACTION_RIGHT, "Right" },
	{ KEYS_ENTER, ACTION_ENTER, "Enter" },
	{ KEYS_ESC, ACTION_ESCAPE, "Esc" },

	{ 'G', ACTION_SORT_GROWTH, "G" },
	{ 'M', ACTION_SORT_MEMORY, "M" },
	{ 'P', ACTION_SORT_CPU, "P" },
	{ 'T', ACTION_SORT_TIME, "T" },
	{ 'N', ACTION_SORT_PID, "N" },
	{ '<', ACTION_SORT_PREVIOUS, "<" },
	{ '>', ACTION_SORT_NEXT, ">" },
	{ KEYS_F6, ACTION_SORT_MENU, "F6" },
	{ 'I', ACTION_INVERT, "I" },
	{ 'R', ACTION_INVERT, "R" },
	{ 'H', ACTION_CLIMBERS_TOP, "H" },

	{ KEYS_F3, ACTION_SEARCH, "F3" },
	{ '/', ACTION_SEARCH, "/" },
	{ 'n', ACTION_SEARCH_NEXT, "n" },
	{ 'N', ACTION_SEARCH_PREVIOUS, "N" },
	{ KEYS_F4, ACTION_FILTER, "F4" },
	{ '\\', ACTION_FILTER, "\\" },
	{ 'u', ACTION_USER, "u" },
	{ 'L', ACTION_FLAGGED_ONLY, "L" },
	{ 'K', ACTION_KERNEL_THREADS, "K" },
	{ 'F', ACTION_FOLLOW, "F" },

	{ KEYS_F9, ACTION_SIGNAL, "F9" },
	{ 'k', ACTION_SIGNAL, "k" },
	{ 'r', ACTION_RENICE, "r" },
	{ KEYS_F7, ACTION_NICE_DOWN, "F7" },
	{ KEYS_F8, ACTION_NICE_UP, "F8" },
	{ ' ', ACTION_TAG, "Space" },
	{ 'U', ACTION_UNTAG_ALL, "U" },
	{ 'b', ACTION_BASELINE, "b" },

	{ KEYS_F2, ACTION_SETUP, "F2" },
	{ 'S', ACTION_SETUP, "S" },
	{ 's', ACTION_SPAN, "s" },
	{ 'c', ACTION_COMMAND_LINE, "c" },
	{ KEYS_F5, ACTION_TREE, "F5" },
	{ 't', ACTION_TREE, "t" },
	{ 'V', ACTION_TREE, "V" },
	{ 'a', ACTION_SUMS, "a" },
	{ 'g', ACTION_GROUP, "g" },
	{ 'f', ACTION_FOLD, "f" },
	{ '*', ACTION_FOLD_ALL, "*" },
	{ 'w', ACTION_ACCOUNT, "w" },
	{ 'p', ACTION_PSS, "p" },
	{ 'Z', ACTION_PAUSE, "Z" },
	{ 'z', ACTION_PAUSE, "z" },
	{ '-', ACTION_FASTER, "-" },
	{ '+', ACTION_SLOWER, "+" },
	{ '=', ACTION_SLOWER, "=" },
	{ 'd', ACTION_INTERVAL, "d" },
	{ 'i', ACTION_COST, "i" },
	{ 'W', ACTION_SAVE, "W" },
	{ KEYS_CTRL_L, ACTION_REDRAW, "^L" },
	{ KEYS_CTRL_Z, ACTION_SUSPEND, "^Z" },
	{ KEYS_TAB, ACTION_PARTS, "Tab" },
	{ ',', ACTION_CURSOR_BACK, "," },
	{ '.', ACTION_CURSOR_ON, "." },
	{ ']', ACTION_TICK_ON, "]" },
	{ '[', ACTION_TICK_BACK, "[" },
	{ '}', ACTION_MINUTE_ON, "}" },
	{ '{', ACTION_MINUTE_BACK, "{" },
	{ 'v', ACTION_TO_VERDICT, "v" },
	{ 'o', ACTION_TO_OOM, "o" },
	{ KEYS_F1, ACTION_HELP, "F1" },
	{ 'h', ACTION_HELP, "h" },
	{ '?', ACTION_HELP, "?" },
	{ KEYS_F10, ACTION_QUIT, "F10" },
	{ 'q', ACTION_QUIT, "q" },
	{ KEYS_CTRL_C, ACTION_QUIT, "^C" },
};

static const struct action_help helps[] = {
	{ ACTION_UP, "Move", "to the process above" },
	{ ACTION_DOWN, "Move", "to the process below" },
	{ ACTION_PAGE_UP, "Move", "a page up" },
	{ ACTION_PAGE_DOWN, "Move", "a page down" },
	{ ACTION_FIRST, "Move", "to the first process" },
	{ ACTION_LAST, "Move", "to the last process" },

	{ ACTION_SORT_GROWTH, "Sort", "by growth a minute" },
	{ ACTION_SORT_MEMORY, "Sort", "by resident memory" },
	{ ACTION_SORT_CPU, "Sort", "by processor use" },
	{ ACTION_SORT_TIME, "Sort", "by processor time" },
	{ ACTION_SORT_PID, "Sort", "by process number" },
	{ ACTION_SORT_PREVIOUS, "Sort", "by the column to the left" },
	{ ACTION_SORT_NEXT, "Sort", "by the column to the right" },
	{ ACTION_LEFT, "Sort", "as <" },
	{ ACTION_RIGHT, "Sort", "as >" },
	{ ACTION_SORT_MENU, "Sort", "by a column of a list; or click a title" },
	{ ACTION_INVERT, "Sort", "the other way round" },
	{ ACTION_CLIMBERS_TOP, "Sort", "what climbs is held at the top, or not" },

	{ ACTION_SEARCH, "Find", "a name: the cursor goes there" },
	{ ACTION_SEARCH_NEXT, "Find", "the next match" },
	{ ACTION_SEARCH_PREVIOUS, "Find", "the match before, while a search stands" },
	{ ACTION_FILTER, "Find", "show what matches: rss>1g and user=www" },
	{ ACTION_USER, "Find", "processes of one user" },
	{ ACTION_FLAGGED_ONLY, "Find", "only what climbs" },
	{ ACTION_KERNEL_THREADS, "Find", "kernel threads too, or not" },
	{ ACTION_FOLLOW, "Find", "the list scrolls with the process chosen" },

	{ ACTION_SIGNAL, "Act", "send a signal to the process or all tagged ones" },
	{ ACTION_RENICE, "Act", "set its nice value" },
	{ ACTION_NICE_DOWN, "Act", "nice value less one: runs sooner" },
	{ ACTION_NICE_UP, "Act", "nice value more one: runs later" },
	{ ACTION_TAG, "Act", "tag the process" },
	{ ACTION_UNTAG_ALL, "Act", "take all tags away" },
	{ ACTION_BASELINE, "Act", "baseline: +BASE counts from now, everywhere" },

	{ ACTION_SETUP, "Look", "columns, their order, sparkline, theme" },
	{ ACTION_SPAN, "Look", "span of the sparklines: 1, 5, 10 minutes, 1 hour" },
	{ ACTION_COMMAND_LINE, "Look", "command line or name" },
	{ ACTION_TREE, "Look", "children below their parents" },
	{ ACTION_SUMS, "Look", "in the tree: parents with all below them added up" },
	{ ACTION_GROUP, "Look", "groups: by program, by user, by cgroup, none" },
	{ ACTION_FOLD, "Look", "open or shut the group or branch; Enter opens groups, Esc shuts" },
	{ ACTION_FOLD_ALL, "Look", "open or shut all of them" },
	{ ACTION_ACCOUNT, "Look", "where the memory of the machine went" },
	{ ACTION_PSS, "Look", "read the PSS of the process, the group or all tagged ones" },
	{ ACTION_PAUSE, "Look", "hold the screen still" },
	{ ACTION_FASTER, "Look", "look more often" },
	{ ACTION_SLOWER, "Look", "look less often" },
	{ ACTION_INTERVAL, "Look", "type the time between looks" },
	{ ACTION_COST, "Look", "what memtop itself costs" },
	{ ACTION_SAVE, "Look", "write the settings" },
	{ ACTION_REDRAW, "Look", "draw the screen anew" },
	{ ACTION_SUSPEND, "Look", "stop memtop; `fg` brings it back" },
	{ ACTION_HELP, "Look", "this page" },
	{ ACTION_QUIT, "Look", "end memtop" },

	{ ACTION_ENTER, "Process", "one process in depth; Esc or q goes back" },
	{ ACTION_PARTS, "Process", "the parts of its memory, or its figures" },
	{ ACTION_CURSOR_BACK, "Process", "chart: read the values further back" },
	{ ACTION_CURSOR_ON, "Process", "chart: read the values further on" },

	{ ACTION_TICK_ON, "Replay", "one look on, and pause" },
	{ ACTION_TICK_BACK, "Replay", "one look back, and pause" },
	{ ACTION_MINUTE_ON, "Replay", "a minute on" },
	{ ACTION_MINUTE_BACK, "Replay", "a minute back" },
	{ ACTION_TO_VERDICT, "Replay", "on to where something begins or ceases to climb" },
	{ ACTION_TO_OOM, "Replay", "on to the next kill for want of memory" },
};

enum action keys_action(uint32_t key)
{
	for (size_t i = 0; i < sizeof(bindings) / sizeof(bindings[0]); i++) {
		if (bindings[i].key == key)
			return bindings[i].action;
	}
	return ACTION_NONE;
}

const struct binding *keys_bindings(size_t *count)
{
	*count = sizeof(bindings) / sizeof(bindings[0]);
	return bindings;
}

const struct action_help *keys_help(size_t *count)
{
	*count = sizeof(helps) / sizeof(helps[0]);
	return helps;
}
