/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kill_order - whom the kernel would kill before a process if the machine ran out of memory
 *
 * Origin: oom_score of everybody, and where that is the same the size it is made of.
 */
#pragma once

#include "frame/frame.h"

/* Fills kill_before, kill_same and kill_of of FIGURES, whose pid and start_ticks say of whom, with
 * MAPPINGS_ORDER; DIR is its folder in /proc.  A walk over all processes, so that what it found is
 * handed out again for 10 s, longer where it is expensive. */
void kill_order(int dir, struct proc_mappings *figures);
