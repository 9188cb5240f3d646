/* SPDX-License-Identifier: GPL-2.0-or-later */
/* scene - see scene.h. */
#include "scene.h"

#include "base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { START_MS = 7200000, MIB = 1024 };

/* How the anonymous memory of a process moves with time. */
enum shape { STILL, CLIMB, SAW, WARM, SPIKE, SHRINK, NOISE };

struct actor {
	int32_t pid, ppid;
	uint32_t uid;
	const char *comm, *cmdline;
	uint64_t anon_kib, file_kib, shmem_kib, swap_kib;
	enum shape shape;
	double pace; /* KiB a second, or the height of what moves */
	double faults;
	uint32_t age_s;
};

static const struct actor calm[] = {
	{ 1, 0, 0, "systemd", "/sbin/init splash", 4600, 8400, 0, 0, STILL, 0, 0, 7100 },
	{ 312, 1, 0, "systemd-journal", "/lib/systemd/systemd-journald", 9800, 41200, 0, 0, NOISE,
		8, 0, 7090 },
	{ 488, 1, 101, "dbus-daemon", "/usr/bin/dbus-daemon --system", 1500, 4100, 0, 0, STILL, 0,
		0, 7080 },
	{ 633, 1, 110, "postgres",
		"/usr/lib/postgresql/15/bin/postgres -D /var/lib/postgresql/15/main", 21400, 28800,
		142000, 0, STILL, 0, 0, 7000 },
	{ 641, 633, 110, "postgres", "postgres: checkpointer", 2100, 6200, 118400, 0, STILL, 0, 0,
		7000 },
	{ 655, 633, 110, "postgres", "postgres: app shop 10.0.0.7(51022) idle", 38800, 12400, 96000,
		0, SAW, 9000, 0, 5000 },
	{ 812, 1, 1000, "node", "node /srv/shop/server.js --max-old-space-size=4096", 418000, 44100,
		0, 0, WARM, 120000, 0, 900 },
	{ 840, 1, 33, "nginx", "nginx: worker process", 6900, 11800, 2600, 0, STILL, 0, 0, 6900 },
	{ 841, 1, 33, "nginx", "nginx: worker process", 7100, 11900, 2600, 0, STILL, 0, 0, 6900 },
	{ 903, 1, 1000, "python3", "python3 -m jobs.runner --queue mail", 152000, 18800, 0, 0,
		SPIKE, 260000, 0, 3600 },
	{ 1177, 1, 1000, "java", "/usr/bin/java -Xmx2g -jar /opt/search/search.jar", 1893000, 31200,
		0, 0, SAW, 180000, 0, 6800 },
	{ 1302, 1, 1000, "redis-server", "/usr/bin/redis-server 127.0.0.1:6379", 311000, 7400, 0, 0,
		SHRINK, 64000, 0, 6700 },
	{ 2044, 1, 0, "sshd", "sshd: /usr/sbin/sshd -D", 1400, 6900, 0, 0, STILL, 0, 0, 6600 },
	{ 2291, 2044, 1000, "bash", "-bash", 3300, 4800, 0, 0, STILL, 0, 0, 800 },
	{ 2417, 2291, 1000, "memtop", "memtop", 2200, 3900, 0, 0, STILL, 0, 0, 610 },
	{ 2418, 2, 0, "kworker/u4:3-events_unbound", "", 0, 0, 0, 0, STILL, 0, 0, 600 },
};

