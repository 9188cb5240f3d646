/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Figures of control groups, in made hierarchies of both versions. */
#include "sample/cgfs.h"

#include "base/xalloc.h"
#include "frame/frame.h"
#include "sample/frame_writer.h"
#include "tests/lib/made_tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

struct taken {
	size_t count;
	struct cgroup_figures figures[256];
	char paths[256][64];
	/* by number */
	uint64_t usages[256];
	struct cgroup_parts parts[256];
	uint32_t ended;
};

static void take(void *context, const struct frame *frame)
{
	struct taken *taken = context;

	for (size_t i = 0; i < frame->ncgroups; i++) {
		taken->figures[taken->count] = frame->cgroups[i];
		snprintf(taken->paths[taken->count++], 64, "%s", frame->cgroups[i].path);
	}
	for (size_t i = 0; i < frame->ncgroup_usages; i++)
		taken->usages[frame->cgroup_usages[i].number] = frame->cgroup_usages[i].usage_kib;
	for (size_t i = 0; i < frame->ncgroup_parts; i++)
		taken->parts[frame->cgroup_parts[i].number] = frame->cgroup_parts[i];
	for (size_t i = 0; i < frame->ncgroup_ends; i++)
		taken->ended = frame->cgroup_ends[i];
}

/* What was said of PATH; of none, figures that no test expects. */
static const struct cgroup_figures *of(const struct taken *taken, const char *path)
{
	static const struct cgroup_figures none = { .usage_kib = 12345678 };

	for (size_t i = 0; i < taken->count; i++)
		if (strcmp(taken->paths[i], path) == 0)
			return &taken->figures[i];
	return &none;
}

struct world {
	struct made_tree tree;
	struct cgfs cgfs;
	struct slots table;
	struct frame_writer writer;
	struct taken taken;
};

static void begin(struct world *world, bool v1, const char *root, const char *cgroup)
{
	struct proc_slot slot = {
		.pid = 12, .fd = -1, .flags = SLOT_WATCHED, .comm = xalloc_text("x")
	};

	memset(world, 0, sizeof(*world));
	made_tree_init(&world->tree);
	made_tree_write(&world->tree, "12/cgroup", cgroup);
	cgfs_init(&world->cgfs, world->tree.fd);
	world->cgfs.mounts = (struct sysparse_mounts){ .v1 = v1, .v2 = !v1 };
	snprintf(world->cgfs.mounts.mount, sizeof(world->cgfs.mounts.mount), "%s/fs",
		world->tree.dir);
	snprintf(world->cgfs.mounts.root, sizeof(world->cgfs.mounts.root), "%s", root);
	slots_init(&world->table);
	slots_merge(&world->table, &slot, 1);
	frame_writer_init(&world->writer, (struct frame_writer_sink){ take, &world->taken });
}

static void look(struct world *world, uint64_t now_ms, bool key)
{
	struct frame head = { .tick = true };

	world->taken = (struct taken){ 0 };
	frame_writer_begin(&world->writer, &head);
	cgfs_look(&world->cgfs, &world->table, now_ms, key ? CGFS_KEY : CGFS_CHANGED,
		&world->writer);
	frame_writer_end(&world->writer);
}

static void end(struct world *world)
{
	slots_done(&world->table);
	cgfs_done(&world->cgfs);
	frame_writer_done(&world->writer);
	made_tree_done(&world->tree);
}

static void v2_with_a_limit_above(void **state)
{
	struct world world;
	struct proc_slot *slot;

	(void)state;
	begin(&world, false, "/", "0::/app.slice/one\n");
	made_tree_write(&world.tree, "fs/app.slice/memory.current", "819200\n");
	made_tree_write(&world.tree, "fs/app.slice/memory.max", "1048576\n");
	made_tree_write(&world.tree, "fs/app.slice/memory.high", "max\n");
	made_tree_write(&world.tree, "fs/app.slice/memory.stat",
		"anon 1\ninactive_file 4096\n"
		"active_file 40960\nfile_dirty 8192\nfile_writeback 4096\nfile 65536\n"
		"shmem 12288\nslab_reclaimable 2048\nslab_unreclaimable 4096\n");
	made_tree_write(&world.tree, "fs/app.slice/memory.events", "oom 2\noom_kill 1\n");
	made_tree_write(&world.tree, "fs/app.slice/one/memory.current", "409600\n");
	slot = &world.table.slots[0];
	assert_null(cgfs_path(&world.cgfs, slot));
	assert_true(cgfs_place(&world.cgfs, &world.table, slot));
	assert_false(cgfs_place(&world.cgfs, &world.table, slot));
	assert_string_equal(cgfs_path(&world.cgfs, slot), "/app.slice/one");
	look(&world, 1000, false);
	assert_int_equal(world.taken.count, 2);
	assert_int_equal(of(&world.taken, "/app.slice")->usage_kib, 800);
	assert_int_equal(of(&world.taken, "/app.slice")->max_kib, 1024);
	assert_true(of(&world.taken, "/app.slice")->high_kib == UINT64_MAX);
	assert_int_equal(of(&world.taken, "/app.slice")->reclaimable_kib, 34);
	assert_int_equal(of(&world.taken, "/app.slice")->file_kib, 64);
	assert_int_equal(of(&world.taken, "/app.slice")->shmem_kib, 12);
	assert_int_equal(of(&world.taken, "/app.slice")->oom_kills, 1);
	assert_int_equal(of(&world.taken, "/app.slice")->known,
		CGROUP_OOMS | CGROUP_PROTECTED | CGROUP_PARTS | CGROUP_NUMBER);
	assert_int_equal(of(&world.taken, "/app.slice")->ooms, 2);
	assert_true(of(&world.taken, "/app.slice/one")->max_kib == UINT64_MAX);
	/* the limited one is looked at every tick, the other once in a while; what did not move
	 * is not said */
	made_tree_write(&world.tree, "fs/app.slice/memory.current", "822000\n");
	made_tree_write(&world.tree, "fs/app.slice/one/memory.current", "500000\n");
	look(&world, 2000, false);
	assert_int_equal(world.taken.count, 1);
	assert_int_equal(of(&world.taken, "/app.slice")->usage_kib, 802);
	look(&world, 3000, false);
	assert_int_equal(world.taken.count, 0);
	look(&world, 4000, true);
	assert_int_equal(world.taken.count, 2);
	made_tree_write(&world.tree, "fs/app.slice/one/memory.max", "1048576\n");
	look(&world, 40000, false);
	assert_int_equal(of(&world.taken, "/app.slice/one")->usage_kib, 488);
	end(&world);
}

