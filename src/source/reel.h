/* SPDX-License-Identifier: GPL-2.0-or-later */
/* reel - the files of a recording that lies in several, read as if they were one
 *
 * Each is read where it lies, as far as it went when it was added: what is written to it or taken
 * away later changes nothing.  Knows bytes, not what is in them.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct reel;

/* Without a file; a reel owns those it is given. */
struct reel *reel_new(void);
void reel_free(struct reel *reel); /* NULL is fine */

/* Adds the file FD behind the others, and takes it over, also on failure.  0 or -errno. */
int reel_add(struct reel *reel, int fd);

/* Bytes of all files together. */
uint64_t reel_size(const struct reel *reel);

/* As pread(2), across the ends of files. */
ssize_t reel_read(const struct reel *reel, void *bytes, size_t count, uint64_t at);

/* The file that holds byte AT. */
struct reel_part {
	int fd;
	uint64_t begin, end; /* which bytes of the reel it is */
};

/* False: AT is at the end, or behind it. */
bool reel_part(const struct reel *reel, uint64_t at, struct reel_part *part);
