/* SPDX-License-Identifier: GPL-2.0-or-later */
/* python_path - see python_path.h; which ways there are, and the vote */
#include "inspect/python/python_path.h"

#include "base/order.h"
#include "base/xalloc.h"

#include <stdlib.h>
#include <string.h>

enum {
	WAYS_EACH = 8,     /* of one object, through different holders */
	COST_MORE = 24,    /* than its best way's: further ones are not told */
	SHARE_LEAST = 12,  /* a way is told that one of so many objects has, */
	SHARE_FURTHER = 2, /* or if their ways were told already, one of so many */
};

/* Follows the best links from NODE on into WAY; false: too long, or through the sample itself. */
static bool follow_way(const struct python_graph *graph, struct python_way *way, uint32_t node)
{
	while (graph->nodes[node].best != UINT32_MAX) {
		const struct python_link *link = &graph->links[graph->nodes[node].best];

		if (way->count == PYTHON_STEPS_MOST || link->to == way->sample)
			return false;
		way->links[way->count++] = graph->nodes[node].best;
		node = link->to;
	}
	way->last = node;
	return graph->nodes[node].cost != PYTHON_NOWHERE;
}

/* The way of SAMPLE that begins with link FIRST (UINT32_MAX: it has a name itself). */
static void add_way(struct python_paths *paths, uint32_t sample, uint32_t first)
{
	const struct python_graph *graph = paths->graph;
	struct python_way *way = &paths->ways[paths->count];
	uint32_t node = sample;

	memset(way, 0, sizeof(*way));
	way->sample = sample;
	if (first != UINT32_MAX) {
		node = graph->links[first].to;
		way->links[way->count++] = first;
		way->cost = python_graph_cost(&graph->links[first].edge);
		/* another of the chosen is no holder of its own: its way is told */
		if (node < paths->samples || graph->nodes[node].cost == PYTHON_NOWHERE)
			return;
		way->cost += graph->nodes[node].cost;
		if (!follow_way(graph, way, node))
			return;
	} else {
		way->last = sample;
	}
	python_way_text(paths->python, graph, way, 0, way->text, sizeof(way->text));
	paths->count++;
}

/* A way over another of the chosen, where there is none that is its own: a list of their kind. */
static void add_chained(struct python_paths *paths, uint32_t sample)
{
	struct python_way *way = &paths->ways[paths->count];

	memset(way, 0, sizeof(*way));
	way->sample = sample;
	way->cost = paths->graph->nodes[sample].cost;
	if (way->cost == PYTHON_NOWHERE || !follow_way(paths->graph, way, sample))
		return;
	python_way_text(paths->python, paths->graph, way, 0, way->text, sizeof(way->text));
	paths->count++;
}

static int by_sample_and_cost(const void *a, const void *b)
{
	const struct python_way *left = a, *right = b;

	if (left->sample != right->sample)
		return left->sample < right->sample ? -1 : 1;
	return left->cost < right->cost ? -1 : left->cost > right->cost;
}

/* Drops those of the ways of one object, which begin at FIRST, that are much longer than the best,
 * or say the same. */
static void thin(struct python_paths *paths, size_t first)
{
	size_t kept = first;

	order_sort(&paths->ways[first], paths->count - first, sizeof(*paths->ways),
		by_sample_and_cost);
	for (size_t i = first; i < paths->count; i++) {
		const struct python_way *way = &paths->ways[i];
		bool known = kept - first >= WAYS_EACH ||
			     way->cost > paths->ways[first].cost + COST_MORE;

		for (size_t k = first; k < kept && !known; k++)
			known = strcmp(paths->ways[k].text, way->text) == 0;
		if (!known)
			paths->ways[kept++] = *way;
	}
	paths->count = kept;
}

enum { WAYS_OF_ONE_MOST = 512 };

