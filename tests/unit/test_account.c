/* SPDX-License-Identifier: GPL-2.0-or-later */
/* account: parts that sum up to all memory there is */
#include "model/account.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib/story.h"

static uint64_t sum(const struct account *account, enum account_part part, int depth)
{
	uint64_t kib = 0;

	for (size_t i = 0; i < account->count; i++)
		if (account->lines[i].depth == depth &&
			(part == ACCOUNT_PARTS || account->lines[i].part == part))
			kib += account->lines[i].kib;
	return kib;
}

static const struct account_line *find(const struct account *account, const char *name)
{
	for (size_t i = 0; i < account->count; i++)
		if (strcmp(account_name(&account->lines[i]), name) == 0)
			return &account->lines[i];
	return NULL;
}

static struct account_line line(const struct account *account, const char *name)
{
	const struct account_line *found = find(account, name);

	if (!found)
		fail_msg("there is no line '%s'", name);
	return found ? *found : (struct account_line){ 0 };
}

/* What holds whatever the machine says. */
static void check(const struct account *account)
{
	assert_int_equal(sum(account, ACCOUNT_PARTS, 0), account->total_kib + account->over_kib);
	assert_int_equal(sum(account, ACCOUNT_PROGRAMS, 1), sum(account, ACCOUNT_PROGRAMS, 0));
	assert_int_equal(sum(account, ACCOUNT_SHARED, 1), sum(account, ACCOUNT_SHARED, 0));
}

/* A machine, its account, and one of before. */
struct fixture {
	struct story story;
	struct account account, then;
};

static int begin(void **state)
{
	struct fixture *t = (struct fixture *)calloc(1, sizeof(*t));

	assert_non_null(t);
	story_begin(&t->story);
	account_init(&t->account);
	account_init(&t->then);
	*state = t;
	return 0;
}

static int end(void **state)
{
	struct fixture *t = (struct fixture *)*state;

	account_done(&t->account);
	account_done(&t->then);
	story_end(&t->story);
	free(t);
	return 0;
}

static void tell(struct story *story)
{
	story->system = (struct system_figures){
		.known = SYSTEM_AVAILABLE | SYSTEM_KERNEL,
		.total_kib = 1000000,
		.free_kib = 300000,
		.available_kib = 400000,
		.cache_kib = 250000, /* 50000 of it slab */
		.slab_reclaimable_kib = 50000,
		.slab_unreclaimable_kib = 20000,
		.anon_kib = 200000,
		.mapped_kib = 90000,
		.shmem_kib = 60000,
		.page_tables_kib = 4000,
		.sec_page_tables_kib = 1000,
		.kernel_stack_kib = 3000,
		.vmalloc_kib = 8000,
		.percpu_kib = 2000,
		.huge_pool_kib = 100000,
		.hugetlb_kib = 120000,
		.zram_kib = 1000,
	};
	story_birth(story, 10, 100, "web");
	story_birth(story, 11, 90, "web");
	story_birth(story, 20, 80, "db");
	story_memory(story, 10, 50000, 10000, 0, 0, 0);
	story_memory(story, 11, 30000, 10000, 0, 0, 0);
	story_memory(story, 20, 20000, 5000, 30000, 0, 0);
	story_usage(story, 10, 60000, 10000);
	story_usage(story, 11, 40000, 10000);
	story_usage(story, 20, 55000, 35000);
	story_tick(story);
}

static void test_parts(void **state)
{
	struct fixture *t = (struct fixture *)*state;

	account_make(&t->account, t->story.store);
	assert_int_equal(t->account.count, 0);
	assert_int_equal(t->account.at_ms, 0);
	tell(&t->story);
	account_make(&t->account, t->story.store);
	check(&t->account);
	assert_int_equal(line(&t->account, "web").kib, 80000);
	assert_int_equal(line(&t->account, "web").members, 2);
	assert_int_equal(line(&t->account, "db").kib, 20000);
	assert_int_equal(line(&t->account, "all others").kib, 100000);
	/* 90000 are mapped, of which db has 30000 of shared memory */
	assert_int_equal(sum(&t->account, ACCOUNT_MAPPED, 0), 60000);
	assert_int_equal(sum(&t->account, ACCOUNT_CACHE, 0), 140000);
	assert_int_equal(sum(&t->account, ACCOUNT_PAGE_TABLES, 0), 5000);
	assert_int_equal(sum(&t->account, ACCOUNT_HUGE, 0), 120000);
	assert_int_equal(sum(&t->account, ACCOUNT_VMALLOC, 0), 5000);
	assert_int_equal(sum(&t->account, ACCOUNT_UNEXPLAINED, 0), 34000);
	assert_int_equal(t->account.over_kib, 0);
}

