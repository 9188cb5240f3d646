/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pin - memtop's own pages stay in memory when it runs short
 *
 * A program that shows why a machine swaps must not wait for its own pages.  Pages are locked once
 * they are touched (mlockall(2) with MCL_ONFAULT), those of later mappings too; pages never touched
 * cost nothing.
 */
#pragma once

#include <stdbool.h>

/* Once the work of starting is done: gives back what only that took, then pins the calling process,
 * not the children it forks.  What is given back is memory freed (xalloc_trim) and, where memory is
 * PLENTY, the stack below the caller and the code and constants touched so far, which come back
 * from the page cache with their next use; where memory is short that may have lost them.
 *
 * 0, or -errno; best effort, go on in any case.  -EPERM, and nothing is pinned, without
 * CAP_IPC_LOCK or an unlimited RLIMIT_MEMLOCK: everything mapped counts against such a limit, and
 * once it is used up every later allocation would fail.
 */
int pin_memory(bool plenty);

/* Gives back the code and constants that the calling process touched so far, which come back from
 * the page cache where they are used again, and the stack below the caller.  For one that waits,
 * perhaps for ever. */
void pin_shed_rest(void);

/* In a child that makes system calls only: gives back the heap it was forked with, whose pages
 * would stay here as they were when the parent writes to its own.  Nothing allocated may be looked
 * at any more, and nothing be allocated. */
void pin_shed_heap(void);
