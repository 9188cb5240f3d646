/* SPDX-License-Identifier: GPL-2.0-or-later */
/* column_figures - the figures and texts behind the columns of processes */
#include "table/column_figures.h"

#include "base/real.h"
#include "model/evidence.h"
#include "table/column_container.h"

#include <string.h>

bool column_pid_number(const struct store *store, const struct row *row, double *out)
{
	(void)store;
	return column_figure_if(row->proc != NULL, row_self(row)->id.pid, out);
}

bool column_ppid_number(const struct store *store, const struct row *row, double *out)
{
	(void)store;
	return column_figure_if(row->proc != NULL, row_self(row)->figures.ppid, out);
}

bool column_mem_percent_number(const struct store *store, const struct row *row, double *out)
{
	const struct system_figures *system = store_seen(store);

	if (!proc_is_measured(row_whole(row)) || system == NULL || system->total_kib == 0)
		return false;
	*out = 100 * (double)row_figures(row)->rss_kib / (double)system->total_kib;
	return true;
}

bool column_footprint_number(const struct store *store, const struct row *row, double *out)
{
	(void)store;
	return column_kib_if(proc_knows_footprint(row_whole(row)), row_figures(row)->footprint_kib,
		out);
}

/* 0 is that of a thread of the kernel, which has no address space: not known, rather than
 * nothing. */
bool column_virt_number(const struct store *store, const struct row *row, double *out)
{
	(void)store;
	return column_kib_if(proc_is_measured(row_whole(row)) && row_figures(row)->virt_kib,
		row_figures(row)->virt_kib, out);
}

static bool growth_over(const struct store *store, const struct row *row, double seconds,
	double *out)
{
	double kib_min;

	if (!row_growth(store, row, seconds, &kib_min))
		return false;
	*out = kib_min * 1024 / 60;
	return true;
}

bool column_growth_number(const struct store *store, const struct row *row, double *out)
{
	return growth_over(store, row, 60, out);
}

bool column_growth10_number(const struct store *store, const struct row *row, double *out)
{
	return growth_over(store, row, 600, out);
}

bool column_trend_number(const struct store *store, const struct row *row, double *out)
{
	const struct trend *trend = row_trend(store, row);

	return column_figure_if(row->container != NULL || proc_is_measured(row_whole(row)),
		trend != NULL ? trend_rate_stored(trend) * 1024 : 0, out);
}

/* First who climbs, then who has just ceased to, then who was killed of late; of the rest by how
 * full the limit is. */
static double container_worst(const struct store *store, const struct container *container)
{
	enum trend_state state = store_container_verdict(store, container);
	double percent = 0;
	bool killed = container->kill.count > 0 &&
		      store_now_ms(store) - container->kill.ms < COLUMN_KILL_RECENT_MS;

	if (state == TREND_CLIMBING || state == TREND_RECEDING)
		return row_verdict_rank(state);
	if (killed)
		return row_verdict_rank(TREND_RECEDING) - .5;
	if (!store_container_full(store, container, &percent))
		return row_verdict_rank(state) / (TREND_STATES + 1);
	return 1 + real_min(percent, 100) / 20;
}

/* Higher for what deserves a look more. */
bool column_verdict_number(const struct store *store, const struct row *row, double *out)
{
	enum trend_state state = row_verdict(store, row);

	if (row->container != NULL)
		return column_figure_if(true, container_worst(store, row->container), out);
	return column_figure_if(row_has_verdict(row, state), row_verdict_rank(state), out);
}

const char *column_verdict_text(const struct store *store, const struct row *row)
{
	enum trend_state state = row_verdict(store, row);

	return row_has_verdict(row, state) ? trend_state_name(state) : NULL;
}

const char *column_cause_text(const struct store *store, const struct row *row)
{
	bool asked = row->proc != NULL && !row->proc->kernel_thread;
	enum findings_cause cause = asked ? evidence_cause(store, row->proc) : FINDINGS_UNKNOWN;

	return cause != FINDINGS_UNKNOWN ? findings_cause_word(cause) : NULL;
}

bool column_eta_number(const struct store *store, const struct row *row, double *out)
{
	struct eta eta;

	if (!row_eta(store, row, &eta))
		return false;
	*out = eta.mid_s;
	return true;
}

/* Shared memory that is others', too, is no gain of its own (store_own_kib). */
bool column_since_base_number(const struct store *store, const struct row *row, double *out)
{
	double gain_kib = row->sum != NULL
				  ? (double)row_total(row)->gained_kib
				  : (double)store_own_kib(row->proc) - (double)row->proc->base_kib;

	return column_figure_if(proc_is_measured(row_whole(row)) && store_baseline_ms(store),
		gain_kib * 1024, out);
}

bool column_age_number(const struct store *store, const struct row *row, double *out)
{
	return column_figure_if(store_header(store)->hz != 0, store_age_s(store, row_self(row)),
		out);
}

bool column_nice_number(const struct store *store, const struct row *row, double *out)
{
	(void)store;
	return column_figure_if(row_self(row)->detail_ms != 0, row_self(row)->figures.nice, out);
}

const char *column_user_text(const struct store *store, const struct row *row)
{
	return row->proc != NULL || row_total(row)->one_user
		       ? store_user(store, row_self(row)->figures.uid)
		       : NULL;
}

/* A text outlives the call, which the one letter of a process would not. */
const char *column_state_text(const struct store *store, const struct row *row)
{
	static const char letters[][2] = { "R", "S", "D", "Z", "T", "t", "I", "X", "x", "K", "W",
		"P" };

	(void)store;
	for (size_t i = 0; i < sizeof(letters) / sizeof(letters[0]); i++)
		if (letters[i][0] == row_self(row)->figures.state)
			return letters[i];
	return NULL;
}

const char *column_cgroup_text(const struct store *store, const struct row *row)
{
	(void)store;
	return row_self(row)->cgroup;
}

const char *column_command_text(const struct store *store, const struct row *row)
{
	(void)store;
	return row->proc != NULL ? row->proc->comm : row->name;
}

bool column_pss_number(const struct store *store, const struct row *row, double *out)
{
	(void)store;
	if (row->sum != NULL)
		return column_kib_if(row_total(row)->pss_known, row_total(row)->pss_kib, out);
	bool known = row->proc->figures.known & DETAIL_PSS && row->proc->rare != NULL;
	return column_kib_if(known, known ? row->proc->rare->figures.pss_kib : 0, out);
}

bool column_count_number(const struct store *store, const struct row *row, double *out)
{
	(void)store;
	return column_figure_if(true, (double)row_count(row), out);
}
