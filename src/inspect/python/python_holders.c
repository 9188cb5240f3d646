/* SPDX-License-Identifier: GPL-2.0-or-later */
/* python_holders - see python_holders.h; the search */
#include "inspect/python/python_holders.h"

#include "base/xalloc.h"
#include "inspect/python/python_gather.h"
#include "inspect/python/python_path.h"
#include "inspect/python/python_refs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	LEVELS_MOST = 16,
	LEVELS_MORE = 2, /* once all have a name: for holders that are further away */
	FRONTIER_MOST = 4096,
	ALIKE_MOST = 32, /* holders of one node that hold it in the same way */
	ALIKE_PLACES = 8192,
};

struct search {
	const struct python *python;
	struct python_types *types;
	struct python_heap heap;
	struct python_gather gather;
	struct python_graph graph;
	struct python_refs *refs;
	struct python_holders *holders;
	uint32_t frontier[FRONTIER_MOST];
	size_t frontier_count;
	unsigned samples;
	uint8_t alike[ALIKE_PLACES]; /* how many, by a hash; of the step that runs */
};

/* Whether what holds a node is worth asking for. */
static bool leads_on(const struct python_node *node)
{
	if (node->root != NULL && node->root->kind != PYTHON_R_LOCAL)
		return false;
	return node->type == NULL ||
	       (node->type->kind != PYTHON_K_TYPE && node->type->kind != PYTHON_K_MODULE &&
		       node->type->kind != PYTHON_K_CODE);
}

/* A node that ends a way is not searched for any further. */
static void take_node(struct search *search, uint32_t number)
{
	struct python_node *node = &search->graph.nodes[number];

	node->root = python_roots_find(&search->gather.roots, node->at);
	if (leads_on(node) && search->frontier_count < FRONTIER_MOST)
		search->frontier[search->frontier_count++] = number;
}

/* A variable of a library: nothing is behind it.  Those of Python itself say nothing. */
static void take_data(struct search *search, const struct python_hit *hit)
{
	if (hit->at < search->python->image_start || hit->at >= search->python->image_end)
		search->graph.nodes[hit->node].image = hit->at;
}

/* Counts the holders that hold a node in the same way; false: there are enough.  What a million
 * objects point back at would have no room for the one that keeps it. */
static bool take_alike(struct search *search, uint32_t node, const struct python_edge *edge)
{
	uint64_t key = (edge->type != NULL ? edge->type->at : 0) + edge->name * 31 +
		       ((uint64_t)node << 8) + (uint64_t)edge->how;
	uint8_t *count = &search->alike[key * UINT64_C(0x9e3779b97f4a7c15) >> 51];

	if (*count >= ALIKE_MOST)
		return false;
	(*count)++;
	return true;
}

static void take_hit(struct search *search, const struct python_hit *hit)
{
	const struct python_prover prover = { .heap = &search->heap,
		.owners = &search->gather.owners };
	uint32_t level = search->graph.nodes[hit->node].level + 1;
	struct python_edge edge;
	bool fresh;

	if (hit->data) {
		take_data(search, hit);
		return;
	}
	if (!python_edge_prove(&prover, hit->at, &edge))
		return;
	/* memory of nobody that points at memory of nobody proves nothing */
	if (edge.how == PYTHON_H_RAW && search->graph.nodes[hit->node].type == NULL)
		return;
	if (!take_alike(search, hit->node, &edge))
		return;
	uint32_t holder = python_graph_node(&search->graph, edge.holder, edge.type, level, &fresh);
	if (holder == UINT32_MAX)
		return;
	python_graph_link(&search->graph, hit->node, holder, &edge);
	if (fresh)
		take_node(search, holder);
}

/* One pass over all memory for all nodes of a level at once, since the pass is what costs. */
static int step_out(struct search *search)
{
	const struct python_hit *hits;
	size_t count;

	python_refs_clear(search->refs);
	for (size_t i = 0; i < search->frontier_count; i++)
		python_refs_target(search->refs, search->graph.nodes[search->frontier[i]].at,
			search->frontier[i]);
	search->frontier_count = 0;
	int error = python_refs_find(search->refs, &hits, &count);
	python_heap_forget(&search->heap);
	memset(search->alike, 0, sizeof(search->alike));
	for (size_t i = 0; i < count; i++)
		take_hit(search, &hits[i]);
	return error;
}

