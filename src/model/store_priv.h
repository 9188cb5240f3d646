/* SPDX-License-Identifier: GPL-2.0-or-later */
/* store_priv - the inside of the store, shared by store*.c and by nobody else */
#pragma once

#include "base/intern.h"
#include "model/cgroups.h"
#include "model/containers.h"
#include "model/findings.h"
#include "model/maps.h"
#include "model/group.h"
#include "model/proc_table.h"
#include "model/store.h"

enum {
	PROC_FOOTPRINT_SET = 1u << PROC_ANON | 1u << PROC_SHMEM | 1u << PROC_SWAP | 1u << PROC_HUGE,
};

/* The machine's own figures that get a verdict. */
enum system_trend {
	SYSTEM_T_SLAB,
	SYSTEM_T_SHMEM,
	SYSTEM_T_PAGE_TABLES,
	SYSTEM_T_USED,
	SYSTEM_TRENDS
};

/* Figures of the machine at times ten seconds apart (store_ownerless.c): the last two minutes. */
enum { PAST_KEPT = 13 };

struct store_past {
	struct {
		uint64_t ms;
		struct system_figures system;
	} at[PAST_KEPT];
	size_t first, count;
};

/* The slab cache that gained most, as last said. */
struct store_slab {
	char name[64];
	double kib_min;
	uint64_t ms; /* when; 0: never */
};

/* The size a tmpfs had a minute or two ago, and what to compare with next. */
struct store_mount {
	uint64_t then_kib, then_ms;
	uint64_t next_kib, next_ms;
};

/* The process named in front (store_front.c), and since when; pid 0: nobody. */
struct front {
	struct ident id;
	const char *part; /* of the machine, in place of a process, as store_part_so_far; NULL */
	uint64_t since_ms;
};

/* The pace of the machine's shared memory, in KiB a second over some twenty seconds. */
struct store_shares {
	uint64_t made_kib; /* Shmem and what is in swap, at the last tick */
	double made_kib_s; /* what that gains */
	double else_kib_s; /* and what of it no process claims */
};

struct store_user {
	uint32_t uid;
	bool nameless; /* there is no name: the number stands in its place */
	char *name;
};

struct store {
	struct stream_header header;
	const char *name; /* the caller's; NULL: as the machine calls itself */
	struct proc_table table;
	uint64_t *active; /* one bit a process, by index: it has a series or a trend */
	size_t active_words;
	struct intern texts;
	struct store_user *users; /* sorted by uid */
	size_t nusers;
	size_t users_cap;
	struct cgroups cgroups;
	struct containers containers;
	struct kill_book kills;
	struct tmpfs_figures *tmpfs; /* their paths are ours */
	size_t ntmpfs;
	struct store_mount *mounts; /* of each of them */
	uint64_t tmpfs_ms;          /* when they were last said; 0: never */
	struct store_past past;
	struct store_slab slab;
	struct maps_table maps;
	struct findings_table findings;
	struct group_table groups[GROUP_KINDS];

	struct store_shares shares;
	size_t sharers;    /* processes that have a `share` */
	bool stale_groups; /* some are `stale` */

	struct proc_rest rest; /* of whom only a sum is told */
	struct system_figures system;
	struct system_figures seen;             /* as store_seen */
	const struct cgroup_figures *container; /* in cgroups, until the next frame */
	struct series *system_series;
	struct trend system_trends[SYSTEM_TRENDS];
	struct front climber, fastest;
	struct forecast {
		double seconds;
		uint64_t ms; /* when it was last known; 0: never */
		bool known;  /* ... or nearly: said on, or not said yet */
		double trust_s;
		uint64_t looked_ms; /* the last look */
		uint64_t room_kib;  /* what was left when it was last known */
	} full;                     /* as store_machine_full */

	void (*tell_forget)(void *context, const struct proc *proc); /* NULL: nobody asked */
	void *tell_context;

