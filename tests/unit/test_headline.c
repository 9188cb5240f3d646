/* SPDX-License-Identifier: GPL-2.0-or-later */
/* headline: every sentence, and what comes first */
#include "model/headline.h"
#include "model/headline_end.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib/story.h"

static const uint64_t MIB = 1024, GIB = 1048576;

/* A case starts from a calm 16 GiB machine watched for 30 s; CHANGE makes what it is about. */
struct scene {
	struct headline_facts facts;
	struct system_figures system;
};

struct example {
	const char *name;
	void (*change)(struct scene *scene);
	enum headline_mood mood;
	int32_t about;
	const char *text;
};

static void set_available(struct scene *scene, double percent)
{
	scene->facts.available_kib = (uint64_t)(percent * 16 * (double)GIB / 100 + .5);
}

static void calm(struct scene *scene)
{
	(void)scene;
}

static void long_calm(struct scene *scene)
{
	scene->facts.seen_s = 60;
}

static void long_calm_but_warming(struct scene *scene)
{
	scene->facts.seen_s = 60;
	scene->facts.warming = 1;
}

static void no_psi(struct scene *scene)
{
	scene->system.known &= ~(uint32_t)SYSTEM_PSI;
}

static void no_psi_swapping(struct scene *scene)
{
	no_psi(scene);
	scene->system.swap_in_kib_s = 256;
}

static void nothing_known(struct scene *scene)
{
	scene->system.known = 0;
}

static void little_pressure(struct scene *scene)
{
	scene->system.psi_some_avg10 = 1;
}

static void below_little_pressure(struct scene *scene)
{
	scene->system.psi_some_avg10 = .99;
}

static void stalled(struct scene *scene)
{
	set_available(scene, 4);
	scene->system.psi_some_avg10 = 18;
}

static void just_not_stalled(struct scene *scene)
{
	scene->system.psi_some_avg10 = 9.99;
	scene->system.psi_full_avg10 = 4.99;
}

static void stalled_in_full(struct scene *scene)
{
	set_available(scene, .5);
	scene->system.psi_some_avg10 = 12;
	scene->system.psi_full_avg10 = 10;
}

static void stalled_with_plenty(struct scene *scene)
{
	scene->system.psi_some_avg10 = 25;
}

static void stalled_without_psi(struct scene *scene)
{
	no_psi(scene);
	set_available(scene, 6);
	scene->system.swap_total_kib = scene->system.swap_free_kib = 8 * GIB;
	scene->system.swap_in_kib_s = 20 * 1024;
	scene->system.swap_out_kib_s = 15 * 1024;
}

static void somebody_waits(struct scene *scene)
{
	stalled(scene);
	scene->facts.waits_name = "postgres";
	scene->facts.waits = (struct ident){ 633, 1 };
	scene->facts.waits_faults_s = 1200;
}

static void faults_of_a_cold_start(struct scene *scene)
{
	scene->facts.waits_name = "postgres";
	scene->facts.waits = (struct ident){ 633, 1 };
	scene->facts.waits_faults_s = 1200;
}

static void waits_for_swap(struct scene *scene)
{
	faults_of_a_cold_start(scene);
	scene->facts.waits_faults_s = 1234567;
	scene->system.swap_in_kib_s = 300;
}

static void waits_for_refaults(struct scene *scene)
{
	faults_of_a_cold_start(scene);
	scene->facts.waits_faults_s = 50;
	set_available(scene, 15);
	scene->system.refault_pages_s = 50;
}

static void short_without_swap(struct scene *scene)
{
	set_available(scene, 9);
}

static void short_with_full_swap(struct scene *scene)
{
	set_available(scene, 4);
	scene->system.swap_total_kib = 8 * GIB;
	scene->system.swap_free_kib = GIB / 2;
}

static void short_with_swap_left(struct scene *scene)
{
	set_available(scene, 4);
	scene->system.swap_total_kib = scene->system.swap_free_kib = 8 * GIB;
}

static void tight(struct scene *scene)
{
	set_available(scene, 8);
	scene->system.swap_total_kib = scene->system.swap_free_kib = 8 * GIB;
}

static void just_not_tight(struct scene *scene)
{
	set_available(scene, 10);
}

static void big(struct scene *scene)
{
	short_without_swap(scene);
	scene->facts.biggest_name = "mysqld";
	scene->facts.biggest = (struct ident){ 900, 1 };
	scene->facts.biggest_kib = 12 * GIB;
	scene->facts.biggest_age_s = 90000;
}

static void big_and_young(struct scene *scene)
{
	big(scene);
	scene->facts.biggest_age_s = 240;
}

static void big_is_no_news_when_calm(struct scene *scene)
{
	big(scene);
	set_available(scene, 61);
}

/* The machine is full when the climber alone would fill it. */
static void end_in(struct scene *scene, double seconds)
{
	scene->facts.worst_eta_known = scene->facts.machine_eta_known = true;
	scene->facts.worst_eta.mid_s = scene->facts.machine_eta_s = seconds;
}

static void climber(struct scene *scene)
{
	scene->facts.seen_s = 600;
	scene->facts.climbers = 1;
	scene->facts.worst_name = "node";
	scene->facts.worst = (struct ident){ 812, 1 };
	scene->facts.worst_kib_min = 86 * (double)MIB;
	scene->facts.worst_since_s = 22 * 60;
	scene->facts.worst_gained_kib = 1945 * MIB;
	scene->facts.worst_eta = (struct eta){ 540, 400, 700, 540,
		{ LIMIT_MACHINE, GIB, 16 * GIB, NULL } };
	end_in(scene, 540);
}

static void young_climber(struct scene *scene)
{
	climber(scene);
	scene->facts.worst_since_s = 59;
}

static void climber_at_the_end(struct scene *scene)
{
	young_climber(scene);
	end_in(scene, 3);
}

static void climber_soon(struct scene *scene)
{
	young_climber(scene);
	end_in(scene, 299);
}

static void climber_late(struct scene *scene)
{
	young_climber(scene);
	end_in(scene, 7200);
}

static void climber_without_end(struct scene *scene)
{
	climber(scene);
	scene->facts.worst_eta_known = false;
}

static void slow_climber(struct scene *scene)
{
	climber_without_end(scene);
	scene->facts.worst_kib_min = 10;
}

