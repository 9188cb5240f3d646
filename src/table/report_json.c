/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report_json - a tick as one JSON object on one line; the schema stands in memtop(1)
 *
 * Numbers are bytes, bytes a second, seconds and percent; what is not known is null.
 */
#include "table/report.h"

#include "base/units.h"
#include "frame/pen.h"
#include "model/headline.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

enum figure_kind { FIGURE_KIB, FIGURE_U64, FIGURE_U32, FIGURE_REAL, FIGURE_KIB_RATE };

/* The system's figures, by their places. */
static const struct figure {
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

static void put_key(struct pen *pen, const char *key, bool first)
{
	pen_raw(pen, first ? "\"" : ",\"");
	pen_raw(pen, key);
	pen_raw(pen, "\":");
}

/* Milliseconds as seconds, none lost. */
static void put_seconds(struct pen *pen, uint64_t ms)
{
	char tail[5] = { '.', (char)('0' + ms / 100 % 10), (char)('0' + ms / 10 % 10),
		(char)('0' + ms % 10), '\0' };

	pen_u64(pen, ms / 1000);
	pen_raw(pen, tail);
}

static void put_text(struct pen *pen, const char *text)
{
	if (text)
		pen_string(pen, text, strlen(text));
	else
		pen_raw(pen, "null");
}

static void put_figure(struct pen *pen, const struct figure *figure,
	const struct system_figures *system)
{
	const char *at = (const char *)system + figure->place;
	uint64_t whole;
	uint32_t half;
	double real;

	if (!system_knows(system->known, figure->known)) {
		pen_raw(pen, "null");
		return;
	}
	switch (figure->kind) {
	case FIGURE_KIB:
	case FIGURE_U64:
		memcpy(&whole, at, sizeof(whole));
		pen_i64(pen, figure->kind == FIGURE_KIB ? units_bytes(whole) : (int64_t)whole);
		return;
	case FIGURE_U32:
		memcpy(&half, at, sizeof(half));
		pen_u64(pen, half);
		return;
	case FIGURE_REAL:
	case FIGURE_KIB_RATE:
		memcpy(&real, at, sizeof(real));
		pen_real(pen, figure->kind == FIGURE_REAL ? real : real * 1024);
		return;
	}
}

static void put_system(struct pen *pen, const struct system_figures *system)
{
	if (!system) {
		pen_raw(pen, "null");
		return;
	}
	pen_char(pen, '{');
	for (size_t i = 0; i < sizeof(figures) / sizeof(figures[0]); i++) {
		put_key(pen, figures[i].key, i == 0);
		put_figure(pen, &figures[i], system);
	}
	pen_char(pen, '}');
}

static void put_size(struct pen *pen, const char *key, bool known, uint64_t kib)
{
	put_key(pen, key, false);
	if (known && kib != UINT64_MAX)
		pen_i64(pen, units_bytes(kib));
	else
		pen_raw(pen, "null");
}

/* The limit that comes before the machine's, nulls where none does, and what the machine has. */
static void put_container(struct pen *pen, const struct store *store)
{
	const struct cgroup_figures none = { .path = NULL }, *own = store_container(store);
	const struct cgroup_figures *group = own ? own : &none;
	const struct system_figures *machine = store_system(store), *seen = store_seen(store);
	bool parts = group->known & CGROUP_PARTS;
	bool available = machine && machine->known & SYSTEM_AVAILABLE;

	pen_raw(pen, "{\"path\":");
	put_text(pen, group->path);
	put_size(pen, "limit", own, own ? seen->total_kib : 0);
	put_size(pen, "usage", own, group->usage_kib);
	put_size(pen, "reclaimable", parts, group->reclaimable_kib);
	put_size(pen, "available", own, own ? seen->available_kib : 0);
	put_size(pen, "swap", parts, group->swap_usage_kib);
	put_size(pen, "swap_limit", own, group->swap_max_kib);
	put_size(pen, "machine_total", machine, machine ? machine->total_kib : 0);
	put_size(pen, "machine_available", available, available ? machine->available_kib : 0);
	pen_char(pen, '}');
}

static void put_headline(struct pen *pen, const struct store *store)
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
	pen_raw(pen, "{\"mood\":\"");
	pen_raw(pen, moods[headline.mood]);
	pen_raw(pen, "\",\"text\":");
	put_text(pen, headline.text);
	pen_raw(pen, ",\"pid\":");
	if (headline.about.pid)
		pen_i64(pen, headline.about.pid);
	else
		pen_raw(pen, "null");
	pen_char(pen, '}');
}

/* Whole bytes and whole counts; the rest to hundredths. */
static void put_number(struct pen *pen, const char *unit, double number)
{
	if (unit[0] == '\0' || strncmp(unit, "bytes", 5) == 0)
		pen_i64(pen, (int64_t)llround(number));
	else
		pen_real(pen, number);
}

void report_value(struct pen *pen, const struct column *column, const struct store *store,
	const struct row *row)
{
	double number;

	if (column->text)
		put_text(pen, column->text(store, row));
	else if (column->number(store, row, &number))
		put_number(pen, column->unit, number);
	else
		pen_raw(pen, "null");
}

/* The figures of a sum that count some page more than once, by their names. */
static void put_at_most(struct pen *pen, const struct row *row, const struct report_style *style)
{
	bool any = false;

	put_key(pen, "at_most", false);
	pen_char(pen, '[');
	for (size_t i = 0; i < report_columns(style); i++) {
		const struct column *column = report_column(style, i);
		if (!column_at_most(column, row))
			continue;
		pen_raw(pen, any ? ",\"" : "\"");
		pen_raw(pen, column->key);
		pen_char(pen, '"');
		any = true;
	}
	pen_char(pen, ']');
}

void report_row_json(struct pen *pen, const struct store *store, const struct row *row,
	const struct report_style *style)
{
	pen_char(pen, '{');
	for (size_t i = 0; i < report_columns(style); i++) {
		const struct column *column = report_column(style, i);
		put_key(pen, column->key, i == 0);
		report_value(pen, column, store, row);
		if (column->id != COL_COMMAND)
			continue;
		put_key(pen, "cmdline", false);
		put_text(pen, row->proc ? row->proc->cmdline : NULL);
		put_key(pen, "name", false);
		put_text(pen, row->proc ? row->proc->name : row->name);
	}
	if (row->sum)
		put_at_most(pen, row, style);
	pen_char(pen, '}');
}

void report_json(struct buf *out, const struct store *store, const struct view *view,
	const struct report_style *style)
{
	const struct stream_header *header = store_header(store);
	size_t rows = style->rows && style->rows < view->count ? style->rows : view->count;
	struct pen pen;

	pen_init(&pen, out);
	pen_raw(&pen, "{\"time\":");
	put_seconds(&pen, store_wall_ms(store));
	put_key(&pen, "boot", false);
	put_seconds(&pen, store_now_ms(store));
	put_key(&pen, "host", false);
	put_text(&pen, header->host);
	put_key(&pen, "headline", false);
	put_headline(&pen, store);
	put_key(&pen, "container", false);
	put_container(&pen, store);
	put_key(&pen, "system", false);
	put_system(&pen, store_seen(store));
	put_key(&pen, "climbing", false);
	pen_u64(&pen, view->climbing);
	put_key(&pen, "processes", false);
	for (size_t i = 0; i < rows; i++) {
		pen_char(&pen, i == 0 ? '[' : ',');
		report_row_json(&pen, store, &view->rows[i], style);
	}
	pen_raw(&pen, rows == 0 ? "[]}\n" : "]}\n");
	pen_flush(&pen);
}
