/* SPDX-License-Identifier: GPL-2.0-or-later */
/* store_container_kills - what the kernel killed in a container (containers.h); whom, kill.c finds
 */
#include "model/store_priv.h"

#include <string.h>

static void note_kill(struct container *container, const struct kill_figures *figures,
	uint64_t now_ms)
{
	struct container_kill *kill = &container->kill;

	kill->count += figures->count > 0 ? figures->count : 1;
	kill->ms = now_ms;
	kill->limit_kib = figures->group != NULL && figures->group[0] ? figures->limit_kib
								      : UINT64_MAX;
	kill->victim = (struct ident){ 0 };
	kill->name[0] = '\0';
	kill->kib = 0;
}

void store_container_kill(struct store *store, const struct kill_figures *figures)
{
	const char *in = figures->in != NULL ? figures->in : "";
	const char *group = figures->group != NULL ? figures->group : "";
	struct container *killed = containers_row_of(&store->containers, in);
	struct container *limited = containers_row_of(&store->containers, group);

	if (killed != NULL)
		note_kill(killed, figures, store->now_ms);
	if (limited != NULL && limited != killed)
		note_kill(limited, figures, store->now_ms);
}

/* The victim's name is found a little later. */
static void name_victim(struct container *container, const struct kill *kill)
{
	if (container == NULL || container->kill.ms != kill->ms ||
		ident_same(container->kill.victim, kill->id))
		return;
	container->kill.victim = kill->id;
	container->kill.kib = kill->kib;
	memcpy(container->kill.name, kill->name, sizeof(container->kill.name));
}

/* A path has an engine's number of it, at best. */
static const char *name_of(const struct containers *all, const char *group)
{
	const struct container *limited = containers_row_of(all, group);

	return limited != NULL && cgpath_is_container(limited->kind) ? container_label(limited)
								     : NULL;
}

void store_name_victims(struct store *store)
{
	const struct kill *kill = store_kill(store);

	if (kill == NULL)
		return;
	kill_call(&store->kills, name_of(&store->containers, kill->group));
	if (kill->id.pid == 0)
		return;
	name_victim(containers_row_of(&store->containers, kill->in), kill);
	name_victim(containers_row_of(&store->containers, kill->group), kill);
}
