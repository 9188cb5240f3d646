/* SPDX-License-Identifier: GPL-2.0-or-later */
/* memtop-stream(5) says what the tables of frame/wire.c say, and its examples can be read. */
#include "frame/decode.h"
#include "frame/frame.h"
#include "frame/request.h"
#include "frame/wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { ENTRIES_MAX = 400 };

/* A line `.B NAME`, `.B N NAME` or `.BR "N NAME" " or null"` of the page. */
struct entry {
	char section[32]; /* the array's key, else the first word of the .SH */
	int position;     /* -1: a member */
	char name[32];
	bool nullable;
};

static struct entry entries[ENTRIES_MAX];
static size_t nentries;

static FILE *open_page(void)
{
	const char *srcdir = getenv("srcdir");
	char path[4096];

	snprintf(path, sizeof(path), "%s/man/memtop-stream.5", srcdir != NULL ? srcdir : ".");
	FILE *page = fopen(path, "r");

	if (page == NULL)
		fail_msg("cannot open %s", path);
	return page;
}

static void read_entry(const char *section, const char *line)
{
	struct entry *entry = &entries[nentries];
	const char *text = strncmp(line, ".BR \"", 5) == 0 ? line + 5
			   : strncmp(line, ".B ", 3) == 0  ? line + 3
							   : NULL;

	if (text == NULL || nentries == ENTRIES_MAX)
		return;
	snprintf(entry->section, sizeof(entry->section), "%s", section);
	entry->nullable = strstr(line, "\" or null\"") != NULL;
	if (sscanf(text, "%d %31[a-z_]", &entry->position, entry->name) != 2) {
		entry->position = -1;
		if (sscanf(text, "%31[a-z_]", entry->name) != 1)
			return;
	}
	nentries++;
}

static int read_page(void **state)
{
	FILE *page = open_page();
	char line[1000], section[32] = "";

	(void)state;
	nentries = 0;
	while (fgets(line, sizeof(line), page) != NULL) {
		if (sscanf(line, ".SS \\fB%31[a-z]", section) == 1 ||
			sscanf(line, ".SH %31s", section) == 1)
			continue;
		read_entry(section, line);
	}
	fclose(page);
	return 0;
}

/* The Nth entry of a section that has a position, NULL if there are fewer. */
static const struct entry *entry_at(const char *section, size_t n)
{
	for (size_t i = 0; i < nentries; i++) {
		if (strcmp(entries[i].section, section) == 0 && entries[i].position >= 0 &&
			n-- == 0)
			return &entries[i];
	}
	return NULL;
}

static void arrays_are_documented(void **state)
{
	(void)state;
	for (size_t i = 0; i < WIRE_NARRAYS; i++) {
		const struct wire_array *array = &wire_arrays[i];

		for (size_t k = 0; k < array->nfields; k++) {
			const struct entry *entry = entry_at(array->key, k);

			if (entry == NULL || strcmp(entry->name, array->fields[k].name) != 0 ||
				entry->position != (int)k ||
				entry->nullable != (array->fields[k].known != 0))
				fail_msg("%s[%zu] is %s in the code, %s in the manual", array->key,
					k, array->fields[k].name, entry ? entry->name : "missing");
		}
		assert_null(entry_at(array->key, array->nfields));
	}
}

static bool has_member(const char *section, const char *name)
{
	for (size_t i = 0; i < nentries; i++) {
		if (entries[i].position < 0 && strcmp(entries[i].section, section) == 0 &&
			strcmp(entries[i].name, name) == 0)
			return true;
	}
	return false;
}

static void members_are_documented(void **state)
{
	(void)state;
	for (size_t i = 0; i < wire_frame.nfields; i++) {
		if (!has_member("FRAMES", wire_frame.fields[i].name))
			fail_msg("%s of a frame is missing", wire_frame.fields[i].name);
	}
	for (size_t i = 0; i < wire_header.nfields; i++) {
		if (!has_member("HEADER", wire_header.fields[i].name))
			fail_msg("%s of the header is missing", wire_header.fields[i].name);
	}
	for (int kind = 0; kind < WIRE_NKINDS; kind++) {
		char listed[64], line[1000];
		bool found = false;
		FILE *page = open_page();

		snprintf(listed, sizeof(listed), ".BR %s :", wire_enum_name(WIRE_KIND, kind));
		while (fgets(line, sizeof(line), page) != NULL)
			found = found || strncmp(line, listed, strlen(listed)) == 0;
		fclose(page);
		assert_true(found);
	}
}

static void try_example(const char *line, int *headers, int *frames, int *requests)
{
	struct stream_header header;
	struct request request;
	char why[DECODE_WHY_MAX];

	if (strncmp(line, "{\"memtop\"", 9) == 0) {
		assert_int_equal(decode_header(&header, line, strlen(line), why), 0);
		++*headers;
	} else if (strncmp(line, "{\"ask\"", 6) == 0) {
		if (request_decode(&request, line, strlen(line)) < 0)
			fail_msg("no request: %s", line);
		++*requests;
	} else {
		struct frame *frame = frame_new();

		if (decode_frame(frame, line, strlen(line), why) < 0)
			fail_msg("%s: %s", why, line);
		frame_free(frame);
		++*frames;
	}
}

/* Examples begin with a brace; a line that begins with a blank goes on with the one before. */
static void examples_can_be_read(void **state)
{
	int headers = 0, frames = 0, requests = 0;
	char line[1000], example[4000] = "";
	FILE *page = open_page();

	(void)state;
	while (fgets(line, sizeof(line), page) != NULL) {
		if (line[0] == ' ' && example[0] != '\0') {
			strncat(example, line, sizeof(example) - strlen(example) - 1);
			continue;
		}
		if (example[0] != '\0')
			try_example(example, &headers, &frames, &requests);
		example[0] = '\0';
		if (line[0] == '{')
			snprintf(example, sizeof(example), "%s", line);
	}
	fclose(page);
	assert_int_equal(headers, 1);
	assert_int_equal(frames, 2);
	assert_int_equal(requests, 19);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arrays_are_documented),
		cmocka_unit_test(members_are_documented),
		cmocka_unit_test(examples_can_be_read),
	};

	return cmocka_run_group_tests(tests, read_page, NULL);
}
