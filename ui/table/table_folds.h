/* SPDX-License-Identifier: GPL-2.0-or-later */
/* table_folds - groups and trees: which there are, and what of them is open */
#pragma once

#include <stdbool.h>

struct ui;

/* Opens or shuts the group or branch under the cursor, or the one it is in. */
void table_fold(struct ui *ui);
void table_fold_all(struct ui *ui);

/* Opens or shuts the group under the cursor; false: that is none. */
bool table_fold_group(struct ui *ui);

/* Shuts the group the cursor is in; false: it is in none. */
bool table_shut(struct ui *ui);

/* By program, by user, by cgroup, none, and again. */
void table_next_group(struct ui *ui);
void table_toggle_tree(struct ui *ui);
void table_toggle_sums(struct ui *ui);
