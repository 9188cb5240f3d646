/* SPDX-License-Identifier: GPL-2.0-or-later */
/* figures - see figures.h */
#include "table/figures.h"

#include "base/text.h"
#include "base/units.h"
#include "model/findings.h"
#include "model/maps.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { SIZE_COLUMNS = 6 };

/* Where the figures come from, all that is known at the moment. */
struct facts {
	const struct store *store;
	const struct proc *proc;
	const struct maps *maps;             /* NULL: not looked at */
	const struct proc_mappings *figures; /* its; NULL: the same */
	bool parts, status;
};

/* Unknown until a text is written over the "-". */
static struct figure *add_figure(struct figures *figures, enum figure_group group, const char *key,
	const char *label, bool known)
{
	struct figure *figure = &figures->list[figures->count++];

	*figure = (struct figure){
		.key = key,
		.label = label,
		.group = group,
		.known = known,
		.tone = known ? TONE_PLAIN : TONE_DIM,
	};
	strcpy(figure->text, "-");
	return figure;
}

/* 0 is known and stands back: most figures of most processes are. */
static struct figure *add_kib(struct figures *figures, enum figure_group group, const char *key,
	const char *label, bool known, uint64_t kib)
{
	struct figure *figure = add_figure(figures, group, key, label, known);

	figure->unit = FIGURE_KIB;
	figure->number = (double)kib;
	if (known && kib > 0)
		units_kib(figure->text, kib, SIZE_COLUMNS);
	else if (known)
		strcpy(figure->text, "0");
	if (kib == 0)
		figure->tone = TONE_DIM;
	return figure;
}

static struct figure *add_count(struct figures *figures, enum figure_group group, const char *key,
	const char *label, bool known, double count)
{
	struct figure *figure = add_figure(figures, group, key, label, known);

	figure->unit = FIGURE_COUNT;
	figure->number = count;
	if (known)
		snprintf(figure->text, sizeof(figure->text), "%.0f", count);
	return figure;
}

/* Makes it one that is no whole number, and that TEXT says. */
static void set_real(struct figure *figure, double number, const char *text)
{
	figure->unit = FIGURE_REAL;
	figure->number = number;
	if (figure->known)
		snprintf(figure->text, sizeof(figure->text), "%s", text);
}

/* --- groups of figures ------------------------------------------------------------------------ */

/* In the order in which the parts add up: the footprint is anonymous, shared and swapped memory;
 * RSS has the files, too. */
static void add_memory(struct figures *to, const struct facts *f)
{
	const struct proc *p = f->proc;
	bool split = p->figures.known & DETAIL_PARTS;
	struct figure *footprint = add_kib(to, FIGURE_MEMORY, "footprint", "footprint",
		proc_knows_footprint(p), p->figures.footprint_kib);

	if (store_verdict(f->store, p) == TREND_CLIMBING)
		footprint->tone = TONE_WARN;
	add_kib(to, FIGURE_MEMORY, "rss", "RSS", proc_is_measured(p), p->figures.rss_kib);
	add_kib(to, FIGURE_MEMORY, "anon", "anonymous", proc_is_measured(p), p->figures.anon_kib);
	add_kib(to, FIGURE_MEMORY, "file", "file", split, p->figures.file_kib);
	add_kib(to, FIGURE_MEMORY, "shmem", "shmem", split, p->figures.shmem_kib);
	add_kib(to, FIGURE_MEMORY, "swap", "swap", p->figures.known & DETAIL_SWAP,
		p->figures.swap_kib);
	add_kib(to, FIGURE_MEMORY, "peak", "peak RSS", p->figures.known & DETAIL_PEAK,
		p->figures.peak_kib);
	add_kib(to, FIGURE_MEMORY, "virt", "virtual", proc_is_measured(p), p->figures.virt_kib);
}

/* Adds what its allocators keep of what it has freed, where somebody has looked inside; else what
 * it has given back by MADV_FREE and the kernel has not taken yet. */
