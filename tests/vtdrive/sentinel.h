/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sentinel - the harness's own mark in the output of a program
 *
 * It is written through the slave side, so that it comes out behind what the program wrote before.  Where the
 * terminal is full, that may be in the middle of a sequence or a character: so it is taken out again byte by byte,
 * before anything else looks at them.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SENTINEL_MOST = 40 }; /* bytes of one, and of what may become one */

struct sentinel {
	uint64_t number; /* of the last one that was complete */
	/* what may be the beginning of one */
	char held[SENTINEL_MOST];
	size_t nheld;
};

/* Prints one with this number; its length. */
int sentinel_print(char out[SENTINEL_MOST], uint64_t number);

/* Copies the LENGTH bytes of IN to OUT (LENGTH + SENTINEL_MOST), up to and without the first one that is complete
 * (*SEEN).  Returns how many of IN were used; *WRITTEN are in OUT. */
size_t sentinel_filter(struct sentinel *sentinel, const char *in, size_t length, char *out,
	size_t *written, bool *seen);
