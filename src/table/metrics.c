/* SPDX-License-Identifier: GPL-2.0-or-later */
/* metrics - see metrics.h: who is told, and the lines */
#include "table/metrics.h"

#include "table/container.h"

#include <inttypes.h>
#include <string.h>

enum { MS_A_SECOND = 1000, BYTES_A_KIB = 1024 };

/* --- lines ------------------------------------------------------------------------------------ */

/* A family of samples: all of one name, one after the other. */
struct family {
	const char *name; /* without "memtop_" and, of a counter, without "_total" */
	const char *unit; /* what the name ends in; NULL: none */
	bool counter;
	const char *help;
};

/* Both formats have the same lines in another order, but for counters: OpenMetrics names the
 * family without "_total". */
static void put_family(const struct metrics *metrics, struct buf *out, const struct family *family)
{
	const char *total = family->counter && !metrics->open ? "_total" : "";

	if (!metrics->open)
		buf_printf(out, "# HELP memtop_%s%s %s\n", family->name, total, family->help);
	buf_printf(out, "# TYPE memtop_%s%s %s\n", family->name, total,
		family->counter ? "counter" : "gauge");
	if (!metrics->open)
		return;
	if (family->unit != NULL)
		buf_printf(out, "# UNIT memtop_%s %s\n", family->name, family->unit);
	buf_printf(out, "# HELP memtop_%s %s\n", family->name, family->help);
}

/* A label's value: a backslash, a quote and an end of line are escaped, the rest stands for
 * itself. */
static void put_label(struct buf *out, const char *name, const char *value)
{
	buf_printf(out, "%s=\"", name);
	for (; *value != '\0'; value++) {
		if (*value == '\n') {
			buf_puts(out, "\\n");
			continue;
		}
		if (*value == '\\' || *value == '"')
			buf_putc(out, '\\');
		buf_putc(out, *value);
	}
	buf_putc(out, '"');
}

/* Always two labels, since a family whose samples have different ones cannot be summed. */
static void begin_sample(struct buf *out, const struct family *family, const char *first,
	const char *value, const char *second, const char *kind)
{
	buf_printf(out, "memtop_%s%s{", family->name, family->counter ? "_total" : "");
	put_label(out, first, value);
	buf_putc(out, ',');
	put_label(out, second, kind);
	buf_puts(out, "} ");
}

static void end_sample(struct buf *out, double value)
{
	if (value >= 0 && value < 9e15 && value == (double)(uint64_t)value)
		buf_printf(out, "%" PRIu64 "\n", (uint64_t)value);
	else
		buf_printf(out, "%.12g\n", value);
}

/* --- programs --------------------------------------------------------------------------------- */

enum group_figure {
	GROUP_RESIDENT,
	GROUP_OWN_FOOTPRINT,
	GROUP_SWAP,
	GROUP_PROCESSES,
	GROUP_GROWTH,
	GROUP_CLIMBING,
	GROUP_EXHAUSTION,
	GROUP_FIGURES,
	GROUP_SUMS = GROUP_GROWTH, /* those before it add up */
};

static const struct family group_families[GROUP_FIGURES] = {
	[GROUP_RESIDENT] = { "group_resident_bytes", "bytes", false,
		"Resident memory of a program's processes, summed; shared pages count in each." },
	[GROUP_OWN_FOOTPRINT] = { "group_footprint_bytes", "bytes", false,
		"Anonymous and shared memory, swap and huge pages; what members share counts "
		"once." },
	[GROUP_SWAP] = { "group_swap_bytes", "bytes", false, "Swap of a program's processes." },
	[GROUP_PROCESSES] = { "group_processes", NULL, false, "Processes of a program." },
	[GROUP_GROWTH] = { "group_growth_bytes_per_second", "bytes_per_second", false,
		"Growth of the footprint, tested against chance; absent while there is too little "
		"to judge." },
	[GROUP_CLIMBING] = { "group_climbing", NULL, false,
		"1 when the footprint keeps climbing, 0 when it does not." },
	[GROUP_EXHAUSTION] = { "group_exhaustion_seconds", "seconds", false,
		"Seconds until a climbing program meets its nearest limit; absent when not "
		"known." },
};