static void add_kept(struct figures *to, const struct facts *f)
{
	uint64_t lazy_kib = f->figures != NULL ? f->figures->sums.lazy_free_kib : 0, kept;
	bool known = findings_kept(store_findings(f->store, f->proc->id), &kept);

	add_kib(to, FIGURE_SHARE, "freed_but_kept", "freed but kept", known || f->parts,
		known ? units_kib_of(kept) : lazy_kib);
}

/* Adds what of its memory is its own: freed if it is killed, its fair share, what it keeps free for
 * itself. Unknown until its mappings have been read. */
static void add_shares(struct figures *to, const struct facts *f)
{
	static const struct proc_mappings none = { .pid = 0 };
	const struct proc_mappings *d = f->figures != NULL ? f->figures : &none;

	/* older recordings do not have it */
	uint64_t freed_kib = d->known & MAPPINGS_FREED ? d->sums.freed_kib
						       : d->sums.uss_kib + d->sums.swap_kib;

	add_kib(to, FIGURE_SHARE, "freed_if_killed", "freed if killed", f->parts,
		freed_kib + (f->status ? d->hugetlb_kib : 0))
		->tone = f->parts ? TONE_GOOD : TONE_DIM;
	add_kib(to, FIGURE_SHARE, "uss", "USS", f->parts, d->sums.uss_kib);
	add_kib(to, FIGURE_SHARE, "pss", "PSS", f->parts, d->sums.pss_kib);
	add_kib(to, FIGURE_SHARE, "swap_pss", "SwapPss", f->parts, d->sums.swap_pss_kib);
	add_kept(to, f);
	add_kib(to, FIGURE_SHARE, "huge", "huge pages", f->parts, d->sums.thp_kib);
	add_kib(to, FIGURE_SHARE, "hugetlb", "huge pool", f->status, d->hugetlb_kib);
	add_kib(to, FIGURE_SHARE, "locked", "locked", f->status, d->locked_kib);
}

/* "1st", "2nd", "23rd" */
static const char *ordinal_words(char out[16], uint32_t n)
{
	static const char *const ends[] = { "th", "st", "nd", "rd" };
	unsigned last = n % 10;

	snprintf(out, 16, "%u%s", n, n / 10 % 10 == 1 || last > 3 ? "th" : ends[last]);
	return out;
}

/* Whether the kernel passes it over, given that its score is 0. */
static bool is_spared(const struct proc *proc)
{
	return proc->figures.oom_adj <= -1000 || proc->id.pid == 1 || proc->kernel_thread ||
	       proc_has_ended(proc);
}

static void add_order(struct figures *to, const struct facts *f)
{
	bool known = f->figures != NULL && f->figures->known & MAPPINGS_ORDER &&
		     f->figures->kill_of > 0;
	bool lowest = f->proc->figures.known & DETAIL_OOM && f->proc->figures.oom_score == 0;
	struct figure *figure = add_figure(to, FIGURE_KERNEL, "kill_place", "kill order",
		known && !lowest);
	char from[16], last[16];

	figure->unit = FIGURE_COUNT;
	if (lowest)
		snprintf(figure->text, sizeof(figure->text), "%s",
			is_spared(f->proc) ? "never" : "the last");
	if (!figure->known)
		return;
	/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): known with figures only */
	uint32_t before = f->figures->kill_before, same = f->figures->kill_same;
	figure->number = before + 1.0;
	if (same == 0)
		snprintf(figure->text, sizeof(figure->text), "%s of %u",
			ordinal_words(from, before + 1), f->figures->kill_of);
	else
		snprintf(figure->text, sizeof(figure->text), "%s-%s of %u",
			ordinal_words(from, before + 1), ordinal_words(last, before + 1 + same),
			f->figures->kill_of);
	if (before < 3)
		figure->tone = TONE_NOTICE;
}

/* Adds what decides whom the kernel kills, and what it does for the process: faults that had to be
 * read from disk are what one feels. */