static void climber_in_group(struct scene *scene)
{
	young_climber(scene);
	scene->facts.worst_eta.limit = (struct limit){ LIMIT_CGROUP, GIB, 4 * GIB, "/a" };
}

static void climber_in_group_that_ends_as_one(struct scene *scene)
{
	climber_in_group(scene);
	scene->facts.worst_takes = 12;
}

static void climber_below_high(struct scene *scene)
{
	young_climber(scene);
	scene->facts.worst_eta.limit = (struct limit){ LIMIT_CGROUP_HIGH, GIB, 4 * GIB, "/a" };
}

static void climber_below_data(struct scene *scene)
{
	young_climber(scene);
	scene->facts.worst_eta.limit = (struct limit){ LIMIT_DATA, GIB, 4 * GIB, NULL };
}

static void climber_below_as(struct scene *scene)
{
	young_climber(scene);
	scene->facts.worst_eta.limit = (struct limit){ LIMIT_AS, GIB, 4 * GIB, NULL };
}

static void one_other(struct scene *scene)
{
	young_climber(scene);
	scene->facts.climbers = 2;
	scene->facts.machine_eta_known = true;
	scene->facts.machine_eta_s = 500;
}

static void others_much_sooner(struct scene *scene)
{
	young_climber(scene);
	scene->facts.climbers = 5;
	scene->facts.machine_eta_known = true;
	scene->facts.machine_eta_s = 290;
	scene->facts.climbing_kib_min = 160 * 1024;
}

static void stalled_and_climbing(struct scene *scene)
{
	climber(scene);
	stalled(scene);
	big(scene);
	set_available(scene, 4);
}

/* It climbs, and yet what is available does not fall: others give back. */
static void others_fill_the_machine(struct scene *scene)
{
	one_other(scene);
	scene->facts.worst_since_s = 80;
	scene->facts.worst_kib_min = 2970;
	scene->facts.climbing_kib_min = 5000;
	scene->facts.machine_eta_s = 2100;
	scene->facts.machine_kib_min = 600 * 1024;
}

static void others_fill_the_machine_not_its_group(struct scene *scene)
{
	climber_in_group(scene);
	scene->facts.climbing_kib_min = scene->facts.worst_kib_min;
	scene->facts.machine_kib_min = 1e6;
}

static void climber_on_a_machine_that_does_not_fill(struct scene *scene)
{
	young_climber(scene);
	scene->facts.machine_eta_known = false;
}

static void group_fills_though_the_machine_does_not(struct scene *scene)
{
	climber_in_group(scene);
	scene->facts.machine_eta_known = false;
}

static void watching(struct scene *scene)
{
	scene->facts.watching = true;
	scene->facts.seen_s = 15;
}

static void watching_a_grower(struct scene *scene)
{
	watching(scene);
	scene->facts.fastest_name = "shop.py";
	scene->facts.fastest = (struct ident){ 4, 1 };
	scene->facts.fastest_kib_min = 60 * (double)MIB;
}

static void watching_a_part(struct scene *scene)
{
	watching(scene);
	scene->facts.part_name = "Shared memory";
	scene->facts.part_kib_min = 56 * (double)MIB;
}

static void watching_a_part_and_a_grower(struct scene *scene)
{
	watching_a_grower(scene); /* behind the part, by store_fastest_part */
	scene->facts.part_name = "Shared memory";
	scene->facts.part_kib_min = 64 * (double)MIB;
}

static void a_glance(struct scene *scene)
{
	watching_a_grower(scene);
	scene->facts.seen_s = 4.9;
}

static void watching_is_over(struct scene *scene)
{
	young_climber(scene);
	scene->facts.watching = true;
	scene->facts.fastest_name = "node";
}

static void ownerless(struct scene *scene)
{
	scene->facts.ownerless = "Kernel memory";
	scene->facts.ownerless_kib_min = 40 * (double)MIB;
}

static void a_tmpfs_grows(struct scene *scene)
{
	ownerless(scene);
	scene->facts.ownerless = "Shared memory";
	scene->facts.ownerless_mount = "/dev/shm";
}

static void a_container_fills(struct scene *scene)
{
	ownerless(scene);
	scene->facts.ownerless = "Shared memory";
	scene->facts.ownerless_in = "shop";
	scene->facts.ownerless_eta = (struct eta){ .mid_s = 70,
		.limit = { .kind = LIMIT_CGROUP, .limit_kib = 400 * MIB, .cgroup = "/shop" } };
}

static void a_container_fills_its_tmpfs(struct scene *scene)
{
	a_container_fills(scene);
	scene->facts.ownerless_mount = "/data";
	scene->facts.ownerless_eta = (struct eta){ .mid_s = INFINITY };
}

static void a_slab_cache_grows(struct scene *scene)
{
	ownerless(scene);
	scene->facts.ownerless_slab = "kmalloc-1k";
}

static void somebodys_shared_memory_grows(struct scene *scene)
{
	ownerless(scene);
	scene->facts.ownerless = "Shared memory";
	scene->facts.ownerless_by = "writer";
	scene->facts.ownerless_id = (struct ident){ 500, 1 };
}

static void busy(struct scene *scene, uint32_t cpus, uint32_t running, double cpu, double io)
{
	scene->facts.machine = &scene->system;
	scene->facts.cpus = cpus;
	scene->system.running = running;
	scene->system.load1 = running;
	scene->system.psi_cpu_avg10 = cpu;
	scene->system.psi_io_avg10 = io;
	scene->system.known |= SYSTEM_LOAD | SYSTEM_PSI_CPU | SYSTEM_PSI_IO;
}

static void cpus_are(struct scene *scene)
{
	busy(scene, 2, 80, 98, 1);
}

static void one_cpu_is(struct scene *scene)
{
	busy(scene, 1, 5, 98, 1);
}

static void a_lull_of_the_cpus(struct scene *scene)
{
	busy(scene, 2, 80, 98, 1);
	scene->system.running = 1;
}

static void cpus_are_busy_and_nobody_waits(struct scene *scene)
{
	busy(scene, 2, 80, 20, 1);
}

static void few_share_many_cpus(struct scene *scene)
{
	busy(scene, 64, 80, 98, 1);
}

static void disk_is(struct scene *scene)
{
	busy(scene, 2, 1, 3, 62.4);
}

