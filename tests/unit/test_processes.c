/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Births, deaths, reuse and sizes: in a made tree by files, and of real processes by their
 * clocks. */
#include "sample/usage.h"

#include "sample/processes.h"
#include "sample/frame_writer.h"
#include "sample/procfs.h"
#include "sample/procparse.h"
#include "tests/lib/made_tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

/* What the frames of a tick said. */
struct said {
	int births, deaths, usages;
	int32_t born, died;
	struct proc_usage usage; /* of PID */
	int32_t pid;
};

struct look_at {
	struct processes processes;
	struct frame_writer writer;
	struct said said;
	uint64_t now_ms;
	uint64_t seq;
};

static void take(void *context, const struct frame *frame)
{
	struct said *said = context;

	said->births += (int)frame->nbirths;
	said->deaths += (int)frame->ndeaths;
	said->usages += (int)frame->nusages;
	for (size_t i = 0; i < frame->nbirths; i++)
		said->born = frame->births[i].id.pid;
	for (size_t i = 0; i < frame->ndeaths; i++)
		said->died = frame->deaths[i];
	for (size_t i = 0; i < frame->nusages; i++)
		if (frame->usages[i].pid == said->pid)
			said->usage = frame->usages[i];
}

static void begin(struct look_at *look, int proc)
{
	memset(look, 0, sizeof(*look));
	processes_init(&look->processes, proc);
	frame_writer_init(&look->writer, (struct frame_writer_sink){ take, &look->said });
	look->now_ms = 100000;
}

static void tick(struct look_at *look, struct usage_look what)
{
	struct frame head = { .tick = true };
	int32_t pid = look->said.pid;

	memset(&look->said, 0, sizeof(look->said));
	look->said.pid = pid;
	what.now_ms = look->now_ms += 1000;
	look->seq++;
	frame_writer_begin(&look->writer, &head);
	processes_tick(&look->processes, &what, look->seq == 1, look->seq == 1, &look->writer);
	while (look->processes.late != SIZE_MAX)
		processes_late(&look->processes, &look->writer);
	frame_writer_end(&look->writer);
}

static void end(struct look_at *look)
{
	processes_done(&look->processes);
	frame_writer_done(&look->writer);
}

static void a_made_tree_is_read_by_files(void **state)
{
	struct made_tree tree;
	struct look_at look;

	(void)state;
	made_tree_init(&tree);
	made_tree_process(&tree, 500, "leaky", 10, 1000, 100, 5);
	made_tree_process(&tree, 20, "a) R 1 (b", 11, 30, 10, 5);
	made_tree_process(&tree, 2, "[kthreadd]", 1, 7, 7, 0);
	begin(&look, tree.fd);
	look.said.pid = 500;
	tick(&look, (struct usage_look){ 0 });
	assert_false(look.processes.usage.clocks);
	assert_int_equal(look.said.births, 3);
	assert_int_equal(look.said.usages, 3);
	assert_int_equal(look.said.usage.rss_kib, 1000 * look.processes.usage.page_kib);
	assert_int_equal(look.said.usage.shared_kib, 100 * look.processes.usage.page_kib);
	assert_string_equal(slots_find(&look.processes.table, 20)->comm, "a) R 1 (b");
	assert_int_equal(slots_find(&look.processes.table, 2)->flags & SLOT_KERNEL, SLOT_KERNEL);
	/* nothing moves but what is watched is said again */
	for (size_t i = 0; i < look.processes.table.count; i++)
		look.processes.table.slots[i].flags &= ~(unsigned)SLOT_WATCHED;
	tick(&look, (struct usage_look){ 0 });
	assert_int_equal(look.said.births + look.said.deaths + look.said.usages, 0);
	end(&look);
	made_tree_done(&tree);
}

static void births_deaths_and_reuse(void **state)
{
	struct made_tree tree;
	struct look_at look;

	(void)state;
	made_tree_init(&tree);
	made_tree_process(&tree, 500, "old", 10, 1000, 100, 5);
	made_tree_process(&tree, 501, "short", 10, 50, 10, 5);
	begin(&look, tree.fd);
	tick(&look, (struct usage_look){ 0 });
	made_tree_end(&tree, 501);
	made_tree_process(&tree, 400, "young", 99, 10, 1, 0);
	tick(&look, (struct usage_look){ 0 });
	assert_int_equal(look.said.births, 1);
	assert_int_equal(look.said.born, 400);
	assert_int_equal(look.said.deaths, 1);
	assert_int_equal(look.said.died, 501);
	/* the same pid, another start: somebody else, of another size */
	made_tree_end(&tree, 500);
	made_tree_process(&tree, 500, "other", 77, 20, 10, 0);
	look.said.pid = 500;
	tick(&look, (struct usage_look){ 0 });
	assert_int_equal(look.said.births, 1);
	assert_int_equal(look.said.deaths, 1);
	assert_int_equal(look.said.usage.rss_kib, 20 * look.processes.usage.page_kib);
	assert_string_equal(slots_find(&look.processes.table, 500)->comm, "other");
	end(&look);
	made_tree_done(&tree);
}

