/* SPDX-License-Identifier: GPL-2.0-or-later */
/* details_priv - the inside of details, shared by details*.c and by nobody else */
#pragma once

#include "sample/details.h"

enum {
	DETAILS_RATE_MS = 250, /* shorter intervals give no rate */
	/* a process this young may have been sighted before its exec, or before it was put into
	 * its cgroup */
	DETAILS_YOUNG_MS = 10000,
};

static inline uint32_t details_age_ms(const struct proc_slot *slot, uint64_t now_ms)
{
	return (uint32_t)now_ms - slot->detail_ms;
}

static inline bool details_is_young(const struct details *details, const struct proc_slot *slot,
	uint64_t now_ms, unsigned limit_ms)
{
	return now_ms < slot->start_ticks * 1000 / details->hz + limit_ms;
}

/* Whether a process ran but its memory did not move: what status said mostly still holds. */
bool details_is_brief(const struct details *details, const struct proc_slot *slot);

/* Whether the next look at a process is ours alone, so that no file is read twice: libproc2 has not
 * all that is wanted of it. */
bool details_is_ours(const struct details *details, const struct proc_slot *slot);

/* Figures that libproc2 found of one process, and our own reads beside it. */
void details_take_look(struct details *details, const struct libproc_proc *look, uint64_t now_ms);

/* CPU, faults, state and name from one read of stat: a quarter of what libproc2 would read.  WHOLE:
 * and all else by ourselves, since they are few, or libproc2 cannot: status is missing, or its main
 * thread ended. */
void details_look_ourselves(struct details *details, struct proc_slot *slot, uint64_t now_ms,
	bool whole);

/* The first look at one of many that nobody watches: its stat was read when it was sighted, so
 * status alone, read once by ourselves, completes it at a third of the price. */
void details_look_first(struct details *details, int32_t pid, uint64_t now_ms);
