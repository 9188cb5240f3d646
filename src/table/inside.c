/* SPDX-License-Identifier: GPL-2.0-or-later */
/* inside - see inside.h; the text.  JSON is written by inside_json.c */
#include "table/inside.h"

#include "base/units.h"
#include "model/findings.h"
#include "table/grown_lines.h"
#include "table/report.h"

#include <inttypes.h>
#include <stdlib.h>

enum {
	LABEL_COLUMNS = 13,
	SIZE_COLUMNS = 7,
	GAIN_COLUMNS = 8,
	TYPES_SHOWN = 25, /* of a text; JSON has all */
	OTHERS_SHOWN = 15,
	KIB = 1024,
};

struct inside_writer {
	struct buf *out;
	int width;
	const struct findings *findings;
	const struct frame *frame;
};

/* A line with a label, whose text the caller writes and report_end_line ends; where it begins. */
static size_t put_label(const struct inside_writer *w, const char *label)
{
	size_t begin = w->out->len;

	buf_printf(w->out, "%-*s", LABEL_COLUMNS, label);
	return begin;
}

/* Bytes in use, free bytes, and what of these could be given back: the three that tell a leak from
 * memory that is kept. */
static void put_allocator(const struct inside_writer *w)
{
	const struct proc_inside *inside = &w->frame->insides[0];
	size_t begin = put_label(w, "ALLOCATOR");

	buf_puts(w->out, inside->allocator[0] != '\0' ? inside->allocator : "not known");
	if ((inside->known & INSIDE_HEAP) && inside->heap_used + inside->heap_free == 0)
		buf_puts(w->out, ": nothing in use");
	else if (inside->known & INSIDE_HEAP)
		buf_printf(w->out,
			": %s in use, %s free in %" PRIu32 " arena%s (%s of it in memory; a trim "
			"would give back %s)",
			units_bytes_words(UNITS_TEXT, inside->heap_used),
			units_bytes_words(UNITS_TEXT, inside->heap_free), inside->heap_arenas,
			inside->heap_arenas == 1 ? "" : "s",
			units_bytes_words(UNITS_TEXT, inside->heap_kept),
			units_bytes_words(UNITS_TEXT, inside->heap_returnable));
	report_end_line(w->out, begin, w->width);
	if (inside->known & INSIDE_POOLS) {
		begin = put_label(w, "POOLS");
		buf_printf(w->out,
			"%" PRIu64 " blocks, %s in use; %s free in %" PRIu64 " pools, %" PRIu64
			" of them empty",
			inside->pool_blocks, units_bytes_words(UNITS_TEXT, inside->pool_used),
			units_bytes_words(UNITS_TEXT, inside->pool_kept), inside->pools,
			inside->pools_empty);
		report_end_line(w->out, begin, w->width);
	}
}

/* Node publishes nothing: its figures are estimates, and are called so. */
static void put_runtime(const struct inside_writer *w)
{
	const struct proc_inside *inside = &w->frame->insides[0];

	if (inside->runtime[0] == '\0')
		return;
	size_t begin = put_label(w, "RUNTIME");
	buf_puts(w->out, inside->runtime);
	if (inside->known & INSIDE_JAVA) {
		buf_puts(w->out, ": ");
		findings_java(w->out, inside);
	}
	if (inside->known & INSIDE_NODE)
		buf_printf(w->out,
			": heap about %s, array buffers and the like about %s (estimates)",
			units_bytes_words(UNITS_TEXT, inside->node_heap),
			units_bytes_words(UNITS_TEXT, inside->node_buffers));
	report_end_line(w->out, begin, w->width);
}

static const char *const headings[] = {
	[INSIDE_OBJECTS] = "TYPE",
	[INSIDE_CLASS] = "CLASS",
	[INSIDE_SIZE] = "CHUNKS OF",
};

/* Growth stands only where there were two looks. */
static void put_row(const struct inside_writer *w, const struct findings_row *row)
{
	const struct inside_type *type = row->type;
	size_t begin = w->out->len;

	buf_printf(w->out, "%9" PRIu64 " %*s", type->count, SIZE_COLUMNS,
		units_kib(UNITS_TEXT, units_kib_of(findings_bytes(type)), SIZE_COLUMNS));
	if (row->compared)
		buf_printf(w->out, " %+9" PRId64 " %*s", row->gained_count, GAIN_COLUMNS,
			units_kib_change(UNITS_TEXT, row->gained_bytes / KIB, GAIN_COLUMNS));
	buf_printf(w->out, "  %s", type->name);
	report_end_line(w->out, begin, w->width);
}

