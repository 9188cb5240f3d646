/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mapping_groups - see mapping_groups.h */
#include "sample/mapping_groups.h"

#include "base/hash.h"
#include "base/order.h"
#include "base/text.h"
#include "base/xalloc.h"

#include <stdlib.h>
#include <string.h>

enum {
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
	struct mapping_group part;
};

/* The mapping before, as far as it matters for the next one. */
struct neighbour {
	uint64_t start, end;
	char perms[4];
	bool anonymous;
};

struct mapping_groups {
	struct mapping_groups_about about;
	struct mapping_sums sums;
	struct entry *entries;
	size_t count, cap;
	struct hash hash;        /* of entries, by kind and name */
	struct neighbour before; /* the mapping before `held` */
	bool has_arenas;
	bool holds;
	struct smaps_mapping held; /* decided when the one behind it is known */
	struct entry *image;       /* file whose image was mapped last */
	uint64_t image_at;         /* where that may go on */
	uint64_t image_end;        /* where it ends for certain; 0: not known */
	struct mapping_group *out;
};

static uint32_t hash_of_entry(const void *owner, uint32_t place)
{
	return ((const struct mapping_groups *)owner)->entries[place].hash;
}

struct mapping_groups *mapping_groups_new(const struct mapping_groups_about *about)
{
	struct mapping_groups *groups = xalloc_zero(1, sizeof(*groups));

	groups->about = *about;
	groups->hash.of = hash_of_entry;
	return groups;
}

void mapping_groups_free(struct mapping_groups *groups)
{
	if (groups == NULL)
		return;
	for (size_t i = 0; i < groups->count; i++) {
		free(groups->entries[i].raw);
		free(groups->entries[i].clean);
	}
	free(groups->entries);
	hash_done(&groups->hash);
	free(groups->out);
	free(groups);
}

/* --- entries by kind and name ----------------------------------------------------------------- */

/* The entries may move when they grow; `image` points at one of them and is put right. */
static struct entry *add_entry(struct mapping_groups *groups, enum mapping_kind kind,
	const char *name, uint32_t hash)
{
	size_t image = groups->image != NULL ? (size_t)(groups->image - groups->entries) : 0;

	struct entry *entry = XALLOC_NEXT(groups->entries, groups->count, groups->cap);
	if (groups->image != NULL)
		groups->image = &groups->entries[image];
	*entry = (struct entry){
		.raw = xalloc_text(name),
		.hash = hash,
		.part = { .kind = kind },
	};
	hash_add(&groups->hash, groups, (uint32_t)(entry - groups->entries));
	return entry;
}

static struct entry *entry_of(struct mapping_groups *groups, enum mapping_kind kind,
	const char *name)
{
	uint32_t hash = hash_text(name, strlen(name), (uint32_t)kind), place;
	struct hash_walk walk = hash_walk(&groups->hash, hash);

	while (hash_next(&walk, &place)) {
		struct entry *entry = &groups->entries[place];

		if (entry->hash == hash && entry->part.kind == kind &&
			strcmp(entry->raw, name) == 0)
			return entry;
	}
	/* there is always room for the sums of what does not fit */
	if (groups->count >= MAPPING_GROUPS_KEPT_MAX - MAPPING_OTHER - 1 && strcmp(name, "+") != 0)
		return entry_of(groups, kind, "+");
	return add_entry(groups, kind, name, hash);
}

/* --- what a mapping is for -------------------------------------------------------------------- */

static bool is_perms(const char perms[4], const char *wanted)
{
	return memcmp(perms, wanted, 4) == 0;
}

/* Whether the stack pointer of some thread lies in this mapping: the kernel has not called the
 * stacks of threads by name since 4.5, so this is how one is known. */
static bool has_stack_pointer(const struct mapping_groups *groups,
	const struct smaps_mapping *mapping)
{
	const struct mapping_groups_about *about = &groups->about;
	size_t below = order_upto(about->stacks, about->nstacks, sizeof(*about->stacks), 0,
		mapping->end - 1);

	return below > 0 && about->stacks[below - 1] >= mapping->start;
}

/* Directly above a small mapping that may not be touched.  Malloc's arenas end in such reserves
 * too, but in large ones; where the kernel keeps MAP_STACK, that decides. */
