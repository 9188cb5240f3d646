/* column_format.c - figures and names as the cells of a table; the theme knows the colours */
#include "table/column_format.h"

#include "base/text.h"
#include "base/units.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static enum cell_tone write_unknown(char out[COLUMN_TEXT_MAX])
{
	strcpy(out, "-");
	return TONE_DIM;
}

static enum cell_tone write_text(char out[COLUMN_TEXT_MAX], const char *text, enum cell_tone tone)
{
	snprintf(out, COLUMN_TEXT_MAX, "%s", text);
	return tone;
}

enum cell_tone column_write_kib(const struct column *column, const struct store *store,
	const struct row *row, const struct column_style *style, int width,
	char out[COLUMN_TEXT_MAX])
{
	char text[UNITS_SIZE];
	double bytes;

	(void)style;
	if (!column->number(store, row, &bytes))
		return write_unknown(out);
	if (bytes == 0)
		return write_text(out, "0", TONE_DIM);
	return write_text(out, units_kib(text, (uint64_t)(bytes / 1024), width), TONE_PLAIN);
}

enum cell_tone column_write_percent(const struct column *column, const struct store *store,
	const struct row *row, const struct column_style *style, int width,
	char out[COLUMN_TEXT_MAX])
{
	double percent;

	(void)style;
	(void)width;
	if (!column->number(store, row, &percent))
		return write_unknown(out);
	snprintf(out, COLUMN_TEXT_MAX, percent < 999.95 ? "%.1f" : "%.0f", percent);
	return percent < .05 ? TONE_DIM : TONE_PLAIN;
}

enum cell_tone column_write_change(const struct column *column, const struct store *store,
	const struct row *row, const struct column_style *style, int width,
	char out[COLUMN_TEXT_MAX])
{
	char text[UNITS_SIZE];
	double bytes;

	(void)style;
	if (!column->number(store, row, &bytes))
		return write_unknown(out);
	int64_t kib = (int64_t)(bytes / 1024);
	return write_text(out, units_kib_change(text, kib, width), kib ? TONE_PLAIN : TONE_DIM);
}

enum cell_tone column_write_growth(const struct column *column, const struct store *store,
	const struct row *row, const struct column_style *style, int width,
	char out[COLUMN_TEXT_MAX])
{
	char text[UNITS_SIZE];
	double bytes_s;

	(void)style;
	if (!column->number(store, row, &bytes_s))
		return write_unknown(out);
	int64_t kib_min = (int64_t)round(bytes_s * 60 / 1024);
	units_kib_change(text, kib_min, width);
	if (kib_min <= 0)
		return write_text(out, text, TONE_DIM);
	bool climbs = store_verdict(store, row->proc) == TREND_CLIMBING;
	return write_text(out, text, climbs ? TONE_WARN : TONE_PLAIN);
}

struct verdict_look {
	const char *sign, *ascii;
	enum cell_tone tone;
};

static const struct verdict_look verdict_looks[TREND_STATES] = {
	[TREND_NEW] = { " ", " ", TONE_DIM },
	[TREND_STEADY] = { "·", ".", TONE_DIM },
	[TREND_WARMING] = { "△", "/", TONE_PLAIN },
	[TREND_CLIMBING] = { "▲", "^", TONE_WARN },
	[TREND_SPIKING] = { "◆", "!", TONE_NOTICE },
	[TREND_SHRINKING] = { "▼", "v", TONE_GOOD },
	[TREND_RECEDING] = { "▽", "-", TONE_NOTICE },
};

/* Since when it climbs, or how long ago it ceased to; negative: neither. */
static double verdict_seconds(const struct store *store, const struct proc *proc)
{
	double now_s = (double)store_now_ms(store) / 1000, cleared_s;
	struct trend_climb climb;

	if (proc->trend && trend_climb(proc->trend, &climb))
		return fmax(0, now_s - climb.since_s);
	if (proc->trend && trend_cleared(proc->trend, &cleared_s) &&
		trend_state(proc->trend) == TREND_RECEDING)
		return fmax(0, now_s - cleared_s);
	return -1;
}

