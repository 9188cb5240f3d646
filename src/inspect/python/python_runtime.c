/* SPDX-License-Identifier: GPL-2.0-or-later */
/* python_runtime - see python_runtime.h; every number read here is a stranger's */
#include "inspect/python/python_runtime.h"

#include "inspect/image.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* _Py_DebugOffsets, which _PyRuntime begins with from 3.13 on, in words of 8 bytes: a cookie, the
 * version, whether it is a free-threaded build, then groups of fields.  3.14 put fields in. */
enum {
	WORD_VERSION = 1,
	WORD_FREE_THREADED = 2,
	OFFSETS_WORDS = 64,
	INTERPRETERS_MOST = 64,
};

struct offsets_at {
	uint8_t minor;
	uint8_t interpreter, next, threads, thread_next, thread_interpreter, thread_frame;
	uint8_t frame_back, frame_code, frame_locals, frame_owner, code_name, code_names;
	uint8_t thread_native, frame_instruction, code_file, code_table, code_first, code_bytes;
};

static const struct offsets_at offsets_at[] = {
	{ 13, 5, 8, 9, 21, 22, 23, 29, 30, 32, 33, 37, 41, 25, 31, 35, 38, 39, 43 },
	{ 14, 5, 8, 9, 24, 25, 26, 32, 33, 35, 36, 42, 46, 28, 34, 40, 43, 44, 48 },
};

static const char *const builtin_names[PYTHON_B_COUNT] = {
	[PYTHON_B_TYPE] = "PyType_Type",
	[PYTHON_B_CODE] = "PyCode_Type",
	[PYTHON_B_MODULE] = "PyModule_Type",
	[PYTHON_B_FUNCTION] = "PyFunction_Type",
	[PYTHON_B_METHOD] = "PyMethod_Type",
	[PYTHON_B_CELL] = "PyCell_Type",
	[PYTHON_B_FRAME] = "PyFrame_Type",
	[PYTHON_B_GENERATOR] = "PyGen_Type",
	[PYTHON_B_COROUTINE] = "PyCoro_Type",
	[PYTHON_B_ASYNC_GENERATOR] = "PyAsyncGen_Type",
	[PYTHON_B_SET] = "PySet_Type",
	[PYTHON_B_FROZENSET] = "PyFrozenSet_Type",
	[PYTHON_B_TEXT] = "PyUnicode_Type",
	[PYTHON_B_TUPLE] = "PyTuple_Type",
	[PYTHON_B_DICT] = "PyDict_Type",
	[PYTHON_B_FLOAT] = "PyFloat_Type",
	[PYTHON_B_BYTEARRAY] = "PyByteArray_Type",
};

static uint64_t word(const struct python *python, uint64_t address)
{
	uint64_t value;

	return memory_word(python->memory, address, &value) == 0 ? value : 0;
}

uint64_t python_type_at(const struct python *python, uint64_t address)
{
	return python_plausible(address) ? word(python, address + OBJECT_TYPE) : 0;
}

/* "libpython3.9.so.1.0" or "python3.10": what versions before 3.11 say of themselves. */
static uint32_t version_of_name(const char *name)
{
	const char *at = strstr(name, "python3.");
	char *end;

	if (at == NULL)
		return 0;
	long minor = strtol(at + strlen("python3."), &end, 10);
	return minor > 0 && minor < 100 ? 3u << 24 | (uint32_t)minor << 16 : 0;
}

/* Versions before 3.11 whose program is called "python3": the runtime's own text has it, the
 * version is told by which symbols are there. */
static uint32_t version_of_symbols(const struct image *image, struct memory *memory)
{
	uint64_t address;

	if (image_symbol(image, memory, "PyModule_AddObjectRef", &address) == 0)
		return 3u << 24 | 10u << 16; /* new in 3.10 */
	if (image_symbol(image, memory, "PyThreadState_GetFrame", &address) == 0)
		return 3u << 24 | 9u << 16; /* new in 3.9 */
	return 3u << 24 | 8u << 16;
}

