/* SPDX-License-Identifier: GPL-2.0-or-later */
/* query_tree - the inside of a query, shared by query.c and query_parse.c and by nobody else */
#pragma once

#include "table/query.h"

enum query_kind {
	QUERY_AND, /* of all children */
	QUERY_OR,
	QUERY_NOT, /* of the one child */
	QUERY_COLUMN,
	QUERY_AVAILABLE,
	QUERY_HOST, /* by what the machine is called */
	QUERY_WORD,
};

enum query_op {
	QUERY_EQ,
	QUERY_NE,
	QUERY_GT,
	QUERY_GE,
	QUERY_LT,
	QUERY_LE,
	QUERY_HAS,
	QUERY_HAS_NOT,
};

static const uint32_t QUERY_NONE = UINT32_MAX;

struct query_node {
	enum query_kind kind;
	enum query_op op;
	bool by_text;
	bool share;     /* NUMBER is percent of the machine's memory */
	uint32_t child; /* first of them */
	uint32_t next;  /* sibling */
	const struct column *column;
	double number; /* in the column's unit */
	size_t text;   /* where the value or word begins in the query's texts */
};

struct query {
	struct query_node *nodes;
	size_t count;
	size_t cap;
	char *texts; /* values and words, each with its NUL */
	size_t texts_len;
	uint32_t root;
};