void python_paths_collect(struct python_paths *paths, const struct python *python,
	const struct python_graph *graph, unsigned samples)
{
	memset(paths, 0, sizeof(*paths));
	paths->python = python;
	paths->graph = graph;
	paths->samples = samples;
	paths->ways = xalloc((size_t)(samples * WAYS_EACH + WAYS_OF_ONE_MOST + 2) *
			     sizeof(*paths->ways));
	for (uint32_t i = 0; i < samples; i++) {
		size_t first = paths->count;

		if (graph->nodes[i].root != NULL)
			add_way(paths, i, UINT32_MAX);
		for (size_t k = 0; k < graph->link_count && paths->count - first < WAYS_OF_ONE_MOST;
			k++)
			if (graph->links[k].from == i)
				add_way(paths, i, (uint32_t)k);
		if (paths->count == first)
			add_chained(paths, i);
		thin(paths, first);
		paths->found += paths->count > first;
	}
}

void python_paths_done(struct python_paths *paths)
{
	free(paths->ways);
	memset(paths, 0, sizeof(*paths));
}

/* --- the vote --------------------------------------------------------------------------------- */

/* The objects with a way that reads like WAY. */
static uint64_t sharers(const struct python_paths *paths, const struct python_way *way)
{
	uint64_t set = 0;

	for (size_t i = 0; i < paths->count; i++)
		if (strcmp(paths->ways[i].text, way->text) == 0)
			set |= UINT64_C(1) << paths->ways[i].sample;
	return set;
}

/* At which steps all ways that read like WAY go over the same holder. */
static uint32_t common_steps(const struct python_paths *paths, const struct python_way *way)
{
	uint32_t common = UINT32_MAX;

	for (size_t i = 0; i < paths->count; i++) {
		const struct python_way *other = &paths->ways[i];

		if (strcmp(other->text, way->text) != 0)
			continue;
		for (uint32_t k = 0; k < way->count; k++)
			if (k >= other->count || paths->graph->links[other->links[k]].to !=
							 paths->graph->links[way->links[k]].to)
				common &= ~(UINT32_C(1) << k);
	}
	return common;
}

static unsigned bits(uint64_t set)
{
	return (unsigned)__builtin_popcountll(set);
}

/* Whether a way is worth telling that SET has, of which NEW have none told yet. */
static bool is_worth(const struct python_paths *paths, uint64_t set, uint64_t new)
{
	if (bits(new) * SHARE_LEAST >= paths->samples)
		return true;
	return bits(set) * SHARE_FURTHER >= paths->samples;
}

/* Where most ways were not told, since each has a name of its own: leaves out names.  False: they
 * are without already. */
static bool leave_out(struct python_paths *paths)
{
	unsigned open = paths->found - bits(paths->covered);

	if (paths->names == PYTHON_N_NONE || open * 2 <= paths->found)
		return false;
	paths->names++;
	for (size_t i = 0; i < paths->count; i++) {
		struct python_way *way = &paths->ways[i];

		way->names = paths->names;
		python_way_text(paths->python, paths->graph, way, 0, way->text, sizeof(way->text));
	}
	return true;
}

/* The way, of those not told yet, that most of the chosen share, and of equals the shortest; what
 * adds hardly anything to those told is left out. */
static struct python_way *best_way(const struct python_paths *paths, uint64_t *best_set)
{
	struct python_way *best = NULL;

	*best_set = 0;
	for (size_t i = 0; i < paths->count; i++) {
		struct python_way *way = &paths->ways[i];
		uint64_t set = way->told ? 0 : sharers(paths, way);

		if (set == 0 || !is_worth(paths, set, set & ~paths->covered))
			continue;
		if (best == NULL || bits(set) > bits(*best_set) ||
			(bits(set) == bits(*best_set) && way->cost < best->cost)) {
			best = way;
			*best_set = set;
		}
	}
	return best;
}

bool python_paths_next(struct python_paths *paths, struct python_path *path)
{
	struct python_way *best;
	uint64_t best_set;

	do
		best = best_way(paths, &best_set);
	while (best == NULL && leave_out(paths));
	if (best == NULL)
		return false;
	python_way_text(paths->python, paths->graph, best, common_steps(paths, best), path->text,
		sizeof(path->text));
	path->samples = bits(best_set);
	paths->covered |= best_set;
	for (size_t i = 0; i < paths->count; i++)
		if (strcmp(paths->ways[i].text, best->text) == 0)
			paths->ways[i].told = true;
	return true;
}
