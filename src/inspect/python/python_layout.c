/* SPDX-License-Identifier: GPL-2.0-or-later */
/* python_layout - see python_layout.h */
#include "inspect/python/python_layout.h"

#include <stddef.h>

/* clang-format off */
/* A line is one place in all versions, from 3.9 to 3.14; NO: there is no such thing in that one. */
#define NO PYTHON_NONE
#define PLACE(name, a, b, c, d, e, f) \
	[0].name = (a), [1].name = (b), [2].name = (c), \
	[3].name = (d), [4].name = (e), [5].name = (f)

static const struct python_layout rows[] = {
	PLACE(minor,                         9,    10,    11,    12,    13,    14),
	PLACE(frame_top,                    72,    80,    64,    64,    64,    64),
	PLACE(pool_size,                  4096, 16384, 16384, 16384, 16384, 16384),
	PLACE(interpreter,                  32,    32,    40,    40,   632,   808),
	PLACE(next,                          0,     0,     0,     0,  7264,  7272),
	PLACE(threads,                       8,     8,    16,    72,  7344,  7344),
	PLACE(thread_next,                   8,     8,     8,     8,     8,     8),
	PLACE(thread_interpreter,           16,    16,    16,    16,    16,    16),
	PLACE(thread_frame,                 24,    24,    56,    56,    72,    72),
	PLACE(cframe_frame,                 NO,    NO,     8,     0,    NO,    NO),
	PLACE(frame_code,                   32,    32,    32,     0,     0,     0),
	PLACE(frame_back,                   24,    24,    48,     8,     8,     8),
	PLACE(frame_locals,                360,   352,    72,    72,    72,    80),
	PLACE(frame_owner,                  NO,    NO,    69,    70,    70,    74),
	PLACE(frame_object_frame,           NO,    NO,    48,    48,    64,    72),
	PLACE(generator_frame,              16,    16,    80,    72,    72,    72),
	PLACE(code_variables,               28,    28,    76,    72,    72,    72),
	PLACE(code_names,                   72,    72,    96,    96,    96,    96),
	PLACE(code_cells,                   88,    88,    NO,    NO,    NO,    NO),
	PLACE(code_free,                    80,    80,    NO,    NO,    NO,    NO),
	PLACE(code_free_count,              NO,    NO,    92,    88,    88,    88),
	PLACE(code_name,                   112,   112,   128,   128,   128,   128),
	PLACE(tuple_items,                  24,    24,    24,    24,    24,    32),
	PLACE(function_code,                16,    48,    48,    48,    48,    48),
	PLACE(function_name,               104,    40,    40,    40,    40,    40),
	PLACE(function_defaults,            32,    56,    56,    56,    56,    56),
	PLACE(function_keyword_defaults,    40,    64,    64,    64,    64,    64),
	PLACE(function_closure,             48,    72,    72,    72,    72,    72),
	PLACE(function_dict,                72,    88,    88,    88,    88,    88),
	PLACE(function_globals,             24,    16,    16,    16,    16,    16),
	PLACE(function_module,              88,   104,   104,   104,   104,   104),
	PLACE(keys_count,                   32,    32,    24,    24,    24,    24),
	PLACE(keys_usable,                  24,    24,    16,    16,    16,    16),
	PLACE(keys_indices,                 40,    40,    32,    32,    32,    32),
	PLACE(type_keys,                   864,   872,   872,   880,   880,   880),
	PLACE(type_name,                   856,   864,   864,   872,   872,   872),
	PLACE(text_ascii,                   48,    48,    48,    40,    40,    40),
	PLACE(text_compact,                 72,    72,    72,    56,    56,    56),
	PLACE(frame_instruction,           104,    96,    56,    56,    56,    56),
	PLACE(thread_native,                NO,    NO,   160,   144,   160,   160),
	PLACE(thread_pthread,              176,   176,   152,   136,   152,   152),
	PLACE(code_file,                   104,   104,   112,   112,   112,   112),
	PLACE(code_first,                   40,    40,    72,    68,    68,    68),
	PLACE(code_table,                  120,   120,   136,   136,   136,   136),
	PLACE(code_bytes,                   NO,    NO,   184,   192,   200,   208),
};
/* clang-format on */

const struct python_layout *python_layout_of(uint32_t version)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (version >> 24 == 3 && rows[i].minor == (version >> 16 & 0xff))
			return &rows[i];
	return NULL;
}
