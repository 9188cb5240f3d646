/* SPDX-License-Identifier: GPL-2.0-or-later */
/* detail_json - one process in depth as one line of JSON (detail.h); the schema stands in memtop(1)
 *
 * Bytes and seconds; the names are those of the columns where a column has the figure.
 */
#include "table/detail.h"

#include "base/units.h"
#include "frame/json_writer.h"
#include "frame/runtime.h"
#include "frame/wire.h"
#include "model/maps.h"
#include "model/evidence.h"
#include "table/container.h"
#include "table/figures.h"
#include "table/report.h"

enum { TEXT_MOST = 8192, HISTORY_SPANS = 120 };

static void put_key(struct json_writer *json, const char *key)
{
	json_put_raw(json, ",\"");
	json_put_raw(json, key);
	json_put_raw(json, "\":");
}

static void put_text(struct json_writer *json, const char *key, const char *text)
{
	put_key(json, key);
	if (text)
		json_put_string(json, text, TEXT_MOST);
	else
		json_put_raw(json, "null");
}

static void put_number(struct json_writer *json, const char *key, uint64_t number)
{
	put_key(json, key);
	if (number == UINT64_MAX)
		json_put_raw(json, "null");
	else
		json_put_u64(json, number);
}

/* As bytes. */
static void put_kib(struct json_writer *json, const char *key, uint64_t kib)
{
	put_number(json, key, kib == UINT64_MAX ? UINT64_MAX : kib * 1024);
}

/* Milliseconds as seconds, none lost. */
static void put_seconds(struct json_writer *json, const char *key, bool known, uint64_t ms)
{
	char tail[5] = { '.', (char)('0' + ms / 100 % 10), (char)('0' + ms / 10 % 10),
		(char)('0' + ms % 10), '\0' };

	put_key(json, key);
	if (!known) {
		json_put_raw(json, "null");
		return;
	}
	json_put_u64(json, ms / 1000);
	json_put_raw(json, tail);
}

static void put_real(struct json_writer *json, const char *key, bool known, double number)
{
	put_key(json, key);
	if (known)
		json_put_real(json, number);
	else
		json_put_raw(json, "null");
}

static void put_bool(struct json_writer *json, const char *key, bool value)
{
	put_key(json, key);
	json_put_raw(json, value ? "true" : "false");
}

static void put_who(struct json_writer *json, const struct store *store, const struct proc *proc)
{
	char state[2] = { proc->figures.state, '\0' }, container[CONTAINER_NAME_MAX];
	const struct maps *maps = store_maps(store, proc->id);
	uint32_t hz = store_header(store)->hz;

	json_put_raw(json, "{\"pid\":");
	json_put_i64(json, proc->id.pid);
	put_seconds(json, "start", hz > 0, hz > 0 ? proc->id.start_ticks * 1000 / hz : 0);
	put_text(json, "command", proc->comm);
	put_text(json, "cmdline", proc->cmdline);
	put_text(json, "name", proc->name);
	put_text(json, "user", store_user(store, proc->figures.uid));
	put_number(json, "uid", proc->figures.uid);
	put_text(json, "run_state", state);
	put_text(json, "exe", maps && *maps->exe ? maps->exe : NULL);
	put_bool(json, "exe_deleted", maps && maps->figures.exe_deleted);
	put_text(json, "cwd", maps && *maps->cwd ? maps->cwd : NULL);
	put_text(json, "cgroup", proc->cgroup);
	put_text(json, "container",
		proc->cgroup && container_name(proc->cgroup, container) ? container : NULL);
}

/* A column's figure under the column's key. */
static void put_column(struct json_writer *json, enum column_id id, const struct store *store,
	const struct proc *proc)
{
	const struct row row = { .proc = proc };
	const struct column *column = column_get(id);

	put_key(json, column->key);
	report_value(json, column, store, &row);
}

static void put_eta(struct json_writer *json, const struct evidence_facts *facts)
{
	const struct eta *eta = &facts->eta;

	put_real(json, "eta", facts->eta_known, eta->mid_s);
	put_real(json, "eta_low", facts->eta_known, eta->from_s);
	put_real(json, "eta_high", facts->eta_known && eta->to_s < 1e12, eta->to_s);
}

