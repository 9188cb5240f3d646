/* SPDX-License-Identifier: GPL-2.0-or-later */
/* python_layout - see python_layout.h */
#include "inspect/python_layout.h"

#include <stddef.h>

/* clang-format off */
static const struct python_layout rows[] = {
	{
		.minor = 9, .frame_top = 72, .pool_size = 4096, .interpreter = 32, .next = 0,
		.threads = 8, .thread_next = 8, .thread_interpreter = 16, .thread_frame = 24,
		.cframe_frame = PYTHON_NONE, .frame_code = 32, .frame_back = 24,
		.frame_locals = 360, .frame_owner = PYTHON_NONE,
		.frame_object_frame = PYTHON_NONE, .generator_frame = 16, .code_variables = 28,
		.code_names = 72, .code_cells = 88, .code_free = 80,
		.code_free_count = PYTHON_NONE, .code_name = 112, .tuple_items = 24,
		.function_code = 16, .function_name = 104, .function_defaults = 32,
		.function_keyword_defaults = 40, .function_closure = 48, .function_dict = 72,
		.function_weak = 80, .keys_count = 32, .keys_usable = 24, .keys_indices = 40,
		.type_keys = 864, .type_name = 856, .heap_type_size = 880, .text_ascii = 48,
		.text_compact = 72,
		.frame_instruction = 104, .thread_native = PYTHON_NONE, .thread_pthread = 176,
		.code_file = 104, .code_first = 40, .code_table = 120,
		.code_bytes = PYTHON_NONE,
	},
	{
		.minor = 10, .frame_top = 80, .pool_size = 16384, .interpreter = 32, .next = 0,
		.threads = 8, .thread_next = 8, .thread_interpreter = 16, .thread_frame = 24,
		.cframe_frame = PYTHON_NONE, .frame_code = 32, .frame_back = 24,
		.frame_locals = 352, .frame_owner = PYTHON_NONE,
		.frame_object_frame = PYTHON_NONE, .generator_frame = 16, .code_variables = 28,
		.code_names = 72, .code_cells = 88, .code_free = 80,
		.code_free_count = PYTHON_NONE, .code_name = 112, .tuple_items = 24,
		.function_code = 48, .function_name = 40, .function_defaults = 56,
		.function_keyword_defaults = 64, .function_closure = 72, .function_dict = 88,
		.function_weak = 96, .keys_count = 32, .keys_usable = 24, .keys_indices = 40,
		.type_keys = 872, .type_name = 864, .heap_type_size = 888, .text_ascii = 48,
		.text_compact = 72,
		.frame_instruction = 96, .thread_native = PYTHON_NONE, .thread_pthread = 176,
		.code_file = 104, .code_first = 40, .code_table = 120,
		.code_bytes = PYTHON_NONE,
	},
	{
		.minor = 11, .frame_top = 64, .pool_size = 16384, .interpreter = 40, .next = 0,
		.threads = 16, .thread_next = 8, .thread_interpreter = 16, .thread_frame = 56,
		.cframe_frame = 8, .frame_code = 32, .frame_back = 48, .frame_locals = 72,
		.frame_owner = 69, .frame_object_frame = 48, .generator_frame = 80,
		.code_variables = 76, .code_names = 96, .code_cells = PYTHON_NONE,
		.code_free = PYTHON_NONE, .code_free_count = 92, .code_name = 128,
		.tuple_items = 24, .function_code = 48, .function_name = 40,
		.function_defaults = 56, .function_keyword_defaults = 64, .function_closure = 72,
		.function_dict = 88, .function_weak = 96, .keys_count = 24, .keys_usable = 16,
		.keys_indices = 32, .type_keys = 872, .type_name = 864, .heap_type_size = 904,
		.text_ascii = 48, .text_compact = 72,
		.frame_instruction = 56, .thread_native = 160, .thread_pthread = 152,
		.code_file = 112, .code_first = 72, .code_table = 136,
		.code_bytes = 184,
	},
	{
		.minor = 12, .frame_top = 64, .pool_size = 16384, .interpreter = 40, .next = 0,
		.threads = 72, .thread_next = 8, .thread_interpreter = 16, .thread_frame = 56,
		.cframe_frame = 0, .frame_code = 0, .frame_back = 8, .frame_locals = 72,
		.frame_owner = 70, .frame_object_frame = 48, .generator_frame = 72,
		.code_variables = 72, .code_names = 96, .code_cells = PYTHON_NONE,
		.code_free = PYTHON_NONE, .code_free_count = 88, .code_name = 128,
		.tuple_items = 24, .function_code = 48, .function_name = 40,
		.function_defaults = 56, .function_keyword_defaults = 64, .function_closure = 72,
		.function_dict = 88, .function_weak = 96, .keys_count = 24, .keys_usable = 16,
		.keys_indices = 32, .type_keys = 880, .type_name = 872, .heap_type_size = 920,
		.text_ascii = 40, .text_compact = 56,
		.frame_instruction = 56, .thread_native = 144, .thread_pthread = 136,
		.code_file = 112, .code_first = 68, .code_table = 136,
		.code_bytes = 192,
	},
	{
		.minor = 13, .frame_top = 64, .pool_size = 16384, .interpreter = 632,
		.next = 7264, .threads = 7344, .thread_next = 8, .thread_interpreter = 16,
		.thread_frame = 72, .cframe_frame = PYTHON_NONE, .frame_code = 0,
		.frame_back = 8, .frame_locals = 72, .frame_owner = 70, .frame_object_frame = 64,
		.generator_frame = 72, .code_variables = 72, .code_names = 96,
		.code_cells = PYTHON_NONE, .code_free = PYTHON_NONE, .code_free_count = 88,
		.code_name = 128, .tuple_items = 24, .function_code = 48, .function_name = 40,
		.function_defaults = 56, .function_keyword_defaults = 64, .function_closure = 72,
		.function_dict = 88, .function_weak = 96, .keys_count = 24, .keys_usable = 16,
		.keys_indices = 32, .type_keys = 880, .type_name = 872, .heap_type_size = 928,
		.text_ascii = 40, .text_compact = 56,
		.frame_instruction = 56, .thread_native = 160, .thread_pthread = 152,
		.code_file = 112, .code_first = 68, .code_table = 136,
		.code_bytes = 200,
	},
	{
		.minor = 14, .frame_top = 64, .pool_size = 16384, .interpreter = 808,
		.next = 7272, .threads = 7344, .thread_next = 8, .thread_interpreter = 16,
		.thread_frame = 72, .cframe_frame = PYTHON_NONE, .frame_code = 0,
		.frame_back = 8, .frame_locals = 80, .frame_owner = 74, .frame_object_frame = 72,
		.generator_frame = 72, .code_variables = 72, .code_names = 96,
		.code_cells = PYTHON_NONE, .code_free = PYTHON_NONE, .code_free_count = 88,
		.code_name = 128, .tuple_items = 32, .function_code = 48, .function_name = 40,
		.function_defaults = 56, .function_keyword_defaults = 64, .function_closure = 72,
		.function_dict = 88, .function_weak = 96, .keys_count = 24, .keys_usable = 16,
		.keys_indices = 32, .type_keys = 880, .type_name = 872, .heap_type_size = 936,
		.text_ascii = 40, .text_compact = 56,
		.frame_instruction = 56, .thread_native = 160, .thread_pthread = 152,
		.code_file = 112, .code_first = 68, .code_table = 136,
		.code_bytes = 208,
	},
};
/* clang-format on */

const struct python_layout *python_layout_of(uint32_t version)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (version >> 24 == 3 && rows[i].minor == (version >> 16 & 0xff))
			return &rows[i];
	return NULL;
}
