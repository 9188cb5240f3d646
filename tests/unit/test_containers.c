/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Containers as rows: which cgroup is one, what is judged of it, when it is full, who was killed. */
#include "model/containers.h"
#include "model/headline.h"
#include "model/store_priv.h"
#include "table/column.h"
#include "tests/lib/story.h"
#include "ui/container/container_lines.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define ID    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define SCOPE "/machine.slice/libpod-" ID ".scope"
#define MIB   UINT64_C(1024)

/* A cgroup by its number, with a limit and what it holds. */
struct cg {
	uint32_t number;
	const char *path;
	uint64_t max_kib, anon_kib, shmem_kib, file_kib;
};

static uint64_t usage_of(const struct cg *cg)
{
	return cg->anon_kib + cg->shmem_kib + cg->file_kib + 300;
}

static struct cgroup_figures *say(struct story *story, const struct cg *cg)
{
	struct cgroup_figures *figures = story_cgroup(story, cg->path, usage_of(cg), cg->max_kib);

	figures->number = cg->number;
	figures->swap_max_kib = 0;
	figures->known = CGROUP_NUMBER | CGROUP_EVENTS;
	return figures;
}

/* One tick in which memory.stat of CG was read. */
static void tell(struct story *story, const struct cg *cg)
{
	struct cgroup_parts parts = {
		.number = cg->number,
		.known = CGROUP_KERNEL | CGROUP_SLAB | CGROUP_SWAP | CGROUP_SOCK,
		.usage_kib = usage_of(cg),
		.anon_kib = cg->anon_kib,
		.shmem_kib = cg->shmem_kib,
		.file_kib = cg->file_kib,
		.kernel_kib = 300,
		.slab_reclaimable_kib = 100,
		.slab_unreclaimable_kib = 100,
		.reclaimable_kib = cg->file_kib + 100,
	};
	struct cgroup_usage usage = { cg->number, usage_of(cg) };

	story->frame.cgroup_parts = &parts;
	story->frame.ncgroup_parts = 1;
	story->frame.cgroup_usages = &usage;
	story->frame.ncgroup_usages = 1;
	story_tick(story);
}

static const struct container *row(const struct story *story, const char *path)
{
	return store_container_find(story->store, path);
}

static void join(struct story *story, int32_t pid, const char *cgroup)
{
	story_birth(story, pid, 5, "shop");
	story_usage(story, pid, 9000, 1000);
	story_text(story, pid, TEXT_CGROUP, cgroup);
}

/* Which cgroup is told of first is chance: what is above a container, what limits it and where its
 * processes belong is the same in the end, and right after each of them. */
static void test_one_after_the_other(void **state)
{
	static const struct cg all[] = {
		{ 1, "/", UINT64_MAX, 50, 0, 0 },
		{ 2, "/machine.slice", 900 * MIB, 50, 0, 0 },
		{ 3, SCOPE, 700 * MIB, 50, 0, 0 },
		{ 4, SCOPE "/container", 600 * MIB, 50, 0, 0 },
		{ 5, "/machine.slice/other", 800 * MIB, 50, 0, 0 },
	};
	enum { COUNT = sizeof(all) / sizeof(all[0]), TURNS = COUNT * (COUNT - 1) };

	(void)state;
	for (unsigned turn = 0; turn < TURNS; turn++) {
		struct story story;
		uint64_t least_kib = UINT64_MAX;
		const char *deepest = NULL;

		story_begin(&story);
		join(&story, 10, SCOPE "/container");
		story_tick(&story);
		for (unsigned i = 0; i < COUNT; i++) {
			/* with each first, and each step between them that visits all */
			const struct cg *cg =
				&all[(turn / (COUNT - 1) + i * (turn % (COUNT - 1) + 1)) % COUNT];

			say(&story, cg);
			story_tick(&story);
			if (cg->number == 5) {
				assert_int_equal(store_container_limit(story.store,
							 row(&story, cg->path))
							 .limit_kib,
					cg->max_kib);
				continue;
			}
			if (deepest == NULL || strlen(cg->path) > strlen(deepest))
				deepest = cg->path;
			least_kib = cg->max_kib < least_kib ? cg->max_kib : least_kib;
			const char *cgroup = store_proc(story.store, 0)->cgroup;
			const struct container *of = store_container_of(story.store, cgroup);
			const struct container *scope = row(&story, SCOPE);
			assert_ptr_equal(of, scope != NULL ? scope : row(&story, deepest));
			for (size_t at = 0; at < store_container_count(story.store); at++) {
				const struct container *one = store_container_at(story.store, at);

				assert_ptr_equal(store_container_parent(story.store, one),
					containers_above(&story.store->containers, one));
			}
			assert_int_equal(store_container_limit(story.store, of).limit_kib,
				least_kib == UINT64_MAX ? 0 : least_kib);
		}
		assert_int_equal(row(&story, "/machine.slice")->processes, 1);
		join(&story, 10, "/mine/deeper");
		for (unsigned i = 0; i < 2; i++) {
			const char *path = i == 0 ? "/mine" : "/mine/deeper";

			say(&story, &(struct cg){ 6 + i, path, UINT64_MAX, 50, 0, 0 });
			story_tick(&story);
			assert_ptr_equal(store_container_of(story.store,
						 store_proc(story.store, 0)->cgroup),
				row(&story, path));
		}
		story_end(&story);
	}
}

