/* SPDX-License-Identifier: GPL-2.0-or-later */
/* style - see screen_style.h */
#include "ui/style.h"

enum style style_of_mood(enum headline_mood mood)
{
	switch (mood) {
	case MOOD_CALM:
		return STYLE_GOOD;
	case MOOD_NOTICE:
		return STYLE_NOTICE;
	case MOOD_WARN:
		return STYLE_WARN;
	case MOOD_ALARM:
		break;
	}
	return STYLE_ALARM;
}

enum style style_of_tone(enum cell_tone tone)
{
	switch (tone) {
	case TONE_PLAIN:
		return STYLE_NORMAL;
	case TONE_DIM:
		return STYLE_DIM;
	case TONE_GOOD:
		return STYLE_GOOD;
	case TONE_NOTICE:
		return STYLE_NOTICE;
	case TONE_WARN:
		return STYLE_WARN;
	case TONE_ALARM:
		break;
	}
	return STYLE_ALARM;
}
