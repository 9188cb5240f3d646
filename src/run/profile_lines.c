/* SPDX-License-Identifier: GPL-2.0-or-later */
/* profile_lines - see profile_lines.h */
#include "run/profile_lines.h"

#include "base/order.h"
#include "base/text.h"
#include "base/units.h"
#include "base/xalloc.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
	ROWS = 60, /* lines in all tables */
	LIBRARIES = 12,
	LEAST_KIB = 100,  /* lines with less are left out, ... */
	LEAST_PART = 500, /* ... and those with less than this part of all */
	ROSE_LEAST_KIB = 1024,
	LEAD = 35,  /* columns before a line's text */
	INDENT = 4, /* of what stands below it */
};

static const struct proc_grown *grown_of(const struct profile_lines *lines)
{
	return lines->grown != NULL ? &lines->grown->growns[0] : NULL;
}

static double caught_share(const struct proc_grown *grown)
{
	return (double)grown->caught_kib / (double)grown->rose_kib;
}

bool profile_lines_hold(const struct profile_lines *lines)
{
	const struct proc_grown *grown = grown_of(lines);

	return grown != NULL && lines->contents != NULL && grown->rose_kib > 0 &&
	       caught_share(grown) * 100 >= PROFILE_CAUGHT_LEAST;
}

/* --- which of them --------------------------------------------------------------------------- */

static bool matters(const struct proc_grown *grown, int32_t net_kib)
{
	uint64_t size = (uint64_t)(net_kib < 0 ? -(int64_t)net_kib : net_kib);

	return size >= LEAST_KIB && size >= grown->rose_kib / LEAST_PART;
}

static int by_place(const void *a, const void *b)
{
	const struct grown_line *x = *(struct grown_line *const *)a;
	const struct grown_line *y = *(struct grown_line *const *)b;
	int files = x->own != y->own ? y->own - x->own : strcmp(x->file, y->file);

	return files != 0 ? files : (x->line > y->line) - (x->line < y->line);
}

/* Those that are shown, by file and line; how many.  ORDER has room for ROWS. */
static size_t choose(const struct profile_lines *lines, const struct grown_line *order[ROWS])
{
	size_t count = 0;

	for (size_t i = 0; i < lines->grown->ngrown_lines && count < ROWS; i++)
		if (matters(&lines->grown->growns[0], lines->grown->grown_lines[i].net_kib))
			order[count++] = &lines->grown->grown_lines[i];
	order_sort(order, count, sizeof(struct grown_line *), by_place);
	return count;
}

/* --- in words -------------------------------------------------------------------------------- */

/* TEXT in at most WIDTH columns. */
static void put_cut(struct buf *out, const char *text, int width)
{
	size_t len = strlen(text);

	if (width < 1)
		width = 1;
	while (text_widthn(text, len) > width && len > 0)
		do
			len--;
		while (len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80);
	buf_put(out, text, len);
}

static void put_line(struct buf *out, const struct profile_lines *lines,
	const struct grown_line *line, int width)
{
	const char *text = lines->contents[line - lines->grown->grown_lines];
	const char *slash = strrchr(line->inner, '/');
	char change[UNITS_SIZE];

	buf_printf(out, "  %6" PRId32 "  %9s  %11" PRIu32 "  ", line->line,
		units_kib_change(change, line->net_kib, 9), line->looks);
	put_cut(out, text != NULL ? text : "(its text cannot be read)", width - LEAD);
	buf_putc(out, '\n');
	if (line->inner[0] == '\0' ||
		(slash != NULL && strncmp(line->inner, line->file, strlen(line->file)) == 0))
		return;
	buf_fill(out, ' ', LEAD + INDENT);
	buf_puts(out, "in ");
	put_cut(out, slash != NULL ? slash + 1 : line->inner, width - LEAD - INDENT - 3);
	buf_putc(out, '\n');
}

static void put_tables(struct buf *out, const struct profile_lines *lines, int width)
{
	const struct grown_line *order[ROWS] = { NULL };
	size_t count = choose(lines, order);

	for (size_t i = 0; i < count; i++) {
		if (i == 0 || strcmp(order[i]->file, order[i - 1]->file) != 0) {
			buf_printf(out, "\n  %s%s\n", order[i]->file,
				order[i]->own ? "" : " (no line of the program's own had called)");
			buf_puts(out, "    Line  Increment  Occurrences  Line contents\n");
		}
		put_line(out, lines, order[i], width);
	}
}

