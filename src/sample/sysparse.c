/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sysparse - see sysparse.h; pure */
#include "sample/sysparse.h"

#include "sample/scan.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

static bool word_is(struct scan word, const char *text)
{
	return scan_prefix(&word, text) && word.at == word.end;
}

static bool line_avg10(struct scan line, double *value)
{
	scan_blanks(&line);
	return scan_prefix(&line, "avg10=") && scan_fraction(&line, value);
}

int sysparse_pressure(struct sysparse_pressure *pressure, const char *text, size_t len)
{
	struct scan scan = scan_over(text, len), line;
	struct sysparse_pressure found = { 0 };
	bool some = false;

	while (scan_line(&scan, &line)) {
		if (scan_prefix(&line, "some"))
			some = line_avg10(line, &found.some_avg10);
		else if (scan_prefix(&line, "full"))
			found.full = line_avg10(line, &found.full_avg10);
	}
	if (!some)
		return -EINVAL;
	*pressure = found;
	return 0;
}

#define VMSTAT_NAME(name, value, bit)                                                              \
	{                                                                                          \
		name, sizeof(name) - 1, offsetof(struct sysparse_vmstat, value), bit               \
	}

/* A line that begins with a name that ends in '_' counts with all that do. */
static const struct {
	const char *name;
	size_t len, value;
	uint32_t bit;
} vmstat_names[] = {
	VMSTAT_NAME("pswpin", swap_in_pages, VMSTAT_SWAP_IN),
	VMSTAT_NAME("pswpout", swap_out_pages, VMSTAT_SWAP_OUT),
	VMSTAT_NAME("pgmajfault", major_faults, VMSTAT_MAJOR_FAULTS),
	VMSTAT_NAME("oom_kill", oom_kills, VMSTAT_OOM_KILLS),
	/* before 5.9 both were one */
	VMSTAT_NAME("workingset_refault", refault_pages, VMSTAT_REFAULTS),
	VMSTAT_NAME("workingset_refault_anon", refault_pages, VMSTAT_REFAULTS),
	VMSTAT_NAME("workingset_refault_file", refault_pages, VMSTAT_REFAULTS),
	VMSTAT_NAME("pgsteal_", taken_pages, VMSTAT_TAKEN),
};

/* "NAME VALUE" of vmstat into the figure that NAME stands for. */
static void vmstat_line(struct sysparse_vmstat *vmstat, struct scan line)
{
	struct scan word;
	uint64_t count, sum;

	if (!scan_word(&line, &word) || !scan_u64(&line, &count))
		return;
	for (size_t i = 0; i < sizeof(vmstat_names) / sizeof(vmstat_names[0]); i++) {
		size_t len = vmstat_names[i].len, has = (size_t)(word.end - word.at);
		bool part = vmstat_names[i].name[len - 1] == '_' && has > len;
		char *value = (char *)vmstat + vmstat_names[i].value;

		if ((has != len && !part) || memcmp(word.at, vmstat_names[i].name, len) != 0)
			continue;
		memcpy(&sum, value, sizeof(sum));
		if (__builtin_add_overflow(sum, count, &sum))
			continue;
		memcpy(value, &sum, sizeof(sum));
		vmstat->known |= vmstat_names[i].bit;
	}
}

int sysparse_vmstat(struct sysparse_vmstat *vmstat, const char *text, size_t len)
{
	struct scan scan = scan_over(text, len), line;
	struct sysparse_vmstat found = { 0 };

	/* a line without its end may have lost digits */
	while (scan_line(&scan, &line) && line.end < scan.end)
		if (*line.at == 'p' || *line.at == 'o' || *line.at == 'w')
			vmstat_line(&found, line);
	if ((found.known & ~(uint32_t)VMSTAT_TAKEN) == 0)
		return -EINVAL;
	*vmstat = found;
	return 0;
}

/* Lines of a kstat: name, type, value.  Down to c_min the ARC gives back what others need. */
int sysparse_arc(struct sysparse_arc *arc, const char *text, size_t len)
{
	struct scan scan = scan_over(text, len), line, word;
	uint64_t type, value, size = 0, least = 0;
	bool sized = false, bounded = false;

	while (!(sized && bounded) && scan_line(&scan, &line) && line.end < scan.end) {
		if (!scan_word(&line, &word) || !scan_u64(&line, &type) || !scan_u64(&line, &value))
			continue;
		if (word_is(word, "size")) {
			size = value;
			sized = true;
		} else if (word_is(word, "c_min")) {
			least = value;
			bounded = true;
		}
	}
	if (!sized || !bounded)
		return -EINVAL;
	arc->size_kib = size / 1024;
	arc->reclaimable_kib = size > least ? (size - least) / 1024 : 0;
	return 0;
}

/* mm_stat: bytes that were stored, what they were packed to, and what that takes with everything
 * around it, which is what memory lost. */
int sysparse_zram(uint64_t *kib, const char *text, size_t len)
{
	struct scan scan = scan_over(text, len);
	uint64_t original, compressed, used;

	if (!scan_u64(&scan, &original) || !scan_u64(&scan, &compressed) || !scan_u64(&scan, &used))
		return -EINVAL;
	*kib = used / 1024;
	return 0;
}

