/* SPDX-License-Identifier: GPL-2.0-or-later */
/* query_ask - what a query asks for, without an answer to it */
#include "table/query_tree.h"

bool query_is_machine(const struct query *query)
{
	for (size_t i = 0; i < query->count; i++)
		if (query->nodes[i].kind == QUERY_COLUMN || query->nodes[i].kind == QUERY_WORD)
			return false;
	return true;
}

bool query_asks(const struct query *query, enum column_id id)
{
	for (size_t i = 0; i < query->count; i++)
		if (query->nodes[i].kind == QUERY_COLUMN && query->nodes[i].column->id == id)
			return true;
	return false;
}

bool query_asks_containers(const struct query *query)
{
	for (size_t i = 0; i < query->count; i++)
		if (query->nodes[i].kind == QUERY_COLUMN && query->nodes[i].column->of_containers)
			return true;
	return false;
}

double query_settle_s(const struct query *query)
{
	return query_asks(query, COL_GROWTH10) ? 600 : query_asks(query, COL_GROWTH) ? 60 : 0;
}

double query_patience_s(const struct query *query)
{
	double settle_s = query_settle_s(query);
	bool judged = query_asks(query, COL_VERDICT) || query_asks(query, COL_CAUSE) ||
		      query_asks(query, COL_ETA) || query_asks(query, COL_TREND);

	return judged && settle_s < 60 ? 60 : settle_s;
}

const struct column *query_figure(const struct query *query)
{
	for (size_t i = 0; i < query->count; i++)
		if (query->nodes[i].kind == QUERY_COLUMN && !query->nodes[i].by_text)
			return query->nodes[i].column;
	return NULL;
}

const char *query_bare(const struct query *query)
{
	for (size_t i = 0; i < query->count; i++) {
		const struct query_node *node = &query->nodes[i];
		if (node->kind == QUERY_WORD && column_by_key(query->texts + node->text) != NULL)
			return query->texts + node->text;
	}
	return NULL;
}