static bool lies_above_guard(const struct mapping_groups *groups,
	const struct smaps_mapping *mapping)
{
	const struct neighbour *below = &groups->before;

	return below->anonymous && is_perms(below->perms, "---p") && below->end == mapping->start &&
	       below->end - below->start <= GUARD_MAX;
}

/* Where MAP_STACK is not kept, a stack and what lies above it become one mapping, and threads may
 * run on stacks that are part of something larger: what is too large for a stack is none. */
static bool is_stack(const struct mapping_groups *groups, const struct smaps_mapping *mapping)
{
	if (mapping->perms[1] != 'w')
		return false;
	if (mapping->guarded && mapping->no_thp)
		return true;
	if (has_stack_pointer(groups, mapping) &&
		(mapping->no_thp || mapping->end - mapping->start <= STACK_MOST))
		return true;
	return lies_above_guard(groups, mapping) && (mapping->no_thp || !mapping->has_flags);
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

/* A whole arena in use to the last page, or something else of that size: the end tells. */
static bool may_be_arena(const struct smaps_mapping *mapping)
{
	return mapping->start % ARENA == 0 && mapping->end % ARENA == 0 &&
	       is_perms(mapping->perms, "rw-p");
}

/* Zeroed data behind the file's own part of an image. */
static bool is_bss(const struct mapping_groups *groups, const struct smaps_mapping *mapping)
{
	if (groups->image == NULL || mapping->start != groups->image_at || mapping->perms[1] != 'w')
		return false;
	if (groups->image_end != 0)
		return mapping->end <= groups->image_end + PAGE_MOST;
	return mapping->end - mapping->start <= BSS_MAX;
}

/* By device, as the kernel writes it in smaps; the list of mounts tells which devices are in
 * memory. */
static bool is_in_memory(const struct mapping_groups *groups, const struct smaps_mapping *mapping)
{
	uint64_t device = (uint64_t)mapping->major << 32 | mapping->minor;

	for (size_t i = 0; i < groups->about.nmemfs; i++)
		if (groups->about.memfs[i] == device)
			return true;
	return false;
}

static struct entry *anonymous_entry(struct mapping_groups *groups,
	const struct smaps_mapping *mapping, const struct smaps_mapping *next)
{
	/* before stacks, which coroutines have in there */
	if (is_go_heap(mapping))
		return entry_of(groups, MAPPING_HEAP, "Go heap");
	if (is_arena(mapping, next)) {
		groups->has_arenas = true;
		return entry_of(groups, MAPPING_HEAP, "malloc arenas");
	}
	if (is_stack(groups, mapping))
		return entry_of(groups, MAPPING_STACKS, "");
	if (is_bss(groups, mapping))
		return groups->image;
	if (may_be_arena(mapping))
		return entry_of(groups, MAPPING_HEAP, MAYBE);
	return entry_of(groups, MAPPING_ANON, "");
}

/* "[heap]", "[anon:jemalloc]" */
static struct entry *bracket_entry(struct mapping_groups *groups,
	const struct smaps_mapping *mapping)
{
	char name[SMAPS_NAME_MAX + 1];

	memcpy(name, mapping->name, mapping->name_len + 1);
	if (strcmp(name, "[heap]") == 0)
		return entry_of(groups, MAPPING_HEAP, "");
	if (text_begins(name, "[stack"))
		return entry_of(groups, MAPPING_STACKS, "");
	size_t len = strcspn(name, ":");
	if (!text_begins(name, "[anon:") && !text_begins(name, "[anon_shmem:"))
		return entry_of(groups, MAPPING_OTHER, "");
	if (name[mapping->name_len - 1] == ']')
		name[mapping->name_len - 1] = '\0';
	return entry_of(groups, text_begins(name, "[anon:") ? MAPPING_ANON : MAPPING_SHARED,
		name + len + 1 + strspn(name + len + 1, " "));
}

static bool is_shared_memory(const struct mapping_groups *groups,
	const struct smaps_mapping *mapping)
{
	return text_begins(mapping->name, "/SYSV") || text_begins(mapping->name, "/dev/shm/") ||
	       text_begins(mapping->name, "/memfd:") || is_in_memory(groups, mapping);
}

/* "libfoo.so", "libfoo.so.1", "libfoo.so.1 (deleted)" */
static bool is_library_name(const char *path)
{
	const char *base = strrchr(path, '/');
	const char *so = strstr(base != NULL ? base : path, ".so");

	return so != NULL && (so[3] == '\0' || so[3] == '.' || so[3] == ' ');
}

/* A library, wherever it lies: /tmp is in memory on many systems. */
static bool is_image(const struct smaps_mapping *mapping)
{
	return mapping->perms[3] == 'p' && is_library_name(mapping->name);
}

/* The file goes on being mapped here; libraries come in four or five pieces. */
static void note_image(struct mapping_groups *groups, struct entry *entry,
	const struct smaps_mapping *mapping)
{
	entry->executable |= mapping->perms[2] == 'x';
	if (groups->image != entry || mapping->start != groups->image_at) {
		groups->image = entry;
		groups->image_end = 0;
		if (groups->about.image_end != NULL && mapping->offset == 0 &&
			mapping->perms[3] == 'p')
			groups->image_end = groups->about.image_end(groups->about.context, mapping);
	}
	groups->image_at = mapping->end;
}

/* The program's own file counts as such wherever it lies, even in a memory file system; other
 * files there are shared memory by what they cost, but for libraries, which are called libraries
 * wherever they were put. /dev/zero is anonymous memory by an old custom. */
static struct entry *file_entry(struct mapping_groups *groups, const struct smaps_mapping *mapping)
{
	bool exe = groups->about.exe != NULL && strcmp(groups->about.exe, mapping->name) == 0;

	if (text_begins(mapping->name, "/dev/zero"))
		return mapping->perms[3] == 's' ? entry_of(groups, MAPPING_SHARED, "")
						: entry_of(groups, MAPPING_ANON, "");
	if (!exe && is_shared_memory(groups, mapping) && !is_image(mapping))
		return entry_of(groups, MAPPING_SHARED, mapping->name);
	struct entry *entry = entry_of(groups, exe ? MAPPING_PROGRAM : MAPPING_FILE, mapping->name);
	note_image(groups, entry, mapping);
	return entry;
}

/* Huge pages come before names, since hugetlbfs files have paths as well; then what has no name,
 * then the kernel's own names in brackets, then files. */
static struct entry *place_of(struct mapping_groups *groups, const struct smaps_mapping *mapping,
	const struct smaps_mapping *next)
{
	if (mapping->hugetlb || mapping->hugetlb_kib > 0 ||
		text_begins(mapping->name, "/anon_hugepage"))
		return entry_of(groups, MAPPING_HUGE,
			text_begins(mapping->name, "/anon_hugepage") ? "" : mapping->name);
	if (mapping->name_len == 0)
		return anonymous_entry(groups, mapping, next);
	if (mapping->name[0] == '[')
		return bracket_entry(groups, mapping);
	return file_entry(groups, mapping);
}

/* --- sums ------------------------------------------------------------------------------------- */

static void add_sum(uint64_t *to, uint64_t more)
{
	if (__builtin_add_overflow(*to, more, to))
		*to = UINT64_MAX;
}

/* Huge pages of the pool are in no Rss line; their own lines stand for it. */
static void add_to_part(struct mapping_group *part, const struct smaps_mapping *mapping)
{
	bool huge = part->kind == MAPPING_HUGE;

	part->mappings++;
	add_sum(&part->rss_kib, huge ? mapping->hugetlb_kib : mapping->rss_kib);
	add_sum(&part->pss_kib, huge ? mapping->hugetlb_kib : mapping->pss_kib);
	add_sum(&part->dirty_kib, mapping->private_dirty_kib);
	add_sum(&part->swap_kib, mapping->swap_kib);
}

/* As smaps_rollup would add them up, for kernels and processes where that cannot be read. */
static void add_to_sums(struct mapping_sums *sums, const struct smaps_mapping *mapping)
{
	add_sum(&sums->rss_kib, mapping->rss_kib);
	add_sum(&sums->pss_kib, mapping->pss_kib);
	add_sum(&sums->uss_kib, mapping->private_clean_kib);
	add_sum(&sums->uss_kib, mapping->private_dirty_kib);
	add_sum(&sums->swap_kib, mapping->swap_kib);
	add_sum(&sums->swap_pss_kib, mapping->swap_pss_kib);
	add_sum(&sums->lazy_free_kib, mapping->lazy_free_kib);
	add_sum(&sums->thp_kib, mapping->thp_kib);
	add_sum(&sums->freed_kib, smaps_freed_kib(mapping));
}

/* Decides about the mapping that was held back. */
static void settle_held(struct mapping_groups *groups, const struct smaps_mapping *next)
{
	const struct smaps_mapping *held = &groups->held;

	if (!groups->holds)
		return;
	groups->holds = false;
	struct entry *entry = place_of(groups, held, next);
	/* memory that is only reserved is no part of anything, and there is a lot of it */
	if (!(held->name_len == 0 && is_perms(held->perms, "---p") && held->rss_kib == 0 &&
		    held->swap_kib == 0))
		add_to_part(&entry->part, held);
	add_to_sums(&groups->sums, held);
	groups->before = (struct neighbour){
		.start = held->start, .end = held->end, .anonymous = held->name_len == 0
	};
	memcpy(groups->before.perms, held->perms, sizeof(groups->before.perms));
}

void mapping_groups_add(struct mapping_groups *groups, const struct smaps_mapping *mapping)
{
	settle_held(groups, mapping);
	memcpy(&groups->held, mapping,
		offsetof(struct smaps_mapping, name) + mapping->name_len + 1);
	groups->holds = true;
}

/* --- the end ---------------------------------------------------------------------------------- */

/* Largest first; of the same size by kind and name, so that rows keep their order.  What turned out
 * to be nothing but reserved addresses goes last. */
static int order_entries(const void *a, const void *b)
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

/* A file that was mapped to be run, or is called like a library, is one; only now all its mappings
 * are known. */
static void finish_entry(struct entry *entry)
{
	char clean[FRAME_MAPPING_NAME_MAX + 1];

	if (entry->part.kind == MAPPING_FILE && (entry->executable || is_library_name(entry->raw)))
		entry->part.kind = MAPPING_LIBRARY;
	text_clean(clean, sizeof(clean), entry->raw, strlen(entry->raw));
	entry->clean = xalloc_text(clean);
	entry->part.name = entry->clean;
}

static void fold_group(struct mapping_group *into, const struct mapping_group *part)
{
	into->mappings += part->mappings;
	add_sum(&into->rss_kib, part->rss_kib);
	add_sum(&into->pss_kib, part->pss_kib);
	add_sum(&into->dirty_kib, part->dirty_kib);
	add_sum(&into->swap_kib, part->swap_kib);
}

/* The smallest are added up, by kind. */
static size_t fold_rest(struct mapping_groups *groups, size_t kept)
{
	size_t count = kept;
	struct mapping_group *rest[MAPPING_OTHER + 1] = { NULL };

	for (size_t i = kept; i < groups->count; i++) {
		const struct mapping_group *part = &groups->entries[i].part;

		if (part->mappings == 0)
			break;
		if (rest[part->kind] == NULL) {
			rest[part->kind] = &groups->out[count++];
			*rest[part->kind] = (struct mapping_group){ .kind = part->kind,
				.name = "+" };
		}
		fold_group(rest[part->kind], part);
	}
	return count;
}

static void settle_maybe(struct mapping_groups *groups)
{
	struct entry *maybe = entry_of(groups, MAPPING_HEAP, MAYBE);

	if (maybe->part.mappings == 0)
		return;
	struct entry *into = groups->has_arenas ? entry_of(groups, MAPPING_HEAP, "malloc arenas")
						: entry_of(groups, MAPPING_ANON, "");
	/* the list may have moved */
	maybe = entry_of(groups, MAPPING_HEAP, MAYBE);
	if (into == maybe)
		return;
	fold_group(&into->part, &maybe->part);
	maybe->part = (struct mapping_group){ .kind = MAPPING_HEAP };
}

size_t mapping_groups_end(struct mapping_groups *groups, struct mapping_group **out,
	struct mapping_sums *sums)
{
	size_t kept = 0, most = FRAME_GROUPS_MAX - MAPPING_OTHER - 1;

	settle_held(groups, NULL);
	settle_maybe(groups);
	groups->image = NULL;
	for (size_t i = 0; i < groups->count; i++)
		finish_entry(&groups->entries[i]);
	order_sort(groups->entries, groups->count, sizeof(*groups->entries), order_entries);
	groups->out = xalloc_zero(FRAME_GROUPS_MAX, sizeof(*groups->out));
	while (kept < groups->count && kept < most && groups->entries[kept].part.mappings > 0) {
		groups->out[kept] = groups->entries[kept].part;
		kept++;
	}
	*out = groups->out;
	*sums = groups->sums;
	return fold_rest(groups, kept);
}
