/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tty: the size of a terminal, and of one that does not know it */
#include "ui/term/tty.h"

#include <pty.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cmocka.h>

static int master, slave;

static int set_up(void **state)
{
	(void)state;
	unsetenv("LINES");
	unsetenv("COLUMNS");
	return openpty(&master, &slave, NULL, NULL, NULL);
}

static int tear_down(void **state)
{
	(void)state;
	close(master);
	close(slave);
	return 0;
}

static void check_size(int columns, int rows, int width, int height)
{
	struct winsize size = { .ws_col = (unsigned short)columns, .ws_row = (unsigned short)rows };
	struct tty tty = { .in = slave, .out = slave };
	int w = 0, h = 0;

	assert_int_equal(ioctl(slave, TIOCSWINSZ, &size), 0);
	tty_size(&tty, &w, &h);
	assert_int_equal(w, width);
	assert_int_equal(h, height);
}

static void test_as_it_says(void **state)
{
	(void)state;
	check_size(132, 43, 132, 43);
	check_size(1, 1, 1, 1);
	/* whatever the environment has of the terminal memtop's parent is on */
	setenv("LINES", "50", 1);
	setenv("COLUMNS", "160", 1);
	check_size(132, 43, 132, 43);
}

static void test_as_the_environment_has_it(void **state)
{
	(void)state;
	check_size(0, 0, 80, 24);
	setenv("LINES", "50", 1);
	setenv("COLUMNS", "160", 1);
	check_size(0, 0, 160, 50);
	check_size(132, 0, 132, 50);
	check_size(0, 43, 160, 43);
}

static void test_nonsense_in_the_environment(void **state)
{
	static const char *const texts[] = { "", "0", "-5", "many", "50x",
		"4294967297000000000000" };

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		setenv("LINES", texts[i], 1);
		setenv("COLUMNS", texts[i], 1);
		check_size(0, 0, 80, 24);
	}
	setenv("LINES", texts[5], 1);
	check_size(80, 0, 80, 400);
}

static void test_huge(void **state)
{
	(void)state;
	check_size(65535, 65535, 1000, 400);
	setenv("COLUMNS", "65535", 1);
	check_size(0, 30, 1000, 30);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_as_it_says, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_as_the_environment_has_it, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_nonsense_in_the_environment, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(test_huge, set_up, tear_down),
	};

	return cmocka_run_group_tests_name("tty", tests, NULL, NULL);
}
