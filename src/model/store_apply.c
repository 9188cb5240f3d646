/* SPDX-License-Identifier: GPL-2.0-or-later */
/* store_apply - adds frames up
 *
 * Trusts the decoder for ranges, and nothing for sense: a pid that was never born, a death twice
 * or a birth over a living process must leave the store whole.
 */
#include "model/store_priv.h"

#include "base/xalloc.h"
#include "frame/proc_fields.h"
#include "model/program.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A text the process now has; the old one is given back. */
static void set_text(struct store *store, const char **place, const char *text)
{
	const char *old = *place;

	if (intern_bytes(&store->texts) > STORE_TEXTS_MAX && strlen(text) > FRAME_COMM_MAX) {
		store->overflowed = true;
		text = "";
	}
	*place = intern_take(&store->texts, text);
	intern_drop(&store->texts, old);
}

/* A text it is filed under. */
static void set_group_text(struct store *store, struct proc *proc, const char **place,
	const char *text, enum group_kind kind)
{
	if (*place != NULL && strcmp(*place, text) == 0)
		return;
	store_group_leave(store, proc, kind);
	set_text(store, place, text);
	store_group_join(store, proc, kind);
}

/* Sets the name that people call it by: by its name and its command line, where that is read. */
static void set_name(struct store *store, struct proc *proc)
{
	char name[PROGRAM_NAME_MAX];

	proc->plain_line = program_is_plain(proc->comm, proc->cmdline);
	set_group_text(store, proc, &proc->name, program_name(name, proc->comm, proc->cmdline),
		GROUP_PROGRAM);
}

/* Sets its short name.  A fork of memtop that becomes another program is judged from then on, and
 * the other way round. */
static void set_comm(struct store *store, struct proc *proc, const char *comm)
{
	bool own = store_is_own(comm);

	if (proc->comm != NULL && strcmp(proc->comm, comm) == 0)
		return;
	if (own && proc->trend != NULL) {
		free(proc->trend);
		proc->trend = NULL;
	}
	proc->own = own;
	if (proc->comm != NULL)
		store_group_disinherit(store, proc);
	set_text(store, &proc->comm, comm);
	set_name(store, proc);
}

/* Moves it from its user's group to another: a daemon that drops its rights changes user while it
 * runs. */
static void set_uid(struct store *store, struct proc *proc, uint32_t uid)
{
	if (proc->figures.uid == uid)
		return;
	store_group_leave(store, proc, GROUP_USER);
	proc->figures.uid = uid;
	store_group_join(store, proc, GROUP_USER);
}

/* Whether it began under memtop's eyes: a tick that comes late is a gap, too, but no suspend. */
static bool born_watched(const struct store *store, const struct frame *frame, struct ident id)
{
	enum { LATE_MS = 15000 };
	double born_s = store->header.hz ? (double)id.start_ticks / store->header.hz : 0;
	bool missed = frame->gap && store->now_ms - store->before_ms > LATE_MS;
	return store->ticks > 1 && !missed && born_s + 1 >= store_seconds(store->before_ms);
}

/* A pid that is another's by now replaces the one before, whose death was not told (a frame was
 * lost). Beyond the most that are kept nobody more is taken in, which is told. */
static void apply_birth(struct store *store, const struct frame *frame,
	const struct proc_birth *birth)
{
	struct proc *proc = proc_table_find(&store->table, birth->id.pid);

	if (proc != NULL && !ident_same(proc->id, birth->id)) {
		store_remove(store, proc);
		proc = NULL;
	}
	if (proc == NULL && store->table.count == STORE_PROCS_MAX) {
		store->overflowed = true;
		return;
	}
	if (proc == NULL) {
		proc = proc_table_add(&store->table, birth->id.pid);
		proc->id = birth->id;
		proc->first_ms = store->now_ms;
		proc->watched_from_birth = born_watched(store, frame, birth->id);
	}
	set_comm(store, proc, birth->comm != NULL ? birth->comm : "");
	set_uid(store, proc, birth->uid);
	proc->figures.ppid = birth->ppid;
	proc->figures.state = birth->state;
	proc->kernel_thread = birth->kernel_thread;
	proc->fresh = true;
}

