/* SPDX-License-Identifier: GPL-2.0-or-later */
/* request - one line of JSON each way */
#include "frame/request.h"

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
};

/* What each kind is called and what it says besides its number. */
static const struct {
	const char *name;
	unsigned parts;
} kinds[] = {
	[REQUEST_INTERVAL] = { "interval", SAYS_INTERVAL },
	[REQUEST_TICK] = { "tick", 0 },
	[REQUEST_WATCH] = { "watch", SAYS_PIDS },
	[REQUEST_KEY] = { "key", SAYS_KEY },
	[REQUEST_HOLD] = { "hold", SAYS_ID },
	[REQUEST_SIGNAL] = { "signal", SAYS_ID | SAYS_SIGNAL },
	[REQUEST_NICE] = { "nice", SAYS_ID | SAYS_NICE },
	[REQUEST_PSS] = { "pss", SAYS_ID },
	[REQUEST_RELEASE] = { "release", 0 },
	[REQUEST_MAPPINGS] = { "deep", SAYS_ID },
	[REQUEST_AGAIN] = { "again", 0 },
	[REQUEST_SHALLOW] = { "shallow", 0 },
	[REQUEST_SETTLE] = { "settle", 0 },
};

enum { NKINDS = sizeof(kinds) / sizeof(kinds[0]) };

static void put_member(struct json_writer *json, const char *key, int64_t value)
{
	json_put_raw(json, ",\"");
	json_put_raw(json, key);
	json_put_raw(json, "\":");
	json_put_i64(json, value);
}

static void put_pids(struct json_writer *json, const struct request *request)
{
	json_put_raw(json, ",\"pids\":[");
	for (size_t i = 0; i < request->npids && i < FRAME_PART_MAX; i++) {
		if (i > 0)
			json_put_char(json, ',');
		json_put_i64(json, request->pids[i]);
	}
	json_put_char(json, ']');
}

void request_encode(struct buf *out, const struct request *request)
{
	unsigned parts = kinds[request->kind].parts;
	struct json_writer json;

	json_writer_init(&json, out);
	json_put_raw(&json, "{\"ask\":\"");
	json_put_raw(&json, kinds[request->kind].name);
	json_put_char(&json, '"');
	if (request->number != 0)
		put_member(&json, "number", request->number);
	if (parts & SAYS_ID) {
		put_member(&json, "pid", request->id.pid);
		put_member(&json, "start", (int64_t)request->id.start_ticks);
	}
	if (parts & SAYS_INTERVAL)
		put_member(&json, "ms", request->interval_ms);
	if (parts & SAYS_KEY)
		put_member(&json, "s", request->key_s);
	if (parts & (SAYS_SIGNAL | SAYS_NICE))
		put_member(&json, "value", request->value);
	if (parts & SAYS_PIDS)
		put_pids(&json, request);
	json_put_raw(&json, "}\n");
	json_writer_flush(&json);
}

/* An integer in MIN to MAX. */
static int get_integer(const json_t *json, int64_t min, int64_t max, int64_t *value)
{
	if (!json_is_integer(json))
		return -EINVAL;
	if (json_integer_value(json) < min || json_integer_value(json) > max)
		return -EINVAL;
	*value = json_integer_value(json);
	return 0;
}

static int get_member(const json_t *root, const char *key, int64_t min, int64_t max, int64_t *value)
{
	return get_integer(json_object_get(root, key), min, max, value);
}

static int get_kind(const json_t *root, enum request_kind *kind)
{
	const char *name = json_string_value(json_object_get(root, "ask"));

	for (int i = 0; name != NULL && i < NKINDS; i++) {
		if (strcmp(name, kinds[i].name) == 0) {
			*kind = (enum request_kind)i;
			return 0;
		}
	}
	return -EINVAL;
}

static int get_number(const json_t *root, uint32_t *number)
{
	int64_t value = 0;

	if (json_object_get(root, "number") != NULL &&
		get_member(root, "number", 0, UINT32_MAX, &value) < 0)
		return -EINVAL;
	*number = (uint32_t)value;
	return 0;
}

static int get_id(const json_t *root, struct ident *id)
{
	int64_t pid, start;

	if (get_member(root, "pid", 1, FRAME_PID_MAX, &pid) < 0 ||
		get_member(root, "start", 0, WIRE_INT_MAX, &start) < 0)
		return -EINVAL;
	*id = (struct ident){ (int32_t)pid, (uint64_t)start };
	return 0;
}

static int get_interval(const json_t *root, uint32_t *interval_ms)
{
	int64_t ms;

	if (get_member(root, "ms", 0, 3600000, &ms) < 0 || (ms > 0 && ms < 100))
		return -EINVAL;
	*interval_ms = (uint32_t)ms;
	return 0;
}

static int get_key(const json_t *root, uint32_t *key_s)
{
	int64_t seconds;

	if (get_member(root, "s", 0, 86400, &seconds) < 0)
		return -EINVAL;
	*key_s = (uint32_t)seconds;
	return 0;
}

static int get_value(const json_t *root, int64_t min, int64_t max, int32_t *into)
{
	int64_t value;

	if (get_member(root, "value", min, max, &value) < 0)
		return -EINVAL;
	*into = (int32_t)value;
	return 0;
}

static int get_pids(const json_t *root, struct request *request)
{
	const json_t *pids = json_object_get(root, "pids");
	int64_t pid;

	if (!json_is_array(pids) || json_array_size(pids) > FRAME_PART_MAX)
		return -EINVAL;
	for (size_t i = 0; i < json_array_size(pids); i++) {
		if (get_integer(json_array_get(pids, i), 1, FRAME_PID_MAX, &pid) < 0)
			return -EINVAL;
		request->pids[i] = (int32_t)pid;
	}
	request->npids = json_array_size(pids);
	return 0;
}

static int read_parts(const json_t *root, struct request *request)
{
	unsigned parts = kinds[request->kind].parts;
	int result = get_number(root, &request->number);

	if (result == 0 && parts & SAYS_ID)
		result = get_id(root, &request->id);
	if (result == 0 && parts & SAYS_INTERVAL)
		result = get_interval(root, &request->interval_ms);
	if (result == 0 && parts & SAYS_KEY)
		result = get_key(root, &request->key_s);
	if (result == 0 && parts & SAYS_SIGNAL)
		result = get_value(root, 1, 64, &request->value);
	if (result == 0 && parts & SAYS_NICE)
		result = get_value(root, -20, 19, &request->value);
	if (result == 0 && parts & SAYS_PIDS)
		result = get_pids(root, request);
	return result;
}

int request_decode(struct request *request, const char *line, size_t len)
{
	struct request read = { .number = 0 };
	char why[JSON_READ_WHY_MAX];

	if (len > REQUEST_LINE_MAX)
		return -EINVAL;
	json_t *root = json_read_line(line, len, why);

	if (root == NULL)
		return -EINVAL;
	int result = get_kind(root, &read.kind);

	if (result == 0)
		result = read_parts(root, &read);
	if (result == 0)
		*request = read;
	json_read_free(root);
	return result;
}
