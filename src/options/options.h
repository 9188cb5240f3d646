/* SPDX-License-Identifier: GPL-2.0-or-later */
/* options - the command line as values
 *
 * Pure but for the words it returns: nothing is opened, nothing printed.  One const table holds the
 * options with their help lines, so that --help, the manual's and the completions' tests have one
 * truth.
 */
#pragma once

#include "base/buf.h"
#include "options/settings.h"
#include "table/view.h"

#include <stdbool.h>
#include <stdint.h>

struct query;

enum options_mode {
	MODE_SCREEN,   /* the dashboard */
	MODE_BATCH,    /* text tables on standard output */
	MODE_STREAM,   /* JSON lines on standard output, requests on standard input */
	MODE_DETAIL,   /* processes in depth on standard output */
	MODE_INSIDE,   /* what is in the memory of processes, on standard output */
	MODE_VERDICTS, /* verdicts of a recording as CSV */
	MODE_RUN,      /* run a program, then report on it */
	MODE_REPORT,   /* the same report from a recording */
	MODE_COMPARE,  /* two recordings side by side */
	MODE_CHECK,    /* does anything match? */
	MODE_METRICS,  /* a file for Prometheus */
	MODE_HOSTS,    /* many machines, a row each, on standard output */
	MODE_FLIGHT,   /* record into a bounded folder, or tell of it */
	MODE_PAST,     /* one moment of a recording, on standard output */
	MODE_HELP,
	MODE_VERSION,
};

enum options_format { FORMAT_TEXT, FORMAT_JSON, FORMAT_CSV };

enum { OPTIONS_PIDS_MAX = 512, OPTIONS_WHY_MAX = 400, OPTIONS_HOSTS_MAX = 64, OPTIONS_SSH_MAX = 8 };

struct options {
	enum options_mode mode;
	enum options_format format;
	bool interval_given;
	uint32_t interval_ms;           /* -d; 100 to 3,600,000 */
	uint32_t count;                 /* -n; 0: no end (batch: two ticks) */
	int32_t pids[OPTIONS_PIDS_MAX]; /* -p */
	size_t npids;
	const char *user; /* -u: name or number; NULL: all */
	int64_t uid;      /* set by main once the name is known; -1: all */
	bool sort_given;
	enum column_id sort; /* -s */
	bool reverse;        /* -s with a leading - */
	const char *filter;  /* -F; NULL: none */
	bool grouped;        /* -g */
	enum group_kind group;
	bool account;  /* --account */
	bool no_color; /* -C */
	bool ascii;    /* -U */
	bool no_mouse; /* -M */
	bool readonly;
	bool no_inside;                       /* nothing is looked into, whoever asks */
	bool kernel_threads;                  /* -k */
	int width;                            /* -w; 0: the terminal's, or as long as needed */
	enum column_id columns[COLUMN_COUNT]; /* --columns */
	size_t ncolumns;                      /* 0: not given */
	const char *holders;                  /* --holders TYPE, with MODE_INSIDE; NULL: types */
	const char *record;                   /* --record FILE */
	bool append;
	const char *replay;      /* --replay FILE */
	const char *at;          /* --at TIME (moment.h), which is one; NULL: not given */
	bool last_kill;          /* --last-kill */
	bool no_history;         /* --no-history */
	uint32_t key_s;          /* --key-frames SECONDS, for --stream */
	char *const *program;    /* MODE_RUN: what stands behind --, with its NULL */
	const char *report;      /* --report FILE; NULL: standard error */
	const char *svg;         /* --svg FILE */
	bool live;               /* --live */
	bool wait_all;           /* --wait-all */
	bool lines;              /* --lines */
	const char *report_from; /* --report-from FILE */
	const char *compare[2];  /* --compare FILE FILE */
	const char *metrics;     /* --metrics FILE */
	bool openmetrics;
	bool status;               /* --status, with MODE_FLIGHT */
	const char *flight_folder; /* --flight DIR; NULL: the default one */
	uint64_t keep_kib;         /* --keep SIZE; 64 MiB unless given */
	double keep_s;             /* --keep TIME; 0: no bound */
	const char *check;         /* --check EXPR */
	double for_s;              /* --for SECONDS; 0: not given */
	const char *on;            /* --on EXPR */
	const char *exec;          /* --exec COMMAND */
	double every_s;            /* --every SECONDS; 0: not given */
	/* the three expressions, read; NULL: not given (-F that is empty matches all) */
	struct query *filter_query, *check_query, *on_query;
	const char *hosts[OPTIONS_HOSTS_MAX]; /* --host: lists of names */
	size_t nhosts;
	const char *hosts_file;                   /* --hosts FILE */
	const char *ssh_options[OPTIONS_SSH_MAX]; /* --ssh-option */
	size_t nssh_options;
	bool allow_signals;
	uint64_t given; /* private: a bit a row of the table */
};

/* Reads ARGV up to the first word that is no option.  0, or -EINVAL and one clean line for a
 * person in WHY.  Text points into ARGV; what else they hold options_done frees. */
int options_parse(struct options *options, int argc, char **argv, char why[OPTIONS_WHY_MAX]);
void options_done(struct options *options);

/* Whether a moment of a recording is asked for (--at, --last-kill). */
bool options_look_back(const struct options *options);

/* Settles what both say: the command line wins over the settings, which are changed, though the key
 * W keeps them only where they are changed inside. */
void options_settle(struct options *options, struct settings *settings);

/* Whether many machines are asked for (--host, --hosts). */
bool options_have_hosts(const struct options *options);

/* The rows that OPTIONS ask for, in the order of SETTINGS where they name none; without SETTINGS
 * (NULL) processes by pid, whatever groups them.  Lives as long as OPTIONS. */
struct view_ask options_ask(const struct options *options, const struct settings *settings);

/* The table that its rows are: of processes or of containers. */
enum settings_view options_table(const struct options *options);

/* Rule INDEX (from 0) of what goes together: its words, and in OPTION the long name of the option
 * they are about; NULL: there are no more. */
const char *options_rule(size_t index, const char **option);

/* Option INDEX (from 0, in the order of --help): its long name, in LETTER the short one (0: none)
 * and in VALUE what its argument is called (NULL: takes none); NULL: there are no more. */
const char *options_name(size_t index, char *letter, const char **value);

/* The text of --help. */
void options_help(struct buf *out);
