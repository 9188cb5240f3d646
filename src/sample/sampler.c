/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sampler - see sampler.h; the order of things in a tick */
#include "sample/sampler_priv.h"

#include "base/clock.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "sample/procfs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

enum {
	FIRST_TICKS = 6,
	FIRST_US = 30000, /* details in each of the first ticks: 5,000 are known by the last */
	FIRST_ROUNDS = 4, /* in which they are picked */
	/* while many are still missing: they may be in a container that nobody knows yet, or hold
	 * what is in swap */
	FILL_US = 8000,
	STEADY_US = 2000, /* else */
	FRESH_US = 10000, /* details of what was newly watched, between ticks */
	ADDITION_MS = 25, /* an addition waits no longer to be complete */
	/* command lines of processes nobody watches, asked for in a tick */
	REST_TEXTS = 64,
	VERIFY_MS = 10000, /* after longer intervals pids may have wrapped */
	SUSPEND_MS = 500,  /* boot time ahead of monotonic time by more: a suspend */
	HIDDEN_MS = 60000, /* between two counts of hidden processes */
	SET_MS = 1000,     /* the wall clock on or back against boot time by more: it was set */
	FALL_PERCENT = 1,  /* of MemTotal that MemAvailable falls in a tick: look at all */
};

void sampler_only_family(struct sampler *sampler, int apart)
{
	sampler->processes.apart = apart;
	sampler->processes.family = sampler->parent;
}

void sampler_forbid_control(struct sampler *sampler)
{
	sampler->readonly = true;
	control_release(&sampler->control);
}

void sampler_forbid_inside(struct sampler *sampler)
{
	sampler->inspector.forbidden = true;
}

int sampler_open(struct sampler **sampler, struct frame_writer_sink sink, int parent)
{
	int proc = procfs_open();

	if (proc < 0)
		return proc;
	struct sampler *new = xalloc_zero(1, sizeof(*new));
	new->proc = proc;
	new->parent = parent;
	outbox_init(&new->outbox);
	/* the reader is forked while there is little to inherit */
	texts_init(&new->texts, proc, &new->details, &new->outbox);
	mappings_init(&new->mappings, proc);
	inspector_init(&new->inspector);
	int error = libproc_open(&new->lib);
	system_init(&new->system, proc);
	slabs_init(&new->slabs, proc);
	processes_init(&new->processes, proc);
	cgfs_init(&new->cgfs, proc);
	details_init(&new->details, new->lib, proc, &new->processes.table, &new->cgfs,
		&new->outbox);
	control_init(&new->control, proc);
	frame_writer_init(&new->writer, sink);
	if (error < 0) {
		sampler_close(new);
		return error;
	}
	new->hidepid = procfs_hidepid(proc, new->cgfs.mounts.hidepid);
	system_lacks(&new->system, new->cgfs.mounts.subset, new->lacks);
	*sampler = new;
	return 0;
}

void sampler_close(struct sampler *sampler)
{
	if (sampler == NULL)
		return;
	texts_done(&sampler->texts);
	mappings_done(&sampler->mappings);
	inspector_done(&sampler->inspector);
	control_done(&sampler->control);
	cgfs_done(&sampler->cgfs);
	processes_done(&sampler->processes);
	system_done(&sampler->system);
	slabs_done(&sampler->slabs);
	outbox_done(&sampler->outbox);
	frame_writer_done(&sampler->writer);
	libproc_close(sampler->lib);
	close(sampler->proc);
	free(sampler);
}

/* Nothing where there is none, as in some containers. */
static void read_boot_id(char *out, size_t size)
{
	char text[64];
	ssize_t len = procfs_read_path("/proc/sys/kernel/random/boot_id", text, sizeof(text));

	while (len > 0 && text[len - 1] == '\n')
		len--;
	text_clean(out, size, text, len > 0 ? (size_t)len : 0);
}

