/* SPDX-License-Identifier: GPL-2.0-or-later */
/* flight_read - the folder of a flight recorder as it is found: which it is, its segments by their
 * names, and descriptors to read them from; knows nothing of what is in them
 */
#include "source/flight.h"
#include "source/flight_priv.h"

#include "base/order.h"
#include "base/xalloc.h"
#include "source/reel.h"
#include "source/zst.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { READ_OPEN = 256 }; /* segments read where they lie, where so many files may be open */

static const char machine_folder[] = "/var/lib/memtop";

int flight_default(char *path, size_t size)
{
	const char *given = getenv("MEMTOP_FLIGHT");
	const char *state = getenv("XDG_STATE_HOME");
	const char *home = getenv("HOME");
	int len;

	if (given != NULL && given[0] != '\0')
		len = snprintf(path, size, "%s", given);
	else if (geteuid() == 0)
		len = snprintf(path, size, "%s", machine_folder);
	else if (state != NULL && state[0] == '/')
		len = snprintf(path, size, "%s/memtop", state);
	else if (home != NULL && home[0] == '/')
		len = snprintf(path, size, "%s/.local/state/memtop", home);
	else
		return -ENOENT;
	return len > 0 && (size_t)len < size ? 0 : -ENAMETOOLONG;
}

/* --- segments ------------------------------------------------------------------------------- */

/* "000042-20261128T031000Z.zst"; false: another file. */
static bool parse_name(struct flight_segment *segment, const char *name)
{
	struct tm tm = { 0 };
	char *end;

	if (name[0] < '0' || name[0] > '9' || strlen(name) >= FLIGHT_NAME_MAX)
		return false;
	errno = 0;
	segment->number = strtoull(name, &end, 10);
	if (errno != 0 || *end != '-')
		return false;
	const char *rest = strptime(end + 1, FLIGHT_TIME_FORMAT, &tm);
	if (rest == NULL || strcmp(rest, ".zst") != 0)
		return false;
	segment->from_s = timegm(&tm);
	snprintf(segment->name, sizeof(segment->name), "%.*s", (int)sizeof(segment->name) - 1,
		name);
	return true;
}

static int compare_segments(const void *a, const void *b)
{
	const struct flight_segment *x = a, *y = b;

	return (x->number > y->number) - (x->number < y->number);
}

int flight_list(struct flight_list *list, int folder)
{
	int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;

	*list = (struct flight_list){ 0 };
	if (dir == NULL) {
		int error = -errno;
		if (fd >= 0)
			close(fd);
		return error;
	}
	for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
		struct flight_segment segment;
		struct stat st;
		if (!parse_name(&segment, entry->d_name) ||
			fstatat(folder, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0 ||
			!S_ISREG(st.st_mode))
			continue;
		segment.bytes = (uint64_t)st.st_size;
		segment.to_s = st.st_mtime;
		*XALLOC_NEXT(list->all, list->count, list->cap) = segment;
	}
	closedir(dir);
	order_sort(list->all, list->count, sizeof(*list->all), compare_segments);
	return 0;
}

int flight_open_folder(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd >= 0 ? fd : -errno;
}

/* --- reading -------------------------------------------------------------------------------- */

