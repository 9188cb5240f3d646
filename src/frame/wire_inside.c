/* SPDX-License-Identifier: GPL-2.0-or-later */
/* wire_inside - the tables of what is found inside processes: lines, types, arenas, holders */
#include "frame/wire_rows.h"

const struct wire_field wire_grown_fields[] = {
	PID(struct proc_grown, pid, "pid"),
	U64(struct proc_grown, start_ticks, "start", 0),
	{ .name = "error", WIRE_I32, offsetof(struct proc_grown, error), 0, 0, 4095 },
	TEXT(struct proc_grown, why, "why", GROWN_TEXT_MAX),
	TEXT(struct proc_grown, runtime, "runtime", INSIDE_NAME_MAX),
	BOOL(struct proc_grown, ended, "ended"),
	U32(struct proc_grown, age_ms, "age", 0),
	U32(struct proc_grown, span_ms, "span", 0),
	REAL(struct proc_grown, cost_ms, "cost", 0),
	U32(struct proc_grown, looks, "looks", 0),
	U64(struct proc_grown, rose_kib, "rose", 0),
	U64(struct proc_grown, caught_kib, "caught", 0),
	U32(struct proc_grown, number, "number", 0),
};

const struct wire_field wire_grown_line_fields[] = {
	PID(struct grown_line, pid, "pid"),
	TEXT(struct grown_line, file, "file", GROWN_PATH_MAX),
	{ .name = "line", WIRE_I32, offsetof(struct grown_line, line), 0, 0, INT32_MAX },
	TEXT(struct grown_line, function, "function", INSIDE_NAME_MAX),
	BOOL(struct grown_line, own, "own"),
	CHANGE(struct grown_line, net_kib, "net"),
	CHANGE(struct grown_line, self_kib, "self"),
	U32(struct grown_line, looks, "looks", 0),
	TEXT(struct grown_line, inner, "inner", GROWN_PATH_MAX),
	TEXT(struct grown_line, text, "text", GROWN_SOURCE_MAX),
};

const struct wire_field wire_grown_library_fields[] = {
	PID(struct grown_library, pid, "pid"),
	TEXT(struct grown_library, name, "name", INSIDE_NAME_MAX),
	CHANGE(struct grown_library, net_kib, "net"),
};

const struct wire_field wire_inside_fields[] = {
	PID(struct proc_inside, pid, "pid"),
	U64(struct proc_inside, start_ticks, "start", 0),
	{ .name = "error", WIRE_I32, offsetof(struct proc_inside, error), 0, 0, 4095 },
	U32(struct proc_inside, age_ms, "age", 0),
	REAL(struct proc_inside, cost_ms, "cost", 0),
	TEXT(struct proc_inside, type, "type", INSIDE_NAME_MAX),
	TEXT(struct proc_inside, why, "why", INSIDE_TEXT_MAX),
	TEXT(struct proc_inside, allocator, "allocator", INSIDE_NAME_MAX),
	TEXT(struct proc_inside, hint, "hint", INSIDE_TEXT_MAX),
	TEXT(struct proc_inside, runtime, "runtime", INSIDE_NAME_MAX),
	U64(struct proc_inside, heap_used, "heap_used", INSIDE_HEAP),
	U64(struct proc_inside, heap_free, "heap_free", INSIDE_HEAP),
	U64(struct proc_inside, heap_kept, "heap_kept", INSIDE_HEAP),
	U64(struct proc_inside, heap_returnable, "heap_returnable", INSIDE_HEAP),
	U64(struct proc_inside, heap_mapped, "heap_mapped", INSIDE_HEAP),
	U64(struct proc_inside, heap_chunks, "heap_chunks", INSIDE_HEAP),
	U32(struct proc_inside, heap_arenas, "heap_arenas", INSIDE_HEAP),
	U32(struct proc_inside, heap_resyncs, "heap_resyncs", INSIDE_HEAP),
	U64(struct proc_inside, pool_blocks, "pool_blocks", INSIDE_POOLS),
	U64(struct proc_inside, pool_used, "pool_used", INSIDE_POOLS),
	U64(struct proc_inside, pool_kept, "pool_kept", INSIDE_POOLS),
	U64(struct proc_inside, pools, "pools", INSIDE_POOLS),
	U64(struct proc_inside, pools_empty, "pools_empty", INSIDE_POOLS),
	U64(struct proc_inside, java_used, "java_used", INSIDE_JAVA),
	U64(struct proc_inside, java_committed, "java_committed", INSIDE_JAVA),
	U64(struct proc_inside, java_limit, "java_limit", INSIDE_JAVA),
	U64(struct proc_inside, java_metaspace, "java_metaspace", INSIDE_JAVA),
	U64(struct proc_inside, java_old, "java_old", INSIDE_JAVA),
	U64(struct proc_inside, java_collections, "java_collections", INSIDE_JAVA),
	U64(struct proc_inside, node_heap, "node_heap", INSIDE_NODE),
	U64(struct proc_inside, node_buffers, "node_buffers", INSIDE_NODE),
	U64(struct proc_inside, held_count, "held_count", INSIDE_HOLDERS),
	U64(struct proc_inside, held_bytes, "held_bytes", INSIDE_HOLDERS),
	U32(struct proc_inside, held_samples, "held_samples", INSIDE_HOLDERS),
	U32(struct proc_inside, held_found, "held_found", INSIDE_HOLDERS),
	U32(struct proc_inside, number, "number", 0),
	U64(struct proc_inside, java_young_committed, "java_young_committed", INSIDE_JAVA),
	U64(struct proc_inside, java_old_committed, "java_old_committed", INSIDE_JAVA),
	U64(struct proc_inside, java_metaspace_committed, "java_metaspace_committed", INSIDE_JAVA),
	U64(struct proc_inside, rest, "rest", INSIDE_OUTSIDE),
	U64(struct proc_inside, stack_bytes, "stack_bytes", INSIDE_OUTSIDE),
	U32(struct proc_inside, stacks, "stacks", INSIDE_OUTSIDE),
};

const struct wire_field wire_inside_type_fields[] = {
	PID(struct inside_type, pid, "pid"),
	{ .name = "kind", WIRE_INSIDE, offsetof(struct inside_type, kind), 0, 0, 0 },
	TEXT(struct inside_type, name, "name", INSIDE_NAME_MAX),
	U64(struct inside_type, count, "count", 0),
	U64(struct inside_type, bytes, "bytes", 0),
	U64(struct inside_type, kept, "kept", INSIDE_TYPE_KEPT),
};

const struct wire_field wire_inside_arena_fields[] = {
	PID(struct inside_arena, pid, "pid"),
	TEXT(struct inside_arena, name, "name", INSIDE_NAME_MAX),
	U64(struct inside_arena, used, "used", 0),
	U64(struct inside_arena, free, "free", 0),
	U64(struct inside_arena, kept, "kept", 0),
	U64(struct inside_arena, returnable, "returnable", 0),
};

const struct wire_field wire_inside_holder_fields[] = {
	PID(struct inside_holder, pid, "pid"),
	TEXT(struct inside_holder, path, "path", INSIDE_PATH_MAX),
	U32(struct inside_holder, samples, "samples", 0),
};

const struct wire_field wire_inside_unknown_fields[] = {
	PID(struct inside_unknown, pid, "pid"),
	TEXT(struct inside_unknown, what, "what", INSIDE_NAME_MAX),
	TEXT(struct inside_unknown, why, "why", INSIDE_TEXT_MAX),
};
