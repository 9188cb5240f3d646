/* SPDX-License-Identifier: GPL-2.0-or-later */
/* frame_gen - frames out of a seed */
#include "tests/lib/frame_gen.h"

#include "frame/wire.h"

#include <stdio.h>
#include <string.h>

uint64_t gen_next(struct gen *gen)
{
	uint64_t z = (gen->state += 0x9e3779b97f4a7c15u);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

uint64_t gen_below(struct gen *gen, uint64_t limit)
{
	return gen_next(gen) % limit;
}

/* Small numbers, large ones and the edges. */
static int64_t gen_range(struct gen *gen, int64_t min, int64_t max)
{
	uint64_t span = (uint64_t)max - (uint64_t)min;

	switch (gen_below(gen, 5)) {
	case 0:
		return min;
	case 1:
		return max;
	case 2:
		return min + (int64_t)(gen_next(gen) % (span + 1));
	}
	return min + (int64_t)gen_below(gen, span < 5000 ? span + 1 : 5000);
}

static const char *gen_text(struct gen *gen, struct arena *arena, size_t max)
{
	static const char *const parts[] = { "postgres", "\"", "\\", " ", "é", "漢", "😀", "x",
		"\\u0041", "a\xcc\x81", "{}", "[],", "0", "/usr/bin" };
	char text[4200];
	size_t len = 0, count = gen_below(gen, 20) == 0 ? 2000 : gen_below(gen, 12);

	while (count-- > 0) {
		const char *part = parts[gen_below(gen, sizeof(parts) / sizeof(parts[0]))];

		if (len + strlen(part) > max)
			break;
		memcpy(text + len, part, strlen(part));
		len += strlen(part);
	}
	return arena_text(arena, text, len);
}

static void gen_value(struct gen *gen, struct arena *arena, const struct wire_field *field,
	char *at)
{
	int64_t number = field->max > field->min ? gen_range(gen, field->min, field->max) : 0;
	double real = (double)gen_below(gen, 10000000) / 100;
	const char *text;
	int kind = (int)gen_below(gen, field->type == WIRE_MAPPING   ? WIRE_NMAPPINGS
				       : field->type == WIRE_RUNTIME ? WIRE_NRUNTIMES
				       : field->type == WIRE_INSIDE  ? WIRE_NINSIDES
								     : WIRE_NKINDS);

	switch (field->type) {
	case WIRE_U32:
	case WIRE_I32:
	case WIRE_I16:
	case WIRE_I8:
	case WIRE_U64:
	case WIRE_LIMIT:
		wire_set_integer(field->type, at, number);
		break;
	case WIRE_REAL:
	case WIRE_FLOAT:
		wire_set_real(field->type, at, real);
		break;
	case WIRE_BOOL:
		*at = (char)(number & 1);
		break;
	case WIRE_STATE:
		*at = "RSDZTtIX"[gen_below(gen, 8)];
		break;
	case WIRE_KIND:
	case WIRE_MAPPING:
	case WIRE_RUNTIME:
	case WIRE_INSIDE:
		memcpy(at, &kind, sizeof(kind));
		break;
	case WIRE_TEXT:
		text = gen_text(gen, arena, (size_t)field->max);
		memcpy(at, &text, sizeof(text));
		break;
	case WIRE_CHARS:
		break;
	}
}

static void gen_item(struct gen *gen, struct arena *arena, const struct wire_array *array,
	char *item)
{
	uint32_t known = (uint32_t)gen_next(gen), used = 0;

	for (size_t i = 0; i < array->nfields; i++) {
		const struct wire_field *field = &array->fields[i];

		if (!wire_is_known(array, field, known)) {
			used |= field->known & array->lacking;
			continue;
		}
		used |= field->known & ~array->lacking;
		gen_value(gen, arena, field, item + field->offset);
	}
	if (array->has_known)
		memcpy(item + array->known, &used, sizeof(used));
}

static void gen_items(struct gen *gen, struct frame *frame, const struct wire_array *array,
	size_t max)
{
	size_t count = gen_below(gen, max + 1);
	char *items = arena_take(&frame->arena, count, array->size);
	int32_t pid = 0;

	for (size_t i = 0; i < count; i++) {
		gen_item(gen, &frame->arena, array, items + i * array->size);
		if (!array->by_pid)
			continue;
		pid += 1 + (int32_t)gen_below(gen, 5000);
		memcpy(items + i * array->size, &pid, sizeof(pid));
	}
	memcpy((char *)frame + array->items, &items, sizeof(items));
	memcpy((char *)frame + array->count, &count, sizeof(count));
}

void gen_frame(struct gen *gen, struct frame *frame, size_t max)
{
	for (size_t i = 0; i < wire_frame.nfields; i++) {
		const struct wire_field *field = &wire_frame.fields[i];

		gen_value(gen, &frame->arena, field, (char *)frame + field->offset);
	}
	frame->tick = gen_below(gen, 2) == 0;
	if (frame->tick)
		gen_item(gen, &frame->arena, &wire_arrays[WIRE_SYSTEM], (char *)&frame->system);
	for (size_t i = WIRE_DEATHS; i < WIRE_NARRAYS; i++) {
		if (gen_below(gen, 3) != 0)
			gen_items(gen, frame, &wire_arrays[i], max);
	}
}

void gen_births(struct frame *frame, int32_t first, size_t count)
{
	char comm[32];

	frame->births = arena_take(&frame->arena, count, sizeof(*frame->births));
	frame->nbirths = count;
	for (size_t i = 0; i < count; i++) {
		int len = snprintf(comm, sizeof(comm), "worker-%zu", i % 97);

		frame->births[i] = (struct proc_birth){
			.id = { first + (int32_t)i, 1000 + i * 7 },
			.ppid = 1,
			.uid = 1000,
			.state = 'S',
			.comm = arena_text(&frame->arena, comm, (size_t)len),
		};
	}
}

void gen_usages(struct frame *frame, int32_t first, size_t count)
{
	frame->usages = arena_take(&frame->arena, count, sizeof(*frame->usages));
	frame->nusages = count;
	for (size_t i = 0; i < count; i++)
		frame->usages[i] = (struct proc_usage){ first + (int32_t)i, 10240 + i * 4, 2048 + i,
			225000 + i * 16 };
}

void gen_system(struct frame *frame)
{
	frame->tick = true;
	frame->system = (struct system_figures){
		.known = SYSTEM_AVAILABLE | SYSTEM_SWAP_RATE | SYSTEM_PSI | SYSTEM_PSI_FULL |
			 SYSTEM_OOM_KILLS,
		.total_kib = 16384000,
		.free_kib = 1024000,
		.available_kib = 9216000,
		.cache_kib = 7168000,
		.anon_kib = 5120000,
		.swap_total_kib = 2097148,
		.swap_free_kib = 2097148,
		.psi_some_avg10 = 0.12,
		.processes = 512,
	};
}

void gen_header(struct stream_header *header)
{
	*header = (struct stream_header){
		.version = STREAM_VERSION,
		.host = "db-1",
		.kernel = "6.1.0-18-amd64",
		.hz = 100,
		.page_kib = 4,
		.cpus = 2,
		.interval_ms = 1000,
		.uid = 1000,
		.pid = 4242,
		.hidepid = -1,
		.boot_wall_ms = UINT64_C(1700000000000),
	};
}

static bool same_text(const void *a, const void *b)
{
	const char *left, *right;

	memcpy(&left, a, sizeof(left));
	memcpy(&right, b, sizeof(right));
	return strcmp(left != NULL ? left : "", right != NULL ? right : "") == 0;
}

static bool same_real(enum wire_type type, const void *a, const void *b)
{
	double left = wire_number(type, a), right = wire_number(type, b);

	return left - right < 0.0051 && right - left < 0.0051;
}

static bool same_value(const struct wire_field *field, const char *a, const char *b)
{
	a += field->offset;
	b += field->offset;
	switch (field->type) {
	case WIRE_I16:
	case WIRE_I8:
		return wire_integer(field->type, a) == wire_integer(field->type, b);
	case WIRE_U32:
	case WIRE_I32:
	case WIRE_KIND:
	case WIRE_MAPPING:
	case WIRE_RUNTIME:
	case WIRE_INSIDE:
		return memcmp(a, b, 4) == 0;
	case WIRE_U64:
	case WIRE_LIMIT:
		return memcmp(a, b, 8) == 0;
	case WIRE_REAL:
	case WIRE_FLOAT:
		return same_real(field->type, a, b);
	case WIRE_BOOL:
	case WIRE_STATE:
		return *a == *b;
	case WIRE_TEXT:
		return same_text(a, b);
	case WIRE_CHARS:
		return strcmp(a, b) == 0;
	}
	return false;
}

static bool same_item(const struct wire_array *array, const char *a, const char *b)
{
	if (array->has_known && memcmp(a + array->known, b + array->known, sizeof(uint32_t)) != 0)
		return false;
	for (size_t i = 0; i < array->nfields; i++) {
		if (!same_value(&array->fields[i], a, b))
			return false;
	}
	return true;
}

static bool same_array(const struct wire_array *array, const struct frame *a, const struct frame *b)
{
	const char *left, *right;
	size_t nleft, nright;

	memcpy(&left, (const char *)a + array->items, sizeof(left));
	memcpy(&right, (const char *)b + array->items, sizeof(right));
	memcpy(&nleft, (const char *)a + array->count, sizeof(nleft));
	memcpy(&nright, (const char *)b + array->count, sizeof(nright));
	if (nleft != nright)
		return false;
	for (size_t i = 0; i < nleft; i++) {
		if (!same_item(array, left + i * array->size, right + i * array->size))
			return false;
	}
	return true;
}

bool gen_frames_same(const struct frame *a, const struct frame *b)
{
	for (size_t i = 0; i < wire_frame.nfields; i++) {
		if (!same_value(&wire_frame.fields[i], (const char *)a, (const char *)b))
			return false;
	}
	if (a->tick != b->tick)
		return false;
	if (a->tick && !same_item(&wire_arrays[WIRE_SYSTEM], (const char *)&a->system,
			       (const char *)&b->system))
		return false;
	for (size_t i = WIRE_DEATHS; i < WIRE_NARRAYS; i++) {
		if (!same_array(&wire_arrays[i], a, b))
			return false;
	}
	return true;
}
