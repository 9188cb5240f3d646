/* SPDX-License-Identifier: GPL-2.0-or-later */
/* encode - a frame as one line of JSON (memtop-stream(5))
 *
 * The arrays of a process are short and positional.  Written by hand (frame/json_writer.h), since
 * it happens at every tick; tests read it back with jansson and with jq.
 */
#pragma once

#include "base/buf.h"

struct frame;
struct stream_header;

/* Appends the line, with its newline, to OUT.  Figures out of their range are brought into it and
 * text that is not clean is cleaned, so that every line can be read back. */
void encode_header(struct buf *out, const struct stream_header *header);
void encode_frame(struct buf *out, const struct frame *frame);
