/* SPDX-License-Identifier: GPL-2.0-or-later */
/* python_path_words - a way through the graph of holders in words (python_path.h)
 *
 * Only names that are the program's are told: of modules, classes, functions, attributes and
 * variables. A key of a dict is one only where the dict is somebody's namespace. /
 */
#include "inspect/python/python_path.h"

#include "base/buf.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { NAME = PYTHON_TEXT_MOST };

struct words {
	const struct python *python;
	const struct python_graph *graph;
	const struct python_way *way;
	uint32_t counted;
	uint32_t at; /* the step that is next */
	enum python_names names;
	struct buf text;
};

static const struct python_link *step_ahead(const struct words *words, uint32_t ahead)
{
	return words->at + ahead < words->way->count
		       ? &words->graph->links[words->way->links[words->at + ahead]]
		       : NULL;
}

static const struct python_node *holder(const struct words *words, uint32_t ahead)
{
	const struct python_link *link = step_ahead(words, ahead);

	return link != NULL ? &words->graph->nodes[link->to] : NULL;
}

static void put_words(struct words *words, const char *text)
{
	if (words->text.len > 0)
		buf_puts(&words->text, ", ");
	buf_puts(&words->text, text);
}

/* "a list", "an OrderedDict": the last part of a type's name. */
static const char *short_name(const struct python_type *type)
{
	const char *last = strrchr(type->name, '.');

	return last != NULL && last[1] != '\0' ? last + 1 : type->name;
}

static const char *article(const char *name)
{
	return strchr("AEIOUaeiou", name[0]) != NULL ? "an" : "a";
}

/* 4856 as "4,856". */
static void put_number(struct buf *buf, uint64_t number)
{
	if (number >= 1000) {
		put_number(buf, number / 1000);
		buf_printf(buf, ",%03" PRIu64, number % 1000);
	} else {
		buf_printf(buf, "%" PRIu64, number);
	}
}

/* Entries of a container. */
static uint64_t count_entries(const struct words *words, const struct python_node *node)
{
	uint64_t count = 0;

	if (node->type->kind == PYTHON_K_ELEMENT)
		return 0;
	uint64_t at = node->at + (node->type->kind == PYTHON_K_SET ? 24 : OBJECT_SIZE);

	return memory_word(words->python->memory, at, &count) == 0 && count < UINT64_C(1) << 40
		       ? count
		       : 0;
}

static void put_container(struct words *words, const struct python_node *node)
{
	const char *name = short_name(node->type);
	uint64_t count = (words->counted >> words->at & 1) != 0 ? count_entries(words, node) : 0;

	put_words(words, article(name));
	buf_printf(&words->text, " %s", name);
	if (count == 0)
		return;
	buf_puts(&words->text, " of ");
	put_number(&words->text, count);
	buf_puts(&words->text, count == 1 ? " entry" : " entries");
}

/* The runner of a frame is part of its name: a coroutine that waits holds its variables as long as
 * it does. */
static const char *code_kind(const struct words *words, const struct python_node *node)
{
	if (node->type == NULL)
		return "";
	if (node->type->at == words->python->builtin[PYTHON_B_COROUTINE])
		return "coroutine ";
	if (node->type->at == words->python->builtin[PYTHON_B_GENERATOR] ||
		node->type->at == words->python->builtin[PYTHON_B_ASYNC_GENERATOR])
		return "generator ";
	return "";
}

static void put_variable(struct words *words, uint64_t code, uint32_t index, const char *kind)
{
	char variable[NAME], function[NAME];
	bool named = python_variable_name(words->python, code, index, variable, sizeof(variable));

	if (!python_code_name(words->python, code, function, sizeof(function)))
		snprintf(function, sizeof(function), "a function");
	put_words(words, named ? "local variable " : "a local variable");
	if (named)
		buf_printf(&words->text, "'%s'", variable);
	buf_printf(&words->text, " of %s%s", kind, function);
}

