/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tally_put - see tally_put.h */
#include "run/tally_put.h"

#include "base/units.h"

#include <string.h>

void tally_put_key(struct pen *pen, const char *key, bool first)
{
	pen_raw(pen, first ? "\"" : ",\"");
	pen_raw(pen, key);
	pen_raw(pen, "\":");
}

void tally_put_text(struct pen *pen, const char *key, bool first, const char *text)
{
	tally_put_key(pen, key, first);
	pen_string(pen, text, strlen(text));
}

void tally_put_seconds(struct pen *pen, const char *key, bool first, double seconds)
{
	uint64_t ms = seconds > 0 ? (uint64_t)(seconds * 1000 + 0.5) : 0;
	char tail[5] = { '.', (char)('0' + ms / 100 % 10), (char)('0' + ms / 10 % 10),
		(char)('0' + ms % 10), '\0' };

	tally_put_key(pen, key, first);
	pen_u64(pen, ms / 1000);
	pen_raw(pen, tail);
}

void tally_put_kib(struct pen *pen, const char *key, uint64_t kib)
{
	tally_put_key(pen, key, false);
	pen_i64(pen, units_bytes(kib));
}

void tally_put_count(struct pen *pen, const char *key, bool known, int64_t count)
{
	tally_put_key(pen, key, false);
	if (known)
		pen_i64(pen, count);
	else
		pen_raw(pen, "null");
}

void tally_put_bool(struct pen *pen, const char *key, bool value)
{
	tally_put_key(pen, key, false);
	pen_raw(pen, value ? "true" : "false");
}

void tally_put_at_most(struct pen *pen, const char *const *names, const bool *is, size_t count)
{
	bool any = false;

	tally_put_key(pen, "at_most", false);
	pen_char(pen, '[');
	for (size_t i = 0; i < count; i++) {
		if (!is[i])
			continue;
		pen_raw(pen, any ? ",\"" : "\"");
		pen_raw(pen, names[i]);
		pen_char(pen, '"');
		any = true;
	}
	pen_char(pen, ']');
}