/* Since 3.11 a symbol tells it; before, the library's name, or which symbols there are. */
static uint32_t find_version(const struct python *python, const struct image *image)
{
	uint64_t address;
	uint32_t version;

	if (image_symbol(image, python->memory, "Py_Version", &address) == 0 &&
		memory_read(python->memory, address, &version, sizeof(version)) == 0)
		return version;
	version = version_of_name(image_name(image));
	return version != 0 ? version : version_of_symbols(image, python->memory);
}

/* Takes what the process itself says of its structures, where it says so. */
static int take_offsets(struct python *python, char *why)
{
	uint64_t words[OFFSETS_WORDS];
	const struct offsets_at *at = NULL;

	for (size_t i = 0; i < sizeof(offsets_at) / sizeof(*offsets_at); i++)
		if (offsets_at[i].minor == python->row.minor)
			at = &offsets_at[i];
	if (at == NULL)
		return 0;
	if (memory_read(python->memory, python->runtime, words, sizeof(words)) != 0 ||
		memcmp(words, "xdebugpy", 8) != 0 || words[WORD_VERSION] != python->version)
		return -EPROTO;
	if (words[WORD_FREE_THREADED] != 0) {
		snprintf(why, PYTHON_WHY_MOST,
			"this is a free-threaded Python 3.%u, whose objects cannot be read",
			python->row.minor);
		return -ENOTSUP;
	}
	const struct {
		uint16_t *to;
		uint8_t from;
	} fields[] = {
		{ &python->row.interpreter, at->interpreter },
		{ &python->row.next, at->next },
		{ &python->row.threads, at->threads },
		{ &python->row.thread_next, at->thread_next },
		{ &python->row.thread_interpreter, at->thread_interpreter },
		{ &python->row.thread_frame, at->thread_frame },
		{ &python->row.frame_back, at->frame_back },
		{ &python->row.frame_code, at->frame_code },
		{ &python->row.frame_locals, at->frame_locals },
		{ &python->row.frame_owner, at->frame_owner },
		{ &python->row.code_names, at->code_names },
		{ &python->row.thread_native, at->thread_native },
		{ &python->row.frame_instruction, at->frame_instruction },
		{ &python->row.code_file, at->code_file },
		{ &python->row.code_table, at->code_table },
		{ &python->row.code_first, at->code_first },
		{ &python->row.code_bytes, at->code_bytes },
	};
	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++) {
		if (words[fields[i].from] >= PYTHON_NONE)
			return -EPROTO;
		*fields[i].to = (uint16_t)words[fields[i].from];
	}
	return 0;
}

/* Whether a type object is one: of the type "type" itself. */
static bool prove_type(const struct python *python, uint64_t address, const char *name)
{
	char found[PYTHON_TEXT_MOST];
	uint64_t flags = word(python, address + TYPE_FLAGS);

	return python_type_at(python, address) == python->builtin[PYTHON_B_TYPE] &&
	       (flags & PYTHON_READY) != 0 &&
	       python_c_identifier(python, word(python, address + TYPE_NAME), found,
		       sizeof(found)) &&
	       strcmp(found, name) == 0;
}

/* Interpreter, thread and interpreter again. */
static bool prove_threads(struct python *python)
{
	const struct python_layout *at = &python->row;

	python->interpreter = word(python, python->runtime + at->interpreter);
	if (!python_plausible(python->interpreter))
		return false;
	uint64_t thread = word(python, python->interpreter + at->threads);
	return python_plausible(thread) &&
	       word(python, thread + at->thread_interpreter) == python->interpreter;
}

struct frame_proof {
	unsigned frames;
};

static void count_frame(void *context, const struct python_frame *frame)
{
	struct frame_proof *proof = context;

	(void)frame;
	proof->frames++;
}

/* Three types and the threads must be where the layout says: with a wrong layout one of them is
 * not. */
