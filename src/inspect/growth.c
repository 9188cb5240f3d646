/* SPDX-License-Identifier: GPL-2.0-or-later */
/* growth - see growth.h */
#include "inspect/growth.h"

#include "base/hash.h"
#include "base/order.h"
#include "base/xalloc.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	KIB = 1024,
	EARLIER = 4, /* lines remembered that ran before another one */
	STAYS_LEAST = 4,
	RAN_LEAST_US = 50, /* a process that ran for less waited for a processor */
};

/* A line that ran before another one while memory came, and how often. */
struct growth_earlier {
	uint32_t line;
	uint32_t times; /* 0: a free place */
};

struct growth_line {
	struct growth_place place;
	char function[PYTHON_TEXT_MOST];
	bool own;
	int64_t bytes;  /* in it, and in what it called */
	int64_t itself; /* of these, not in another line of the program's own */
	uint32_t looks;
	/* while it was at work at two looks in a row: bytes, how often, microseconds that the
	 * process ran, and those of them in which nothing came */
	int64_t stayed;
	uint32_t stays;
	uint64_t stayed_us, still_us;
	/* meanwhile: what was given back, in that time */
	int64_t fell;
	uint64_t fell_us;
	/* while only one of two looks met it */
	int64_t met;
	uint64_t met_us;
	/* the line further in that has most of it: a vote, in which others wear it down */
	struct growth_place inner;
	int64_t inner_votes;
	struct growth_earlier earlier[EARLIER];
};

struct growth_library {
	char name[PACKAGE_NAME_MOST];
	int64_t bytes;
};

struct growth {
	struct growth_line *lines;
	size_t nlines, lines_cap;
	int64_t watched; /* of all lines: stayed and met */
	uint64_t watched_us;
	struct hash hash;
	struct growth_library *libraries;
	size_t nlibraries, libraries_cap;
};

static uint32_t hash_place(struct growth_place place)
{
	return hash_number((uint64_t)place.file << 32 | (uint32_t)place.line);
}

static uint32_t hash_of_line(const void *owner, uint32_t place)
{
	return hash_place(((const struct growth *)owner)->lines[place].place);
}

struct growth *growth_new(void)
{
	struct growth *growth = xalloc_zero(1, sizeof(*growth));

	growth->hash.of = hash_of_line;
	return growth;
}

void growth_free(struct growth *growth)
{
	if (growth == NULL)
		return;
	hash_done(&growth->hash);
	free(growth->lines);
	free(growth->libraries);
	free(growth);
}

static bool same_place(struct growth_place a, struct growth_place b)
{
	return a.file == b.file && a.line == b.line;
}

uint32_t growth_line(struct growth *growth, struct growth_place place, const char *function,
	bool own)
{
	struct hash_walk walk = hash_walk(&growth->hash, hash_place(place));
	uint32_t at;

	while (hash_next(&walk, &at))
		if (same_place(growth->lines[at].place, place))
			return at;
	if (growth->nlines == GROWTH_LINES_MOST)
		return UINT32_MAX;
	struct growth_line *line = XALLOC_NEXT(growth->lines, growth->nlines, growth->lines_cap);
	*line = (struct growth_line){ .place = place, .own = own };
	snprintf(line->function, sizeof(line->function), "%s", function);
	at = (uint32_t)(line - growth->lines);
	hash_add(&growth->hash, growth, at);
	return at;
}

/* The vote of Boyer and Moore: of many inner places the one that holds more than half of the bytes
 * wins in the end, with room for one place alone. */
static void vote(struct growth_line *line, struct growth_place inner, int64_t bytes)
{
	if (same_place(line->inner, inner)) {
		line->inner_votes += bytes;
	} else if (line->inner_votes >= bytes) {
		line->inner_votes -= bytes;
	} else {
		line->inner_votes = bytes - line->inner_votes;
		line->inner = inner;
	}
}