/* Shared pages are files and shared memory; statm does not tell them apart, so of shared memory the
 * last detail tells how much it was, at most what is shared now. */
static void apply_usage(struct store *store, const struct proc_usage *usage)
{
	struct proc *proc = proc_table_find(&store->table, usage->pid);

	if (proc == NULL || proc->kernel_thread)
		return;
	uint64_t rss_kib = usage->rss_kib;
	uint64_t shared_kib = usage->shared_kib < rss_kib ? usage->shared_kib : rss_kib;
	uint64_t shmem_kib = proc->figures.shmem_kib < shared_kib ? proc->figures.shmem_kib
								  : shared_kib;
	struct proc_figures look = {
		.rss_kib = rss_kib,
		.virt_kib = usage->virt_kib,
		.anon_kib = rss_kib - shared_kib,
		.file_kib = shared_kib - shmem_kib,
		.shmem_kib = shmem_kib,
		.swap_kib = proc->figures.swap_kib,
		.huge_kib = proc->figures.huge_kib,
	};
	store_measure(store, proc, &look);
}

/* The parts of the memory: shmem, swap and huge pages come from here, each if it is told; anon and
 * file by statm, which is of this tick, unless there was none yet. */
static void apply_memory(struct store *store, struct proc *proc, const struct proc_figures *from)
{
	const struct proc_figures *now = &proc->figures;
	uint32_t told = from->known & (DETAIL_MEMORY | DETAIL_HUGE);
	bool parts = told & DETAIL_PARTS, measured = proc_is_measured(proc);

	if (told == 0 || (!measured && !parts))
		return;
	uint64_t shared_kib = measured ? now->file_kib + now->shmem_kib
				       : from->file_kib + from->shmem_kib;
	uint64_t shmem_kib = parts ? from->shmem_kib : now->shmem_kib;
	shmem_kib = shmem_kib < shared_kib ? shmem_kib : shared_kib;
	struct proc_figures look = {
		.virt_kib = now->virt_kib,
		.anon_kib = measured ? now->anon_kib : from->anon_kib,
		.file_kib = shared_kib - shmem_kib,
		.shmem_kib = shmem_kib,
		.swap_kib = told & DETAIL_SWAP ? from->swap_kib : now->swap_kib,
		.huge_kib = told & DETAIL_HUGE ? from->huge_kib : now->huge_kib,
	};

	look.rss_kib = look.anon_kib + shared_kib;
	if ((now->known & DETAIL_PARTS) && parts)
		store_share_read(store, proc, shmem_kib);
	if ((told & ~now->known) == 0)
		store_measure(store, proc, &look);
	else
		store_learn(store, proc, &look);
	proc->figures.known |= told;
}

/* Figures only few processes have. */
static void apply_rare(const struct store *store, struct proc *proc,
	const struct proc_detail *detail)
{
	const struct proc_rare_figures *from = &detail->rare;
	uint32_t known = detail->figures.known;
	bool limited = known & DETAIL_RLIMITS &&
		       (from->limit_as_kib != UINT64_MAX || from->limit_data_kib != UINT64_MAX);

	if (proc->rare == NULL && (limited || known & DETAIL_PSS)) {
		proc->rare = xalloc_zero(1, sizeof(*proc->rare));
		proc->rare->figures.limit_as_kib = proc->rare->figures.limit_data_kib = UINT64_MAX;
	}
	if (proc->rare != NULL && known & DETAIL_RLIMITS) {
		proc->rare->figures.limit_as_kib = from->limit_as_kib;
		proc->rare->figures.limit_data_kib = from->limit_data_kib;
	}
	if (proc->rare != NULL && known & DETAIL_PSS) {
		proc->rare->figures.pss_kib = from->pss_kib;
		proc->rare->figures.uss_kib = from->uss_kib;
		proc->rare->figures.swap_pss_kib = from->swap_pss_kib;
		proc->rare->rollup_kib = proc->figures.footprint_kib;
		proc->rare->rollup_ms = store->now_ms > detail->age_ms
						? store->now_ms - detail->age_ms
						: 0;
	}
}

