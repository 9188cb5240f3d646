/* SPDX-License-Identifier: GPL-2.0-or-later */
/* container_screen - one container in depth; from there into a process */
#pragma once

#include "ui/container/container_lines.h"
#include "ui/screen.h"

struct ui;

/* Where it stands. */
struct container_state {
	char path[FRAME_PATH_MAX];
	long cursor, top;
	/* of what was drawn; the lines are allocated with the first */
	struct container_line *lines;
	size_t count;
	int rows;
	long first_process;
};

/* Draws the whole canvas; keeps cursor and top within what there is. */
void container_draw(struct canvas *canvas, const struct shown *shown,
	struct container_state *state);

/* Opens the screen of CONTAINER. */
void container_open(struct ui *ui, const struct container *container);
