/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table stays sorted and whole through births and deaths. */
#include "sample/slots.h"

#include "base/xalloc.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

static struct proc_slot slot_of(int32_t pid)
{
	return (struct proc_slot){ .pid = pid, .fd = -1, .comm = xalloc_text("x") };
}

static void merge(struct slots *table, const int32_t *pids, size_t count)
{
	struct proc_slot born[16];

	for (size_t i = 0; i < count; i++)
		born[i] = slot_of(pids[i]);
	slots_merge(table, born, count);
}

static void is_sorted(const struct slots *table, size_t count)
{
	assert_int_equal(table->count, count);
	for (size_t i = 1; i < count; i++)
		assert_true(table->slots[i - 1].pid < table->slots[i].pid);
}

static void births_find_their_places(void **state)
{
	struct slots table;

	(void)state;
	slots_init(&table);
	assert_null(slots_find(&table, 1));
	merge(&table, (int32_t[]){ 10, 20, 30 }, 3);
	merge(&table, (int32_t[]){ 5, 15, 40 }, 3);
	merge(&table, (int32_t[]){ 1 }, 1);
	merge(&table, NULL, 0);
	is_sorted(&table, 7);
	assert_int_equal(slots_find(&table, 15)->pid, 15);
	assert_int_equal(slots_find(&table, 40)->pid, 40);
	assert_null(slots_find(&table, 16));
	assert_null(slots_find(&table, 41));
	slots_done(&table);
	slots_done(NULL);
}

static void the_dead_are_swept_with_what_they_hold(void **state)
{
	struct slots table;
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	(void)state;
	slots_init(&table);
	merge(&table, (int32_t[]){ 1, 2, 3, 4, 5 }, 5);
	slots_find(&table, 3)->fd = fd;
	slots_find(&table, 3)->flags = SLOT_DEAD;
	slots_find(&table, 5)->flags = SLOT_DEAD;
	assert_int_equal(slots_sweep(&table), 1);
	is_sorted(&table, 3);
	assert_null(slots_find(&table, 3));
	assert_int_equal(fcntl(fd, F_GETFD), -1);
	assert_int_equal(slots_sweep(&table), 0);
	slots_done(&table);
}

static void command_lines_are_kept_up_to_a_bound(void **state)
{
	struct slots table;
	struct proc_slot *slot;
	char *big = xalloc(SLOTS_TEXT_MAX);

	(void)state;
	memset(big, 'x', SLOTS_TEXT_MAX - 1);
	big[SLOTS_TEXT_MAX - 1] = '\0';
	slots_init(&table);
	merge(&table, (int32_t[]){ 1, 2 }, 2);
	slot = slots_find(&table, 1);
	slots_set_cmdline(&table, slot, "sleep 1");
	slots_set_cmdline(&table, slot, "sleep 20");
	assert_string_equal(slot->cmdline, "sleep 20");
	/* what many have is kept once */
	slots_set_cmdline(&table, slots_find(&table, 2), "sleep 20");
	assert_ptr_equal(slots_find(&table, 2)->cmdline, slot->cmdline);
	assert_int_equal(table.cmdlines.count, 1);
	slots_set_cmdline(&table, slots_find(&table, 2), big);
	assert_null(slots_find(&table, 2)->cmdline);
	slots_set_cmdline(&table, slot, big);
	assert_non_null(slot->cmdline);
	slot->flags = SLOT_DEAD;
	slots_sweep(&table);
	assert_int_equal(table.cmdlines.bytes, 0);
	slots_done(&table);
	free(big);
}

static void a_slot_is_as_small_as_promised(void **state)
{
	(void)state;
	assert_true(sizeof(struct proc_slot) <= 144);
}

/* 20 TiB of addresses are common; a size beyond the bits kept must not come out as a small one. */
static void figures_are_kept_whole(void **state)
{
	struct proc_slot slot = slot_of(7);
	const struct proc_figures figures = {
		.known = DETAIL_MEMORY | DETAIL_USAGE,
		.uid = 4294967294u,
		.ppid = 4194303,
		.threads = 4194303,
		.rss_kib = UINT64_C(64) << 30,
		.virt_kib = UINT64_C(128) << 40,
		.anon_kib = 1,
		.file_kib = UINT64_C(16) << 30,
		.shmem_kib = UINT64_C(24) << 30,
		.swap_kib = UINT64_C(8) << 30,
		.huge_kib = UINT64_C(4) << 30,
		.peak_kib = UINT64_C(65) << 30,
		.oom_score = 2000,
		.oom_adj = -1000,
		.nice = -20,
		.state = 'R',
	};
	struct proc_figures kept;

	(void)state;
	slots_keep(&slot, &figures);
	kept = slots_figures(&slot);
	/* what lies behind the last one is padding */
	assert_memory_equal(&kept, &figures, offsetof(struct proc_figures, state) + 1);
	slots_keep_usage(&slot, UINT64_MAX, 3, UINT64_MAX);
	assert_true(slot.figures.rss_kib == (UINT64_C(1) << 40) - 1);
	assert_true(slot.figures.shared_kib == 3);
	assert_true(slot.figures.virt_kib == (UINT64_C(1) << 48) - 1);
	assert_true(slot.figures.anon_kib == 1 && slot.figures.peak_kib == UINT64_C(65) << 30);
	free(slot.comm);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(births_find_their_places),
		cmocka_unit_test(the_dead_are_swept_with_what_they_hold),
		cmocka_unit_test(command_lines_are_kept_up_to_a_bound),
		cmocka_unit_test(a_slot_is_as_small_as_promised),
		cmocka_unit_test(figures_are_kept_whole),
	};

	return cmocka_run_group_tests_name("slots", tests, NULL, NULL);
}
