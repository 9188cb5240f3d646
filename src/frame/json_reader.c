/* SPDX-License-Identifier: GPL-2.0-or-later */
/* json_reader - bounds, then jansson
 *
 * jansson's trees live from json_read_line to json_read_free.  They are laid out back to back in
 * an arena that is reset when the last tree is released, so that a steady tick does not call
 * malloc.
 */
#include "frame/json_reader.h"

#include "base/arena.h"
#include "base/text.h"
#include "base/xalloc.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { KEPT = 128 * 1024 }; /* bytes of the arena that are kept for the next line */

static struct {
	struct arena arena;
	size_t pieces; /* in use */
	bool ready;
} tree;

static void *take(size_t size)
{
	tree.pieces++;
	return arena_take(&tree.arena, size, 1);
}

static void release(void *piece)
{
	if (piece == NULL || --tree.pieces > 0)
		return;
	if (arena_held(&tree.arena) <= KEPT) {
		arena_reset(&tree.arena);
		return;
	}
	arena_done(&tree.arena);
	xalloc_trim();
}

static void prepare(void)
{
	if (tree.ready)
		return;
	arena_init(&tree.arena);
	json_set_alloc_funcs(take, release);
	tree.ready = true;
}

void json_read_why(char why[JSON_READ_WHY_MAX], const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(why, JSON_READ_WHY_MAX, format, args);
	va_end(args);
}

/* The closing quote of a string that begins before AT, or END. */
static const char *string_end(const char *at, const char *end)
{
	while (at < end && *at != '"')
		at += *at == '\\' && end - at > 1 ? 2 : 1;
	return at;
}

/* Why the line is more than we are willing to parse; NULL if it is fine.  Every value but the
 * first of an object or array follows a comma, so commas and brackets bound their number. */
static const char *line_excess(const char *line, size_t len)
{
	const char *end = line + len;
	size_t depth = 0, values = 0;

	for (const char *at = line; at < end; at++) {
		if (*at == '"') {
			at = string_end(at + 1, end);
		} else if (*at == '[' || *at == '{') {
			values++;
			if (++depth > JSON_READ_DEPTH_MAX)
				return "nested too deep";
		} else if (*at == ']' || *at == '}') {
			depth -= depth > 0;
		} else if (*at == ',') {
			values++;
		}
	}
	return values > JSON_READ_VALUES_MAX ? "too many values" : NULL;
}

json_t *json_read_line(const char *line, size_t len, char why[JSON_READ_WHY_MAX])
{
	const char *excess = line_excess(line, len);
	char clean[JSON_READ_WHY_MAX];
	json_error_t error;

	if (excess != NULL) {
		json_read_why(why, "%s", excess);
		return NULL;
	}
	prepare();
	json_t *root = json_loadb(line, len, JSON_REJECT_DUPLICATES, &error);

	if (root == NULL) {
		text_clean(clean, sizeof(clean), error.text, strlen(error.text));
		json_read_why(why, "not JSON: %s", clean);
		return NULL;
	}
	if (!json_is_object(root)) {
		json_read_why(why, "not an object");
		json_decref(root);
		return NULL;
	}
	return root;
}

void json_read_free(json_t *root)
{
	json_decref(root);
}
