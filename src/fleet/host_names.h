/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host_names - which machines are asked for: lists of the command line and of files
 *
 * A name is what ssh takes: [USER@]HOST, or the name of a Host entry of the user's own
 * configuration.  Nothing is looked up here, and nothing that ssh or a shell could take for an
 * option or a word of its own is let through.
 */
#pragma once

#include <stddef.h>

enum { HOST_NAMES_MAX = 256, HOST_NAME_MAX_BYTES = 128, HOST_NAMES_WHY_MAX = 160 };

/* All zero: none.  The names are owned, in the order given, each once. */
struct host_names {
	char **names;
	size_t count;
};

/* Frees the names; none are left. */
void host_names_done(struct host_names *names);

/* Adds those of LIST, with commas or blanks between them.  0, or -EINVAL and a line in WHY. */
int host_names_add(struct host_names *names, const char *list, char why[HOST_NAMES_WHY_MAX]);

/* Adds those of a file, one or several a line, "#" begins a comment; "-": standard input.  0, or
 * -errno and a line in WHY. */
int host_names_read(struct host_names *names, const char *path, char why[HOST_NAMES_WHY_MAX]);
