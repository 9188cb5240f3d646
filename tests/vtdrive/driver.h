/* SPDX-License-Identifier: GPL-2.0-or-later */
/* driver - the state of a running script, and what the verbs share */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "session.h"
#include "tap.h"

enum { DRIVER_HELPERS_MAX = 16, DRIVER_ENV_MAX = 64, DRIVER_ARGS_MAX = 64, DRIVER_WHY_MAX = 512 };

/* What a line of a script came to. */
enum verdict {
	VERDICT_SILENT, /* done, nothing to report */
	VERDICT_PASS,
	VERDICT_FAIL, /* driver.why says why */
	VERDICT_SKIP, /* not possible here, driver.why says why; the script ends */
};

/* A program started by the script beside the one on the terminal. */
struct helper {
	char name[32];
	pid_t pid; /* also its session; kept after its end, 0 when the slot is free */
	int out;   /* its standard output, -1 when not watched */
	bool ended;
	int status;
};

struct driver {
	struct session session;
	struct tap tap;
	int cols, rows;
	char *program[DRIVER_ARGS_MAX]; /* what `start` runs, NULL-ended, owned */
	size_t program_count;
	char *env[DRIVER_ENV_MAX]; /* for the program, NULL-ended, owned */
	size_t env_count;
	struct helper helpers[DRIVER_HELPERS_MAX];
	struct wire_counts mark; /* counts at the last `mark` */
	uint64_t mark_replies;
	int64_t deadline;         /* of the whole script, in ticks_us */
	bool hasty;               /* the next input does not wait for rest */
	char why[DRIVER_WHY_MAX]; /* why the last verb failed */
};

void driver_init(struct driver *driver);

/* Ends the program and all helpers, frees everything. */
void driver_done(struct driver *driver);

/* Adds a NAME=VALUE (or a bare NAME to unset) for the program, and a word to its command; both
 * copy. -E2BIG when there are too many. */
int driver_add_env(struct driver *driver, const char *text);
int driver_add_program(struct driver *driver, const char *word);

/* Starts the program with `count` more arguments, ending one that runs. 0 or -errno. */
int driver_start(struct driver *driver, size_t count, char *const args[]);

/* Starts it without arguments unless it has been started. 0 or -errno. */
int driver_ensure(struct driver *driver);

/* Sets driver->why and returns VERDICT_FAIL. */
__attribute__((format(printf, 2, 3))) enum verdict driver_fail(struct driver *driver,
	const char *format, ...);

/* A limit `ms` from now, or the whole script's if that is sooner. */
int64_t driver_limit(const struct driver *driver, int64_t ms);

/* Lets the screen become complete if anything happened since. 0, or -ETIMEDOUT with a reason. */
int driver_settle(struct driver *driver);

/* Before the program is given anything: lets it settle for a while, unless it is to be hasty. */
void driver_before_input(struct driver *driver);

/* Starts a shell command as a helper in a session of its own, and exports NAME_PID. When
 * `ready_ms` is above 0, waits for the first line it prints; its exit status 77 before that is
 * VERDICT_SKIP. */
enum verdict driver_spawn(struct driver *driver, const char *name, const char *command,
	int ready_ms);

/* The helper of this name, or NULL. */
struct helper *driver_helper(struct driver *driver, const char *name);

/* Ends a helper by a signal to it (and to its whole session when SIGKILL), and waits for it. */
void driver_end_helper(struct driver *driver, struct helper *helper, int number);

/* Collects everything that has ended. */
void driver_reap(struct driver *driver);