void sampler_header(const struct sampler *sampler, struct stream_header *header)
{
	struct utsname name;

	*header = (struct stream_header){
		.version = STREAM_VERSION,
		.hz = sampler->details.hz,
		.page_kib = sampler->processes.usage.page_kib,
		.cpus = (uint32_t)sysconf(_SC_NPROCESSORS_ONLN),
		.uid = geteuid(),
		.pid = getpid(),
		.hidepid = sampler->hidepid,
		.boot_wall_ms = clock_wall_ms() - clock_boot_ms(),
	};
	read_boot_id(header->boot_id, sizeof(header->boot_id));
	if (uname(&name) < 0)
		return;
	snprintf(header->lacks, sizeof(header->lacks), "%s", sampler->lacks);
	text_clean(header->host, sizeof(header->host), name.nodename, strlen(name.nodename));
	text_clean(header->kernel, sizeof(header->kernel), name.release, strlen(name.release));
}

bool sampler_has_plenty(const struct sampler *sampler)
{
	return frame_has_plenty(&sampler->head.system);
}

void sampler_want_key(struct sampler *sampler)
{
	sampler->want_key = true;
}

/* --- a tick --- */

static bool memory_falls(const struct system_figures *now, const struct system_figures *before)
{
	return (before->known & SYSTEM_AVAILABLE) && before->available_kib > now->available_kib &&
	       before->available_kib - now->available_kib > now->total_kib * FALL_PERCENT / 100;
}

/* Whether time passed that nobody measured: suspend, a stopped sampler, ticks missed. */
static bool is_gap(struct sampler *sampler, uint64_t now_ms, uint32_t interval_ms)
{
	uint64_t skew = now_ms - clock_mono_ms();
	bool suspended = sampler->end_ms != 0 && skew > sampler->skew_ms + SUSPEND_MS;
	uint64_t away = now_ms - sampler->end_ms;

	sampler->skew_ms = skew;
	if (sampler->end_ms == 0)
		return false;
	return suspended || (interval_ms > 0 && away > 2 * (uint64_t)interval_ms + 1000);
}

static void forget_base(struct slots *table)
{
	for (size_t i = 0; i < table->count; i++)
		table->slots[i].flags &= ~(uint32_t)SLOT_BASE;
}

static uint64_t cpu_us(const struct sampler *sampler)
{
	return clock_cpu_us() + texts_cpu_us(&sampler->texts) + mappings_cpu_us(&sampler->mappings);
}

/* Whether the wall clock was set since the tick of HEAD.  A recording begins anew there, so that a
 * time of the day is found in it from the first look on. */
static bool clock_was_set(const struct frame *head, uint64_t now_ms, uint64_t wall_ms)
{
	int64_t by_ms = (int64_t)(wall_ms - head->wall_ms - (now_ms - head->boot_ms));

	return by_ms > SET_MS || by_ms < -SET_MS;
}

static void begin_head(struct sampler *sampler, uint64_t now_ms, uint32_t interval_ms, bool gap)
{
	struct frame *head = &sampler->head;
	uint64_t real = head->seq > 0 && !gap ? now_ms - head->boot_ms : 0;
	uint64_t used = cpu_us(sampler), wall_ms = clock_wall_ms();

	head->stretched = real > interval_ms + interval_ms / 4u && interval_ms > 0 &&
			  sampler->end_ms - head->boot_ms > interval_ms;
	head->key = sampler->want_key || head->seq == 0 || clock_was_set(head, now_ms, wall_ms);
	head->seq++;
	head->boot_ms = now_ms;
	head->wall_ms = wall_ms;
	head->interval_ms = real > UINT32_MAX ? UINT32_MAX : (uint32_t)real;
	head->cost_us = used > sampler->cpu_us ? (uint32_t)(used - sampler->cpu_us) : 0;
	head->tick = true;
	head->gap = gap;
	/* as of the tick before; a tick of several frames has the new ones in its last */
	head->system.processes = (uint32_t)sampler->processes.table.count;
	head->system.hidden = sampler->processes.hidden;
	sampler->cpu_us = used;
	sampler->want_key = false;
}

/* More at the start, when all is unknown, and while many are unread.  Else so little that nobody
 * notices. */
static unsigned budget_us(const struct sampler *sampler)
{
	if (sampler->head.seq <= FIRST_TICKS)
		return FIRST_US;
	return sampler->details.unseen > CENSUS_WATCHED ? FILL_US : STEADY_US;
}

