/* SPDX-License-Identifier: GPL-2.0-or-later */
/* control - signals and nice values, for the process that was meant and no other
 *
 * A process is held first: a pidfd is opened and its start time compared, so whatever happens to
 * the pid afterwards, a signal reaches that process or nobody.  Only pidfd_send_signal is used.
 */
#pragma once

#include "frame/frame.h"

enum { CONTROL_WHY_MAX = 160 };

struct control {
	int proc;  /* not owned */
	int pidfd; /* of the process held, -1 */
	struct ident held;
};

/* Begins with nothing asked; PROC is the descriptor of /proc, which stays the caller's. */
void control_init(struct control *control, int proc);
void control_done(struct control *control);

/* Each returns 0 or -errno, and either way a line for a person in WHY. control_hold lets go of
 * the process held before and refuses pids up to 1; control_signal and control_nice want ID
 * held. */
int control_hold(struct control *control, struct ident id, char why[CONTROL_WHY_MAX]);
int control_signal(struct control *control, struct ident id, int signal, char why[CONTROL_WHY_MAX]);
int control_nice(struct control *control, struct ident id, int nice, char why[CONTROL_WHY_MAX]);
void control_release(struct control *control);
