/* SPDX-License-Identifier: GPL-2.0-or-later */
/* recording_kills - when in a recording the kernel last killed for want of memory
 *
 * Looks at lines as text, which is a hundred times faster than reading them: at the list of kills,
 * and at the machine's count of them where a stream does not say more.
 */
#pragma once

#include "source/recording_index.h"

/* As *BOOT_MS the moved time of the last line that tells of one.  0, or -ENOENT: none does. */
int recording_kills_last(const struct recording_index *index, uint64_t *boot_ms);