static void put_verdict(struct json_writer *json, const struct store *store,
	const struct proc *proc)
{
	struct evidence_facts facts;
	struct evidence evidence;

	evidence_gather(&facts, store, proc);
	evidence_write(&evidence, &facts);
	put_text(json, "verdict", trend_state_name(facts.state));
	put_text(json, "evidence", evidence.text);
	put_column(json, COL_GROWTH, store, proc);
	put_column(json, COL_GROWTH10, store, proc);
	put_column(json, COL_TREND, store, proc);
	put_eta(json, &facts);
}

static void put_figures(struct json_writer *json, const struct figures *figures)
{
	for (size_t i = 0; i < figures->count; i++) {
		const struct figure *figure = &figures->list[i];

		if (figure->unit == FIGURE_WORDS)
			continue;
		put_key(json, figure->key);
		if (!figure->known)
			json_put_raw(json, "null");
		else if (figure->unit == FIGURE_REAL || figure->unit == FIGURE_SECONDS)
			json_put_real(json, figure->number);
		else if (figure->unit == FIGURE_KIB)
			json_put_i64(json, units_bytes_change((int64_t)figure->number));
		else
			json_put_i64(json, (int64_t)figure->number);
	}
}

/* All of a control group, so that each limit has the same names; C NULL: none, or not known. */
static void put_cgroup(struct json_writer *json, const struct cgroup_figures *c)
{
	uint32_t known = c ? c->known : 0;

	put_kib(json, "high", c ? c->high_kib : UINT64_MAX);
	put_kib(json, "reclaimable", c ? c->reclaimable_kib : UINT64_MAX);
	put_kib(json, "swap", c ? c->swap_usage_kib : UINT64_MAX);
	put_kib(json, "swap_max", c ? c->swap_max_kib : UINT64_MAX);
	put_number(json, "oom_kills", c ? c->oom_kills : UINT64_MAX);
	put_number(json, "events_high", c && known & CGROUP_HIGH ? c->events_high : UINT64_MAX);
	put_number(json, "events_max", c && known & CGROUP_EVENTS ? c->events_max : UINT64_MAX);
	put_real(json, "psi_some", known & CGROUP_PRESSURE, c ? c->psi_some_avg10 : 0);
	put_real(json, "psi_full", known & CGROUP_PRESSURE, c ? c->psi_full_avg10 : 0);
}

static void put_limits(struct json_writer *json, const struct figures *figures)
{
	put_key(json, "limits");
	json_put_char(json, '[');
	for (size_t i = 0; i < figures->nlimits; i++) {
		const struct figure_limit *limit = &figures->limits[i];

		json_put_raw(json, i > 0 ? ",{\"kind\":" : "{\"kind\":");
		json_put_string(json, limit->kind, TEXT_MOST);
		put_text(json, "path", *limit->path ? limit->path : NULL);
		put_bool(json, "binds", limit->binds);
		put_kib(json, "usage", limit->known ? limit->usage_kib : UINT64_MAX);
		put_kib(json, "max", limit->max_kib);
		put_cgroup(json, *limit->path && limit->known ? &limit->cgroup : NULL);
		json_put_char(json, '}');
	}
	json_put_char(json, ']');
}

/* How many there are to be killed, beside the place among them. */
static void put_kill_of(struct json_writer *json, const struct maps *maps)
{
	bool known = maps && maps->figures.known & MAPPINGS_ORDER;

	put_number(json, "kill_of", known ? maps->figures.kill_of : UINT64_MAX);
}

