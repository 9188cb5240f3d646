/* SPDX-License-Identifier: GPL-2.0-or-later */
/* column - the columns and the figures behind them; column_format.c writes them */
#include "table/column.h"

#include "frame/proc_fields.h"
#include "model/evidence.h"
#include "table/column_format.h"

#include <string.h>
#include <strings.h>

static bool kib_if(bool known, uint64_t kib, double *out)
{
	if (known)
		*out = (double)kib * 1024;
	return known;
}

static bool figure_if(bool known, double figure, double *out)
{
	if (known)
		*out = figure;
	return known;
}

static bool pid_number(const struct store *store, const struct row *row, double *out)
{
	(void)store;
	return figure_if(row->proc != NULL, row_self(row)->id.pid, out);
}

static bool ppid_number(const struct store *store, const struct row *row, double *out)
{
	(void)store;
	return figure_if(row->proc != NULL, row_self(row)->figures.ppid, out);
}

static bool mem_percent_number(const struct store *store, const struct row *row, double *out)
{
	const struct system_figures *system = store_seen(store);

	if (!proc_is_measured(row_whole(row)) || !system || system->total_kib == 0)
		return false;
	*out = 100 * (double)row_figures(row)->rss_kib / (double)system->total_kib;
	return true;
}

static bool footprint_number(const struct store *store, const struct row *row, double *out)
{
	(void)store;
	return kib_if(proc_knows_footprint(row_whole(row)), row_figures(row)->footprint_kib, out);
}

