/* SPDX-License-Identifier: GPL-2.0-or-later */
/* theme - see theme.h.  Colours are few: blue-grey for what is, orange and red for what needs eyes.
 *
 * With 256 colours the shades are ones that can be read on black as well as on white; with 16 or 8
 * the terminal's own; without colours bold, underline and reverse carry what they can, and the
 * words the rest.
 */
#include "ui/theme.h"

#include <errno.h>
#include <strings.h>

/* A look without a background and one with; `PLAIN` is the terminal's own. */
/* clang-format off: a brace alone looks like a block */
#define FG(colour, ...)                                                                            \
	{                                                                                          \
		.fg = (colour), .bg = -1, .attributes = 0 __VA_ARGS__                              \
	}
#define ON(colour, back, ...)                                                                      \
	{                                                                                          \
		.fg = (colour), .bg = (back), .attributes = 0 __VA_ARGS__                          \
	}
/* clang-format on */
#define PLAIN(...) FG(-1, __VA_ARGS__)

struct palette {
	struct look looks[STYLE_COUNT];
	int on_cursor[STYLE_COUNT]; /* foreground on the selected row; 0: the cursor's */
};

static const struct palette default_256 = {
	.looks = {
		[STYLE_NORMAL] = PLAIN(),
		[STYLE_DIM] = FG(245),
		[STYLE_STRONG] = PLAIN(| LOOK_BOLD),
		[STYLE_GOOD] = FG(71),
		[STYLE_NOTICE] = FG(67),
		[STYLE_WARN] = FG(172),
		[STYLE_ALARM] = FG(167, | LOOK_BOLD),
		[STYLE_HEADER] = ON(252, 238),
		[STYLE_HEADER_SORT] = ON(231, 24, | LOOK_BOLD),
		[STYLE_CURSOR] = ON(231, 24),
		[STYLE_TAGGED] = FG(178, | LOOK_BOLD),
		[STYLE_KEY] = PLAIN(| LOOK_BOLD),
		[STYLE_LABEL] = FG(245),
		[STYLE_BAR_USED] = FG(67),
		[STYLE_BAR_SHARED] = FG(139),
		[STYLE_BAR_CACHE] = FG(108),
		[STYLE_BAR_FREE] = FG(242),
		[STYLE_SPARK] = FG(67),
		[STYLE_SPARK_WARN] = FG(172),
		[STYLE_MATCH] = PLAIN(| LOOK_BOLD | LOOK_UNDERLINE),
		[STYLE_DIALOG] = ON(252, 236),
		[STYLE_DIALOG_CURSOR] = ON(231, 24, | LOOK_BOLD),
		[STYLE_DIALOG_TITLE] = ON(231, 236, | LOOK_BOLD),
	},
	.on_cursor = {
		[STYLE_DIM] = 250,
		[STYLE_GOOD] = 157,
		[STYLE_NOTICE] = 153,
		[STYLE_WARN] = 215,
		[STYLE_ALARM] = 217,
		[STYLE_SPARK] = 153,
		[STYLE_SPARK_WARN] = 215,
	},
};

static const struct palette default_8 = {
	.looks = {
		[STYLE_NORMAL] = PLAIN(),
		[STYLE_DIM] = PLAIN(| LOOK_DIM),
		[STYLE_STRONG] = PLAIN(| LOOK_BOLD),
		[STYLE_GOOD] = FG(2),
		[STYLE_NOTICE] = FG(6),
		[STYLE_WARN] = FG(3),
		[STYLE_ALARM] = FG(1, | LOOK_BOLD),
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
	},
};

/* Blue for calm and orange for trouble; dark red differs from both in lightness. */
static const struct palette blind_256 = {
	.looks = {
		[STYLE_NORMAL] = PLAIN(),
		[STYLE_DIM] = FG(245),
		[STYLE_STRONG] = PLAIN(| LOOK_BOLD),
		[STYLE_GOOD] = FG(68),
		[STYLE_NOTICE] = FG(74),
		[STYLE_WARN] = FG(172),
		[STYLE_ALARM] = FG(208, | LOOK_BOLD | LOOK_UNDERLINE),
		[STYLE_HEADER] = ON(252, 238),
		[STYLE_HEADER_SORT] = ON(231, 25, | LOOK_BOLD),
		[STYLE_CURSOR] = ON(231, 25),
		[STYLE_TAGGED] = FG(179, | LOOK_BOLD),
		[STYLE_KEY] = PLAIN(| LOOK_BOLD),
		[STYLE_LABEL] = FG(245),
		[STYLE_BAR_USED] = FG(68),
		[STYLE_BAR_SHARED] = FG(179),
		[STYLE_BAR_CACHE] = FG(110),
		[STYLE_BAR_FREE] = FG(242),
		[STYLE_SPARK] = FG(68),
		[STYLE_SPARK_WARN] = FG(208),
		[STYLE_MATCH] = PLAIN(| LOOK_BOLD | LOOK_UNDERLINE),
		[STYLE_DIALOG] = ON(252, 236),
		[STYLE_DIALOG_CURSOR] = ON(231, 25, | LOOK_BOLD),
		[STYLE_DIALOG_TITLE] = ON(231, 236, | LOOK_BOLD),
	},
	.on_cursor = {
		[STYLE_DIM] = 250,
		[STYLE_GOOD] = 153,
		[STYLE_NOTICE] = 153,
		[STYLE_WARN] = 215,
		[STYLE_ALARM] = 215,
		[STYLE_SPARK] = 153,
		[STYLE_SPARK_WARN] = 215,
	},
};

static const struct palette blind_8 = {
	.looks = {
		[STYLE_NORMAL] = PLAIN(),
		[STYLE_DIM] = PLAIN(| LOOK_DIM),
		[STYLE_STRONG] = PLAIN(| LOOK_BOLD),
		[STYLE_GOOD] = FG(6),
		[STYLE_NOTICE] = FG(6),
		[STYLE_WARN] = FG(3),
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
	},
};

static const struct palette mono = {
	.looks = {
		[STYLE_NORMAL] = PLAIN(),
		[STYLE_DIM] = PLAIN(| LOOK_DIM),
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
	},
};

static const struct palette *palette_for(enum theme_id theme, int colors)
{
	bool many = colors >= 256;

	if (colors < 8)
		return &mono;
	switch (theme) {
	case THEME_DEFAULT:
		return many ? &default_256 : &default_8;
	case THEME_BLIND:
		return many ? &blind_256 : &blind_8;
	case THEME_MONO:
	case THEME_COUNT:
		break;
	}
	return &mono;
}

static struct look laid_over(const struct palette *palette, struct look look, enum style style,
	enum style over)
{
	struct look top = palette->looks[over];

	if (top.fg >= 0)
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

struct look theme_look(enum theme_id theme, enum style style, enum style over, int colors)
{
	const struct palette *palette = palette_for(theme, colors);
	struct look look = palette->looks[style];

	return over == STYLE_NORMAL ? look : laid_over(palette, look, style, over);
}

static const char *const theme_names[THEME_COUNT] = {
	[THEME_DEFAULT] = "default",
	[THEME_BLIND] = "blind",
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
