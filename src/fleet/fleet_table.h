/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fleet_table - the processes, or the containers, of all machines in one order */
#pragma once

#include "base/buf.h"
#include "fleet/fleet.h"
#include "table/query.h"

struct fleet_table;

struct fleet_line {
	size_t host;               /* of the fleet */
	const struct row *row;     /* good until the next step or build */
	const struct store *store; /* that the row is of */
};

struct fleet_table_ask {
	bool containers;     /* rows are containers, else processes */
	bool by_host;        /* sorted by machine, each by SORT, else all by SORT */
	bool reverse;        /* against the column's first direction */
	bool kernel_threads; /* are shown, too */
	enum column_id sort;
	const struct query *query; /* NULL: all; `host=db1` asks for a machine */
};

/* The columns behind HOST, in their order; *COUNT of them. */
const enum column_id *fleet_table_columns(bool containers, size_t *count);

/* A table without lines; NULL is fine to be freed. */
struct fleet_table *fleet_table_new(void);
void fleet_table_free(struct fleet_table *table);

/* The lines of all machines that were looked at, *COUNT of them; figures of one that does not
 * answer are as old as its row says. */
const struct fleet_line *fleet_table_build(struct fleet_table *table, const struct fleet *fleet,
	const struct fleet_table_ask *ask, size_t *count);

/* COUNT lines as text, titles first, WIDTH columns wide (0: as long as need be); and as one JSON
 * object on one line, where each has "host" before its columns. */
void fleet_table_put_text(struct buf *out, const struct fleet *fleet,
	const struct fleet_line *lines, size_t count, bool containers, int width);
void fleet_table_put_json(struct buf *out, const struct fleet *fleet,
	const struct fleet_line *lines, size_t count, bool containers);
