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
#include "model/packages.h"
#include "table/container.h"
#include "table/figures.h"
#include "table/report.h"

enum { HISTORY_SPANS = 120 };

/* A count, which UINT64_MAX says is not known. */
static void put_number(struct json_writer *json, const char *key, uint64_t number)
{
	json_add_number(json, key, number != UINT64_MAX, (int64_t)number);
}

/* Keys and units as in all JSON of memtop: times in seconds, sizes in bytes, null for what is not
 * known. */
static void put_who(struct json_writer *json, const struct store *store, const struct proc *proc)
{
	char state[2] = { proc->figures.state, '\0' }, container[CONTAINER_NAME_MAX];
	const struct maps *maps = store_maps(store, proc->id);
	uint32_t hz = store_header(store)->hz;

	json_open(json, NULL, '{');
	json_add_number(json, "pid", true, proc->id.pid);
	json_add_ms(json, "start", hz > 0, hz > 0 ? proc->id.start_ticks * 1000 / hz : 0);
	json_add_text(json, "command", proc->comm);
	json_add_text(json, "cmdline", proc->cmdline);
	json_add_text(json, "name", proc->name);
	json_add_text(json, "user", store_user(store, proc->figures.uid));
	put_number(json, "uid", proc->figures.uid);
	json_add_text(json, "run_state", state);
	json_add_text(json, "exe", maps != NULL && *maps->exe ? maps->exe : NULL);
	json_add_bool(json, "exe_deleted", maps != NULL && maps->figures.exe_deleted);
	json_add_text(json, "cwd", maps != NULL && *maps->cwd ? maps->cwd : NULL);
	json_add_text(json, "cgroup", proc->cgroup);
	json_add_text(json, "container",
		proc->cgroup != NULL && container_name(proc->cgroup, container) ? container : NULL);
}

/* A column's figure under the column's key. */
static void put_column(struct json_writer *json, enum column_id id, const struct store *store,
	const struct proc *proc)
{
	const struct row row = { .proc = proc };
	const struct column *column = column_get(id);

	json_key(json, column->key);
	report_value(json, column, store, &row);
}

/* An interval without an end has no `eta_high`. */
static void put_eta(struct json_writer *json, const struct evidence_facts *facts)
{
	const struct eta *eta = &facts->eta;

	json_add_real(json, "eta", facts->eta_known, eta->mid_s);
	json_add_real(json, "eta_low", facts->eta_known, eta->from_s);
	json_add_real(json, "eta_high", facts->eta_known && eta->to_s < 1e12, eta->to_s);
}

/* The same sentence as on the screen, and the figures it was made of. */
static void put_verdict(struct json_writer *json, const struct store *store,
	const struct proc *proc)
{
	struct evidence_facts facts;
	struct evidence evidence;

	evidence_gather(&facts, store, proc);
	evidence_write(&evidence, &facts);
	json_add_text(json, "verdict", trend_state_name(facts.state));
	json_add_text(json, "evidence", evidence.text);
	put_column(json, COL_GROWTH, store, proc);
	put_column(json, COL_GROWTH10, store, proc);
	put_column(json, COL_TREND, store, proc);
	put_eta(json, &facts);
}

/* Words are for people, and stand in the JSON under keys of their own. */
static void put_figures(struct json_writer *json, const struct figures *figures)
{
	for (size_t i = 0; i < figures->count; i++) {
		const struct figure *figure = &figures->list[i];

		if (figure->unit == FIGURE_WORDS)
			continue;
		if (figure->unit == FIGURE_REAL || figure->unit == FIGURE_SECONDS)
			json_add_real(json, figure->key, figure->known, figure->number);
		else
			json_add_number(json, figure->key, figure->known,
				figure->unit == FIGURE_KIB
					? units_bytes_change((int64_t)figure->number)
					: (int64_t)figure->number);
	}
}

/* All of a control group, so that each limit has the same names; C NULL: none, or not known. */
static void put_cgroup(struct json_writer *json, const struct cgroup_figures *c)
{
	uint32_t known = c != NULL ? c->known : 0;

	json_add_kib(json, "high", true, c != NULL ? c->high_kib : UINT64_MAX);
	json_add_kib(json, "reclaimable", true, c != NULL ? c->reclaimable_kib : UINT64_MAX);
	json_add_kib(json, "swap", true, c != NULL ? c->swap_usage_kib : UINT64_MAX);
	json_add_kib(json, "swap_max", true, c != NULL ? c->swap_max_kib : UINT64_MAX);
	put_number(json, "oom_kills",
		c != NULL && !(c->known & CGROUP_NO_KILLS) ? c->oom_kills : UINT64_MAX);
	put_number(json, "events_high",
		c != NULL && known & CGROUP_HIGH ? c->events_high : UINT64_MAX);
	put_number(json, "events_max",
		c != NULL && known & CGROUP_EVENTS ? c->events_max : UINT64_MAX);
	json_add_real(json, "psi_some", known & CGROUP_PRESSURE, c != NULL ? c->psi_some_avg10 : 0);
	json_add_real(json, "psi_full", known & CGROUP_PRESSURE_FULL,
		c != NULL ? c->psi_full_avg10 : 0);
}

