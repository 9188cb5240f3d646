/* SPDX-License-Identifier: GPL-2.0-or-later */
/* parts - see parts.h */
#include "sample/parts.h"

#include "base/text.h"
#include "base/xalloc.h"

#include <stdlib.h>
#include <string.h>

enum {
	SLOTS = 2 * PARTS_KEPT_MAX,    /* of the hash table: a power of two */
	GUARD_MAX = 64 * 1024,         /* bytes of a guard below a stack */
	STACK_MOST = 16 * 1024 * 1024, /* which only a stack pointer tells; 8 MiB is usual */
	ARENA = 64 * 1024 * 1024,  /* glibc's HEAP_MAX_SIZE on 64 bit; arenas are aligned to it */
	BSS_MAX = 4 * 1024 * 1024, /* taken for a library's when its headers could not be read */
	PAGE_MOST = 65536,
};

/* Where Go's runtime wants its heap, and how far that may reach before something else could be
 * meant. */
#ifdef __aarch64__
static const uint64_t GO_HEAP = 0x4000000000;
#else
static const uint64_t GO_HEAP = 0xc000000000;
#endif
static const uint64_t GO_HEAP_MOST = 0x4000000000; /* 256 GiB */

/* Name of what becomes "malloc arenas" where there are any, else anonymous memory. */
#define MAYBE "malloc arenas?"

struct entry {
	char *raw;   /* name as the kernel writes it */
	char *clean; /* as it may be shown; NULL before the end */
	uint32_t hash;
	bool executable; /* a mapping of it may be run */
	struct proc_part part;
};

/* What is remembered of a mapping for the next one. */
struct place {
	uint64_t start, end;
	char perms[4];
	bool anonymous;
};

struct parts {
	struct parts_about about;
	struct parts_sums sums;
	struct entry *entries;
	size_t count, cap;
	uint16_t slots[SLOTS]; /* index + 1; 0: free */
	struct place before;   /* the mapping before `held` */
	bool has_arenas;
	bool holds;
	struct smaps_mapping held; /* decided when the one behind it is known */
	struct entry *image;       /* file whose image was mapped last */
	uint64_t image_at;         /* where that may go on */
	uint64_t image_end;        /* where it ends for certain; 0: not known */
	struct proc_part *out;
};

struct parts *parts_new(const struct parts_about *about)
{
	struct parts *parts = xalloc_zero(1, sizeof(*parts));

	parts->about = *about;
	return parts;
}

void parts_free(struct parts *parts)
{
	if (parts == NULL)
		return;
	for (size_t i = 0; i < parts->count; i++) {
		free(parts->entries[i].raw);
		free(parts->entries[i].clean);
	}
	free(parts->entries);
	free(parts->out);
	free(parts);
}

/* --- entries by kind and name ----------------------------------------------------------------- */

static uint32_t hash_of(enum part_kind kind, const char *name)
{
	uint32_t hash = 2166136261u ^ (uint32_t)kind;

	for (; *name != '\0'; name++)
		hash = (hash ^ (unsigned char)*name) * 16777619u;
	return hash;
}

static struct entry *add_entry(struct parts *parts, enum part_kind kind, const char *name,
	uint32_t hash)
{
	if (parts->count == parts->cap) {
		size_t image = parts->image != NULL ? (size_t)(parts->image - parts->entries) : 0;

		parts->cap = xalloc_capacity(parts->cap, parts->count + 1);
		parts->entries = xalloc_grow(parts->entries, parts->cap, sizeof(*parts->entries));
		if (parts->image != NULL)
			parts->image = &parts->entries[image];
	}
	parts->entries[parts->count] = (struct entry){
		.raw = xalloc_text(name),
		.hash = hash,
		.part = { .kind = kind },
	};
	return &parts->entries[parts->count++];
}

static struct entry *entry_of(struct parts *parts, enum part_kind kind, const char *name)
{
	uint32_t hash = hash_of(kind, name);
	size_t at = hash % SLOTS;

	for (; parts->slots[at] != 0; at = (at + 1) % SLOTS) {
		struct entry *entry = &parts->entries[parts->slots[at] - 1];

		if (entry->hash == hash && entry->part.kind == kind &&
			strcmp(entry->raw, name) == 0)
			return entry;
	}
	/* there is always room for the sums of what does not fit */
	if (parts->count >= PARTS_KEPT_MAX - PART_OTHER - 1 && strcmp(name, "+") != 0)
		return entry_of(parts, kind, "+");
	parts->slots[at] = (uint16_t)(parts->count + 1);
	return add_entry(parts, kind, name, hash);
}

/* --- what a mapping is for -------------------------------------------------------------------- */

