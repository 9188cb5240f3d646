/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bench_cgfs - what a look at so many cgroups costs the sampler, nothing else beside it
 *
 * usage: bench_cgfs [-r FOLDER] [-m MOVING] [COUNT...]
 *
 * The files are made ones, in the folder of temporary files; with -r cgroups are made below FOLDER,
 * of a mounted hierarchy of version 1 with the memory controller, and removed again.  MOVING of them
 * (made ones) change their usage at every look.  Printed is processor time, user and system, of a
 * look each second, the least and the median of a minute in which all has been looked at once.
 */
#include "base/clock.h"
#include "base/order.h"
#include "base/xalloc.h"
#include "sample/cgfs.h"
#include "sample/frame_writer.h"
#include "tests/lib/made_tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LOOKS = 60, SETTLE = 20, SHOWN = 35, STEP_MS = 1000, FIRST_PID = 100, NAME = 160 };

struct bench {
	struct made_tree tree;
	struct cgfs cgfs;
	struct slots table;
	struct frame_writer writer;
	const char *real; /* folder of real ones, or NULL */
	size_t count, moving, frames;
};

static void take(void *context, const struct frame *frame)
{
	(void)frame;
	((struct bench *)context)->frames++;
}

static void name_of(char out[NAME], size_t i)
{
	snprintf(out, NAME, "/memtop-bench/docker/%064zx", i + ((size_t)0xabc << 40));
}

static void make_one(struct bench *bench, size_t i)
{
	char name[NAME], path[2 * NAME], text[2 * NAME];

	name_of(name, i);
	snprintf(path, sizeof(path), "%zu/cgroup", FIRST_PID + i);
	snprintf(text, sizeof(text), "4:memory:%s\n0::/\n", name);
	made_tree_write(&bench->tree, path, text);
	if (bench->real != NULL) {
		snprintf(path, sizeof(path), "%s%s", bench->real, name);
		mkdir(path, 0755);
		return;
	}
	snprintf(path, sizeof(path), "fs%s/memory.usage_in_bytes", name);
	made_tree_write(&bench->tree, path, "1048576\n");
	snprintf(path, sizeof(path), "fs%s/memory.limit_in_bytes", name);
	made_tree_write(&bench->tree, path, "104857600\n");
	snprintf(path, sizeof(path), "fs%s/memory.oom_control", name);
	made_tree_write(&bench->tree, path, "oom_kill_disable 0\nunder_oom 0\noom_kill 0\n");
	snprintf(path, sizeof(path), "fs%s/memory.stat", name);
	made_tree_write(&bench->tree, path,
		"total_rss 1048576\ntotal_cache 0\ntotal_shmem 0\ntotal_inactive_file 0\n");
}

static void move_some(struct bench *bench, size_t look)
{
	char name[NAME], path[2 * NAME], text[32];

	for (size_t i = 0; i < bench->moving; i++) {
		name_of(name, i);
		snprintf(path, sizeof(path), "fs%s/memory.usage_in_bytes", name);
		snprintf(text, sizeof(text), "%zu\n", 1048576 + look * 65536);
		made_tree_write(&bench->tree, path, text);
	}
}

static void fill(struct bench *bench)
{
	struct proc_slot *slots = xalloc_zero(bench->count, sizeof(*slots));
	char path[2 * NAME];

	if (bench->real != NULL) {
		snprintf(path, sizeof(path), "%s/memtop-bench", bench->real);
		mkdir(path, 0755);
		snprintf(path, sizeof(path), "%s/memtop-bench/docker", bench->real);
		mkdir(path, 0755);
	}
	for (size_t i = 0; i < bench->count; i++) {
		make_one(bench, i);
		slots[i] = (struct proc_slot){ .pid = (int32_t)(FIRST_PID + i), .fd = -1 };
	}
	slots_merge(&bench->table, slots, bench->count);
	free(slots);
	for (size_t i = 0; i < bench->count; i++)
		cgfs_place(&bench->cgfs, &bench->table, &bench->table.slots[i]);
}

