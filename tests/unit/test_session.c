/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_session - frames of a made-up source, through the session into the store */
#include "session/session.h"

#include "base/xalloc.h"
#include "source/source_ops.h"
#include "tests/lib/frame_gen.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Delivers what the test has put in, one event a call. */
struct fake {
	struct source source;
	struct frame *frame;
	struct notice notice;
	uint64_t tick;
	int ready;              /* frames to deliver */
	bool additions;         /* they are no ticks */
	bool notices;           /* each carries one */
	enum source_event last; /* when no frame is ready */
	struct request asked;
	int asks;
	bool *closed;
};

static enum source_event fake_next(struct source *source, const struct frame **frame)
{
	struct fake *fake = (struct fake *)source;

	if (fake->ready == 0) {
		enum source_event event = fake->last;
		if (event == SOURCE_TROUBLE)
			fake->last = SOURCE_NONE;
		return event;
	}
	fake->ready--;
	frame_reset(fake->frame);
	fake->tick++;
	fake->frame->seq = fake->tick;
	fake->frame->boot_ms = 100000 + fake->tick * 1000;
	fake->frame->interval_ms = fake->tick > 1 ? 1000 : 0;
	fake->frame->key = fake->tick == 1;
	gen_system(fake->frame);
	fake->frame->tick = !fake->additions;
	if (fake->tick == 1)
		gen_births(fake->frame, 100, 5);
	if (fake->notices) {
		fake->notice.request++;
		fake->notice.text = "a word";
		fake->frame->notices = &fake->notice;
		fake->frame->nnotices = 1;
	}
	*frame = fake->frame;
	return SOURCE_FRAME;
}

static int fake_fd(const struct source *source)
{
	(void)source;
	return 42;
}

static int fake_timeout(const struct source *source)
{
	(void)source;
	return 7;
}

static int fake_ask(struct source *source, const struct request *request)
{
	struct fake *fake = (struct fake *)source;

	fake->asked = *request;
	fake->asks++;
	return 0;
}

static void fake_close(struct source *source)
{
	struct fake *fake = (struct fake *)source;

	*fake->closed = true;
	frame_free(fake->frame);
	free(fake);
}

static const struct source_ops fake_ops = {
	.next = fake_next,
	.fd = fake_fd,
	.timeout_ms = fake_timeout,
	.ask = fake_ask,
	.close = fake_close,
};

struct both {
	struct fake *fake;
	struct session *session;
	bool closed;
};

static int setup(void **state)
{
	struct both *both = xalloc_zero(1, sizeof *both);
	struct fake *fake = xalloc_zero(1, sizeof *fake);

	fake->source.ops = &fake_ops;
	fake->source.live = true;
	gen_header(&fake->source.header);
	fake->frame = frame_new();
	fake->last = SOURCE_NONE;
	fake->closed = &both->closed;
	both->fake = fake;
	both->session = session_new(&fake->source, false);
	*state = both;
	return 0;
}

static int teardown(void **state)
{
	struct both *both = *state;

	session_free(both->session);
	assert_true(both->closed);
	free(both);
	return 0;
}

static void ticks_and_additions(void **state)
{
	struct both *b = *state;

	assert_int_equal(session_step(b->session), 0);
	b->fake->ready = 2;
	do /* a step has its time */
		assert_int_equal(session_step(b->session), SESSION_TICK);
	while (b->fake->ready > 0);
	assert_int_equal(store_ticks(session_store(b->session)), 2);
	assert_int_equal(store_count(session_store(b->session)), 5);
	b->fake->additions = true;
	b->fake->ready = 1;
	assert_int_equal(session_step(b->session), SESSION_CHANGED);
	assert_int_equal(session_fd(b->session), 42);
	assert_int_equal(session_timeout_ms(b->session), 7);
}

static void pause_keeps_frames(void **state)
{
	struct both *b = *state;

	b->fake->ready = 1;
	session_step(b->session);
	session_pause(b->session, true);
	b->fake->ready = 10;
	while (b->fake->ready > 0) /* a step takes what it has time for */
		assert_int_equal(session_step(b->session), 0);
	assert_int_equal(store_ticks(session_store(b->session)), 1);
	assert_true(session_held(b->session) > 0);
	session_pause(b->session, false);
	assert_int_equal(store_ticks(session_store(b->session)), 11);
	assert_int_equal(session_held(b->session), 0);
	assert_int_equal(b->fake->asks, 0);
}

static void long_pause_asks_for_a_key(void **state)
{
	struct both *b = *state;

	b->fake->ready = 1;
	session_step(b->session);
	session_pause(b->session, true);
	for (int i = 0; i < 1000 && session_held(b->session) <= SESSION_PAUSE_MAX; i++) {
		b->fake->ready = 1000;
		session_step(b->session);
		assert_true(session_held(b->session) <= 2 * (size_t)SESSION_PAUSE_MAX + 65536);
	}
	session_pause(b->session, false);
	assert_int_equal(b->fake->asks, 1);
	assert_int_equal(b->fake->asked.kind, REQUEST_KEY);
}

static void answers_in_order(void **state)
{
	struct both *b = *state;
	struct session_notice notice;

	assert_false(session_notice(b->session, &notice));
	b->fake->notices = true;
	b->fake->ready = 3;
	assert_true(session_step(b->session) & SESSION_NOTICE);
	for (uint32_t i = 1; i <= 3; i++) {
		assert_true(session_notice(b->session, &notice));
		assert_int_equal(notice.request, i);
		assert_string_equal(notice.text, "a word");
	}
	assert_false(session_notice(b->session, &notice));
	/* nobody takes them: the newest stay */
	b->fake->ready = 100;
	for (int i = 0; i < 100; i++) /* on a busy machine a step may take fewer */
		session_step(b->session);
	assert_true(session_notice(b->session, &notice));
	assert_int_equal(notice.request, 103 - 31);
}

static void requests_get_numbers(void **state)
{
	struct both *b = *state;
	struct request request = { .kind = REQUEST_KEY };

	assert_int_equal(session_ask(b->session, &request, false), 0);
	assert_int_equal(b->fake->asked.number, 0);
	assert_int_equal(session_ask(b->session, &request, true), 1);
	assert_int_equal(session_ask(b->session, &request, true), 2);
	assert_int_equal(b->fake->asked.number, 2);
	assert_true(session_is_live(b->session));
}

static void trouble_and_end(void **state)
{
	struct both *b = *state;

	source_say(&b->fake->source, "the sampler was replaced");
	b->fake->last = SOURCE_TROUBLE;
	assert_int_equal(session_step(b->session), SESSION_TROUBLE);
	assert_string_equal(session_message(b->session), "the sampler was replaced");
	source_say(&b->fake->source, "that was all");
	b->fake->last = SOURCE_END;
	assert_int_equal(session_step(b->session), SESSION_END);
	assert_string_equal(session_message(b->session), "that was all");
	assert_int_equal(session_step(b->session), SESSION_END);
	assert_int_equal(session_fd(b->session), -1);
	assert_false(session_is_live(b->session));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(ticks_and_additions, setup, teardown),
		cmocka_unit_test_setup_teardown(pause_keeps_frames, setup, teardown),
		cmocka_unit_test_setup_teardown(long_pause_asks_for_a_key, setup, teardown),
		cmocka_unit_test_setup_teardown(answers_in_order, setup, teardown),
		cmocka_unit_test_setup_teardown(requests_get_numbers, setup, teardown),
		cmocka_unit_test_setup_teardown(trouble_and_end, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
