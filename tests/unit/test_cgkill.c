/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cgkill: in which cgroup the kernel killed, and whose limit was met, in made hierarchies */
#include "sample/cgkill.h"

#include "base/xalloc.h"
#include "sample/frame_writer.h"
#include "tests/lib/made_tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

struct world {
	struct made_tree tree;
	struct cgfs cgfs;
	struct cgkill kill;
	struct slots table;
	struct frame_writer writer;
	struct system_figures system;
	uint64_t now_ms;
	size_t count;
	struct kill_figures kills[4];
	char group[4][64], in[4][64];
	uint64_t counted; /* kills in /a/b, by the frame of this tick */
};

static void take(void *context, const struct frame *frame)
{
	struct world *world = context;

	for (size_t i = 0; i < frame->nkills && world->count < 4; i++, world->count++) {
		world->kills[world->count] = frame->kills[i];
		snprintf(world->group[world->count], 64, "%s", frame->kills[i].group);
		snprintf(world->in[world->count], 64, "%s", frame->kills[i].in);
	}
	for (size_t i = 0; i < frame->ncgroups; i++)
		if (strcmp(frame->cgroups[i].path, "/a/b") == 0)
			world->counted = frame->cgroups[i].oom_kills;
}

static void tick(struct world *world)
{
	struct frame head = { .tick = true };

	world->count = 0;
	world->now_ms += 1000;
	frame_writer_begin(&world->writer, &head);
	cgfs_look(&world->cgfs, &world->table, world->now_ms, CGFS_CHANGED, &world->writer);
	cgkill_look(&world->kill, &world->cgfs, &world->system, world->now_ms, &world->writer);
	frame_writer_end(&world->writer);
}

/* A process in /a/b, nothing watched; /a may use 1 MiB. */
static void begin(struct world *world, bool v1)
{
	struct proc_slot slot = { .pid = 12, .fd = -1, .comm = xalloc_text("x") };
	const char *file = v1 ? "memory.oom_control" : "memory.events";

	memset(world, 0, sizeof(*world));
	made_tree_init(&world->tree);
	made_tree_write(&world->tree, "12/cgroup", v1 ? "4:memory:/a/b\n" : "0::/a/b\n");
	cgfs_init(&world->cgfs, world->tree.fd);
	world->cgfs.mounts = (struct sysparse_mounts){ .v1 = v1, .v2 = !v1 };
	snprintf(world->cgfs.mounts.mount, sizeof(world->cgfs.mounts.mount), "%s/fs",
		world->tree.dir);
	snprintf(world->cgfs.mounts.root, sizeof(world->cgfs.mounts.root), "/");
	slots_init(&world->table);
	slots_merge(&world->table, &slot, 1);
	frame_writer_init(&world->writer, (struct frame_writer_sink){ take, world });
	world->system = (struct system_figures){
		.known = SYSTEM_AVAILABLE | SYSTEM_OOM_KILLS,
		.total_kib = 8000000,
		.available_kib = 4000000,
		.oom_kills = 5,
	};
	for (int i = 0; i < 2; i++) {
		char path[64];

		snprintf(path, sizeof(path), "fs/a%s/%s", i ? "/b" : "", file);
		made_tree_write(&world->tree, path, "oom 1\noom_kill 1\n");
	}
	made_tree_write(&world->tree, v1 ? "fs/a/memory.limit_in_bytes" : "fs/a/memory.max",
		"1048576\n");
	made_tree_write(&world->tree, v1 ? "fs/a/b/memory.usage_in_bytes" : "fs/a/b/memory.current",
		"65536\n");
	assert_true(cgfs_place(&world->cgfs, &world->table, &world->table.slots[0]));
	tick(world);
	tick(world);
	assert_int_equal(world->count, 0);
}

static void end(struct world *world)
{
	slots_done(&world->table);
	cgfs_done(&world->cgfs);
	frame_writer_done(&world->writer);
	made_tree_done(&world->tree);
}

