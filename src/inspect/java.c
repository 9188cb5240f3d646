/* SPDX-License-Identifier: GPL-2.0-or-later */
/* java - see java.h; the form: perfMemory.hpp and perfData.hpp of OpenJDK
 *
 * A prologue of 32 bytes and entries one behind the other, each with its length, where its name and
 * its value are, and of what type it is.  All of it may change while it is read; each offset is
 * checked.
 */
#include "inspect/java.h"

#include "base/xalloc.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	FILE_MOST = 1 << 20,
	FILE_LEAST = 32,
	ENTRIES_MOST = 4096,
	/* five numbers of four bytes: lengths, offsets, type and flags */
	ENTRY_HEAD = 20,
	GENERATIONS = 3,
	REGION_STEP = 4096, /* regions are much larger */
	SPACES = 4,
	OURS = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? 1 : 0, /* byte order */
};

struct perf_entry {
	uint32_t len, name, values;
	char type; /* as in Java's signatures: 'J' a long, 'B' a byte */
	const char *text;
	const unsigned char *value;
	size_t room;
};

/* The heap, as the entries tell it. */
struct heap {
	uint64_t used[GENERATIONS][SPACES], capacity[GENERATIONS][SPACES];
	uint64_t most[GENERATIONS];
	bool seen;
};

static uint32_t word(const unsigned char *at)
{
	uint32_t value;

	memcpy(&value, at, sizeof(value));
	return value;
}

/* Each entry of the JVM's performance data tells its own length and where in it name and value
 * are; each is checked against what is left, as the JVM writes while we read. */
static bool take_entry(struct perf_entry *entry, const unsigned char *bytes, size_t len, size_t at)
{
	if (len - at < ENTRY_HEAD)
		return false;
	entry->len = word(bytes + at);
	entry->name = word(bytes + at + 4);
	entry->values = word(bytes + at + 8);
	entry->type = (char)bytes[at + 12];
	uint32_t value = word(bytes + at + 16);
	if (entry->len < ENTRY_HEAD || entry->len > len - at || entry->name >= entry->len ||
		value >= entry->len)
		return false;
	entry->text = (const char *)bytes + at + entry->name;
	if (memchr(entry->text, '\0', entry->len - entry->name) == NULL)
		return false;
	entry->value = bytes + at + value;
	entry->room = entry->len - value;
	return true;
}

static void keep_text(char to[JAVA_TEXT_MOST], const struct perf_entry *entry)
{
	size_t len = entry->room < JAVA_TEXT_MOST - 1 ? entry->room : JAVA_TEXT_MOST - 1;

	memcpy(to, entry->value, len);
	to[len] = '\0';
}

/* The number behind BEFORE, and what is behind it; NULL: there is none. */
static const char *take_number(const char *text, const char *before, unsigned *number)
{
	size_t len = strlen(before);
	char *rest;

	if (strncmp(text, before, len) != 0 || text[len] < '0' || text[len] > '9')
		return NULL;
	unsigned long value = strtoul(text + len, &rest, 10);
	*number = value < UINT32_MAX ? (unsigned)value : UINT32_MAX;
	return rest;
}

/* The figure of "sun.gc.generation.G..." that NAME is. */
static void take_generation(struct heap *heap, const char *name, uint64_t value)
{
	unsigned generation = 0, space = 0;
	const char *rest = take_number(name, "", &generation);

	if (rest == NULL || generation >= GENERATIONS)
		return;
	if (strcmp(rest, ".maxCapacity") == 0)
		heap->most[generation] = value;
	rest = take_number(rest, ".space.", &space);
	if (rest == NULL || space >= SPACES)
		return;
	if (strcmp(rest, ".used") == 0)
		heap->used[generation][space] = value;
	if (strcmp(rest, ".capacity") == 0)
		heap->capacity[generation][space] = value;
	heap->seen = true;
}