/* In the first ticks in rounds, as long as there are more than are picked in one and there is time:
 * whoever looks for a name, or sorts by what is off the screen, should not have to wait. */
static void look_in_rounds(struct sampler *sampler, uint64_t now_ms)
{
	uint64_t end_us = clock_cpu_us() + budget_us(sampler);
	int rounds = sampler->head.seq <= FIRST_TICKS ? FIRST_ROUNDS : 1;

	for (int i = 0; i < rounds; i++) {
		uint64_t used_us = clock_cpu_us();

		if (i > 0 && (used_us >= end_us || sampler->details.unseen < DETAILS_PICK_MAX))
			return;
		details_look(&sampler->details, DETAILS_TICK, now_ms, (unsigned)(end_us - used_us));
	}
}

static void look_at_details(struct sampler *sampler, uint64_t now_ms)
{
	const struct system_figures *system = &sampler->head.system;

	sampler->details.huge = system->huge_pool_kib > 0;
	sampler->details.swaps = (system->known & SYSTEM_NO_SWAP) ||
				 system->swap_free_kib < system->swap_total_kib;
	sampler->details.swapping = sampler->system.swapping_out;
	look_in_rounds(sampler, now_ms);
	if (sampler->details.mismatch)
		sampler->processes.usage.listed = false;
	sampler->details.mismatch = false;
	texts_ask(&sampler->texts, &sampler->processes.table, now_ms, REST_TEXTS);
	texts_take(&sampler->texts, &sampler->processes.table, now_ms);
}

/* After a key frame: all that is known and was not in it. */
static void repeat_all(struct sampler *sampler)
{
	sampler_add(sampler);
	details_repeat(&sampler->details, sampler->head.boot_ms, &sampler->writer);
	texts_repeat(&sampler->texts, &sampler->cgfs, &sampler->writer);
	mappings_repeat(&sampler->mappings);
	mappings_send(&sampler->mappings, sampler->head.boot_ms, &sampler->writer);
	inspector_repeat(&sampler->inspector, sampler->head.boot_ms, &sampler->writer);
	frame_writer_end(&sampler->writer);
}

/* Pids that /proc does not even list; those it lists and refuses were counted. */
static void count_hidden(struct sampler *sampler, uint64_t now_ms)
{
	struct processes *processes = &sampler->processes;
	bool due = now_ms - sampler->hidden_ms >= HIDDEN_MS && sampler->head.seq > 1;

	if (sampler->hidepid < 2 || processes->family != 0)
		return;
	if (due) {
		sampler->hidden_ms = now_ms;
		sampler->hidden = processes_unlisted(processes);
	}
	processes->hidden = sampler->hidden;
}

/* The cgroup of the process on the screen; 0: none. */
static uint16_t chosen_cgroup(const struct sampler *sampler)
{
	struct ident id = sampler->mappings.id;
	const struct proc_slot *slot = slots_find(&sampler->processes.table, id.pid);

	return slot != NULL && slot->start_ticks == id.start_ticks ? slot->cgroup : 0;
}

/* In the first tick, too: what limits us comes before what the machine has. */
static void look_at_cgroups(struct sampler *sampler, uint64_t now_ms, bool key)
{
	struct cgfs *cgfs = &sampler->cgfs;

	cgfs->close = chosen_cgroup(sampler);
	cgfs_tick(cgfs, &sampler->processes.table, now_ms);
	if (sampler->processes.family == 0)
		cgfs_walk(cgfs, now_ms);
	cgfs_look(cgfs, &sampler->processes.table, now_ms, key ? CGFS_KEY : CGFS_CHANGED,
		&sampler->writer);
	texts_titles(&sampler->texts, cgfs, &sampler->processes.table, now_ms);
	cgkill_look(&sampler->kills, cgfs, &sampler->writer.frame->system, now_ms,
		&sampler->writer);
}

/* Finds out who came, who went and how large everybody is; the dead are forgotten before anything
 * else is said of them. */
