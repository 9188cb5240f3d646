/* SPDX-License-Identifier: GPL-2.0-or-later */
/* wire_rows - the kinds of rows that the tables of the format are made of, and the tables that are
 * not in wire.c; only wire.c and wire_inside.c include this
 *
 * A row: the struct's member, its name in the format, its bit in `known` (0: always there).
 */
#pragma once

#include "frame/frame.h"
#include "frame/wire.h"

#define U32_MAX ((int64_t)UINT32_MAX)

/* clang-format off */
#define PID(type, member, key) \
	{ .name = (key), WIRE_I32, offsetof(type, member), 0, 1, FRAME_PID_MAX }
#define PPID(type, member, key) \
	{ .name = (key), WIRE_I32, offsetof(type, member), 0, 0, FRAME_PID_MAX }
#define U32(type, member, key, bit) \
	{ .name = (key), WIRE_U32, offsetof(type, member), bit, 0, U32_MAX }
/* the number of a cgroup */
#define CGROUP(type, member, bit) \
	{ .name = "number", WIRE_U32, offsetof(type, member), bit, 1, WIRE_CGROUPS_MAX }
#define U64(type, member, key, bit) \
	{ .name = (key), WIRE_U64, offsetof(type, member), bit, 0, WIRE_INT_MAX }
#define KIB(type, member, key, bit) \
	{ .name = (key), WIRE_U64, offsetof(type, member), bit, 0, WIRE_INT_MAX, .unit = WIRE_KIB }
#define LIMIT(type, member, key, bit) \
	{ .name = (key), WIRE_LIMIT, offsetof(type, member), bit, -1, WIRE_INT_MAX }
#define REAL(type, member, key, bit) \
	{ .name = (key), WIRE_REAL, offsetof(type, member), bit, 0, INT64_C(1000000000000000) }
#define KIB_RATE(type, member, key, bit) \
	{ .name = (key), WIRE_REAL, offsetof(type, member), bit, 0, INT64_C(1000000000000000), \
	  .unit = WIRE_KIB }
#define STATE(type, member, key)     { .name = (key), WIRE_STATE, offsetof(type, member), 0, 0, 1 }
#define BOOL(type, member, key)      KNOWN_BOOL(type, member, key, 0)
#define KNOWN_BOOL(type, member, key, bit) \
	{ .name = (key), WIRE_BOOL, offsetof(type, member), bit, 0, 1 }
#define TEXT(type, member, key, max) { .name = (key), WIRE_TEXT, offsetof(type, member), 0, 0, max }
/* KiB that may have been given back */
#define CHANGE(type, member, key) \
	{ .name = (key), WIRE_I32, offsetof(type, member), 0, -INT32_MAX, INT32_MAX }
#define CHARS(type, member, key) \
	{ .name = (key), WIRE_CHARS, offsetof(type, member), 0, 0, sizeof(((type *)0)->member) - 1 }

/* clang-format on */

/* Rows for what is found inside processes (wire_inside.c). */
extern const struct wire_field wire_grown_fields[13];
extern const struct wire_field wire_grown_line_fields[10];
extern const struct wire_field wire_grown_library_fields[3];
extern const struct wire_field wire_inside_fields[42];
extern const struct wire_field wire_inside_type_fields[6];
extern const struct wire_field wire_inside_arena_fields[6];
extern const struct wire_field wire_inside_holder_fields[3];
extern const struct wire_field wire_inside_unknown_fields[3];
