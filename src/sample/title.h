/* SPDX-License-Identifier: GPL-2.0-or-later */
/* title - what people called a container, from what its engine left in files
 *
 * No daemon is asked and no socket opened.  In this order: the links that the kubelet makes for
 * logs, OCI's config.json (containerd, CRI-O), docker's config.v2.json, podman's list of storage;
 * and where none may be read, the command line of the process that watches the container.
 * All of them belong to root or to the container's owner; nothing inside the container is
 * believed, since whoever runs there may write what he likes.  Files may be slow: for the reader.
 */
#pragma once

#include "base/cgpath.h"

#include <stdint.h>

enum { TITLE_MAX = 256 };

/* Clean texts; "": not known. */
struct title {
	char name[TITLE_MAX]; /* "shop" */
	char pod[TITLE_MAX];  /* "NAMESPACE/NAME" of the pod that it is in */
};

/* Reads the title of CONTAINER, whose number is known, below the folder ROOT ("/").  UID: of the
 * user who runs it without root, UINT32_MAX for none.  0 when one of the two is known, -ENOENT;
 * -EACCES where files are that may not be read. */
int title_read(struct title *title, int root, const struct cgpath *container, uint32_t uid);

/* The same from conmon (podman, CRI-O) above the process PID of CONTAINER, whose cgroup is PATH;
 * PROC is a descriptor of /proc.  0, or -ENOENT: none is there, or may be seen. */
int title_of_monitor(struct title *title, int proc, int32_t pid, const struct cgpath *container,
	const char *path);

/* Takes NAME as an engine has it.  What the kubelet had made, k8s_CONTAINER_POD_NAMESPACE_UID_N,
 * is taken apart. */
void title_take(struct title *title, const char *name, size_t len);
