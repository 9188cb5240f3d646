/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tally - see tally.h; who took what, tick by tick */
#include "run/tally.h"

#include "base/xalloc.h"
#include "run/tally_points.h"
#include "run/tally_share.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ENDING_LOOKS = 2, ENDING_S = 1 }; /* how long a program takes to end, in looks or seconds */

struct tally *tally_new(uint64_t start_ms, uint64_t wall_ms)
{
	struct tally *tally = xalloc_zero(1, sizeof(*tally));

	tally->start_ms = start_ms;
	tally->wall_ms = wall_ms;
	return tally;
}

void tally_free(struct tally *tally)
{
	if (!tally)
		return;
	free(tally->who);
	free(tally->slots);
	free(tally->names);
	free(tally->group);
	tally_free(tally->before);
	free(tally);
}

/* --- who ------------------------------------------------------------------------------------ */

static size_t slot_of(const struct tally *tally, struct ident id)
{
	size_t mask = tally->nslots - 1;
	size_t at = ((uint32_t)id.pid * 2654435761u ^ (uint32_t)id.start_ticks) & mask;

	while (tally->slots[at] && !ident_same(tally->who[tally->slots[at] - 1].id, id))
		at = (at + 1) & mask;
	return at;
}

static void grow_slots(struct tally *tally)
{
	free(tally->slots);
	tally->nslots = tally->nslots ? 2 * tally->nslots : 256;
	tally->slots = xalloc_zero(tally->nslots, sizeof(*tally->slots));
	for (size_t i = 0; i < tally->nwho; i++)
		tally->slots[slot_of(tally, tally->who[i].id)] = (uint32_t)i + 1;
}

static struct tally_name *name_of(struct tally *tally, const char *name, double now_s)
{
	for (size_t i = 0; i < tally->nnames; i++)
		if (strcmp(tally->names[i].name, name) == 0)
			return &tally->names[i];
	if (tally->nnames == tally->names_cap) {
		tally->names_cap = xalloc_capacity(tally->names_cap, tally->nnames + 1);
		tally->names = xalloc_grow(tally->names, tally->names_cap, sizeof(*tally->names));
	}
	struct tally_name *new = &tally->names[tally->nnames++];
	*new = (struct tally_name){ .first_s = now_s };
	snprintf(new->name, sizeof(new->name), "%s", name);
	return new;
}

/* The record of PROC, a new one at first sight; NULL when there are too many. */
static struct tally_who *who_of(struct tally *tally, const struct proc *proc, double now_s)
{
	if (2 * tally->nwho >= tally->nslots)
		grow_slots(tally);
	size_t at = slot_of(tally, proc->id);
	if (tally->slots[at])
		return &tally->who[tally->slots[at] - 1];
	if (tally->nwho == TALLY_WHO_MAX)
		return NULL;
	if (tally->nwho == tally->who_cap) {
		tally->who_cap = xalloc_capacity(tally->who_cap, tally->nwho + 1);
		tally->who = xalloc_grow(tally->who, tally->who_cap, sizeof(*tally->who));
	}
	struct tally_who *new = &tally->who[tally->nwho++];
	*new = (struct tally_who){ .id = proc->id, .first_s = now_s, .last_s = -1 };
	tally->slots[at] = (uint32_t)tally->nwho;
	return new;
}

const struct tally_who *tally_who_find(const struct tally *tally, struct ident id)
{
	if (tally->nslots == 0)
		return NULL;
	size_t at = slot_of(tally, id);
	return tally->slots[at] ? &tally->who[tally->slots[at] - 1] : NULL;
}

/* --- a tick --------------------------------------------------------------------------------- */

struct sums {
	uint64_t rss_kib, swap_kib;
	double majors, minors; /* a second */
	uint32_t count;
	int32_t who; /* who gained most */
	int64_t who_kib;
};

