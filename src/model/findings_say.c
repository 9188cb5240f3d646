/* SPDX-License-Identifier: GPL-2.0-or-later */
/* findings_say - what looks come to, in words; see findings.h */
#include "model/findings_priv.h"

#include "base/amount.h"
#include "base/units.h"

#include <inttypes.h>

enum { KIB = 1024 };

/* Some collectors publish what is in use only at a collection; no heap of a JVM that runs is
 * empty. */
static void say_java_use(struct buf *out, const struct proc_inside *inside)
{
	if (inside->java_used > 0)
		buf_printf(out, "heap %s in use of %s committed",
			units_bytes_words(UNITS_TEXT, inside->java_used),
			units_bytes_words(UNITS_TEXT, inside->java_committed));
	else
		buf_printf(out, "heap %s committed",
			units_bytes_words(UNITS_TEXT, inside->java_committed));
	if (inside->java_limit > 0)
		buf_printf(out, ", limit %s", units_bytes_words(UNITS_TEXT, inside->java_limit));
}

void findings_java(struct buf *out, const struct proc_inside *inside)
{
	say_java_use(out, inside);
	if (inside->java_used > 0 && inside->java_young_committed > 0)
		buf_printf(out, "; old %s of %s, young %s of %s",
			units_bytes_words(UNITS_TEXT, inside->java_old),
			units_bytes_words(UNITS_TEXT, inside->java_old_committed),
			units_bytes_words(UNITS_TEXT, inside->java_used - inside->java_old),
			units_bytes_words(UNITS_TEXT, inside->java_young_committed));
	if (inside->java_metaspace > 0)
		buf_printf(out, "; metaspace %s",
			units_bytes_words(UNITS_TEXT, inside->java_metaspace));
	if (inside->java_used > 0 || inside->java_collections > 0)
		buf_printf(out, "; %" PRIu64 " collections", inside->java_collections);
	else
		buf_puts(out, "; no collection yet, which would tell what is in use");
}

/* A JVM commits memory and gives little back, so what it has committed says nothing of a leak;
 * what outlived collections of the old generation does. */
static void say_java_heap(struct buf *out, const struct proc_inside *inside, int64_t gained)
{
	char live[UNITS_SIZE], committed[UNITS_SIZE];

	units_bytes_words(live, inside->java_old);
	units_bytes_words(committed, inside->java_committed);
	if (inside->java_collections == 0 && inside->java_used == 0)
		buf_printf(out,
			"Too early to tell: nothing was collected yet in the Java heap, of which "
			"%s is committed.",
			committed);
	else if (inside->java_collections == 0)
		buf_printf(out,
			"Too early to tell: nothing was collected yet of the %s in use in the Java "
			"heap.",
			units_bytes_words(UNITS_TEXT, inside->java_used));
	else if (findings_java_single(inside))
		buf_printf(out,
			"The Java heap has %s in use of %s committed; how much of that is garbage "
			"its collector does not publish.",
			live, committed);
	else if (inside->java_old * 2 < inside->java_committed && gained <= FINDINGS_GREW)
		buf_printf(out,
			"Not a leak so far: of %s committed to the Java heap %s outlived "
			"collections; the rest is free or garbage.",
			committed, live);
	else if (gained > FINDINGS_GREW)
		buf_printf(out,
			"The Java heap is in use: %s of %s committed outlived collections, %s more "
			"than at first.",
			live, committed, units_bytes_words(UNITS_TEXT, (uint64_t)gained));
	else
		buf_printf(out, "The Java heap is in use: %s of %s committed outlived collections.",
			live, committed);
}

static void say_java(struct buf *out, const struct proc_inside *inside,
	const struct findings_gains *gains)
{
	if (gains->used > FINDINGS_GREW && gains->used > gains->live)
		buf_printf(out,
			"Outside the Java heap it grew by %s that malloc has in use: direct "
			"buffers, threads, native code. ",
			units_bytes_words(UNITS_TEXT, (uint64_t)gains->used));
	say_java_heap(out, inside, gains->live);
}

