/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hosts_all - the screen of what runs on all machines: their processes, or their containers, in one
 * table with a column HOST */
#pragma once

#include "frame/frame.h"
#include "table/column.h"

#include <stdbool.h>
#include <stddef.h>

struct ui;

enum { HOSTS_FILTER_MAX = 256 };

/* State that stays when the screen is closed.  All zero: nobody has opened it yet. */
struct hosts_all_state {
	bool shown;      /* it is open, or is to be when one comes back from a dashboard */
	bool chosen;     /* somebody has: sort and what follows hold */
	bool containers; /* rows are containers */
	bool by_host, reverse;
	enum column_id sort;
	char filter[HOSTS_FILTER_MAX];
	size_t host;     /* the cursor is on this machine's ... */
	struct ident id; /* ... row of this identity (row_ident); pid 0: on the first row */
};

/* Opens it; every machine tells of everything from then on, until it is closed. */
void hosts_all_open(struct ui *ui);
