/* encode - a frame as one line of JSON (memtop-stream(5))
 *
 * Written with jansson's number and string rules; the arrays of a process are short and positional.
 */
#ifndef MEMTOP_FRAME_ENCODE_H
#define MEMTOP_FRAME_ENCODE_H

#include "base/buf.h"

struct frame;
struct stream_header;

/* Appends the line, with its newline, to OUT. */
void encode_header(struct buf *out, const struct stream_header *header);
void encode_frame(struct buf *out, const struct frame *frame);

#endif
