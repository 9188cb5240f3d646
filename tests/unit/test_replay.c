/* Recordings written and played: plain and compressed, whole, cut, damaged, appended to, moved
 * about. */
#include "source/record.h"
#include "source/source_replay.h"

#include "base/clock.h"
#include "base/text.h"
#include "frame/encode.h"
#include "source/zst.h"
#include "tests/lib/frame_gen.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
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

enum { PIDS = 60, KEY_EVERY = 10, TICK_MS = 1000, FIRST_MS = 500000 };

static char folder[] = "/tmp/memtop-replay-XXXXXX";
static char why[RECORD_WHY_MAX];

static const char *const names[] = { "plain.rec", "packed.zst" };
static int kinds = 1; /* of them can be written: 1 without libzstd */

static const char *path_of(const char *name)
{
	static char paths[4][128];
	static int turn;
	char *path = paths[turn++ % 4];

	snprintf(path, sizeof(paths[0]), "%s/%s", folder, name);
	return path;
}

static const char *fresh_path(const char *name)
{
	const char *path = path_of(name);

	unlink(path);
	return path;
}

/* --- a machine
 * ---------------------------------------------------------------------------------- */

/* Pid P lives in ticks with P % 7 != tick / 20 % 7, and its memory depends on the tick. */
static bool lives(int32_t pid, uint64_t tick)
{
	return (uint64_t)pid % 7 != tick / 20 % 7;
}

static uint64_t started(int32_t pid, uint64_t tick)
{
	while (tick > 1 && lives(pid, tick - 1))
		tick--;
	return tick * 100;
}

static uint64_t rss(int32_t pid, uint64_t tick)
{
	return 1000 + (uint64_t)pid + tick / (1 + (uint64_t)pid % 5) * 4;
}

static uint64_t key_every = KEY_EVERY;
static uint64_t key_tick; /* one that was asked for */

/* One part of the tick: pids FROM to UPTO. */
static void make_part(struct frame *frame, uint64_t tick, int32_t from, int32_t upto)
{
	bool key = (tick - 1) % key_every == 0 || tick == key_tick;

	frame->seq = tick;
	frame->boot_ms = FIRST_MS + tick * TICK_MS;
	frame->wall_ms = UINT64_C(1700000000000) + frame->boot_ms;
	frame->interval_ms = tick > 1 ? TICK_MS : 0;
	frame->key = key;
	frame->births = arena_take(&frame->arena, PIDS, sizeof(*frame->births));
	frame->usages = arena_take(&frame->arena, PIDS, sizeof(*frame->usages));
	frame->deaths = arena_take(&frame->arena, PIDS, sizeof(*frame->deaths));
	for (int32_t pid = from; pid < upto; pid++) {
		bool now = lives(pid, tick), before = tick > 1 && lives(pid, tick - 1);

		if (before && !now)
			frame->deaths[frame->ndeaths++] = pid;
		if (now && (key || !before))
			frame->births[frame->nbirths++] = (struct proc_birth){
				.id = { pid, started(pid, tick) }, .state = 'S', .comm = "worker"
			};
		if (now && (key || !before || rss(pid, tick) != rss(pid, tick - 1)))
			frame->usages[frame->nusages++] =
				(struct proc_usage){ pid, rss(pid, tick), 1, 1 };
	}
}

/* Calls TAKE with the two frames of the tick. */
static void make_tick(uint64_t tick, void (*take)(void *, const struct frame *), void *context)
{
	for (int part = 0; part < 2; part++) {
		struct frame *frame = frame_new();

		make_part(frame, tick, part == 0 ? 1 : PIDS / 2, part == 0 ? PIDS / 2 : PIDS);
		if (part == 0)
			gen_system(frame);
		frame->more = part == 0;
		take(context, frame);
		frame_free(frame);
	}
}

static void into_record(void *record, const struct frame *frame)
{
	struct stream_header header;

	gen_header(&header);
	record_frame(record, &header, frame);
}

static struct record *open_record(const char *path, bool append)
{
	struct record *record = NULL;

