/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Frames and headers written and read back: whole, out of range, hostile. */
#include "frame/decode.h"
#include "frame/encode.h"

#include "base/buf.h"
#include "base/text.h"
#include "frame/wire.h"
#include "tests/lib/frame_gen.h"

#include <errno.h>
#include <float.h>
#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#define BASE "{\"seq\":1,\"t\":5,\"wall\":6"

static char why[DECODE_WHY_MAX];

static int decode_text(struct frame *frame, const char *line)
{
	frame_reset(frame);
	why[0] = '\0';
	return decode_frame(frame, line, strlen(line), why);
}

static void header_survives(void **state)
{
	struct stream_header header, read;
	struct buf buf;

	(void)state;
	gen_header(&header);
	snprintf(header.host, sizeof(header.host), "a\"b\\c漢");
	buf_init(&buf);
	encode_header(&buf, &header);
	assert_true(decode_is_header(buf.data, buf.len));
	assert_int_equal(decode_header(&read, buf.data, buf.len, why), 0);
	assert_string_equal(read.host, header.host);
	assert_string_equal(read.kernel, header.kernel);
	assert_int_equal(read.hz, 100);
	assert_int_equal(read.pid, 4242);
	assert_int_equal(read.hidepid, -1);
	assert_true(read.boot_wall_ms == header.boot_wall_ms);
	buf_done(&buf);
}

static void newer_header_is_refused(void **state)
{
	struct stream_header read = { .hz = 7 };
	const char *newer = "{\"memtop\":2,\"hz\":100,\"page\":4}";
	const char *alien = "{\"hz\":100,\"page\":4}";
	const char *half = "{\"memtop\":1,\"hz\":100}";
	const char *more = "{\"memtop\":1,\"hz\":100,\"page\":4,\"moon\":[1,{\"a\":2}]}";

	(void)state;
	assert_int_equal(decode_header(&read, newer, strlen(newer), why), -EPROTONOSUPPORT);
	assert_non_null(strstr(why, "newer"));
	assert_int_equal(decode_header(&read, alien, strlen(alien), why), -EINVAL);
	assert_int_equal(decode_header(&read, half, strlen(half), why), -EINVAL);
	assert_int_equal(read.hz, 7);
	assert_int_equal(decode_header(&read, more, strlen(more), why), 0);
}

/* Any frame comes back as it was, twice the same bytes. */
static void frames_survive(void **state)
{
	struct frame *out = frame_new(), *in = frame_new();
	struct gen gen = { 1 };
	struct buf buf, again;

	(void)state;
	buf_init(&buf);
	buf_init(&again);
	for (int i = 0; i < 600; i++) {
		frame_reset(out);
		frame_reset(in);
		gen_frame(&gen, out, i % 50 == 0 ? FRAME_PART_MAX : 12);
		buf_clear(&buf);
		encode_frame(&buf, out);
		assert_int_equal(buf.data[buf.len - 1], '\n');
		assert_null(memchr(buf.data, '\n', buf.len - 1));
		if (decode_frame(in, buf.data, buf.len, why) < 0)
			fail_msg("frame %d: %s", i, why);
		assert_true(gen_frames_same(out, in));
		buf_clear(&again);
		encode_frame(&again, in);
		assert_int_equal(buf.len, again.len);
		assert_memory_equal(buf.data, again.data, buf.len);
	}
	buf_done(&buf);
	buf_done(&again);
	frame_free(out);
	frame_free(in);
}

static void numbers_do_not_know_the_locale(void **state)
{
	struct frame *frame = frame_new();
	struct buf buf;

	(void)state;
	setlocale(LC_ALL, "de_DE.UTF-8"); /* where it is installed */
	frame->seq = 1;
	gen_system(frame);
	buf_init(&buf);
	encode_frame(&buf, frame);
	assert_non_null(strstr(buf_text(&buf), ",0.12,"));
	assert_int_equal(decode_text(frame, buf_text(&buf)), 0);
	assert_true(fabs(frame->system.psi_some_avg10 - 0.12) < 1e-9);
	setlocale(LC_ALL, "C");
	buf_done(&buf);
	frame_free(frame);
}