enum cell_tone column_write_verdict(const struct column *column, const struct store *store,
	const struct row *row, const struct column_style *style, int width,
	char out[COLUMN_TEXT_MAX])
{
	enum { WITH_TIME = 17 };
	const struct proc *proc = row->proc;
	enum trend_state state = store_verdict(store, proc);
	const struct verdict_look *look = &verdict_looks[state];
	double since_s = width >= WITH_TIME ? verdict_seconds(store, proc) : -1;
	char time[UNITS_SIZE] = "";

	(void)column;
	if (!proc->measured)
		return write_unknown(out);
	if (since_s >= 0)
		units_seconds(time, since_s);
	snprintf(out, COLUMN_TEXT_MAX, "%s %s%s%s", style->utf8 ? look->sign : look->ascii,
		trend_state_name(state), since_s >= 0 ? " " : "", time);
	return look->tone;
}

/* Two figures at most: "50s" "9m" "40m" "2h" "3d". */
static void write_eta(char out[UNITS_SIZE], double seconds)
{
	static const struct {
		double below_s, unit_s;
		char letter;
	} steps[] = {
		{ 99.5, 1, 's' },
		{ 99.5 * 60, 60, 'm' },
		{ 47.5 * 3600, 3600, 'h' },
		{ INFINITY, 86400, 'd' },
	};
	size_t i = 0;

	while (!(seconds < steps[i].below_s) && i < 3)
		i++;
	snprintf(out, UNITS_SIZE, "%.0f%c", seconds / steps[i].unit_s, steps[i].letter);
}

/* "~40m (35-50)", "~50m (40m-2h)", "~9m (>7m)": the 95 % interval, where it says something. */
static void write_eta_range(char out[3 * UNITS_SIZE], const struct eta *eta)
{
	char mid[UNITS_SIZE], from[UNITS_SIZE], to[UNITS_SIZE];

	write_eta(mid, eta->mid_s);
	write_eta(from, eta->from_s);
	write_eta(to, isfinite(eta->to_s) ? eta->to_s : eta->mid_s);
	size_t unit = strlen(from) - 1;
	bool narrow = strcmp(from, mid) == 0 && strcmp(to, mid) == 0;

	if (!isfinite(eta->to_s))
		snprintf(out, 3 * UNITS_SIZE, "~%s (>%s)", mid, from);
	else if (narrow)
		snprintf(out, 3 * UNITS_SIZE, "~%s", mid);
	else if (from[unit] == to[strlen(to) - 1] && from[unit] == mid[strlen(mid) - 1])
		snprintf(out, 3 * UNITS_SIZE, "~%s (%.*s-%.*s)", mid, (int)unit, from,
			(int)strlen(to) - 1, to);
	else
		snprintf(out, 3 * UNITS_SIZE, "~%s (%s-%s)", mid, from, to);
}

enum cell_tone column_write_eta(const struct column *column, const struct store *store,
	const struct row *row, const struct column_style *style, int width,
	char out[COLUMN_TEXT_MAX])
{
	char text[3 * UNITS_SIZE], mid[UNITS_SIZE];
	struct eta eta;

	(void)column;
	(void)style;
	if (!store_eta(store, row->proc, &eta))
		return write_unknown(out);
	write_eta(mid, eta.mid_s);
	write_eta_range(text, &eta);
	if (text_width(text) <= width)
		write_text(out, text, TONE_PLAIN);
	else
		snprintf(out, COLUMN_TEXT_MAX, "~%s", mid);
	return eta.mid_s < 600 ? TONE_ALARM : eta.mid_s < 3600 ? TONE_WARN : TONE_NOTICE;
}

enum cell_tone column_write_seconds(const struct column *column, const struct store *store,
	const struct row *row, const struct column_style *style, int width,
	char out[COLUMN_TEXT_MAX])
{
	char text[UNITS_SIZE];
	double seconds;

	(void)style;
	(void)width;
	if (!column->number(store, row, &seconds))
		return write_unknown(out);
	return write_text(out, units_seconds(text, seconds), TONE_PLAIN);
}

enum cell_tone column_write_count(const struct column *column, const struct store *store,
	const struct row *row, const struct column_style *style, int width,
	char out[COLUMN_TEXT_MAX])
{
	char text[UNITS_SIZE];
	double count;

	(void)style;
	(void)width;
	if (!column->number(store, row, &count))
		return write_unknown(out);
	return write_text(out, units_count(text, count), count < .05 ? TONE_DIM : TONE_PLAIN);
}

enum cell_tone column_write_faults(const struct column *column, const struct store *store,
	const struct row *row, const struct column_style *style, int width,
	char out[COLUMN_TEXT_MAX])
{
	enum cell_tone tone = column_write_count(column, store, row, style, width, out);

	return tone == TONE_PLAIN && row->proc->major_faults_s >= 100 ? TONE_NOTICE : tone;
}