static const struct actor trouble[] = {
	{ 1, 0, 0, "systemd", "/sbin/init splash", 2100, 2400, 0, 2500, STILL, 0, 3, 7100 },
	{ 312, 1, 0, "systemd-journal", "/lib/systemd/systemd-journald", 5200, 9100, 0, 4100, NOISE,
		8, 22, 7090 },
	{ 633, 1, 110, "postgres",
		"/usr/lib/postgresql/15/bin/postgres -D /var/lib/postgresql/15/main", 8400, 9800,
		62000, 13000, STILL, 0, 240, 7000 },
	{ 655, 633, 110, "postgres", "postgres: app shop 10.0.0.7(51022) SELECT", 28800, 4400,
		91000, 9800, SAW, 9000, 1180, 5000 },
	{ 812, 1, 1000, "node", "node /srv/shop/server.js --max-old-space-size=4096", 818000, 12100,
		0, 81000, CLIMB, 1460, 14, 2900 },
	{ 840, 1, 33, "nginx", "nginx: worker process", 2900, 3800, 2600, 3900, STILL, 0, 1, 6900 },
	{ 903, 1, 1000, "python3", "python3 -m jobs.runner --queue mail", 252000, 8800, 0, 21000,
		CLIMB, 96, 4, 3600 },
	{ 1177, 1, 1000, "java", "/usr/bin/java -Xmx2g -jar /opt/search/search.jar", 1693000, 11200,
		0, 214000, SAW, 180000, 88, 6800 },
	{ 1302, 1, 1000, "redis-server", "/usr/bin/redis-server 127.0.0.1:6379", 211000, 2400, 0,
		98000, STILL, 0, 61, 6700 },
	{ 2044, 1, 0, "sshd", "sshd: /usr/sbin/sshd -D", 900, 1900, 0, 500, STILL, 0, 0, 6600 },
	{ 2291, 2044, 1000, "bash", "-bash", 1300, 1800, 0, 2000, STILL, 0, 0, 800 },
	{ 2417, 2291, 1000, "memtop", "memtop", 2200, 3900, 0, 0, STILL, 0, 0, 610 },
};

static const struct actor hostile[] = {
	{ 7, 1, 0, "\xe4\xb8\xad\xe6\x96\x87\xe8\xbf\x9b\xe7\xa8\x8b",
		"\xe4\xb8\xad\xe6\x96\x87 --\xe9\x95\xbf", 51000, 4000, 0, 0, STILL, 0, 0, 100 },
	{ 8, 1, 1000,
		"e\xcc\x81\xcc\xa3\xcc\xb4"
		"clair",
		"e\xcc\x81"
		"clair",
		42000, 4000, 0, 0, STILL, 0, 0, 100 },
	{ 9, 1, 1000, "\x1b]0;owned\x07", "\x1b[2J\x1b[H", 33000, 4000, 0, 0, STILL, 0, 0, 100 },
	{ 10, 1, 1000, "a) R 1 2 3 (b", "a\nb\rc", 24000, 4000, 0, 0, STILL, 0, 0, 100 },
	{ 11, 1, 1000,
		"\xe2\x80\xae"
		"gpj.exe",
		"\xe2\x80\xae", 23000, 4000, 0, 0, STILL, 0, 0, 100 },
	{ 12, 1, 1000, "\xf0\x9f\x98\x80\xf0\x9f\x92\xa9", "\xf0\x9f\x98\x80", 22000, 4000, 0, 0,
		STILL, 0, 0, 100 },
	{ 13, 1, 1000, "\xff\xfe\xc3\x1b", "", 21000, 4000, 0, 0, STILL, 0, 0, 100 },
	{ 14, 1, 1000, "", "", 20000, 4000, 0, 0, STILL, 0, 0, 100 },
	{ 4194303, 1, 4294967294u, "last-pid", "x", 19000, 4000, 0, 0, STILL, 0, 0, 100 },
};

struct cast {
	const struct actor *actors;
	size_t count;
	uint32_t seconds;
};

static struct cast cast_of(enum scene_kind kind)
{
	switch (kind) {
	case SCENE_FIRST:
		return (struct cast){ calm, sizeof(calm) / sizeof(calm[0]), 0 };
	case SCENE_CALM:
		return (struct cast){ calm, sizeof(calm) / sizeof(calm[0]), 600 };
	case SCENE_TROUBLE:
		return (struct cast){ trouble, sizeof(trouble) / sizeof(trouble[0]), 600 };
	case SCENE_HOSTILE:
		return (struct cast){ hostile, sizeof(hostile) / sizeof(hostile[0]), 5 };
	case SCENE_KINDS:
		break;
	}
	return (struct cast){ 0 };
}

