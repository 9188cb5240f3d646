/* SPDX-License-Identifier: GPL-2.0-or-later */
/* findings - see findings.h */
#include "model/findings_priv.h"

#include "base/amount.h"
#include "base/order.h"

#include <stdlib.h>
#include <string.h>

enum {
	KIB = 1024,
	MOST_PERCENT = 50, /* from this share on of the memory kept is what explains it */
};

/* The baseline may be the last look itself: then there is one frame to free. */
static void forget_looks(struct findings *findings)
{
	if (findings->base != findings->last)
		frame_free(findings->base);
	frame_free(findings->last);
	frame_free(findings->holders);
	frame_free(findings->failed);
	findings_past_done(&findings->past);
	frame_free(findings->grown);
	*findings = (struct findings){ .id = { 0 } };
}

void findings_table_done(struct findings_table *table)
{
	for (size_t i = 0; i < FINDINGS_KEPT; i++)
		forget_looks(&table->all[i]);
}

void findings_table_size(struct findings_table *table, struct ident id,
	const struct proc_figures *figures)
{
	const struct findings_size size = {
		.rss_kib = figures->rss_kib,
		.anon_kib = figures->anon_kib,
		.shmem_kib = figures->known & DETAIL_PARTS ? figures->shmem_kib : 0,
		.threads = figures->known & DETAIL_THREADS ? figures->threads : 0,
	};

	for (size_t i = 0; i < FINDINGS_KEPT; i++)
		if (ident_same(table->all[i].id, id) && table->all[i].size.rss_kib == 0)
			table->all[i].size = size;
}

const struct findings *findings_table_find(const struct findings_table *table, struct ident id)
{
	for (size_t i = 0; i < FINDINGS_KEPT; i++)
		if (table->all[i].id.pid != 0 && ident_same(table->all[i].id, id))
			return &table->all[i];
	return NULL;
}

/* The place of ID; that of whoever was looked into longest ago, emptied, where it has none. */
static struct findings *place_of(struct findings_table *table, struct ident id)
{
	struct findings *oldest = &table->all[0];

	for (size_t i = 0; i < FINDINGS_KEPT; i++) {
		struct findings *findings = &table->all[i];

		if (findings->id.pid != 0 && ident_same(findings->id, id))
			return findings;
		if (findings->answer_ms < oldest->answer_ms)
			oldest = findings;
	}
	forget_looks(oldest);
	oldest->id = id;
	return oldest;
}

static void replace(struct frame **place, struct frame *frame)
{
	frame_free(*place);
	*place = frame;
}

/* The first look is the baseline until another is set; a frame that is one stays when it is no
 * longer the last. */
static void take_look(struct findings *findings, struct frame *frame, uint64_t at_ms)
{
	if (findings->base == NULL)
		findings->base = frame;
	else if (findings->last != findings->base)
		frame_free(findings->last);
	if (findings->base == frame)
		findings->base_ms = at_ms;
	findings->last = frame;
	findings->last_ms = at_ms;
	findings->size = (struct findings_size){ 0 };
	findings_past_add(&findings->past, frame, at_ms);
}

/* Takes what FRAME says of the lines that grew. */
static void put_grown(struct findings_table *table, const struct frame *frame, uint64_t now_ms)
{
	for (size_t i = 0; i < frame->ngrowns; i++) {
		const struct proc_grown *grown = &frame->growns[i];
		struct findings *findings = place_of(table,
			(struct ident){ grown->pid, grown->start_ticks });
		struct frame *copy = frame_new();

		grown_copy(copy, frame, i);
		replace(&findings->grown, copy);
		findings->answer_ms = now_ms;
	}
}

void findings_table_put(struct findings_table *table, const struct frame *frame, uint64_t now_ms)
{
	put_grown(table, frame, now_ms);
	for (size_t i = 0; i < frame->ninsides; i++) {
		const struct proc_inside *inside = &frame->insides[i];
		struct findings *findings = place_of(table,
			(struct ident){ inside->pid, inside->start_ticks });
		uint64_t at_ms = now_ms > inside->age_ms ? now_ms - inside->age_ms : 1;

		/* the same answer again, after a key frame */
		if (findings->answers > 0 && findings->number == inside->number)
			continue;
		findings->number = inside->number;
		findings->answers++;
		struct frame *copy = frame_new();

		inside_copy(copy, frame, i);
		findings->answer_ms = now_ms;
		if (inside->error != 0) {
			replace(&findings->failed, copy);
			continue;
		}
		replace(&findings->failed, NULL);
		if (inside->type[0] == '\0') {
			take_look(findings, copy, at_ms);
			continue;
		}
		replace(&findings->holders, copy);
		findings->holders_ms = at_ms;
	}
}

