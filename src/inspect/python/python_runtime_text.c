/* SPDX-License-Identifier: GPL-2.0-or-later */
/* python_runtime_text - names in a Python (python_runtime.h): only what can be the name of a
 * module, a class, an attribute or a variable leaves the process */
#include "inspect/python/python_runtime.h"

#include "base/text.h"

#include <ctype.h>
#include <string.h>

/* struct { ... } state of PyASCIIObject: interned, kind, compact, ascii.  The two bits of
 * `interned` became a field of its own width in later versions; what is asked for stays where it
 * is. */
enum { KIND_MASK = 7 };

/* With BYTES, letters beyond ASCII are let through: only names of classes come as UTF-8. */
static bool is_identifier(const char *text, size_t len, bool dots, bool bytes)
{
	if (len == 0 || isdigit((unsigned char)text[0]))
		return false;
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c >= 0x80 ? !bytes
			      : !isalnum(c) && c != '_' && !(dots && strchr(".<>", c) != NULL))
			return false;
	}
	return true;
}

/* A name that does not fit ends in dots; what is none leaves nothing behind. */
static bool take_name(char *to, size_t size, size_t len, bool dots, bool bytes)
{
	bool cut = len >= size;
	size_t got = cut ? size - 1 : len;

	to[got] = '\0';
	if (!is_identifier(to, got, dots, bytes)) {
		to[0] = '\0';
		return false;
	}
	if (cut)
		memcpy(to + size - 4, "...", 4);
	return true;
}

/* The head of the str object at ADDRESS: how many characters it has, and its state.  False: there
 * is none of a few thousand characters. */
static bool text_head(const struct python *python, uint64_t address, uint64_t *len, uint32_t *state)
{
	unsigned char head[TEXT_STATE + 4];
	uint64_t type;

	if (!python_plausible(address) ||
		memory_read(python->memory, address, head, sizeof(head)) != 0)
		return false;
	memcpy(&type, head + OBJECT_TYPE, sizeof(type));
	memcpy(len, head + TEXT_LENGTH, sizeof(*len));
	memcpy(state, head + TEXT_STATE, sizeof(*state));
	return type == python->builtin[PYTHON_B_TEXT] && *len > 0 && *len <= 4096 &&
	       (*state & TEXT_COMPACT) != 0;
}

bool python_identifier(const struct python *python, uint64_t address, bool dots, char *to,
	size_t size)
{
	uint64_t len;
	uint32_t state;

	to[0] = '\0';
	if (size < 8 || !text_head(python, address, &len, &state) || (state & TEXT_ASCII) == 0)
		return false;
	size_t want = len < size ? (size_t)len : size - 1;
	if (memory_read(python->memory, address + python->row.text_ascii, to, want) != 0) {
		to[0] = '\0';
		return false;
	}
	return take_name(to, size, (size_t)len, dots, false);
}

/* COUNT characters of KIND bytes each as UTF-8; the length. */
static size_t put_utf8(char *to, const unsigned char *from, size_t count, unsigned kind)
{
	size_t len = 0;

	for (size_t i = 0; i < count; i++) {
		uint32_t c = 0;

		memcpy(&c, from + i * kind, kind);
		if (c < 0x80) {
			to[len++] = (char)c;
			continue;
		}
		unsigned more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
		to[len++] = (char)(0xf00u >> more | c >> (6 * more));
		while (more-- > 0)
			to[len++] = (char)(0x80 | (c >> (6 * more) & 0x3f));
	}
	return len;
}

bool python_path_of(const struct python *python, uint64_t address, char *to, size_t size)
{
	unsigned char bytes[PYTHON_PATH_MOST * 4];
	char text[PYTHON_PATH_MOST * 4];
	uint64_t len;
	uint32_t state;

	to[0] = '\0';
	if (!text_head(python, address, &len, &state) || len >= PYTHON_PATH_MOST)
		return false;
	unsigned kind = state >> TEXT_KIND_SHIFT & KIND_MASK;
	if ((kind != 1 && kind != 2 && kind != 4) ||
		memory_read(python->memory,
			address + ((state & TEXT_ASCII) != 0 ? python->row.text_ascii
							     : python->row.text_compact),
			bytes, len * kind) != 0)
		return false;
	size_t utf8 = put_utf8(text, bytes, len, kind);
	return utf8 < size && text_clean(to, size, text, utf8) > 0;
}