/* How long somebody of ROW has lived. */
static double lived_s(const struct store *store, const struct row *row)
{
	double oldest = 0;

	if (row->sum->group != NULL)
		oldest = (double)(store_now_ms(store) - row->sum->group->first_ms) / MS_A_SECOND;
	for (size_t i = 0; i < row->sum->count && oldest < METRICS_LIVED_S; i++) {
		double age = store_age_s(store, store_proc(store, row->sum->members[i]));
		if (age > oldest)
			oldest = age;
	}
	return oldest;
}

static const struct metrics_kept *kept_of(const struct metrics *metrics, uint64_t key)
{
	for (size_t i = 0; i < metrics->nkept; i++)
		if (metrics->kept[i].key == key)
			return &metrics->kept[i];
	return NULL;
}

/* Names whose reason is too long ago go, and make room. */
static void drop_old(struct metrics *metrics, uint64_t now_ms)
{
	size_t left = 0;

	for (size_t i = 0; i < metrics->nkept; i++)
		if (now_ms >= metrics->kept[i].wanted_ms &&
			now_ms - metrics->kept[i].wanted_ms < METRICS_KEEP_MS)
			metrics->kept[left++] = metrics->kept[i];
	metrics->nkept = left;
}

/* A program that has a name keeps it for a while after its reason is gone: series that come and go
 * make a mess of graphs, and of a Prometheus. */
static void keep_named(struct metrics *metrics, uint64_t key, uint64_t now_ms)
{
	size_t at = 0;

	while (at < metrics->nkept && metrics->kept[at].key != key)
		at++;
	if (at == METRICS_GROUPS_MAX)
		return;
	metrics->nkept += at == metrics->nkept;
	metrics->kept[at] = (struct metrics_kept){ key, now_ms };
}

/* Notes who is to be told by name: who climbs and then the largest, as many as there is room
 * for. */
static void choose_named(struct metrics *metrics, const struct store *store)
{
	uint64_t now_ms = store_now_ms(store);
	const struct view *view = &metrics->view;

	drop_old(metrics, now_ms);
	for (int turn = 0; turn < 2; turn++)
		for (size_t i = 0; i < view->count; i++) {
			const struct row *row = &view->rows[i];
			bool wanted = turn == 0 ? row_verdict(store, row) == TREND_CLIMBING
						: i < METRICS_LARGEST;

			if (wanted && (kept_of(metrics, row->key) != NULL ||
					      lived_s(store, row) >= METRICS_LIVED_S))
				keep_named(metrics, row->key, now_ms);
		}
}

/* A column's figure, which is in its unit. */
static bool column_figure(const struct store *store, const struct row *row, enum column_id id,
	double *value)
{
	return column_number(column_get(id), store, row, value);
}

/* False: there is no such figure of ROW now. */
static bool figure_of(const struct store *store, const struct row *row, enum group_figure figure,
	double *value)
{
	const struct trend *trend = row_trend(store, row);
	enum trend_state verdict = row_verdict(store, row);
	struct trend_rate rate;

	switch (figure) {
	case GROUP_RESIDENT:
		return column_figure(store, row, COL_RSS, value);
	case GROUP_OWN_FOOTPRINT:
		return column_figure(store, row, COL_FOOTPRINT, value);
	case GROUP_SWAP:
		return column_figure(store, row, COL_SWAP, value);
	case GROUP_PROCESSES:
		*value = (double)row_count(row);
		return true;
	case GROUP_GROWTH:
		if (trend == NULL || !trend_rate(trend, &rate))
			return false;
		*value = rate.kib_s * BYTES_A_KIB;
		return true;
	case GROUP_CLIMBING:
		*value = verdict == TREND_CLIMBING;
		return verdict != TREND_NEW && verdict != TREND_NONE;
	case GROUP_EXHAUSTION:
		return column_figure(store, row, COL_ETA, value);
	case GROUP_FIGURES:
		break;
	}
	return false;
}