	if (record_open(&record, path, append, why) < 0)
		fail_msg("%s", why);
	return record;
}

static void write_ticks(const char *path, bool append, uint64_t first, uint64_t last)
{
	struct record *record = open_record(path, append);

	for (uint64_t tick = first; tick <= last; tick++)
		make_tick(tick, into_record, record);
	assert_string_equal(record_message(record), "");
	assert_int_equal(record_close(record), 0);
}

/* --- what a reader makes of it
 * ------------------------------------------------------------------ */

struct world {
	uint64_t start[PIDS]; /* 0: not there */
	uint64_t rss[PIDS];
	bool fresh[PIDS];
	uint64_t key_seq; /* of the key that is being read; 0: none */
	uint64_t ticks, last_ms, last_seq;
	int gaps, jumps, troubles;
};

static void apply(struct world *world, const struct frame *frame)
{
	if (frame->jump) {
		assert_true(frame->key);
		memset(world->start, 0, sizeof(world->start));
		world->jumps++;
		world->last_ms = world->last_seq = world->key_seq = 0;
	}
	assert_true(frame->boot_ms >= world->last_ms && frame->seq >= world->last_seq);
	world->last_ms = frame->boot_ms;
	world->last_seq = frame->seq;
	if (frame->key && world->key_seq != frame->seq)
		memset(world->fresh, 0, sizeof(world->fresh));
	world->key_seq = frame->key ? frame->seq : 0;
	for (size_t i = 0; i < frame->ndeaths; i++)
		world->start[frame->deaths[i]] = 0;
	for (size_t i = 0; i < frame->nbirths; i++) {
		world->start[frame->births[i].id.pid] = frame->births[i].id.start_ticks;
		world->fresh[frame->births[i].id.pid] = true;
	}
	for (size_t i = 0; i < frame->nusages; i++)
		world->rss[frame->usages[i].pid] = frame->usages[i].rss_kib;
	for (int pid = 0; pid < PIDS && frame->key && !frame->more; pid++) {
		if (!world->fresh[pid])
			world->start[pid] = 0;
	}
	world->gaps += frame->gap && !frame->more;
	world->ticks += !frame->more;
}

/* Whether it is the machine as it was at TICK. */
static void expect_world(const struct world *world, uint64_t tick)
{
	assert_int_equal(world->last_ms, FIRST_MS + tick * TICK_MS);
	for (int32_t pid = 1; pid < PIDS; pid++) {
		assert_int_equal(world->start[pid], lives(pid, tick) ? started(pid, tick) : 0);
		if (lives(pid, tick))
			assert_int_equal(world->rss[pid], rss(pid, tick));
	}
}

static struct source *open_replay(const char *path)
{
	struct source *source = NULL;

	if (source_open_replay(&source, path, why) < 0)
		fail_msg("%s", why);
	return source;
}

/* Plays until there is nothing to do at once. */
static enum source_event play(struct source *source, struct world *world)
{
	const struct frame *frame;
	enum source_event event;

	for (;;) {
		event = source_next(source, &frame);
		if (event == SOURCE_FRAME)
			apply(world, frame);
		else if (event == SOURCE_TROUBLE)
			world->troubles++;
		else if (event == SOURCE_END || source_timeout_ms(source) != 0)
			return event;
	}
}

static struct world play_all(const char *path)
{
	struct source *source = open_replay(path);
	struct world world = { .ticks = 0 };

	source_replay_set_speed(source, 0);
	assert_int_equal(play(source, &world), SOURCE_END);
	source_close(source);
	return world;
}

static uint64_t file_size(const char *path)
{
	struct stat status;

	assert_int_equal(stat(path, &status), 0);
	return (uint64_t)status.st_size;
}

/* --- tests
 * -------------------------------------------------------------------------------------- */

