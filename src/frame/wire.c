/* SPDX-License-Identifier: GPL-2.0-or-later */
/* wire - the tables of the format: knows the structs of a frame and nothing of JSON */
#include "frame/wire.h"

#include "frame/frame.h"
#include "frame/proc_fields.h"
#include "frame/wire_rows.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A figure's place in its table is its place on the line: what is new goes to the end, however
 * badly it sorts there, and nothing is ever taken out.  SYSTEM_NO_... and CGROUP_NO_... say that a
 * figure is lacking which nearly every kernel has; the other bits say that one is there. */
static const struct wire_field system_fields[] = {
	KIB(struct system_figures, total_kib, "total", SYSTEM_NO_TOTAL),
	KIB(struct system_figures, free_kib, "free", SYSTEM_NO_FREE),
	KIB(struct system_figures, available_kib, "available", SYSTEM_AVAILABLE),
	KIB(struct system_figures, cache_kib, "cache", SYSTEM_NO_CACHE),
	KIB(struct system_figures, shmem_kib, "shmem", SYSTEM_NO_SHMEM),
	KIB(struct system_figures, anon_kib, "anon", SYSTEM_NO_ANON),
	KIB(struct system_figures, mapped_kib, "mapped", SYSTEM_NO_MAPPED),
	KIB(struct system_figures, dirty_kib, "dirty", SYSTEM_NO_DIRTY),
	KIB(struct system_figures, slab_reclaimable_kib, "slab_reclaimable", SYSTEM_NO_SLAB),
	KIB(struct system_figures, slab_unreclaimable_kib, "slab_unreclaimable", SYSTEM_NO_SLAB),
	KIB(struct system_figures, page_tables_kib, "page_tables", SYSTEM_NO_PAGE_TABLES),
	KIB(struct system_figures, kernel_stack_kib, "kernel_stack", SYSTEM_NO_STACKS),
	KIB(struct system_figures, huge_pool_kib, "huge_pool", SYSTEM_NO_HUGE_POOL),
	KIB(struct system_figures, swap_total_kib, "swap_total", SYSTEM_NO_SWAP),
	KIB(struct system_figures, swap_free_kib, "swap_free", SYSTEM_NO_SWAP),
	KIB(struct system_figures, zswap_kib, "zswap", SYSTEM_ZSWAP),
	KIB(struct system_figures, zswapped_kib, "zswapped", SYSTEM_ZSWAP),
	KIB(struct system_figures, zram_kib, "zram", SYSTEM_ZRAM),
	KIB_RATE(struct system_figures, swap_in_kib_s, "swap_in", SYSTEM_SWAP_RATE),
	KIB_RATE(struct system_figures, swap_out_kib_s, "swap_out", SYSTEM_SWAP_RATE),
	REAL(struct system_figures, refault_pages_s, "refaults", SYSTEM_REFAULT_RATE),
	REAL(struct system_figures, major_faults_s, "major_faults", SYSTEM_FAULT_RATE),
	REAL(struct system_figures, psi_some_avg10, "psi_some", SYSTEM_PSI),
	REAL(struct system_figures, psi_full_avg10, "psi_full", SYSTEM_PSI_FULL),
	U64(struct system_figures, oom_kills, "oom_kills", SYSTEM_OOM_KILLS),
	U32(struct system_figures, processes, "processes", 0),
	U32(struct system_figures, hidden, "hidden", 0),
	KIB(struct system_figures, percpu_kib, "percpu", SYSTEM_PERCPU),
	KIB(struct system_figures, vmalloc_kib, "vmalloc", SYSTEM_VMALLOC),
	KIB(struct system_figures, sec_page_tables_kib, "sec_page_tables", SYSTEM_SEC_PAGE_TABLES),
	KIB(struct system_figures, hugetlb_kib, "hugetlb", SYSTEM_HUGETLB),
	KIB(struct system_figures, arc_kib, "arc", SYSTEM_ARC),
	KIB(struct system_figures, arc_reclaimable_kib, "arc_reclaimable", SYSTEM_ARC),
	KIB(struct system_figures, gpu_kib, "gpu", SYSTEM_GPU),
	KIB(struct system_figures, gpu_reclaimable_kib, "gpu_reclaimable", SYSTEM_GPU),
	KIB(struct system_figures, balloon_kib, "balloon", SYSTEM_BALLOON),
	REAL(struct system_figures, psi_cpu_avg10, "psi_cpu", SYSTEM_PSI_CPU),
	REAL(struct system_figures, psi_io_avg10, "psi_io", SYSTEM_PSI_IO),
	REAL(struct system_figures, psi_io_full_avg10, "psi_io_full", SYSTEM_PSI_IO_FULL),
	REAL(struct system_figures, load1, "load", SYSTEM_LOAD),
	U32(struct system_figures, running, "running", SYSTEM_LOAD),
};