static int prove(struct python *python, char *why)
{
	struct frame_proof proof = { 0 };
	int error = take_offsets(python, why);

	if (error == -ENOTSUP)
		return -EPROTO;
	if (error == 0 && prove_type(python, python->builtin[PYTHON_B_TYPE], "type") &&
		prove_type(python, python->builtin[PYTHON_B_CODE], "code") &&
		prove_type(python, python->builtin[PYTHON_B_TEXT], "str") &&
		prove_threads(python)) {
		python_frames(python, count_frame, &proof);
		return 0;
	}
	snprintf(why, PYTHON_WHY_MOST,
		"its Python 3.%u is starting, ending or built in a way that is not known",
		python->row.minor);
	return -EPROTO;
}

/* The one image that has a runtime: the program or libpython. */
static const struct image *find_image(struct python *python, struct image *images, size_t count)
{
	return image_find(images, count, python->memory, "_PyRuntime", &python->runtime);
}

/* The layout goes by the version the interpreter itself tells, not by its file's name:
 * distributions patch and rename. What does not match the layout is found by the proof, which
 * reads objects that every Python has. */
static int open_image(struct python *python, const struct image *image, char *why)
{
	python->image_start = image->base;
	python->image_end = image->end;
	python->version = find_version(python, image);
	const struct python_layout *layout = python_layout_of(python->version);
	if (layout == NULL) {
		snprintf(why, PYTHON_WHY_MOST, "Python %u.%u is not known to this memtop",
			python->version >> 24, python->version >> 16 & 0xff);
		return -EPROTO;
	}
	python->row = *layout;
	python->layout = &python->row;
	for (size_t i = 0; i < PYTHON_B_COUNT; i++)
		if (image_symbol(image, python->memory, builtin_names[i], &python->builtin[i]) != 0)
			python->builtin[i] = 0;
	return prove(python, why);
}

int python_open(struct python *python, struct memory *memory, char *why)
{
	struct image *images = NULL;
	int error;

	memset(python, 0, sizeof(*python));
	python->memory = memory;
	size_t count = image_list(memory, &images);
	const struct image *image = find_image(python, images, count);
	if (image == NULL) {
		snprintf(why, PYTHON_WHY_MOST, "no CPython is in this process");
		error = memory_spent(memory) != 0 ? memory_spent(memory) : -ENOENT;
	} else {
		error = open_image(python, image, why);
	}
	free(images);
	return error;
}

/* --- threads and frames ---------------------------------------------------------------------- */

/* In 3.11 and 3.12 by way of a C frame. */
static uint64_t first_frame(const struct python *python, uint64_t thread)
{
	uint64_t frame = word(python, thread + python->row.thread_frame);

	if (python->row.cframe_frame != PYTHON_NONE && python_plausible(frame))
		frame = word(python, frame + python->row.cframe_frame);
	return frame;
}

static void thread_frames(const struct python *python, uint64_t thread,
	void (*each)(void *context, const struct python_frame *frame), void *context)
{
	struct python_frame frame = { .at = first_frame(python, thread) };

	for (unsigned i = 0; i < PYTHON_FRAMES_MOST && python_plausible(frame.at); i++) {
		/* 3.14 keeps marks in the low bits */
		frame.code = word(python, frame.at + python->row.frame_code) & ~UINT64_C(7);
		if (python_type_at(python, frame.code) == python->builtin[PYTHON_B_CODE])
			each(context, &frame);
		frame.at = word(python, frame.at + python->row.frame_back);
	}
}

void python_frames(const struct python *python,
	void (*each)(void *context, const struct python_frame *frame), void *context)
{
	uint64_t interpreter = python->interpreter;
	unsigned threads = 0;

	for (unsigned i = 0; i < INTERPRETERS_MOST && python_plausible(interpreter); i++) {
		uint64_t thread = word(python, interpreter + python->row.threads);

		while (python_plausible(thread) && threads++ < PYTHON_THREADS_MOST &&
			word(python, thread + python->row.thread_interpreter) == interpreter) {
			thread_frames(python, thread, each, context);
			thread = word(python, thread + python->row.thread_next);
		}
		interpreter = word(python, interpreter + python->row.next);
	}
}
