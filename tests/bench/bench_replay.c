/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bench_replay - an hour of a large machine: size, writing, opening in the middle, playing all of
 * it */
#include "base/clock.h"
#include "frame/frame.h"
#include "source/record.h"
#include "source/source_replay.h"
#include "tests/lib/frame_gen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TICKS = 3600, PROCESSES = 1000, CHANGES = 200, FIRST_PID = 1000 };

static void make_tick(struct frame *frame, struct gen *gen, uint64_t tick)
{
	bool key = tick % RECORD_KEY_S == 1;

	frame_reset(frame);
	frame->seq = tick;
	frame->boot_ms = 1000000 + tick * 1000;
	frame->wall_ms = UINT64_C(1700000000000) + frame->boot_ms;
	frame->interval_ms = 1000;
	frame->key = key;
	gen_system(frame);
	if (key)
		gen_births(frame, FIRST_PID, PROCESSES);
	gen_usages(frame,
		key ? FIRST_PID : FIRST_PID + (int32_t)gen_below(gen, PROCESSES - CHANGES),
		key ? PROCESSES : CHANGES);
	for (size_t i = 0; i < frame->nusages; i++)
		frame->usages[i].rss_kib += 4 * gen_below(gen, 1000);
}

static bool write_hour(const char *path)
{
	struct gen gen = { 1 };
	struct stream_header header;
	struct record *record;
	char why[RECORD_WHY_MAX];
	struct frame *frame = frame_new();
	uint64_t cost_us = 0;

	gen_header(&header);
	if (record_open(&record, path, false, why) < 0) {
		printf("  %s\n", why);
		frame_free(frame);
		return false;
	}
	for (uint64_t tick = 1; tick <= TICKS; tick++) {
		make_tick(frame, &gen, tick);
		uint64_t before = clock_cpu_us();

		record_frame(record, &header, frame);
		cost_us += clock_cpu_us() - before;
	}
	printf("%8.1f MiB  write %6.1f us a tick", (double)record_size(record) / 1048576,
		(double)cost_us / TICKS);
	record_close(record);
	frame_free(frame);
	return true;
}

static void play(struct source *source, uint64_t *frames)
{
	const struct frame *frame;
	enum source_event event;

	do {
		event = source_next(source, &frame);
		*frames += event == SOURCE_FRAME;
	} while (event != SOURCE_END && (event != SOURCE_NONE || source_timeout_ms(source) == 0));
}

static void play_hour(const char *path)
{
	char why[SOURCE_REPLAY_WHY_MAX];
	struct source *source;
	uint64_t frames = 0, before = clock_mono_ms(), middle, all;

	if (source_open_replay(&source, path, why) < 0)
		abort();
	source_replay_set_paused(source, true);
	source_replay_seek(source, 1000000 + TICKS / 2 * 1000, 0);
	play(source, &frames);
	middle = clock_mono_ms() - before;
	before = clock_mono_ms();
	source_replay_seek(source, 0, 0);
	source_replay_set_paused(source, false);
	source_replay_set_speed(source, 0);
	frames = 0;
	play(source, &frames);
	all = clock_mono_ms() - before;
	printf("  open in the middle %4llu ms  play all %5llu ms (%llu frames)\n",
		(unsigned long long)middle, (unsigned long long)all, (unsigned long long)frames);
	source_close(source);
}

int main(void)
{
	static const char *const names[] = { "hour.rec", "hour.zst" };
	char folder[] = "/tmp/memtop-bench-XXXXXX", path[64];

	if (mkdtemp(folder) == NULL)
		return EXIT_FAILURE;
	for (int i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		printf("replay %s", names[i]);
		if (write_hour(path))
			play_hour(path);
		unlink(path);
	}
	rmdir(folder);
	return EXIT_SUCCESS;
}