/* The memory goes into histories, a user into groups, and a peak never falls; the rest is taken as
 * it is. */
static void apply_detail(struct store *store, const struct proc_detail *detail)
{
	const uint32_t apart = DETAIL_MEMORY | DETAIL_HUGE | DETAIL_PEAK | DETAIL_USER;
	const struct proc_figures *from = &detail->figures;
	struct proc *proc = proc_table_find(&store->table, detail->pid);

	if (proc == NULL)
		return;
	proc->figures.ppid = from->ppid;
	proc->figures.nice = from->nice;
	if (from->state)
		proc->figures.state = from->state;
	if (from->known & DETAIL_USER)
		set_uid(store, proc, from->uid);
	if (from->known & DETAIL_PEAK && proc->figures.peak_kib < from->peak_kib)
		proc->figures.peak_kib = from->peak_kib;
	proc->figures.known |= from->known & DETAIL_PEAK;
	if (!proc->kernel_thread)
		apply_memory(store, proc, from);
	apply_rare(store, proc, detail);
	proc_fields_take(&proc->figures, from, ~apart);
	proc->figures.known |= from->known & DETAIL_USER;
	if (from->known & DETAIL_CPU)
		proc->figures.cpu_ms = from->cpu_ms;
	proc->detail_ms = store->now_ms > detail->age_ms ? store->now_ms - detail->age_ms : 1;
}

/* A command line that came proves that the lock of its memory is free again: it is not blocked any
 * more. */
static void apply_text(struct store *store, const struct proc_text *text)
{
	struct proc *proc = proc_table_find(&store->table, text->pid);
	const char *value = text->text != NULL ? text->text : "";

	if (proc == NULL)
		return;
	switch (text->kind) {
	case TEXT_COMM:
		set_comm(store, proc, value);
		break;
	case TEXT_CMDLINE:
		proc->blocked_s = 0;
		if (proc->cmdline != NULL && strcmp(proc->cmdline, value) == 0)
			break; /* a key says it again */
		set_text(store, &proc->cmdline, value);
		set_name(store, proc);
		break;
	case TEXT_CGROUP:
		set_group_text(store, proc, &proc->cgroup, value, GROUP_CGROUP);
		break;
	case TEXT_BLOCKED: {
		unsigned long seconds = strtoul(value, NULL, 10);
		proc->blocked_s = seconds < UINT16_MAX ? (uint16_t)seconds : UINT16_MAX;
		break;
	}
	}
}

static void apply_death(struct store *store, int32_t pid)
{
	struct proc *proc = proc_table_find(&store->table, pid);

	if (proc != NULL)
		store_remove(store, proc);
}

static void apply_left(struct store *store, int32_t pid)
{
	struct proc *proc = proc_table_find(&store->table, pid);

	if (proc != NULL)
		store_drop(store, proc);
}

/* Before the first part of a key frame: nobody is known to live. */
static void open_key(struct store *store, const struct frame *frame)
{
	if (frame->boot_ms < store->now_ms)
		store_reset(store);
	for (size_t i = 0; i < store->table.count; i++)
		store->table.procs[i].fresh = false;
	cgroups_clear(&store->cgroups);
	store_containers_key(store, true);
	store->container = NULL;
	store->rest = (struct proc_rest){ 0 };
	store->key_open = true;
	store->key_seq = frame->seq;
}

/* After its last: who was not in it is gone. */
static void close_key(struct store *store)
{
	for (size_t i = store->table.count; i-- > 0;)
		if (!store->table.procs[i].fresh && store->rest.processes > 0) /* it may live */
			store_drop(store, &store->table.procs[i]);
		else if (!store->table.procs[i].fresh)
			store_remove(store, &store->table.procs[i]);
	store_containers_key(store, false);
	store->key_open = false;
}