static void put_hint(struct json_writer *json, const struct proc *proc, const struct maps *maps)
{
	struct runtime_hint hint = { .command = "" };
	enum runtime runtime = maps ? maps->figures.runtime : RUNTIME_UNKNOWN;

	runtime_hint(&hint, runtime, proc->id.pid, proc->cmdline);
	put_text(json, "runtime", wire_enum_name(WIRE_RUNTIME, (int)runtime));
	put_text(json, "hint", hint.command[0] ? hint.command : NULL);
	put_text(json, "hint_gives", hint.command[0] ? hint.gives : NULL);
	put_key(json, "hint_installed");
	json_put_raw(json, !maps || !(maps->figures.known & MAPPINGS_TOOL) ? "null"
			   : maps->figures.tool                            ? "true"
									   : "false");
}

static void put_part(struct json_writer *json, const struct maps_group *part)
{
	json_put_raw(json, "{\"kind\":");
	json_put_string(json, wire_enum_name(WIRE_MAPPING, (int)part->kind), TEXT_MOST);
	put_text(json, "name", part->name);
	put_number(json, "mappings", part->mappings);
	put_kib(json, "rss", part->rss_kib);
	put_kib(json, "pss", part->pss_kib);
	put_kib(json, "dirty", part->dirty_kib);
	put_kib(json, "swap", part->swap_kib);
	put_key(json, "gained");
	json_put_i64(json, units_bytes_change(part->gained_kib));
	json_put_char(json, '}');
}

static void put_parts(struct json_writer *json, const struct store *store, const struct maps *maps)
{
	uint64_t now_ms = store_now_ms(store);
	bool read = maps && maps->parts_ms != 0;

	put_text(json, "parts_error", *figures_trouble(maps) ? figures_trouble(maps) : NULL);
	put_seconds(json, "parts_age", read,
		read && now_ms > maps->parts_ms ? now_ms - maps->parts_ms : 0);
	put_seconds(json, "parts_cost", read, read ? (uint64_t)(maps->figures.cost_ms + .5) : 0);
	put_seconds(json, "parts_baseline", read,
		read && now_ms > maps->base_ms ? now_ms - maps->base_ms : 0);
	put_key(json, "parts");
	if (!read) {
		json_put_raw(json, "null");
		return;
	}
	json_put_char(json, '[');
	for (size_t i = 0; i < maps->count; i++) {
		if (i > 0)
			json_put_char(json, ',');
		put_part(json, &maps->parts[i]);
	}
	json_put_char(json, ']');
}

/* [[seconds ago, footprint, RSS, swap], ...], oldest first: what the chart shows. */
static void put_history(struct json_writer *json, const struct store *store,
	const struct proc *proc)
{
	static const unsigned channels[] = { PROC_FOOTPRINT, PROC_RSS, PROC_SWAP };
	struct series_span spans[3][HISTORY_SPANS];
	uint64_t now_ms = store_now_ms(store);
	double step_s = (double)(now_ms - proc->first_ms) / 1000 / HISTORY_SPANS;
	bool any = false;

	for (int i = 0; i < 3; i++)
		store_history(store, proc, channels[i], proc->first_ms, now_ms, spans[i],
			HISTORY_SPANS);
	put_key(json, "history");
	json_put_char(json, '[');
	for (int k = 0; k < HISTORY_SPANS && now_ms > proc->first_ms; k++) {
		if (!spans[0][k].known)
			continue;
		json_put_raw(json, any ? ",[" : "[");
		json_put_real(json, step_s * (HISTORY_SPANS - 1 - k));
		for (int i = 0; i < 3; i++) {
			json_put_char(json, ',');
			json_put_i64(json, units_bytes(spans[i][k].last));
		}
		json_put_char(json, ']');
		any = true;
	}
	json_put_char(json, ']');
}

void detail_json(struct buf *out, const struct store *store, const struct proc *proc)
{
	const struct maps *maps = store_maps(store, proc->id);
	struct figures figures;
	struct json_writer json;

	figures_gather(&figures, store, proc);
	json_writer_init(&json, out);
	put_who(&json, store, proc);
	put_verdict(&json, store, proc);
	put_figures(&json, &figures);
	put_kill_of(&json, maps);
	put_limits(&json, &figures);
	put_hint(&json, proc, maps);
	put_parts(&json, store, maps);
	put_history(&json, store, proc);
	json_put_raw(&json, "}\n");
	json_writer_flush(&json);
}
