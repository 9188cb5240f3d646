/* SPDX-License-Identifier: GPL-2.0-or-later */
/* container_lines - see container_lines.h; draws nothing */
#include "ui/container/container_lines.h"

#include "base/amount.h"
#include "base/order.h"
#include "base/text.h"
#include "base/units.h"
#include "base/xalloc.h"
#include "ui/draw/canvas.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOUNTS_SHOWN = 6 };

/* The set of one. */
#define OF(part) (1u << CONTAINER_CH_##part)

struct container_page {
	struct container_line *lines;
	size_t count;
	const struct store *store;
	const struct container *it;
	int columns;
};

static struct container_line *add_line(struct container_page *page, enum container_line_kind kind,
	const char *text)
{
	/* what is beyond the last takes its place */
	size_t at = page->count < CONTAINER_LINES_MAX ? page->count++ : CONTAINER_LINES_MAX - 1;
	struct container_line *line = &page->lines[at];

	*line = (struct container_line){ .kind = kind };
	snprintf(line->text, sizeof(line->text), "%s", text);
	return line;
}

/* A sentence, in as many lines as it takes. */
static void add_sentence(struct container_page *page, const char *text)
{
	char line[CONTAINER_LINE_TEXT];

	while (*text) {
		size_t len = text_wrap(text, page->columns);

		snprintf(line, sizeof(line), "%.*s", (int)len, text);
		add_line(page, CONTAINER_LINE_WORDS, line);
		text += len + strspn(text + len, " ");
	}
}

/* --- words ------------------------------------------------------------------------------------ */

/* Words of a verdict on memory that cannot be reclaimed; NULL: it is too early for one. */
static const char *const verdict_words[TREND_STATES] = {
	[TREND_STEADY] = "is steady",
	[TREND_WARMING] = "is warming up",
	[TREND_CLIMBING] = "is climbing",
	[TREND_SPIKING] = "is far above what it was",
	[TREND_SHRINKING] = "is shrinking",
	[TREND_RECEDING] = "climbs no more",
};

/* The verdict is on what cannot be reclaimed: the whole usage of a container grows with every file
 * it reads, up to its limit. */
static void add_verdict(struct container_page *page)
{
	enum trend_state state = store_container_verdict(page->store, page->it);
	char text[CONTAINER_LINE_TEXT];
	double kib_min;

	if (state == TREND_NONE) {
		add_sentence(page,
			page->it->own ? "memtop itself runs in it, and is not judged."
				      : "What cannot be reclaimed of it is not known: no verdict.");
		return;
	}
	const char *words = verdict_words[state];
	snprintf(text, sizeof(text), "What cannot be reclaimed of it %s",
		words != NULL ? words : "has been watched too shortly for a verdict");
	if (store_container_growth(page->store, page->it, 60, &kib_min) && fabs(kib_min) >= 1)
		text_append(text, sizeof(text), "; it %s %s a minute",
			kib_min > 0 ? "gains" : "loses",
			units_kib_words(UNITS_TEXT, (uint64_t)fabs(kib_min)));
	const char *mount = state == TREND_CLIMBING ? store_container_mount(page->store, page->it)
						    : NULL;
	if (mount != NULL)
		text_append(text, sizeof(text), ", in the tmpfs %.200s", mount);
	text_append(text, sizeof(text), ".");
	add_sentence(page, text);
}

/* When its limit is full, and what reclaim gives until then. */
static void add_end(struct container_page *page)
{
	char text[CONTAINER_LINE_TEXT];
	uint64_t reclaim_kib = 0;
	struct eta eta;

	if (!store_container_eta(page->store, page->it, &eta, &reclaim_kib))
		return;
	snprintf(text, sizeof(text), "It has filled its limit in about %s",
		units_seconds_words(UNITS_TEXT, eta.mid_s));
	if (reclaim_kib > 0)
		text_append(text, sizeof(text), "; %s of cache will have been dropped by then",
			units_kib_words(UNITS_TEXT, reclaim_kib));
	text_append(text, sizeof(text), ".");
	add_sentence(page, text);
}

static bool is_inside(const struct container *it, const char *cgroup)
{
	size_t len = strlen(it->path);

	return cgroup != NULL && strncmp(cgroup, it->path, len) == 0 &&
	       (cgroup[len] == '\0' || cgroup[len] == '/' || len == 1);
}

