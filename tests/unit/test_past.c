/* SPDX-License-Identifier: GPL-2.0-or-later */
/* past: any moment of what a flight recorder keeps is found, in one boot, over a reboot, after the
 * clock was set; the index passes over what it need not read and comes to the same */
#include "session/player.h"
#include "session/session.h"
#include "session/thin.h"
#include "source/flight.h"
#include "source/recording_index.h"
#include "source/reel.h"
#include "source/source_replay.h"
#include "tests/lib/made_day.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#define HOUR_MS UINT64_C(3600000)
#define BOOT_MS (100 * HOUR_MS)
#define WALL_MS (UINT64_C(1700000000) * 1000)

enum { PROCESSES = 20, HOURS = 3, LOOK_MS = 5000 };

static char folder[64];
static unsigned first_segment; /* of the next day: they are in their order */

static int make_folder(void **state)
{
	(void)state;
	first_segment = 1;
	snprintf(folder, sizeof(folder), "/tmp/memtop-past-XXXXXX");
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", folder);
	return system(command);
}

static void write_day(uint64_t boot_ms, uint64_t wall_ms, const char *boot_id)
{
	uint64_t write_us;
	const struct made_day day = {
		.processes = PROCESSES,
		.hours = HOURS,
		.interval_ms = LOOK_MS,
		.end_boot_ms = boot_ms,
		.end_wall_ms = wall_ms,
		.boot_id = boot_id,
		.first_segment = first_segment,
	};

	assert_true(made_day_write(&day, folder, &write_us) > 0);
	first_segment += 100;
}

static struct session *open_folder(void)
{
	char why[SOURCE_REPLAY_WHY_MAX];
	struct source *source;

	assert_int_equal(source_open_replay(&source, folder, why), 0);
	struct session *session = session_new(source, true);
	session_single(session);
	return session;
}

/* The look at WALL_MS or just before it is the one that is found. */
static void check_moment(struct session *session, uint64_t wall_ms)
{
	const struct store *store = session_store(session);

	assert_int_equal(player_go(session_player(session), wall_ms), 0);
	while (player_busy(session_player(session)))
		session_wait(session, SESSION_FOREVER, -1);
	assert_in_range(wall_ms - store_wall_ms(store), 0, LOOK_MS - 1);
	assert_int_equal(store_count(store), PROCESSES);
}

static void check_day(struct session *session, uint64_t end_ms)
{
	for (uint64_t back_ms = 1; back_ms < HOURS * HOUR_MS; back_ms += 7 * 60 * 1000 + 1234)
		check_moment(session, end_ms - LOOK_MS - back_ms);
}

static void test_one_boot(void **state)
{
	uint64_t first_ms, last_ms;

	(void)state;
	write_day(BOOT_MS, WALL_MS, "a");
	struct session *session = open_folder();
	assert_int_equal(player_reach(session_player(session), &first_ms, &last_ms), 0);
	assert_int_equal(first_ms, WALL_MS - HOURS * HOUR_MS);
	assert_in_range(last_ms, WALL_MS - LOOK_MS, WALL_MS);
	check_day(session, WALL_MS);
	assert_int_equal(player_go_before_kill(session_player(session)), -ENOENT);
	session_free(session);
}

/* Whoever there is has the figures it has when all is played, and a history of the lead. */
static void check_proc(const struct store *store, const struct proc *proc,
	const struct proc *played)
{
	uint64_t lead_from_ms = store_now_ms(store) - THIN_LEAD_MS;

	assert_int_equal(proc->figures.footprint_kib, played->figures.footprint_kib);
	assert_int_equal(proc->figures.rss_kib, played->figures.rss_kib);
	assert_int_equal(proc->figures.cpu_ms, played->figures.cpu_ms);
	assert_in_range(proc->first_ms, lead_from_ms, lead_from_ms + LOOK_MS);
	assert_string_equal(proc->cmdline, played->cmdline);
}

/* Who climbs at a moment that was gone to is who climbs there when all of it is played. */
static void test_verdicts(void **state)
{
	size_t climbing = 0;

	(void)state;
	write_day(BOOT_MS, WALL_MS, "a");
	struct session *played = open_folder(), *gone = open_folder();
	player_set_speed(session_player(played), 0);
	while (!player_at_end(session_player(played)))
		session_wait(played, SESSION_FOREVER, -1);
	check_moment(gone, WALL_MS + 1);
	const struct store *a = session_store(played), *b = session_store(gone);
	assert_int_equal(store_now_ms(a), store_now_ms(b));
	for (size_t i = 0; i < store_count(a); i++) {
		const struct proc *left = store_proc(a, i), *right = store_find(b, left->id);
		bool climbs = store_verdict(a, left) == TREND_CLIMBING;

		assert_int_equal(climbs, store_verdict(b, right) == TREND_CLIMBING);
		assert_true(climbs == (left->id.pid == MADE_LEAK));
		climbing += climbs;
		check_proc(b, right, left);
	}
	for (size_t i = 0; i < store_group_count(b, GROUP_PROGRAM); i++)
		assert_int_equal(store_group(a, GROUP_PROGRAM, i)->footprint_kib,
			store_group(b, GROUP_PROGRAM, i)->footprint_kib);
	assert_int_equal(climbing, 1);
	session_free(played);
	session_free(gone);
}

