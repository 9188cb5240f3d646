/* SPDX-License-Identifier: GPL-2.0-or-later */
/* store - what is known of the machine and of every process, and since when
 *
 * Adds frames up.  A process is pid and start time: a pid used again is another process with an
 * empty history.  Readers get const pointers that live until the next store_apply.  No clock:
 * time is the frames'.  A process that never moved beyond a page or two has neither a series nor
 * a trend of its own (it is "this much since then"); both are made at its first movement, filled
 * in backwards.
 */
#pragma once

#include "frame/frame.h"
#include "model/group.h"
#include "model/kill.h"
#include "model/series.h"
#include "model/trend.h"

struct store;
struct findings;
struct maps;

/* Bounds for a stream that lies, or a machine beyond all machines: what exceeds them is dropped. */
enum {
	STORE_PROCS_MAX = 131072,
	STORE_USERS_MAX = 65536,
	STORE_TEXTS_MAX = 128 * 1024 * 1024, /* bytes; beyond it only short texts are taken */
};

/* Channels of a process's history.  RSS = anon + file + shmem, footprint = anon + shmem + swap +
 * huge pages of the pool. */
enum proc_channel {
	PROC_ANON,
	PROC_FILE,
	PROC_SHMEM,
	PROC_SWAP,
	PROC_HUGE,
	PROC_BORROWED, /* the part of shmem that is in no growth (struct proc_share) */
	PROC_CHANNELS,
	PROC_RSS = PROC_CHANNELS, /* derived, for store_history */
	PROC_FOOTPRINT,
};

enum system_channel {
	SYSTEM_CH_USED, /* total - available */
	SYSTEM_CH_CACHE,
	SYSTEM_CH_SHMEM,
	SYSTEM_CH_SLAB, /* unreclaimable */
	SYSTEM_CH_SWAP, /* used */
	SYSTEM_CH_PSI,  /* some avg10, in hundredths of a percent */
	SYSTEM_CHANNELS,
};

/* Members that few processes have: figures read on request, and limits other than "none". */
struct proc_rare {
	struct proc_rare_figures figures; /* with DETAIL_PSS, DETAIL_RLIMITS */
	uint64_t rollup_ms;               /* boot time at which PSS was read ... */
	uint64_t rollup_kib;              /* ... and the footprint then */
};

/* Shared memory that grew: what of it is the process' own growth (store_share.c). */
struct proc_share {
	/* what of proc->shmem_kib it touched while the machine's Shmem did not grow for it: it
	 * was there, or somebody else made it */
	uint64_t borrowed_kib;
	uint64_t seen_kib; /* shmem when it was last read */
	uint64_t read_ms;  /* when that was */
	float rate_kib_s;  /* what it gains, over some twenty seconds */
	bool own;          /* what it gains now is its own */
};

/* One process.  5,000 of them must stay near a megabyte, so the order is by size and the texts are
 * shared with all who have the same. */
struct proc {
	struct ident id;
	const char *comm;
	const char *name;    /* what people call it (model/program.h) */
	const char *cmdline; /* NULL: not read yet; "": has none */
	const char *cgroup;  /* NULL: not read yet */

	/* Now: of this tick, with DETAIL_USAGE.  anon and file move on by statm, shmem, swap and
	 * huge are as last read; before DETAIL_PARTS anon is rss - shared, file is shared, shmem 0;
	 * before DETAIL_SWAP and DETAIL_HUGE these are 0.  The peak is at least the highest RSS
	 * seen. */
	struct proc_figures figures;
	/* store_own_kib at the baseline (store_set_baseline); 0 if born later */
	uint64_t base_kib;

	uint64_t first_ms;  /* boot time of first sight */
	uint64_t moved_ms;  /* of the last movement beyond a page or two; 0: never */
	uint64_t detail_ms; /* of its details; 0: never read */

	/* what the model makes of it */
	struct trend *trend;      /* NULL: its footprint never moved, so steady (or new) */
	struct series *series;    /* NULL: never moved */
	struct proc_rare *rare;   /* NULL: never read, and no limit of its own */
	struct proc_share *share; /* NULL: its shared memory never grew */