static const struct wire_field death_fields[] = {
	{ .name = "pid", WIRE_I32, 0, 0, 1, FRAME_PID_MAX },
};

static const struct wire_field rest_fields[] = {
	U32(struct proc_rest, processes, "processes", 0),
	KIB(struct proc_rest, rss_kib, "rss", 0),
	KIB(struct proc_rest, anon_kib, "anon", 0),
	U32(struct proc_rest, waiting, "waiting", 0),
};

static const struct wire_field birth_fields[] = {
	PID(struct proc_birth, id.pid, "pid"),
	U64(struct proc_birth, id.start_ticks, "start", 0),
	PPID(struct proc_birth, ppid, "ppid"),
	U32(struct proc_birth, uid, "uid", 0),
	BOOL(struct proc_birth, kernel_thread, "kernel"),
	STATE(struct proc_birth, state, "state"),
	TEXT(struct proc_birth, comm, "comm", FRAME_COMM_MAX),
};

static const struct wire_field usage_fields[] = {
	PID(struct proc_usage, pid, "pid"),
	U64(struct proc_usage, rss_kib, "rss", 0),
	U64(struct proc_usage, shared_kib, "shared", 0),
	U64(struct proc_usage, virt_kib, "virt", 0),
};

static const struct wire_field text_fields[] = {
	PID(struct proc_text, pid, "pid"),
	{ .name = "kind", WIRE_KIND, offsetof(struct proc_text, kind), 0, 0, 0 },
	TEXT(struct proc_text, text, "text", FRAME_CMDLINE_MAX),
};

static const struct wire_field user_fields[] = {
	U32(struct user_name, uid, "uid", 0),
	TEXT(struct user_name, name, "name", WIRE_USER_MAX),
};

static const struct wire_field cgroup_fields[] = {
	TEXT(struct cgroup_figures, path, "path", FRAME_PATH_MAX),
	U64(struct cgroup_figures, usage_kib, "usage", CGROUP_NO_MEMORY),
	U64(struct cgroup_figures, reclaimable_kib, "reclaimable", 0),
	LIMIT(struct cgroup_figures, max_kib, "max", 0),
	LIMIT(struct cgroup_figures, high_kib, "high", 0),
	U64(struct cgroup_figures, swap_usage_kib, "swap_usage", 0),
	LIMIT(struct cgroup_figures, swap_max_kib, "swap_max", 0),
	U64(struct cgroup_figures, oom_kills, "oom_kills", CGROUP_NO_KILLS),
	U64(struct cgroup_figures, events_high, "events_high", CGROUP_HIGH),
	U64(struct cgroup_figures, events_max, "events_max", CGROUP_EVENTS),
	REAL(struct cgroup_figures, psi_some_avg10, "psi_some", CGROUP_PRESSURE),
	REAL(struct cgroup_figures, psi_full_avg10, "psi_full", CGROUP_PRESSURE_FULL),
	U64(struct cgroup_figures, ooms, "ooms", CGROUP_OOMS),
	U64(struct cgroup_figures, protected_kib, "protected", CGROUP_PROTECTED),
	KNOWN_BOOL(struct cgroup_figures, own, "own", CGROUP_OWN),
	U64(struct cgroup_figures, anon_kib, "anon", CGROUP_PARTS),
	U64(struct cgroup_figures, file_kib, "file", CGROUP_PARTS),
	U64(struct cgroup_figures, shmem_kib, "shmem", CGROUP_PARTS),
	CGROUP(struct cgroup_figures, number, CGROUP_NUMBER),
	U64(struct cgroup_figures, peak_kib, "peak", CGROUP_PEAK),
	KNOWN_BOOL(struct cgroup_figures, oom_group, "oom_group", CGROUP_OOM_GROUP),
};