static uint64_t anon_at(const struct actor *actor, uint32_t second)
{
	double t = second, extra = 0;

	switch (actor->shape) {
	case STILL:
		break;
	case CLIMB:
		extra = actor->pace * t;
		break;
	case SAW:
		extra = actor->pace * (second % 45) / 45;
		break;
	case WARM:
		extra = actor->pace * (1 - exp(-t / 120));
		break;
	case SPIKE:
		extra = second >= 585 ? actor->pace : 0;
		break;
	case SHRINK:
		extra = -actor->pace * t / 600;
		break;
	case NOISE:
		extra = (second % 3) * actor->pace;
		break;
	}
	return (uint64_t)((double)actor->anon_kib + extra);
}

static const char *clean(struct frame *frame, const char *text)
{
	char out[FRAME_CMDLINE_MAX];
	size_t len = text_clean(out, sizeof(out), text, strlen(text));

	return arena_text(&frame->arena, out, len);
}

static void add_births(struct frame *frame, const struct cast *cast)
{
	static const struct user_name users[] = { { 0, "root" }, { 33, "www-data" },
		{ 101, "messagebus" }, { 110, "postgres" }, { 1000, "anna" } };

	frame->births = arena_take(&frame->arena, cast->count, sizeof(*frame->births));
	frame->texts = arena_take(&frame->arena, cast->count, sizeof(*frame->texts));
	frame->nbirths = cast->count;
	frame->ntexts = cast->count;
	for (size_t i = 0; i < cast->count; i++) {
		const struct actor *actor = &cast->actors[i];

		frame->births[i] = (struct proc_birth){
			.id = { actor->pid, (START_MS / 1000 - actor->age_s) * 100 },
			.ppid = actor->ppid,
			.uid = actor->uid,
			.kernel_thread = actor->ppid == 2,
			.state = 'S',
			.comm = clean(frame, actor->comm)
		};
		frame->texts[i] = (struct proc_text){ actor->pid, TEXT_CMDLINE,
			clean(frame, actor->cmdline) };
	}
	frame->nusers = sizeof(users) / sizeof(users[0]);
	frame->users = arena_take(&frame->arena, frame->nusers, sizeof(*users));
	memcpy(frame->users, users, sizeof(users));
}

static struct proc_detail detail_of(const struct actor *actor, uint32_t second)
{
	uint64_t anon_kib = anon_at(actor, second);

	return (struct proc_detail){
		.pid = actor->pid,
		.figures.known = DETAIL_MEMORY | DETAIL_PEAK | DETAIL_FAULTS | DETAIL_CPU |
				 DETAIL_OOM | DETAIL_THREADS,
		.figures.ppid = actor->ppid,
		.figures.uid = actor->uid,
		.figures.state = 'S',
		.figures.anon_kib = anon_kib,
		.figures.file_kib = actor->file_kib,
		.figures.shmem_kib = actor->shmem_kib,
		.figures.swap_kib = actor->swap_kib,
		.figures.peak_kib = anon_kib + actor->file_kib + actor->shmem_kib + 1200,
		.figures.cpu_ms = actor->age_s * 10,
		.figures.cpu_percent = actor->pace > 0 ? 2.5f : 0,
		.figures.major_faults_s = (float)actor->faults,
		.figures.threads = 4,
		.figures.oom_score = 666,
	};
}

static void add_figures(struct frame *frame, const struct cast *cast, uint32_t second)
{
	frame->usages = arena_take(&frame->arena, cast->count, sizeof(*frame->usages));
	frame->details = arena_take(&frame->arena, cast->count, sizeof(*frame->details));
	frame->nusages = cast->count;
	frame->ndetails = cast->count;
	for (size_t i = 0; i < cast->count; i++) {
		const struct actor *actor = &cast->actors[i];
		uint64_t shared_kib = actor->file_kib + actor->shmem_kib;
		uint64_t rss_kib = anon_at(actor, second) + shared_kib;

		frame->usages[i] = (struct proc_usage){ actor->pid, rss_kib, shared_kib,
			rss_kib * 2 + 30000 };
		frame->details[i] = detail_of(actor, second);
	}
}

