/* SPDX-License-Identifier: GPL-2.0-or-later */
/* recording_world - a machine whose every tick is known */
#include "tests/lib/recording_world.h"

#include "source/zst.h"
#include "tests/lib/frame_gen.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

static char folder[] = "/tmp/memtop-replay-XXXXXX";
const char *const world_folder = folder;
static char why[RECORD_WHY_MAX];

const char *const world_names[] = { "plain.rec", "packed.zst" };
int world_kinds = 1;

const char *world_path(const char *name)
{
	static char paths[4][128];
	static int turn;
	char *path = paths[turn++ % 4];

	snprintf(path, sizeof(paths[0]), "%s/%s", world_folder, name);
	return path;
}

const char *world_fresh_path(const char *name)
{
	const char *path = world_path(name);

	unlink(path);
	return path;
}

bool world_lives(int32_t pid, uint64_t tick)
{
	return (uint64_t)pid % 7 != tick / 20 % 7;
}

uint64_t world_started(int32_t pid, uint64_t tick)
{
	while (tick > 1 && world_lives(pid, tick - 1))
		tick--;
	return tick * 100;
}

uint64_t world_rss(int32_t pid, uint64_t tick)
{
	return 1000 + (uint64_t)pid + tick / (1 + (uint64_t)pid % 5) * 4;
}

uint64_t world_key_every = WORLD_KEY_EVERY;
uint64_t world_key_tick;

void world_make_part(struct frame *frame, uint64_t tick, int32_t from, int32_t upto)
{
	bool key = (tick - 1) % world_key_every == 0 || tick == world_key_tick;

	frame->seq = tick;
	frame->boot_ms = WORLD_FIRST_MS + tick * WORLD_TICK_MS;
	frame->wall_ms = UINT64_C(1700000000000) + frame->boot_ms;
	frame->interval_ms = tick > 1 ? WORLD_TICK_MS : 0;
	frame->key = key;
	frame->births = arena_take(&frame->arena, WORLD_PIDS, sizeof(*frame->births));
	frame->usages = arena_take(&frame->arena, WORLD_PIDS, sizeof(*frame->usages));
	frame->deaths = arena_take(&frame->arena, WORLD_PIDS, sizeof(*frame->deaths));
	for (int32_t pid = from; pid < upto; pid++) {
		bool now = world_lives(pid, tick), before = tick > 1 && world_lives(pid, tick - 1);

		if (before && !now)
			frame->deaths[frame->ndeaths++] = pid;
		if (now && (key || !before))
			frame->births[frame->nbirths++] = (struct proc_birth){
				.id = { pid, world_started(pid, tick) },
				.state = 'S',
				.comm = "worker"
			};
		if (now && (key || !before || world_rss(pid, tick) != world_rss(pid, tick - 1)))
			frame->usages[frame->nusages++] = (struct proc_usage){ pid,
				world_rss(pid, tick), 1, 1 };
	}
}

void world_record(struct record *record, uint64_t tick)
{
	struct stream_header header;

	gen_header(&header);
	for (int part = 0; part < 2; part++) {
		struct frame *frame = frame_new();

		world_make_part(frame, tick, part == 0 ? 1 : WORLD_PIDS / 2,
			part == 0 ? WORLD_PIDS / 2 : WORLD_PIDS);
		if (part == 0)
			gen_system(frame);
		frame->more = part == 0;
		record_frame(record, &header, frame);
		frame_free(frame);
	}
}

struct record *world_open_record(const char *path, bool append)
{
	struct record *record = NULL;

	if (record_open(&record, path, append, why) < 0)
		fail_msg("%s", why);
	return record;
}

void world_write(const char *path, bool append, uint64_t first, uint64_t last)
{
	struct record *record = world_open_record(path, append);

	for (uint64_t tick = first; tick <= last; tick++)
		world_record(record, tick);
	assert_string_equal(record_message(record), "");
	assert_int_equal(record_close(record), 0);
}

void world_apply(struct world *world, const struct frame *frame)
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
	for (int pid = 0; pid < WORLD_PIDS && frame->key && !frame->more; pid++) {
		if (!world->fresh[pid])
			world->start[pid] = 0;
	}
	world->gaps += frame->gap && !frame->more;
	world->ticks += !frame->more;
}

void world_expect(const struct world *world, uint64_t tick)
{
	assert_int_equal(world->last_ms, WORLD_FIRST_MS + tick * WORLD_TICK_MS);
	for (int32_t pid = 1; pid < WORLD_PIDS; pid++) {
		assert_int_equal(world->start[pid],
			world_lives(pid, tick) ? world_started(pid, tick) : 0);
		if (world_lives(pid, tick))
			assert_int_equal(world->rss[pid], world_rss(pid, tick));
	}
}

struct source *world_open(const char *path)
{
	struct source *source = NULL;

	if (source_open_replay(&source, path, why) < 0)
		fail_msg("%s", why);
	return source;
}

enum source_event world_play(struct source *source, struct world *world)
{
	const struct frame *frame;
	enum source_event event;

	for (;;) {
		event = source_next(source, &frame);
		if (event == SOURCE_FRAME)
			world_apply(world, frame);
		else if (event == SOURCE_TROUBLE)
			world->troubles++;
		else if (event == SOURCE_END || source_timeout_ms(source) != 0)
			return event;
	}
}

struct world world_play_all(const char *path)
{
	struct source *source = world_open(path);
	struct world world = { .ticks = 0 };

	source_replay_set_speed(source, 0);
	assert_int_equal(world_play(source, &world), SOURCE_END);
	source_close(source);
	return world;
}

uint64_t world_file_size(const char *path)
{
	struct stat status;

	assert_int_equal(stat(path, &status), 0);
	return (uint64_t)status.st_size;
}

int world_begin(void **state)
{
	struct zst_out *zst = zst_out_new();

	(void)state;
	world_kinds = zst != NULL ? 2 : 1;
	zst_out_free(zst);
	return mkdtemp(folder) == NULL;
}

int world_end(void **state)
{
	char command[64];

	(void)state;
	snprintf(command, sizeof(command), "rm -r %s", world_folder);
	return system(command);
}
