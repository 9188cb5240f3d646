/* SPDX-License-Identifier: GPL-2.0-or-later */
/* question_runtimes - the answers about Java and Node.js; see question.h */
#include "inspect/question_priv.h"

#include "inspect/java.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum {
	NODE_PAGE = 256 * 1024, /* V8 maps its heap in pieces of this size, at multiples of it */
	ARENA_ALIGN = 64 << 20, /* where malloc's arenas begin */
};

static bool has_image(const struct look *look, const char *name)
{
	for (size_t i = 0; i < look->nimages; i++)
		if (strncmp(image_name(&look->images[i]), name, strlen(name)) == 0)
			return true;
	return false;
}

/* As the JVM publishes them (hsperfdata): of its generations what is used, committed, and the most
 * there may be. */
static void put_figures(struct look *look, const struct java *java)
{
	struct proc_inside *inside = look->inside;
	char name[2 * JAVA_TEXT_MOST];

	inside->known |= INSIDE_JAVA;
	inside->java_used = java->used;
	inside->java_committed = java->committed;
	inside->java_limit = java->limit;
	inside->java_metaspace = java->metaspace;
	inside->java_old = java->old;
	inside->java_collections = java->collections;
	inside->java_young_committed = java->young_committed;
	inside->java_old_committed = java->old_committed;
	inside->java_metaspace_committed = java->metaspace_committed;
	snprintf(name, sizeof(name), "Java %s", java->version);
	inside->runtime = question_text(look, name, INSIDE_NAME_MAX);
}

/* No figures is no error where no JVM is mapped; where one is, it was told not to publish, and the
 * options that did it are named. */
static void put_java(struct look *look)
{
	struct java java;
	int error = java_read(&java, look->memory);

	if (error == -ENOENT && has_image(look, "libjvm.so"))
		question_unknown(look, "java",
			"it publishes no figures; started without -XX:-UsePerfData and "
			"-XX:+PerfDisableSharedMem it does");
	else if (error == -EPROTO)
		question_unknown(look, "java", "what it publishes is not understood");
	if (error == 0)
		put_figures(look, &java);
}

bool question_java_file(struct look *look, const char *why)
{
	struct java java;

	if (java_read_file(&java, look->inside->pid) != 0)
		return false;
	put_figures(look, &java);
	question_unknown(look, "allocator", "%s", why);
	return true;
}

static bool is_node(const struct look *look)
{
	uint64_t address;

	return has_image(look, "node") || image_find(look->images, look->nimages, look->memory,
						  "node_module_register", &address) != NULL;
}

/* By the size and place of mappings, as V8 publishes nothing: its pages are aligned to their size,
 * and what malloc(3) maps for arenas is told apart by theirs. An estimate, and called one. */
static void put_node(struct look *look)
{
	const unsigned wanted = MEMORY_READ | MEMORY_WRITE;
	size_t count;
	const struct memory_region *regions = memory_regions(look->memory, &count);
	struct proc_inside *inside = look->inside;

	if (!is_node(look))
		return;
	inside->known |= INSIDE_NODE;
	inside->runtime = "Node.js";
	for (size_t i = 0; i < count; i++) {
		const struct memory_region *region = &regions[i];

		if ((region->flags & (wanted | MEMORY_SHARED | MEMORY_FILE | MEMORY_HEAP |
					     MEMORY_STACK | MEMORY_KERNEL)) == wanted &&
			region->start % NODE_PAGE == 0 && region->start % ARENA_ALIGN != 0)
			inside->node_heap += region->end - region->start;
	}
}

/* Languages whose objects are not read: told, so that chunks are not taken for all there is. */
static void say_other(struct look *look)
{
	static const struct {
		const char *image, *what;
	} others[] = {
		{ "libpypy", "PyPy" },
		{ "libruby", "Ruby" },
		{ "ruby", "Ruby" },
		{ "php", "PHP" }, /* php-fpm8.2, too */
		{ "libphp", "PHP" },
		{ "perl", "Perl" },
		{ "libperl", "Perl" },
		{ "lua", "Lua" },
		{ "libcoreclr", ".NET" },
		{ "libmonosgen", "Mono" },
		{ "beam.smp", "Erlang" },
	};

	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		if (has_image(look, others[i].image))
			question_unknown(look, "types", "%s's own objects cannot be read",
				others[i].what);
}

/* Buffers are made by malloc, and are most of what a Node.js has there. */
void question_node_buffers(struct look *look)
{
	struct proc_inside *inside = look->inside;

	if ((inside->known & INSIDE_NODE) == 0)
		return;
	if ((inside->known & INSIDE_HEAP) != 0)
		inside->node_buffers = inside->heap_used;
	else
		inside->known &= ~(uint32_t)INSIDE_NODE;
}

void question_runtimes(struct look *look)
{
	put_java(look);
	if ((look->inside->known & INSIDE_JAVA) == 0)
		put_node(look);
	say_other(look);
}