static uint64_t larger(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

static void take_proc(struct tally *tally, const struct store *store, const struct proc *proc,
	struct sums *sums)
{
	double now_s = tally->last_s;
	struct tally_who *who = who_of(tally, proc, now_s);
	bool first = who && who->last_s < 0;
	enum trend_state verdict = store_verdict(store, proc);

	if (!who)
		return;
	/* what a fork gave it is nothing new */
	int64_t gain_kib = (int64_t)proc->footprint_kib - (int64_t)who->kib -
			   (first ? proc->inherited_kib : 0);
	if (gain_kib > sums->who_kib) {
		sums->who_kib = gain_kib;
		sums->who = (int32_t)(who - tally->who);
	}
	snprintf(who->name, sizeof(who->name), "%s", proc->comm);
	who->last_s = now_s;
	who->kib = proc->footprint_kib;
	who->peak_kib = larger(who->peak_kib, proc->footprint_kib);
	who->peak_rss_kib = larger(who->peak_rss_kib, proc->rss_kib);
	if (proc->known & DETAIL_PEAK)
		who->peak_rss_kib = larger(who->peak_rss_kib, proc->peak_kib);
	who->verdict = verdict;
	who->climbed |= verdict == TREND_CLIMBING;
	tally->one_peak_rss_kib = larger(tally->one_peak_rss_kib, who->peak_rss_kib);
	struct tally_name *name = name_of(tally, proc->comm, now_s);
	tally_share_read(who, proc);
	name->kib += tally_share_part(who);
	name->raw_kib += proc->footprint_kib;
	name->members++;
	name->largest_kib = larger(name->largest_kib, proc->footprint_kib);
	name->rss_kib += proc->rss_kib;
	name->started += first;
	name->last_s = now_s;
	name->climbed |= verdict == TREND_CLIMBING;
}

static uint64_t smaller(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* Those that were there at BEFORE_S and are no more leave what they shared to the others. */
static void take_ends(struct tally *tally, double before_s, uint64_t now_ms)
{
	for (size_t i = 0; i < tally->nwho; i++) {
		struct tally_who *who = &tally->who[i];
		uint64_t left_kib = tally_share_left(who);
		if (left_kib == 0 || who->last_s < before_s || who->last_s >= tally->last_s)
			continue;
		tally->left_kib += left_kib;
		tally->left_ms = now_ms;
		name_of(tally, who->name, before_s)->left_kib += left_kib;
	}
}

/* All that are left were read since the last end: what it left is in their figures. */
static void forget_ends(struct tally *tally, const struct view *view)
{
	for (size_t i = 0; i < view->count && tally->left_kib; i++) {
		const struct proc *proc = view->rows[i].proc;
		const struct tally_who *who = tally_who_find(tally, proc->id);
		if (proc->footprint_kib > tally->raw_kib / 50 &&
			(!who || who->read_ms < tally->left_ms))
			return;
	}
	tally->left_kib = 0;
	for (size_t i = 0; i < tally->nnames; i++)
		tally->names[i].left_kib = 0;
}

static void add_sums(struct sums *sums, const struct proc *proc)
{
	sums->rss_kib += proc->rss_kib;
	sums->swap_kib += proc->known & DETAIL_SWAP ? proc->swap_kib : 0;
	if (proc->known & DETAIL_FAULTS) {
		sums->majors += (double)proc->major_faults_s;
		sums->minors += (double)proc->minor_faults_s;
	}
	sums->count++;
}

static void take_marks(struct tally_name *name, double now_s)
{
	double age_s = now_s - name->first_s;

	if (name->kib == 0)
		return;
	name->latest = (struct tally_mark){ now_s, name->kib };
	if (name->early.kib == 0)
		name->early = name->middle = name->latest;
	if (age_s >= 1 && age_s >= 2 * (name->middle.at_s - name->first_s)) {
		name->early = name->middle;
		name->middle = name->latest;
	}
}

/* The window of a name that is open takes the look. */
static void take_window(struct tally_name *name, double span_s)
{
	struct tally_name_window *open = &name->open;

	open->span_s += span_s;
	open->most_kib = larger(open->most_kib, name->kib);
	open->raw_kib = larger(open->raw_kib, name->raw_kib);
	open->largest_kib = larger(open->largest_kib, name->largest_kib);
}

/* Programs that ran at the tick before and do no more take nothing now. */
static void take_names(struct tally *tally, const struct tally_look *look, double span_s)
{
	for (size_t i = 0; i < tally->nnames; i++) {
		struct tally_name *name = &tally->names[i];
		name->kib = larger(smaller(name->kib + name->left_kib, name->raw_kib),
			name->largest_kib);
		if (look->known)
			take_marks(name, tally->last_s);
		if (tally->window.open)
			take_window(name, span_s);
		name->area_kib_s += (double)name->kib * span_s;
		if (name->kib > name->peak_kib)
			name->bound = !look->known;
		name->peak_kib = larger(name->peak_kib, name->kib);
		if (name->rss_kib > name->peak_rss_kib)
			name->rss_bound = name->members > 1;
		name->peak_rss_kib = larger(name->peak_rss_kib, name->rss_kib);
	}
}

static void take_kills(struct tally *tally, const struct store *store)
{
	const struct cgroup_figures *group = tally->group ? store_cgroup(store, tally->group)
							  : NULL;

	tally->oom_kills = store_oom_kills(store);
	if (!group)
		return;
	if (!tally->group_known)
		tally->group_kills_before = group->oom_kills;
	tally->group_known = true;
	tally->group_kills = group->oom_kills;
}

/* A program may change its group, or be started in one by something that is not in it. */
static void take_group(struct tally *tally, const struct view *view)
{
	const char *path = view->count ? view->rows[0].proc->cgroup : NULL;

	if (!path || (tally->group && strcmp(path, tally->group) == 0))
		return;
	if (tally->group_known && tally->group_kills > tally->group_kills_before)
		return;
	free(tally->group);
	tally->group = xalloc_text(path);
	tally->group_known = false;
}

static void take_peaks(struct tally *tally, const struct sums *sums, const struct tally_look *look)
{
	if (look->kib > tally->peak_kib) {
		tally->peak_kib = look->kib;
		tally->peak_s = tally->last_s;
		tally->peak_bound = !look->known;
	}
	if (sums->rss_kib > tally->peak_rss_kib) {
		tally->peak_rss_kib = sums->rss_kib;
		tally->peak_rss_s = tally->last_s;
		tally->peak_rss_bound = sums->count > 1;
	}
}

static void take_sums(struct tally *tally, const struct sums *sums, const struct tally_look *look,
	double before_s)
{
	double now_s = tally->last_s, span_s = now_s - before_s;

	tally->area_kib_s += (double)look->kib * span_s;
	tally->bound_kib_s += look->known ? 0 : (double)look->kib * span_s;
	tally->majors += sums->majors * span_s;
	tally->minors += sums->minors * span_s;
	take_peaks(tally, sums, look);
	tally->peak_swap_kib = larger(tally->peak_swap_kib, sums->swap_kib);
	tally->most = sums->count > tally->most ? sums->count : tally->most;
	struct tally_point point = {
		.from_s = before_s,
		.to_s = now_s,
		.rss_kib = sums->rss_kib,
		.kib = look->kib,
		.end_kib = look->kib,
		.raw_kib = look->raw_kib,
		.least_kib = look->largest_kib,
		.gain_kib = (int64_t)look->kib - (int64_t)tally->kib,
		.who = sums->who,
		.who_kib = sums->who_kib,
	};
	tally_points_add(tally, &point);
	tally->kib = look->kib;
	tally->raw_kib = look->raw_kib;
	tally->rss_kib = sums->rss_kib;
}

/* Not looked at yet, and zombies, take nothing. */
static bool counts(const struct proc *proc)
{
	return proc->measured && (proc->rss_kib > 0 || proc->footprint_kib > 0);
}

static bool anybody(const struct view *view)
{
	for (size_t i = 0; i < view->count; i++)
		if (counts(view->rows[i].proc))
			return true;
	return false;
}

/* --- the end -------------------------------------------------------------------------------- */

/* A copy of what the looks added up to.  Its texts, and where to find whom, stay the original's. */
static struct tally *copy(const struct tally *tally)
{
	struct tally *new = xalloc_zero(1, sizeof(*new));

	*new = *tally;
	new->slots = NULL;
	new->group = NULL;
	new->before = NULL;
	new->who = xalloc_zero(tally->nwho + 1, sizeof(*new->who));
	memcpy(new->who, tally->who, tally->nwho * sizeof(*new->who));
	new->names = xalloc_zero(tally->nnames + 1, sizeof(*new->names));
	memcpy(new->names, tally->names, tally->nnames * sizeof(*new->names));
	return new;
}

static uint64_t total_of(const struct view *view)
{
	uint64_t kib = 0;

	for (size_t i = 0; i < view->count; i++)
		if (counts(view->rows[i].proc))
			kib += view->rows[i].proc->footprint_kib;
	return kib;
}

/* Before a look at NOW_S that adds up to KIB: remembers what was before a fall. */
static void note_fall(struct tally *tally, uint64_t kib, double now_s)
{
	if (tally->ticks == 0 || kib >= tally->raw_kib) {
		tally->falling = 0;
		return;
	}
	if (tally->falling++ > 0)
		return;
	tally_free(tally->before);
	tally->before = copy(tally);
	tally->falls_s = now_s;
}

/* As before the fall, but for what the kernel counts and who came meanwhile. */
static void forget_fall(struct tally *tally)
{
	struct tally *before = tally->before, now = *tally;

	memcpy(now.who, before->who, before->nwho * sizeof(*now.who));
	memcpy(now.names, before->names, before->nnames * sizeof(*now.names));
	*tally = *before;
	tally->who = now.who;
	tally->nwho = now.nwho;
	tally->who_cap = now.who_cap;
	tally->slots = now.slots;
	tally->nslots = now.nslots;
	tally->names = now.names;
	tally->nnames = now.nnames;
	tally->names_cap = now.names_cap;
	tally->group = now.group;
	tally->group_known = now.group_known;
	tally->group_kills = now.group_kills;
	tally->group_kills_before = now.group_kills_before;
	tally->before = before;
	tally->falling = 0;
}

void tally_end(struct tally *tally, const struct store *store)
{
	if (tally->falling > 0 &&
		(tally->falling <= ENDING_LOOKS || tally->last_s - tally->falls_s <= ENDING_S))
		forget_fall(tally);
	take_kills(tally, store);
}

/* What is only a bound for the moment would be a jump up and down. */
static void take_trend(struct tally *tally, const struct tally_look *look)
{
	if (!look->known && tally->asks && !tally->window.given_up)
		return;
	if (tally->begun)
		trend_update(&tally->trend, tally->last_s, look->kib, UINT64_MAX);
	else
		trend_init(&tally->trend, tally->last_s, look->kib, 0, 0);
	tally->begun = true;
}

void tally_take(struct tally *tally, const struct store *store, const struct view *view)
{
	struct sums sums = { .who = TALLY_NOBODY };
	double before_s = tally->last_s;
	double now_s = ((double)store_now_ms(store) - (double)tally->start_ms) / 1000;

	if (now_s < 0 || (tally->ticks > 0 && now_s <= before_s))
		return;
	if (!anybody(view)) {
		if (tally->ticks > 0)
			tally_end(tally, store);
		return;
	}
	note_fall(tally, total_of(view), now_s);
	tally->last_s = now_s;
	for (size_t i = 0; i < tally->nnames; i++) {
		struct tally_name *name = &tally->names[i];
		name->kib = name->rss_kib = name->raw_kib = name->largest_kib = 0;
		name->members = 0;
	}
	for (size_t i = 0; i < view->count; i++) {
		const struct proc *proc = view->rows[i].proc;
		if (!counts(proc))
			continue;
		take_proc(tally, store, proc, &sums);
		add_sums(&sums, proc);
	}
	if (tally->ticks > 0)
		take_ends(tally, before_s, store_now_ms(store));
	forget_ends(tally, view);
	struct tally_look look = tally_share_look(tally, view);
	tally_share_open(tally, &look, before_s);
	take_sums(tally, &sums, &look, before_s);
	take_names(tally, &look, now_s - before_s);
	tally_share_settle(tally, &look);
	take_trend(tally, &look);
	take_group(tally, view);
	take_kills(tally, store);
	tally->climbed |= tally_verdict(tally) == TREND_CLIMBING;
	tally->ticks++;
}

/* --- what it says --------------------------------------------------------------------------- */

double tally_average_kib(const struct tally *tally)
{
	return tally->last_s > 0 ? tally->area_kib_s / tally->last_s : (double)tally->kib;
}

enum trend_state tally_verdict(const struct tally *tally)
{
	for (size_t i = 0; i < tally->nwho; i++)
		if (tally->who[i].verdict == TREND_CLIMBING &&
			tally->who[i].last_s >= tally->last_s)
			return TREND_CLIMBING;
	return tally->begun ? trend_state(&tally->trend) : TREND_NEW;
}

/* Whether A goes before B: the larger peak, then who came first. */
static bool goes_before(const struct tally_who *a, const struct tally_who *b)
{
	return a->peak_kib != b->peak_kib ? a->peak_kib > b->peak_kib : a->first_s < b->first_s;
}

size_t tally_largest(const struct tally *tally, size_t *out, size_t n)
{
	size_t count = 0;

	for (size_t i = 0; i < tally->nwho; i++) {
		size_t at = count;
		if (count == n && !goes_before(&tally->who[i], &tally->who[out[n - 1]]))
			continue;
		if (count < n)
			count++;
		else
			at--;
		for (; at > 0 && goes_before(&tally->who[i], &tally->who[out[at - 1]]); at--)
			out[at] = out[at - 1];
		out[at] = i;
	}
	return count;
}
