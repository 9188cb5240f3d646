/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fleet_cells - a machine's row as words: the same on the screen and on paper */
#pragma once

#include "base/buf.h"
#include "fleet/fleet.h"

enum fleet_column {
	FLEET_HOST,
	FLEET_AVAILABLE, /* share of the memory that programs could still have */
	FLEET_MEMORY,    /* all the machine has */
	FLEET_STALLS,    /* time in which some task waited for memory, of the last 10 s */
	FLEET_SWAP_IN,
	FLEET_CLIMBING, /* how many processes do */
	FLEET_TOP,      /* the climber that matters most; what is wrong with the connection */
	FLEET_GROWTH,
	FLEET_ETA,
	FLEET_COLUMNS,
};

/* A column: its title, its width (FLEET_HOST and FLEET_TOP take what is left), and which are left
 * out first where there is no room (the highest). */
struct fleet_column_look {
	const char *title;
	int width;
	bool right; /* aligned */
	int drop;   /* 0: never */
};
const struct fleet_column_look *fleet_column_look(enum fleet_column column);

enum { FLEET_CELL_MAX = 256 };

/* The cell's text, clean; "-" where the figure is not known. */
void fleet_cell(char out[FLEET_CELL_MAX], const struct fleet_row *row, enum fleet_column column);

/* Whether the row's figures are of now; else FLEET_TOP holds words about the connection, and what
 * is known is old. */
bool fleet_row_is_fresh(const struct fleet_row *row);

/* The sentence on the machine, behind its name: its own sentences, or what is wrong with the
 * connection and what to do. */
void fleet_sentence(struct headline *out, const struct fleet_row *row);

/* All rows as a table of WIDTH columns, titles first; 0: 120, and what is said of a connection is
 * as long as it is. */
void fleet_put_text(struct buf *out, const struct fleet_row *rows, size_t count, int width);

/* All rows as one JSON object on one line. */
void fleet_put_json(struct buf *out, const struct fleet_row *rows, size_t count);