/* The sums of programs that are not told by name; 0 of what is known of none. */
struct rest {
	double sums[GROUP_SUMS];
	size_t programs;
};

/* Programs without a name are one sample, so that the sum over all programs is the machine's. */
static void add_rest(struct rest *rest, const struct store *store, const struct row *row)
{
	double value;

	rest->programs++;
	for (int figure = 0; figure < GROUP_SUMS; figure++)
		if (figure_of(store, row, (enum group_figure)figure, &value))
			rest->sums[figure] += value;
}

static void put_group_samples(const struct metrics *metrics, struct buf *out,
	const struct store *store, enum group_figure figure, const struct rest *rest)
{
	const struct family *family = &group_families[figure];
	double value;

	put_family(metrics, out, family);
	for (size_t i = 0; i < metrics->view.count; i++) {
		const struct row *row = &metrics->view.rows[i];
		const char *name = row->name[0] != '\0' ? row->name : "unknown";

		if (kept_of(metrics, row->key) == NULL || !figure_of(store, row, figure, &value))
			continue;
		begin_sample(out, family, "group", name, "kind", "program");
		end_sample(out, value);
	}
	if (rest->programs == 0 || figure >= GROUP_SUMS)
		return;
	begin_sample(out, family, "group", "other", "kind", "rest");
	end_sample(out, rest->sums[figure]);
}

/* By programs and not by processes: a pid is a new series for each of them. */
static void put_programs(struct metrics *metrics, struct buf *out, const struct store *store)
{
	static const struct view_ask ask = {
		.sort = COL_FOOTPRINT, .grouped = true, .group = GROUP_PROGRAM, .uid = -1
	};
	const struct view *view = &metrics->view;
	struct rest rest = { 0 };

	view_build(&metrics->view, store, &ask);
	choose_named(metrics, store);
	for (size_t i = 0; i < view->count; i++)
		if (kept_of(metrics, view->rows[i].key) == NULL)
			add_rest(&rest, store, &view->rows[i]);
	for (int figure = 0; figure < GROUP_FIGURES; figure++)
		put_group_samples(metrics, out, store, (enum group_figure)figure, &rest);
}

/* --- cgroups ---------------------------------------------------------------------------------- */

enum cgroup_figure {
	CGROUP_USAGE,
	CGROUP_UNRECLAIMABLE,
	CGROUP_LIMIT,
	CGROUP_KILLS,
	CGROUP_FIGURES,
};

static const struct family cgroup_families[CGROUP_FIGURES] = {
	[CGROUP_USAGE] = { "cgroup_usage_bytes", "bytes", false,
		"What a cgroup is charged for, files it has read included." },
	[CGROUP_UNRECLAIMABLE] = { "cgroup_unreclaimable_bytes", "bytes", false,
		"What of it the kernel cannot drop before it kills." },
	[CGROUP_LIMIT] = { "cgroup_limit_bytes", "bytes", false,
		"Its own limit; absent when it has none." },
	[CGROUP_KILLS] = { "cgroup_oom_kills", NULL, true,
		"Processes in it that the kernel killed for want of memory." },
};

