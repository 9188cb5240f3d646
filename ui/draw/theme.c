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

/* A look without a background and one with; `PLAIN` is the terminal's own. */
/* clang-format off */
#define FG(colour, ...) { .fg = (colour), .bg = -1, .attributes = 0 __VA_ARGS__ }
#define ON(colour, back, ...) { .fg = (colour), .bg = (back), .attributes = 0 __VA_ARGS__ }
/* clang-format on */
#define PLAIN(...) FG(-1, __VA_ARGS__)

struct palette {
	struct theme_look looks[STYLE_COUNT];
	int on_cursor[STYLE_COUNT]; /* foreground on the selected row; 0: the cursor's */
};

static const struct palette default_256 = {
	.looks = {
		[STYLE_NORMAL] = PLAIN(),
		[STYLE_DIM] = FG(243),
		[STYLE_STRONG] = PLAIN(| LOOK_BOLD),
		[STYLE_GOOD] = FG(29),
		[STYLE_NOTICE] = FG(63),
		[STYLE_WARN] = FG(131, | LOOK_BOLD),
		[STYLE_ALARM] = ON(231, 160, | LOOK_BOLD),
		[STYLE_HEADER] = ON(252, 238),
		[STYLE_HEADER_SORT] = ON(231, 24, | LOOK_BOLD),
		[STYLE_CURSOR] = ON(231, 24),
		[STYLE_TAGGED] = FG(98, | LOOK_BOLD),
		[STYLE_KEY] = PLAIN(| LOOK_BOLD),
		[STYLE_LABEL] = FG(243),
		[STYLE_BAR_USED] = FG(67),
		[STYLE_BAR_SHARED] = FG(133),
		[STYLE_BAR_CACHE] = FG(65),
		[STYLE_BAR_FREE] = FG(242),
		[STYLE_SPARK] = FG(67),
		[STYLE_SPARK_WARN] = FG(166),
		[STYLE_MATCH] = PLAIN(| LOOK_BOLD | LOOK_UNDERLINE),
		[STYLE_DIALOG] = ON(252, 236),
		[STYLE_DIALOG_CURSOR] = ON(231, 24, | LOOK_BOLD),
		[STYLE_DIALOG_TITLE] = ON(231, 236, | LOOK_BOLD),
		[STYLE_RULE] = PLAIN(| LOOK_UNDERLINE),
	},
	.on_cursor = {
		[STYLE_DIM] = 252,
		[STYLE_GOOD] = 157,
		[STYLE_NOTICE] = 153,
		[STYLE_WARN] = 222,
		[STYLE_ALARM] = 224,
		[STYLE_TAGGED] = 189,
		[STYLE_LABEL] = 252,
		[STYLE_SPARK] = 153,
		[STYLE_SPARK_WARN] = 222,
	},
};

/* On any ground. */
static const struct palette any_8 = {
	.looks = {
		[STYLE_NORMAL] = PLAIN(),
		[STYLE_DIM] = PLAIN(),
		[STYLE_STRONG] = PLAIN(| LOOK_BOLD),
		[STYLE_GOOD] = PLAIN(),
		[STYLE_NOTICE] = PLAIN(),
		[STYLE_WARN] = PLAIN(| LOOK_BOLD),
		[STYLE_ALARM] = ON(7, 1, | LOOK_BOLD),
		[STYLE_HEADER] = PLAIN(| LOOK_REVERSE),
		[STYLE_HEADER_SORT] = ON(0, 6),
		[STYLE_CURSOR] = ON(0, 6),
		[STYLE_TAGGED] = PLAIN(| LOOK_BOLD | LOOK_UNDERLINE),
		[STYLE_KEY] = PLAIN(| LOOK_BOLD),
		[STYLE_LABEL] = PLAIN(),
		[STYLE_BAR_USED] = PLAIN(),
		[STYLE_BAR_SHARED] = FG(5),
		[STYLE_BAR_CACHE] = PLAIN(),
		[STYLE_BAR_FREE] = PLAIN(| LOOK_DIM),
		[STYLE_SPARK] = PLAIN(),
		[STYLE_SPARK_WARN] = FG(1),
		[STYLE_MATCH] = PLAIN(| LOOK_BOLD | LOOK_UNDERLINE),
		[STYLE_DIALOG] = PLAIN(),
		[STYLE_DIALOG_CURSOR] = ON(0, 6),
		[STYLE_DIALOG_TITLE] = PLAIN(| LOOK_BOLD),
		[STYLE_RULE] = PLAIN(| LOOK_UNDERLINE),
	},
};

