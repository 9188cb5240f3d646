/* SPDX-License-Identifier: GPL-2.0-or-later */
/* figures - everything known of one process, as data: the process screen and the text and JSON
 * of --detail are drawn from the same list */
#pragma once

#include "model/store.h"
#include "table/column.h"

enum {
	FIGURES_MAX = 40,
	FIGURES_LIMITS_MAX = 40, /* a cgroup and 32 above it, resource limits, the machine */
	FIGURE_TEXT_MAX = 48,
};

enum figure_unit { FIGURE_KIB, FIGURE_COUNT, FIGURE_REAL, FIGURE_SECONDS, FIGURE_WORDS };

/* The groups in which figures stand on a screen. */
enum figure_group { FIGURE_MEMORY, FIGURE_SHARE, FIGURE_KERNEL, FIGURE_LIFE, FIGURE_GROUPS };

struct figure {
	const char *key;   /* in JSON: "rss"; of a column's figure the column's key */
	const char *label; /* for people: "RSS" */
	enum figure_group group;
	enum figure_unit unit;
	bool known;
	double number;              /* of FIGURE_WORDS none */
	char text[FIGURE_TEXT_MAX]; /* "-" when not known */
	enum cell_tone tone;
};

struct figure_limit {
	const char *kind; /* "cgroup", "RLIMIT_AS", "RLIMIT_DATA", "machine" */
	const char *path; /* of a cgroup, else "" */
	bool known;       /* its figures are */
	bool binds;       /* it is the one that will be met first */
	uint64_t usage_kib;
	uint64_t max_kib, high_kib;   /* UINT64_MAX: none */
	struct cgroup_figures cgroup; /* of a cgroup, when known */
};

struct figures {
	struct figure list[FIGURES_MAX];
	size_t count;
	/* own cgroup first, then those above it; none of what has no memory */
	struct figure_limit limits[FIGURES_LIMITS_MAX];
	size_t nlimits;
};

/* Texts point into STORE. */
void figures_gather(struct figures *figures, const struct store *store, const struct proc *proc);

/* Columns that the longest label of GROUP takes. */
int figures_label_width(const struct figures *figures, enum figure_group group);

/* "87.3M of 4.00G, high 3.50G, 12 times at its limit"; OUT holds FIGURES_LIMIT_TEXT bytes. */
enum { FIGURES_LIMIT_TEXT = 240 };
void figures_limit_text(char out[FIGURES_LIMIT_TEXT], const struct figure_limit *limit);

/* Why the mappings could not be read, and what would help; "" while they are. */
const char *figures_trouble(const struct maps *maps);

/* "12 s ago; R reads again; the last read took 380 ms"; HINT: with the key. */
void figures_age_text(char out[FIGURES_LIMIT_TEXT], const struct store *store,
	const struct maps *maps, bool hint);
