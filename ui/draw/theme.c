/* SPDX-License-Identifier: GPL-2.0-or-later */
/* theme - see theme.h.  Colours are few: blue-grey for what is, orange and red for what needs eyes.
 *
 * Words have a contrast of 4.5 at least (WCAG 2.1, 1.4.3) on black as on white, since nobody tells
 * which of them it is; bars and curves 3 (1.4.11).  Of 256 shades only six can do that (29, 63, 98,
 * 131, 163 and 243), of 8 none: there words that warn are bold, or have a ground of their own, and
 * are coloured only where the ground is known to be dark.  Without colours bold, underline and
 * reverse carry what they can, and the words the rest.  Nothing is dimmed by attribute: how much is
 * the terminal's own affair, and often too much.
 */
#include "ui/draw/theme.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum palette {
	PALETTE_256,
	PALETTE_BLIND_256,
	PALETTE_ANY_8,        /* on any ground */
	PALETTE_DARK_8,       /* yellow is bold: it is brown on the console otherwise */
	PALETTE_BLIND_DARK_8, /* the same, for who does not tell red from green */
	PALETTE_MONO,
	PALETTES,
};

enum { BOLD = LOOK_BOLD, DIM = LOOK_DIM, BACK = LOOK_REVERSE, LINE = LOOK_UNDERLINE };

/* clang-format off */
/* A look with the terminal's own colours, with a foreground, with both; one for all palettes. */
#define ON(colour, back, look) { .fg = (colour), .bg = (back), .attributes = (look) }
#define FG(colour, look) ON(colour, -1, look)
#define PLAIN(look) ON(-1, -1, look)
#define EACH(...) __VA_ARGS__, __VA_ARGS__, __VA_ARGS__, __VA_ARGS__, __VA_ARGS__, __VA_ARGS__

/* A row is one style in all palettes, in the order of their enum. */
static const struct theme_look looks[STYLE_COUNT][PALETTES] = {
	[STYLE_NORMAL] = { EACH(PLAIN(0)) },
	[STYLE_DIM] = { FG(243, 0), FG(243, 0), PLAIN(0), PLAIN(0), PLAIN(0), PLAIN(0) },
	[STYLE_STRONG] = { EACH(PLAIN(BOLD)) },
	[STYLE_GOOD] = { FG(29, 0), FG(63, 0), PLAIN(0), FG(2, 0), FG(6, 0), PLAIN(0) },
	[STYLE_NOTICE] = { FG(63, 0), FG(63, 0), PLAIN(0), FG(6, 0), FG(6, 0), PLAIN(0) },
	[STYLE_WARN] = { FG(131, BOLD), FG(131, BOLD),
		PLAIN(BOLD), FG(3, BOLD), FG(3, BOLD), PLAIN(BOLD) },
	[STYLE_ALARM] = { ON(231, 160, BOLD), ON(231, 160, BOLD | LINE),
		ON(7, 1, BOLD), ON(7, 1, BOLD), FG(3, BOLD | LINE), PLAIN(BOLD | LINE) },
	[STYLE_HEADER] = { ON(252, 238, 0), ON(252, 238, 0),
		PLAIN(BACK), PLAIN(BACK), PLAIN(BACK), PLAIN(BACK) },
	[STYLE_HEADER_SORT] = { ON(231, 24, BOLD), ON(231, 25, BOLD),
		ON(0, 6, 0), ON(0, 6, 0), ON(7, 4, BOLD), PLAIN(BACK | BOLD | LINE) },
	[STYLE_CURSOR] = { ON(231, 24, 0), ON(231, 25, 0),
		ON(0, 6, 0), ON(0, 6, 0), ON(7, 4, 0), PLAIN(BACK) },
	[STYLE_TAGGED] = { FG(98, BOLD), FG(98, BOLD | LINE),
		PLAIN(BOLD | LINE), FG(3, BOLD), FG(3, BOLD), PLAIN(BOLD) },
	[STYLE_KEY] = { EACH(PLAIN(BOLD)) },
	[STYLE_LABEL] = { FG(243, 0), FG(243, 0), PLAIN(0), PLAIN(0), PLAIN(0), PLAIN(0) },
	[STYLE_BAR_USED] = { FG(67, 0), FG(68, 0), PLAIN(0), FG(6, 0), FG(6, 0), PLAIN(0) },
	[STYLE_BAR_SHARED] = { FG(133, 0), FG(136, 0), FG(5, 0), FG(5, 0), FG(3, 0), PLAIN(0) },
	[STYLE_BAR_CACHE] = { FG(65, 0), FG(66, 0), PLAIN(0), FG(2, 0), PLAIN(0), PLAIN(0) },
	[STYLE_BAR_FREE] = { FG(242, 0), FG(242, 0),
		PLAIN(DIM), PLAIN(DIM), PLAIN(DIM), PLAIN(DIM) },
	[STYLE_SPARK] = { FG(67, 0), FG(68, 0), PLAIN(0), FG(6, 0), FG(6, 0), PLAIN(0) },
	[STYLE_SPARK_WARN] = { FG(166, 0), FG(166, 0), FG(1, 0), FG(3, 0), FG(3, 0), PLAIN(BOLD) },
	[STYLE_MATCH] = { EACH(PLAIN(BOLD | LINE)) },
	[STYLE_DIALOG] = { ON(252, 236, 0), ON(252, 236, 0),
		PLAIN(0), PLAIN(0), PLAIN(0), PLAIN(0) },
	[STYLE_DIALOG_CURSOR] = { ON(231, 24, BOLD), ON(231, 25, BOLD),
		ON(0, 6, 0), ON(0, 6, 0), ON(7, 4, BOLD), PLAIN(BACK) },
	[STYLE_DIALOG_TITLE] = { ON(231, 236, BOLD), ON(231, 236, BOLD),
		PLAIN(BOLD), PLAIN(BOLD), PLAIN(BOLD), PLAIN(BOLD) },
	[STYLE_RULE] = { EACH(PLAIN(LINE)) },
};
/* clang-format on */

