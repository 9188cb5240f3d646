/* SPDX-License-Identifier: GPL-2.0-or-later */
/* profile_compare - see profile_compare.h */
#include "run/profile_compare.h"

#include "base/order.h"
#include "base/xalloc.h"
#include "run/profile_share.h"

#include <stdlib.h>
#include <string.h>

enum { WORSE_KIB = 1024 };

static const double WORSE_SHARE = 0.05;
static const double GROWTH_SPAN_S = 10;

static const struct profile_name *name_in(const struct profile *profile, const char *name)
{
	for (size_t i = 0; i < profile->nnames; i++)
		if (!profile->names[i].renamed && strcmp(profile->names[i].name, name) == 0)
			return &profile->names[i];
	return NULL;
}

static void set_growth(struct profile_side *side, const struct profile_name *name)
{
	double span_s = name->latest.at_s - name->early.at_s;

	side->growth_known = name->last_s - name->first_s >= GROWTH_SPAN_S && span_s > 0;
	if (side->growth_known)
		side->growth_kib_s = ((double)name->latest.kib - (double)name->early.kib) / span_s;
}

/* A program that is in one of the two alone has an empty side, which is no growth from 0. */
static struct profile_side side_of(const struct profile *profile, const char *name)
{
	const struct profile_name *found = name_in(profile, name);
	struct profile_side side = { 0 };

	if (found == NULL)
		return side;
	side.there = true;
	side.climbed = found->climbed;
	side.peak_kib = (double)found->peak_kib;
	side.peak_bound = side.average_bound = found->bound;
	if (profile->last_s > 0)
		side.average_kib = found->area_kib_s / profile->last_s;
	set_growth(&side, found);
	return side;
}

/* Growth of a run that is too short would be that of its start. */
static struct profile_side side_of_all(const struct profile *profile)
{
	struct trend_rate rate = { 0 };
	struct profile_side side = {
		.there = true,
		.climbed = profile->climbed,
		.peak_kib = (double)profile->peak_kib,
		.average_kib = profile_average_kib(profile),
		.peak_bound = profile->peak_bound,
		.average_bound = profile_average_at_most(profile),
	};

	side.growth_known = profile->last_s >= GROWTH_SPAN_S && profile_growth(profile, &rate);
	side.growth_kib_s = rate.kib_s;
	return side;
}

bool profile_pair_worse(const struct profile_pair *pair)
{
	return pair->b.peak_kib - pair->a.peak_kib >= WORSE_KIB &&
	       pair->b.peak_kib >= pair->a.peak_kib * (1 + WORSE_SHARE);
}

bool profile_pair_better(const struct profile_pair *pair)
{
	return profile_pair_worse(&(struct profile_pair){ .a = pair->b, .b = pair->a });
}

/* The program that became larger most stands first: that is what the two are compared for. */
static int pair_order(const void *a, const void *b)
{
	const struct profile_pair *x = a, *y = b;
	double more_x = x->b.peak_kib - x->a.peak_kib, more_y = y->b.peak_kib - y->a.peak_kib;

	if (more_x < more_y || more_x > more_y)
		return more_x < more_y ? 1 : -1;
	return strcmp(x->name, y->name);
}

static struct profile_pair make_pair(const struct profile *a, const struct profile *b,
	const struct profile_name *name)
{
	return (struct profile_pair){ name->name, name->comm, side_of(a, name->name),
		side_of(b, name->name) };
}

struct profile_pair *profile_pairs(const struct profile *a, const struct profile *b, size_t *count)
{
	struct profile_pair *pairs = xalloc_zero(a->nnames + b->nnames + 1, sizeof(*pairs));

	*count = 0;
	for (size_t i = 0; i < a->nnames; i++)
		if (!a->names[i].renamed)
			pairs[(*count)++] = make_pair(a, b, &a->names[i]);
	for (size_t i = 0; i < b->nnames; i++)
		if (!b->names[i].renamed && name_in(a, b->names[i].name) == NULL)
			pairs[(*count)++] = make_pair(a, b, &b->names[i]);
	order_sort(pairs, *count, sizeof(*pairs), pair_order);
	return pairs;
}

struct profile_pair profile_pair_all(const struct profile *a, const struct profile *b)
{
	return (struct profile_pair){ NULL, NULL, side_of_all(a), side_of_all(b) };
}
