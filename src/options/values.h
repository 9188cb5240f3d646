/* SPDX-License-Identifier: GPL-2.0-or-later */
/* values - what may stand for an interval, a span of time, a column: one rule for the command line,
 * the settings file and the prompts of the dashboard
 *
 * All return 0, or -EINVAL with nothing changed, unless they say otherwise.
 */
#pragma once

#include "table/column.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A time ("90", "1.5h") from LEAST_S to MOST_S seconds. */
int values_seconds(const char *text, double least_s, double most_s, double *seconds);

/* Between two looks: 0.1 s to an hour. */
#define VALUES_INTERVAL "0.1 to 3600"

/* Reads seconds within VALUES_INTERVAL as ms; 0, or -EINVAL and nothing is set. */
int values_interval(const char *text, uint32_t *interval_ms);

/* The key of a column; a leading - turns the order round. */
int values_sort(const char *text, enum column_id *sort, bool *reverse);

/* KEY goes to the end of COLUMNS.  -ENOENT: there is no such column; -EEXIST: it is there
 * already. */
int values_add_column(const char *key, enum column_id columns[COLUMN_COUNT], size_t *count);
