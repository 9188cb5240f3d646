/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verdicts - `memtop --replay FILE --verdicts`: what was said of each process, as CSV
 *
 * t_s,pid,start_ticks,command,state,rate_kib_s,rate_lo,rate_hi,confidence: one row at each change
 * of verdict and one at each process's last sample. t_s is seconds since the recording's first
 * tick; the rate and its 95 % interval are empty unless the process climbs or warms up.
 */
#pragma once

struct session;

/* Reads SESSION to its end and writes to standard output.  Returns an exit status. */
int verdicts_run(struct session *session);
