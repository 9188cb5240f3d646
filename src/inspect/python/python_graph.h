/* SPDX-License-Identifier: GPL-2.0-or-later */
/* python_graph - the objects met on the way from some objects to what holds them, and the
 * shortest way from each to something with a name /
 */
#pragma once

#include "inspect/python/python_edge.h"
#include "inspect/python/python_roots.h"

enum {
	PYTHON_NODES_MOST = 1 << 16,
	PYTHON_EDGES_MOST = 1 << 18,
	PYTHON_NOWHERE = UINT32_MAX, /* a cost: nothing with a name is behind it */
};

struct python_node {
	uint64_t at; /* an object; a block where TYPE is NULL */
	const struct python_type *type;
	const struct python_root *root; /* what names it; NULL: nothing */
	uint64_t image;                 /* a library whose variable refers to it; 0: none */
	uint32_t cost;                  /* of the best way to a name */
	uint32_t best;                  /* the edge it begins with; UINT32_MAX: it has one itself */
	uint32_t level;                 /* steps from the first objects */
	uint32_t next;                  /* of those with its hash */
};

struct python_link {
	uint32_t from, to; /* nodes: what is held, and its holder */
	struct python_edge edge;
};

struct python_graph {
	struct python_node *nodes;
	size_t node_count, node_cap;
	struct python_link *links;
	size_t link_count, link_cap;
	uint32_t *places; /* of nodes by address, + 1 */
};

/* An empty graph; and what it holds is freed. */
void python_graph_init(struct python_graph *graph);
void python_graph_done(struct python_graph *graph);

/* The node of ADDRESS, made where it is new (then of TYPE and LEVEL, *FRESH true); UINT32_MAX: no
 * more room. */
uint32_t python_graph_node(struct python_graph *graph, uint64_t address,
	const struct python_type *type, uint32_t level, bool *fresh);

/* Notes that TO holds FROM, once. */
void python_graph_link(struct python_graph *graph, uint32_t from, uint32_t to,
	const struct python_edge *edge);

/* Finds the best way of every node to a name. */
void python_graph_solve(struct python_graph *graph);

/* The cost of a step: those that say little cost more. */
uint32_t python_graph_cost(const struct python_edge *edge);
