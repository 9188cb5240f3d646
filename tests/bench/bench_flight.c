/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bench_flight - a day of a made machine in a flight recorder's folder: its size and what writing it
 * costs, how soon any moment of it is there, and how long a dashboard reads it
 *
 * usage: bench_flight [PROCESSES [HOURS [FOLDER]]]
 * FOLDER is kept, and what is in it ends now, in this boot.
 */
#include "base/clock.h"
#include "model/store.h"
#include "session/player.h"
#include "session/session.h"
#include "source/flight.h"
#include "source/source_replay.h"
#include "tests/lib/made_day.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BOOT_MS (UINT64_C(40) * 86400 * 1000)
#define WALL_MS (UINT64_C(1700000000) * 1000)

enum { MOMENTS = 5 };

static void open_moments(const char *folder, const struct made_day *day)
{
	char why[SOURCE_REPLAY_WHY_MAX];
	uint64_t worst_ms = 0;

	for (uint64_t i = 0; i < MOMENTS; i++) {
		uint64_t before_ms = clock_mono_ms(), cpu_us = clock_cpu_us();
		struct source *source;
		if (source_open_replay(&source, folder, why) < 0)
			return;
		struct session *session = session_new(source, true);
		session_single(session);
		player_go(session_player(session),
			day->end_wall_ms - 1 - i * day->hours * 3600000 / MOMENTS);
		while (player_busy(session_player(session)))
			session_wait(session, SESSION_FOREVER, -1);
		uint64_t took_ms = clock_mono_ms() - before_ms;
		printf("  moment %llu: %llu ms (%llu of CPU), %zu processes\n",
			(unsigned long long)i, (unsigned long long)took_ms,
			(unsigned long long)(clock_cpu_us() - cpu_us) / 1000,
			store_count(session_store(session)));
		worst_ms = took_ms > worst_ms ? took_ms : worst_ms;
		session_free(session);
	}
	printf("  any moment within %llu ms\n", (unsigned long long)worst_ms);
}

static void play_all(const char *folder)
{
	char why[SOURCE_REPLAY_WHY_MAX];
	uint64_t cpu_us = clock_cpu_us();
	struct source *source;

	if (source_open_replay(&source, folder, why) < 0)
		return;
	struct session *session = session_new(source, true);
	player_set_speed(session_player(session), 0);
	while (!player_at_end(session_player(session)))
		session_wait(session, SESSION_FOREVER, -1);
	printf("  all of it played: %.2f s of CPU\n", (double)(clock_cpu_us() - cpu_us) / 1e6);
	session_free(session);
}

static void end_now(struct made_day *day)
{
	static char boot_id[40];
	FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");

	if (file != NULL && fscanf(file, "%39s", boot_id) == 1)
		day->boot_id = boot_id;
	if (file != NULL)
		fclose(file);
	day->end_boot_ms = clock_boot_ms();
	day->end_wall_ms = clock_wall_ms();
}

int main(int argc, char **argv)
{
	char made[] = "/tmp/memtop-flight-XXXXXX", command[400];
	struct made_day day = {
		.processes = argc > 1 ? (uint32_t)atoi(argv[1]) : 300,
		.hours = argc > 2 ? (uint32_t)atoi(argv[2]) : 24,
		.interval_ms = 5000,
		.first_segment = 1,
		.end_boot_ms = BOOT_MS,
		.end_wall_ms = WALL_MS,
		.boot_id = "11111111-2222-3333-4444-555555555555",
	};
	if (argc > 3)
		end_now(&day);
	const char *folder = argc > 3 ? argv[3] : mkdtemp(made);
	uint64_t write_us = 0, looks = UINT64_C(720) * day.hours;

	if (folder == NULL)
		return EXIT_FAILURE;
	uint64_t bytes = access(folder, F_OK) == 0 ? made_day_write(&day, folder, &write_us) : 0;
	printf("flight %u processes, %u h: %.1f MiB (%.1f MiB a day), %.2f ms to write a look\n",
		day.processes, day.hours, (double)bytes / 1048576,
		(double)bytes / 1048576 / day.hours * 24, (double)write_us / 1000 / (double)looks);
	open_moments(folder, &day);
	play_all(folder);
	snprintf(command, sizeof(command), "rm -rf %s", made);
	return argc > 3 || system(command) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
