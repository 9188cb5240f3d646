/* SPDX-License-Identifier: GPL-2.0-or-later */
/* process_look - the tab Inside of a process screen: what its keys do, and when the process is
 * looked into
 *
 * While it is open, a Python is followed, and the lines it grows in are told (L).
 * At once when the tab is opened or a key asks for it, else every 5 s, or as seldom as keeps that
 * to a twentieth of one processor.
 */
#pragma once

#include <stdbool.h>

struct ui;

/* Opens the tab Inside of the process on the screen, or its types when lines are shown; from them
 * it goes back to the figures. */
void process_toggle_inside(struct ui *ui);

/* Shows the lines it grows in, in that tab, or its types again. */
void process_toggle_lines(struct ui *ui);

/* From the types of a Python on to its lines; false: it is not there. */
bool process_look_next(struct ui *ui);

/* Keys of the screen on top, while the tab is in front. */
void process_look_holders(struct ui *ui); /* of the type under the cursor */
/* From holders or lines, then out of the tab; false: it is not open. */
bool process_look_back(struct ui *ui);
void process_look_move(struct ui *ui, int rows);
void process_look_click(struct ui *ui, int y);
void process_look_again(struct ui *ui);

/* For another process: where the tab stands there. */
void process_look_choose(struct ui *ui);

/* After each tick: looks again when it is time. */
void process_look_step(struct ui *ui);
