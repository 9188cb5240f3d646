/* SPDX-License-Identifier: GPL-2.0-or-later */
/* table_gauges - memory and swap as labelled bars with their curves, what memory is made of, and
 * what strains it
 *
 * The rows that are there depend on the size of the screen and on the machine alone, never on what
 * it is doing at the moment, so that the table below does not move.
 */
#pragma once

#include "ui/screen.h"

/* Draws them from row Y on, as many as the canvas has room for beside a table; returns the row
 * below. */
int table_gauges_draw(struct canvas *canvas, const struct shown *shown, int y);

/* Appends a text made as by printf(3) to what stands left of column X where it fits whole; returns
 * the new X. */
int table_gauges_add(struct canvas *canvas, int x, int y, enum style style, const char *format, ...)
	__attribute__((format(printf, 5, 6)));
