/* SPDX-License-Identifier: GPL-2.0-or-later */
/* column_figures - the figures and texts behind the columns of processes; only column.c calls these
 *
 * All have the shape of struct column's `number` or `text`, which says what they do.
 */
#pragma once

#include "table/column.h"

/* Sets *OUT to FIGURE, or to KIB in bytes, if that is KNOWN, which is returned. */
static inline bool column_figure_if(bool known, double figure, double *out)
{
	if (known)
		*out = figure;
	return known;
}

static inline bool column_kib_if(bool known, uint64_t kib, double *out)
{
	return column_figure_if(known, (double)kib * 1024, out);
}

/* The number of a group's members. */
bool column_pid_number(const struct store *store, const struct row *row, double *out);
/* The parent of a process; of groups it is not known. */
bool column_ppid_number(const struct store *store, const struct row *row, double *out);
/* RSS as a share of the machine's or the container's memory, in percent. */
bool column_mem_percent_number(const struct store *store, const struct row *row, double *out);
/* KiB, as are those of memory below. */
bool column_footprint_number(const struct store *store, const struct row *row, double *out);
/* Reserved, used or not. */
bool column_virt_number(const struct store *store, const struct row *row, double *out);
/* KiB a minute, over the last minute. */
bool column_growth_number(const struct store *store, const struct row *row, double *out);
/* The same over ten minutes. */
bool column_growth10_number(const struct store *store, const struct row *row, double *out);
/* The rate its trend has found, 0 for who is at rest. */
bool column_trend_number(const struct store *store, const struct row *row, double *out);
/* The higher, the more it deserves a look. */
bool column_verdict_number(const struct store *store, const struct row *row, double *out);
/* Seconds to the limit that binds; unknown for who does not climb. */
bool column_eta_number(const struct store *store, const struct row *row, double *out);
/* KiB more than at the baseline; unknown before there is one. */
bool column_since_base_number(const struct store *store, const struct row *row, double *out);
/* Seconds since its start; of a group, of its first member. */
bool column_age_number(const struct store *store, const struct row *row, double *out);
/* -20 to 19; of a group, of its first member. */
bool column_nice_number(const struct store *store, const struct row *row, double *out);
/* Known for those it was read of. */
bool column_pss_number(const struct store *store, const struct row *row, double *out);
/* Members of a group; 1 of a process. */
bool column_count_number(const struct store *store, const struct row *row, double *out);
/* Why it climbs, in a word; NULL: not known. */
const char *column_cause_text(const struct store *store, const struct row *row);
/* "climbing", "steady" ...; NULL before there is one. */
const char *column_verdict_text(const struct store *store, const struct row *row);
/* The owner; NULL for groups of several. */
const char *column_user_text(const struct store *store, const struct row *row);
/* A letter of proc_pid_stat(5). */
const char *column_state_text(const struct store *store, const struct row *row);
/* Path of its cgroup, of a group its first member's; NULL: not known. */
const char *column_cgroup_text(const struct store *store, const struct row *row);
/* The kernel's name of it; of a group that which people use. */
const char *column_command_text(const struct store *store, const struct row *row);