static void disk_is_more(struct scene *scene)
{
	busy(scene, 2, 80, 55, 90);
}

static void cpus_without_psi(struct scene *scene)
{
	busy(scene, 4, 12, 0, 0);
	scene->system.known &= ~(uint32_t)(SYSTEM_PSI_CPU | SYSTEM_PSI_IO);
}

static void disk_without_psi(struct scene *scene)
{
	busy(scene, 4, 1, 0, 0);
	scene->system.load1 = 12;
	scene->facts.disk_waiters = 11;
	scene->system.known &= ~(uint32_t)(SYSTEM_PSI_CPU | SYSTEM_PSI_IO);
}

static void short_and_busy(struct scene *scene)
{
	cpus_are(scene);
	set_available(scene, 4);
}

static void container(struct scene *scene);

static void cpus_are_in_a_container(struct scene *scene)
{
	container(scene);
	cpus_are(scene);
}

static void unmeasured(struct scene *scene)
{
	scene->facts.unmeasured = true;
	scene->facts.lacks = "It is not said here.";
}

static void unmeasured_and_waiting(struct scene *scene)
{
	unmeasured(scene);
	scene->system.psi_some_avg10 = 30;
}

static void ownerless_beside_climber(struct scene *scene)
{
	young_climber(scene);
	ownerless(scene);
}

static void pool(struct scene *scene)
{
	scene->facts.seen_s = 600;
	scene->facts.pool_name = "worker";
	scene->facts.pool_members = 20;
	scene->facts.pool_kib_min = 12 * (double)MIB;
}

static void blocked(struct scene *scene)
{
	scene->facts.blocked_name = "java";
	scene->facts.blocked = (struct ident){ 44, 1 };
	scene->facts.blocked_s = 12;
}

/* Of the machine's memory, and nobody knows whom. */
static const struct kill killed = {
	.ms = 1, .why = KILL_MACHINE, .count = 1, .group = "", .in = "", .limit_kib = UINT64_MAX
};

static void oom_now(struct scene *scene)
{
	scene->facts.kill = &killed;
	scene->facts.oom_ago_s = 0;
}

static void oom_lately(struct scene *scene)
{
	scene->facts.kill = &killed;
	scene->facts.oom_ago_s = 59;
}

static void oom_a_while_ago(struct scene *scene)
{
	scene->facts.kill = &killed;
	scene->facts.oom_ago_s = 300;
	stalled(scene);
	scene->facts.waits_name = "postgres";
	scene->facts.waits = (struct ident){ 633, 1 };
	scene->facts.waits_faults_s = 50;
	blocked(scene);
}

static void oom_long_ago(struct scene *scene)
{
	scene->facts.kill = &killed;
	scene->facts.oom_ago_s = 301;
}

static void hidden(struct scene *scene)
{
	scene->facts.hidden = 12;
}

static void hidden_memory(struct scene *scene)
{
	scene->facts.hidden = 12;
	scene->facts.unaccounted_kib = 3 << 19;
}

static void hidden_uncounted(struct scene *scene)
{
	scene->facts.hides = true;
}

static void one_hidden(struct scene *scene)
{
	scene->facts.hidden = 1;
}

static void container(struct scene *scene)
{
	scene->facts.container = true;
	scene->facts.machine_limit_kib = 4 * GIB;
	scene->facts.available_kib = 2 * GIB;
}

static void no_total(struct scene *scene)
{
	scene->facts.machine_limit_kib = scene->facts.available_kib = 0;
}

static void long_name(struct scene *scene)
{
	static char name[600];

	memset(name, 'x', sizeof(name) - 1);
	young_climber(scene);
	scene->facts.worst_name = name;
}