/* Says whom a kill takes besides the one that is chosen. */
static void add_company(struct container_page *page)
{
	struct limit limit = store_container_limit(page->store, page->it);
	char room[CONTAINER_LIMITS_MAX];
	const struct container *whole = store_kill_takes(page->store,
		store_container_limits(room, page->it), &limit);
	char text[CONTAINER_LINE_TEXT], of[CONTAINER_LINE_TEXT / 2] = "";

	if (whole == NULL)
		return;
	if (!is_inside(page->it, whole->path))
		snprintf(of, sizeof(of), " of %.120s", container_label(whole));
	snprintf(text, sizeof(text), "A kill takes all %u processes%s with it.",
		(unsigned)whole->processes, of);
	add_sentence(page, text);
}

/* How it is, when that ends, what the kernel did to it. Kills of before memtop came are counted by
 * the kernel, without a name. */
static void add_words(struct container_page *page)
{
	const struct container *it = page->it;
	char words[CONTAINER_WORDS_MAX], text[CONTAINER_LINE_TEXT];

	if (it->gone_ms)
		add_sentence(page, "It is gone; this is what was last known of it.");
	else
		add_verdict(page);
	add_end(page);
	containers_kill_words(words, it, store_now_ms(page->store));
	if (words[0]) {
		snprintf(text, sizeof(text), "It was %s.", words);
		add_sentence(page, text);
	} else if (it->known & CONTAINER_HAS_KILLS && it->kills > 0) {
		snprintf(text, sizeof(text), "The kernel has killed %llu of it before memtop came.",
			(unsigned long long)it->kills);
		add_sentence(page, text);
	}
	if (!it->gone_ms)
		add_company(page);
	if (it->name == NULL && it->id != NULL && cgpath_is_container(it->kind))
		add_sentence(page, "Its name is not known: its engine has it in files that only "
				   "root may read, or in none.");
}

/* --- parts ------------------------------------------------------------------------------------ */

/* Parts are added up as they are written, so that what is left over can be told at the end. */
static void add_part(struct container_page *page, const char *name, bool known, uint64_t kib,
	unsigned channels, uint64_t *sum_kib)
{
	struct container_line *line = add_line(page, CONTAINER_LINE_PART, name);

	line->known = known;
	line->kib = kib;
	line->of_kib = page->it->usage_kib;
	line->channels = channels;
	if (known)
		*sum_kib += kib;
}

/* Parts that most have nothing of stand there where they are something: unknown is 0 in these. */
static void add_some(struct container_page *page, const char *name, uint64_t kib, unsigned channels,
	uint64_t *sum_kib)
{
	if (page->it->known & CONTAINER_HAS_PARTS && kib > 0)
		add_part(page, name, true, kib, channels, sum_kib);
}

/* Swap cache, as far as there is any; the history is of both. */
static void add_unmapped(struct container_page *page, const struct cgroup_parts *parts,
	uint64_t *sum_kib)
{
	uint64_t most_kib = parts->known & CGROUP_BOTH ? parts->swap_cached_kib : parts->swap_kib;
	uint64_t cache_kib = amount_smaller(parts->unmapped_kib, most_kib);
	uint64_t cut_kib = parts->unmapped_kib - cache_kib;

	add_some(page, "swap cache, dropped when needed", cache_kib,
		cache_kib > cut_kib ? OF(UNMAPPED) : 0, sum_kib);
	add_some(page, "freed parts of huge pages", cut_kib, cache_kib > cut_kib ? 0 : OF(UNMAPPED),
		sum_kib);
}

/* The kernel's part has parts itself, where it tells them. */
static void add_kernel(struct container_page *page, const struct cgroup_parts *parts,
	uint64_t *sum_kib)
{
	uint64_t named_kib = 0;

	if (!(parts->known & CGROUP_KERNEL)) {
		bool slab = (parts->known & CGROUP_SLAB) != 0;

		add_part(page, "kernel: objects", slab,
			parts->slab_reclaimable_kib + parts->slab_unreclaimable_kib,
			OF(OBJECTS) | OF(DROPPABLE), sum_kib);
		return;
	}
	if (parts->known & CGROUP_SLAB) {
		add_part(page, "kernel: objects that can be dropped", true,
			parts->slab_reclaimable_kib, OF(DROPPABLE), &named_kib);
		add_part(page, "kernel: objects", true, parts->slab_unreclaimable_kib, OF(OBJECTS),
			&named_kib);
	}
	if (parts->known & CGROUP_TABLES)
		add_part(page, "kernel: page tables", true, parts->page_tables_kib, OF(TABLES),
			&named_kib);
	add_some(page, "kernel: compressed swap (zswap)", parts->zswap_kib, OF(PACKED), &named_kib);
	add_part(page, named_kib ? "kernel: stacks and the rest" : "kernel", true,
		amount_less(parts->kernel_kib, named_kib), OF(REST), &named_kib);
	*sum_kib += named_kib;
}

