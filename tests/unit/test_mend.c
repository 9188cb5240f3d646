/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --append onto whatever is there: what was whole plays, what is appended plays, and what is no
 * recording stays as it was. */
#include "base/buf.h"
#include "source/zst.h"
#include "tests/lib/recording_world.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "tests/lib/range.h"

enum {
	TICKS = 3,   /* of the recording that is harmed */
	LATER = 401, /* the first tick of what is appended, so that times go on */
	MORE = 3,    /* ticks of it */
	CLOSE = 700, /* bytes at the start that are each cut at */
	STRIDE = 23, /* and then not each */
	SMALL = 61,  /* bytes of a block in a frame of small blocks */
	FLIPS = 160, /* bytes changed */
};

static char why[RECORD_WHY_MAX];

/* --- files ------------------------------------------------------------------------- */

static void read_file(const char *path, struct buf *into)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t count;

	assert_true(fd >= 0);
	buf_clear(into);
	while ((count = read(fd, buf_room(into, 65536), 65536)) > 0)
		buf_grew(into, (size_t)count);
	close(fd);
}

static void write_file(const char *path, const char *bytes, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, len), (int)len);
	close(fd);
}

/* A recording of a few ticks, as bytes. */
static void make_recording(struct buf *into, int kind)
{
	const char *path = world_fresh_path(world_names[kind]);

	world_write(path, false, 1, TICKS);
	read_file(path, into);
}

/* TEXT as another tool may pack it: small blocks as they are, lines spread over several, a checksum
 * announced (which is wrong). */
static void pack_small(struct buf *into, const struct buf *text)
{
	static const char head[] = { '\x28', '\xb5', '\x2f', '\xfd', '\x04', '\x48' };

	buf_clear(into);
	buf_put(into, head, sizeof(head));
	for (size_t at = 0; at < text->len; at += SMALL) {
		size_t len = text->len - at < SMALL ? text->len - at : SMALL;
		unsigned block = (unsigned)len << 3 | (at + len == text->len);

		for (int i = 0; i < 3; i++)
			buf_putc(into, (char)(block >> 8 * i & 0xff));
		buf_put(into, text->data + at, len);
	}
	buf_put(into, "sums", 4);
}

/* Ticks that can be played of it; 0 when it cannot be played at all. */
static struct world play(const char *path)
{
	struct world world = { .ticks = 0 };
	char reason[SOURCE_REPLAY_WHY_MAX];
	struct source *source;

	if (source_open_replay(&source, path, reason) < 0)
		return world;
	source_replay_set_speed(source, 0);
	assert_int_equal(world_play(source, &world), SOURCE_END);
	source_close(source);
	return world;
}

/* Appends to a file of these bytes, and expects as many ticks more. */
static struct world append_to(const char *path, const char *bytes, size_t len)
{
	write_file(path, bytes, len);
	uint64_t before = play(path).ticks;

	world_write(path, true, LATER, LATER + MORE - 1);
	struct world world = play(path);

	if (world.ticks < before + MORE)
		fail_msg("%s of %zu bytes: %llu ticks before, %llu after", path, len,
			(unsigned long long)before, (unsigned long long)world.ticks);
	return world;
}

/* --- tests ------------------------------------------------------------------------- */

static void sweep(const char *path, const struct buf *bytes, bool clean)
{
	for (size_t at = 0; at <= bytes->len;
		at += at < CLOSE || at + 40 > bytes->len ? 1 : STRIDE) {
		struct world world = append_to(path, bytes->data, at);

		world_expect(&world, LATER + MORE - 1);
		if (clean)
			assert_int_equal(world.troubles, 0);
	}
}

static void cut_at_any_byte(void **state)
{
	(void)state;
	for (int kind = 0; kind < world_kinds; kind++) {
		struct buf bytes;

		buf_init(&bytes);
		make_recording(&bytes, kind);
		sweep(world_path(kind ? "cut.zst" : "cut.rec"), &bytes, true);
		buf_done(&bytes);
	}
}

static void packed_by_others_cut_at_any_byte(void **state)
{
	struct buf text, bytes;

	(void)state;
	if (world_kinds < 2)
		skip();
	buf_init(&text);
	buf_init(&bytes);
	make_recording(&text, 0);
	pack_small(&bytes, &text);
	sweep(world_path("small.zst"), &bytes, false);
	buf_done(&text);
	buf_done(&bytes);
}