static const struct example examples[] = {
	{ "calm", calm, MOOD_CALM, 0, "Memory is not the problem: 61 % available, no pressure." },
	{ "long calm", long_calm, MOOD_CALM, 0,
		"Memory is not the problem: 61 % available, no pressure. Nothing keeps growing." },
	{ "something may settle", long_calm_but_warming, MOOD_CALM, 0,
		"Memory is not the problem: 61 % available, no pressure." },
	{ "no PSI", no_psi, MOOD_CALM, 0,
		"Memory is not the problem: 61 % available, no swapping." },
	{ "no PSI, swapping", no_psi_swapping, MOOD_CALM, 0,
		"Memory is not the problem: 61 % available, some swapping." },
	{ "nothing known", nothing_known, MOOD_CALM, 0,
		"Memory is not the problem: 61 % available." },
	{ "little pressure", little_pressure, MOOD_CALM, 0,
		"Memory is not the problem: 61 % available, little pressure." },
	{ "less than little", below_little_pressure, MOOD_CALM, 0,
		"Memory is not the problem: 61 % available, no pressure." },
	{ "stalled", stalled, MOOD_WARN, 0,
		"Memory is the reason: 4 % available, programs waited 18 % of the last 10 s." },
	{ "just not stalled", just_not_stalled, MOOD_CALM, 0,
		"Memory is not the problem: 61 % available, little pressure." },
	{ "stalled in full", stalled_in_full, MOOD_ALARM, 0,
		"Memory is the reason: less than 1 % available, programs waited 12 % of the last 10 s." },
	{ "stalled with plenty", stalled_with_plenty, MOOD_WARN, 0,
		"Programs waited for memory 25 % of the last 10 s, though 61 % is available: "
		"a limit of their own may hold them." },
	{ "stalled, no PSI", stalled_without_psi, MOOD_WARN, 0,
		"Memory is the reason: 6 % available, 35 MiB a second go to and from swap." },
	{ "somebody waits", somebody_waits, MOOD_WARN, 633,
		"Memory is the reason: 4 % available, programs waited 18 % of the last 10 s. postgres (633) waits for memory: 1,200 pages a second come back "
		"from disk." },
	{ "cold start", faults_of_a_cold_start, MOOD_CALM, 0,
		"Memory is not the problem: 61 % available, no pressure." },
	{ "waits for swap", waits_for_swap, MOOD_WARN, 633,
		"postgres (633) waits for memory: 1,234,567 pages a second come back from disk. "
		"For now 61 % is available, no pressure." },
	{ "waits for what was dropped", waits_for_refaults, MOOD_WARN, 633,
		"postgres (633) waits for memory: 50 pages a second come back from disk. "
		"For now 15 % is available, no pressure." },
	{ "short, no swap", short_without_swap, MOOD_WARN, 0,
		"Memory is short: 9 % (1.4 GiB) available and there is no swap." },
	{ "short, swap full", short_with_full_swap, MOOD_WARN, 0,
		"Memory is short: 4 % (655 MiB) available and swap is used up." },
	{ "short, swap left", short_with_swap_left, MOOD_WARN, 0,
		"Memory is short: 4 % (655 MiB) available." },
	{ "tight", tight, MOOD_NOTICE, 0,
		"Memory is tight, but nothing waits for it: 8 % available." },
	{ "just not tight", just_not_tight, MOOD_CALM, 0,
		"Memory is not the problem: 10 % available, no pressure." },
	{ "one holds it", big, MOOD_WARN, 900,
		"Memory is short: 9 % (1.4 GiB) available and there is no swap. "
		"mysqld (900) holds 12 GiB of it." },
	{ "one took it fast", big_and_young, MOOD_WARN, 900,
		"Memory is short: 9 % (1.4 GiB) available and there is no swap. "
		"mysqld (900) took 12 GiB in the 4 minutes since it began." },
	{ "big but calm", big_is_no_news_when_calm, MOOD_CALM, 0,
		"Memory is not the problem: 61 % available, no pressure." },
	{ "climber", climber, MOOD_WARN, 812,
		"node (812) grows 86 MiB a minute; in about 9 minutes memory is full. "
		"It gained 1.9 GiB in 22 minutes. For now 61 % is available, no pressure." },
	{ "young climber", young_climber, MOOD_WARN, 812,
		"node (812) grows 86 MiB a minute; in about 9 minutes memory is full. "
		"For now 61 % is available, no pressure." },
	{ "at the end", climber_at_the_end, MOOD_ALARM, 812,
		"node (812) grows 86 MiB a minute; memory is full at any moment. "
		"For now 61 % is available, no pressure." },
	{ "soon", climber_soon, MOOD_ALARM, 812,
		"node (812) grows 86 MiB a minute; in about 5 minutes memory is full. "
		"For now 61 % is available, no pressure." },
	{ "late", climber_late, MOOD_NOTICE, 812,
		"node (812) grows 86 MiB a minute; in about 2 hours memory is full. "
		"For now 61 % is available, no pressure." },
	{ "without end", climber_without_end, MOOD_NOTICE, 812,
		"node (812) grows 86 MiB a minute. It gained 1.9 GiB in 22 minutes. "
		"For now 61 % is available, no pressure." },
	{ "slow", slow_climber, MOOD_NOTICE, 812,
		"node (812) grows 600 KiB an hour. It gained 1.9 GiB in 22 minutes. "
		"For now 61 % is available, no pressure." },
	{ "group's limit", climber_in_group, MOOD_WARN, 812,
		"node (812) grows 86 MiB a minute; in about 9 minutes it meets its group's limit of "
		"4 GiB. For now 61 % is available, no pressure." },
	{ "a group that ends as one", climber_in_group_that_ends_as_one, MOOD_WARN, 812,
		"node (812) grows 86 MiB a minute; in about 9 minutes it meets its group's limit of "
		"4 GiB. A kill takes all 12 processes with it. "
		"For now 61 % is available, no pressure." },
	{ "group's soft limit", climber_below_high, MOOD_WARN, 812,
		"node (812) grows 86 MiB a minute; in about 9 minutes it meets its group's soft limit of "
		"4 GiB. For now 61 % is available, no pressure." },
	{ "data limit", climber_below_data, MOOD_WARN, 812,
		"node (812) grows 86 MiB a minute; in about 9 minutes it meets its limit of data of "
		"4 GiB. For now 61 % is available, no pressure." },
	{ "address space", climber_below_as, MOOD_WARN, 812,
		"node (812) grows 86 MiB a minute; in about 9 minutes it meets its limit of "
		"address space of 4 GiB. For now 61 % is available, no pressure." },
	{ "filled by others", others_fill_the_machine, MOOD_WARN, 812,
		"Memory in use grows 600 MiB a minute; in about 35 minutes memory is full. "
		"node (812) grows 2.9 MiB a minute. For now 61 % is available, no pressure." },
	{ "a group beside it", others_fill_the_machine_not_its_group, MOOD_WARN, 812,
		"node (812) grows 86 MiB a minute; in about 9 minutes it meets its group's limit "
		"of 4 GiB. For now 61 % is available, no pressure." },
	{ "not filling", climber_on_a_machine_that_does_not_fill, MOOD_NOTICE, 812,
		"node (812) grows 86 MiB a minute. For now 61 % is available, no pressure." },
	{ "filling a group", group_fills_though_the_machine_does_not, MOOD_WARN, 812,
		"node (812) grows 86 MiB a minute; in about 9 minutes it meets its group's limit "
		"of 4 GiB. For now 61 % is available, no pressure." },
	{ "watching", watching, MOOD_CALM, 0,
		"Memory is not the problem: 61 % available, no pressure. "
		"Watching for 15 seconds: nothing grows so far." },
	{ "watching a grower", watching_a_grower, MOOD_NOTICE, 4,
		"Watching for 15 seconds: shop.py (4) grows fastest so far, 60 MiB a minute. "
		"For now 61 % is available, no pressure." },
	{ "watching a part of the machine", watching_a_part, MOOD_NOTICE, 0,
		"Watching for 15 seconds. Shared memory grows fastest so far, 56 MiB a minute. "
		"For now 61 % is available, no pressure." },
	{ "watching both", watching_a_part_and_a_grower, MOOD_NOTICE, 0,
		"Watching for 15 seconds. Shared memory grows fastest so far, 64 MiB a minute. "
		"For now 61 % is available, no pressure." },
	{ "a glance", a_glance, MOOD_CALM, 0,
		"Memory is not the problem: 61 % available, no pressure." },
	{ "watching is over", watching_is_over, MOOD_WARN, 812,
		"node (812) grows 86 MiB a minute; in about 9 minutes memory is full. "
		"For now 61 % is available, no pressure." },
	{ "another", one_other, MOOD_WARN, 812,
		"node (812) grows 86 MiB a minute; in about 8 minutes memory is full. "
		"1 other grows too. For now 61 % is available, no pressure." },
	{ "together", others_much_sooner, MOOD_ALARM, 812,
		"node (812) and 4 others grow 160 MiB a minute; in about 5 minutes memory is full. "
		"node alone grows 86 MiB a minute. "
		"For now 61 % is available, no pressure." },
	{ "stalled and climbing", stalled_and_climbing, MOOD_WARN, 812,
		"Memory is the reason: 4 % available, programs waited 18 % of the last 10 s. node (812) grows 86 MiB a minute; in about 9 minutes "
		"memory is full. It gained 1.9 GiB in 22 minutes." },
	{ "ownerless", ownerless, MOOD_NOTICE, 0,
		"Kernel memory grows 40 MiB a minute, no single process does. "
		"For now 61 % is available, no pressure." },
	{ "ownerless and a climber", ownerless_beside_climber, MOOD_WARN, 812,
		"node (812) grows 86 MiB a minute; in about 9 minutes memory is full. "
		"Kernel memory grows 40 MiB a minute, and no process explains it. "
		"For now 61 % is available, no pressure." },
	{ "a container fills", a_container_fills, MOOD_ALARM, 0,
		"Shared memory of shop grows 40 MiB a minute; in about 70 seconds it meets its group's limit of 400 MiB. "
		"For now 61 % is available, no pressure." },
	{ "a container fills its tmpfs", a_container_fills_its_tmpfs, MOOD_NOTICE, 0,
		"The tmpfs /data of shop grows 40 MiB a minute. "
		"For now 61 % is available, no pressure." },
	{ "a tmpfs", a_tmpfs_grows, MOOD_NOTICE, 0,
		"The tmpfs /dev/shm grows 40 MiB a minute, no single process does. "
		"For now 61 % is available, no pressure." },
	{ "a slab cache", a_slab_cache_grows, MOOD_NOTICE, 0,
		"The kernel's slab cache kmalloc-1k grows 40 MiB a minute, no single process does. "
		"For now 61 % is available, no pressure." },
	{ "somebody's shared memory", somebodys_shared_memory_grows, MOOD_NOTICE, 500,
		"Shared memory grows 40 MiB a minute: writer (500) makes it grow. "
		"For now 61 % is available, no pressure." },
	{ "the CPUs are", cpus_are, MOOD_CALM, 0,
		"Memory is not the problem; the 2 CPUs are: 80 tasks want to run. "
		"61 % is available, no pressure." },
	{ "the CPU is", one_cpu_is, MOOD_CALM, 0,
		"Memory is not the problem; the CPU is: 5 tasks want to run. "
		"61 % is available, no pressure." },
	{ "a lull", a_lull_of_the_cpus, MOOD_CALM, 0,
		"Memory is not the problem; the 2 CPUs are: 80 tasks want to run. "
		"61 % is available, no pressure." },
	{ "busy, nobody waits", cpus_are_busy_and_nobody_waits, MOOD_CALM, 0,
		"Memory is not the problem: 61 % available, no pressure." },
	{ "enough CPUs", few_share_many_cpus, MOOD_CALM, 0,
		"Memory is not the problem: 61 % available, no pressure." },
	{ "the disk is", disk_is, MOOD_CALM, 0,
		"Memory is not the problem; the disk is: tasks waited for it 62 % of the last 10 s. 61 % is available, no pressure." },
	{ "the disk is more", disk_is_more, MOOD_CALM, 0,
		"Memory is not the problem; the disk is: tasks waited for it 90 % of the last 10 s. 61 % is available, no pressure." },
	{ "CPUs, no PSI", cpus_without_psi, MOOD_CALM, 0,
		"Memory is not the problem; the 4 CPUs are: 12 tasks want to run. "
		"61 % is available, no pressure." },
	{ "disk, no PSI", disk_without_psi, MOOD_CALM, 0,
		"Memory is not the problem; the disk is: 11 processes wait for it. "
		"61 % is available, no pressure." },
	{ "short and busy", short_and_busy, MOOD_WARN, 0,
		"Memory is short: 4 % (655 MiB) available and there is no swap." },
	{ "CPUs, in a container", cpus_are_in_a_container, MOOD_CALM, 0,
		"Memory is not the problem; the host's 2 CPUs are: 80 tasks want to run. "
		"50 % of this container's 4 GiB is available, no pressure." },
	{ "nothing of memory", unmeasured, MOOD_CALM, 0, "It is not said here." },
	{ "nothing of memory, waiting", unmeasured_and_waiting, MOOD_WARN, 0,
		"Programs waited for memory 30 % of the last 10 s. It is not said here." },
	{ "a pool", pool, MOOD_NOTICE, 0,
		"All worker together (20 now) grow 12 MiB a minute, no single one does. "
		"For now 61 % is available, no pressure." },
	{ "blocked", blocked, MOOD_NOTICE, 44,
		"java (44) is stuck: no answer from it for 12 seconds. "
		"For now 61 % is available, no pressure." },
	{ "killed now", oom_now, MOOD_ALARM, 0,
		"The kernel has just killed a process because memory ran out. "
		"For now 61 % is available, no pressure." },
	{ "killed lately", oom_lately, MOOD_ALARM, 0,
		"The kernel killed a process 59 s ago because memory ran out. "
		"For now 61 % is available, no pressure." },
	{ "no more than three", oom_a_while_ago, MOOD_WARN, 633,
		"Memory is the reason: 4 % available, programs waited 18 % of the last 10 s. postgres (633) waits for memory: 50 pages a second come back from "
		"disk. The kernel killed a process 5 minutes ago because memory ran out." },
	{ "killed long ago", oom_long_ago, MOOD_CALM, 0,
		"Memory is not the problem: 61 % available, no pressure." },
	{ "hidden", hidden, MOOD_CALM, 0,
		"Memory is not the problem: 61 % available, no pressure. "
		"12 processes may not be looked at." },
	{ "hidden, with memory", hidden_memory, MOOD_CALM, 0,
		"Memory is not the problem: 61 % available, no pressure. "
		"12 processes may not be looked at, which leaves 1.5 GiB unaccounted for." },
	{ "hidden, not counted", hidden_uncounted, MOOD_CALM, 0,
		"Memory is not the problem: 61 % available, no pressure. "
		"Processes of others are hidden." },
	{ "one hidden", one_hidden, MOOD_CALM, 0,
		"Memory is not the problem: 61 % available, no pressure. "
		"1 process may not be looked at." },
	{ "container", container, MOOD_CALM, 0,
		"Memory is not the problem: 50 % of this container's 4 GiB available, "
		"no pressure." },
	{ "no total", no_total, MOOD_CALM, 0,
		"Memory is not the problem: 100 % available, no pressure." },
	{ "a name too long", long_name, MOOD_CALM, 812,
		"Memory is not the problem: 61 % available, no pressure." },
};

