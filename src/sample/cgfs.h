/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cgfs - which cgroup a process is in, and what each cgroup has
 *
 * Paths are kept once each, by number, from the first process that is seen in one (of containers
 * without a process from when their folder is found) until the cgroup is gone.  The usage of each
 * is read every tick, from a file that is kept open; of more than a few hundred those that stand
 * still, far from a limit and off the screen, every fourth tick, or when a process in it moves.
 * What costs more goes by who asks (cgfs_look.c): limits, events and pressure are read every few
 * seconds where a watched process, the sampler or a row on the screen is, or below it, and in turns
 * of the others, events of those whose usage stands still far from a limit every ten seconds;
 * memory.stat, which costs the kernel most, of those that need it most, within a budget of time,
 * and never of the whole machine.  One more look is taken when the last watched process is gone,
 * since the kernel may have killed it there.
 */
#pragma once

#include "base/hash.h"
#include "frame/frame.h"
#include "sample/slots.h"
#include "sample/sysparse.h"

#include <stdbool.h>
#include <stdint.h>

struct frame_writer;

enum {
	CGFS_MAX = 16384, /* paths kept; beyond it those of no process are forgotten */
	CGFS_DEPTH = 32,  /* ancestors looked at */
	/* files of usage kept open, if so many cgroups are there: 4.3 KiB of the kernel each */
	CGFS_KEEP_MAX = 5120,
};

/* Members that are asked of all cgroups at every tick come first: a line or two of a cache each. */
struct cgfs_entry {
	char *path; /* clean; NULL: free for another */
	uint32_t hash;
	int fd;              /* its usage, kept open; 0: it is not */
	bool wanted;         /* a watched process, or the sampler, is in or below it */
	bool left;           /* one was at the last look, and none is now */
	bool close;          /* the one on the screen is */
	bool own;            /* the sampler is */
	bool shown;          /* the front end has it on the screen */
	bool known;          /* figures were read */
	bool changed;        /* and not sent since: any but usage and parts */
	bool used;           /* the same of the usage */
	bool parted;         /* and of its parts */
	bool stirred;        /* its usage moved since events were read */
	bool bare;           /* it is there, and no memory controller is */
	bool told_bare;      /* and that was said */
	bool events;         /* its events were read: a rise is news */
	bool closed;         /* no other row can be below it: cgfs_walk need not look */
	uint32_t said;       /* its number was told, as the how-manieth of all; 0: it was not */
	uint8_t quiet;       /* looks in a row in which its usage did not change, at most 255 */
	uint32_t stat_us;    /* what reading memory.stat took */
	uint64_t lived_ms;   /* of the last tick in which a process was in it */
	uint64_t ended_ms;   /* when it was first seen to be gone; 0: it is there */
	uint64_t blind_ms;   /* when it was last seen to have no figures; 0: never */
	uint64_t limits_ms;  /* when limits and events were read; 0: never */
	uint64_t stat_ms;    /* when memory.stat was; 0: never */
	uint64_t stat_usage; /* the usage then */
	uint64_t events_ms;  /* when events were read */
	struct cgroup_figures figures;
	struct cgroup_parts parts; /* with stat_ms */
	char *real;                /* as the kernel writes it, if that is not the same */
	/* oom_kills, ooms and events_max as they were at the read before */
	uint64_t kills_before, ooms_before, met_before;
	/* where only few are told of: the least it had since since_ms, and until when it is */
	uint64_t least_kib, since_ms, until_ms;
};

