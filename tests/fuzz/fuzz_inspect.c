/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_inspect - memory that lies: whatever a process has, a look into it ends, and what it says can
 * be sent
 *
 * The input is words put into six mappings that are empty otherwise: where (a byte), at which word
 * (two), and its value (eight).  What does not fit into that is taken for what a Java virtual machine
 * publishes, and for a name of the C++ compiler's.
 */
#include "tests/fuzz/fuzz.h"

#include "base/buf.h"
#include "frame/decode.h"
#include "frame/encode.h"
#include "inspect/classes.h"
#include "inspect/java.h"
#include "inspect/memory.h"
#include "inspect/question.h"

#include <stdlib.h>
#include <string.h>

enum { REGIONS = 6, SIZE = 16384, RECORD = 11, FUZZ_BYTES = 8 << 20, FUZZ_MS = 2000 };

static unsigned char memory_bytes[REGIONS][SIZE];

#define BOTH (MEMORY_READ | MEMORY_WRITE)
static const struct memory_region regions[REGIONS] = {
	{ .start = 0x400000,
		.end = 0x400000 + SIZE,
		.inode = 1,
		.flags = MEMORY_READ | MEMORY_FILE,
		.name = "/usr/lib/libc.so.6" },
	{ .start = 0x500000,
		.end = 0x500000 + SIZE,
		.inode = 1,
		.flags = BOTH | MEMORY_FILE,
		.offset = SIZE,
		.name = "/usr/lib/libc.so.6" },
	{ .start = 0x600000,
		.end = 0x600000 + SIZE,
		.flags = BOTH | MEMORY_HEAP,
		.name = "[heap]" },
	{ .start = 0x8000000, .end = 0x8000000 + SIZE, .flags = BOTH, .name = "" },
	{ .start = 0x9001000, .end = 0x9001000 + SIZE, .flags = BOTH, .name = "" },
	{ .start = 0xa000000,
		.end = 0xa000000 + SIZE,
		.inode = 2,
		.flags = BOTH | MEMORY_SHARED | MEMORY_FILE,
		.name = "/tmp/hsperfdata_me/1" },
};

static void expect(int right)
{
	if (!right)
		abort();
}

static void put_words(const uint8_t *data, size_t len)
{
	memset(memory_bytes, 0, sizeof(memory_bytes));
	for (size_t at = 0; at + RECORD <= len; at += RECORD) {
		size_t word = (data[at + 1] | (size_t)data[at + 2] << 8) % (SIZE / 8);

		memcpy(memory_bytes[data[at] % REGIONS] + word * 8, data + at + 3, 8);
	}
}

static void look(const char *type)
{
	const unsigned char *bytes[REGIONS];
	struct question question = { .id = { 1, 1 } };
	struct frame *frame = frame_new(), *again = frame_new();
	char why[DECODE_WHY_MAX];
	struct buf line;

	for (size_t i = 0; i < REGIONS; i++)
		bytes[i] = memory_bytes[i];
	struct memory *memory = memory_of_image(regions, REGIONS, bytes);
	memory_budget(memory, FUZZ_BYTES, FUZZ_MS);
	strcpy(question.type, type);
	frame->seq = 1;
	question_look(frame, &question, memory);
	expect(frame->ninsides == 1 && frame->ninside_types <= INSIDE_TYPES_MAX);
	buf_init(&line);
	encode_frame(&line, frame);
	expect(decode_frame(again, line.data, line.len, why) == 0);
	expect(again->ninside_types == frame->ninside_types);
	buf_done(&line);
	memory_close(memory);
	frame_free(frame);
	frame_free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char text[CLASSES_NAME_MOST], name[CLASSES_NAME_MOST];
	size_t few = len < sizeof(text) - 1 ? len : sizeof(text) - 1;
	struct java java;

	java_parse(&java, data, len);
	memcpy(text, data, few);
	text[few] = '\0';
	classes_readable(text, name);
	expect(memchr(name, '\0', sizeof(name)) != NULL);
	put_words(data, len);
	look("");
	return 0;
}
