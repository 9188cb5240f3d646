/* SPDX-License-Identifier: GPL-2.0-or-later */
/* detail_json - one process in depth as one line of JSON (detail.h) */
#include "table/detail.h"

#include "frame/pen.h"
#include "frame/runtime.h"
#include "frame/wire.h"
#include "model/deep.h"
#include "model/evidence.h"
#include "table/container.h"
#include "table/figures.h"

enum { TEXT_MOST = 8192, HISTORY_SPANS = 120 };

static void put_key(struct pen *pen, const char *key)
{
	pen_raw(pen, ",\"");
	pen_raw(pen, key);
	pen_raw(pen, "\":");
}

static void put_text(struct pen *pen, const char *key, const char *text)
{
	put_key(pen, key);
	if (text)
		pen_string(pen, text, TEXT_MOST);
	else
		pen_raw(pen, "null");
}

static void put_number(struct pen *pen, const char *key, uint64_t number)
{
	put_key(pen, key);
	if (number == UINT64_MAX)
		pen_raw(pen, "null");
	else
		pen_u64(pen, number);
}

static void put_real(struct pen *pen, const char *key, bool known, double number)
{
	put_key(pen, key);
	if (known)
		pen_real(pen, number);
	else
		pen_raw(pen, "null");
}

static void put_bool(struct pen *pen, const char *key, bool value)
{
	put_key(pen, key);
	pen_raw(pen, value ? "true" : "false");
}

static void put_who(struct pen *pen, const struct store *store, const struct proc *proc)
{
	char state[2] = { proc->state, '\0' }, container[CONTAINER_NAME_MAX];
	const struct deep *deep = store_deep(store, proc->id);

	pen_raw(pen, "{\"pid\":");
	pen_i64(pen, proc->id.pid);
	put_number(pen, "start", proc->id.start_ticks);
	put_text(pen, "command", proc->comm);
	put_text(pen, "cmdline", proc->cmdline);
	put_text(pen, "user", store_user(store, proc->uid));
	put_number(pen, "uid", proc->uid);
	put_text(pen, "state", state);
	put_text(pen, "exe", deep && *deep->exe ? deep->exe : NULL);
	put_bool(pen, "exe_deleted", deep && deep->figures.exe_deleted);
	put_text(pen, "cwd", deep && *deep->cwd ? deep->cwd : NULL);
	put_text(pen, "cgroup", proc->cgroup);
	put_text(pen, "container",
		proc->cgroup && container_name(proc->cgroup, container) ? container : NULL);
}

static void put_eta(struct pen *pen, const struct evidence_facts *facts)
{
	const struct eta *eta = &facts->eta;

	put_real(pen, "eta_s", facts->eta_known, eta->mid_s);
	put_real(pen, "eta_from_s", facts->eta_known, eta->from_s);
	put_real(pen, "eta_to_s", facts->eta_known && eta->to_s < 1e12, eta->to_s);
}

static void put_verdict(struct pen *pen, const struct store *store, const struct proc *proc)
{
	struct evidence_facts facts;
	struct evidence evidence;

	evidence_gather(&facts, store, proc);
	evidence_write(&evidence, &facts);
	put_text(pen, "verdict", trend_state_name(facts.state));
	put_text(pen, "evidence", evidence.text);
	put_real(pen, "rate_kib_min", facts.rate_known && facts.kib_min >= 0, facts.kib_min);
	put_eta(pen, &facts);
}

static void put_figures(struct pen *pen, const struct figures *figures)
{
	for (size_t i = 0; i < figures->count; i++) {
		const struct figure *figure = &figures->list[i];

		if (figure->unit == FIGURE_WORDS)
			continue;
		put_key(pen, figure->key);
		if (!figure->known)
			pen_raw(pen, "null");
		else if (figure->unit == FIGURE_REAL || figure->unit == FIGURE_SECONDS)
			pen_real(pen, figure->number);
		else
			pen_i64(pen, (int64_t)figure->number);
	}
}

static void put_cgroup(struct pen *pen, const struct cgroup_figures *cgroup)
{
	put_number(pen, "high_kib", cgroup->high_kib);
	put_number(pen, "reclaimable_kib", cgroup->reclaimable_kib);
	put_number(pen, "swap_kib", cgroup->swap_usage_kib);
	put_number(pen, "swap_max_kib", cgroup->swap_max_kib);
	put_number(pen, "oom_kills", cgroup->oom_kills);
	put_number(pen, "events_high",
		cgroup->known & CGROUP_HIGH ? cgroup->events_high : UINT64_MAX);
	put_number(pen, "events_max",
		cgroup->known & CGROUP_EVENTS ? cgroup->events_max : UINT64_MAX);
	put_real(pen, "psi_some", cgroup->known & CGROUP_PRESSURE, cgroup->psi_some_avg10);
	put_real(pen, "psi_full", cgroup->known & CGROUP_PRESSURE, cgroup->psi_full_avg10);
}

