/* SPDX-License-Identifier: GPL-2.0-or-later */
/* story - builds frames by hand */
#include "tests/lib/story.h"

#include <string.h>

/* All but the store: a quiet machine at the beginning. */
static void prepare(struct story *story)
{
	memset(story, 0, sizeof(*story));
	story->now_ms = (uint64_t)STORY_START_S * 1000;
	story->step_ms = 1000;
	story->seq = 1;
	story->system = (struct system_figures){
		.known = SYSTEM_AVAILABLE | SYSTEM_PSI | SYSTEM_PSI_FULL | SYSTEM_OOM_KILLS |
			 SYSTEM_SWAP_RATE | SYSTEM_REFAULT_RATE | SYSTEM_FAULT_RATE,
		.total_kib = 16777216,
		.free_kib = 8000000,
		.available_kib = 10234000,
		.cache_kib = 2500000,
		.shmem_kib = 20000,
		.slab_unreclaimable_kib = 100000,
		.page_tables_kib = 20000,
	};
}

void story_begin(struct story *story)
{
	struct stream_header header = {
		.version = STREAM_VERSION,
		.host = "host",
		.hz = STORY_HZ,
		.page_kib = 4,
		.cpus = 2,
		.interval_ms = 1000,
	};

	prepare(story);
	story->store = store_new();
	store_set_header(story->store, &header);
}

void story_end(struct story *story)
{
	store_free(story->store);
}

void story_go_on(struct story *story, struct store *store)
{
	prepare(story);
	story->store = store;
	if (store_ticks(store) == 0)
		return;
	story->now_ms = store_now_ms(store) + 1000;
	story->seq = store_ticks(store) + 1;
	story->system = *store_system(store);
}

struct proc_birth *story_birth(struct story *story, int32_t pid, double age_s, const char *comm)
{
	struct proc_birth *birth = &story->births[story->frame.nbirths++];
	double born_s = (double)story->now_ms / 1000 - age_s;

	*birth = (struct proc_birth){
		.id = { pid, (uint64_t)(born_s * STORY_HZ) },
		.ppid = 1,
		.uid = 1000,
		.state = 'S',
		.comm = comm,
	};
	return birth;
}

void story_usage(struct story *story, int32_t pid, uint64_t rss_kib, uint64_t shared_kib)
{
	story->usages[story->frame.nusages++] = (struct proc_usage){ pid, rss_kib, shared_kib,
		rss_kib * 2 };
}

struct proc_detail *story_detail(struct story *story, int32_t pid, uint32_t known)
{
	struct proc_detail *detail = &story->details[story->frame.ndetails++];

	*detail = (struct proc_detail){
		.pid = pid,
		.figures.known = known,
		.figures.ppid = 1,
		.figures.uid = 1000,
		.figures.state = 'S',
		.rare.limit_as_kib = UINT64_MAX,
		.rare.limit_data_kib = UINT64_MAX,
	};
	return detail;
}

struct proc_detail *story_memory(struct story *story, int32_t pid, uint64_t anon_kib,
	uint64_t file_kib, uint64_t shmem_kib, uint64_t swap_kib, uint64_t peak_kib)
{
	struct proc_detail *detail = story_detail(story, pid, DETAIL_MEMORY | DETAIL_PEAK);

	detail->figures.anon_kib = anon_kib;
	detail->figures.file_kib = file_kib;
	detail->figures.shmem_kib = shmem_kib;
	detail->figures.swap_kib = swap_kib;
	detail->figures.peak_kib = peak_kib;
	return detail;
}

void story_text(struct story *story, int32_t pid, enum text_kind kind, const char *text)
{
	story->texts[story->frame.ntexts++] = (struct proc_text){ pid, kind, text };
}

void story_user(struct story *story, uint32_t uid, const char *name)
{
	story->users[story->frame.nusers++] = (struct user_name){ uid, name };
}

struct cgroup_figures *story_cgroup(struct story *story, const char *path, uint64_t usage_kib,
	uint64_t max_kib)
{
	struct cgroup_figures *cgroup = &story->cgroups[story->frame.ncgroups++];

	*cgroup = (struct cgroup_figures){
		.path = path,
		.usage_kib = usage_kib,
		.max_kib = max_kib,
		.high_kib = UINT64_MAX,
		.swap_max_kib = UINT64_MAX,
	};
	return cgroup;
}

struct kill_figures *story_kill(struct story *story, const char *group, const char *in,
	uint64_t limit_kib)
{
	struct kill_figures *kill = &story->kills[story->frame.nkills++];

	*kill = (struct kill_figures){
		.group = group, .in = in, .limit_kib = limit_kib, .count = 1
	};
	return kill;
}

void story_death(struct story *story, int32_t pid)
{
	story->deaths[story->frame.ndeaths++] = pid;
}

static void apply(struct story *story)
{
	struct frame *frame = &story->frame;

	frame->seq = story->seq;
	frame->boot_ms = story->now_ms;
	frame->wall_ms = 1700000000000 + story->now_ms;
	frame->interval_ms = story->step_ms;
	frame->system = story->system;
	frame->births = story->births;
	frame->usages = story->usages;
	frame->details = story->details;
	frame->texts = story->texts;
	frame->deaths = story->deaths;
	frame->users = story->users;
	frame->cgroups = story->cgroups;
	frame->kills = story->kills;
	store_apply(story->store, frame);
	*frame = (struct frame){ .key = frame->key && frame->more };
}

void story_tick(struct story *story)
{
	story->frame.tick = true;
	apply(story);
	story->seq++;
	story->now_ms += story->step_ms;
}

void story_part(struct story *story)
{
	story->frame.tick = true;
	story->frame.more = true;
	apply(story);
}

void story_addition(struct story *story)
{
	story->seq--;
	apply(story);
	story->seq++;
}

void story_wait(struct story *story, int n)
{
	while (n-- > 0)
		story_tick(story);
}

void story_grow(struct story *story, int32_t pid, int64_t kib, int n)
{
	while (n-- > 0) {
		const struct proc *proc = story_proc(story, pid);
		uint64_t shared_kib = proc->figures.file_kib + proc->figures.shmem_kib;
		story_usage(story, pid, (uint64_t)((int64_t)proc->figures.rss_kib + kib),
			shared_kib);
		story_tick(story);
	}
}

const struct proc *story_proc(const struct story *story, int32_t pid)
{
	return store_find_pid(story->store, pid);
}
