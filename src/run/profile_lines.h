/* SPDX-License-Identifier: GPL-2.0-or-later */
/* profile_lines - what is known of the lines a program grew in, for its report */
#pragma once

#include "frame/frame.h"

struct findings;
struct maps;

struct profile_lines {
	const struct frame *grown;     /* with one proc_grown; NULL: nothing was followed */
	const char *why;               /* with NULL: a sentence without a full stop */
	uint32_t pythons;              /* seen in the run; of one only lines are told */
	const struct maps *maps;       /* what it had mapped then; NULL: not known */
	const struct findings *inside; /* looks at its objects; NULL: none */
};