/* Where no memory controller is a cgroup is told of once, without figures; not the root. */
static void those_that_nobody_counts_are_told_of(void **state)
{
	struct world world;

	(void)state;
	begin(&world, false, "/", "0::/one\n");
	made_tree_write(&world.tree, "fs/cgroup.procs", "");
	made_tree_write(&world.tree, "fs/one/cgroup.procs", "12\n");
	cgfs_place(&world.cgfs, &world.table, &world.table.slots[0]);
	look(&world, 1000, false);
	assert_int_equal(world.taken.count, 1);
	assert_int_equal(of(&world.taken, "/one")->known,
		CGROUP_NUMBER | CGROUP_NO_MEMORY | CGROUP_NO_KILLS);
	look(&world, 9000, false);
	assert_int_equal(world.taken.count, 0);
	look(&world, 18000, true);
	assert_int_equal(world.taken.count, 1);
	made_tree_write(&world.tree, "fs/one/memory.current", "819200\n");
	look(&world, 27000, false);
	assert_int_equal(world.taken.count, 1);
	assert_int_equal(of(&world.taken, "/one")->usage_kib, 800);
	assert_false(of(&world.taken, "/one")->known & CGROUP_NO_MEMORY);
	end(&world);
}

static void v1_in_a_container(void **state)
{
	struct world world;

	(void)state;
	begin(&world, true, "/docker/ab", "5:cpu,memory:/docker/ab/job\n");
	made_tree_write(&world.tree, "fs/job/memory.usage_in_bytes", "2048000\n");
	made_tree_write(&world.tree, "fs/job/memory.limit_in_bytes", "4096000\n");
	made_tree_write(&world.tree, "fs/job/memory.memsw.limit_in_bytes", "6144000\n");
	/* read a moment later than the usage: more by what was taken meanwhile, and no swap */
	made_tree_write(&world.tree, "fs/job/memory.memsw.usage_in_bytes", "2310144\n");
	made_tree_write(&world.tree, "fs/job/memory.stat",
		"total_swap 102400\ntotal_inactive_file 102400\ntotal_active_file 51200\n"
		"total_dirty 10240\ntotal_writeback 20480\ntotal_cache 204800\n"
		"total_rss 409600\ntotal_shmem 1024\n");
	made_tree_write(&world.tree, "fs/job/memory.failcnt", "23\n");
	made_tree_write(&world.tree, "fs/job/memory.oom_control", "under_oom 0\noom_kill 9\n");
	assert_true(cgfs_place(&world.cgfs, &world.table, &world.table.slots[0]));
	look(&world, 1000, false);
	assert_int_equal(world.taken.count, 1);
	assert_int_equal(of(&world.taken, "/docker/ab/job")->usage_kib, 2000);
	assert_int_equal(of(&world.taken, "/docker/ab/job")->max_kib, 4000);
	assert_int_equal(of(&world.taken, "/docker/ab/job")->swap_max_kib, 2000);
	assert_int_equal(of(&world.taken, "/docker/ab/job")->swap_usage_kib, 100);
	assert_int_equal(of(&world.taken, "/docker/ab/job")->reclaimable_kib, 120);
	assert_int_equal(of(&world.taken, "/docker/ab/job")->anon_kib, 400);
	assert_int_equal(of(&world.taken, "/docker/ab/job")->oom_kills, 9);
	assert_int_equal(of(&world.taken, "/docker/ab/job")->known,
		CGROUP_EVENTS | CGROUP_PARTS | CGROUP_NUMBER);
	assert_int_equal(of(&world.taken, "/docker/ab/job")->events_max, 23);
	end(&world);
}

