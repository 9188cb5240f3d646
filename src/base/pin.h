/* pin - memtop's own pages stay where they are when memory runs short
 *
 * A program that is to show why a machine swaps must not wait for its own pages.  What it has touched is
 * kept (mlockall(2) with MCL_ONFAULT), what it maps later too; what it never touches takes nothing.
 */
#ifndef MEMTOP_BASE_PIN_H
#define MEMTOP_BASE_PIN_H

/* For the calling process, not for those it forks: 0, or -errno; best effort, go on in any case.
 * -EPERM, and nothing done, without CAP_IPC_LOCK or an unlimited RLIMIT_MEMLOCK: what counts against a
 * limit is all that is mapped, and with one that is used up every later request for memory would fail.
 * To be called after xalloc_trim: what is pinned is not given back by it. */
int pin_memory(void);

#endif
