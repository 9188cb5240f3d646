/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libproc - see libproc.h
 *
 * Stack members are reached by position (the PIDS_VAL macro changed its number of arguments between
 * releases); what a call returns is borrowed until the next one, so everything is copied at once.
 */
#include "sample/libproc.h"

#include "base/crash.h"
#include "base/xalloc.h"

#include <errno.h>
#include <libproc2/pids.h>
#include <stdlib.h>

struct libproc {
	struct pids_info *pids;
};

enum {
	AT_PID,
	AT_UID,
	AT_NAME,
	AT_START,
	AT_STATE,
	AT_PPID,
	AT_NICE,
	AT_THREADS,
	AT_MINOR,
	AT_MAJOR,
	AT_CPU,
	AT_ANON,
	AT_FILE,
	AT_SHMEM,
	AT_SWAP,
	AT_COUNT,
};

static enum pids_item pid_items[AT_COUNT] = {
	[AT_PID] = PIDS_ID_PID,
	[AT_UID] = PIDS_ID_EUID,
	[AT_NAME] = PIDS_CMD,
	[AT_START] = PIDS_TICS_BEGAN,
	[AT_STATE] = PIDS_STATE,
	[AT_PPID] = PIDS_ID_PPID,
	[AT_NICE] = PIDS_NICE,
	[AT_THREADS] = PIDS_NLWP,
	[AT_MINOR] = PIDS_FLT_MIN,
	[AT_MAJOR] = PIDS_FLT_MAJ,
	[AT_CPU] = PIDS_TICS_ALL,
	[AT_ANON] = PIDS_VM_RSS_ANON,
	[AT_FILE] = PIDS_VM_RSS_FILE,
	[AT_SHMEM] = PIDS_VM_RSS_SHARED,
	[AT_SWAP] = PIDS_VM_SWAP,
};

/* libproc2 does not check every allocation. */
static const char broke[] =
	"memtop: libproc2, which reads /proc, broke; is there no memory left?\n";

static void warm_up(struct libproc *lib)
{
	struct libproc_proc proc;
	int32_t pid = 1;

	libproc_look(lib, &pid, 1, &proc);
}

int libproc_open(struct libproc **lib)
{
	struct libproc *new = xalloc_zero(1, sizeof(*new));
	int error;

	crash_excuse(broke);
	error = procps_pids_new(&new->pids, pid_items, AT_COUNT);
	crash_excuse(NULL);
	if (error < 0) {
		libproc_close(new);
		return error;
	}
	warm_up(new);
	*lib = new;
	return 0;
}

void libproc_close(struct libproc *lib)
{
	if (lib == NULL)
		return;
	if (lib->pids != NULL)
		procps_pids_unref(&lib->pids);
	free(lib);
}

/* FNV-1a */
uint32_t libproc_name_hash(const char *name)
{
	uint32_t hash = 2166136261u;

	for (; name != NULL && *name != '\0'; name++)
		hash = (hash ^ (unsigned char)*name) * 16777619u;
	return hash;
}

static void copy_stack(struct libproc_proc *out, const struct pids_stack *stack)
{
	const struct pids_result *at = stack->head;

	*out = (struct libproc_proc){
		.pid = at[AT_PID].result.s_int,
		.uid = at[AT_UID].result.u_int,
		.name_hash = libproc_name_hash(at[AT_NAME].result.str),
		.start_ticks = at[AT_START].result.ull_int,
		.state = (char)at[AT_STATE].result.s_ch,
		.ppid = at[AT_PPID].result.s_int,
		.nice = at[AT_NICE].result.s_int,
		.threads = at[AT_THREADS].result.s_int,
		.minor_faults = at[AT_MINOR].result.ul_int,
		.major_faults = at[AT_MAJOR].result.ul_int,
		.cpu_ticks = at[AT_CPU].result.ull_int,
		.anon_kib = at[AT_ANON].result.ul_int,
		.file_kib = at[AT_FILE].result.ul_int,
		.shmem_kib = at[AT_SHMEM].result.ul_int,
		.swap_kib = at[AT_SWAP].result.ul_int,
	};
}

int libproc_look(struct libproc *lib, const int32_t *pids, size_t count, struct libproc_proc *out)
{
	struct pids_fetch *fetch;
	unsigned these[LIBPROC_BATCH];

	if (count == 0)
		return 0;
	if (count > LIBPROC_BATCH)
		count = LIBPROC_BATCH;
	for (size_t i = 0; i < count; i++)
		these[i] = (unsigned)pids[i];
	errno = 0;
	crash_excuse(broke);
	fetch = procps_pids_select(lib->pids, these, (int)count, PIDS_SELECT_PID);
	crash_excuse(NULL);
	if (fetch == NULL)
		return errno != 0 ? -errno : -EIO;
	if (fetch->counts->total < 0 || (size_t)fetch->counts->total > count)
		return -EIO;
	for (int i = 0; i < fetch->counts->total; i++)
		copy_stack(&out[i], fetch->stacks[i]);
	return fetch->counts->total;
}
