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
	if (query == NULL)
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

/* A question to a row.  OPEN is the answer where a figure is not known: no for a filter. */
struct query_check {
	const struct query *query;
	const struct store *store;
	const struct row *row;
	enum query_answer open;
	const char *lacking; /* the first that was not known */
};

static enum query_answer answer_if(bool yes)
{
	return yes ? QUERY_YES : QUERY_NO;
}

bool query_takes_time(const char *lacking)
{
	static const enum column_id ids[] = { COL_GROWTH, COL_GROWTH10, COL_VERDICT, COL_CAUSE,
		COL_ETA, COL_TREND };

	for (size_t i = 0; lacking != NULL && i < sizeof(ids) / sizeof(ids[0]); i++)
		if (lacking == column_get(ids[i])->key)
			return true;
	return false;
}

/* A figure that could be read weighs more than what only time can tell. */
static enum query_answer left_open(struct query_check *question, const char *lacking)
{
	if (question->lacking == NULL ||
		(query_takes_time(question->lacking) && !query_takes_time(lacking)))
		question->lacking = lacking;
	return question->open;
}

/* A size may have been given as a share of what there is, the machine's or the container's. */
static enum query_answer match_number(struct query_check *question, const struct query_node *node,
	double figure)
{
	const struct system_figures *system = store_seen(question->store);
	double value = node->number, limit;

	if (node->share && node->kind == QUERY_COLUMN && node->column->of_containers) {
		/* a share of the limit that binds the container */
		if (!column_number(column_get(COL_LIMIT), question->store, question->row, &limit))
			return QUERY_NO;
		value *= limit / 100;
	} else if (node->share) {
		if (system == NULL || system->total_kib == 0)
			return left_open(question, "the machine's memory");
		value *= (double)system->total_kib * 1024 / 100;
	}
	return answer_if(compare_number(node->op, figure, value));
}

static enum query_answer match_available(struct query_check *question,
	const struct query_node *node)
{
	const struct system_figures *system = store_seen(question->store);

	if (system == NULL || !(system->known & SYSTEM_AVAILABLE))
		return left_open(question, "available memory");
	return match_number(question, node, (double)system->available_kib * 1024);
}

/* The number of a process or user as it may stand in a filter. */
static bool is_number(const char *text, unsigned long number)
{
	char digits[24];

	snprintf(digits, sizeof(digits), "%lu", number);
	return strcmp(text, digits) == 0;
}

/* --- what was read -------------------------------------------------------------------------- */

/* Nothing of its memory is left, and what is not known of it will never be. */
static bool is_over(const struct proc *proc)
{
	return proc->kernel_thread || (proc->detail_ms != 0 && proc_has_ended(proc));
}

/* Until the details are read, who owns /proc/PID stands for the user. */
static bool has_user(const struct proc *proc)
{
	return (proc->figures.known & DETAIL_USER) || proc->kernel_thread;
}

/* A name may be that of before an exec until the details are read. */
static bool has_command(const struct proc *proc)
{
	return proc->kernel_thread || (proc->cmdline != NULL && proc->detail_ms != 0);
}

/* --- what matches --------------------------------------------------------------------------- */

/* A user matches by name or by number; without a name, by number only. */
static enum query_answer match_user(struct query_check *question, const struct query_node *node,
	const char *value, const char *name)
{
	const struct row *row = question->row;
	bool wanted = node->op == QUERY_EQ || node->op == QUERY_HAS;
	uint32_t uid = row_self(row)->figures.uid;

	if (row->proc == NULL && (!row_total(row)->one_user || row->sum->count == 0))
		return QUERY_NO;
	if (row->proc != NULL && question->open == QUERY_OPEN &&
		!(has_user(row->proc) && (name != NULL || store_user_told(question->store, uid))) &&
		!(has_user(row->proc) && is_number(value, uid)))
		return left_open(question, "user");
	if (is_number(value, uid))
		return answer_if(wanted);
	return answer_if(name != NULL ? match_text(node->op, name, value) : !wanted);
}

/* A command is its name and its line: equal to either, part of either. */
static enum query_answer match_command(struct query_check *question, const struct query_node *node,
	const char *value)
{
	const struct proc *proc = question->row->proc;
	bool wanted = node->op == QUERY_EQ || node->op == QUERY_HAS;
	enum query_op op = node->op == QUERY_EQ || node->op == QUERY_NE ? QUERY_EQ : QUERY_HAS;
	bool has = match_text(op, proc != NULL ? proc->name : question->row->name, value) ||
		   (proc != NULL && match_text(op, proc->comm, value)) ||
		   (proc != NULL && proc->cmdline != NULL && match_text(op, proc->cmdline, value));

	if (!has && proc != NULL && question->open == QUERY_OPEN && !has_command(proc))
		return left_open(question, "command line");
	return answer_if(has == wanted);
}

/* Where a process is has been read, and it is in no container.  One in a cgroup of which nothing
 * can be read, as without the memory controller, is in one that is not known; what lies outside of
 * our own namespace of cgroups ("/..") is no row. */
