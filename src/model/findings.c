/* SPDX-License-Identifier: GPL-2.0-or-later */
/* findings - see findings.h */
#include "model/findings.h"

#include "base/order.h"
#include "base/units.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
	KIB = 1024,
	GREW_BYTES = 1 << 20, /* less than that is no growth */
	MOST_PERCENT = 50,    /* from this share on of the memory kept is what explains it */
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

void findings_table_size(struct findings_table *table, struct ident id, uint64_t rss_kib)
{
	for (size_t i = 0; i < FINDINGS_KEPT; i++)
		if (ident_same(table->all[i].id, id) && table->all[i].rss_kib == 0)
			table->all[i].rss_kib = rss_kib;
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
	findings->rss_kib = 0;
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

static uint64_t kept_of(const struct proc_inside *inside)
{
	return (inside->known & INSIDE_HEAP ? inside->heap_kept : 0) +
	       (inside->known & INSIDE_POOLS ? inside->pool_kept : 0);
}

/* Pools lie in mappings of their own, which malloc knows nothing of. */
static uint64_t used_of(const struct proc_inside *inside)
{
	return (inside->known & INSIDE_HEAP ? inside->heap_used : 0) +
	       (inside->known & INSIDE_POOLS ? inside->pool_used : 0);
}

bool findings_kept(const struct findings *findings, uint64_t *bytes)
{
	if (findings == NULL || findings->last == NULL ||
		!(findings->last->insides[0].known & (INSIDE_HEAP | INSIDE_POOLS)))
		return false;
	*bytes = kept_of(&findings->last->insides[0]);
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
		now->java_collections == then->java_collections)
		return 0;
	return (int64_t)(now->java_old - then->java_old);
}

/* A process that grows fast is larger now than when it was looked into. */
static uint64_t rss_then(const struct findings *findings, uint64_t rss_kib)
{
	return findings->rss_kib > 0 ? findings->rss_kib : rss_kib;
}