/* A kill in a time of which nothing is known is counted, but it was not now, and whoever is gone
 * since was not killed for that. */
static void count_oom(struct store *store)
{
	bool then = store_after_gap(store);

	if (!(store->system.known & SYSTEM_OOM_KILLS))
		return;
	uint64_t kills = store->system.oom_kills;
	if (!store->oom_known || kills < store->oom_base)
		store->oom_base = kills - store->oom_kills;
	store->oom_known = true;
	if (kills - store->oom_base > store->oom_kills) {
		store->oom_kills = kills - store->oom_base;
		store->oom_ms = then ? store->oom_ms : store->now_ms;
		store->kill_counted = !then;
	}
}

/* Frames of one tick bring one time; it never goes back, whatever a stream says. After a gap
 * nothing before it may be compared with what comes now. */
static void open_tick(struct store *store, const struct frame *frame)
{
	uint64_t now_ms = frame->boot_ms > store->now_ms ? frame->boot_ms : store->now_ms;

	store->before_ms = store->ticks ? store->now_ms : now_ms;
	store->now_ms = now_ms;
	store->wall_ms = frame->wall_ms;
	store->system = frame->system;
	if (store->ticks++ == 0)
		store->first_ms = store->solid_ms = now_ms;
	store->kill_counted = store->kill_told = false;
	if (frame->gap && store->ticks > 1) {
		store->solid_ms = now_ms;
		store_feed_gap(store);
	}
	count_oom(store);
	store->tick_open = true;
	store->tick_seq = frame->seq;
	store->goal_ms = frame->gap ? 0 : frame->goal_ms;
}

/* The mounts of a frame are all there are. */
static void apply_tmpfs(struct store *store, const struct frame *frame)
{
	if (frame->ntmpfs == 0)
		return;
	struct store_mount *mounts = xalloc_zero(frame->ntmpfs, sizeof(*mounts));
	for (size_t i = 0; i < frame->ntmpfs; i++)
		store_note_mount(store, &mounts[i], store->mounts, store->ntmpfs, &frame->tmpfs[i]);
	store_forget_tmpfs(store);
	store->mounts = mounts;
	store->tmpfs_ms = store->now_ms;
	store->tmpfs = xalloc_zero(frame->ntmpfs, sizeof(*store->tmpfs));
	store->ntmpfs = frame->ntmpfs;
	for (size_t i = 0; i < frame->ntmpfs; i++) {
		store->tmpfs[i] = frame->tmpfs[i];
		store->tmpfs[i].path = xalloc_text(frame->tmpfs[i].path != NULL
							   ? frame->tmpfs[i].path
							   : "");
	}
}

/* Where the kernel has a counter (oom_kill of vmstat) that tells how many; a kill told by a
 * container's counter is the same one. */
static void apply_kills(struct store *store, const struct frame *frame)
{
	for (size_t i = 0; i < frame->nkills; i++) {
		struct kill_figures figures = frame->kills[i];

		/* the limit that was met is told with the first of them */
		if (kill_put(&store->kills, &figures, store->now_ms, store->before_ms)) {
			figures.group = store->kills.last.group;
			figures.limit_kib = store->kills.last.limit_kib;
		}
		store_container_kill(store, &figures);
		store->oom_ms = store->now_ms;
		if (!store->oom_known)
			store->oom_kills += frame->kills[i].count;
		store->kill_told = true;
	}
}

/* Streams of older samplers do not say where: memory ran out if there is next to none. */
static void close_kills(struct store *store)
{
	const struct kill_figures old = {
		.group = "",
		.in = "",
		.limit_kib = UINT64_MAX,
		.count = 1,
		.machine = frame_knows_memory(&store->system) &&
			   frame_available_kib(&store->system) < store->system.total_kib / 5,
	};

	if (store->kill_counted && !store->kill_told)
		kill_put(&store->kills, &old, store->now_ms, store->before_ms);
	store->kill_counted = false;
	kill_find(&store->kills, store->now_ms);
}

