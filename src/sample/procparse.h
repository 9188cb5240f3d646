/* SPDX-License-Identifier: GPL-2.0-or-later */
/* procparse - the files of one process, from buffers
 *
 * Pure functions over what was read from /proc/PID/...: no file, no clock, no allocation.  A buffer
 * need not be NUL-terminated and may hold anything.  All return 0, or -EINVAL with the output
 * untouched.  A line or field that is missing is a figure that is not known, never an error, except
 * where a file makes no sense without it.  A line or number at the very end of the buffer may have
 * been cut, and is not there.
 */
#pragma once

#include "frame/frame.h"

#include <stddef.h>
#include <stdint.h>

/* proc_pid_statm(5), in pages */
struct procparse_statm {
	uint64_t size;
	uint64_t resident;
	uint64_t shared; /* file and shmem pages of resident */
};

/* Reads the file of that name; LEN bytes of TEXT. */
int procparse_statm(struct procparse_statm *statm, const char *text, size_t len);

/* proc_pid_stat(5).  The name may hold blanks, parentheses and newlines, and kernel threads
 * exceed 15 bytes: it ends at the last ')' of the buffer. */
struct procparse_stat {
	int32_t pid;
	char state;
	int32_t ppid;
	uint32_t flags; /* PF_* */
	uint64_t minor_faults;
	uint64_t major_faults;
	uint64_t user_ticks;
	uint64_t system_ticks;
	int32_t nice;
	int32_t threads;
	uint64_t start_ticks;
	uint64_t virt_bytes;
	uint64_t rss_pages;
	const char *comm; /* raw, inside the buffer that was parsed */
	size_t comm_len;
};

enum { PROCPARSE_PF_KTHREAD = 0x00200000 }; /* include/linux/sched.h, the same since 2.6.27 */

/* Reads the file of that name; LEN bytes of TEXT. */
int procparse_stat(struct procparse_stat *stat, const char *text, size_t len);

/* proc_pid_status(5): what it says besides figures */
enum procparse_status_known {
	STATUS_NAME = 1u << 0,
	STATUS_STATE = 1u << 1,
	STATUS_PPID = 1u << 2,
	STATUS_PTE = 1u << 3,
};

/* The figures it may tell. */
#define PROCPARSE_STATUS_TELLS                                                                     \
	(DETAIL_MEMORY | DETAIL_HUGE | DETAIL_PEAK | DETAIL_THREADS | DETAIL_USER)

struct procparse_status {
	uint32_t known; /* enum procparse_status_known */
	/* of them PROCPARSE_STATUS_TELLS; state with STATUS_STATE, ppid with STATUS_PPID.  The
	 * user is the effective one: second of the Uid line. */
	struct proc_figures figures;
	uint64_t pte_kib;
	uint64_t locked_kib; /* with STATUS_PTE */
	const char *name;    /* raw (the kernel escapes \ and newline), inside the buffer */
	size_t name_len;
};

/* Reads the file of that name; LEN bytes of TEXT. */
int procparse_status(struct procparse_status *status, const char *text, size_t len);

/* proc_pid_cgroup(5): the path in the memory controller's v1 hierarchy, else in the unified one
 * (0::).  *PATH points into the buffer.  *V1 tells which. -EINVAL if there is neither. */
int procparse_cgroup(const char **path, size_t *path_len, int *v1, const char *text, size_t len);

/* proc_pid_limits(5): soft limits in KiB, rounded up; UINT64_MAX for unlimited. */
struct procparse_limits {
	uint64_t as_kib;
	uint64_t data_kib;
};

/* Reads the file of that name; LEN bytes of TEXT. */
int procparse_limits(struct procparse_limits *limits, const char *text, size_t len);

/* proc_pid_smaps(5), the rollup */
struct procparse_smaps {
	uint64_t pss_kib;
	uint64_t private_kib; /* Private_Clean + Private_Dirty */
	uint64_t swap_pss_kib;
};

/* Reads smaps_rollup; LEN bytes of TEXT. */
int procparse_smaps(struct procparse_smaps *smaps, const char *text, size_t len);

/* A file of one decimal number (oom_score, oom_score_adj). */
int procparse_number(int64_t *value, const char *text, size_t len);