static void recordings_survive(void **state)
{
	(void)state;
	for (int kind = 0; kind < kinds; kind++) {
		const char *path = fresh_path(names[kind]);
		struct stat status;

		write_ticks(path, false, 1, 95);
		struct world world = play_all(path);

		expect_world(&world, 95);
		assert_int_equal(world.ticks, 95);
		assert_int_equal(world.gaps + world.jumps + world.troubles, 0);
		assert_int_equal(stat(path, &status), 0);
		assert_int_equal(status.st_mode & 07777, 0600);
	}
	if (kinds == 2)
		assert_true(file_size(path_of(names[1])) * 2 < file_size(path_of(names[0])));
}

static void other_tools_read_them(void **state)
{
	char command[512];

	(void)state;
	if (kinds < 2 ||
		system("zstd --version >/dev/null 2>&1 && jq --version >/dev/null 2>&1") != 0)
		skip();
	write_ticks(fresh_path(names[1]), false, 1, 40);
	snprintf(command, sizeof(command), "test $(zstd -qdc %s | jq -c .seq | wc -l) = 81",
		path_of(names[1]));
	assert_int_equal(system(command), 0);
	/* and what they packed, in one frame, can be moved about in */
	write_ticks(fresh_path(names[0]), false, 1, 40);
	snprintf(command, sizeof(command), "zstd -qf %s -o %s", path_of(names[0]),
		path_of("one.zst"));
	assert_int_equal(system(command), 0);
	struct source *source = open_replay(path_of("one.zst"));
	struct world world = { .ticks = 0 };

	source_replay_set_paused(source, true);
	assert_int_equal(source_replay_seek(source, FIRST_MS + 37 * TICK_MS, 0), 0);
	play(source, &world);
	expect_world(&world, 37);
	source_close(source);
}

static void moving_about(void **state)
{
	struct gen gen = { 5 };

	(void)state;
	for (int kind = 0; kind < kinds; kind++) {
		const char *path = fresh_path(names[kind]);

		write_ticks(path, false, 1, 95);
		struct source *source = open_replay(path);
		struct world world = { .ticks = 0 };
		uint64_t first, last, tick = 0;

		assert_false(source_is_live(source));
		assert_int_equal(
			source_ask(source, &(struct request){ .kind = REQUEST_TICK }), -ENOTSUP);
		source_replay_set_paused(source, true);
		assert_int_equal(play(source, &world), SOURCE_NONE);
		assert_int_equal(world.ticks, 0);
		for (tick = 1; tick <= 25; tick++) {
			source_replay_step(source);
			assert_int_equal(play(source, &world), SOURCE_NONE);
			expect_world(&world, tick);
		}
		for (tick = 24; tick >= 8; tick--) {
			assert_int_equal(source_replay_back(source, 0), 0);
			assert_true(source_replay_catching_up(source));
			play(source, &world);
			assert_false(source_replay_catching_up(source));
			expect_world(&world, tick);
		}
		assert_int_equal(source_replay_span(source, &first, &last), 0);
		assert_int_equal(first, FIRST_MS + TICK_MS);
		assert_int_equal(last, FIRST_MS + 95 * TICK_MS);
		for (int i = 0; i < 100; i++) {
			tick = 1 + gen_below(&gen, 95);
			assert_int_equal(source_replay_seek(source, FIRST_MS + tick * TICK_MS + 999,
						 gen_below(&gen, 30000)),
				0);
			play(source, &world);
			expect_world(&world, tick);
		}
		assert_int_equal(source_replay_seek(source, 0, 0), 0);
		play(source, &world);
		expect_world(&world, 1);
		source_replay_set_speed(source, 0);
		source_replay_set_paused(source, false);
		assert_int_equal(play(source, &world), SOURCE_END);
		expect_world(&world, 95);
		assert_int_equal(source_replay_back(source, 5000), 0); /* also from the end */
		play(source, &world);
		expect_world(&world, 94);
		source_close(source);
	}
}

/* At ten times the speed three ticks of a second take three tenths. */
static void speed_is_kept(void **state)
{
	const char *path = fresh_path(names[0]);
	struct world world = { .ticks = 0 };
	const struct frame *frame;

	(void)state;
	write_ticks(path, false, 1, 10);
	struct source *source = open_replay(path);
	uint64_t before = clock_mono_ms();

	source_replay_set_speed(source, 10);
	while (world.ticks < 4) {
		if (source_next(source, &frame) == SOURCE_FRAME)
			apply(&world, frame);
		else
			poll(NULL, 0, source_timeout_ms(source));
	}
	uint64_t took = clock_mono_ms() - before;

	assert_true(took >= 299 && took < 600);
	source_close(source);
}

