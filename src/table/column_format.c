/* SPDX-License-Identifier: GPL-2.0-or-later */
/* column_format - figures and names as the cells of a table; the theme knows the colours */
#include "table/column_format.h"

#include "base/real.h"
#include "base/text.h"
#include "base/unfilled.h"
#include "base/units.h"
#include "model/evidence.h"
#include "model/program.h"
#include "table/column_figures.h"
#include "table/container.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { SOON_S = 3600 };   /* what meets its limit within that is an alarm */
#define PART          10  /* ... unless others fill its room so many times as fast */
#define SHARE_AN_HOUR .01 /* of what is available: less does not matter on this machine */

static enum cell_tone write_unknown(char out[COLUMN_TEXT_MAX])
{
	memcpy(out, "-", sizeof("-"));
	return TONE_DIM;
}

/* TEXT into SIZE bytes, cut where it must be: most cells are just that, and snprintf(3) takes a
 * third of the time that a screen takes. */
static void copy_text(char *out, size_t size, const char *text)
{
	size_t len = strlen(text);

	len = len < size ? len : size - 1;
	memcpy(out, text, len);
	out[len] = '\0';
}

static enum cell_tone write_text(char out[COLUMN_TEXT_MAX], const char *text, enum cell_tone tone)
{
	copy_text(out, COLUMN_TEXT_MAX, text);
	return tone;
}

static const char *at_most(const struct column_style *style)
{
	return style->utf8 ? "≤" : "<=";
}

/* A sum that counts shared pages more than once has a sign in front, so it has a digit less. */
enum cell_tone column_write_kib(const struct column_cell *cell, char out[COLUMN_TEXT_MAX])
{
	const char *sign = column_at_most(cell->column, cell->row) ? at_most(cell->style) : "";
	char text[UNITS_SIZE];
	double bytes;

	if (!column_cell_number(cell, &bytes))
		return write_unknown(out);
	if (bytes == 0)
		return write_text(out, "0", TONE_DIM);
	units_kib(text, (uint64_t)(bytes / 1024), cell->width - text_width(sign));
	if (!*sign)
		return write_text(out, text, TONE_PLAIN);
	snprintf(out, COLUMN_TEXT_MAX, "%s%s", sign, text);
	return TONE_PLAIN;
}

enum cell_tone column_write_percent(const struct column_cell *cell, char out[COLUMN_TEXT_MAX])
{
	const char *sign = column_at_most(cell->column, cell->row) ? at_most(cell->style) : "";
	double percent;

	if (!column_cell_number(cell, &percent))
		return write_unknown(out);
	/* four digits and a sign are all there is room for */
	bool fine = percent < (*sign ? 9.95 : 999.95) || cell->width - text_width(sign) > 4;
	snprintf(out, COLUMN_TEXT_MAX, fine ? "%s%.1f" : "%s%.0f", sign, percent);
	return percent < .05 ? TONE_DIM : TONE_PLAIN;
}

enum cell_tone column_write_change(const struct column_cell *cell, char out[COLUMN_TEXT_MAX])
{
	double bytes;

	if (!column_cell_number(cell, &bytes))
		return write_unknown(out);
	int64_t kib = (int64_t)(bytes / 1024);
	return write_text(out, units_kib_change(UNITS_TEXT, kib, cell->width),
		kib ? TONE_PLAIN : TONE_DIM);
}

enum cell_tone column_climb_tone(const struct store *store, const struct row *row)
{
	const struct system_figures *system = store_seen(store);
	double bytes_s;
	struct eta eta;

	if (row_eta(store, row, &eta) && eta.mid_s <= SOON_S && eta.alone_s <= PART * eta.mid_s)
		return TONE_ALARM;
	if (system != NULL && column_growth_number(store, row, &bytes_s) &&
		bytes_s * 3600 / 1024 < SHARE_AN_HOUR * (double)frame_available_kib(system))
		return TONE_NOTICE;
	return TONE_WARN;
}

