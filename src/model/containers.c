/* SPDX-License-Identifier: GPL-2.0-or-later */
/* containers - the table of rows; what they hold is put there by store_containers.c */
#include "model/containers.h"

#include "base/units.h"
#include "base/unfilled.h"
#include "base/xalloc.h"
#include "model/cgroups.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Anonymous memory below this is left to a cgroup for a while after its last process. */
enum { HIDDEN_LEAST_KIB = 1024 };

static uint32_t path_hash(const void *owner, uint32_t place)
{
	return (uint32_t)((const struct containers *)owner)->all[place].key;
}

void containers_init(struct containers *containers)
{
	*containers = (struct containers){ .hash = { .of = path_hash } };
}

/* All that it owns; the container itself stands in an array, where another takes its place. */
static void container_done(struct container *container)
{
	free(container->path);
	free(container->name);
	free(container->short_name);
	free(container->id);
	for (size_t i = 0; i < container->nmounts; i++)
		free(container->mounts[i].path);
	free(container->mounts);
	free(container->trend);
	series_free(container->series);
}

void containers_done(struct containers *containers)
{
	if (containers == NULL)
		return;
	for (size_t i = 0; i < containers->count; i++)
		container_done(&containers->all[i]);
	free(containers->all);
	free(containers->places);
	hash_done(&containers->hash);
	containers_init(containers);
}

/* As in cgroups.c, over containers: both know the same paths, but a container outlives its
 * cgroup. */
static struct container *find_hashed(const struct containers *containers, const char *path,
	size_t len, uint32_t hash)
{
	struct hash_walk walk = hash_walk(&containers->hash, hash);
	uint32_t place;

	while (hash_next(&walk, &place)) {
		const char *other = containers->all[place].path;
		if (strncmp(other, path, len) == 0 && other[len] == '\0')
			return &containers->all[place];
	}
	return NULL;
}

struct container *containers_find(const struct containers *containers, const char *path, size_t len)
{
	return find_hashed(containers, path, len, hash_text(path, len, 0));
}

struct container *containers_add(struct containers *containers, const char *path, uint64_t now_ms)
{
	struct cgpath read;

	if (containers->count == CONTAINERS_MAX)
		return NULL;
	struct container *container = XALLOC_NEXT(containers->all, containers->count,
		containers->cap);
	size_t len = strlen(path);
	cgpath_read(&read, path);
	*container = (struct container){
		.path = xalloc_text(path),
		.key = hash_key(path, len, 0),
		.short_name = xalloc_text(read.name),
		.id = read.id[0] ? xalloc_text(read.id) : NULL,
		.kind = read.kind,
		.row = cgpath_is_row(&read, path),
		.first_ms = now_ms,
		.kill.limit_kib = UINT64_MAX,
	};
	hash_add(&containers->hash, containers, (uint32_t)(container - containers->all));
	containers->recount = containers->unlinked = true;
	return container;
}

void containers_link(struct containers *containers, struct container *container)
{
	const struct container *up = containers_above(containers, container);
	size_t above = cgpath_above(container->path, strlen(container->path));

	container->up = up != NULL ? (uint32_t)(up - containers->all) + 1 : 0;
	container->beside = up != NULL && strlen(up->path) == above;
	/* the scope of a machine does not tell whose it is; what is in it does */
	if (container->beside && up->kind == CGPATH_MACHINE && container->kind == CGPATH_NSPAWN)
		containers->all[container->up - 1].kind = CGPATH_NSPAWN;
}

/* Ticks name containers by number, so that a path crosses the line once; the place of a number is
 * one more than that of the container, 0 for none. */
void containers_number(struct containers *containers, struct container *container, uint32_t number)
{
	size_t before = containers->nplaces;

	if (container->number != 0 &&
		containers_numbered(containers, container->number) == container)
		containers->places[container->number] = 0;
	container->number = number;
	if (number == 0)
		return;
	if (number >= before) {
		containers->places = xalloc_room(containers->places, &containers->nplaces,
			number + 1, sizeof(*containers->places));
		memset(containers->places + before, 0,
			(containers->nplaces - before) * sizeof(*containers->places));
	}
	containers->places[number] = (uint32_t)(container - containers->all) + 1;
}