int flight_look(struct flight_status *status, const char *path)
{
	int folder = flight_open_folder(path);
	struct flight_list list;

	*status = (struct flight_status){ 0 };
	if (folder < 0)
		return folder;
	int error = flight_list(&list, folder);
	for (size_t i = 0; i < list.count; i++)
		status->bytes += list.all[i].bytes;
	status->segments = list.count;
	if (status->bytes > 0) {
		status->from_s = list.all[0].from_s;
		status->to_s = list.all[list.count - 1].to_s;
	} else if (error == 0) {
		error = -ENOENT;
	}
	/* who writes it holds its lock */
	status->written = flock(folder, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
	free(list.all);
	close(folder);
	return error;
}

/* Whether the LEN bytes a segment begins with are those of a recording, compressed or not: what a
 * power cut left of one may be zeros, and what stands behind it is worth reading. */
static bool begins_well(const char *bytes, size_t len)
{
	return len > 0 && (bytes[0] == '{' || zst_is_data(bytes, len));
}

/* A descriptor of the segment; -ENOENT: it is passed over, or has just gone for its age. */
static int open_segment(int folder, const char *name)
{
	int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	char head[8];

	if (fd < 0)
		return -errno;
	ssize_t n = pread(fd, head, sizeof(head), 0);
	if (n > 0 && begins_well(head, (size_t)n))
		return fd;
	close(fd);
	return n < 0 ? -EIO : -ENOENT;
}

/* How many may be kept open: most of what the process may is for others. */
static size_t most_open(void)
{
	struct rlimit files;

	bool few = getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur / 4 < READ_OPEN;
	return few ? (size_t)files.rlim_cur / 4 : READ_OPEN;
}

/* The oldest of very many, COUNT, in one file: so many cannot be kept open. */
static int join_segments(int folder, const struct flight_segment *segments, size_t count)
{
	enum { PIECE = 1 << 24 };
	int to = memfd_create("memtop-flight", MFD_CLOEXEC);
	int error = to < 0 ? -errno : 0;

	for (size_t i = 0; i < count && error == 0; i++) {
		int from = open_segment(folder, segments[i].name);
		ssize_t n = 1;
		while (from >= 0 && n > 0)
			n = sendfile(to, from, NULL, PIECE);
		error = n < 0 ? -errno : from < 0 && from != -ENOENT ? from : 0;
		if (from >= 0)
			close(from);
	}
	if (error != 0 && to >= 0)
		close(to);
	return error != 0 ? error : to;
}

static int read_segments(struct reel *reel, int folder, const struct flight_list *list)
{
	size_t most = most_open(), joined = list->count > most ? list->count - most : 0;
	int fd = joined > 0 ? join_segments(folder, list->all, joined) : -1;
	int error = fd >= 0 ? reel_add(reel, fd) : joined > 0 ? fd : 0;

	for (size_t i = joined; i < list->count && error == 0; i++) {
		fd = open_segment(folder, list->all[i].name);
		error = fd >= 0 ? reel_add(reel, fd) : fd == -ENOENT ? 0 : fd;
	}
	return error;
}

int flight_find(char *path, size_t size)
{
	struct flight_status status;
	int error = flight_default(path, size);

	if (error != 0) {
		path[0] = '\0';
		return error;
	}
	error = flight_look(&status, path);
	if (error != 0 && getenv("MEMTOP_FLIGHT") == NULL &&
		flight_look(&status, machine_folder) == 0) {
		snprintf(path, size, "%s", machine_folder);
		return 0;
	}
	return error;
}

const char *flight_remedy(int error)
{
	int machine = error == -ENOENT ? flight_open_folder(machine_folder) : -ENOENT;

	if (machine >= 0)
		close(machine);
	if (machine == -EACCES)
		return "; what root records in /var/lib/memtop is for root alone: sudo memtop ...";
	return error == -EACCES ? "; it is for its owner alone: sudo memtop ... reads it" : "";
}

int flight_read(struct reel **reel, const char *path)
{
	int folder = flight_open_folder(path);
	struct flight_list list;

	if (folder < 0)
		return folder;
	int error = flight_list(&list, folder);
	if (error == 0 && list.count == 0)
		error = -ENOENT;
	struct reel *whole = reel_new();
	if (error == 0)
		error = read_segments(whole, folder, &list);
	free(list.all);
	close(folder);
	if (error != 0)
		reel_free(whole);
	else
		*reel = whole;
	return error;
}

struct flight_segments {
	int folder; /* -1: there is none */
	struct flight_list list;
};

struct flight_segments *flight_segments_new(const char *path, int64_t most_age_s)
{
	struct flight_segments *segments = xalloc_zero(1, sizeof(*segments));
	struct flight_list *list = &segments->list;
	int64_t oldest_s = time(NULL) - most_age_s;
	size_t kept = 0;

	segments->folder = flight_open_folder(path);
	if (segments->folder >= 0 && flight_list(list, segments->folder) < 0)
		list->count = 0;
	for (size_t i = 0; i < list->count; i++)
		if (list->all[i].to_s >= oldest_s)
			list->all[kept++] = list->all[i];
	list->count = kept;
	return segments;
}

void flight_segments_free(struct flight_segments *segments)
{
	if (segments == NULL)
		return;
	if (segments->folder >= 0)
		close(segments->folder);
	free(segments->list.all);
	free(segments);
}

size_t flight_segments_count(const struct flight_segments *segments)
{
	return segments->list.count;
}

uint64_t flight_segments_bytes(const struct flight_segments *segments, size_t index)
{
	return segments->list.all[index].bytes;
}

int flight_segments_open(const struct flight_segments *segments, size_t index)
{
	if (index >= segments->list.count)
		return -ENOENT;
	int fd = openat(segments->folder, segments->list.all[index].name,
		O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	return fd >= 0 ? fd : -errno;
}
