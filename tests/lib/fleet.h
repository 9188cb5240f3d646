/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fleet - a machine made up of containers, for tests of their rows and screens
 *
 * A leak below a limit, a cache that fills, a pod of two, a service that was killed, a container
 * without a name, one of which little is known, memtop's own cgroup: eight minutes of them, the
 * same to the last figure on every machine.
 */
#pragma once

#include "tests/lib/story.h"

#define FLEET_ID   "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define FLEET_SHOP "/machine.slice/libpod-" FLEET_ID ".scope"

/* STORY begins with it; story_end releases it.  Or it is told to a story that has begun. */
void fleet_begin(struct story *story);
void fleet_tell(struct story *story);
