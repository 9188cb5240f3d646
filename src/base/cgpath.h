/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cgpath - whose memory a cgroup holds, by its path alone
 *
 * Engines and systemd put a container, a pod or a service into a cgroup of a fixed form, and often
 * more cgroups below it.  People mean the former: all below it is the same row.  No file is read;
 * what the path does not tell (the name that docker shows) is found elsewhere.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum cgpath_kind {
	CGPATH_ROOT,  /* "/": the machine, or the container that we are in */
	CGPATH_PLAIN, /* somebody's own cgroup: a row, as nothing better is known */
	CGPATH_SLICE, /* holds others: a branch of the tree, no row */
	CGPATH_SERVICE,
	CGPATH_SCOPE,
	CGPATH_USER_SERVICE, /* of a user's own systemd */
	CGPATH_USER_SCOPE,
	CGPATH_POD,     /* of Kubernetes or podman: containers are below it */
	CGPATH_MONITOR, /* conmon, lxc's monitor: watches a container, is none */
	CGPATH_DOCKER,
	CGPATH_PODMAN,
	CGPATH_CONTAINERD,
	CGPATH_CRIO,
	CGPATH_NERDCTL,
	CGPATH_LXC, /* and LXD and Incus, which are built on it */
	CGPATH_NSPAWN,
	CGPATH_MACHINE, /* registered with systemd-machined by somebody */
	CGPATH_VM,      /* of libvirt */
	CGPATH_BUILDKIT,
	CGPATH_CONTAINER, /* by its number, of an engine that is not told */
	CGPATH_KINDS
};

/* Class of service of a Kubernetes pod: which are ended first. */
enum cgpath_qos { CGPATH_QOS_NONE, CGPATH_GUARANTEED, CGPATH_BURSTABLE, CGPATH_BEST_EFFORT };

enum {
	CGPATH_ID_MAX = 65,   /* 64 digits: docker, podman, containerd, CRI-O */
	CGPATH_NAME_MAX = 96, /* longer ones are cut between two characters */
	CGPATH_UID_MAX = 37,  /* of a pod */
	CGPATH_ID_SHOWN = 12, /* digits that the engines' own tools show */
};

struct cgpath {
	enum cgpath_kind kind;
	size_t len;                 /* PATH[0..len) is the cgroup of the row */
	char id[CGPATH_ID_MAX];     /* digits as the engine writes them; "": it has none */
	char name[CGPATH_NAME_MAX]; /* never empty */
	char pod[CGPATH_UID_MAX];   /* of a pod, or that the container is in, with '-'; "": none */
	enum cgpath_qos qos;        /* of that pod */
};

/* Reads PATH, which is clean text (text.h) that begins with '/', as /proc/PID/cgroup has it, "/.."
 * above a cgroup namespace included.  A container goes before the units inside it, a container
 * or pod within another before the outer one. */
void cgpath_read(struct cgpath *out, const char *path);

/* Whether a row stands for this very cgroup, rather than for one above it or for none. */
bool cgpath_is_row(const struct cgpath *read, const char *path);

/* Whether a cgroup of that kind is a container or a pod, and no service or folder. */
bool cgpath_is_container(enum cgpath_kind kind);

/* "docker", "user service" ... */
const char *cgpath_kind_name(enum cgpath_kind kind);

/* Length of the path one level up from the first LEN bytes of PATH; 0 above the root. */
size_t cgpath_above(const char *path, size_t len);