/* What a look inside found freed but kept has a line of its own, and the parts add up as before. */
static void test_freed_but_kept(void **state)
{
	struct fixture *t = (struct fixture *)*state;

	tell(&t->story);
	const struct proc *db = NULL;
	for (size_t i = 0; i < store_count(t->story.store); i++)
		if (strcmp(store_proc(t->story.store, i)->comm, "db") == 0)
			db = store_proc(t->story.store, i);
	assert_non_null(db);
	struct frame *frame = frame_new();
	frame->insides = arena_take(&frame->arena, 1, sizeof(*frame->insides));
	frame->ninsides = 1;
	frame->insides[0] = (struct proc_inside){ .pid = db->id.pid,
		.start_ticks = db->id.start_ticks,
		.known = INSIDE_HEAP,
		.number = 1,
		.type = "",
		.why = "",
		.allocator = "glibc",
		.hint = "",
		.runtime = "",
		.heap_kept = 12000 << 10 };
	store_apply(t->story.store, frame);
	frame_free(frame);
	account_make(&t->account, t->story.store);
	check(&t->account);
	assert_int_equal(line(&t->account, "db: freed but kept").kib, 12000);
	assert_int_equal(line(&t->account, "db").kib, 8000);
	assert_int_equal(line(&t->account, "web").kib, 80000);
}

/* A fork's pages count in parent and child: no more is told than there is. */
static void test_forks(void **state)
{
	struct fixture *t = (struct fixture *)*state;

	tell(&t->story);
	t->story.system.anon_kib = 50000;
	story_tick(&t->story);
	account_make(&t->account, t->story.store);
	check(&t->account);
	assert_int_equal(line(&t->account, "web").kib, 40000);
	assert_int_equal(line(&t->account, "db").kib, 10000);
	assert_null(find(&t->account, "all others"));
}

static void test_mounts(void **state)
{
	struct tmpfs_figures tmpfs[] = {
		{ "/run", 5000, 100000 },
		{ "/dev/shm", 50000, 500000 },
		{ "/tmp", 0, 500000 },
		{ "/x", 90000, 500000 },
	};
	struct fixture *t = (struct fixture *)*state;

	tell(&t->story);
	t->story.frame.tmpfs = tmpfs;
	t->story.frame.ntmpfs = 3;
	story_tick(&t->story);
	account_make(&t->account, t->story.store);
	check(&t->account);
	assert_int_equal(line(&t->account, "/dev/shm").kib, 50000);
	assert_int_equal(line(&t->account, "/run").kib, 5000);
	assert_null(find(&t->account, "/tmp"));
	assert_int_equal(line(&t->account, "shared memory, other mounts").kib, 5000);
	/* part of one is in swap: no more than there is in RAM */
	t->story.frame.tmpfs = tmpfs;
	t->story.frame.ntmpfs = 4;
	story_tick(&t->story);
	account_make(&t->account, t->story.store);
	check(&t->account);
	assert_int_equal(line(&t->account, "/x").kib, 60000);
	assert_int_equal(line(&t->account, "/run").kib, 0);
}

static void test_compare(void **state)
{
	struct fixture *t = (struct fixture *)*state;

	tell(&t->story);
	account_make(&t->account, t->story.store);
	account_compare(&t->account, &t->then);
	assert_false(t->account.lines[0].since_known);
	account_make(&t->then, t->story.store);
	t->story.system.free_kib = 290000;
	t->story.system.slab_unreclaimable_kib = 30000;
	story_usage(&t->story, 10, 70000, 10000);
	story_birth(&t->story, 30, 0, "new");
	story_usage(&t->story, 30, 700, 0);
	story_tick(&t->story);
	account_make(&t->account, t->story.store);
	account_compare(&t->account, &t->then);
	check(&t->account);
	assert_int_equal(line(&t->account, "web").since_kib, 10000);
	assert_int_equal(line(&t->account, "new").since_kib, 700);
	assert_int_equal(line(&t->account, "kernel objects, cannot").since_kib, 10000);
	assert_int_equal(line(&t->account, "free").since_kib, -10000);
}

