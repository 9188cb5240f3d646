/* SPDX-License-Identifier: GPL-2.0-or-later */
/* recording_header - the first header of a recording, whatever lies before it
 *
 * Blank lines are passed over.  What was torn or damaged before a header is, too: a recording whose
 * very beginning is lost can be played from where it was appended to.
 */
#pragma once

#include "frame/decode.h"

#include <stdbool.h>

struct stream_header;
struct recording;

/* Reads up to the first header, waiting for a pipe.  0: *HEADER is filled, and *LOST says whether
 * something before it could not be read.  Else a reason in WHY, and -ENODATA when the recording
 * ends before a first line (it may have been cut within its header), -EPROTONOSUPPORT for a newer
 * version, -EFBIG for compression that wants too much memory, -EINVAL for no recording. */
int recording_header_find(struct recording *recording, struct stream_header *header, bool *lost,
	char why[DECODE_WHY_MAX]);
