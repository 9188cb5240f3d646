/* SPDX-License-Identifier: GPL-2.0-or-later */
/* column - the columns of the table, as data
 *
 * One const table, read by drawing, sorting, help, the setup screen, batch output, CSV and JSON.
 */
#pragma once

#include "frame/proc_fields.h"
#include "table/row.h"

#include <stdbool.h>
#include <stddef.h>

enum column_id {
	COL_PID,
	COL_PPID,
	COL_USER,
	COL_RSS,
	COL_MEM_PERCENT,
	COL_FOOTPRINT,
	COL_ANON,
	COL_FILE,
	COL_SHMEM,
	COL_SWAP,
	COL_HUGETLB,
	COL_PSS,
	COL_PEAK,
	COL_VIRT,
	COL_GROWTH,
	COL_GROWTH10,
	COL_TREND,
	COL_VERDICT,
	COL_CAUSE,
	COL_ETA,
	COL_SINCE_BASE,
	COL_AGE,
	COL_MAJFLT,
	COL_MINFLT,
	COL_THREADS,
	COL_STATE,
	COL_NICE,
	COL_OOM,
	COL_CGROUP,
	COL_CPU,
	COL_TIME,
	COL_COUNT,
	COL_COMMAND,
	COLUMN_PROCESS_COUNT, /* up to here processes have them; the rest are of containers alone */
	COL_CONTAINER = COLUMN_PROCESS_COUNT,
	COL_USED,
	COL_USAGE,
	COL_CACHE,
	COL_LIMIT,
	COL_FULL,
	COL_STALLS,
	COL_MAX_EVENTS,
	COL_KILLS,
	COL_PROCS,
	COL_KIND,
	COL_ID,
	COL_PATH,
	COL_LIMIT_PATH,
	COLUMN_COUNT
};

/* The meaning of a cell's colour; the theme picks the colour. */
enum cell_tone { TONE_PLAIN, TONE_DIM, TONE_GOOD, TONE_NOTICE, TONE_WARN, TONE_ALARM };

/* How figures are to be written. */
struct column_style {
	bool utf8;         /* signs beyond ASCII may be used */
	bool full_command; /* command line in place of the name */
	bool no_folds;     /* groups cannot be opened: no sign for it */
};

enum {
	COLUMN_HINT_MAX = 40,
	COLUMN_TEXT_MAX = FRAME_CMDLINE_MAX + 64, /* the longest command line, indented */
};

/* A cell that is to be written: which figure of whom, how, and in how many columns. */
struct column_cell {
	const struct column *column;
	const struct store *store;
	const struct row *row;
	const struct column_style *style;
	int width; /* 0: as many as it takes */
};

struct column {
	enum column_id id;
	const char *key;   /* "rss": options, settings, CSV, JSON, filters; never changes */
	const char *title; /* "RSS" */
	int width;         /* columns on the screen; 0: takes the rest */
	int wide;          /* where there is room, this many, and it says more; 0: never */
	bool left;         /* aligned left (text), else right (figures) */
	bool ascending;    /* sorted ascending at first (names, pid), else the largest first */
	/* of containers; for a process it says what its container has */
	bool of_containers;
	bool shared;    /* counts pages that processes share: sums say "at most" */
	int importance; /* 1 stays longest when the screen is narrow */
	/* When it is shown of the default set: always, or only where it says something. */
	enum column_earns {
		EARNS_ALWAYS,
		EARNS_WIDE,  /* on a wide screen */
		EARNS_SWAP,  /* when swap is in use */
		EARNS_ETA,   /* when some ETA is known */
		EARNS_KILLS, /* when something was killed */
	} earns;
	const char *unit;   /* of the raw value: "bytes", "bytes/s", "seconds", "percent", "" */
	const char *origin; /* "proc_pid_statm(5) resident" */
	const char *help;   /* one line for people */

	/* How a cell is written; call column_format.  NULL for COL_TREND, which is drawn. */
	enum cell_tone (*format)(const struct column_cell *cell, char out[COLUMN_TEXT_MAX]);
	/* The figure of struct proc_figures that it shows; 0: none.  KNOWN: bits it goes by, 0:
	 * the field's.  SUMS: rows have a sum of it though it does not simply add up. */
	enum proc_field field;
	uint32_t known;
	bool sums;
	/* The figure of what is in no record; false when unknown.  Call column_number. */
	bool (*number)(const struct store *store, const struct row *row, double *out);
	/* The same of those of containers, which have one function for all. */
	bool (*number_of)(const struct column *column, const struct store *store,
		const struct row *row, double *out);
	/* The text sorted and filtered by; NULL for figures.  Lives until the next store_apply. */
	const char *(*text)(const struct store *store, const struct row *row);
};

/* The column of that id; a constant. */
const struct column *column_get(enum column_id id);
/* By key or title, in any case; "state" is the verdict, too.  NULL: none. */
const struct column *column_by_key(const char *key);
/* A hint for NAME, which is none: the column it may mean (by what ps, top and htop call it, its
 * beginning, or all but a letter or two), else where they are listed.  OUT. */
const char *column_hint(const char *name, char out[COLUMN_HINT_MAX]);

/* The figure sorted and filtered by, in the column's unit; false when unknown (sorts last) or when
 * there is only a text. */
bool column_number(const struct column *column, const struct store *store, const struct row *row,
	double *out);
bool column_is_number(const struct column *column);

/* Whether the figure of ROW, a sum, counts some page more than once: then it is an upper bound, and
 * says so. */
bool column_at_most(const struct column *column, const struct row *row);

/* The cell's text (clean, unpadded, "-" when it is not known, "" for COL_TREND) for a place WIDTH
 * columns wide; figures fit into it, text may be longer.  Returns its tone. */
enum cell_tone column_format(const struct column *column, const struct store *store,
	const struct row *row, const struct column_style *style, int width,
	char out[COLUMN_TEXT_MAX]);

/* How loud a climbing ROW is: TONE_ALARM when it meets a limit within the hour, TONE_NOTICE when
 * what it gains in an hour is below 1 % of what is available, else TONE_WARN. */
enum cell_tone column_climb_tone(const struct store *store, const struct row *row);

/* The default sets, in order: of processes, of containers. */
extern const enum column_id column_default[];
extern const size_t column_default_count;
extern const enum column_id column_containers[];
extern const size_t column_containers_count;
