/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report_json - a tick as one JSON object on one line; the schema stands in memtop(1)
 *
 * Numbers are bytes, bytes a second, seconds and percent; what is not known is null.
 */
#include "table/report.h"

#include "base/units.h"
#include "frame/json_writer.h"
#include "model/headline.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

enum figure_kind { FIGURE_KIB, FIGURE_U64, FIGURE_U32, FIGURE_REAL, FIGURE_KIB_RATE };

/* The system's figures, by their places. */
static const struct machine_figure {
	const char *key;
	enum figure_kind kind;
	uint32_t known; /* enum system_known; 0: always */
	size_t place;
} figures[] = {
	{ "total", FIGURE_KIB, SYSTEM_NO_TOTAL, offsetof(struct system_figures, total_kib) },
	{ "free", FIGURE_KIB, SYSTEM_NO_FREE, offsetof(struct system_figures, free_kib) },
	{ "available", FIGURE_KIB, SYSTEM_AVAILABLE,
		offsetof(struct system_figures, available_kib) },
	{ "cache", FIGURE_KIB, SYSTEM_NO_CACHE, offsetof(struct system_figures, cache_kib) },
	{ "shmem", FIGURE_KIB, SYSTEM_NO_SHMEM, offsetof(struct system_figures, shmem_kib) },
	{ "anon", FIGURE_KIB, SYSTEM_NO_ANON, offsetof(struct system_figures, anon_kib) },
	{ "mapped", FIGURE_KIB, SYSTEM_NO_MAPPED, offsetof(struct system_figures, mapped_kib) },
	{ "dirty", FIGURE_KIB, SYSTEM_NO_DIRTY, offsetof(struct system_figures, dirty_kib) },
	{ "slab_reclaimable", FIGURE_KIB, SYSTEM_NO_SLAB,
		offsetof(struct system_figures, slab_reclaimable_kib) },
	{ "slab_unreclaimable", FIGURE_KIB, SYSTEM_NO_SLAB,
		offsetof(struct system_figures, slab_unreclaimable_kib) },
	{ "page_tables", FIGURE_KIB, SYSTEM_NO_PAGE_TABLES,
		offsetof(struct system_figures, page_tables_kib) },
	{ "kernel_stack", FIGURE_KIB, SYSTEM_NO_STACKS,
		offsetof(struct system_figures, kernel_stack_kib) },
	{ "huge_pool", FIGURE_KIB, SYSTEM_NO_HUGE_POOL,
		offsetof(struct system_figures, huge_pool_kib) },
	{ "swap_total", FIGURE_KIB, SYSTEM_NO_SWAP,
		offsetof(struct system_figures, swap_total_kib) },
	{ "swap_free", FIGURE_KIB, SYSTEM_NO_SWAP, offsetof(struct system_figures, swap_free_kib) },
	{ "zswap", FIGURE_KIB, SYSTEM_ZSWAP, offsetof(struct system_figures, zswap_kib) },
	{ "zswapped", FIGURE_KIB, SYSTEM_ZSWAP, offsetof(struct system_figures, zswapped_kib) },
	{ "zram", FIGURE_KIB, SYSTEM_ZRAM, offsetof(struct system_figures, zram_kib) },
	{ "swap_in", FIGURE_KIB_RATE, SYSTEM_SWAP_RATE,
		offsetof(struct system_figures, swap_in_kib_s) },
	{ "swap_out", FIGURE_KIB_RATE, SYSTEM_SWAP_RATE,
		offsetof(struct system_figures, swap_out_kib_s) },
	{ "majflt", FIGURE_REAL, SYSTEM_FAULT_RATE,
		offsetof(struct system_figures, major_faults_s) },
	{ "refaults", FIGURE_REAL, SYSTEM_REFAULT_RATE,
		offsetof(struct system_figures, refault_pages_s) },
	{ "psi_some", FIGURE_REAL, SYSTEM_PSI, offsetof(struct system_figures, psi_some_avg10) },
	{ "psi_full", FIGURE_REAL, SYSTEM_PSI, offsetof(struct system_figures, psi_full_avg10) },
	{ "oom_kills", FIGURE_U64, SYSTEM_OOM_KILLS, offsetof(struct system_figures, oom_kills) },
	{ "processes", FIGURE_U32, 0, offsetof(struct system_figures, processes) },
	{ "hidden", FIGURE_U32, 0, offsetof(struct system_figures, hidden) },
	{ "arc", FIGURE_KIB, SYSTEM_ARC, offsetof(struct system_figures, arc_kib) },
	{ "arc_reclaimable", FIGURE_KIB, SYSTEM_ARC,
		offsetof(struct system_figures, arc_reclaimable_kib) },
	{ "gpu", FIGURE_KIB, SYSTEM_GPU, offsetof(struct system_figures, gpu_kib) },
	{ "gpu_reclaimable", FIGURE_KIB, SYSTEM_GPU,
		offsetof(struct system_figures, gpu_reclaimable_kib) },
	{ "balloon", FIGURE_KIB, SYSTEM_BALLOON, offsetof(struct system_figures, balloon_kib) },
	{ "psi_cpu", FIGURE_REAL, SYSTEM_PSI_CPU, offsetof(struct system_figures, psi_cpu_avg10) },
	{ "psi_io", FIGURE_REAL, SYSTEM_PSI_IO, offsetof(struct system_figures, psi_io_avg10) },
	{ "psi_io_full", FIGURE_REAL, SYSTEM_PSI_IO,
		offsetof(struct system_figures, psi_io_full_avg10) },
	{ "load", FIGURE_REAL, SYSTEM_LOAD, offsetof(struct system_figures, load1) },
	{ "running", FIGURE_U32, SYSTEM_LOAD, offsetof(struct system_figures, running) },
};

