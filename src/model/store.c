/* SPDX-License-Identifier: GPL-2.0-or-later */
/* store - the plain questions to the store; it is made and freed by store_life.c */
#include "model/store_priv.h"

#include "base/order.h"
#include "base/xalloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void store_on_forget(struct store *store, void (*tell)(void *context, const struct proc *proc),
	void *context)
{
	store->tell_forget = tell;
	store->tell_context = context;
}

void store_set_header(struct store *store, const struct stream_header *header)
{
	store->header = *header;
}

const struct stream_header *store_header(const struct store *store)
{
	return &store->header;
}

/* A bit for each place in the table: of thousands a handful has a trend, and who climbs is looked
 * for at every tick. */
bool store_is_active(const struct store *store, uint32_t index)
{
	size_t word = index / 64;

	return word < store->active_words && store->active[word] >> (index % 64) & 1;
}

void store_mark_active(struct store *store, uint32_t index, bool on)
{
	size_t word = index / 64;
	uint64_t bit = (uint64_t)1 << (index % 64);

	if (word >= store->active_words) {
		if (!on)
			return;
		size_t before = store->active_words;
		store->active = xalloc_room(store->active, &store->active_words, word + 1,
			sizeof(*store->active));
		memset(store->active + before, 0,
			(store->active_words - before) * sizeof(*store->active));
	}
	if (on)
		store->active[word] |= bit;
	else
		store->active[word] &= ~bit;
}

size_t store_count(const struct store *store)
{
	return store->table.count;
}

const struct proc *store_proc(const struct store *store, size_t index)
{
	return &store->table.procs[index];
}

/* Word by word: of 5,000 processes that stand still 79 words are read. */
size_t store_next_active(const struct store *store, size_t index)
{
	size_t count = store->table.count;
	size_t words = (count + 63) / 64;

	words = words < store->active_words ? words : store->active_words;
	for (size_t w = index / 64; w < words; w++) {
		uint64_t bits = store->active[w];
		if (w == index / 64)
			bits &= ~(uint64_t)0 << (index % 64);
		if (bits)
			return w * 64 + (size_t)__builtin_ctzll(bits);
	}
	return count;
}

/* The pid may have been given to another process since the caller learned it. */
const struct proc *store_find(const struct store *store, struct ident id)
{
	const struct proc *proc = proc_table_find(&store->table, id.pid);

	return proc != NULL && ident_same(proc->id, id) ? proc : NULL;
}

const struct proc *store_find_pid(const struct store *store, int32_t pid)
{
	return proc_table_find(&store->table, pid);
}

/* Names are kept once (intern.h), so that the address of one is a key; a user's is the number,
 * since the name may not be known yet. */
bool store_group_key(const struct proc *proc, enum group_kind kind, uint64_t *key)
{
	const char *name = kind == GROUP_PROGRAM ? proc->name : proc->cgroup;

	*key = kind == GROUP_USER ? proc->figures.uid : (uint64_t)(uintptr_t)name;
	return kind == GROUP_USER || name != NULL;
}

struct group *store_group_at(const struct store *store, const struct proc *proc,
	enum group_kind kind)
{
	uint64_t key;

	return store_group_key(proc, kind, &key) ? group_table_find(&store->groups[kind], key)
						 : NULL;
}

/* Place of the first user that is not before UID.  In order, since every row on the screen asks,
 * and a machine with a directory of users has thousands. */
static size_t user_place(const struct store *store, uint32_t uid)
{
	return order_before(store->users, store->nusers, sizeof(*store->users),
		offsetof(struct store_user, uid), uid);
}

const char *store_user(const struct store *store, uint32_t uid)
{
	size_t at = user_place(store, uid);

	if (at >= store->nusers || store->users[at].uid != uid || store->users[at].nameless)
		return NULL;
	return store->users[at].name;
}

/* A user whom nobody names is told as well: by the number.  Who waits for names waits no longer. */
bool store_user_told(const struct store *store, uint32_t uid)
{
	size_t at = user_place(store, uid);

	return at < store->nusers && store->users[at].uid == uid;
}

/* A user whom nobody names has the number for a name. */
static bool is_nameless(uint32_t uid, const char *name)
{
	char number[16];

	snprintf(number, sizeof(number), "%u", (unsigned)uid);
	return strcmp(name, number) == 0;
}

void store_put_user(struct store *store, uint32_t uid, const char *name)
{
	size_t at = user_place(store, uid);

	if (at < store->nusers && store->users[at].uid == uid) {
		if (strcmp(store->users[at].name, name) == 0)
			return;
		free(store->users[at].name);
	} else if (store->nusers == STORE_USERS_MAX) {
		store->overflowed = true; /* a stream that invents users takes no more memory */
		return;
	} else {
		store->users = xalloc_room(store->users, &store->users_cap, store->nusers + 1,
			sizeof(*store->users));
		memmove(&store->users[at + 1], &store->users[at],
			(store->nusers++ - at) * sizeof(*store->users));
	}
	store->users[at] = (struct store_user){ uid, is_nameless(uid, name), xalloc_text(name) };
}

void store_forget_tmpfs(struct store *store)
{
	for (size_t i = 0; i < store->ntmpfs; i++)
		free((char *)(uintptr_t)store->tmpfs[i].path);
	free(store->tmpfs);
	free(store->mounts);
	store->tmpfs = NULL;
	store->mounts = NULL;
	store->ntmpfs = 0;
}

const struct tmpfs_figures *store_tmpfs(const struct store *store, size_t *count)
{
	*count = store->ntmpfs;
	return store->tmpfs;
}

/* Before the first tick nothing of the machine is known, and zeroes would look like figures. */
const struct system_figures *store_system(const struct store *store)
{
	return store->ticks ? &store->system : NULL;
}

void store_call(struct store *store, const char *name)
{
	store->name = name;
}

/* The user's word for a host may be an alias of ssh's, and is what the user knows. */
const char *store_name(const struct store *store)
{
	return store->name != NULL ? store->name : store->header.host;
}

const struct proc_rest *store_rest(const struct store *store)
{
	return &store->rest;
}

const struct system_figures *store_seen(const struct store *store)
{
	return store->ticks ? &store->seen : NULL;
}

const struct cgroup_figures *store_container(const struct store *store)
{
	return store->container;
}

uint64_t store_now_ms(const struct store *store)
{
	return store->now_ms;
}

uint64_t store_wall_ms(const struct store *store)
{
	return store->wall_ms;
}

uint64_t store_first_ms(const struct store *store)
{
	return store->first_ms;
}

uint64_t store_ticks(const struct store *store)
{
	return store->ticks;
}

uint64_t store_oom_kills(const struct store *store)
{
	return store->oom_kills;
}

const struct kill *store_kill(const struct store *store)
{
	return store->kills.last.ms != 0 ? &store->kills.last : NULL;
}

uint64_t store_oom_ms(const struct store *store)
{
	return store->oom_ms;
}

const struct findings *store_findings(const struct store *store, struct ident id)
{
	return findings_table_find(&store->findings, id);
}

const struct maps *store_maps(const struct store *store, struct ident id)
{
	return maps_table_find(&store->maps, id);
}

uint64_t store_baseline_ms(const struct store *store)
{
	return store->baseline_ms;
}

bool store_overflowed(const struct store *store)
{
	return store->overflowed;
}
