/* SPDX-License-Identifier: GPL-2.0-or-later */
/* profile_share - see profile_share.h */
#include "run/profile_share.h"

#include "base/amount.h"

enum {
	SMALL_KIB = 256,  /* a member below this and a fiftieth of all is not asked for */
	LITTLE_KIB = 512, /* so much and a fiftieth may be unread */
	SHARE = 50,
	OPEN_S = 10, /* how long to wait for what was asked for */
};

static const double BOUND_SHARE = .02; /* of the time and memory averaged over */

/* --- one process ---------------------------------------------------------------------------- */

void profile_share_read(struct profile_who *who, const struct proc *proc)
{
	const struct proc_rare *rare = proc->figures.known & DETAIL_PSS ? proc->rare : NULL;

	if (rare == NULL || rare->rollup_ms <= who->read_ms)
		return;
	who->read_ms = rare->rollup_ms;
	who->read_kib = proc->figures.footprint_kib;
	who->divided_kib = amount_smaller(proc->figures.footprint_kib,
		rare->figures.pss_kib + rare->figures.swap_pss_kib + proc->figures.huge_kib);
	who->alone_kib = amount_smaller(rare->figures.uss_kib, who->divided_kib);
}

uint64_t profile_share_part(const struct profile_who *who)
{
	if (who->read_ms == 0)
		return who->kib;
	if (who->kib >= who->read_kib)
		return who->divided_kib + who->kib - who->read_kib;
	/* what it gives up of what it shares is still there */
	return who->divided_kib - amount_smaller(who->read_kib - who->kib, who->alone_kib);
}

uint64_t profile_share_left(const struct profile_who *who)
{
	return who->read_ms ? who->divided_kib - who->alone_kib : 0;
}

/* --- all of them ---------------------------------------------------------------------------- */

/* The newest member that matters came at this time: what was read before does not know of it. */
static uint64_t newest_ms(const struct view *view, uint64_t least_kib)
{
	uint64_t ms = 0;

	for (size_t i = 0; i < view->count; i++)
		if (view->rows[i].proc->figures.footprint_kib >= least_kib)
			ms = amount_larger(ms, view->rows[i].proc->first_ms);
	return ms;
}

struct profile_look profile_share_look(const struct profile *profile, const struct view *view)
{
	struct profile_look look = { 0 };
	uint64_t unread_kib = 0;

	for (size_t i = 0; i < view->count; i++) {
		uint64_t kib = proc_is_measured(view->rows[i].proc)
				       ? view->rows[i].proc->figures.footprint_kib
				       : 0;
		look.raw_kib += kib;
		look.largest_kib = amount_larger(look.largest_kib, kib);
	}
	uint64_t little_kib = LITTLE_KIB + look.raw_kib / SHARE;
	uint64_t since_ms = amount_larger(newest_ms(view, SMALL_KIB + look.raw_kib / SHARE), 1);
	for (size_t i = 0; i < view->count; i++) {
		const struct profile_who *who = profile_who_find(profile, view->rows[i].proc->id);
		uint64_t kib = proc_is_measured(view->rows[i].proc)
				       ? view->rows[i].proc->figures.footprint_kib
				       : 0;
		look.kib += who != NULL ? profile_share_part(who) : kib;
		unread_kib += who != NULL && who->read_ms >= since_ms ? 0 : kib;
	}
	bool alone = look.raw_kib - look.largest_kib <= little_kib;
	look.known = alone || unread_kib <= little_kib;
	look.kib = alone ? look.raw_kib
			 : amount_smaller(look.kib + profile->left_kib, look.raw_kib);
	look.kib = amount_larger(look.kib, look.largest_kib);
	return look;
}

/* --- windows -------------------------------------------------------------------------------- */

/* Keeps from here on what may have to be taken back: until PSS is read, sums count shared pages in
 * every process, and are only an upper bound. */
static void open_window(struct profile *profile, double before_s)
{
	struct profile_window *window = &profile->window;

	window->open = true;
	window->from_s = before_s;
	window->peak_kib = profile->peak_kib;
	window->peak_s = profile->peak_s;
	window->peak_bound = profile->peak_bound;
	window->area_kib_s = profile->area_kib_s;
	window->bound_kib_s = profile->bound_kib_s;
	for (size_t i = 0; i < profile->nnames; i++) {
		struct profile_name *name = &profile->names[i];
		name->open = (struct profile_name_window){
			.peak_kib = name->peak_kib,
			.area_kib_s = name->area_kib_s,
			.bound = name->bound,
		};
	}
}

