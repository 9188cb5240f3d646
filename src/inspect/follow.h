/* SPDX-License-Identifier: GPL-2.0-or-later */
/* follow - a Python program followed while it runs, and the lines it grows in
 *
 * Its footprint is read often, and so are the stacks of its threads: what came is given to the
 * line that runs, and where another one ran at the look before, to both, by how fast each was found
 * to grow while it ran from one look to the next.  Of several threads those count that had page
 * faults meanwhile, in proportion: growth is pages touched for the first time.  A thread that
 * sleeps by then was not caught.  It is looked at more often the faster it grows
 * (LOOK_LEAST_US), within FOLLOW_SHARE of a processor.
 *
 * What it cannot see: memory that is used again without a page being touched for the first time,
 * and a program that works for less than a look takes before it sleeps.
 */
#pragma once

#include "frame/frame.h"

#include <stdbool.h>
#include <stdint.h>

struct follow;

/* Follows the process ID from now on, as long as the process lives that does so. */
struct follow *follow_new(struct ident id);

/* One look, if there is something to be looked at; us until the next.  A process that has yet to
 * become a Python is waited for. */
uint32_t follow_look(struct follow *follow);

/* Whether it is a Python, as far as is known by now. */
bool follow_found(const struct follow *follow);

/* Bytes its footprint rose by so far. */
int64_t follow_rose(const struct follow *follow);

/* Whether it is over: the process has ended, or is none that can be followed. */
bool follow_ended(const struct follow *follow);

/* Fills FRAME, which is empty: one proc_grown and its lists.  Age is 0. */
void follow_put(const struct follow *follow, struct frame *frame);