static const struct wire_field cgroup_usage_fields[] = {
	CGROUP(struct cgroup_usage, number, 0),
	U64(struct cgroup_usage, usage_kib, "usage", 0),
};

static const struct wire_field cgroup_parts_fields[] = {
	CGROUP(struct cgroup_parts, number, 0),
	U32(struct cgroup_parts, age_ms, "age", 0),
	U64(struct cgroup_parts, usage_kib, "usage", 0),
	U64(struct cgroup_parts, anon_kib, "anon", 0),
	U64(struct cgroup_parts, shmem_kib, "shmem", 0),
	U64(struct cgroup_parts, file_kib, "file", 0),
	U64(struct cgroup_parts, dirty_kib, "dirty", 0),
	U64(struct cgroup_parts, kernel_kib, "kernel", CGROUP_KERNEL),
	U64(struct cgroup_parts, slab_reclaimable_kib, "slab_reclaimable", CGROUP_SLAB),
	U64(struct cgroup_parts, slab_unreclaimable_kib, "slab_unreclaimable", CGROUP_SLAB),
	U64(struct cgroup_parts, page_tables_kib, "page_tables", CGROUP_TABLES),
	U64(struct cgroup_parts, sock_kib, "sock", CGROUP_SOCK),
	U64(struct cgroup_parts, swap_kib, "swap", CGROUP_SWAP),
	U64(struct cgroup_parts, zswap_kib, "zswap", CGROUP_ZSWAP),
	U64(struct cgroup_parts, zswapped_kib, "zswapped", CGROUP_ZSWAP),
	U64(struct cgroup_parts, reclaimable_kib, "reclaimable", 0),
	U64(struct cgroup_parts, unmapped_kib, "unmapped", CGROUP_LISTS),
	U64(struct cgroup_parts, locked_kib, "locked", CGROUP_LISTS),
	U64(struct cgroup_parts, swap_cached_kib, "swap_cached", CGROUP_BOTH),
	U64(struct cgroup_parts, huge_kib, "huge", CGROUP_HUGE),
	U64(struct cgroup_parts, mapped_kib, "mapped", CGROUP_MAPPED),
};

static const struct wire_field cgroup_end_fields[] = {
	{ .name = "number", WIRE_U32, 0, 0, 1, WIRE_CGROUPS_MAX },
};

static const struct wire_field kill_fields[] = {
	TEXT(struct kill_figures, group, "group", FRAME_PATH_MAX),
	TEXT(struct kill_figures, in, "in", FRAME_PATH_MAX),
	LIMIT(struct kill_figures, limit_kib, "limit", 0),
	U32(struct kill_figures, count, "count", 0),
	BOOL(struct kill_figures, machine, "machine"),
};

