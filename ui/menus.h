/* SPDX-License-Identifier: GPL-2.0-or-later */
/* menus - what the table is sorted by, and whose processes it shows, chosen from lists */
#ifndef MEMTOP_UI_MENUS_H
#define MEMTOP_UI_MENUS_H

struct ui;

/* Opens the menu of columns to sort by, or of users to show. */
void menus_sort(struct ui *ui);
void menus_user(struct ui *ui);

#endif
