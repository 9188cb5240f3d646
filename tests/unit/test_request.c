/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Requests written and read back, and what a peer may try instead. */
#include "frame/request.h"

#include "base/buf.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static void survives(const struct request *request, const char *line)
{
	struct request read;
	struct buf buf;

	buf_init(&buf);
	request_encode(&buf, request);
	assert_string_equal(buf_text(&buf), line);
	assert_int_equal(request_decode(&read, buf.data, buf.len), 0);
	assert_int_equal(read.kind, request->kind);
	assert_int_equal(read.number, request->number);
	assert_true(ident_same(read.id, request->id));
	assert_int_equal(read.value, request->value);
	assert_int_equal(read.interval_ms, request->interval_ms);
	assert_int_equal(read.key_s, request->key_s);
	assert_int_equal(read.npids, request->npids);
	assert_memory_equal(read.pids, request->pids, sizeof(read.pids[0]) * read.npids);
	buf_done(&buf);
}

static void every_kind_survives(void **state)
{
	struct ident id = { 812, 1234567890123 };

	(void)state;
	survives(&(struct request){ .kind = REQUEST_INTERVAL, .interval_ms = 500 },
		"{\"ask\":\"interval\",\"ms\":500}\n");
	survives(&(struct request){ .kind = REQUEST_TICK, .number = 9 },
		"{\"ask\":\"tick\",\"number\":9}\n");
	survives(&(struct request){ .kind = REQUEST_WATCH, .npids = 2, .pids = { 7, 4194304 } },
		"{\"ask\":\"watch\",\"pids\":[7,4194304]}\n");
	survives(&(struct request){ .kind = REQUEST_KEY, .key_s = 60 },
		"{\"ask\":\"key\",\"s\":60}\n");
	survives(&(struct request){ .kind = REQUEST_HOLD, .id = id },
		"{\"ask\":\"hold\",\"pid\":812,\"start\":1234567890123}\n");
	survives(&(struct request){ .kind = REQUEST_SIGNAL, .id = id, .value = 15, .number = 1 },
		"{\"ask\":\"signal\",\"number\":1,\"pid\":812,\"start\":1234567890123,\"value\":15}\n");
	survives(&(struct request){ .kind = REQUEST_NICE, .id = id, .value = -20 },
		"{\"ask\":\"nice\",\"pid\":812,\"start\":1234567890123,\"value\":-20}\n");
	survives(&(struct request){ .kind = REQUEST_PSS, .id = id },
		"{\"ask\":\"pss\",\"pid\":812,\"start\":1234567890123}\n");
	survives(&(struct request){ .kind = REQUEST_MAPPINGS, .id = id },
		"{\"ask\":\"deep\",\"pid\":812,\"start\":1234567890123}\n");
	survives(&(struct request){ .kind = REQUEST_AGAIN }, "{\"ask\":\"again\"}\n");
	survives(&(struct request){ .kind = REQUEST_SHALLOW }, "{\"ask\":\"shallow\"}\n");
	survives(&(struct request){ .kind = REQUEST_SETTLE, .number = 9 },
		"{\"ask\":\"settle\",\"number\":9}\n");
	survives(&(struct request){ .kind = REQUEST_RELEASE }, "{\"ask\":\"release\"}\n");
}

static void longest_watch_fits(void **state)
{
	struct request request = { .kind = REQUEST_WATCH, .npids = FRAME_PART_MAX }, read;
	struct buf buf;

	(void)state;
	for (size_t i = 0; i < FRAME_PART_MAX; i++)
		request.pids[i] = FRAME_PID_MAX;
	buf_init(&buf);
	request_encode(&buf, &request);
	assert_true(buf.len <= REQUEST_LINE_MAX);
	assert_int_equal(request_decode(&read, buf.data, buf.len), 0);
	assert_int_equal(read.npids, FRAME_PART_MAX);
	buf_done(&buf);
}

static void lies_are_refused(void **state)
{
	static const char *const lies[] = {
		"",
		"{}",
		"[]",
		"{\"ask\":7}",
		"{\"ask\":\"moon\"}",
		"{\"ask\":\"interval\"}",
		"{\"ask\":\"interval\",\"ms\":99}",
		"{\"ask\":\"interval\",\"ms\":3600001}",
		"{\"ask\":\"interval\",\"ms\":-1}",
		"{\"ask\":\"interval\",\"ms\":\"500\"}",
		"{\"ask\":\"tick\",\"number\":-1}",
		"{\"ask\":\"tick\",\"number\":4294967296}",
		"{\"ask\":\"watch\"}",
		"{\"ask\":\"watch\",\"pids\":[0]}",
		"{\"ask\":\"watch\",\"pids\":[-1]}",
		"{\"ask\":\"watch\",\"pids\":[4194305]}",
		"{\"ask\":\"watch\",\"pids\":[1.5]}",
		"{\"ask\":\"signal\",\"pid\":812,\"start\":1}",
		"{\"ask\":\"signal\",\"pid\":812,\"start\":1,\"value\":0}",
		"{\"ask\":\"signal\",\"pid\":812,\"start\":1,\"value\":65}",
		"{\"ask\":\"signal\",\"pid\":-1,\"start\":1,\"value\":9}",
		"{\"ask\":\"signal\",\"pid\":0,\"start\":1,\"value\":9}",
		"{\"ask\":\"signal\",\"pid\":812,\"value\":9}",
		"{\"ask\":\"nice\",\"pid\":812,\"start\":1,\"value\":20}",
		"{\"ask\":\"hold\",\"pid\":812,\"start\":-1}",
		"{\"ask\":\"key\",\"s\":86401}",
	};
	struct request read = { .number = 77 };

	(void)state;
	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		if (request_decode(&read, lies[i], strlen(lies[i])) != -EINVAL)
			fail_msg("taken: %s", lies[i]);
		assert_int_equal(read.number, 77);
	}
}

static void too_many_pids_are_refused(void **state)
{
	struct request read;
	struct buf buf;

	(void)state;
	buf_init(&buf);
	buf_puts(&buf, "{\"ask\":\"watch\",\"pids\":[1");
	for (int i = 0; i < FRAME_PART_MAX; i++)
		buf_puts(&buf, ",1");
	buf_puts(&buf, "]}");
	assert_int_equal(request_decode(&read, buf.data, buf.len), -EINVAL);
	buf_clear(&buf);
	buf_puts(&buf, "{\"ask\":\"tick\"");
	buf_fill(&buf, ' ', REQUEST_LINE_MAX);
	buf_puts(&buf, "}");
	assert_int_equal(request_decode(&read, buf.data, buf.len), -EINVAL);
	buf_done(&buf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_survives),
		cmocka_unit_test(longest_watch_fits),
		cmocka_unit_test(lies_are_refused),
		cmocka_unit_test(too_many_pids_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
