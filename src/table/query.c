/* SPDX-License-Identifier: GPL-2.0-or-later */
/* query - the filter language as a small tree, and its evaluation; query_parse.c builds it */
#include "table/query_tree.h"

#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

void query_free(struct query *query)
{
	if (!query)
		return;
	free(query->nodes);
	free(query->texts);
	free(query);
}

static bool compare_number(enum query_op op, double x, double y)
{
	switch (op) {
	case QUERY_EQ:
		return x == y;
	case QUERY_NE:
		return x != y;
	case QUERY_GT:
		return x > y;
	case QUERY_GE:
		return x >= y;
	case QUERY_LT:
		return x < y;
	case QUERY_LE:
		return x <= y;
	case QUERY_HAS:
	case QUERY_HAS_NOT:
		break;
	}
	return false;
}

static bool match_text(enum query_op op, const char *text, const char *value)
{
	bool has = op == QUERY_EQ || op == QUERY_NE ? strcasecmp(text, value) == 0
						    : text_contains(text, value);

	return has == (op == QUERY_EQ || op == QUERY_HAS);
}

/* A size may have been given as a share of what there is, the machine's or the container's. */
static bool match_number(const struct query_node *node, const struct store *store, double figure)
{
	const struct system_figures *system = store_seen(store);
	double value = node->number;

	if (node->share) {
		if (!system)
			return false;
		value *= (double)system->total_kib * 1024 / 100;
	}
	return compare_number(node->op, figure, value);
}

static bool match_available(const struct query_node *node, const struct store *store)
{
	const struct system_figures *system = store_seen(store);

	return system && system->known & SYSTEM_AVAILABLE &&
	       match_number(node, store, (double)system->available_kib * 1024);
}

/* The number of a process or user as it may stand in a filter. */
static bool is_number(const char *text, unsigned long number)
{
	char digits[24];

	snprintf(digits, sizeof(digits), "%lu", number);
	return strcmp(text, digits) == 0;
}

/* A user matches by name or by number; without a name, by number only. */
static bool match_user(const struct query_node *node, const char *value, const char *name,
	uint32_t uid)
{
	bool wanted = node->op == QUERY_EQ || node->op == QUERY_HAS;

	if (is_number(value, uid))
		return wanted;
	return name ? match_text(node->op, name, value) : !wanted;
}

/* A command is its name and its line: equal to either, part of either. */
static bool match_command(const struct query_node *node, const char *value, const struct row *row)
{
	const struct proc *proc = row->proc;
	bool wanted = node->op == QUERY_EQ || node->op == QUERY_HAS;
	enum query_op op = node->op == QUERY_EQ || node->op == QUERY_NE ? QUERY_EQ : QUERY_HAS;
	bool has = match_text(op, proc ? proc->comm : row->name, value) ||
		   (proc && proc->cmdline && match_text(op, proc->cmdline, value));

	return has == wanted;
}

static bool match_column(const struct query_node *node, const char *value,
	const struct store *store, const struct row *row)
{
	double figure;

	if (!node->by_text)
		return node->column->number(store, row, &figure) &&
		       match_number(node, store, figure);
	const char *text = node->column->text(store, row);
	if (node->column->id == COL_USER)
		return (row->proc || row->sum->one_user) &&
		       match_user(node, value, text, row_self(row)->uid);
	if (node->column->id == COL_COMMAND)
		return match_command(node, value, row);
	return text && match_text(node->op, text, value);
}

static bool match_word(const char *word, const struct store *store, const struct row *row)
{
	const struct proc *proc = row->proc;
	const char *user;

	if (!proc)
		return text_contains(row->name, word);
	user = store_user(store, proc->uid);
	return text_contains(proc->comm, word) ||
	       (proc->cmdline && text_contains(proc->cmdline, word)) ||
	       (user && text_contains(user, word)) || is_number(word, (unsigned long)proc->id.pid);
}

/* Deep only as parentheses are, which the parser bounds. */
static bool match(const struct query *query, const struct query_node *node,
	const struct store *store, const struct row *row)
{
	const char *value = query->texts + node->text;
	bool all = node->kind == QUERY_AND;

	switch (node->kind) {
	case QUERY_AND:
	case QUERY_OR:
		for (uint32_t i = node->child; i != QUERY_NONE; i = query->nodes[i].next)
			if (match(query, &query->nodes[i], store, row) != all)
				return !all;
		return all;
	case QUERY_NOT:
		return !match(query, &query->nodes[node->child], store, row);
	case QUERY_COLUMN:
		return match_column(node, value, store, row);
	case QUERY_AVAILABLE:
		return match_available(node, store);
	case QUERY_WORD:
		return match_word(value, store, row);
	}
	return false;
}

bool query_match(const struct query *query, const struct store *store, const struct row *row)
{
	return !query || match(query, &query->nodes[query->root], store, row);
}

bool query_is_machine(const struct query *query)
{
	for (size_t i = 0; i < query->count; i++)
		if (query->nodes[i].kind == QUERY_COLUMN || query->nodes[i].kind == QUERY_WORD)
			return false;
	return true;
}

static bool compares(const struct query *query, enum column_id id)
{
	for (size_t i = 0; i < query->count; i++)
		if (query->nodes[i].kind == QUERY_COLUMN && query->nodes[i].column->id == id)
			return true;
	return false;
}

double query_settle_s(const struct query *query)
{
	if (compares(query, COL_GROWTH10))
		return 600;
	return compares(query, COL_GROWTH) ? 60 : 0;
}

double query_patience_s(const struct query *query)
{
	double settle_s = query_settle_s(query);
	bool judged = compares(query, COL_VERDICT) || compares(query, COL_ETA) ||
		      compares(query, COL_TREND);

	return judged && settle_s < 60 ? 60 : settle_s;
}
