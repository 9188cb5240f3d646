/* SPDX-License-Identifier: GPL-2.0-or-later */
/* settings - what the user chose to keep: $XDG_CONFIG_HOME/memtop/memtoprc
 *
 * `key = value` lines of less than 200 bytes; `columns` may stand several times and adds up.  Read
 * at start, written only when asked (key W), never both silently: a file that is not a regular one
 * of ours (another owner, writable by others, larger than 64 KiB) is not read, and memtop starts
 * with the defaults and a word about it.  When the file is written again its lines stay where they
 * are, comments, keys that are not known and sections, too; only values that were changed are new.
 */
#pragma once

#include "base/buf.h"
#include "table/column.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum settings_symbols { SYMBOLS_AUTO, SYMBOLS_ASCII, SYMBOLS_BLOCKS, SYMBOLS_BRAILLE };

enum { SETTINGS_WHY_MAX = 200, SETTINGS_NAME_MAX = 32 };

/* The views of the dashboard (keys 1, 2, 3): two tables, and the account of memory. */
enum settings_view { SHOWS_PROCESSES, SHOWS_CONTAINERS, SHOWS_MACHINE, SHOWS_COUNT };
enum { SETTINGS_TABLES = SHOWS_MACHINE };

/* How rows are put together. */
enum settings_grouping {
	GROUPING_NONE,
	GROUPING_PROGRAM,
	GROUPING_USER,
	GROUPING_CGROUP,
	GROUPING_TREE,
	GROUPING_CONTAINER,
	GROUPING_CONTAINER_TREE, /* of all cgroups */
	GROUPING_COUNT
};

/* Settings that each table has for its own: that of processes at the top of the file, others in a
 * section of their name. */
struct settings_table {
	enum column_id sort;
	bool reverse;
	enum column_id columns[COLUMN_COUNT];
	size_t ncolumns;
	enum settings_grouping group;
};

/* When the terminal rings; BELL_NOTIFY: it shows a notice instead. */
enum settings_bell { BELL_CLIMB = 1, BELL_ALARM = 2, BELL_KILL = 4, BELL_NOTIFY = 8 };

/* A line of [keys], whose words the screens know (ui/bindings.h). */
enum { SETTINGS_KEYS_MAX = 40, SETTINGS_KEY_TEXT = 40 };
struct settings_key {
	char action[SETTINGS_NAME_MAX];
	char keys[SETTINGS_KEY_TEXT]; /* names, with blanks between them */
};

/* The extent of looks inside processes (session/looks.h, ui/process/process_look.h). */
enum settings_look {
	SETTINGS_LOOK_YES,   /* who climbs, of itself, and what is asked for */
	SETTINGS_LOOK_NO,    /* what is asked for alone */
	SETTINGS_LOOK_NEVER, /* nothing, whoever asks */
};

struct settings {
	uint32_t interval_ms; /* delay: 100 to 3,600,000 */
	enum settings_view view;
	struct settings_table tables[SETTINGS_TABLES];
	uint32_t span_s;               /* of the sparklines: 60 to 86,400 */
	char theme[SETTINGS_NAME_MAX]; /* a name of ui/draw/theme.h */
	enum settings_symbols symbols;
	unsigned bell; /* enum settings_bell, or'ed together */
	bool mouse;
	enum settings_look look_inside;
	bool title; /* the terminal's window is called by machine and program */
	bool climbers_on_top;
	bool full_command;
	bool kernel_threads;
	struct settings_key keys[SETTINGS_KEYS_MAX]; /* of the user's own */
	size_t nkeys;
};

/* Sets all to what holds without a file. */
void settings_default(struct settings *settings);

/* Whether the columns of TABLE are those it has without a file. */
bool settings_has_default_columns(const struct settings *settings, enum settings_view table);

/* Reads TEXT; lines that are wrong are skipped and the first one is told in WHY ("settings, line 3:
 * ...", clean text; else "").  Returns how many were wrong. */
int settings_parse(struct settings *settings, const char *text, char why[SETTINGS_WHY_MAX]);

/* Path of the file, in OUT; -ENOENT when neither XDG_CONFIG_HOME nor HOME is an absolute path. */
int settings_path(char *out, size_t size);

/* settings_default and then the file, if there is one.  0 also when there is none; -errno and
 * WHY when it was not read; a wrong line is 0 with WHY set. */
int settings_load(struct settings *settings, const char *path, char why[SETTINGS_WHY_MAX]);

/* Appends the text of a file with these settings: OLD, the text of the file before, with other
 * values where they have changed since, and with what was missing in it. */
void settings_write(struct buf *out, const struct settings *settings, const char *old);

/* Writes them to PATH: a new file renamed over the old one (over what a symbolic link leads to),
 * mode 0600, folders made.  -EPERM when the old one belongs to somebody else, or its folder to
 * neither us nor root; -EINVAL when it is no regular file.  0 or -errno. */
int settings_save(const struct settings *settings, const char *path);
