/* SPDX-License-Identifier: GPL-2.0-or-later */
/* keymap - which key does what now: the table of actions (actions.h) beside the user's keys
 *
 * What screens ask of keys without knowing the functions behind them: the bottom line names a key
 * as it is bound, and a screen that takes keys itself knows them as they were of old.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum { ACTION_KEYS_MAX = 4 };

struct ui;

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

/* Tables are borrowed.  All zero: every key does what it did of old (drawings in tests). */
struct keymap {
	const struct action *of_old; /* as actions_table has it */
	const struct action *now;    /* of the same order, with the user's keys; NULL: as of old */
	size_t count;                /* of each */
	unsigned holds;              /* WHERE_REPLAY and others that are no screens */
};

/* The table as it is bound, of `count` actions. */
const struct action *keymap_actions(const struct keymap *keymap);

/* The action of KEY in the table ALL where HOLDS (screens and what is so besides): of several the
 * one that asks for more.  NULL: nothing. */
const struct action *keymap_find(const struct action *all, size_t count, uint32_t key,
	unsigned holds);

/* The key that now does what KEY did of old on SCREEN (WHERE_TABLE, WHERE_PROCESS): KEY, unless the
 * user has keys of their own for it; 0: none is left. */
uint32_t keymap_key(const struct keymap *keymap, uint32_t key, unsigned screen);

/* The way back: what KEY, which somebody has pressed, was called of old; KEY itself where it is
 * nobody's, 0 where it has been taken from what it did. */
uint32_t keymap_key_of_old(const struct keymap *keymap, uint32_t key, unsigned screen);

/* WORDS into OUT, with <Name> (<Esc>, <F1>) as the key that does now what that one does of old on
 * SCREEN. */
void keymap_words(const struct keymap *keymap, unsigned screen, const char *words, char *out,
	size_t size);
