/* SPDX-License-Identifier: GPL-2.0-or-later */
/* profile_who - see profile_who.h; the records of a profile are made and freed here */
#include "run/profile_who.h"

#include "base/xalloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint32_t hash_of_ident(struct ident id)
{
	return hash_number((uint64_t)(uint32_t)id.pid << 32 ^ (uint64_t)id.start_ticks);
}

static uint32_t hash_of(const void *owner, uint32_t place)
{
	return hash_of_ident(((const struct profile *)owner)->who[place].id);
}

struct profile *profile_new(uint64_t start_ms, uint64_t wall_ms)
{
	struct profile *profile = xalloc_zero(1, sizeof(*profile));

	profile->hash.of = hash_of;
	profile->start_ms = start_ms;
	profile->wall_ms = wall_ms;
	return profile;
}

void profile_free(struct profile *profile)
{
	if (profile == NULL)
		return;
	free(profile->who);
	hash_done(&profile->hash);
	free(profile->names);
	free(profile->group);
	profile_free(profile->before);
	free(profile);
}

static struct profile_who *find_who(const struct profile *profile, struct ident id)
{
	struct hash_walk walk = hash_walk(&profile->hash, hash_of_ident(id));
	uint32_t place;

	while (hash_next(&walk, &place))
		if (ident_same(profile->who[place].id, id))
			return &profile->who[place];
	return NULL;
}

static struct profile_name *find_name(const struct profile *profile, const char *name)
{
	for (size_t i = 0; i < profile->nnames; i++)
		if (strcmp(profile->names[i].name, name) == 0)
			return &profile->names[i];
	return NULL;
}

struct profile_name *profile_name_of(struct profile *profile, const char *name, double now_s)
{
	struct profile_name *known = find_name(profile, name);

	if (known != NULL)
		return known;
	struct profile_name *new = XALLOC_NEXT(profile->names, profile->nnames, profile->names_cap);
	*new = (struct profile_name){ .first_s = now_s };
	snprintf(new->name, sizeof(new->name), "%s", name);
	return new;
}

/* The name that people call a process by is known once its command line has been read, which is
 * after its first look: until then a script goes by its interpreter.  What was counted under that
 * name goes with it, unless others had the new name before; then the old one is not told of at
 * all. */
void profile_follow_name(struct profile *profile, struct profile_who *who, const struct proc *proc)
{
	struct profile_name *old = find_name(profile, who->name);

	if (old == NULL || strcmp(who->name, proc->name) == 0 || strcmp(who->comm, proc->comm) != 0)
		return;
	if (old->started == 1 && find_name(profile, proc->name) == NULL)
		snprintf(old->name, sizeof(old->name), "%s", proc->name);
	else if (old->started == 1)
		old->renamed = true;
}

/* NULL: more processes than are kept. */
struct profile_who *profile_who_of(struct profile *profile, const struct proc *proc, double now_s)
{
	struct profile_who *known = find_who(profile, proc->id);

	if (known != NULL)
		return known;
	if (profile->nwho == PROFILE_WHO_MAX)
		return NULL;
	struct profile_who *new = XALLOC_NEXT(profile->who, profile->nwho, profile->who_cap);
	*new = (struct profile_who){ .id = proc->id, .first_s = now_s, .last_s = -1 };
	hash_add(&profile->hash, profile, (uint32_t)(new - profile->who));
	return new;
}

const struct profile_who *profile_who_find(const struct profile *profile, struct ident id)
{
	return find_who(profile, id);
}
