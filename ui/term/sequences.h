/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sequences - what terminals send for keys beyond what their description says
 *
 * A terminal's description is often another one's (TERM=xterm-256color for everything, vt100 for
 * lack of better), so the usual sequences are known for all terminals.
 */
#pragma once

#include "ui/draw/keys.h"

#include <stddef.h>

struct sequence {
	const char *bytes;
	uint32_t key; /* enum key_code, or of input.h */
};

/* All sequences, *COUNT of them; constants. */
const struct sequence *sequences_all(size_t *count);

/* The key of a whole sequence, Esc first: one of the above, or one with numbers in it, which say
 * what was held (Esc [ 1 ; 5 A) or which key of all it was (Esc [ 27 ; 5 ; 99 ~, Esc [ 99 ; 5 u).
 * Keys that move act the same whatever was held; those of functions do not act then.
 * INPUT_NOTHING: nobody knows it. */
uint32_t sequences_key(const char *bytes);