static void those_above_the_process_on_the_screen_are_looked_at_closely(void **state)
{
	struct world world;

	(void)state;
	begin(&world, false, "/", "0::/app.slice/one/two\n");
	made_tree_write(&world.tree, "fs/app.slice/memory.current", "819200\n");
	made_tree_write(&world.tree, "fs/app.slice/memory.max", "1048576\n");
	made_tree_write(&world.tree, "fs/app.slice/memory.events",
		"low 0\nhigh 3\nmax 7\noom_kill 1\n");
	made_tree_write(&world.tree, "fs/app.slice/memory.pressure",
		"some avg10=1.50 avg60=0.00 avg300=0.00 total=9\n"
		"full avg10=0.25 avg60=0.00 avg300=0.00 total=9\n");
	made_tree_write(&world.tree, "fs/app.slice/one/memory.current", "409600\n");
	made_tree_write(&world.tree, "fs/app.slice/one/two/memory.current", "204800\n");
	assert_true(cgfs_place(&world.cgfs, &world.table, &world.table.slots[0]));
	world.table.slots[0].flags = 0;
	world.cgfs.close = world.table.slots[0].cgroup;
	look(&world, 1000, false);
	assert_int_equal(world.taken.count, 3);
	assert_int_equal(of(&world.taken, "/app.slice")->known,
		CGROUP_EVENTS | CGROUP_HIGH | CGROUP_PRESSURE | CGROUP_PRESSURE_FULL |
			CGROUP_PROTECTED | CGROUP_NUMBER);
	assert_int_equal(of(&world.taken, "/app.slice")->events_max, 7);
	assert_int_equal(of(&world.taken, "/app.slice")->events_high, 3);
	assert_true(of(&world.taken, "/app.slice")->psi_some_avg10 == 1.5);
	assert_int_equal(of(&world.taken, "/app.slice/one")->known,
		CGROUP_PROTECTED | CGROUP_NUMBER);
	/* those without a limit too */
	made_tree_write(&world.tree, "fs/app.slice/one/two/memory.current", "409600\n");
	look(&world, 3000, false);
	assert_int_equal(world.taken.usages[world.cgfs.close], 400);
	end(&world);
}

/* Files that are still to be written, more of them than the lists hold at this moment. */
static void nothing_less_than_nothing_can_be_reclaimed(void **state)
{
	struct world world;

	(void)state;
	begin(&world, false, "/", "0::/a\n");
	made_tree_write(&world.tree, "fs/a/memory.current", "819200\n");
	made_tree_write(&world.tree, "fs/a/memory.max", "1048576\n");
	made_tree_write(&world.tree, "fs/a/memory.stat",
		"inactive_file 4096\nactive_file 4096\nfile_dirty 90112\n"
		"slab_reclaimable 1024\n");
	assert_true(cgfs_place(&world.cgfs, &world.table, &world.table.slots[0]));
	look(&world, 1000, false);
	assert_int_equal(of(&world.taken, "/a")->reclaimable_kib, 1);
	end(&world);
}

/* memory.stat is read when something changed. */
static void the_dear_file_is_read_when_it_matters(void **state)
{
	struct world world;

	(void)state;
	begin(&world, false, "/", "0::/a/b\n");
	made_tree_write(&world.tree, "fs/a/memory.current", "102400\n");
	made_tree_write(&world.tree, "fs/a/memory.max", "1048576\n");
	made_tree_write(&world.tree, "fs/a/memory.stat", "active_file 10240\n");
	made_tree_write(&world.tree, "fs/a/b/memory.current", "1073741824\n");
	made_tree_write(&world.tree, "fs/a/b/memory.stat", "active_file 10240\n");
	assert_true(cgfs_place(&world.cgfs, &world.table, &world.table.slots[0]));
	look(&world, 1000, false);
	assert_int_equal(of(&world.taken, "/a")->reclaimable_kib, 10);
	made_tree_write(&world.tree, "fs/a/memory.stat", "active_file 20480\n");
	look(&world, 3000, true);
	assert_int_equal(of(&world.taken, "/a")->reclaimable_kib, 10);
	/* more of it is used: what can be reclaimed moved, too */
	made_tree_write(&world.tree, "fs/a/memory.current", "204800\n");
	look(&world, 4000, true);
	assert_int_equal(of(&world.taken, "/a")->reclaimable_kib, 20);
	/* nearly full: every tick */
	made_tree_write(&world.tree, "fs/a/memory.current", "1024000\n");
	look(&world, 5000, true);
	made_tree_write(&world.tree, "fs/a/memory.stat", "active_file 30720\n");
	look(&world, 6000, true);
	assert_int_equal(of(&world.taken, "/a")->reclaimable_kib, 30);
	/* on the screen, too, what shows in no figure waits for five seconds */
	cgfs_show(&world.cgfs, (const int32_t[]){ world.table.slots[0].cgroup }, 1);
	made_tree_write(&world.tree, "fs/a/b/memory.current", "1074266112\n");
	made_tree_write(&world.tree, "fs/a/b/memory.stat", "active_file 20480\n");
	look(&world, 5800, true);
	assert_int_equal(of(&world.taken, "/a/b")->reclaimable_kib, 10);
	look(&world, 7000, true);
	assert_int_equal(of(&world.taken, "/a/b")->reclaimable_kib, 20);
	made_tree_write(&world.tree, "fs/a/b/memory.current", "1084266112\n");
	made_tree_write(&world.tree, "fs/a/b/memory.stat", "active_file 30720\n");
	look(&world, 8000, true);
	assert_int_equal(of(&world.taken, "/a/b")->reclaimable_kib, 30);
	end(&world);
}

