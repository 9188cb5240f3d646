/* SPDX-License-Identifier: GPL-2.0-or-later */
/* copy - a text of the screen into the terminal's clipboard, only when its key is pressed */
#pragma once

struct ui;

/* Asks which: the pid, the command line, the sentence, the command that looks inside. */
void copy_open(struct ui *ui);
