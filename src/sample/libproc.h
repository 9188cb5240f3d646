/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libproc - the part of libproc2 memtop uses, and the only file that includes it
 *
 * libproc2 reads stat and status of chosen processes (a selection by pid reads status whatever is
 * asked for, so all that status can give comes from here; only VmHWM, which it lacks, needs a read
 * of our own), and meminfo and vmstat. oom_score is not asked of it: that would be two more files
 * at every look, or a second handle of 400 KiB.  Never asked for, since they may block or ask a
 * network: command lines, environments, smaps, names of users, sd-login.  All results are copies.
 *
 * The library is loaded by the first libproc_open, into the process that calls it alone: the rest
 * of memtop does without it and the libraries it brings, and a child forked later unloads it.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum { LIBPROC_BATCH = 200 }; /* processes in one call; libproc2 takes 255 */

struct libproc;

/* The figures of one process from stat and status. */
struct libproc_proc {
	int32_t pid;
	uint32_t uid; /* effective */
	/* of its name as libproc2 gives it (its cleaning follows the locale, so the text itself
	 * is not used); changes when the name does */
	uint32_t name_hash;
	uint64_t start_ticks;
	char state;
	int32_t ppid;
	int32_t nice;
	int32_t threads;
	uint64_t minor_faults;
	uint64_t major_faults;
	uint64_t cpu_ticks; /* utime + stime */
	uint64_t anon_kib;  /* RssAnon, RssFile, RssShmem: all 0 before Linux 4.5 */
	uint64_t file_kib;
	uint64_t shmem_kib;
	uint64_t swap_kib; /* VmSwap */
};

/* The name_hash of a process of that name, if libproc2 cleans nothing away in it. */
uint32_t libproc_name_hash(const char *name);

/* Loads the library and opens it.  0 or -errno: -ELIBACC (LIBPROC2_SONAME of config.h cannot be
 * loaded), /proc not mounted, no memory.  Call it before confine_self, which forbids to load. */
int libproc_open(struct libproc **lib);
void libproc_close(struct libproc *lib); /* NULL is fine; the library stays */

/* In a child that looks at nobody: takes the library out of it.  What was opened is not valid any
 * more. */
void libproc_unload(void);

/* Looks at COUNT (at most LIBPROC_BATCH) processes; those that are gone are left out.  Returns how
 * many are in OUT, in the order of PIDS, or -errno. */
int libproc_look(struct libproc *lib, const int32_t *pids, size_t count, struct libproc_proc *out);

/* At the end of a tick: gives the 400 KiB back that the library holds to look with, unless there
 * were looks in this tick and in the one before.  The next look takes them again, which costs a
 * tenth of a millisecond; where there is no memory for that it returns -ENOMEM. */
void libproc_rest(struct libproc *lib);