struct container *containers_numbered(const struct containers *containers, uint32_t number)
{
	uint32_t place = number < containers->nplaces ? containers->places[number] : 0;

	return place > 0 ? &containers->all[place - 1] : NULL;
}

void containers_remove(struct containers *containers, struct container *container)
{
	struct container *last = &containers->all[containers->count - 1];
	uint32_t number = last->number;

	containers_number(containers, container, 0);
	hash_remove(&containers->hash, containers, (uint32_t)(container - containers->all),
		(uint32_t)(last - containers->all));
	container_done(container);
	if (container != last) {
		*container = *last;
		/* one whose number was given to another has lost it */
		if (number != 0 && containers_numbered(containers, number) == last)
			containers_number(containers, container, number);
	}
	containers->count--;
	containers_unlink(containers);
}

/* One that is gone stays for the kills it had; a plain cgroup is one only as long as somebody
 * lives in it, since machines have hundreds that are mere directories. */
bool containers_is_row(const struct container *container)
{
	if (container->gone_ms != 0)
		return container->row && container->kill.count > 0;
	if (container->kind == CGPATH_PLAIN)
		return container->members > 0;
	return container->row;
}

bool containers_is_hidden(const struct container *container)
{
	return container->processes == 0 && container->gone_ms == 0 &&
	       container->known & CONTAINER_HAS_PARTS &&
	       container->parts.anon_kib >= HIDDEN_LEAST_KIB;
}

const char *containers_kill_words(char out[CONTAINER_WORDS_MAX], const struct container *container,
	uint64_t now_ms)
{
	const struct container_kill *kill = &container->kill;
	char ago[UNITS_SIZE], at[40] = "", who[FRAME_COMM_MAX + 8] = "", times[40] = "killed once,";

	if (kill->count == 0) {
		out[0] = '\0';
		return out;
	}
	if (kill->count > 1)
		snprintf(times, sizeof(times), "killed %u times, last", (unsigned)kill->count);
	if (kill->limit_kib != UINT64_MAX)
		snprintf(at, sizeof(at), ", at %s", units_kib_words(UNITS_TEXT, kill->limit_kib));
	if (kill->name[0] != '\0')
		snprintf(who, sizeof(who), " (%s)", kill->name);
	units_seconds_words(ago, now_ms > kill->ms ? (double)(now_ms - kill->ms) / 1000 : 0);
	snprintf(out, CONTAINER_WORDS_MAX, "%s %s ago%s%s", times, ago, at, who);
	return out;
}

/* The nearest that is a row, else the nearest at all: a process deep below a container (a shell of
 * `docker exec`, systemd's own services in it) is that container's. */
const struct container *containers_above(const struct containers *containers,
	const struct container *container)
{
	const char *path = container->path;
	struct cgroup_levels levels UNFILLED;

	cgroups_levels(&levels, path, cgpath_above(path, strlen(path)));
	for (size_t i = levels.count; i-- > 0;) {
		const struct container *above = find_hashed(containers, path, levels.len[i],
			levels.hash[i]);
		if (above != NULL && above->gone_ms == 0)
			return above;
	}
	return NULL;
}

struct container *containers_row_of(const struct containers *all, const char *path)
{
	struct container *nearest = NULL;
	struct cgroup_levels levels UNFILLED;

	cgroups_levels(&levels, path, strlen(path));
	for (size_t i = levels.count; i-- > 0;) {
		struct container *container = find_hashed(all, path, levels.len[i], levels.hash[i]);
		if (container != NULL && container->row && !container->lent)
			return container;
		if (nearest == NULL)
			nearest = container;
	}
	return nearest;
}