/* A broken kernel or a bug must cost a figure, not the line. */
static void odd_figures_stay_readable(void **state)
{
	struct frame *frame = frame_new(), *in = frame_new();
	struct proc_detail detail = {
		.pid = 1,
		.figures.known = UINT32_MAX,
		.figures.nice = 77,
		.figures.anon_kib = UINT64_MAX - 1,
		.figures.cpu_percent = NAN,
		.figures.major_faults_s = -3,
		.figures.minor_faults_s = INFINITY,
		.rare.limit_as_kib = UINT64_MAX,
		.figures.state = '\n',
	};
	struct proc_birth birth = { .id = { 5, UINT64_MAX }, .comm = NULL, .state = 0 };
	struct notice notice = { .text = "bad \x1b]0;x\x07 \xff\xc3 bytes\n" };
	struct buf buf;

	(void)state;
	frame->seq = 1;
	frame->details = &detail;
	frame->births = &birth;
	frame->notices = &notice;
	frame->ndetails = frame->nbirths = frame->nnotices = 1;
	buf_init(&buf);
	encode_frame(&buf, frame);
	assert_int_equal(decode_text(in, buf_text(&buf)), 0);
	assert_int_equal(in->details[0].figures.nice, 19);
	assert_true(in->details[0].figures.anon_kib == (uint64_t)WIRE_INT_MAX);
	assert_true(in->details[0].rare.limit_as_kib == UINT64_MAX);
	assert_false(in->details[0].figures.known & DETAIL_CPU);
	assert_true(in->details[0].figures.known & DETAIL_FAULTS);
	assert_true(in->details[0].figures.major_faults_s == 0);
	assert_int_equal(in->details[0].figures.state, '?');
	assert_string_equal(in->births[0].comm, "");
	assert_true(text_is_clean(in->notices[0].text, strlen(in->notices[0].text)));
	buf_done(&buf);
	frame_free(frame);
	frame_free(in);
}

static void unknown_is_null(void **state)
{
	struct frame *frame = frame_new();
	struct proc_detail *detail;

	(void)state;
	assert_int_equal(decode_text(frame, BASE
				 ",\"detail\":[[9,0,1,null,\"S\",0,null,10,null,0,5,null,0]]}"),
		0);
	detail = &frame->details[0];
	/* one part of the RSS is missing: all are; swap is known by itself */
	assert_int_equal(detail->figures.known, DETAIL_SWAP);
	assert_true(detail->figures.anon_kib == 0 && detail->figures.swap_kib == 5);
	assert_int_equal(decode_text(frame,
				 BASE ",\"detail\":[[9,0,1,0,\"S\",0,3,10,1,0,5,null,7]]}"),
		0);
	detail = &frame->details[0];
	assert_int_equal(detail->figures.known, DETAIL_USER | DETAIL_THREADS | DETAIL_MEMORY);
	assert_true(detail->figures.anon_kib == 10 && detail->figures.swap_kib == 5 &&
		    detail->figures.cpu_ms == 7);
	frame_free(frame);
}

static void lists_come_sorted(void **state)
{
	struct frame *frame = frame_new();

	(void)state;
	assert_int_equal(
		decode_text(frame,
			BASE ",\"use\":[[7,1,1,1],[3,1,1,1],[7,1,1,1],[5,1,1,1]],"
			     "\"died\":[9,2,2,1],\"text\":[[4,\"cgroup\",\"/\"],[4,\"comm\",\"x\"],"
			     "[4,\"rune\",\"?\"],[4,\"cgroup\",\"/\"]]}"),
		0);
	assert_int_equal(frame->nusages, 3);
	assert_int_equal(frame->usages[0].pid, 3);
	assert_int_equal(frame->usages[2].pid, 7);
	assert_int_equal(frame->ndeaths, 3);
	assert_int_equal(frame->deaths[2], 9);
	assert_int_equal(frame->ntexts, 2); /* of a kind not known: skipped */
	assert_int_equal(frame->texts[0].kind, TEXT_COMM);
	frame_free(frame);
}

