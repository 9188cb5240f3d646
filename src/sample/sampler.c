/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sampler - see sampler.h; the order of things in a tick */
#include "sample/sampler.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "sample/processes.h"
#include "sample/cgfs.h"
#include "sample/cgkill.h"
#include "sample/control.h"
#include "sample/inspector.h"
#include "sample/mappings.h"
#include "sample/outbox.h"
#include "sample/procfs.h"
#include "sample/slabs.h"
#include "sample/details.h"
#include "sample/system.h"
#include "sample/texts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

enum {
	FIRST_TICKS = 4,
	FIRST_US = 8000,  /* details in each of the first ticks */
	FILL_US = 4000,   /* while many are still missing, and somebody holds swap */
	STEADY_US = 2000, /* else */
	FRESH_US = 10000, /* details of what was newly watched, between ticks */
	ADDITION_MS = 25, /* an addition waits no longer to be complete */
	/* command lines of processes nobody watches, asked for in a tick */
	REST_TEXTS = 64,
	VERIFY_MS = 10000, /* after longer intervals pids may have wrapped */
	SUSPEND_MS = 500,  /* boot time ahead of monotonic time by more: a suspend */
	HIDDEN_MS = 60000, /* between two counts of hidden processes */
	FALL_PERCENT = 1,  /* of MemTotal that MemAvailable falls in a tick: look at all */
};