static void growth_is_seen_at_once_in_a_small_table(void **state)
{
	struct made_tree tree;
	struct look_at look;

	(void)state;
	made_tree_init(&tree);
	made_tree_process(&tree, 500, "leaky", 10, 1000, 100, 5);
	begin(&look, tree.fd);
	tick(&look, (struct usage_look){ 0 });
	look.said.pid = 500;
	for (unsigned long rss = 1100; rss < 2000; rss += 100) {
		made_tree_process(&tree, 500, "leaky", 10, rss, 100, 5 + rss);
		tick(&look, (struct usage_look){ 0 });
		assert_int_equal(look.said.usage.rss_kib, rss * look.processes.usage.page_kib);
	}
	/* it moves all the time, so its statm is kept open */
	assert_true(slots_find(&look.processes.table, 500)->fd >= 0);
	assert_int_equal(look.processes.usage.kept, 1);
	end(&look);
	made_tree_done(&tree);
}

/* Forked; grows by a MiB whenever a byte comes, and answers with one. */
static pid_t start_grower(int pipes[2])
{
	int to[2], from[2];
	pid_t pid;
	char byte;

	assert_int_equal(pipe(to) + pipe(from), 0);
	pid = fork();
	if (pid == 0) {
		/* only the ends it uses: it must end when the test does */
		close(to[1]);
		close(from[0]);
		while (read(to[0], &byte, 1) == 1) {
			char *more = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE,
				MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

			memset(more, 1, 1 << 20);
			if (write(from[1], &byte, 1) != 1)
				break;
		}
		_exit(0);
	}
	close(to[0]);
	close(from[1]);
	pipes[0] = from[0];
	pipes[1] = to[1];
	return pid;
}

static void grow(const int pipes[2])
{
	char byte = 'x';

	assert_int_equal(write(pipes[1], &byte, 1), 1);
	assert_int_equal(read(pipes[0], &byte, 1), 1);
}

static void real_processes_are_seen_by_their_clocks(void **state)
{
	struct look_at look;
	int proc = procfs_open(), pipes[2];
	uint64_t before;
	pid_t pid;

	(void)state;
	begin(&look, proc);
	if (!look.processes.usage.clocks) {
		end(&look);
		skip();
	}
	tick(&look, (struct usage_look){ 0 });
	assert_non_null(slots_find(&look.processes.table, getpid()));
	pid = start_grower(pipes);
	tick(&look, (struct usage_look){ 0 });
	assert_non_null(slots_find(&look.processes.table, pid));
	grow(pipes);
	look.said.pid = pid;
	tick(&look, (struct usage_look){ .all = true });
	before = look.said.usage.rss_kib;
	assert_true(before > 1024);
	/* still for a long time, then it grows: within the four ticks promised */
	for (int i = 0; i < 8; i++)
		tick(&look, (struct usage_look){ 0 });
	grow(pipes);
	look.said.usage.rss_kib = 0;
	for (int i = 0; i < USAGE_TURNS && look.said.usage.rss_kib == 0; i++)
		tick(&look, (struct usage_look){ 0 });
	assert_true(look.said.usage.rss_kib >= before + 1000);
	close(pipes[1]);
	waitpid(pid, NULL, 0);
	for (int i = 0; i < USAGE_TURNS && slots_find(&look.processes.table, pid); i++)
		tick(&look, (struct usage_look){ 0 });
	assert_null(slots_find(&look.processes.table, pid));
	close(pipes[0]);
	end(&look);
	close(proc);
}

static bool sleeps(int proc, pid_t pid)
{
	struct procparse_stat stat = { .state = '?' };
	char text[1024];
	ssize_t len = procfs_read(proc, pid, "stat", text, sizeof(text), NULL);

	return len > 0 && procparse_stat(&stat, text, (size_t)len) == 0 && stat.state == 'S';
}

/* Ticks until what is remembered of a process that sleeps was read anew; 0: not within so many. */
static int ticks_until_read(struct look_at *look, pid_t pid, bool taking, int most)
{
	slots_find(&look->processes.table, pid)->figures.rss_kib = 1;
	for (int i = 1; i <= most; i++) {
		tick(look, (struct usage_look){ .taking = taking });
		if (slots_find(&look->processes.table, pid)->figures.rss_kib > 1)
			return i;
	}
	return 0;
}

/* Whether it is read each TURNS ticks.  On a busy machine it may have been interrupted on its way to
 * sleep, and run once more: then one read comes early, and the next is not a whole turn behind. */