	uint32_t index;          /* place in the store's table; changes as processes come and go */
	uint32_t rest_footprint; /* private to the store: low halves of what it rested at */
	uint32_t rest_rss;
	/* of its anonymous memory and swap what its parent, of the same program, had when it was
	 * forked, or first seen: counted once in their groups, at least in their growth */
	uint32_t inherited_kib;
	uint16_t blocked_s; /* it has held its memory lock for so long; 0: it answers */
	bool kernel_thread : 1;
	bool watched_from_birth : 1; /* it began while memtop watched */
	bool plain_line : 1;         /* its command line is shown as it is (program_is_plain) */
	bool own : 1;   /* a process of this or another memtop, by its name: never judged */
	bool fresh : 1; /* private to the store: seen in the key frame being read */
};

/* Whether its size was read at least once; else it is 0 and not known. */
static inline bool proc_is_measured(const struct proc *proc)
{
	return (proc->figures.known & DETAIL_USAGE) != 0;
}

/* Whether it has ended and only waits for its parent.  A main thread that has ended while others go
 * on has not: the kernel calls that a zombie, too. */
static inline bool proc_has_ended(const struct proc *proc)
{
	return (proc->figures.state == 'Z' || proc->figures.state == 'X') &&
	       proc->figures.threads <= 1;
}

/* Whether all of its footprint is known: after a look at its details all parts of it must have been
 * told (kernels before 4.5 lack shmem); before that statm stands for it. */
static inline bool proc_knows_footprint(const struct proc *proc)
{
	return proc_is_measured(proc) &&
	       (proc->detail_ms == 0 || (proc->figures.known & DETAIL_MEMORY) == DETAIL_MEMORY);
}

/* A store that knows nothing yet; store_free frees it. */
struct store *store_new(void);
void store_free(struct store *store); /* NULL is fine */

/* Sets the stream's header: once, and again when the source is replaced. */
void store_set_header(struct store *store, const struct stream_header *header);
const struct stream_header *store_header(const struct store *store);

/* Adds a frame.  A key frame (all parts of it) is complete: processes not born in it are gone.
 * One whose time lies before what is known begins anew. */
void store_apply(struct store *store, const struct frame *frame);

/* The way is at its end with a frame that was still `passing`: verdicts are as of its tick now. */
void store_settle(struct store *store);

/* Forgets everything (a replay that jumps back). */
void store_reset(struct store *store);

/* TELL is called for each process that a frame ends, just before it is forgotten, with the
 * figures of its last tick; store_reset calls it for nobody.  NULL: no more calls. */
void store_on_forget(struct store *store, void (*tell)(void *context, const struct proc *proc),
	void *context);

/* Processes known, and one of them by its place; the pointer is good until the next frame. */
size_t store_count(const struct store *store);
const struct proc *store_proc(const struct store *store, size_t index); /* 0..count-1, no order */
/* The first index from INDEX on of a process that has a trend or moved lately, store_count for
 * none: who climbs is among those. */
size_t store_next_active(const struct store *store, size_t index);
const struct proc *store_find(const struct store *store, struct ident id); /* NULL: gone */
const struct proc *store_find_pid(const struct store *store, int32_t pid);

/* NULL while the name is not known, or when there is none (show the number); and whether that has
 * been told, one way or the other. */
const char *store_user(const struct store *store, uint32_t uid);
bool store_user_told(const struct store *store, uint32_t uid);

/* The machine's figures of the last tick; NULL before the first. */
const struct system_figures *store_system(const struct store *store);

/* Names the machine: NAME, which stays the caller's and must outlive STORE, else its own
 * name.  "": not known yet. */
void store_call(struct store *store, const char *name);
const char *store_name(const struct store *store);

/* All processes that are not told of each by itself, where the source was asked to tell of few
 * (REQUEST_BRIEF); all 0 where it tells of everybody. */
