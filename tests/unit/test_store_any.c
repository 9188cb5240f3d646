/* SPDX-License-Identifier: GPL-2.0-or-later */
/* store: whatever frames a decoder may let through, the store stays whole and can be asked */
#include "model/store.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "model/headline.h"
#include "table/view.h"
#include "tests/lib/frame_gen.h"
#include "tests/lib/store_bytes.h"

enum { PIDS = 300, FRAMES = 3000 };

/* Few pids, so that frames meet; times that mostly go on. */
static void tame(struct gen *gen, struct frame *frame, uint64_t *now_ms)
{
	*now_ms += gen_below(gen, 50) ? gen_below(gen, 3000) : gen_below(gen, 1000000000);
	frame->boot_ms = gen_below(gen, 200) ? *now_ms : gen_next(gen) >> 12;
	frame->key = gen_below(gen, 40) == 0;
	for (size_t i = 0; i < frame->nbirths; i++) {
		frame->births[i].id.pid = (int32_t)gen_below(gen, PIDS);
		frame->births[i].id.start_ticks = gen_below(gen, 4);
		frame->births[i].ppid = (int32_t)gen_below(gen, PIDS);
	}
	for (size_t i = 0; i < frame->nusages; i++)
		frame->usages[i].pid = (int32_t)gen_below(gen, PIDS);
	for (size_t i = 0; i < frame->ndetails; i++)
		frame->details[i].pid = (int32_t)gen_below(gen, PIDS);
	for (size_t i = 0; i < frame->ntexts; i++)
		frame->texts[i].pid = (int32_t)gen_below(gen, PIDS);
	for (size_t i = 0; i < frame->ndeaths; i++)
		frame->deaths[i] = (int32_t)gen_below(gen, PIDS);
}

/* What members share counts once, in each group as in one that is made anew. */
static void check_group(const struct store *store, const struct group *group, enum group_kind kind)
{
	uint64_t private_kib = 0, inherited_kib = 0, largest_kib = 0, shared_kib = 0;

	for (size_t i = 0; i < store_count(store); i++) {
		const struct proc *proc = store_proc(store, i);
		if (!proc_is_measured(proc) || store_group_of(store, proc, kind) != group)
			continue;
		uint64_t kib = proc->figures.footprint_kib - proc->figures.shmem_kib;
		assert_true(proc->inherited_kib <= kib);
		private_kib += kib;
		inherited_kib += proc->watched_from_birth ? proc->inherited_kib : 0;
		largest_kib = kib > largest_kib ? kib : largest_kib;
		shared_kib = proc->figures.shmem_kib > shared_kib ? proc->figures.shmem_kib
								  : shared_kib;
	}
	uint64_t apart_kib = private_kib > inherited_kib ? private_kib - inherited_kib : 0;
	if (inherited_kib && apart_kib < largest_kib)
		apart_kib = largest_kib;
	assert_int_equal(group->footprint_kib, apart_kib + shared_kib);
	assert_true(group->borrowed_kib <= shared_kib);
	assert_true(group_own_kib(group) <= group->footprint_kib);
}

static void check_sums(const struct store *store)
{
	for (size_t i = 0; i < store_count(store); i++) {
		const struct proc *proc = store_proc(store, i);
		assert_int_equal(proc->index, i);
		assert_ptr_equal(store_find(store, proc->id), proc);
		assert_true(store_borrowed_kib(proc) <= proc->figures.shmem_kib);
	}
	for (int kind = 0; kind < GROUP_KINDS; kind++)
		for (size_t i = 0; i < store_group_count(store, (enum group_kind)kind); i++)
			check_group(store, store_group(store, (enum group_kind)kind, i),
				(enum group_kind)kind);
}

static void check_rows(const struct store *store, struct gen *gen, struct view *view, char *text)
{
	struct view_ask ask = {
		.sort = (enum column_id)gen_below(gen, COLUMN_COUNT),
		.tree = gen_below(gen, 2),
		.kernel_threads = true,
		.uid = -1,
	};
	struct column_style style = { .utf8 = true, .full_command = true };

	view_build(view, store, &ask);
	assert_int_equal(view->count, store_count(store));
	for (size_t i = 0; i < view->count; i++)
		for (int id = 0; id < COLUMN_COUNT; id++) {
			const struct column *column = column_get((enum column_id)id);
			column_format(column, store, &view->rows[i], &style, column->width, text);
		}
}

static void check_histories(const struct store *store, struct gen *gen)
{
	struct series_span spans[30];
	uint64_t now = store_now_ms(store);
	uint64_t back = gen_below(gen, 100000000);

	for (size_t i = 0; i < store_count(store); i += 7)
		store_history(store, store_proc(store, i),
			(unsigned)gen_below(gen, PROC_FOOTPRINT + 1),
			&(struct series_cut){ now > back ? now - back : 0, now, spans, 30 });
	store_system_history(store, SYSTEM_CH_PSI,
		&(struct series_cut){ now > back ? now - back : 0, now, spans, 30 });
}

static void test_any_frames(void **state)
{
	struct gen gen = { 20 };
	struct store *store = store_new();
	struct frame *frame = frame_new();
	char *text = malloc(COLUMN_TEXT_MAX);
	struct headline_facts facts;
	struct headline headline;
	struct view view;
	uint64_t now_ms = 100000;
	size_t most = 0, moving = 0;

	(void)state;
	view_init(&view);
	for (int i = 0; i < FRAMES; i++) {
		frame_reset(frame);
		gen_frame(&gen, frame, 40);
		tame(&gen, frame, &now_ms);
		store_apply(store, frame);
		most = store_count(store) > most ? store_count(store) : most;
		for (size_t p = 0; p < store_count(store); p++)
			moving += store_proc(store, p)->trend != NULL;
		if (i % 10)
			continue;
		if (!frame->more)
			check_sums(store);
		check_rows(store, &gen, &view, text);
		check_histories(store, &gen);
		headline_gather(&facts, store);
		headline_write(&headline, &facts);
		assert_true(headline.text[0] || !store_ticks(store));
	}
	assert_true(most > 50 && moving > 1000);
	assert_true(store_bytes(store) < 30000000);
	view_done(&view);
	free(text);
	frame_free(frame);
	store_free(store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_any_frames),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