static bool is_read_each(struct look_at *look, pid_t pid, bool taking, int turns)
{
	for (int tries = 0; tries < 4; tries++) {
		int ticks = ticks_until_read(look, pid, taking, turns);

		assert_int_not_equal(ticks, 0);
		if (ticks == turns)
			return true;
	}
	return false;
}

static void who_sleeps_is_read_more_often_while_pages_are_taken(void **state)
{
	struct look_at look;
	int proc = procfs_open(), pipes[2];
	pid_t pid;

	(void)state;
	begin(&look, proc);
	if (!look.processes.usage.clocks) {
		end(&look);
		skip();
	}
	/* those of the first look are on the screen, if they are large */
	tick(&look, (struct usage_look){ 0 });
	pid = start_grower(pipes);
	while (!sleeps(proc, pid))
		usleep(1000);
	for (int i = 0; i < 12; i++)
		tick(&look, (struct usage_look){ 0 });
	assert_true(is_read_each(&look, pid, true, USAGE_DEEP));
	assert_true(is_read_each(&look, pid, false, USAGE_DEEP * USAGE_CALM));
	/* what was taken once is found as soon as if more were */
	tick(&look, (struct usage_look){ .taking = true });
	assert_int_not_equal(ticks_until_read(&look, pid, false, USAGE_DEEP), 0);
	close(pipes[1]);
	waitpid(pid, NULL, 0);
	close(pipes[0]);
	end(&look);
	close(proc);
}

/* As if a child were one: nobody can end a real one at will. */
static void a_kernel_thread_that_ends_is_buried(void **state)
{
	struct look_at look;
	int proc = procfs_open(), pipes[2];
	pid_t pid;

	(void)state;
	begin(&look, proc);
	if (!look.processes.usage.clocks) {
		end(&look);
		skip();
	}
	pid = start_grower(pipes);
	tick(&look, (struct usage_look){ 0 });
	slots_find(&look.processes.table, pid)->flags |= SLOT_KERNEL;
	for (int i = 0; i < USAGE_TURNS; i++)
		tick(&look, (struct usage_look){ 0 });
	assert_non_null(slots_find(&look.processes.table, pid));
	close(pipes[1]);
	waitpid(pid, NULL, 0);
	for (int i = 0; i < USAGE_TURNS && slots_find(&look.processes.table, pid); i++)
		tick(&look, (struct usage_look){ 0 });
	assert_null(slots_find(&look.processes.table, pid));
	close(pipes[0]);
	end(&look);
	close(proc);
}

static void a_gap_verifies_everybody(void **state)
{
	struct look_at look;
	int proc = procfs_open();
	size_t count;

	(void)state;
	begin(&look, proc);
	tick(&look, (struct usage_look){ 0 });
	count = look.processes.table.count;
	tick(&look, (struct usage_look){ .verify = true, .all = true, .deep = true });
	assert_true(look.processes.usage.nnews + 50 > count);
	assert_non_null(slots_find(&look.processes.table, getpid()));
	end(&look);
	close(proc);
}

static void a_clock_of_nobody_is_none(void **state)
{
	uint64_t ns;

	(void)state;
	assert_true(usage_clock(getpid(), &ns));
	assert_true(ns > 0);
	assert_false(usage_clock(FRAME_PID_MAX + 1, &ns));
}

/* A number that no kernel gives is nobody's; it was shown as the largest that one gives. */
static void numbers_above_all_pids_are_nobody(void **state)
{
	static const char *const names[] = { "4194305", "5000000000", "99999999999999999999" };
	struct made_tree tree;
	int32_t *pids = NULL;
	size_t cap = 0;
	char name[40];

	(void)state;
	made_tree_init(&tree);
	made_tree_process(&tree, 7, "seven", 1, 1, 1, 1);
	made_tree_process(&tree, FRAME_PID_MAX, "last", 1, 1, 1, 1);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(name, sizeof(name), "%s/stat", names[i]);
		made_tree_write(&tree, name, "");
	}
	assert_int_equal(procfs_list(tree.fd, &pids, &cap), 2);
	assert_int_equal(pids[0], 7);
	assert_int_equal(pids[1], FRAME_PID_MAX);
	free(pids);
	made_tree_done(&tree);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_made_tree_is_read_by_files),
		cmocka_unit_test(births_deaths_and_reuse),
		cmocka_unit_test(growth_is_seen_at_once_in_a_small_table),
		cmocka_unit_test(real_processes_are_seen_by_their_clocks),
		cmocka_unit_test(who_sleeps_is_read_more_often_while_pages_are_taken),
		cmocka_unit_test(a_kernel_thread_that_ends_is_buried),
		cmocka_unit_test(a_gap_verifies_everybody),
		cmocka_unit_test(a_clock_of_nobody_is_none),
		cmocka_unit_test(numbers_above_all_pids_are_nobody),
	};

	return cmocka_run_group_tests_name("usage", tests, NULL, NULL);
}
