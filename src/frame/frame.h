/* SPDX-License-Identifier: GPL-2.0-or-later */
/* frame - what one look at the machine found
 *
 * A frame carries what changed since the frame before it; a key frame carries everything, so that a
 * reader can begin there.  (Whole frames every tick were tried on paper and dropped: at 5,000
 * mostly idle processes they cost a copy of a megabyte a tick in two processes to say that nothing
 * moved.) The store adds frames up.  One tick may come in several frames, so that none is large:
 * all but the last have `more` set and nothing is drawn before that.
 *
 * Figures that may be unknown come with a bit in `known`; without it the field is 0 and means
 * "n/a", never zero.  Sizes are KiB.  Text is clean UTF-8 (base/text.h).  A frame and all it points
 * to live in its arena, are immutable once published and die together.
 */
#pragma once

#include "base/arena.h"
#include "frame/cgroup.h"
#include "frame/grown.h"
#include "frame/inside.h"
#include "frame/machine.h"
#include "frame/runtime.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	FRAME_PART_MAX = 512,     /* births, usages or details the sampler puts into one frame */
	FRAME_COMM_MAX = 64,      /* bytes of a process name; kernel threads exceed 15 */
	FRAME_CMDLINE_MAX = 4096, /* bytes kept of a command line */
	FRAME_PATH_MAX = 4096,    /* bytes of a cgroup's path */
	FRAME_MAPPING_NAME_MAX = 256, /* bytes of the name of a part */
	FRAME_GROUPS_MAX = 400,       /* parts of a process; the rest are added up */
	FRAME_PID_MAX = 4194304,      /* PID_MAX_LIMIT of 64-bit kernels */
};

/* Which process: pids are reused, a pid with its start time is not. */
struct ident {
	int32_t pid;
	/* proc_pid_stat(5) starttime: clock ticks (hz of the header) after boot */
	uint64_t start_ticks;
};

static inline bool ident_same(struct ident a, struct ident b)
{
	return a.pid == b.pid && a.start_ticks == b.start_ticks;
}

/* A process seen for the first time.  Origin: proc_pid_stat(5). */
struct proc_birth {
	struct ident id;
	int32_t ppid;
	/* owner of /proc/PID: the effective user unless the process is not dumpable */
	uint32_t uid;
	bool kernel_thread; /* PF_KTHREAD in flags */
	char state;         /* R S D Z T t I X */
	const char *comm;   /* clean, at most FRAME_COMM_MAX bytes */
};

/* Usage: what statm says.  In every tick for what is on the screen; for the rest when it
 * changed.  Origin: proc_pid_statm(5), pages x page size. */
struct proc_usage {
	int32_t pid;
	uint64_t rss_kib;    /* resident */
	uint64_t shared_kib; /* shared: RssFile + RssShmem, so rss - shared = RssAnon */
	uint64_t virt_kib;   /* size */
};

/* Which figures of a process are known. */
enum detail_known {
	DETAIL_PARTS = 1u << 0, /* anon, file, shmem: RssAnon and its like since 4.5 */
	DETAIL_PEAK = 1u << 1,
	DETAIL_FAULTS = 1u << 2, /* rates need two looks */
	DETAIL_CPU = 1u << 3,    /* cpu_percent needs two looks; cpu_ms is always there */
	DETAIL_OOM = 1u << 4,
	DETAIL_PSS = 1u << 5, /* smaps_rollup: needs permission and is only read on request */
	DETAIL_THREADS = 1u << 6,
	DETAIL_RLIMITS = 1u << 7,
	DETAIL_USER = 1u << 8,
	DETAIL_SWAP = 1u << 9,
	DETAIL_HUGE = 1u << 10, /* 4.4 */
	/* never in a stream, where these come as struct proc_usage: rss and virt, and with them
	 * anon, which is then what of rss is not shared */
	DETAIL_USAGE = 1u << 11,
	DETAIL_MEMORY = DETAIL_PARTS | DETAIL_SWAP, /* both: the footprint is known */
};

/* The figures of a process: the same record in the sampler, in frames, in the store and in sums of
 * rows.  The table of what each is stands in frame/proc_fields.c. */