/* On a dark ground.  Yellow is bold: it is brown on the console otherwise. */
static const struct palette dark_8 = {
	.looks = {
		[STYLE_NORMAL] = PLAIN(),
		[STYLE_DIM] = PLAIN(),
		[STYLE_STRONG] = PLAIN(| LOOK_BOLD),
		[STYLE_GOOD] = FG(2),
		[STYLE_NOTICE] = FG(6),
		[STYLE_WARN] = FG(3, | LOOK_BOLD),
		[STYLE_ALARM] = ON(7, 1, | LOOK_BOLD),
		[STYLE_HEADER] = PLAIN(| LOOK_REVERSE),
		[STYLE_HEADER_SORT] = ON(0, 6),
		[STYLE_CURSOR] = ON(0, 6),
		[STYLE_TAGGED] = FG(3, | LOOK_BOLD),
		[STYLE_KEY] = PLAIN(| LOOK_BOLD),
		[STYLE_LABEL] = PLAIN(),
		[STYLE_BAR_USED] = FG(6),
		[STYLE_BAR_SHARED] = FG(5),
		[STYLE_BAR_CACHE] = FG(2),
		[STYLE_BAR_FREE] = PLAIN(| LOOK_DIM),
		[STYLE_SPARK] = FG(6),
		[STYLE_SPARK_WARN] = FG(3),
		[STYLE_MATCH] = PLAIN(| LOOK_BOLD | LOOK_UNDERLINE),
		[STYLE_DIALOG] = PLAIN(),
		[STYLE_DIALOG_CURSOR] = ON(0, 6),
		[STYLE_DIALOG_TITLE] = PLAIN(| LOOK_BOLD),
		[STYLE_RULE] = PLAIN(| LOOK_UNDERLINE),
	},
};

/* Blue for calm; red and orange, which are told from it in every common colour blindness, for
 * trouble. */
static const struct palette blind_256 = {
	.looks = {
		[STYLE_NORMAL] = PLAIN(),
		[STYLE_DIM] = FG(243),
		[STYLE_STRONG] = PLAIN(| LOOK_BOLD),
		[STYLE_GOOD] = FG(63),
		[STYLE_NOTICE] = FG(63),
		[STYLE_WARN] = FG(131, | LOOK_BOLD),
		[STYLE_ALARM] = ON(231, 160, | LOOK_BOLD | LOOK_UNDERLINE),
		[STYLE_HEADER] = ON(252, 238),
		[STYLE_HEADER_SORT] = ON(231, 25, | LOOK_BOLD),
		[STYLE_CURSOR] = ON(231, 25),
		[STYLE_TAGGED] = FG(98, | LOOK_BOLD | LOOK_UNDERLINE),
		[STYLE_KEY] = PLAIN(| LOOK_BOLD),
		[STYLE_LABEL] = FG(243),
		[STYLE_BAR_USED] = FG(68),
		[STYLE_BAR_SHARED] = FG(136),
		[STYLE_BAR_CACHE] = FG(66),
		[STYLE_BAR_FREE] = FG(242),
		[STYLE_SPARK] = FG(68),
		[STYLE_SPARK_WARN] = FG(166),
		[STYLE_MATCH] = PLAIN(| LOOK_BOLD | LOOK_UNDERLINE),
		[STYLE_DIALOG] = ON(252, 236),
		[STYLE_DIALOG_CURSOR] = ON(231, 25, | LOOK_BOLD),
		[STYLE_DIALOG_TITLE] = ON(231, 236, | LOOK_BOLD),
		[STYLE_RULE] = PLAIN(| LOOK_UNDERLINE),
	},
	.on_cursor = {
		[STYLE_DIM] = 253,
		[STYLE_GOOD] = 189,
		[STYLE_NOTICE] = 189,
		[STYLE_WARN] = 223,
		[STYLE_ALARM] = 224,
		[STYLE_TAGGED] = 189,
		[STYLE_LABEL] = 253,
		[STYLE_SPARK] = 153,
		[STYLE_SPARK_WARN] = 222,
	},
};

