/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Recordings played: moved about in, damaged, of several boots, growing, from a pipe. */
#include "tests/lib/recording_world.h"

#include "base/clock.h"
#include "base/text.h"
#include "tests/lib/frame_gen.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

static char why[RECORD_WHY_MAX];

static void moving_about(void **state)
{
	struct gen gen = { 5 };

	(void)state;
	for (int kind = 0; kind < world_kinds; kind++) {
		const char *path = world_fresh_path(world_names[kind]);

		world_write(path, false, 1, 95);
		struct source *source = world_open(path);
		struct world world = { .ticks = 0 };
		uint64_t first, last, tick = 0;

		assert_false(source_is_live(source));
		assert_int_equal(source_ask(source, &(struct request){ .kind = REQUEST_TICK }),
			-ENOTSUP);
		source_replay_set_paused(source, true);
		assert_int_equal(world_play(source, &world), SOURCE_NONE);
		assert_int_equal(world.ticks, 0);
		for (tick = 1; tick <= 25; tick++) {
			source_replay_step(source);
			assert_int_equal(world_play(source, &world), SOURCE_NONE);
			world_expect(&world, tick);
		}
		for (tick = 24; tick >= 8; tick--) {
			assert_int_equal(source_replay_back(source, 0), 0);
			assert_true(source_replay_catching_up(source));
			world_play(source, &world);
			assert_false(source_replay_catching_up(source));
			world_expect(&world, tick);
		}
		assert_int_equal(source_replay_span(source, &first, &last), 0);
		assert_int_equal(first, WORLD_FIRST_MS + WORLD_TICK_MS);
		assert_int_equal(last, WORLD_FIRST_MS + 95 * WORLD_TICK_MS);
		for (int i = 0; i < 100; i++) {
			tick = 1 + gen_below(&gen, 95);
			assert_int_equal(source_replay_seek(source,
						 WORLD_FIRST_MS + tick * WORLD_TICK_MS + 999,
						 gen_below(&gen, 30000)),
				0);
			world_play(source, &world);
			world_expect(&world, tick);
		}
		assert_int_equal(source_replay_seek(source, 0, 0), 0);
		world_play(source, &world);
		world_expect(&world, 1);
		source_replay_set_speed(source, 0);
		source_replay_set_paused(source, false);
		assert_int_equal(world_play(source, &world), SOURCE_END);
		world_expect(&world, 95);
		assert_int_equal(source_replay_back(source, 5000), 0); /* also from the end */
		world_play(source, &world);
		world_expect(&world, 94);
		source_close(source);
	}
}

/* At ten times the speed three ticks of a second take three tenths. */
static void speed_is_kept(void **state)
{
	const char *path = world_fresh_path(world_names[0]);
	struct world world = { .ticks = 0 };
	const struct frame *frame;

	(void)state;
	world_write(path, false, 1, 10);
	struct source *source = world_open(path);
	uint64_t before = clock_mono_ms();

	source_replay_set_speed(source, 10);
	while (world.ticks < 4) {
		if (source_next(source, &frame) == SOURCE_FRAME)
			world_apply(&world, frame);
		else
			poll(NULL, 0, source_timeout_ms(source));
	}
	uint64_t took = clock_mono_ms() - before;

	assert_true(took >= 299 && took < 600);
	source_close(source);
}

/* What another program packed is refused with the way to play it, whether a line ends in it or
 * not; what only looks like it is not. */
