/* SPDX-License-Identifier: GPL-2.0-or-later */
/* procparse - see procparse.h; pure */
#include "sample/procparse.h"

#include "sample/scan.h"

#include <errno.h>
#include <string.h>

int procparse_statm(struct procparse_statm *statm, const char *text, size_t len)
{
	struct scan scan = scan_over(text, len);
	struct procparse_statm found;

	if (!scan_u64(&scan, &found.size) || !scan_u64(&scan, &found.resident) ||
		!scan_u64(&scan, &found.shared) || scan.at == scan.end)
		return -EINVAL;
	*statm = found;
	return 0;
}

/* Skips numbers behind the name; they may be negative. */
static bool skip_numbers(struct scan *scan, int count)
{
	struct scan word;

	while (count-- > 0)
		if (!scan_word(scan, &word))
			return false;
	return true;
}

static bool stat_faults_and_times(struct scan *scan, struct procparse_stat *stat)
{
	return scan_u64(scan, &stat->minor_faults) && skip_numbers(scan, 1) &&
	       scan_u64(scan, &stat->major_faults) && skip_numbers(scan, 1) &&
	       scan_u64(scan, &stat->user_ticks) && scan_u64(scan, &stat->system_ticks);
}

/* proc_pid_stat(5), fields 16 to 24. RSS is signed in the kernel, which sums it lazily over
 * processors: it may be below 0 for a moment. */
static bool stat_rest(struct scan *scan, struct procparse_stat *stat)
{
	int64_t rss;

	if (!skip_numbers(scan, 3) || !scan_i32(scan, &stat->nice) ||
		!scan_i32(scan, &stat->threads) || !skip_numbers(scan, 1) ||
		!scan_u64(scan, &stat->start_ticks) || !scan_u64(scan, &stat->virt_bytes) ||
		!scan_i64(scan, &rss) || scan->at == scan->end)
		return false;
	stat->rss_pages = rss > 0 ? (uint64_t)rss : 0;
	return true;
}

/* The name may hold blanks and brackets: it ends at the last bracket of the line. */
int procparse_stat(struct procparse_stat *stat, const char *text, size_t len)
{
	struct scan scan = scan_over(text, len);
	struct procparse_stat found = { 0 };
	const char *close = memrchr(text, ')', len);
	uint64_t flags;

	if (close == NULL || !scan_i32(&scan, &found.pid) || !scan_prefix(&scan, " (") ||
		scan.at > close)
		return -EINVAL;
	found.comm = scan.at;
	found.comm_len = (size_t)(close - scan.at);
	scan.at = close + 1;
	scan_blanks(&scan);
	if (scan.at >= scan.end || *scan.at < 'A' || *scan.at > 'z')
		return -EINVAL;
	found.state = *scan.at++;
	if (!scan_i32(&scan, &found.ppid) || !skip_numbers(&scan, 4) || !scan_u64(&scan, &flags) ||
		!stat_faults_and_times(&scan, &found) || !stat_rest(&scan, &found))
		return -EINVAL;
	found.flags = (uint32_t)flags;
	*stat = found;
	return 0;
}

/* "12 kB"; other units do not occur in these files. */
static void kib_of(struct scan line, uint64_t *kib, uint32_t bit, uint32_t *known)
{
	if (scan_u64(&line, kib))
		*known |= bit;
}

/* The three parts of RSS come together or, before 4.5, not at all. */
enum { RSS_ANON = 1u << 0, RSS_FILE = 1u << 1, RSS_SHMEM = 1u << 2 };

/* A kernel without one of these lines (no swap in its configuration, RssAnon only since 4.5)
 * leaves its bit unset, which is another thing than 0. */
