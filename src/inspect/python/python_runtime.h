/* SPDX-License-Identifier: GPL-2.0-or-later */
/* python_runtime - the CPython in a process: found, proved, and its threads
 *
 * Everything is read from the process's memory (memory.h), nothing from its files.  A Python is
 * only opened when its runtime, an interpreter, a thread and (where one runs) a frame prove each
 * other; otherwise there is a sentence and no figure. /
 */
#pragma once

#include "inspect/memory.h"
#include "inspect/python/python_layout.h"

/* Types that the runtime exports. */
enum python_builtin {
	PYTHON_B_TYPE,
	PYTHON_B_CODE,
	PYTHON_B_MODULE,
	PYTHON_B_FUNCTION,
	PYTHON_B_METHOD,
	PYTHON_B_CELL,
	PYTHON_B_FRAME,
	PYTHON_B_GENERATOR,
	PYTHON_B_COROUTINE,
	PYTHON_B_ASYNC_GENERATOR,
	PYTHON_B_SET,
	PYTHON_B_FROZENSET,
	PYTHON_B_TEXT,
	PYTHON_B_TUPLE,
	PYTHON_B_DICT,
	PYTHON_B_FLOAT,
	PYTHON_B_BYTEARRAY,
	PYTHON_B_COUNT
};

enum {
	PYTHON_WHY_MOST = 160,
	PYTHON_THREADS_MOST = 4096,
	PYTHON_FRAMES_MOST = 1024, /* of a thread */
	PYTHON_VARIABLES_MOST = 512,
	PYTHON_TEXT_MOST = 64, /* names longer than that end in "..." */
	PYTHON_PATH_MOST = 1024,
};

struct python {
	struct memory *memory; /* not owned */
	const struct python_layout *layout;
	struct python_layout row; /* what LAYOUT points at: corrected by what the process says */
	uint32_t version;         /* PY_VERSION_HEX */
	uint64_t runtime, image_start, image_end;
	uint64_t interpreter; /* the first */
	uint64_t builtin[PYTHON_B_COUNT];
};

/* Finds CPython in MEMORY (which must outlive PYTHON) and proves it.  0; -ENOENT (no Python
 * here), -EPROTO (a version, build or state that is not read) or as memory_read, WHY
 * (PYTHON_WHY_MOST bytes) then says so in a sentence without a full stop. */
int python_open(struct python *python, struct memory *memory, char *why);

/* A frame that runs in a thread, the innermost first. */
struct python_frame {
	uint64_t at;
	uint64_t code;
};

/* Calls EACH for every frame of every thread of every interpreter, all bounded.  Frames that are no
 * Python code are left out. */
void python_frames(const struct python *python,
	void (*each)(void *context, const struct python_frame *frame), void *context);

/* Whether an address may be that of an object: in user space and aligned. */
static inline bool python_plausible(uint64_t address)
{
	return address >= 0x10000 && address < UINT64_C(0x7fffffffffff) && (address & 7) == 0;
}

/* The text of the str object at ADDRESS where it is an identifier (letters, digits, "_" and, with
 * DOTS, the "." between them and the "<...>" of nested functions; ASCII), else false, and TO is
 * empty: other text is data of the program's users. */
bool python_identifier(const struct python *python, uint64_t address, bool dots, char *to,
	size_t size);

/* The same for a NUL-terminated C string, in UTF-8 and with dots; SIZE is at most
 * PYTHON_TEXT_MOST. */
bool python_c_identifier(const struct python *python, uint64_t address, char *to, size_t size);

/* The text of the str object at ADDRESS, whatever it says, in clean UTF-8: only for paths of files
 * with code.  False: none, or longer than SIZE (at most PYTHON_PATH_MOST) has room for. */
bool python_path_of(const struct python *python, uint64_t address, char *to, size_t size);

/* The name of variable INDEX of CODE, and of CODE itself. */
bool python_variable_name(const struct python *python, uint64_t code, uint32_t index, char *to,
	size_t size);
bool python_code_name(const struct python *python, uint64_t code, char *to, size_t size);

/* How many variables CODE has, cells and those of its closure included; at most
 * PYTHON_VARIABLES_MOST. */
uint32_t python_variable_count(const struct python *python, uint64_t code);

/* How many of them are of its closure; only asked before 3.11. */
uint32_t python_free_count(const struct python *python, uint64_t code);

/* The type of the object at ADDRESS; 0: not readable. */
uint64_t python_type_at(const struct python *python, uint64_t address);
