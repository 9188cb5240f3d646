/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sampler - see sampler.h; the order of things in a tick */
#include "sample/sampler.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "sample/census.h"
#include "sample/cgfs.h"
#include "sample/cgkill.h"
#include "sample/control.h"
#include "sample/deeplane.h"
#include "sample/outbox.h"
#include "sample/procfs.h"
#include "sample/slabs.h"
#include "sample/slowlane.h"
#include "sample/system.h"
#include "sample/textlane.h"

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
	struct census census;
	struct slowlane slow;
	struct textlane texts;
	struct deeplane deep;
	struct cgfs cgfs;
	struct cgkill kills;
	struct control control;
	bool readonly; /* nobody is signalled */
	struct outbox outbox;
	struct part part;
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
	sampler->census.apart = apart;
	sampler->census.family = sampler->parent;
}

void sampler_forbid_control(struct sampler *sampler)
{
	sampler->readonly = true;
	control_release(&sampler->control);
}

static int hidepid_seen(const struct sampler *sampler)
{
	char text[1024];
	uint32_t uid = 0;
	int level = sampler->cgfs.mounts.hidepid;

	/* root, and the group the mount excepts, see all the same */
	if (level > 0 && procfs_read(sampler->proc, 1, "stat", text, sizeof(text), &uid) > 0 &&
		uid != geteuid())
		return 0;
	if (level > 0 && geteuid() == 0)
		return 0;
	return level;
}

int sampler_open(struct sampler **sampler, struct part_sink sink, int parent)
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
	textlane_init(&new->texts, proc, &new->slow, &new->outbox);
	deeplane_init(&new->deep, proc);
	error = libproc_open(&new->lib);
	system_init(&new->system, proc);
	slabs_init(&new->slabs, proc);
	census_init(&new->census, proc);
	cgfs_init(&new->cgfs, proc);
	slowlane_init(&new->slow, new->lib, proc, &new->cgfs, &new->outbox);
	control_init(&new->control, proc);
	part_init(&new->part, sink);
	if (error < 0) {
		sampler_close(new);
		return error;
	}
	new->hidepid = hidepid_seen(new);
	system_lacks(&new->system, new->cgfs.mounts.subset, new->lacks);
	*sampler = new;
	return 0;
}

void sampler_close(struct sampler *sampler)
{
	if (sampler == NULL)
		return;
	textlane_done(&sampler->texts);
	deeplane_done(&sampler->deep);
	control_done(&sampler->control);
	cgfs_done(&sampler->cgfs);
	census_done(&sampler->census);
	system_done(&sampler->system);
	slabs_done(&sampler->slabs);
	outbox_done(&sampler->outbox);
	part_done(&sampler->part);
	libproc_close(sampler->lib);
	close(sampler->proc);
	free(sampler);
}