struct proc_figures {
	uint32_t known; /* enum detail_known */
	uint32_t uid;   /* effective, status Uid */
	int32_t ppid;
	int32_t threads;
	uint64_t rss_kib;       /* statm resident */
	uint64_t virt_kib;      /* statm size */
	uint64_t anon_kib;      /* status RssAnon */
	uint64_t file_kib;      /* status RssFile */
	uint64_t shmem_kib;     /* status RssShmem */
	uint64_t swap_kib;      /* status VmSwap */
	uint64_t huge_kib;      /* status HugetlbPages: of the huge page pool, in no RSS */
	uint64_t footprint_kib; /* anon + shmem + swap + huge */
	uint64_t peak_kib;      /* status VmHWM: highest RSS ever */
	uint64_t cpu_ms;        /* user + system time since its start */
	float cpu_percent;      /* of one CPU, since the last look */
	float major_faults_s;
	float minor_faults_s;
	int16_t oom_score; /* 0 to 2000 */
	int16_t oom_adj;   /* -1000 to 1000 */
	int8_t nice;
	char state;
};

/* Figures that few processes have. */
struct proc_rare_figures {
	uint64_t pss_kib;        /* smaps_rollup Pss */
	uint64_t uss_kib;        /* smaps_rollup Private_Clean + Private_Dirty */
	uint64_t swap_pss_kib;   /* smaps_rollup SwapPss */
	uint64_t limit_as_kib;   /* RLIMIT_AS soft; UINT64_MAX: none */
	uint64_t limit_data_kib; /* RLIMIT_DATA soft; UINT64_MAX: none */
};

/* Details: what is read within a budget of time.  Of the figures those of statm are 0. */
struct proc_detail {
	int32_t pid;
	uint32_t age_ms; /* of the figures, at the frame's time */
	struct proc_figures figures;
	struct proc_rare_figures rare; /* with DETAIL_PSS, DETAIL_RLIMITS */
};

/* Text of a process that may come late, since reading it may block. */
enum text_kind {
	TEXT_COMM,    /* the name changed: exec or prctl */
	TEXT_CMDLINE, /* "" when it has none (kernel thread, zombie) */
	TEXT_CGROUP,  /* path in the memory controller's hierarchy (v1) or the unified one (v2) */
	/* it holds its memory lock: what was asked did not answer in time; value: seconds */
	TEXT_BLOCKED,
};

struct proc_text {
	int32_t pid;
	enum text_kind kind;
	const char *text;
};

/* Processes that are not told of each by itself, where only a few processes are (REQUEST_BRIEF):
 * all others together.  Kernel threads are among them, and have no memory. */
struct proc_rest {
	uint32_t processes;
	uint32_t waiting; /* for a disk: state D, kernel threads apart */
	uint64_t rss_kib;
	uint64_t anon_kib; /* rss - shared */
};

struct user_name {
	uint32_t uid;
	const char *name;
};

/* The purpose of a mapping, as far as the kernel tells it. */
enum mapping_kind {
	MAPPING_HEAP,    /* [heap], "malloc arenas" that glibc gives to threads, "Go heap" */
	MAPPING_ANON,    /* anonymous memory without a name, or with one the program gave it */
	MAPPING_STACKS,  /* of its threads */
	MAPPING_PROGRAM, /* the executable itself */
	MAPPING_LIBRARY, /* a shared library */
	MAPPING_FILE,    /* any other mapped file */
	MAPPING_SHARED,  /* shared memory: System V, /dev/shm, memfd, shared anonymous, tmpfs */
	MAPPING_HUGE,    /* pages of the huge page pool */
	MAPPING_OTHER,   /* the kernel's own: vdso and the like */
};

/* All mappings of one kind and name, added up.  Sums over shared pages count them in each
 * mapping, as the kernel does.  Origin: proc_pid_smaps(5). */
struct mapping_group {
	int32_t pid;
	enum mapping_kind kind;
	/* path, or what stands in brackets; "" for anonymous; "+": the rest of too many */
	const char *name;
	uint32_t mappings;
	/* Rss; of MAPPING_HUGE Private_Hugetlb + Shared_Hugetlb, which are in no Rss */
	uint64_t rss_kib;
	uint64_t pss_kib;
	uint64_t dirty_kib; /* Private_Dirty */
	uint64_t swap_kib;  /* Swap */
};

enum mappings_known {
	MAPPINGS_READ = 1u << 0,   /* smaps was read: the sizes; its parts are in the same frame */
	MAPPINGS_STATUS = 1u << 1, /* page tables, locked, huge pages */
	MAPPINGS_ORDER = 1u << 2,  /* its place in the kernel's kill order */
	MAPPINGS_TOOL = 1u << 3,   /* whether the tool for its runtime is installed */
	MAPPINGS_FREED = 1u << 4,  /* freed */
};