/* A climber has its grade, but for the alarm, which is the verdict's; one that grows and is only
 * watched yet stands out, but for a trickle. */
static enum cell_tone growth_tone(const struct store *store, const struct row *row, int64_t kib_min)
{
	enum trend_state state = row_verdict(store, row);
	enum { TRICKLE_KIB_MIN = 256 };
	bool watched = state == TREND_NEW || state == TREND_WATCHING || state == TREND_WARMING;

	if (state == TREND_CLIMBING)
		return column_climb_tone(store, row) == TONE_NOTICE ? TONE_NOTICE : TONE_WARN;
	return watched && kib_min >= TRICKLE_KIB_MIN ? TONE_NOTICE : TONE_PLAIN;
}

enum cell_tone column_write_growth(const struct column_cell *cell, char out[COLUMN_TEXT_MAX])
{
	char text[UNITS_SIZE];
	double bytes_s;

	if (!column_cell_number(cell, &bytes_s))
		return write_unknown(out);
	int64_t kib_min = real_round(bytes_s * 60 / 1024);
	units_kib_change(text, kib_min, cell->width);
	if (kib_min <= 0)
		return write_text(out, text, TONE_DIM);
	return write_text(out, text, growth_tone(cell->store, cell->row, kib_min));
}

struct verdict_look {
	const char *sign, *ascii;
	enum cell_tone tone;
};

static const struct verdict_look verdict_looks[TREND_STATES] = {
	[TREND_NEW] = { " ", " ", TONE_DIM },
	[TREND_WATCHING] = { " ", " ", TONE_DIM },
	[TREND_STEADY] = { "·", ".", TONE_DIM },
	[TREND_WARMING] = { "△", "/", TONE_PLAIN },
	[TREND_CLIMBING] = { "▲", "^", TONE_WARN },
	[TREND_SPIKING] = { "◆", "!", TONE_NOTICE },
	[TREND_SHRINKING] = { "▼", "v", TONE_GOOD },
	[TREND_RECEDING] = { "▽", "-", TONE_NOTICE },
	[TREND_ZOMBIE] = { "Z", "Z", TONE_DIM },
};

/* Since when it climbs, or how long ago it ceased to; negative: neither. */
static double verdict_seconds(const struct store *store, const struct row *row)
{
	double now_s = (double)store_now_ms(store) / 1000, cleared_s;
	const struct trend *trend = row_trend(store, row);
	struct trend_climb climb;

	if (trend != NULL && trend_climb(trend, &climb))
		return real_max(0, now_s - climb.since_s);
	if (trend != NULL && trend_cleared(trend, &cleared_s) &&
		trend_state(trend) == TREND_RECEDING)
		return real_max(0, now_s - cleared_s);
	return -1;
}

/* Why it climbs, in a word; "": it does not, or that is not known. */
static const char *cause_of(const struct store *store, const struct row *row,
	enum trend_state state)
{
	return state == TREND_CLIMBING && row->proc != NULL
		       ? findings_cause_word(evidence_cause(store, row->proc))
		       : "";
}

enum { VERDICT_WITH_TIME = 17 };

/* A cgroup that was removed and is remembered for its kills: it has no verdict, and nothing of it
 * is unknown. */
static enum cell_tone write_gone(const struct column_cell *cell, char out[COLUMN_TEXT_MAX])
{
	double since_s = (double)(store_now_ms(cell->store) - cell->row->container->gone_ms) / 1000;
	bool timed = cell->width >= VERDICT_WITH_TIME;

	snprintf(out, COLUMN_TEXT_MAX, "gone%s%s", timed ? " " : "",
		timed ? units_seconds((char[UNITS_SIZE]){ 0 }, since_s) : "");
	return TONE_DIM;
}

