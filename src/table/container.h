/* container - the container a cgroup's path speaks of, if it does */
#ifndef MEMTOP_TABLE_CONTAINER_H
#define MEMTOP_TABLE_CONTAINER_H

#include <stdbool.h>
#include <stddef.h>

enum { CONTAINER_NAME_MAX = 96 };

/* "docker 3f2a9c1b7d04", "lxc web1", "containerd 77ab..., pod 4f1c2d3e", "77ab01fe2233": runtime, if the
 * path tells it, and the name or the first 12 digits of the number by which its tools know it.  False, and OUT untouched, when PATH is
 * that of no container whose runtime is known.  PATH is clean text. */
bool container_name(const char *path, char out[CONTAINER_NAME_MAX]);

#endif
