/* SPDX-License-Identifier: GPL-2.0-or-later */
/* profile_who - the records that a profile keeps of processes and of the names of programs
 *
 * Records live as long as their profile; pointers to them until the next one is made.
 */
#pragma once

#include "run/profile.h"

/* The record of PROC, a new one at first sight; NULL when there are PROFILE_WHO_MAX. */
struct profile_who *profile_who_of(struct profile *profile, const struct proc *proc, double now_s);

/* The sums of all that are called NAME, new ones at first sight. */
struct profile_name *profile_name_of(struct profile *profile, const char *name, double now_s);

/* The name of WHO may become clear at a later look, when its command line was read: then the sums
 * go on under that name. */
void profile_follow_name(struct profile *profile, struct profile_who *who, const struct proc *proc);
