/* SPDX-License-Identifier: GPL-2.0-or-later */
/* containers - the rows people mean by "container": containers, pods, services, plain cgroups
 *
 * The figures of a row are those of its cgroup, not sums of its processes: with page cache, tmpfs
 * and the kernel's memory in them.  What is judged is what the kernel cannot take back (anonymous
 * and shared memory, the kernel's own, and what is in swap), so that a cache that fills is no
 * growth.  A row is known by its path; one whose cgroup is gone stays for as long as its kills are
 * worth telling.  Which path is a row, and of what kind, base/cgpath.h knows.
 *
 *	for (size_t i = 0; i < store_container_count(store); i++) {
 *		const struct container *row = store_container_at(store, i);
 *		if (containers_is_row(row)) ...
 */
#pragma once

#include "base/amount.h"
#include "base/cgpath.h"
#include "base/hash.h"
#include "frame/frame.h"
#include "model/series.h"
#include "model/store.h"
#include "model/trend.h"

/* Bits for what of a row is known; the rest is n/a, not 0. */
enum container_known {
	CONTAINER_HAS_USAGE = 1u << 0,
	CONTAINER_HAS_PARTS = 1u << 1, /* unreclaimable, cache, reclaimable, parts */
	CONTAINER_HAS_SWAP = 1u << 2,
	CONTAINER_HAS_PEAK = 1u << 3,   /* the kernel's; else the highest seen, which needs usage */
	CONTAINER_HAS_STALLS = 1u << 4, /* version 2 with PSI */
	CONTAINER_HAS_MAX = 1u << 5,    /* max_events */
	CONTAINER_HAS_HIGH = 1u << 6,   /* high_events: version 2 */
	CONTAINER_HAS_KILLS = 1u << 7,
	CONTAINER_HAS_OOM_GROUP = 1u << 8, /* version 2 */
};

/* The history of each part.  What cannot be reclaimed comes first; of the smaller parts of the
 * kernel's steps of 64 KiB are kept, and REST makes their sum exact. */
enum container_channel {
	CONTAINER_CH_ANON,
	CONTAINER_CH_SHMEM,
	CONTAINER_CH_OBJECTS, /* the kernel's, but for those that it can drop */
	CONTAINER_CH_TABLES,
	CONTAINER_CH_SOCK,
	CONTAINER_CH_REST,   /* stacks, huge pages, and whatever else */
	CONTAINER_CH_LOCKED, /* files that cannot be dropped */
	CONTAINER_CH_SWAP,   /* but for BOTH */
	CONTAINER_CH_BOTH,   /* what of swap lies in ANON or SHMEM as well */
	CONTAINER_CH_PACKED, /* what of that lies in memory, compressed: the kernel's, too */
	CONTAINER_CH_CLEAN,  /* files, but for those that are DIRTY or LOCKED */
	CONTAINER_CH_DIRTY,
	CONTAINER_CH_DROPPABLE, /* the kernel's objects that it can drop */
	CONTAINER_CH_UNMAPPED,  /* swap cache, and what else is in no process */
	CONTAINER_CH_ZSWAPPED,
	CONTAINER_CHANNELS,
};

/* Sets of them, 1u << channel each. */
enum container_set {
	CONTAINER_SET_USED = (1u << (CONTAINER_CH_SWAP + 1)) - 1, /* what is judged, swap with it */
	CONTAINER_SET_SWAP = 1u << CONTAINER_CH_SWAP | 1u << CONTAINER_CH_BOTH,
	CONTAINER_SET_ALL = ((1u << CONTAINER_CH_ZSWAPPED) - 1) & ~CONTAINER_SET_SWAP,
};

/* The last kill in it. */
struct container_kill {
	uint32_t count;      /* seen by memtop, in it or below; 0: none */
	uint64_t ms;         /* boot time of the last */
	uint64_t limit_kib;  /* the limit that was met; UINT64_MAX: not known, or the machine's */
	struct ident victim; /* the largest of those killed; pid 0: not known */
	char name[FRAME_COMM_MAX + 1];
	uint64_t kib; /* its footprint */
};

/* A tmpfs that only it has mounted. */
struct container_mount {
	char *path;
	uint64_t used_kib, size_kib;
	uint64_t ms; /* when that was said */
	/* what it held a minute or two ago, and what to compare with next */
	uint64_t then_kib, then_ms, next_kib, next_ms;
};