int sysparse_loadavg(struct sysparse_loadavg *load, const char *text, size_t len)
{
	struct scan scan = scan_over(text, len);
	struct sysparse_loadavg found;
	double average;

	if (!scan_fraction(&scan, &found.load1))
		return -EINVAL;
	for (int i = 0; i < 2; i++)
		if (!scan_fraction(&scan, &average))
			return -EINVAL;
	if (!scan_u64(&scan, &found.running) || !scan_prefix(&scan, "/") ||
		!scan_u64(&scan, &found.tasks) || !scan_i32(&scan, &found.last_pid) ||
		found.last_pid < 0)
		return -EINVAL;
	*load = found;
	return 0;
}

/* "NSpid: 4711 12 1": the pid in each namespace, from that of /proc inwards; none before 4.1. */
int sysparse_nspid(int *levels, int32_t *pid, const char *text, size_t len)
{
	struct scan scan = scan_over(text, len), line;
	int32_t first = 0, next;
	int count = 0;

	while (scan_line(&scan, &line)) {
		if (!scan_prefix(&line, "NSpid:"))
			continue;
		while (scan_i32(&line, &next))
			if (count++ == 0)
				first = next;
		break;
	}
	if (count == 0)
		return -EINVAL;
	*levels = count;
	*pid = first;
	return 0;
}

/* Takes "ooo" of "\ooo" at *AT, three octal digits of a byte; -1 if that is not what stands
 * there. */
static int scan_octal(const char **at, const char *end)
{
	int byte = 0;

	if (end - *at < 3)
		return -1;
	for (int i = 0; i < 3; i++) {
		if ((*at)[i] < '0' || (*at)[i] > '7')
			return -1;
		byte = byte * 8 + ((*at)[i] - '0');
	}
	*at += 3;
	return byte <= 255 ? byte : -1;
}

/* Copies a path of mountinfo, in which blanks and backslashes are octal (\040); false if it is
 * too long or no path. */
static bool path_of(char out[SYSPARSE_PATH_MAX], struct scan word)
{
	size_t n = 0;

	while (word.at < word.end) {
		int c = (unsigned char)*word.at++;

		if (c == '\\')
			c = scan_octal(&word.at, word.end);
		if (c <= 0 || n + 1 >= SYSPARSE_PATH_MAX)
			return false;
		out[n++] = (char)c;
	}
	out[n] = '\0';
	return true;
}

/* Whether OPTIONS (comma-separated) has NAME, alone or followed by '='; the value into *VALUE. */
static bool has_option(struct scan options, const char *name, struct scan *value)
{
	while (options.at < options.end) {
		const char *comma = memchr(options.at, ',', (size_t)(options.end - options.at));
		struct scan one = { options.at, comma != NULL ? comma : options.end };

		if (scan_prefix(&one, name) && (one.at == one.end || *one.at == '=')) {
			one.at += one.at < one.end;
			*value = one;
			return true;
		}
		options.at = comma != NULL ? comma + 1 : options.end;
	}
	return false;
}

/* Since 5.8 the kernel writes words, before that numbers. */
static int hidepid_of(struct scan value)
{
	static const struct {
		const char *word;
		int level;
	} words[] = { { "off", 0 }, { "noaccess", 1 }, { "invisible", 2 }, { "ptraceable", 4 } };
	int32_t number;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (scan_prefix(&value, words[i].word))
			return words[i].level;
	return scan_i32(&value, &number) && number >= 0 && number <= 4 ? number : 0;
}

struct mount_line {
	struct scan device, root, point, type, super;
};

/* A line of proc_pid_mountinfo(5): fields that are optional stand between the options and a lone
 * "-", any number of them, so the type can only be found behind that. */
static bool mount_line(struct scan line, struct mount_line *mount)
{
	struct scan word;

	for (int i = 0; i < 2; i++)
		if (!scan_word(&line, &word))
			return false;
	if (!scan_word(&line, &mount->device) || !scan_word(&line, &mount->root) ||
		!scan_word(&line, &mount->point))
		return false;
	do {
		if (!scan_word(&line, &word))
			return false;
	} while (word.end - word.at != 1 || *word.at != '-');
	if (!scan_word(&line, &mount->type) || !scan_word(&line, &word))
		return false;
	return scan_word(&line, &mount->super);
}

/* Types of file systems that live in memory, and of those behind which a server or a program stands
 * that may not answer. */
static bool type_is(struct scan type, enum sysparse_fs fs)
{
	static const char *const memory[] = { "tmpfs", "ramfs", "shmem", "devtmpfs", NULL };
	static const char *const remote[] = { "nfs", "nfs4", "cifs", "smb3", "9p", "ceph", "afs",
		"virtiofs", "gfs2", "ocfs2", "lustre", "coda", "autofs", NULL };
	const char *const *names = fs == SYSPARSE_IN_MEMORY ? memory : remote;

	for (; *names != NULL; names++)
		if (word_is(type, *names))
			return true;
	return fs == SYSPARSE_REMOTE && scan_prefix(&type, "fuse");
}