/* Whether every chosen object has a way to a name. */
static bool all_named(const struct search *search)
{
	for (uint32_t i = 0; i < search->samples; i++)
		if (search->graph.nodes[i].cost == PYTHON_NOWHERE)
			return false;
	return true;
}

/* Direct holders without a name yet that keep many of the chosen: another answer may be behind. */
static bool more_to_find(const struct search *search)
{
	unsigned open = 0;

	for (size_t i = 0; i < search->graph.link_count; i++) {
		const struct python_link *link = &search->graph.links[i];

		open += link->from < search->samples && link->to >= search->samples &&
			search->graph.nodes[link->to].cost == PYTHON_NOWHERE;
	}
	return open * 2 >= search->samples;
}

/* Level by level outwards until all chosen objects have a way to a name, and some levels more for
 * holders further away. */
static int climb_levels(struct search *search)
{
	unsigned more = 0;

	for (unsigned level = 0; level < LEVELS_MOST && search->frontier_count > 0; level++) {
		int error = step_out(search);

		python_graph_solve(&search->graph);
		if (error != 0)
			return error;
		if (all_named(search) && (more++ >= LEVELS_MORE || !more_to_find(search)))
			break;
	}
	return 0;
}

/* Two chosen objects may be the same. */
static void begin_search(struct search *search, const struct python_choice *choice)
{
	bool fresh;

	for (unsigned i = 0; i < choice->count; i++) {
		uint32_t node = python_graph_node(&search->graph, choice->at[i], choice->type, 0,
			&fresh);

		if (fresh)
			take_node(search, node);
	}
	search->samples = (unsigned)search->graph.node_count;
}

/* --- the answer ------------------------------------------------------------------------------- */

/* The ways that explain most of the chosen come first. */
static void answer_search(struct search *search)
{
	struct python_paths paths;
	struct python_holders *holders = search->holders;

	python_paths_collect(&paths, search->python, &search->graph, search->samples);
	holders->samples = search->samples;
	holders->found = paths.found;
	while (holders->path_count < PYTHON_PATHS_MOST &&
		python_paths_next(&paths, &holders->paths[holders->path_count]))
		holders->path_count++;
	holders->told = (unsigned)__builtin_popcountll(paths.covered);
	python_paths_done(&paths);
}

static int search_run(struct search *search, const char *name)
{
	int error = python_gather(&search->gather, &search->heap, name);

	if (error != 0)
		return error;
	const struct python_choice *choice = python_gather_choice(&search->gather);
	if (choice == NULL)
		return -ENOENT;
	for (unsigned i = 0; i < search->gather.choice_count; i++)
		search->holders->others += search->gather.choices[i].type->count;
	search->holders->others -= choice->type->count;
	snprintf(search->holders->type, sizeof(search->holders->type), "%s", choice->type->name);
	if (search->holders->others > 0)
		python_type_full_name(search->python, choice->type, search->holders->type);
	search->holders->count = choice->type->count;
	search->holders->bytes = choice->type->bytes + choice->type->hanging;
	search->refs = python_refs_new(&search->heap);
	begin_search(search, choice);
	error = climb_levels(search);
	answer_search(search);
	return error;
}

int python_holders_find(struct python_holders *holders, const struct python *python,
	const char *name)
{
	struct search *search = xalloc_zero(1, sizeof(*search));

	memset(holders, 0, sizeof(*holders));
	search->holders = holders;
	search->python = python;
	search->types = python_types_new(python);
	python_heap_init(&search->heap, python, search->types);
	python_graph_init(&search->graph);
	int error = search_run(search, name);
	holders->sums = search->heap.sums;
	python_refs_free(search->refs);
	python_graph_done(&search->graph);
	python_gather_done(&search->gather);
	python_heap_done(&search->heap);
	python_types_free(search->types);
	free(search);
	return error;
}
