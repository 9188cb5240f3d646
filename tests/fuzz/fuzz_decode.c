/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_decode - a stream from a peer that lies: what is taken is in order and lasts */
#include "tests/fuzz/fuzz.h"

#include "base/buf.h"
#include "base/text.h"
#include "frame/decode.h"
#include "frame/encode.h"
#include "frame/frame.h"
#include "frame/wire.h"
#include "source/lines.h"
#include "tests/lib/frame_gen.h"

#include <stdlib.h>
#include <string.h>

enum { LINE_MAX_BYTES = 65536 };

static void expect(int right)
{
	if (!right)
		abort();
}

/* Each list sorted, each pid once and in range. */
static void expect_order(const struct frame *frame, const struct wire_array *array)
{
	const char *items;
	size_t count;
	int32_t pid, before = 0;

	memcpy(&items, (const char *)frame + array->items, sizeof(items));
	memcpy(&count, (const char *)frame + array->count, sizeof(count));
	for (size_t i = 0; i < count; i++, before = pid) {
		memcpy(&pid, items + i * array->size, sizeof(pid));
		expect(pid <= FRAME_PID_MAX &&
			(pid > before ||
				(array == &wire_arrays[WIRE_TEXTS] && pid >= before && pid > 0)));
	}
}

static void expect_clean(const struct frame *frame)
{
	for (size_t i = 0; i < frame->nbirths; i++)
		expect(text_is_clean(frame->births[i].comm, strlen(frame->births[i].comm)));
	for (size_t i = 0; i < frame->ntexts; i++)
		expect(text_is_clean(frame->texts[i].text, strlen(frame->texts[i].text)));
	for (size_t i = 0; i < frame->nnotices; i++)
		expect(text_is_clean(frame->notices[i].text, strlen(frame->notices[i].text)));
}

static void try_frame(const char *line, size_t len)
{
	struct frame *frame = frame_new(), *again = frame_new();
	char why[DECODE_WHY_MAX] = "";
	struct buf buf;

	buf_init(&buf);
	if (decode_frame(frame, line, len, why) == 0) {
		for (size_t i = WIRE_DEATHS; i < WIRE_NARRAYS; i++) {
			if (wire_arrays[i].by_pid)
				expect_order(frame, &wire_arrays[i]);
		}
		expect_clean(frame);
		encode_frame(&buf, frame);
		expect(decode_frame(again, buf.data, buf.len, why) == 0);
		expect(gen_frames_same(frame, again));
	} else {
		expect(why[0] != '\0' && text_is_clean(why, strlen(why)));
	}
	buf_done(&buf);
	frame_free(frame);
	frame_free(again);
}

static void try_header(const char *line, size_t len)
{
	struct stream_header header;
	char why[DECODE_WHY_MAX];

	if (decode_header(&header, line, len, why) == 0)
		expect(text_is_clean(header.host, strlen(header.host)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct lines lines;
	const char *line;
	size_t length;

	lines_init(&lines, LINE_MAX_BYTES);
	memcpy(lines_room(&lines, len + 1), data, len);
	lines_grew(&lines, len);
	*lines_room(&lines, 1) = '\n';
	lines_grew(&lines, 1);
	while ((line = lines_next(&lines, &length)) != NULL) {
		if (decode_is_header(line, length))
			try_header(line, length);
		else
			try_frame(line, length);
	}
	lines_done(&lines);
	return 0;
}
