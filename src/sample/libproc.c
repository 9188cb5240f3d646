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
#include <libproc2/meminfo.h>
#include <libproc2/pids.h>
#include <libproc2/vmstat.h>
#include <stdlib.h>

struct libproc {
	struct pids_info *pids;
	struct meminfo_info *meminfo;
	struct vmstat_info *vmstat;
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
	struct libproc_memory memory;
	struct libproc_vmstat vmstat;
	struct libproc_proc proc;
	int32_t pid = 1;

	libproc_memory(lib, &memory);
	libproc_vmstat(lib, &vmstat);
	libproc_look(lib, &pid, 1, &proc);
}

int libproc_open(struct libproc **lib)
{
	struct libproc *new = xalloc_zero(1, sizeof(*new));
	int error;

	crash_excuse(broke);
	error = procps_meminfo_new(&new->meminfo);
	if (error >= 0)
		error = procps_vmstat_new(&new->vmstat);
	if (error >= 0)
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
	if (lib->meminfo != NULL)
		procps_meminfo_unref(&lib->meminfo);
	if (lib->vmstat != NULL)
		procps_vmstat_unref(&lib->vmstat);
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

int libproc_memory(struct libproc *lib, struct libproc_memory *memory)
{
	static enum meminfo_item items[] = {
		MEMINFO_MEM_TOTAL,
		MEMINFO_MEM_FREE,
		MEMINFO_MEM_AVAILABLE,
		MEMINFO_MEM_BUFFERS,
		MEMINFO_MEM_CACHED,
		MEMINFO_MEM_SHARED,
		MEMINFO_MEM_ANON,
		MEMINFO_MEM_MAPPED,
		MEMINFO_MEM_DIRTY,
		MEMINFO_MEM_WRITEBACK,
		MEMINFO_MEM_SLAB_RECLAIM,
		MEMINFO_MEM_SLAB_UNRECLAIM,
		MEMINFO_MEM_PAGE_TABLES,
		MEMINFO_MEM_KERNEL_STACK,
		MEMINFO_MEM_HUGE_TOTAL,
		MEMINFO_MEM_HUGE_SIZE,
		MEMINFO_SWAP_TOTAL,
		MEMINFO_SWAP_FREE,
	};
	const struct meminfo_stack *stack;
	const struct meminfo_result *at;

	crash_excuse(broke);
	stack = procps_meminfo_select(lib->meminfo, items, sizeof(items) / sizeof(items[0]));
	crash_excuse(NULL);
	if (stack == NULL)
		return errno != 0 ? -errno : -EIO;
	at = stack->head;
	*memory = (struct libproc_memory){
		.total = at[0].result.ul_int,
		.free = at[1].result.ul_int,
		.available = at[2].result.ul_int,
		.buffers = at[3].result.ul_int,
		.cached = at[4].result.ul_int,
		.shmem = at[5].result.ul_int,
		.anon = at[6].result.ul_int,
		.mapped = at[7].result.ul_int,
		.dirty = at[8].result.ul_int,
		.writeback = at[9].result.ul_int,
		.slab_reclaimable = at[10].result.ul_int,
		.slab_unreclaimable = at[11].result.ul_int,
		.page_tables = at[12].result.ul_int,
		.kernel_stack = at[13].result.ul_int,
		.huge_total = at[14].result.ul_int,
		.huge_size = at[15].result.ul_int,
		.swap_total = at[16].result.ul_int,
		.swap_free = at[17].result.ul_int,
	};
	return 0;
}

int libproc_vmstat(struct libproc *lib, struct libproc_vmstat *vmstat)
{
	static enum vmstat_item items[] = {
		VMSTAT_PSWPIN,
		VMSTAT_PSWPOUT,
		VMSTAT_PGMAJFAULT,
		VMSTAT_OOM_KILL,
	};
	const struct vmstat_stack *stack;

	crash_excuse(broke);
	stack = procps_vmstat_select(lib->vmstat, items, sizeof(items) / sizeof(items[0]));
	crash_excuse(NULL);
	if (stack == NULL)
		return errno != 0 ? -errno : -EIO;
	*vmstat = (struct libproc_vmstat){
		.swap_in_pages = stack->head[0].result.ul_int,
		.swap_out_pages = stack->head[1].result.ul_int,
		.major_faults = stack->head[2].result.ul_int,
		.oom_kills = stack->head[3].result.ul_int,
	};
	return 0;
}
