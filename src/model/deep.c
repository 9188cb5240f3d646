/* SPDX-License-Identifier: GPL-2.0-or-later */
/* deep - see deep.h */
#include "model/deep.h"

#include "base/xalloc.h"

#include <stdlib.h>
#include <string.h>

/* Gains are sorted in steps of this size, so that rows do not jump about. */
enum { ORDER_KIB = 64 };

static void forget(struct deep *deep)
{
	for (size_t i = 0; i < deep->count; i++)
		free(deep->parts[i].name);
	free(deep->parts);
	free(deep->exe);
	free(deep->cwd);
	*deep = (struct deep){ .id = { 0 } };
}

void deep_table_done(struct deep_table *table)
{
	for (int i = 0; i < DEEP_KEPT; i++)
		forget(&table->all[i]);
}

const struct deep *deep_table_find(const struct deep_table *table, struct ident id)
{
	for (int i = 0; i < DEEP_KEPT; i++)
		if (id.pid != 0 && ident_same(table->all[i].id, id))
			return &table->all[i];
	return NULL;
}

/* The slot for ID; a new one takes that of the process heard of longest ago. */
static struct deep *place_of(struct deep_table *table, struct ident id)
{
	struct deep *oldest = &table->all[0];

	for (int i = 0; i < DEEP_KEPT; i++) {
		struct deep *deep = &table->all[i];
		if (ident_same(deep->id, id))
			return deep;
		if (deep->answer_ms < oldest->answer_ms)
			oldest = deep;
	}
	forget(oldest);
	oldest->id = id;
	return oldest;
}

static void set_text(char **place, const char *text)
{
	free(*place);
	*place = xalloc_text(text ? text : "");
}

/* An answer without sizes (the lock was held) keeps the previous ones. */
static void take_figures(struct deep *deep, const struct proc_deep *figures)
{
	struct proc_deep old = deep->figures;

	deep->figures = *figures;
	if (*(figures->exe ? figures->exe : "") || !deep->exe)
		set_text(&deep->exe, figures->exe);
	if (*(figures->cwd ? figures->cwd : "") || !deep->cwd)
		set_text(&deep->cwd, figures->cwd);
	deep->figures.exe = deep->exe;
	deep->figures.cwd = deep->cwd;
	if (figures->known & DEEP_PARTS || !(old.known & DEEP_PARTS))
		return;
	deep->figures.known |= DEEP_PARTS;
	deep->figures.rss_kib = old.rss_kib;
	deep->figures.pss_kib = old.pss_kib;
	deep->figures.uss_kib = old.uss_kib;
	deep->figures.swap_kib = old.swap_kib;
	deep->figures.swap_pss_kib = old.swap_pss_kib;
	deep->figures.lazy_free_kib = old.lazy_free_kib;
	deep->figures.thp_kib = old.thp_kib;
	deep->figures.cost_ms = old.cost_ms;
}

static struct deep_part *part_of(struct deep *deep, const struct proc_part *part)
{
	const char *name = part->name ? part->name : "";

	for (size_t i = 0; i < deep->count; i++)
		if (deep->parts[i].kind == part->kind && strcmp(deep->parts[i].name, name) == 0)
			return &deep->parts[i];
	if (deep->count == deep->cap) {
		deep->cap = xalloc_capacity(deep->cap, deep->count + 1);
		deep->parts = xalloc_grow(deep->parts, deep->cap, sizeof(*deep->parts));
	}
	deep->parts[deep->count] = (struct deep_part){
		.kind = part->kind,
		.name = xalloc_text(name),
	};
	return &deep->parts[deep->count++];
}

static void clear_parts(struct deep *deep)
{
	for (size_t i = 0; i < deep->count; i++) {
		struct deep_part *part = &deep->parts[i];
		part->mappings = 0;
		part->rss_kib = part->pss_kib = part->dirty_kib = part->swap_kib = 0;
	}
}

/* Drops parts that are gone and had nothing at the baseline either. */
static void drop_empty(struct deep *deep)
{
	size_t kept = 0;

	for (size_t i = 0; i < deep->count; i++) {
		if (deep->parts[i].mappings || deep->parts[i].base_kib)
			deep->parts[kept++] = deep->parts[i];
		else
			free(deep->parts[i].name);
	}
	deep->count = kept;
}

static int compare(const void *a, const void *b)
{
	const struct deep_part *x = a, *y = b;
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

static void settle(struct deep *deep)
{
	for (size_t i = 0; i < deep->count; i++) {
		struct deep_part *part = &deep->parts[i];
		part->gained_kib = (int64_t)(part->rss_kib + part->swap_kib) -
				   (int64_t)part->base_kib;
	}
	if (deep->count > 0)
		qsort(deep->parts, deep->count, sizeof(*deep->parts), compare);
}

static void set_baseline(struct deep *deep, uint64_t now_ms)
{
	for (size_t i = 0; i < deep->count; i++)
		deep->parts[i].base_kib = deep->parts[i].rss_kib + deep->parts[i].swap_kib;
	deep->base_ms = now_ms;
	drop_empty(deep);
	settle(deep);
}

static void take_parts(struct deep *deep, const struct proc_part *parts, size_t nparts)
{
	clear_parts(deep);
	for (size_t i = 0; i < nparts; i++) {
		if (parts[i].pid != deep->id.pid)
			continue;
		struct deep_part *part = part_of(deep, &parts[i]);
		part->mappings += parts[i].mappings ? parts[i].mappings : 1;
		part->rss_kib += parts[i].rss_kib;
		part->pss_kib += parts[i].pss_kib;
		part->dirty_kib += parts[i].dirty_kib;
		part->swap_kib += parts[i].swap_kib;
	}
	drop_empty(deep);
	settle(deep);
}

void deep_table_put(struct deep_table *table, const struct proc_deep *figures,
	const struct proc_part *parts, size_t nparts, uint64_t now_ms)
{
	struct ident id = { figures->pid, figures->start_ticks };
	struct deep *deep = place_of(table, id);

	take_figures(deep, figures);
	deep->answer_ms = now_ms;
	if (!(figures->known & DEEP_PARTS))
		return;
	bool first = deep->parts_ms == 0;
	deep->parts_ms = now_ms > figures->age_ms ? now_ms - figures->age_ms : 1;
	take_parts(deep, parts, nparts);
	if (first)
		set_baseline(deep, now_ms);
}

void deep_table_set_baseline(struct deep_table *table, uint64_t now_ms)
{
	for (int i = 0; i < DEEP_KEPT; i++)
		if (table->all[i].parts_ms != 0)
			set_baseline(&table->all[i], now_ms);
}

const struct deep_part *deep_most_gained(const struct deep *deep, int64_t *all_kib)
{
	const struct deep_part *most = NULL;

	*all_kib = 0;
	for (size_t i = 0; i < deep->count; i++) {
		const struct deep_part *part = &deep->parts[i];
		*all_kib += part->gained_kib;
		if (part->gained_kib > 0 && (!most || part->gained_kib > most->gained_kib))
			most = part;
	}
	return most;
}
