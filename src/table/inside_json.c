/* SPDX-License-Identifier: GPL-2.0-or-later */
/* inside_json - what was found inside a process as one line of JSON (inside.h); the schema stands
 * in memtop(1)
 */
#include "table/inside.h"

#include "frame/json_writer.h"
#include "frame/wire.h"
#include "model/findings.h"

enum { TEXT_MOST = 4096, KIB = 1024 };

struct line {
	struct json_writer json;
	bool first; /* of an object or an array: no comma */
	uint64_t age_ms;
	double cost_ms;
};

static void comma(struct line *line)
{
	if (!line->first)
		json_put_char(&line->json, ',');
	line->first = false;
}

static void key(struct line *line, const char *name)
{
	comma(line);
	json_put_char(&line->json, '"');
	json_put_raw(&line->json, name);
	json_put_raw(&line->json, "\":");
}

static void open_with(struct line *line, char bracket)
{
	json_put_char(&line->json, bracket);
	line->first = true;
}

static void close_with(struct line *line, char bracket)
{
	json_put_char(&line->json, bracket);
	line->first = false;
}

static void put_text(struct line *line, const char *name, const char *text)
{
	key(line, name);
	if (text[0] != '\0')
		json_put_string(&line->json, text, TEXT_MOST);
	else
		json_put_raw(&line->json, "null");
}

static void put_number(struct line *line, const char *name, bool known, uint64_t number)
{
	key(line, name);
	if (known)
		json_put_u64(&line->json, number);
	else
		json_put_raw(&line->json, "null");
}

static void put_change(struct line *line, const char *name, bool known, int64_t change)
{
	key(line, name);
	if (known)
		json_put_i64(&line->json, change);
	else
		json_put_raw(&line->json, "null");
}

/* Milliseconds as seconds, none lost. */
static void put_seconds(struct line *line, const char *name, uint64_t ms)
{
	const char tail[] = { '.', (char)('0' + ms / 100 % 10), (char)('0' + ms / 10 % 10),
		(char)('0' + ms % 10), '\0' };

	key(line, name);
	json_put_u64(&line->json, ms / 1000);
	json_put_raw(&line->json, tail);
}

static void put_cost(struct line *line)
{
	put_seconds(line, "age", line->age_ms);
	put_seconds(line, "cost", (uint64_t)(line->cost_ms + 0.5));
}

static void put_arenas(struct line *line, const struct frame *frame)
{
	key(line, "arenas");
	open_with(line, '[');
	for (size_t i = 0; i < frame->ninside_arenas; i++) {
		const struct inside_arena *arena = &frame->inside_arenas[i];

		comma(line);
		open_with(line, '{');
		put_text(line, "name", arena->name);
		put_number(line, "in_use", true, arena->used);
		put_number(line, "free", true, arena->free);
		put_number(line, "kept", true, arena->kept);
		put_number(line, "returnable", true, arena->returnable);
		close_with(line, '}');
	}
	close_with(line, ']');
}

static void put_allocator(struct line *line, const struct findings *findings)
{
	const struct proc_inside *inside = &findings->last->insides[0];
	const struct proc_inside *base = &findings->base->insides[0];
	bool known = inside->known & INSIDE_HEAP;
	bool twice = known && findings->base != findings->last && base->known & INSIDE_HEAP;

	key(line, "allocator");
	open_with(line, '{');
	put_text(line, "name", inside->allocator);
	put_text(line, "ask", inside->hint);
	put_number(line, "in_use", known, inside->heap_used);
	put_number(line, "free", known, inside->heap_free);
	put_number(line, "kept", known, inside->heap_kept);
	put_number(line, "returnable", known, inside->heap_returnable);
	put_number(line, "mapped", known, inside->heap_mapped);
	put_number(line, "chunks", known, inside->heap_chunks);
	put_number(line, "resyncs", known, inside->heap_resyncs);
	put_change(line, "gained_in_use", twice, (int64_t)(inside->heap_used - base->heap_used));
	put_change(line, "gained_kept", twice, (int64_t)(inside->heap_kept - base->heap_kept));
	put_arenas(line, findings->last);
	put_cost(line);
	close_with(line, '}');
}

static void put_pools(struct line *line, const struct findings *findings)
{
	const struct proc_inside *inside = &findings->last->insides[0];

	key(line, "pools");
	if (!(inside->known & INSIDE_POOLS)) {
		json_put_raw(&line->json, "null");
		return;
	}
	open_with(line, '{');
	put_number(line, "blocks", true, inside->pool_blocks);
	put_number(line, "in_use", true, inside->pool_used);
	put_number(line, "kept", true, inside->pool_kept);
	put_number(line, "count", true, inside->pools);
	put_number(line, "empty", true, inside->pools_empty);
	put_cost(line);
	close_with(line, '}');
}

static void put_java(struct line *line, const struct proc_inside *inside)
{
	key(line, "java");
	if (!(inside->known & INSIDE_JAVA)) {
		json_put_raw(&line->json, "null");
		return;
	}
	open_with(line, '{');
	put_number(line, "used", true, inside->java_used);
	put_number(line, "committed", true, inside->java_committed);
	put_number(line, "limit", inside->java_limit > 0, inside->java_limit);
	put_number(line, "old", true, inside->java_old);
	put_number(line, "metaspace", true, inside->java_metaspace);
	put_number(line, "collections", true, inside->java_collections);
	put_cost(line);
	close_with(line, '}');
}