enum cell_tone column_write_verdict(const struct column_cell *cell, char out[COLUMN_TEXT_MAX])
{
	enum trend_state state = row_verdict(cell->store, cell->row);
	bool timed = cell->width >= VERDICT_WITH_TIME && state != TREND_ZOMBIE;
	double since_s = timed ? verdict_seconds(cell->store, cell->row) : -1;
	char time[UNITS_SIZE] = "";

	if (cell->row->container != NULL && cell->row->container->gone_ms != 0)
		return write_gone(cell, out);
	if (!row_has_verdict(cell->row, state))
		return write_unknown(out);
	const struct verdict_look *look = &verdict_looks[state];
	if (since_s >= 0)
		units_seconds(time, since_s);
	const char *cause = timed ? cause_of(cell->store, cell->row, state) : "";
	/* the sign, and blanks between */
	if (*cause && strlen(trend_state_name(state)) + strlen(cause) + 3 <= (size_t)cell->width)
		snprintf(time, sizeof(time), "%s", cause);
	char *end = stpcpy(stpcpy(out, cell->style->utf8 ? look->sign : look->ascii), " ");
	end = stpcpy(end, trend_state_name(state));
	if (*time)
		stpcpy(stpcpy(end, " "), time);
	return state == TREND_CLIMBING ? column_climb_tone(cell->store, cell->row) : look->tone;
}

enum { ETA_TEXT_MAX = 3 * UNITS_SIZE + sizeof("~ (-)") };

/* "~40m (35-50)", "~50m (40m-2h)", "~9m (>7m)": the 95 % interval, where it says something. */
static void write_eta_range(char out[ETA_TEXT_MAX], const struct eta *eta)
{
	char mid[UNITS_SIZE], from[UNITS_SIZE], to[UNITS_SIZE];

	units_one(mid, eta->mid_s);
	units_one(from, eta->from_s);
	units_one(to, isfinite(eta->to_s) ? eta->to_s : eta->mid_s);
	size_t unit = strlen(from) - 1;
	bool narrow = strcmp(from, mid) == 0 && strcmp(to, mid) == 0;

	if (!isfinite(eta->to_s))
		snprintf(out, ETA_TEXT_MAX, "~%s (>%s)", mid, from);
	else if (narrow)
		snprintf(out, ETA_TEXT_MAX, "~%s", mid);
	else if (from[unit] == to[strlen(to) - 1] && from[unit] == mid[strlen(mid) - 1])
		snprintf(out, ETA_TEXT_MAX, "~%s (%.*s-%.*s)", mid, (int)unit, from,
			(int)strlen(to) - 1, to);
	else
		snprintf(out, ETA_TEXT_MAX, "~%s (%s-%s)", mid, from, to);
}

enum cell_tone column_write_eta(const struct column_cell *cell, char out[COLUMN_TEXT_MAX])
{
	char text[ETA_TEXT_MAX], mid[UNITS_SIZE];
	struct eta eta;

	if (!row_eta(cell->store, cell->row, &eta))
		return write_unknown(out);
	units_one(mid, eta.mid_s);
	write_eta_range(text, &eta);
	if (text_width(text) <= cell->width)
		write_text(out, text, TONE_PLAIN);
	else
		snprintf(out, COLUMN_TEXT_MAX, "~%s", mid);
	return eta.mid_s < 600 ? TONE_ALARM : eta.mid_s < 3600 ? TONE_WARN : TONE_NOTICE;
}

enum cell_tone column_write_seconds(const struct column_cell *cell, char out[COLUMN_TEXT_MAX])
{
	double seconds;

	if (!column_cell_number(cell, &seconds))
		return write_unknown(out);
	return write_text(out, units_seconds(UNITS_TEXT, seconds), TONE_PLAIN);
}

enum cell_tone column_write_count(const struct column_cell *cell, char out[COLUMN_TEXT_MAX])
{
	double count;

	if (!column_cell_number(cell, &count))
		return write_unknown(out);
	return write_text(out, units_count(UNITS_TEXT, count), count < .05 ? TONE_DIM : TONE_PLAIN);
}