/* No limit is null, as no number would say it. */
static void put_limits(struct json_writer *json, const struct figures *figures)
{
	json_open(json, "limits", '[');
	for (size_t i = 0; i < figures->nlimits; i++) {
		const struct figure_limit *limit = &figures->limits[i];

		json_open(json, NULL, '{');
		json_add_text(json, "kind", limit->kind);
		json_add_text(json, "path", *limit->path ? limit->path : NULL);
		json_add_bool(json, "binds", limit->binds);
		json_add_kib(json, "usage", true, limit->known ? limit->usage_kib : UINT64_MAX);
		json_add_kib(json, "max", true, limit->max_kib);
		put_cgroup(json, *limit->path && limit->known ? &limit->cgroup : NULL);
		json_close(json, '}');
	}
	json_close(json, ']');
}

/* How many there are to be killed, beside the place among them. */
static void put_kill_of(struct json_writer *json, const struct maps *maps)
{
	bool known = maps != NULL && maps->figures.known & MAPPINGS_ORDER;

	put_number(json, "kill_of", known ? maps->figures.kill_of : UINT64_MAX);
}

/* null: nobody has looked whether the tool is there. */
static void put_hint(struct json_writer *json, const struct proc *proc, const struct maps *maps)
{
	struct runtime_hint hint = { .command = "" };
	enum runtime runtime = maps != NULL ? maps->figures.runtime : RUNTIME_UNKNOWN;

	runtime_hint(&hint, runtime, proc->id.pid, proc->cmdline);
	json_add_text(json, "runtime", wire_enum_name(WIRE_RUNTIME, (int)runtime));
	json_add_text(json, "hint", hint.command[0] ? hint.command : NULL);
	json_add_text(json, "hint_gives", hint.command[0] ? hint.gives : NULL);
	if (maps != NULL && maps->figures.known & MAPPINGS_TOOL)
		json_add_bool(json, "hint_installed", maps->figures.tool);
	else
		json_add_null(json, "hint_installed");
}

/* By the names of the format, which never change. */
static void put_part(struct json_writer *json, const struct maps_group *part)
{
	json_open(json, NULL, '{');
	json_add_text(json, "kind", wire_enum_name(WIRE_MAPPING, (int)part->kind));
	json_add_text(json, "name", part->name);
	put_number(json, "mappings", part->mappings);
	json_add_kib(json, "rss", true, part->rss_kib);
	json_add_kib(json, "pss", true, part->pss_kib);
	json_add_kib(json, "dirty", true, part->dirty_kib);
	json_add_kib(json, "swap", true, part->swap_kib);
	json_add_number(json, "gained", true, units_bytes_change(part->gained_kib));
	json_close(json, '}');
}

/* How old they are, and what reading them took, tell how far they may be trusted and how often
 * they may be asked for. */
static void put_parts(struct json_writer *json, const struct store *store, const struct maps *maps)
{
	uint64_t now_ms = store_now_ms(store);
	bool read = maps != NULL && maps->parts_ms != 0;

	json_add_text(json, "parts_error", *figures_trouble(maps) ? figures_trouble(maps) : NULL);
	json_add_ms(json, "parts_age", read,
		read && now_ms > maps->parts_ms ? now_ms - maps->parts_ms : 0);
	json_add_ms(json, "parts_cost", read, read ? (uint64_t)(maps->figures.cost_ms + .5) : 0);
	json_add_ms(json, "parts_baseline", read,
		read && now_ms > maps->base_ms ? now_ms - maps->base_ms : 0);
	if (!read) {
		json_add_null(json, "parts");
		return;
	}
	json_open(json, "parts", '[');
	for (size_t i = 0; i < maps->count; i++)
		put_part(json, &maps->parts[i]);
	json_close(json, ']');
}

/* [[seconds ago, footprint, RSS, swap], ...], oldest first: what the chart shows. */
static void put_history(struct json_writer *json, const struct store *store,
	const struct proc *proc)
{
	static const unsigned channels[] = { PROC_FOOTPRINT, PROC_RSS, PROC_SWAP };
	struct series_span spans[3][HISTORY_SPANS];
	uint64_t now_ms = store_now_ms(store);
	double step_s = (double)(now_ms - proc->first_ms) / 1000 / HISTORY_SPANS;

	for (int i = 0; i < 3; i++)
		store_history(store, proc, channels[i],
			&(struct series_cut){
				proc->first_ms, now_ms, &spans[i][0], HISTORY_SPANS });
	json_open(json, "history", '[');
	for (int k = 0; k < HISTORY_SPANS && now_ms > proc->first_ms; k++) {
		if (!spans[0][k].known)
			continue;
		json_open(json, NULL, '[');
		json_add_real(json, NULL, true, step_s * (HISTORY_SPANS - 1 - k));
		for (int i = 0; i < 3; i++)
			json_add_kib(json, NULL, true, spans[i][k].last);
		json_close(json, ']');
	}
	json_close(json, ']');
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
	packages_json(&json, maps);
	put_parts(&json, store, maps);
	put_history(&json, store, proc);
	json_put_raw(&json, "}\n");
	json_writer_flush(&json);
}