/* All mappings of a process together, by smaps. */
struct mapping_sums {
	uint64_t rss_kib, pss_kib, swap_kib, swap_pss_kib;
	uint64_t uss_kib;       /* Private_Clean + Private_Dirty */
	uint64_t lazy_free_kib; /* LazyFree: given back by MADV_FREE, there until it is needed */
	uint64_t thp_kib;       /* AnonHugePages + ShmemPmdMapped + FilePmdMapped: part of rss */
	uint64_t freed_kib;     /* what its end gives back of these and of swap */
};

/* The process on the screen, in depth: one at a time, and only on request.  Origin:
 * proc_pid_smaps(5) unless said otherwise.  A frame with MAPPINGS_READ has all its parts; they
 * replace the previous ones. */
struct proc_mappings {
	int32_t pid;
	uint32_t known;       /* enum mappings_known */
	uint64_t start_ticks; /* who: as in its birth */
	/* errno of the last attempt to read smaps; ETIMEDOUT: its memory lock was held */
	int32_t error;
	uint32_t age_ms;  /* of the sizes and parts, at the frame's time */
	uint32_t wait_ms; /* until smaps is read again; 0: as soon as can be */
	double cost_ms;   /* how long the last read of smaps took */
	struct mapping_sums sums;
	uint64_t page_tables_kib; /* proc_pid_status(5) VmPTE */
	uint64_t locked_kib;      /* VmLck */
	uint64_t hugetlb_kib;     /* HugetlbPages: in no other figure */
	uint32_t kill_before; /* processes with a higher oom_score, or the same and more memory */
	uint32_t kill_same;   /* others with the same of both */
	uint32_t kill_of;     /* processes that can be killed at all */
	enum runtime runtime;
	bool tool; /* runtime_tool() is in $PATH */
	bool exe_deleted;
	const char *exe; /* proc_pid_exe(5), "" if it may not be known */
	const char *cwd; /* proc_pid_cwd(5) */
};

/* Processes that the kernel killed for want of memory since the tick before.  Origin: oom_kill
 * of proc_vmstat(5) and, to find where, memory.events (v2) or memory.oom_control and
 * memory.failcnt (v1) of every cgroup that had a process. */
struct kill_figures {
	const char *group;  /* whose limit was met; "": none, or not known */
	const char *in;     /* the cgroup of those killed; "": not known */
	uint64_t limit_kib; /* of the group; UINT64_MAX: not known */
	uint32_t count;
	bool machine; /* the machine itself ran out */
};

/* The one of the kernel's caches of objects that gained most since the sampler looked before.
 * Origin: slabinfo(5), which only root may read. */
struct slab_figures {
	const char *name;
	uint64_t kib;        /* its slabs now */
	uint64_t gained_kib; /* since SPAN_MS ago */
	uint32_t span_ms;
};

/* The contents of a mounted tmpfs: part of Shmem unless swapped out.  A frame that has any has all
 * of them; they replace the previous ones.  Origin: statvfs(3) of what proc_pid_mountinfo(5) names,
 * one mount for each file system. */
struct tmpfs_figures {
	const char *path;
	uint64_t used_kib;
	uint64_t size_kib; /* it may grow to */
};

/* The contents of a tmpfs that only a container has mounted: part of its shmem unless swapped out.
 * Each replaces the one before of the same cgroup and path; used_kib 0: it is gone, or holds
 * nothing. Origin: statvfs(3) below /proc/PID/root of what its proc_pid_mountinfo(5) names. */
struct cgroup_mount {
	uint32_t number;  /* of the cgroup */
	const char *path; /* in the container */
	uint64_t used_kib;
	uint64_t size_kib; /* it may grow to */
};

/* The name that people gave a container, or a pod ("NAMESPACE/NAME"), where its engine left that in
 * a file.  Each is said once, and in every key frame. */
struct container_title {
	const char *path; /* of its cgroup */
	const char *name;
};

/* An answer to a request, or a message for the user. */
struct notice {
	uint32_t request; /* number of the request it answers; 0: nobody asked */
	int error;        /* 0 done, else an errno value */
	const char *text; /* clean, one line */
};

