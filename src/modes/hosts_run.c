/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hosts_run - see hosts_run.h */
#include "modes/hosts_run.h"

#include "base/clock.h"
#include "base/quit.h"
#include "fleet/fleet_cells.h"
#include "fleet/fleet_table.h"
#include "modes/batch.h"
#include "modes/tell.h"
#include "options/options.h"

#include <unistd.h>

enum { FIRST_LOOKS = 2 }; /* with the second one rates are known */

/* Whether each machine has been looked at twice, or could not be. */
static bool is_settled(struct fleet *fleet)
{
	size_t count;
	const struct fleet_row *rows = fleet_rows(fleet, &count);

	for (size_t i = 0; i < count; i++)
		if (rows[i].why[0] == '\0' &&
			(rows[i].store == NULL || store_ticks(rows[i].store) < FIRST_LOOKS))
			return false;
	return true;
}

static bool shows_containers(const struct options *options)
{
	return options_table(options) == SHOWS_CONTAINERS;
}

/* An order, a filter or containers are asked of what runs on the machines, not of them. */
static bool shows_all(const struct options *options)
{
	return options->sort_given || options->filter_query != NULL || shows_containers(options);
}

/* Sorted by memory unless something else was asked for, which is what the two kinds of rows call
 * it. */
static void put_all(struct buf *text, const struct fleet *fleet, const struct options *options)
{
	bool containers = shows_containers(options);
	const struct fleet_table_ask ask = {
		.containers = containers,
		.sort = options->sort_given ? options->sort
			: containers        ? COL_USED
					    : COL_RSS,
		.reverse = options->sort_given && options->reverse,
		.kernel_threads = options->kernel_threads,
		.query = options->filter_query,
	};
	struct fleet_table *table = fleet_table_new();
	size_t count;
	const struct fleet_line *lines = fleet_table_build(table, fleet, &ask, &count);

	if (options->format == FORMAT_JSON)
		fleet_table_put_json(text, fleet, lines, count, containers);
	else
		fleet_table_put_text(text, fleet, lines, count, containers, batch_width(options));
	fleet_table_free(table);
}

/* Returns -errno of the write; *SEEN: some machine has been looked at. */
static int print_rows(struct fleet *fleet, const struct options *options, bool *seen)
{
	size_t count;
	const struct fleet_row *rows = fleet_rows(fleet, &count);
	struct buf text;

	buf_init(&text);
	if (shows_all(options))
		put_all(&text, fleet, options);
	else if (options->format == FORMAT_JSON)
		fleet_put_json(&text, rows, count);
	else
		fleet_put_text(&text, rows, count, batch_width(options));
	for (size_t i = 0; i < count; i++)
		*seen |= rows[i].system != NULL;
	int error = buf_write(&text, STDOUT_FILENO);

	buf_done(&text);
	return error;
}

static void wait_until(struct fleet *fleet, uint64_t until_ms)
{
	while (clock_mono_ms() < until_ms && quit_signal() == 0)
		fleet_wait(fleet, until_ms);
}

/* Until all have answered or could not, but for one that is slow to log in no longer than that. */
static void wait_for_first(struct fleet *fleet)
{
	uint64_t most_ms = clock_mono_ms() + HOSTS_RUN_MOST_MS;

	fleet_step(fleet, NULL);
	while (!is_settled(fleet) && clock_mono_ms() < most_ms && quit_signal() == 0)
		fleet_wait(fleet, most_ms);
}

int hosts_run(struct fleet *fleet, const struct options *options)
{
	uint32_t wanted = options->count > 0 ? options->count : 1;
	bool seen = false;
	int error = 0;

	fleet_look_into(fleet, FLEET_NONE, shows_all(options));
	wait_for_first(fleet);
	for (uint32_t i = 0; i < wanted && error == 0 && quit_signal() == 0; i++) {
		if (i > 0)
			wait_until(fleet, clock_mono_ms() + options->interval_ms);
		error = print_rows(fleet, options, &seen);
	}
	return tell_unwritten(error) || (error == 0 && !seen);
}