static const struct wire_field mappings_fields[] = {
	PID(struct proc_mappings, pid, "pid"),
	U64(struct proc_mappings, start_ticks, "start", 0),
	{ .name = "error", WIRE_I32, offsetof(struct proc_mappings, error), 0, 0, 4095 },
	{ .name = "runtime", WIRE_RUNTIME, offsetof(struct proc_mappings, runtime), 0, 0, 0 },
	TEXT(struct proc_mappings, exe, "exe", FRAME_PATH_MAX),
	BOOL(struct proc_mappings, exe_deleted, "deleted"),
	TEXT(struct proc_mappings, cwd, "cwd", FRAME_PATH_MAX),
	U32(struct proc_mappings, age_ms, "age", MAPPINGS_READ),
	U32(struct proc_mappings, wait_ms, "wait", 0),
	REAL(struct proc_mappings, cost_ms, "cost", 0),
	U64(struct proc_mappings, sums.rss_kib, "rss", MAPPINGS_READ),
	U64(struct proc_mappings, sums.pss_kib, "pss", MAPPINGS_READ),
	U64(struct proc_mappings, sums.uss_kib, "uss", MAPPINGS_READ),
	U64(struct proc_mappings, sums.swap_kib, "swap", MAPPINGS_READ),
	U64(struct proc_mappings, sums.swap_pss_kib, "swap_pss", MAPPINGS_READ),
	U64(struct proc_mappings, sums.lazy_free_kib, "lazy_free", MAPPINGS_READ),
	U64(struct proc_mappings, sums.thp_kib, "thp", MAPPINGS_READ),
	U64(struct proc_mappings, page_tables_kib, "page_tables", MAPPINGS_STATUS),
	U64(struct proc_mappings, locked_kib, "locked", MAPPINGS_STATUS),
	U64(struct proc_mappings, hugetlb_kib, "hugetlb", MAPPINGS_STATUS),
	U32(struct proc_mappings, kill_before, "kill_before", MAPPINGS_ORDER),
	U32(struct proc_mappings, kill_same, "kill_same", MAPPINGS_ORDER),
	U32(struct proc_mappings, kill_of, "kill_of", MAPPINGS_ORDER),
	KNOWN_BOOL(struct proc_mappings, tool, "tool", MAPPINGS_TOOL),
	U64(struct proc_mappings, sums.freed_kib, "freed", MAPPINGS_FREED),
};

static const struct wire_field group_fields[] = {
	PID(struct mapping_group, pid, "pid"),
	{ .name = "kind", WIRE_MAPPING, offsetof(struct mapping_group, kind), 0, 0, 0 },
	TEXT(struct mapping_group, name, "name", FRAME_MAPPING_NAME_MAX),
	U32(struct mapping_group, mappings, "mappings", 0),
	U64(struct mapping_group, rss_kib, "rss", 0),
	U64(struct mapping_group, pss_kib, "pss", 0),
	U64(struct mapping_group, dirty_kib, "dirty", 0),
	U64(struct mapping_group, swap_kib, "swap", 0),
};

static const struct wire_field slab_fields[] = {
	TEXT(struct slab_figures, name, "name", WIRE_SLAB_MAX),
	U64(struct slab_figures, kib, "size", 0),
	U64(struct slab_figures, gained_kib, "gained", 0),
	U32(struct slab_figures, span_ms, "span", 0),
};

static const struct wire_field cgroup_mount_fields[] = {
	CGROUP(struct cgroup_mount, number, 0),
	TEXT(struct cgroup_mount, path, "path", FRAME_PATH_MAX),
	U64(struct cgroup_mount, used_kib, "used", 0),
	U64(struct cgroup_mount, size_kib, "size", 0),
};

static const struct wire_field title_fields[] = {
	TEXT(struct container_title, path, "path", FRAME_PATH_MAX),
	TEXT(struct container_title, name, "name", WIRE_TITLE_MAX),
};

static const struct wire_field tmpfs_fields[] = {
	TEXT(struct tmpfs_figures, path, "path", FRAME_PATH_MAX),
	U64(struct tmpfs_figures, used_kib, "used", 0),
	U64(struct tmpfs_figures, size_kib, "size", 0),
};

static const struct wire_field notice_fields[] = {
	U32(struct notice, request, "request", 0),
	{ .name = "error", WIRE_I32, offsetof(struct notice, error), 0, 0, 4095 },
	TEXT(struct notice, text, "text", WIRE_NOTICE_MAX),
};

/* Members that readers of a whole recording look for come first (see memtop-stream(5)). */
static const struct wire_field frame_fields[] = {
	{ .name = "seq", WIRE_U64, offsetof(struct frame, seq), 0, 1, WIRE_INT_MAX },
	U64(struct frame, boot_ms, "t", 0),
	U64(struct frame, wall_ms, "wall", 0),
	U32(struct frame, interval_ms, "dt", 0),
	U32(struct frame, cost_us, "cost", 0),
	BOOL(struct frame, more, "more"),
	BOOL(struct frame, gap, "gap"),
	BOOL(struct frame, stretched, "slow"),
	BOOL(struct frame, key, "key"),
};