	uint64_t ticks;
	uint64_t now_ms;    /* of the newest tick */
	uint64_t before_ms; /* of the tick before it */
	uint64_t wall_ms;
	uint64_t first_ms;
	uint64_t solid_ms; /* no gap since then */
	uint64_t baseline_ms;
	uint64_t oom_base; /* kills before the first tick */
	uint64_t oom_kills;
	uint64_t oom_ms;
	uint64_t key_seq;  /* of the key frame being read, with key_open */
	uint64_t tick_seq; /* of the tick being read, with tick_open */
	/* the newest tick was one to pass over, on the way to this time: trends that rest are
	 * behind; 0: it was not */
	uint64_t goal_ms;
	bool key_open;
	bool tick_open; /* parts of a tick are still to come */
	bool oom_known;
	bool kill_counted; /* the machine's count rose in this tick */
	bool kill_told;    /* a frame of this tick said where */
	bool overflowed;   /* past a limit of store.h */
};

static inline double store_seconds(uint64_t ms)
{
	return (double)ms / 1000;
}

/* Whether the process at INDEX has a trend or moved lately; and sets that. */
bool store_is_active(const struct store *store, uint32_t index);
void store_mark_active(struct store *store, uint32_t index, bool on);

/* Keeps the NAME of a user; past STORE_USERS_MAX it is dropped. */
void store_put_user(struct store *store, uint32_t uid, const char *name);

/* Forgets what is known of file systems in memory. */
void store_forget_tmpfs(struct store *store);

/* A longer gap is none that a machine short of memory makes. */
enum { STORE_GAP_MS = 60 * 1000 };

/* Whether this tick ends such a gap: what happened in it was not now. */
static inline bool store_after_gap(const struct store *store)
{
	return store->solid_ms == store->now_ms && store->ticks > 1 &&
	       store->now_ms - store->before_ms > STORE_GAP_MS;
}

/* The key PROC is filed under as one of KIND; false: nothing is known.  The group of that key,
 * NULL: there is none. */
bool store_group_key(const struct proc *proc, enum group_kind kind, uint64_t *key);
struct group *store_group_at(const struct store *store, const struct proc *proc,
	enum group_kind kind);

/* store_life.c */

/* Frees what PROC owns and takes it out of the table: it has ended; or it lives, and is told of no
 * more. */
void store_remove(struct store *store, struct proc *proc);
void store_drop(struct store *store, struct proc *proc);

/* store_feed.c */

/* Whether COMM is the name of one of memtop's processes: memtop, memtop-reader ... */
bool store_is_own(const char *comm);

/* PROC's memory is that of LOOK now; a movement starts its series and trend. */
void store_measure(struct store *store, struct proc *proc, const struct proc_figures *look);

/* Notes that its shared memory, swap or huge pages were read for the first time: new knowledge is
 * no growth. */
void store_learn(struct store *store, struct proc *proc, const struct proc_figures *look);

/* PROC, still with its figures, ended, or loses nearly all it has: it may have been killed. */
void store_note_gone(struct store *store, const struct proc *proc, bool ended);

/* Marks the gap that ends with this tick in all histories. */
void store_feed_gap(struct store *store);

/* All figures of the tick are in: trends of processes and of the machine move on. */
void store_feed(struct store *store, bool gap);

/* store_share.c */

/* The shmem of PROC, still with its old figures, was read. */
void store_share_read(struct store *store, struct proc *proc, uint64_t shmem_kib);

/* All figures of the tick are in: decides whose the next growth is. */
void store_share_feed(struct store *store, bool gap);

/* store_groups.c: call with PROC filed under what it is or was, and its figures likewise */
void store_group_join(struct store *store, const struct proc *proc, enum group_kind kind);
void store_group_leave(struct store *store, const struct proc *proc, enum group_kind kind);
/* PROC, still with its old figures, will have these. */
void store_group_change(struct store *store, struct proc *proc, uint64_t footprint_kib,
	uint64_t shmem_kib, bool learnt);
