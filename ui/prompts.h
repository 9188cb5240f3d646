/* SPDX-License-Identifier: GPL-2.0-or-later */
/* prompts - what is typed: a name to find, a filter, the time between looks */
#pragma once

struct ui;

/* Opens the prompt of this name. */
void prompts_search(struct ui *ui);
/* The next match (1) or the one before (-1); asks for a name where there is none. */
void prompts_search_again(struct ui *ui, int step);
void prompts_filter(struct ui *ui);
void prompts_interval(struct ui *ui);
