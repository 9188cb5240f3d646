/* SPDX-License-Identifier: GPL-2.0-or-later */
/* actions - what can be pressed, what it is called, what it does, and where
 *
 * One const table.  Keys are found in it (keymap.h), the help screen prints it, the tests of the
 * manual read it, and the bottom lines' keys are checked against it.  It names a function of every
 * screen, so that no screen may ask for it: what they have of it comes in `struct ui`.
 */
#pragma once

#include "ui/screen.h"

/* All actions, *COUNT of them, in the order of the help screen; constants. */
const struct action *actions_table(size_t *count);

/* Does what KEY does where HOLDS; where that is nothing, but something elsewhere, says so. */
void actions_press(struct ui *ui, uint32_t key, unsigned holds);
