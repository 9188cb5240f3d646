/* SPDX-License-Identifier: GPL-2.0-or-later */
/* column_container - see column_container.h; figures are the cgroups' own (model/containers.h) */
#include "table/column_container.h"

#include "base/units.h"
#include "table/column_figures.h"
#include "table/column_format.h"

#include <stdio.h>

enum {
	NEAR_PERCENT = 90, /* of a limit, of what cannot be reclaimed */
};

/* --- figures ---------------------------------------------------------------------------------- */

/* The limit; of one that is gone that which it was killed at. */
static bool has_limit(const struct store *store, const struct container *container, uint64_t *kib)
{
	struct limit limit = store_container_limit(store, container);

	*kib = limit.kind != LIMIT_NONE ? limit.limit_kib : UINT64_MAX;
	if (container->gone_ms)
		*kib = container->kill.limit_kib;
	return *kib != UINT64_MAX;
}

static uint64_t kills_of(const struct container *container)
{
	return container->known & CONTAINER_HAS_KILLS && container->kills > container->kill.count
		       ? container->kills
		       : container->kill.count;
}

bool column_container_number(const struct column *column, const struct store *store,
	const struct row *row, double *out)
{
	const struct container *it = row_container(store, row);
	uint64_t kib;

	if (it == NULL)
		return column->id == COL_USED && row->kind == GROUP_CONTAINER &&
		       row->proc != NULL && column_footprint_number(store, row, out);
	bool parts = (it->known & CONTAINER_HAS_PARTS) != 0;
	if (column->id == COL_USED)
		return column_kib_if(parts, it->unreclaimable_kib, out);
	if (column->id == COL_USAGE)
		return column_kib_if(it->known & CONTAINER_HAS_USAGE, it->usage_kib, out);
	if (column->id == COL_CACHE)
		return column_kib_if(parts, it->cache_kib, out);
	if (column->id == COL_LIMIT) {
		bool limited = has_limit(store, it, &kib);

		return column_kib_if(limited, kib, out);
	}
	if (column->id == COL_FULL)
		return store_container_full(store, it, out);
	if (column->id == COL_STALLS)
		return column_figure_if(it->known & CONTAINER_HAS_STALLS, it->stalls_some, out);
	if (column->id == COL_MAX_EVENTS)
		return column_figure_if(it->known & CONTAINER_HAS_MAX, (double)it->max_events, out);
	if (column->id == COL_KILLS)
		return column_figure_if(it->known & CONTAINER_HAS_KILLS || it->kill.count,
			(double)kills_of(it), out);
	if (column->id == COL_PROCS)
		return column_figure_if(!containers_is_hidden(it), it->processes, out);
	return false;
}

/* --- texts ------------------------------------------------------------------------------------ */

const char *column_container_name(const struct store *store, const struct row *row)
{
	const struct container *it = row_container(store, row);

	return it != NULL ? container_label(it) : NULL;
}

const char *column_container_kind(const struct store *store, const struct row *row)
{
	const struct container *it = row_container(store, row);

	return it != NULL ? cgpath_kind_name(it->kind) : NULL;
}

const char *column_container_id(const struct store *store, const struct row *row)
{
	const struct container *it = row_container(store, row);

	return it != NULL ? it->id : NULL;
}

const char *column_container_path(const struct store *store, const struct row *row)
{
	const struct container *it = row_container(store, row);

	return it != NULL ? it->path : NULL;
}

const char *column_container_limit_path(const struct store *store, const struct row *row)
{
	const struct container *it = row_container(store, row);
	struct limit limit = { .kind = LIMIT_NONE };

	if (it != NULL)
		limit = store_container_limit(store, it);
	return limit.kind != LIMIT_NONE ? limit.cgroup : NULL;
}

/* --- cells ------------------------------------------------------------------------------------ */

static enum cell_tone write_none(char out[COLUMN_TEXT_MAX], const char *text)
{
	snprintf(out, COLUMN_TEXT_MAX, "%s", text);
	return TONE_DIM;
}

