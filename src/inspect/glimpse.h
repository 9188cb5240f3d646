/* SPDX-License-Identifier: GPL-2.0-or-later */
/* glimpse - small pieces of a process's memory as they were at one moment
 *
 * A stack that is followed frame by frame while its thread runs is torn: its inner part is of one
 * moment, the outer of another.  So pages are read whole and kept for the length of a glimpse, and
 * those that the one before took are read again all at once, by a single system call.  A page that
 * cannot be had is not asked for twice in a glimpse.
 */
#pragma once

#include "inspect/memory.h"

#include <stdbool.h>

struct glimpse;

/* Made for MEMORY, which outlives it. */
struct glimpse *glimpse_new(struct memory *memory);
void glimpse_free(struct glimpse *glimpse); /* NULL is fine */

/* From now on everything is read anew. */
void glimpse_begin(struct glimpse *glimpse);

/* Reads SIZE bytes at ADDRESS, all or none; false: they cannot be had. */
bool glimpse_read(struct glimpse *glimpse, uint64_t address, void *to, size_t size);

/* The word at ADDRESS; 0: not to be had. */
uint64_t glimpse_word(struct glimpse *glimpse, uint64_t address);