static void put_node(struct line *line, const struct proc_inside *inside)
{
	key(line, "node");
	if (!(inside->known & INSIDE_NODE)) {
		json_put_raw(&line->json, "null");
		return;
	}
	open_with(line, '{');
	put_number(line, "heap", true, inside->node_heap);
	put_number(line, "buffers", true, inside->node_buffers);
	key(line, "estimate");
	json_put_raw(&line->json, "true");
	put_cost(line);
	close_with(line, '}');
}

static void put_types(struct line *line, const struct findings *findings)
{
	const struct frame *frame = findings->last;

	key(line, "types");
	open_with(line, '[');
	for (size_t i = 0; i < frame->ninside_types; i++) {
		const struct inside_type *type = &frame->inside_types[i];
		int64_t bytes = 0, count = 0;
		bool gained = findings_gained(findings, type, &bytes, &count);

		comma(line);
		open_with(line, '{');
		put_text(line, "kind", wire_enum_name(WIRE_INSIDE, (int)type->kind));
		put_text(line, "name", type->name);
		put_number(line, "count", true, type->count);
		put_number(line, "bytes", true, type->bytes);
		put_number(line, "kept_bytes", type->known & INSIDE_TYPE_KEPT, type->kept);
		put_change(line, "gained", gained, bytes);
		put_change(line, "gained_count", gained, count);
		close_with(line, '}');
	}
	close_with(line, ']');
}

static void put_holders(struct line *line, const struct frame *frame)
{
	const struct proc_inside *inside = &frame->insides[0];
	bool known = inside->known & INSIDE_HOLDERS;

	put_text(line, "type", inside->type);
	put_number(line, "count", known, inside->held_count);
	put_number(line, "bytes", known, inside->held_bytes);
	put_number(line, "samples", known, inside->held_samples);
	key(line, "holders");
	open_with(line, '[');
	for (size_t i = 0; i < frame->ninside_holders; i++) {
		const struct inside_holder *holder = &frame->inside_holders[i];

		comma(line);
		open_with(line, '{');
		put_text(line, "path", holder->path);
		key(line, "share");
		json_put_real(&line->json, inside->held_samples > 0
						   ? (double)holder->samples / inside->held_samples
						   : 0);
		close_with(line, '}');
	}
	close_with(line, ']');
}

static void put_unknowns(struct line *line, const struct frame *frame)
{
	key(line, "unknown");
	open_with(line, '[');
	for (size_t i = 0; i < frame->ninside_unknowns; i++) {
		comma(line);
		open_with(line, '{');
		put_text(line, "what", frame->inside_unknowns[i].what);
		put_text(line, "why", frame->inside_unknowns[i].why);
		close_with(line, '}');
	}
	close_with(line, ']');
}

static void put_look(struct line *line, const struct findings *findings, const struct proc *proc)
{
	struct buf sentence;

	buf_init(&sentence);
	findings_sentence(&sentence, findings, proc->figures.rss_kib);
	put_text(line, "summary", buf_text(&sentence));
	put_text(line, "cause",
		findings_cause_word(findings_cause(findings, proc->figures.rss_kib)));
	put_text(line, "runtime", findings->last->insides[0].runtime);
	put_allocator(line, findings);
	put_pools(line, findings);
	put_java(line, &findings->last->insides[0]);
	put_node(line, &findings->last->insides[0]);
	put_types(line, findings);
	buf_done(&sentence);
}

/* What could not be looked at is one entry of `unknown`. */
static void put_failure(struct line *line, const char *why)
{
	key(line, "unknown");
	open_with(line, '[');
	comma(line);
	open_with(line, '{');
	put_text(line, "what", "all of it");
	put_text(line, "why", why);
	close_with(line, '}');
	close_with(line, ']');
}

void inside_json(struct buf *out, const struct store *store, const struct proc *proc,
	const char *type)
{
	const struct findings *findings = store_findings(store, proc->id);
	const struct frame *frame = NULL;
	struct line line = { .first = true };
	uint64_t now_ms = store_now_ms(store), at_ms = now_ms;

	json_writer_init(&line.json, out);
	if (findings != NULL && findings->failed == NULL) {
		frame = type != NULL ? findings->holders : findings->last;
		at_ms = type != NULL ? findings->holders_ms : findings->last_ms;
	}
	line.age_ms = now_ms > at_ms ? now_ms - at_ms : 0;
	line.cost_ms = frame != NULL ? frame->insides[0].cost_ms : 0;
	open_with(&line, '{');
	put_number(&line, "pid", true, (uint64_t)proc->id.pid);
	put_text(&line, "name", proc->name);
	put_number(&line, "rss", proc_is_measured(proc), proc->figures.rss_kib * KIB);
	if (frame == NULL) {
		put_failure(&line, findings != NULL && findings->failed != NULL
					   ? findings->failed->insides[0].why
					   : "it was not looked into");
	} else {
		put_cost(&line);
		if (type != NULL)
			put_holders(&line, frame);
		else
			put_look(&line, findings, proc);
		put_unknowns(&line, frame);
	}
	close_with(&line, '}');
	json_put_char(&line.json, '\n');
	json_writer_flush(&line.json);
}