static void assert_kill(const struct world *world, const char *group, const char *in,
	uint32_t count, bool machine)
{
	assert_int_equal(world->count, 1);
	assert_string_equal(world->group[0], group);
	assert_string_equal(world->in[0], in);
	assert_int_equal(world->kills[0].count, count);
	assert_int_equal(world->kills[0].machine, machine);
	if (group[0] != '\0')
		assert_int_equal(world->kills[0].limit_kib, 1024);
	else
		assert_true(world->kills[0].limit_kib == UINT64_MAX);
}

static void the_limit_above_was_met(void **state)
{
	struct world world;

	(void)state;
	begin(&world, false);
	made_tree_write(&world.tree, "fs/a/memory.events", "oom 2\noom_kill 3\n");
	made_tree_write(&world.tree, "fs/a/b/memory.events", "oom 1\noom_kill 3\n");
	world.system.oom_kills = 7;
	tick(&world);
	assert_kill(&world, "/a", "/a/b", 2, false);
	assert_int_equal(world.counted, 3);
	tick(&world);
	assert_int_equal(world.count, 0);
	end(&world);
}

static void version_1_counts_where_the_killed_was(void **state)
{
	struct world world;

	(void)state;
	begin(&world, true);
	made_tree_write(&world.tree, "fs/a/memory.failcnt", "44\n");
	made_tree_write(&world.tree, "fs/a/b/memory.oom_control", "oom_kill 2\n");
	world.system.oom_kills++;
	tick(&world);
	assert_kill(&world, "/a", "/a/b", 1, false);
	assert_int_equal(world.counted, 2);
	end(&world);
}

/* No limit was met: the machine had no memory left. */
static void the_machine_ran_out(void **state)
{
	struct world world;

	(void)state;
	begin(&world, false);
	world.system.available_kib = 100000;
	made_tree_write(&world.tree, "fs/a/memory.events", "oom 1\noom_kill 2\n");
	made_tree_write(&world.tree, "fs/a/b/memory.events", "oom 1\noom_kill 2\n");
	world.system.oom_kills++;
	tick(&world);
	assert_kill(&world, "", "/a/b", 1, true);
	/* and in no cgroup at all */
	world.system.oom_kills++;
	tick(&world);
	assert_kill(&world, "", "", 1, true);
	end(&world);
}

/* Seen by the cgroup's own count in a look of its turn, then by the machine's: told once. */
static void it_is_told_once(void **state)
{
	struct world world;

	(void)state;
	begin(&world, false);
	world.table.slots[0].flags |= SLOT_WATCHED;
	made_tree_write(&world.tree, "fs/a/memory.current", "1000000\n");
	tick(&world);
	made_tree_write(&world.tree, "fs/a/memory.events", "oom 2\noom_kill 2\n");
	made_tree_write(&world.tree, "fs/a/b/memory.events", "oom 1\noom_kill 2\n");
	for (int i = 0; i < 5 && world.count == 0; i++)
		tick(&world);
	assert_kill(&world, "/a", "/a/b", 1, false);
	world.system.oom_kills++;
	tick(&world);
	assert_int_equal(world.count, 0);
	world.system.oom_kills++;
	tick(&world);
	assert_kill(&world, "", "", 1, false);
	end(&world);
}

/* A process in /pods/c, with nothing watched; /pods has no limit, and c one of 1 MiB. */
static void begin_in_pods(struct world *world)
{
	begin(world, false);
	made_tree_write(&world->tree, "12/cgroup", "0::/pods/c\n");
	made_tree_write(&world->tree, "fs/pods/memory.events", "oom 0\noom_kill 0\n");
	made_tree_write(&world->tree, "fs/pods/memory.max", "max\n");
	made_tree_write(&world->tree, "fs/pods/c/memory.events", "oom 0\noom_kill 0\n");
	made_tree_write(&world->tree, "fs/pods/c/memory.max", "1048576\n");
	assert_true(cgfs_place(&world->cgfs, &world->table, &world->table.slots[0]));
	tick(world);
}

/* A kill below /pods, which counts for it as well. */
static void kill_in_pods(struct world *world)
{
	made_tree_write(&world->tree, "fs/pods/memory.events", "oom 1\noom_kill 1\n");
	world->system.oom_kills++;
	tick(world);
}