static bool begins(const char *name, const char *prefix)
{
	return strncmp(name, prefix, strlen(prefix)) == 0;
}

static bool is_perms(const char perms[4], const char *wanted)
{
	return memcmp(perms, wanted, 4) == 0;
}

static bool has_stack_pointer(const struct parts *parts, const struct smaps_mapping *mapping)
{
	size_t lo = 0, hi = parts->about.nstacks;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (parts->about.stacks[mid] < mapping->start)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < parts->about.nstacks && parts->about.stacks[lo] < mapping->end;
}

/* Directly above a small mapping that may not be touched.  Malloc's arenas end in such reserves
 * too, but in large ones; where the kernel keeps MAP_STACK, that decides. */
static bool lies_above_guard(const struct parts *parts, const struct smaps_mapping *mapping)
{
	const struct place *below = &parts->before;

	return below->anonymous && is_perms(below->perms, "---p") && below->end == mapping->start &&
	       below->end - below->start <= GUARD_MAX;
}

/* Where MAP_STACK is not kept, a stack and what lies above it become one mapping, and threads may
 * run on stacks that are part of something larger: what is too large for a stack is none. */
static bool is_stack(const struct parts *parts, const struct smaps_mapping *mapping)
{
	if (mapping->perms[1] != 'w')
		return false;
	if (mapping->guarded && mapping->no_thp)
		return true;
	if (has_stack_pointer(parts, mapping) &&
		(mapping->no_thp || mapping->end - mapping->start <= STACK_MOST))
		return true;
	return lies_above_guard(parts, mapping) && (mapping->no_thp || !mapping->has_flags);
}

/* The heaps of glibc's arenas begin at whole multiples of their size, and those that lie beside
 * each other become one mapping.  The last one has a reserve up to the next multiple. */
static bool is_arena(const struct smaps_mapping *mapping, const struct smaps_mapping *next)
{
	return mapping->start % ARENA == 0 && is_perms(mapping->perms, "rw-p") && next != NULL &&
	       next->name_len == 0 && is_perms(next->perms, "---p") &&
	       next->start == mapping->end && next->end % ARENA == 0 &&
	       next->end - next->start < ARENA;
}

/* Go's heap begins at an address that its runtime asks for, where nothing else comes to lie; in
 * pieces of the size and at the multiples of malloc's arenas. */
static bool is_go_heap(const struct smaps_mapping *mapping)
{
	return mapping->start >= GO_HEAP && mapping->start < GO_HEAP + GO_HEAP_MOST &&
	       is_perms(mapping->perms, "rw-p");
}

/* A whole arena in use to the last page, or something else of that size: parts_end knows. */
static bool may_be_arena(const struct smaps_mapping *mapping)
{
	return mapping->start % ARENA == 0 && mapping->end % ARENA == 0 &&
	       is_perms(mapping->perms, "rw-p");
}

/* Zeroed data behind the file's own part of an image. */
static bool is_bss(const struct parts *parts, const struct smaps_mapping *mapping)
{
	if (parts->image == NULL || mapping->start != parts->image_at || mapping->perms[1] != 'w')
		return false;
	if (parts->image_end != 0)
		return mapping->end <= parts->image_end + PAGE_MOST;
	return mapping->end - mapping->start <= BSS_MAX;
}

static bool is_in_memory(const struct parts *parts, const struct smaps_mapping *mapping)
{
	uint64_t device = (uint64_t)mapping->major << 32 | mapping->minor;

	for (size_t i = 0; i < parts->about.nmemfs; i++)
		if (parts->about.memfs[i] == device)
			return true;
	return false;
}

static struct entry *anonymous_entry(struct parts *parts, const struct smaps_mapping *mapping,
	const struct smaps_mapping *next)
{
	/* before stacks, which coroutines have in there */
	if (is_go_heap(mapping))
		return entry_of(parts, PART_HEAP, "Go heap");
	if (is_arena(mapping, next)) {
		parts->has_arenas = true;
		return entry_of(parts, PART_HEAP, "malloc arenas");
	}
	if (is_stack(parts, mapping))
		return entry_of(parts, PART_STACKS, "");
	if (is_bss(parts, mapping))
		return parts->image;
	if (may_be_arena(mapping))
		return entry_of(parts, PART_HEAP, MAYBE);
	return entry_of(parts, PART_ANON, "");
}

/* "[heap]", "[anon:jemalloc]" */
static struct entry *bracket_entry(struct parts *parts, const struct smaps_mapping *mapping)
{
	char name[SMAPS_NAME_MAX + 1];
	size_t len;

