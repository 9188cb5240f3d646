/* SPDX-License-Identifier: GPL-2.0-or-later */
/* python_path - ways through the graph of holders as sentences, and which of them most objects
 * share /
 */
#pragma once

#include "inspect/python/python_graph.h"
#include "inspect/python/python_holders.h"

enum { PYTHON_STEPS_MOST = 24 }; /* longer ways are not told */

/* Which names a way is told with, so that many read alike. */
enum python_names {
	PYTHON_N_ALL,
	PYTHON_N_INNER, /* but that of the key or attribute at its end */
	PYTHON_N_NONE,  /* and those of attributes before */
};

/* One way from an object to a name: the links, then the node that has one. */
struct python_way {
	uint32_t sample;
	uint32_t links[PYTHON_STEPS_MOST];
	uint32_t count;
	uint32_t last; /* the node with the name */
	uint32_t cost;
	enum python_names names;
	char text[PYTHON_PATH_TEXT]; /* without numbers, so that ways can be compared */
	bool told;
};

struct python_paths {
	const struct python *python;
	const struct python_graph *graph;
	struct python_way *ways;
	size_t count;
	unsigned samples;
	unsigned found;   /* objects with a way */
	uint64_t covered; /* a bit for each whose way was told */
	enum python_names names;
};

/* Finds the ways of nodes 0 to SAMPLES - 1 (at most 64) of a graph that is solved. */
void python_paths_collect(struct python_paths *paths, const struct python *python,
	const struct python_graph *graph, unsigned samples);
void python_paths_done(struct python_paths *paths);

/* The way that most objects share and was not told yet; false: no further one is worth telling. */
bool python_paths_next(struct python_paths *paths, struct python_path *path);

/* WAY in words; with COUNTED, bit I says that the holder of its step I is the same for all, so that
 * its number of entries is told. */
void python_way_text(const struct python *python, const struct python_graph *graph,
	const struct python_way *way, uint32_t counted, char *to, size_t size);