struct frame {
	uint64_t seq;         /* of the tick, from 1; frames of one tick share it */
	uint64_t boot_ms;     /* CLOCK_BOOTTIME of the look */
	uint64_t wall_ms;     /* wall clock of the look, ms since 1970 */
	uint32_t interval_ms; /* real time since the tick before; 0: the first, or after a gap */
	uint32_t cost_us;     /* CPU time of the sampler and the reader for the tick before this */
	bool key;             /* everything, not only changes: what is in no frame of this tick
	                       * is gone; a process known already (same pid and start) keeps its
	                       * history */
	/* not sent, set by a source that was moved to another time: forget every process and all
	 * history before taking this frame, which is a key */
	bool jump;
	uint64_t goal_ms; /* not sent: nobody sees a look before this boot time (thin.h) */
	bool tick;        /* carries a look at the system; else an addition to the tick `seq` */
	bool more;        /* another frame of the same tick follows */
	/* suspend, a stopped sampler or missed ticks lie before it: no rate across */
	bool gap;
	/* the sampler takes longer than asked; interval_ms is what it manages */
	bool stretched;

	struct system_figures system; /* valid when tick */

	/* each sorted by pid; a pid is in `births` before it is in anything else */
	struct proc_birth *births;
	size_t nbirths;
	struct proc_usage *usages;
	size_t nusages;
	struct proc_detail *details;
	size_t ndetails;
	struct proc_text *texts;
	size_t ntexts;
	int32_t *deaths; /* pids that ended since the frame before; a pid that was reused is also
	                  * in `births`, and its death comes first */
	size_t ndeaths;
	int32_t *lefts; /* pids that live and are told of no more; what they have is in `rests` */
	size_t nlefts;
	struct proc_rest *rests; /* one, where only a few are told of; none: no change */
	size_t nrests;

	struct user_name *users;
	size_t nusers;
	struct cgroup_figures *cgroups;
	size_t ncgroups;
	struct cgroup_usage *cgroup_usages;
	size_t ncgroup_usages;
	struct cgroup_parts *cgroup_parts;
	size_t ncgroup_parts;
	uint32_t *cgroup_ends; /* numbers of those that are no more */
	size_t ncgroup_ends;
	struct kill_figures *kills;
	size_t nkills;
	struct tmpfs_figures *tmpfs;
	size_t ntmpfs;
	struct cgroup_mount *cgroup_mounts;
	size_t ncgroup_mounts;
	struct container_title *titles;
	size_t ntitles;
	struct slab_figures *slabs;
	size_t nslabs;
	struct proc_mappings *mappings; /* by pid; the sampler has one at most */
	size_t nmappings;
	struct mapping_group *groups;
	size_t ngroups;
	struct proc_inside *insides; /* by pid; the sampler has one at most */
	size_t ninsides;
	struct inside_type *inside_types;
	size_t ninside_types;
	struct inside_arena *inside_arenas;
	size_t ninside_arenas;
	struct inside_holder *inside_holders;
	size_t ninside_holders;
	struct inside_unknown *inside_unknowns;
	size_t ninside_unknowns;
	struct proc_grown *growns; /* by pid; the sampler has one at most */
	size_t ngrowns;
	struct grown_line *grown_lines;
	size_t ngrown_lines;
	struct grown_library *grown_libraries;
	size_t ngrown_libraries;
	struct notice *notices;
	size_t nnotices;

	struct arena arena;
};

/* The header of a stream: said once, before its first frame. */
struct stream_header {
	int version;      /* of the format: STREAM_VERSION */
	char host[256];   /* uname nodename, clean */
	char kernel[128]; /* uname release, clean */
	uint32_t hz;      /* clock ticks a second of start_ticks */
	uint32_t page_kib;
	uint32_t cpus;
	uint32_t interval_ms;  /* asked for */
	uint32_t uid;          /* the sampler's effective user */
	int32_t pid;           /* the sampler */
	int hidepid;           /* of /proc as the sampler sees it; -1: not known */
	uint64_t boot_wall_ms; /* wall clock at boot time 0 */
	char boot_id[40];      /* of this boot alone; "": not known */
	char lacks[160];       /* a sentence: what cannot be known of the machine, and why */
};

enum { STREAM_VERSION = 1 };

/* Whether nothing presses: a fifth of the memory is available, nobody waits for any, nothing is
 * swapped. */
bool frame_has_plenty(const struct system_figures *system);

/* An empty frame that owns its arena; free(3) is done by frame_free.  NULL is fine there. */
struct frame *frame_new(void);
void frame_free(struct frame *frame);

/* Empties a frame for use again, keeping its memory. */
void frame_reset(struct frame *frame);

/* Adds a copy of ITEM, texts included, to the array ID (enum wire_array_id, frame/wire.h) of FRAME,
 * whose arrays nobody else may fill. */
void frame_append(struct frame *frame, int id, const void *item);

/* Items in the array ID. */
size_t frame_count(const struct frame *frame, int id);