enum cell_tone column_write_integer(const struct column *column, const struct store *store,
	const struct row *row, const struct column_style *style, int width,
	char out[COLUMN_TEXT_MAX])
{
	double figure;

	(void)style;
	(void)width;
	if (!column->number(store, row, &figure))
		return write_unknown(out);
	snprintf(out, COLUMN_TEXT_MAX, "%.0f", figure);
	return TONE_PLAIN;
}

enum cell_tone column_write_user(const struct column *column, const struct store *store,
	const struct row *row, const struct column_style *style, int width,
	char out[COLUMN_TEXT_MAX])
{
	const char *name = column->text(store, row);
	char digits[UNITS_SIZE];

	(void)style;
	if (!name) {
		snprintf(digits, sizeof(digits), "%u", (unsigned)row->proc->uid);
		name = digits;
	}
	if (width < 2 || text_width(name) <= width)
		return write_text(out, name, TONE_PLAIN);
	snprintf(out, COLUMN_TEXT_MAX, "%.*s+", (int)text_fit(name, width - 1, NULL), name);
	return TONE_PLAIN;
}

enum cell_tone column_write_state(const struct column *column, const struct store *store,
	const struct row *row, const struct column_style *style, int width,
	char out[COLUMN_TEXT_MAX])
{
	const char *letter = column->text(store, row);

	(void)style;
	(void)width;
	if (!letter)
		return write_unknown(out);
	return write_text(out, letter, *letter == 'R' || *letter == 'D' ? TONE_PLAIN : TONE_DIM);
}

/* The end of TEXT that fits into COLUMNS: of a path it is the telling part. */
static const char *text_tail(const char *text, int columns)
{
	int over = text_width(text) - columns;

	while (over > 0 && *text)
		over -= text_char_width(text_next(&text));
	return text;
}

enum cell_tone column_write_cgroup(const struct column *column, const struct store *store,
	const struct row *row, const struct column_style *style, int width,
	char out[COLUMN_TEXT_MAX])
{
	const char *path = column->text(store, row);

	if (!path)
		return write_unknown(out);
	if (width <= 1 || text_width(path) <= width)
		return write_text(out, path, TONE_PLAIN);
	snprintf(out, COLUMN_TEXT_MAX, "%s%s", style->utf8 ? "…" : "<", text_tail(path, width - 1));
	return TONE_PLAIN;
}

enum cell_tone column_write_cpu_time(const struct column *column, const struct store *store,
	const struct row *row, const struct column_style *style, int width,
	char out[COLUMN_TEXT_MAX])
{
	double seconds;

	(void)style;
	(void)width;
	if (!column->number(store, row, &seconds))
		return write_unknown(out);
	unsigned long long hundredths = (unsigned long long)(seconds * 100);
	unsigned long long minutes = hundredths / 6000;
	if (minutes < 10000)
		snprintf(out, COLUMN_TEXT_MAX, "%llu:%02llu.%02llu", minutes, hundredths / 100 % 60,
			hundredths % 100);
	else
		snprintf(out, COLUMN_TEXT_MAX, "%lluh%02llum", minutes / 60, minutes % 60);
	return TONE_PLAIN;
}

enum cell_tone column_write_command(const struct column *column, const struct store *store,
	const struct row *row, const struct column_style *style, int width,
	char out[COLUMN_TEXT_MAX])
{
	const struct proc *proc = row->proc;
	bool full = style->full_command && proc->cmdline && proc->cmdline[0];
	const char *name = full ? proc->cmdline : proc->comm;
	const char *branch = row->depth == 0 ? "" : style->utf8 ? "└─ " : "`- ";
	int indent = row->depth > 1 ? (row->depth < 20 ? row->depth - 1 : 19) * 2 : 0;

	(void)column;
	(void)store;
	(void)width;
	if (proc->kernel_thread)
		snprintf(out, COLUMN_TEXT_MAX, "%*s%s[%s]", indent, "", branch, name);
	else if (proc->blocked_s)
		snprintf(out, COLUMN_TEXT_MAX, "%*s%s%s [blocked]", indent, "", branch, proc->comm);
	else
		snprintf(out, COLUMN_TEXT_MAX, "%*s%s%s", indent, "", branch, name);
	if (proc->blocked_s)
		return TONE_WARN;
	return proc->kernel_thread || proc->state == 'Z' ? TONE_DIM : TONE_PLAIN;
}
