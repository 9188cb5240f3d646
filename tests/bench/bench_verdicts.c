/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bench_verdicts - recordings through source, store and trends: samples a second of --verdicts,
 * and how long it takes to open in the middle of an hour */
#include "base/clock.h"
#include "frame/frame.h"
#include "modes/verdicts.h"
#include "session/player.h"
#include "session/session.h"
#include "source/record.h"
#include "source/source_replay.h"
#include "tests/lib/frame_gen.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { FIRST_PID = 1000, FIRST_MS = 1000000 };

/* A machine, and how long it is recorded. */
struct scene {
	const char *name;
	size_t processes, moving; /* the first MOVING of them: some noise, every tenth climbs */
	uint64_t ticks;
};

static const struct scene busy = { "500 moving", 500, 500, 900 };
static const struct scene idle = { "5000, 50 moving", 5000, 50, 300 };
static const struct scene hour = { "300, 60 moving, 1 h", 300, 60, 3600 };

static void make_tick(struct frame *frame, const struct scene *scene, struct gen *gen,
	uint64_t tick)
{
	bool key = tick % RECORD_KEY_S == 1;

	frame_reset(frame);
	frame->seq = tick;
	frame->boot_ms = FIRST_MS + tick * 1000;
	frame->wall_ms = UINT64_C(1700000000000) + frame->boot_ms;
	frame->interval_ms = 1000;
	frame->key = key;
	gen_system(frame);
	if (key)
		gen_births(frame, FIRST_PID, scene->processes);
	gen_usages(frame, FIRST_PID, key ? scene->processes : scene->moving);
	for (size_t i = 0; i < scene->moving; i++)
		frame->usages[i].rss_kib += i % 10 ? 4 * gen_below(gen, 100) : 64 * tick;
}

static void write_recording(const char *path, const struct scene *scene)
{
	struct gen gen = { 1 };
	struct stream_header header;
	char why[RECORD_WHY_MAX];
	struct record *record;
	struct frame *frame = frame_new();

	gen_header(&header);
	if (record_open(&record, path, false, why) < 0) {
		fprintf(stderr, "%s\n", why);
		exit(EXIT_FAILURE);
	}
	for (uint64_t tick = 1; tick <= scene->ticks; tick++) {
		make_tick(frame, scene, &gen, tick);
		record_frame(record, &header, frame);
	}
	record_close(record);
	frame_free(frame);
}

static struct source *open_recording(const char *path)
{
	char why[SOURCE_REPLAY_WHY_MAX];
	struct source *source;

	if (source_open_replay(&source, path, why) < 0) {
		fprintf(stderr, "%s\n", why);
		exit(EXIT_FAILURE);
	}
	return source;
}

/* What it prints is not wanted here. */
static void run_verdicts(const char *path)
{
	int null = open("/dev/null", O_WRONLY), kept = dup(STDOUT_FILENO);
	struct session *session = session_new(open_recording(path), true);

	fflush(stdout);
	dup2(null, STDOUT_FILENO);
	player_set_speed(session_player(session), 0);
	verdicts_run(session);
	session_free(session);
	dup2(kept, STDOUT_FILENO);
	close(null);
	close(kept);
}

static void bench_verdicts(const char *path, const struct scene *scene)
{
	double samples = (double)(scene->processes * scene->ticks);

	write_recording(path, scene);
	uint64_t before_us = clock_cpu_us();
	run_verdicts(path);
	double took_s = (double)(clock_cpu_us() - before_us) / 1e6;
	printf("verdicts %-20s %9.0f samples in %5.2f s: %9.0f a second\n", scene->name, samples,
		took_s, samples / took_s);
	unlink(path);
}

/* As a person does who opens a recording and goes half an hour on. */
static void bench_opening(const char *path, const struct scene *scene)
{
	write_recording(path, scene);
	uint64_t before_us = clock_cpu_us();
	struct session *session = session_new(open_recording(path), true);

	session_pause(session, true);
	player_tick_on(session_player(session));
	while (store_ticks(session_store(session)) == 0)
		session_step(session);
	player_move(session_player(session), (double)scene->ticks / 2);
	while (player_busy(session_player(session)))
		session_step(session);
	double took_ms = (double)(clock_cpu_us() - before_us) / 1e3;
	printf("middle   %-20s %9.0f ms, %llu ticks of history\n", scene->name, took_ms,
		(unsigned long long)store_ticks(session_store(session)));
	session_free(session);
	unlink(path);
}

int main(void)
{
	char folder[] = "/tmp/memtop-bench-XXXXXX", path[64];

	if (mkdtemp(folder) == NULL)
		return EXIT_FAILURE;
	snprintf(path, sizeof(path), "%s/recording", folder);
	bench_verdicts(path, &busy);
	bench_verdicts(path, &idle);
	bench_opening(path, &hour);
	rmdir(folder);
	return EXIT_SUCCESS;
}