/* A text without its last newline, packed whole. */
static void a_line_that_does_not_end(void **state)
{
	struct buf text, bytes;
	struct zst_out *zst = zst_out_new();

	(void)state;
	if (zst == NULL)
		skip();
	buf_init(&text);
	buf_init(&bytes);
	make_recording(&text, 0);
	zst_out_put(zst, &bytes, text.data, text.len - 20);
	buf_put(&bytes, zst_end_block, sizeof(zst_end_block));
	struct world world = append_to(world_path("unended.zst"), bytes.data, bytes.len);

	world_expect(&world, LATER + MORE - 1);
	zst_out_free(zst);
	buf_done(&text);
	buf_done(&bytes);
}

static void garbage_behind(void **state)
{
	static const char magic[] = { '\x28', '\xb5', '\x2f', '\xfd' };

	(void)state;
	for (int kind = 0; kind < world_kinds; kind++) {
		const char *path = world_path(kind ? "more.zst" : "more.rec");
		struct buf bytes;

		buf_init(&bytes);
		make_recording(&bytes, kind);
		size_t len = bytes.len;

		for (size_t more = 1; more < 6000; more = 3 * more + 1) {
			bytes.len = len; /* as a power cut leaves it: room that was never written */
			memset(buf_room(&bytes, more), 0, more);
			buf_grew(&bytes, more);
			append_to(path, bytes.data, bytes.len);
			for (size_t i = len; i < bytes.len; i++)
				bytes.data[i] = (char)(i * 2654435761u >> 13);
			append_to(path, bytes.data, bytes.len);
			buf_put(&bytes, magic, more % sizeof(magic) + 1);
			append_to(path, bytes.data, bytes.len);
		}
		buf_done(&bytes);
	}
}

/* A byte that flipped in the first minute does not cost the hours behind it. */
static void damage_within(void **state)
{
	struct buf bytes, more;
	const char *path;
	int refused = 0;

	(void)state;
	if (world_kinds < 2)
		skip();
	buf_init(&bytes);
	buf_init(&more);
	make_recording(&bytes, 1);
	size_t len = bytes.len;

	read_file(world_path(world_names[1]), &more);
	path = world_path("flip.zst");
	buf_put(&bytes, more.data, more.len); /* a second stretch, whole */
	for (size_t i = 0; i < FLIPS; i++) {
		size_t at = 6 + i * (len - 7) / FLIPS;
		char was = bytes.data[at];

		bytes.data[at] = (char)(was ^ (1 << i % 8));
		write_file(path, bytes.data, bytes.len);
		if (play(path).ticks > 0)
			append_to(path, bytes.data, bytes.len);
		else /* not even its first line can be read */
			refused++;
		bytes.data[at] = was;
	}
	assert_true(refused < FLIPS / 10);
	buf_done(&bytes);
	buf_done(&more);
}

static void expect_refused(const char *path, const char *bytes, size_t len, int error,
	const char *reason)
{
	struct record *record;
	struct buf now;

	write_file(path, bytes, len);
	assert_int_equal(record_open(&record, path, true, why), error);
	if (strstr(why, reason) == NULL)
		fail_msg("%s", why);
	buf_init(&now);
	read_file(path, &now);
	assert_int_equal(now.len, len);
	assert_memory_equal(now.data, bytes, len);
	buf_done(&now);
}