void growth_give(struct growth *growth, uint32_t number, int64_t bytes,
	const struct growth_place *inner, bool look)
{
	struct growth_line *line = &growth->lines[number];

	if (number >= growth->nlines)
		return;
	line->bytes += bytes;
	line->looks += look;
	if (inner == NULL)
		return;
	line->itself += bytes;
	vote(line, *inner, bytes < 0 ? -bytes : bytes);
}

void growth_stayed(struct growth *growth, uint32_t number, int64_t bytes, uint64_t ran_us)
{
	struct growth_line *line = &growth->lines[number];

	if (number >= growth->nlines || (bytes == 0 && ran_us < RAN_LEAST_US))
		return;
	line->stayed += bytes;
	line->stays++;
	line->stayed_us += ran_us;
	line->still_us += bytes > 0 ? 0 : ran_us;
	growth->watched += bytes;
	growth->watched_us += ran_us;
}

void growth_fell(struct growth *growth, uint32_t number, int64_t bytes, uint64_t ran_us)
{
	struct growth_line *line = &growth->lines[number];

	if (number >= growth->nlines)
		return;
	line->fell += bytes;
	line->fell_us += ran_us;
}

void growth_met(struct growth *growth, uint32_t number, int64_t bytes, uint64_t ran_us)
{
	struct growth_line *line = &growth->lines[number];

	if (number >= growth->nlines)
		return;
	line->met += bytes;
	line->met_us += ran_us;
	growth->watched += bytes;
	growth->watched_us += ran_us;
}

/* Whether it was seen to stay often enough for its pace to be known by that alone. */
static bool has_stayed(const struct growth_line *line)
{
	return line->stays >= STAYS_LEAST && line->stayed_us > 0;
}

double growth_pace(const struct growth *growth, uint32_t number)
{
	enum { PRIOR_US = 1000 }; /* for which a line that nothing is known of has the mean */
	const struct growth_line *line = &growth->lines[number];
	double mean = growth->watched_us > 0 ? (double)growth->watched / (double)growth->watched_us
					     : 1;

	if (number >= growth->nlines)
		return 0;
	if (has_stayed(line))
		return (double)line->stayed / (double)line->stayed_us;
	return ((double)(line->stayed + line->met) + (mean * PRIOR_US) + 1) /
	       (double)(line->stayed_us + line->met_us + PRIOR_US);
}

void growth_ran_before(struct growth *growth, uint32_t line, uint32_t earlier)
{
	struct growth_earlier *least;

	if (line >= growth->nlines || earlier >= growth->nlines)
		return;
	struct growth_earlier *places = least = growth->lines[line].earlier;
	for (size_t i = 0; i < EARLIER; i++) {
		if (places[i].times > 0 && places[i].line == earlier) {
			places[i].times++;
			return;
		}
		if (places[i].times < least->times)
			least = &places[i];
	}
	/* the seldomest makes room, once it has been worn down */
	if (least->times > 1)
		least->times--;
	else
		*least = (struct growth_earlier){ earlier, 1 };
}

uint32_t growth_before(const struct growth *growth, uint32_t number)
{
	enum { LEAST = 2, SELDOM = 64 }; /* looks it stayed for, for one that saw it follow */
	const struct growth_line *line = &growth->lines[number];
	uint32_t found = UINT32_MAX;

	if (number >= growth->nlines)
		return found;
	for (size_t i = 0; i < EARLIER; i++) {
		const struct growth_earlier *earlier = &line->earlier[i];

		if (earlier->times < LEAST || earlier->times * SELDOM < line->stays)
			continue;
		if (found == UINT32_MAX ||
			growth_pace(growth, earlier->line) > growth_pace(growth, found))
			found = earlier->line;
	}
	return found;
}

/* Whether it stood still for so long that its PACE would have touched many pages, and a line that
 * is faster comes and goes before it.  Python's collector, too, makes a line stand still. */
static bool goes_by_starts(const struct growth *growth, uint32_t number, double pace)
{
	enum { PART = 4, PAGES = 16 << 12 };
	const struct growth_line *line = &growth->lines[number];
	uint32_t before = growth_before(growth, number);

	return line->still_us * PART > line->stayed_us && pace * (double)line->still_us > PAGES &&
	       before != UINT32_MAX && growth_pace(growth, before) > pace;
}

