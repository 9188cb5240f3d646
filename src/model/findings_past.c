/* SPDX-License-Identifier: GPL-2.0-or-later */
/* findings_past - see findings_past.h */
#include "model/findings_past.h"

#include "base/xalloc.h"

#include <stdlib.h>
#include <string.h>

enum { KIB = 1024, RATE_MS = 65000, ABSENT = -1 };

uint64_t findings_bytes(const struct inside_type *type)
{
	return type->known & INSIDE_TYPE_KEPT ? type->kept : type->bytes;
}

/* An absent size is UINT32_MAX, so no size may be that. */
static uint32_t size_kib(const struct inside_type *type)
{
	uint64_t kib = (findings_bytes(type) + KIB / 2) / KIB;

	return kib < UINT32_MAX ? (uint32_t)kib : UINT32_MAX - 1;
}

/* Types are few, so they are searched one by one; two kinds may have types of the same name. */
static struct findings_trace *trace_of(const struct findings_past *past,
	const struct inside_type *type)
{
	for (size_t i = 0; i < past->count; i++) {
		struct findings_trace *trace = &past->traces[i];

		if (trace->kind == type->kind && strcmp(trace->name, type->name) == 0)
			return trace;
	}
	return NULL;
}

static bool is_empty(const struct findings_trace *trace)
{
	for (size_t i = 0; i < FINDINGS_LOOKS; i++)
		if (trace->kib[i] != UINT32_MAX)
			return false;
	return true;
}

/* Types that no look has any more make room. */
static void drop_empty(struct findings_past *past)
{
	size_t kept = 0;

	for (size_t i = 0; i < past->count; i++) {
		if (is_empty(&past->traces[i]))
			free(past->traces[i].name);
		else
			past->traces[kept++] = past->traces[i];
	}
	past->count = kept;
}

/* NULL: there is no room for one more. */
static struct findings_trace *new_trace(struct findings_past *past, const struct inside_type *type)
{
	if (past->count == FINDINGS_TRACES_MAX)
		return NULL;
	struct findings_trace *trace = XALLOC_NEXT(past->traces, past->count, past->cap);
	trace->name = xalloc_text(type->name);
	trace->kind = type->kind;
	memset(trace->kib, ABSENT, sizeof(trace->kib));
	return trace;
}

void findings_past_add(struct findings_past *past, const struct frame *look, uint64_t at_ms)
{
	size_t slot = past->looks++ % FINDINGS_LOOKS;

	past->at_ms[slot] = at_ms;
	for (size_t i = 0; i < past->count; i++)
		past->traces[i].kib[slot] = UINT32_MAX;
	if (past->count + look->ninside_types > FINDINGS_TRACES_MAX)
		drop_empty(past);
	for (size_t i = 0; i < look->ninside_types; i++) {
		const struct inside_type *type = &look->inside_types[i];
		struct findings_trace *trace = trace_of(past, type);

		if (trace == NULL)
			trace = new_trace(past, type);
		if (trace != NULL)
			trace->kib[slot] = size_kib(type);
	}
}

void findings_past_done(struct findings_past *past)
{
	for (size_t i = 0; i < past->count; i++)
		free(past->traces[i].name);
	free(past->traces);
	*past = (struct findings_past){ .looks = 0 };
}

/* Where the look is that was BACK looks before the newest; false: there was none, or it is
 * gone. */
static bool slot_of(const struct findings_past *past, size_t back, size_t *slot)
{
	if (back >= past->looks || back >= FINDINGS_LOOKS)
		return false;
	*slot = (past->looks - 1 - back) % FINDINGS_LOOKS;
	return true;
}

size_t findings_past_spans(const struct findings_past *past, const struct inside_type *type,
	struct series_span *spans, size_t n)
{
	const struct findings_trace *trace = trace_of(past, type);
	size_t known = 0, slot = 0;

	for (size_t back = 0; back < n; back++) {
		struct series_span *span = &spans[n - 1 - back];
		uint32_t kib = trace != NULL && slot_of(past, back, &slot) ? trace->kib[slot]
									   : UINT32_MAX;

		*span = (struct series_span){ kib != UINT32_MAX, kib, kib, kib };
		known += span->known;
	}
	return known;
}

bool findings_past_rate(const struct findings_past *past, const struct inside_type *type,
	double *kib_min)
{
	const struct findings_trace *trace = trace_of(past, type);
	size_t newest, slot = 0, then = FINDINGS_LOOKS;

	if (trace == NULL || !slot_of(past, 0, &newest) || trace->kib[newest] == UINT32_MAX)
		return false;
	for (size_t back = 1; slot_of(past, back, &slot); back++) {
		if (trace->kib[slot] == UINT32_MAX)
			break;
		if (then != FINDINGS_LOOKS && past->at_ms[newest] - past->at_ms[slot] > RATE_MS)
			break;
		then = slot;
	}
	if (then == FINDINGS_LOOKS || past->at_ms[newest] <= past->at_ms[then])
		return false;
	*kib_min = ((double)trace->kib[newest] - (double)trace->kib[then]) * 60000 /
		   (double)(past->at_ms[newest] - past->at_ms[then]);
	return true;
}