static void put_libraries(struct buf *out, const struct profile_lines *lines)
{
	const struct frame *grown = lines->grown;
	char change[UNITS_SIZE];
	int rows = 0;

	for (size_t i = 0; i < grown->ngrown_libraries && rows < LIBRARIES; i++) {
		const struct grown_library *library = &grown->grown_libraries[i];

		if (!matters(&grown->growns[0], library->net_kib))
			continue;
		if (rows++ == 0)
			buf_puts(out, "\n  Increment  while code of this library ran\n");
		buf_printf(out, "  %9s  %s\n", units_kib_change(change, library->net_kib, 9),
			library->name);
	}
}

static void put_caught(struct buf *out, const struct proc_grown *grown)
{
	char rose[UNITS_SIZE];

	if (grown->rose_kib < ROSE_LEAST_KIB) {
		buf_printf(out, "\nLines: it rose by %s only, once it had started.\n",
			units_kib_words(rose, grown->rose_kib));
		return;
	}
	buf_printf(out, "\nLines: caught %.0f %% of the %s it rose by (%" PRIu32 " looks)",
		caught_share(grown) * 100, units_kib_words(rose, grown->rose_kib), grown->looks);
	if (caught_share(grown) * 100 < PROFILE_CAUGHT_LEAST)
		buf_puts(out, ".\n  It grows too briefly at a time for its lines to be told: "
			      "memtop -p PID --inside\n  tells what it keeps, by type");
	buf_puts(out, ".\n");
}

void profile_lines_text(struct buf *out, const struct profile_lines *lines, int width)
{
	const struct proc_grown *grown = grown_of(lines);

	if (grown == NULL || (grown->error != 0 && grown->error != ESRCH)) {
		buf_printf(out, "\nLines: not known: %s.\n",
			grown != NULL ? grown->why : lines->why);
		return;
	}
	put_caught(out, grown);
	if (!profile_lines_hold(lines) || grown->rose_kib < ROSE_LEAST_KIB)
		return;
	put_tables(out, lines, width);
	put_libraries(out, lines);
}

/* --- for programs ---------------------------------------------------------------------------- */

static void put_json_line(struct json_writer *json, const struct profile_lines *lines, size_t index)
{
	const struct grown_line *line = &lines->grown->grown_lines[index];

	json_open(json, NULL, '{');
	json_add_text(json, "file", line->file);
	json_add_number(json, "line", line->line > 0, line->line);
	json_add_text(json, "function", line->function);
	json_add_bool(json, "own", line->own);
	json_add_number(json, "increment", true, units_bytes_change(line->net_kib));
	json_add_number(json, "itself", true, units_bytes_change(line->self_kib));
	json_add_number(json, "occurrences", true, line->looks);
	json_add_text(json, "inner", line->inner[0] != '\0' ? line->inner : NULL);
	json_add_text(json, "contents", lines->contents[index]);
	json_close(json, '}');
}

void profile_lines_json(struct json_writer *json, const struct profile_lines *lines)
{
	const struct proc_grown *grown = grown_of(lines);
	bool rose = grown != NULL && grown->rose_kib > 0, hold = profile_lines_hold(lines);

	json_add_real(json, "caught", rose, rose ? caught_share(grown) : 0);
	json_add_kib(json, "rose", grown != NULL, grown != NULL ? grown->rose_kib : 0);
	json_add_ms(json, "lines_cost", grown != NULL,
		grown != NULL ? (uint64_t)(grown->cost_ms + 0.5) : 0);
	json_add_text(json, "lines_unknown",
		grown == NULL       ? lines->why
		: grown->error != 0 ? grown->why
				    : NULL);
	json_open(json, "lines", '[');
	for (size_t i = 0; hold && i < lines->grown->ngrown_lines; i++)
		put_json_line(json, lines, i);
	json_close(json, ']');
	json_open(json, "libraries", '[');
	for (size_t i = 0; hold && i < lines->grown->ngrown_libraries; i++) {
		json_open(json, NULL, '{');
		json_add_text(json, "library", lines->grown->grown_libraries[i].name);
		json_add_number(json, "increment", true,
			units_bytes_change(lines->grown->grown_libraries[i].net_kib));
		json_close(json, '}');
	}
	json_close(json, ']');
}