/* Cut at every byte: what is whole is played, appending goes on, and all is read again. */
static void cut_anywhere(void **state)
{
	(void)state;
	for (int kind = 0; kind < kinds; kind++) {
		const char *path = fresh_path(names[kind]),
			   *cut = path_of(kind ? "cut.zst" : "cut.rec");
		char command[300];

		write_ticks(path, false, 1, 12);
		uint64_t size = file_size(path), step = size / 150 + 1;

		for (uint64_t at = size - 400; at <= size; at += at + 40 < size ? step : 1) {
			snprintf(command, sizeof(command), "head -c %llu %s > %s",
				(unsigned long long)at, path, cut);
			assert_int_equal(system(command), 0);
			struct world world = play_all(cut);

			assert_int_equal(world.troubles, 0);
			uint64_t ticks = world.ticks;

			write_ticks(cut, true, 21, 23);
			world = play_all(cut);
			assert_int_equal(world.troubles, 0);
			assert_true(world.ticks >= ticks + 3 && world.gaps >= 1);
			expect_world(&world, 23);
		}
	}
}

/* The head is needed; without it the file is refused, and said why. */
static void heads_and_strangers(void **state)
{
	struct source *source;
	struct record *record;
	const char *path = path_of("stranger.rec");
	FILE *file = fopen(path, "w");

	(void)state;
	fputs("PK\x03\x04 not at all\n", file);
	fclose(file);
	assert_int_equal(source_open_replay(&source, path, why), -EINVAL);
	assert_int_equal(record_open(&record, path, true, why), -EINVAL);
	assert_int_equal(truncate(path, 0), 0);
	assert_int_equal(source_open_replay(&source, path, why), -EINVAL);
	file = fopen(path, "w");
	fputs("{\"memtop\":2,\"hz\":100,\"page\":4}\n", file);
	fclose(file);
	assert_int_equal(source_open_replay(&source, path, why), -EPROTONOSUPPORT);
	assert_non_null(strstr(why, "newer"));
	assert_int_equal(source_open_replay(&source, folder, why), -EISDIR);
	assert_int_equal(source_open_replay(&source, path_of("nothing"), why), -ENOENT);
}

static void planted_files_are_refused(void **state)
{
	struct record *record, *again;
	const char *link_path = fresh_path("link.rec"), *fifo = fresh_path("fifo.rec");
	const char *hard = fresh_path("hard.rec");
	const char *path = fresh_path(names[0]);

	(void)state;
	write_ticks(path, false, 1, 2);
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
	record = open_record(path, true);
	assert_int_equal(record_open(&again, path, true, why), -EBUSY);
	record_close(record);
}

/* Ticks as a front end has them made: a key when the recording asks. */
static int make_ticks(struct record *record, uint64_t *tick, uint64_t last)
{
	int asked = 0;

	for (; *tick <= last; ++*tick) {
		make_tick(*tick, into_record, record);
		if (record_wants_key(record)) {
			key_tick = *tick + 1;
			asked++;
		}
	}
	return asked;
}

static void keys_are_asked_for(void **state)
{
	const char *path = fresh_path(names[kinds - 1]);
	struct record *record = open_record(path, false);
	uint64_t tick = 1, first, last;

	(void)state;
	key_every = 100000;
	assert_int_equal(make_ticks(record, &tick, 600), 9);
	record_close(record);
	struct source *source = open_replay(path);

	assert_int_equal(source_replay_span(source, &first, &last), 0);
	struct world world = { .ticks = 0 };

	source_replay_set_paused(source, true);
	source_replay_seek(source, FIRST_MS + 500 * TICK_MS, 0);
	play(source, &world);
	expect_world(&world, 500);
	assert_true(world.ticks <= RECORD_KEY_S + 2);
	source_close(source);
	key_every = KEY_EVERY;
}