static void what_is_no_recording_is_left_alone(void **state)
{
	static const char text[] = "a diary\nwithout its last newline",
			  newer[] = "{\"memtop\":2,\"hz\":100,\"page\":4}\n",
			  short_text[] = "{\"mem\":1}", unended[] = "{\"memory\":17";
	struct zst_out *zst = zst_out_new();
	struct buf packed, bytes;

	(void)state;
	expect_refused(world_path("text.rec"), text, sizeof(text) - 1, -EINVAL, "is no recording");
	expect_refused(world_path("text.rec"), short_text, sizeof(short_text) - 1, -EINVAL,
		"no rec");
	expect_refused(world_path("text.rec"), unended, sizeof(unended) - 1, -EINVAL,
		"no recording");
	expect_refused(world_path("newer.rec"), newer, sizeof(newer) - 1, -EPROTONOSUPPORT,
		"newer memtop");
	if (zst == NULL)
		return;
	buf_init(&packed);
	buf_init(&bytes);
	expect_refused(world_path("text.zst"), text, sizeof(text) - 1, -EINVAL, "is no recording");
	zst_out_put(zst, &packed, text, sizeof(text) - 1);
	for (int whole = 0; whole < 2; whole++) {
		expect_refused(world_path("text.zst"), packed.data, packed.len, -EINVAL,
			"is no recording");
		expect_refused(world_path("text.rec"), packed.data, packed.len, -EINVAL,
			"does not end in .zst");
		buf_put(&packed, zst_end_block, sizeof(zst_end_block));
	}
	zst_out_reset(zst);
	buf_clear(&packed);
	zst_out_put(zst, &packed, newer, sizeof(newer) - 1);
	expect_refused(world_path("newer.zst"), packed.data, packed.len, -EPROTONOSUPPORT,
		"newer memtop");
	make_recording(&bytes, 0);
	expect_refused(world_path("plain.zst"), bytes.data, bytes.len, -EINVAL,
		"is not compressed");
	zst_out_free(zst);
	buf_done(&packed);
	buf_done(&bytes);
}

/* A window that wants too much memory: told what to do, and left as it is. */
static void too_large_a_window(void **state)
{
	static const char head[] = { '\x28', '\xb5', '\x2f', '\xfd', 0, '\x98' }; /* 512 MiB */
	const char *path = world_path("wide.zst");
	char reason[SOURCE_REPLAY_WHY_MAX];
	struct source *source;
	struct buf bytes;

	(void)state;
	if (world_kinds < 2)
		skip();
	buf_init(&bytes);
	make_recording(&bytes, 1);
	memcpy(bytes.data, head, sizeof(head));
	expect_refused(path, bytes.data, bytes.len, -EINVAL, "zstd -dc --long=31");
	assert_int_equal(source_open_replay(&source, path, reason), -EINVAL);
	assert_non_null(strstr(reason, "wants more than 128 MiB"));
	bytes.data[5] = '\x88'; /* 128 MiB */
	append_to(path, bytes.data, bytes.len);
	assert_true(play(path).ticks == TICKS + MORE);
	buf_done(&bytes);
}

/* Few bytes that unpack into millions of blank lines: whoever plays them gets a turn in between. */
static void a_flood_of_blank_lines(void **state)
{
	static const char head[] = { '\x28', '\xb5', '\x2f', '\xfd', 0, '\x48' };
	static const char flood[] = { '\x02', 0, '\x10', '\n' }; /* 128 KiB of one byte */
	static const char line[] = "{\"memtop\":1,\"hz\":100,\"page\":4}\n";
	const char *path = world_path("flood.zst");
	const struct frame *frame;
	struct buf bytes;
	int turns = 0;

	(void)state;
	if (world_kinds < 2)
		skip();
	buf_init(&bytes);
	buf_put(&bytes, head, sizeof(head));
	buf_putc(&bytes, (char)((sizeof(line) - 1) << 3 & 0xff));
	buf_putc(&bytes, (char)((sizeof(line) - 1) << 3 >> 8));
	buf_putc(&bytes, 0);
	buf_put(&bytes, line, sizeof(line) - 1);
	for (int i = 0; i < 20; i++)
		buf_put(&bytes, flood, sizeof(flood));
	buf_put(&bytes, zst_end_block, sizeof(zst_end_block));
	write_file(path, bytes.data, bytes.len);
	struct source *source = world_open(path);

	source_replay_set_speed(source, 0);
	while (source_next(source, &frame) == SOURCE_NONE && turns < 1000) {
		assert_int_equal(source_timeout_ms(source), 0);
		turns++;
	}
	assert_uint_in_range(turns, 10, 100);
	source_close(source);
	buf_done(&bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cut_at_any_byte),
		cmocka_unit_test(packed_by_others_cut_at_any_byte),
		cmocka_unit_test(a_line_that_does_not_end),
		cmocka_unit_test(garbage_behind),
		cmocka_unit_test(damage_within),
		cmocka_unit_test(what_is_no_recording_is_left_alone),
		cmocka_unit_test(too_large_a_window),
		cmocka_unit_test(a_flood_of_blank_lines),
	};

	return cmocka_run_group_tests(tests, world_begin, world_end);
}