const struct proc_rest *store_rest(const struct store *store);

/* The same as programs beside the sampler may use it: in a container, or wherever else a memory
 * limit below the machine's total lies on the sampler's own cgroup or above it, what that leaves
 * (see cgroups_seen).  Whoever says how much memory there is, or is left, says this. */
const struct system_figures *store_seen(const struct store *store); /* NULL before the first tick */

/* The cgroup whose limit that is; NULL: it is the machine's memory. */
const struct cgroup_figures *store_container(const struct store *store);

uint64_t store_now_ms(const struct store *store); /* boot time of the newest tick */
uint64_t store_wall_ms(const struct store *store);
uint64_t store_first_ms(const struct store *store); /* of the first tick */
uint64_t store_ticks(const struct store *store);
uint64_t store_oom_kills(const struct store *store); /* since the first tick */
uint64_t store_oom_ms(const struct store *store);    /* boot time of the last one seen; 0: none */
const struct kill *store_kill(const struct store *store); /* the last one; NULL: none was seen */

/* Age of a process in seconds. */
double store_age_s(const struct store *store, const struct proc *proc);

/* Fills in a cut of a history (series.h), whatever there is of it: a process that never moved has a
 * straight line.  Derived channels are the sum of theirs. */
void store_history(const struct store *store, const struct proc *proc, unsigned channel,
	const struct series_cut *cut);
void store_system_history(const struct store *store, enum system_channel channel,
	const struct series_cut *cut);

/* The footprint without borrowed shared memory: what growth, verdict and baseline go by.  It says
 * how much more than before, not how much. */
uint64_t store_own_kib(const struct proc *proc);
uint64_t store_borrowed_kib(const struct proc *proc); /* at most its shmem */

/* The gain of that over the last SECONDS (60, 600), in KiB a minute; over what has been seen of it
 * when that is less, from 5 s on.  False: too soon, or a gap. */
bool store_growth(const struct store *store, const struct proc *proc, double seconds,
	double *kib_min);

/* The verdict; TREND_NEW, TREND_WATCHING or TREND_STEADY for a process that never moved,
 * TREND_ZOMBIE for one that has ended, TREND_NONE for those of memtop (proc->own). */
enum trend_state store_verdict(const struct store *store, const struct proc *proc);

/* Room left to the limit that binds PROC, and which one that is. */
enum limit_kind {
	LIMIT_NONE,
	LIMIT_MACHINE,
	LIMIT_CGROUP,
	LIMIT_CGROUP_HIGH,
	LIMIT_AS,
	LIMIT_DATA
};

struct limit {
	enum limit_kind kind;
	uint64_t room_kib;
	uint64_t limit_kib;
	const char *cgroup; /* of LIMIT_CGROUP*: the path; else NULL */
};

/* The limit that PROC would meet first; LIMIT_NONE where none is known. */
struct limit store_limit(const struct store *store, const struct proc *proc);

/* The one that all in CGROUP (NULL: in no common one) would meet first. */
struct limit store_limit_in(const struct store *store, const char *cgroup);

/* Which of the machine's own figures keeps growing though no process that climbs explains it. */
enum system_growth {
	SYSTEM_GROWS_NONE,
	SYSTEM_GROWS_KERNEL, /* slab that cannot be dropped */
	SYSTEM_GROWS_SHMEM,  /* shared memory and tmpfs */
	SYSTEM_GROWS_PAGE_TABLES,
	SYSTEM_GROWS_USED, /* all that is in use: many small ones, or what nobody accounts for */
};

/* Growth below a thousandth of the memory a minute is none. */
enum system_growth store_ownerless(const struct store *store, double *kib_min);

/* The same, and what it is called as far as can be told. */
struct store_ownerless {
	enum system_growth growth;
	double kib_min;
	const char *name;      /* "Kernel memory", "Memory of graphics drivers" ...  */
	const char *mount;     /* of shared memory: the tmpfs that grows; NULL */
	const char *slab;      /* of kernel memory: the cache of objects that grows; NULL */
	const struct proc *by; /* of shared memory: the process that has most of it; NULL */
};