/* A disk that is full for a while, and then is not. */
static void full_disk_is_said(void **state)
{
	struct rlimit before, limit;

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &before);
	key_every = 100000;
	for (int kind = 0; kind < kinds; kind++) {
		const char *path = fresh_path(names[kind]);
		struct record *record = open_record(path, false);
		uint64_t tick = 1;

		key_tick = 0;
		assert_int_equal(make_ticks(record, &tick, 14), 0);
		limit = before;
		limit.rlim_cur = record_size(record) + 100;
		setrlimit(RLIMIT_FSIZE, &limit);
		int early = make_ticks(record, &tick, 20), asked = make_ticks(record, &tick, 60);
		bool said =
			strstr(record_message(record), "recording stopped: File too large") != NULL;
		uint64_t size = record_size(record);

		setrlimit(RLIMIT_FSIZE, &before);
		assert_true(said && size <= limit.rlim_cur);
		assert_int_equal(early, 0); /* not at once, and not too often */
		assert_true(asked >= 2 && asked <= 3);
		make_ticks(record, &tick, 150);
		assert_string_equal(record_message(record), "");
		assert_int_equal(record_close(record), 0);
		struct world world = play_all(path);

		expect_world(&world, 150);
		assert_int_equal(world.troubles, 0);
		assert_int_equal(world.gaps, 1);
		assert_true(world.ticks >= 14 + 40);
	}
	signal(SIGXFSZ, SIG_DFL);
	key_every = KEY_EVERY;
	key_tick = 0;
}

/* A writer that is killed: whatever was begun, all whole lines are there. */
static void killed_writer_loses_little(void **state)
{
	(void)state;
	for (int kind = 0; kind < kinds; kind++) {
		const char *path = fresh_path(names[kind]);
		int tell[2];
		char byte;

		assert_int_equal(pipe(tell), 0);
		pid_t pid = fork();

		if (pid == 0) {
			struct record *record = open_record(path, false);

			for (uint64_t tick = 1;; tick++) {
				make_tick(tick, into_record, record);
				if (tick == 33 && write(tell[1], "x", 1) < 0)
					_exit(1);
			}
		}
		assert_int_equal(read(tell[0], &byte, 1), 1);
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		close(tell[0]);
		close(tell[1]);
		struct world world = play_all(path);

		assert_int_equal(world.troubles, 0);
		assert_true(world.ticks >= 33);
		uint64_t ticks = world.ticks;

		write_ticks(path, true, 1, 12); /* and goes on, with another boot's small times */
		world = play_all(path);
		assert_int_equal(world.troubles, 0);
		assert_int_equal(world.gaps, 1);
		assert_int_equal(world.ticks, ticks + 12);
	}
}

