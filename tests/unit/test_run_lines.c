/* SPDX-License-Identifier: GPL-2.0-or-later */
/* run_lines: which answer about mappings is the one that was asked for */
#include "modes/run_lines.h"

#include "tests/lib/made_source.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

struct run {
	struct session *session;
	struct made_source *made;
	struct run_lines lines;
};

/* A frame of BOOT_MS comes, with MAPPINGS (NULL: none) of who is followed. */
static void come(struct run *run, uint64_t boot_ms, const struct proc_mappings *mappings)
{
	struct frame *frame = frame_new();

	frame->boot_ms = boot_ms;
	frame->interval_ms = 1000;
	frame->tick = true;
	if (mappings != NULL) {
		frame->mappings = arena_take(&frame->arena, 1, sizeof(*mappings));
		frame->mappings[0] = *mappings;
		frame->nmappings = 1;
	}
	store_apply((struct store *)(uintptr_t)session_store(run->session), frame);
	frame_free(frame);
}

static void begin(struct run *run)
{
	*run = (struct run){ .lines = { .wanted = true } };
	run->session = made_source_open(&run->made, SCENE_KINDS);
	run_lines_begin(&run->lines, run->session, getpid());
	come(run, 1000, NULL);
	/* as look_inside leaves it, once for each look at its objects */
	run->lines.mapped_ms = 1000;
	run->made->asked = REQUEST_AGAIN;
}

static enum request_kind after(struct run *run, uint64_t boot_ms, uint32_t age_ms, double cost_ms,
	int32_t error)
{
	struct proc_mappings answer = { .pid = run->lines.id.pid,
		.known = error == 0 ? MAPPINGS_READ : 0,
		.start_ticks = run->lines.id.start_ticks,
		.error = error,
		.age_ms = age_ms,
		.cost_ms = cost_ms };
	struct view nobody = { .count = 0 };

	come(run, boot_ms, &answer);
	run_lines_look(&run->lines, run->session, &nobody);
	return run->made->asked;
}

static void an_answer_to_an_older_question_does_not_end_a_newer_one(void **state)
{
	struct run run;

	(void)state;
	begin(&run);
	assert_int_equal(after(&run, 2000, 0, 1500, 0), REQUEST_AGAIN);
	assert_int_equal(after(&run, 3000, 2200, 1, 0), REQUEST_AGAIN);
	assert_int_equal(after(&run, 4000, 500, 20, 0), REQUEST_SHALLOW);
	session_free(run.session);
}

static void what_may_not_be_read_is_asked_for_once(void **state)
{
	struct run run;

	(void)state;
	begin(&run);
	assert_int_equal(after(&run, 2000, 0, 0, EACCES), REQUEST_SHALLOW);
	session_free(run.session);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_answer_to_an_older_question_does_not_end_a_newer_one),
		cmocka_unit_test(what_may_not_be_read_is_asked_for_once),
	};

	return cmocka_run_group_tests_name("run_lines", tests, NULL, NULL);
}
