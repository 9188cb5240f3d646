/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libproc - see libproc.h
 *
 * Stack members are reached by position (the PIDS_VAL macro changed its number of arguments between
 * releases); what a call returns is borrowed until the next one, so everything is copied at once.
 */
#include "config.h"

#include "sample/libproc.h"

#include "base/crash.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/xalloc.h"

#include <dlfcn.h>
#include <errno.h>
#include <libproc2/pids.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
	ROOM = 1024 * 1024, /* bytes the library may take when a handle is opened */
};

/* The functions that are called, with the types that the header of the library gives them. */
struct functions {
	__typeof__(&procps_pids_new) new;
	__typeof__(&procps_pids_select) select;
	__typeof__(&procps_pids_unref) unref;
};

struct libproc {
	struct functions call;
	struct pids_info *pids; /* NULL: given back, since nobody is looked at */
	bool used, used_before; /* in this tick, and in the one before */
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

static void *library; /* of this process; NULL: not loaded */

/* The address of a function, as one. */
static bool find_function(const char *name, void *function)
{
	void *address = dlsym(library, name);

	memcpy(function, &address, sizeof(address));
	return address != NULL;
}

/* libproc2 is loaded here and not linked, so that it, and the seven libraries it brings, are in no
 * other process of memtop. */
static int load_library(struct functions *call)
{
	if (library == NULL)
		library = dlopen(LIBPROC2_SONAME, RTLD_NOW | RTLD_LOCAL);
	if (library != NULL && find_function("procps_pids_new", &call->new) &&
		find_function("procps_pids_select", &call->select) &&
		find_function("procps_pids_unref", &call->unref))
		return 0;
	const char *why = dlerror();
	log_line("%s", why != NULL ? why : "");
	return why != NULL && strstr(why, "failed to map") != NULL ? -ENOMEM : -ELIBACC;
}

/* Whether there is memory for a handle: the library would crash without. */
static bool has_room(void)
{
	void *room = malloc(ROOM);

	free(room);
	return room != NULL;
}

/* Opens a handle and reads once for nothing: it is in its first reads that a failing malloc would
 * crash it. */
static int open_handle(struct libproc *lib)
{
	unsigned pid = 1;

	if (!has_room())
		return -ENOMEM;
	crash_excuse(broke);
	int error = lib->call.new(&lib->pids, pid_items, AT_COUNT);
	if (error >= 0)
		lib->call.select(lib->pids, &pid, 1, PIDS_SELECT_PID);
	crash_excuse(NULL);
	return error < 0 ? error : 0;
}

int libproc_open(struct libproc **lib)
{
	struct libproc *new = xalloc_zero(1, sizeof(*new));
	int error = load_library(&new->call);

	if (error == 0)
		error = open_handle(new);
	if (error < 0) {
		libproc_close(new);
		return error;
	}
	*lib = new;
	return 0;
}

static void close_handle(struct libproc *lib)
{
	if (lib->pids != NULL)
		lib->call.unref(&lib->pids);
	lib->pids = NULL;
}

void libproc_close(struct libproc *lib)
{
	if (lib == NULL)
		return;
	close_handle(lib);
	free(lib);
}

void libproc_unload(void)
{
	if (library != NULL)
		dlclose(library);
	library = NULL;
}

void libproc_rest(struct libproc *lib)
{
	if (!lib->used || !lib->used_before)
		close_handle(lib);
	lib->used_before = lib->used;
	lib->used = false;
}

uint32_t libproc_name_hash(const char *name)
{
	return hash_text(name, name != NULL ? strlen(name) : 0, 0);
}

/* The only place that knows libproc2's unions by their members; a wrong one reads garbage without
 * a word, so each stands beside the item it was asked by (AT_...). */
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

/* Asks libproc2 for COUNT processes; NULL and errno. */
static const struct pids_fetch *select_pids(struct libproc *lib, const int32_t *pids, size_t count)
{
	unsigned these[LIBPROC_BATCH];

	for (size_t i = 0; i < count; i++)
		these[i] = (unsigned)pids[i];
	errno = 0;
	crash_excuse(broke);
	const struct pids_fetch *fetch = lib->call.select(lib->pids, these, (int)count,
		PIDS_SELECT_PID);
	crash_excuse(NULL);
	return fetch;
}

/* libproc2 hands out its own memory, good until the next call; all of it is copied. */
int libproc_look(struct libproc *lib, const int32_t *pids, size_t count, struct libproc_proc *out)
{
	if (count == 0)
		return 0;
	if (count > LIBPROC_BATCH)
		count = LIBPROC_BATCH;
	int error = lib->pids == NULL ? open_handle(lib) : 0;
	if (error < 0)
		return error;
	lib->used = true;
	const struct pids_fetch *fetch = select_pids(lib, pids, count);
	if (fetch == NULL)
		return errno != 0 ? -errno : -EIO;
	if (fetch->counts->total < 0 || (size_t)fetch->counts->total > count)
		return -EIO;
	for (int i = 0; i < fetch->counts->total; i++)
		copy_stack(&out[i], fetch->stacks[i]);
	return fetch->counts->total;
}
