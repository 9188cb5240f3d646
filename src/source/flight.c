/* SPDX-License-Identifier: GPL-2.0-or-later */
/* flight - see flight.h; knows names and sizes of segments, nothing of what is in them */
#include "source/flight.h"

#include "base/order.h"
#include "base/xalloc.h"
#include "source/reel.h"
#include "source/zst.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

enum {
	NAME_MAX_ = 40,
	PARTS = 16, /* segments that a full folder holds, or nearly */
	SEGMENT_S = 3600,
	LEAST_PARTS = 4, /* that a full disk leaves */
	ROOM_KIB = 1024, /* a disk with less is full, or will be */
	RING_KIB = 256,  /* whatever room there is now */
	READ_OPEN = 256, /* segments read where they lie, where so many files may be open */
};

static const char machine_folder[] = "/var/lib/memtop";

#define TIME_FORMAT "%Y%m%dT%H%M%SZ"

struct segment {
	uint64_t number;
	int64_t from_s, to_s; /* wall clock */
	uint64_t bytes;
	char name[NAME_MAX_];
};

struct segments {
	struct segment *all; /* by number */
	size_t count, cap;
};

struct flight {
	int folder;
	char path[FLIGHT_PATH_MAX]; /* of the folder */
	char next[FLIGHT_PATH_MAX + NAME_MAX_];
	struct flight_bounds wanted, bounds; /* and those that its disk has room for */
};

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
static bool parse_name(struct segment *segment, const char *name)
{
	struct tm tm = { 0 };
	char *end;

	if (name[0] < '0' || name[0] > '9' || strlen(name) >= NAME_MAX_)
		return false;
	errno = 0;
	segment->number = strtoull(name, &end, 10);
	if (errno != 0 || *end != '-')
		return false;
	const char *rest = strptime(end + 1, TIME_FORMAT, &tm);
	if (rest == NULL || strcmp(rest, ".zst") != 0)
		return false;
	segment->from_s = timegm(&tm);
	snprintf(segment->name, sizeof(segment->name), "%.*s", (int)sizeof(segment->name) - 1,
		name);
	return true;
}

static int compare_segments(const void *a, const void *b)
{
	const struct segment *x = a, *y = b;

	return (x->number > y->number) - (x->number < y->number);
}

/* Those in the FOLDER; to be freed.  0 or -errno. */
static int list_segments(struct segments *list, int folder)
{
	int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;

	*list = (struct segments){ 0 };
	if (dir == NULL) {
		int error = -errno;
		if (fd >= 0)
			close(fd);
		return error;
	}
	for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
		struct segment segment;
		struct stat st;
		if (!parse_name(&segment, entry->d_name) ||
			fstatat(folder, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0 ||
			!S_ISREG(st.st_mode))
			continue;
		segment.bytes = (uint64_t)st.st_size;
		segment.to_s = st.st_mtime;
		list->all = xalloc_room(list->all, &list->cap, list->count + 1, sizeof(*list->all));
		list->all[list->count++] = segment;
	}
	closedir(dir);
	order_sort(list->all, list->count, sizeof(*list->all), compare_segments);
	return 0;
}

static int open_folder(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd >= 0 ? fd : -errno;
}

/* --- reading -------------------------------------------------------------------------------- */

