/* SPDX-License-Identifier: GPL-2.0-or-later */
/* story - a machine told tick by tick to a store, for tests of the model and the table
 *
 *     struct story story;
 *     story_begin(&story);
 *     story_birth(&story, 10, 0, "node");      what is said gathers in a frame ...
 *     story_usage(&story, 10, 5000, 1000);
 *     story_tick(&story);                      ... which the store gets; then a second passes
 *     ...
 *     story_end(&story);
 */
#pragma once

#include "model/store.h"

enum { STORY_MAX = 64, STORY_START_S = 100000, STORY_HZ = 100 };

struct story {
	struct store *store;
	uint64_t now_ms;  /* of the tick being written */
	uint32_t step_ms; /* to the next tick; 1000 */
	uint64_t seq;
	struct frame frame;
	struct system_figures system; /* of every tick; a quiet 16 GiB machine without swap */
	struct proc_birth births[STORY_MAX];
	struct proc_usage usages[STORY_MAX];
	struct proc_detail details[STORY_MAX];
	struct proc_text texts[STORY_MAX];
	struct user_name users[STORY_MAX];
	struct cgroup_figures cgroups[STORY_MAX];
	struct kill_figures kills[STORY_MAX];
	int32_t deaths[STORY_MAX];
};

void story_begin(struct story *story);
void story_end(struct story *story);

/* It goes on with a STORE that somebody else fed, a second after its newest tick; of an empty one it
 * is the beginning.  The store stays its owner's: no story_end. */
void story_go_on(struct story *story, struct store *store);

/* A process that began AGE_S seconds before the tick; more can be changed in what is returned. */
struct proc_birth *story_birth(struct story *story, int32_t pid, double age_s, const char *comm);
void story_usage(struct story *story, int32_t pid, uint64_t rss_kib, uint64_t shared_kib);
/* All memory figures: anon, file, shmem, swap and peak. */
struct proc_detail *story_memory(struct story *story, int32_t pid, uint64_t anon_kib,
	uint64_t file_kib, uint64_t shmem_kib, uint64_t swap_kib, uint64_t peak_kib);
struct proc_detail *story_detail(struct story *story, int32_t pid, uint32_t known);
void story_text(struct story *story, int32_t pid, enum text_kind kind, const char *text);
void story_user(struct story *story, uint32_t uid, const char *name);
/* Limits in KiB, UINT64_MAX for none. */
struct cgroup_figures *story_cgroup(struct story *story, const char *path, uint64_t usage_kib,
	uint64_t max_kib);
/* GROUP and IN may be "", LIMIT_KIB UINT64_MAX; more can be changed in what is returned. */
struct kill_figures *story_kill(struct story *story, const char *group, const char *in,
	uint64_t limit_kib);
void story_death(struct story *story, int32_t pid);

/* Gives the frame to the store; time goes on by step_ms. */
void story_tick(struct story *story);
/* Gives it as a part that more will follow, or as an addition to the last tick. */
void story_part(struct story *story);
void story_addition(struct story *story);

/* N ticks in which nothing happens. */
void story_wait(struct story *story, int n);
/* N ticks in which PID's anonymous memory changes by KIB each. */
void story_grow(struct story *story, int32_t pid, int64_t kib, int n);

const struct proc *story_proc(const struct story *story, int32_t pid);