/* A machine's scope does not tell whose it is; what systemd-nspawn has in each of its own does. */
static void test_machines(void **state)
{
	static const struct cg all[] = {
		{ 3, "/machine.slice/machine-den.scope/payload", UINT64_MAX, 50, 0, 0 },
		{ 4, "/machine.slice/machine-den.scope", UINT64_MAX, 50, 0, 0 },
		{ 5, "/machine.slice/machine-other.scope", UINT64_MAX, 50, 0, 0 },
		{ 6, "/machine.slice/machine-other.scope/load", UINT64_MAX, 50, 0, 0 },
	};
	struct story story;

	(void)state;
	story_begin(&story);
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		say(&story, &all[i]);
	story_tick(&story);
	assert_int_equal(row(&story, all[1].path)->kind, CGPATH_NSPAWN);
	assert_true(containers_is_row(row(&story, all[1].path)));
	assert_false(containers_is_row(row(&story, all[0].path)));
	assert_int_equal(row(&story, all[2].path)->kind, CGPATH_MACHINE);
	story_end(&story);
}

static void test_rows(void **state)
{
	struct story story;
	const struct cg scope = { 7, SCOPE, 512 * MIB, 50 * MIB, MIB, 20 * MIB };
	static const struct cg others[] = {
		{ 2, "/machine.slice", UINT64_MAX, 50, 0, 0 },
		{ 3, SCOPE "/container", UINT64_MAX, 50, 0, 0 },
		{ 4, "/system.slice/nginx.service", UINT64_MAX, 50, 0, 0 },
		{ 5, "/mine", UINT64_MAX, 50, 0, 0 },
		{ 6, "/mine/deeper", UINT64_MAX, 50, 0, 0 },
	};

	(void)state;
	story_begin(&story);
	join(&story, 10, SCOPE "/container");
	join(&story, 11, SCOPE "/container");
	join(&story, 12, "/mine/deeper");
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		say(&story, &others[i]);
	say(&story, &scope);
	tell(&story, &scope);
	const struct container *podman = row(&story, SCOPE);
	assert_int_equal(podman->kind, CGPATH_PODMAN);
	assert_true(containers_is_row(podman));
	assert_int_equal(podman->processes, 2);
	assert_int_equal(podman->usage_kib, 71 * MIB + 300);
	assert_int_equal(podman->unreclaimable_kib, 51 * MIB + 200);
	assert_int_equal(podman->cache_kib, 20 * MIB);
	assert_int_equal(podman->reclaimable_kib, 20 * MIB + 100);
	assert_int_equal(store_container_limit(story.store, podman).limit_kib, 512 * MIB);
	assert_ptr_equal(store_container_of(story.store, SCOPE "/container"), podman);
	assert_string_equal(store_container_parent(story.store, podman)->path, "/machine.slice");
	/* what holds others, and what lies below a row, is none */
	assert_false(containers_is_row(row(&story, "/machine.slice")));
	assert_false(containers_is_row(row(&story, SCOPE "/container")));
	assert_true(containers_is_row(row(&story, "/system.slice/nginx.service")));
	assert_false(containers_is_row(row(&story, "/mine")));
	assert_true(containers_is_row(row(&story, "/mine/deeper")));
	/* nothing was read of it, so nothing is said */
	assert_false(row(&story, "/mine/deeper")->known & CONTAINER_HAS_PARTS);
	assert_int_equal(store_container_verdict(story.store, row(&story, "/mine/deeper")),
		TREND_NONE);
	/* crun's own limit, below the scope */
	say(&story, &(struct cg){ 3, SCOPE "/container", 256 * MIB, 50, 0, 0 });
	story_death(&story, 11);
	story_tick(&story);
	assert_int_equal(store_container_limit(story.store, row(&story, SCOPE)).limit_kib,
		256 * MIB);
	assert_int_equal(row(&story, SCOPE)->processes, 1);
	assert_true(store_container_name(story.store, SCOPE, "shop"));
	assert_string_equal(row(&story, SCOPE)->name, "shop");
	story_end(&story);
}

/* How many of N ticks call it, while each adds ANON, SHMEM and FILE; the cache stays below CACHE. */
static int run(struct story *story, struct cg *cg, const struct cg *step, uint64_t cache_kib, int n)
{
	int calls = 0;

	for (int i = 0; i < n; i++) {
		cg->anon_kib += step->anon_kib;
		cg->shmem_kib += step->shmem_kib;
		if (cg->file_kib < cache_kib)
			cg->file_kib += step->file_kib;
		tell(story, cg);
		calls += store_container_verdict(story->store, row(story, cg->path)) ==
			 TREND_CLIMBING;
	}
	return calls;
}