static bool function_name(const struct words *words, uint64_t function, char *name)
{
	uint64_t text;

	return memory_word(words->python->memory, function + words->python->row.function_name,
		       &text) == 0 &&
	       python_identifier(words->python, text, true, name, NAME);
}

/* The owner of a namespace: "Session", "function handler". */
static void put_owner(struct words *words, const struct python_node *node)
{
	char name[NAME];

	if (node->type->kind == PYTHON_K_FUNCTION && function_name(words, node->at, name))
		buf_printf(&words->text, "function %s", name);
	else
		buf_puts(&words->text, short_name(node->type));
}

static void put_attribute(struct words *words, const char *name, const struct python_node *node)
{
	if (words->names == PYTHON_N_NONE)
		name = "";
	put_words(words, name[0] != '\0' ? "attribute " : "an attribute");
	if (name[0] != '\0')
		buf_printf(&words->text, "'%s'", name);
	buf_puts(&words->text, " of ");
	put_owner(words, node);
}

/* A variable of an inner function, kept by its closure: cell, tuple, function. */
static bool put_closure(struct words *words)
{
	const struct python_link *item = step_ahead(words, 1), *closure = step_ahead(words, 2);
	const struct python_layout *row = &words->python->row;
	char variable[NAME], name[NAME];
	uint64_t code = 0;
	int32_t outer = 0;

	if (item == NULL || closure == NULL || closure->edge.how != PYTHON_H_CLOSURE)
		return false;
	uint64_t function = words->graph->nodes[closure->to].at;
	if (memory_word(words->python->memory, function + row->function_code, &code) != 0)
		return false;
	uint32_t before = python_variable_count(words->python, code);
	if (row->code_free_count != PYTHON_NONE)
		(void)memory_read(words->python->memory, code + row->code_free_count, &outer,
			sizeof(outer));
	else
		outer = (int32_t)python_free_count(words->python, code);
	if (outer < 0 || (uint32_t)outer > before ||
		!python_variable_name(words->python, code,
			before - (uint32_t)outer + item->edge.index, variable, sizeof(variable)))
		snprintf(variable, sizeof(variable), "?");
	if (!function_name(words, function, name))
		snprintf(name, sizeof(name), "a function");
	put_words(words, "variable ");
	buf_printf(&words->text, "'%s' in the closure of %s", variable, name);
	words->at += 3;
	return true;
}

/* Whether TYPE is threading.local or made from it. */
static bool is_thread_local(const struct python *python, const struct python_type *type)
{
	uint64_t at = type->at, text;
	char name[NAME];

	for (unsigned i = 0; i < PYTHON_BASES_MOST && python_plausible(at); i++) {
		if (memory_word(python->memory, at + TYPE_NAME, &text) == 0 &&
			python_c_identifier(python, text, name, sizeof(name)) &&
			strcmp(name, "_thread._local") == 0)
			return true;
		if (memory_word(python->memory, at + TYPE_BASE, &at) != 0)
			return false;
	}
	return false;
}

/* The namespace that a thread has in a threading.local(): one dict within another. */
static bool put_thread_local(struct words *words, const char *key)
{
	const struct python_node *outer = NULL;
	uint32_t ahead = 1;

	for (; ahead <= 3; ahead++) {
		outer = holder(words, ahead);
		if (outer == NULL || outer->type == NULL)
			return false;
		if (is_thread_local(words->python, outer->type))
			break;
		if (outer->type->kind != PYTHON_K_DICT)
			return false;
	}
	if (ahead > 3)
		return false;
	put_words(words, "attribute ");
	buf_printf(&words->text, "'%s' of a thread's local data", key);
	words->at += ahead + 1;
	return true;
}