/* "MAJOR:MINOR" as one number. */
static bool device_of(struct scan word, uint64_t *device)
{
	uint64_t major, minor;

	if (!scan_u64(&word, &major) || !scan_prefix(&word, ":") || !scan_u64(&word, &minor) ||
		major > UINT32_MAX || minor > UINT32_MAX)
		return false;
	*device = major << 32 | minor;
	return true;
}

size_t sysparse_devices(uint64_t *devices, size_t max, enum sysparse_fs fs, const char *text,
	size_t len)
{
	struct scan scan = scan_over(text, len), line;
	struct mount_line mount;
	size_t count = 0;

	while (count < max && scan_line(&scan, &line))
		if (mount_line(line, &mount) && type_is(mount.type, fs) &&
			device_of(mount.device, &devices[count]))
			count++;
	return count;
}

static void take_cgroup(struct sysparse_mounts *mounts, const struct mount_line *mount, bool v1)
{
	char point[SYSPARSE_PATH_MAX], root[SYSPARSE_PATH_MAX];

	/* a v1 memory controller wins over a unified hierarchy that then has none; of several
	 * mounts the first, but one of the whole before one of a part */
	if (mounts->v1 && !v1)
		return;
	if (!path_of(point, mount->point) || !path_of(root, mount->root))
		return;
	if ((v1 ? mounts->v1 : mounts->v2) &&
		(strcmp(mounts->root, "/") == 0 || strcmp(root, "/") != 0))
		return;
	memcpy(mounts->mount, point, sizeof(point));
	memcpy(mounts->root, root, sizeof(root));
	mounts->v1 = v1;
	mounts->v2 = !v1;
}

/* Mounts over /proc hide the ones before them, and are listed in that order: the last counts. */
int sysparse_mounts(struct sysparse_mounts *mounts, const char *text, size_t len)
{
	struct scan scan = scan_over(text, len), line, value;
	struct sysparse_mounts found = { 0 };
	struct mount_line mount;
	bool any = false;

	while (scan_line(&scan, &line)) {
		if (!mount_line(line, &mount))
			continue;
		any = true;
		if (word_is(mount.type, "proc") && word_is(mount.point, "/proc")) {
			found.hidepid = has_option(mount.super, "hidepid", &value)
						? hidepid_of(value)
						: 0;
			found.subset = has_option(mount.super, "subset", &value) &&
				       word_is(value, "pid");
		} else if (word_is(mount.type, "cgroup") &&
			   has_option(mount.super, "memory", &value))
			take_cgroup(&found, &mount, true);
		else if (word_is(mount.type, "cgroup2"))
			take_cgroup(&found, &mount, false);
	}
	if (!any)
		return -EINVAL;
	*mounts = found;
	return 0;
}

bool sysparse_tmpfs(const char **at, const char *end, char point[SYSPARSE_PATH_MAX],
	uint64_t *device)
{
	struct scan scan = { *at, end }, line;
	struct mount_line mount;

	while (scan_line(&scan, &line)) {
		*at = scan.at;
		if (!mount_line(line, &mount))
			continue;
		if (!word_is(mount.type, "tmpfs") && !word_is(mount.type, "devtmpfs"))
			continue;
		if (device_of(mount.device, device) && path_of(point, mount.point))
			return true;
	}
	return false;
}

/* nsswitch.conf(5), "passwd: files [NOTFOUND=return] sss": every service but files and compat may
 * ask something else, even over a network.  What stands in brackets is no service. */
bool sysparse_nss_elsewhere(const char *line)
{
	static const char spaces[] = " \t\n";
	size_t len;

	line += strspn(line, spaces);
	if (strncmp(line, "passwd:", 7) != 0)
		return false;
	for (line += 7; line += strspn(line, spaces), *line != '\0' && *line != '#'; line += len) {
		bool action = *line == '[';

		len = action ? strcspn(line, "]") : strcspn(line, " \t\n[#");
		if (action)
			len += line[len] == ']';
		else if (!(len == 5 && memcmp(line, "files", 5) == 0) &&
			 !(len == 6 && memcmp(line, "compat", 6) == 0))
			return true;
	}
	return false;
}

int sysparse_cgroup_kib(uint64_t *kib, const char *text, size_t len)
{
	struct scan scan = scan_over(text, len);
	uint64_t bytes;

	if (scan_prefix(&scan, "max")) {
		*kib = UINT64_MAX;
		return 0;
	}
	if (!scan_u64(&scan, &bytes))
		return -EINVAL;
	*kib = bytes >= UINT64_C(1) << 62 ? UINT64_MAX : bytes / 1024;
	return 0;
}

int sysparse_keyed(uint64_t *value, const char *key, const char *text, size_t len)
{
	struct scan scan = scan_over(text, len), line;

	while (scan_line(&scan, &line)) {
		if (!scan_prefix(&line, key) || line.at >= line.end || *line.at != ' ')
			continue;
		return scan_u64(&line, value) ? 0 : -EINVAL;
	}
	return -EINVAL;
}
