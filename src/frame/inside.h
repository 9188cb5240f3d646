/* SPDX-License-Identifier: GPL-2.0-or-later */
/* inside - what was found inside a process: its allocators, its objects by type, who holds them
 *
 * Of one process at a time, and only on request (REQUEST_INSIDE, REQUEST_HOLDERS): read out of its
 * memory while it goes on.  Sizes are bytes here, since they are counted to the byte.  A frame
 * with a proc_inside has all its lists, which replace those before.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum {
	INSIDE_NAME_MAX = 128,  /* bytes of a type's or an arena's name */
	INSIDE_TEXT_MAX = 256,  /* of a sentence */
	INSIDE_PATH_MAX = 512,  /* of what holds a type's objects */
	INSIDE_TYPES_MAX = 400, /* types of a process: those with most bytes */
	INSIDE_ARENAS_MAX = 64, /* arenas: those with most bytes free */
};

enum inside_known {
	INSIDE_HEAP = 1u << 0,    /* heap_*: glibc's malloc, as far as it was proved */
	INSIDE_POOLS = 1u << 1,   /* pool_*: CPython's own allocator */
	INSIDE_JAVA = 1u << 2,    /* java_*: what a JVM publishes of itself */
	INSIDE_NODE = 1u << 3,    /* node_*: estimates */
	INSIDE_HOLDERS = 1u << 4, /* held_*: holders were asked for, and the type was found */
	INSIDE_OUTSIDE = 1u << 5, /* rest, stack_bytes, stacks */
};

struct proc_inside {
	int32_t pid;
	uint32_t known;       /* enum inside_known */
	uint64_t start_ticks; /* who: as in its birth */
	/* errno value: 0, it was looked at; EPERM, EACCES: not permitted, `why` says what would
	 * permit it; ETIMEDOUT, E2BIG, ESRCH ... */
	int32_t error;
	uint32_t age_ms;       /* at the frame's time */
	double cost_ms;        /* CPU time the look took */
	const char *type;      /* whose holders were asked for; "": its types were */
	const char *why;       /* a sentence, with an error; else "" */
	const char *allocator; /* "glibc", "jemalloc" ...; "": not known */
	const char *hint;    /* the command that asks it, where its heap cannot be read; else "" */
	const char *runtime; /* "CPython 3.11.2" ...; "" without one */

	/* in use and free as mallinfo2(3): uordblks + hblkhd, fordblks, all arenas */
	uint64_t heap_used, heap_free;
	uint64_t heap_kept;       /* of the free, what is in memory */
	uint64_t heap_returnable; /* of these, what malloc_trim(3) would give back */
	uint64_t heap_mapped;     /* of what is in use: chunks with a mapping of their own */
	uint64_t heap_chunks;     /* in use */
	uint32_t heap_arenas;
	uint32_t heap_resyncs; /* times a chain broke under the look, and was taken up again */

	/* in memory, of anonymous mappings that are neither malloc's nor CPython's */
	uint64_t rest;
	uint64_t stack_bytes; /* of this, in stacks of threads and coroutines, as far as told ... */
	uint32_t stacks;      /* ... so many of them */

	uint64_t pool_blocks; /* in use, and their bytes: sys._debugmallocstats() */
	uint64_t pool_used;
	uint64_t pool_kept; /* bytes of pools in memory that no block uses */
	uint64_t pools, pools_empty;

	uint64_t java_used, java_committed, java_limit; /* heap; limit 0: none said */
	uint64_t java_metaspace;
	uint64_t java_old; /* of what is in use: the old generation, at the last collection */
	uint64_t java_collections;
	/* by generation; young 0: the collector has but one */
	uint64_t java_young_committed, java_old_committed;
	uint64_t java_metaspace_committed;

	uint64_t node_heap, node_buffers; /* V8's heap, array buffers */

	uint64_t held_count, held_bytes;   /* objects of the type */
	uint32_t held_samples, held_found; /* chosen by chance; of these, with a path */
	uint32_t number; /* of the answer, as the sampler counts them from 1; 0: not counted */
};

/* The kind of thing a list is of. */
enum inside_kind {
	INSIDE_OBJECTS, /* a type of Python's objects */
	INSIDE_CLASS,   /* a class of C++, by its virtual table */
	INSIDE_SIZE,    /* chunks of malloc of one size */
};

enum inside_type_known {
	INSIDE_TYPE_KEPT = 1u << 0, /* what hangs on them is known */
};

struct inside_type {
	int32_t pid;
	enum inside_kind kind;
	uint32_t known; /* enum inside_type_known */
	const char *name;
	uint64_t count;
	uint64_t bytes; /* of the objects themselves */
	uint64_t kept;  /* with items, tables and buffers that belong to them alone */
};

struct inside_arena {
	int32_t pid;
	const char *name; /* "main", "thread 3" */
	uint64_t used, free, kept, returnable;
};

/* A way that leads from what has a name to objects of the type. */
struct inside_holder {
	int32_t pid;
	const char *path;
	uint32_t samples; /* of those chosen, are held that way */
};

/* Bits for the questions that could not be answered. */
struct inside_unknown {
	int32_t pid;
	const char *what; /* "types", "allocator", "java" ... */
	const char *why;  /* a sentence without a full stop */
};

struct frame;

/* Copies those items of the array ID (enum wire_array_id) of FROM that are about PID, which is
 * their first member, into TO. */
void inside_copy_list(struct frame *to, const struct frame *from, int id, int32_t pid);

/* Copies the proc_inside number INDEX of FROM, and what its lists have of its process, into TO,
 * which has none. */
void inside_copy(struct frame *to, const struct frame *from, size_t index);