static void begin(struct bench *bench)
{
	struct sysparse_mounts *mounts = &bench->cgfs.mounts;

	made_tree_init(&bench->tree);
	cgfs_init(&bench->cgfs, bench->tree.fd);
	*mounts = (struct sysparse_mounts){ .v1 = true, .root = "/" };
	if (bench->real != NULL)
		snprintf(mounts->mount, sizeof(mounts->mount), "%s", bench->real);
	else
		snprintf(mounts->mount, sizeof(mounts->mount), "%s/fs", bench->tree.dir);
	slots_init(&bench->table);
	frame_writer_init(&bench->writer, (struct frame_writer_sink){ take, bench });
	fill(bench);
}

static void end(struct bench *bench)
{
	char name[NAME], path[2 * NAME];

	slots_done(&bench->table);
	cgfs_done(&bench->cgfs);
	frame_writer_done(&bench->writer);
	made_tree_done(&bench->tree);
	for (size_t i = 0; i < bench->count && bench->real != NULL; i++) {
		name_of(name, i);
		snprintf(path, sizeof(path), "%s%s", bench->real, name);
		rmdir(path);
	}
	if (bench->real == NULL)
		return;
	snprintf(path, sizeof(path), "%s/memtop-bench/docker", bench->real);
	rmdir(path);
	snprintf(path, sizeof(path), "%s/memtop-bench", bench->real);
	rmdir(path);
}

static uint64_t look(struct bench *bench, size_t number)
{
	struct frame head = { .tick = true };
	int32_t shown[SHOWN];
	uint64_t began_us;

	for (size_t i = 0; i < SHOWN; i++)
		shown[i] = (int32_t)(i < bench->count ? i + 1 : 0);
	cgfs_show(&bench->cgfs, shown, SHOWN);
	if (bench->real == NULL)
		move_some(bench, number);
	frame_writer_begin(&bench->writer, &head);
	began_us = clock_cpu_us();
	cgfs_look(&bench->cgfs, &bench->table, 1000000 + number * STEP_MS,
		number == 0 ? CGFS_KEY : CGFS_CHANGED, &bench->writer);
	frame_writer_end(&bench->writer);
	return clock_cpu_us() - began_us;
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static void run(struct bench *bench, size_t count)
{
	uint64_t took_us[LOOKS], first_us = 0;
	/* what has never been looked at waits for a turn: a dozen a look */
	size_t settle = SETTLE + count / 12;

	bench->count = count;
	begin(bench);
	for (size_t i = 0; i < settle; i++) {
		uint64_t us = look(bench, i);
		first_us = i == 0 ? us : first_us;
	}
	for (size_t i = 0; i < LOOKS; i++)
		took_us[i] = look(bench, settle + i);
	order_sort(took_us, LOOKS, sizeof(took_us[0]), compare);
	printf("%8zu %12.2f %12.2f %12.2f %8zu\n", count, (double)first_us / 1000,
		(double)took_us[0] / 1000, (double)took_us[LOOKS / 2] / 1000, bench->cgfs.kept);
	end(bench);
}

int main(int argc, char **argv)
{
	static const size_t usual[] = { 100, 1000, 5000 };
	struct bench bench = { 0 };
	int option;

	while ((option = getopt(argc, argv, "r:m:")) != -1) {
		if (option == 'r')
			bench.real = optarg;
		else if (option == 'm')
			bench.moving = (size_t)strtoul(optarg, NULL, 10);
		else
			return 2;
	}
	printf("%8s %12s %12s %12s %8s\n", "cgroups", "first, ms", "least", "median", "open");
	for (size_t i = 0; optind == argc && i < sizeof(usual) / sizeof(usual[0]); i++)
		run(&bench, usual[i]);
	for (; optind < argc; optind++)
		run(&bench, (size_t)strtoul(argv[optind], NULL, 10));
	return 0;
}
