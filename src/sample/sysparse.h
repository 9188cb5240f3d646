/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sysparse - the system's files but meminfo, from buffers
 *
 * Pure, bounded, on anything.  All return 0, or -EINVAL with the output untouched.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* /proc/pressure/memory: percent of the last ten seconds. */
struct sysparse_pressure {
	double some_avg10;
	double full_avg10;
	bool full; /* full_avg10 is there */
};

/* Reads that file; LEN bytes of TEXT. */
int sysparse_pressure(struct sysparse_pressure *pressure, const char *text, size_t len);

/* proc_vmstat(5): counters since boot.  -EINVAL if it has none of them. */
enum sysparse_vmstat_known {
	VMSTAT_SWAP_IN = 1u << 0,
	VMSTAT_SWAP_OUT = 1u << 1,
	VMSTAT_MAJOR_FAULTS = 1u << 2,
	VMSTAT_OOM_KILLS = 1u << 3, /* 4.13 */
	VMSTAT_REFAULTS = 1u << 4,
	VMSTAT_TAKEN = 1u << 5,
};

struct sysparse_vmstat {
	uint32_t known;
	uint64_t swap_in_pages;  /* pswpin */
	uint64_t swap_out_pages; /* pswpout */
	uint64_t major_faults;   /* pgmajfault */
	uint64_t oom_kills;      /* oom_kill */
	/* evicted and needed again: workingset_refault_anon + _file (5.9), before that
	 * workingset_refault */
	uint64_t refault_pages;
	/* pages that were taken from whoever had them: all pgsteal_*, of which some count the same
	 * twice, so that only a change of it says something */
	uint64_t taken_pages;
};

/* Reads that file; LEN bytes of TEXT. */
int sysparse_vmstat(struct sysparse_vmstat *vmstat, const char *text, size_t len);

/* /proc/spl/kstat/zfs/arcstats: the cache of ZFS, and what it gives back when memory is short. */
struct sysparse_arc {
	uint64_t size_kib;        /* size */
	uint64_t reclaimable_kib; /* size - c_min */
};

/* Reads that file; LEN bytes of TEXT. */
int sysparse_arc(struct sysparse_arc *arc, const char *text, size_t len);

/* /sys/block/zramN/mm_stat: mem_used_total, in KiB. */
int sysparse_zram(uint64_t *kib, const char *text, size_t len);

/* proc_loadavg(5): what tells that tasks came or went, and how many want to run. */
struct sysparse_loadavg {
	double load1;     /* of the last minute */
	uint64_t running; /* that run or want to, the reader included */
	uint64_t tasks;   /* that exist, threads included, in the whole system */
	/* most recently given in the reader's pid namespace, to a process or thread */
	int32_t last_pid;
};

/* Reads that file; LEN bytes of TEXT. */
int sysparse_loadavg(struct sysparse_loadavg *load, const char *text, size_t len);

/* proc_pid_status(5) NSpid: how many pid namespaces lie between the /proc it was read from and the
 * process (1: the same), and the pid in the outermost. */
int sysparse_nspid(int *levels, int32_t *pid, const char *text, size_t len);

/* proc_pid_mountinfo(5): where memory figures of cgroups are, and how /proc is mounted. */
enum { SYSPARSE_PATH_MAX = 512 };

struct sysparse_mounts {
	int hidepid; /* of the file system at /proc; 0 without the option */
	bool subset; /* subset=pid: only processes are there */
	bool v1;     /* a v1 hierarchy with the memory controller is mounted */
	/* the unified hierarchy is (memory figures from here if not v1) */
	bool v2;
	char mount[SYSPARSE_PATH_MAX]; /* mount point of the hierarchy, "" if neither */
	char root[SYSPARSE_PATH_MAX];  /* which part of it is mounted there: "/" or a container's */
};

/* Reads that file; LEN bytes of TEXT. */
int sysparse_mounts(struct sysparse_mounts *mounts, const char *text, size_t len);

/* proc_pid_mountinfo(5): devices (major << 32 | minor) of file systems of a kind, at most MAX;
 * their number. */
enum sysparse_fs {
	SYSPARSE_IN_MEMORY, /* tmpfs and its like: what is mapped of them is shared memory */
	/* another machine, or a program, answers for them: reading may take for ever */
	SYSPARSE_REMOTE,
};

/* Fills DEVICES; returns how many they are. */
size_t sysparse_devices(uint64_t *devices, size_t max, enum sysparse_fs fs, const char *text,
	size_t len);

/* The next tmpfs (or devtmpfs) of mountinfo from *AT on, which moves past its line: where it is
 * mounted, and its device, by which mounts of the same file system are told.  False: there is
 * none. */
bool sysparse_tmpfs(const char **at, const char *end, char point[SYSPARSE_PATH_MAX],
	uint64_t *device);

/* nsswitch.conf(5): whether LINE has users looked up anywhere but in files. */
bool sysparse_nss_elsewhere(const char *line);

/* A cgroup's limit or counter in bytes ("max", or a number past 2^62: UINT64_MAX, no limit) in
 * KiB. */
int sysparse_cgroup_kib(uint64_t *kib, const char *text, size_t len);

/* The number behind KEY in a file of "key value" lines (memory.stat, memory.events). */
int sysparse_keyed(uint64_t *value, const char *key, const char *text, size_t len);