enum findings_cause findings_cause(const struct findings *findings, uint64_t rss_kib)
{
	if (findings == NULL || findings->last == NULL)
		return FINDINGS_UNKNOWN;
	rss_kib = rss_then(findings, rss_kib);
	const struct proc_inside *now = &findings->last->insides[0];
	const struct proc_inside *then = &findings->base->insides[0];
	if ((now->known & INSIDE_JAVA) && now->java_collections == 0)
		return FINDINGS_UNKNOWN;
	if (now->known & INSIDE_JAVA)
		return now->java_old * 2 < now->java_committed &&
				       live_gained(now, then) <= GREW_BYTES
			       ? FINDINGS_GARBAGE
			       : FINDINGS_USED;
	if (!(now->known & (INSIDE_HEAP | INSIDE_POOLS)))
		return FINDINGS_UNKNOWN;
	int64_t kept = (int64_t)(kept_of(now) - kept_of(then));
	int64_t used = (int64_t)(used_of(now) - used_of(then));
	if (kept > GREW_BYTES || used > GREW_BYTES)
		return kept > used ? FINDINGS_KEPT_FREE : FINDINGS_USED;
	if (is_most(kept_of(now), rss_kib))
		return FINDINGS_KEPT_FREE;
	/* what a malloc that cannot be read has may be in use or free */
	return (now->known & INSIDE_HEAP) != 0 || is_most(used_of(now), rss_kib) ? FINDINGS_USED
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

void findings_java(struct buf *out, const struct proc_inside *inside)
{
	buf_printf(out, "heap %s in use of %s committed",
		units_bytes_words(UNITS_TEXT, inside->java_used),
		units_bytes_words(UNITS_TEXT, inside->java_committed));
	if (inside->java_limit > 0)
		buf_printf(out, ", limit %s", units_bytes_words(UNITS_TEXT, inside->java_limit));
	if (inside->java_young_committed > 0)
		buf_printf(out, "; old %s of %s", units_bytes_words(UNITS_TEXT, inside->java_old),
			units_bytes_words(UNITS_TEXT, inside->java_old_committed));
	if (inside->java_young_committed > 0)
		buf_printf(out, ", young %s of %s",
			units_bytes_words(UNITS_TEXT, inside->java_used - inside->java_old),
			units_bytes_words(UNITS_TEXT, inside->java_young_committed));
	buf_printf(out, "; metaspace %s; %" PRIu64 " collections",
		units_bytes_words(UNITS_TEXT, inside->java_metaspace), inside->java_collections);
}

/* A JVM commits memory and gives little back, so what it has committed says nothing of a leak;
 * what outlived collections of the old generation does. */
static void say_java(struct buf *out, const struct proc_inside *inside, enum findings_cause cause,
	int64_t gained)
{
	char live[UNITS_SIZE], committed[UNITS_SIZE];

	units_bytes_words(live, inside->java_old);
	units_bytes_words(committed, inside->java_committed);
	if (cause == FINDINGS_GARBAGE)
		buf_printf(out,
			"Not a leak so far: of %s committed to the Java heap %s outlived "
			"collections; the rest is free or garbage.",
			committed, live);
	else
		buf_printf(out, "The Java heap is in use: %s of %s committed outlived collections",
			live, committed);
	if (cause == FINDINGS_USED && gained > GREW_BYTES)
		buf_printf(out, ", %s more than at first",
			units_bytes_words(UNITS_TEXT, (uint64_t)gained));
	if (cause != FINDINGS_GARBAGE)
		buf_putc(out, '.');
}

/* The larger of the two keepers is named: malloc(3), or Python's own allocator above it.
 * malloc_trim(3) can give back what malloc has, nothing that Python keeps in pools that are in
 * use. */
static void say_kept(struct buf *out, const struct proc_inside *inside, uint64_t rss_kib)
{
	uint64_t heap = inside->known & INSIDE_HEAP ? inside->heap_kept : 0;
	uint64_t pools = inside->known & INSIDE_POOLS ? inside->pool_kept : 0;

	buf_printf(out, "Not a leak: %s of %s is free memory that ",
		units_bytes_words(UNITS_TEXT, heap + pools), units_kib_words(UNITS_TEXT, rss_kib));
	if (pools > heap)
		buf_printf(out, "Python keeps in its pools (%" PRIu64 " of %" PRIu64 " are empty)",
			inside->pools_empty, inside->pools);
	else
		buf_printf(out, "malloc keeps in %" PRIu32 " arena%s", inside->heap_arenas,
			inside->heap_arenas == 1 ? "" : "s");
	if (heap > 0)
		buf_printf(out, "; a trim would give back about %s",
			units_bytes_words(UNITS_TEXT, inside->heap_returnable));
	buf_putc(out, '.');
}

/* Memory in no heap that was read, where that is the larger part or known to be another heap. */
static void say_outside(struct buf *out, const struct proc_inside *now, uint64_t rss_kib)
{
	uint64_t inside_kib = (used_of(now) + kept_of(now)) / KIB;

	if ((now->known & INSIDE_NODE) != 0 && now->node_heap > 0)
		buf_printf(out, "; beside them V8's heap has about %s",
			units_bytes_words(UNITS_TEXT, now->node_heap));
	else if (inside_kib < rss_kib / 2)
		buf_printf(out, "; %s is outside them: libraries, mappings of its own",
			units_kib_words(UNITS_TEXT, rss_kib - inside_kib));
}

static void say_used(struct buf *out, const struct findings *findings, uint64_t rss_kib)
{
	const struct proc_inside *now = &findings->last->insides[0];
	int64_t grew = (int64_t)(used_of(now) - used_of(&findings->base->insides[0]));
	char used[UNITS_SIZE], all[UNITS_SIZE];

	units_bytes_words(used, used_of(now));
	units_kib_words(all, rss_kib);
	/* what was asked for and never written to, or went to swap, is not in memory */
	if (used_of(now) / KIB > rss_kib)
		buf_printf(out, "In use: %s was asked for, of which no more than %s is in memory",
			used, all);
	else
		buf_printf(out, "In use: %s of %s; %s %s that is free", used, all,
			now->known & INSIDE_HEAP ? "its allocators keep" : "Python's pools keep",
			units_bytes_words(UNITS_TEXT, kept_of(now)));
	say_outside(out, now, rss_kib);
	if (findings->base != findings->last && grew > GREW_BYTES)
		buf_printf(out, "; what is in use grew by %s",
			units_bytes_words(UNITS_TEXT, (uint64_t)grew));
	buf_putc(out, '.');
}

void findings_sentence(struct buf *out, const struct findings *findings, uint64_t rss_kib)
{
	enum findings_cause cause = findings_cause(findings, rss_kib);

	const struct proc_inside *inside = findings != NULL && findings->last != NULL
						   ? &findings->last->insides[0]
						   : NULL;
	if (inside == NULL)
		return;
	if ((inside->known & INSIDE_JAVA) && cause == FINDINGS_UNKNOWN)
		buf_printf(out,
			"Too early to tell: nothing was collected yet of the %s in use in the "
			"Java heap.",
			units_bytes_words(UNITS_TEXT, inside->java_used));
	if (cause == FINDINGS_UNKNOWN)
		return;
	rss_kib = rss_then(findings, rss_kib);
	if (inside->known & INSIDE_JAVA)
		say_java(out, inside, cause, live_gained(inside, &findings->base->insides[0]));
	else if (cause == FINDINGS_KEPT_FREE)
		say_kept(out, inside, rss_kib);
	else
		say_used(out, findings, rss_kib);
}
