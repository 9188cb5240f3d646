/* SPDX-License-Identifier: GPL-2.0-or-later */
/* titles: when a container is asked for again, and when never more */
#include "sample/titles.h"

#include "base/xalloc.h"
#include "sample/cgfs.h"
#include "sample/frame_writer.h"
#include "sample/reader.h"
#include "sample/slots.h"
#include "tests/lib/made_tree.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#define ID "3f2a9c1b7d0455e1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f70819"

enum { NOW_MS = 1000000, PID = 12 };

struct world {
	struct made_tree tree;
	struct cgfs cgfs;
	struct slots table;
	struct reader *reader; /* no child: nobody takes from its pipe */
	struct titles titles;
	struct ident id;
};

/* A container whose process began AGE_MS before NOW_MS. */
static void begin(struct world *world, uint64_t age_ms)
{
	struct proc_slot slot = { .pid = PID, .fd = -1, .comm = xalloc_text("x") };

	slot.start_ticks = (NOW_MS - age_ms) * (uint64_t)sysconf(_SC_CLK_TCK) / 1000;
	memset(world, 0, sizeof(*world));
	world->id = (struct ident){ PID, slot.start_ticks };
	made_tree_init(&world->tree);
	made_tree_write(&world->tree, "12/cgroup", "0::/docker/" ID "\n");
	cgfs_init(&world->cgfs, world->tree.fd);
	slots_init(&world->table);
	slots_merge(&world->table, &slot, 1);
	assert_true(cgfs_place(&world->cgfs, &world->table, &world->table.slots[0]));
	world->reader = reader_new(world->tree.fd, 1000);
	titles_init(&world->titles);
}

static void end(struct world *world)
{
	titles_done(&world->titles);
	reader_free(world->reader);
	slots_done(&world->table);
	cgfs_done(&world->cgfs);
	made_tree_done(&world->tree);
}

/* Whether the container is asked for at that time. */
static bool is_asked(struct world *world, uint64_t now_ms)
{
	size_t before = reader_waiting(world->reader);

	titles_ask(&world->titles, &world->cgfs, &world->table, world->reader, now_ms);
	return reader_waiting(world->reader) > before;
}

static void answer(struct world *world, int error, bool stuck, uint64_t now_ms)
{
	struct reader_answer answer = {
		.ask = { .kind = READER_TITLE, .uid = 1, .id = world->id },
		.error = error,
	};

	titles_take(&world->titles, &answer, stuck, now_ms);
	assert_false(titles_owes(&world->titles));
}

static void a_young_one_is_asked_for_three_times(void **state)
{
	struct world world;
	static const uint64_t at_ms[] = { NOW_MS, NOW_MS + 2000, NOW_MS + 32000 };

	(void)state;
	begin(&world, 100);
	for (size_t i = 0; i < 3; i++) {
		assert_false(i > 0 && is_asked(&world, at_ms[i] - 1));
		assert_true(is_asked(&world, at_ms[i]));
		answer(&world, ENOENT, false, at_ms[i]);
	}
	assert_false(is_asked(&world, NOW_MS + 1000000));
	end(&world);
}

/* Once its process is old enough the second time is the last. */
static void one_that_gets_old_is_asked_for_twice(void **state)
{
	struct world world;

	(void)state;
	begin(&world, 29000);
	assert_true(is_asked(&world, NOW_MS));
	answer(&world, ENOENT, false, NOW_MS);
	assert_true(is_asked(&world, NOW_MS + 2000));
	answer(&world, ENOENT, false, NOW_MS + 2000);
	assert_false(is_asked(&world, NOW_MS + 1000000));
	end(&world);
}

static void an_old_one_is_asked_for_once(void **state)
{
	struct world world;

	(void)state;
	begin(&world, 31000);
	assert_true(is_asked(&world, NOW_MS));
	answer(&world, ENOENT, false, NOW_MS);
	assert_false(is_asked(&world, NOW_MS + 2000));
	assert_false(is_asked(&world, NOW_MS + 1000000));
	end(&world);
}

/* Where nothing could be read nothing is known of it, however old it is. */
static void an_old_one_over_which_the_reader_hung_is_asked_for_again(void **state)
{
	struct world world;

	(void)state;
	begin(&world, 31000);
	assert_true(is_asked(&world, NOW_MS));
	answer(&world, 0, true, NOW_MS);
	assert_true(is_asked(&world, NOW_MS + 2000));
	answer(&world, EIO, false, NOW_MS + 2000);
	assert_true(is_asked(&world, NOW_MS + 32000));
	answer(&world, ESRCH, false, NOW_MS + 32000);
	assert_true(is_asked(&world, NOW_MS + 32000));
	answer(&world, EACCES, false, NOW_MS + 32000);
	assert_false(is_asked(&world, NOW_MS + 1000000));
	end(&world);
}

static void count_title(void *context, const struct frame *part)
{
	for (size_t i = 0; i < part->ntitles; i++)
		*(unsigned *)context += strcmp(part->titles[i].path, "/docker/" ID) == 0 &&
					strcmp(part->titles[i].name, "shop") == 0;
}

/* How often the name is in a frame that goes out now; ALL: a key frame's. */
static unsigned names_said(struct world *world, bool all)
{
	struct frame_writer writer;
	unsigned count = 0;

	frame_writer_init(&writer, (struct frame_writer_sink){ count_title, &count });
	frame_writer_begin(&writer, &(struct frame){ .tick = true });
	titles_say(&world->titles, &world->cgfs, all, &writer);
	frame_writer_end(&writer);
	frame_writer_done(&writer);
	return count;
}

/* A name that is known before its cgroup was told of would be lost; so would that of one which was
 * told to have ended, and is told of again. */
static void a_name_is_said_when_its_cgroup_was_told_of(void **state)
{
	struct world world;
	struct reader_answer answer = { .ask = { .kind = READER_TITLE, .uid = 1 }, .text = "shop" };

	(void)state;
	begin(&world, 100);
	struct cgfs_entry *entry =
		&world.cgfs.entries[cgfs_find(&world.cgfs, "/docker/" ID, 8 + 64) - 1];
	assert_true(is_asked(&world, NOW_MS));
	answer.ask.id = world.id;
	titles_take(&world.titles, &answer, false, NOW_MS);
	assert_int_equal(names_said(&world, false), 0);
	entry->said = ++world.cgfs.said;
	assert_int_equal(names_said(&world, false), 1);
	assert_int_equal(names_said(&world, false), 0);
	assert_int_equal(names_said(&world, true), 1);
	entry->said = 0;
	assert_int_equal(names_said(&world, false), 0);
	entry->said = ++world.cgfs.said;
	assert_int_equal(names_said(&world, false), 1);
	end(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_young_one_is_asked_for_three_times),
		cmocka_unit_test(one_that_gets_old_is_asked_for_twice),
		cmocka_unit_test(an_old_one_is_asked_for_once),
		cmocka_unit_test(an_old_one_over_which_the_reader_hung_is_asked_for_again),
		cmocka_unit_test(a_name_is_said_when_its_cgroup_was_told_of),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