/* The fullest first; equals by path, so that they do not change places. */
static int compare_mounts(const void *a, const void *b)
{
	const struct container_mount *left = a, *right = b;

	if (left->used_kib != right->used_kib)
		return left->used_kib < right->used_kib ? 1 : -1;
	return strcmp(left->path, right->path);
}

/* Where its shared memory lies, as far as that is in files that only it has; largest first. */
static void add_mounts(struct container_page *page)
{
	const struct container *it = page->it;
	uint64_t beside_kib = 0;
	char text[CONTAINER_LINE_TEXT];

	if (it->nmounts == 0)
		return;
	struct container_mount *sorted = xalloc(it->nmounts * sizeof(*sorted));
	memcpy(sorted, it->mounts, it->nmounts * sizeof(*sorted));
	order_sort(sorted, it->nmounts, sizeof(*sorted), compare_mounts);
	for (size_t i = 0; i < it->nmounts && i < MOUNTS_SHOWN; i++) {
		snprintf(text, sizeof(text), "  of it in %.200s", sorted[i].path);
		add_part(page, text, true, sorted[i].used_kib, 0, &beside_kib);
	}
	free(sorted);
}

static void add_parts(struct container_page *page)
{
	const struct container *it = page->it;
	const struct cgroup_parts *parts = &it->parts;
	bool known = (it->known & CONTAINER_HAS_PARTS) != 0;
	uint64_t sum_kib = 0, beside_kib = 0;

	add_line(page, CONTAINER_LINE_TITLE, "MEMORY");
	add_part(page, "anonymous: heaps, stacks", known, parts->anon_kib, OF(ANON), &sum_kib);
	add_part(page, "shared memory and tmpfs", known, parts->shmem_kib, OF(SHMEM), &sum_kib);
	add_mounts(page);
	add_part(page, "files, clean", known,
		amount_less(parts->file_kib, parts->dirty_kib + parts->locked_kib), OF(CLEAN),
		&sum_kib);
	add_part(page, "files, to be written", known, parts->dirty_kib, OF(DIRTY), &sum_kib);
	add_some(page, "files, locked in memory", parts->locked_kib, OF(LOCKED), &sum_kib);
	add_unmapped(page, parts, &sum_kib);
	if (known)
		add_kernel(page, parts, &sum_kib);
	if (known && parts->known & CGROUP_SOCK)
		add_part(page, "network buffers", true, parts->sock_kib, OF(SOCK), &sum_kib);
	add_some(page, "pages of the huge page pool", parts->huge_kib, 0, &sum_kib);
	/* charged ahead, or of a kind that this kernel does not tell */
	if (known && parts->usage_kib > sum_kib)
		add_part(page, "not told apart", true, parts->usage_kib - sum_kib, 0, &sum_kib);
	struct container_line *sum = add_line(page, CONTAINER_LINE_SUM, "in all");
	sum->known = known || (it->known & CONTAINER_HAS_USAGE);
	sum->kib = known ? parts->usage_kib : it->usage_kib;
	sum->channels = known ? CONTAINER_SET_ALL : 0;
	add_part(page, "swapped out, beside that", it->known & CONTAINER_HAS_SWAP, it->swap_kib,
		CONTAINER_SET_SWAP, &beside_kib);
	add_some(page, "  of it compressed in memory", parts->zswapped_kib, OF(ZSWAPPED),
		&beside_kib);
	add_some(page, "  of it in memory as well", parts->swap_cached_kib, 0, &beside_kib);
}

/* --- limits ----------------------------------------------------------------------------------- */

/* crun's container may have the limits of the cgroup it is in: they are its own, and one. */
static bool has_limit(const struct container_page *page, const char *text, uint64_t limit_kib)
{
	for (size_t i = 0; i < page->count; i++)
		if (page->lines[i].kind == CONTAINER_LINE_LIMIT &&
			page->lines[i].of_kib == limit_kib &&
			strcmp(page->lines[i].text, text) == 0)
			return true;
	return false;
}