/* A limit that is changed, or set, while it is watched. */
static void limits_are_followed(void **state)
{
	struct world world;

	(void)state;
	begin(&world, false, "/", "0::/a/b\n");
	made_tree_write(&world.tree, "fs/a/memory.current", "102400\n");
	made_tree_write(&world.tree, "fs/a/memory.max", "1048576\n");
	made_tree_write(&world.tree, "fs/a/b/memory.current", "102400\n");
	made_tree_write(&world.tree, "fs/a/b/memory.max", "max\n");
	assert_true(cgfs_place(&world.cgfs, &world.table, &world.table.slots[0]));
	look(&world, 1000, false);
	made_tree_write(&world.tree, "fs/a/memory.max", "2097152\n");
	made_tree_write(&world.tree, "fs/a/b/memory.max", "524288\n");
	look(&world, 3000, true);
	assert_int_equal(of(&world.taken, "/a")->max_kib, 2048);
	look(&world, 6000, true);
	assert_int_equal(of(&world.taken, "/a/b")->max_kib, 512);
	end(&world);
}

/* Where the usage has not moved nothing can have happened but to its limits. */
static void events_of_who_stands_still_wait(void **state)
{
	struct world world;

	(void)state;
	begin(&world, false, "/", "0::/a\n");
	made_tree_write(&world.tree, "fs/a/memory.current", "102400\n");
	made_tree_write(&world.tree, "fs/a/memory.max", "1048576\n");
	made_tree_write(&world.tree, "fs/a/memory.events", "high 0\nmax 1\noom_kill 0\n");
	assert_true(cgfs_place(&world.cgfs, &world.table, &world.table.slots[0]));
	cgfs_show(&world.cgfs, (const int32_t[]){ world.table.slots[0].cgroup }, 1);
	look(&world, 1000, false);
	assert_int_equal(of(&world.taken, "/a")->events_max, 1);
	made_tree_write(&world.tree, "fs/a/memory.events", "high 0\nmax 2\noom_kill 0\n");
	made_tree_write(&world.tree, "fs/a/memory.max", "2097152\n");
	look(&world, 4000, true);
	assert_int_equal(of(&world.taken, "/a")->max_kib, 2048);
	assert_int_equal(of(&world.taken, "/a")->events_max, 1);
	/* one page is enough */
	made_tree_write(&world.tree, "fs/a/memory.current", "106496\n");
	look(&world, 6000, true);
	assert_int_equal(of(&world.taken, "/a")->events_max, 2);
	/* ... and so is time */
	made_tree_write(&world.tree, "fs/a/memory.events", "high 0\nmax 3\noom_kill 0\n");
	look(&world, 9000, true);
	assert_int_equal(of(&world.taken, "/a")->events_max, 2);
	look(&world, 16000, true);
	assert_int_equal(of(&world.taken, "/a")->events_max, 3);
	/* nearly full it waits for nothing */
	made_tree_write(&world.tree, "fs/a/memory.current", "2000000\n");
	look(&world, 17000, true);
	look(&world, 19000, true);
	made_tree_write(&world.tree, "fs/a/memory.events", "high 0\nmax 4\noom_kill 0\n");
	look(&world, 21000, true);
	assert_int_equal(of(&world.taken, "/a")->events_max, 4);
	end(&world);
}

/* On a screen of rows that are as large as each other others come and go at every tick. */
static void who_leaves_the_screen_is_looked_at_once_more_if_it_moved(void **state)
{
	struct world world;
	int32_t number;

	(void)state;
	begin(&world, false, "/", "0::/a\n");
	made_tree_write(&world.tree, "fs/a/memory.current", "102400\n");
	made_tree_write(&world.tree, "fs/a/memory.stat", "anon 4096\n");
	made_tree_write(&world.tree, "fs/a/memory.events", "max 1\noom_kill 0\n");
	assert_true(cgfs_place(&world.cgfs, &world.table, &world.table.slots[0]));
	world.table.slots[0].flags = 0;
	number = world.table.slots[0].cgroup;
	cgfs_show(&world.cgfs, &number, 1);
	look(&world, 1000, false);
	look(&world, 2000, false);
	cgfs_show(&world.cgfs, NULL, 0);
	made_tree_write(&world.tree, "fs/a/memory.stat", "anon 8192\n");
	made_tree_write(&world.tree, "fs/a/memory.events", "max 2\noom_kill 0\n");
	look(&world, 3000, true);
	assert_int_equal(of(&world.taken, "/a")->events_max, 1);
	assert_int_equal(world.taken.parts[number].anon_kib, 4);
	cgfs_show(&world.cgfs, &number, 1);
	look(&world, 4000, false);
	cgfs_show(&world.cgfs, NULL, 0);
	made_tree_write(&world.tree, "fs/a/memory.current", "106496\n");
	look(&world, 4500, true);
	assert_int_equal(of(&world.taken, "/a")->events_max, 2);
	assert_int_equal(world.taken.parts[number].anon_kib, 8);
	end(&world);
}