static void test_verdicts(void **state)
{
	static const struct {
		struct cg step;
		bool climbs;
	} cases[] = {
		{ { .file_kib = 4 * MIB }, false },
		{ { .anon_kib = MIB }, true },
		{ { .shmem_kib = MIB }, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct cg cg = { 1, "/shop", 1024 * MIB, 40 * MIB, 0, 0 };
		uint64_t reclaim_kib;
		struct eta eta;
		struct story story;

		story_begin(&story);
		say(&story, &cg);
		run(&story, &cg, &(struct cg){ 0 }, 0, 20);
		int calls = run(&story, &cg, &cases[i].step, 960 * MIB, 300);
		bool ends = store_container_eta(story.store, row(&story, "/shop"), &eta,
			&reclaim_kib);
		assert_int_equal(calls > 0, cases[i].climbs);
		assert_int_equal(ends, cases[i].climbs);
		if (ends) {
			double true_s = (double)(1024 * MIB - usage_of(&cg) + reclaim_kib) / MIB;
			assert_true(fabs(eta.mid_s - true_s) < true_s * .15);
			assert_string_equal(eta.limit.cgroup, "/shop");
		}
		story_end(&story);
	}
}

/* Two in a cgroup fill it twice as fast as one: its row and theirs say when. */
static void test_end_together(void **state)
{
	struct cg cg = { 1, "/shop", 1024 * MIB, 40 * MIB, 0, 0 };
	struct eta whole, one;
	uint64_t reclaim_kib;
	struct story story;

	(void)state;
	story_begin(&story);
	say(&story, &cg);
	join(&story, 10, "/shop");
	join(&story, 11, "/shop");
	for (int i = 0; i < 200; i++) {
		cg.anon_kib += MIB;
		for (int32_t pid = 10; pid <= 11; pid++)
			story_usage(&story, pid, 9000 + (uint64_t)i * MIB / 2, 1000);
		tell(&story, &cg);
	}
	assert_true(store_container_eta(story.store, row(&story, "/shop"), &whole, &reclaim_kib));
	for (int32_t pid = 10; pid <= 11; pid++) {
		assert_true(store_eta(story.store, story_proc(&story, pid), &one));
		assert_int_equal(one.limit.kind, LIMIT_CGROUP);
		assert_true(fabs(one.mid_s / whole.mid_s - 1) < .02);
		assert_true(fabs(one.alone_s / whole.mid_s - 2) < .2);
	}
	story_end(&story);
}

/* Between two looks at memory.stat usage moves, and nothing is known of what is judged. */
static void test_rare_parts(void **state)
{
	struct cg cg = { 1, "/shop", 4096 * MIB, 40 * MIB, 0, 0 };
	struct story story;
	double kib_min;

	(void)state;
	story_begin(&story);
	say(&story, &cg);
	for (int i = 0; i < 400; i++) {
		struct cgroup_usage usage = { 1, usage_of(&cg) };

		cg.anon_kib += MIB;
		if (i % 5 == 0) {
			tell(&story, &cg);
			continue;
		}
		story.frame.cgroup_usages = &usage;
		story.frame.ncgroup_usages = 1;
		story_tick(&story);
	}
	assert_int_equal(store_container_verdict(story.store, row(&story, "/shop")),
		TREND_CLIMBING);
	assert_true(store_container_growth(story.store, row(&story, "/shop"), 60, &kib_min));
	assert_true(fabs(kib_min - 60 * MIB) < 6 * MIB);
	/* all of it was given back, and memory.stat not read since: there cannot be more than that */
	struct cgroup_usage rest = { 1, 50 };
	story.frame.cgroup_usages = &rest;
	story.frame.ncgroup_usages = 1;
	story_tick(&story);
	assert_int_equal(row(&story, "/shop")->unreclaimable_kib, 50);
	story_end(&story);
}

/* What is drawn of a set of parts: at the newest, and a while before that. */
static void ends_of(const struct story *story, unsigned channels, uint64_t *first_kib,
	uint64_t *last_kib)
{
	struct series_span spans[2];
	uint64_t now_ms = store_now_ms(story->store);

	store_container_history(story->store, row(story, SCOPE), channels,
		&(struct series_cut){ now_ms - 16000, now_ms, spans, 2 });
	*first_kib = spans[0].lo;
	*last_kib = spans[1].hi;
}

/* Where a container stands for the machine no figure is the host's: those that its memory.stat has
 * are its own, and the others are not known. */
static void test_no_figure_of_the_host(void **state)
{
	static const uint32_t hosts = SYSTEM_SWAP_RATE | SYSTEM_FAULT_RATE | SYSTEM_REFAULT_RATE |
				      SYSTEM_ARC | SYSTEM_GPU | SYSTEM_BALLOON | SYSTEM_ZRAM |
				      SYSTEM_PSI_CPU | SYSTEM_PSI_IO | SYSTEM_LOAD | SYSTEM_PERCPU |
				      SYSTEM_VMALLOC;
	static const uint32_t lacks = SYSTEM_NO_MAPPED | SYSTEM_NO_DIRTY | SYSTEM_NO_SLAB |
				      SYSTEM_NO_PAGE_TABLES;
	struct cgroup_parts parts = {
		.number = 7,
		.known = CGROUP_KERNEL | CGROUP_SLAB | CGROUP_TABLES | CGROUP_ZSWAP | CGROUP_MAPPED,
		.dirty_kib = 11,
		.slab_reclaimable_kib = 12,
		.slab_unreclaimable_kib = 13,
		.page_tables_kib = 14,
		.zswap_kib = 15,
		.mapped_kib = 16,
	};
	struct story story;

	(void)state;
	story_begin(&story);
	story.system.known |= hosts;
	story.system.mapped_kib = 1 << 20;
	story.system.slab_reclaimable_kib = 1 << 20;
	story_tick(&story);
	const struct system_figures *seen = store_seen(story.store);
	assert_int_equal(seen->known & hosts, hosts);
	assert_int_equal(seen->mapped_kib, 1 << 20);
	struct cgroup_figures *own = say(&story, &(struct cg){ 7, SCOPE, 512 * MIB, 90, 0, 0 });
	own->own = true;
	own->known |= CGROUP_OWN;
	story_tick(&story);
	assert_non_null(store_container(story.store));
	assert_int_equal(seen->known & hosts, 0);
	assert_int_equal(seen->known & lacks, lacks);
	story.frame.cgroup_parts = &parts;
	story.frame.ncgroup_parts = 1;
	story_tick(&story);
	assert_int_equal(seen->known & (hosts | lacks), 0);
	assert_true(seen->known & SYSTEM_ZSWAP);
	assert_int_equal(seen->dirty_kib, 11);
	assert_int_equal(seen->slab_reclaimable_kib, 12);
	assert_int_equal(seen->slab_unreclaimable_kib, 13);
	assert_int_equal(seen->page_tables_kib, 14);
	assert_int_equal(seen->zswap_kib, 15);
	assert_int_equal(seen->mapped_kib, 16);
	story_end(&story);
}

/* Each part has a history of its own, and those of what is judged add up to it. */
static void test_history(void **state)
{
	struct cgroup_parts parts = {
		.number = 7,
		.known = CGROUP_KERNEL | CGROUP_SLAB | CGROUP_SWAP | CGROUP_SOCK | CGROUP_TABLES |
			 CGROUP_LISTS | CGROUP_BOTH,
		.anon_kib = 10 * MIB,
		.file_kib = 60 * MIB,
	};
	struct story story;
	uint64_t first_kib, last_kib;

	(void)state;
	story_begin(&story);
	join(&story, 10, SCOPE);
	say(&story, &(struct cg){ 7, SCOPE, 512 * MIB, 90 * MIB, 0, 0 });
	for (int i = 0; i < 20; i++) {
		parts.dirty_kib += MIB;
		parts.slab_unreclaimable_kib += 257;
		parts.slab_reclaimable_kib += 512;
		parts.page_tables_kib += 129;
		parts.sock_kib += 321;
		parts.locked_kib += 431;
		parts.unmapped_kib += 211;
		parts.swap_cached_kib += 311;
		parts.swap_kib += 1000;
		parts.kernel_kib = parts.slab_unreclaimable_kib + parts.slab_reclaimable_kib +
				   parts.page_tables_kib + 77;
		story.frame.cgroup_parts = &parts;
		story.frame.ncgroup_parts = 1;
		story_tick(&story);
	}
	const struct {
		enum container_channel channel;
		uint64_t kib;
	} told[] = {
		{ CONTAINER_CH_DIRTY, parts.dirty_kib },
		{ CONTAINER_CH_CLEAN, parts.file_kib - parts.dirty_kib - parts.locked_kib },
		{ CONTAINER_CH_LOCKED, parts.locked_kib },
		{ CONTAINER_CH_UNMAPPED, parts.unmapped_kib },
		{ CONTAINER_CH_SWAP, parts.swap_kib - parts.swap_cached_kib + parts.unmapped_kib },
		{ CONTAINER_CH_OBJECTS, parts.slab_unreclaimable_kib },
		{ CONTAINER_CH_DROPPABLE, parts.slab_reclaimable_kib },
		{ CONTAINER_CH_TABLES, parts.page_tables_kib },
		{ CONTAINER_CH_SOCK, parts.sock_kib },
	};
	for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++) {
		ends_of(&story, 1u << told[i].channel, &first_kib, &last_kib);
		assert_true(first_kib != last_kib);
		/* what shrinks has its highest a while ago */
		if (told[i].channel != CONTAINER_CH_CLEAN)
			assert_in_range(told[i].kib - last_kib, 0, 63);
	}
	ends_of(&story, CONTAINER_SET_USED, &first_kib, &last_kib);
	assert_int_equal(last_kib, container_used_kib(row(&story, SCOPE)));
	/* what is in swap and came back counts once, files that nothing drops are used */
	assert_int_equal(last_kib, parts.anon_kib + parts.locked_kib + parts.kernel_kib -
					   parts.slab_reclaimable_kib + parts.sock_kib +
					   parts.swap_kib -
					   (parts.swap_cached_kib - parts.unmapped_kib));
	ends_of(&story, CONTAINER_SET_ALL, &first_kib, &last_kib);
	assert_in_range(parts.anon_kib + parts.file_kib + parts.kernel_kib + parts.sock_kib +
				parts.unmapped_kib - last_kib,
		0, 63);
	ends_of(&story, CONTAINER_SET_SWAP, &first_kib, &last_kib);
	assert_int_equal(last_kib, parts.swap_kib);
	story_end(&story);
}

