/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mend - where a recording that was cut or damaged can be gone on with
 *
 * Only looks: what is whole stays, and nothing is cut off but what nobody can read.
 */
#pragma once

#include "source/zst.h"

#include <stdbool.h>
#include <stdint.h>

enum { MEND_WHY_MAX = 160 };

/* Looks at the file of SIZE bytes behind FD, which is to be of the kind its name says (COMPRESSED).
 * 0: *END says where to go on.  Else the file is not one to be appended to: a reason that
 * goes with its name in WHY, and -EINVAL (no recording, the wrong kind), -EPROTONOSUPPORT (a newer
 * version's), or another -errno with WHY empty. */
int mend_look(struct zst_end *end, int fd, uint64_t size, bool compressed, char why[MEND_WHY_MAX]);