/* The sampler's own cgroup, with nothing watched: the lowest that has figures is named. */
static void its_own_is_looked_at_first(void **state)
{
	struct world world;

	(void)state;
	begin(&world, false, "/", "0::/x\n");
	made_tree_write(&world.tree, "self/cgroup", "0::/a/b\n");
	made_tree_write(&world.tree, "fs/a/memory.current", "102400\n");
	made_tree_write(&world.tree, "fs/a/memory.max", "1048576\n");
	world.table.slots[0].flags = 0;
	cgfs_tick(&world.cgfs, &world.table, 1000);
	look(&world, 1000, false);
	assert_int_equal(world.taken.count, 1);
	assert_true(of(&world.taken, "/a")->own);
	assert_true(of(&world.taken, "/a")->known & CGROUP_OWN);
	/* moved elsewhere: the one is, the other is no more */
	made_tree_write(&world.tree, "self/cgroup", "0::/c\n");
	made_tree_write(&world.tree, "fs/c/memory.current", "204800\n");
	cgfs_tick(&world.cgfs, &world.table, 7000);
	look(&world, 7000, false);
	assert_true(of(&world.taken, "/c")->own);
	assert_false(of(&world.taken, "/a")->known & CGROUP_OWN);
	end(&world);
}

static void hostile_names_are_clean_and_still_found(void **state)
{
	struct world world;

	(void)state;
	begin(&world, false, "/", "0::/a\x1b]0;x\n");
	made_tree_write(&world.tree, "fs/a\x1b]0;x/memory.current", "1024\n");
	assert_true(cgfs_place(&world.cgfs, &world.table, &world.table.slots[0]));
	assert_string_equal(cgfs_path(&world.cgfs, &world.table.slots[0]), "/a?]0;x");
	look(&world, 1000, false);
	assert_int_equal(world.taken.count, 1);
	made_tree_write(&world.tree, "12/cgroup", "0::/../../outside\n");
	assert_true(cgfs_place(&world.cgfs, &world.table, &world.table.slots[0]));
	look(&world, 2000, false);
	assert_int_equal(world.taken.count, 0);
	made_tree_write(&world.tree, "12/cgroup", "0::/...\n");
	made_tree_write(&world.tree, "fs/.../memory.current", "1024\n");
	assert_true(cgfs_place(&world.cgfs, &world.table, &world.table.slots[0]));
	look(&world, 3000, false);
	assert_int_equal(of(&world.taken, "/...")->number, world.table.slots[0].cgroup);
	made_tree_write(&world.tree, "12/cgroup", "");
	assert_false(cgfs_place(&world.cgfs, &world.table, &world.table.slots[0]));
	end(&world);
}

/* What is nobody's business in particular: usage every tick, all else in turns; and its end. */
static void all_others_are_looked_at_too(void **state)
{
	struct world world;
	uint16_t number;

	(void)state;
	begin(&world, false, "/", "0::/a\n");
	made_tree_write(&world.tree, "fs/a/memory.current", "819200\n");
	made_tree_write(&world.tree, "fs/a/memory.max", "104857600\n");
	made_tree_write(&world.tree, "fs/a/memory.peak", "1024000\n");
	made_tree_write(&world.tree, "fs/a/memory.oom.group", "1\n");
	made_tree_write(&world.tree, "fs/a/memory.swap.current", "40960\n");
	made_tree_write(&world.tree, "fs/a/memory.stat",
		"anon 409600\nfile 204800\nkernel 102400\nsock 20480\npagetables 8192\n"
		"shmem 81920\nfile_dirty 4096\nfile_writeback 4096\nactive_file 40960\n"
		"zswap 1024\nzswapped 4096\nslab_reclaimable 20480\nslab_unreclaimable 10240\n");
	assert_true(cgfs_place(&world.cgfs, &world.table, &world.table.slots[0]));
	world.table.slots[0].flags = 0;
	look(&world, 1000, false);
	const struct cgroup_figures *figures = of(&world.taken, "/a");
	number = (uint16_t)figures->number;
	assert_int_equal(number, world.table.slots[0].cgroup);
	assert_int_equal(figures->peak_kib, 1000);
	assert_true(figures->known & CGROUP_OOM_GROUP && figures->oom_group);
	const struct cgroup_parts *parts = &world.taken.parts[number];
	assert_int_equal(parts->known, CGROUP_KERNEL | CGROUP_SLAB | CGROUP_SWAP | CGROUP_ZSWAP |
					       CGROUP_TABLES | CGROUP_SOCK);
	assert_int_equal(parts->anon_kib, 400);
	assert_int_equal(parts->shmem_kib, 80);
	assert_int_equal(parts->file_kib, 120);
	assert_int_equal(parts->dirty_kib, 8);
	assert_int_equal(parts->kernel_kib, 100);
	assert_int_equal(parts->sock_kib, 20);
	assert_int_equal(parts->swap_kib, 40);
	assert_int_equal(parts->zswap_kib, 1);
	assert_int_equal(parts->reclaimable_kib, 40 - 8 + 20);
	made_tree_write(&world.tree, "fs/a/memory.current", "1024000\n");
	look(&world, 2000, false);
	assert_int_equal(world.taken.count, 0);
	assert_int_equal(world.taken.usages[number], 1000);
	assert_int_equal(world.taken.parts[number].usage_kib, 1000);
	made_tree_write(&world.tree, "fs/a/memory.max", "209715200\n");
	look(&world, 13000, false);
	assert_int_equal(of(&world.taken, "/a")->max_kib, 204800);
	world.table.slots[0].cgroup = 0;
	/* what is kept open of one that is gone cannot be read */
	made_tree_write(&world.tree, "fs/a/memory.current", "");
	made_tree_remove(&world.tree, "fs/a");
	for (int i = 0; i < 4 && world.taken.ended == 0; i++)
		look(&world, 16000 + (uint64_t)i * 1000, false);
	assert_int_equal(world.taken.ended, number);
	look(&world, 40000, false);
	assert_int_equal(cgfs_find(&world.cgfs, "/a", 2), 0);
	end(&world);
}

