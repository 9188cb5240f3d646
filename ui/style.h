/* SPDX-License-Identifier: GPL-2.0-or-later */
/* style - the style of a mood and of a tone, the same on all screens */
#pragma once

#include "model/headline.h"
#include "table/column.h"
#include "ui/draw/canvas.h"

enum style style_of_mood(enum headline_mood mood);
enum style style_of_tone(enum cell_tone tone);