static void test_every_sentence(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		const struct example *example = &examples[i];
		struct headline headline;
		struct scene scene = {
			.facts = {
				.machine_limit_kib = 16 * GIB,
				.seen_s = 30,
				.oom_ago_s = -1,
				.biggest_age_s = -1,
			},
			.system = {
				.known = SYSTEM_AVAILABLE | SYSTEM_PSI | SYSTEM_SWAP_RATE |
					SYSTEM_REFAULT_RATE,
				.total_kib = 16 * GIB,
			},
		};
		set_available(&scene, 61);
		example->change(&scene);
		scene.facts.system = &scene.system;
		headline_write(&headline, &scene.facts);
		if (strcmp(headline.text, example->text) || headline.mood != example->mood ||
			headline.about.pid != example->about)
			fail_msg("%s: mood %d, about %d:\n%s\n%s", example->name, headline.mood,
				headline.about.pid, headline.text, example->text);
		assert_null(strstr(headline.text, "leak"));
	}
}

static void test_nothing_seen(void **state)
{
	struct store *store = store_new();
	struct headline_facts facts;
	struct headline headline;

	(void)state;
	headline_gather(&facts, store);
	headline_write(&headline, &facts);
	assert_string_equal(headline.text, "Taking the first look at this machine.");
	facts.over = true;
	headline_write(&headline, &facts);
	assert_string_equal(headline.text, "This recording holds no look at a machine.");
	store_free(store);
}

