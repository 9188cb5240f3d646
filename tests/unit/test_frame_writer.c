/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Frames of a tick: how they are cut, in what order, and what waits in the outbox. */
#include "sample/frame_writer.h"

#include "sample/outbox.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

/* What came out. */
struct taken {
	size_t frames, births, deaths, usages, details, texts, users, notices, cgroups;
	bool ended;
	struct proc_detail last_detail;
	char last_text[64];
	int32_t pid;
};

static void take(void *context, const struct frame *frame)
{
	struct taken *taken = context;

	assert_true(frame->nbirths <= FRAME_PART_MAX && frame->ndetails <= FRAME_PART_MAX);
	assert_false(taken->ended);
	for (size_t i = 1; i < frame->ndetails; i++)
		assert_true(frame->details[i - 1].pid < frame->details[i].pid);
	for (size_t i = 1; i < frame->ntexts; i++)
		assert_true(frame->texts[i - 1].pid <= frame->texts[i].pid);
	/* nobody is spoken of before he is born */
	for (size_t i = 0; i < frame->nbirths; i++)
		assert_true(frame->births[i].id.pid > taken->pid);
	if (frame->nbirths > 0)
		taken->pid = frame->births[frame->nbirths - 1].id.pid;
	taken->frames++;
	taken->births += frame->nbirths;
	taken->deaths += frame->ndeaths;
	taken->usages += frame->nusages;
	taken->details += frame->ndetails;
	taken->texts += frame->ntexts;
	taken->users += frame->nusers;
	taken->notices += frame->nnotices;
	taken->cgroups += frame->ncgroups;
	taken->ended = !frame->more;
	if (frame->ndetails > 0)
		taken->last_detail = frame->details[frame->ndetails - 1];
	if (frame->ntexts > 0)
		strcpy(taken->last_text, frame->texts[frame->ntexts - 1].text);
}

static void begin(struct frame_writer *writer, struct taken *taken, bool tick)
{
	struct frame head = { .seq = 3, .boot_ms = 1000, .tick = tick };

	memset(taken, 0, sizeof(*taken));
	frame_writer_init(writer, (struct frame_writer_sink){ take, taken });
	frame_writer_begin(writer, &head);
}

static void many_births_come_in_parts(void **state)
{
	struct frame_writer writer;
	struct taken taken;

	(void)state;
	begin(&writer, &taken, true);
	for (int32_t pid = 1; pid <= 1300; pid++)
		frame_put_birth(&writer, &(struct proc_birth){ .id = { pid, 1 }, .comm = "x" });
	for (int32_t pid = 1; pid <= 1300; pid++)
		frame_put_usage(&writer, &(struct proc_usage){ .pid = pid });
	frame_writer_end(&writer);
	assert_true(taken.ended);
	assert_int_equal(taken.births, 1300);
	assert_int_equal(taken.usages, 1300);
	assert_int_equal(taken.frames, 5);
	frame_writer_done(&writer);
}

static void an_empty_tick_is_sent_and_an_empty_addition_is_not(void **state)
{
	struct frame_writer writer;
	struct taken taken;

	(void)state;
	begin(&writer, &taken, true);
	assert_false(frame_writer_holds(&writer));
	frame_writer_end(&writer);
	assert_int_equal(taken.frames, 1);
	frame_writer_done(&writer);
	begin(&writer, &taken, false);
	frame_writer_end(&writer);
	assert_int_equal(taken.frames, 0);
	frame_put_notice(&writer, 1, 0, "done");
	frame_put_user(&writer, 1, "daemon");
	frame_put_death(&writer, 7);
	frame_put_cgroup(&writer, &(struct cgroup_figures){ .path = "/a" });
	assert_true(frame_writer_holds(&writer));
	frame_writer_end(&writer);
	assert_int_equal(taken.notices + taken.users + taken.deaths + taken.cgroups, 4);
	frame_writer_done(&writer);
}

static void the_outbox_sorts_and_the_later_counts(void **state)
{
	struct outbox outbox;
	struct frame_writer writer;
	struct taken taken;

	(void)state;
	begin(&writer, &taken, false);
	outbox_init(&outbox);
	for (int32_t pid = 100; pid > 0; pid--) {
		outbox_detail(&outbox, &(struct proc_detail){ .pid = pid, .age_ms = 1 });
		outbox_text(&outbox, pid, TEXT_CMDLINE, "old");
		outbox_text(&outbox, pid, TEXT_CMDLINE, "new");
		outbox_text(&outbox, pid, TEXT_COMM, "name");
	}
	outbox_detail(&outbox, &(struct proc_detail){ .pid = 100, .age_ms = 2 });
	outbox_user(&outbox, 5, "games");
	assert_true(outbox_holds(&outbox));
	outbox_forget(&outbox, 50);
	outbox_empty(&outbox, &writer);
	assert_false(outbox_holds(&outbox));
	frame_writer_end(&writer);
	assert_int_equal(taken.details, 99);
	assert_int_equal(taken.texts, 198);
	assert_int_equal(taken.users, 1);
	assert_int_equal(taken.last_detail.age_ms, 2);
	assert_string_equal(taken.last_text, "new");
	outbox_done(&outbox);
	frame_writer_done(&writer);
}

static void pss_survives_beside_another_look(void **state)
{
	struct proc_detail look = {
		.pid = 9, .figures.known = DETAIL_MEMORY, .figures.anon_kib = 5
	};
	struct proc_detail pss = { .pid = 9, .figures.known = DETAIL_PSS, .rare.pss_kib = 77 };
	struct outbox outbox;
	struct frame_writer writer;
	struct taken taken;

	(void)state;
	outbox_init(&outbox);
	for (int order = 0; order < 2; order++) {
		begin(&writer, &taken, false);
		outbox_detail(&outbox, order == 0 ? &look : &pss);
		outbox_detail(&outbox, order == 0 ? &pss : &look);
		outbox_empty(&outbox, &writer);
		frame_writer_end(&writer);
		assert_int_equal(taken.details, 1);
		assert_int_equal(taken.last_detail.figures.known, DETAIL_MEMORY | DETAIL_PSS);
		assert_int_equal(taken.last_detail.rare.pss_kib, 77);
		assert_int_equal(taken.last_detail.figures.anon_kib, 5);
		frame_writer_done(&writer);
	}
	outbox_done(&outbox);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(many_births_come_in_parts),
		cmocka_unit_test(an_empty_tick_is_sent_and_an_empty_addition_is_not),
		cmocka_unit_test(the_outbox_sorts_and_the_later_counts),
		cmocka_unit_test(pss_survives_beside_another_look),
	};

	return cmocka_run_group_tests_name("part", tests, NULL, NULL);
}
