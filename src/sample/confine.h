/* SPDX-License-Identifier: GPL-2.0-or-later */
/* confine - a process that only reads gives up the rest for good (seccomp)
 *
 * The sampler and the readers parse what others wrote.  A filter in the kernel, inherited and never
 * lifted, lets them do what their work takes, which is listed; everything else, calls that later
 * kernels bring too, fails with EPERM (ENOSYS where that makes a libc take an older call), so that
 * nobody is killed for trying.
 *
 * No confined process can execute a program, trace, open a file to write, make, change or remove
 * one, become another user, or make a namespace; nor have a descriptor signal somebody.  A signal
 * by number reaches but itself.  On top of that:
 *
 *   reader    no socket, no new process, no code loaded or made, no signal and no nice value of
 *             anybody
 *   sampler   no socket, no code; new processes as fork(2) makes them; any signal, but through a
 *             pidfd alone (those that were asked for, and the end of a reader), nice values of
 *             single processes; its memory pinned; a timer of its own
 *   readonly  the same, but no nice value and of signals only SIGKILL (the end of a reader)
 *   names     may connect to whoever knows users' names (local sockets, TCP, UDP; no other kind,
 *             none that listens), load the code that libc wants for that, and run it in threads
 *
 *   inspector what a reader may, and to read the memory of another process; a sampler must be
 *             allowed that too, since what it starts inherits its filter, and that it makes itself
 *             nicer and its own address space smaller
 *
 * What a filter cannot see it does not hold: which file is read, which process a pidfd is, to whom
 * a socket is connected.  Before Linux 5.3, without pidfds, the sampler may send SIGKILL by number.
 * On x86-64, arm64 and riscv64, for programs of that architecture: the calls of another one (i386,
 * x32) are all refused.  On other architectures nothing is confined, and the log says so.
 *
 * A process started by a confined one has both filters, so a reader of names must be started
 * before.
 */
#pragma once

enum confine_as {
	CONFINE_SAMPLER,
	CONFINE_READER,
	CONFINE_NAMES,
	CONFINE_READONLY,
	CONFINE_INSPECTOR,
};

/* Confines the calling process, which must have one thread.  0; -errno where the kernel or a
 * container does not allow it; -ENOTSUP in a build without it and under valgrind.  On failure
 * nothing has changed, and memtop goes on unconfined.  Allocates nothing. */
int confine_self(enum confine_as who);
