/* SPDX-License-Identifier: GPL-2.0-or-later */
/* title_list - podman's list of containers, for title.c */
#include "sample/title_priv.h"

#include "base/cgpath.h"
#include "base/xalloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool title_member(const struct json_object *object, const char *key, char out[TITLE_MAX])
{
	const struct json_member *member = json_read_member(object, key);
	struct json_text text;

	if (member == NULL || !json_read_text(member->value, &text) || text.len == 0 ||
		text.len >= TITLE_MAX)
		return false;
	out[json_read_plain(&text, out)] = '\0';
	return true;
}

/* One container of the list: {"id":"...","names":["shop"]}. */
static bool take_stored(char name[TITLE_MAX], const struct json_object *stored, const char *id)
{
	struct json_text first;
	char text[TITLE_MAX];

	if (!title_member(stored, "id", text) || strcmp(text, id) != 0)
		return false;
	const struct json_member *names = json_read_member(stored, "names");
	if (names != NULL && json_read_is_array(names->value) &&
		json_read_text(json_read_first(names->value), &first) && first.len < TITLE_MAX)
		name[json_read_plain(&first, name)] = '\0';
	return true;
}

static bool take_value(char name[TITLE_MAX], const char *value, const char *id)
{
	struct json_object stored;

	if (!json_read_members(&stored, value))
		return false;
	bool is = take_stored(name, &stored, id);
	json_read_done(&stored);
	return is;
}

/* The bytes of the object at AT, which may be cut at END. */
static size_t object_len(const char *at, const char *end)
{
	bool inside = false;
	int depth = 0;
	const char *next = at;

	for (; next < end; next++)
		if (inside && *next == '\\' && next + 1 < end)
			next++;
		else if (*next == '"')
			inside = !inside;
		else if (!inside && *next == '{')
			depth++;
		else if (!inside && *next == '}' && --depth == 0)
			return (size_t)(next + 1 - at);
	return (size_t)(next - at);
}

/* Podman writes the number first: of a list of hundreds, which is read for each of them, the others
 * need not be taken apart. */
static bool take_numbered(char name[TITLE_MAX], const char *list, size_t len, const char *id)
{
	char begin[CGPATH_ID_MAX + sizeof("{\"id\":\"\"")], why[JSON_READ_WHY_MAX];
	struct json_object stored;
	int n = snprintf(begin, sizeof(begin), "{\"id\":\"%s\"", id);
	const char *at = memmem(list, len, begin, (size_t)n);

	if (at == NULL || json_read_line(&stored, at, object_len(at, list + len), why) < 0)
		return false;
	bool is = take_stored(name, &stored, id);
	json_read_done(&stored);
	return is;
}

/* The list is an array, and what we read are objects: it becomes a member. */
static void take_any(char name[TITLE_MAX], const char *list, size_t list_len, const char *id)
{
	static const char before[] = "{\"all\":", after[] = "}";
	size_t len = sizeof(before) - 1 + list_len + 1;
	struct json_object object;
	char why[JSON_READ_WHY_MAX], *text = xalloc(len);

	memcpy(text, before, sizeof(before) - 1);
	memcpy(text + sizeof(before) - 1, list, list_len);
	text[len - 1] = after[0];
	if (json_read_line(&object, text, len, why) == 0) {
		const struct json_member *all = json_read_member(&object, "all");

		for (const char *value = all != NULL && json_read_is_array(all->value)
						 ? json_read_first(all->value)
						 : NULL;
			value != NULL && !take_value(name, value, id);)
			value = json_read_next(value);
		json_read_done(&object);
	}
	free(text);
}

void title_listed(char name[TITLE_MAX], const char *list, size_t len, const char *id)
{
	name[0] = '\0';
	if (memmem(list, len, id, strlen(id)) != NULL && !take_numbered(name, list, len, id))
		take_any(name, list, len, id);
}