/* Members that a table asks of all of them come first: a line or two of a cache each. */
struct container {
	char *path;   /* of its cgroup; lives as long as the row */
	uint64_t key; /* the path as a number */
	enum cgpath_kind kind;
	uint32_t known;      /* enum container_known */
	uint64_t gone_ms;    /* since when the cgroup is not there any more; 0: it is */
	struct trend *trend; /* NULL: what is judged never moved */
	uint64_t first_ms;   /* boot time of first sight */
	uint32_t processes;  /* in it and below */
	/* private to the store */
	uint32_t members;  /* processes in the cgroup itself, and in those that are `lent` to it */
	uint32_t up;       /* place + 1 of the nearest above it that is there; 0: none */
	uint32_t limits;   /* its place in the table of limits + 1 (cgroups.h); 0: not there */
	uint32_t rest_kib; /* low half of what it rested at */
	bool row;          /* by its path: a container, pod, service, or a plain cgroup */
	bool lent;         /* a plain one whose memory is on the account of one above: no row */
	bool beside;       /* `up` is its very parent */
	bool bound;        /* `limits` are its own, not those of one above */
	bool fresh;        /* seen in the key frame being read */
	bool told;         /* what is judged was told in this tick, or nothing of it changed */
	bool fed;          /* history and verdict have begun */
	bool news; /* something that its history holds may have changed since it was put there */
	/* of all again */
	bool own;                   /* memtop's own is it, or in it */
	bool oom_group;             /* a kill takes all of it */
	uint32_t number;            /* to ask the sampler about it; 0: cannot be asked */
	uint64_t unreclaimable_kib; /* anon + shmem + kernel that cannot be reclaimed */
	uint64_t swap_kib;
	uint64_t packed_kib; /* of unreclaimable_kib: what of swap_kib takes, compressed (zswap) */
	uint64_t both_kib;   /* of unreclaimable_kib: what came back and is in swap_kib still */
	uint64_t usage_kib;  /* memory.current */
	char *name;          /* as its engine calls it (store_container_name); NULL: not told */
	char *short_name;    /* as the path has it: a unit, the first digits of a number */

	char *id;                         /* the whole number; NULL: it has none */
	uint64_t cache_kib;               /* files, clean and dirty, without shmem */
	uint64_t reclaimable_kib;         /* what the kernel drops before it kills */
	uint64_t peak_kib;                /* of usage: memory.peak, or the highest seen */
	double stalls_some;               /* percent of the last 10 s */
	uint64_t max_events, high_events; /* since the cgroup was made */
	double max_min, high_min;         /* a minute, over the last one; 0 until two were read */
	uint64_t kills;                   /* since it was made, in it and below */
	struct container_kill kill;       /* the last one memtop saw */
	struct cgroup_parts parts;        /* memory.stat, at its last reading */
	uint64_t parts_ms;                /* of the last memory.stat; 0: never */
	struct series *series;          /* enum container_channel; NULL until its parts are known */
	struct container_mount *mounts; /* that hold something */
	size_t nmounts;

	/* private to the store */
	uint64_t before_kib; /* container_used_kib when it was last fed */
	uint64_t moved_ms;
	uint64_t base_ms, max_base, high_base; /* what the rates count from */
};

struct containers {
	struct container *all; /* no holes, no order */
	size_t count, cap;
	struct hash hash; /* by path */
	uint32_t *places; /* by number: place + 1, 0: none */
	size_t nplaces;
	uint64_t await_ms; /* until when those not `fresh` may still be told of; 0: they are gone */
	bool recount;      /* rows are new: their processes have to be counted */
	bool unlinked;     /* some came or went: `up`, `limits` and `row` of groups are not good */
	size_t linked;     /* ... but of the first so many, where nothing is between; 0: of none */
};

enum { CONTAINERS_MAX = 8192, CONTAINERS_GONE_MAX = 64 };

/* An empty list.  Done frees what it holds. */
void containers_init(struct containers *containers);
void containers_done(struct containers *containers); /* NULL is fine */

/* By the first LEN bytes of a path; NULL: none. */
struct container *containers_find(const struct containers *containers, const char *path,
	size_t len);

/* The nearest above it that is there; NULL: none. */
const struct container *containers_above(const struct containers *containers,
	const struct container *container);

/* Finds who is above it (`up`, `beside`). */
void containers_link(struct containers *containers, struct container *container);

/* The nearest row at or above PATH; where none is, the nearest cgroup at all; NULL: none. */
struct container *containers_row_of(const struct containers *containers, const char *path);

/* A new one, at NOW_MS; NULL past CONTAINERS_MAX.  Pointers live until the next add or remove. */
struct container *containers_add(struct containers *containers, const char *path, uint64_t now_ms);
void containers_remove(struct containers *containers, struct container *container);

/* One of them went, or is there again: who is above whom has to be found anew. */
static inline void containers_unlink(struct containers *containers)
{
	containers->linked = 0;
	containers->unlinked = true;
}

