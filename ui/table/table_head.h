/* SPDX-License-Identifier: GPL-2.0-or-later */
/* table_head - the lines above the table: the sentence, memory and swap as labelled bars, trouble,
 * and what the table shows */
#pragma once

#include "ui/table/table.h"

/* Draws them from row 0 on, as many as the canvas has room for beside a table; returns their
 * count. */
int table_head_draw(struct canvas *canvas, const struct shown *shown,
	const struct table_state *state);
