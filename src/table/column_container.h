/* SPDX-License-Identifier: GPL-2.0-or-later */
/* column_container - what columns say of containers; only column.c calls these
 *
 * Of a process (or a group in one cgroup) the columns that only containers have say what its
 * container has.
 */
#ifndef MEMTOP_TABLE_COLUMN_CONTAINER_H
#define MEMTOP_TABLE_COLUMN_CONTAINER_H

#include "table/column.h"

/* The figure of a column that processes have, too, for a row that is a container; false: it is none
 * of them, and *KNOWN is untouched. */
bool column_container_own(enum column_id id, const struct container *container, bool *known,
	double *out);

/* Of the shape of struct column's `number`, one for all, and of its `text`. */
bool column_container_number(const struct column *column, const struct store *store,
	const struct row *row, double *out);
const char *column_container_name(const struct store *store, const struct row *row);
const char *column_container_kind(const struct store *store, const struct row *row);
const char *column_container_id(const struct store *store, const struct row *row);
const char *column_container_path(const struct store *store, const struct row *row);
const char *column_container_limit_path(const struct store *store, const struct row *row);

/* The higher, the sooner it deserves a look: who climbs, who has just ceased to, who was killed of
 * late, and then by how full the limit is. */
double column_container_worst(const struct store *store, const struct container *container);

/* As columns' `format`. */
enum cell_tone column_write_container(const struct column *column, const struct store *store,
	const struct row *row, const struct column_style *style, int width,
	char out[COLUMN_TEXT_MAX]);
enum cell_tone column_write_container_text(const struct column *column, const struct store *store,
	const struct row *row, const struct column_style *style, int width,
	char out[COLUMN_TEXT_MAX]);
enum cell_tone column_write_limit(const struct column *column, const struct store *store,
	const struct row *row, const struct column_style *style, int width,
	char out[COLUMN_TEXT_MAX]);
enum cell_tone column_write_full(const struct column *column, const struct store *store,
	const struct row *row, const struct column_style *style, int width,
	char out[COLUMN_TEXT_MAX]);
enum cell_tone column_write_events(const struct column *column, const struct store *store,
	const struct row *row, const struct column_style *style, int width,
	char out[COLUMN_TEXT_MAX]);
enum cell_tone column_write_kills(const struct column *column, const struct store *store,
	const struct row *row, const struct column_style *style, int width,
	char out[COLUMN_TEXT_MAX]);

#endif
