/* SPDX-License-Identifier: GPL-2.0-or-later */
/* batch - `memtop -b`: the table as text, once a tick, on standard output */
#pragma once

#include "table/report.h"

struct options;
struct session;
struct settings;

/* Runs until the count of OPTIONS (two ticks when it has none, so that growth is known) is
 * reached or the reader has closed.  Returns an exit status: 0, 1 with a line on standard error
 * when the output cannot be written or the sampler is gone. */
int batch_run(struct session *session, const struct options *options,
	const struct settings *settings);

/* Columns of what is printed: -w, else the terminal's; 0: as many as need be. */
int batch_width(const struct options *options);

/* How tables are printed, by OPTIONS and SETTINGS, which it points into. */
struct report_style batch_style(const struct options *options, const struct settings *settings);
