/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mutate - changes a recording where it hurts: numbers become others, lines are doubled, dropped
 * and moved, keys are added.  Bytes changed at random hardly ever get past the parser.
 *
 * Only libFuzzer calls it, which brings LLVMFuzzerMutate.
 */
#include "tests/fuzz/fuzz.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

size_t LLVMFuzzerMutate(uint8_t *data, size_t len, size_t most) __attribute__((weak));
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t len, size_t most, unsigned seed);

enum { TURNS = 4, NUMBER_MAX = 24 };

static const char *const numbers[] = {
	"0",
	"1",
	"-1",
	"2",
	"100",
	"0.5",
	"1e308",
	"4194304",
	"2147483648",
	"4294967295",
	"9007199254740991",
	"9223372036854775808",
	"86400000",
	"null",
	"true",
	"\"\"",
	"[]",
	"{}",
};

static const char *const keys[] = {
	"\"died\":[10],",
	"\"born\":[[10,500,1,0,false,\"S\",\"x\"]],",
	"\"use\":[[10,9007199254740991,1,1]],",
	"\"text\":[[10,\"blocked\",\"99999\"]],",
	"\"users\":[[0,\"r\"]],",
	"\"notices\":[[1,0,\"x\"]],",
	"\"titles\":[[\"/docker/1\",\"shop\"]],",
	"\"tmpfs\":[[\"/t\",1,1]],",
	"\"key\":true,",
	"\"gap\":true,",
	"\"more\":true,",
	"\"dt\":1,",
};

static const char header[] = "{\"memtop\":1,\"hz\":100,\"page\":4,\"boot_wall\":1}\n";

#define PICK(list) ((list)[(size_t)rand() % (sizeof(list) / sizeof((list)[0]))])

/* COUNT bytes at AT become TEXT; as it was when there is no room. */
static size_t replace(uint8_t *data, size_t len, size_t most, size_t at, size_t count,
	const char *text, size_t text_len)
{
	if (len - count + text_len > most)
		return len;
	memmove(data + at + text_len, data + at + count, len - at - count);
	memcpy(data + at, text, text_len);
	return len - count + text_len;
}

/* The line at FROM: where it begins, and its length with its newline. */
static size_t line_at(const uint8_t *data, size_t len, size_t from, size_t *count)
{
	const uint8_t *end;

	while (from > 0 && data[from - 1] != '\n')
		from--;
	end = memchr(data + from, '\n', len - from);
	*count = end != NULL ? (size_t)(end - data) + 1 - from : len - from;
	return from;
}

static bool is_digit(uint8_t byte)
{
	return byte >= '0' && byte <= '9';
}

static size_t change_number(uint8_t *data, size_t len, size_t most, size_t at)
{
	char text[NUMBER_MAX + 8] = "";
	const char *other = PICK(numbers);
	size_t end;

	while (at < len && !is_digit(data[at]))
		at++;
	for (end = at; end < len && is_digit(data[end]);)
		end++;
	if (end == at)
		return len;
	if (rand() % 2 && end - at < 18) { /* one nearby */
		memcpy(text, data + at, end - at);
		snprintf(text, sizeof(text), "%lld", atoll(text) + rand() % 201 - 100);
		other = text;
	}
	return replace(data, len, most, at, end - at, other, strlen(other));
}

static size_t copy_line(uint8_t *data, size_t len, size_t most, size_t at)
{
	size_t count, there;
	size_t from = line_at(data, len, at, &count);
	size_t to = line_at(data, len, (size_t)rand() % len, &there);
	char *line = malloc(count + 1);

	if (line == NULL)
		return len;
	memcpy(line, data + from, count);
	len = replace(data, len, most, to, 0, line, count);
	free(line);
	return len;
}

static size_t add_key(uint8_t *data, size_t len, size_t most, size_t at)
{
	size_t count, from = line_at(data, len, at, &count);
	const uint8_t *comma = memchr(data + from, ',', count);
	const char *key = PICK(keys);

	if (comma == NULL)
		return len;
	return replace(data, len, most, (size_t)(comma - data) + 1, 0, key, strlen(key));
}

static size_t change(uint8_t *data, size_t len, size_t most, size_t at)
{
	size_t count, from;

	switch (rand() % 9) {
	case 0:
		return LLVMFuzzerMutate != NULL ? LLVMFuzzerMutate(data, len, most) : len;
	case 1:
		return copy_line(data, len, most, at);
	case 2:
		from = line_at(data, len, at, &count);
		return replace(data, len, most, from, count, "", 0);
	case 3:
		return add_key(data, len, most, at);
	case 4:
		from = line_at(data, len, at, &count);
		return replace(data, len, most, from, 0, header, sizeof(header) - 1);
	case 5:
		count = (size_t)rand() % 40;
		return replace(data, len, most, at, count < len - at ? count : len - at, "", 0);
	default:
		return change_number(data, len, most, at);
	}
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t len, size_t most, unsigned seed)
{
	srand(seed);
	for (int turns = 1 + rand() % TURNS; turns > 0 && len > 8; turns--)
		len = change(data, len, most, (size_t)rand() % len);
	return len;
}
