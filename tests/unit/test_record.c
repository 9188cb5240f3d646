/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Recordings written: onto full disks, over planted files, by writers that are killed. */
#include "base/clock.h"
#include "tests/lib/recording_world.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

static char why[RECORD_WHY_MAX];

static void recordings_survive(void **state)
{
	(void)state;
	for (int kind = 0; kind < world_kinds; kind++) {
		const char *path = world_fresh_path(world_names[kind]);
		struct stat status;

		world_write(path, false, 1, 95);
		struct world world = world_play_all(path);

		world_expect(&world, 95);
		assert_int_equal(world.ticks, 95);
		assert_int_equal(world.gaps + world.jumps + world.troubles, 0);
		assert_int_equal(stat(path, &status), 0);
		assert_int_equal(status.st_mode & 07777, 0600);
	}
	if (world_kinds == 2)
		assert_true(world_file_size(world_path(world_names[1])) * 2 <
			    world_file_size(world_path(world_names[0])));
}

static void other_tools_read_them(void **state)
{
	char command[512];

	(void)state;
	if (world_kinds < 2 ||
		system("zstd --version >/dev/null 2>&1 && jq --version >/dev/null 2>&1") != 0)
		skip();
	world_write(world_fresh_path(world_names[1]), false, 1, 40);
	snprintf(command, sizeof(command), "test $(zstd -qdc %s | jq -c .seq | wc -l) = 81",
		world_path(world_names[1]));
	assert_int_equal(system(command), 0);
	/* and what they packed, in one frame, can be moved about in */
	world_write(world_fresh_path(world_names[0]), false, 1, 40);
	snprintf(command, sizeof(command), "zstd -qf %s -o %s", world_path(world_names[0]),
		world_path("one.zst"));
	assert_int_equal(system(command), 0);
	struct source *source = world_open(world_path("one.zst"));
	struct world world = { .ticks = 0 };

	source_replay_set_paused(source, true);
	assert_int_equal(source_replay_seek(source, WORLD_FIRST_MS + 37 * WORLD_TICK_MS, 0), 0);
	world_play(source, &world);
	world_expect(&world, 37);
	source_close(source);
}

/* Cut at every byte: what is whole is played, appending goes on, and all is read again. */
static void cut_anywhere(void **state)
{
	(void)state;
	for (int kind = 0; kind < world_kinds; kind++) {
		const char *path = world_fresh_path(world_names[kind]),
			   *cut = world_path(kind ? "cut.zst" : "cut.rec");
		char command[300];

		world_write(path, false, 1, 12);
		uint64_t size = world_file_size(path), step = size / 150 + 1;

		for (uint64_t at = size - 400; at <= size; at += at + 40 < size ? step : 1) {
			snprintf(command, sizeof(command), "head -c %llu %s > %s",
				(unsigned long long)at, path, cut);
			assert_int_equal(system(command), 0);
			struct world world = world_play_all(cut);

			assert_int_equal(world.troubles, 0);
			uint64_t ticks = world.ticks;

			world_write(cut, true, 21, 23);
			world = world_play_all(cut);
			assert_int_equal(world.troubles, 0);
			assert_true(world.ticks >= ticks + 3 && world.gaps >= 1);
			world_expect(&world, 23);
		}
	}
}

static void planted_files_are_refused(void **state)
{
	struct record *record, *again;
	const char *link_path = world_fresh_path("link.rec"), *fifo = world_fresh_path("fifo.rec");
	const char *hard = world_fresh_path("hard.rec");
	const char *path = world_fresh_path(world_names[0]);

	(void)state;
	world_write(path, false, 1, 2);
	assert_int_equal(record_open(&record, path, false, why), -EEXIST);
	assert_non_null(strstr(why, "--append"));
	assert_int_equal(symlink(path, link_path), 0);
	assert_int_equal(record_open(&record, link_path, true, why), -ELOOP);
	assert_int_equal(record_open(&record, link_path, false, why), -EEXIST);
	assert_int_equal(mkfifo(fifo, 0600), 0);
	assert_int_equal(record_open(&record, fifo, true, why), -EINVAL);
	assert_int_equal(record_open(&record, "/dev/null", true, why), -EINVAL);
	assert_int_equal(link(path, hard), 0);
	assert_int_equal(record_open(&record, hard, true, why), -EMLINK);
	unlink(hard);
	record = world_open_record(path, true);
	assert_int_equal(record_open(&again, path, true, why), -EBUSY);
	record_close(record);
}

/* Ticks as a front end has them made: a key when the recording asks. */
static int make_ticks(struct record *record, uint64_t *tick, uint64_t last)
{
	int asked = 0;

	for (; *tick <= last; ++*tick) {
		world_record(record, *tick);
		if (record_wants_key(record)) {
			world_key_tick = *tick + 1;
			asked++;
		}
	}
	return asked;
}