static void the_packer_is_named(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		const char *says;
	} files[] = {
#define FILE_OF(bytes, says) { bytes, sizeof(bytes) - 1, says }
		FILE_OF("\x1f\x8b\x08\0\1\2\3", "gzip; this plays it: gzip -dc FILE |"),
		FILE_OF("\x1f\x8b\x08\0\1\n\2\n\3\n", "gzip -dc FILE | memtop --replay -"),
		FILE_OF("\xfd"
			"7zXZ\0\0\4\n",
			"xz -dc FILE |"),
		FILE_OF("BZh91AY&SY\n\n\n", "bzip2 -dc FILE |"),
		FILE_OF("\x04\x22\x4d\x18\x64\n\n", "lz4 -dc FILE |"),
		FILE_OF("PK\x03\x04\x14\0", "unzip -p FILE |"),
		FILE_OF("\xff\xfe{\0\"\0m\0", "is text in UTF-16; this plays it: iconv -f"),
		FILE_OF("\x1f\x8b", "is no recording of memtop"),
		FILE_OF("diary\n\x1f\x8b\x08\nof two\n", "is no recording of memtop"),
#undef FILE_OF
	};
	const char *path = world_path("packed.rec");

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct source *source;
		FILE *file = fopen(path, "w");

		fwrite(files[i].bytes, 1, files[i].len, file);
		fclose(file);
		assert_int_equal(source_open_replay(&source, path, why), -EINVAL);
		if (strstr(why, files[i].says) == NULL)
			fail_msg("%s, not %s", why, files[i].says);
	}
}

/* The head is needed; without it the file is refused, and said why. */
static void heads_and_strangers(void **state)
{
	struct source *source;
	struct record *record;
	const char *path = world_path("stranger.rec");
	FILE *file = fopen(path, "w");

	(void)state;
	fputs("PK\x03\x04 not at all\n", file);
	fclose(file);
	assert_int_equal(source_open_replay(&source, path, why), -EINVAL);
	assert_int_equal(record_open(&record, path, true, why), -EINVAL);
	assert_int_equal(truncate(path, 0), 0);
	assert_int_equal(source_open_replay(&source, path, why), -EINVAL);
	assert_non_null(strstr(why, "is empty"));
	file = fopen(path, "w");
	fputs("\x28\xb5\x2f\xfd", file); /* zstd's, and cut */
	fclose(file);
	assert_true(source_open_replay(&source, path, why) < 0);
	assert_non_null(strstr(why, world_kinds > 1 ? "ends before its first look" : "compress"));
	file = fopen(path, "w");
	fputs("{\"memtop\":2,\"hz\":100,\"page\":4}\n", file);
	fclose(file);
	assert_int_equal(source_open_replay(&source, path, why), -EPROTONOSUPPORT);
	assert_non_null(strstr(why, "newer"));
	assert_int_equal(source_open_replay(&source, world_folder, why), -EINVAL);
	assert_int_equal(source_open_replay(&source, world_path("nothing"), why), -ENOENT);
}

/* Bytes changed anywhere: no crash, no end before the end, and what comes after is played. */
static void damage_is_skipped(void **state)
{
	struct gen gen = { 11 };

	(void)state;
	for (int kind = 0; kind < world_kinds; kind++) {
		const char *path = world_fresh_path(world_names[kind]);

		world_write(path, false, 1, 40);
		uint64_t size = world_file_size(path);
		int fd = open(path, O_RDWR | O_CLOEXEC);

		for (int i = 0; i < 300; i++) {
			off_t at = (off_t)(200 + gen_below(&gen, size - 200));
			char old, new = (char)gen_next(&gen);

			assert_int_equal(pread(fd, &old, 1, at), 1);
			assert_int_equal(pwrite(fd, &new, 1, at), 1);
			struct source *source = NULL;
			const struct frame *frame;
			enum source_event event;
			uint64_t frames = 0;

			if (source_open_replay(&source, path, why) < 0) {
				assert_true(kind == 1 && at < 1500); /* where the header is */
				assert_int_equal(pwrite(fd, &old, 1, at), 1);
				continue;
			}
			source_replay_set_speed(source, 0);
			while ((event = source_next(source, &frame)) != SOURCE_END) {
				frames += event == SOURCE_FRAME;
				if (event == SOURCE_TROUBLE)
					assert_true(text_is_clean(source_message(source),
						strlen(source_message(source))));
			}
			assert_true(frames >= 40);
			source_replay_seek(source,
				WORLD_FIRST_MS + gen_below(&gen, 40) * WORLD_TICK_MS, 0);
			for (int n = 0; n < 5; n++)
				source_next(source, &frame);
			source_close(source);
			assert_int_equal(pwrite(fd, &old, 1, at), 1);
		}
		close(fd);
	}
}

