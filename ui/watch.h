/* SPDX-License-Identifier: GPL-2.0-or-later */
/* watch - the sampler is told whom the screen is about, so that it looks at them closely */
#ifndef MEMTOP_UI_WATCH_H
#define MEMTOP_UI_WATCH_H

struct request;
struct ui;

/* Tells it what is on the screen, selected or flagged, when that differs from LAST, what was told
 * before (all zero at first), which is then that. */
void watch_ask(struct ui *ui, struct request *last);

#endif
