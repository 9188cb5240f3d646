/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pin - memtop's own pages stay in memory when it runs short
 *
 * A program that shows why a machine swaps must not wait for its own pages.  Pages are locked once
 * they are touched (mlockall(2) with MCL_ONFAULT), those of later mappings too; pages never touched
 * cost nothing.
 */
#ifndef MEMTOP_BASE_PIN_H
#define MEMTOP_BASE_PIN_H

/* Pins the calling process, not the children it forks.  0, or -errno; best effort, go on in any
 * case.  -EPERM, and nothing is done, without CAP_IPC_LOCK or an unlimited RLIMIT_MEMLOCK:
 * everything mapped counts against such a limit, and once it is used up every later allocation
 * would fail.  Call xalloc_trim first: it cannot give back what is pinned. */
int pin_memory(void);

/* Unmaps the code and constants of the program and its libraries that were touched so far: what
 * the start alone took (libraries set up, symbols bound) no longer counts as ours, the rest comes
 * back from the page cache with its next use.  Call it before pin_memory, and not where memory is
 * short: the page cache may have lost it. */
void pin_shed(void);

#endif
