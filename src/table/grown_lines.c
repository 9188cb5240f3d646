/* SPDX-License-Identifier: GPL-2.0-or-later */
/* grown_lines - see grown_lines.h */
#include "table/grown_lines.h"

#include "base/order.h"
#include "base/text.h"
#include "base/units.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

enum {
	ROWS = 60, /* lines in all tables */
	LIBRARIES = 12,
	ROSE_LEAST_KIB = 1024,
	LEAD = 35,   /* columns before a line's text */
	INDENT = 4,  /* of what stands below it */
	WIDE = 1000, /* columns, where none are said */
};

/* The receiver of the parts. */
struct grown_writer {
	grown_lines_put put;
	void *context;
	int width;
	struct buf line;
};

static void put_part(struct grown_writer *w, enum grown_part part)
{
	w->put(w->context, part, buf_text(&w->line));
	buf_clear(&w->line);
}

static double caught_share(const struct proc_grown *grown)
{
	return (double)grown->caught_kib / (double)grown->rose_kib;
}

bool grown_lines_hold(const struct frame *grown)
{
	const struct proc_grown *whole = grown != NULL ? &grown->growns[0] : NULL;

	return whole != NULL && whole->rose_kib > 0 &&
	       caught_share(whole) * 100 >= GROWN_LINES_CAUGHT_LEAST;
}

/* --- which of them --------------------------------------------------------------------------- */

/* The program's own files first, then by name and line, as one reads a program. */
static int by_place(const void *a, const void *b)
{
	const struct grown_line *x = *(struct grown_line *const *)a;
	const struct grown_line *y = *(struct grown_line *const *)b;
	int files = x->own != y->own ? y->own - x->own : strcmp(x->file, y->file);

	return files != 0 ? files : (x->line > y->line) - (x->line < y->line);
}

/* Chooses the lines that are shown, by file and line; how many. */
static size_t choose_lines(const struct frame *grown, const struct grown_line *order[ROWS])
{
	size_t count = 0;

	for (size_t i = 0; i < grown->ngrown_lines && count < ROWS; i++)
		if (grown_matters(&grown->growns[0], grown->grown_lines[i].net_kib))
			order[count++] = &grown->grown_lines[i];
	order_sort(order, count, sizeof(struct grown_line *), by_place);
	return count;
}

/* --- in words -------------------------------------------------------------------------------- */

/* TEXT in what is left of the width behind LEAD columns. */
static void put_cut(struct grown_writer *w, const char *text, int lead)
{
	int room = w->width - lead;

	buf_put(&w->line, text, text_fit(text, room < 1 ? 1 : room, NULL));
}

/* Below a line where in a library it was, unless that is the line's own file. */
static void put_line(struct grown_writer *w, const struct grown_line *line)
{
	const char *slash = strrchr(line->inner, '/');

	buf_printf(&w->line, "  %6" PRId32 "  %9s  %11" PRIu32 "  ", line->line,
		units_kib_change(UNITS_TEXT, line->net_kib, 9), line->looks);
	put_cut(w, line->text[0] != '\0' ? line->text : "(its text cannot be read)", LEAD);
	put_part(w, GROWN_LINE);
	if (line->inner[0] == '\0' ||
		(slash != NULL && strncmp(line->inner, line->file, strlen(line->file)) == 0))
		return;
	buf_fill(&w->line, ' ', LEAD + INDENT);
	buf_puts(&w->line, "in ");
	put_cut(w, slash != NULL ? slash + 1 : line->inner, LEAD + INDENT + 3);
	put_part(w, GROWN_INNER);
}

/* A table for each file, as memory_profiler's users know it. */
static void put_tables(struct grown_writer *w, const struct frame *grown)
{
	const struct grown_line *order[ROWS] = { NULL };
	size_t count = choose_lines(grown, order);

	for (size_t i = 0; i < count; i++) {
		if (i == 0 || strcmp(order[i]->file, order[i - 1]->file) != 0) {
			put_part(w, GROWN_SPACE);
			buf_printf(&w->line, "  %s%s", order[i]->file,
				order[i]->own ? "" : " (no line of the program's own had called)");
			put_part(w, GROWN_FILE);
			buf_puts(&w->line, "    Line  Increment  Occurrences  Line contents");
			put_part(w, GROWN_TITLES);
		}
		put_line(w, order[i]);
	}
}

/* Growth while code of a library ran, whoever had called it. */
static void put_libraries(struct grown_writer *w, const struct frame *grown)
{
	int rows = 0;

	for (size_t i = 0; i < grown->ngrown_libraries && rows < LIBRARIES; i++) {
		const struct grown_library *library = &grown->grown_libraries[i];

		if (!grown_matters(&grown->growns[0], library->net_kib))
			continue;
		if (rows++ == 0) {
			put_part(w, GROWN_SPACE);
			buf_puts(&w->line, "  Increment  while code of this library ran");
			put_part(w, GROWN_TITLES);
		}
		buf_printf(&w->line, "  %9s  %s", units_kib_change(UNITS_TEXT, library->net_kib, 9),
			library->name);
		put_part(w, GROWN_LIBRARY);
	}
}