/* The larger of the two keepers is named: malloc(3), or Python's own allocator above it.
 * malloc_trim(3) can give back what malloc has, nothing that Python keeps in pools that are in
 * use.  A leak beside what is kept is told, too. */
static void say_kept(struct buf *out, const struct proc_inside *inside,
	const struct findings_gains *gains, uint64_t rss_kib)
{
	uint64_t heap = inside->known & INSIDE_HEAP ? inside->heap_kept : 0;
	uint64_t pools = inside->known & INSIDE_POOLS ? inside->pool_kept : 0;
	bool leak = gains->used > FINDINGS_GREW || gains->rest > FINDINGS_GREW;

	buf_printf(out, "%s: %s of %s is free memory that ",
		leak ? "More of what came is kept than used" : "Not a leak",
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
	if (gains->used > FINDINGS_GREW)
		buf_printf(out, "; but what is in use grew by %s, too",
			units_bytes_words(UNITS_TEXT, (uint64_t)gains->used));
	if (gains->rest > FINDINGS_GREW)
		buf_printf(out, "; but what is neither's grew by %s, too",
			units_bytes_words(UNITS_TEXT, (uint64_t)gains->rest));
	buf_putc(out, '.');
}

static void say_malloc(struct buf *out, const struct proc_inside *now,
	const struct findings_gains *gains)
{
	buf_printf(out, "; malloc has %s in use",
		units_bytes_words(UNITS_TEXT, now->known & INSIDE_HEAP ? now->heap_used : 0));
	if (gains->used > FINDINGS_GREW)
		buf_printf(out, "; what is in use grew by %s",
			units_bytes_words(UNITS_TEXT, (uint64_t)gains->used));
	buf_putc(out, '.');
}

static void say_stacks(struct buf *out, const struct proc_inside *now,
	const struct findings_size *size)
{
	if (now->stacks == 1)
		buf_puts(out, "the stack of a thread");
	else
		buf_printf(out, "%" PRIu32 " stacks of threads or coroutines", now->stacks);
	if (size->threads > 0 && now->stacks / 2 > (uint32_t)size->threads)
		buf_printf(out, " (only %" PRId32 " thread%s; ended ones that nobody joined stay)",
			size->threads, size->threads == 1 ? " runs" : "s run");
}

/* Memory of neither malloc nor Python, where that is more than theirs or grows faster. */
static void say_rest(struct buf *out, const struct findings *findings,
	const struct findings_gains *gains, uint64_t rss_kib)
{
	const struct proc_inside *now = &findings->last->insides[0];
	char rest[UNITS_SIZE];
	bool node = (now->known & INSIDE_NODE) != 0 && now->node_heap > now->rest / 2;

	buf_printf(out, "%s is not %s: %s of %s is in ",
		gains->rest > FINDINGS_GREW ? "What grows" : "Most of it",
		now->known & INSIDE_POOLS ? "malloc's, nor in Python's pools" : "malloc's",
		units_bytes_words(rest, now->rest), units_kib_words(UNITS_TEXT, rss_kib));
	if (now->stack_bytes > now->rest / 2)
		say_stacks(out, now, &findings->size);
	else if (node)
		buf_puts(out, "V8's heap, garbage included, and other mappings");
	else
		buf_puts(out, "mappings of its own (mmap, static data), of its runtime or another "
			      "allocator");
	if (gains->rest > FINDINGS_GREW)
		buf_printf(out, ", %s more than at first",
			units_bytes_words(UNITS_TEXT, (uint64_t)gains->rest));
	say_malloc(out, now, gains);
}

/* Names the memory in no heap and no mapping of its own; false: that is not most of it. */
static bool say_mapped(struct buf *out, const struct findings *findings,
	const struct findings_gains *gains)
{
	const struct proc_inside *now = &findings->last->insides[0];
	const struct findings_size *size = &findings->size;
	uint64_t known_kib = (findings_used_of(now) + findings_kept_of(now) + now->rest + KIB - 1) /
			     KIB;
	uint64_t changed_kib = amount_less(size->anon_kib, known_kib);
	uint64_t file_kib = amount_less(size->rss_kib, size->anon_kib + size->shmem_kib);
	uint64_t most_kib = amount_larger(size->shmem_kib, amount_larger(changed_kib, file_kib));

	if (size->rss_kib == 0 || most_kib < size->rss_kib / 2)
		return false;
	buf_printf(out, "Most of it is %s: %s of %s",
		most_kib == size->shmem_kib ? "shared memory"
		: most_kib == changed_kib   ? "its own copies of pages of files that it has mapped"
					    : "files that it has mapped, program and libraries",
		units_kib_words(UNITS_TEXT, most_kib), units_kib_words(UNITS_TEXT, size->rss_kib));
	say_malloc(out, now, gains);
	return true;
}

/* Memory in no heap that was read, where that is the larger part or known to be another heap. */
static void say_outside(struct buf *out, const struct proc_inside *now, uint64_t rss_kib)
{
	uint64_t inside_kib = (findings_used_of(now) + findings_kept_of(now)) / KIB;
	uint64_t outside_kib = amount_less(rss_kib, inside_kib);

	if ((now->known & INSIDE_NODE) != 0 && now->node_heap > 0) {
		buf_printf(out, "; beside them V8's heap has about %s",
			units_bytes_words(UNITS_TEXT, now->node_heap));
		return;
	}
	if (outside_kib <= rss_kib / 2)
		return;
	if ((now->known & INSIDE_OUTSIDE) == 0) {
		buf_printf(out, "; %s is outside them: libraries, mappings of its own",
			units_kib_words(UNITS_TEXT, outside_kib));
		return;
	}
	if (now->rest / KIB > rss_kib / 10)
		buf_printf(out, "; %s is in mappings of its own, %s in",
			units_bytes_words(UNITS_TEXT, now->rest),
			units_kib_words(UNITS_TEXT, amount_less(outside_kib, now->rest / KIB)));
	else
		buf_printf(out, "; %s is", units_kib_words(UNITS_TEXT, outside_kib));
	buf_puts(out, " the program, libraries, other files and shared memory");
}

static void say_used(struct buf *out, const struct proc_inside *now,
	const struct findings_gains *gains, uint64_t rss_kib)
{
	char used[UNITS_SIZE], all[UNITS_SIZE];

	units_bytes_words(used, findings_used_of(now));
	units_kib_words(all, rss_kib);
	/* what was asked for and never written to, or went to swap, is not in memory */
	if (findings_used_of(now) / KIB > rss_kib)
		buf_printf(out, "In use: %s was asked for, of which no more than %s is in memory",
			used, all);
	else
		buf_printf(out, "In use: %s of %s; %s %s that is free", used, all,
			now->known & INSIDE_HEAP ? "its allocators keep" : "Python's pools keep",
			units_bytes_words(UNITS_TEXT, findings_kept_of(now)));
	say_outside(out, now, rss_kib);
	if (gains->used > FINDINGS_GREW)
		buf_printf(out, "; what is in use grew by %s",
			units_bytes_words(UNITS_TEXT, (uint64_t)gains->used));
	buf_putc(out, '.');
}

void findings_sentence(struct buf *out, const struct findings *findings, uint64_t rss_kib)
{
	if (findings == NULL || findings->last == NULL)
		return;
	enum findings_cause cause = findings_cause(findings, rss_kib);
	bool used = cause == FINDINGS_USED;
	const struct proc_inside *inside = &findings->last->insides[0];
	const struct findings_gains gains = findings_gains(findings);

	rss_kib = findings_rss_then(findings, rss_kib);
	if (inside->known & INSIDE_JAVA)
		say_java(out, inside, &gains);
	else if (cause == FINDINGS_KEPT_FREE)
		say_kept(out, inside, &gains, rss_kib);
	else if (!used && (inside->known & INSIDE_OUTSIDE) == 0)
		return;
	else if (!used && (gains.rest > FINDINGS_GREW || inside->rest / KIB >= rss_kib / 2))
		say_rest(out, findings, &gains, rss_kib);
	else if (used || !say_mapped(out, findings, &gains))
		say_used(out, inside, &gains, rss_kib);
}
