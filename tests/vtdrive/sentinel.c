/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sentinel - an OSC that no program writes: ESC ] 7777 ; NUMBER ESC \ */
#include "sentinel.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ESC = 0x1b };

static const char prefix[] = "\033]7777;";
static const size_t prefix_length = sizeof(prefix) - 1;

int sentinel_print(char out[SENTINEL_MOST], uint64_t number)
{
	return snprintf(out, SENTINEL_MOST, "%s%llu\033\\", prefix, (unsigned long long)number);
}

/* Whether BYTE goes on with what is held. */
static bool fits(const struct sentinel *sentinel, char byte)
{
	if (sentinel->nheld < prefix_length)
		return byte == prefix[sentinel->nheld];
	if (sentinel->held[sentinel->nheld - 1] == ESC)
		return byte == '\\';
	return sentinel->nheld < SENTINEL_MOST - 3 && ((byte >= '0' && byte <= '9') || byte == ESC);
}

/* Whether what is held is a whole one. */
static bool is_whole(struct sentinel *sentinel)
{
	return sentinel->nheld > prefix_length && sentinel->held[sentinel->nheld - 1] == '\\';
}

size_t sentinel_filter(struct sentinel *sentinel, const char *in, size_t length, char *out,
	size_t *written, bool *seen)
{
	size_t used = 0;

	*written = 0;
	*seen = false;
	while (used < length && !*seen) {
		char byte = in[used++];

		if (!fits(sentinel, byte)) {
			memcpy(out + *written, sentinel->held, sentinel->nheld);
			*written += sentinel->nheld;
			sentinel->nheld = 0;
			if (byte != ESC) {
				out[(*written)++] = byte;
				continue;
			}
		}
		sentinel->held[sentinel->nheld++] = byte;
		*seen = is_whole(sentinel);
	}
	if (*seen) {
		sentinel->held[sentinel->nheld] = '\0';
		sentinel->number = strtoull(sentinel->held + prefix_length, NULL, 10);
		sentinel->nheld = 0;
	}
	return used;
}