/* Names what grows in nobody; false: nothing does, and OUT is untouched. */
bool store_ownerless_named(const struct store *store, struct store_ownerless *out);

/* Sum of the rates of all that climb, in KiB a minute, and how many they are. */
double store_climbing(const struct store *store, size_t *climbers);

/* Room left on the machine: available + free swap; UINT64_MAX where it does not tell. */
uint64_t store_machine_room(const struct store *store);
uint64_t store_seen_room(const struct store *store); /* the same of store_seen */

/* When that room is gone, in seconds, by the course of what is in use: only while that rises and
 * keeps rising, and within a week.  False, and *seconds untouched: nothing can be said. */
bool store_machine_full(const struct store *store, double *seconds);

/* The climber to name in front: whose end is soonest.  Once named it stays for ten seconds, as long
 * as it climbs, and gives way only to one whose end is clearly nearer.  NULL: nobody climbs. */
const struct proc *store_climber(const struct store *store);

/* Whether it is too early for the first verdicts. */
bool store_is_watching(const struct store *store);

/* The process that gains most meanwhile, as fast as it is worth a word, and its KiB a minute so
 * far; as steady as store_climber.  NULL: nobody, or no longer watching. */
const struct proc *store_fastest(const struct store *store, double *kib_min);

/* The name told in place of that one: a part of the machine that belongs to no process and gains
 * more than twice as much; as steady.  NULL: none, or no longer watching. */
const char *store_fastest_part(const struct store *store, double *kib_min);

/* Limits and figures of a cgroup; NULL: nothing. */
const struct cgroup_figures *store_cgroup(const struct store *store, const char *path);

/* The contents of the mounted tmpfs, as last said. */
const struct tmpfs_figures *store_tmpfs(const struct store *store, size_t *count);

/* Seconds until the limit at the present rate: middle, and from/to of the 95 % interval (TO is
 * INFINITY when the rate may be 0).  Where the room is shared and what fills it as a whole is known
 * (the machine's course, a cgroup that climbs), it is gone when that has filled it: ALONE_S is when
 * this one by itself would have.  False when there is none to tell (not climbing, confidence below
 * .7, beyond a week). */
struct eta {
	double mid_s, from_s, to_s;
	double alone_s;
	struct limit limit;
};

/* When PROC would meet its limit; false: it does not climb, or no limit is known. */
bool store_eta(const struct store *store, const struct proc *proc, struct eta *eta);

/* Groups (model/group.h): programs by name, users, cgroups.  Pointers live until the next
 * store_apply. */
size_t store_group_count(const struct store *store, enum group_kind kind);
const struct group *store_group(const struct store *store, enum group_kind kind, size_t index);
const struct group *store_group_of(const struct store *store, const struct proc *proc,
	enum group_kind kind); /* NULL: none yet */

/* As store_growth and store_verdict, for a group that ever had two members. */
bool store_group_growth(const struct store *store, const struct group *group, double seconds,
	double *kib_min);
enum trend_state store_group_verdict(const struct store *store, const struct group *group);

/* As store_eta, for all in GROUP: their own limits are not the group's, which is bound by what
 * binds all in CGROUP (NULL: they are in several). */
bool store_group_eta(const struct store *store, const struct group *group, const char *cgroup,
	struct eta *eta);
void store_group_history(const struct store *store, const struct group *group,
	const struct series_cut *cut);

/* The findings of looks inside a process (model/findings.h); NULL: nothing, or long ago. */
const struct findings *store_findings(const struct store *store, struct ident id);

/* The mappings found of a process in depth (model/maps.h); NULL: nothing, or long ago. */
const struct maps *store_maps(const struct store *store, struct ident id);

/* From now on proc->base_kib and group->base_kib are today's footprint for all. */
void store_set_baseline(struct store *store);
uint64_t store_baseline_ms(const struct store *store); /* 0: none set */

/* Whether something was dropped because of these limits. */
bool store_overflowed(const struct store *store);