/* What goes to compressed swap is no growth: it is swapped out, and what it takes there is not
 * counted twice. */
static void test_packed(void **state)
{
	struct cgroup_parts parts = {
		.number = 7,
		.known = CGROUP_KERNEL | CGROUP_SWAP | CGROUP_ZSWAP,
		.anon_kib = 400 * MIB,
		.kernel_kib = MIB,
	};
	struct story story;
	uint64_t first_kib, last_kib;

	(void)state;
	story_begin(&story);
	join(&story, 10, SCOPE);
	say(&story, &(struct cg){ 7, SCOPE, UINT64_MAX, 400 * MIB, 0, 0 });
	for (int i = 0; i < 60; i++) {
		parts.anon_kib -= 3 * MIB;
		parts.swap_kib += 3 * MIB;
		parts.zswapped_kib += 3 * MIB;
		parts.zswap_kib += MIB;
		parts.kernel_kib += MIB;
		story.frame.cgroup_parts = &parts;
		story.frame.ncgroup_parts = 1;
		story_tick(&story);
		assert_int_equal(container_used_kib(row(&story, SCOPE)), 401 * MIB);
	}
	assert_int_equal(row(&story, SCOPE)->unreclaimable_kib, 281 * MIB);
	assert_int_equal(store_container_verdict(story.store, row(&story, SCOPE)), TREND_STEADY);
	ends_of(&story, CONTAINER_SET_USED, &first_kib, &last_kib);
	assert_int_equal(last_kib, 401 * MIB);
	ends_of(&story, 1u << CONTAINER_CH_PACKED, &first_kib, &last_kib);
	assert_int_equal(last_kib, 60 * MIB);
	story_end(&story);
}