static bool has_no_container(const struct query_check *question, const struct column *column)
{
	const struct row *row = question->row;
	const char *cgroup = row->proc != NULL ? row->proc->cgroup : NULL;
	bool outside = cgroup != NULL &&
		       (strcmp(cgroup, "/") == 0 || strncmp(cgroup, "/..", 3) == 0);

	return column->of_containers && row->proc != NULL &&
	       (row->proc->kernel_thread || outside) && row_container(question->store, row) == NULL;
}

/* Whether it is too early for a verdict, and for what hangs on one. */
static bool is_unjudged(const struct query_check *question, enum column_id id)
{
	const struct row *row = question->row;
	bool judged = id == COL_VERDICT || id == COL_CAUSE || id == COL_ETA || id == COL_TREND;

	return judged && question->open == QUERY_OPEN && row->proc != NULL &&
	       proc_is_measured(row->proc) && !is_over(row->proc) &&
	       row_verdict(question->store, row) == TREND_NEW;
}

static enum query_answer match_figure(struct query_check *question, const struct query_node *node)
{
	const struct column *column = node->column;
	const struct proc *proc = question->row->proc;
	double figure;

	if (is_unjudged(question, column->id))
		return left_open(question, column->key);
	if (column_number(column, question->store, question->row, &figure))
		return match_number(question, node, figure);
	bool none = (proc != NULL &&
			    (is_over(proc) || (column->id == COL_ETA && proc_is_measured(proc)))) ||
		    has_no_container(question, column);
	return none ? QUERY_NO : left_open(question, column->key);
}

/* Whether there is no such figure, which is an answer: a verdict is given to all that are measured
 * and not memtop's own, a cause is looked for where something climbs or maps files. */
static bool has_none(const struct query_check *question, enum column_id id)
{
	const struct proc *proc = question->row->proc;

	if (proc == NULL)
		return false;
	if (is_over(proc) || (id == COL_VERDICT && proc_is_measured(proc)))
		return true;
	return id == COL_CAUSE && proc_is_measured(proc) &&
	       row_verdict(question->store, question->row) != TREND_CLIMBING;
}

static enum query_answer match_column(struct query_check *question, const struct query_node *node,
	const char *value)
{
	const struct column *column = node->column;

	if (!node->by_text)
		return match_figure(question, node);
	const char *text = column->text(question->store, question->row);
	if (column->id == COL_USER)
		return match_user(question, node, value, text);
	if (column->id == COL_COMMAND)
		return match_command(question, node, value);
	/* who has ended is seen at once, whatever else is to be judged later */
	bool later = strcasecmp(value, trend_state_name(TREND_ZOMBIE)) != 0;
	if (text != NULL && !match_text(node->op, text, value) && later &&
		is_unjudged(question, column->id))
		return left_open(question, column->key);
	if (text != NULL)
		return answer_if(match_text(node->op, text, value));
	bool none = has_none(question, column->id) || has_no_container(question, column);
	if (column->id == COL_CAUSE && is_unjudged(question, column->id))
		return left_open(question, column->key);
	return none ? QUERY_NO : left_open(question, column->key);
}

/* A word alone is looked for where a person would look: name, command line, user, pid; of a group
 * in its name and its container's id. What was not read yet might have it. */
static enum query_answer match_word(struct query_check *question, const char *word)
{
	const struct proc *proc = question->row->proc;

	if (proc == NULL)
		return answer_if(text_contains(question->row->name, word) ||
				 (question->row->container != NULL &&
					 question->row->container->id != NULL &&
					 text_contains(question->row->container->id, word)));
	const char *user = store_user(question->store, proc->figures.uid);
	if (text_contains(proc->comm, word) || text_contains(proc->name, word) ||
		(proc->cmdline != NULL && text_contains(proc->cmdline, word)) ||
		(user != NULL && text_contains(user, word)) ||
		is_number(word, (unsigned long)proc->id.pid))
		return QUERY_YES;
	if (!has_command(proc))
		return left_open(question, "command line");
	if (!has_user(proc) || !store_user_told(question->store, proc->figures.uid))
		return left_open(question, "user");
	return QUERY_NO;
}

static enum query_answer match_node(struct query_check *question, const struct query_node *node);

/* Asks all children, or for one of them: what is open counts only where no other decides. */
static enum query_answer match_all(struct query_check *question, const struct query_node *node)
{
	const struct query_node *nodes = question->query->nodes;
	enum query_answer decides = node->kind == QUERY_AND ? QUERY_NO : QUERY_YES,
			  answer = node->kind == QUERY_AND ? QUERY_YES : QUERY_NO;

	for (uint32_t i = node->child; i != QUERY_NONE; i = nodes[i].next) {
		enum query_answer one = match_node(question, &nodes[i]);
		if (one == decides)
			return one;
		if (one == QUERY_OPEN)
			answer = QUERY_OPEN;
	}
	return answer;
}

/* Deep only as parentheses are, which the parser bounds. */
static enum query_answer match_node(struct query_check *question, const struct query_node *node)
{
	const char *value = question->query->texts + node->text;
	enum query_answer answer;