static void gathered(const struct story *story, struct headline_facts *facts)
{
	headline_gather(facts, story->store);
}

static void test_gather_first_tick(void **state)
{
	struct headline_facts facts;
	struct story story;

	(void)state;
	story_begin(&story);
	story.system.hidden = 3;
	story_birth(&story, 10, 120, "big");
	story_birth(&story, 11, 500, "slow");
	story_usage(&story, 10, 900000, 1000);
	story_usage(&story, 11, 90000, 1000);
	story_detail(&story, 11, DETAIL_FAULTS)->figures.major_faults_s = 80;
	story_text(&story, 11, TEXT_BLOCKED, "7");
	story_tick(&story);
	gathered(&story, &facts);
	assert_string_equal(facts.biggest_name, "big");
	assert_int_equal(facts.biggest_kib, 899000);
	assert_true(fabs(facts.biggest_age_s - 120) < .1);
	assert_string_equal(facts.waits_name, "slow");
	assert_int_equal(facts.waits.pid, 11);
	assert_string_equal(facts.blocked_name, "slow");
	assert_int_equal(facts.blocked_s, 7);
	assert_int_equal(facts.hidden, 3);
	assert_true(facts.oom_ago_s < 0);
	assert_int_equal(facts.available_kib, 10234000);
	assert_false(facts.container);
	story.system.oom_kills++;
	story_tick(&story);
	story_wait(&story, 4);
	gathered(&story, &facts);
	assert_true(fabs(facts.oom_ago_s - 4) < .1);
	assert_true(fabs(facts.seen_s - 5) < .1);
	story_end(&story);
}

static void test_gather_climbers(void **state)
{
	struct headline_facts facts;
	struct story story;

	(void)state;
	story_begin(&story);
	for (int32_t pid = 10; pid < 13; pid++) {
		story_birth(&story, pid, 500, pid == 11 ? "fast" : "slow");
		story_usage(&story, pid, 90000, 1000);
	}
	story_text(&story, 12, TEXT_CGROUP, "/small");
	story_tick(&story);
	for (int i = 1; i < 200; i++) {
		story_usage(&story, 10, 90000 + (uint64_t)i * 100, 1000);
		story_usage(&story, 11, 90000 + (uint64_t)i * 500, 1000);
		story_usage(&story, 12, 90000 + (uint64_t)i * 100, 1000);
		story_tick(&story);
	}
	gathered(&story, &facts);
	assert_int_equal(facts.climbers, 3);
	assert_int_equal(facts.worst.pid, 11);
	assert_true(facts.worst_eta_known);
	/* all that climb, and yet available memory stands still */
	assert_false(facts.machine_eta_known);
	assert_true(fabs(facts.climbing_kib_min - 700 * 60) < 1000);
	assert_true(facts.worst_since_s > 100);
	assert_true(facts.worst_gained_kib > 50000);
	/* the slower one whose end comes first is the worst; the first was named long enough */
	story_cgroup(&story, "/small", 100000, 110000);
	story_grow(&story, 12, 100, 1);
	gathered(&story, &facts);
	assert_int_equal(facts.worst.pid, 12);
	assert_int_equal(facts.worst_eta.limit.kind, LIMIT_CGROUP);
	story_end(&story);
}

/* Two that take turns at being the fastest: neither is named for less than ten seconds. */
static void test_a_name_stays(void **state)
{
	struct headline_facts facts;
	struct story story;
	uint64_t kib[2] = { 90000, 90000 }, since_ms = 0;
	int32_t named = 0;

	(void)state;
	story_begin(&story);
	for (int i = 0; i < 2; i++) {
		story_birth(&story, 10 + i, 500, "x");
		story_usage(&story, 10 + i, kib[i], 1000);
	}
	story_tick(&story);
	for (int t = 1; t < 240; t++) {
		for (int i = 0; i < 2; i++) {
			kib[i] += (t / 3 + i) % 2 ? 900 : 100;
			story_usage(&story, 10 + i, kib[i], 1000);
		}
		story_tick(&story);
		gathered(&story, &facts);
		int32_t now = facts.worst_name ? facts.worst.pid : 0;
		if (now && named && now != named)
			assert_true(store_now_ms(story.store) - since_ms >= 10000);
		if (now != named)
			since_ms = store_now_ms(story.store);
		named = now;
	}
	assert_true(named == 10 || named == 11);
	story_end(&story);
}