/* Where no memory controller is there are rows all the same, of which nothing is known. */
static void test_bare(void **state)
{
	struct story story;

	(void)state;
	story_begin(&story);
	join(&story, 10, SCOPE "/container");
	say(&story, &(struct cg){ 7, SCOPE, UINT64_MAX, 0, 0, 0 })->known = CGROUP_NUMBER |
									    CGROUP_NO_MEMORY |
									    CGROUP_NO_KILLS;
	story_tick(&story);
	const struct container *podman = row(&story, SCOPE);
	assert_true(containers_is_row(podman));
	assert_int_equal(podman->known, 0);
	assert_int_equal(podman->processes, 1);
	assert_null(store_cgroup(story.store, SCOPE));
	assert_int_equal(store_container_verdict(story.store, podman), TREND_NONE);
	/* it is handed down later */
	say(&story, &(struct cg){ 7, SCOPE, 512 * MIB, MIB, 0, 0 })->known |= CGROUP_NO_KILLS;
	story_tick(&story);
	assert_int_equal(row(&story, SCOPE)->known & (CONTAINER_HAS_USAGE | CONTAINER_HAS_KILLS),
		CONTAINER_HAS_USAGE);
	story_end(&story);
}

/* Of a plain cgroup without a controller what is above it has the memory, and is the row. */
static void test_lent(void **state)
{
	struct story story;

	(void)state;
	story_begin(&story);
	join(&story, 10, "/pool/work");
	join(&story, 11, "/bare");
	say(&story, &(struct cg){ 1, "/pool/work", UINT64_MAX, 0, 0, 0 })->known = CGROUP_NUMBER |
										   CGROUP_NO_MEMORY;
	say(&story, &(struct cg){ 2, "/bare", UINT64_MAX, 0, 0, 0 })->known = CGROUP_NUMBER |
									      CGROUP_NO_MEMORY;
	say(&story, &(struct cg){ 4, "/", UINT64_MAX, 50 * MIB, 0, 0 });
	story_tick(&story);
	assert_true(containers_is_row(row(&story, "/pool/work")));
	say(&story, &(struct cg){ 3, "/pool", 512 * MIB, 40 * MIB, 0, 0 });
	story_tick(&story);
	assert_true(containers_is_row(row(&story, "/pool")));
	assert_false(containers_is_row(row(&story, "/pool/work")));
	assert_int_equal(row(&story, "/pool")->processes, 1);
	assert_ptr_equal(store_container_of(story.store, "/pool/work"), row(&story, "/pool"));
	assert_true(containers_is_row(row(&story, "/bare")));
	story_death(&story, 10);
	story_tick(&story);
	assert_false(containers_is_row(row(&story, "/pool")));
	/* it is handed down later */
	join(&story, 12, "/pool/work");
	say(&story, &(struct cg){ 1, "/pool/work", UINT64_MAX, 20 * MIB, 0, 0 });
	story_tick(&story);
	assert_true(containers_is_row(row(&story, "/pool/work")));
	assert_false(containers_is_row(row(&story, "/pool")));
	story_end(&story);
}

/* In a container that has no limit the root is it all the same: of version 2 a machine's has no
 * figures. */
static void test_own_root(void **state)
{
	struct story story;

	(void)state;
	story_begin(&story);
	join(&story, 10, "/");
	say(&story, &(struct cg){ 1, "/", 64 * MIB, 50 * MIB, 0, 0 });
	story_tick(&story);
	assert_string_equal(container_label(row(&story, "/")), "this container");
	say(&story, &(struct cg){ 1, "/", UINT64_MAX, 50 * MIB, 0, 0 });
	story_tick(&story);
	assert_false(containers_is_row(row(&story, "/")));
	assert_string_equal(container_label(row(&story, "/")), "/");
	say(&story, &(struct cg){ 1, "/", UINT64_MAX, 50 * MIB, 0, 0 })->known |= CGROUP_PROTECTED;
	story_tick(&story);
	assert_true(containers_is_row(row(&story, "/")));
	assert_string_equal(container_label(row(&story, "/")), "this container");
	story_end(&story);
}

