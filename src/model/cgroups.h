/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cgroups - the memory limits that are known, by path; and the room below the one that binds */
#pragma once

#include "base/hash.h"
#include "frame/frame.h"
#include "model/store.h"

struct cgroup_entry {
	char *path;
	uint32_t up;                   /* place + 1 of the nearest known above it; 0: none */
	bool beside;                   /* and there is none between them that is not known */
	struct cgroup_figures figures; /* their path is the one above */
};

struct cgroups {
	struct cgroup_entry *all; /* no holes, no order */
	size_t count;
	size_t cap;
	struct hash hash; /* by path */
	bool unlinked;    /* some came or went: `up` is not to be trusted */
	size_t linked;    /* ... but of the first so many, where there is none BESIDE */
	char *own;        /* the lowest known that the sampler lives in; NULL: not known */
};

/* No cgroup; what is held is freed with the last, or the paths forgotten for new ones. */
void cgroups_init(struct cgroups *cgroups);
void cgroups_done(struct cgroups *cgroups); /* NULL is fine */
void cgroups_clear(struct cgroups *cgroups);

/* Adds or renews one.  Past CGROUPS_MAX new paths are dropped: a stream may lie. */
enum { CGROUPS_MAX = 8192 };
void cgroups_put(struct cgroups *cgroups, const struct cgroup_figures *figures);

/* The usage alone, or what a look at memory.stat told of one that is known. */
void cgroups_use(struct cgroups *cgroups, const char *path, uint64_t usage_kib);
void cgroups_part(struct cgroups *cgroups, const char *path, const struct cgroup_parts *parts);

/* The cgroup PATH is no more. */
void cgroups_forget(struct cgroups *cgroups, const char *path);

/* Finds who is above whom, if that is not known: walking up by hand costs more than a look at all
 * of the machine's processes, where limits are asked for of thousands. */
void cgroups_link(struct cgroups *cgroups);

/* The place + 1 of the nearest known at or above PATH; 0: none.  Good until one comes or goes. */
uint32_t cgroups_place(const struct cgroups *cgroups, const char *path);

/* A path and all above it, the root first: lengths and hashes, found in one pass, since a path that
 * a stream made up may have thousands.  Of more than there is room for the lowest are left out, but
 * for the path itself. */
enum { CGROUPS_LEVELS = 128 };
struct cgroup_levels {
	size_t count;
	uint16_t len[CGROUPS_LEVELS];
	uint32_t hash[CGROUPS_LEVELS]; /* hash_text of so many bytes */
};

/* Reads the first LEN bytes of PATH, at most UINT16_MAX. */
void cgroups_levels(struct cgroup_levels *levels, const char *path, size_t len);

/* Looks up the path's first LEN bytes; NULL: not known.  Lives until the next put or clear. */
const struct cgroup_figures *cgroups_find(const struct cgroups *cgroups, const char *path,
	size_t len);

/* The least room below max and high of PATH and its ancestors; kind LIMIT_NONE when nothing binds.
 * What can be reclaimed and what may still be swapped (SWAP_FREE_KIB, the machine's) counts as
 * room; not what is protected in the cgroup below, if that is known. */
struct limit cgroups_limit(const struct cgroups *cgroups, const char *path, uint64_t swap_free_kib);

/* The same from PLACE (cgroups_place) of a path that is known itself, after cgroups_link. */
struct limit cgroups_limit_at(const struct cgroups *cgroups, uint32_t place,
	uint64_t swap_free_kib);

/* The machine's memory as programs beside the sampler may use it: SYSTEM, or where a cgroup that
 * OWN is in or below has a limit lower than the machine's total, with the figures of the one
 * that leaves the least room in their places: total (its limit), available, free, cache (what
 * can be reclaimed), anonymous and shared memory, swap, pressure.  *GROUP is that cgroup, NULL
 * when it is the machine. OWN may be NULL. */
void cgroups_seen(struct system_figures *seen, const struct cgroup_figures **group,
	const struct cgroups *cgroups, const char *own, const struct system_figures *system);

/* The rest of SEEN where GROUP stands for the machine: what its PARTS (NULL: not known) have, and
 * no other figure of the machine. */
void cgroups_see_parts(struct system_figures *seen, const struct cgroup_figures *group,
	const struct cgroup_parts *parts);