static void look_at_processes(struct sampler *sampler, const struct usage_look *look)
{
	struct processes *processes = &sampler->processes;
	struct system_figures *said = &sampler->writer.frame->system;

	processes_tick(processes, look, sampler->head.seq == 1, sampler->head.key,
		&sampler->writer);
	for (size_t i = 0; i < processes->ngone; i++)
		outbox_forget(&sampler->outbox, processes->gone[i]);
	count_hidden(sampler, look->now_ms);
	said->processes = (uint32_t)processes->table.count;
	said->hidden = processes->hidden;
}

/* Where only few are told of: of those that were not before, all that is known.  A key frame
 * repeats that of itself. */
static void look_at_newcomers(struct sampler *sampler, uint64_t now_ms)
{
	const struct brief *brief = &sampler->processes.brief;

	for (size_t i = 0; i < brief->count; i++)
		if (brief->seen[i].fresh)
			details_tell(&sampler->details, &sampler->processes.table.slots[i], now_ms);
}

/* Sends what stands behind usage in the order of frames: found details, caches of the kernel,
 * texts. */
static void send_found(struct sampler *sampler, uint64_t now_ms)
{
	outbox_empty(&sampler->outbox, &sampler->writer);
	slabs_look(&sampler->slabs, &sampler->head.system, now_ms);
	slabs_send(&sampler->slabs, &sampler->writer);
	texts_say(&sampler->texts, &sampler->cgfs, &sampler->writer);
}

/* The order is that of what may depend on what: the machine first, since its fall says whether all
 * processes are looked at; then processes, of which details and cgroups are; then what was found
 * goes out.  The first tick leaves out details and texts, so that a screen comes at once. */
void sampler_tick(struct sampler *sampler, uint32_t interval_ms)
{
	uint64_t now_ms = clock_boot_ms();
	struct system_figures before = sampler->head.system;
	bool gap = is_gap(sampler, now_ms, interval_ms);
	struct usage_look look = { .now_ms = now_ms };

	/* what was found since the last tick and has not gone out yet */
	if (frame_writer_holds(&sampler->writer))
		frame_writer_end(&sampler->writer);
	system_look(&sampler->system, now_ms, gap, &sampler->head.system);
	if (gap)
		forget_base(&sampler->processes.table);
	begin_head(sampler, now_ms, interval_ms, gap);
	bool key = sampler->head.key;
	bool first = sampler->head.seq == 1;
	look.all = memory_falls(&sampler->head.system, &before);
	look.deep = sampler->system.swapping_out;
	look.taking = sampler->system.taking;
	look.verify = gap || sampler->head.interval_ms > VERIFY_MS;
	frame_writer_begin(&sampler->writer, &sampler->head);
	look_at_processes(sampler, &look);
	if (!first && !key)
		look_at_newcomers(sampler, now_ms);
	if (!first)
		look_at_details(sampler, now_ms);
	look_at_cgroups(sampler, now_ms, key);
	if (!first)
		send_found(sampler, now_ms);
	else if (sampler->lacks[0] != '\0')
		frame_put_notice(&sampler->writer, 0, ENOENT, sampler->lacks);
	frame_writer_end(&sampler->writer);
	if (key && !first)
		repeat_all(sampler);
	sampler->fresh = first;
	sampler->addition_ms = 0;
	sampler->end_ms = clock_boot_ms();
	sampler_add(sampler);
}

/* --- between ticks --- */

/* A request gets an answer whatever came of it, since a mode without a screen waits for it. */
static void answer_pss(struct sampler *sampler)
{
	for (size_t i = 0; i < sampler->texts.ndone; i++) {
		const struct texts_done *done = &sampler->texts.done[i];

		if (done->request != 0)
			frame_put_notice(&sampler->writer, done->request, done->error,
				done->error == 0           ? ""
				: done->error == ETIMEDOUT ? "its memory lock is held"
				: done->error == EBUSY ? "no answer in time, the machine is busy"
						       : strerror(done->error));
	}
	sampler->texts.ndone = 0;
}

static void tell_lost(struct sampler *sampler)
{
	if (texts_lost(&sampler->texts) > 0)
		frame_put_notice(&sampler->writer, 0, EAGAIN,
			"the reader was lost and has been started again");
}

