/* SPDX-License-Identifier: GPL-2.0-or-later */
/* flight - see flight.h; how a folder is written.  Reading one is flight_read.c */
#include "source/flight.h"
#include "source/flight_priv.h"

#include "base/xalloc.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

enum {
	PARTS = 16, /* segments that a full folder holds, or nearly */
	SEGMENT_S = 3600,
	LEAST_PARTS = 4, /* that a full disk leaves */
	ROOM_KIB = 1024, /* a disk with less is full, or will be */
	RING_KIB = 256,  /* whatever room there is now */
};

struct flight {
	int folder;
	char path[FLIGHT_PATH_MAX]; /* of the folder */
	char next[FLIGHT_PATH_MAX + FLIGHT_NAME_MAX];
	struct flight_bounds wanted, bounds; /* and those that its disk has room for */
};

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
	/* flock(2) goes with the descriptor: a recorder that was killed leaves no lock behind */
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

/* On a small disk the ring is smaller, for it to go round at all: half of what is free is left to
 * others, and what the ring holds already is its own. */
static void bound_by_disk(struct flight *flight, const struct flight_list *list)
{
	uint64_t kib;

	flight->bounds = flight->wanted;
	if (!free_kib(flight->folder, &kib))
		return;
	uint64_t most_kib = kib / 2;
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
	int folder = error == 0 ? flight_open_folder(path) : -1;

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
		snprintf(why, RECORD_WHY_MAX, "%.150s: %s; name another folder: --flight DIR", path,
			strerror(-error));
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

/* The number decides the order, since the clock may be set back between two segments. */
const char *flight_next(struct flight *flight)
{
	struct flight_list list;
	time_t now_s = time(NULL);
	uint64_t number = 1;
	char began[24] = "";
	struct tm tm;

	if (flight_list(&list, flight->folder) == 0 && list.count > 0)
		number = list.all[list.count - 1].number + 1;
	bound_by_disk(flight, &list);
	free(list.all);
	if (gmtime_r(&now_s, &tm) != NULL)
		strftime(began, sizeof(began), FLIGHT_TIME_FORMAT, &tm);
	snprintf(flight->next, sizeof(flight->next), "%s/%06llu-%s.zst", flight->path,
		(unsigned long long)number, began);
	return flight->next;
}

/* A sixteenth of either bound: so much goes at once when the ring is full. */
bool flight_is_full(const struct flight *flight, uint64_t bytes, double age_s)
{
	double most_s = SEGMENT_S;

	if (flight->bounds.seconds > 0 && flight->bounds.seconds / PARTS < most_s)
		most_s = flight->bounds.seconds / PARTS;
	return bytes >= flight->bounds.kib * 1024 / PARTS || age_s >= most_s;
}

/* From the newest to the oldest; the newest stays, however large. */
int flight_trim(struct flight *flight)
{
	struct flight_list list;
	uint64_t bytes = 0;
	int error = flight_list(&list, flight->folder), kept = 0;
	int64_t oldest_s = flight->bounds.seconds > 0 ? time(NULL) - (int64_t)flight->bounds.seconds
						      : INT64_MIN;

	for (size_t i = list.count; i-- > 0;) {
		const struct flight_segment *segment = &list.all[i];
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
	struct flight_list list;
	uint64_t kib;

	if (!free_kib(flight->folder, &kib) || kib >= ROOM_KIB ||
		flight_list(&list, flight->folder) != 0)
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
