/* SPDX-License-Identifier: GPL-2.0-or-later */
/* column_figures - the figures and texts behind the columns of processes; only column.c calls these
 *
 * All have the shape of struct column's `number` or `text`, which says what they do.
 */
#ifndef MEMTOP_TABLE_COLUMN_FIGURES_H
#define MEMTOP_TABLE_COLUMN_FIGURES_H

#include "table/column.h"

bool column_pid_number(const struct store *store, const struct row *row, double *out);
bool column_ppid_number(const struct store *store, const struct row *row, double *out);
bool column_mem_percent_number(const struct store *store, const struct row *row, double *out);
bool column_footprint_number(const struct store *store, const struct row *row, double *out);
bool column_virt_number(const struct store *store, const struct row *row, double *out);
bool column_growth_number(const struct store *store, const struct row *row, double *out);
bool column_growth10_number(const struct store *store, const struct row *row, double *out);
bool column_trend_number(const struct store *store, const struct row *row, double *out);
bool column_verdict_number(const struct store *store, const struct row *row, double *out);
bool column_eta_number(const struct store *store, const struct row *row, double *out);
bool column_since_base_number(const struct store *store, const struct row *row, double *out);
bool column_age_number(const struct store *store, const struct row *row, double *out);
bool column_nice_number(const struct store *store, const struct row *row, double *out);
bool column_pss_number(const struct store *store, const struct row *row, double *out);
bool column_count_number(const struct store *store, const struct row *row, double *out);
const char *column_cause_text(const struct store *store, const struct row *row);
const char *column_verdict_text(const struct store *store, const struct row *row);
const char *column_user_text(const struct store *store, const struct row *row);
const char *column_state_text(const struct store *store, const struct row *row);
const char *column_cgroup_text(const struct store *store, const struct row *row);
const char *column_command_text(const struct store *store, const struct row *row);

#endif