static void add_kernel(struct figures *to, const struct facts *f)
{
	const struct proc *p = f->proc;
	bool faults = p->figures.known & DETAIL_FAULTS, oom = p->figures.known & DETAIL_OOM;
	double major = (double)p->figures.major_faults_s, minor = (double)p->figures.minor_faults_s;

	add_order(to, f);
	add_count(to, FIGURE_KERNEL, "oom", "OOM score", oom, p->figures.oom_score);
	add_count(to, FIGURE_KERNEL, "oom_adj", "OOM adjust", oom, p->figures.oom_adj);
	struct figure *figure = add_figure(to, FIGURE_KERNEL, "majflt", "major faults/s", faults);
	set_real(figure, major, units_count(UNITS_TEXT, major));
	if (faults && major >= 10)
		figure->tone = TONE_WARN;
	set_real(add_figure(to, FIGURE_KERNEL, "minflt", "minor faults/s", faults), minor,
		units_count(UNITS_TEXT, minor));
	add_kib(to, FIGURE_KERNEL, "page_tables", "page tables", f->status,
		f->status ? f->figures->page_tables_kib : 0);
}

/* Where it comes from and what it does, in words that ps has, too. */
static void add_life(struct figures *to, const struct facts *f)
{
	const struct proc *p = f->proc;
	const char *user = store_user(f->store, p->figures.uid);
	bool cpu = p->figures.known & DETAIL_CPU;
	char percent[UNITS_SIZE];
	struct figure *figure = add_figure(to, FIGURE_LIFE, "age", "age", true);

	figure->unit = FIGURE_SECONDS;
	figure->number = store_age_s(f->store, p);
	units_seconds(figure->text, figure->number);
	add_count(to, FIGURE_LIFE, "threads", "threads", p->figures.known & DETAIL_THREADS,
		p->figures.threads);
	snprintf(percent, sizeof(percent), "%.1f %%", (double)p->figures.cpu_percent);
	set_real(add_figure(to, FIGURE_LIFE, "cpu", "CPU", cpu), (double)p->figures.cpu_percent,
		percent);
	add_count(to, FIGURE_LIFE, "nice", "nice", p->detail_ms != 0, p->figures.nice);
	add_count(to, FIGURE_LIFE, "ppid", "parent", true, p->figures.ppid);
	figure = add_figure(to, FIGURE_LIFE, "user", "user", true);
	figure->unit = FIGURE_WORDS;
	if (user != NULL)
		snprintf(figure->text, sizeof(figure->text), "%.40s", user);
	else
		snprintf(figure->text, sizeof(figure->text), "%u", p->figures.uid);
}

/* --- limits ----------------------------------------------------------------------------------- */

/* NULL when the list is full: a deep tree of cgroups has more than a screen has room for. */
static struct figure_limit *add_limit(struct figures *to, const char *kind, const char *path)
{
	struct figure_limit *limit = &to->limits[to->nlimits];

	if (to->nlimits == FIGURES_LIMITS_MAX)
		return NULL;
	to->nlimits++;
	*limit = (struct figure_limit){
		.kind = kind,
		.path = path,
		.known = true,
		.max_kib = UINT64_MAX,
		.high_kib = UINT64_MAX,
	};
	return limit;
}

/* Adds the limit of PATH, if its figures are known. */
static void add_cgroup(struct figures *to, const struct facts *f, const char *path, bool own)
{
	const struct cgroup_figures *figures = store_cgroup(f->store, path);

	if (figures == NULL && !own)
		return;
	struct figure_limit *limit = add_limit(to, "cgroup",
		figures != NULL ? figures->path : f->proc->cgroup);
	if (limit == NULL)
		return;
	limit->known = figures != NULL;
	if (figures == NULL)
		return;
	limit->cgroup = *figures;
	limit->usage_kib = figures->usage_kib;
	limit->max_kib = figures->max_kib;
	limit->high_kib = figures->high_kib;
}

/* Adds its own cgroup, known or not, and those above of which something is known: a limit anywhere
 * on the way binds it. */
