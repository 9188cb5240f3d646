/* SPDX-License-Identifier: GPL-2.0-or-later */
/* confine - a process that only reads gives up the rest for good (seccomp)
 *
 * The sampler and the readers parse what others wrote.  A filter in the kernel, inherited and never
 * lifted, lets them do what their work takes; everything else fails with EPERM, so that a libc with
 * other habits can go on, and nobody is killed for trying.
 *
 * No confined process can execute a program, trace, open a file to write, change one, become
 * another user, load or map new code.  On top of that:
 *
 *   reader   no socket, no new process, no signal to anybody, no nice value
 *   sampler  no socket; new processes, but no namespaces; signals through a pidfd alone (those that
 *            were asked for, and the end of a reader) and nice values; its memory pinned
 *   names    may talk to whoever knows users' names (sockets), and load what libc wants for that
 *
 * A process started by a confined one has both filters, so a reader of names must be started
 * before.
 */
#ifndef MEMTOP_SAMPLE_CONFINE_H
#define MEMTOP_SAMPLE_CONFINE_H

enum confine_as { CONFINE_SAMPLER, CONFINE_READER, CONFINE_NAMES };

/* Confines the calling process, which must have one thread.  0; -errno where the kernel or a
 * container does not allow it; -ENOTSUP in a build without it and under valgrind.  On failure
 * nothing has changed, and memtop goes on unconfined.  Allocates nothing. */
int confine_self(enum confine_as who);

#endif