static void add_system(struct frame *frame, enum scene_kind kind, uint32_t second)
{
	struct system_figures *system = &frame->system;

	*system = (struct system_figures){
		.known = SYSTEM_AVAILABLE | SYSTEM_SWAP_RATE | SYSTEM_FAULT_RATE | SYSTEM_PSI |
			 SYSTEM_PSI_FULL | SYSTEM_OOM_KILLS | SYSTEM_KERNEL,
		.total_kib = 8036 * MIB,
		.free_kib = 1240 * MIB,
		.available_kib = (4910 - second / 40) * MIB,
		.cache_kib = 3980 * MIB,
		.shmem_kib = 171 * MIB,
		.dirty_kib = 12 * MIB,
		.slab_unreclaimable_kib = 96 * MIB,
		.page_tables_kib = 31 * MIB,
		.kernel_stack_kib = 9 * MIB,
		.processes = 203,
		.anon_kib = 2310 * MIB,
		.mapped_kib = 480 * MIB,
		.slab_reclaimable_kib = 310 * MIB,
		.percpu_kib = 3 * MIB,
		.vmalloc_kib = 41 * MIB,
		.sec_page_tables_kib = 2 * MIB,
	};
	if (kind != SCENE_TROUBLE)
		return;
	uint64_t gone_kib = (uint64_t)second * 1556;
	system->total_kib = 4010 * MIB;
	system->available_kib = 1110 * MIB > gone_kib ? 1110 * MIB - gone_kib : 0;
	system->free_kib = 96 * MIB;
	system->shmem_kib = 240 * MIB;
	system->cache_kib = 232 * MIB;
	system->mapped_kib = 190 * MIB;
	system->slab_reclaimable_kib = 48 * MIB;
	system->anon_kib = 3140 * MIB;
	system->zram_kib = 97 * MIB;
	system->known |= SYSTEM_ZRAM;
	system->swap_total_kib = 2048 * MIB;
	system->swap_free_kib = (1700 - second * 2) * MIB;
	system->swap_in_kib_s = second > 300 ? 3300 : 0;
	system->swap_out_kib_s = second > 300 ? 12100 : 0;
	system->refault_pages_s = second > 300 ? 820 : 0;
	system->known |= SYSTEM_REFAULT_RATE;
	system->psi_some_avg10 = second > 300 ? 18.4 : 0;
	system->psi_full_avg10 = second > 300 ? 6.1 : 0;
	system->oom_kills = second > 480 ? 3 : 2;
}

static void add_tmpfs(struct frame *frame)
{
	static const struct tmpfs_figures mounts[] = { { "/run", 3120, 822864 },
		{ "/dev/shm", 41200, 4114312 } };

	frame->ntmpfs = sizeof(mounts) / sizeof(mounts[0]);
	frame->tmpfs = arena_take(&frame->arena, frame->ntmpfs, sizeof(*mounts));
	memcpy(frame->tmpfs, mounts, sizeof(mounts));
}

