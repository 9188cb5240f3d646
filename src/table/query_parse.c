/* SPDX-License-Identifier: GPL-2.0-or-later */
/* query_parse - text of the filter language into a tree, by recursive descent
 *
 *	or    and { "or" and }
 *	and   not { [ "and" ] not }            words beside each other must all match
 *	not   { "not" | "!" } atom
 *	atom  "(" or ")" | word [ op word ]    a word alone is looked for in names and command lines
 *
 * Each rule is a function of its name (parse_or ...) and returns the place of its node, QUERY_NONE
 * once something was wrong.
 */
#include "table/query_tree.h"

#include "base/text.h"
#include "base/units.h"
#include "base/xalloc.h"
#include "model/findings.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { DEPTH_MAX = 60 };

struct parser {
	struct query *query;
	const char *text;
	size_t at;
	int depth;
	struct query_error *error;
	bool failed;
};

/* The first thing wrong is what is told. */
static uint32_t fail(struct parser *parser, size_t at, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static uint32_t fail(struct parser *parser, size_t at, const char *format, ...)
{
	va_list args;

	if (!parser->failed) {
		parser->error->at = at;
		va_start(args, format);
		vsnprintf(parser->error->text, sizeof(parser->error->text), format, args);
		va_end(args);
	}
	parser->failed = true;
	return QUERY_NONE;
}

static uint32_t add_node(struct parser *parser, enum query_kind kind)
{
	struct query *query = parser->query;

	*XALLOC_NEXT(query->nodes, query->count, query->cap) = (struct query_node){
		.kind = kind,
		.child = QUERY_NONE,
		.next = QUERY_NONE,
	};
	return (uint32_t)query->count - 1;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void skip_blanks(struct parser *parser)
{
	while (is_blank(parser->text[parser->at]))
		parser->at++;
}

/* Whether an operator stands at TEXT, which, and how long it is. */
static size_t op_at(const char *text, enum query_op *op)
{
	static const struct {
		const char *text;
		enum query_op op;
	} ops[] = {
		{ "!=", QUERY_NE },
		{ ">=", QUERY_GE },
		{ "<=", QUERY_LE },
		{ "!~", QUERY_HAS_NOT },
		{ "=", QUERY_EQ },
		{ ">", QUERY_GT },
		{ "<", QUERY_LT },
		{ "~", QUERY_HAS },
	};

	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
		size_t len = strlen(ops[i].text);
		if (strncmp(text, ops[i].text, len) == 0) {
			*op = ops[i].op;
			return len;
		}
	}
	return 0;
}

struct query_word {
	size_t from, len; /* bytes of the text, quotes not counted */
	bool quoted;
};

static struct query_word read_quoted(struct parser *parser)
{
	struct query_word word = { parser->at + 1, 0, true };
	const char *end = strchr(parser->text + word.from, '"');

	if (end == NULL) {
		fail(parser, parser->at, "the quotation mark is not closed");
		word.len = strlen(parser->text + word.from);
		parser->at = word.from + word.len;
		return word;
	}
	word.len = (size_t)(end - parser->text) - word.from;
	parser->at = word.from + word.len + 1;
	return word;
}

/* A word ends at a blank, a parenthesis, a quotation mark or an operator, and may be empty. */
static struct query_word read_word(struct parser *parser)
{
	enum query_op op;

	if (parser->text[parser->at] == '"')
		return read_quoted(parser);
	struct query_word word = { parser->at, 0, false };
	for (const char *p = parser->text + parser->at;
		*p && !is_blank(*p) && strchr("()\"", *p) == NULL && !op_at(p, &op); p++)
		word.len++;
	parser->at += word.len;
	return word;
}

static bool word_is(const struct parser *parser, struct query_word word, const char *text)
{
	return !word.quoted && word.len == strlen(text) &&
	       strncasecmp(parser->text + word.from, text, word.len) == 0;
}

/* Keeps the word's text; what is returned lives until the next word is kept. */
static const char *keep_word(struct parser *parser, struct query_node *node, struct query_word word)
{
	struct query *query = parser->query;
	char *to = query->texts + query->texts_len;

	memcpy(to, parser->text + word.from, word.len);
	to[word.len] = '\0';
	node->text = query->texts_len;
	query->texts_len += word.len + 1;
	return to;
}

/* "12", "-3", "1.5", with '%' behind it when PERCENT; no locale has a say. */
static bool parse_plain(const char *text, bool percent, double *out)
{
	bool minus = *text == '-';
	double value = 0, step = 1;
	const char *p = text + minus;
	bool digits = false;

	for (; *p >= '0' && *p <= '9'; p++, digits = true)
		value = value * 10 + (*p - '0');
	if (*p == '.')
		for (p++; *p >= '0' && *p <= '9'; p++, digits = true)
			value += (*p - '0') * (step /= 10);
	if (percent && *p == '%')
		p++;
	if (!digits || *p)
		return false;
	*out = minus ? -value : value;
	return true;
}

static bool parse_size(struct query_node *node, const char *text)
{
	uint64_t kib;
	size_t len = strlen(text);

	if (len && text[len - 1] == '%') {
		node->share = true;
		return parse_plain(text, true, &node->number);
	}
	if (units_parse_kib(text, &kib) < 0)
		return false;
	node->number = (double)kib * 1024;
	return true;
}

/* The value in the unit of the column's raw figure. */
static bool parse_value(struct query_node *node, const char *unit, const char *text)
{
	if (strcmp(unit, "bytes") == 0)
		return parse_size(node, text);
	if (strcmp(unit, "bytes/s") == 0) {
		if (units_parse_rate(text, &node->number) < 0)
			return false;
		node->number *= 1024.0 / 60;
		return true;
	}
	if (strcmp(unit, "seconds") == 0)
		return units_parse_seconds(text, &node->number) == 0;
	return parse_plain(text, strcmp(unit, "percent") == 0, &node->number);
}

static const char *example_of(const char *unit)
{
	if (strcmp(unit, "bytes") == 0)
		return "a size like 300m, 1.5g or 10%";
	if (strcmp(unit, "bytes/s") == 0)
		return "a rate like 10m/min or 64k/s";
	if (strcmp(unit, "seconds") == 0)
		return "a time like 30s, 10m or 2h";
	return strcmp(unit, "percent") == 0 ? "a share like 10%" : "a number";
}

static bool is_state(const char *text)
{
	for (int state = 0; state < TREND_STATES; state++)
		if (strcasecmp(text, trend_state_name((enum trend_state)state)) == 0)
			return true;
	return false;
}

/* All states there are, as nobody knows them by heart. */
static uint32_t fail_state(struct parser *parser, size_t place)
{
	char states[120] = "";

	for (int state = 0; state < TREND_STATES; state++) {
		const char *behind = state + 1 == TREND_STATES   ? ""
				     : state + 2 == TREND_STATES ? " or "
								 : ", ";
		text_append(states, sizeof(states), "%s%s",
			trend_state_name((enum trend_state)state), behind);
	}
	return fail(parser, place, "a state is %s", states);
}

static bool is_cause(const char *text)
{
	for (int cause = 1; cause < FINDINGS_CAUSES; cause++)
		if (strcasecmp(text, findings_cause_word((enum findings_cause)cause)) == 0)
			return true;
	return false;
}

/* Ends a comparison by text: names, and the verdict. */
static uint32_t finish_text(struct parser *parser, uint32_t index, size_t op_place,
	struct query_word value, const char *text)
{
	struct query_node *node = &parser->query->nodes[index];

	if (node->op != QUERY_EQ && node->op != QUERY_NE && node->op != QUERY_HAS &&
		node->op != QUERY_HAS_NOT)
		return fail(parser, op_place, "%s is a text: use = != ~ or !~",
			node->column != NULL ? node->column->key : "host");
	node->by_text = true;
	if (node->column == NULL)
		return index;
	if (node->column->id == COL_VERDICT && node->op <= QUERY_NE && !is_state(text))
		return fail_state(parser, value.from);
	if (node->column->id == COL_CAUSE && node->op <= QUERY_NE && !is_cause(text))
		return fail(parser, value.from, "a cause is used, kept, garbage, shared or file");
	return index;
}

/* "1 GB", "1 hour": the unit would be looked for in names. */
static bool unit_stands_apart(struct parser *parser, struct query_node node, const char *unit,
	const char *value)
{
	static const char times[] = " sec second seconds min minute minutes hour hours day days ";
	const char *next = parser->text + parser->at;
	char joined[40];

	next += strspn(next, " \t\n\r");
	int len = (int)strcspn(next, " \t\n\r()");
	snprintf(joined, sizeof(joined), " %.*s ", len, next);
	if (len > 0 && strcmp(unit, "seconds") == 0 && strcasestr(times, joined) != NULL)
		len = 1;
	if (len == 0 || (*next >= '0' && *next <= '9') ||
		snprintf(joined, sizeof(joined), "%s%.*s", value, len, next) >= 40 ||
		!parse_value(&node, unit, joined))
		return false;
	fail(parser, parser->at, "a unit stands right behind its figure: %s", joined);
	return true;
}

/* The unit of the column says what may stand behind the sign. */
static uint32_t finish_number(struct parser *parser, uint32_t index, size_t op_place,
	struct query_word value, const char *text)
{
	struct query_node *node = &parser->query->nodes[index];
	const char *unit = node->column != NULL ? node->column->unit : "bytes";

	if (node->op == QUERY_HAS || node->op == QUERY_HAS_NOT)
		return fail(parser, op_place, "figures compare with = != > >= < or <=");
	if (!parse_value(node, unit, text))
		return fail(parser, value.from, "%s is missing here", example_of(unit));
	return unit_stands_apart(parser, *node, unit, text) ? QUERY_NONE : index;
}

/* `key op value`, at the operator. */
static uint32_t parse_comparison(struct parser *parser, struct query_word key)
{
	char name[32], hint[COLUMN_HINT_MAX];
	size_t op_place = parser->at;

	snprintf(name, sizeof(name), "%.*s", (int)(key.len < 31 ? key.len : 31),
		parser->text + key.from);
	bool available = strcasecmp(name, "available") == 0, host = strcasecmp(name, "host") == 0;
	const struct column *column = column_by_key(name);
	if (column == NULL && !available && !host)
		return fail(parser, key.from, "there is no column \"%s\" (%s)", name,
			column_hint(name, hint));
	uint32_t index = add_node(parser, available ? QUERY_AVAILABLE
					  : host    ? QUERY_HOST
						    : QUERY_COLUMN);
	struct query_node *node = &parser->query->nodes[index];
	node->column = available || host ? NULL : column;
	parser->at += op_at(parser->text + parser->at, &node->op);
	skip_blanks(parser);
	struct query_word value = read_word(parser);
	if (value.len == 0 && !value.quoted)
		return fail(parser, parser->at, "a value is missing");
	const char *text = keep_word(parser, node, value);
	return host || (column != NULL && column->text != NULL)
		       ? finish_text(parser, index, op_place, value, text)
		       : finish_number(parser, index, op_place, value, text);
}

static uint32_t parse_or(struct parser *parser);

/* The error is told at the parenthesis that was opened: at the end of the text nobody would see
 * which. */
static uint32_t parse_group(struct parser *parser)
{
	size_t open = parser->at++;
	uint32_t inner = parse_or(parser);

	skip_blanks(parser);
	if (parser->text[parser->at] != ')')
		return fail(parser, open, "the parenthesis is not closed");
	parser->at++;
	return inner;
}

/* A word that is no comparison is looked for in names and command lines. */
static uint32_t parse_atom(struct parser *parser)
{
	enum query_op op;

	if (parser->text[parser->at] == '(')
		return parse_group(parser);
	struct query_word word = read_word(parser);
	if (word.len == 0 && !word.quoted)
		return fail(parser, parser->at,
			parser->text[parser->at] ? "a word or a column is missing before this"
						 : "something is missing at the end");
	size_t end = parser->at;
	skip_blanks(parser);
	if (!word.quoted && op_at(parser->text + parser->at, &op))
		return parse_comparison(parser, word);
	parser->at = end;
	if (word_is(parser, word, "and") || word_is(parser, word, "or"))
		return fail(parser, word.from, "something is missing before this");
	if (word_is(parser, word, "&&") || word_is(parser, word, "||"))
		return fail(parser, word.from, "what joins is called and, or");
	uint32_t index = add_node(parser, QUERY_WORD);
	keep_word(parser, &parser->query->nodes[index], word);
	return index;
}

/* Whether the next word is TEXT; moves past it then. */
static bool take_word(struct parser *parser, const char *text)
{
	size_t at = parser->at;

	skip_blanks(parser);
	if (parser->text[parser->at] != '"') {
		struct query_word word = read_word(parser);
		enum query_op op;
		size_t end = parser->at;
		skip_blanks(parser);
		if (word_is(parser, word, text) && !op_at(parser->text + parser->at, &op)) {
			parser->at = end;
			return true;
		}
	}
	parser->at = at;
	return false;
}

static bool take_not(struct parser *parser)
{
	skip_blanks(parser);
	if (parser->text[parser->at] != '!')
		return take_word(parser, "not");
	parser->at++;
	return true;
}

/* Depth is bounded here, where all nesting passes: a filter comes from a settings file, too. */
static uint32_t parse_not(struct parser *parser)
{
	bool negated = take_not(parser);

	if (++parser->depth > DEPTH_MAX)
		return fail(parser, parser->at, "this is nested too deeply");
	skip_blanks(parser);
	uint32_t inner = negated ? parse_not(parser) : parse_atom(parser);
	parser->depth--;
	if (!negated || inner == QUERY_NONE)
		return inner;
	uint32_t index = add_node(parser, QUERY_NOT);
	parser->query->nodes[index].child = inner;
	return index;
}

/* Puts ITEM behind the children of LIST, which is made of the first two. */
static uint32_t append(struct parser *parser, enum query_kind kind, uint32_t list, uint32_t *last,
	uint32_t item)
{
	if (list == *last) {
		uint32_t first = list;
		list = add_node(parser, kind);
		parser->query->nodes[list].child = first;
		*last = first;
	}
	parser->query->nodes[*last].next = item;
	*last = item;
	return list;
}

/* Whether an `and`, said or implied, goes on with another part. */
static bool more_and(struct parser *parser)
{
	if (take_word(parser, "and"))
		return true;
	size_t at = parser->at;
	bool is_or = take_word(parser, "or");

	parser->at = at;
	skip_blanks(parser);
	char next = parser->text[parser->at];
	return !is_or && next != '\0' && next != ')';
}

static uint32_t parse_and(struct parser *parser)
{
	uint32_t list = parse_not(parser), last = list;

	while (!parser->failed && more_and(parser)) {
		uint32_t item = parse_not(parser);
		if (item != QUERY_NONE)
			list = append(parser, QUERY_AND, list, &last, item);
	}
	return parser->failed ? QUERY_NONE : list;
}

static uint32_t parse_or(struct parser *parser)
{
	uint32_t list = parse_and(parser), last = list;

	while (!parser->failed && take_word(parser, "or")) {
		uint32_t item = parse_and(parser);
		if (item != QUERY_NONE)
			list = append(parser, QUERY_OR, list, &last, item);
	}
	return parser->failed ? QUERY_NONE : list;
}

int query_parse(struct query **query, const char *text, struct query_error *error)
{
	struct parser parser = { .text = text, .error = error };

	skip_blanks(&parser);
	if (!text[parser.at]) {
		*query = NULL;
		return 0;
	}
	parser.query = xalloc_zero(1, sizeof(*parser.query));
	parser.query->texts = xalloc(2 * strlen(text) + 2);
	parser.query->root = parse_or(&parser);
	if (!parser.failed && text[parser.at])
		fail(&parser, parser.at, "nothing is open that this could close");
	if (parser.failed) {
		query_free(parser.query);
		return -EINVAL;
	}
	*query = parser.query;
	return 0;
}