/* Notes that it runs another program: nothing it has is its parent's. */
void store_group_disinherit(struct store *store, struct proc *proc);
/* Finds the largest members where they have shrunk or left. */
void store_settle_groups(struct store *store);
void store_feed_groups(struct store *store, uint64_t room_kib);
void store_feed_groups_gap(struct store *store);

/* Their verdicts, after looks that were passed over. */
void store_settle_group_trends(struct store *store);

/* Between looks of the past so far apart verdicts wait (trend_pass). */
enum { STORE_ROUGH_MS = 30 * 1000 };

/* Feeds TREND with KIB, as of now. */
static inline void store_follow(const struct store *store, struct trend *trend, uint64_t kib,
	uint64_t room_kib)
{
	bool rough = store->goal_ms != 0 && store->now_ms - store->before_ms >= STORE_ROUGH_MS;

	(rough ? trend_pass : trend_update)(trend, store_seconds(store->now_ms), kib, room_kib);
}

/* store_containers.c */

/* Puts the figures of the container that stands for the machine in the places of those. */
void store_container_see(struct store *store);

/* Finds what limits the container in the table of limits (`limits`, `bound`). */
void store_container_bind(const struct store *store, struct container *container);

/* A key frame begins (OPEN), or is complete: who was not in it is gone. */
void store_containers_key(struct store *store, bool open);

/* COUNT processes more, or fewer, are in the cgroup PATH. */
void store_container_members(struct store *store, const char *path, int count);

/* Applies what a frame tells of cgroups, into the tables of limits and of rows. */
void store_apply_containers(struct store *store, const struct frame *frame);

/* All figures of the tick are in: histories and verdicts move on. */
void store_feed_containers(struct store *store, bool gap);

/* Containers that an addition to the tick told of first are counted and judged from it on, not only
 * with the next tick: a table of a single look has no other. */
void store_join_containers(struct store *store);

/* store_container_series.c: a history begins at NOW_MS; what its parts are now goes into it, if it
 * is news or a GAP ended. */
void store_container_begin_series(struct container *container, uint64_t now_ms);
void store_container_put_series(struct container *container, uint64_t now_ms, bool gap);

/* store_container_kills.c: notes kills with the container they were in, and with the one whose
 * limit was met; whom, once that was found. */
void store_container_kill(struct store *store, const struct kill_figures *figures);
void store_name_victims(struct store *store);

/* store_container_mounts.c: takes over what a tmpfs of a container holds. */
void store_put_container_mount(struct store *store, const struct cgroup_mount *figures);

/* store_front.c: chooses who is named in front, when the figures of a tick are in. */
void store_feed_front(struct store *store);

/* store_ownerless.c */
void store_note_past(struct store *store, bool gap);

/* The part of the machine that belongs to no process and gained most since it is watched (two
 * minutes at most), or PART as long as it gains enough; KIB_MIN: how much a minute.  NULL: none is
 * worth a word. */
const char *store_part_so_far(const struct store *store, const char *part, double *kib_min);

/* The mount that gains most, if that is half of KIB_MIN or more; NULL. */
const char *store_mount_that_grows(const struct store *store, double kib_min);

/* Fills MOUNT, what NOW held before; OLD are those of the store's tmpfs so far. */
void store_note_mount(const struct store *store, struct store_mount *mount,
	const struct store_mount *old, size_t nold, const struct tmpfs_figures *now);

/* store_read.c */

/* The gain of a process's shared memory for itself in the last minute, in KiB a minute. */
double store_shmem_growth(const struct store *store, const struct proc *proc);

/* Where a rate over the last SECONDS begins: not before FIRST_MS, nor in or before a gap; 0: too
 * soon to tell one. */
uint64_t store_window_ms(const struct store *store, uint64_t first_ms, double seconds);

/* A straight line from FIRST_MS on, with the machine's gaps. */
void store_still_history(const struct store *store, uint64_t first_ms, uint64_t value,
	const struct series_cut *cut);