/* The machine's own time: what is available falls, whoever takes it, and then it does not. */
static void test_machine_full(void **state)
{
	struct story story;
	double seconds;

	(void)state;
	story_begin(&story);
	uint64_t left_kib = story.system.available_kib;
	for (int i = 0; i < 70; i++) {
		story.system.available_kib = left_kib -= 10240;
		story_tick(&story);
	}
	assert_true(store_machine_full(story.store, &seconds));
	double room_kib = (double)store_machine_room(story.store);
	assert_true(fabs(seconds - room_kib / 10240) < .05 * seconds);
	for (int i = 0; i < 30; i++)
		story_tick(&story);
	assert_false(store_machine_full(story.store, &seconds));
	story_end(&story);
}

/* A rate that changes, and spans that do not agree: the time that is said does not jump from 46 to
 * 21 minutes while one reads it, and in the end it is right. */
static void test_the_time_left_does_not_jump(void **state)
{
	static const struct {
		int from_s;
		double kib_s, late_kib_s;
	} cases[] = { { 200, 0, 3000 }, { 400, 3000, 1000 }, { 400, 2000, 4000 } };

	(void)state;
	for (size_t c = 0; c < 3; c++) {
		struct story story;
		uint32_t seed = 3;
		double left_kib = 10e6, said_s[6] = { 0 }, now_s;
		story_begin(&story);
		for (int t = 0; t < 900; t++) {
			seed = seed * 1664525u + 1013904223u;
			left_kib -= t < cases[c].from_s ? cases[c].kib_s : cases[c].late_kib_s;
			story.system.available_kib = (uint64_t)left_kib + seed % 20000;
			story_tick(&story);
			memmove(said_s + 1, said_s, 5 * sizeof(said_s[0]));
			said_s[0] = store_machine_full(story.store, &now_s) ? now_s : 0;
			for (int i = 1; i < 6 && said_s[0] > 0; i++)
				if (said_s[i] > 0)
					assert_true(fabs(log(said_s[0] / said_s[i])) < .23);
		}
		double due_s = (double)store_machine_room(story.store) / cases[c].late_kib_s;
		assert_true(said_s[0] > 0 && fabs(said_s[0] / due_s - 1) < .15);
		story_end(&story);
	}
}

/* Beside a process that swings (a virtual machine, a compiler) the end does not come and go with every
 * few looks; and once a large one has given back what it had, it is over at once. */
static void test_the_end_does_not_come_and_go(void **state)
{
	static const struct {
		double high_kib, period_s;
	} swings[] = { { 40e3, 7 }, { 60e3, 11 }, { 80e3, 17 }, { 120e3, 23 } };

	(void)state;
	for (size_t c = 0; c < sizeof(swings) / sizeof(swings[0]); c++) {
		struct story story;
		double seconds, swing = 0;
		int changes = 0;
		bool said = false;
		story_begin(&story);
		uint64_t left_kib = story.system.available_kib;
		for (int t = 0; t < 600; t++) {
			swing = swings[c].high_kib *
				fabs(fmod(t, swings[c].period_s) * 2 / swings[c].period_s - 1);
			left_kib -= 1500;
			story.system.available_kib = left_kib - (uint64_t)swing;
			story_tick(&story);
			changes += said != store_machine_full(story.store, &seconds);
			said = store_machine_full(story.store, &seconds);
		}
		assert_true(said);
		assert_true(changes <= 3);
		story.system.available_kib = left_kib + 2000000;
		story_tick(&story);
		assert_false(store_machine_full(story.store, &seconds));
		story_end(&story);
	}
}

static void test_gather_watch(void **state)
{
	struct headline_facts facts;
	struct story story;

	(void)state;
	story_begin(&story);
	story_birth(&story, 10, 500, "grower");
	story_birth(&story, 11, 500, "memtop");
	story_usage(&story, 10, 90000, 1000);
	story_usage(&story, 11, 90000, 1000);
	story_tick(&story);
	for (int i = 1; i < 100; i++) {
		story_usage(&story, 10, 90000 + (uint64_t)i * 100, 1000);
		story_usage(&story, 11, 90000 + (uint64_t)i * 500, 1000);
		story_tick(&story);
		gathered(&story, &facts);
		assert_int_equal(facts.watching, i < 45);
		if (i == 10) {
			assert_int_equal(facts.fastest.pid, 10);
			assert_true(fabs(facts.fastest_kib_min - 6000) < 1);
		}
	}
	assert_null(facts.fastest_name);
	assert_int_equal(facts.worst.pid, 10);
	story_end(&story);
}

/* Who began a while ago and still grows is not judged yet; it is not said that nothing grows. */
static void test_gather_young(void **state)
{
	struct headline_facts facts;
	struct story story;
	size_t growing[31] = { 0 };

	(void)state;
	story_begin(&story);
	story_birth(&story, 10, 500, "still");
	story_usage(&story, 10, 90000, 1000);
	story_wait(&story, 100);
	story_birth(&story, 11, 60000, "machine");
	story_birth(&story, 12, 60000, "loader");
	for (int i = 0; i <= 30; i++) {
		story_usage(&story, 11, 20000 + 20000 * (uint64_t)i, 1000);
		story_usage(&story, 12, 20000 + 20000 * (uint64_t)(i < 4 ? i : 4), 1000);
		story_tick(&story);
		gathered(&story, &facts);
		growing[i] = facts.warming + facts.climbers;
	}
	assert_int_equal(growing[5], 0);
	for (int i = 13; i <= 30; i++)
		assert_int_equal(growing[i], 1);
	story_end(&story);
}

/* Who has loaded what it wanted no longer grows fastest. */
static void test_gather_watch_over(void **state)
{
	struct headline_facts facts;
	struct story story;

	(void)state;
	story_begin(&story);
	story_birth(&story, 10, 500, "loader");
	story_usage(&story, 10, 90000, 1000);
	story_tick(&story);
	for (int i = 1; i < 40; i++) {
		uint64_t grown = 30000 * (uint64_t)(i < 12 ? i : 12);
		story_usage(&story, 10, 90000 + grown, 1000);
		story_tick(&story);
		gathered(&story, &facts);
		if (i == 11)
			assert_int_equal(facts.fastest.pid, 10);
		assert_true(i < 21 || !facts.fastest_name);
	}
	story_end(&story);
}

