/* SPDX-License-Identifier: GPL-2.0-or-later */
/* profile - see profile.h; who took what, tick by tick */
#include "run/profile.h"

#include "base/amount.h"
#include "base/xalloc.h"
#include "run/profile_fall.h"
#include "run/profile_points.h"
#include "run/profile_share.h"
#include "run/profile_who.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- a tick --------------------------------------------------------------------------------- */

struct sums {
	uint64_t rss_kib, swap_kib;
	double majors, minors; /* a second */
	uint32_t count;
	int32_t who; /* who gained most */
	int64_t who_kib;
};

static void take_proc(struct profile *profile, const struct store *store, const struct proc *proc,
	struct sums *sums)
{
	double now_s = profile->last_s;
	struct profile_who *who = profile_who_of(profile, proc, now_s);
	bool first = who != NULL && who->last_s < 0;
	enum trend_state verdict = store_verdict(store, proc);

	if (who == NULL)
		return;
	/* what a fork gave it is nothing new */
	int64_t gain_kib = (int64_t)proc->figures.footprint_kib - (int64_t)who->kib -
			   (first ? proc->inherited_kib : 0);
	if (gain_kib > sums->who_kib) {
		sums->who_kib = gain_kib;
		sums->who = (int32_t)(who - profile->who);
	}
	if (!first)
		profile_follow_name(profile, who, proc);
	snprintf(who->comm, sizeof(who->comm), "%s", proc->comm);
	snprintf(who->name, sizeof(who->name), "%s", proc->name);
	who->last_s = now_s;
	who->kib = proc->figures.footprint_kib;
	who->peak_kib = amount_larger(who->peak_kib, proc->figures.footprint_kib);
	who->peak_rss_kib = amount_larger(who->peak_rss_kib, proc->figures.rss_kib);
	if (proc->figures.known & DETAIL_PEAK)
		who->peak_rss_kib = amount_larger(who->peak_rss_kib, proc->figures.peak_kib);
	who->verdict = verdict;
	who->climbed |= verdict == TREND_CLIMBING;
	profile->one_peak_rss_kib = amount_larger(profile->one_peak_rss_kib, who->peak_rss_kib);
	struct profile_name *name = profile_name_of(profile, proc->name, now_s);
	if (name->comm[0] == '\0')
		snprintf(name->comm, sizeof(name->comm), "%s", proc->comm);
	profile_share_read(who, proc);
	name->kib += profile_share_part(who);
	name->raw_kib += proc->figures.footprint_kib;
	name->members++;
	name->largest_kib = amount_larger(name->largest_kib, proc->figures.footprint_kib);
	name->rss_kib += proc->figures.rss_kib;
	name->started += first;
	name->last_s = now_s;
	name->climbed |= verdict == TREND_CLIMBING;
}

/* Processes that were there at BEFORE_S and are no more leave what they shared to the others. */
static void take_ends(struct profile *profile, double before_s, uint64_t now_ms)
{
	for (size_t i = 0; i < profile->nwho; i++) {
		struct profile_who *who = &profile->who[i];
		uint64_t left_kib = profile_share_left(who);
		if (left_kib == 0 || who->last_s < before_s || who->last_s >= profile->last_s)
			continue;
		profile->left_kib += left_kib;
		profile->left_ms = now_ms;
		profile_name_of(profile, who->name, before_s)->left_kib += left_kib;
	}
}

/* All that are left were read since the last end: what it left is in their figures. */
static void forget_ends(struct profile *profile, const struct view *view)
{
	for (size_t i = 0; i < view->count && profile->left_kib; i++) {
		const struct proc *proc = view->rows[i].proc;
		const struct profile_who *who = profile_who_find(profile, proc->id);
		if (proc->figures.footprint_kib > profile->raw_kib / 50 &&
			(who == NULL || who->read_ms < profile->left_ms))
			return;
	}
	profile->left_kib = 0;
	for (size_t i = 0; i < profile->nnames; i++)
		profile->names[i].left_kib = 0;
}

/* Swap and faults are of those that were read of: the others are taken to have none, as most
 * have. */
static void add_sums(struct sums *sums, const struct proc *proc)
{
	sums->rss_kib += proc->figures.rss_kib;
	sums->swap_kib += proc->figures.known & DETAIL_SWAP ? proc->figures.swap_kib : 0;
	if (proc->figures.known & DETAIL_FAULTS) {
		sums->majors += (double)proc->figures.major_faults_s;
		sums->minors += (double)proc->figures.minor_faults_s;
	}
	sums->count++;
}

/* Three marks of its course, early, middle and latest: middle becomes early whenever its time has
 * doubled, so that the three stay apart without a history. */