/* The module or class that has the object: the end of the way. */
static void put_root(struct words *words, const struct python_root *root, const char *key)
{
	const struct python_layout *row = &words->python->row;
	bool module = root->kind != PYTHON_R_CLASS;
	char name[NAME] = "";
	uint64_t text = 0, from = root->kind == PYTHON_R_MODULE ? MODULE_NAME : row->type_name;

	if (root->kind == PYTHON_R_GLOBALS)
		from = row->function_module;
	(void)memory_word(words->python->memory, root->owner + from, &text);
	(void)python_identifier(words->python, text, true, name, sizeof(name));
	if (words->names != PYTHON_N_ALL)
		key = "";
	put_words(words, module           ? key[0] != '\0' ? "key " : "a key"
			 : key[0] != '\0' ? "attribute "
					  : "an attribute");
	if (key[0] != '\0')
		buf_printf(&words->text, "'%s'", key);
	buf_printf(&words->text, module ? " of module %s" : " of class %s",
		name[0] != '\0' ? name : "?");
	words->at = words->way->count;
}

/* A dict is seldom what a person calls the holder: that of a module stands for its variables, that
 * of an object for its attributes, that of a thread for its locals. Only of another it is told that
 * it is one, with the key. */
static void put_value(struct words *words, const struct python_link *link,
	const struct python_node *dict)
{
	const struct python_link *next = step_ahead(words, 1);
	const struct python_node *owner = holder(words, 1);
	char key[NAME] = "";

	(void)python_identifier(words->python, link->edge.name, false, key, sizeof(key));
	if (next == NULL && dict->root != NULL && dict->root->kind != PYTHON_R_LOCAL) {
		put_root(words, dict->root, key);
		return;
	}
	if (next != NULL && next->edge.how == PYTHON_H_NAMESPACE && owner != NULL &&
		owner->type != NULL) {
		put_attribute(words, key, owner);
		words->at += 2;
		return;
	}
	if (key[0] != '\0' && put_thread_local(words, key))
		return;
	put_container(words, dict);
	words->at++;
}

/* An entry of functools.lru_cache: a link, a dict, the wrapper. */
static void put_cached(struct words *words)
{
	words->at++;
	const struct python_link *value = step_ahead(words, 0), *wrapper = step_ahead(words, 1);

	if (value != NULL && value->edge.how == PYTHON_H_VALUE && wrapper != NULL &&
		wrapper->edge.how == PYTHON_H_INSIDE)
		words->at += 2;
	put_words(words, "an lru_cache");
}

static void put_named(struct words *words, const struct python_link *link,
	const struct python_node *node)
{
	char name[NAME] = "";

	if (link->edge.how == PYTHON_H_MEMBER)
		(void)python_c_identifier(words->python, link->edge.name, name, sizeof(name));
	else
		(void)python_identifier(words->python, link->edge.name, false, name, sizeof(name));
	put_attribute(words, name, node);
	words->at++;
}

static void put_plain(struct words *words, const char *before, const struct python_node *node)
{
	put_words(words, before);
	if (node != NULL && node->type != NULL)
		put_owner(words, node);
	words->at++;
}

static void put_frame(struct words *words, const struct python_link *link,
	const struct python_node *node)
{
	char name[NAME];

	words->at++;
	const struct python_node *next = holder(words, 0);
	/* before 3.11 a generator has a frame of its own */
	if (node->type != NULL && node->type->kind == PYTHON_K_FRAME && next != NULL &&
		code_kind(words, next)[0] != '\0') {
		node = next;
		words->at++;
	}
	if (link->edge.how == PYTHON_H_VARIABLE) {
		put_variable(words, link->edge.name, link->edge.index, code_kind(words, node));
		return;
	}
	if (!python_code_name(words->python, link->edge.name, name, sizeof(name)))
		snprintf(name, sizeof(name), "a function");
	put_words(words, "at work in ");
	buf_printf(&words->text, "%s%s", code_kind(words, node), name);
}

