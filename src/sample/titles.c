/* SPDX-License-Identifier: GPL-2.0-or-later */
/* titles - see titles.h; reads nothing itself */
#include "sample/titles.h"

#include "base/cgpath.h"
#include "base/xalloc.h"
#include "sample/cgfs.h"
#include "sample/frame_writer.h"
#include "sample/reader.h"
#include "sample/slots.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* By then an engine has written whatever it writes of a container. */
enum { WRITTEN_MS = 30000 };

static const uint64_t never = UINT64_MAX;

static uint32_t entry_hash(const void *owner, uint32_t place)
{
	return ((const struct titles *)owner)->all[place].hash;
}

void titles_init(struct titles *titles)
{
	*titles = (struct titles){ .due_ms = never, .hash = { .of = entry_hash } };
}

static void forget_all(struct titles *titles)
{
	for (size_t i = 0; i < titles->count; i++) {
		free(titles->all[i].path);
		free(titles->all[i].name);
		free(titles->all[i].pod);
	}
	titles->count = 0;
	titles->placed = 0;
	hash_done(&titles->hash);
	if (titles->nseen > 0)
		memset(titles->seen, 0, titles->nseen * sizeof(*titles->seen));
}

void titles_done(struct titles *titles)
{
	forget_all(titles);
	free(titles->all);
	free(titles->seen);
	titles_init(titles);
}

/* The place + 1 of the container with that path, added if it is new. */
static uint32_t place_of(struct titles *titles, const char *path, size_t len)
{
	uint32_t hash = hash_text(path, len, 0), place;
	struct hash_walk walk = hash_walk(&titles->hash, hash);

	while (hash_next(&walk, &place)) {
		const struct title_entry *entry = &titles->all[place];

		if (entry->hash == hash && strncmp(entry->path, path, len) == 0 &&
			entry->path[len] == '\0')
			return place + 1;
	}
	if (titles->count == TITLES_MAX)
		forget_all(titles);
	*XALLOC_NEXT(titles->all, titles->count, titles->cap) = (struct title_entry){
		.path = xalloc_textn(path, len),
		.hash = hash,
	};
	hash_add(&titles->hash, titles, (uint32_t)titles->count - 1);
	return (uint32_t)titles->count;
}

/* Whether an engine has files on it, by its number. */
static bool has_files(const struct cgpath *read)
{
	return cgpath_is_container(read->kind) && read->id[0] != '\0' &&
	       read->kind != CGPATH_BUILDKIT;
}

static uint32_t container_place(struct titles *titles, const char *path)
{
	struct cgpath read;

	cgpath_read(&read, path);
	return has_files(&read) ? place_of(titles, path, read.len) : 0;
}

/* Whether the cgroup of that number (from 1) is another than when it was looked at; *SEEN is what
 * is known of it now. */
static bool is_new(struct titles *titles, const struct cgfs *cgfs, uint16_t number,
	struct title_seen **seen)
{
	size_t before = titles->nseen;
	const struct cgfs_entry *entry = &cgfs->entries[number - 1];

	titles->seen = xalloc_room(titles->seen, &titles->nseen, number, sizeof(*titles->seen));
	if (titles->nseen > before)
		memset(titles->seen + before, 0, (titles->nseen - before) * sizeof(*titles->seen));
	*seen = &titles->seen[number - 1];
	if ((*seen)->hash == (entry->hash | 1))
		return false;
	/* adding one may forget all, this included */
	uint32_t place = entry->path != NULL ? container_place(titles, entry->path) : 0;
	**seen = (struct title_seen){ entry->hash | 1, place };
	return true;
}

/* Asks for the container of a process that is in a cgroup not met before, or that has to be asked
 * for again. */
static void ask_slot(struct titles *titles, uint32_t place, const struct proc_slot *slot,
	struct reader *reader, uint64_t now_ms)
{
	struct title_entry *entry = place > 0 ? &titles->all[place - 1] : NULL;

	if (entry == NULL || entry->asked.pid != 0 || entry->again_ms > now_ms)
		return;
	struct reader_ask ask = {
		.kind = READER_TITLE,
		.uid = place,
		.id = { slot->pid, slot->start_ticks },
	};
	if (reader_ask(reader, &ask))
		entry->asked = ask.id;
	else
		titles->due_ms = now_ms; /* the queue is full: with the next tick */
}

void titles_ask(struct titles *titles, const struct cgfs *cgfs, const struct slots *table,
	struct reader *reader, uint64_t now_ms)
{
	bool due = titles->due_ms <= now_ms;

	if (!due && titles->placed == cgfs->placed + 1)
		return;
	titles->placed = cgfs->placed + 1;
	if (due)
		titles->due_ms = never;
	for (size_t i = 0; i < table->count; i++) {
		const struct proc_slot *slot = &table->slots[i];
		struct title_seen *seen;

		if (slot->cgroup > 0 && slot->cgroup <= cgfs->count && !(slot->flags & SLOT_DEAD) &&
			(is_new(titles, cgfs, slot->cgroup, &seen) || due))
			ask_slot(titles, seen->place, slot, reader, now_ms);
	}
	for (size_t i = 0; due && i < titles->count; i++)
		if (titles->all[i].asked.pid == 0 && titles->all[i].again_ms < titles->due_ms &&
			titles->all[i].again_ms > now_ms)
			titles->due_ms = titles->all[i].again_ms;
}

