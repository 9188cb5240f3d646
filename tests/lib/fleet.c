/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fleet - see fleet.h */
#include "tests/lib/fleet.h"

#include "model/containers.h"

#include <string.h>

#define MIB UINT64_C(1024)
#define POD "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod4f1c2d3e_0a1b.slice"

enum { SECONDS = 480, NO_PARTS = 1 };

/* A cgroup, what it gains a second, and the process in it. */
static const struct ship {
	const char *path, *title, *process;
	uint64_t max_mib, anon_mib, shmem_mib, file_mib;
	uint64_t anon_step_kib, file_step_kib;
	unsigned flags;
} ships[] = {
	{ "/", NULL, NULL, 0, 0, 0, 0, 0, 0, NO_PARTS },
	{ "/machine.slice", NULL, NULL, 0, 900, 1, 2300, 300, 2500, 0 },
	{ FLEET_SHOP, "shop", "shop.py", 1024, 300, 1, 40, 300, 0, 0 },
	{ FLEET_SHOP "/container", NULL, "worker.py", 0, 60, 0, 10, 60, 0, NO_PARTS },
	{ "/machine.slice/libpod-ff23456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef.scope",
		NULL, NULL, 0, 0, 0, 0, 0, 0, NO_PARTS },
	{ "/system.slice", NULL, NULL, 0, 700, 9, 400, 0, 0, 0 },
	{ "/system.slice/docker-ee23456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	  ".scope",
		NULL, "postgres", 2048, 400, 128, 600, 0, 2500, 0 },
	{ "/system.slice/nginx.service", NULL, "nginx", 512, 40, 8, 90, 0, 0, 0 },
	{ "/system.slice/mail.service", NULL, "dovecot", 64, 55, 0, 3, 0, 0, 0 },
	{ "/kubepods.slice", NULL, NULL, 4096, 500, 0, 30, 0, 0, 0 },
	{ POD, "default/web-7f9c", NULL, 700, 455, 0, 30, 0, 0, 0 },
	{ POD "/cri-containerd-aa23456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	      ".scope",
		"nginx", "nginx: worker", 200, 120, 0, 20, 0, 0, 0 },
	{ POD "/cri-containerd-bb23456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	      ".scope",
		"app", "java", 500, 330, 0, 10, 0, 0, 0 },
	{ "/lxc.payload.web", NULL, "init", 0, 80, 0, 10, 0, 0, 0 },
};

enum { SHIPS = sizeof(ships) / sizeof(ships[0]) };

struct hold {
	uint64_t anon_kib, shmem_kib, file_kib;
};

static struct hold hold_of(const struct ship *ship, int second)
{
	return (struct hold){
		.anon_kib = ship->anon_mib * MIB + ship->anon_step_kib * (uint64_t)second,
		.shmem_kib = ship->shmem_mib * MIB,
		.file_kib = ship->file_mib * MIB + ship->file_step_kib * (uint64_t)second,
	};
}

static uint64_t usage_of(const struct hold *hold)
{
	return hold->anon_kib + hold->shmem_kib + hold->file_kib + 5 * MIB;
}

/* What its process holds: all of it but for what the cgroup below it holds. */
static uint64_t process_kib(int at, int second)
{
	struct hold hold = hold_of(&ships[at], second), below = { 0 };

	if (at + 1 < SHIPS && ships[at + 1].process &&
		strncmp(ships[at + 1].path, ships[at].path, strlen(ships[at].path)) == 0)
		below = hold_of(&ships[at + 1], second);
	return hold.anon_kib - below.anon_kib;
}

static void say(struct story *story, int at)
{
	const struct ship *ship = &ships[at];
	struct hold hold = hold_of(ship, 0);
	struct cgroup_figures *figures = story_cgroup(story, ship->path, usage_of(&hold),
		ship->max_mib ? ship->max_mib * MIB : UINT64_MAX);

	figures->number = (uint32_t)at + 1;
	figures->swap_max_kib = 0;
	figures->known = CGROUP_NUMBER | CGROUP_EVENTS | CGROUP_HIGH | CGROUP_PRESSURE;
	figures->events_max = ship->max_mib == 64 ? 312 : 0;
	figures->events_high = ship->max_mib == 64 ? 7 : 0;
	figures->psi_some_avg10 = ship->max_mib == 64 ? 12.5 : 0;
	if (!ship->process)
		return;
	story_birth(story, 100 + at, 5000, ship->process);
	story_usage(story, 100 + at, process_kib(at, 0) + 4 * MIB, 4 * MIB);
	story_text(story, 100 + at, TEXT_CGROUP, ship->path);
	story_text(story, 100 + at, TEXT_CMDLINE, ship->process);
}

static struct cgroup_parts parts_of(const struct ship *ship, int at, int second)
{
	struct hold hold = hold_of(ship, second);

	return (struct cgroup_parts){
		.number = (uint32_t)at + 1,
		.known = CGROUP_KERNEL | CGROUP_SLAB | CGROUP_SWAP | CGROUP_SOCK | CGROUP_TABLES,
		.usage_kib = usage_of(&hold),
		.anon_kib = hold.anon_kib,
		.shmem_kib = hold.shmem_kib,
		.file_kib = hold.file_kib,
		.dirty_kib = hold.file_kib / 16,
		.kernel_kib = 4 * MIB,
		.slab_reclaimable_kib = MIB,
		.slab_unreclaimable_kib = MIB,
		.page_tables_kib = MIB / 2,
		.sock_kib = MIB / 4,
	};
}

static void tick(struct story *story, int second)
{
	struct cgroup_parts parts[SHIPS];
	struct cgroup_usage usages[SHIPS];
	size_t nparts = 0;

	for (int i = 0; i < SHIPS; i++) {
		struct hold hold = hold_of(&ships[i], second);

		usages[i] = (struct cgroup_usage){ (uint32_t)i + 1, usage_of(&hold) };
		if (!(ships[i].flags & NO_PARTS))
			parts[nparts++] = parts_of(&ships[i], i, second);
		if (ships[i].process && ships[i].anon_step_kib && second % 2 == 0)
			story_usage(story, 100 + i, process_kib(i, second) + 4 * MIB, 4 * MIB);
	}
	story->frame.cgroup_parts = parts;
	story->frame.ncgroup_parts = nparts;
	story->frame.cgroup_usages = usages;
	story->frame.ncgroup_usages = SHIPS;
	story_tick(story);
}

void fleet_begin(struct story *story)
{
	story_begin(story);
	fleet_tell(story);
}

void fleet_tell(struct story *story)
{
	for (int i = 0; i < SHIPS; i++)
		say(story, i);
	tick(story, 0);
	for (int i = 0; i < SHIPS; i++)
		if (ships[i].title)
			store_container_name(story->store, ships[i].path, ships[i].title);
	for (int second = 1; second < SECONDS; second++) {
		if (second == SECONDS - 180)
			story_kill(story, "/system.slice/mail.service",
				"/system.slice/mail.service", 64 * MIB);
		tick(story, second);
	}
}
