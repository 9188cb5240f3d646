/* SPDX-License-Identifier: GPL-2.0-or-later */
/* theme - how each style looks with the colours a terminal has
 *
 * Themes: default, blind (blue and orange, told apart in every common colour blindness), terminal
 * (the colours the terminal has been given by its user, whatever else it can), mono.
 * Meaning is never in colour alone: a sign or a word goes with it.
 */
#pragma once

#include "ui/draw/canvas.h"

enum theme_id { THEME_DEFAULT, THEME_BLIND, THEME_TERMINAL, THEME_MONO, THEME_COUNT };

enum { LOOK_BOLD = 1, LOOK_DIM = 2, LOOK_REVERSE = 4, LOOK_UNDERLINE = 8 };

/* Colours by number of the terminal's palette; -1: the terminal's own. */
struct theme_look {
	int fg, bg;
	unsigned attributes; /* LOOK_* */
};

/* COLORS: 0 or 1 (none), 8, 16, 256.  DARK: the terminal's ground is known to be dark; false: it
 * may be anything. */
struct theme_look theme_look(enum theme_id theme, enum style style, enum style over, int colors,
	bool dark);

/* Whether the ground of a terminal is dark, as far as its name (TERM) and COLORFGBG tell, by which
 * some say their colours ("15;0", "0;default;15"); NULL: not set. */
bool theme_is_dark(const char *terminal, const char *colors);

/* The theme's name in settings; a constant. */
const char *theme_name(enum theme_id theme);
/* 0 and *THEME, or -EINVAL. */
int theme_by_name(const char *name, enum theme_id *theme);