static bool cgroup_figure_of(const struct cgroup_figures *cgroup, enum cgroup_figure figure,
	double *value)
{
	uint64_t kept_kib = cgroup->usage_kib > cgroup->reclaimable_kib
				    ? cgroup->usage_kib - cgroup->reclaimable_kib
				    : 0;

	switch (figure) {
	case CGROUP_USAGE:
		*value = (double)cgroup->usage_kib * BYTES_A_KIB;
		return true;
	case CGROUP_UNRECLAIMABLE:
		*value = (double)kept_kib * BYTES_A_KIB;
		return (cgroup->known & CGROUP_PARTS) != 0;
	case CGROUP_LIMIT:
		*value = (double)cgroup->max_kib * BYTES_A_KIB;
		return cgroup->max_kib != UINT64_MAX;
	case CGROUP_KILLS:
		*value = (double)cgroup->oom_kills;
		return (cgroup->known & CGROUP_EVENTS) != 0;
	case CGROUP_FIGURES:
		break;
	}
	return false;
}

/* Finds the cgroups whose figures are read: of what is watched, and memtop's own. */
static size_t find_cgroups(const struct store *store,
	const struct cgroup_figures *found[METRICS_CGROUPS_MAX])
{
	size_t count = 0, all = store_group_count(store, GROUP_CGROUP);

	for (size_t i = 0; i < all && count < METRICS_CGROUPS_MAX; i++) {
		const struct group *group = store_group(store, GROUP_CGROUP, i);
		const struct cgroup_figures *figures = group->name != NULL && group->members > 0
							       ? store_cgroup(store, group->name)
							       : NULL;

		if (figures != NULL)
			found[count++] = figures;
	}
	return count;
}

static void put_cgroups(const struct metrics *metrics, struct buf *out, const struct store *store)
{
	const struct cgroup_figures *found[METRICS_CGROUPS_MAX];
	size_t count = find_cgroups(store, found);

	for (int figure = 0; count > 0 && figure < CGROUP_FIGURES; figure++) {
		const struct family *family = &cgroup_families[figure];

		put_family(metrics, out, family);
		for (size_t i = 0; i < count; i++) {
			char name[CONTAINER_NAME_MAX] = "";
			double value;

			if (!cgroup_figure_of(found[i], (enum cgroup_figure)figure, &value))
				continue;
			container_name(found[i]->path, name);
			begin_sample(out, family, "cgroup", found[i]->path, "container", name);
			end_sample(out, value);
		}
	}
}

/* --- the machine ------------------------------------------------------------------------------ */

static const struct family build_family = { "build_info", NULL, false,
	"1, with the version of memtop that writes this." };
static const struct family full_family = { "machine_exhaustion_seconds", "seconds", false,
	"Seconds until memory and swap are full at the present course; absent when not known." };
static const struct family climbers_family = { "machine_climbing_processes", NULL, false,
	"Processes that keep climbing." };

static void put_plain(const struct metrics *metrics, struct buf *out, const struct family *family,
	double value)
{
	put_family(metrics, out, family);
	buf_printf(out, "memtop_%s ", family->name);
	end_sample(out, value);
}

static void put_machine(const struct metrics *metrics, struct buf *out, const struct store *store,
	const char *version)
{
	double full_s;
	size_t climbers;

	put_family(metrics, out, &build_family);
	buf_printf(out, "memtop_%s{", build_family.name);
	put_label(out, "version", version);
	buf_puts(out, "} 1\n");
	store_climbing(store, &climbers);
	if (!store_is_watching(store))
		put_plain(metrics, out, &climbers_family, (double)climbers);
	if (store_machine_full(store, &full_s))
		put_plain(metrics, out, &full_family, full_s);
}

/* ---------------------------------------------------------------------------------------------- */

void metrics_init(struct metrics *metrics, bool open)
{
	*metrics = (struct metrics){ .open = open };
	view_init(&metrics->view);
}

void metrics_done(struct metrics *metrics)
{
	view_done(&metrics->view);
}

void metrics_put(struct metrics *metrics, struct buf *out, const struct store *store,
	const char *version)
{
	put_machine(metrics, out, store, version);
	put_programs(metrics, out, store);
	put_cgroups(metrics, out, store);
	if (metrics->open)
		buf_puts(out, "# EOF\n");
}
