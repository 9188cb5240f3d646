/* SPDX-License-Identifier: GPL-2.0-or-later */
/* container - the container a cgroup's path speaks of, if it does */
#pragma once

#include <stdbool.h>

enum { CONTAINER_NAME_MAX = 128 };

/* The container that the cgroup PATH (clean text) belongs to: the runtime, if the path tells it,
 * and the name or the first 12 digits of the id that its tools show.  "docker 3f2a9c1b7d04",
 * "lxc web1", "containerd 77ab..., pod 4f1c2d3e", "77ab01fe2233".  False, and OUT untouched,
 * when PATH is no container's, or that of an unknown runtime. */
bool container_name(const char *path, char out[CONTAINER_NAME_MAX]);
