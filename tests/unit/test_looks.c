/* SPDX-License-Identifier: GPL-2.0-or-later */
/* looks: who climbs is looked into, one at a time, and not beyond the budget */
#include "session/looks.h"

#include "model/findings.h"
#include "tests/lib/scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* What SECOND of the scene brings: in it 812 and 903 climb. */
static void pass(struct store *store, uint32_t second)
{
	struct frame *frame = frame_new();

	scene_frame(frame, SCENE_TROUBLE, second);
	store_apply(store, frame);
	frame_free(frame);
}

static void answer(struct store *store, struct ident id, int error, double cost_ms)
{
	static uint32_t number;
	struct frame *frame = frame_new();

	frame->boot_ms = store_now_ms(store);
	frame->insides = arena_take(&frame->arena, 1, sizeof(*frame->insides));
	frame->ninsides = 1;
	frame->insides[0] = (struct proc_inside){ .pid = id.pid,
		.start_ticks = id.start_ticks,
		.number = ++number,
		.error = error,
		.cost_ms = cost_ms,
		.type = "",
		.why = "",
		.allocator = "",
		.hint = "",
		.runtime = "" };
	store_apply(store, frame);
	frame_free(frame);
}

static void one_at_a_time_within_the_budget(void **state)
{
	struct store *store = store_new();
	struct looks looks = { .answers = 0 };
	struct request first, second;

	(void)state;
	store_set_header(store, &scene_header);
	for (uint32_t i = 0; i <= 500; i++)
		pass(store, i);
	assert_true(looks_step(&looks, store, &first));
	assert_int_equal(first.kind, REQUEST_INSIDE);
	/* while it is being looked into nobody else is */
	for (uint32_t i = 501; i <= 501; i++)
		pass(store, i);
	assert_false(looks_step(&looks, store, &second));
	/* 400 ms of CPU are paid with 10 seconds */
	answer(store, first.id, 0, 400);
	assert_false(looks_step(&looks, store, &second));
	for (uint32_t i = 502; i <= 510; i++)
		pass(store, i);
	assert_false(looks_step(&looks, store, &second));
	for (uint32_t i = 511; i <= 512; i++)
		pass(store, i);
	assert_true(looks_step(&looks, store, &second));
	assert_false(ident_same(first.id, second.id));
	/* who may not be looked into is not asked again, the other after half a minute is */
	answer(store, second.id, 1, 0);
	for (uint32_t i = 513; i <= 520; i++)
		pass(store, i);
	assert_false(looks_step(&looks, store, &second));
	for (uint32_t i = 521; i <= 532; i++)
		pass(store, i);
	assert_true(looks_step(&looks, store, &second));
	assert_true(ident_same(first.id, second.id));
	store_free(store);
}

static void nobody_who_does_not_climb(void **state)
{
	struct store *store = scene_new(SCENE_CALM);
	struct looks looks = { .answers = 0 };
	struct request request;

	(void)state;
	assert_false(looks_step(&looks, store, &request));
	store_free(store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_at_a_time_within_the_budget),
		cmocka_unit_test(nobody_who_does_not_climb),
	};
	return cmocka_run_group_tests_name("looks", tests, NULL, NULL);
}
