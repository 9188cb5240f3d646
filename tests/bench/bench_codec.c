/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bench_codec - what a frame costs to write and to read: first look at 5,000 processes, steady
 * ticks */
#include "base/buf.h"
#include "base/clock.h"
#include "frame/decode.h"
#include "frame/encode.h"
#include "frame/frame.h"
#include "tests/lib/frame_gen.h"

#include <stdio.h>
#include <stdlib.h>

enum { PROCESSES = 5000, CHANGES = 500, FIRST_PID = 30000 };

/* COUNT processes in frames of at most FRAME_PART_MAX, as a sampler sends them. */
static size_t make_parts(struct frame **parts, size_t count, bool births)
{
	size_t nparts = 0;

	for (size_t done = 0; done < count; nparts++) {
		size_t part = count - done < FRAME_PART_MAX ? count - done : FRAME_PART_MAX;
		struct frame *frame = parts[nparts] = frame_new();

		frame->seq = 1;
		frame->boot_ms = 86400000;
		frame->wall_ms = UINT64_C(1700000000000);
		frame->key = births;
		if (nparts == 0)
			gen_system(frame);
		if (births)
			gen_births(frame, FIRST_PID + (int32_t)done, part);
		gen_usages(frame, FIRST_PID + (int32_t)done, part);
		done += part;
	}
	return nparts;
}

static double encode_us(struct buf *out, struct frame **parts, size_t nparts, int rounds)
{
	uint64_t before = clock_cpu_us();

	for (int round = 0; round < rounds; round++) {
		buf_clear(out);
		for (size_t i = 0; i < nparts; i++)
			encode_frame(out, parts[i]);
	}
	return (double)(clock_cpu_us() - before) / rounds;
}

static void decode_all(const struct buf *lines, struct frame *frame)
{
	char why[DECODE_WHY_MAX];
	size_t start = 0;

	for (size_t i = 0; i < lines->len; i++) {
		if (lines->data[i] != '\n')
			continue;
		frame_reset(frame);
		if (decode_frame(frame, lines->data + start, i + 1 - start, why) < 0)
			abort();
		start = i + 1;
	}
}

static double decode_us(const struct buf *lines, int rounds)
{
	struct frame *frame = frame_new();
	uint64_t before = clock_cpu_us();

	for (int round = 0; round < rounds; round++)
		decode_all(lines, frame);
	frame_free(frame);
	return (double)(clock_cpu_us() - before) / rounds;
}

static void measure(const char *name, size_t count, bool births, int rounds)
{
	struct frame *parts[PROCESSES / FRAME_PART_MAX + 1];
	size_t nparts = make_parts(parts, count, births);
	struct buf buf;

	buf_init(&buf);
	double encode = encode_us(&buf, parts, nparts, rounds);
	double decode = decode_us(&buf, rounds);

	printf("codec  %-28s %7zu bytes  encode %7.1f us  decode %8.1f us\n", name, buf.len, encode,
		decode);
	for (size_t i = 0; i < nparts; i++)
		frame_free(parts[i]);
	buf_done(&buf);
}

int main(void)
{
	measure("key, 5000 processes", PROCESSES, true, 50);
	measure("tick, 500 changes", CHANGES, false, 500);
	measure("tick, 5 changes", 5, false, 5000);
	return 0;
}