struct sampler {
	int proc;
	int parent;
	struct libproc *lib;
	struct system_state system;
	struct slabs slabs;
	struct processes processes;
	struct details details;
	struct texts texts;
	struct mappings mappings;
	struct inspector inspector;
	struct cgfs cgfs;
	struct cgkill kills;
	struct control control;
	bool readonly; /* nobody is signalled */
	struct outbox outbox;
	struct frame_writer writer;
	struct frame head; /* of the tick now or last taken */
	bool want_key;
	bool fresh;           /* something newly watched has no details yet */
	bool settling;        /* somebody waits until nothing of the watched is missing ... */
	uint32_t settle;      /* ... and the number of that request */
	uint64_t addition_ms; /* since when something waits for an addition; 0: nothing */
	uint64_t skew_ms;     /* boot time minus monotonic time at the tick before */
	uint64_t end_ms;      /* boot time at the end of the tick before; 0: none */
	uint64_t cpu_us;      /* CPU time used up to the tick before */
	int hidepid;          /* what it does to us; 0: nothing */
	uint32_t hidden;      /* pids it keeps out of /proc, counted at hidden_ms */
	uint64_t hidden_ms;
	char lacks[SYSTEM_LACKS_MAX]; /* what is missing of the machine; "" for nothing */
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

int sampler_open(struct sampler **sampler, struct frame_writer_sink sink, int parent)
{
	struct sampler *new;
	int proc = procfs_open(), error;

	if (proc < 0)
		return proc;
	new = xalloc_zero(1, sizeof(*new));
	new->proc = proc;
	new->parent = parent;
	outbox_init(&new->outbox);
	/* the reader is forked while there is little to inherit */
	texts_init(&new->texts, proc, &new->details, &new->outbox);
	mappings_init(&new->mappings, proc);
	inspector_init(&new->inspector);
	error = libproc_open(&new->lib);
	system_init(&new->system, proc);
	slabs_init(&new->slabs, proc);
	processes_init(&new->processes, proc);
	cgfs_init(&new->cgfs, proc);
	details_init(&new->details, new->lib, proc, &new->cgfs, &new->outbox);
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

static bool falls(const struct system_figures *now, const struct system_figures *before)
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

static void begin_head(struct sampler *sampler, uint64_t now_ms, uint32_t interval_ms, bool gap)
{
	struct frame *head = &sampler->head;
	uint64_t real = head->seq > 0 && !gap ? now_ms - head->boot_ms : 0;
	uint64_t used = cpu_us(sampler);

	head->stretched = real > interval_ms + interval_ms / 4u && interval_ms > 0 &&
			  sampler->end_ms - head->boot_ms > interval_ms;
	head->seq++;
	head->boot_ms = now_ms;
	head->wall_ms = clock_wall_ms();
	head->interval_ms = real > UINT32_MAX ? UINT32_MAX : (uint32_t)real;
	head->cost_us = used > sampler->cpu_us ? (uint32_t)(used - sampler->cpu_us) : 0;
	head->key = sampler->want_key || head->seq == 1;
	head->tick = true;
	head->gap = gap;
	sampler->cpu_us = used;
	sampler->want_key = false;
}

static unsigned budget_us(const struct sampler *sampler)
{
	const struct system_figures *system = &sampler->head.system;

	if (sampler->head.seq <= FIRST_TICKS)
		return FIRST_US;
	return sampler->details.unseen > CENSUS_WATCHED &&
			       system->swap_free_kib < system->swap_total_kib
		       ? FILL_US
		       : STEADY_US;
}

static void look_at_details(struct sampler *sampler, uint64_t now_ms)
{
	sampler->details.huge = sampler->head.system.huge_pool_kib > 0;
	details_look(&sampler->details, &sampler->processes.table, DETAILS_TICK, now_ms,
		budget_us(sampler), sampler->system.swapping_out);
	if (sampler->details.mismatch)
		sampler->processes.usage.listed = false;
	sampler->details.mismatch = false;
	texts_ask(&sampler->texts, &sampler->processes.table, now_ms, REST_TEXTS);
	texts_take(&sampler->texts, &sampler->processes.table, now_ms);
}

static void start_addition(struct sampler *sampler)
{
	sampler->head.key = false;
	sampler->head.tick = false;
	sampler->head.gap = false;
	frame_writer_begin(&sampler->writer, &sampler->head);
}

/* After a key frame: all that is known and was not in it. */
static void say_all_again(struct sampler *sampler)
{
	start_addition(sampler);
	details_repeat(&sampler->details, &sampler->processes.table, sampler->head.boot_ms,
		&sampler->writer);
	texts_repeat(&sampler->texts, &sampler->writer);
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
		sampler->hidden = usage_hidden(&processes->usage, &processes->table);
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
	cgfs_look(cgfs, &sampler->processes.table, now_ms, key ? CGFS_KEY : CGFS_CHANGED,
		&sampler->writer);
	texts_titles(&sampler->texts, cgfs, &sampler->processes.table, now_ms);
	cgkill_look(&sampler->kills, cgfs, &sampler->writer.frame->system, now_ms,
		&sampler->writer);
}

void sampler_tick(struct sampler *sampler, uint32_t interval_ms)
{
	uint64_t now_ms = clock_boot_ms();
	struct system_figures before = sampler->head.system;
	bool gap = is_gap(sampler, now_ms, interval_ms), key;
	struct usage_look look = { .now_ms = now_ms };

	/* what was found since the last tick and has not gone out yet */
	if (frame_writer_holds(&sampler->writer))
		frame_writer_end(&sampler->writer);
	system_look(&sampler->system, now_ms, gap, &sampler->head.system);
	if (gap)
		forget_base(&sampler->processes.table);
	begin_head(sampler, now_ms, interval_ms, gap);
	key = sampler->head.key;
	look.all = falls(&sampler->head.system, &before);
	look.deep = sampler->system.swapping_out;
	look.verify = gap || sampler->head.interval_ms > VERIFY_MS;
	sampler->head.system.processes = (uint32_t)sampler->processes.table.count;
	sampler->head.system.hidden = sampler->processes.hidden;
	frame_writer_begin(&sampler->writer, &sampler->head);
	processes_tick(&sampler->processes, &look, sampler->head.seq == 1, key, &sampler->writer);
	for (size_t i = 0; i < sampler->processes.ngone; i++)
		outbox_forget(&sampler->outbox, sampler->processes.gone[i]);
	count_hidden(sampler, now_ms);
	sampler->writer.frame->system.processes = (uint32_t)sampler->processes.table.count;
	sampler->writer.frame->system.hidden = sampler->processes.hidden;
	if (sampler->head.seq > 1)
		look_at_details(sampler, now_ms);
	look_at_cgroups(sampler, now_ms, key);
	if (sampler->head.seq > 1) {
		outbox_empty(&sampler->outbox, &sampler->writer);
		slabs_look(&sampler->slabs, &sampler->head.system, now_ms);
		slabs_send(&sampler->slabs, &sampler->writer);
		texts_say(&sampler->texts, &sampler->writer);
	}
	if (sampler->head.seq == 1 && sampler->lacks[0] != '\0')
		frame_put_notice(&sampler->writer, 0, ENOENT, sampler->lacks);
	frame_writer_end(&sampler->writer);
	if (key && sampler->head.seq > 1)
		say_all_again(sampler);
	sampler->fresh = sampler->head.seq == 1;
	sampler->addition_ms = 0;
	sampler->end_ms = clock_boot_ms();
	start_addition(sampler);
}

/* --- requests --- */

static void notice(struct sampler *sampler, uint32_t request, int error, const char *text)
{
	if (request == 0)
		return;
	frame_put_notice(&sampler->writer, request, error, text);
	frame_writer_end(&sampler->writer);
	start_addition(sampler);
}

static void watch(struct sampler *sampler, const struct request *request)
{
	for (size_t i = 0; i < sampler->processes.table.count; i++) {
		uint32_t *flags = &sampler->processes.table.slots[i].flags;

		/* what is known of the limits of others is old when they come to be watched */
		if (!(*flags & SLOT_WATCHED))
			*flags &= ~(uint32_t)SLOT_LIMITS;
		*flags &= ~(uint32_t)SLOT_WATCHED;
	}
	for (size_t i = 0; i < request->npids; i++) {
		struct proc_slot *slot = slots_find(&sampler->processes.table, request->pids[i]);

		if (slot == NULL)
			continue;
		slot->flags |= SLOT_WATCHED;
		processes_again(&sampler->processes, slot, &sampler->writer);
	}
	sampler->fresh = true;
}

static bool is_own(const struct sampler *sampler, int32_t pid)
{
	return pid == getpid() || pid == sampler->parent || texts_is_reader(&sampler->texts, pid) ||
	       mappings_is_reader(&sampler->mappings, pid) || pid == sampler->inspector.pid;
}

static int hold(struct sampler *sampler, struct ident id, char why[CONTROL_WHY_MAX])
{
	if (!is_own(sampler, id.pid))
		return control_hold(&sampler->control, id, why);
	control_release(&sampler->control);
	snprintf(why, CONTROL_WHY_MAX, "process %d is memtop itself", (int)id.pid);
	return -EPERM;
}

/* Asked to hold, signal or renice. */
static int act(struct sampler *sampler, const struct request *request, char why[CONTROL_WHY_MAX])
{
	if (sampler->readonly) {
		snprintf(why, CONTROL_WHY_MAX,
			"memtop was started with --readonly: no signals, no nice values");
		return -EPERM;
	}
	if (request->kind == REQUEST_HOLD)
		return hold(sampler, request->id, why);
	if (request->kind == REQUEST_SIGNAL)
		return control_signal(&sampler->control, request->id, request->value, why);
	return control_nice(&sampler->control, request->id, request->value, why);
}

static void ask_pss(struct sampler *sampler, const struct request *request)
{
	if (!texts_pss(&sampler->texts, request->id, request->number))
		notice(sampler, request->number, EBUSY, "too many requests for PSS at once");
	sampler->fresh = true;
}

static void settle(struct sampler *sampler, uint32_t request)
{
	sampler->settling = true;
	sampler->settle = request;
	slots_unsettle(&sampler->processes.table);
	sampler->fresh = true;
}

/* The process to be looked at closely, its cgroups too; nobody with pid 0. */
static void choose_mappings(struct sampler *sampler, struct ident id)
{
	mappings_choose(&sampler->mappings, id);
	sampler->fresh = true;
}

void sampler_ask(struct sampler *sampler, const struct request *request)
{
	char why[CONTROL_WHY_MAX] = "";
	int error = 0;

	/* of what is asked before the first tick only this needs no process to be known */
	if (sampler->head.seq == 0 && request->kind != REQUEST_MAPPINGS)
		return;
	switch (request->kind) {
	case REQUEST_INTERVAL:
	case REQUEST_TICK:
	case REQUEST_KEY:
		return;
	case REQUEST_WATCH:
		watch(sampler, request);
		return;
	case REQUEST_PSS:
		ask_pss(sampler, request);
		return;
	case REQUEST_SETTLE:
		settle(sampler, request->number);
		return;
	case REQUEST_HOLD:
	case REQUEST_SIGNAL:
	case REQUEST_NICE:
		error = act(sampler, request, why);
		break;
	case REQUEST_RELEASE:
		control_release(&sampler->control);
		break;
	case REQUEST_MAPPINGS:
		choose_mappings(sampler, request->id);
		break;
	case REQUEST_INSIDE:
	case REQUEST_HOLDERS:
		inspector_ask(&sampler->inspector, request);
		break;
	case REQUEST_AGAIN:
		mappings_again(&sampler->mappings);
		break;
	case REQUEST_SHALLOW:
		choose_mappings(sampler, (struct ident){ 0 });
		break;
	}
	notice(sampler, request->number, -error, why);
}

/* --- between ticks --- */

static void say_pss_done(struct sampler *sampler)
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

static void say_lost(struct sampler *sampler)
{
	if (texts_lost(&sampler->texts) > 0)
		frame_put_notice(&sampler->writer, 0, EAGAIN,
			"the reader was lost and has been started again");
}

static void look_at_fresh(struct sampler *sampler, uint64_t now_ms)
{
	sampler->fresh = false;
	details_look(&sampler->details, &sampler->processes.table, DETAILS_FRESH, now_ms, FRESH_US,
		false);
	texts_ask(&sampler->texts, &sampler->processes.table, now_ms, 0);
	cgfs_look(&sampler->cgfs, &sampler->processes.table, now_ms, CGFS_FRESH, &sampler->writer);
	texts_titles(&sampler->texts, &sampler->cgfs, &sampler->processes.table, now_ms);
	/* the budget was spent before everybody had a turn */
	sampler->fresh = sampler->settling && slots_owes(&sampler->processes.table);
}

/* Answers whoever waits until all is read; what was read goes out before the answer. */
static void say_settled(struct sampler *sampler, uint64_t now_ms)
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
	notice(sampler, sampler->settle, 0, "");
}

void sampler_idle(struct sampler *sampler)
{
	uint64_t now_ms = clock_boot_ms();

	if (sampler->head.seq == 0)
		return;
	if (sampler->fresh)
		look_at_fresh(sampler, now_ms);
	texts_take(&sampler->texts, &sampler->processes.table, now_ms);
	mappings_step(&sampler->mappings, now_ms);
	mappings_send(&sampler->mappings, now_ms, &sampler->writer);
	inspector_step(&sampler->inspector, now_ms, &sampler->writer);
	if (sampler->processes.late != SIZE_MAX)
		processes_late(&sampler->processes, &sampler->writer);
	say_pss_done(sampler);
	texts_say(&sampler->texts, &sampler->writer);
	say_lost(sampler);
	say_settled(sampler, now_ms);
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
	start_addition(sampler);
}

void sampler_fds(const struct sampler *sampler, struct pollfd fds[SAMPLER_FDS])
{
	texts_fds(&sampler->texts, fds);
	fds[TEXTS_FDS] = mappings_fd(&sampler->mappings);
	fds[TEXTS_FDS + 1] = inspector_fd(&sampler->inspector);
}

static int sooner(int a, int b)
{
	if (a < 0)
		return b;
	return b < 0 || a < b ? a : b;
}

int sampler_timeout(const struct sampler *sampler)
{
	uint64_t now_ms = clock_boot_ms();
	int readers = sooner(texts_timeout(&sampler->texts, now_ms),
		    sooner(mappings_timeout(&sampler->mappings, now_ms),
			    inspector_timeout(&sampler->inspector, now_ms))),
	    addition;

	if (sampler->head.seq == 0)
		return readers;
	if (sampler->fresh || sampler->processes.late != SIZE_MAX)
		return 0;
	if (sampler->addition_ms == 0)
		return readers;
	uint64_t waited_ms = now_ms - sampler->addition_ms;
	addition = waited_ms >= ADDITION_MS ? 0 : (int)(ADDITION_MS - waited_ms);
	return readers >= 0 && readers < addition ? readers : addition;
}
