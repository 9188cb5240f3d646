/* SPDX-License-Identifier: GPL-2.0-or-later */
/* actions - what can be pressed, what it is called, what it does, and where
 *
 * One const table.  Keys are found in it, the help screen prints it (as `ui->actions`), the tests
 * of the manual read it, and the bottom lines' keys are checked against it.
 */
#ifndef MEMTOP_UI_ACTIONS_H
#define MEMTOP_UI_ACTIONS_H

#include "ui/screen.h"

enum { ACTION_KEYS_MAX = 4 };

struct action {
	const char *name;               /* "sort-growth" */
	unsigned where;                 /* enum screen_where */
	uint32_t keys[ACTION_KEYS_MAX]; /* enum key_code or characters; 0 ends them */
	/* Heading in the help screen ("Move", "Sort", "Find", "Act", "Look", "Process", "Replay")
	 * and words there; NULL: it is not there.  Neighbours of the same words share a line. */
	const char *group, *words;
	void (*run)(struct ui *ui);            /* one of the two */
	void (*step)(struct ui *ui, int step); /* with STEP */
	int by;
};

/* All actions, *COUNT of them, in the order of the help screen; constants. */
const struct action *actions_table(size_t *count);

/* What KEY does where HOLDS (screens and what is so besides): of several the one that asks for
 * more.  NULL: nothing. */
const struct action *actions_find(uint32_t key, unsigned holds);

/* The key that now does what KEY, as actions_table has it, does on SCREEN (WHERE_TABLE,
 * WHERE_PROCESS): KEY, unless the user has keys of their own for it; 0: none is left. */
uint32_t actions_key(const struct bound_keys *bound, uint32_t key, unsigned screen);

/* The way back: what KEY, which somebody has pressed, is called in actions_table; KEY itself where
 * it is nobody's, 0 where it has been taken from what it did. */
uint32_t actions_key_of_old(const struct bound_keys *bound, uint32_t key, unsigned screen);

/* WORDS into OUT, with <Name> (<Esc>, <F1>) as the key that does now what that one does of old on
 * SCREEN. */
void actions_words(const struct bound_keys *bound, unsigned screen, const char *words, char *out,
	size_t size);

/* Does it; where it does nothing there, but does elsewhere, says so. */
void actions_press(struct ui *ui, uint32_t key, unsigned holds);

#endif