static void add_cgroups(struct figures *to, const struct facts *f)
{
	char path[FRAME_PATH_MAX + 1];
	size_t len = f->proc->cgroup != NULL ? strlen(f->proc->cgroup) : 0;

	if (len == 0 || len > FRAME_PATH_MAX)
		return;
	memcpy(path, f->proc->cgroup, len + 1);
	add_cgroup(to, f, path, true);
	while (len > 1) {
		while (len > 0 && path[len - 1] != '/')
			len--;
		len -= len > 1;
		path[len] = '\0';
		add_cgroup(to, f, path, false);
	}
}

/* All that may end its growth, so that the one that binds is seen beside the others. Address space
 * and data are what a shell's ulimit bounds. */
static void add_limits(struct figures *to, const struct facts *f)
{
	const struct system_figures *system = store_system(f->store);
	const struct proc_rare *rare = f->proc->rare;
	struct figure_limit *limit;

	add_cgroups(to, f);
	if (rare != NULL && rare->figures.limit_as_kib != UINT64_MAX &&
		(limit = add_limit(to, "RLIMIT_AS", "")) != NULL) {
		limit->usage_kib = f->proc->figures.virt_kib;
		limit->max_kib = rare->figures.limit_as_kib;
	}
	if (rare != NULL && rare->figures.limit_data_kib != UINT64_MAX &&
		(limit = add_limit(to, "RLIMIT_DATA", "")) != NULL) {
		limit->usage_kib = f->proc->figures.anon_kib + f->proc->figures.swap_kib;
		limit->max_kib = rare->figures.limit_data_kib;
	}
	if (system != NULL && frame_knows_memory(system) &&
		(limit = add_limit(to, "machine", "")) != NULL) {
		uint64_t room_kib = store_machine_room(f->store);
		limit->max_kib = system->total_kib + system->swap_total_kib;
		limit->usage_kib = limit->max_kib > room_kib ? limit->max_kib - room_kib : 0;
	}
}

/* Matched by kind, and of cgroups by path: there may be several. */
static bool is_binding(const struct figure_limit *limit, const struct limit *binding)
{
	switch (binding->kind) {
	case LIMIT_NONE:
		return false;
	case LIMIT_MACHINE:
		return strcmp(limit->kind, "machine") == 0;
	case LIMIT_CGROUP:
	case LIMIT_CGROUP_HIGH:
		return strcmp(limit->kind, "cgroup") == 0 && binding->cgroup != NULL &&
		       strcmp(limit->path, binding->cgroup) == 0;
	case LIMIT_AS:
		return strcmp(limit->kind, "RLIMIT_AS") == 0;
	case LIMIT_DATA:
		return strcmp(limit->kind, "RLIMIT_DATA") == 0;
	}
	return false;
}

void figures_gather(struct figures *figures, const struct store *store, const struct proc *proc)
{
	struct limit binding = store_limit(store, proc);
	struct facts f = { .store = store, .proc = proc, .maps = store_maps(store, proc->id) };

	if (f.maps != NULL) {
		f.figures = &f.maps->figures;
		f.parts = f.figures->known & MAPPINGS_READ && !proc->kernel_thread;
		f.status = f.figures->known & MAPPINGS_STATUS;
	}
	figures->count = figures->nlimits = 0;
	add_memory(figures, &f);
	add_shares(figures, &f);
	add_kernel(figures, &f);
	add_life(figures, &f);
	if (!proc->kernel_thread && !proc_has_ended(proc))
		add_limits(figures, &f);
	for (size_t i = 0; i < figures->nlimits; i++)
		figures->limits[i].binds = is_binding(&figures->limits[i], &binding);
}

int figures_label_width(const struct figures *figures, enum figure_group group)
{
	int width = 0;

	for (size_t i = 0; i < figures->count; i++) {
		int own = (int)strlen(figures->list[i].label);
		if (figures->list[i].group == group && own > width)
			width = own;
	}
	return width;
}

/* --- words ------------------------------------------------------------------------------------ */