/* The number stands with its engine's name where nobody has told what it is called. */
static void write_label(char *out, size_t size, const struct container *it)
{
	bool bare = it->name == NULL && it->kind != CGPATH_CONTAINER &&
		    (it->id != NULL || it->kind == CGPATH_MONITOR);

	snprintf(out, size, "%s%s%s", bare ? cgpath_kind_name(it->kind) : "", bare ? " " : "",
		container_label(it));
}

enum cell_tone column_write_container(const struct column_cell *cell, char out[COLUMN_TEXT_MAX])
{
	const struct container *it = row_container(cell->store, cell->row);
	size_t len = 0;

	out[0] = '\0';
	if (cell->row->kind == GROUP_CONTAINER)
		len = (size_t)column_write_branch(out, cell->row, cell->style);
	if (cell->row->kind == GROUP_CONTAINER && cell->row->proc != NULL) {
		snprintf(out + len, COLUMN_TEXT_MAX - len, "%s (%d)", cell->row->proc->name,
			(int)cell->row->proc->id.pid);
		return TONE_PLAIN;
	}
	if (it == NULL)
		return write_none(out, "-");
	write_label(out + len, COLUMN_TEXT_MAX - len, it);
	return it->gone_ms || it->own ? TONE_DIM : TONE_PLAIN;
}

enum cell_tone column_write_container_text(const struct column_cell *cell,
	char out[COLUMN_TEXT_MAX])
{
	const char *text = cell->column->text(cell->store, cell->row);

	if (text == NULL)
		return write_none(out, "-");
	if (cell->column->id == COL_PATH || cell->column->id == COL_LIMIT_PATH)
		return column_write_tail(text, cell->style, cell->width, out);
	snprintf(out, COLUMN_TEXT_MAX, "%s", text);
	return TONE_PLAIN;
}

enum cell_tone column_write_limit(const struct column_cell *cell, char out[COLUMN_TEXT_MAX])
{
	const struct container *it = row_container(cell->store, cell->row);
	uint64_t kib;

	if (it != NULL && !has_limit(cell->store, it, &kib))
		return write_none(out, it->known & CONTAINER_HAS_USAGE ? "none" : "n/a");
	return column_write_kib(cell, out);
}

enum cell_tone column_write_full(const struct column_cell *cell, char out[COLUMN_TEXT_MAX])
{
	const struct container *it = row_container(cell->store, cell->row);
	double percent;
	uint64_t kib;

	if (it == NULL || (it->known & CONTAINER_HAS_USAGE && !has_limit(cell->store, it, &kib)))
		return write_none(out, "-");
	if (!column_cell_number(cell, &percent))
		return write_none(out, "n/a");
	snprintf(out, COLUMN_TEXT_MAX, "%.0f%%", percent);
	return percent >= NEAR_PERCENT ? TONE_WARN : percent < 1 ? TONE_DIM : TONE_PLAIN;
}

/* "12": the limit was met so often; "12/3": and it was slowed down for being past `high`. */
enum cell_tone column_write_events(const struct column_cell *cell, char out[COLUMN_TEXT_MAX])
{
	const struct container *it = row_container(cell->store, cell->row);
	char max[UNITS_SIZE];
	double met;

	if (it == NULL)
		return write_none(out, "-");
	if (!column_cell_number(cell, &met))
		return write_none(out, "n/a");
	units_count(max, met);
	if (it->known & CONTAINER_HAS_HIGH && it->high_events > 0)
		snprintf(out, COLUMN_TEXT_MAX, "%s/%s", max,
			units_count(UNITS_TEXT, (double)it->high_events));
	else
		snprintf(out, COLUMN_TEXT_MAX, "%s", max);
	if (it->max_min + it->high_min > 0)
		return TONE_WARN;
	return met == 0 && it->high_events == 0 ? TONE_DIM : TONE_PLAIN;
}

enum cell_tone column_write_kills(const struct column_cell *cell, char out[COLUMN_TEXT_MAX])
{
	const struct container *it = row_container(cell->store, cell->row);
	enum cell_tone tone = column_write_integer(cell, out);

	if (it == NULL || tone == TONE_DIM)
		return tone;
	if (it->kill.count > 0 && store_now_ms(cell->store) - it->kill.ms < COLUMN_KILL_RECENT_MS)
		return TONE_ALARM;
	return kills_of(it) > 0 ? TONE_NOTICE : TONE_DIM;
}
