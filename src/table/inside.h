/* SPDX-License-Identifier: GPL-2.0-or-later */
/* inside - what was found inside a process as text, and as one line of JSON: what --inside and
 * --holders print
 */
#pragma once

#include "base/buf.h"
#include "model/store.h"

/* Why no lines are known, where nothing came about them. */
#define INSIDE_NOT_FOLLOWED "it was not followed"

/* TYPE: whose holders, NULL for types; LINES: those of its code that it grew in, too.  Lines of
 * text other than sentences are cut at WIDTH; 0: never. */
void inside_text(struct buf *out, const struct store *store, const struct proc *proc,
	const char *type, bool lines, int width);

/* Keys are those of memtop(1); a figure that is not known is null. */
void inside_json(struct buf *out, const struct store *store, const struct proc *proc,
	const char *type, bool lines);
