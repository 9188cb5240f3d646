/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sampler_ask - what the front end asks of the sampler (sampler.h), and what
 * goes out between ticks to answer it */
#include "sample/sampler_priv.h"

#include "base/clock.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

enum { LEFT_MS = 5000 }; /* between looks at who is not watched any more */

void sampler_add(struct sampler *sampler)
{
	sampler->head.key = false;
	sampler->head.tick = false;
	sampler->head.gap = false;
	frame_writer_begin(&sampler->writer, &sampler->head);
}

void sampler_notice(struct sampler *sampler, uint32_t request, int error, const char *text)
{
	if (request == 0)
		return;
	frame_put_notice(&sampler->writer, request, error, text);
	frame_writer_end(&sampler->writer);
	sampler_add(sampler);
}

static bool tells(const void *context, int32_t pid)
{
	return brief_tells(context, pid);
}

/* The next tick is a key frame, of those that are told of from then on. */
static void tell_brief(struct sampler *sampler, uint32_t rows)
{
	struct brief *brief = &sampler->processes.brief;
	struct frame_writer_filter filter = { .tells = rows > 0 ? tells : NULL, .context = brief };

	brief_set(brief, rows);
	cgfs_brief(&sampler->cgfs, rows);
	frame_writer_only(&sampler->writer, filter);
	sampler->want_key = true;
}

/* Somebody comes to be watched, between two ticks: what is known of the size is of its turn, what
 * is known of the limits old; but not of who comes and goes at every tick, as rows of the same size
 * do. */
static void begin_watch(struct sampler *sampler, struct proc_slot *slot)
{
	if (slot->flags & SLOT_LEFT)
		slot->flags &= ~(uint32_t)SLOT_LIMITS;
	slot->flags |= SLOT_WATCHED;
	processes_again(&sampler->processes, slot, &sampler->writer);
}

static void watch_pids(struct sampler *sampler, const struct request *request)
{
	struct slots *table = &sampler->processes.table;
	uint64_t now_ms = clock_boot_ms();
	bool later = now_ms - sampler->left_ms >= LEFT_MS;

	for (size_t i = 0; i < request->npids; i++) {
		struct proc_slot *slot = slots_find(table, request->pids[i]);

		if (slot == NULL)
			continue;
		brief_keep(&sampler->processes.brief, slot->pid, now_ms);
		if (!(slot->flags & SLOT_WATCHED))
			begin_watch(sampler, slot);
		slot->flags |= SLOT_WANTED;
	}
	for (size_t i = 0; i < table->count; i++) {
		uint32_t *flags = &table->slots[i].flags;

		if (!(*flags & SLOT_WANTED))
			*flags = (*flags & ~(uint32_t)SLOT_WATCHED) | (later ? SLOT_LEFT : 0u);
		else
			*flags &= ~(uint32_t)(SLOT_WANTED | SLOT_LEFT);
	}
	if (later)
		sampler->left_ms = now_ms;
	sampler->fresh = true;
}

static bool is_own(const struct sampler *sampler, int32_t pid)
{
	return pid == getpid() || pid == sampler->parent || texts_is_reader(&sampler->texts, pid) ||
	       mappings_is_reader(&sampler->mappings, pid) ||
	       inspector_has(&sampler->inspector, pid);
}

static int hold_process(struct sampler *sampler, struct ident id, char why[CONTROL_WHY_MAX])
{
	if (!is_own(sampler, id.pid))
		return control_hold(&sampler->control, id, why);
	control_release(&sampler->control);
	snprintf(why, CONTROL_WHY_MAX, "process %d is memtop itself", (int)id.pid);
	return -EPERM;
}

/* Asked to hold, signal or renice. */
static int control_process(struct sampler *sampler, const struct request *request,
	char why[CONTROL_WHY_MAX])
{
	if (sampler->readonly) {
		snprintf(why, CONTROL_WHY_MAX,
			"memtop was started with --readonly: no signals, no nice values");
		return -EPERM;
	}
	if (request->kind == REQUEST_HOLD)
		return hold_process(sampler, request->id, why);
	if (request->kind == REQUEST_SIGNAL)
		return control_signal(&sampler->control, request->id, request->value, why);
	return control_nice(&sampler->control, request->id, request->value, why);
}

static void ask_pss(struct sampler *sampler, const struct request *request)
{
	if (!texts_pss(&sampler->texts, request->id, request->number))
		sampler_notice(sampler, request->number, EBUSY,
			"too many requests for PSS at once");
	sampler->fresh = true;
}

static void wait_settled(struct sampler *sampler, uint32_t request)
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

	/* of what is asked before the first tick only these need no process to be known */
	if (sampler->head.seq == 0 && request->kind != REQUEST_MAPPINGS &&
		request->kind != REQUEST_BRIEF)
		return;
	switch (request->kind) {
	case REQUEST_INTERVAL:
	case REQUEST_TICK:
	case REQUEST_KEY:
		return;
	case REQUEST_WATCH:
		watch_pids(sampler, request);
		return;
	case REQUEST_GROUPS:
		cgfs_show(&sampler->cgfs, request->pids, request->npids);
		sampler->fresh = true;
		return;
	case REQUEST_BRIEF:
		tell_brief(sampler, request->rows);
		break;
	case REQUEST_PSS:
		ask_pss(sampler, request);
		return;
	case REQUEST_SETTLE:
		wait_settled(sampler, request->number);
		return;
	case REQUEST_HOLD:
	case REQUEST_SIGNAL:
	case REQUEST_NICE:
		error = control_process(sampler, request, why);
		break;
	case REQUEST_RELEASE:
		control_release(&sampler->control);
		break;
	case REQUEST_MAPPINGS:
		choose_mappings(sampler, request->id);
		break;
	case REQUEST_INSIDE:
	case REQUEST_HOLDERS:
	case REQUEST_LINES:
	case REQUEST_UNFOLLOW:
		if (request->kind == REQUEST_LINES && sampler->inspector.forbidden) {
			error = -EPERM;
			snprintf(why, sizeof(why), "looking inside is turned off");
		}
		inspector_ask(&sampler->inspector, request);
		break;
	case REQUEST_AGAIN:
		mappings_again(&sampler->mappings);
		break;
	case REQUEST_SHALLOW:
		choose_mappings(sampler, (struct ident){ 0 });
		break;
	}
	sampler_notice(sampler, request->number, -error, why);
}
