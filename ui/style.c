/* SPDX-License-Identifier: GPL-2.0-or-later */
/* style - see style.h */
#include "ui/style.h"

enum style style_of_mood(enum headline_mood mood)
{
	static const enum style styles[] = {
		[MOOD_CALM] = STYLE_GOOD,
		[MOOD_NOTICE] = STYLE_NOTICE,
		[MOOD_WARN] = STYLE_WARN,
		[MOOD_ALARM] = STYLE_ALARM,
	};

	return styles[mood];
}

enum style style_of_tone(enum cell_tone tone)
{
	static const enum style styles[] = {
		[TONE_PLAIN] = STYLE_NORMAL,
		[TONE_DIM] = STYLE_DIM,
		[TONE_GOOD] = STYLE_GOOD,
		[TONE_NOTICE] = STYLE_NOTICE,
		[TONE_WARN] = STYLE_WARN,
		[TONE_ALARM] = STYLE_ALARM,
	};

	return styles[tone];
}
