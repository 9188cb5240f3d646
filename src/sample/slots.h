/* SPDX-License-Identifier: GPL-2.0-or-later */
/* slots - what the sampler remembers of every process
 *
 * One flat array sorted by pid: frames want that order, a look-up is a dozen steps, births mostly
 * go to its end, and no memory is taken while nobody is born.  144 bytes a process, and its texts.
 */
#pragma once

#include "base/intern.h"
#include "frame/frame.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum slot_flag {
	/* what it is */
	SLOT_KERNEL = 1u << 0,  /* a kernel thread: no memory of its own to be looked at */
	SLOT_WATCHED = 1u << 1, /* on the screen, flagged or selected */
	SLOT_BORN = 1u << 2,    /* its birth is not sent yet */
	SLOT_DEAD = 1u << 3,    /* to be swept */
	/* what its size did */
	SLOT_SEND = 1u << 4,   /* it changed since it was last sent */
	SLOT_MOVED = 1u << 5,  /* any part of it since details were taken */
	SLOT_SHARED = 1u << 6, /* its shared part since details were taken */
	SLOT_STIRS = 1u << 16, /* any part of it since its cgroup was asked */
	/* its details */
	SLOT_DETAIL = 1u << 7, /* they are known */
	SLOT_STALE = 1u << 8,  /* it ran since they were taken */
	SLOT_OWED = 1u << 9,   /* somebody waits for a look at them */
	/* the rates last sent were not all 0: one more look settles them */
	SLOT_RATES = 1u << 10,
	/* the counters kept are ones to make rates from (none across a gap) */
	SLOT_BASE = 1u << 11,
	/* its limits were read since it came to be watched, and since its name changed */
	SLOT_LIMITS = 1u << 12,
	/* its command line */
	SLOT_CMDLINE = 1u << 13, /* was read (or there is none) */
	SLOT_ASKED = 1u << 14,   /* the reader has been asked for it */
	/* its cgroup was read since it was old enough to have been put where it stays */
	SLOT_PLACED = 1u << 15,
	/* it was larger than ever, or its address space changed, since its limits were read */
	SLOT_GREW = 1u << 16,
	SLOT_LEFT = 1u << 17,   /* it was not watched some time ago */
	SLOT_WANTED = 1u << 18, /* to be watched by the list that is being read */
};

/* The part of struct proc_figures that is kept, as last read: no rates, no footprint, and of sizes
 * as many bits as any machine needs (40 are 1 PiB, virtual ones have 57 bits of address), since
 * there is one of these for every process all the time. */
struct slot_figures {
	uint32_t known; /* enum detail_known */
	uint32_t uid;   /* with DETAIL_USER from status, else the owner of /proc/PID */
	int32_t ppid;
	int32_t threads;
	uint64_t virt_kib : 48;
	uint64_t rss_kib : 40;
	uint64_t shared_kib : 40; /* with DETAIL_USAGE */
	uint64_t anon_kib : 40;
	uint64_t file_kib : 40;
	uint64_t shmem_kib : 40;
	uint64_t swap_kib : 40;
	uint64_t huge_kib : 40;
	uint64_t peak_kib : 40;
	int16_t oom_score;
	int16_t oom_adj;
	int8_t nice;
	char state;
} __attribute__((packed));

struct proc_slot {
	uint64_t start_ticks;
	uint64_t cpu_ns;     /* its CPU clock when last looked at */
	uint64_t cpu_ticks;  /* stat utime + stime when details were taken */
	char *comm;          /* clean */
	const char *cmdline; /* clean; NULL: not known, or not kept; of the table, kept once */
	int32_t pid;
	int32_t fd;            /* kept statm, -1 */
	uint32_t flags;        /* enum slot_flag */
	uint32_t minor_faults; /* counted modulo 2^32: only differences are used */
	uint32_t major_faults;
	uint32_t detail_ms; /* when details were taken, boot-time clock modulo 2^32 */
	/* a thread that stands for it, since its main thread has ended; 0: that has not */
	int32_t other;
	uint32_t name_hash; /* libproc_proc.name_hash, 0: not known */
	uint16_t cgroup;    /* index of its path + 1, 0: not known */
	uint8_t quiet;      /* looks in a row in which nothing moved, at most 255 */
	uint8_t visits;     /* detail looks, modulo 256 */
	struct slot_figures figures;
};

struct slots {
	struct proc_slot *slots; /* ascending by pid */
	size_t count;
	size_t cap;
	struct intern cmdlines; /* those kept: many processes have the same */
};

/* A table without processes; nothing is allocated yet. */
void slots_init(struct slots *table);
void slots_done(struct slots *table); /* closes kept descriptors too */

/* The slot of PID, NULL if there is none; lives until the next merge or sweep. */
struct proc_slot *slots_find(const struct slots *table, int32_t pid);

/* Puts COUNT slots, ascending, none of their pids in the table, in their places; texts are taken
 * over. */
void slots_merge(struct slots *table, const struct proc_slot *born, size_t count);

/* Removes slots flagged SLOT_DEAD; closes their descriptors and returns how many of those there
 * were. */
size_t slots_sweep(struct slots *table);

/* The figures kept; and keeps all of FIGURES that is kept.  What is beyond its bits is the most
 * that they hold. */
struct proc_figures slots_figures(const struct proc_slot *slot);
void slots_keep(struct proc_slot *slot, const struct proc_figures *figures);

/* Keeps the figures of statm alone. */
void slots_keep_usage(struct proc_slot *slot, uint64_t rss_kib, uint64_t shared_kib,
	uint64_t virt_kib);

/* Keeps TEXT as the slot's command line, unless all different ones together would exceed
 * SLOTS_TEXT_MAX: then it must be read again when a key frame wants it. */
enum { SLOTS_TEXT_MAX = 4 * 1024 * 1024 };
void slots_set_cmdline(struct slots *table, struct proc_slot *slot, const char *text);

/* From now on every watched process is owed a look, whatever is known of it; and whether any of
 * them still is. */
void slots_unsettle(struct slots *table);
bool slots_owes(const struct slots *table);