/* The one that binds is marked by path and amount: `max` and `high` of one cgroup are two
 * limits. */
static void add_limit(struct container_page *page, const char *path, const char *file,
	uint64_t limit_kib, const struct cgroup_figures *figures, const struct limit *binding)
{
	char text[CONTAINER_LINE_TEXT];

	if (limit_kib == UINT64_MAX)
		return;
	if (is_inside(page->it, path))
		snprintf(text, sizeof(text), "its own %s", file);
	else
		snprintf(text, sizeof(text), "%s of %.280s", file, path);
	if (has_limit(page, text, limit_kib))
		return;
	struct container_line *line = add_line(page, CONTAINER_LINE_LIMIT, text);
	line->known = true;
	line->kib = figures->usage_kib;
	line->of_kib = limit_kib;
	line->binds = binding->kind != LIMIT_NONE && binding->cgroup != NULL &&
		      strcmp(binding->cgroup, path) == 0 && binding->limit_kib == limit_kib;
}

/* Up the tree to the root, since a limit anywhere on the way holds for all below it. */
static void add_limits(struct container_page *page)
{
	struct limit binding = store_container_limit(page->store, page->it);
	char path[CONTAINER_LIMITS_MAX];
	size_t before = page->count;

	add_line(page, CONTAINER_LINE_TITLE, "LIMITS, ITS OWN AND THOSE ABOVE IT");
	if (store_container_limits(path, page->it) != path)
		snprintf(path, sizeof(path), "%s", page->it->path);
	for (char *slash = path; slash != NULL;) {
		const struct cgroup_figures *figures = store_cgroup(page->store,
			path[0] ? path : "/");

		if (figures != NULL) {
			add_limit(page, figures->path, "max", figures->max_kib, figures, &binding);
			add_limit(page, figures->path, "high", figures->high_kib, figures,
				&binding);
		}
		slash = strrchr(path, '/');
		if (slash != NULL)
			*slash = '\0';
	}
	if (page->count == before + 1)
		add_sentence(page, "  none but the machine's memory");
}

/* --- processes -------------------------------------------------------------------------------- */

/* The largest first, equals by pid. */
static int compare_size(const void *a, const void *b)
{
	const struct container_line *left = a, *right = b;

	if (left->kib != right->kib)
		return left->kib < right->kib ? 1 : -1;
	return left->proc.pid < right->proc.pid ? -1 : left->proc.pid > right->proc.pid;
}

/* All in it, cgroups below it included; processes of a container may be invisible from here
 * (another pid namespace), which is told and not counted as none. */
static void add_processes(struct container_page *page)
{
	char text[CONTAINER_LINE_TEXT];

	snprintf(text, sizeof(text), "PROCESSES (%u)", (unsigned)page->it->processes);
	if (containers_is_hidden(page->it)) {
		add_line(page, CONTAINER_LINE_TITLE, "PROCESSES");
		add_line(page, CONTAINER_LINE_WORDS,
			"  it has some, but none can be seen from here");
		return;
	}
	add_line(page, CONTAINER_LINE_TITLE, text);
	size_t first = page->count;
	for (size_t i = 0; i < store_count(page->store) && page->count < CONTAINER_LINES_MAX; i++) {
		const struct proc *proc = store_proc(page->store, i);

		if (!is_inside(page->it, proc->cgroup))
			continue;
		snprintf(text, sizeof(text), "%s (%d)", proc->name, (int)proc->id.pid);
		struct container_line *line = add_line(page, CONTAINER_LINE_PROCESS, text);
		line->known = proc_knows_footprint(proc);
		line->kib = proc->figures.footprint_kib;
		line->proc = proc->id;
		line->grows = store_growth(page->store, proc, 60, &line->kib_min);
	}
	order_sort(page->lines + first, page->count - first, sizeof(page->lines[0]), compare_size);
}

size_t container_lines(struct container_line lines[CONTAINER_LINES_MAX], const struct store *store,
	const struct container *container, int columns)
{
	struct container_page page = {
		.lines = lines, .store = store, .it = container, .columns = columns
	};

	add_words(&page);
	add_parts(&page);
	add_limits(&page);
	add_processes(&page);
	return page.count;
}