/* A process and a part of the machine that take turns: each is named for ten seconds, unless what
 * is named there is over, and the part only where it gains more than twice as much. */
static void test_gather_watch_part(void **state)
{
	struct headline_facts facts;
	struct story story;
	const char *named = NULL;
	uint64_t since_ms = 0, kib = 90000;
	unsigned changes = 0;

	(void)state;
	story_begin(&story);
	story_birth(&story, 10, 500, "loader");
	story_usage(&story, 10, kib, 1000);
	story_tick(&story);
	for (int i = 1; i < 44; i++) {
		kib += i % 6 < 3 ? 3000 : 800;
		story.system.shmem_kib += i % 6 < 3 ? 0 : 9000;
		story_usage(&story, 10, kib, 1000);
		story_tick(&story);
		gathered(&story, &facts);
		const char *now = facts.part_name != NULL ? facts.part_name : facts.fastest_name;
		if (named != NULL && now != NULL && strcmp(now, named) != 0) {
			assert_true(store_now_ms(story.store) - since_ms >= 10000);
			changes++;
		}
		if (now != NULL && (named == NULL || strcmp(now, named) != 0))
			since_ms = store_now_ms(story.store);
		named = now;
	}
	assert_non_null(named);
	assert_true(changes > 0);
	story_end(&story);
}

static void test_gather_container(void **state)
{
	struct stream_header header = { .hz = STORY_HZ, .pid = 77 };
	struct headline_facts facts;
	struct story story;

	(void)state;
	story_begin(&story);
	store_set_header(story.store, &header);
	story_birth(&story, 77, 5, "memtop");
	story_text(&story, 77, TEXT_CGROUP, "/docker/1/x");
	story_cgroup(&story, "/docker/1", 3000000, 4000000)->reclaimable_kib = 500000;
	story_tick(&story);
	gathered(&story, &facts);
	assert_true(facts.container);
	assert_int_equal(facts.machine_limit_kib, 4000000);
	assert_int_equal(facts.available_kib, 1500000);
	story_end(&story);
}

static void test_gather_ownerless(void **state)
{
	static const char *const names[] = { "Kernel memory", "Shared memory",
		"Memory for page tables", "Memory that nobody accounts for, of a driver maybe," };
	struct headline_facts facts;

	(void)state;
	for (int which = 0; which < 4; which++) {
		struct story story;
		story_begin(&story);
		story.system.known &= ~(uint32_t)SYSTEM_AVAILABLE;
		for (int i = 0; i < 60; i++) {
			uint64_t *figures[] = { &story.system.slab_unreclaimable_kib,
				&story.system.shmem_kib, &story.system.page_tables_kib,
				&story.system.free_kib };
			*figures[which] += which == 3 ? -(uint64_t)1000 : 1000;
			story_tick(&story);
		}
		gathered(&story, &facts);
		assert_string_equal(facts.ownerless, names[which]);
		assert_true(fabs(facts.ownerless_kib_min - 60000) < 1000);
		story_end(&story);
	}
}

/* Rates have two digits, so that they do not change at each look; the short form begins with the
 * end. */
static void test_ends(void **state)
{
	const struct limit group = { .kind = LIMIT_CGROUP, .limit_kib = 1258291 };
	const struct limit machine = { .kind = LIMIT_MACHINE };
	char rate[HEADLINE_RATE_MAX], brief[HEADLINE_BRIEF_MAX];

	(void)state;
	assert_string_equal(headline_rate(rate, 107 * 1024), "110 MiB a minute");
	assert_string_equal(headline_rate(rate, 86 * 1024), "86 MiB a minute");
	assert_string_equal(headline_rate(rate, 994 * 1024), "990 MiB a minute");
	assert_string_equal(headline_rate(rate, 512), "510 KiB a minute");
	assert_string_equal(headline_rate(rate, 4), "240 KiB an hour");
	assert_string_equal(headline_brief(brief, &group, 420, "shop.py", 4711),
		"Limit of 1.2 GiB in about 7 minutes: shop.py (4711).");
	assert_string_equal(headline_brief(brief, &machine, 420, NULL, 0),
		"Memory is full in about 7 minutes.");
	assert_string_equal(headline_brief(brief, &machine, 2, "shop.py", 4711),
		"Memory is full at any moment: shop.py (4711).");
}

/* A sentence stands for three seconds, but for what is worse, and for time that was moved back. */
static void test_stands(void **state)
{
	const struct headline calm = { .mood = MOOD_CALM, .text = "calm" };
	const struct headline other = { .mood = MOOD_CALM, .text = "calm, too" };
	const struct headline alarm = { .mood = MOOD_ALARM, .text = "alarm" };
	struct headline shown = { 0 };
	uint64_t since_ms = 0;

	(void)state;
	assert_true(headline_replace(&shown, &since_ms, &calm, 1000));
	assert_false(headline_replace(&shown, &since_ms, &other, 3900));
	assert_string_equal(shown.text, "calm");
	assert_true(headline_replace(&shown, &since_ms, &other, 4000));
	assert_true(headline_replace(&shown, &since_ms, &alarm, 4100));
	assert_false(headline_replace(&shown, &since_ms, &calm, 7000));
	assert_true(headline_replace(&shown, &since_ms, &calm, 7100));
	/* the same words once more have not stood any shorter */
	assert_true(headline_replace(&shown, &since_ms, &calm, 10200));
	assert_true(headline_replace(&shown, &since_ms, &other, 10300));
	assert_true(headline_replace(&shown, &since_ms, &calm, 500));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ends),
		cmocka_unit_test(test_stands),
		cmocka_unit_test(test_every_sentence),
		cmocka_unit_test(test_nothing_seen),
		cmocka_unit_test(test_gather_first_tick),
		cmocka_unit_test(test_gather_climbers),
		cmocka_unit_test(test_a_name_stays),
		cmocka_unit_test(test_machine_full),
		cmocka_unit_test(test_the_end_does_not_come_and_go),
		cmocka_unit_test(test_the_time_left_does_not_jump),
		cmocka_unit_test(test_gather_watch),
		cmocka_unit_test(test_gather_young),
		cmocka_unit_test(test_gather_watch_over),
		cmocka_unit_test(test_gather_watch_part),
		cmocka_unit_test(test_gather_container),
		cmocka_unit_test(test_gather_ownerless),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
