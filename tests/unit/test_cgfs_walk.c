/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cgfs_walk: containers, pods and services without a process, in made hierarchies */
#include "sample/cgfs.h"

#include "tests/lib/made_tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#define ID  "3f2a9c1b7d0455e1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f70819"
#define ID2 "aa2a9c1b7d0455e1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f708bb"
#define POD "pod4f1c2d3e-0a1b-4c5d-8e9f-001122334455"

struct world {
	struct made_tree tree;
	struct cgfs cgfs;
};

static void begin(struct world *world, bool v1, const char *root)
{
	memset(world, 0, sizeof(*world));
	made_tree_init(&world->tree);
	cgfs_init(&world->cgfs, world->tree.fd);
	world->cgfs.walk_us = UINT32_MAX; /* however slow the machine */
	world->cgfs.mounts = (struct sysparse_mounts){ .v1 = v1, .v2 = !v1 };
	snprintf(world->cgfs.mounts.mount, sizeof(world->cgfs.mounts.mount), "%s/fs",
		world->tree.dir);
	snprintf(world->cgfs.mounts.root, sizeof(world->cgfs.mounts.root), "%s", root);
}

static void end(struct world *world)
{
	cgfs_done(&world->cgfs);
	made_tree_done(&world->tree);
}

/* How many were killed there; -1: it is not known. */
static int kills_of(const struct world *world, const char *path)
{
	uint16_t number = cgfs_find(&world->cgfs, path, strlen(path));

	return number > 0 ? (int)world->cgfs.entries[number - 1].figures.oom_kills : -1;
}

static void put(const struct world *world, const char *folder, int kills)
{
	char name[512], text[64];

	snprintf(name, sizeof(name), "fs/%s/memory.events", folder);
	snprintf(text, sizeof(text), "oom_kill %d\n", kills);
	made_tree_write(&world->tree, name, text);
}

static void rows_are_found_and_nothing_else(void **state)
{
	struct world world;

	(void)state;
	begin(&world, false, "/");
	put(&world, "docker/" ID, 2);
	put(&world, "docker/" ID "/docker/" ID2, 0);
	put(&world, "kubepods/burstable/" POD, 0);
	put(&world, "kubepods/burstable/" POD "/" ID2, 3);
	put(&world, "system.slice/web.service", 1);
	put(&world, "system.slice/web.service/worker.service", 0);
	put(&world, "mine/deep/deeper", 0);
	put(&world, "mine/docker/" ID2, 4);
	cgfs_walk(&world.cgfs, 1000);
	assert_int_equal(kills_of(&world, "/docker/" ID), 2);
	assert_int_equal(kills_of(&world, "/kubepods/burstable/" POD "/" ID2), 3);
	assert_int_equal(kills_of(&world, "/system.slice/web.service"), 1);
	assert_int_equal(kills_of(&world, "/mine/docker/" ID2), 4);
	assert_int_equal(kills_of(&world, "/kubepods/burstable/" POD), 0);
	/* those above have limits that count */
	assert_int_equal(kills_of(&world, "/docker"), 0);
	assert_int_equal(kills_of(&world, "/"), 0);
	/* what a container or a service has made inside is its own business */
	assert_int_equal(kills_of(&world, "/docker/" ID "/docker/" ID2), -1);
	assert_int_equal(kills_of(&world, "/system.slice/web.service/worker.service"), -1);
	/* no row without a process */
	assert_int_equal(kills_of(&world, "/mine/deep"), -1);
	assert_int_equal(kills_of(&world, "/mine/deep/deeper"), -1);
	end(&world);
}

static void they_are_looked_for_once_in_a_while(void **state)
{
	struct world world;

	(void)state;
	begin(&world, true, "/");
	put(&world, "lxc/one", 0);
	cgfs_walk(&world.cgfs, 1000);
	assert_int_equal(kills_of(&world, "/lxc/one"), 0);
	put(&world, "lxc/two", 0);
	put(&world, "late/docker/" ID, 0);
	cgfs_walk(&world.cgfs, 2000);
	assert_int_equal(kills_of(&world, "/lxc/two"), -1);
	cgfs_walk(&world.cgfs, 31000);
	assert_int_equal(kills_of(&world, "/lxc/two"), 0);
	assert_int_equal(kills_of(&world, "/late/docker/" ID), 0);
	end(&world);
}

/* Paths are as /proc/PID/cgroup has them, where only a part of the hierarchy is mounted. */
static void below_the_part_that_is_mounted(void **state)
{
	struct world world;

	(void)state;
	begin(&world, false, "/mine");
	put(&world, "system.slice/a.service", 5);
	cgfs_walk(&world.cgfs, 1000);
	assert_int_equal(kills_of(&world, "/mine/system.slice/a.service"), 5);
	end(&world);
}

/* A name as the kernel has it, however long, hostile or deep. */
static void hostile_names_do_no_harm(void **state)
{
	static const char odd[] = "lxc/a\x1b[31m\xff\xfe";
	struct world world;
	char deep[FRAME_PATH_MAX] = "d";

	(void)state;
	begin(&world, false, "/");
	put(&world, odd, 1);
	for (int i = 0; i < 60; i++)
		strcat(deep, "/d");
	strcat(deep, "/docker/" ID);
	put(&world, deep, 1);
	char name[300] = "lxc/";
	memset(name + 4, 'x', 255);
	name[259] = '\0';
	put(&world, name, 7);
	cgfs_walk(&world.cgfs, 1000);
	assert_int_equal(kills_of(&world, "/lxc/a\x1b[31m\xff\xfe"), 1);
	char path[301] = "/";
	strcat(path, name);
	assert_int_equal(kills_of(&world, path), 7);
	end(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_are_found_and_nothing_else),
		cmocka_unit_test(they_are_looked_for_once_in_a_while),
		cmocka_unit_test(below_the_part_that_is_mounted),
		cmocka_unit_test(hostile_names_do_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
