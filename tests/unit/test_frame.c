/* SPDX-License-Identifier: GPL-2.0-or-later */
/* frame: what its figures say of the machine */
#include "frame/frame.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct system_figures calm = {
	.known = SYSTEM_AVAILABLE | SYSTEM_PSI | SYSTEM_SWAP_RATE,
	.total_kib = 1000000,
	.available_kib = 200000,
	.psi_some_avg10 = .9,
};

static void test_plenty(void **state)
{
	struct system_figures system = calm;

	(void)state;
	assert_true(frame_has_plenty(&system));
	system.available_kib--;
	assert_false(frame_has_plenty(&system));
	system = calm;
	system.psi_some_avg10 = 1;
	assert_false(frame_has_plenty(&system));
	system = calm;
	system.swap_in_kib_s = 4;
	assert_false(frame_has_plenty(&system));
	system = calm;
	system.swap_out_kib_s = 4;
	assert_false(frame_has_plenty(&system));
	/* what is not known is not plenty */
	system = (struct system_figures){ .total_kib = 1000000 };
	assert_false(frame_has_plenty(&system));
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_plenty) };

	return cmocka_run_group_tests_name("frame", tests, NULL, NULL);
}