/* How much of the growth the lines explain, since looks miss some; where they explain too little
 * no line is blamed, and another way is named. */
static void put_caught(struct grown_writer *w, const struct proc_grown *grown)
{
	char rose[UNITS_SIZE];

	units_kib_words(rose, grown->rose_kib);
	if (grown->rose_kib < ROSE_LEAST_KIB && grown->ended)
		buf_printf(&w->line, "Lines: it rose by %s only, once it had started.", rose);
	else if (grown->rose_kib < ROSE_LEAST_KIB)
		buf_printf(&w->line, "Lines: it has risen by %s only while it was followed.", rose);
	else
		buf_printf(&w->line,
			"Lines: caught %.0f %% of the %s it rose by (%" PRIu32 " looks).",
			caught_share(grown) * 100, rose, grown->looks);
	put_part(w, GROWN_SUM);
	if (grown->rose_kib < ROSE_LEAST_KIB ||
		caught_share(grown) * 100 >= GROWN_LINES_CAUGHT_LEAST)
		return;
	buf_puts(&w->line, "  It grows too briefly at a time for its lines to be told: "
			   "memtop -p PID --inside");
	put_part(w, GROWN_SUM);
	buf_puts(&w->line, "  tells what it keeps, by type.");
	put_part(w, GROWN_SUM);
}

void grown_lines_parts(const struct frame *grown, int width, grown_lines_put put, void *context)
{
	const struct proc_grown *whole = &grown->growns[0];
	struct grown_writer w = { .put = put, .context = context, .width = width };

	if (width <= 0)
		w.width = WIDE;

	buf_init(&w.line);
	if (whole->error != 0 && whole->error != ESRCH) {
		buf_printf(&w.line, "Lines: not known: %s.", whole->why);
		put_part(&w, GROWN_SUM);
	} else {
		put_caught(&w, whole);
		if (grown_lines_hold(grown) && whole->rose_kib >= ROSE_LEAST_KIB) {
			put_tables(&w, grown);
			put_libraries(&w, grown);
		}
	}
	buf_done(&w.line);
}

static void put_text(void *context, enum grown_part part, const char *text)
{
	struct buf *out = (struct buf *)context;

	(void)part;
	buf_puts(out, text);
	buf_putc(out, '\n');
}

void grown_lines_text(struct buf *out, const struct frame *grown, int width)
{
	grown_lines_parts(grown, width, put_text, out);
	if (grown_lines_hold(grown) && grown->growns[0].rose_kib >= ROSE_LEAST_KIB)
		buf_puts(out,
			"\n  Memory is told where it was touched first. What a line freed and "
			"another keeps now\n  stays with the first: the types say what is "
			"kept, --holders by whom.\n");
}

/* --- for programs ---------------------------------------------------------------------------- */

static void put_json_line(struct json_writer *json, const struct grown_line *line)
{
	json_open(json, NULL, '{');
	json_add_text(json, "file", line->file);
	json_add_number(json, "line", line->line > 0, line->line);
	json_add_text(json, "function", line->function);
	json_add_bool(json, "own", line->own);
	json_add_number(json, "increment", true, units_bytes_change(line->net_kib));
	json_add_number(json, "itself", true, units_bytes_change(line->self_kib));
	json_add_number(json, "occurrences", true, line->looks);
	json_add_text(json, "inner", line->inner[0] != '\0' ? line->inner : NULL);
	json_add_text(json, "contents", line->text[0] != '\0' ? line->text : NULL);
	json_close(json, '}');
}

void grown_lines_json(struct json_writer *json, const struct frame *grown, const char *why)
{
	const struct proc_grown *whole = grown != NULL ? &grown->growns[0] : NULL;
	bool rose = whole != NULL && whole->rose_kib > 0, hold = grown_lines_hold(grown);

	json_add_real(json, "caught", rose, rose ? caught_share(whole) : 0);
	json_add_kib(json, "rose", whole != NULL, whole != NULL ? whole->rose_kib : 0);
	json_add_ms(json, "lines_cost", whole != NULL,
		whole != NULL ? (uint64_t)(whole->cost_ms + 0.5) : 0);
	json_add_text(json, "lines_unknown",
		whole == NULL       ? why
		: whole->error != 0 ? whole->why
				    : NULL);
	json_open(json, "lines", '[');
	for (size_t i = 0; hold && i < grown->ngrown_lines; i++)
		put_json_line(json, &grown->grown_lines[i]);
	json_close(json, ']');
	json_open(json, "libraries", '[');
	for (size_t i = 0; hold && i < grown->ngrown_libraries; i++) {
		json_open(json, NULL, '{');
		json_add_text(json, "library", grown->grown_libraries[i].name);
		json_add_number(json, "increment", true,
			units_bytes_change(grown->grown_libraries[i].net_kib));
		json_close(json, '}');
	}
	json_close(json, ']');
}