/* Whether a process has been there for as long as it takes to write a name, so that nobody writes
 * one: of five thousand containers each that is asked for again costs as much as the first time. */
static bool is_settled(struct ident id, uint64_t now_ms)
{
	uint64_t began_ms = id.start_ticks * 1000 / (uint64_t)sysconf(_SC_CLK_TCK);

	return now_ms > began_ms && now_ms - began_ms > WRITTEN_MS;
}

/* Later, or never: a container's files may be written after its first process began. */
static void put_off(struct titles *titles, struct title_entry *entry, struct ident asked, int error,
	uint64_t now_ms)
{
	static const uint64_t waits_ms[] = { 2000, WRITTEN_MS };

	entry->again_ms = never;
	if (error == ESRCH) /* that process has ended: through another */
		entry->again_ms = now_ms;
	else if (error == EACCES || (error == ENOENT && is_settled(asked, now_ms)))
		return;
	else if (entry->tries < sizeof(waits_ms) / sizeof(waits_ms[0]))
		entry->again_ms = now_ms + waits_ms[entry->tries++];
	if (entry->again_ms < titles->due_ms)
		titles->due_ms = entry->again_ms;
}

/* "NAME\nPOD" */
static void keep_title(struct title_entry *entry, const char *text)
{
	size_t name_len = strcspn(text, "\n");
	const char *pod = text + name_len + (text[name_len] == '\n');

	free(entry->name);
	free(entry->pod);
	entry->name = name_len > 0 ? xalloc_textn(text, name_len) : NULL;
	entry->pod = *pod != '\0' ? xalloc_text(pod) : NULL;
	entry->told = entry->told_pod = 0;
}

void titles_take(struct titles *titles, const struct reader_answer *answer, bool stuck,
	uint64_t now_ms)
{
	uint32_t place = answer->ask.uid;
	/* all may have been forgotten since, and others be in their places */
	struct title_entry *entry = place > 0 && place <= titles->count ? &titles->all[place - 1]
									: NULL;

	if (entry == NULL || entry->asked.pid == 0 || !ident_same(entry->asked, answer->ask.id))
		return;
	entry->asked = (struct ident){ 0 };
	if (stuck || answer->error != 0) {
		put_off(titles, entry, answer->ask.id, stuck ? EAGAIN : answer->error, now_ms);
		return;
	}
	entry->again_ms = never;
	keep_title(entry, answer->text);
	titles->fresh = true;
}

/* Says NAME of the cgroup that has the first LEN bytes of PATH, if it was not said since that one
 * was told of, which *TOLD remembers.  A path that had to be cleaned is not found, and is said of
 * at once. */
static void say_name(const struct cgfs *cgfs, const char *path, size_t len, const char *name,
	uint32_t *told, struct frame_writer *writer)
{
	uint16_t number = cgfs_find(cgfs, path, len);
	uint32_t said = number > 0 ? cgfs->entries[number - 1].said : 1;

	if (name == NULL || said == 0 || said == *told)
		return;
	char *whole = xalloc_textn(path, len);
	frame_put_title(writer, &(struct container_title){ whole, name });
	free(whole);
	*told = said;
}

/* The pod's cgroup is one above; that is a row of its own. */
static void say_entry(const struct cgfs *cgfs, struct title_entry *entry,
	struct frame_writer *writer)
{
	size_t len = strlen(entry->path), up = cgpath_above(entry->path, len);
	struct cgpath above;

	say_name(cgfs, entry->path, len, entry->name, &entry->told, writer);
	if (entry->pod == NULL || up == 0)
		return;
	char *path = xalloc_textn(entry->path, up);
	cgpath_read(&above, path);
	if (above.kind == CGPATH_POD && cgpath_is_row(&above, path))
		say_name(cgfs, path, up, entry->pod, &entry->told_pod, writer);
	free(path);
}

void titles_say(struct titles *titles, const struct cgfs *cgfs, bool all,
	struct frame_writer *writer)
{
	if (!all && !titles->fresh && titles->told == cgfs->said)
		return;
	titles->fresh = false;
	titles->told = cgfs->said;
	for (size_t i = 0; i < titles->count; i++) {
		struct title_entry *entry = &titles->all[i];

		if (all)
			entry->told = entry->told_pod = 0;
		if (entry->name != NULL || entry->pod != NULL)
			say_entry(cgfs, entry, writer);
	}
}

bool titles_owes(const struct titles *titles)
{
	for (size_t i = 0; i < titles->count; i++)
		if (titles->all[i].asked.pid != 0)
			return true;
	return false;
}
