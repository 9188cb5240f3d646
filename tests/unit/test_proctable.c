/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table stays sorted and whole through births and deaths. */
#include "sample/proctable.h"

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

static void merge(struct proctable *table, const int32_t *pids, size_t count)
{
	struct proc_slot born[16];

	for (size_t i = 0; i < count; i++)
		born[i] = slot_of(pids[i]);
	proctable_merge(table, born, count);
}

static void is_sorted(const struct proctable *table, size_t count)
{
	assert_int_equal(table->count, count);
	for (size_t i = 1; i < count; i++)
		assert_true(table->slots[i - 1].pid < table->slots[i].pid);
}

static void births_find_their_places(void **state)
{
	struct proctable table;

	(void)state;
	proctable_init(&table);
	assert_null(proctable_find(&table, 1));
	merge(&table, (int32_t[]){ 10, 20, 30 }, 3);
	merge(&table, (int32_t[]){ 5, 15, 40 }, 3);
	merge(&table, (int32_t[]){ 1 }, 1);
	merge(&table, NULL, 0);
	is_sorted(&table, 7);
	assert_int_equal(proctable_find(&table, 15)->pid, 15);
	assert_int_equal(proctable_find(&table, 40)->pid, 40);
	assert_null(proctable_find(&table, 16));
	assert_null(proctable_find(&table, 41));
	proctable_done(&table);
	proctable_done(NULL);
}

static void the_dead_are_swept_with_what_they_hold(void **state)
{
	struct proctable table;
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	(void)state;
	proctable_init(&table);
	merge(&table, (int32_t[]){ 1, 2, 3, 4, 5 }, 5);
	proctable_find(&table, 3)->fd = fd;
	proctable_find(&table, 3)->flags = SLOT_DEAD;
	proctable_find(&table, 5)->flags = SLOT_DEAD;
	assert_int_equal(proctable_sweep(&table), 1);
	is_sorted(&table, 3);
	assert_null(proctable_find(&table, 3));
	assert_int_equal(fcntl(fd, F_GETFD), -1);
	assert_int_equal(proctable_sweep(&table), 0);
	proctable_done(&table);
}

static void command_lines_are_kept_up_to_a_bound(void **state)
{
	struct proctable table;
	struct proc_slot *slot;
	char *big = xalloc(PROCTABLE_TEXT_MAX);

	(void)state;
	memset(big, 'x', PROCTABLE_TEXT_MAX - 1);
	big[PROCTABLE_TEXT_MAX - 1] = '\0';
	proctable_init(&table);
	merge(&table, (int32_t[]){ 1, 2 }, 2);
	slot = proctable_find(&table, 1);
	proctable_set_cmdline(&table, slot, "sleep 1");
	proctable_set_cmdline(&table, slot, "sleep 20");
	assert_string_equal(slot->cmdline, "sleep 20");
	assert_int_equal(table.text_bytes, 9);
	proctable_set_cmdline(&table, proctable_find(&table, 2), big);
	assert_null(proctable_find(&table, 2)->cmdline);
	proctable_set_cmdline(&table, slot, big);
	assert_non_null(slot->cmdline);
	slot->flags = SLOT_DEAD;
	proctable_sweep(&table);
	assert_int_equal(table.text_bytes, 0);
	proctable_done(&table);
	free(big);
}

static void a_slot_is_as_small_as_promised(void **state)
{
	(void)state;
	assert_true(sizeof(struct proc_slot) <= 136);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(births_find_their_places),
		cmocka_unit_test(the_dead_are_swept_with_what_they_hold),
		cmocka_unit_test(command_lines_are_kept_up_to_a_bound),
		cmocka_unit_test(a_slot_is_as_small_as_promised),
	};

	return cmocka_run_group_tests_name("proctable", tests, NULL, NULL);
}