static void put_limits(struct pen *pen, const struct figures *figures)
{
	put_key(pen, "limits");
	pen_char(pen, '[');
	for (size_t i = 0; i < figures->nlimits; i++) {
		const struct figure_limit *limit = &figures->limits[i];

		pen_raw(pen, i > 0 ? ",{\"kind\":" : "{\"kind\":");
		pen_string(pen, limit->kind, TEXT_MOST);
		put_text(pen, "path", *limit->path ? limit->path : NULL);
		put_bool(pen, "binds", limit->binds);
		put_number(pen, "usage_kib", limit->known ? limit->usage_kib : UINT64_MAX);
		put_number(pen, "max_kib", limit->max_kib);
		if (*limit->path && limit->known)
			put_cgroup(pen, &limit->cgroup);
		pen_char(pen, '}');
	}
	pen_char(pen, ']');
}

/* How many there are to be killed, beside the place among them. */
static void put_kill_of(struct pen *pen, const struct deep *deep)
{
	bool known = deep && deep->figures.known & DEEP_ORDER;

	put_number(pen, "kill_of", known ? deep->figures.kill_of : UINT64_MAX);
}

static void put_hint(struct pen *pen, const struct proc *proc, const struct deep *deep)
{
	struct runtime_hint hint = { .command = "" };
	enum runtime runtime = deep ? deep->figures.runtime : RUNTIME_UNKNOWN;

	runtime_hint(&hint, runtime, proc->id.pid, proc->cmdline);
	put_text(pen, "runtime", wire_enum_name(WIRE_RUNTIME, (int)runtime));
	put_text(pen, "hint", hint.command[0] ? hint.command : NULL);
	put_text(pen, "hint_gives", hint.command[0] ? hint.gives : NULL);
	put_key(pen, "hint_installed");
	pen_raw(pen, !deep || !(deep->figures.known & DEEP_TOOL) ? "null"
		     : deep->figures.tool                        ? "true"
								 : "false");
}

static void put_part(struct pen *pen, const struct deep_part *part)
{
	pen_raw(pen, "{\"kind\":");
	pen_string(pen, wire_enum_name(WIRE_PART, (int)part->kind), TEXT_MOST);
	put_text(pen, "name", part->name);
	put_number(pen, "mappings", part->mappings);
	put_number(pen, "rss_kib", part->rss_kib);
	put_number(pen, "pss_kib", part->pss_kib);
	put_number(pen, "dirty_kib", part->dirty_kib);
	put_number(pen, "swap_kib", part->swap_kib);
	put_key(pen, "gained_kib");
	pen_i64(pen, part->gained_kib);
	pen_char(pen, '}');
}

static void put_parts(struct pen *pen, const struct store *store, const struct deep *deep)
{
	uint64_t now_ms = store_now_ms(store);
	bool read = deep && deep->parts_ms != 0;

	put_text(pen, "parts_error", *figures_trouble(deep) ? figures_trouble(deep) : NULL);
	put_real(pen, "parts_age_s", read,
		read && now_ms > deep->parts_ms ? (double)(now_ms - deep->parts_ms) / 1000 : 0);
	put_real(pen, "parts_cost_ms", read, read ? deep->figures.cost_ms : 0);
	put_real(pen, "parts_baseline_s", read,
		read && now_ms > deep->base_ms ? (double)(now_ms - deep->base_ms) / 1000 : 0);
	put_key(pen, "parts");
	if (!read) {
		pen_raw(pen, "null");
		return;
	}
	pen_char(pen, '[');
	for (size_t i = 0; i < deep->count; i++) {
		if (i > 0)
			pen_char(pen, ',');
		put_part(pen, &deep->parts[i]);
	}
	pen_char(pen, ']');
}

/* [[seconds ago, footprint, RSS, swap], ...], oldest first: what the chart shows. */
static void put_history(struct pen *pen, const struct store *store, const struct proc *proc)
{
	static const unsigned channels[] = { PROC_FOOTPRINT, PROC_RSS, PROC_SWAP };
	struct series_span spans[3][HISTORY_SPANS];
	uint64_t now_ms = store_now_ms(store);
	double step_s = (double)(now_ms - proc->first_ms) / 1000 / HISTORY_SPANS;
	bool any = false;

	for (int i = 0; i < 3; i++)
		store_history(store, proc, channels[i], proc->first_ms, now_ms, spans[i],
			HISTORY_SPANS);
	put_key(pen, "history");
	pen_char(pen, '[');
	for (int k = 0; k < HISTORY_SPANS && now_ms > proc->first_ms; k++) {
		if (!spans[0][k].known)
			continue;
		pen_raw(pen, any ? ",[" : "[");
		pen_real(pen, step_s * (HISTORY_SPANS - 1 - k));
		for (int i = 0; i < 3; i++) {
			pen_char(pen, ',');
			pen_u64(pen, spans[i][k].last);
		}
		pen_char(pen, ']');
		any = true;
	}
	pen_char(pen, ']');
}

void detail_json(struct buf *out, const struct store *store, const struct proc *proc)
{
	const struct deep *deep = store_deep(store, proc->id);
	struct figures figures;
	struct pen pen;

	figures_gather(&figures, store, proc);
	pen_init(&pen, out);
	put_who(&pen, store, proc);
	put_verdict(&pen, store, proc);
	put_figures(&pen, &figures);
	put_kill_of(&pen, deep);
	put_limits(&pen, &figures);
	put_hint(&pen, proc, deep);
	put_parts(&pen, store, deep);
	put_history(&pen, store, proc);
	pen_raw(&pen, "}\n");
	pen_flush(&pen);
}
