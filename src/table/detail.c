/* SPDX-License-Identifier: GPL-2.0-or-later */
/* detail - see detail.h; the text.  JSON is written by detail_json.c */
#include "table/detail.h"

#include "base/units.h"
#include "frame/runtime.h"
#include "model/packages.h"
#include "model/maps.h"
#include "model/evidence.h"
#include "table/container.h"
#include "table/figures.h"
#include "table/report.h"

#include <stdio.h>
#include <string.h>

enum {
	LABEL_COLUMNS = 13,
	VALUE_COLUMNS = 18,
	SIZE_COLUMNS = 6,
	GAP_COLUMNS = 2,
	HISTORY_ROWS = 8
};

struct detail_writer {
	struct buf *out;
	int width;
	const struct store *store;
	const struct proc *proc;
	const struct maps *maps;
};

/* A value that is not known is "-", so that the label does not stand alone. */
static void put_labelled(const struct detail_writer *w, const char *label, const char *value)
{
	size_t begin = w->out->len;

	buf_printf(w->out, "%-*s%s", LABEL_COLUMNS, label, *value ? value : "-");
	report_end_line(w->out, begin, w->width);
}

/* The same sentence as on the screen, not wrapped: a terminal does that, and grep finds it. */
static void put_evidence(const struct detail_writer *w)
{
	struct evidence_facts facts;
	struct evidence evidence;

	evidence_gather(&facts, w->store, w->proc);
	evidence_write(&evidence, &facts);
	buf_printf(w->out, "%s\n", evidence.text);
}

/* How wide the values of a group are, those that are no sizes. */
static int value_width(const struct figures *figures, enum figure_group group)
{
	size_t most = VALUE_COLUMNS - GAP_COLUMNS;

	for (size_t i = 0; i < figures->count; i++)
		if (figures->list[i].group == group && strlen(figures->list[i].text) > most)
			most = strlen(figures->list[i].text);
	return (int)most + GAP_COLUMNS;
}

/* Sizes are aligned right, words left, each in a place that all of its group have. */
static void put_figure(struct buf *line, const struct figure *figure, int label_columns,
	int value_columns)
{
	buf_printf(line, "%-*s", label_columns + GAP_COLUMNS, figure != NULL ? figure->label : "");
	if (figure != NULL && (figure->group == FIGURE_MEMORY || figure->group == FIGURE_SHARE))
		buf_printf(line, "%*s%*s", SIZE_COLUMNS + 1, figure->text, 2 * GAP_COLUMNS, "");
	else
		buf_printf(line, "%-*s", value_columns, figure != NULL ? figure->text : "");
}

/* A column for each group of figures, beside each other. */
static void put_figures(const struct detail_writer *w, const struct figures *figures)
{
	const struct figure *columns[FIGURE_GROUPS][FIGURES_MAX] = { 0 };
	size_t counts[FIGURE_GROUPS] = { 0 }, most = 0;

	for (size_t i = 0; i < figures->count; i++) {
		enum figure_group group = figures->list[i].group;
		columns[group][counts[group]++] = &figures->list[i];
		most = counts[group] > most ? counts[group] : most;
	}
	for (size_t row = 0; row < most; row++) {
		size_t begin = w->out->len;
		for (int group = 0; group < FIGURE_GROUPS; group++)
			put_figure(w->out, columns[group][row],
				figures_label_width(figures, (enum figure_group)group),
				value_width(figures, (enum figure_group)group));
		report_end_line(w->out, begin, w->width);
	}
}

/* The one that will be met first has the star. */
static void put_limits(const struct detail_writer *w, const struct figures *figures)
{
	char text[FIGURES_LIMIT_TEXT];

	buf_puts(w->out, "\nLimits\n");
	for (size_t i = 0; i < figures->nlimits; i++) {
		const struct figure_limit *limit = &figures->limits[i];
		size_t begin = w->out->len;

		figures_limit_text(text, limit);
		buf_printf(w->out, "%c %s%s%s: %s", limit->binds ? '*' : ' ', limit->kind,
			*limit->path ? " " : "", limit->path, text);
		report_end_line(w->out, begin, w->width);
	}
}

/* The command line, or the name where it has none; a program that was deleted or replaced runs on
 * with the old code, which is told. */
static void put_texts(const struct detail_writer *w)
{
	const struct proc *proc = w->proc;
	char container[CONTAINER_NAME_MAX];
	struct buf exe;

	buf_putc(w->out, '\n');
	put_labelled(w, "command",
		proc->cmdline != NULL && *proc->cmdline ? proc->cmdline : proc->comm);
	buf_init(&exe);
	if (w->maps != NULL)
		buf_printf(&exe, "%s%s", w->maps->exe,
			w->maps->figures.exe_deleted ? " (deleted or replaced)" : "");
	put_labelled(w, "executable", buf_text(&exe));
	buf_done(&exe);
	put_labelled(w, "directory", w->maps != NULL ? w->maps->cwd : "");
	put_labelled(w, "cgroup", proc->cgroup != NULL ? proc->cgroup : "");
	if (proc->cgroup != NULL && container_name(proc->cgroup, container))
		put_labelled(w, "container", container);
}

/* Which tool can tell more of this runtime, ready to be typed; whether it is installed was found
 * out by the sampler. */
static void put_hint(const struct detail_writer *w)
{
	struct runtime_hint hint = { .gives = "" };
	const struct proc_mappings *figures = w->maps != NULL ? &w->maps->figures : NULL;

	if (figures == NULL)
		return;
	runtime_hint(&hint, figures->runtime, w->proc->id.pid, w->proc->cmdline);
	if (!hint.command[0])
		return;
	buf_printf(w->out, "\nTo look inside (%s): %s\n  %s%s\n", runtime_title(figures->runtime),
		hint.command, hint.gives,
		!(figures->known & MAPPINGS_TOOL) ? ""
		: figures->tool                   ? "; installed"
						  : "; not installed");
}