static void put_key(struct json_writer *json, const char *key, bool first)
{
	json_put_raw(json, first ? "\"" : ",\"");
	json_put_raw(json, key);
	json_put_raw(json, "\":");
}

/* Milliseconds as seconds, none lost. */
static void put_seconds(struct json_writer *json, uint64_t ms)
{
	char tail[5] = { '.', (char)('0' + ms / 100 % 10), (char)('0' + ms / 10 % 10),
		(char)('0' + ms % 10), '\0' };

	json_put_u64(json, ms / 1000);
	json_put_raw(json, tail);
}

static void put_text(struct json_writer *json, const char *text)
{
	if (text)
		json_put_string(json, text, strlen(text));
	else
		json_put_raw(json, "null");
}

static void put_figure(struct json_writer *json, const struct machine_figure *figure,
	const struct system_figures *system)
{
	const char *at = (const char *)system + figure->place;
	uint64_t whole;
	uint32_t half;
	double real;

	if (!system_knows(system->known, figure->known)) {
		json_put_raw(json, "null");
		return;
	}
	switch (figure->kind) {
	case FIGURE_KIB:
	case FIGURE_U64:
		memcpy(&whole, at, sizeof(whole));
		json_put_i64(json,
			figure->kind == FIGURE_KIB ? units_bytes(whole) : (int64_t)whole);
		return;
	case FIGURE_U32:
		memcpy(&half, at, sizeof(half));
		json_put_u64(json, half);
		return;
	case FIGURE_REAL:
	case FIGURE_KIB_RATE:
		memcpy(&real, at, sizeof(real));
		json_put_real(json, figure->kind == FIGURE_REAL ? real : real * 1024);
		return;
	}
}

static void put_system(struct json_writer *json, const struct system_figures *system)
{
	if (!system) {
		json_put_raw(json, "null");
		return;
	}
	json_put_char(json, '{');
	for (size_t i = 0; i < sizeof(figures) / sizeof(figures[0]); i++) {
		put_key(json, figures[i].key, i == 0);
		put_figure(json, &figures[i], system);
	}
	json_put_char(json, '}');
}

static void put_size(struct json_writer *json, const char *key, bool known, uint64_t kib)
{
	put_key(json, key, false);
	if (known && kib != UINT64_MAX)
		json_put_i64(json, units_bytes(kib));
	else
		json_put_raw(json, "null");
}

/* The limit that comes before the machine's, nulls where none does, and what the machine has. */
static void put_container(struct json_writer *json, const struct store *store)
{
	const struct cgroup_figures none = { .path = NULL }, *own = store_container(store);
	const struct cgroup_figures *group = own ? own : &none;
	const struct system_figures *machine = store_system(store), *seen = store_seen(store);
	bool parts = group->known & CGROUP_PARTS;
	bool available = machine && machine->known & SYSTEM_AVAILABLE;

	json_put_raw(json, "{\"path\":");
	put_text(json, group->path);
	put_size(json, "limit", own, own ? seen->total_kib : 0);
	put_size(json, "usage", own, group->usage_kib);
	put_size(json, "reclaimable", parts, group->reclaimable_kib);
	put_size(json, "available", own, own ? seen->available_kib : 0);
	put_size(json, "swap", parts, group->swap_usage_kib);
	put_size(json, "swap_limit", own, group->swap_max_kib);
	put_size(json, "machine_total", machine, machine ? machine->total_kib : 0);
	put_size(json, "machine_available", available, available ? machine->available_kib : 0);
	json_put_char(json, '}');
}