enum cell_tone column_write_faults(const struct column_cell *cell, char out[COLUMN_TEXT_MAX])
{
	enum cell_tone tone = column_write_count(cell, out);

	return tone == TONE_PLAIN && row_figures(cell->row)->major_faults_s >= 100 ? TONE_NOTICE
										   : tone;
}

enum cell_tone column_write_integer(const struct column_cell *cell, char out[COLUMN_TEXT_MAX])
{
	double figure;

	if (!column_cell_number(cell, &figure))
		return write_unknown(out);
	if (figure >= 0 && figure < INT32_MAX && figure == (double)(int64_t)figure)
		return write_text(out, units_digits(UNITS_TEXT, (uint64_t)figure), TONE_PLAIN);
	snprintf(out, COLUMN_TEXT_MAX, "%.0f", figure);
	return TONE_PLAIN;
}

enum cell_tone column_write_pid(const struct column_cell *cell, char out[COLUMN_TEXT_MAX])
{
	if (cell->row->proc != NULL)
		return column_write_integer(cell, out);
	snprintf(out, COLUMN_TEXT_MAX, "%s%zu", cell->style->utf8 ? "×" : "x",
		row_count(cell->row));
	return TONE_DIM;
}

enum cell_tone column_write_user(const struct column_cell *cell, char out[COLUMN_TEXT_MAX])
{
	const char *name = cell->column->text(cell->store, cell->row);
	char digits[UNITS_SIZE];

	if (cell->row->proc == NULL && !row_total(cell->row)->one_user)
		return write_text(out, "several", TONE_DIM);
	if (name == NULL) {
		snprintf(digits, sizeof(digits), "%u", (unsigned)row_self(cell->row)->figures.uid);
		name = digits;
	}
	if (cell->width < 2 || text_width(name) <= cell->width)
		return write_text(out, name, TONE_PLAIN);
	snprintf(out, COLUMN_TEXT_MAX, "%.*s+", (int)text_fit(name, cell->width - 1, NULL), name);
	return TONE_PLAIN;
}

enum cell_tone column_write_cause(const struct column_cell *cell, char out[COLUMN_TEXT_MAX])
{
	const char *word = cell->column->text(cell->store, cell->row);

	return word != NULL ? write_text(out, word, TONE_PLAIN) : write_unknown(out);
}

enum cell_tone column_write_state(const struct column_cell *cell, char out[COLUMN_TEXT_MAX])
{
	const char *letter = cell->column->text(cell->store, cell->row);

	if (letter == NULL)
		return write_unknown(out);
	return write_text(out, letter, *letter == 'R' || *letter == 'D' ? TONE_PLAIN : TONE_DIM);
}

enum cell_tone column_write_cgroup(const struct column_cell *cell, char out[COLUMN_TEXT_MAX])
{
	const char *path = cell->column->text(cell->store, cell->row);

	return path != NULL ? column_write_tail(path, cell->style, cell->width, out)
			    : write_unknown(out);
}

enum cell_tone column_write_tail(const char *path, const struct column_style *style, int width,
	char out[COLUMN_TEXT_MAX])
{
	if (width <= 1 || text_width(path) <= width)
		return write_text(out, path, TONE_PLAIN);
	snprintf(out, COLUMN_TEXT_MAX, "%s%s", style->utf8 ? "…" : "<", text_tail(path, width - 1));
	return TONE_PLAIN;
}

enum cell_tone column_write_cpu_time(const struct column_cell *cell, char out[COLUMN_TEXT_MAX])
{
	double seconds;

