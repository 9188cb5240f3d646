/* SPDX-License-Identifier: GPL-2.0-or-later */
/* python_line - see python_line.h; the three forms of the table */
#include "inspect/python/python_line.h"

#include <stdbool.h>

struct line_table {
	const unsigned char *bytes;
	size_t size, at;
};

/* Pairs: so many bytes of instructions on, so many lines on.  The line before counts as long as
 * the bytes have not been reached. */
static int64_t line_of_steps(const struct line_table *table, int64_t line, uint32_t offset)
{
	uint64_t reached = 0;

	for (size_t i = 0; i + 1 < table->size; i += 2) {
		reached += table->bytes[i];
		if (reached > offset)
			return line;
		line += (int8_t)table->bytes[i + 1];
	}
	return line;
}

/* Pairs: so many lines on, which the next so many bytes of instructions are of; -128: of none. */
static int64_t line_of_ranges(const struct line_table *table, int64_t line, uint32_t offset)
{
	enum { NO_LINE = -128 };
	uint64_t end = 0;

	for (size_t i = 0; i + 1 < table->size; i += 2) {
		int8_t lines = (int8_t)table->bytes[i + 1];

		end += table->bytes[i];
		if (lines != NO_LINE)
			line += lines;
		if (offset < end)
			return lines == NO_LINE ? 0 : line;
	}
	return 0;
}

/* A number in bytes of 6 bits, the lowest first; bit 6: more follow.  What does not fit ends the
 * table. */
static uint32_t take_number(struct line_table *table)
{
	enum { BITS = 6, MORE = 1 << BITS, BYTES_MOST = 5 };
	uint32_t value = 0;

	for (unsigned i = 0; i < BYTES_MOST && table->at < table->size; i++) {
		unsigned char byte = table->bytes[table->at++];

		value |= (uint32_t)(byte & (MORE - 1)) << (i * BITS);
		if ((byte & MORE) == 0)
			return value;
	}
	table->at = table->size;
	return 0;
}

/* The same with its sign in the lowest bit. */
static int64_t take_change(struct line_table *table)
{
	uint32_t value = take_number(table);

	return value & 1 ? -(int64_t)(value >> 1) : (int64_t)(value >> 1);
}

/* Reads the rest of an entry of the locations after its first byte: the kind decides how many bytes
 * of columns follow.  False: its instructions are of no line. */
static bool take_location(struct line_table *table, unsigned kind, int64_t *line)
{
	enum { ONE_LINE = 10, TWO_LINES_ON = 12, NO_COLUMNS = 13, LONG = 14, NOTHING = 15 };

	if (kind == NOTHING)
		return false;
	if (kind < ONE_LINE) {
		table->at += 1;
	} else if (kind <= TWO_LINES_ON) {
		*line += kind - ONE_LINE;
		table->at += 2;
	} else {
		*line += take_change(table);
		for (int i = 0; i < 3 && kind == LONG; i++)
			take_number(table);
	}
	return true;
}

static int64_t line_of_locations(struct line_table *table, int64_t line, uint32_t offset)
{
	enum { FIRST = 0x80, KIND_SHIFT = 3, KIND_MASK = 15, UNITS_MASK = 7, UNIT = 2 };
	uint64_t end = 0;

	while (table->at < table->size) {
		unsigned char head = table->bytes[table->at++];

		if ((head & FIRST) == 0)
			return 0;
		end += ((head & UNITS_MASK) + 1u) * UNIT;
		bool has_line = take_location(table, head >> KIND_SHIFT & KIND_MASK, &line);
		if (offset < end)
			return has_line && table->at <= table->size ? line : 0;
	}
	return 0;
}

int32_t python_line(unsigned minor, const unsigned char *bytes, size_t size, int32_t first,
	uint32_t offset)
{
	struct line_table table = { .bytes = bytes, .size = size };
	int64_t line = minor >= 11   ? line_of_locations(&table, first, offset)
		       : minor == 10 ? line_of_ranges(&table, first, offset)
				     : line_of_steps(&table, first, offset);

	return line > 0 && line <= PYTHON_LINE_MOST ? (int32_t)line : 0;
}