/* Gives it the stream's NUMBER; and the one that has it, NULL: none. */
void containers_number(struct containers *containers, struct container *container, uint32_t number);
struct container *containers_numbered(const struct containers *containers, uint32_t number);

/* The size that is judged: what cannot be reclaimed, and what of it was swapped out, which is no
 * more when it is kept in memory, compressed, or comes back and its copy is kept. */
static inline uint64_t container_used_kib(const struct container *container)
{
	return amount_less(container->unreclaimable_kib, container->packed_kib) +
	       amount_less(container->swap_kib, container->both_kib);
}

/* The name for people: its engine's name for it, else what its path says. */
static inline const char *container_label(const struct container *container)
{
	return container->name ? container->name : container->short_name;
}

/* Whether it is a row of the list: a container, pod or service, or a plain cgroup with processes of
 * its own.  What else there is, slices and folders, is shown in the tree alone. */
bool containers_is_row(const struct container *container);

/* Whether none of its processes is to be seen though some must be there, as it has memory that only
 * processes have: they are in another container's numbering, or /proc hides them. */
bool containers_is_hidden(const struct container *container);

/* --- in the store ----------------------------------------------------------------------------- */

enum { CONTAINER_LIMITS_MAX = FRAME_PATH_MAX + sizeof("/container") };

/* The path from which its limits go up: its own, or, of engines that may use crun, that of the one
 * below into which this puts all of the container, and its limits; which need not be there. */
const char *store_container_limits(char room[CONTAINER_LIMITS_MAX],
	const struct container *container);

/* The containers of a store, in no order; INDEX is below the count. */
size_t store_container_count(const struct store *store);
const struct container *store_container_at(const struct store *store, size_t index);

/* By path; NULL: none.  The row a process is in, or a cgroup; NULL: none. */
const struct container *store_container_find(const struct store *store, const char *path);
const struct container *store_container_of(const struct store *store, const char *cgroup);

/* The nearest known above it in the tree, a slice as a rule; NULL: it is at the top. */
const struct container *store_container_parent(const struct store *store,
	const struct container *container);

/* The lowest limit on it: of its own memory.max and memory.high and those of all above the one that
 * leaves least room, what can be reclaimed and swapped counted in.  LIMIT_NONE: only the machine's;
 * limit.cgroup is whose it is, and lives until the next frame. */
struct limit store_container_limit(const struct store *store, const struct container *container);

/* How much of the limit that binds (store_container_limit) is taken by what cannot be reclaimed, in
 * percent: by its own, or by that of the cgroup above whose limit it is.  False: there is no limit,
 * or its figures are not known. */
bool store_container_full(const struct store *store, const struct container *container,
	double *percent);

/* The cgroup that a kill at LIMIT takes with it, in the cgroup PATH: the highest cgroup from there
 * up to that whose limit it is that is ended as a whole (memory.oom.group); where the machine runs
 * out, up to the root.  NULL: one process alone, or not known. */
const struct container *store_kill_takes(const struct store *store, const char *path,
	const struct limit *limit);

/* The gain of container_used_kib over the last SECONDS, as store_growth. */
bool store_container_growth(const struct store *store, const struct container *container,
	double seconds, double *kib_min);

/* TREND_NONE: what is judged is not known, or it is memtop's own and nothing else. */
enum trend_state store_container_verdict(const struct store *store,
	const struct container *container);

/* When what it uses has filled the room below the limit that binds, its own or the machine's, if it
 * climbs.  The room counts what can be reclaimed and swapped: eta->limit.room_kib; *RECLAIM_KIB of
 * that is cache that will have been dropped by then. */
bool store_container_eta(const struct store *store, const struct container *container,
	struct eta *eta, uint64_t *reclaim_kib);

/* The tmpfs in which its shared memory grows, one of its own or of the machine's: whatever gained
 * about as much as it over the last minute or two.  NULL: none, or not known. */
const char *store_container_mount(const struct store *store, const struct container *container);

/* The row that climbs by at least half of KIB_MIN of shared memory a minute, the innermost of
 * several that are in each other; NULL: none. */
const struct container *store_container_with_shmem(const struct store *store, double kib_min);

/* The history of the sum of CHANNELS, a set, as store_history has it of a process. */
void store_container_history(const struct store *store, const struct container *container,
	unsigned channels, const struct series_cut *cut);

/* Gives the container the NAME; false: there is no row of that path. */
bool store_container_name(struct store *store, const char *path, const char *name);

enum { CONTAINER_WORDS_MAX = 256 };

/* "killed 2 times, last 3 minutes ago, at 512 MiB (shop.py)"; "" when none was seen. */
const char *containers_kill_words(char out[CONTAINER_WORDS_MAX], const struct container *container,
	uint64_t now_ms);