static void put_headline(struct json_writer *json, const struct store *store)
{
	static const char *const moods[] = {
		[MOOD_CALM] = "calm",
		[MOOD_NOTICE] = "notice",
		[MOOD_WARN] = "warn",
		[MOOD_ALARM] = "alarm",
	};
	struct headline_facts facts;
	struct headline headline;

	headline_gather(&facts, store);
	headline_write(&headline, &facts);
	json_put_raw(json, "{\"mood\":\"");
	json_put_raw(json, moods[headline.mood]);
	json_put_raw(json, "\",\"text\":");
	put_text(json, headline.text);
	json_put_raw(json, ",\"pid\":");
	if (headline.about.pid)
		json_put_i64(json, headline.about.pid);
	else
		json_put_raw(json, "null");
	json_put_char(json, '}');
}

/* Whole bytes and whole counts; the rest to hundredths. */
static void put_number(struct json_writer *json, const char *unit, double number)
{
	if (unit[0] == '\0' || strncmp(unit, "bytes", 5) == 0)
		json_put_i64(json, (int64_t)llround(number));
	else
		json_put_real(json, number);
}

void report_value(struct json_writer *json, const struct column *column, const struct store *store,
	const struct row *row)
{
	double number;

	if (column->text)
		put_text(json, column->text(store, row));
	else if (column_number(column, store, row, &number))
		put_number(json, column->unit, number);
	else
		json_put_raw(json, "null");
}

/* The figures of a sum that count some page more than once, by their names. */
static void put_at_most(struct json_writer *json, const struct row *row,
	const struct report_style *style)
{
	bool any = false;

	put_key(json, "at_most", false);
	json_put_char(json, '[');
	for (size_t i = 0; i < report_columns(style); i++) {
		const struct column *column = report_column(style, i);
		if (!column_at_most(column, row))
			continue;
		json_put_raw(json, any ? ",\"" : "\"");
		json_put_raw(json, column->key);
		json_put_char(json, '"');
		any = true;
	}
	json_put_char(json, ']');
}

void report_row_json(struct json_writer *json, const struct store *store, const struct row *row,
	const struct report_style *style)
{
	json_put_char(json, '{');
	for (size_t i = 0; i < report_columns(style); i++) {
		const struct column *column = report_column(style, i);
		put_key(json, column->key, i == 0);
		report_value(json, column, store, row);
		if (column->id != COL_COMMAND)
			continue;
		put_key(json, "cmdline", false);
		put_text(json, row->proc ? row->proc->cmdline : NULL);
		put_key(json, "name", false);
		put_text(json, row->proc ? row->proc->name : row->name);
	}
	if (row->sum)
		put_at_most(json, row, style);
	json_put_char(json, '}');
}

void report_json(struct buf *out, const struct store *store, const struct view *view,
	const struct report_style *style)
{
	const struct stream_header *header = store_header(store);
	size_t rows = style->rows && style->rows < view->count ? style->rows : view->count;
	struct json_writer json;

	json_writer_init(&json, out);
	json_put_raw(&json, "{\"time\":");
	put_seconds(&json, store_wall_ms(store));
	put_key(&json, "boot", false);
	put_seconds(&json, store_now_ms(store));
	put_key(&json, "host", false);
	put_text(&json, header->host);
	put_key(&json, "headline", false);
	put_headline(&json, store);
	put_key(&json, "container", false);
	put_container(&json, store);
	put_key(&json, "system", false);
	put_system(&json, store_seen(store));
	put_key(&json, "climbing", false);
	json_put_u64(&json, view->climbing);
	put_key(&json, "processes", false);
	for (size_t i = 0; i < rows; i++) {
		json_put_char(&json, i == 0 ? '[' : ',');
		report_row_json(&json, store, &view->rows[i], style);
	}
	json_put_raw(&json, rows == 0 ? "[]}\n" : "]}\n");
	json_writer_flush(&json);
}
