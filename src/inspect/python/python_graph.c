/* SPDX-License-Identifier: GPL-2.0-or-later */
/* python_graph - see python_graph.h */
#include "inspect/python/python_graph.h"

#include "base/xalloc.h"

#include <stdlib.h>
#include <string.h>

enum {
	PLACES = 4 * PYTHON_NODES_MOST,
	STEP = 4,        /* what a plain step costs */
	STEP_VAGUE = 8,  /* into a field without a name */
	STEP_RAW = 12,   /* into memory whose owner is not known */
	NAMED_CLASS = 1, /* beside a module's name */
	NAMED_LOCAL = 6, /* what a module or class names one step further comes before it */
	NAMED_LIBRARY = 24,
	ROUNDS_MOST = 64,
};

void python_graph_init(struct python_graph *graph)
{
	memset(graph, 0, sizeof(*graph));
	graph->places = xalloc_zero(PLACES, sizeof(*graph->places));
}

void python_graph_done(struct python_graph *graph)
{
	free(graph->nodes);
	free(graph->links);
	free(graph->places);
	memset(graph, 0, sizeof(*graph));
}

uint32_t python_graph_node(struct python_graph *graph, uint64_t address,
	const struct python_type *type, uint32_t level, bool *fresh)
{
	/* objects lie 8 bytes apart at least; the factor is 2^64 by the golden ratio */
	size_t at = (size_t)((address >> 3) * UINT64_C(0x9e3779b97f4a7c15) >> 20) % PLACES;

	*fresh = false;
	for (; graph->places[at] != 0; at = (at + 1) % PLACES)
		if (graph->nodes[graph->places[at] - 1].at == address)
			return graph->places[at] - 1;
	if (graph->node_count == PYTHON_NODES_MOST)
		return UINT32_MAX;
	*XALLOC_NEXT(graph->nodes, graph->node_count, graph->node_cap) = (struct python_node){
		.at = address, .type = type, .level = level, .cost = PYTHON_NOWHERE
	};
	*fresh = true;
	graph->places[at] = (uint32_t)graph->node_count;
	return (uint32_t)graph->node_count - 1;
}

void python_graph_link(struct python_graph *graph, uint32_t from, uint32_t to,
	const struct python_edge *edge)
{
	if (graph->link_count == PYTHON_EDGES_MOST || from == to)
		return;
	*XALLOC_NEXT(graph->links, graph->link_count,
		graph->link_cap) = (struct python_link){ .from = from, .to = to, .edge = *edge };
}

uint32_t python_graph_cost(const struct python_edge *edge)
{
	if (edge->how == PYTHON_H_RAW)
		return STEP_RAW;
	return edge->how == PYTHON_H_INSIDE || edge->how == PYTHON_H_AWAITED ? STEP_VAGUE : STEP;
}

/* A module's variable says most of where something is held, a local variable least: it may be gone
 * in a moment. */
static uint32_t own_cost(const struct python_node *node)
{
	if (node->root != NULL)
		return node->root->kind == PYTHON_R_MODULE  ? 0
		       : node->root->kind == PYTHON_R_CLASS ? NAMED_CLASS
							    : NAMED_LOCAL;
	return node->image != 0 ? NAMED_LIBRARY : PYTHON_NOWHERE;
}

/* Costs spread from what has a name to the objects (Bellman and Ford): from the last link to the
 * first, since links were found from the objects outwards and names lie at the far end. */
void python_graph_solve(struct python_graph *graph)
{
	bool changed = true;

	for (size_t i = 0; i < graph->node_count; i++) {
		graph->nodes[i].cost = own_cost(&graph->nodes[i]);
		graph->nodes[i].best = UINT32_MAX;
	}
	for (unsigned round = 0; changed && round < ROUNDS_MOST; round++) {
		changed = false;
		for (size_t i = graph->link_count; i-- > 0;) {
			const struct python_link *link = &graph->links[i];
			struct python_node *from = &graph->nodes[link->from];
			uint32_t behind = graph->nodes[link->to].cost;

			if (behind == PYTHON_NOWHERE ||
				behind + python_graph_cost(&link->edge) >= from->cost)
				continue;
			from->cost = behind + python_graph_cost(&link->edge);
			from->best = (uint32_t)i;
			changed = true;
		}
	}
}