static void take_marks(struct profile_name *name, double now_s)
{
	double age_s = now_s - name->first_s;

	if (name->kib == 0)
		return;
	name->latest = (struct profile_mark){ now_s, name->kib };
	if (name->early.kib == 0)
		name->early = name->middle = name->latest;
	if (age_s >= 1 && age_s >= 2 * (name->middle.at_s - name->first_s)) {
		name->early = name->middle;
		name->middle = name->latest;
	}
}

/* The window of a name that is open takes the look. */
static void take_window(struct profile_name *name, double span_s)
{
	struct profile_name_window *open = &name->open;

	open->span_s += span_s;
	open->most_kib = amount_larger(open->most_kib, name->kib);
	open->raw_kib = amount_larger(open->raw_kib, name->raw_kib);
	open->largest_kib = amount_larger(open->largest_kib, name->largest_kib);
}

/* Programs that ran at the tick before and do no more take nothing now. */
static void take_names(struct profile *profile, const struct profile_look *look, double span_s)
{
	for (size_t i = 0; i < profile->nnames; i++) {
		struct profile_name *name = &profile->names[i];
		name->kib = amount_larger(amount_smaller(name->kib + name->left_kib, name->raw_kib),
			name->largest_kib);
		if (look->known)
			take_marks(name, profile->last_s);
		if (profile->window.open)
			take_window(name, span_s);
		name->area_kib_s += (double)name->kib * span_s;
		if (name->kib > name->peak_kib)
			name->bound = !look->known;
		name->peak_kib = amount_larger(name->peak_kib, name->kib);
		if (name->rss_kib > name->peak_rss_kib)
			name->rss_bound = name->members > 1;
		name->peak_rss_kib = amount_larger(name->peak_rss_kib, name->rss_kib);
	}
}

/* The counter of its cgroup may be above 0 before it began. */
static void take_kills(struct profile *profile, const struct store *store)
{
	const struct cgroup_figures *group = profile->group != NULL
						     ? store_cgroup(store, profile->group)
						     : NULL;

	profile->oom_kills = store_oom_kills(store);
	if (group == NULL)
		return;
	if (!profile->group_known)
		profile->group_kills_before = group->oom_kills;
	profile->group_known = true;
	profile->group_kills = group->oom_kills;
}

/* A program may change its group, or be started in one by something that is not in it. */
static void take_group(struct profile *profile, const struct view *view)
{
	const char *path = view->count ? view->rows[0].proc->cgroup : NULL;

	if (path == NULL || (profile->group != NULL && strcmp(path, profile->group) == 0))
		return;
	if (profile->group_known && profile->group_kills > profile->group_kills_before)
		return;
	free(profile->group);
	profile->group = xalloc_text(path);
	profile->group_known = false;
}

/* Takes the limit that the largest of them would meet first; that of the machine is no limit of
 * theirs. */
static void take_limit(struct profile *profile, const struct store *store, const struct view *view)
{
	const struct proc *largest = NULL;

	for (size_t i = 0; i < view->count; i++) {
		const struct proc *proc = view->rows[i].proc;
		if (largest == NULL || proc->figures.footprint_kib > largest->figures.footprint_kib)
			largest = proc;
	}
	if (largest == NULL)
		return;
	struct limit limit = store_limit(store, largest);
	if (limit.kind == LIMIT_NONE || limit.kind == LIMIT_MACHINE)
		return;
	profile->limit = limit;
	profile->limit.cgroup = NULL; /* the store's */
}

/* A peak of several processes counts shared pages in each, and is an upper bound unless PSS was
 * known then. */
static void take_peaks(struct profile *profile, const struct sums *sums,
	const struct profile_look *look)
{
	if (look->kib > profile->peak_kib) {
		profile->peak_kib = look->kib;
		profile->peak_s = profile->last_s;
		profile->peak_bound = !look->known;
	}
	if (sums->rss_kib > profile->peak_rss_kib) {
		profile->peak_rss_kib = sums->rss_kib;
		profile->peak_rss_s = profile->last_s;
		profile->peak_rss_bound = sums->count > 1;
	}
}

/* A look counts for the time since the one before. */
static void take_sums(struct profile *profile, const struct sums *sums,
	const struct profile_look *look, double before_s)
{
	double now_s = profile->last_s, span_s = now_s - before_s;

	profile->area_kib_s += (double)look->kib * span_s;
	profile->bound_kib_s += look->known ? 0 : (double)look->kib * span_s;
	profile->majors += sums->majors * span_s;
	profile->minors += sums->minors * span_s;
	take_peaks(profile, sums, look);
	profile->peak_swap_kib = amount_larger(profile->peak_swap_kib, sums->swap_kib);
	profile->most = sums->count > profile->most ? sums->count : profile->most;
	struct profile_point point = {
		.from_s = before_s,
		.to_s = now_s,
		.rss_kib = sums->rss_kib,
		.kib = look->kib,
		.end_kib = look->kib,
		.raw_kib = look->raw_kib,
		.least_kib = look->largest_kib,
		.gain_kib = (int64_t)look->kib - (int64_t)profile->kib,
		.who = sums->who,
		.who_kib = sums->who_kib,
	};
	profile_points_add(profile, &point);
	profile->kib = look->kib;
	profile->raw_kib = look->raw_kib;
	profile->rss_kib = sums->rss_kib;
}