/* Memory of a process that swaps: pages that came back and are in no process yet, or not any more,
 * are charged and in neither anon nor file; of shared memory that is swapped out, too. */
static void what_nobody_has_mapped_is_told_apart(void **state)
{
	static const struct {
		const char *stat;
		uint64_t unmapped_kib, locked_kib, swap_cached_kib, file_kib, dirty_kib, free_kib;
	} cases[] = {
		/* read ahead, and some that are mapped and in swap as well */
		{ "anon 409600\nfile 8192\nshmem 4096\nswapcached 204800\ninactive_anon 307200\n"
		  "active_anon 208896\ninactive_file 4096\nactive_file 0\nunevictable 0\n",
			100, 0, 200, 4, 0, 104 },
		/* what is being written is swap; the lists come a little late */
		{ "anon 409600\nfile 4096\nshmem 0\nfile_writeback 204800\ninactive_anon 403456\n"
		  "active_anon 0\ninactive_file 4096\nactive_file 0\nunevictable 0\n",
			0, 0, 0, 4, 4, 0 },
		/* locked: heaps, shared memory, and files that nothing drops */
		{ "anon 409600\nfile 307200\nshmem 102400\ninactive_anon 0\nactive_anon 0\n"
		  "inactive_file 102400\nactive_file 51200\nunevictable 563200\n",
			0, 50, 0, 200, 0, 150 },
		/* freed by MADV_FREE: anonymous pages on the lists of files */
		{ "anon 409600\nfile 4096\nshmem 0\ninactive_anon 0\nactive_anon 0\n"
		  "inactive_file 413696\nactive_file 0\nunevictable 0\n",
			0, 0, 0, 4, 0, 404 },
	};
	struct world world;

	(void)state;
	begin(&world, false, "/", "0::/a\n");
	assert_true(cgfs_place(&world.cgfs, &world.table, &world.table.slots[0]));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct cgroup_parts *parts = &world.taken.parts[world.table.slots[0].cgroup];
		char usage[32];

		snprintf(usage, sizeof(usage), "%zu\n", (i + 1) << 22);
		made_tree_write(&world.tree, "fs/a/memory.current", usage);
		made_tree_write(&world.tree, "fs/a/memory.stat", cases[i].stat);
		look(&world, 1000 + i * 2000, false);
		assert_true(parts->known & CGROUP_LISTS);
		assert_int_equal(parts->unmapped_kib, cases[i].unmapped_kib);
		assert_int_equal(parts->locked_kib, cases[i].locked_kib);
		assert_int_equal(parts->swap_cached_kib, cases[i].swap_cached_kib);
		assert_int_equal(parts->file_kib, cases[i].file_kib);
		assert_int_equal(parts->dirty_kib, cases[i].dirty_kib);
		assert_int_equal(parts->reclaimable_kib, cases[i].free_kib);
	}
	end(&world);
}

/* Version 1 has the same under other names. */
static void what_nobody_has_mapped_is_told_apart_in_v1(void **state)
{
	struct world world;

	(void)state;
	begin(&world, true, "/", "4:memory:/a\n");
	made_tree_write(&world.tree, "fs/a/memory.usage_in_bytes", "819200\n");
	made_tree_write(&world.tree, "fs/a/memory.stat",
		"total_cache 8192\ntotal_rss 409600\ntotal_shmem 4096\ntotal_swap 204800\n"
		"total_inactive_anon 307200\ntotal_active_anon 208896\n"
		"total_inactive_file 2048\ntotal_active_file 0\ntotal_unevictable 2048\n");
	assert_true(cgfs_place(&world.cgfs, &world.table, &world.table.slots[0]));
	look(&world, 1000, false);
	const struct cgroup_parts *parts = &world.taken.parts[of(&world.taken, "/a")->number];
	assert_int_equal(parts->known, CGROUP_LISTS | CGROUP_SWAP);
	assert_int_equal(parts->unmapped_kib, 100);
	assert_int_equal(parts->locked_kib, 2);
	assert_int_equal(parts->reclaimable_kib, 102);
	end(&world);
}