	switch (node->kind) {
	case QUERY_AND:
	case QUERY_OR:
		return match_all(question, node);
	case QUERY_NOT:
		answer = match_node(question, &question->query->nodes[node->child]);
		return answer == QUERY_OPEN ? answer : answer_if(answer == QUERY_NO);
	case QUERY_COLUMN:
		return match_column(question, node, value);
	case QUERY_AVAILABLE:
		return match_available(question, node);
	case QUERY_HOST:
		return answer_if(match_text(node->op, store_name(question->store), value));
	case QUERY_WORD:
		return match_word(question, value);
	}
	return QUERY_NO;
}

bool query_match(const struct query *query, const struct store *store, const struct row *row)
{
	struct query_check question = { query, store, row, QUERY_NO, NULL };

	return query == NULL || match_node(&question, &query->nodes[query->root]) == QUERY_YES;
}

enum query_answer query_decide(const struct query *query, const struct store *store,
	const struct row *row, const char **lacking)
{
	struct query_check question = { query, store, row, QUERY_OPEN, NULL };
	enum query_answer answer = query != NULL ? match_node(&question, &query->nodes[query->root])
						 : QUERY_YES;

	if (answer == QUERY_OPEN && lacking != NULL)
		*lacking = question.lacking;
	return answer;
}

bool query_matches_nowhere(const struct query *query, const struct store *store,
	const struct row *row)
{
	struct row there = *row;

	if (row->proc == NULL || row->proc->cgroup != NULL || !query_asks_containers(query))
		return false;
	struct proc placed = *row->proc;
	there.proc = &placed;
	for (size_t i = 0; i <= store_container_count(store); i++) {
		placed.cgroup = i > 0 ? store_container_at(store, i - 1)->path : "/";
		if (query_decide(query, store, &there, NULL) != QUERY_NO)
			return false;
	}
	return true;
}

/* --- the kernel's own peak ------------------------------------------------------------------ */

struct peak {
	const struct query *query;
	const struct store *store;
	double bytes;
	bool exact, swapped;
};

static bool is_rss(enum column_id id)
{
	return id == COL_RSS || id == COL_PEAK || id == COL_MEM_PERCENT;
}

/* More than so much of what RSS is or holds. */
static bool is_bounded(const struct query_node *node)
{
	if (node->by_text || (node->op != QUERY_GT && node->op != QUERY_GE))
		return false;
	enum column_id id = node->column->id;
	return is_rss(id) || id == COL_ANON || id == COL_FILE || id == COL_SHMEM || id == COL_PSS ||
	       id == COL_FOOTPRINT;
}

/* One comparison.  Of what is no RSS, RSS is the most it can have been. */
static enum query_answer peak_column(const struct peak *peak, const struct query_node *node)
{
	const struct system_figures *system = store_seen(peak->store);
	double value = node->number;
	enum column_id id = node->column->id;

	if (!is_bounded(node) || (id == COL_FOOTPRINT && peak->swapped))
		return QUERY_OPEN;
	if ((node->share || id == COL_MEM_PERCENT) && (system == NULL || system->total_kib == 0))
		return QUERY_OPEN;
	if (node->share || id == COL_MEM_PERCENT)
		value *= (double)system->total_kib * 1024 / 100;
	if (!compare_number(node->op, peak->bytes, value))
		return QUERY_NO;
	return is_rss(id) && peak->exact ? QUERY_YES : QUERY_OPEN;
}

/* Negations stay open: a peak says what was reached, not that something never was. */
static enum query_answer peak_node(const struct peak *peak, const struct query_node *node)
{
	const struct query_node *nodes = peak->query->nodes;
	bool all = node->kind == QUERY_AND;
	enum query_answer answer = all ? QUERY_YES : QUERY_NO;

	if (node->kind == QUERY_COLUMN)
		return peak_column(peak, node);
	if (!all && node->kind != QUERY_OR)
		return QUERY_OPEN;
	for (uint32_t i = node->child; i != QUERY_NONE; i = nodes[i].next) {
		enum query_answer one = peak_node(peak, &nodes[i]);
		if (one == (all ? QUERY_NO : QUERY_YES))
			return one;
		if (one == QUERY_OPEN)
			answer = one;
	}
	return answer;
}

enum query_answer query_decide_peak(const struct query *query, const struct store *store,
	uint64_t peak_kib, bool exact, bool swapped)
{
	const struct peak peak = { query, store, (double)peak_kib * 1024, exact, swapped };

	return peak_node(&peak, &query->nodes[query->root]);
}

bool query_peak_open(const struct query *query, const struct store *store, uint64_t peak_kib)
{
	const struct peak peak = { query, store, (double)peak_kib * 1024, false, false };

	for (size_t i = 0; i < query->count; i++) {
		const struct query_node *node = &query->nodes[i];
		if (node->kind == QUERY_COLUMN && is_bounded(node) &&
			peak_column(&peak, node) != QUERY_NO)
			return true;
	}
	return false;
}