double growth_rate(const struct growth *growth, uint32_t number)
{
	enum { SELDOM = 5 };
	const struct growth_line *line = &growth->lines[number];
	double pace = growth_pace(growth, number);

	if (number >= growth->nlines)
		return 0;
	if (has_stayed(line) && ((line->stayed_us - line->still_us) * SELDOM < line->stayed_us ||
					goes_by_starts(growth, number, pace)))
		return 0;
	return pace;
}

/* --- between two looks ----------------------------------------------------------------------- */

/* The part of the earlier line of PAIR, where both are known well and the second look was late:
 * what came tells how long each ran, as their paces differ.  Below 0: it does not. */
static double part_by_time(const struct growth *growth, const struct growth_pair *pair,
	int64_t bytes)
{
	enum { LATE_US = 3000, ALIKE = 2 };
	double first = growth_rate(growth, pair->earlier), second = growth_rate(growth, pair->line);
	double all_us = (double)pair->ran_us, early_us, early;

	if (pair->ran_us < LATE_US || !has_stayed(&growth->lines[pair->earlier]) ||
		!has_stayed(&growth->lines[pair->line]) ||
		(first < second * ALIKE && second < first * ALIKE))
		return -1;
	early_us = ((double)bytes - second * all_us) / (first - second);
	early_us = early_us < 0 ? 0 : early_us > all_us ? all_us : early_us;
	early = first * early_us;
	return early / (early + second * (all_us - early_us));
}

struct growth_split growth_split(const struct growth *growth, const struct growth_pair *pair,
	int64_t bytes)
{
	bool before = pair->earlier < growth->nlines, gone = pair->between < growth->nlines;
	double rate = before ? growth_rate(growth, pair->earlier) : 0;
	double rate_gone = gone ? growth_rate(growth, pair->between) : 0;
	double sum = rate + rate_gone + growth_rate(growth, pair->line);
	struct growth_split split = { 0 };

	if (gone && sum > 0)
		split.between = (int64_t)((double)bytes * (rate_gone / sum));
	if (!before)
		return split;
	double part = sum > 0 ? rate / sum : 0.5;
	double by_time = gone || sum <= 0 ? -1 : part_by_time(growth, pair, bytes);
	split.earlier = (int64_t)((double)bytes * (by_time >= 0 ? by_time : part));
	return split;
}

static double fall_of(const struct growth *growth, uint32_t number)
{
	const struct growth_line *line = &growth->lines[number];

	return number < growth->nlines && line->fell_us > 0
		       ? (double)line->fell / (double)(line->fell_us + line->stayed_us)
		       : 0;
}

int64_t growth_fell_earlier(const struct growth *growth, const struct growth_pair *pair,
	int64_t bytes)
{
	double first = fall_of(growth, pair->earlier), second = fall_of(growth, pair->line);

	if (pair->earlier >= growth->nlines)
		return 0;
	if (second <= 0)
		return bytes;
	double late = (double)bytes * (second / (first + second));
	double most = second * (double)pair->ran_us;
	return bytes - (int64_t)(late < most ? late : most);
}

void growth_add_library(struct growth *growth, const char *name, int64_t bytes)
{
	for (size_t i = 0; i < growth->nlibraries; i++)
		if (strcmp(growth->libraries[i].name, name) == 0) {
			growth->libraries[i].bytes += bytes;
			return;
		}
	if (growth->nlibraries == GROWTH_LIBRARIES_MOST)
		return;
	struct growth_library *library = XALLOC_NEXT(growth->libraries, growth->nlibraries,
		growth->libraries_cap);
	*library = (struct growth_library){ .bytes = bytes };
	snprintf(library->name, sizeof(library->name), "%s", name);
}

/* --- lists ----------------------------------------------------------------------------------- */

static int32_t kib_of(int64_t bytes)
{
	int64_t kib = bytes / KIB;

	return kib > INT32_MAX ? INT32_MAX : kib < -INT32_MAX ? -INT32_MAX : (int32_t)kib;
}

