/* SPDX-License-Identifier: GPL-2.0-or-later */
/* profile_put - see profile_put.h */
#include "run/profile_put.h"

#include "base/units.h"

#include <string.h>

void profile_put_key(struct json_writer *json, const char *key, bool first)
{
	json_put_raw(json, first ? "\"" : ",\"");
	json_put_raw(json, key);
	json_put_raw(json, "\":");
}

void profile_put_text(struct json_writer *json, const char *key, bool first, const char *text)
{
	profile_put_key(json, key, first);
	json_put_string(json, text, strlen(text));
}

void profile_put_seconds(struct json_writer *json, const char *key, bool first, double seconds)
{
	uint64_t ms = seconds > 0 ? (uint64_t)(seconds * 1000 + 0.5) : 0;
	char tail[5] = { '.', (char)('0' + ms / 100 % 10), (char)('0' + ms / 10 % 10),
		(char)('0' + ms % 10), '\0' };

	profile_put_key(json, key, first);
	json_put_u64(json, ms / 1000);
	json_put_raw(json, tail);
}

void profile_put_kib(struct json_writer *json, const char *key, uint64_t kib)
{
	profile_put_key(json, key, false);
	json_put_i64(json, units_bytes(kib));
}

void profile_put_count(struct json_writer *json, const char *key, bool known, int64_t count)
{
	profile_put_key(json, key, false);
	if (known)
		json_put_i64(json, count);
	else
		json_put_raw(json, "null");
}

void profile_put_bool(struct json_writer *json, const char *key, bool value)
{
	profile_put_key(json, key, false);
	json_put_raw(json, value ? "true" : "false");
}

void profile_put_at_most(struct json_writer *json, const char *const *names, const bool *is,
	size_t count)
{
	bool any = false;

	profile_put_key(json, "at_most", false);
	json_put_char(json, '[');
	for (size_t i = 0; i < count; i++) {
		if (!is[i])
			continue;
		json_put_raw(json, any ? ",\"" : "\"");
		json_put_raw(json, names[i]);
		json_put_char(json, '"');
		any = true;
	}
	json_put_char(json, ']');
}