static void put_step(struct words *words, const struct python_link *link)
{
	const struct python_node *node = &words->graph->nodes[link->to];

	switch (link->edge.how) {
	case PYTHON_H_ITEM:
		put_container(words, node);
		words->at++;
		return;
	case PYTHON_H_VALUE:
		put_value(words, link, node);
		return;
	case PYTHON_H_KEY:
		put_plain(words, "the keys of a ", node);
		return;
	case PYTHON_H_ATTRIBUTE:
	case PYTHON_H_MEMBER:
		put_named(words, link, node);
		return;
	case PYTHON_H_NAMESPACE:
		put_plain(words, "the attributes of ", node);
		return;
	case PYTHON_H_CELL:
		if (!put_closure(words))
			words->at++; /* the variable of a frame follows */
		return;
	case PYTHON_H_CLOSURE:
		put_plain(words, "the closure of ", node);
		return;
	case PYTHON_H_FUNCTION:
		put_plain(words, "default values of ", node);
		return;
	case PYTHON_H_METHOD:
		put_plain(words, "a bound method", NULL);
		return;
	case PYTHON_H_VARIABLE:
	case PYTHON_H_AWAITED:
		put_frame(words, link, node);
		return;
	case PYTHON_H_CACHED:
		put_cached(words);
		return;
	case PYTHON_H_INSIDE:
		put_plain(words, "inside ", node);
		return;
	case PYTHON_H_RAW:
		words->at++; /* whose memory it is follows */
		return;
	}
}

/* The step behind the last one whose holder is of TYPE; 0: none is. */
static uint32_t behind_last(const struct words *words, const struct python_type *type)
{
	for (uint32_t i = words->way->count; i > words->at; i--)
		if (words->graph->nodes[words->graph->links[words->way->links[i - 1]].to].type ==
			type)
			return i;
	return 0;
}

/* A tree's or a chain's objects hold each other: what is between the first and the last of them
 * differs by depth, and says nothing. */
static void skip_alike(struct words *words)
{
	uint32_t behind;

	if (words->at == 0 || words->at >= words->way->count)
		return;
	const struct python_node *node =
		&words->graph->nodes[words->graph->links[words->way->links[words->at - 1]].to];
	if (node->type == NULL ||
		(node->type->kind != PYTHON_K_OTHER && node->type->kind != PYTHON_K_ELEMENT) ||
		(behind = behind_last(words, node->type)) == 0)
		return;
	put_words(words, "within others of ");
	buf_puts(&words->text, short_name(node->type));
	words->at = behind;
}

/* Names the node at the end of the way, where no step said what it is. */
static void put_end(struct words *words)
{
	const struct python_node *last = &words->graph->nodes[words->way->last];

	if (last->root != NULL && last->root->kind == PYTHON_R_LOCAL) {
		put_variable(words, last->root->owner, last->root->index, "");
		return;
	}
	if (last->root != NULL || last->image == 0) {
		if (words->text.len == 0)
			put_words(words, "a module's namespace");
		return;
	}
	const struct memory_region *region = memory_region_at(words->python->memory, last->image);
	while (region != NULL && (region->flags & MEMORY_FILE) == 0)
		region = memory_region_at(words->python->memory, region->start - 1);
	const char *name = region != NULL ? strrchr(region->name, '/') : NULL;
	put_words(words, "a variable of ");
	buf_puts(&words->text, name != NULL ? name + 1 : "a library");
}

void python_way_text(const struct python *python, const struct python_graph *graph,
	const struct python_way *way, uint32_t counted, char *to, size_t size)
{
	struct words words = {
		.python = python,
		.graph = graph,
		.way = way,
		.counted = counted,
		.names = way->names,
	};
	const struct python_root *root = graph->nodes[way->last].root;
	const struct python_link *link;

	buf_init(&words.text);
	while ((link = step_ahead(&words, 0)) != NULL) {
		put_step(&words, link);
		skip_alike(&words);
	}
	/* the name of a module or class came with its key */
	link = way->count > 0 ? &graph->links[way->links[way->count - 1]] : NULL;
	if (link == NULL || link->edge.how != PYTHON_H_VALUE || root == NULL ||
		root->kind == PYTHON_R_LOCAL)
		put_end(&words);
	snprintf(to, size, "%s", buf_text(&words.text));
	buf_done(&words.text);
}
