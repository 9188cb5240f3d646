/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fleet - many machines at a time, each with a session of its own
 *
 * A machine that hangs, refuses or lies delays no other: nothing here blocks, and each has its own
 * child, store, clock and back-off (source_remote.h).  Clocks of machines are never compared: ages
 * are counted from when a look arrived here.
 */
#pragma once

#include "fleet/host_names.h"
#include "fleet/ssh.h"
#include "model/headline.h"
#include "source/source_remote.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fleet;
struct session;

enum { FLEET_LOGINS = 8 }; /* at a time */

/* One machine as a row shows it.  Pointers live until the next fleet_step. */
struct fleet_row {
	size_t index;     /* fleet_session's */
	const char *name; /* as given */
	enum source_remote_state state;
	const char *why; /* of the last loss, "" for none */
	double retry_s;  /* until it is tried again; REMOTE_LOST only */
	double age_s;    /* since its newest look; negative: there was none */
	bool stale;      /* the look is older than three should be */
	const struct store *store;
	const struct system_figures *system; /* NULL: nothing seen yet */
	size_t climbers;
	const char *worst_name; /* of the climber that matters most; NULL: nobody climbs */
	int32_t worst_pid;
	double worst_kib_min;
	bool eta_known; /* when it meets a limit, or else when the machine's memory is full */
	double eta_s;
	struct headline headline; /* its sentence; "" before the first look */
};

/* Opens a way to each of NAMES; WAY is how but for the host.  NULL with *ERROR -errno. */
struct fleet *fleet_new(const struct host_names *names, const struct ssh_way *way, int *error);
void fleet_free(struct fleet *fleet); /* ends all connections; NULL is fine */

/* How many machines there are; their sessions and names, by 0 to count - 1, which stay as long as
 * FLEET. */
size_t fleet_count(const struct fleet *fleet);
/* The session of machine INDEX. */
struct session *fleet_session(const struct fleet *fleet, size_t index);
/* The machine's name, as given. */
const char *fleet_name(const struct fleet *fleet, size_t index);

/* Descriptor to poll for reading, and at most so many ms until the next fleet_step. */
int fleet_fd(const struct fleet *fleet);
int fleet_timeout_ms(const struct fleet *fleet);

/* Each machine tells only what its row needs (REQUEST_BRIEF), but for INDEX, whose dashboard is
 * open (FLEET_NONE: none's); with ALL every one tells everything. */
enum { FLEET_ROWS = 20 };
#define FLEET_NONE SIZE_MAX
void fleet_look_into(struct fleet *fleet, size_t index, bool all);

/* Takes what has come from all but EXCEPT (NULL: from all), whose session somebody else steps.
 * Whether anything is known that was not. */
bool fleet_step(struct fleet *fleet, const struct session *except);

/* Waits until something comes or UNTIL_MS of clock_mono_ms, and takes it. */
bool fleet_wait(struct fleet *fleet, uint64_t until_ms);

/* One row for each machine, worst first: alarms, then what is lost, then what warns, then the least
 * memory available; machines of the same name's order otherwise.  *COUNT of them, owned by FLEET,
 * good until the next call or step. */
const struct fleet_row *fleet_rows(struct fleet *fleet, size_t *count);
