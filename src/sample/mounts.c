/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mounts - see mounts.h; reads nothing itself */
#include "sample/mounts.h"

#include "base/xalloc.h"
#include "sample/cgfs.h"
#include "sample/frame_writer.h"
#include "sample/reader.h"
#include "sample/scan.h"
#include "sample/slots.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	LEAST_KIB = 1024, /* of shared memory; a program's semaphores are no matter of mounts */
	AGAIN_MS = 5000,
	STUCK_MS = 600 * 1000,
};

static const uint64_t never = UINT64_MAX;

static void entry_done(struct mounts_entry *entry)
{
	free(entry->text);
	free(entry->told);
}

void mounts_done(struct mounts *mounts)
{
	for (size_t i = 0; i < mounts->count; i++)
		entry_done(&mounts->all[i]);
	free(mounts->all);
	*mounts = (struct mounts){ .count = 0 };
}

/* The newest by that number. */
static struct mounts_entry *find_entry(const struct mounts *mounts, uint32_t number)
{
	for (size_t i = mounts->count; i-- > 0;)
		if (mounts->all[i].number == number)
			return &mounts->all[i];
	return NULL;
}

/* One of which a mount was told is looked at until it holds nothing. */
static bool is_looked_at(const struct mounts *mounts, const struct cgfs_entry *group)
{
	if (group->path == NULL || !group->shown || group->ended_ms != 0 ||
		group->figures.number == 0)
		return false;
	if (group->parts.shmem_kib >= LEAST_KIB)
		return true;
	const struct mounts_entry *entry = find_entry(mounts, group->figures.number);
	return entry != NULL && entry->text != NULL && entry->text[0] != '\0';
}

/* Forgets those that were not met on the screen in this look. */
static void forget_others(struct mounts *mounts)
{
	for (size_t i = mounts->count; i-- > 0;) {
		struct mounts_entry *entry = &mounts->all[i];

		if (entry->met) {
			entry->met = false;
			continue;
		}
		entry_done(entry);
		*entry = mounts->all[--mounts->count];
	}
}

static struct mounts_entry *entry_of(struct mounts *mounts, const struct cgfs_entry *group)
{
	struct mounts_entry *entry = find_entry(mounts, group->figures.number);

	/* the number may have been given to another */
	if (entry != NULL && entry->hash == group->hash)
		return entry;
	entry = XALLOC_NEXT(mounts->all, mounts->count, mounts->cap);
	*entry = (struct mounts_entry){ .number = group->figures.number, .hash = group->hash };
	return entry;
}

/* A process in it or below; NULL: none is to be seen. */
static const struct proc_slot *member_of(const struct cgfs *cgfs, const struct slots *table,
	const struct cgfs_entry *group)
{
	size_t len = strlen(group->path);

	for (size_t i = 0; i < table->count; i++) {
		const struct proc_slot *slot = &table->slots[i];
		const char *path = slot->flags & SLOT_DEAD ? NULL : cgfs_path(cgfs, slot);

		if (path != NULL && strncmp(path, group->path, len) == 0 &&
			(path[len] == '\0' || path[len] == '/'))
			return slot;
	}
	return NULL;
}

/* The container that is due first; NULL: none is. */
static const struct cgfs_entry *first_due(struct mounts *mounts, const struct cgfs *cgfs,
	uint64_t now_ms)
{
	const struct cgfs_entry *first = NULL;
	uint64_t first_ms = never;

	for (size_t i = 0; i < cgfs->count; i++) {
		if (!is_looked_at(mounts, &cgfs->entries[i]))
			continue;
		struct mounts_entry *entry = entry_of(mounts, &cgfs->entries[i]);
		entry->met = true;
		if (entry->asked.pid != 0 || entry->again_ms > now_ms ||
			entry->again_ms >= first_ms)
			continue;
		first = &cgfs->entries[i];
		first_ms = entry->again_ms;
	}
	return first;
}

void mounts_ask(struct mounts *mounts, const struct cgfs *cgfs, const struct slots *table,
	struct reader *reader, uint64_t now_ms)
{
	const struct cgfs_entry *group = first_due(mounts, cgfs, now_ms);
	forget_others(mounts);
	if (group == NULL)
		return;
	const struct proc_slot *slot = member_of(cgfs, table, group);
	struct mounts_entry *entry = entry_of(mounts, group);
	entry->again_ms = now_ms + AGAIN_MS;
	if (slot == NULL) { /* what only it had mounted went with its last process */
		free(entry->text);
		entry->text = xalloc_text("");
		return;
	}
	const struct reader_ask ask = {
		.kind = READER_MOUNTS,
		.uid = entry->number,
		.id = { slot->pid, slot->start_ticks },
	};
	if (reader_ask(reader, &ask))
		entry->asked = ask.id;
}

void mounts_take(struct mounts *mounts, const struct reader_answer *answer, bool stuck,
	uint64_t now_ms)
{
	struct mounts_entry *entry = find_entry(mounts, answer->ask.uid);

	if (entry == NULL || entry->asked.pid == 0 || !ident_same(entry->asked, answer->ask.id))
		return;
	entry->asked = (struct ident){ 0 };
	if (stuck)
		entry->again_ms = now_ms + STUCK_MS;
	if (answer->error == EACCES || answer->error == EPERM)
		entry->again_ms = never;
	if (stuck || answer->error != 0)
		return;
	free(entry->text);
	entry->text = xalloc_text(answer->text);
}

/* The next line of TEXT; its path is in ROOM. */
static bool next_mount(struct scan *text, struct cgroup_mount *mount, char room[FRAME_PATH_MAX])
{
	struct scan line;

	while (scan_line(text, &line)) {
		if (!scan_u64(&line, &mount->used_kib) || !scan_u64(&line, &mount->size_kib) ||
			!scan_prefix(&line, " ") || line.at == line.end)
			continue;
		snprintf(room, FRAME_PATH_MAX, "%.*s", (int)(line.end - line.at), line.at);
		mount->path = room;
		return true;
	}
	return false;
}

static bool has_path(const char *text, const char *path)
{
	struct scan scan = scan_over(text, strlen(text));
	char room[FRAME_PATH_MAX];
	struct cgroup_mount mount;

	while (next_mount(&scan, &mount, room))
		if (strcmp(mount.path, path) == 0)
			return true;
	return false;
}

/* A mount that is gone from the list is said to hold nothing, since a listener keeps what it was
 * told; the whole of the new list follows, as amounts change together. */
static void say_entry(struct mounts_entry *entry, struct frame_writer *writer)
{
	const char *before = entry->told != NULL ? entry->told : "";
	struct scan old = scan_over(before, strlen(before));
	struct scan new = scan_over(entry->text, strlen(entry->text));
	struct cgroup_mount mount = { .number = entry->number };
	char room[FRAME_PATH_MAX];

	while (next_mount(&old, &mount, room))
		if (!has_path(entry->text, mount.path)) {
			mount.used_kib = 0;
			frame_put_cgroup_mount(writer, &mount);
		}
	while (next_mount(&new, &mount, room))
		frame_put_cgroup_mount(writer, &mount);
	free(entry->told);
	entry->told = xalloc_text(entry->text);
}

void mounts_say(struct mounts *mounts, bool all, struct frame_writer *writer)
{
	for (size_t i = 0; i < mounts->count; i++) {
		struct mounts_entry *entry = &mounts->all[i];

		if (entry->text != NULL &&
			(all || entry->told == NULL || strcmp(entry->told, entry->text) != 0))
			say_entry(entry, writer);
	}
}
