/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fleet_table - see fleet_table.h */
#include "fleet/fleet_table.h"

#include "base/order.h"
#include "base/xalloc.h"
#include "session/session.h"
#include "table/view.h"

#include <stdlib.h>
#include <string.h>

struct line_key {
	struct fleet_line line;
	bool known;
	double number;
	const char *text;
};

/* The order that a comparison goes by, besides the lines: qsort(3) has no room for it. */
struct fleet_table {
	struct view *views; /* one a machine */
	size_t nviews;
	struct line_key *keys;
	size_t keys_cap;
	struct fleet_line *lines;
	size_t lines_cap;
};

static const enum column_id of_processes[] = { COL_PID, COL_USER, COL_RSS, COL_FOOTPRINT, COL_SWAP,
	COL_GROWTH, COL_VERDICT, COL_ETA, COL_CPU, COL_COMMAND };
static const enum column_id of_containers[] = { COL_CONTAINER, COL_USED, COL_LIMIT, COL_FULL,
	COL_SWAP, COL_GROWTH, COL_VERDICT, COL_ETA, COL_KILLS, COL_PROCS };

const enum column_id *fleet_table_columns(bool containers, size_t *count)
{
	*count = containers ? sizeof(of_containers) / sizeof(of_containers[0])
			    : sizeof(of_processes) / sizeof(of_processes[0]);
	return containers ? of_containers : of_processes;
}

struct fleet_table *fleet_table_new(void)
{
	return xalloc_zero(1, sizeof(struct fleet_table));
}

void fleet_table_free(struct fleet_table *table)
{
	if (table == NULL)
		return;
	for (size_t i = 0; i < table->nviews; i++)
		view_done(&table->views[i]);
	free(table->views);
	free(table->keys);
	free(table->lines);
	free(table);
}

/* A view a host, since each has a store of its own; rows of all are merged by key. */
static void make_views(struct fleet_table *table, const struct fleet *fleet)
{
	size_t count = fleet_count(fleet);

	if (table->nviews == count)
		return;
	table->views = xalloc_zero(count, sizeof(*table->views));
	table->nviews = count;
	for (size_t i = 0; i < count; i++)
		view_init(&table->views[i]);
}

/* --- the order -------------------------------------------------------------------------------- */

static int compare_figures(const struct line_key *a, const struct line_key *b)
{
	if (a->text != NULL && b->text != NULL)
		return strcmp(a->text, b->text);
	return (a->number > b->number) - (a->number < b->number);
}

/* The unknown last, whatever the direction; of equals by machine, as given, and then as they are
 * in its own view. */
static int compare_places(const struct line_key *a, const struct line_key *b)
{
	if (a->line.host != b->line.host)
		return a->line.host < b->line.host ? -1 : 1;
	return a->line.row < b->line.row ? -1 : a->line.row > b->line.row;
}

static int compare_up(const void *left, const void *right)
{
	const struct line_key *a = left, *b = right;
	int by = a->known && b->known ? compare_figures(a, b) : b->known - a->known;

	return by != 0 ? by : compare_places(a, b);
}

static int compare_down(const void *left, const void *right)
{
	const struct line_key *a = left, *b = right;
	int by = a->known && b->known ? compare_figures(b, a) : b->known - a->known;

	return by != 0 ? by : compare_places(a, b);
}

/* Keys by which rows of different stores are compared are taken out once, since comparing is done
 * often. */
static void take_key(struct line_key *key, const struct column *column)
{
	if (column->text != NULL) {
		key->text = column->text(key->line.store, key->line.row);
		key->known = key->text != NULL;
	} else {
		key->known = column_number(column, key->line.store, key->line.row, &key->number);
	}
}

/* Each host's view is in order already; only the merging is left to do. */
static size_t take_host(struct fleet_table *table, const struct fleet *fleet, size_t host,
	const struct fleet_table_ask *ask, size_t count)
{
	const struct store *store = session_store(fleet_session(fleet, host));
	struct view *view = &table->views[host];
	struct view_ask all = {
		.sort = ask->sort,
		.reverse = ask->reverse,
		.kernel_threads = ask->kernel_threads,
		.grouped = ask->containers,
		.group = GROUP_CONTAINER,
		.query = ask->query,
		.uid = -1,
	};

	if (store_ticks(store) == 0)
		return count;
	view_build(view, store, &all);
	table->keys = xalloc_room(table->keys, &table->keys_cap, count + view->count,
		sizeof(*table->keys));
	for (size_t i = 0; i < view->count; i++) {
		struct line_key key = { .line = { host, &view->rows[i], store } };

		take_key(&key, column_get(ask->sort));
		table->keys[count++] = key;
	}
	return count;
}

const struct fleet_line *fleet_table_build(struct fleet_table *table, const struct fleet *fleet,
	const struct fleet_table_ask *ask, size_t *count)
{
	bool up = column_get(ask->sort)->ascending != ask->reverse;
	size_t n = 0;

	make_views(table, fleet);
	for (size_t i = 0; i < table->nviews; i++)
		n = take_host(table, fleet, i, ask, n);
	if (!ask->by_host) /* each machine's are in order already */
		order_sort(table->keys, n, sizeof(*table->keys), up ? compare_up : compare_down);
	table->lines = xalloc_room(table->lines, &table->lines_cap, n, sizeof(*table->lines));
	for (size_t i = 0; i < n; i++)
		table->lines[i] = table->keys[i].line;
	*count = n;
	return table->lines;
}
