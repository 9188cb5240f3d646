/* SPDX-License-Identifier: GPL-2.0-or-later */
/* packages - what a process has mapped, by installed package (base/package.h)
 *
 * Files only: what a package allocated is in the heap, and of nobody.
 */
#pragma once

#include "base/buf.h"
#include "base/package.h"
#include "frame/json_writer.h"
#include "model/maps.h"

enum { PACKAGES_MOST = 64 };

struct package_sum {
	enum package_kind kind;
	char name[PACKAGE_NAME_MOST];
	uint32_t mappings;
	uint64_t rss_kib, pss_kib, swap_kib;
	int64_t gained_kib; /* RSS + swap, since the baseline of MAPS */
};

struct packages {
	struct package_sum all[PACKAGES_MOST]; /* those with most in memory first */
	size_t count;
	uint64_t rest_kib; /* RSS of mapped files that are of no package, the program's own too */
	bool partial;      /* there are more parts than are told, or more packages */
};

/* Adds up MAPS, whose parts have been read. */
void packages_of(struct packages *packages, const struct maps *maps);

/* "numpy 24.0M, pandas 12.1M, 3 more 1204K", at most MOST by name; nothing where there is none. */
void packages_line(struct buf *out, const struct packages *packages, size_t most);

/* Member "packages" of an open object: null where MAPS is NULL or its parts were never read. */
void packages_json(struct json_writer *json, const struct maps *maps);
