/* SPDX-License-Identifier: GPL-2.0-or-later */
/* detail_json - one process in depth as one line of JSON (detail.h); the schema stands in memtop(1)
 *
 * Bytes and seconds; the names are those of the columns where a column has the figure.
 */
#include "table/detail.h"

#include "base/units.h"
#include "frame/pen.h"
#include "frame/runtime.h"
#include "frame/wire.h"
#include "model/deep.h"
#include "model/evidence.h"
#include "table/container.h"
#include "table/figures.h"
#include "table/report.h"

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

/* As bytes. */
static void put_kib(struct pen *pen, const char *key, uint64_t kib)
{
	put_number(pen, key, kib == UINT64_MAX ? UINT64_MAX : kib * 1024);
}

/* Milliseconds as seconds, none lost. */
static void put_seconds(struct pen *pen, const char *key, bool known, uint64_t ms)
{
	char tail[5] = { '.', (char)('0' + ms / 100 % 10), (char)('0' + ms / 10 % 10),
		(char)('0' + ms % 10), '\0' };

	put_key(pen, key);
	if (!known) {
		pen_raw(pen, "null");
		return;
	}
	pen_u64(pen, ms / 1000);
	pen_raw(pen, tail);
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
	uint32_t hz = store_header(store)->hz;

	pen_raw(pen, "{\"pid\":");
	pen_i64(pen, proc->id.pid);
	put_seconds(pen, "start", hz > 0, hz > 0 ? proc->id.start_ticks * 1000 / hz : 0);
	put_text(pen, "command", proc->comm);
	put_text(pen, "cmdline", proc->cmdline);
	put_text(pen, "name", proc->name);
	put_text(pen, "user", store_user(store, proc->uid));
	put_number(pen, "uid", proc->uid);
	put_text(pen, "run_state", state);
	put_text(pen, "exe", deep && *deep->exe ? deep->exe : NULL);
	put_bool(pen, "exe_deleted", deep && deep->figures.exe_deleted);
	put_text(pen, "cwd", deep && *deep->cwd ? deep->cwd : NULL);
	put_text(pen, "cgroup", proc->cgroup);
	put_text(pen, "container",
		proc->cgroup && container_name(proc->cgroup, container) ? container : NULL);
}

/* A column's figure under the column's key. */
static void put_column(struct pen *pen, enum column_id id, const struct store *store,
	const struct proc *proc)
{
	const struct row row = { .proc = proc };
	const struct column *column = column_get(id);

	put_key(pen, column->key);
	report_value(pen, column, store, &row);
}

static void put_eta(struct pen *pen, const struct evidence_facts *facts)
{
	const struct eta *eta = &facts->eta;

	put_real(pen, "eta", facts->eta_known, eta->mid_s);
	put_real(pen, "eta_low", facts->eta_known, eta->from_s);
	put_real(pen, "eta_high", facts->eta_known && eta->to_s < 1e12, eta->to_s);
}

static void put_verdict(struct pen *pen, const struct store *store, const struct proc *proc)
{
	struct evidence_facts facts;
	struct evidence evidence;

	evidence_gather(&facts, store, proc);
	evidence_write(&evidence, &facts);
	put_text(pen, "verdict", trend_state_name(facts.state));
	put_text(pen, "evidence", evidence.text);
	put_column(pen, COL_GROWTH, store, proc);
	put_column(pen, COL_GROWTH10, store, proc);
	put_column(pen, COL_TREND, store, proc);
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
		else if (figure->unit == FIGURE_KIB)
			pen_i64(pen, units_bytes_change((int64_t)figure->number));
		else
			pen_i64(pen, (int64_t)figure->number);
	}
}

/* All of a control group, so that each limit has the same names; C NULL: none, or not known. */
static void put_cgroup(struct pen *pen, const struct cgroup_figures *c)
{
	uint32_t known = c ? c->known : 0;

	put_kib(pen, "high", c ? c->high_kib : UINT64_MAX);
	put_kib(pen, "reclaimable", c ? c->reclaimable_kib : UINT64_MAX);
	put_kib(pen, "swap", c ? c->swap_usage_kib : UINT64_MAX);
	put_kib(pen, "swap_max", c ? c->swap_max_kib : UINT64_MAX);
	put_number(pen, "oom_kills", c ? c->oom_kills : UINT64_MAX);
	put_number(pen, "events_high", c && known & CGROUP_HIGH ? c->events_high : UINT64_MAX);
	put_number(pen, "events_max", c && known & CGROUP_EVENTS ? c->events_max : UINT64_MAX);
	put_real(pen, "psi_some", known & CGROUP_PRESSURE, c ? c->psi_some_avg10 : 0);
	put_real(pen, "psi_full", known & CGROUP_PRESSURE, c ? c->psi_full_avg10 : 0);
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
		put_kib(pen, "usage", limit->known ? limit->usage_kib : UINT64_MAX);
		put_kib(pen, "max", limit->max_kib);
		put_cgroup(pen, *limit->path && limit->known ? &limit->cgroup : NULL);
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
	put_kib(pen, "rss", part->rss_kib);
	put_kib(pen, "pss", part->pss_kib);
	put_kib(pen, "dirty", part->dirty_kib);
	put_kib(pen, "swap", part->swap_kib);
	put_key(pen, "gained");
	pen_i64(pen, units_bytes_change(part->gained_kib));
	pen_char(pen, '}');
}

static void put_parts(struct pen *pen, const struct store *store, const struct deep *deep)
{
	uint64_t now_ms = store_now_ms(store);
	bool read = deep && deep->parts_ms != 0;

	put_text(pen, "parts_error", *figures_trouble(deep) ? figures_trouble(deep) : NULL);
	put_seconds(pen, "parts_age", read,
		read && now_ms > deep->parts_ms ? now_ms - deep->parts_ms : 0);
	put_seconds(pen, "parts_cost", read, read ? (uint64_t)(deep->figures.cost_ms + .5) : 0);
	put_seconds(pen, "parts_baseline", read,
		read && now_ms > deep->base_ms ? now_ms - deep->base_ms : 0);
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
			pen_i64(pen, units_bytes(spans[i][k].last));
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