static void status_memory(struct procparse_status *status, uint32_t *parts, struct scan line)
{
	struct proc_figures *figures = &status->figures;

	if (scan_prefix(&line, "VmHWM:"))
		kib_of(line, &figures->peak_kib, DETAIL_PEAK, &figures->known);
	else if (scan_prefix(&line, "VmSwap:"))
		kib_of(line, &figures->swap_kib, DETAIL_SWAP, &figures->known);
	else if (scan_prefix(&line, "VmPTE:"))
		kib_of(line, &status->pte_kib, STATUS_PTE, &status->known);
	else if (scan_prefix(&line, "VmLck:"))
		scan_u64(&line, &status->locked_kib);
	else if (scan_prefix(&line, "RssAnon:"))
		kib_of(line, &figures->anon_kib, RSS_ANON, parts);
	else if (scan_prefix(&line, "RssFile:"))
		kib_of(line, &figures->file_kib, RSS_FILE, parts);
	else if (scan_prefix(&line, "RssShmem:"))
		kib_of(line, &figures->shmem_kib, RSS_SHMEM, parts);
}

/* The second of four: the effective one, whose rights it has. */
static void status_uid(struct procparse_status *status, struct scan line)
{
	uint64_t real, effective;

	if (!scan_u64(&line, &real) || !scan_u64(&line, &effective) || effective > UINT32_MAX)
		return;
	status->figures.uid = (uint32_t)effective;
	status->figures.known |= DETAIL_USER;
}

static void status_name(struct procparse_status *status, struct scan line)
{
	if (line.at < line.end && *line.at == '\t')
		line.at++;
	status->name = line.at;
	status->name_len = (size_t)(line.end - line.at);
	status->known |= STATUS_NAME;
}

static void status_state(struct procparse_status *status, struct scan line)
{
	scan_blanks(&line);
	if (line.at >= line.end || *line.at < 'A' || *line.at > 'z')
		return;
	status->figures.state = *line.at;
	status->known |= STATUS_STATE;
}

/* By the first letter, since status has more than fifty lines and is read of every process that
 * moves: most lines cost one comparison. */
static void status_line(struct procparse_status *status, uint32_t *parts, struct scan line)
{
	if (line.end - line.at < 4)
		return;
	switch (*line.at) {
	case 'V':
	case 'R':
		status_memory(status, parts, line);
		break;
	case 'H':
		if (scan_prefix(&line, "HugetlbPages:"))
			kib_of(line, &status->figures.huge_kib, DETAIL_HUGE,
				&status->figures.known);
		break;
	case 'N':
		if (scan_prefix(&line, "Name:"))
			status_name(status, line);
		break;
	case 'S':
		if (scan_prefix(&line, "State:"))
			status_state(status, line);
		break;
	case 'P':
		if (scan_prefix(&line, "PPid:") && scan_i32(&line, &status->figures.ppid))
			status->known |= STATUS_PPID;
		break;
	case 'U':
		if (scan_prefix(&line, "Uid:"))
			status_uid(status, line);
		break;
	case 'T':
		if (scan_prefix(&line, "Threads:") && scan_i32(&line, &status->figures.threads))
			status->figures.known |= DETAIL_THREADS;
		break;
	default:
		break;
	}
}

int procparse_status(struct procparse_status *status, const char *text, size_t len)
{
	struct scan scan = scan_over(text, len), line;
	struct procparse_status found = { 0 };
	uint32_t parts = 0;

	while (scan_line(&scan, &line) && line.end < scan.end) {
		status_line(&found, &parts, line);
		/* the last line wanted; some 25 more about signals and CPUs would follow */
		if (found.figures.known & DETAIL_THREADS)
			break;
	}
	if (parts == (RSS_ANON | RSS_FILE | RSS_SHMEM))
		found.figures.known |= DETAIL_PARTS;
	if (found.known == 0 && found.figures.known == 0 && parts == 0)
		return -EINVAL;
	*status = found;
	return 0;
}