	memcpy(name, mapping->name, mapping->name_len + 1);
	if (strcmp(name, "[heap]") == 0)
		return entry_of(parts, PART_HEAP, "");
	if (begins(name, "[stack"))
		return entry_of(parts, PART_STACKS, "");
	len = strcspn(name, ":");
	if (!begins(name, "[anon:") && !begins(name, "[anon_shmem:"))
		return entry_of(parts, PART_OTHER, "");
	if (name[mapping->name_len - 1] == ']')
		name[mapping->name_len - 1] = '\0';
	return entry_of(parts, begins(name, "[anon:") ? PART_ANON : PART_SHARED,
		name + len + 1 + strspn(name + len + 1, " "));
}

static bool is_shared_memory(const struct parts *parts, const struct smaps_mapping *mapping)
{
	return begins(mapping->name, "/SYSV") || begins(mapping->name, "/dev/shm/") ||
	       begins(mapping->name, "/memfd:") || is_in_memory(parts, mapping);
}

/* "libfoo.so", "libfoo.so.1", "libfoo.so.1 (deleted)" */
static bool is_library_name(const char *path)
{
	const char *base = strrchr(path, '/'), *so;

	so = strstr(base != NULL ? base : path, ".so");
	return so != NULL && (so[3] == '\0' || so[3] == '.' || so[3] == ' ');
}

/* A library, wherever it lies: /tmp is in memory on many systems. */
static bool is_image(const struct smaps_mapping *mapping)
{
	return mapping->perms[3] == 'p' && is_library_name(mapping->name);
}

/* The file goes on being mapped here; libraries come in four or five pieces. */
static void note_image(struct parts *parts, struct entry *entry,
	const struct smaps_mapping *mapping)
{
	entry->executable |= mapping->perms[2] == 'x';
	if (parts->image != entry || mapping->start != parts->image_at) {
		parts->image = entry;
		parts->image_end = 0;
		if (parts->about.image_end != NULL && mapping->offset == 0 &&
			mapping->perms[3] == 'p')
			parts->image_end = parts->about.image_end(parts->about.context, mapping);
	}
	parts->image_at = mapping->end;
}

static struct entry *file_entry(struct parts *parts, const struct smaps_mapping *mapping)
{
	bool exe = parts->about.exe != NULL && strcmp(parts->about.exe, mapping->name) == 0;
	struct entry *entry;

	if (begins(mapping->name, "/dev/zero"))
		return mapping->perms[3] == 's' ? entry_of(parts, PART_SHARED, "")
						: entry_of(parts, PART_ANON, "");
	if (!exe && is_shared_memory(parts, mapping) && !is_image(mapping))
		return entry_of(parts, PART_SHARED, mapping->name);
	entry = entry_of(parts, exe ? PART_PROGRAM : PART_FILE, mapping->name);
	note_image(parts, entry, mapping);
	return entry;
}

static struct entry *place_of(struct parts *parts, const struct smaps_mapping *mapping,
	const struct smaps_mapping *next)
{
	if (mapping->hugetlb || mapping->hugetlb_kib > 0 || begins(mapping->name, "/anon_hugepage"))
		return entry_of(parts, PART_HUGE,
			begins(mapping->name, "/anon_hugepage") ? "" : mapping->name);
	if (mapping->name_len == 0)
		return anonymous_entry(parts, mapping, next);
	if (mapping->name[0] == '[')
		return bracket_entry(parts, mapping);
	return file_entry(parts, mapping);
}

/* --- sums ------------------------------------------------------------------------------------- */

static void sum(uint64_t *to, uint64_t more)
{
	if (__builtin_add_overflow(*to, more, to))
		*to = UINT64_MAX;
}

static void add_to_part(struct proc_part *part, const struct smaps_mapping *mapping)
{
	bool huge = part->kind == PART_HUGE;

	part->mappings++;
	sum(&part->rss_kib, huge ? mapping->hugetlb_kib : mapping->rss_kib);
	sum(&part->pss_kib, huge ? mapping->hugetlb_kib : mapping->pss_kib);
	sum(&part->dirty_kib, mapping->private_dirty_kib);
	sum(&part->swap_kib, mapping->swap_kib);
}

static void add_to_sums(struct parts_sums *sums, const struct smaps_mapping *mapping)
{
	sum(&sums->rss_kib, mapping->rss_kib);
	sum(&sums->pss_kib, mapping->pss_kib);
	sum(&sums->uss_kib, mapping->private_clean_kib);
	sum(&sums->uss_kib, mapping->private_dirty_kib);
	sum(&sums->swap_kib, mapping->swap_kib);
	sum(&sums->swap_pss_kib, mapping->swap_pss_kib);
	sum(&sums->lazy_free_kib, mapping->lazy_free_kib);
	sum(&sums->thp_kib, mapping->thp_kib);
}

