/* SPDX-License-Identifier: GPL-2.0-or-later */
/* process_screen - one process in depth: opened, moved to the next row, read (actions.c says which
 * key does what) */
#pragma once

struct proc;
struct ui;

enum { PROCESS_LINES_MAX = 1000000 }; /* more than there are lines to scroll */

/* Opens the screen of the process under the cursor, or says that there is none. */
void process_open(struct ui *ui);

/* The same of PROC, from another screen. */
void process_show(struct ui *ui, const struct proc *proc);

/* The rest is for when it is the top of the stack. */
void process_back(struct ui *ui);               /* out of what is in front, at last to the table */
void process_enter(struct ui *ui);              /* holders of a type; elsewhere back */
void process_next_row(struct ui *ui, int step); /* of the table; groups are left out */
void process_scroll(struct ui *ui, int lines);
void process_scroll_page(struct ui *ui, int pages);
void process_read_chart(struct ui *ui, int columns); /* moves the cursor of the chart */
void process_next_span(struct ui *ui);
void process_next_tab(struct ui *ui);
void process_toggle_stack(struct ui *ui);
void process_read_again(struct ui *ui); /* its mappings, or what is inside it */