static const struct wire_field header_fields[] = {
	{ .name = "hz", WIRE_U32, offsetof(struct stream_header, hz), 0, 1, 100000 },
	{ .name = "page", WIRE_U32, offsetof(struct stream_header, page_kib), 0, 1, 1048576 },
	CHARS(struct stream_header, host, "host"),
	CHARS(struct stream_header, kernel, "kernel"),
	U32(struct stream_header, cpus, "cpus", 0),
	U32(struct stream_header, interval_ms, "interval", 0),
	U32(struct stream_header, uid, "uid", 0),
	PPID(struct stream_header, pid, "pid"),
	{ .name = "hidepid", WIRE_I32, offsetof(struct stream_header, hidepid), 0, -1, 100 },
	U64(struct stream_header, boot_wall_ms, "boot_wall", 0),
	CHARS(struct stream_header, lacks, "lacks"),
	CHARS(struct stream_header, boot_id, "boot_id"),
};

const struct wire_object wire_frame = { frame_fields, COUNT(frame_fields), 3 };
const struct wire_object wire_header = { header_fields, COUNT(header_fields), 2 };

/* A list of the frame: the type of its elements, the table NAMES_fields that says what each is made
 * of, its member and its count in struct frame, and whether it is SORTED by pid. */
#define LIST(type, names, member, n, sorted)                                                       \
	.fields = names##_fields, .nfields = COUNT(names##_fields), .size = sizeof(type),          \
	.items = offsetof(struct frame, member), .count = offsetof(struct frame, n),               \
	.by_pid = sorted