/* Processes that share pages since a fork count more than there is, and each program has a part of
 * that: who gains memory of its own changes the parts of all. */
static void test_compare_shared(void **state)
{
	struct fixture *t = (struct fixture *)*state;

	tell(&t->story);
	t->story.system.anon_kib = 100000;
	story_usage(&t->story, 10, 100000, 0);
	story_usage(&t->story, 20, 100000, 0);
	story_tick(&t->story);
	account_make(&t->then, t->story.store);
	assert_true(line(&t->then, "web").kib < 60000);
	/* one gains 50,000 of its own: the other nothing, though its part is larger now */
	t->story.system.anon_kib = 150000;
	t->story.system.free_kib -= 50000;
	story_usage(&t->story, 10, 150000, 0);
	story_tick(&t->story);
	account_make(&t->account, t->story.store);
	account_compare(&t->account, &t->then);
	check(&t->account);
	assert_int_equal(line(&t->account, "web").since_kib, 50000);
	assert_int_equal(line(&t->account, "db").since_kib, 0);
	/* it forks: its processes count 150,000 more, the machine none */
	account_make(&t->then, t->story.store);
	story_birth(&t->story, 40, 0, "forked");
	story_usage(&t->story, 40, 150000, 0);
	story_tick(&t->story);
	account_make(&t->account, t->story.store);
	account_compare(&t->account, &t->then);
	assert_int_equal(line(&t->account, "forked").since_kib, 0);
	assert_int_equal(line(&t->account, "web").since_kib, 0);
	/* and ends: nobody loses */
	account_make(&t->then, t->story.store);
	story_death(&t->story, 40);
	story_tick(&t->story);
	account_make(&t->account, t->story.store);
	account_compare(&t->account, &t->then);
	assert_int_equal(line(&t->account, "web").since_kib, 0);
	assert_int_equal(line(&t->account, "db").since_kib, 0);
}

static void test_shorten(void **state)
{
	struct fixture *t = (struct fixture *)*state;

	tell(&t->story);
	for (size_t programs = 0; programs < 6; programs++) {
		account_make(&t->account, t->story.store);
		account_shorten(&t->account, programs, programs);
		check(&t->account);
		size_t below = 0;
		for (size_t i = 0; i < t->account.count; i++)
			below += t->account.lines[i].depth == 1 &&
				 t->account.lines[i].part == ACCOUNT_PROGRAMS;
		assert_int_equal(below, programs == 0 ? 1 : programs > 3 ? 3 : programs);
	}
	account_make(&t->account, t->story.store);
	account_shorten(&t->account, 2, 1);
	assert_int_equal(line(&t->account, "web").kib, 80000);
	assert_int_equal(line(&t->account, "all others").kib, 120000);
}

/* Parts that overlap are not hidden. */
static void test_overlap(void **state)
{
	struct fixture *t = (struct fixture *)*state;

	tell(&t->story);
	t->story.system.free_kib = 900000;
	t->story.system.known &= ~(uint32_t)SYSTEM_KERNEL;
	story_tick(&t->story);
	account_make(&t->account, t->story.store);
	check(&t->account);
	assert_true(t->account.over_kib > 0);
	assert_int_equal(sum(&t->account, ACCOUNT_UNEXPLAINED, 0), 0);
	assert_false(line(&t->account, "per-CPU data of the kernel").known);
}