/* Bytes changed anywhere: no crash, no end before the end, and what comes after is played. */
static void damage_is_skipped(void **state)
{
	struct gen gen = { 11 };

	(void)state;
	for (int kind = 0; kind < kinds; kind++) {
		const char *path = fresh_path(names[kind]);

		write_ticks(path, false, 1, 40);
		uint64_t size = file_size(path);
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
			source_replay_seek(source, FIRST_MS + gen_below(&gen, 40) * TICK_MS, 0);
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
	const char *path = fresh_path(names[0]);
	struct stream_header header;
	struct world world = { .ticks = 0 };
	uint64_t first, last;

	(void)state;
	write_ticks(path, false, 1, 15);
	struct record *record = open_record(path, true);

	gen_header(&header);
	header.boot_wall_ms += 86400000; /* started again a day later */
	for (uint64_t tick = 1; tick <= 12; tick++) {
		struct frame *frame = frame_new();

		make_part(frame, tick, 1, PIDS);
		gen_system(frame);
		record_frame(record, &header, frame);
		frame_free(frame);
	}
	record_close(record);
	struct source *source = open_replay(path);

	source_replay_set_paused(source, true);
	assert_int_equal(source_replay_span(source, &first, &last), 0);
	assert_int_equal(last - first, 86400000 + 11 * TICK_MS);
	for (int turn = 0; turn < 3; turn++) { /* by playing, by going back, by seeking */
		if (turn == 0)
			source_replay_seek(source, last, 86400000 * 2);
		else if (turn == 1)
			source_replay_back(source, 0);
		else
			source_replay_seek(source, last, 0);
		play(source, &world);
		assert_int_equal(world.last_ms, turn == 1 ? last - TICK_MS : last);
		assert_int_equal(world.start[1], lives(1, 12) ? 100 + 8640000 : 0);
		assert_true(source_header(source)->boot_wall_ms == UINT64_C(1700000000000));
	}
	assert_int_equal(world.gaps, 1);
	source_close(source);
}

static void growing_file_is_followed(void **state)
{
	const char *path = fresh_path(names[kinds - 1]);
	struct record *record = open_record(path, false);
	struct world world = { .ticks = 0 };
	uint64_t tick = 1;

	(void)state;
	for (; tick <= 5; tick++)
		make_tick(tick, into_record, record);
	struct source *source = open_replay(path);

	source_replay_set_speed(source, 0);
	source_replay_set_follow(source, true);
	for (; tick <= 40; tick++) {
		assert_int_equal(play(source, &world), SOURCE_NONE);
		expect_world(&world, tick - 1);
		make_tick(tick, into_record, record);
		if (tick == 20) {
			source_replay_seek(source, FIRST_MS + 20 * TICK_MS, 3000);
		}
	}
	source_close(source);
	record_close(record);
}

static void pipe_is_played(void **state)
{
	struct world world = { .ticks = 0 };
	struct source *source = NULL;
	uint64_t first, last;

	(void)state;
	for (int kind = 0; kind < kinds; kind++) {
		char bytes[65536];
		int ends[2], file, half;
		ssize_t count;

		write_ticks(fresh_path(names[kind]), false, 1, 10);
		file = open(path_of(names[kind]), O_RDONLY | O_CLOEXEC);
		count = read(file, bytes, sizeof(bytes));
		close(file);
		assert_int_equal(pipe(ends), 0);
		half = (int)count / 2;
		assert_int_equal(write(ends[1], bytes, (size_t)half), half);
		assert_int_equal(source_open_replay_fd(&source, ends[0], "a pipe", why), 0);
		source_replay_set_speed(source, 0);
		memset(&world, 0, sizeof(world));
		assert_int_equal(play(source, &world), SOURCE_NONE);
		assert_true(world.ticks > 0 && world.ticks < 10);
		assert_int_equal(source_fd(source), ends[0]);
		assert_int_equal(
			write(ends[1], bytes + half, (size_t)(count - half)), count - half);
		close(ends[1]);
		assert_int_equal(play(source, &world), SOURCE_END);
		expect_world(&world, 10);
		assert_int_equal(source_replay_seek(source, 0, 0), -ESPIPE);
		assert_int_equal(source_replay_span(source, &first, &last), -ESPIPE);
		source_close(source);
	}
}

static int make_folder(void **state)
{
	struct zst_out *zst = zst_out_new();

	(void)state;
	kinds = zst != NULL ? 2 : 1;
	zst_out_free(zst);
	return mkdtemp(folder) == NULL;
}

static int remove_folder(void **state)
{
	char command[64];

	(void)state;
	snprintf(command, sizeof(command), "rm -r %s", folder);
	return system(command);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(recordings_survive),
		cmocka_unit_test(other_tools_read_them),
		cmocka_unit_test(moving_about),
		cmocka_unit_test(speed_is_kept),
		cmocka_unit_test(cut_anywhere),
		cmocka_unit_test(heads_and_strangers),
		cmocka_unit_test(planted_files_are_refused),
		cmocka_unit_test(keys_are_asked_for),
		cmocka_unit_test(full_disk_is_said),
		cmocka_unit_test(killed_writer_loses_little),
		cmocka_unit_test(damage_is_skipped),
		cmocka_unit_test(stretches_are_kept_apart),
		cmocka_unit_test(growing_file_is_followed),
		cmocka_unit_test(pipe_is_played),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
