/* SPDX-License-Identifier: GPL-2.0-or-later */
/* inside_json - what was found inside a process as one line of JSON (inside.h); the schema stands
 * in memtop(1)
 */
#include "table/inside.h"

#include "frame/json_writer.h"
#include "frame/wire.h"
#include "model/findings.h"
#include "table/grown_lines.h"

/* The line that is written, and how old the look is and what it took. */
struct inside_line {
	struct json_writer json;
	uint64_t age_ms;
	double cost_ms;
};

/* Empty text is nothing. */
static void put_text(struct inside_line *line, const char *name, const char *text)
{
	json_add_text(&line->json, name, text[0] != '\0' ? text : NULL);
}

static void put_number(struct inside_line *line, const char *name, bool known, uint64_t number)
{
	json_add_number(&line->json, name, known, (int64_t)number);
}

static void put_cost(struct inside_line *line)
{
	json_add_ms(&line->json, "age", true, line->age_ms);
	json_add_ms(&line->json, "cost", true, (uint64_t)(line->cost_ms + 0.5));
}

/* Arenas of threads are why malloc(3) keeps memory in programs of many threads. */
static void put_arenas(struct inside_line *line, const struct frame *frame)
{
	json_open(&line->json, "arenas", '[');
	for (size_t i = 0; i < frame->ninside_arenas; i++) {
		const struct inside_arena *arena = &frame->inside_arenas[i];

		json_open(&line->json, NULL, '{');
		put_text(line, "name", arena->name);
		put_number(line, "in_use", true, arena->used);
		put_number(line, "free", true, arena->free);
		put_number(line, "kept", true, arena->kept);
		put_number(line, "returnable", true, arena->returnable);
		json_close(&line->json, '}');
	}
	json_close(&line->json, ']');
}

/* Growth is only there when two different looks have the same figures. */
static void put_allocator(struct inside_line *line, const struct findings *findings)
{
	const struct proc_inside *inside = &findings->last->insides[0];
	const struct proc_inside *base = &findings->base->insides[0];
	bool known = inside->known & INSIDE_HEAP;
	bool twice = known && findings->base != findings->last && base->known & INSIDE_HEAP;

	json_open(&line->json, "allocator", '{');
	put_text(line, "name", inside->allocator);
	put_text(line, "ask", inside->hint);
	put_number(line, "in_use", known, inside->heap_used);
	put_number(line, "free", known, inside->heap_free);
	put_number(line, "kept", known, inside->heap_kept);
	put_number(line, "returnable", known, inside->heap_returnable);
	put_number(line, "mapped", known, inside->heap_mapped);
	put_number(line, "chunks", known, inside->heap_chunks);
	put_number(line, "resyncs", known, inside->heap_resyncs);
	put_number(line, "rest", inside->known & INSIDE_OUTSIDE, inside->rest);
	put_number(line, "stacks", inside->known & INSIDE_OUTSIDE, inside->stacks);
	put_number(line, "stack_bytes", inside->known & INSIDE_OUTSIDE, inside->stack_bytes);
	json_add_number(&line->json, "gained_in_use", twice,
		(int64_t)(inside->heap_used - base->heap_used));
	json_add_number(&line->json, "gained_kept", twice,
		(int64_t)(inside->heap_kept - base->heap_kept));
	put_arenas(line, findings->last);
	put_cost(line);
	json_close(&line->json, '}');
}

/* Opens an object for what is KNOWN; false: it is null, as what the runtime does not use. */
static bool open_known(struct inside_line *line, const char *name, bool known)
{
	if (known)
		json_open(&line->json, name, '{');
	else
		json_add_null(&line->json, name);
	return known;
}

static void put_pools(struct inside_line *line, const struct proc_inside *inside)
{
	if (!open_known(line, "pools", inside->known & INSIDE_POOLS))
		return;
	put_number(line, "blocks", true, inside->pool_blocks);
	put_number(line, "in_use", true, inside->pool_used);
	put_number(line, "kept", true, inside->pool_kept);
	put_number(line, "count", true, inside->pools);
	put_number(line, "empty", true, inside->pools_empty);
	put_cost(line);
	json_close(&line->json, '}');
}

/* A heap without a limit of its own has none: the JVM took a share of the machine. */
static void put_java(struct inside_line *line, const struct proc_inside *inside)
{
	if (!open_known(line, "java", inside->known & INSIDE_JAVA))
		return;
	/* no heap of a JVM that runs is empty: 0 is what was not published yet */
	bool used = inside->java_used > 0;

	put_number(line, "used", used, inside->java_used);
	put_number(line, "committed", true, inside->java_committed);
	put_number(line, "limit", inside->java_limit > 0, inside->java_limit);
	put_number(line, "old", used, inside->java_old);
	put_number(line, "old_committed", true, inside->java_old_committed);
	put_number(line, "young", used, inside->java_used - inside->java_old);
	put_number(line, "young_committed", true, inside->java_young_committed);
	put_number(line, "metaspace", inside->java_metaspace > 0, inside->java_metaspace);
	put_number(line, "metaspace_committed", true, inside->java_metaspace_committed);
	put_number(line, "collections", true, inside->java_collections);
	put_cost(line);
	json_close(&line->json, '}');
}