/* The sum of the whole machine takes the kernel seconds on some. */
static void the_stat_of_the_machine_is_never_read(void **state)
{
	struct world world;

	(void)state;
	begin(&world, true, "/", "4:memory:/a\n");
	made_tree_write(&world.tree, "fs/memory.usage_in_bytes", "819200\n");
	made_tree_write(&world.tree, "fs/memory.stat", "total_rss 409600\n");
	made_tree_write(&world.tree, "fs/a/memory.usage_in_bytes", "819200\n");
	made_tree_write(&world.tree, "fs/a/memory.stat", "total_rss 409600\n");
	assert_true(cgfs_place(&world.cgfs, &world.table, &world.table.slots[0]));
	look(&world, 1000, false);
	assert_int_equal(world.taken.parts[of(&world.taken, "/a")->number].anon_kib, 400);
	/* asked for between two ticks: it is younger than the last */
	world.cgfs.entries[world.table.slots[0].cgroup - 1].stat_ms = 0;
	cgfs_show(&world.cgfs, (const int32_t[]){ world.table.slots[0].cgroup }, 1);
	frame_writer_begin(&world.writer, &(struct frame){ .tick = true });
	made_tree_write(&world.tree, "fs/a/memory.stat", "total_rss 819200\n");
	cgfs_look(&world.cgfs, &world.table, 1500, CGFS_FRESH, &world.writer);
	frame_writer_end(&world.writer);
	assert_int_equal(world.taken.parts[world.table.slots[0].cgroup].anon_kib, 800);
	assert_int_equal(world.taken.parts[world.table.slots[0].cgroup].age_ms, 0);
	assert_int_equal(world.taken.parts[of(&world.taken, "/")->number].anon_kib, 0);
	assert_false(of(&world.taken, "/")->known & CGROUP_PARTS);
	end(&world);
}

/* What is on the screen comes before what moves most, however dear the others are. */
static void the_screen_comes_first(void **state)
{
	struct world world;
	char path[64];

	(void)state;
	begin(&world, false, "/", "0::/c0\n");
	for (int i = 0; i < 200; i++) {
		snprintf(path, sizeof(path), "fs/c%d/memory.current", i);
		made_tree_write(&world.tree, path, "819200\n");
		snprintf(path, sizeof(path), "fs/c%d/memory.stat", i);
		made_tree_write(&world.tree, path, "anon 409600\n");
		snprintf(path, sizeof(path), "/c%d", i);
		cgfs_number(&world.cgfs, path, strlen(path));
	}
	for (int i = 0; i < 60; i++)
		look(&world, 1000 + (uint64_t)i * 1000, false);
	cgfs_show(&world.cgfs, (const int32_t[]){ 150 }, 1);
	for (int i = 0; i < 200; i++) {
		snprintf(path, sizeof(path), "fs/c%d/memory.current", i);
		made_tree_write(&world.tree, path, i == 149 ? "819200\n" : "1638400\n");
	}
	look(&world, 61000, false);
	assert_true(world.cgfs.entries[149].stat_ms == 61000);
	end(&world);
}

static void paths_nobody_is_in_are_forgotten(void **state)
{
	struct world world;
	char line[64];

	(void)state;
	begin(&world, false, "/", "0::/first\n");
	for (int i = 0; i < CGFS_MAX + 100; i++) {
		snprintf(line, sizeof(line), "0::/job-%d\n", i);
		made_tree_write(&world.tree, "12/cgroup", line);
		assert_true(cgfs_place(&world.cgfs, &world.table, &world.table.slots[0]));
	}
	assert_true(world.cgfs.count <= CGFS_MAX);
	end(&world);
}

/* No file may be kept open any more: what stands still waits for a turn, but not for long, and who
 * is on the screen does not. */
static void those_beyond_the_limit_take_turns(void **state)
{
	struct world world;
	uint64_t ms = 1000, seen_ms = 0;
	int32_t number;

	(void)state;
	begin(&world, false, "/", "0::/a\n");
	world.cgfs.keep = 0;
	made_tree_write(&world.tree, "fs/a/memory.current", "819200\n");
	assert_true(cgfs_place(&world.cgfs, &world.table, &world.table.slots[0]));
	world.table.slots[0].flags = 0;
	number = world.table.slots[0].cgroup;
	for (; ms < 15000; ms += 1000)
		look(&world, ms, false);
	made_tree_write(&world.tree, "fs/a/memory.current", "1638400\n");
	for (; ms < 19000 && seen_ms == 0; ms += 1000) {
		look(&world, ms, false);
		if (world.taken.usages[number] == 1600)
			seen_ms = ms;
	}
	assert_in_range(seen_ms, 15000, 18000);
	/* it moves: at every look */
	made_tree_write(&world.tree, "fs/a/memory.current", "2457600\n");
	look(&world, ms, false);
	assert_int_equal(world.taken.usages[number], 2400);
	for (int i = 0; i < 12; i++)
		look(&world, ms += 1000, false);
	cgfs_show(&world.cgfs, &number, 1);
	made_tree_write(&world.tree, "fs/a/memory.current", "3276800\n");
	look(&world, ms + 1000, false);
	assert_int_equal(world.taken.usages[number], 3200);
	assert_int_equal(world.cgfs.kept, 0);
	end(&world);
}

