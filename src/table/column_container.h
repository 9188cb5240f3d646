/* SPDX-License-Identifier: GPL-2.0-or-later */
/* column_container - what columns say of containers; column_table.c names these
 *
 * Of a process (or a group in one cgroup) the columns that only containers have say what its
 * container has.
 */
#pragma once

#include "table/column.h"

enum { COLUMN_KILL_RECENT_MS = 10 * 60 * 1000 }; /* a kill that is worth a place near the top */

/* Functions of the shape of struct column's `number`, one for all, and of its `text`. */
bool column_container_number(const struct column *column, const struct store *store,
	const struct row *row, double *out);
const char *column_container_name(const struct store *store, const struct row *row);
const char *column_container_kind(const struct store *store, const struct row *row);
const char *column_container_id(const struct store *store, const struct row *row);
const char *column_container_path(const struct store *store, const struct row *row);
const char *column_container_limit_path(const struct store *store, const struct row *row);

/* As columns' `format`. */
enum cell_tone column_write_container(const struct column_cell *cell, char out[COLUMN_TEXT_MAX]);
enum cell_tone column_write_container_text(const struct column_cell *cell,
	char out[COLUMN_TEXT_MAX]);
enum cell_tone column_write_limit(const struct column_cell *cell, char out[COLUMN_TEXT_MAX]);
enum cell_tone column_write_full(const struct column_cell *cell, char out[COLUMN_TEXT_MAX]);
enum cell_tone column_write_events(const struct column_cell *cell, char out[COLUMN_TEXT_MAX]);
enum cell_tone column_write_kills(const struct column_cell *cell, char out[COLUMN_TEXT_MAX]);