/* Two boots in one file: times rise, and nobody is mistaken for somebody else. */
static void stretches_are_kept_apart(void **state)
{
	const char *path = world_fresh_path(world_names[0]);
	struct stream_header header;
	struct world world = { .ticks = 0 };
	uint64_t first, last;

	(void)state;
	world_write(path, false, 1, 15);
	struct record *record = world_open_record(path, true);

	gen_header(&header);
	header.boot_wall_ms += 86400000; /* world_started again a day later */
	for (uint64_t tick = 1; tick <= 12; tick++) {
		struct frame *frame = frame_new();

		world_make_part(frame, tick, 1, WORLD_PIDS);
		gen_system(frame);
		record_frame(record, &header, frame);
		frame_free(frame);
	}
	record_close(record);
	struct source *source = world_open(path);

	source_replay_set_paused(source, true);
	assert_int_equal(source_replay_span(source, &first, &last), 0);
	assert_int_equal(last - first, 86400000 + 11 * WORLD_TICK_MS);
	for (int turn = 0; turn < 3; turn++) { /* by playing, by going back, by seeking */
		if (turn == 0)
			source_replay_seek(source, last, 86400000 * 2);
		else if (turn == 1)
			source_replay_back(source, 0);
		else
			source_replay_seek(source, last, 0);
		world_play(source, &world);
		assert_int_equal(world.last_ms, turn == 1 ? last - WORLD_TICK_MS : last);
		assert_int_equal(world.start[1], world_lives(1, 12) ? 100 + 8640000 : 0);
		assert_true(source_header(source)->boot_wall_ms == UINT64_C(1700000000000));
	}
	assert_int_equal(world.gaps, 1);
	source_close(source);
}

static void pipe_is_played(void **state)
{
	struct world world = { .ticks = 0 };
	struct source *source = NULL;
	uint64_t first, last;

	(void)state;
	for (int kind = 0; kind < world_kinds; kind++) {
		char bytes[65536];
		int ends[2], file, half;
		ssize_t count;

		world_write(world_fresh_path(world_names[kind]), false, 1, 10);
		file = open(world_path(world_names[kind]), O_RDONLY | O_CLOEXEC);
		count = read(file, bytes, sizeof(bytes));
		close(file);
		assert_int_equal(pipe(ends), 0);
		half = (int)count / 2;
		assert_int_equal(write(ends[1], bytes, (size_t)half), half);
		assert_int_equal(source_open_replay_fd(&source, ends[0], "a pipe", why), 0);
		source_replay_set_speed(source, 0);
		memset(&world, 0, sizeof(world));
		assert_int_equal(world_play(source, &world), SOURCE_NONE);
		assert_true(world.ticks > 0 && world.ticks < 10);
		assert_int_equal(source_fd(source), ends[0]);
		assert_int_equal(write(ends[1], bytes + half, (size_t)(count - half)),
			count - half);
		close(ends[1]);
		assert_int_equal(world_play(source, &world), SOURCE_END);
		world_expect(&world, 10);
		assert_int_equal(source_replay_seek(source, 0, 0), -ESPIPE);
		assert_int_equal(source_replay_span(source, &first, &last), -ESPIPE);
		source_close(source);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(moving_about),
		cmocka_unit_test(speed_is_kept),
		cmocka_unit_test(heads_and_strangers),
		cmocka_unit_test(the_packer_is_named),
		cmocka_unit_test(damage_is_skipped),
		cmocka_unit_test(stretches_are_kept_apart),
		cmocka_unit_test(pipe_is_played),
	};

	return cmocka_run_group_tests(tests, world_begin, world_end);
}