/* What was found of node (812) in depth, after five minutes and at the end. */
static void add_deep(struct frame *frame, uint32_t age_s, uint32_t second, uint64_t anon_kib)
{
	static const struct cgroup_figures groups[] = {
		{
			.path = "/system.slice/docker-3f2a9c1b7d04aa00.scope",
			.known = CGROUP_EVENTS | CGROUP_HIGH | CGROUP_PRESSURE |
				 CGROUP_PRESSURE_FULL,
			.usage_kib = 1510 * MIB,
			.max_kib = UINT64_MAX,
			.high_kib = 7168 * MIB,
			.swap_max_kib = UINT64_MAX,
			.events_high = 12,
			.psi_some_avg10 = 1.25,
		},
		{
			.path = "/system.slice",
			.usage_kib = 2310 * MIB,
			.max_kib = 16384 * MIB,
			.high_kib = UINT64_MAX,
			.swap_max_kib = UINT64_MAX,
			.oom_kills = 1,
		},
	};
	const struct mapping_group parts[] = {
		{ 812, MAPPING_HEAP, "", 1, 41000, 41000, 41000, 2100 },
		{ 812, MAPPING_ANON, "", 212, anon_kib - 43500, anon_kib - 43500, anon_kib - 43500,
			78900 },
		{ 812, MAPPING_STACKS, "", 11, 2500, 2500, 2500, 0 },
		{ 812, MAPPING_PROGRAM, "/usr/bin/node", 5, 9800, 6100, 1200, 0 },
		{ 812, MAPPING_LIBRARY, "/usr/lib/x86_64-linux-gnu/libc.so.6", 5, 1400, 90, 20, 0 },
		{ 812, MAPPING_FILE,
			"/srv/shop/node_modules/prebuilt/maps/tiles-2023-europe-west.bin", 1, 900,
			900, 0, 0 },
	};
	const struct proc_mappings mappings = {
		.pid = 812,
		.start_ticks = (START_MS / 1000 - age_s) * 100,
		.known = MAPPINGS_READ | MAPPINGS_STATUS | MAPPINGS_ORDER,
		.cost_ms = 14,
		.wait_ms = 2000,
		.sums.rss_kib = anon_kib + 12100,
		.sums.pss_kib = anon_kib + 7000,
		.sums.uss_kib = anon_kib + 1200,
		.sums.swap_kib = 81000,
		.sums.swap_pss_kib = 81000,
		.sums.lazy_free_kib = 5200,
		.sums.thp_kib = 40960,
		.page_tables_kib = 3100,
		.kill_before = 1,
		.kill_of = 14,
		.runtime = RUNTIME_NODE,
		.exe = "/usr/bin/node",
		.exe_deleted = true,
		.cwd = "/srv/shop",
	};

	frame->mappings = arena_take(&frame->arena, 1, sizeof(mappings));
	frame->groups = arena_take(&frame->arena, sizeof(parts) / sizeof(parts[0]),
		sizeof(parts[0]));
	frame->cgroups = arena_take(&frame->arena, 2, sizeof(groups[0]));
	frame->nmappings = 1;
	frame->ngroups = sizeof(parts) / sizeof(parts[0]);
	frame->ncgroups = 2;
	memcpy(frame->mappings, &mappings, sizeof(mappings));
	memcpy(frame->groups, parts, sizeof(parts));
	memcpy(frame->cgroups, groups, sizeof(groups));
	if (second > 300)
		return;
	frame->texts = arena_take(&frame->arena, 1, sizeof(*frame->texts));
	frame->texts[0] = (struct proc_text){ 812, TEXT_CGROUP, groups[0].path };
	frame->ntexts = 1;
}

static void add_node(struct frame *frame, const struct cast *cast, uint32_t second)
{
	for (size_t i = 0; i < cast->count; i++)
		if (cast->actors[i].pid == 812)
			add_deep(frame, cast->actors[i].age_s, second,
				anon_at(&cast->actors[i], second));
}

void scene_frame(struct frame *frame, enum scene_kind kind, uint32_t second)
{
	struct cast cast = cast_of(kind);

	frame->seq = second + 1;
	frame->boot_ms = START_MS + second * 1000u;
	frame->wall_ms = 1700000000000ull + frame->boot_ms;
	frame->interval_ms = second ? 1000 : 0;
	frame->key = second == 0;
	frame->tick = true;
	add_system(frame, kind, second);
	if (second == 0) {
		add_births(frame, &cast);
		add_tmpfs(frame);
	}
	add_figures(frame, &cast, second);
	if (second == 300 || second == 600)
		add_node(frame, &cast, second);
}

const struct stream_header scene_header = {
	.version = STREAM_VERSION,
	.host = "db-1",
	.kernel = "6.1.0-18-amd64",
	.hz = 100,
	.page_kib = 4,
	.cpus = 2,
	.interval_ms = 1000,
	.hidepid = -1,
};

uint32_t scene_seconds(enum scene_kind kind)
{
	return cast_of(kind).seconds;
}

struct store *scene_new(enum scene_kind kind)
{
	struct store *store = store_new();
	struct frame *frame = frame_new();

	store_set_header(store, &scene_header);
	for (uint32_t second = 0; second <= scene_seconds(kind); second++) {
		frame_reset(frame);
		scene_frame(frame, kind, second);
		store_apply(store, frame);
	}
	frame_free(frame);
	return store;
}

static const char *const names[SCENE_KINDS] = { "first", "calm", "trouble", "hostile" };

const char *scene_name(enum scene_kind kind)
{
	return names[kind];
}

int scene_by_name(const char *name, enum scene_kind *kind)
{
	for (int i = 0; i < SCENE_KINDS; i++) {
		if (strcmp(name, names[i]) == 0) {
			*kind = (enum scene_kind)i;
			return 0;
		}
	}
	return -1;
}