static const char *size_text(char out[UNITS_SIZE], uint64_t kib)
{
	return kib == 0 ? "0" : units_kib(out, kib, SIZE_COLUMNS);
}

/* The name stands last and whole: paths are long, and what tells them apart is often their end. */
static void put_part(const struct detail_writer *w, const struct maps_group *part)
{
	char title[EVIDENCE_PART_MAX], sizes[4][UNITS_SIZE];
	size_t begin = w->out->len;

	evidence_part_title(title, part->kind, part->name);
	buf_printf(w->out, "%8s %7s %7s %7s %7s %5u  %s",
		units_kib_change(UNITS_TEXT, part->gained_kib, SIZE_COLUMNS + 1),
		size_text(sizes[0], part->rss_kib), size_text(sizes[1], part->pss_kib),
		size_text(sizes[2], part->dirty_kib), size_text(sizes[3], part->swap_kib),
		part->mappings, title);
	report_end_line(w->out, begin, w->width);
}

/* Why they are missing comes first, and how old they are: mappings are read seldom. */
static void put_parts(const struct detail_writer *w)
{
	char age[FIGURES_LIMIT_TEXT];
	const char *trouble = figures_trouble(w->maps);

	buf_puts(w->out, "\nParts\n");
	if (*trouble)
		buf_printf(w->out, "  %s\n", trouble);
	if (w->maps == NULL || w->maps->parts_ms == 0)
		return;
	figures_age_text(age, w->store, w->maps, false);
	buf_printf(w->out, "  %s\n", age);
	if (w->maps->count == 0)
		return;
	buf_printf(w->out, "%8s %7s %7s %7s %7s %5s  %s\n", "+BASE", "RSS", "PSS", "DIRTY", "SWAP",
		"MAPS", "PART");
	for (size_t i = 0; i < w->maps->count; i++)
		put_part(w, &w->maps->parts[i]);
}

/* Packages that its files are of. */
static void put_packages(const struct detail_writer *w)
{
	char sizes[3][UNITS_SIZE];
	struct packages packages;

	if (w->maps == NULL || w->maps->parts_ms == 0)
		return;
	packages_of(&packages, w->maps);
	if (packages.count == 0)
		return;
	buf_printf(w->out, "\nPackages (their mapped files; %s are of none%s)\n",
		units_kib_words(sizes[0], packages.rest_kib),
		packages.partial ? "; some are not told" : "");
	buf_printf(w->out, "%8s %7s %7s %5s  %s\n", "+BASE", "RSS", "PSS", "MAPS", "PACKAGE");
	for (size_t i = 0; i < packages.count; i++) {
		const struct package_sum *sum = &packages.all[i];

		buf_printf(w->out, "%8s %7s %7s %5u  %s (%s)\n",
			units_kib_change(sizes[0], sum->gained_kib, SIZE_COLUMNS + 1),
			size_text(sizes[1], sum->rss_kib), size_text(sizes[2], sum->pss_kib),
			sum->mappings, sum->name, package_kind_title(sum->kind));
	}
}

/* One channel may be known where another is not: details come later than usage. */
static void put_moment(const struct detail_writer *w, double ago_s,
	const struct series_span *footprint, const struct series_span *rss,
	const struct series_span *swap)
{
	char sizes[3][UNITS_SIZE];
	size_t begin = w->out->len;

	buf_printf(w->out, "%8s %9s %9s %9s", ago_s < 1 ? "now" : units_seconds(UNITS_TEXT, ago_s),
		size_text(sizes[0], footprint->last),
		rss->known ? size_text(sizes[1], rss->last) : "-",
		swap->known ? size_text(sizes[2], swap->last) : "-");
	report_end_line(w->out, begin, w->width);
}

/* Puts what the chart of the screen shows, at a few moments; nothing while it is hardly one. */
static void put_history(const struct detail_writer *w)
{
	static const unsigned channels[] = { PROC_FOOTPRINT, PROC_RSS, PROC_SWAP };
	struct series_span spans[3][HISTORY_ROWS];
	uint64_t now_ms = store_now_ms(w->store), first_ms = w->proc->first_ms;
	double step_s = (double)(now_ms - first_ms) / 1000 / HISTORY_ROWS;

	if (step_s < 1)
		return;
	for (int i = 0; i < 3; i++)
		store_history(w->store, w->proc, channels[i],
			&(struct series_cut){ first_ms, now_ms, &spans[i][0], HISTORY_ROWS });
	buf_printf(w->out, "\nHistory\n%8s %9s %9s %9s\n", "AGO", "FOOTPRINT", "RSS", "SWAP");
	for (int i = 0; i < HISTORY_ROWS; i++)
		if (spans[0][i].known)
			put_moment(w, step_s * (HISTORY_ROWS - 1 - i), &spans[0][i], &spans[1][i],
				&spans[2][i]);
}

void detail_text(struct buf *out, const struct store *store, const struct proc *proc, int width)
{
	struct detail_writer w = { out, width, store, proc, store_maps(store, proc->id) };
	struct figures figures;

	figures_gather(&figures, store, proc);
	report_title(out, proc, width);
	put_evidence(&w);
	if (proc->kernel_thread) {
		put_texts(&w);
		return;
	}
	buf_putc(w.out, '\n');
	put_figures(&w, &figures);
	put_history(&w);
	put_limits(&w, &figures);
	put_texts(&w);
	put_hint(&w);
	put_packages(&w);
	put_parts(&w);
}