/* The foreground on the selected row, where the cursor's own would hide what it says; 0: that. */
static const uint8_t on_cursor[STYLE_COUNT][PALETTES] = {
	[STYLE_DIM] = { 252, 253 },
	[STYLE_GOOD] = { 157, 189 },
	[STYLE_NOTICE] = { 153, 189 },
	[STYLE_WARN] = { 222, 223 },
	[STYLE_ALARM] = { 224, 224 },
	[STYLE_TAGGED] = { 189, 189 },
	[STYLE_LABEL] = { 252, 253 },
	[STYLE_SPARK] = { 153, 153 },
	[STYLE_SPARK_WARN] = { 222, 222 },
};

/* Terminals of eight colours have two grounds: what is readable on a dark one is not on a light
 * one, and where nobody tells which it is, only bold and reverse are sure. */
static enum palette palette_for(enum theme_id theme, int colors, bool dark)
{
	bool many = colors >= 256;

	if (colors < 8)
		return PALETTE_MONO;
	switch (theme) {
	case THEME_DEFAULT:
		return many ? PALETTE_256 : dark ? PALETTE_DARK_8 : PALETTE_ANY_8;
	case THEME_BLIND:
		return many ? PALETTE_BLIND_256 : dark ? PALETTE_BLIND_DARK_8 : PALETTE_ANY_8;
	case THEME_TERMINAL:
		return dark ? PALETTE_DARK_8 : PALETTE_ANY_8;
	case THEME_MONO:
	case THEME_COUNT:
		break;
	}
	return PALETTE_MONO;
}

/* A look with a ground of its own keeps its colour, unless it gets another ground. */
static struct theme_look laid_over(enum palette palette, struct theme_look look, enum style style,
	enum style over)
{
	struct theme_look top = looks[over][palette];

	if (top.fg >= 0 && (top.bg >= 0 || look.bg < 0))
		look.fg = top.fg;
	if (top.bg >= 0)
		look.bg = top.bg;
	if (over == STYLE_CURSOR) {
		if (on_cursor[style][palette] != 0)
			look.fg = on_cursor[style][palette];
		look.attributes &= ~(unsigned)LOOK_DIM;
	}
	look.attributes |= top.attributes;
	return look;
}

struct theme_look theme_look(enum theme_id theme, enum style style, enum style over, int colors,
	bool dark)
{
	enum palette palette = palette_for(theme, colors, dark);
	struct theme_look look = looks[style][palette];

	return over == STYLE_NORMAL ? look : laid_over(palette, look, style, over);
}

bool theme_is_dark(const char *terminal, const char *colors)
{
	if (colors != NULL) {
		const char *last = strrchr(colors, ';');
		char *end;
		long back = last != NULL ? strtol(last + 1, &end, 10) : -1;

		if (last != NULL && end != last + 1 && *end == '\0')
			return (back >= 0 && back <= 6) || back == 8;
	}
	return terminal != NULL && strncmp(terminal, "linux", 5) == 0;
}

static const char *const theme_names[THEME_COUNT] = {
	[THEME_DEFAULT] = "default",
	[THEME_BLIND] = "blind",
	[THEME_TERMINAL] = "terminal",
	[THEME_MONO] = "mono",
};

const char *theme_name(enum theme_id theme)
{
	return theme_names[theme];
}

int theme_by_name(const char *name, enum theme_id *theme)
{
	for (int i = 0; i < THEME_COUNT; i++) {
		if (strcasecmp(name, theme_names[i]) == 0) {
			*theme = (enum theme_id)i;
			return 0;
		}
	}
	return -EINVAL;
}
