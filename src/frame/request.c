/* SPDX-License-Identifier: GPL-2.0-or-later */
/* request - one line of JSON each way */
#include "frame/request.h"

#include "base/text.h"
#include "frame/json_reader.h"
#include "frame/json_writer.h"
#include "frame/wire.h"

#include <errno.h>
#include <string.h>

enum request_says {
	SAYS_INTERVAL = 1u << 0,
	SAYS_PIDS = 1u << 1,
	SAYS_KEY = 1u << 2,
	SAYS_ID = 1u << 3,
	SAYS_SIGNAL = 1u << 4,
	SAYS_NICE = 1u << 5,
	SAYS_TYPE = 1u << 6,
	SAYS_ROWS = 1u << 7,
};

/* The name of each kind, and the members it has besides its number. */
static const struct {
	const char *name;
	unsigned parts;
} kinds[] = {
	[REQUEST_INTERVAL] = { "interval", SAYS_INTERVAL },
	[REQUEST_TICK] = { "tick", 0 },
	[REQUEST_WATCH] = { "watch", SAYS_PIDS },
	[REQUEST_GROUPS] = { "groups", SAYS_PIDS },
	[REQUEST_KEY] = { "key", SAYS_KEY },
	[REQUEST_HOLD] = { "hold", SAYS_ID },
	[REQUEST_SIGNAL] = { "signal", SAYS_ID | SAYS_SIGNAL },
	[REQUEST_NICE] = { "nice", SAYS_ID | SAYS_NICE },
	[REQUEST_PSS] = { "pss", SAYS_ID },
	[REQUEST_RELEASE] = { "release", 0 },
	[REQUEST_MAPPINGS] = { "deep", SAYS_ID },
	[REQUEST_AGAIN] = { "again", 0 },
	[REQUEST_SHALLOW] = { "shallow", 0 },
	[REQUEST_INSIDE] = { "inside", SAYS_ID },
	[REQUEST_HOLDERS] = { "holders", SAYS_ID | SAYS_TYPE },
	[REQUEST_LINES] = { "lines", SAYS_ID },
	[REQUEST_UNFOLLOW] = { "unfollow", 0 },
	[REQUEST_BRIEF] = { "brief", SAYS_ROWS },
	[REQUEST_SETTLE] = { "settle", 0 },
};

enum {
	NKINDS = sizeof(kinds) / sizeof(kinds[0]),
	NAME_MAX_BYTES = 64, /* room for the name of a kind, escapes included */
};

static void put_pids(struct json_writer *json, const struct request *request)
{
	json_open(json, "pids", '[');
	for (size_t i = 0; i < request->npids && i < FRAME_PART_MAX; i++)
		json_add_number(json, NULL, true, request->pids[i]);
	json_close(json, ']');
}

void request_encode(struct buf *out, const struct request *request)
{
	unsigned parts = kinds[request->kind].parts;
	struct json_writer json;

	json_writer_init(&json, out);
	json_open(&json, NULL, '{');
	json_add_text(&json, "ask", kinds[request->kind].name);
	if (request->number != 0)
		json_add_number(&json, "number", true, request->number);
	if (parts & SAYS_ID) {
		json_add_number(&json, "pid", true, request->id.pid);
		json_add_number(&json, "start", true, (int64_t)request->id.start_ticks);
	}
	if (parts & SAYS_INTERVAL)
		json_add_number(&json, "ms", true, request->interval_ms);
	if (parts & SAYS_KEY)
		json_add_number(&json, "s", true, request->key_s);
	if (parts & SAYS_ROWS)
		json_add_number(&json, "rows", true, request->rows);
	if (parts & (SAYS_SIGNAL | SAYS_NICE))
		json_add_number(&json, "value", true, request->value);
	if (parts & SAYS_PIDS)
		put_pids(&json, request);
	if (parts & SAYS_TYPE)
		json_add_text(&json, "type", request->type);
	json_put_raw(&json, "}\n");
	json_writer_flush(&json);
}

/* An integer in MIN to MAX. */
static int get_integer(const char *json, int64_t min, int64_t max, int64_t *value)
{
	int64_t read;

	if (!json_read_integer(json, &read) || read < min || read > max)
		return -EINVAL;
	*value = read;
	return 0;
}

static int get_member(const struct json_object *root, const char *key, int64_t min, int64_t max,
	int64_t *value)
{
	const struct json_member *member = json_read_member(root, key);

	return get_integer(member != NULL ? member->value : NULL, min, max, value);
}

/* An unknown kind is refused as a whole: a newer front end hears so, and does without. */
static int get_kind(const struct json_object *root, enum request_kind *kind)
{
	const struct json_member *member = json_read_member(root, "ask");
	struct json_text text;
	char name[NAME_MAX_BYTES];

	if (member == NULL || !json_read_text(member->value, &text) || text.len >= sizeof(name))
		return -EINVAL;
	name[json_read_plain(&text, name)] = '\0';
	for (int i = 0; i < NKINDS; i++) {
		if (strcmp(name, kinds[i].name) == 0) {
			*kind = (enum request_kind)i;
			return 0;
		}
	}
	return -EINVAL;
}