static int by_change(int64_t a, int64_t b)
{
	int64_t x = a < 0 ? -a : a, y = b < 0 ? -b : b;

	return x > y ? -1 : x < y;
}

static int compare_lines(const void *a, const void *b)
{
	return by_change((*(struct growth_line *const *)a)->bytes,
		(*(struct growth_line *const *)b)->bytes);
}

static int compare_libraries(const void *a, const void *b)
{
	return by_change((*(struct growth_library *const *)a)->bytes,
		(*(struct growth_library *const *)b)->bytes);
}

/* Where most of LINE's came from, as text; "" for the line itself. */
static const char *inner_text(struct arena *arena, const struct growth_line *line,
	const struct python_stacks *stacks)
{
	char text[PYTHON_PATH_MOST];

	if (line->inner.line == 0 || same_place(line->inner, line->place))
		return "";
	snprintf(text, sizeof(text), "%s:%" PRId32,
		python_stacks_file(stacks, line->inner.file)->path, line->inner.line);
	return arena_text(arena, text, strlen(text));
}

/* Texts go into the frame's memory, as stacks are gone when it is written. */
static struct grown_line line_out(struct arena *arena, const struct growth_line *line, int32_t pid,
	const struct python_stacks *stacks)
{
	const char *path = python_stacks_file(stacks, line->place.file)->path;

	return (struct grown_line){
		.pid = pid,
		.file = arena_text(arena, path, strlen(path)),
		.line = line->place.line,
		.function = arena_text(arena, line->function, strlen(line->function)),
		.own = line->own,
		.net_kib = kib_of(line->bytes),
		.self_kib = kib_of(line->itself),
		.looks = line->looks,
		.inner = inner_text(arena, line, stacks),
		.text = "",
	};
}

/* Lines that no look saw grow are left out; of the others those that gained most. */
static void put_lines(const struct growth *growth, struct frame *frame, int32_t pid,
	const struct python_stacks *stacks)
{
	const struct growth_line **order = xalloc((growth->nlines + 1) *
						  sizeof(struct growth_line *));
	size_t count = 0;

	for (size_t i = 0; i < growth->nlines; i++)
		if (growth->lines[i].looks > 0)
			order[count++] = &growth->lines[i];
	order_sort(order, count, sizeof(struct growth_line *), compare_lines);
	if (count > GROWN_LINES_MAX)
		count = GROWN_LINES_MAX;
	frame->grown_lines = arena_take(&frame->arena, count, sizeof(*frame->grown_lines));
	for (size_t i = 0; i < count; i++)
		frame->grown_lines[i] = line_out(&frame->arena, order[i], pid, stacks);
	frame->ngrown_lines = count;
	free(order);
}

static void put_libraries(const struct growth *growth, struct frame *frame, int32_t pid)
{
	const struct growth_library **order = xalloc((growth->nlibraries + 1) *
						     sizeof(struct growth_library *));
	size_t count = growth->nlibraries < GROWN_LIBRARIES_MAX ? growth->nlibraries
								: GROWN_LIBRARIES_MAX;

	for (size_t i = 0; i < growth->nlibraries; i++)
		order[i] = &growth->libraries[i];
	order_sort(order, growth->nlibraries, sizeof(struct growth_library *), compare_libraries);
	frame->grown_libraries = arena_take(&frame->arena, count, sizeof(*frame->grown_libraries));
	for (size_t i = 0; i < count; i++)
		frame->grown_libraries[i] = (struct grown_library){
			.pid = pid,
			.name = arena_text(&frame->arena, order[i]->name, strlen(order[i]->name)),
			.net_kib = kib_of(order[i]->bytes),
		};
	frame->ngrown_libraries = count;
	free(order);
}

void growth_put(const struct growth *growth, struct frame *frame, int32_t pid,
	const struct python_stacks *stacks)
{
	put_lines(growth, frame, pid, stacks);
	put_libraries(growth, frame, pid);
}
