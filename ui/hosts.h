/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hosts - the screen of many machines: a row each, worst first, and a sentence on the one chosen */
#pragma once

#include "fleet/fleet.h"
#include "ui/hosts_all.h"
#include "ui/screen.h"

struct canvas;

/* Which machine is chosen and what is in view of them; the choice is kept by machine, not by row.
 * All zero: nobody has chosen yet. */
struct hosts_place {
	bool moved;        /* somebody has chosen: before, the worst one is */
	size_t chosen;     /* fleet_row.index */
	size_t top;        /* row in view at the top */
	uint64_t drawn_ms; /* of clock_mono_ms */
	bool news;         /* came since then */
	struct hosts_all_state all;
	/* to be opened on the dashboard of the next machine: its process, or with pid 0 perhaps its
	 * containers */
	struct ident wanted;
	bool wanted_containers;
};

/* Draws COUNT rows, of which PLACE says what is in view. */
void hosts_draw(struct canvas *canvas, const struct shown *shown, const struct fleet_row *rows,
	size_t count, struct hosts_place *place);

/* Puts the screen of UI's fleet on top. */
void hosts_open(struct ui *ui);

/* On the dashboard of a machine that was just opened: goes to what is wanted of it. */
void hosts_arrive(struct ui *ui);

/* From the dashboard of a machine back to the list. */
void hosts_back(struct ui *ui);

/* Takes what has come from the other machines than the one that is shown; and at most how many ms
 * until the next time. */
void hosts_step(struct ui *ui);
int hosts_timeout_ms(const struct ui *ui);

/* NOTE (note.h), behind the name of the machine whose dashboard it is where there are several; in
 * OUT if need be. */
enum { HOSTS_NOTE_MAX = HOST_NAME_MAX_BYTES + 200 };
const char *hosts_note(const struct ui *ui, const char *note, char out[HOSTS_NOTE_MAX]);