static void test_kills(void **state)
{
	const struct cg cg = { 1, SCOPE, 512 * MIB, 500 * MIB, 0, 0 };
	char words[CONTAINER_WORDS_MAX];
	uint32_t number = 1;
	struct story story;

	(void)state;
	story_begin(&story);
	join(&story, 10, SCOPE "/container");
	story_memory(&story, 10, 500 * MIB, 0, 0, 0, 0);
	story_usage(&story, 10, 500 * MIB, 0);
	say(&story, &cg);
	tell(&story, &cg);
	assert_string_equal(containers_kill_words(words, row(&story, SCOPE), story.now_ms), "");
	for (int i = 0; i < 2; i++) {
		story_kill(&story, SCOPE, SCOPE "/container", 512 * MIB);
		story_death(&story, 10);
		story_tick(&story);
	}
	/* not by its path */
	assert_string_equal(store_kill(story.store)->called, "0123456789ab");
	story.frame.cgroup_ends = &number;
	story.frame.ncgroup_ends = 1;
	story_tick(&story);
	story_wait(&story, 178);
	/* its cgroup is no more, but what happened is not forgotten */
	const struct container *gone = row(&story, SCOPE);
	assert_non_null(gone);
	assert_true(containers_is_row(gone));
	assert_int_not_equal(gone->gone_ms, 0);
	assert_string_equal(containers_kill_words(words, gone, story.now_ms),
		"killed 2 times, last 3 minutes ago, at 512 MiB (shop)");
	assert_int_equal(store_container_verdict(story.store, gone), TREND_NONE);
	const struct row shown = { .container = gone, .kind = GROUP_CONTAINER };
	const struct column_style style = { .utf8 = true };
	char cell[COLUMN_TEXT_MAX];
	column_format(column_get(COL_VERDICT), story.store, &shown, &style, 17, cell);
	assert_string_equal(cell, "gone 2m58s");
	column_format(column_get(COL_VERDICT), story.store, &shown, &style, 12, cell);
	assert_string_equal(cell, "gone");
	column_format(column_get(COL_LIMIT), story.store, &shown, &style, 7, cell);
	assert_string_equal(cell, "512.00M");
	column_format(column_get(COL_FULL), story.store, &shown, &style, 4, cell);
	assert_string_equal(cell, "98%");
	story_wait(&story, 3700);
	assert_null(row(&story, SCOPE));
	story_end(&story);
}

/* crun puts all of a container into a cgroup below its own, with the limit: it is its own limit. */
static void test_limits_below(void **state)
{
	const struct cg cg = { 1, SCOPE, 300 * MIB, 100 * MIB, 0, 0 };
	const struct cg below = { 2, SCOPE "/container", 300 * MIB, 100 * MIB, 0, 0 };
	static struct container_line lines[CONTAINER_LINES_MAX];
	struct cgroup_figures *figures;
	struct story story;
	size_t found = 0, company = 0;

	(void)state;
	story_begin(&story);
	join(&story, 10, SCOPE "/container");
	join(&story, 11, SCOPE "/container");
	say(&story, &cg);
	figures = say(&story, &below);
	figures->known |= CGROUP_OOM_GROUP;
	figures->oom_group = true;
	tell(&story, &cg);
	tell(&story, &below);
	size_t count = container_lines(lines, story.store, row(&story, SCOPE), 80);
	for (size_t i = 0; i < count; i++) {
		company += strstr(lines[i].text, "A kill takes all 2 processes with it.") != NULL;
		if (lines[i].kind != CONTAINER_LINE_LIMIT)
			continue;
		assert_string_equal(lines[i].text, "its own max");
		assert_int_equal(lines[i].of_kib, 300 * MIB);
		assert_true(lines[i].binds);
		found++;
	}
	assert_int_equal(found, 1);
	assert_int_equal(company, 1);
	story_end(&story);
}

/* Known while it is empty, it begins when somebody comes: idle seconds before would bend its line.
 */
static void test_begins(void **state)
{
	struct cg cg = { 1, "/late", 512 * MIB, 0, 0, 0 };
	struct story story;

	(void)state;
	story_begin(&story);
	say(&story, &cg)->usage_kib = 0;
	for (int i = 0; i < 5; i++) {
		struct cgroup_parts parts = { .number = 1, .known = CGROUP_KERNEL };

		story.frame.cgroup_parts = &parts;
		story.frame.ncgroup_parts = 1;
		story_tick(&story);
	}
	uint64_t empty_ms = store_now_ms(story.store);
	join(&story, 10, "/late");
	for (int i = 0; i < 5; i++) {
		cg.anon_kib += 2 * MIB;
		tell(&story, &cg);
	}
	assert_int_equal(row(&story, "/late")->first_ms, empty_ms);
	story_end(&story);
}