/* Only what says something: a container without swap or pressure has none of these words. */
static void say_cgroup(char out[FIGURES_LIMIT_TEXT], const struct cgroup_figures *c)
{
	if (c->high_kib != UINT64_MAX)
		text_append(out, FIGURES_LIMIT_TEXT, ", high %s",
			units_kib(UNITS_TEXT, c->high_kib, SIZE_COLUMNS));
	if (c->swap_usage_kib > 0)
		text_append(out, FIGURES_LIMIT_TEXT, ", swap %s",
			units_kib(UNITS_TEXT, c->swap_usage_kib, SIZE_COLUMNS));
	if (c->swap_max_kib != UINT64_MAX)
		text_append(out, FIGURES_LIMIT_TEXT, ", swap max %s",
			units_kib(UNITS_TEXT, c->swap_max_kib, SIZE_COLUMNS));
	if (c->known & CGROUP_HIGH && c->events_high > 0)
		text_append(out, FIGURES_LIMIT_TEXT, ", slowed down %llu times",
			(unsigned long long)c->events_high);
	if (c->known & CGROUP_EVENTS && c->events_max > 0)
		text_append(out, FIGURES_LIMIT_TEXT, ", %llu times at its limit",
			(unsigned long long)c->events_max);
	if (c->oom_kills > 0)
		text_append(out, FIGURES_LIMIT_TEXT, ", %llu killed",
			(unsigned long long)c->oom_kills);
	if (c->known & CGROUP_PRESSURE)
		text_append(out, FIGURES_LIMIT_TEXT, ", pressure %.1f %%", c->psi_some_avg10);
}

void figures_limit_text(char out[FIGURES_LIMIT_TEXT], const struct figure_limit *limit)
{
	char used[UNITS_SIZE];

	out[0] = '\0';
	if (!limit->known) {
		text_append(out, FIGURES_LIMIT_TEXT, "not known");
		return;
	}
	units_kib(used, limit->usage_kib, SIZE_COLUMNS);
	if (limit->max_kib == UINT64_MAX)
		text_append(out, FIGURES_LIMIT_TEXT, "%s, no limit", used);
	else
		text_append(out, FIGURES_LIMIT_TEXT, "%s of %s (%.0f %%)", used,
			units_kib(UNITS_TEXT, limit->max_kib, SIZE_COLUMNS),
			limit->max_kib ? 100.0 * (double)limit->usage_kib / (double)limit->max_kib
				       : 100.0);
	if (strcmp(limit->kind, "cgroup") == 0)
		say_cgroup(out, &limit->cgroup);
}

const char *figures_trouble(const struct maps *maps)
{
	switch (maps != NULL ? maps->figures.error : 0) {
	case 0:
		return maps != NULL && maps->parts_ms != 0 && maps->count == 0
			       ? "it has no memory mapped"
			       : "";
	case EACCES:
	case EPERM:
		return "not permitted: its mappings are for its owner, and for root "
		       "with CAP_SYS_PTRACE";
	case ETIMEDOUT:
		return "[blocked] it holds the lock of its memory: its mappings cannot be read";
	case EBUSY:
		return "the machine is so busy that its mappings could not be read yet";
	case ESRCH:
	case ENOENT:
		return "it has ended";
	default:
		return "its mappings cannot be read";
	}
}

void figures_age_text(char out[FIGURES_LIMIT_TEXT], const struct store *store,
	const struct maps *maps, bool hint)
{
	uint64_t now_ms = store_now_ms(store);

	out[0] = '\0';
	if (maps == NULL || maps->parts_ms == 0)
		return;
	uint64_t age_s = now_ms > maps->parts_ms ? (now_ms - maps->parts_ms) / 1000 : 0;
	if (age_s == 0)
		text_append(out, FIGURES_LIMIT_TEXT, "read just now");
	else
		text_append(out, FIGURES_LIMIT_TEXT, "%llu s ago", (unsigned long long)age_s);
	if (hint)
		text_append(out, FIGURES_LIMIT_TEXT, "; R reads again");
	text_append(out, FIGURES_LIMIT_TEXT, "; last read took %.*f ms",
		maps->figures.cost_ms < 10 ? 1 : 0, maps->figures.cost_ms);
}
