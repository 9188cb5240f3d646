/* SPDX-License-Identifier: GPL-2.0-or-later */
/* maps - see maps.h */
#include "model/maps.h"

#include "base/order.h"
#include "base/xalloc.h"

#include <stdlib.h>
#include <string.h>

/* Gains are sorted in steps of this size, so that rows do not jump about. */
enum { ORDER_KIB = 64 };

static void forget_parts(struct maps *maps)
{
	for (size_t i = 0; i < maps->count; i++)
		free(maps->parts[i].name);
	free(maps->parts);
	free(maps->exe);
	free(maps->cwd);
	*maps = (struct maps){ .id = { 0 } };
}

void maps_table_done(struct maps_table *table)
{
	for (int i = 0; i < MAPS_KEPT; i++)
		forget_parts(&table->all[i]);
}

const struct maps *maps_table_find(const struct maps_table *table, struct ident id)
{
	for (int i = 0; i < MAPS_KEPT; i++)
		if (id.pid != 0 && ident_same(table->all[i].id, id))
			return &table->all[i];
	return NULL;
}

/* The slot for ID; a new one takes that of the process heard of longest ago. */
static struct maps *place_of(struct maps_table *table, struct ident id)
{
	struct maps *oldest = &table->all[0];

	for (int i = 0; i < MAPS_KEPT; i++) {
		struct maps *maps = &table->all[i];
		if (ident_same(maps->id, id))
			return maps;
		if (maps->answer_ms < oldest->answer_ms)
			oldest = maps;
	}
	forget_parts(oldest);
	oldest->id = id;
	return oldest;
}

static void set_text(char **place, const char *text)
{
	free(*place);
	*place = xalloc_text(text != NULL ? text : "");
}

/* An answer without sizes (the lock was held) keeps the previous ones. */
static void take_figures(struct maps *maps, const struct proc_mappings *figures)
{
	struct proc_mappings old = maps->figures;

	maps->figures = *figures;
	if (*(figures->exe != NULL ? figures->exe : "") || maps->exe == NULL)
		set_text(&maps->exe, figures->exe);
	if (*(figures->cwd != NULL ? figures->cwd : "") || maps->cwd == NULL)
		set_text(&maps->cwd, figures->cwd);
	maps->figures.exe = maps->exe;
	maps->figures.cwd = maps->cwd;
	if (figures->known & MAPPINGS_READ || !(old.known & MAPPINGS_READ))
		return;
	maps->figures.known |= old.known & (MAPPINGS_READ | MAPPINGS_FREED);
	maps->figures.sums = old.sums;
	maps->figures.cost_ms = old.cost_ms;
}

/* Mappings are few after they were grouped, dozens, so they are searched one by one. */
static struct maps_group *part_of(struct maps *maps, const struct mapping_group *part)
{
	const char *name = part->name != NULL ? part->name : "";

	for (size_t i = 0; i < maps->count; i++)
		if (maps->parts[i].kind == part->kind && strcmp(maps->parts[i].name, name) == 0)
			return &maps->parts[i];
	struct maps_group *new = XALLOC_NEXT(maps->parts, maps->count, maps->cap);
	*new = (struct maps_group){ .kind = part->kind, .name = xalloc_text(name) };
	return new;
}

/* Names and bases stay, so that a part that is there again goes on being compared. */
static void clear_parts(struct maps *maps)
{
	for (size_t i = 0; i < maps->count; i++) {
		struct maps_group *part = &maps->parts[i];
		part->mappings = 0;
		part->rss_kib = part->pss_kib = part->dirty_kib = part->swap_kib = 0;
	}
}

/* Drops parts that are gone and had nothing at the baseline either. */
static void drop_empty(struct maps *maps)
{
	size_t kept = 0;

	for (size_t i = 0; i < maps->count; i++) {
		if (maps->parts[i].mappings || maps->parts[i].base_kib)
			maps->parts[kept++] = maps->parts[i];
		else
			free(maps->parts[i].name);
	}
	maps->count = kept;
}

/* Parts that gained most first, in steps that hide what wavers; of those that stand still the
 * largest; and names at last, so that rows of equals do not jump. */
static int compare(const void *a, const void *b)
{
	const struct maps_group *x = a, *y = b;
	int64_t gain_x = x->gained_kib / ORDER_KIB, gain_y = y->gained_kib / ORDER_KIB;
	uint64_t size_x = x->rss_kib + x->swap_kib, size_y = y->rss_kib + y->swap_kib;

	if (gain_x != gain_y)
		return gain_x < gain_y ? 1 : -1;
	if (size_x != size_y)
		return size_x < size_y ? 1 : -1;
	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return strcmp(x->name, y->name);
}

/* The gain of each part since the base, and in that order. */
static void settle_base(struct maps *maps)
{
	for (size_t i = 0; i < maps->count; i++) {
		struct maps_group *part = &maps->parts[i];
		part->gained_kib = (int64_t)(part->rss_kib + part->swap_kib) -
				   (int64_t)part->base_kib;
	}
	order_sort(maps->parts, maps->count, sizeof(*maps->parts), compare);
}

/* Drops parts that are gone: it would be a loss for ever. */
static void set_baseline(struct maps *maps, uint64_t now_ms)
{
	for (size_t i = 0; i < maps->count; i++)
		maps->parts[i].base_kib = maps->parts[i].rss_kib + maps->parts[i].swap_kib;
	maps->base_ms = now_ms;
	drop_empty(maps);
	settle_base(maps);
}

/* One answer of the reader: parts of the same kind and name are added up, and the first answer
 * becomes the base that growth is counted from. */
static void take_parts(struct maps *maps, const struct mapping_group *parts, size_t nparts)
{
	clear_parts(maps);
	for (size_t i = 0; i < nparts; i++) {
		if (parts[i].pid != maps->id.pid)
			continue;
		struct maps_group *part = part_of(maps, &parts[i]);
		part->mappings += parts[i].mappings ? parts[i].mappings : 1;
		part->rss_kib += parts[i].rss_kib;
		part->pss_kib += parts[i].pss_kib;
		part->dirty_kib += parts[i].dirty_kib;
		part->swap_kib += parts[i].swap_kib;
	}
	drop_empty(maps);
	settle_base(maps);
}

void maps_table_put(struct maps_table *table, const struct proc_mappings *figures,
	const struct mapping_group *parts, size_t nparts, uint64_t now_ms)
{
	struct ident id = { figures->pid, figures->start_ticks };
	struct maps *maps = place_of(table, id);

	take_figures(maps, figures);
	maps->answer_ms = now_ms;
	if (!(figures->known & MAPPINGS_READ))
		return;
	bool first = maps->parts_ms == 0;
	maps->parts_ms = now_ms > figures->age_ms ? now_ms - figures->age_ms : 1;
	take_parts(maps, parts, nparts);
	if (first)
		set_baseline(maps, now_ms);
}

void maps_table_set_baseline(struct maps_table *table, uint64_t now_ms)
{
	for (int i = 0; i < MAPS_KEPT; i++)
		if (table->all[i].parts_ms != 0)
			set_baseline(&table->all[i], now_ms);
}

const struct maps_group *maps_most_gained(const struct maps *maps, int64_t *all_kib)
{
	const struct maps_group *most = NULL;

	*all_kib = 0;
	for (size_t i = 0; i < maps->count; i++) {
		const struct maps_group *part = &maps->parts[i];
		*all_kib += part->gained_kib;
		if (part->gained_kib > 0 && (most == NULL || part->gained_kib > most->gained_kib))
			most = part;
	}
	return most;
}
