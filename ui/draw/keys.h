/* SPDX-License-Identifier: GPL-2.0-or-later */
/* keys - what can be pressed, and what it does
 *
 * One const table ties keys to actions with the words the help screen and the manual show.
 */
#ifndef MEMTOP_UI_KEYS_H
#define MEMTOP_UI_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* clang-format off: lists of words */
/* Codes above all characters. */
enum key_code {
	KEY_NONE_ = 0,
	KEYS_BASE = 0x200000,
	KEYS_UP,
	KEYS_DOWN,
	KEYS_LEFT,
	KEYS_RIGHT,
	KEYS_PAGE_UP,
	KEYS_PAGE_DOWN,
	KEYS_HOME,
	KEYS_END,
	KEYS_ENTER,
	KEYS_ESC,
	KEYS_TAB,
	KEYS_BACK_TAB,
	KEYS_BACKSPACE,
	KEYS_DELETE,
	KEYS_INSERT,
	KEYS_F1,
	KEYS_F2,
	KEYS_F3,
	KEYS_F4,
	KEYS_F5,
	KEYS_F6,
	KEYS_F7,
	KEYS_F8,
	KEYS_F9,
	KEYS_F10,
	KEYS_MOUSE,
	KEYS_RESIZE,
	KEYS_CLOSED, /* the terminal is gone */
};
/* clang-format on */

enum { KEYS_CTRL_C = 3, KEYS_CTRL_L = 12, KEYS_CTRL_U = 21, KEYS_CTRL_W = 23, KEYS_CTRL_Z = 26 };

enum mouse_action { MOUSE_PRESS, MOUSE_DOUBLE, MOUSE_WHEEL_UP, MOUSE_WHEEL_DOWN };

struct key {
	uint32_t code; /* a character or enum key_code */
	enum mouse_action mouse;
	int x, y; /* of the mouse */
};

/* clang-format off: lists of words */
/* What the table screen can be told. */
enum action {
	ACTION_NONE,
	ACTION_UP,
	ACTION_DOWN,
	ACTION_PAGE_UP,
	ACTION_PAGE_DOWN,
	ACTION_FIRST,
	ACTION_LAST,
	ACTION_LEFT,
	ACTION_RIGHT,
	ACTION_QUIT,
	ACTION_HELP,
	ACTION_ENTER,
	ACTION_ESCAPE,
	ACTION_SORT_MEMORY,
	ACTION_SORT_PID,
	ACTION_SORT_TIME,
	ACTION_SORT_CPU,
	ACTION_SORT_GROWTH,
	ACTION_SORT_NEXT,
	ACTION_SORT_PREVIOUS,
	ACTION_SORT_MENU,
	ACTION_INVERT,
	ACTION_SEARCH,
	ACTION_SEARCH_NEXT,
	ACTION_SEARCH_PREVIOUS,
	ACTION_FILTER,
	ACTION_USER,
	ACTION_KERNEL_THREADS,
	ACTION_COMMAND_LINE,
	ACTION_PAUSE,
	ACTION_TAG,
	ACTION_UNTAG_ALL,
	ACTION_FOLLOW,
	ACTION_SIGNAL,
	ACTION_NICE_UP,
	ACTION_NICE_DOWN,
	ACTION_RENICE,
	ACTION_FASTER,
	ACTION_SLOWER,
	ACTION_INTERVAL,
	ACTION_SETUP,
	ACTION_SAVE,
	ACTION_REDRAW,
	ACTION_SUSPEND,
	ACTION_FLAGGED_ONLY,
	ACTION_CLIMBERS_TOP,
	ACTION_SPAN,
	ACTION_BASELINE,
	ACTION_TREE,
	ACTION_SUMS,
	ACTION_GROUP,
	ACTION_FOLD,
	ACTION_FOLD_ALL,
	ACTION_ACCOUNT,
	ACTION_COST,
	ACTION_PSS,
	/* on the screen of a process only */
	ACTION_PARTS,
	ACTION_CURSOR_BACK,
	ACTION_CURSOR_ON,
	/* in a recording only */
	ACTION_TICK_ON,
	ACTION_TICK_BACK,
	ACTION_MINUTE_ON,
	ACTION_MINUTE_BACK,
	ACTION_TO_VERDICT,
	ACTION_TO_OOM,
	ACTION_COUNT
};
/* clang-format on */

struct binding {
	uint32_t key;
	enum action action;
	const char *name; /* "M", "F6" as shown to people */
};

/* Actions with the line the help screen shows, in its order; several keys may share one. */
struct action_help {
	enum action action;
	const char *group; /* "Move", "Sort", "Find", "Act", "Look", "Process", "Replay" */
	const char *words; /* "sort by growth" */
};

enum action keys_action(uint32_t key);
const struct binding *keys_bindings(size_t *count);
const struct action_help *keys_help(size_t *count);

#endif