static void put_node(struct inside_line *line, const struct proc_inside *inside)
{
	if (!open_known(line, "node", inside->known & INSIDE_NODE))
		return;
	put_number(line, "heap", true, inside->node_heap);
	put_number(line, "buffers", true, inside->node_buffers);
	json_add_bool(&line->json, "estimate", true);
	put_cost(line);
	json_close(&line->json, '}');
}

/* Bytes of the objects alone, and with what hangs from them where that is known. */
static void put_types(struct inside_line *line, const struct findings *findings)
{
	const struct frame *frame = findings->last;

	json_open(&line->json, "types", '[');
	for (size_t i = 0; i < frame->ninside_types; i++) {
		const struct inside_type *type = &frame->inside_types[i];
		int64_t bytes = 0, count = 0;
		bool gained = findings_gained(findings, type, &bytes, &count);

		json_open(&line->json, NULL, '{');
		put_text(line, "kind", wire_enum_name(WIRE_INSIDE, (int)type->kind));
		put_text(line, "name", type->name);
		put_number(line, "count", true, type->count);
		put_number(line, "bytes", true, type->bytes);
		put_number(line, "kept_bytes", type->known & INSIDE_TYPE_KEPT, type->kept);
		json_add_number(&line->json, "gained", gained, bytes);
		json_add_number(&line->json, "gained_count", gained, count);
		json_close(&line->json, '}');
	}
	json_close(&line->json, ']');
}

static void put_holders(struct inside_line *line, const struct frame *frame)
{
	const struct proc_inside *inside = &frame->insides[0];
	bool known = inside->known & INSIDE_HOLDERS;

	put_text(line, "type", inside->type);
	put_number(line, "count", known, inside->held_count);
	put_number(line, "bytes", known, inside->held_bytes);
	put_number(line, "samples", known, inside->held_samples);
	json_open(&line->json, "holders", '[');
	for (size_t i = 0; i < frame->ninside_holders; i++) {
		const struct inside_holder *holder = &frame->inside_holders[i];

		json_open(&line->json, NULL, '{');
		put_text(line, "path", holder->path);
		json_add_real(&line->json, "share", true,
			inside->held_samples > 0 ? (double)holder->samples / inside->held_samples
						 : 0);
		json_close(&line->json, '}');
	}
	json_close(&line->json, ']');
}

static void put_unknowns(struct inside_line *line, const struct inside_unknown *unknowns,
	size_t count)
{
	json_open(&line->json, "unknown", '[');
	for (size_t i = 0; i < count; i++) {
		json_open(&line->json, NULL, '{');
		put_text(line, "what", unknowns[i].what);
		put_text(line, "why", unknowns[i].why);
		json_close(&line->json, '}');
	}
	json_close(&line->json, ']');
}

/* In the order of the text, so that both can be read beside each other. */
static void put_look(struct inside_line *line, const struct findings *findings,
	const struct proc *proc)
{
	struct buf sentence;

	buf_init(&sentence);
	findings_sentence(&sentence, findings, proc->figures.rss_kib);
	put_text(line, "summary", buf_text(&sentence));
	put_text(line, "cause",
		findings_cause_word(findings_cause(findings, proc->figures.rss_kib)));
	put_text(line, "runtime", findings->last->insides[0].runtime);
	put_allocator(line, findings);
	put_pools(line, &findings->last->insides[0]);
	put_java(line, &findings->last->insides[0]);
	put_node(line, &findings->last->insides[0]);
	put_types(line, findings);
	buf_done(&sentence);
}

void inside_json(struct buf *out, const struct store *store, const struct proc *proc,
	const char *type, bool lines)
{
	const struct findings *findings = store_findings(store, proc->id);
	const struct frame *frame = NULL;
	struct inside_unknown all = { .what = "all of it", .why = "it was not looked into" };
	struct inside_line line;
	uint64_t now_ms = store_now_ms(store), at_ms = now_ms;

	json_writer_init(&line.json, out);
	if (findings != NULL && findings->failed == NULL) {
		frame = type != NULL ? findings->holders : findings->last;
		at_ms = type != NULL ? findings->holders_ms : findings->last_ms;
	}
	line.age_ms = now_ms > at_ms ? now_ms - at_ms : 0;
	line.cost_ms = frame != NULL ? frame->insides[0].cost_ms : 0;
	json_open(&line.json, NULL, '{');
	put_number(&line, "pid", true, (uint64_t)proc->id.pid);
	put_text(&line, "name", proc->name);
	json_add_kib(&line.json, "rss", proc_is_measured(proc), proc->figures.rss_kib);
	if (findings != NULL && findings->failed != NULL)
		all.why = findings->failed->insides[0].why;
	if (frame == NULL) {
		put_unknowns(&line, &all, 1);
	} else {
		put_cost(&line);
		if (type != NULL)
			put_holders(&line, frame);
		else
			put_look(&line, findings, proc);
		put_unknowns(&line, frame->inside_unknowns, frame->ninside_unknowns);
	}
	if (lines)
		grown_lines_json(&line.json, findings != NULL ? findings->grown : NULL,
			INSIDE_NOT_FOLLOWED);
	json_close(&line.json, '}');
	json_put_char(&line.json, '\n');
	json_writer_flush(&line.json);
}