struct cgfs {
	int proc; /* not owned */
	struct sysparse_mounts mounts;
	int mountinfo;      /* kept open to be told of changes; -1 */
	uint64_t mounts_ms; /* when it was read */
	uint64_t walk_ms;   /* when containers without a process are looked for again */
	uint64_t walk_us;   /* CPU time that may be spent on new ones then */
	/* slot.cgroup of the process on the screen: it and all above it are looked at often; 0:
	 * none */
	uint16_t close;
	uint16_t self;  /* the same of the sampler */
	uint16_t named; /* what was told to be its own, which may be above that */
	uint64_t self_ms;
	uint64_t look_ms, before_ms; /* of this tick and the one before */
	bool risen;                  /* a kill was seen in some cgroup's events: for cgkill */
	uint32_t placed;             /* how often a process was found in another cgroup */
	uint32_t said;               /* how often one was told of that had not been before */
	struct cgfs_entry *entries;
	size_t count, cap;
	size_t free;      /* of them */
	struct hash hash; /* by path as the kernel writes it */
	size_t keep;      /* files that may be kept open, and how many are */
	size_t kept;
	size_t turn;    /* whose limits were read last */
	unsigned looks; /* of ticks, for those that are read in turns */
	uint32_t rows;  /* tell of few, as brief.h does of processes; 0: of all */
};

/* Nothing known; PROC is the descriptor of /proc, which stays the caller's.  Done frees all. */
void cgfs_init(struct cgfs *cgfs, int proc);
void cgfs_done(struct cgfs *cgfs);

/* Reads the path of a process's cgroup into slot->cgroup; true if it is not what it was. */
bool cgfs_place(struct cgfs *cgfs, struct slots *table, struct proc_slot *slot);

/* The clean path of a slot's cgroup, NULL if not known. */
const char *cgfs_path(const struct cgfs *cgfs, const struct proc_slot *slot);

/* Finds the sampler's own cgroup, once in a while where it is mounted: at the beginning of each
 * tick. */
void cgfs_tick(struct cgfs *cgfs, const struct slots *table, uint64_t now_ms);

/* Looks for containers, pods and services that have no process, now and then. */
void cgfs_walk(struct cgfs *cgfs, uint64_t now_ms);

enum cgfs_how {
	CGFS_CHANGED, /* what is due is read, what changed is said */
	CGFS_KEY,     /* all that is known is said */
	CGFS_FRESH,   /* between ticks: only cgroups never looked at are */
};

/* Reads the figures that are due for watched processes and the sampler, and puts them into the
 * frame of WRITER. */
void cgfs_look(struct cgfs *cgfs, const struct slots *table, uint64_t now_ms, enum cgfs_how how,
	struct frame_writer *writer);

/* Says which are on the screen now, by number, and no others. */
void cgfs_show(struct cgfs *cgfs, const int32_t *numbers, size_t count);

/* From now on of so many that have most, of as many that grow, and of those that limit whoever is
 * watched or are nearly full; ROWS 0: of all. */
void cgfs_brief(struct cgfs *cgfs, uint32_t rows);

/* Whether most of its limit is used. */
bool cgfs_is_near(const struct cgfs_entry *entry);

/* Puts what changed, or ALL that is known, into the frame of WRITER. */
void cgfs_say(struct cgfs *cgfs, bool all, struct frame_writer *writer);

/* Forgets an entry, which no slot may have; closes the file it keeps. */
void cgfs_forget(struct cgfs *cgfs, struct cgfs_entry *entry);
void cgfs_close(struct cgfs *cgfs, struct cgfs_entry *entry);

/* Events count from here. */
void cgfs_keep_events(struct cgfs_entry *entry);

/* The number of a path + 1, added if it is new; 0 if there is no room. */
uint16_t cgfs_number(struct cgfs *cgfs, const char *path, size_t len);

/* The same, and all above it get numbers, too. */
uint16_t cgfs_number_all(struct cgfs *cgfs, const char *path, size_t len);

/* Reads the events of an entry, keeping what they were; false if they cannot be (any more). */
bool cgfs_events(const struct cgfs *cgfs, struct cgfs_entry *entry, uint64_t now_ms);

/* Entries by path as the kernel writes it: the number + 1 of the first LEN bytes of PATH; 0: not
 * known. */
uint16_t cgfs_find(const struct cgfs *cgfs, const char *path, size_t len);

/* The path as the kernel writes it. */
const char *cgfs_real(const struct cgfs_entry *entry);

/* The entry one level up that is known, NULL at the top. */
struct cgfs_entry *cgfs_parent(const struct cgfs *cgfs, const struct cgfs_entry *entry);