static void put_heading(const struct inside_writer *w, enum inside_kind kind, bool gains)
{
	size_t begin = w->out->len + 1;

	buf_printf(w->out, "\n%9s %*s", "COUNT", SIZE_COLUMNS, "SIZE");
	if (gains)
		buf_printf(w->out, " %9s %*s", "MORE", GAIN_COLUMNS, "GAINED");
	buf_printf(w->out, "  %s", headings[kind]);
	report_end_line(w->out, begin, w->width);
}

/* The first of each kind, with a heading. */
static void put_kinds(const struct inside_writer *w)
{
	struct findings_row rows[INSIDE_TYPES_MAX];
	size_t count = findings_rows(w->findings, rows), put = 0;

	for (size_t i = 0; i < count; i++) {
		enum inside_kind kind = rows[i].type->kind;

		if (i == 0 || rows[i - 1].type->kind != kind) {
			put_heading(w, kind, rows[i].compared);
			put = 0;
		}
		if (put++ < (kind == INSIDE_OBJECTS ? TYPES_SHOWN : OTHERS_SHOWN))
			put_row(w, &rows[i]);
	}
}

/* A question without an answer is told, or its absence would be read as "none". */
static void put_unknowns(const struct inside_writer *w)
{
	for (size_t i = 0; i < w->frame->ninside_unknowns; i++) {
		const struct inside_unknown *unknown = &w->frame->inside_unknowns[i];
		size_t begin = put_label(w, "not known");

		buf_printf(w->out, "%s: %s", unknown->what, unknown->why);
		report_end_line(w->out, begin, w->width);
	}
}

/* Holders of a sample, since all objects of a type may be millions; shares of it are what
 * counts. */
static void put_holders(const struct inside_writer *w)
{
	const struct proc_inside *inside = &w->frame->insides[0];
	size_t begin = w->out->len;

	if (inside->known & INSIDE_HOLDERS) {
		buf_printf(w->out,
			"%" PRIu64 " %s, %s; of %" PRIu32 " chosen by chance are held by",
			inside->held_count, inside->type,
			units_bytes_words(UNITS_TEXT, inside->held_bytes), inside->held_samples);
		report_end_line(w->out, begin, w->width);
	}
	for (size_t i = 0; i < w->frame->ninside_holders; i++) {
		const struct inside_holder *holder = &w->frame->inside_holders[i];

		begin = w->out->len;
		buf_printf(w->out, "%9" PRIu32 "  %s", holder->samples, holder->path);
		report_end_line(w->out, begin, w->width);
	}
}

/* The sentence first: most want to know whether it is a leak, and no more. */
static void put_types(const struct inside_writer *w, uint64_t rss_kib)
{
	struct buf sentence;

	buf_init(&sentence);
	findings_sentence(&sentence, w->findings, rss_kib);
	if (sentence.len > 0) {
		buf_put(w->out, sentence.data, sentence.len);
		buf_putc(w->out, '\n');
	}
	buf_done(&sentence);
	put_allocator(w);
	put_runtime(w);
	put_kinds(w);
}

/* How long ago the look was, and what it took. */
static void put_cost(const struct inside_writer *w, uint64_t age_ms)
{
	size_t begin = put_label(w, "LOOKED");

	buf_printf(w->out, "%.1f s ago, in %.0f ms of CPU", (double)age_ms / 1000,
		w->frame->insides[0].cost_ms);
	report_end_line(w->out, begin, w->width);
}

/* Lines of the code; they were asked for. */
static void put_grown(const struct inside_writer *w)
{
	buf_putc(w->out, '\n');
	if (w->findings->grown != NULL)
		grown_lines_text(w->out, w->findings->grown, w->width);
	else
		buf_puts(w->out, "Lines: not known: " INSIDE_NOT_FOLLOWED ".\n");
}

void inside_text(struct buf *out, const struct store *store, const struct proc *proc,
	const char *type, bool lines, int width)
{
	const struct findings *findings = store_findings(store, proc->id);
	struct inside_writer w = { .out = out, .width = width, .findings = findings };
	uint64_t at_ms = 0;

	report_title(out, proc, width);
	if (findings != NULL)
		w.frame = findings->failed != NULL ? findings->failed
			  : type != NULL           ? findings->holders
						   : findings->last;
	if (w.frame == NULL) {
		buf_puts(out, "not looked into\n");
		return;
	}
	if (findings->failed != NULL) {
		buf_printf(out, "not looked into: %s\n", w.frame->insides[0].why);
		return;
	}
	at_ms = type != NULL ? findings->holders_ms : findings->last_ms;
	if (type != NULL)
		put_holders(&w);
	else
		put_types(&w, proc->figures.rss_kib);
	put_unknowns(&w);
	put_cost(&w, store_now_ms(store) > at_ms ? store_now_ms(store) - at_ms : 0);
	if (lines)
		put_grown(&w);
}