/* Decides about the mapping that was held back. */
static void settle(struct parts *parts, const struct smaps_mapping *next)
{
	const struct smaps_mapping *held = &parts->held;
	struct entry *entry;

	if (!parts->holds)
		return;
	parts->holds = false;
	entry = place_of(parts, held, next);
	/* memory that is only reserved is no part of anything, and there is a lot of it */
	if (!(held->name_len == 0 && is_perms(held->perms, "---p") && held->rss_kib == 0 &&
		    held->swap_kib == 0))
		add_to_part(&entry->part, held);
	add_to_sums(&parts->sums, held);
	parts->before = (struct place){
		.start = held->start, .end = held->end, .anonymous = held->name_len == 0
	};
	memcpy(parts->before.perms, held->perms, sizeof(parts->before.perms));
}

void parts_add(struct parts *parts, const struct smaps_mapping *mapping)
{
	settle(parts, mapping);
	memcpy(&parts->held, mapping, offsetof(struct smaps_mapping, name) + mapping->name_len + 1);
	parts->holds = true;
}

/* --- the end ---------------------------------------------------------------------------------- */

/* Largest first; of the same size by kind and name, so that rows keep their order.  What turned out
 * to be nothing but reserved addresses goes last. */
static int compare(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	uint64_t left = x->part.rss_kib + x->part.swap_kib,
		 right = y->part.rss_kib + y->part.swap_kib;

	if ((x->part.mappings == 0) != (y->part.mappings == 0))
		return x->part.mappings == 0 ? 1 : -1;
	if (left != right)
		return left < right ? 1 : -1;
	if (x->part.kind != y->part.kind)
		return x->part.kind < y->part.kind ? -1 : 1;
	return strcmp(x->raw, y->raw);
}

static void finish_entry(struct entry *entry)
{
	char clean[FRAME_PART_NAME_MAX + 1];

	if (entry->part.kind == PART_FILE && (entry->executable || is_library_name(entry->raw)))
		entry->part.kind = PART_LIBRARY;
	text_clean(clean, sizeof(clean), entry->raw, strlen(entry->raw));
	entry->clean = xalloc_text(clean);
	entry->part.name = entry->clean;
}

static void fold(struct proc_part *into, const struct proc_part *part)
{
	into->mappings += part->mappings;
	sum(&into->rss_kib, part->rss_kib);
	sum(&into->pss_kib, part->pss_kib);
	sum(&into->dirty_kib, part->dirty_kib);
	sum(&into->swap_kib, part->swap_kib);
}

/* The smallest are added up, by kind. */
static size_t fold_rest(struct parts *parts, size_t kept)
{
	size_t count = kept;
	struct proc_part *rest[PART_OTHER + 1] = { NULL };

	for (size_t i = kept; i < parts->count; i++) {
		const struct proc_part *part = &parts->entries[i].part;

		if (part->mappings == 0)
			break;
		if (rest[part->kind] == NULL) {
			rest[part->kind] = &parts->out[count++];
			*rest[part->kind] = (struct proc_part){ .kind = part->kind, .name = "+" };
		}
		fold(rest[part->kind], part);
	}
	return count;
}

static void settle_maybe(struct parts *parts)
{
	struct entry *maybe = entry_of(parts, PART_HEAP, MAYBE), *into;

	if (maybe->part.mappings == 0)
		return;
	into = parts->has_arenas ? entry_of(parts, PART_HEAP, "malloc arenas")
				 : entry_of(parts, PART_ANON, "");
	/* the list may have moved */
	maybe = entry_of(parts, PART_HEAP, MAYBE);
	if (into == maybe)
		return;
	fold(&into->part, &maybe->part);
	maybe->part = (struct proc_part){ .kind = PART_HEAP };
}

size_t parts_end(struct parts *parts, struct proc_part **out, struct parts_sums *sums)
{
	size_t kept = 0, most = FRAME_PARTS_MAX - PART_OTHER - 1;

	settle(parts, NULL);
	settle_maybe(parts);
	parts->image = NULL;
	for (size_t i = 0; i < parts->count; i++)
		finish_entry(&parts->entries[i]);
	if (parts->count > 0)
		qsort(parts->entries, parts->count, sizeof(*parts->entries), compare);
	parts->out = xalloc_zero(FRAME_PARTS_MAX, sizeof(*parts->out));
	while (kept < parts->count && kept < most && parts->entries[kept].part.mappings > 0) {
		parts->out[kept] = parts->entries[kept].part;
		kept++;
	}
	*out = parts->out;
	*sums = parts->sums;
	return fold_rest(parts, kept);
}