static void keys_are_asked_for(void **state)
{
	const char *path = world_fresh_path(world_names[world_kinds - 1]);
	struct record *record = world_open_record(path, false);
	uint64_t tick = 1, first, last;

	(void)state;
	world_key_every = 100000;
	assert_int_equal(make_ticks(record, &tick, 600), 9);
	record_close(record);
	struct source *source = world_open(path);

	assert_int_equal(source_replay_span(source, &first, &last), 0);
	struct world world = { .ticks = 0 };

	source_replay_set_paused(source, true);
	source_replay_seek(source, WORLD_FIRST_MS + 500 * WORLD_TICK_MS, 0);
	world_play(source, &world);
	world_expect(&world, 500);
	assert_true(world.ticks <= RECORD_KEY_S + 2);
	source_close(source);
	world_key_every = WORLD_KEY_EVERY;
}

/* A disk that is full for a while, and then is not. */
static void full_disk_is_said(void **state)
{
	struct rlimit before, limit;

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &before);
	world_key_every = 100000;
	for (int kind = 0; kind < world_kinds; kind++) {
		const char *path = world_fresh_path(world_names[kind]);
		struct record *record = world_open_record(path, false);
		uint64_t tick = 1;

		world_key_tick = 0;
		assert_int_equal(make_ticks(record, &tick, 14), 0);
		limit = before;
		limit.rlim_cur = record_size(record) + 100;
		setrlimit(RLIMIT_FSIZE, &limit);
		int early = make_ticks(record, &tick, 20), asked = make_ticks(record, &tick, 60);
		bool said = strstr(record_message(record), "recording stopped: File too large") !=
			    NULL;
		uint64_t size = record_size(record);

		setrlimit(RLIMIT_FSIZE, &before);
		assert_true(said && size <= limit.rlim_cur);
		assert_int_equal(early, 0); /* not at once, and not too often */
		assert_true(asked >= 2 && asked <= 3);
		make_ticks(record, &tick, 150);
		assert_string_equal(record_message(record), "");
		assert_int_equal(record_close(record), 0);
		struct world world = world_play_all(path);

		world_expect(&world, 150);
		assert_int_equal(world.troubles, 0);
		assert_int_equal(world.gaps, 1);
		assert_true(world.ticks >= 14 + 40);
	}
	signal(SIGXFSZ, SIG_DFL);
	world_key_every = WORLD_KEY_EVERY;
	world_key_tick = 0;
}

/* A writer that is killed: whatever was begun, all whole lines are there. */
static void killed_writer_loses_little(void **state)
{
	(void)state;
	for (int kind = 0; kind < world_kinds; kind++) {
		const char *path = world_fresh_path(world_names[kind]);
		int tell[2];
		char byte;

		assert_int_equal(pipe(tell), 0);
		pid_t pid = fork();

		if (pid == 0) {
			struct record *record = world_open_record(path, false);

			for (uint64_t tick = 1;; tick++) {
				world_record(record, tick);
				if (tick == 33 && write(tell[1], "x", 1) < 0)
					_exit(1);
			}
		}
		assert_int_equal(read(tell[0], &byte, 1), 1);
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		close(tell[0]);
		close(tell[1]);
		struct world world = world_play_all(path);

		assert_int_equal(world.troubles, 0);
		assert_true(world.ticks >= 33);
		uint64_t ticks = world.ticks;

		world_write(path, true, 1, 12); /* and goes on, with another boot's small times */
		world = world_play_all(path);
		assert_int_equal(world.troubles, 0);
		assert_int_equal(world.gaps, 1);
		assert_int_equal(world.ticks, ticks + 12);
	}
}

enum { BURNT_US = 20000 };

/* What a recording says its looks cost, of two with CPU time of ours between them. */
static uint64_t cost_of_two(bool is_long)
{
	const char *path = world_fresh_path(world_names[0]);
	struct record *record = world_open_record(path, false);
	const struct frame *frame;
	uint64_t cost_us = 0;

	if (is_long)
		record_be_long(record);
	world_record(record, 1);
	for (uint64_t begin_us = clock_cpu_us(); clock_cpu_us() - begin_us < BURNT_US;)
		continue;
	world_record(record, 2);
	record_close(record);
	struct source *source = world_open(path);
	source_replay_set_speed(source, 0);
	for (enum source_event event = SOURCE_NONE; event != SOURCE_END;) {
		event = source_next(source, &frame);
		cost_us += event == SOURCE_FRAME ? frame->cost_us : 0;
	}
	source_close(source);
	return cost_us;
}

/* What runs for the recording alone is a part of what that costs, what is shown beside it is not. */
static void recorder_costs_too(void **state)
{
	(void)state;
	assert_true(cost_of_two(true) >= BURNT_US);
	assert_int_equal(cost_of_two(false), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(recordings_survive),
		cmocka_unit_test(other_tools_read_them),
		cmocka_unit_test(cut_anywhere),
		cmocka_unit_test(planted_files_are_refused),
		cmocka_unit_test(keys_are_asked_for),
		cmocka_unit_test(full_disk_is_said),
		cmocka_unit_test(killed_writer_loses_little),
		cmocka_unit_test(recorder_costs_too),
	};

	return cmocka_run_group_tests(tests, world_begin, world_end);
}