void findings_table_set_baseline(struct findings_table *table)
{
	for (size_t i = 0; i < FINDINGS_KEPT; i++) {
		struct findings *findings = &table->all[i];

		if (findings->base != findings->last)
			frame_free(findings->base);
		findings->base = findings->last;
		findings->base_ms = findings->last_ms;
	}
}

/* Whether they are "Timer" and "threading.Timer", as which a type is told once there is another. */
static bool may_be_same(const char *one, const char *other)
{
	size_t a = strlen(one), b = strlen(other);
	const char *longer = a > b ? one : other, *shorter = a > b ? other : one;
	size_t more = a > b ? a - b : b - a;

	return more > 0 && longer[more - 1] == '.' && strcmp(longer + more, shorter) == 0;
}

/* A type that was not there at the baseline is all new, but not of one that was told under another
 * name; where both looks know what hangs on its objects, that is compared, else their own bytes. */
bool findings_gained(const struct findings *findings, const struct inside_type *type,
	int64_t *bytes, int64_t *count)
{
	const struct inside_type *before = NULL;
	bool renamed = false;

	if (findings->base == NULL || findings->base == findings->last)
		return false;
	for (size_t i = 0; i < findings->base->ninside_types && before == NULL; i++) {
		const struct inside_type *other = &findings->base->inside_types[i];

		if (other->kind == type->kind && strcmp(other->name, type->name) == 0)
			before = other;
		renamed |= other->kind == type->kind && may_be_same(other->name, type->name);
	}
	if (before == NULL && renamed)
		return false;
	bool kept = type->known & INSIDE_TYPE_KEPT;
	uint64_t now = kept ? type->kept : type->bytes, then = 0;
	if (before != NULL)
		then = kept && before->known & INSIDE_TYPE_KEPT ? before->kept : before->bytes;
	*bytes = (int64_t)(now - then);
	*count = (int64_t)(type->count - (before != NULL ? before->count : 0));
	return true;
}

/* Classes apart from chunks; then what grew most, what is largest, by name: an order that stands
 * still when nothing does. */
static int by_gain(const void *a, const void *b)
{
	const struct findings_row *first = a, *second = b;
	uint64_t large = findings_bytes(first->type), small = findings_bytes(second->type);

	if (first->type->kind != second->type->kind)
		return first->type->kind < second->type->kind ? -1 : 1;
	if (first->gained_bytes != second->gained_bytes)
		return first->gained_bytes > second->gained_bytes ? -1 : 1;
	if (large != small)
		return large > small ? -1 : 1;
	return strcmp(first->type->name, second->type->name);
}

size_t findings_rows(const struct findings *findings, struct findings_row rows[INSIDE_TYPES_MAX])
{
	const struct frame *last = findings->last;
	size_t count = last->ninside_types < INSIDE_TYPES_MAX ? last->ninside_types
							      : INSIDE_TYPES_MAX;

	for (size_t i = 0; i < count; i++) {
		struct findings_row *row = &rows[i];

		*row = (struct findings_row){ .type = &last->inside_types[i] };
		row->compared = findings_gained(findings, row->type, &row->gained_bytes,
			&row->gained_count);
	}
	order_sort(rows, count, sizeof(*rows), by_gain);
	return count;
}

/* --- what it comes to --- */

uint64_t findings_kept_of(const struct proc_inside *inside)
{
	return (inside->known & INSIDE_HEAP ? inside->heap_kept : 0) +
	       (inside->known & INSIDE_POOLS ? inside->pool_kept : 0);
}

/* Pools lie in mappings of their own, which malloc knows nothing of. */
uint64_t findings_used_of(const struct proc_inside *inside)
{
	return (inside->known & INSIDE_HEAP ? inside->heap_used : 0) +
	       (inside->known & INSIDE_POOLS ? inside->pool_used : 0);
}

bool findings_kept(const struct findings *findings, uint64_t *bytes)
{
	if (findings == NULL || findings->last == NULL ||
		!(findings->last->insides[0].known & (INSIDE_HEAP | INSIDE_POOLS)))
		return false;
	*bytes = findings_kept_of(&findings->last->insides[0]);
	return true;
}

static bool is_most(uint64_t bytes, uint64_t of_kib)
{
	return bytes / KIB * 100 >= of_kib * MOST_PERCENT;
}

/* Bytes more that outlived collections than at the baseline, once there were collections since.
 * Before the first collection nothing had outlived one: what did then is no gain. */