static bool virt_number(const struct store *store, const struct row *row, double *out)
{
	(void)store;
	return kib_if(proc_is_measured(row_whole(row)) && row_figures(row)->virt_kib,
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

static bool growth_number(const struct store *store, const struct row *row, double *out)
{
	return growth_over(store, row, 60, out);
}

static bool growth10_number(const struct store *store, const struct row *row, double *out)
{
	return growth_over(store, row, 600, out);
}

static bool trend_number(const struct store *store, const struct row *row, double *out)
{
	const struct trend *trend = row_trend(store, row);

	return figure_if(proc_is_measured(row_whole(row)),
		trend ? trend_rate_stored(trend) * 1024 : 0, out);
}

/* Higher for what deserves a look more. */
static bool verdict_number(const struct store *store, const struct row *row, double *out)
{
	enum trend_state state = row_verdict(store, row);

	return figure_if(row_has_verdict(row, state), row_verdict_rank(state), out);
}

static const char *verdict_text(const struct store *store, const struct row *row)
{
	enum trend_state state = row_verdict(store, row);

	return row_has_verdict(row, state) ? trend_state_name(state) : NULL;
}

static const char *cause_text(const struct store *store, const struct row *row)
{
	bool asked = row->proc && !row->proc->kernel_thread;
	enum findings_cause cause = asked ? evidence_cause(store, row->proc) : FINDINGS_UNKNOWN;

	return cause != FINDINGS_UNKNOWN ? findings_cause_word(cause) : NULL;
}

static bool eta_number(const struct store *store, const struct row *row, double *out)
{
	struct eta eta;

	if (!row_eta(store, row, &eta))
		return false;
	*out = eta.mid_s;
	return true;
}

static bool since_base_number(const struct store *store, const struct row *row, double *out)
{
	double gain_kib = row->sum ? (double)row->sum->gained_kib
				   : (double)store_own_kib(row->proc) - (double)row->proc->base_kib;

	return figure_if(proc_is_measured(row_whole(row)) && store_baseline_ms(store),
		gain_kib * 1024, out);
}

static bool age_number(const struct store *store, const struct row *row, double *out)
{
	return figure_if(store_header(store)->hz != 0, store_age_s(store, row_self(row)), out);
}

static bool nice_number(const struct store *store, const struct row *row, double *out)
{
	(void)store;
	return figure_if(row_self(row)->detail_ms != 0, row_self(row)->figures.nice, out);
}

static const char *user_text(const struct store *store, const struct row *row)
{
	return row->proc || row->sum->one_user ? store_user(store, row_self(row)->figures.uid)
					       : NULL;
}

static const char *state_text(const struct store *store, const struct row *row)
{
	static const char letters[][2] = {
		"R",
		"S",
		"D",
		"Z",
		"T",
		"t",
		"I",
		"X",
		"x",
		"K",
		"W",
		"P",
	};

	(void)store;
	for (size_t i = 0; i < sizeof(letters) / sizeof(letters[0]); i++)
		if (letters[i][0] == row_self(row)->figures.state)
			return letters[i];
	return NULL;
}

static const char *cgroup_text(const struct store *store, const struct row *row)
{
	(void)store;
	return row_self(row)->cgroup;
}

static const char *command_text(const struct store *store, const struct row *row)
{
	(void)store;
	return row->proc ? row->proc->comm : row->name;
}

static bool pss_number(const struct store *store, const struct row *row, double *out)
{
	(void)store;
	if (row->sum)
		return kib_if(row->sum->pss_known, row->sum->pss_kib, out);
	bool known = row->proc->figures.known & DETAIL_PSS && row->proc->rare;
	return kib_if(known, known ? row->proc->rare->figures.pss_kib : 0, out);
}

static bool count_number(const struct store *store, const struct row *row, double *out)
{
	(void)store;
	return figure_if(true, (double)row_count(row), out);
}

static const struct column columns[COLUMN_COUNT] = {
	[COL_PID] = {
		.id = COL_PID, .key = "pid", .title = "PID", .width = 7, .ascending = true,
		.importance = 2, .unit = "",
		.origin = "proc_pid_stat(5) pid",
		.help = "number of the process; of a group, how many there are",
		.format = column_write_pid, .number = pid_number,
	},
	[COL_PPID] = {
		.id = COL_PPID, .key = "ppid", .title = "PPID", .width = 7, .ascending = true,
		.importance = 12, .unit = "",
		.origin = "proc_pid_stat(5) ppid",
		.help = "number of its parent",
		.format = column_write_integer, .number = ppid_number,
	},
	[COL_USER] = {
		.id = COL_USER, .key = "user", .title = "USER", .width = 8, .left = true,
		.ascending = true,
		.importance = 6, .unit = "",
		.origin = "proc_pid_status(5) Uid, effective",
		.help = "who it runs as",
		.format = column_write_user, .text = user_text,
	},
	[COL_RSS] = {
		.id = COL_RSS, .key = "rss", .title = "RSS", .shared = true, .width = 7,
		.importance = 1, .unit = "bytes",
		.origin = "proc_pid_statm(5) resident",
		.help = "memory it has in RAM, shared pages included",
		.format = column_write_kib, .field = FIELD_RSS,
	},
	[COL_MEM_PERCENT] = {
		.id = COL_MEM_PERCENT, .key = "mem", .title = "%MEM", .shared = true, .width = 5,
		.importance = 9, .unit = "percent",
		.origin = "RSS by proc_meminfo(5) MemTotal",
		.help = "RSS as a share of the memory there is",
		.format = column_write_percent, .number = mem_percent_number,
	},
	[COL_FOOTPRINT] = {
		.id = COL_FOOTPRINT, .key = "footprint", .title = "FOOTPR", .shared = true,
		.width = 7, .importance = 5, .unit = "bytes",
		.origin = "anon + shmem + swap + hugetlb",
		.help = "memory nobody can take from it but by swapping: what the verdict follows",
		.format = column_write_kib, .number = footprint_number,
	},
	[COL_ANON] = {
		.id = COL_ANON, .key = "anon", .title = "ANON", .shared = true, .width = 7,
		.importance = 8, .unit = "bytes",
		.origin = "proc_pid_statm(5) resident - shared",
		.help = "anonymous memory in RAM: heap, stacks, buffers",
		.format = column_write_kib, .field = FIELD_ANON, .known = DETAIL_USAGE,
	},
	[COL_FILE] = {
		.id = COL_FILE, .key = "file", .title = "FILE", .shared = true, .width = 7,
		.importance = 10, .unit = "bytes",
		.origin = "proc_pid_status(5) RssFile",
		.help = "mapped files in RAM: programs, libraries, data; the kernel can drop them",
		.format = column_write_kib, .field = FIELD_FILE,
	},
	[COL_SHMEM] = {
		.id = COL_SHMEM, .key = "shmem", .title = "SHMEM", .width = 7,
		.importance = 10, .unit = "bytes",
		.origin = "proc_pid_status(5) RssShmem",
		.help = "shared memory and tmpfs files it has mapped, in RAM",
		.format = column_write_kib, .field = FIELD_SHMEM, .sums = true,
	},
	[COL_SWAP] = {
		.id = COL_SWAP, .key = "swap", .title = "SWAP", .shared = true, .width = 7,
		.importance = 6, .earns = EARNS_SWAP, .unit = "bytes",
		.origin = "proc_pid_status(5) VmSwap",
		.help = "memory of it that was moved to swap",
		.format = column_write_kib, .field = FIELD_SWAP,
	},
	[COL_HUGETLB] = {
		.id = COL_HUGETLB, .key = "hugetlb", .title = "HUGETLB", .shared = true, .width = 7,
		.importance = 12, .unit = "bytes",
		.origin = "proc_pid_status(5) HugetlbPages",
		.help = "pages it has of the pool of huge pages, which are in no RSS",
		.format = column_write_kib, .field = FIELD_HUGETLB,
	},
	[COL_PSS] = {
		.id = COL_PSS, .key = "pss", .title = "PSS", .width = 7,
		.importance = 5, .unit = "bytes",
		.origin = "/proc/PID/smaps_rollup Pss",
		.help = "RSS with its fair share of what is shared; read on request only",
		.format = column_write_kib, .number = pss_number,
	},
	[COL_PEAK] = {
		.id = COL_PEAK, .key = "peak", .title = "PEAK", .width = 7,
		.importance = 7, .earns = EARNS_WIDE, .unit = "bytes",
		.origin = "proc_pid_status(5) VmHWM",
		.help = "highest RSS it ever had",
		.format = column_write_kib, .field = FIELD_PEAK,
	},
	[COL_VIRT] = {
		.id = COL_VIRT, .key = "virt", .title = "VIRT", .width = 7,
		.importance = 13, .unit = "bytes",
		.origin = "proc_pid_statm(5) size",
		.help = "address space it has reserved, used or not",
		.format = column_write_kib, .number = virt_number,
	},
	[COL_GROWTH] = {
		.id = COL_GROWTH, .key = "growth", .title = "GROWTH", .width = 7,
		.importance = 2, .unit = "bytes/s",
		.origin = "footprint now - a minute ago",
		.help = "what its footprint gained in the last minute, per minute",
		.format = column_write_growth, .number = growth_number,
	},
	[COL_GROWTH10] = {
		.id = COL_GROWTH10, .key = "growth10", .title = "GROW10", .width = 7,
		.importance = 9, .unit = "bytes/s",
		.origin = "footprint now - ten minutes ago",
		.help = "what its footprint gained in the last ten minutes, per minute",
		.format = column_write_growth, .number = growth10_number,
	},
	[COL_TREND] = {
		.id = COL_TREND, .key = "trend", .title = "TREND", .width = 12, .left = true,
		.importance = 4, .unit = "bytes/s",
		.origin = "history of the footprint; sorts by the rate of its climb",
		.help = "the shape of its footprint over the chosen time; scale per row",
		.number = trend_number,
	},
	[COL_VERDICT] = {
		.id = COL_VERDICT, .key = "verdict", .title = "VERDICT", .width = 11, .wide = 17,
		.left = true, .importance = 3, .unit = "",
		.origin = "the trend of the footprint",
		.help = "what its footprint does: climbing, warming up, steady ...",
		.format = column_write_verdict, .number = verdict_number, .text = verdict_text,
	},
	[COL_CAUSE] = {
		.id = COL_CAUSE, .key = "cause", .title = "CAUSE", .width = 7,
		.left = true, .importance = 6, .unit = "",
		.origin = "a look inside, or which kind of memory grew",
		.help = "why it grows: used, kept (free memory), garbage, shared, file",
		.format = column_write_cause, .text = cause_text,
	},
	[COL_ETA] = {
		.id = COL_ETA, .key = "eta", .title = "ETA", .width = 6, .wide = 13,
		.ascending = true, .importance = 5, .earns = EARNS_ETA, .unit = "seconds",
		.origin = "room to the nearest limit by the rate",
		.help = "when a climbing process meets the limit that binds it",
		.format = column_write_eta, .number = eta_number,
	},
	[COL_SINCE_BASE] = {
		.id = COL_SINCE_BASE, .key = "base", .title = "+BASE", .width = 7,
		.importance = 4, .unit = "bytes",
		.origin = "footprint now - at the baseline",
		.help = "what its footprint gained since the baseline",
		.format = column_write_change, .number = since_base_number,
	},
	[COL_AGE] = {
		.id = COL_AGE, .key = "age", .title = "AGE", .width = 6,
		.importance = 11, .unit = "seconds",
		.origin = "proc_pid_stat(5) starttime",
		.help = "time since it began",
		.format = column_write_seconds, .number = age_number,
	},
	[COL_MAJFLT] = {
		.id = COL_MAJFLT, .key = "majflt", .title = "MAJFL", .width = 5,
		.importance = 9, .unit = "1/s",
		.origin = "proc_pid_stat(5) majflt",
		.help = "pages a second it had to wait for the disk for",
		.format = column_write_faults, .field = FIELD_MAJFLT,
	},
	[COL_MINFLT] = {
		.id = COL_MINFLT, .key = "minflt", .title = "MINFL", .width = 5,
		.importance = 13, .unit = "1/s",
		.origin = "proc_pid_stat(5) minflt",
		.help = "pages a second it was given without a disk",
		.format = column_write_count, .field = FIELD_MINFLT,
	},
	[COL_THREADS] = {
		.id = COL_THREADS, .key = "threads", .title = "THR", .width = 5,
		.importance = 12, .unit = "",
		.origin = "proc_pid_stat(5) num_threads",
		.help = "number of its threads",
		.format = column_write_integer, .field = FIELD_THREADS,
	},
	[COL_STATE] = {
		.id = COL_STATE, .key = "run_state", .title = "S", .width = 1, .left = true,
		.ascending = true,
		.importance = 10, .unit = "",
		.origin = "proc_pid_stat(5) state",
		.help = "R runs, S sleeps, D waits for a device, T stopped, Z ended, I idle",
		.format = column_write_state, .text = state_text,
	},
	[COL_NICE] = {
		.id = COL_NICE, .key = "nice", .title = "NI", .width = 3,
		.importance = 13, .unit = "",
		.origin = "proc_pid_stat(5) nice",
		.help = "-20 gets the most of the CPU, 19 the least",
		.format = column_write_integer, .number = nice_number,
	},
	[COL_OOM] = {
		.id = COL_OOM, .key = "oom", .title = "OOM", .width = 4,
		.importance = 10, .unit = "",
		.origin = "/proc/PID/oom_score",
		.help = "the higher, the sooner the kernel ends it when memory runs out",
		.format = column_write_integer, .field = FIELD_OOM,
	},
	[COL_CGROUP] = {
		.id = COL_CGROUP, .key = "cgroup", .title = "CGROUP", .width = 24, .left = true,
		.ascending = true,
		.importance = 11, .unit = "",
		.origin = "/proc/PID/cgroup",
		.help = "cgroup, of the memory controller",
		.format = column_write_cgroup, .text = cgroup_text,
	},
	[COL_CPU] = {
		.id = COL_CPU, .key = "cpu", .title = "%CPU", .width = 5,
		.importance = 8, .unit = "percent",
		.origin = "proc_pid_stat(5) utime + stime",
		.help = "share of one CPU since the last look",
		.format = column_write_percent, .field = FIELD_CPU,
	},
	[COL_TIME] = {
		.id = COL_TIME, .key = "cpu_time", .title = "TIME+", .width = 9,
		.importance = 12, .unit = "seconds",
		.origin = "proc_pid_stat(5) utime + stime",
		.help = "CPU time it has used",
		.format = column_write_cpu_time, .field = FIELD_CPU_TIME, .known = DETAIL_CPU,
	},
	[COL_COUNT] = {
		.id = COL_COUNT, .key = "count", .title = "COUNT", .width = 5,
		.importance = 12, .unit = "",
		.origin = "members of a group, or of a branch that is added up",
		.help = "how many processes the row stands for",
		.format = column_write_integer, .number = count_number,
	},
	[COL_COMMAND] = {
		.id = COL_COMMAND, .key = "command", .title = "COMMAND", .width = 0, .left = true,
		.ascending = true,
		.importance = 1, .unit = "",
		.origin = "/proc/PID/comm, /proc/PID/cmdline",
		.help = "its name, or its whole command line",
		.format = column_write_command, .text = command_text,
	},
};

const enum column_id column_default[] = {
	COL_PID,
	COL_USER,
	COL_RSS,
	COL_GROWTH,
	COL_TREND,
	COL_PEAK,
	COL_SWAP,
	COL_VERDICT,
	COL_ETA,
	COL_COMMAND,
};
const size_t column_default_count = sizeof(column_default) / sizeof(column_default[0]);

/* A figure of the process' own, or a sum where those of members add up. */
static bool field_number(const struct column *column, const struct row *row, double *out)
{
	const struct wire_field *field = &proc_fields[column->field];
	const struct proc_figures *figures = field->adds || column->sums ? row_figures(row)
									 : &row_self(row)->figures;
	uint32_t known = column->known ? column->known : field->known;

	if ((figures->known & known) != known)
		return false;
	*out = proc_fields_number(figures, column->field);
	return true;
}

bool column_number(const struct column *column, const struct store *store, const struct row *row,
	double *out)
{
	return column->field ? field_number(column, row, out)
			     : column->number && column->number(store, row, out);
}

bool column_is_number(const struct column *column)
{
	return column->field || column->number;
}

bool column_at_most(const struct column *column, const struct row *row)
{
	if (!column->shared || !row->sum || row->sum->holders < 2)
		return false;
	return column->id != COL_FOOTPRINT || !row->sum->divided;
}

const struct column *column_get(enum column_id id)
{
	return &columns[id];
}

const struct column *column_by_key(const char *key)
{
	for (size_t i = 0; i < COLUMN_COUNT; i++)
		if (strcasecmp(key, columns[i].key) == 0 || strcasecmp(key, columns[i].title) == 0)
			return &columns[i];
	return NULL;
}

enum cell_tone column_format(const struct column *column, const struct store *store,
	const struct row *row, const struct column_style *style, int width,
	char out[COLUMN_TEXT_MAX])
{
	out[0] = '\0';
	return column->format ? column->format(column, store, row, style, width, out) : TONE_PLAIN;
}

/* Less than, equal to or more than 0; the unknown is neither: *KNOWN says how many are known. */
static int compare_values(const struct column *column, const struct store *store,
	const struct row *a, const struct row *b, bool known[2])
{
	double x = 0, y = 0;

	if (!column_is_number(column)) {
		const char *s = column->text(store, a), *t = column->text(store, b);
		known[0] = s != NULL;
		known[1] = t != NULL;
		return s && t ? strcasecmp(s, t) : 0;
	}
	known[0] = column_number(column, store, a, &x);
	known[1] = column_number(column, store, b, &y);
	return x < y ? -1 : x > y;
}

int column_compare(const struct column *column, bool reverse, const struct store *store,
	const struct row *a, const struct row *b)
{
	bool known[2];
	int order = compare_values(column, store, a, b, known);

	if (known[0] != known[1])
		return known[0] ? -1 : 1;
	if (known[0] && order)
		return column->ascending != reverse ? order : -order;
	int32_t x = row_ident(a).pid, y = row_ident(b).pid;
	return x < y ? -1 : x > y;
}