/* The kernel's own cache that grows most, with how fast, as long as the sampler says so. */
static void apply_slabs(struct store *store, const struct frame *frame)
{
	for (size_t i = 0; i < frame->nslabs; i++) {
		const struct slab_figures *slab = &frame->slabs[i];
		if (slab->name == NULL || slab->span_ms == 0)
			continue;
		snprintf(store->slab.name, sizeof(store->slab.name), "%s", slab->name);
		store->slab.kib_min = (double)slab->gained_kib / slab->span_ms * 60000;
		store->slab.ms = store->now_ms;
	}
}

/* Looks inside, each with the size of its process when it came. */
static void apply_insides(struct store *store, const struct frame *frame)
{
	findings_table_put(&store->findings, frame, store->now_ms);
	for (size_t i = 0; i < frame->ninsides; i++) {
		struct ident id = { frame->insides[i].pid, frame->insides[i].start_ticks };
		const struct proc *proc = store_find(store, id);

		if (proc != NULL)
			findings_table_size(&store->findings, id, &proc->figures);
	}
}

/* Deaths are applied before births: a pid may be in both lists. Usage comes before details, which
 * correct it; containers before what is said about them. */
static void apply_changes(struct store *store, const struct frame *frame)
{
	for (size_t i = 0; i < frame->ndeaths; i++)
		apply_death(store, frame->deaths[i]);
	for (size_t i = 0; i < frame->nlefts; i++)
		apply_left(store, frame->lefts[i]);
	if (frame->nrests > 0)
		store->rest = frame->rests[frame->nrests - 1];
	for (size_t i = 0; i < frame->nbirths; i++)
		apply_birth(store, frame, &frame->births[i]);
	for (size_t i = 0; i < frame->nusages; i++)
		apply_usage(store, &frame->usages[i]);
	for (size_t i = 0; i < frame->ndetails; i++)
		apply_detail(store, &frame->details[i]);
	for (size_t i = 0; i < frame->ntexts; i++)
		apply_text(store, &frame->texts[i]);
	for (size_t i = 0; i < frame->nusers; i++)
		store_put_user(store, frame->users[i].uid, frame->users[i].name);
	store_apply_containers(store, frame);
	for (size_t i = 0; i < frame->ncgroup_mounts; i++)
		store_put_container_mount(store, &frame->cgroup_mounts[i]);
	for (size_t i = 0; i < frame->ntitles; i++)
		store_container_name(store, frame->titles[i].path, frame->titles[i].name);
	apply_tmpfs(store, frame);
	apply_slabs(store, frame);
	apply_kills(store, frame);
	for (size_t i = 0; i < frame->nmappings; i++)
		maps_table_put(&store->maps, &frame->mappings[i], frame->groups, frame->ngroups,
			store->now_ms);
	apply_insides(store, frame);
}

/* Keeps what the limits above the sampler leave, by its pid in streams of older samplers. */
static void see(struct store *store)
{
	const char *own = store->cgroups.own;
	const struct proc *sampler = own != NULL ? NULL : store_find_pid(store, store->header.pid);

	cgroups_seen(&store->seen, &store->container, &store->cgroups,
		sampler != NULL ? sampler->cgroup : own, &store->system);
	store_container_see(store);
}

void store_apply(struct store *store, const struct frame *frame)
{
	if (frame->key && !(store->key_open && store->key_seq == frame->seq))
		open_key(store, frame);
	if (store->ticks == 0 && !frame->tick)
		store->now_ms = frame->boot_ms;
	if (frame->tick && !(store->tick_open && store->tick_seq == frame->seq))
		open_tick(store, frame);
	apply_changes(store, frame);
	see(store);
	if (frame->more)
		return;
	if (store->key_open)
		close_key(store);
	store_settle_groups(store);
	close_kills(store);
	if (store->tick_open)
		store_feed(store, frame->gap);
	else if (store->ticks > 0)
		store_join_containers(store);
	store->tick_open = false;
}