static int64_t live_gained(const struct proc_inside *now, const struct proc_inside *then)
{
	if (!(then->known & INSIDE_JAVA) || then->java_collections == 0 ||
		now->java_collections == then->java_collections || findings_java_single(now))
		return 0;
	return (int64_t)(now->java_old - then->java_old);
}

struct findings_gains findings_gains(const struct findings *findings)
{
	const struct proc_inside *now = &findings->last->insides[0];
	const struct proc_inside *then = &findings->base->insides[0];
	struct findings_gains gains = {
		.kept = (int64_t)(findings_kept_of(now) - findings_kept_of(then)),
		.used = (int64_t)(findings_used_of(now) - findings_used_of(then)),
		.live = live_gained(now, then),
	};

	if (now->known & then->known & INSIDE_OUTSIDE)
		gains.rest = (int64_t)(now->rest - then->rest);
	return gains;
}

/* A process that grows fast is larger now than when it was looked into. */
uint64_t findings_rss_then(const struct findings *findings, uint64_t rss_kib)
{
	return findings->size.rss_kib > 0 ? findings->size.rss_kib : rss_kib;
}

/* A JVM has from malloc all that is not its heap, direct buffers above all. */
static enum findings_cause java_cause(const struct proc_inside *now,
	const struct findings_gains *gains)
{
	if (gains->used > FINDINGS_GREW && gains->used > gains->live)
		return FINDINGS_USED;
	if (now->java_collections == 0 || findings_java_single(now))
		return FINDINGS_UNKNOWN;
	return now->java_old * 2 < now->java_committed && gains->live <= FINDINGS_GREW
		       ? FINDINGS_GARBAGE
		       : FINDINGS_USED;
}

/* Memory that an allocator keeps may have been in use at the look before, or be so at the next: it
 * is the reason of growth only where it came on top of what was in use. */
static bool kept_grew(const struct findings_gains *gains)
{
	return gains->kept > FINDINGS_GREW && gains->kept > gains->used &&
	       gains->kept > gains->rest && gains->used > -gains->kept / 2;
}

/* Anonymous memory of neither malloc nor Python: in mappings of its own, shared with others, or its
 * copies of files' pages. */
static uint64_t others_of(const struct findings *findings)
{
	const struct proc_inside *now = &findings->last->insides[0];
	const struct findings_size *size = &findings->size;
	uint64_t inside = findings_used_of(now) + findings_kept_of(now);

	return amount_larger(now->rest, amount_less(size->anon_kib * KIB, inside)) +
	       size->shmem_kib * KIB;
}

enum findings_cause findings_cause(const struct findings *findings, uint64_t rss_kib)
{
	if (findings == NULL || findings->last == NULL)
		return FINDINGS_UNKNOWN;
	const struct proc_inside *now = &findings->last->insides[0];
	const struct findings_gains gains = findings_gains(findings);
	uint64_t used = findings_used_of(now), kept = findings_kept_of(now);

	rss_kib = findings_rss_then(findings, rss_kib);
	if (now->known & INSIDE_JAVA)
		return java_cause(now, &gains);
	if (!(now->known & (INSIDE_HEAP | INSIDE_POOLS)))
		return FINDINGS_UNKNOWN;
	if (gains.used > FINDINGS_GREW && gains.used >= gains.kept && gains.used >= gains.rest)
		return FINDINGS_USED;
	if (kept_grew(&gains))
		return FINDINGS_KEPT_FREE;
	/* what others than malloc have may be in use or free */
	if (gains.rest > FINDINGS_GREW)
		return FINDINGS_UNKNOWN;
	if (is_most(kept, rss_kib))
		return FINDINGS_KEPT_FREE;
	if ((now->known & INSIDE_OUTSIDE) || findings->size.rss_kib > 0)
		return used + kept >= others_of(findings) ? FINDINGS_USED : FINDINGS_UNKNOWN;
	return (now->known & INSIDE_HEAP) != 0 || is_most(used, rss_kib) ? FINDINGS_USED
									 : FINDINGS_UNKNOWN;
}

const char *findings_cause_word(enum findings_cause cause)
{
	static const char *const words[FINDINGS_CAUSES] = {
		[FINDINGS_UNKNOWN] = "",
		[FINDINGS_USED] = "used",
		[FINDINGS_KEPT_FREE] = "kept",
		[FINDINGS_GARBAGE] = "garbage",
		[FINDINGS_SHARED] = "shared",
		[FINDINGS_FILE] = "file",
	};

	return words[cause];
}