/* The names' highest of the window: no more than what they turned out to have. */
static void correct_names(struct profile *profile)
{
	for (size_t i = 0; i < profile->nnames; i++) {
		struct profile_name *name = &profile->names[i];
		struct profile_name_window *open = &name->open;
		uint64_t fell_kib = open->raw_kib - amount_smaller(open->raw_kib, name->raw_kib);
		uint64_t kib = amount_smaller(open->most_kib,
			amount_larger(name->kib + fell_kib, open->largest_kib));
		name->area_kib_s = open->area_kib_s + (double)name->kib * open->span_s;
		name->bound = kib <= open->peak_kib && open->bound;
		name->peak_kib = amount_larger(open->peak_kib, kib);
	}
}

void profile_share_open(struct profile *profile, const struct profile_look *look, double before_s)
{
	struct profile_window *window = &profile->window;
	double open_s = profile->last_s - window->from_s;

	if (window->open && open_s > OPEN_S && !look->known) {
		window->open = false;
		window->given_up = true;
	}
	if (!window->open && !look->known)
		open_window(profile, before_s);
}

/* A stretch of the window can have had no more than there is now and what was given back since, or
 * what its largest process had. */
static void correct_point(struct profile *profile, struct profile_point *point,
	const struct profile_look *look)
{
	uint64_t fell_kib = point->raw_kib - amount_smaller(point->raw_kib, look->raw_kib);
	uint64_t most_kib = amount_larger(look->kib + fell_kib, point->least_kib);
	double from_s = point->from_s > profile->window.from_s ? point->from_s
							       : profile->window.from_s;

	point->kib = amount_smaller(point->kib, most_kib);
	point->end_kib = amount_smaller(point->end_kib, point->kib);
	profile->area_kib_s += (double)point->end_kib * (point->to_s - from_s);
	if (point->kib <= profile->peak_kib)
		return;
	profile->peak_kib = point->kib;
	profile->peak_s = point->to_s;
	profile->peak_bound = false;
}

void profile_share_settle(struct profile *profile, const struct profile_look *look)
{
	struct profile_window *window = &profile->window;
	size_t first = profile->npoints;

	if (look->known)
		window->given_up = false;
	if (!window->open || !look->known)
		return;
	while (first > 0 && profile->points[first - 1].to_s > window->from_s)
		first--;
	profile->peak_kib = window->peak_kib;
	profile->peak_s = window->peak_s;
	profile->peak_bound = window->peak_bound;
	profile->area_kib_s = window->area_kib_s;
	profile->bound_kib_s = window->bound_kib_s;
	for (size_t i = first; i < profile->npoints; i++) {
		struct profile_point *point = &profile->points[i];
		uint64_t before_kib = i > 0 ? profile->points[i - 1].end_kib : 0;
		correct_point(profile, point, look);
		point->gain_kib = (int64_t)point->end_kib - (int64_t)before_kib;
	}
	correct_names(profile);
	window->open = false;
}

/* --- what it says --------------------------------------------------------------------------- */

bool profile_average_at_most(const struct profile *profile)
{
	return profile->bound_kib_s > BOUND_SHARE * profile->area_kib_s;
}

size_t profile_unread(const struct profile *profile, const struct view *view, struct ident *ids,
	size_t n)
{
	struct profile_look look = profile_share_look(profile, view);
	uint64_t least_kib = SMALL_KIB / 4 + look.raw_kib / SHARE / 4;
	size_t count = 0;

	if (look.raw_kib - look.largest_kib <= LITTLE_KIB + look.raw_kib / SHARE)
		return 0;
	for (size_t i = 0; i < view->count; i++) {
		const struct proc *proc = view->rows[i].proc;
		if (proc->kernel_thread || proc->figures.state == 'Z' ||
			proc->figures.footprint_kib < least_kib)
			continue;
		if (count == n)
			return 0;
		ids[count++] = proc->id;
	}
	return count;
}
