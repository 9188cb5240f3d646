/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bell - the terminal rings when something begins to climb, the first line turns red, or the kernel
 * kills: as the setting `bell` has it; never in a recording */
#pragma once

#include "model/headline.h"

struct ui;

/* The state at the last look. */
struct bell {
	bool known;
	size_t climbing;
	enum headline_mood mood;
	uint64_t kills;
};

/* After rows and sentence were made anew: wishes for a bell (`ui->ring`) if one is due. */
void bell_look(struct ui *ui);
