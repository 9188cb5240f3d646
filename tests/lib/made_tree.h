/* SPDX-License-Identifier: GPL-2.0-or-later */
/* made_tree - a folder that looks enough like /proc for what reads through a descriptor of it */
#pragma once

#include <stdint.h>

struct made_tree {
	char dir[64];
	int fd; /* of DIR */
};

/* In a new folder below $TMPDIR; ends the test if that cannot be. */
void made_tree_init(struct made_tree *tree);
void made_tree_done(struct made_tree *tree);

/* Writes TEXT to NAME ("loadavg", "12/cgroup"), in place, with the folders above it. */
void made_tree_write(const struct made_tree *tree, const char *name, const char *text);

/* Writes stat, statm and status of a process; sizes in pages. */
void made_tree_process(const struct made_tree *tree, int32_t pid, const char *comm, uint64_t start,
	unsigned long rss, unsigned long shared, unsigned long ticks);

/* The process's files go. */
void made_tree_end(const struct made_tree *tree, int32_t pid);

/* Removes the file or folder NAME with all that is in it. */
void made_tree_remove(const struct made_tree *tree, const char *name);