/* The container's folder went with its last process. */
static void a_cgroup_that_is_gone(void **state)
{
	struct world world;

	(void)state;
	begin_in_pods(&world);
	assert_int_equal(unlinkat(world.tree.fd, "fs/pods/c/memory.events", 0), 0);
	world.table.slots[0].flags |= SLOT_DEAD;
	slots_sweep(&world.table);
	kill_in_pods(&world);
	assert_kill(&world, "/pods/c", "/pods/c", 1, false);
	end(&world);
}

/* The folder went while its process still was in the list of this tick. */
static void a_cgroup_that_is_gone_before_its_process(void **state)
{
	struct world world;

	(void)state;
	begin_in_pods(&world);
	made_tree_remove(&world.tree, "fs/pods/c");
	kill_in_pods(&world);
	assert_kill(&world, "/pods/c", "/pods/c", 1, false);
	end(&world);
}

/* A limit below was met, of a cgroup that was never seen: one without a limit has met none. */
static void a_cgroup_that_nobody_saw(void **state)
{
	struct world world;

	(void)state;
	begin_in_pods(&world);
	kill_in_pods(&world);
	assert_kill(&world, "", "/pods", 1, false);
	end(&world);
}

/* The kill of a process in a container right below the root, which counts nothing, and whose folder
 * was removed at once; beside it one that ended, and is as large as LIMIT. */
static void kill_below_root(struct world *world, bool v1, const char *limit)
{
	const char *max = v1 ? "memory.limit_in_bytes" : "memory.max";
	const char *usage = v1 ? "memory.usage_in_bytes" : "memory.current";
	struct proc_slot other = { .pid = 13, .fd = -1, .comm = xalloc_text("y") };
	char path[64];

	begin(world, v1);
	made_tree_write(&world->tree, "12/cgroup",
		v1 ? "4:memory:/lxc/cave\n" : "0::/lxc.payload.cave\n");
	made_tree_write(&world->tree, "13/cgroup",
		v1 ? "4:memory:/lxc/den\n" : "0::/lxc.payload.den\n");
	slots_merge(&world->table, &other, 1);
	world->cgfs.keep =
		0; /* what is kept open can be read when it is removed, unlike a cgroup's */
	for (int i = 0; i < 2; i++) {
		const char *at = v1  ? i ? "lxc/den" : "lxc/cave"
				 : i ? "lxc.payload.den"
				     : "lxc.payload.cave";

		snprintf(path, sizeof(path), "fs/%s/%s", at, max);
		made_tree_write(&world->tree, path, limit);
		snprintf(path, sizeof(path), "fs/%s/%s", at, usage);
		made_tree_write(&world->tree, path, i ? "65536\n" : "1003520\n");
		assert_true(cgfs_place(&world->cgfs, &world->table, &world->table.slots[i]));
	}
	tick(world);
	made_tree_remove(&world->tree, v1 ? "fs/lxc" : "fs/lxc.payload.cave");
	if (!v1)
		made_tree_remove(&world->tree, "fs/lxc.payload.den");
	world->system.oom_kills++;
	tick(world);
}

static void a_cgroup_that_is_gone_below_the_root(void **state)
{
	struct world world;

	(void)state;
	kill_below_root(&world, false, "1048576\n");
	assert_kill(&world, "/lxc.payload.cave", "/lxc.payload.cave", 1, false);
	end(&world);
	kill_below_root(&world, true, "1048576\n");
	assert_kill(&world, "/lxc/cave", "/lxc/cave", 1, false);
	end(&world);
	kill_below_root(&world, false, "max\n");
	assert_kill(&world, "", "", 1, false);
	end(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_limit_above_was_met),
		cmocka_unit_test(version_1_counts_where_the_killed_was),
		cmocka_unit_test(the_machine_ran_out),
		cmocka_unit_test(it_is_told_once),
		cmocka_unit_test(a_cgroup_that_is_gone),
		cmocka_unit_test(a_cgroup_that_is_gone_before_its_process),
		cmocka_unit_test(a_cgroup_that_nobody_saw),
		cmocka_unit_test(a_cgroup_that_is_gone_below_the_root),
	};

	return cmocka_run_group_tests_name("cgkill", tests, NULL, NULL);
}