/* A request without a number wants no answer. */
static int get_number(const struct json_object *root, uint32_t *number)
{
	int64_t value = 0;

	if (json_read_member(root, "number") != NULL &&
		get_member(root, "number", 0, UINT32_MAX, &value) < 0)
		return -EINVAL;
	*number = (uint32_t)value;
	return 0;
}

static int get_id(const struct json_object *root, struct ident *id)
{
	int64_t pid, start;

	if (get_member(root, "pid", 1, FRAME_PID_MAX, &pid) < 0 ||
		get_member(root, "start", 0, WIRE_INT_MAX, &start) < 0)
		return -EINVAL;
	*id = (struct ident){ (int32_t)pid, (uint64_t)start };
	return 0;
}

/* 0: ticks are asked for one by one. */
static int get_interval(const struct json_object *root, uint32_t *interval_ms)
{
	int64_t ms;

	if (get_member(root, "ms", 0, 3600000, &ms) < 0 || (ms > 0 && ms < 100))
		return -EINVAL;
	*interval_ms = (uint32_t)ms;
	return 0;
}

static int get_rows(const struct json_object *root, uint32_t *rows)
{
	int64_t value;

	if (get_member(root, "rows", 0, REQUEST_ROWS_MAX, &value) < 0)
		return -EINVAL;
	*rows = (uint32_t)value;
	return 0;
}

static int get_key(const struct json_object *root, uint32_t *key_s)
{
	int64_t seconds;

	if (get_member(root, "s", 0, 86400, &seconds) < 0)
		return -EINVAL;
	*key_s = (uint32_t)seconds;
	return 0;
}

static int get_value(const struct json_object *root, int64_t min, int64_t max, int32_t *into)
{
	int64_t value;

	if (get_member(root, "value", min, max, &value) < 0)
		return -EINVAL;
	*into = (int32_t)value;
	return 0;
}

/* All or none: a list that is cut would ask for others than were meant. */
static int get_pids(const struct json_object *root, struct request *request)
{
	const struct json_member *member = json_read_member(root, "pids");
	size_t count = 0;
	int64_t pid;

	if (member == NULL || !json_read_is_array(member->value) || member->count > FRAME_PART_MAX)
		return -EINVAL;
	for (const char *value = json_read_first(member->value); value != NULL;
		value = json_read_next(value)) {
		if (get_integer(value, 1, FRAME_PID_MAX, &pid) < 0)
			return -EINVAL;
		request->pids[count++] = (int32_t)pid;
	}
	request->npids = count;
	return 0;
}

/* A type's name is shown and compared, so it is cleaned as all names are. */
static int get_type(const struct json_object *root, struct request *request)
{
	const struct json_member *member = json_read_member(root, "type");
	char plain[sizeof(request->type)];
	struct json_text text;

	if (member == NULL || !json_read_text(member->value, &text) || text.len == 0 ||
		text.len >= sizeof(plain))
		return -EINVAL;
	size_t len = json_read_plain(&text, plain);
	return text_clean(request->type, sizeof(request->type), plain, len) > 0 ? 0 : -EINVAL;
}

/* Which parts a kind has is one table (kinds), so a request is read and written by the same
 * rules. */
static int read_parts(const struct json_object *root, struct request *request)
{
	unsigned parts = kinds[request->kind].parts;
	int result = get_number(root, &request->number);

	if (result == 0 && parts & SAYS_ID)
		result = get_id(root, &request->id);
	if (result == 0 && parts & SAYS_INTERVAL)
		result = get_interval(root, &request->interval_ms);
	if (result == 0 && parts & SAYS_KEY)
		result = get_key(root, &request->key_s);
	if (result == 0 && parts & SAYS_ROWS)
		result = get_rows(root, &request->rows);
	if (result == 0 && parts & SAYS_SIGNAL)
		result = get_value(root, 1, 64, &request->value);
	if (result == 0 && parts & SAYS_NICE)
		result = get_value(root, -20, 19, &request->value);
	if (result == 0 && parts & SAYS_PIDS)
		result = get_pids(root, request);
	if (result == 0 && parts & SAYS_TYPE)
		result = get_type(root, request);
	return result;
}

/* Whatever is refused is refused whole: half a request (a signal without its process) must not
 * reach the sampler. */
int request_decode(struct request *request, const char *line, size_t len)
{
	struct request read = { .number = 0 };
	char why[JSON_READ_WHY_MAX];
	struct json_object root;

	if (len > REQUEST_LINE_MAX)
		return -EINVAL;
	if (json_read_line(&root, line, len, why) < 0)
		return -EINVAL;
	int result = get_kind(&root, &read.kind);

	if (result == 0)
		result = read_parts(&root, &read);
	if (result == 0)
		*request = read;
	json_read_done(&root);
	return result;
}
