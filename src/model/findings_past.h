/* SPDX-License-Identifier: GPL-2.0-or-later */
/* findings_past - how much each type had at the last looks inside a process: for sparklines and
 * what it gains a minute
 */
#pragma once

#include "base/span.h"
#include "frame/frame.h"

#include <stdbool.h>

enum {
	FINDINGS_LOOKS = 48,       /* so many looks are kept */
	FINDINGS_TRACES_MAX = 600, /* and so many types: those that came first */
};

struct findings_trace {
	char *name; /* owned */
	enum inside_kind kind;
	uint32_t kib[FINDINGS_LOOKS]; /* a ring; UINT32_MAX: it was not among the largest then */
};

struct findings_past {
	uint64_t at_ms[FINDINGS_LOOKS]; /* boot time of each look */
	size_t looks;                   /* that came, ever */
	struct findings_trace *traces;
	size_t count, cap;
};

/* Bytes of a type with what hangs on its objects, where that is known. */
uint64_t findings_bytes(const struct inside_type *type);

/* Takes the types of LOOK, which was at AT_MS. */
void findings_past_add(struct findings_past *past, const struct frame *look, uint64_t at_ms);

/* Frees what it holds, not itself. */
void findings_past_done(struct findings_past *past);

/* The last N looks as a span each, the newest at the end, looks that were not made or did not have
 * TYPE as gaps; how many have it. */
size_t findings_past_spans(const struct findings_past *past, const struct inside_type *type,
	struct series_span *spans, size_t n);

/* KiB a minute that TYPE gained over the last minute of looks, or since the one before the last
 * where they are further apart; false: fewer than two have it. */
bool findings_past_rate(const struct findings_past *past, const struct inside_type *type,
	double *kib_min);
