/* SPDX-License-Identifier: GPL-2.0-or-later */
/* wire_names - the values of enums, as the format calls them (wire.h) */
#include "frame/wire.h"

#include "frame/frame.h"

#include <string.h>

static const char *const kind_names[WIRE_NKINDS] = {
	[TEXT_COMM] = "comm",
	[TEXT_CMDLINE] = "cmdline",
	[TEXT_CGROUP] = "cgroup",
	[TEXT_BLOCKED] = "blocked",
};

static const char *const mapping_names[WIRE_NMAPPINGS] = {
	[MAPPING_HEAP] = "heap",
	[MAPPING_ANON] = "anon",
	[MAPPING_STACKS] = "stacks",
	[MAPPING_PROGRAM] = "program",
	[MAPPING_LIBRARY] = "library",
	[MAPPING_FILE] = "file",
	[MAPPING_SHARED] = "shared",
	[MAPPING_HUGE] = "huge",
	[MAPPING_OTHER] = "other",
};

static const char *const runtime_names[WIRE_NRUNTIMES] = {
	[RUNTIME_UNKNOWN] = "unknown",
	[RUNTIME_CPYTHON] = "cpython",
	[RUNTIME_NODE] = "node",
	[RUNTIME_JVM] = "jvm",
	[RUNTIME_GO] = "go",
	[RUNTIME_GLIBC] = "glibc",
	[RUNTIME_JEMALLOC] = "jemalloc",
	[RUNTIME_TCMALLOC] = "tcmalloc",
	[RUNTIME_MIMALLOC] = "mimalloc",
	[RUNTIME_REDIS] = "redis",
};

static const char *const inside_names[WIRE_NINSIDES] = {
	[INSIDE_OBJECTS] = "objects",
	[INSIDE_CLASS] = "class",
	[INSIDE_SIZE] = "size",
};

struct enum_names {
	const char *const *names;
	int count;
};

static struct enum_names names_of(enum wire_type type)
{
	if (type == WIRE_MAPPING)
		return (struct enum_names){ mapping_names, WIRE_NMAPPINGS };
	if (type == WIRE_RUNTIME)
		return (struct enum_names){ runtime_names, WIRE_NRUNTIMES };
	if (type == WIRE_INSIDE)
		return (struct enum_names){ inside_names, WIRE_NINSIDES };
	return (struct enum_names){ kind_names, WIRE_NKINDS };
}

const char *wire_enum_name(enum wire_type type, int value)
{
	struct enum_names all = names_of(type);

	return value >= 0 && value < all.count ? all.names[value] : "";
}

int wire_enum(enum wire_type type, const char *name)
{
	struct enum_names all = names_of(type);

	for (int value = 0; value < all.count; value++)
		if (strcmp(all.names[value], name) == 0)
			return value;
	/* a newer sampler may know one more: a program is then one of which nothing is known */
	return type == WIRE_RUNTIME ? RUNTIME_UNKNOWN : -1;
}
