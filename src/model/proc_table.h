/* SPDX-License-Identifier: GPL-2.0-or-later */
/* proc_table - the processes in one array, found by pid
 *
 * The array has no holes and no order: the last takes the place of one that goes.  A process's
 * `index` is its place.  Pointers live until the next add or remove.
 */
#pragma once

#include "base/hash.h"

#include <stddef.h>
#include <stdint.h>

struct proc;

struct proc_table {
	struct proc *procs;
	size_t count;
	size_t cap;
	struct hash hash; /* by pid */
};

/* A table without processes; nothing is allocated yet. */
void proc_table_init(struct proc_table *table);

/* Frees the table, not what the processes own; NULL is fine. */
void proc_table_done(struct proc_table *table);

struct proc *proc_table_find(const struct proc_table *table, int32_t pid); /* NULL: none */

/* A zeroed process with its pid and index set; PID must not be there. */
struct proc *proc_table_add(struct proc_table *table, int32_t pid);

/* Takes PROC out; the process that was last now stands in its place (unless it was last itself). */
void proc_table_remove(struct proc_table *table, struct proc *proc);