static void look_at_fresh(struct sampler *sampler, uint64_t now_ms)
{
	sampler->fresh = false;
	details_look(&sampler->details, DETAILS_FRESH, now_ms, FRESH_US);
	texts_ask(&sampler->texts, &sampler->processes.table, now_ms, 0);
	cgfs_look(&sampler->cgfs, &sampler->processes.table, now_ms, CGFS_FRESH, &sampler->writer);
	texts_titles(&sampler->texts, &sampler->cgfs, &sampler->processes.table, now_ms);
	/* the budget was spent before everybody had a turn */
	sampler->fresh = sampler->settling && slots_owes(&sampler->processes.table);
}

/* Answers whoever waits until all is read; what was read goes out before the answer. */
static void answer_settled(struct sampler *sampler, uint64_t now_ms)
{
	const struct slots *table = &sampler->processes.table;

	if (!sampler->settling || sampler->fresh || sampler->processes.late != SIZE_MAX)
		return;
	/* the queue of questions was full, or an answer led to another question */
	texts_ask(&sampler->texts, &sampler->processes.table, now_ms, 0);
	if (slots_owes(table) || texts_owes(&sampler->texts, table, now_ms))
		return;
	sampler->settling = false;
	sampler->addition_ms = 0;
	outbox_empty(&sampler->outbox, &sampler->writer);
	sampler_notice(sampler, sampler->settle, 0, "");
}

/* Texts come one by one from the reader: an addition waits a moment for the rest, so that the
 * front end does not draw for each. */
void sampler_idle(struct sampler *sampler)
{
	uint64_t now_ms = clock_boot_ms();

	if (sampler->head.seq == 0)
		return;
	if (sampler->fresh)
		look_at_fresh(sampler, now_ms);
	texts_take(&sampler->texts, &sampler->processes.table, now_ms);
	if (sampler->head.seq > 1 && sampler->head.seq <= FIRST_TICKS &&
		!texts_busy(&sampler->texts))
		texts_ask(&sampler->texts, &sampler->processes.table, now_ms, 2 * REST_TEXTS);
	mappings_step(&sampler->mappings, now_ms);
	mappings_send(&sampler->mappings, now_ms, &sampler->writer);
	inspector_step(&sampler->inspector, now_ms, &sampler->writer);
	if (sampler->processes.late != SIZE_MAX)
		processes_late(&sampler->processes, &sampler->writer);
	answer_pss(sampler);
	texts_say(&sampler->texts, &sampler->cgfs, &sampler->writer);
	tell_lost(sampler);
	answer_settled(sampler, now_ms);
	if (!outbox_holds(&sampler->outbox) && !frame_writer_holds(&sampler->writer))
		return;
	if (sampler->addition_ms == 0)
		sampler->addition_ms = now_ms;
	if (texts_busy(&sampler->texts) && now_ms - sampler->addition_ms < ADDITION_MS &&
		sampler->processes.late == SIZE_MAX)
		return;
	sampler->addition_ms = 0;
	outbox_empty(&sampler->outbox, &sampler->writer);
	frame_writer_end(&sampler->writer);
	sampler_add(sampler);
}

void sampler_fds(const struct sampler *sampler, struct pollfd fds[SAMPLER_FDS])
{
	texts_fds(&sampler->texts, fds);
	fds[TEXTS_FDS] = mappings_fd(&sampler->mappings);
	inspector_fds(&sampler->inspector, &fds[TEXTS_FDS + 1]);
}

/* The earliest of what is due; 0 while there is work left that was only put off for requests. */
int sampler_timeout(const struct sampler *sampler)
{
	uint64_t now_ms = clock_boot_ms();
	int readers = clock_sooner(texts_timeout(&sampler->texts, now_ms),
		clock_sooner(mappings_timeout(&sampler->mappings, now_ms),
			inspector_timeout(&sampler->inspector, now_ms)));

	if (sampler->head.seq == 0)
		return readers;
	if (sampler->fresh || sampler->processes.late != SIZE_MAX)
		return 0;
	if (sampler->addition_ms == 0)
		return readers;
	uint64_t waited_ms = now_ms - sampler->addition_ms;
	int addition = waited_ms >= ADDITION_MS ? 0 : (int)(ADDITION_MS - waited_ms);
	return readers >= 0 && readers < addition ? readers : addition;
}
