/* SPDX-License-Identifier: GPL-2.0-or-later */
/* whole_file - a file that is written in one piece at the end, and until then is what it was
 *
 * Opened early, so that what is in the way is told before there is anything to lose; written beside
 * its place and renamed into it when it is whole.  What cannot be replaced like that (a device, a
 * pipe, a file with other links or of somebody else, a folder that takes no files) is written as it
 * stands, and only emptied when there is something to write.
 */
#pragma once

#include "base/buf.h"

#include <stdbool.h>

struct whole_file {
	int fd;
	bool empties;         /* what stands in the file goes when it is written */
	char *fresh, *target; /* where it is written, and its place; NULL: at its place */
};

/* PATH, "-" for standard output; one that is open as a standard stream goes on from where that
 * stands.  0 or -errno. */
int whole_file_open(struct whole_file *file, const char *path);

/* A copy of the open descriptor FD. */
int whole_file_open_fd(struct whole_file *file, int fd);

/* Writes all of TEXT, closes, and puts the file in its place.  0 or -errno; then the old file is
 * there as it was, if that was possible. */
int whole_file_write(struct whole_file *file, const struct buf *text);

/* Nothing will be written.  Fine after whole_file_write, and for one that is all 0 but for fd
 * -1. */
void whole_file_drop(struct whole_file *file);