/* Whether LIST, comma-separated, names the memory controller. */
static bool has_memory(struct scan list)
{
	while (list.at < list.end) {
		const char *comma = memchr(list.at, ',', (size_t)(list.end - list.at));

		if (comma == NULL)
			comma = list.end;
		if (comma - list.at == 6 && memcmp(list.at, "memory", 6) == 0)
			return true;
		list.at = comma < list.end ? comma + 1 : list.end;
	}
	return false;
}

/* "ID:CONTROLLERS:PATH"; the path may hold colons. */
static bool cgroup_line(struct scan line, struct scan *controllers, struct scan *path)
{
	uint64_t id;

	if (!scan_u64(&line, &id) || !scan_prefix(&line, ":"))
		return false;
	const char *colon = memchr(line.at, ':', (size_t)(line.end - line.at));
	if (colon == NULL)
		return false;
	*controllers = (struct scan){ line.at, colon };
	*path = (struct scan){ colon + 1, line.end };
	return path->at < path->end && *path->at == '/';
}

/* On a hybrid machine a process is in both hierarchies, and the figures are in the one that has the
 * memory controller: a line of v1 that names it wins over the unified one ("0::"). */
int procparse_cgroup(const char **path, size_t *path_len, int *v1, const char *text, size_t len)
{
	struct scan scan = scan_over(text, len), line, controllers, where, found = { NULL, NULL };
	bool is_v1 = false;

	while (!is_v1 && scan_line(&scan, &line) && line.end < scan.end) {
		if (!cgroup_line(line, &controllers, &where))
			continue;
		is_v1 = has_memory(controllers);
		if (is_v1 || controllers.at == controllers.end)
			found = where;
	}
	if (found.at == NULL)
		return -EINVAL;
	*path = found.at;
	*path_len = (size_t)(found.end - found.at);
	*v1 = is_v1;
	return 0;
}

/* Rounded up: a limit below one KiB is one, and not none at all. */
static bool limit_kib(struct scan *line, uint64_t *kib)
{
	uint64_t bytes;

	scan_blanks(line);
	if (scan_prefix(line, "unlimited")) {
		*kib = UINT64_MAX;
		return true;
	}
	if (!scan_u64(line, &bytes))
		return false;
	*kib = bytes / 1024 + (bytes % 1024 != 0);
	return true;
}

int procparse_limits(struct procparse_limits *limits, const char *text, size_t len)
{
	struct scan scan = scan_over(text, len), line;
	struct procparse_limits found;
	bool as = false, data = false;

	while (scan_line(&scan, &line)) {
		if (scan_prefix(&line, "Max address space "))
			as = limit_kib(&line, &found.as_kib);
		else if (scan_prefix(&line, "Max data size "))
			data = limit_kib(&line, &found.data_kib);
	}
	if (!as || !data)
		return -EINVAL;
	*limits = found;
	return 0;
}

/* smaps_rollup(5): sums of all mappings, so every line comes once. */
int procparse_smaps(struct procparse_smaps *smaps, const char *text, size_t len)
{
	struct scan scan = scan_over(text, len), line;
	struct procparse_smaps found = { 0 };
	uint64_t clean = 0, dirty = 0;
	bool pss = false;

	while (scan_line(&scan, &line)) {
		if (scan_prefix(&line, "Pss:"))
			pss = scan_u64(&line, &found.pss_kib);
		else if (scan_prefix(&line, "Private_Clean:"))
			scan_u64(&line, &clean);
		else if (scan_prefix(&line, "Private_Dirty:"))
			scan_u64(&line, &dirty);
		else if (scan_prefix(&line, "SwapPss:"))
			scan_u64(&line, &found.swap_pss_kib);
	}
	if (!pss || __builtin_add_overflow(clean, dirty, &found.private_kib))
		return -EINVAL;
	*smaps = found;
	return 0;
}

int procparse_number(int64_t *value, const char *text, size_t len)
{
	struct scan scan = scan_over(text, len);

	int64_t found;

	if (!scan_i64(&scan, &found) || scan.at == scan.end)
		return -EINVAL;
	*value = found;
	return 0;
}
