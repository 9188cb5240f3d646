/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sequences - what terminals send for keys beyond what their description says
 *
 * A terminal's description is often another one's (TERM=xterm-256color for everything, vt100 for
 * lack of better), so the usual sequences are known for all terminals.
 */
#ifndef MEMTOP_UI_SEQUENCES_H
#define MEMTOP_UI_SEQUENCES_H

#include "ui/keys.h"

struct sequence {
	const char *bytes;
	uint32_t key; /* enum key_code, or of input.h */
};

const struct sequence *sequences_all(size_t *count);

#endif