/* The same of many, though their files are kept open, and not near a limit. */
static void many_take_turns(void **state)
{
	struct world world;
	uint64_t ms = 1000;
	char path[32];
	int number;

	(void)state;
	begin(&world, false, "/", "0::/a\n");
	made_tree_write(&world.tree, "fs/a/memory.current", "819200\n");
	assert_true(cgfs_place(&world.cgfs, &world.table, &world.table.slots[0]));
	world.table.slots[0].flags = 0;
	number = world.table.slots[0].cgroup;
	for (int i = 0; i < 300; i++) {
		int len = snprintf(path, sizeof(path), "/none%d", i);
		assert_int_not_equal(cgfs_number(&world.cgfs, path, (size_t)len), 0);
	}
	for (; ms < 30000; ms += 1000)
		look(&world, ms, false);
	for (int change = 0; change < 4; change++) {
		int seen = 0;

		made_tree_write(&world.tree, "fs/a/memory.current",
			change % 2 ? "819200\n" : "1638400\n");
		world.taken = (struct taken){ 0 };
		while (seen < 5 && world.taken.usages[number] == 0) {
			look(&world, ms += 1000, false);
			seen++;
		}
		/* the first time it waits for its turn, then it moves */
		assert_in_range(seen, 1, change == 0 ? 4 : 1);
	}
	/* nor does it wait where a process in it has moved */
	for (int turn = 0; turn < 4; turn++) {
		for (int i = 0; i < 20 + turn; i++)
			look(&world, ms += 1000, false);
		made_tree_write(&world.tree, "fs/a/memory.current",
			turn % 2 ? "819200\n" : "2457600\n");
		world.table.slots[0].flags |= SLOT_STIRS;
		look(&world, ms += 1000, false);
		assert_int_equal(world.taken.usages[number], turn % 2 ? 800 : 2400);
	}
	made_tree_write(&world.tree, "fs/a/memory.max", "1048576\n");
	made_tree_write(&world.tree, "fs/a/memory.current", "1024000\n");
	for (int i = 0; i < 30; i++)
		look(&world, ms += 1000, false);
	made_tree_write(&world.tree, "fs/a/memory.current", "1034240\n");
	look(&world, ms + 1000, false);
	assert_int_equal(world.taken.usages[number], 1010);
	end(&world);
}

/* Limit and events are read together: of one that goes in between the limit is not taken for none. */
static void one_that_goes_keeps_its_limit(void **state)
{
	struct world world;

	(void)state;
	begin(&world, false, "/", "0::/a\n");
	made_tree_write(&world.tree, "fs/a/memory.current", "819200\n");
	made_tree_write(&world.tree, "fs/a/memory.max", "1048576\n");
	made_tree_write(&world.tree, "fs/a/memory.events", "max 3\noom 0\noom_kill 0\n");
	assert_true(cgfs_place(&world.cgfs, &world.table, &world.table.slots[0]));
	look(&world, 1000, false);
	made_tree_remove(&world.tree, "fs/a/memory.max");
	made_tree_remove(&world.tree, "fs/a/memory.events");
	look(&world, 8000, true);
	assert_int_equal(of(&world.taken, "/a")->max_kib, 1024);
	assert_int_equal(of(&world.taken, "/a")->events_max, 3);
	end(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(v2_with_a_limit_above),
		cmocka_unit_test(those_that_nobody_counts_are_told_of),
		cmocka_unit_test(v1_in_a_container),
		cmocka_unit_test(those_above_the_process_on_the_screen_are_looked_at_closely),
		cmocka_unit_test(nothing_less_than_nothing_can_be_reclaimed),
		cmocka_unit_test(the_dear_file_is_read_when_it_matters),
		cmocka_unit_test(limits_are_followed),
		cmocka_unit_test(events_of_who_stands_still_wait),
		cmocka_unit_test(who_leaves_the_screen_is_looked_at_once_more_if_it_moved),
		cmocka_unit_test(its_own_is_looked_at_first),
		cmocka_unit_test(hostile_names_are_clean_and_still_found),
		cmocka_unit_test(all_others_are_looked_at_too),
		cmocka_unit_test(the_stat_of_the_machine_is_never_read),
		cmocka_unit_test(the_screen_comes_first),
		cmocka_unit_test(paths_nobody_is_in_are_forgotten),
		cmocka_unit_test(what_nobody_has_mapped_is_told_apart),
		cmocka_unit_test(what_nobody_has_mapped_is_told_apart_in_v1),
		cmocka_unit_test(those_beyond_the_limit_take_turns),
		cmocka_unit_test(many_take_turns),
		cmocka_unit_test(one_that_goes_keeps_its_limit),
	};

	return cmocka_run_group_tests_name("cgfs", tests, NULL, NULL);
}
