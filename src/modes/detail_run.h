/* SPDX-License-Identifier: GPL-2.0-or-later */
/* detail_run - `memtop -p PID --detail`: watches for a few looks, then prints each process in
 * depth */
#pragma once

struct options;
struct session;

/* Takes -n looks (two unless told otherwise; of a recording all), prints, and returns the exit
 * status.  Messages go to standard error. */
int detail_run(struct session *session, const struct options *options);