static const struct palette blind_dark_8 = {
	.looks = {
		[STYLE_NORMAL] = PLAIN(),
		[STYLE_DIM] = PLAIN(),
		[STYLE_STRONG] = PLAIN(| LOOK_BOLD),
		[STYLE_GOOD] = FG(6),
		[STYLE_NOTICE] = FG(6),
		[STYLE_WARN] = FG(3, | LOOK_BOLD),
		[STYLE_ALARM] = FG(3, | LOOK_BOLD | LOOK_UNDERLINE),
		[STYLE_HEADER] = PLAIN(| LOOK_REVERSE),
		[STYLE_HEADER_SORT] = ON(7, 4, | LOOK_BOLD),
		[STYLE_CURSOR] = ON(7, 4),
		[STYLE_TAGGED] = FG(3, | LOOK_BOLD),
		[STYLE_KEY] = PLAIN(| LOOK_BOLD),
		[STYLE_LABEL] = PLAIN(),
		[STYLE_BAR_USED] = FG(6),
		[STYLE_BAR_SHARED] = FG(3),
		[STYLE_BAR_CACHE] = PLAIN(),
		[STYLE_BAR_FREE] = PLAIN(| LOOK_DIM),
		[STYLE_SPARK] = FG(6),
		[STYLE_SPARK_WARN] = FG(3),
		[STYLE_MATCH] = PLAIN(| LOOK_BOLD | LOOK_UNDERLINE),
		[STYLE_DIALOG] = PLAIN(),
		[STYLE_DIALOG_CURSOR] = ON(7, 4, | LOOK_BOLD),
		[STYLE_DIALOG_TITLE] = PLAIN(| LOOK_BOLD),
		[STYLE_RULE] = PLAIN(| LOOK_UNDERLINE),
	},
};

static const struct palette mono = {
	.looks = {
		[STYLE_NORMAL] = PLAIN(),
		[STYLE_DIM] = PLAIN(),
		[STYLE_STRONG] = PLAIN(| LOOK_BOLD),
		[STYLE_GOOD] = PLAIN(),
		[STYLE_NOTICE] = PLAIN(),
		[STYLE_WARN] = PLAIN(| LOOK_BOLD),
		[STYLE_ALARM] = PLAIN(| LOOK_BOLD | LOOK_UNDERLINE),
		[STYLE_HEADER] = PLAIN(| LOOK_REVERSE),
		[STYLE_HEADER_SORT] = PLAIN(| LOOK_REVERSE | LOOK_BOLD | LOOK_UNDERLINE),
		[STYLE_CURSOR] = PLAIN(| LOOK_REVERSE),
		[STYLE_TAGGED] = PLAIN(| LOOK_BOLD),
		[STYLE_KEY] = PLAIN(| LOOK_BOLD),
		[STYLE_LABEL] = PLAIN(),
		[STYLE_BAR_USED] = PLAIN(),
		[STYLE_BAR_SHARED] = PLAIN(),
		[STYLE_BAR_CACHE] = PLAIN(),
		[STYLE_BAR_FREE] = PLAIN(| LOOK_DIM),
		[STYLE_SPARK] = PLAIN(),
		[STYLE_SPARK_WARN] = PLAIN(| LOOK_BOLD),
		[STYLE_MATCH] = PLAIN(| LOOK_BOLD | LOOK_UNDERLINE),
		[STYLE_DIALOG] = PLAIN(),
		[STYLE_DIALOG_CURSOR] = PLAIN(| LOOK_REVERSE),
		[STYLE_DIALOG_TITLE] = PLAIN(| LOOK_BOLD),
		[STYLE_RULE] = PLAIN(| LOOK_UNDERLINE),
	},
};

/* Terminals of eight colours have two grounds: what is readable on a dark one is not on a light
 * one, and where nobody tells which it is, only bold and reverse are sure. */
static const struct palette *palette_for(enum theme_id theme, int colors, bool dark)
{
	bool many = colors >= 256;

	if (colors < 8)
		return &mono;
	switch (theme) {
	case THEME_DEFAULT:
		return many ? &default_256 : dark ? &dark_8 : &any_8;
	case THEME_BLIND:
		return many ? &blind_256 : dark ? &blind_dark_8 : &any_8;
	case THEME_TERMINAL:
		return dark ? &dark_8 : &any_8;
	case THEME_MONO:
	case THEME_COUNT:
		break;
	}
	return &mono;
}

/* What has a ground of its own keeps its colour, unless it gets another ground. */
static struct theme_look laid_over(const struct palette *palette, struct theme_look look,
	enum style style, enum style over)
{
	struct theme_look top = palette->looks[over];

	if (top.fg >= 0 && (top.bg >= 0 || look.bg < 0))
		look.fg = top.fg;
	if (top.bg >= 0)
		look.bg = top.bg;
	if (over == STYLE_CURSOR) {
		if (palette->on_cursor[style])
			look.fg = palette->on_cursor[style];
		look.attributes &= ~(unsigned)LOOK_DIM;
	}
	look.attributes |= top.attributes;
	return look;
}

struct theme_look theme_look(enum theme_id theme, enum style style, enum style over, int colors,
	bool dark)
{
	const struct palette *palette = palette_for(theme, colors, dark);
	struct theme_look look = palette->looks[style];

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