static void text_is_cleaned_again(void **state)
{
	struct frame *frame = frame_new();

	(void)state;
	assert_int_equal(decode_text(frame,
				 BASE ",\"born\":[[3,1,1,0,false,\"S\",\"a\\u001b[2J\\u202eb\"]],"
				      "\"users\":[[0,\"ro\\not\"]]}"),
		0);
	assert_string_equal(frame->births[0].comm, "a?[2J?b");
	assert_string_equal(frame->users[0].name, "ro?ot");
	frame_free(frame);
}

static void additions_are_ignored(void **state)
{
	struct frame *frame = frame_new();

	(void)state;
	assert_int_equal(decode_text(frame, "{\"new\":{\"a\":[1]},\"seq\":1,\"t\":5,\"wall\":6,"
					    "\"use\":[[7,1,1,1,99,\"later\"]]}"),
		0);
	assert_int_equal(frame->nusages, 1);
	assert_false(frame->tick);
	frame_free(frame);
}

static void lies_are_refused(void **state)
{
	static const char *const lies[] = {
		"",
		"\n",
		"x",
		"[]",
		"1",
		"{",
		"{\"seq\":1",
		"{}",
		"{\"seq\":0,\"t\":1,\"wall\":1}",
		"{\"seq\":-1,\"t\":1,\"wall\":1}",
		"{\"seq\":1,\"t\":1.5,\"wall\":1}",
		"{\"seq\":1,\"t\":99999999999999999999,\"wall\":1}",
		"{\"seq\":1,\"seq\":1,\"t\":1,\"wall\":1}",
		"{\"seq\":null,\"t\":1,\"wall\":1}",
		"{\"seq\":\"1\",\"t\":1,\"wall\":1}",
		BASE "} {",
		BASE ",\"key\":1}",
		BASE ",\"dt\":4294967296}",
		BASE ",\"use\":{}}",
		BASE ",\"use\":[1]}",
		BASE ",\"use\":[[0,1,1,1]]}",
		BASE ",\"use\":[[4194305,1,1,1]]}",
		BASE ",\"use\":[[-1,1,1,1]]}",
		BASE ",\"use\":[[1,1,1]]}",
		BASE ",\"use\":[[1,-1,1,1]]}",
		BASE ",\"use\":[[1,null,1,1]]}",
		BASE ",\"use\":[[1,9007199254740992,1,1]]}",
		BASE ",\"use\":[[]]}",
		BASE ",\"sys\":[]}",
		BASE ",\"sys\":7}",
		BASE ",\"died\":[[1]]}",
		BASE ",\"died\":[\"1\"]}",
		BASE ",\"born\":[[1,1,1,1,0,\"S\",\"x\"]]}",
		BASE ",\"born\":[[1,1,1,1,false,\"SS\",\"x\"]]}",
		BASE ",\"born\":[[1,1,1,1,false,\"S\",7]]}",
		BASE ",\"text\":[[1,\"comm\"]]}",
		BASE ",\"text\":[[1,3,\"x\"]]}",
		BASE ",\"detail\":[[1,0,1,0,\"S\",0,1,1,1,1,1,1,1,1e300]]}",
		BASE ",\"detail\":[[1,0,1,0,\"S\",0,1,1,1,1,1,1,1,-0.5]]}",
		BASE ",\"x\":\"\xff\"}",
		BASE ",\"x\":\"\\u0000\"}",
		BASE ",\"a\":[[[[[[[[1]]]]]]]]}",
	};
	struct frame *frame = frame_new();

	(void)state;
	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		if (decode_text(frame, lies[i]) != -EINVAL)
			fail_msg("taken: %s", lies[i]);
		assert_true(strlen(why) > 0 && strlen(why) < DECODE_WHY_MAX);
		assert_true(text_is_clean(why, strlen(why)));
	}
	frame_free(frame);
}