/* The same pids and start times of another boot are others. */
static void test_reboot(void **state)
{
	uint64_t later_ms = WALL_MS + 20 * HOUR_MS;

	(void)state;
	write_day(BOOT_MS, WALL_MS, "a");
	write_day(4 * HOUR_MS, later_ms, "b");
	struct session *session = open_folder();
	check_day(session, WALL_MS);
	check_day(session, later_ms);
	check_moment(session, later_ms - HOURS * HOUR_MS + LOOK_MS);
	const struct store *store = session_store(session);
	for (size_t i = 0; i < store_count(store); i++)
		assert_in_range(store_now_ms(store) - store_proc(store, i)->first_ms, 0,
			2 * LOOK_MS);
	session_free(session);
}

/* Set back by an hour in the same boot: a time that was twice is one of the two. */
static void test_clock_set(void **state)
{
	(void)state;
	write_day(BOOT_MS, WALL_MS, "a");
	write_day(BOOT_MS + HOURS * HOUR_MS + LOOK_MS, WALL_MS + (HOURS - 1) * HOUR_MS, "a");
	struct session *session = open_folder();
	check_moment(session, WALL_MS - 2 * HOUR_MS);
	check_moment(session, WALL_MS - HOUR_MS / 2);
	check_moment(session, WALL_MS + HOUR_MS);
	session_free(session);
}

/* The same files read as one, whose every frame is looked at. */
static struct recording *open_joined(void)
{
	struct recording *joined;
	struct reel *reel;
	FILE *file = tmpfile();
	char bytes[4096];
	ssize_t count;

	assert_int_equal(flight_read(&reel, folder), 0);
	for (uint64_t at = 0; (count = reel_read(reel, bytes, sizeof(bytes), at)) > 0;
		at += (uint64_t)count)
		assert_int_equal(fwrite(bytes, 1, (size_t)count, file), count);
	reel_free(reel);
	assert_int_equal(fflush(file), 0);
	assert_int_equal(recording_open(&joined, dup(fileno(file))), 0);
	fclose(file);
	return joined;
}

static void check_key(struct recording_index *files, struct recording_index *joined,
	uint64_t wall_ms)
{
	uint64_t boot_ms = recording_index_at_wall(joined, wall_ms);
	const struct recording_key *one, *other;

	assert_int_equal(recording_index_at_wall(files, wall_ms), boot_ms);
	one = recording_index_find(files, boot_ms);
	other = recording_index_find(joined, boot_ms);
	assert_int_equal(one->boot_ms, other->boot_ms);
	assert_int_equal(one->wall_ms, other->wall_ms);
	assert_int_equal(one->place.at, other->place.at);
	assert_int_equal(one->place.skip, other->place.skip);
}

/* The last of NUMBER's file is cut off, as kill -9 or a power cut leaves it. */
static void cut_file(unsigned number)
{
	char command[300];

	snprintf(command, sizeof(command), "truncate -s -1500 %s/%06u-*", folder, number);
	assert_int_equal(system(command), 0);
}

/* Files that are passed over until a time in them is asked for are found to hold the same keys, with
 * a file that was cut, another boot and a clock that was set behind them. */
static void test_passed_over(void **state)
{
	uint64_t later_ms = WALL_MS + 20 * HOUR_MS;
	struct recording *recording, *whole;
	struct reel *reel;

	(void)state;
	write_day(BOOT_MS, WALL_MS, "a");
	cut_file(2);
	write_day(4 * HOUR_MS, later_ms, "b");
	write_day((4 + HOURS) * HOUR_MS + LOOK_MS, later_ms + (HOURS - 1) * HOUR_MS, "b");
	assert_int_equal(flight_read(&reel, folder), 0);
	assert_int_equal(recording_open_reel(&recording, reel), 0);
	whole = open_joined();
	struct recording_index *files = recording_index_new(recording);
	struct recording_index *joined = recording_index_new(whole);
	recording_index_extend(files);
	recording_index_extend(joined);
	assert_true(files->nkeys > 0 && files->nkeys < joined->nkeys);
	assert_int_equal(files->first_wall_ms, joined->first_wall_ms);
	assert_int_equal(files->last_wall_ms, joined->last_wall_ms);
	assert_int_equal(files->last_ms, joined->last_ms);
	for (uint64_t at_ms = WALL_MS - 4 * HOUR_MS; at_ms < later_ms + 4 * HOUR_MS;
		at_ms += 7 * 60 * 1000)
		check_key(files, joined, at_ms);
	assert_int_equal(files->nkeys, joined->nkeys);
	recording_index_free(files);
	recording_index_free(joined);
	recording_close(recording);
	recording_close(whole);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_one_boot, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(test_verdicts, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(test_reboot, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(test_clock_set, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(test_passed_over, make_folder, remove_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
