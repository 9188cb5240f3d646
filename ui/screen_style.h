/* SPDX-License-Identifier: GPL-2.0-or-later */
/* screen_style - the style of a mood and of a tone, the same on all screens */
#ifndef MEMTOP_UI_SCREEN_STYLE_H
#define MEMTOP_UI_SCREEN_STYLE_H

#include "model/headline.h"
#include "table/column.h"
#include "ui/canvas.h"

enum style screen_mood_style(enum headline_mood mood);
enum style screen_tone_style(enum cell_tone tone);

#endif