const struct wire_array wire_arrays[WIRE_NARRAYS] = {
	[WIRE_SYSTEM] = {
		.key = "sys", .shape = WIRE_ONE,
		.fields = system_fields, .nfields = COUNT(system_fields),
		.size = sizeof(struct system_figures), .items = offsetof(struct frame, system),
		.has_known = true, .known = offsetof(struct system_figures, known),
		.lacking = SYSTEM_LACKS,
	},
	[WIRE_DEATHS] = {
		.key = "died", .shape = WIRE_FLAT,
		LIST(int32_t, death, deaths, ndeaths, true),
	},
	[WIRE_BIRTHS] = {
		.key = "born", .shape = WIRE_LIST,
		LIST(struct proc_birth, birth, births, nbirths, true),
	},
	[WIRE_USAGES] = {
		.key = "use", .shape = WIRE_LIST,
		LIST(struct proc_usage, usage, usages, nusages, true),
	},
	[WIRE_DETAILS] = {
		.key = "detail", .shape = WIRE_LIST,
		.fields = proc_fields, .nfields = FIELD_SENT, .size = sizeof(struct proc_detail),
		.items = offsetof(struct frame, details), .count = offsetof(struct frame, ndetails),
		.by_pid = true,
		.has_known = true, .known = offsetof(struct proc_detail, figures.known),
	},
	[WIRE_TEXTS] = {
		.key = "text", .shape = WIRE_LIST,
		LIST(struct proc_text, text, texts, ntexts, true),
	},
	[WIRE_USERS] = {
		.key = "users", .shape = WIRE_LIST,
		LIST(struct user_name, user, users, nusers, false),
	},
	[WIRE_CGROUPS] = {
		.key = "cgroups", .shape = WIRE_LIST,
		LIST(struct cgroup_figures, cgroup, cgroups, ncgroups, false),
		.has_known = true, .known = offsetof(struct cgroup_figures, known),
		.lacking = CGROUP_NO_KILLS | CGROUP_NO_MEMORY,
	},
	[WIRE_CGROUP_USAGES] = {
		.key = "cguse", .shape = WIRE_LIST,
		LIST(struct cgroup_usage, cgroup_usage, cgroup_usages, ncgroup_usages, false),
	},
	[WIRE_CGROUP_PARTS] = {
		.key = "cgparts", .shape = WIRE_LIST,
		LIST(struct cgroup_parts, cgroup_parts, cgroup_parts, ncgroup_parts, false),
		.has_known = true, .known = offsetof(struct cgroup_parts, known),
	},
	[WIRE_CGROUP_ENDS] = {
		.key = "cgends", .shape = WIRE_FLAT,
		LIST(uint32_t, cgroup_end, cgroup_ends, ncgroup_ends, false),
	},
	[WIRE_DEEPS] = {
		.key = "deep", .shape = WIRE_LIST,
		LIST(struct proc_mappings, mappings, mappings, nmappings, true),
		.has_known = true, .known = offsetof(struct proc_mappings, known),
	},
	[WIRE_PARTS] = {
		.key = "parts", .shape = WIRE_LIST,
		LIST(struct mapping_group, group, groups, ngroups, false),
	},
	[WIRE_TMPFS] = {
		.key = "tmpfs", .shape = WIRE_LIST,
		LIST(struct tmpfs_figures, tmpfs, tmpfs, ntmpfs, false),
	},
	[WIRE_CGROUP_MOUNTS] = {
		.key = "cgmounts", .shape = WIRE_LIST,
		LIST(struct cgroup_mount, cgroup_mount, cgroup_mounts, ncgroup_mounts, false),
	},
	[WIRE_TITLES] = {
		.key = "titles", .shape = WIRE_LIST,
		LIST(struct container_title, title, titles, ntitles, false),
	},
	[WIRE_SLABS] = {
		.key = "slabs", .shape = WIRE_LIST,
		LIST(struct slab_figures, slab, slabs, nslabs, false),
	},
	[WIRE_KILLS] = {
		.key = "kills", .shape = WIRE_LIST,
		LIST(struct kill_figures, kill, kills, nkills, false),
	},
	[WIRE_INSIDES] = {
		.key = "inside", .shape = WIRE_LIST,
		LIST(struct proc_inside, wire_inside, insides, ninsides, true),
		.has_known = true, .known = offsetof(struct proc_inside, known),
	},
	[WIRE_INSIDE_TYPES] = {
		.key = "types", .shape = WIRE_LIST,
		LIST(struct inside_type, wire_inside_type, inside_types, ninside_types, false),
		.has_known = true, .known = offsetof(struct inside_type, known),
	},
	[WIRE_INSIDE_ARENAS] = {
		.key = "arenas", .shape = WIRE_LIST,
		LIST(struct inside_arena, wire_inside_arena, inside_arenas, ninside_arenas, false),
	},
	[WIRE_INSIDE_HOLDERS] = {
		.key = "holders", .shape = WIRE_LIST,
		LIST(struct inside_holder, wire_inside_holder, inside_holders, ninside_holders,
			false),
	},
	[WIRE_INSIDE_UNKNOWNS] = {
		.key = "unknown", .shape = WIRE_LIST,
		LIST(struct inside_unknown, wire_inside_unknown, inside_unknowns, ninside_unknowns,
			false),
	},
	[WIRE_GROWNS] = {
		.key = "grown", .shape = WIRE_LIST,
		LIST(struct proc_grown, wire_grown, growns, ngrowns, true),
	},
	[WIRE_GROWN_LINES] = {
		.key = "lines", .shape = WIRE_LIST,
		LIST(struct grown_line, wire_grown_line, grown_lines, ngrown_lines, false),
	},
	[WIRE_GROWN_LIBRARIES] = {
		.key = "libraries", .shape = WIRE_LIST,
		LIST(struct grown_library, wire_grown_library, grown_libraries, ngrown_libraries,
			false),
	},
	[WIRE_LEFTS] = {
		.key = "left", .shape = WIRE_FLAT,
		LIST(int32_t, death, lefts, nlefts, true),
	},
	[WIRE_RESTS] = {
		.key = "rest", .shape = WIRE_LIST,
		LIST(struct proc_rest, rest, rests, nrests, false),
	},
	[WIRE_NOTICES] = {
		.key = "notices", .shape = WIRE_LIST,
		LIST(struct notice, notice, notices, nnotices, false),
	},
};

/* what is sorted by pid is sorted by its first member */
_Static_assert(offsetof(struct proc_birth, id.pid) == 0, "pid first");
_Static_assert(offsetof(struct proc_usage, pid) == 0, "pid first");
_Static_assert(offsetof(struct proc_detail, pid) == 0, "pid first");
_Static_assert(offsetof(struct proc_text, pid) == 0, "pid first");
_Static_assert(offsetof(struct proc_mappings, pid) == 0, "pid first");
_Static_assert(offsetof(struct proc_inside, pid) == 0, "pid first");