	if (!column_cell_number(cell, &seconds))
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

int column_write_branch(char out[COLUMN_TEXT_MAX], const struct row *row,
	const struct column_style *style)
{
	enum { DEPTH_SHOWN = 19 };
	static const char *const twigs[][3] = {
		[ROW_PLAIN] = { "", "└─ ", "`- " },
		[ROW_OPEN] = { "", "└─ ", "`- " },
		[ROW_SHUT] = { "", "└▸ ", "`+ " },
	};
	int depth = row->depth < DEPTH_SHOWN ? row->depth : DEPTH_SHOWN;
	const char *sign = row->depth ? twigs[row->fold][style->utf8 ? 1 : 2] : "";

	if (style->no_folds && row->proc == NULL)
		sign = "";
	else if (row->depth == 0 && row->fold == ROW_SHUT)
		sign = style->utf8 ? "▸ " : "+ ";
	else if (row->depth == 0 && row->proc == NULL && row->fold == ROW_OPEN)
		sign = style->utf8 ? "▾ " : "- ";
	else if (row->proc == NULL && row->fold == ROW_OPEN)
		sign = style->utf8 ? "└▾ " : "`- ";
	if (depth <= 1)
		return (int)(stpcpy(out, sign) - out);
	return snprintf(out, COLUMN_TEXT_MAX, "%*s%s", depth > 1 ? (depth - 1) * 2 : 0, "", sign);
}

/* A container's cgroup path is a long number; people know the container by its name. */
static enum cell_tone write_group(char *out, size_t size, const struct row *row,
	const struct column_style *style, int width)
{
	char container[CONTAINER_NAME_MAX];
	const char *name = row->name;

	if (row->kind == GROUP_CGROUP && container_name(name, container))
		name = container;
	else if (row->kind == GROUP_CGROUP && width > 1 && text_width(name) > width) {
		snprintf(out, size, "%s%s", style->utf8 ? "…" : "<", text_tail(name, width - 1));
		return TONE_PLAIN;
	}
	snprintf(out, size, "%s", *name ? name : "(not known)");
	return *name ? TONE_PLAIN : TONE_DIM;
}

/* LINE without the folder of its first word: where not all fits, that tells least. */
static const char *without_folder(const char *line)
{
	const char *slash = memrchr(line, '/', strcspn(line, " "));

	return slash != NULL && slash[1] != '\0' && slash[1] != ' ' ? slash + 1 : line;
}

/* In WIDTH columns, 0: as many as it takes. */
static enum cell_tone write_name(char *out, size_t size, const struct proc *proc,
	const struct column_style *style, int width)
{
	bool full = style->full_command && proc->cmdline != NULL && proc->cmdline[0];
	char line[COLUMN_TEXT_MAX] UNFILLED;
	const char *name = !full ? proc->name
			   : proc->plain_line
				   ? proc->cmdline
				   : program_line(line, sizeof(line), proc->comm, proc->cmdline);

	if (full && width > 0 && text_width(name) > width)
		name = without_folder(name);
	if (proc->kernel_thread)
		snprintf(out, size, "[%s]", name);
	else if (proc->blocked_s)
		snprintf(out, size, "%s [blocked]", proc->name);
	else
		copy_text(out, size, name);
	if (proc->blocked_s)
		return TONE_WARN;
	return proc->kernel_thread || proc_has_ended(proc) ? TONE_DIM : TONE_PLAIN;
}

enum cell_tone column_write_command(const struct column_cell *cell, char out[COLUMN_TEXT_MAX])
{
	size_t len = (size_t)column_write_branch(out, cell->row, cell->style);
	size_t room = COLUMN_TEXT_MAX - len;

	if (cell->row->proc == NULL)
		return write_group(out + len, room, cell->row, cell->style,
			cell->width - text_width(out));
	if (cell->row->fold != ROW_SHUT || cell->row->sum == NULL)
		return write_name(out + len, room, cell->row->proc, cell->style,
			cell->width - text_width(out));
	len += (size_t)snprintf(out + len, room, "%s%zu ", cell->style->utf8 ? "×" : "x",
		cell->row->sum->count);
	return write_name(out + len, COLUMN_TEXT_MAX - len, cell->row->proc, cell->style,
		cell->width - text_width(out));
}