static bool take_c_name(char *to, size_t size, size_t len)
{
	char raw[PYTHON_TEXT_MOST];
	bool taken = take_name(to, size, len, true, true);

	memcpy(raw, to, strlen(to) + 1);
	text_clean(to, size, raw, strlen(raw));
	return taken;
}

bool python_c_identifier(const struct python *python, uint64_t address, char *to, size_t size)
{
	size_t len = 0;

	/* byte by byte at the end of what is readable, in pieces before it */
	while (len < size && size <= PYTHON_TEXT_MOST) {
		size_t piece = 16 - (address + len) % 16;

		if (piece > size - len)
			piece = size - len;
		if (memory_read(python->memory, address + len, to + len, piece) != 0) {
			to[0] = '\0';
			return false;
		}
		if (memchr(to + len, '\0', piece) != NULL)
			return take_c_name(to, size, strlen(to));
		len += piece;
	}
	return take_c_name(to, size, len);
}

/* The name at INDEX of the tuple at TUPLE; its length to *LEN. */
static bool tuple_name(const struct python *python, uint64_t tuple, uint64_t index, char *to,
	size_t size, uint64_t *len)
{
	uint64_t head[3], item;

	if (!python_plausible(tuple) ||
		memory_read(python->memory, tuple, head, sizeof(head)) != 0 ||
		head[1] != python->builtin[PYTHON_B_TUPLE])
		return false;
	*len = head[2];
	return index < head[2] && index < PYTHON_VARIABLES_MOST &&
	       memory_word(python->memory, tuple + python->row.tuple_items + index * 8, &item) ==
		       0 &&
	       python_identifier(python, item, false, to, size);
}

static uint64_t pointer(const struct python *python, uint64_t address)
{
	uint64_t value;

	return memory_word(python->memory, address, &value) == 0 ? value : 0;
}

bool python_variable_name(const struct python *python, uint64_t code, uint32_t index, char *to,
	size_t size)
{
	const uint16_t lists[] = { python->row.code_names, python->row.code_cells,
		python->row.code_free };
	uint64_t at = index;

	if (python->row.code_cells == PYTHON_NONE) {
		uint64_t len;

		return tuple_name(python, pointer(python, code + python->row.code_names), at, to,
			size, &len);
	}
	/* before 3.11: its own, those of inner functions, those of outer ones */
	for (size_t i = 0; i < 3; i++) {
		uint64_t len = 0;

		if (tuple_name(python, pointer(python, code + lists[i]), at, to, size, &len))
			return true;
		if (at < len)
			return false;
		at -= len;
	}
	return false;
}

bool python_code_name(const struct python *python, uint64_t code, char *to, size_t size)
{
	return python_identifier(python, pointer(python, code + python->row.code_name), true, to,
		size);
}

uint32_t python_variable_count(const struct python *python, uint64_t code)
{
	int32_t count = 0;

	if (memory_read(python->memory, code + python->row.code_variables, &count, sizeof(count)) !=
			0 ||
		count < 0)
		return 0;
	uint64_t all = (uint64_t)count;
	if (python->row.code_cells != PYTHON_NONE) {
		uint64_t cells = pointer(python, code + python->row.code_cells);
		uint64_t outer = pointer(python, code + python->row.code_free);

		all += pointer(python, cells + OBJECT_SIZE) + pointer(python, outer + OBJECT_SIZE);
	}
	return all < PYTHON_VARIABLES_MOST ? (uint32_t)all : PYTHON_VARIABLES_MOST;
}

uint32_t python_free_count(const struct python *python, uint64_t code)
{
	uint64_t count = pointer(python,
		pointer(python, code + python->row.code_free) + OBJECT_SIZE);

	return count < PYTHON_VARIABLES_MOST ? (uint32_t)count : 0;
}
