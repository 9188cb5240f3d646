/* SPDX-License-Identifier: GPL-2.0-or-later */
/* menus - what the table is sorted by, and whose processes it shows, chosen from lists */
#pragma once

struct ui;

/* Opens the menu of columns to sort by, or of users to show. */
void menus_sort(struct ui *ui);
void menus_user(struct ui *ui);