/* Caches outside the page cache explain what nobody else does, and no more. */
static void test_caches_of_their_own(void **state)
{
	struct fixture *t = (struct fixture *)*state;

	tell(&t->story);
	story_tick(&t->story);
	account_make(&t->account, t->story.store);
	uint64_t left_kib = line(&t->account, "accounted for by nobody").kib;
	assert_true(left_kib > 30000);
	for (size_t i = 0; i < t->account.count; i++)
		assert_string_not_equal(account_name(&t->account.lines[i]), "cache of ZFS (ARC)");
	t->story.system.known |= SYSTEM_ARC | SYSTEM_GPU | SYSTEM_BALLOON;
	t->story.system.arc_kib = 10000;
	t->story.system.gpu_kib = 7000;
	story_tick(&t->story);
	account_make(&t->account, t->story.store);
	check(&t->account);
	assert_int_equal(line(&t->account, "cache of ZFS (ARC)").kib, 10000);
	assert_int_equal(line(&t->account, "graphics drivers").kib, 7000);
	assert_int_equal(line(&t->account, "accounted for by nobody").kib, left_kib - 17000);
	/* some of it is in slab */
	t->story.system.arc_kib = 900000;
	story_tick(&t->story);
	account_make(&t->account, t->story.store);
	check(&t->account);
	assert_int_equal(line(&t->account, "cache of ZFS (ARC)").kib, left_kib);
	assert_int_equal(t->account.over_kib, 0);
}

/* What the kernel does not tell is not 0, and without a total there is nothing to take apart. */
static void test_what_is_not_told(void **state)
{
	struct fixture *t = (struct fixture *)*state;

	tell(&t->story);
	t->story.system.known |= SYSTEM_NO_SHMEM | SYSTEM_NO_STACKS;
	t->story.system.known &= ~(uint32_t)SYSTEM_PERCPU;
	story_tick(&t->story);
	account_make(&t->account, t->story.store);
	assert_false(line(&t->account, "kernel stacks").known);
	assert_false(line(&t->account, "per-CPU data of the kernel").known);
	assert_true(line(&t->account, "page tables").known);
	t->story.system.known |= SYSTEM_NO_TOTAL;
	story_tick(&t->story);
	account_make(&t->account, t->story.store);
	assert_int_equal(t->account.count, 0);
	assert_int_equal(t->account.total_kib, 0);
	assert_true(t->account.at_ms > 0);
}

/* A limit above memtop itself: the parts are those of its account, and add up to it. */
static void test_container(void **state)
{
	struct fixture *t = (struct fixture *)*state;

	story_text(&t->story, 10, TEXT_CGROUP, "/shop/a");
	tell(&t->story);
	story_text(&t->story, 10, TEXT_CGROUP, "/shop/a");
	story_text(&t->story, 11, TEXT_CGROUP, "/shopping");
	story_text(&t->story, 20, TEXT_CGROUP, "/shop");
	struct cgroup_figures *group = story_cgroup(&t->story, "/shop", 120000, 150000);
	group->known = CGROUP_PARTS | CGROUP_OWN;
	group->own = true;
	group->anon_kib = 75000;
	group->file_kib = 40000;
	group->shmem_kib = 30000;
	story_tick(&t->story);
	account_make(&t->account, t->story.store);
	check(&t->account);
	assert_int_equal(t->account.total_kib, 150000);
	assert_int_equal(t->account.over_kib, 0);
	assert_int_equal(line(&t->account, "web").kib, 50000);
	assert_int_equal(line(&t->account, "web").members, 1);
	assert_int_equal(line(&t->account, "db").kib, 20000);
	assert_int_equal(line(&t->account, "all others").kib, 5000);
	assert_int_equal(sum(&t->account, ACCOUNT_FILES, 0), 10000);
	assert_int_equal(sum(&t->account, ACCOUNT_SHARED, 0), 30000);
	assert_int_equal(sum(&t->account, ACCOUNT_CHARGED, 0), 5000);
	assert_int_equal(sum(&t->account, ACCOUNT_FREE, 0), 30000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_parts, begin, end),
		cmocka_unit_test_setup_teardown(test_freed_but_kept, begin, end),
		cmocka_unit_test_setup_teardown(test_forks, begin, end),
		cmocka_unit_test_setup_teardown(test_mounts, begin, end),
		cmocka_unit_test_setup_teardown(test_compare, begin, end),
		cmocka_unit_test_setup_teardown(test_compare_shared, begin, end),
		cmocka_unit_test_setup_teardown(test_shorten, begin, end),
		cmocka_unit_test_setup_teardown(test_caches_of_their_own, begin, end),
		cmocka_unit_test_setup_teardown(test_what_is_not_told, begin, end),
		cmocka_unit_test_setup_teardown(test_overlap, begin, end),
		cmocka_unit_test_setup_teardown(test_container, begin, end),
	};

	return cmocka_run_group_tests_name("account", tests, NULL, NULL);
}
