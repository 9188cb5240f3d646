/* SPDX-License-Identifier: GPL-2.0-or-later */
/* question_answer - the answer that grows (question_priv.h): rows of the frame, texts cleaned
 *
 * Names in a stranger's memory are hostile text, and lists have an end: what is more than the
 * format holds is left out.
 */
#include "inspect/question_priv.h"

#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { UNKNOWNS_MAX = 16 };

const char *question_text(struct look *look, const char *text, size_t most)
{
	char clean[INSIDE_PATH_MAX + 1];
	size_t cap = most + 1 < sizeof(clean) ? most + 1 : sizeof(clean);
	size_t len = text_clean(clean, cap, text, strlen(text));

	return arena_text(&look->frame->arena, clean, len);
}

/* Classes may be called alike: of several modules, of one template. */
static struct inside_type *same_name(const struct look *look, enum inside_kind kind,
	const char *name)
{
	struct frame *frame = look->frame;

	for (size_t i = 0; i < frame->ninside_types; i++)
		if (frame->inside_types[i].kind == kind &&
			strcmp(frame->inside_types[i].name, name) == 0)
			return &frame->inside_types[i];
	return NULL;
}

void question_type(struct look *look, enum inside_kind kind, const char *name, uint64_t count,
	uint64_t bytes, const uint64_t *kept)
{
	struct frame *frame = look->frame;
	struct inside_type *same = same_name(look, kind, name);

	if (same != NULL) {
		same->count += count;
		same->bytes += bytes;
		same->kept += kept != NULL ? *kept : 0;
	}
	if (same != NULL || frame->ninside_types == INSIDE_TYPES_MAX)
		return;
	if (frame->inside_types == NULL)
		frame->inside_types = arena_take(&frame->arena, INSIDE_TYPES_MAX,
			sizeof(*frame->inside_types));
	frame->inside_types[frame->ninside_types++] = (struct inside_type){
		.pid = look->inside->pid,
		.kind = kind,
		.known = kept != NULL ? INSIDE_TYPE_KEPT : 0,
		.name = question_text(look, name, INSIDE_NAME_MAX),
		.count = count,
		.bytes = bytes,
		.kept = kept != NULL ? *kept : 0,
	};
}

void question_unknown(struct look *look, const char *what, const char *format, ...)
{
	struct frame *frame = look->frame;
	char why[INSIDE_TEXT_MAX];
	va_list words;

	va_start(words, format);
	vsnprintf(why, sizeof(why), format, words);
	va_end(words);
	if (frame->ninside_unknowns == UNKNOWNS_MAX)
		return;
	if (frame->inside_unknowns == NULL)
		frame->inside_unknowns = arena_take(&frame->arena, UNKNOWNS_MAX,
			sizeof(*frame->inside_unknowns));
	frame->inside_unknowns[frame->ninside_unknowns++] = (struct inside_unknown){
		.pid = look->inside->pid,
		.what = question_text(look, what, INSIDE_NAME_MAX),
		.why = question_text(look, why, INSIDE_TEXT_MAX),
	};
}
