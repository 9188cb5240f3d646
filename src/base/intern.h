/* SPDX-License-Identifier: GPL-2.0-or-later */
/* intern - one copy of every text that many processes share
 *
 * Names, command lines and cgroups repeat: a text is kept once and counted.  Two texts taken
 * from the same table are equal exactly when their pointers are.
 */
#pragma once

#include "base/hash.h"

#include <stddef.h>

struct intern_entry;

struct intern {
	struct intern_entry **all;
	size_t count, cap;
	struct hash hash; /* by text */
	size_t bytes;     /* of the texts with their entries */
};

/* A table without texts; nothing is allocated yet. */
void intern_init(struct intern *intern);
void intern_done(struct intern *intern); /* NULL is fine; all texts die */

/* The copy of TEXT, made if need be; lives until as many intern_drop of it. */
const char *intern_take(struct intern *intern, const char *text);

void intern_drop(struct intern *intern, const char *text); /* NULL is fine */

/* Bytes that the table holds, its texts included. */
size_t intern_bytes(const struct intern *intern);