/* A kill takes the highest cgroup, up to that whose limit is met, that is ended as a whole. */
static void test_company(void **state)
{
	const struct cg pod = { 1, "/pod", 512 * MIB, 500 * MIB, 0, 0 };
	const struct cg shop = { 2, "/pod/shop", UINT64_MAX, 400 * MIB, 0, 0 };
	const struct limit own = { LIMIT_CGROUP, 0, 0, "/pod/shop" };
	const struct limit above = { LIMIT_CGROUP, 0, 0, "/pod" };
	const struct limit machine = { .kind = LIMIT_MACHINE };
	struct cgroup_figures *figures;
	struct story story;

	(void)state;
	story_begin(&story);
	for (int32_t pid = 10; pid < 15; pid++)
		join(&story, pid, pid < 13 ? "/pod/shop" : "/pod/side");
	say(&story, &pod);
	say(&story, &shop);
	tell(&story, &pod);
	assert_null(store_kill_takes(story.store, "/pod/shop", &above));
	figures = say(&story, &shop);
	figures->known |= CGROUP_OOM_GROUP;
	figures->oom_group = true;
	tell(&story, &shop);
	assert_ptr_equal(store_kill_takes(story.store, "/pod/shop", &own),
		row(&story, "/pod/shop"));
	assert_int_equal(row(&story, "/pod/shop")->processes, 3);
	assert_ptr_equal(store_kill_takes(story.store, "/pod/shop/deep", &machine),
		row(&story, "/pod/shop"));
	assert_null(store_kill_takes(story.store, "/pod/side", &above));
	figures = say(&story, &pod);
	figures->known |= CGROUP_OOM_GROUP;
	figures->oom_group = true;
	tell(&story, &pod);
	/* one whose own limit is met is ended without those beside it */
	assert_ptr_equal(store_kill_takes(story.store, "/pod/shop", &own),
		row(&story, "/pod/shop"));
	assert_ptr_equal(store_kill_takes(story.store, "/pod/shop", &above), row(&story, "/pod"));
	assert_int_equal(store_kill_takes(story.store, "/pod/side", &above)->processes, 5);
	assert_null(store_kill_takes(story.store, NULL, &machine));
	const struct limit soft = { LIMIT_CGROUP_HIGH, 0, 0, "/pod" };
	assert_null(store_kill_takes(story.store, "/pod/shop", &soft));
	story_end(&story);
}

static void test_victim(void **state)
{
	const struct cg cg = { 1, "/shop", 512 * MIB, 500 * MIB, 0, 0 };
	char words[CONTAINER_WORDS_MAX];
	struct story story;

	(void)state;
	story_begin(&story);
	join(&story, 10, "/shop");
	say(&story, &cg);
	tell(&story, &cg);
	story_kill(&story, "/shop", "/shop", 512 * MIB);
	story_death(&story, 10);
	story_tick(&story);
	assert_int_equal(row(&story, "/shop")->kill.victim.pid, 10);
	assert_string_equal(containers_kill_words(words, row(&story, "/shop"), story.now_ms),
		"killed once, 1 second ago, at 512 MiB (shop)");
	story_end(&story);
}

/* What the tmpfs of container 1 hold after a tick. */
static void mounts_are(struct story *story, struct cg *cg, uint64_t data_kib, uint64_t run_kib)
{
	struct cgroup_mount mounts[] = {
		{ cg->number, "/data", data_kib, 512 * MIB },
		{ cg->number, "/run", run_kib, 512 * MIB },
		{ 99, "/data", 5 * data_kib, 512 * MIB },
	};

	story->frame.cgroup_mounts = mounts;
	story->frame.ncgroup_mounts = 3;
	tell(story, cg);
	story->frame.cgroup_mounts = NULL;
	story->frame.ncgroup_mounts = 0;
}

/* Of a container whose shared memory grows the tmpfs is named that gains it, and no other. */
static void test_mounts(void **state)
{
	struct cg cg = { 1, "/shop", 1024 * MIB, 40 * MIB, 8 * MIB, 0 };
	struct story story;

	(void)state;
	story_begin(&story);
	say(&story, &cg);
	for (int i = 0; i < 90; i++) {
		cg.shmem_kib += i < 40 ? 0 : MIB;
		mounts_are(&story, &cg, cg.shmem_kib - 4 * MIB, 4 * MIB);
		if (i < 40)
			assert_null(store_container_mount(story.store, row(&story, "/shop")));
	}
	const struct container *shop = row(&story, "/shop");
	assert_int_equal(shop->nmounts, 2);
	assert_string_equal(store_container_mount(story.store, shop), "/data");
	/* anonymous memory that grows is in no mount; one that is gone is not told of */
	for (int i = 0; i < 150; i++) {
		cg.anon_kib += MIB;
		mounts_are(&story, &cg, cg.shmem_kib - 4 * MIB, 0);
	}
	assert_null(store_container_mount(story.store, row(&story, "/shop")));
	assert_int_equal(row(&story, "/shop")->nmounts, 1);
	story_end(&story);
}

/* The machine's shared memory grows, no process has it: in which container, and when that ends. */
static void test_filled(void **state)
{
	struct cg cg = { 1, "/lxc.payload.shop", 1024 * MIB, 40 * MIB, 8 * MIB, 0 };
	struct headline_facts facts;
	struct headline headline;
	struct story story;

	(void)state;
	story_begin(&story);
	say(&story, &cg);
	for (int i = 0; i < 90; i++) {
		cg.shmem_kib += i < 40 ? 0 : MIB;
		story.system.shmem_kib += i < 40 ? 0 : MIB;
		mounts_are(&story, &cg, cg.shmem_kib - 4 * MIB, 4 * MIB);
	}
	headline_gather(&facts, story.store);
	headline_write(&headline, &facts);
	assert_non_null(facts.ownerless_in);
	assert_non_null(strstr(headline.text,
		"The tmpfs /data of shop grows 60 MiB a minute; in about "));
	assert_non_null(strstr(headline.text, " it meets its group's limit of 1 GiB."));
	story_end(&story);
}

