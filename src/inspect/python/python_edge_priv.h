/* SPDX-License-Identifier: GPL-2.0-or-later */
/* python_edge_priv - what the files of python_edge.h share */
#pragma once

#include "inspect/python/python_edge.h"

/* Whether the word at ADDRESS, in the block at TABLE of SIZE bytes that is no object, is a
 * reference of the object whose table that is. */
bool python_table_prove(const struct python_prover *prover, uint64_t table, uint64_t size,
	uint64_t address, struct python_edge *edge);

/* The name (a str object) of attribute INDEX of instances of TYPE; 0: none. */
uint64_t python_attribute_name(const struct python *python, const struct python_type *type,
	uint64_t index);
