/* SPDX-License-Identifier: GPL-2.0-or-later */
/* settle - when is the screen complete?
 *
 * For any program, without sleeping for luck: it has woken since it was last given something,
 * it has read its input, it waits for more (proc.h), and a sentinel written through the slave
 * side has come out of the master with no other output before it. The terminal's buffer is first
 * in, first out, so all the program wrote has then been seen.
 */
#pragma once

#include <stdint.h>

#include "session.h"

/* Waits until the program has settled, or ended. 0, or -ETIMEDOUT at the limit (ticks.h). */
int settle(struct session *session, int64_t limit);
