/* SPDX-License-Identifier: GPL-2.0-or-later */
/* profile_types - what a Python program had in memory by type, near its peak, and what came since
 * the first look: a part of the report of a run */
#pragma once

#include "base/buf.h"
#include "frame/json_writer.h"
#include "model/findings.h"

/* Second 0 of the run is START_MS of boot time.  Of a Python that was not looked into a sentence
 * says why; FINDINGS NULL, or of another program: nothing is written, or null. */
void profile_types_text(struct buf *out, const struct findings *findings, uint64_t start_ms);

/* Members "types_time", "types_unknown" (why there are none; else null) and "types" of an open
 * object. */
void profile_types_json(struct json_writer *json, const struct findings *findings,
	uint64_t start_ms);