int flight_look(struct flight_status *status, const char *path)
{
	int folder = open_folder(path);
	struct segments list;

	*status = (struct flight_status){ 0 };
	if (folder < 0)
		return folder;
	int error = list_segments(&list, folder);
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
static int join_segments(int folder, const struct segment *segments, size_t count)
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

static int read_segments(struct reel *reel, int folder, const struct segments *list)
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

int flight_read(struct reel **reel, const char *path)
{
	int folder = open_folder(path);
	struct segments list;

	if (folder < 0)
		return folder;
	int error = list_segments(&list, folder);
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
	struct segments list;
};

struct flight_segments *flight_segments_new(const char *path, int64_t most_age_s)
{
	struct flight_segments *segments = xalloc_zero(1, sizeof(*segments));
	struct segments *list = &segments->list;
	int64_t oldest_s = time(NULL) - most_age_s;
	size_t kept = 0;

	segments->folder = open_folder(path);
	if (segments->folder >= 0 && list_segments(list, segments->folder) < 0)
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

/* --- writing -------------------------------------------------------------------------------- */

/* The folder and those above it, 0700 where they are made. */
static int make_folder(const char *path)
{
	char part[FLIGHT_PATH_MAX];

	if (strlen(path) >= sizeof(part))
		return -ENAMETOOLONG;
	for (size_t i = 1;; i++) {
		if (path[i] != '/' && path[i] != '\0')
			continue;
		memcpy(part, path, i);
		part[i] = '\0';
		if (mkdir(part, 0700) != 0 && errno != EEXIST)
			return -errno;
		if (path[i] == '\0')
			return 0;
	}
}

/* Whether the folder may be trusted: what is in it says who did what on this machine. */
static int check_folder(int folder, const char *path, char why[RECORD_WHY_MAX])
{
	struct stat st;

	if (fstat(folder, &st) != 0)
		return -errno;
	if (st.st_uid != geteuid() || (st.st_mode & 022) != 0) {
		snprintf(why, RECORD_WHY_MAX,
			"%.150s: %s, so nothing is recorded there; use another folder", path,
			st.st_uid != geteuid() ? "belongs to another user"
					       : "others may write into it");
		return -EPERM;
	}
	if (flock(folder, LOCK_EX | LOCK_NB) != 0) {
		snprintf(why, RECORD_WHY_MAX, "%.150s: another memtop records there", path);
		return -EBUSY;
	}
	return 0;
}

/* KiB that are free beside what is in the folder; false: the disk does not tell. */
static bool free_kib(int folder, uint64_t *kib)
{
	struct statvfs disk;

	if (fstatvfs(folder, &disk) != 0 || disk.f_blocks == 0)
		return false;
	*kib = (uint64_t)disk.f_bavail * disk.f_frsize / 1024;
	return true;
}

/* On a small disk the ring is smaller, for it to go round at all. */
static void bound_by_disk(struct flight *flight, const struct segments *list)
{
	uint64_t kib, most_kib;

	flight->bounds = flight->wanted;
	if (!free_kib(flight->folder, &kib))
		return;
	most_kib = kib / 2;
	for (size_t i = 0; i < list->count; i++)
		most_kib += list->all[i].bytes / 1024;
	if (most_kib < RING_KIB)
		most_kib = RING_KIB;
	if (most_kib < flight->bounds.kib)
		flight->bounds.kib = most_kib;
}

int flight_open(struct flight **out, const char *path, struct flight_bounds bounds,
	char why[RECORD_WHY_MAX])
{
	why[0] = '\0';
	int error = path[0] != '\0' ? make_folder(path) : -ENOENT;
	int folder = error == 0 ? open_folder(path) : -1;

	if (error == 0 && folder < 0)
		error = folder;
	if (error == 0)
		error = check_folder(folder, path, why);
	if (error == 0) {
		*out = xalloc_zero(1, sizeof(**out));
		(*out)->folder = folder;
		(*out)->wanted = (*out)->bounds = bounds;
		snprintf((*out)->path, sizeof((*out)->path), "%s", path);
		return 0;
	}
	if (why[0] == '\0')
		snprintf(why, RECORD_WHY_MAX, "%.150s: %s", path, strerror(-error));
	if (folder >= 0)
		close(folder);
	return error;
}

void flight_close(struct flight *flight)
{
	if (flight == NULL)
		return;
	close(flight->folder);
	free(flight);
}

const char *flight_next(struct flight *flight)
{
	struct segments list;
	time_t now_s = time(NULL);
	uint64_t number = 1;
	char began[24] = "";
	struct tm tm;

	if (list_segments(&list, flight->folder) == 0 && list.count > 0)
		number = list.all[list.count - 1].number + 1;
	bound_by_disk(flight, &list);
	free(list.all);
	if (gmtime_r(&now_s, &tm) != NULL)
		strftime(began, sizeof(began), TIME_FORMAT, &tm);
	snprintf(flight->next, sizeof(flight->next), "%s/%06llu-%s.zst", flight->path,
		(unsigned long long)number, began);
	return flight->next;
}

bool flight_is_full(const struct flight *flight, uint64_t bytes, double age_s)
{
	double most_s = SEGMENT_S;

	if (flight->bounds.seconds > 0 && flight->bounds.seconds / PARTS < most_s)
		most_s = flight->bounds.seconds / PARTS;
	return bytes >= flight->bounds.kib * 1024 / PARTS || age_s >= most_s;
}

int flight_trim(struct flight *flight)
{
	struct segments list;
	uint64_t bytes = 0;
	int error = list_segments(&list, flight->folder), kept = 0;
	int64_t oldest_s = flight->bounds.seconds > 0 ? time(NULL) - (int64_t)flight->bounds.seconds
						      : INT64_MIN;

	for (size_t i = list.count; i-- > 0;) {
		const struct segment *segment = &list.all[i];
		bytes += segment->bytes;
		if (kept++ == 0 ||
			(bytes <= flight->bounds.kib * 1024 && segment->to_s >= oldest_s))
			continue;
		if (unlinkat(flight->folder, segment->name, 0) != 0)
			error = -errno;
		bytes -= segment->bytes;
	}
	free(list.all);
	return error;
}

void flight_make_room(struct flight *flight)
{
	struct segments list;
	uint64_t kib;

	if (!free_kib(flight->folder, &kib) || kib >= ROOM_KIB ||
		list_segments(&list, flight->folder) != 0)
		return;
	if (list.count > LEAST_PARTS)
		unlinkat(flight->folder, list.all[0].name, 0); /* what fails is tried again */
	free(list.all);
}

bool flight_is_lost(const struct flight *flight)
{
	struct stat st;

	return flight->next[0] != '\0' && lstat(flight->next, &st) != 0 && errno == ENOENT;
}