/* Lines that are cheap to write and dear to parse. */
static void floods_are_refused(void **state)
{
	static const char *const waves[] = { "0,", "[", "{\"\":", "[],", "\"\\\"\",",
		"[1,2,3,4]," };
	const size_t len = 8 * 1024 * 1024;
	struct frame *frame = frame_new();
	char *line = malloc(len + 1);

	(void)state;
	for (size_t i = 0; i < sizeof(waves) / sizeof(waves[0]); i++) {
		size_t at = (size_t)snprintf(line, len, BASE ",\"use\":[");

		while (at + 16 < len)
			at += (size_t)sprintf(line + at, "%s", waves[i]);
		frame_reset(frame);
		assert_int_equal(decode_frame(frame, line, at, why), -EINVAL);
		assert_true(arena_held(&frame->arena) < 1024 * 1024);
	}
	assert_int_equal(decode_frame(frame, line, DECODE_LINE_MAX + 1u, why), -EINVAL);
	free(line);
	frame_free(frame);
}

/* Cut or changed anywhere, a line never does harm; cut, it is never taken for a whole one. */
static void wounds_do_no_harm(void **state)
{
	struct frame *frame = frame_new();
	struct gen gen = { 7 };
	struct buf buf;
	char *line;

	(void)state;
	buf_init(&buf);
	gen_frame(&gen, frame, 3);
	encode_frame(&buf, frame);
	for (size_t len = 0; len + 1 < buf.len; len++) {
		line = malloc(len + 1); /* exact, so that a sanitizer sees a step beyond */
		memcpy(line, buf.data, len);
		frame_reset(frame);
		assert_int_equal(decode_frame(frame, line, len, why), -EINVAL);
		free(line);
	}
	for (int i = 0; i < 5000; i++) {
		size_t at = gen_below(&gen, buf.len);
		char old = buf.data[at];

		buf.data[at] = (char)gen_next(&gen);
		frame_reset(frame);
		decode_frame(frame, buf.data, buf.len, why);
		buf.data[at] = old;
	}
	buf_done(&buf);
	frame_free(frame);
}

/* What another program of this world reads in our lines. */
static void jq_reads_them(void **state)
{
	struct frame *frame = frame_new();
	struct gen gen = { 3 };
	char path[] = "/tmp/memtop-codec-XXXXXX", command[256];
	int fd = mkstemp(path);
	struct buf buf;

	(void)state;
	if (system("jq --version >/dev/null 2>&1") != 0) {
		close(fd);
		unlink(path);
		frame_free(frame);
		skip();
	}
	buf_init(&buf);
	for (int i = 0; i < 50; i++) {
		frame_reset(frame);
		gen_frame(&gen, frame, 20);
		encode_frame(&buf, frame);
	}
	assert_int_equal(write(fd, buf.data, buf.len), buf.len);
	close(fd);
	snprintf(command, sizeof(command), "test \"$(jq -r .seq %s | wc -l)\" = 50", path);
	assert_int_equal(system(command), 0);
	unlink(path);
	buf_done(&buf);
	frame_free(frame);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(header_survives),
		cmocka_unit_test(newer_header_is_refused),
		cmocka_unit_test(frames_survive),
		cmocka_unit_test(numbers_do_not_know_the_locale),
		cmocka_unit_test(odd_figures_stay_readable),
		cmocka_unit_test(unknown_is_null),
		cmocka_unit_test(lists_come_sorted),
		cmocka_unit_test(text_is_cleaned_again),
		cmocka_unit_test(additions_are_ignored),
		cmocka_unit_test(lies_are_refused),
		cmocka_unit_test(floods_are_refused),
		cmocka_unit_test(wounds_do_no_harm),
		cmocka_unit_test(jq_reads_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
