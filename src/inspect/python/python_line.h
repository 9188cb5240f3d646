/* SPDX-License-Identifier: GPL-2.0-or-later */
/* python_line - which line an instruction of a Python function is of
 *
 * A code object has a table for that, in one of three forms: co_lnotab up to 3.9, co_linetable of
 * 3.10 (PEP 626), locations from 3.11 on (PEP 657).  The table is a stranger's: it may be cut,
 * damaged or in the midst of a change, and then there is no line.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum { PYTHON_LINE_MOST = 10000000 }; /* no file is longer */

/* The line of the instruction at byte OFFSET of a function of Python 3.MINOR that begins in line
 * FIRST, by its TABLE of SIZE bytes; 0: of no line. */
int32_t python_line(unsigned minor, const unsigned char *table, size_t size, int32_t first,
	uint32_t offset);