/* What the only look of a table brings after its tick is counted and judged at once; and memory
 * without a process to have it is that of processes which are not to be seen. */
static void test_added_later(void **state)
{
	const struct cg cg = { 1, "/shop", 512 * MIB, 500, 0, 0 };
	const struct cg far = { 2, "/far", 512 * MIB, 500 * MIB, 0, 0 };
	struct story story;

	(void)state;
	story_begin(&story);
	join(&story, 10, "/shop");
	story_tick(&story);
	for (int i = 0; i < 2; i++) {
		const struct cg *one = i == 0 ? &cg : &far;
		struct cgroup_figures *figures = say(&story, one);
		struct cgroup_parts parts = {
			.number = one->number,
			.usage_kib = usage_of(one),
			.anon_kib = one->anon_kib,
		};
		struct frame addition = {
			.seq = story.frame.seq,
			.boot_ms = story.now_ms,
			.cgroups = figures,
			.ncgroups = 1,
			.cgroup_parts = &parts,
			.ncgroup_parts = 1,
		};

		store_apply(story.store, &addition);
		story.frame.ncgroups = 0;
	}
	assert_int_equal(row(&story, "/shop")->processes, 1);
	assert_int_equal(store_container_verdict(story.store, row(&story, "/shop")), TREND_NEW);
	assert_false(containers_is_hidden(row(&story, "/shop")));
	assert_true(containers_is_hidden(row(&story, "/far")));
	story_end(&story);
}

/* A container that goes without a kill leaves nothing; one that comes back is itself. */
static void test_ends(void **state)
{
	struct cg cg = { 1, "/a", 512 * MIB, 500, 0, 0 };
	const struct cg other = { 2, "/b", 512 * MIB, 700, 0, 0 };
	uint32_t number = 1;
	struct story story;

	(void)state;
	story_begin(&story);
	say(&story, &cg);
	say(&story, &other);
	story_tick(&story);
	story.frame.cgroup_ends = &number;
	story.frame.ncgroup_ends = 1;
	story_tick(&story);
	assert_null(row(&story, "/a"));
	assert_null(store_cgroup(story.store, "/a"));
	tell(&story, &other);
	assert_true(row(&story, "/b")->known & CONTAINER_HAS_PARTS);
	/* its number is somebody else's now */
	cg.path = "/c";
	say(&story, &cg);
	tell(&story, &cg);
	assert_int_equal(row(&story, "/c")->unreclaimable_kib, 700);
	/* a key frame without the others ends them */
	story.frame.key = true;
	say(&story, &cg);
	story_tick(&story);
	assert_int_equal(store_container_count(story.store), 1);
	story_end(&story);
}

/* The first frame of a sampler has next to no cgroups in it: who is known from what was recorded
 * goes on, and is gone if it has not come after some seconds.  Numbers are new. */
static void test_goes_on(void **state)
{
	struct cg cg = { 1, "/a", 512 * MIB, 10 * MIB, 0, 0 };
	const struct cg other = { 2, "/b", 512 * MIB, 700, 0, 0 };
	struct story story;

	(void)state;
	story_begin(&story);
	story_wait(&story, 2);
	say(&story, &cg);
	say(&story, &other);
	for (int i = 0; i < 90; i++) {
		cg.anon_kib += 2 * MIB;
		tell(&story, &cg);
	}
	uint64_t first_ms = row(&story, "/a")->first_ms;
	assert_int_equal(store_container_verdict(story.store, row(&story, "/a")), TREND_CLIMBING);
	story.frame.key = true;
	story.seq = 1;
	story_tick(&story);
	cg.number = 2;
	say(&story, &cg);
	tell(&story, &cg);
	assert_int_equal(row(&story, "/a")->first_ms, first_ms);
	assert_int_equal(row(&story, "/a")->unreclaimable_kib, cg.anon_kib + 200);
	assert_int_equal(store_container_verdict(story.store, row(&story, "/a")), TREND_CLIMBING);
	assert_non_null(row(&story, "/b"));
	story_wait(&story, 12);
	assert_null(row(&story, "/b"));
	assert_non_null(row(&story, "/a"));
	story_end(&story);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_machines),
		cmocka_unit_test(test_one_after_the_other),
		cmocka_unit_test(test_verdicts),
		cmocka_unit_test(test_end_together),
		cmocka_unit_test(test_rare_parts),
		cmocka_unit_test(test_no_figure_of_the_host),
		cmocka_unit_test(test_history),
		cmocka_unit_test(test_packed),
		cmocka_unit_test(test_bare),
		cmocka_unit_test(test_lent),
		cmocka_unit_test(test_own_root),
		cmocka_unit_test(test_kills),
		cmocka_unit_test(test_limits_below),
		cmocka_unit_test(test_begins),
		cmocka_unit_test(test_company),
		cmocka_unit_test(test_victim),
		cmocka_unit_test(test_mounts),
		cmocka_unit_test(test_filled),
		cmocka_unit_test(test_added_later),
		cmocka_unit_test(test_ends),
		cmocka_unit_test(test_goes_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
