/* SPDX-License-Identifier: GPL-2.0-or-later */
/* flight_priv - the segments in a flight recorder's folder, for flight*.c alone */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum { FLIGHT_NAME_MAX = 40 };

#define FLIGHT_TIME_FORMAT "%Y%m%dT%H%M%SZ"

struct flight_segment {
	uint64_t number;
	int64_t from_s, to_s; /* wall clock */
	uint64_t bytes;
	char name[FLIGHT_NAME_MAX];
};

struct flight_list {
	struct flight_segment *all; /* by number */
	size_t count, cap;
};

/* Lists the segments in the FOLDER; to be freed.  0 or -errno. */
int flight_list(struct flight_list *list, int folder);

/* A descriptor, or -errno. */
int flight_open_folder(const char *path);
