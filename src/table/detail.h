/* SPDX-License-Identifier: GPL-2.0-or-later */
/* detail - one process in depth as text, and as one line of JSON: what --detail prints */
#pragma once

#include "base/buf.h"
#include "model/store.h"

/* Lines other than the sentence are cut at WIDTH; 0: never. */
void detail_text(struct buf *out, const struct store *store, const struct proc *proc, int width);

/* Keys are those of memtop(1); a figure that is not known is null. */
void detail_json(struct buf *out, const struct store *store, const struct proc *proc);