void sampler_header(const struct sampler *sampler, struct stream_header *header)
{
	struct utsname name;

	*header = (struct stream_header){
		.version = STREAM_VERSION,
		.hz = sampler->slow.hz,
		.page_kib = sampler->census.fast.page_kib,
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

static void forget_base(struct proctable *table)
{
	for (size_t i = 0; i < table->count; i++)
		table->slots[i].flags &= ~(uint32_t)SLOT_BASE;
}

static uint64_t cpu_us(const struct sampler *sampler)
{
	return clock_cpu_us() + textlane_cpu_us(&sampler->texts) + deeplane_cpu_us(&sampler->deep);
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
	return sampler->slow.unseen > CENSUS_WATCHED &&
			       system->swap_free_kib < system->swap_total_kib
		       ? FILL_US
		       : STEADY_US;
}

static void look_at_details(struct sampler *sampler, uint64_t now_ms)
{
	sampler->slow.huge = sampler->head.system.huge_pool_kib > 0;
	slowlane_look(&sampler->slow, &sampler->census.table, SLOWLANE_TICK, now_ms,
		budget_us(sampler), sampler->system.swapping_out);
	if (sampler->slow.mismatch)
		sampler->census.fast.listed = false;
	sampler->slow.mismatch = false;
	textlane_ask(&sampler->texts, &sampler->census.table, now_ms, REST_TEXTS);
	textlane_take(&sampler->texts, &sampler->census.table, now_ms);
}

static void start_addition(struct sampler *sampler)
{
	sampler->head.key = false;
	sampler->head.tick = false;
	sampler->head.gap = false;
	part_begin(&sampler->part, &sampler->head);
}

/* After a key frame: all that is known and was not in it. */
static void say_all_again(struct sampler *sampler)
{
	start_addition(sampler);
	slowlane_repeat(&sampler->slow, &sampler->census.table, sampler->head.boot_ms,
		&sampler->part);
	textlane_repeat(&sampler->texts, &sampler->part);
	deeplane_repeat(&sampler->deep);
	deeplane_send(&sampler->deep, sampler->head.boot_ms, &sampler->part);
	part_end(&sampler->part);
}

/* Pids that /proc does not even list; those it lists and refuses the census has counted. */
static void count_hidden(struct sampler *sampler, uint64_t now_ms)
{
	bool due = now_ms - sampler->hidden_ms >= HIDDEN_MS && sampler->head.seq > 1;

	if (sampler->hidepid < 2 || sampler->census.family != 0)
		return;
	if (due) {
		sampler->hidden_ms = now_ms;
		sampler->hidden = fastlane_hidden(&sampler->census.fast, &sampler->census.table);
	}
	sampler->census.hidden = sampler->hidden;
}

/* The cgroup of the process on the screen; 0: none. */
static uint16_t deep_cgroup(const struct sampler *sampler)
{
	const struct proc_slot *slot = proctable_find(&sampler->census.table, sampler->deep.id.pid);

	return slot != NULL && slot->start_ticks == sampler->deep.id.start_ticks ? slot->cgroup : 0;
}

/* In the first tick, too: what limits us comes before what the machine has. */
static void look_at_cgroups(struct sampler *sampler, uint64_t now_ms, bool key)
{
	struct cgfs *cgfs = &sampler->cgfs;

	cgfs->close = deep_cgroup(sampler);
	cgfs_tick(cgfs, &sampler->census.table, now_ms);
	cgfs_look(cgfs, &sampler->census.table, now_ms, key ? CGFS_KEY : CGFS_CHANGED,
		&sampler->part);
	cgkill_look(&sampler->kills, cgfs, &sampler->part.frame->system, now_ms, &sampler->part);
}

void sampler_tick(struct sampler *sampler, uint32_t interval_ms)
{
	uint64_t now_ms = clock_boot_ms();
	struct system_figures before = sampler->head.system;
	bool gap = is_gap(sampler, now_ms, interval_ms), key;
	struct fastlane_look look = { .now_ms = now_ms };

	/* what was found since the last tick and has not gone out yet */
	if (part_holds(&sampler->part))
		part_end(&sampler->part);
	system_look(&sampler->system, now_ms, gap, &sampler->head.system);
	if (gap)
		forget_base(&sampler->census.table);
	begin_head(sampler, now_ms, interval_ms, gap);
	key = sampler->head.key;
	look.all = falls(&sampler->head.system, &before);
	look.deep = sampler->system.swapping_out;
	look.verify = gap || sampler->head.interval_ms > VERIFY_MS;
	sampler->head.system.processes = (uint32_t)sampler->census.table.count;
	sampler->head.system.hidden = sampler->census.hidden;
	part_begin(&sampler->part, &sampler->head);
	census_tick(&sampler->census, &look, sampler->head.seq == 1, key, &sampler->part);
	for (size_t i = 0; i < sampler->census.ngone; i++)
		outbox_forget(&sampler->outbox, sampler->census.gone[i]);
	count_hidden(sampler, now_ms);
	sampler->part.frame->system.processes = (uint32_t)sampler->census.table.count;
	sampler->part.frame->system.hidden = sampler->census.hidden;
	if (sampler->head.seq > 1)
		look_at_details(sampler, now_ms);
	look_at_cgroups(sampler, now_ms, key);
	if (sampler->head.seq > 1) {
		outbox_empty(&sampler->outbox, &sampler->part);
		slabs_look(&sampler->slabs, &sampler->head.system, now_ms);
		slabs_send(&sampler->slabs, &sampler->part);
		textlane_tmpfs(&sampler->texts, &sampler->part);
	}
	if (sampler->head.seq == 1 && sampler->lacks[0] != '\0')
		part_notice(&sampler->part, 0, ENOENT, sampler->lacks);
	part_end(&sampler->part);
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
	part_notice(&sampler->part, request, error, text);
	part_end(&sampler->part);
	start_addition(sampler);
}

static void watch(struct sampler *sampler, const struct request *request)
{
	for (size_t i = 0; i < sampler->census.table.count; i++) {
		uint32_t *flags = &sampler->census.table.slots[i].flags;

		/* what is known of the limits of others is old when they come to be watched */
		if (!(*flags & SLOT_WATCHED))
			*flags &= ~(uint32_t)SLOT_LIMITS;
		*flags &= ~(uint32_t)SLOT_WATCHED;
	}
	for (size_t i = 0; i < request->npids; i++) {
		struct proc_slot *slot = proctable_find(&sampler->census.table, request->pids[i]);

		if (slot == NULL)
			continue;
		slot->flags |= SLOT_WATCHED;
		census_again(&sampler->census, slot, &sampler->part);
	}
	sampler->fresh = true;
}

static bool is_own(const struct sampler *sampler, int32_t pid)
{
	return pid == getpid() || pid == sampler->parent ||
	       textlane_is_reader(&sampler->texts, pid) || deeplane_is_reader(&sampler->deep, pid);
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
	if (!textlane_pss(&sampler->texts, request->id, request->number))
		notice(sampler, request->number, EBUSY, "too many requests for PSS at once");
	sampler->fresh = true;
}

static void settle(struct sampler *sampler, uint32_t request)
{
	sampler->settling = true;
	sampler->settle = request;
	proctable_unsettle(&sampler->census.table);
	sampler->fresh = true;
}

/* The process to be looked at closely, its cgroups too; nobody with pid 0. */
static void choose_deep(struct sampler *sampler, struct ident id)
{
	deeplane_choose(&sampler->deep, id);
	sampler->fresh = true;
}

void sampler_ask(struct sampler *sampler, const struct request *request)
{
	char why[CONTROL_WHY_MAX] = "";
	int error = 0;

	/* of what is asked before the first tick only this needs no process to be known */
	if (sampler->head.seq == 0 && request->kind != REQUEST_DEEP)
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
	case REQUEST_DEEP:
		choose_deep(sampler, request->id);
		break;
	case REQUEST_AGAIN:
		deeplane_again(&sampler->deep);
		break;
	case REQUEST_SHALLOW:
		choose_deep(sampler, (struct ident){ 0 });
		break;
	}
	notice(sampler, request->number, -error, why);
}

/* --- between ticks --- */

static void say_pss_done(struct sampler *sampler)
{
	for (size_t i = 0; i < sampler->texts.ndone; i++) {
		const struct textlane_done *done = &sampler->texts.done[i];

		if (done->request != 0)
			part_notice(&sampler->part, done->request, done->error,
				done->error == 0           ? ""
				: done->error == ETIMEDOUT ? "its memory lock is held"
				: done->error == EBUSY ? "no answer in time, the machine is busy"
						       : strerror(done->error));
	}
	sampler->texts.ndone = 0;
}

static void say_lost(struct sampler *sampler)
{
	if (textlane_lost(&sampler->texts) > 0)
		part_notice(&sampler->part, 0, EAGAIN,
			"the reader was lost and has been started again");
}

static void look_at_fresh(struct sampler *sampler, uint64_t now_ms)
{
	sampler->fresh = false;
	slowlane_look(&sampler->slow, &sampler->census.table, SLOWLANE_FRESH, now_ms, FRESH_US,
		false);
	textlane_ask(&sampler->texts, &sampler->census.table, now_ms, 0);
	cgfs_look(&sampler->cgfs, &sampler->census.table, now_ms, CGFS_FRESH, &sampler->part);
	/* the budget was spent before everybody had a turn */
	sampler->fresh = sampler->settling && proctable_owes(&sampler->census.table);
}

/* Answers whoever waits until all is read; what was read goes out before the answer. */
static void say_settled(struct sampler *sampler, uint64_t now_ms)
{
	const struct proctable *table = &sampler->census.table;

	if (!sampler->settling || sampler->fresh || sampler->census.late != SIZE_MAX)
		return;
	/* the queue of questions was full, or an answer led to another question */
	textlane_ask(&sampler->texts, &sampler->census.table, now_ms, 0);
	if (proctable_owes(table) || textlane_owes(&sampler->texts, table, now_ms))
		return;
	sampler->settling = false;
	sampler->addition_ms = 0;
	outbox_empty(&sampler->outbox, &sampler->part);
	notice(sampler, sampler->settle, 0, "");
}

void sampler_idle(struct sampler *sampler)
{
	uint64_t now_ms = clock_boot_ms();

	if (sampler->head.seq == 0)
		return;
	if (sampler->fresh)
		look_at_fresh(sampler, now_ms);
	textlane_take(&sampler->texts, &sampler->census.table, now_ms);
	deeplane_step(&sampler->deep, now_ms);
	deeplane_send(&sampler->deep, now_ms, &sampler->part);
	if (sampler->census.late != SIZE_MAX)
		census_late(&sampler->census, &sampler->part);
	say_pss_done(sampler);
	textlane_tmpfs(&sampler->texts, &sampler->part);
	say_lost(sampler);
	say_settled(sampler, now_ms);
	if (!outbox_holds(&sampler->outbox) && !part_holds(&sampler->part))
		return;
	if (sampler->addition_ms == 0)
		sampler->addition_ms = now_ms;
	if (textlane_busy(&sampler->texts) && now_ms - sampler->addition_ms < ADDITION_MS &&
		sampler->census.late == SIZE_MAX)
		return;
	sampler->addition_ms = 0;
	outbox_empty(&sampler->outbox, &sampler->part);
	part_end(&sampler->part);
	start_addition(sampler);
}

void sampler_fds(const struct sampler *sampler, struct pollfd fds[SAMPLER_FDS])
{
	textlane_fds(&sampler->texts, fds);
	fds[TEXTLANE_FDS] = deeplane_fd(&sampler->deep);
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
	int readers = sooner(textlane_timeout(&sampler->texts, now_ms),
		    deeplane_timeout(&sampler->deep, now_ms)),
	    addition;

	if (sampler->head.seq == 0)
		return readers;
	if (sampler->fresh || sampler->census.late != SIZE_MAX)
		return 0;
	if (sampler->addition_ms == 0)
		return readers;
	addition = now_ms - sampler->addition_ms >= ADDITION_MS
			   ? 0
			   : (int)(sampler->addition_ms + ADDITION_MS - now_ms);
	return readers >= 0 && readers < addition ? readers : addition;
}