static void take_figure(struct java *java, struct heap *heap, const struct perf_entry *entry)
{
	static const char generation[] = "sun.gc.generation.";
	uint64_t value = 0;
	unsigned number;
	const char *rest;

	if (entry->type == 'B' && strcmp(entry->text, "java.property.java.version") == 0)
		keep_text(java->version, entry);
	if (entry->type == 'B' && strcmp(entry->text, "sun.gc.policy.name") == 0)
		keep_text(java->collector, entry);
	if (entry->type != 'J' || entry->room < sizeof(value))
		return;
	memcpy(&value, entry->value, sizeof(value));
	if (value > INT64_MAX) /* -1: not known */
		return;
	if (strncmp(entry->text, generation, strlen(generation)) == 0)
		take_generation(heap, entry->text + strlen(generation), value);
	else if (strcmp(entry->text, "sun.gc.metaspace.used") == 0)
		java->metaspace = value;
	else if (strcmp(entry->text, "sun.gc.metaspace.capacity") == 0)
		java->metaspace_committed = value;
	else if ((rest = take_number(entry->text, "sun.gc.collector.", &number)) != NULL &&
		 strcmp(rest, ".invocations") == 0)
		java->collections += value;
}

/* Whether each generation may be as large as all of the heap: G1 and younger collectors. */
static bool is_regional(const struct java *java)
{
	return strstr(java->collector, "GarbageFirst") != NULL ||
	       strstr(java->collector, "G1") != NULL || java->collector[0] == '\0' ||
	       strstr(java->collector, "Z") != NULL || strstr(java->collector, "Shen") != NULL;
}

/* The size of the one that nothing is in; of both, the larger, which was the last one's to fill. */
static uint64_t empty_survivor(const struct heap *heap, const uint64_t survivors[2])
{
	if (heap->used[0][1] > 0)
		return survivors[1];
	if (heap->used[0][2] > 0)
		return survivors[0];
	return survivors[0] > survivors[1] ? survivors[0] : survivors[1];
}

static void add_up(struct java *java, const struct heap *heap)
{
	/* the two survivor spaces, of which one is always empty: the beans leave that one out */
	uint64_t survivors[2] = { heap->capacity[0][1], heap->capacity[0][2] };
	bool regional = is_regional(java);
	/* G1 adds some words to each, so that none is 0 */
	uint64_t step = regional ? REGION_STEP : 1;

	for (int i = 0; i < GENERATIONS; i++) {
		uint64_t most = heap->most[i] - heap->most[i] % step;

		for (int j = 0; j < SPACES; j++) {
			uint64_t size = heap->capacity[i][j] - heap->capacity[i][j] % step;

			java->used += heap->used[i][j];
			java->committed += size;
			java->young_committed += i == 0 ? size : 0;
			java->old_committed += i == 1 ? size : 0;
		}
		if (regional)
			java->limit = most > java->limit ? most : java->limit;
		else if (i < 2)
			java->limit += heap->most[i];
	}
	if (!regional && survivors[0] > 0 && survivors[1] > 0) {
		uint64_t empty = empty_survivor(heap, survivors);

		java->committed -= empty;
		java->young_committed -= empty;
	}
	for (int j = 0; j < SPACES; j++)
		java->old += heap->used[1][j];
}

int java_parse(struct java *java, const unsigned char *bytes, size_t len)
{
	static const unsigned char magic[] = { 0xca, 0xfe, 0xc0, 0xc0 };
	struct java read = { .used = 0 };
	struct heap heap = { .seen = false };
	struct perf_entry entry;

	/* byte order, major version, minor version, whether it is ready */
	if (len < FILE_LEAST || len > FILE_MOST || memcmp(bytes, magic, sizeof(magic)) != 0 ||
		bytes[4] != OURS || bytes[5] != 2 || bytes[7] == 0)
		return -EPROTO;
	size_t at = word(bytes + 24), count = word(bytes + 28);
	for (size_t i = 0; i < count && i < ENTRIES_MOST && at < len; i++, at += entry.len) {
		if (!take_entry(&entry, bytes, len, at))
			break;
		take_figure(&read, &heap, &entry);
	}
	if (!heap.seen)
		return -EPROTO;
	add_up(&read, &heap);
	*java = read;
	return 0;
}

int java_read(struct java *java, struct memory *memory)
{
	size_t count;
	const struct memory_region *regions = memory_regions(memory, &count);

	for (size_t i = 0; i < count; i++) {
		const struct memory_region *region = &regions[i];
		uint64_t size = region->end - region->start;

		if (strstr(region->name, "/hsperfdata_") == NULL || region->offset != 0 ||
			(region->flags & MEMORY_READ) == 0 || size > FILE_MOST)
			continue;
		unsigned char *bytes = xalloc(size);
		ssize_t n = memory_scan(memory, region->start, bytes, size, NULL);
		int error = n < 0 ? (int)n : java_parse(java, bytes, size);
		free(bytes);
		return error;
	}
	return -ENOENT;
}