/* Not looked at yet, and zombies, take nothing. */
static bool counts(const struct proc *proc)
{
	return proc_is_measured(proc) &&
	       (proc->figures.rss_kib > 0 || proc->figures.footprint_kib > 0);
}

static bool anybody(const struct view *view)
{
	for (size_t i = 0; i < view->count; i++)
		if (counts(view->rows[i].proc))
			return true;
	return false;
}

/* --- the end -------------------------------------------------------------------------------- */

static uint64_t total_of(const struct view *view)
{
	uint64_t kib = 0;

	for (size_t i = 0; i < view->count; i++)
		if (counts(view->rows[i].proc))
			kib += view->rows[i].proc->figures.footprint_kib;
	return kib;
}

void profile_end(struct profile *profile, const struct store *store)
{
	profile_fall_end(profile);
	take_kills(profile, store);
}

/* A sum that is only a bound for the moment would be a jump up and down. */
static void take_trend(struct profile *profile, const struct profile_look *look)
{
	if (!look->known && profile->asks && !profile->window.given_up)
		return;
	if (profile->begun)
		trend_update(&profile->trend, profile->last_s, look->kib, UINT64_MAX);
	else
		trend_init(&profile->trend, profile->last_s, look->kib, 0, 0);
	profile->begun = true;
}

void profile_take(struct profile *profile, const struct store *store, const struct view *view)
{
	struct sums sums = { .who = PROFILE_NOBODY };
	double before_s = profile->last_s;
	double now_s = ((double)store_now_ms(store) - (double)profile->start_ms) / 1000;

	if (now_s < 0 || (profile->ticks > 0 && now_s <= before_s))
		return;
	if (!anybody(view)) {
		if (profile->ticks > 0)
			profile_end(profile, store);
		return;
	}
	profile_fall_note(profile, total_of(view), now_s);
	profile->last_s = now_s;
	for (size_t i = 0; i < profile->nnames; i++) {
		struct profile_name *name = &profile->names[i];
		name->kib = name->rss_kib = name->raw_kib = name->largest_kib = 0;
		name->members = 0;
	}
	for (size_t i = 0; i < view->count; i++) {
		const struct proc *proc = view->rows[i].proc;
		if (!counts(proc))
			continue;
		take_proc(profile, store, proc, &sums);
		add_sums(&sums, proc);
	}
	if (profile->ticks > 0)
		take_ends(profile, before_s, store_now_ms(store));
	forget_ends(profile, view);
	struct profile_look look = profile_share_look(profile, view);
	profile_share_open(profile, &look, before_s);
	take_sums(profile, &sums, &look, before_s);
	take_names(profile, &look, now_s - before_s);
	profile_share_settle(profile, &look);
	take_trend(profile, &look);
	take_group(profile, view);
	take_limit(profile, store, view);
	take_kills(profile, store);
	profile->climbed |= profile_verdict(profile) == TREND_CLIMBING;
	profile->ticks++;
}

/* --- what it says --------------------------------------------------------------------------- */

double profile_average_kib(const struct profile *profile)
{
	return profile->last_s > 0 ? profile->area_kib_s / profile->last_s : (double)profile->kib;
}

enum trend_state profile_verdict(const struct profile *profile)
{
	for (size_t i = 0; i < profile->nwho; i++)
		if (profile->who[i].verdict == TREND_CLIMBING &&
			profile->who[i].last_s >= profile->last_s)
			return TREND_CLIMBING;
	return profile->begun ? trend_state(&profile->trend) : TREND_NEW;
}

enum trend_state profile_final_verdict(const struct profile *profile)
{
	return profile_points_ramp(profile) ? TREND_CLIMBING : profile_verdict(profile);
}

/* Whether A goes before B: the larger peak, then who came first. */
static bool goes_before(const struct profile_who *a, const struct profile_who *b)
{
	return a->peak_kib != b->peak_kib ? a->peak_kib > b->peak_kib : a->first_s < b->first_s;
}

size_t profile_largest(const struct profile *profile, size_t *out, size_t n)
{
	size_t count = 0;

	for (size_t i = 0; i < profile->nwho; i++) {
		size_t at = count;
		if (count == n && !goes_before(&profile->who[i], &profile->who[out[n - 1]]))
			continue;
		if (count < n)
			count++;
		else
			at--;
		for (; at > 0 && goes_before(&profile->who[i], &profile->who[out[at - 1]]); at--)
			out[at] = out[at - 1];
		out[at] = i;
	}
	return count;
}
