/* SPDX-License-Identifier: GPL-2.0-or-later */
/* profile_fall - see profile_fall.h */
#include "run/profile_fall.h"

#include "base/xalloc.h"

#include <string.h>

enum { ENDING_LOOKS = 2, ENDING_S = 1 }; /* how long a program takes to end, in looks or seconds */

/* A copy of what the looks added up to.  Its texts, and where to find whom, stay the original's. */
static struct profile *copy(const struct profile *profile)
{
	struct profile *new = xalloc_zero(1, sizeof(*new));

	*new = *profile;
	new->hash = (struct hash){ 0 };
	new->group = NULL;
	new->before = NULL;
	new->who = xalloc_zero(profile->nwho + 1, sizeof(*new->who));
	memcpy(new->who, profile->who, profile->nwho * sizeof(*new->who));
	new->names = xalloc_zero(profile->nnames + 1, sizeof(*new->names));
	memcpy(new->names, profile->names, profile->nnames * sizeof(*new->names));
	return new;
}

void profile_fall_note(struct profile *profile, uint64_t kib, double now_s)
{
	if (profile->ticks == 0 || kib >= profile->raw_kib) {
		profile->falling = 0;
		return;
	}
	if (profile->falling++ > 0)
		return;
	profile_free(profile->before);
	profile->before = copy(profile);
	profile->falls_s = now_s;
}

/* As before the fall, but for what the kernel counts and who came meanwhile. */
static void forget_fall(struct profile *profile)
{
	struct profile *before = profile->before, now = *profile;

	memcpy(now.who, before->who, before->nwho * sizeof(*now.who));
	memcpy(now.names, before->names, before->nnames * sizeof(*now.names));
	*profile = *before;
	profile->who = now.who;
	profile->nwho = now.nwho;
	profile->who_cap = now.who_cap;
	profile->hash = now.hash;
	profile->names = now.names;
	profile->nnames = now.nnames;
	profile->names_cap = now.names_cap;
	profile->group = now.group;
	profile->group_known = now.group_known;
	profile->group_kills = now.group_kills;
	profile->group_kills_before = now.group_kills_before;
	profile->before = before;
	profile->falling = 0;
}

void profile_fall_end(struct profile *profile)
{
	if (profile->falling > 0 && (profile->falling <= ENDING_LOOKS ||
					    profile->last_s - profile->falls_s <= ENDING_S))
		forget_fall(profile);
}
