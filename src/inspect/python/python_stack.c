/* SPDX-License-Identifier: GPL-2.0-or-later */
/* python_stack - see python_stack.h; everything read is a stranger's, and moving */
#include "inspect/python/python_stack.h"

#include "base/hash.h"
#include "base/xalloc.h"
#include "inspect/glimpse.h"
#include "inspect/python/python_line.h"
#include "inspect/python/python_type.h"

#include <stdlib.h>
#include <string.h>

enum {
	CODES = 2048,    /* code objects remembered, each in the place its address gives it */
	CODE_HEAD = 144, /* bytes of one, up to and with its table */
	TABLE_MOST = 256 << 10, /* bytes of a line table */
	FULL_TABLES =
		10, /* minor version since which no table is empty: before, code on one line */
	INTERPRETERS_MOST = 16,
	/* struct pthread of glibc: what the kernel calls the thread.  Private, but the same for
	 * many years; a thread of that number is looked for among the process's. */
	/* of glibc's struct pthread on x86-64 */
	PTHREAD_TID = 720,
};

/* A code object, as it was when it was read. */
struct stack_code {
	uint64_t at;          /* 0: a free place */
	uint64_t path, table; /* addresses: with them it is another one */
	int32_t first;
	uint32_t file;
	unsigned char *lines;
	size_t size;
	char function[PYTHON_TEXT_MOST];
};

struct python_stacks {
	const struct python *python;
	struct glimpse *glimpse;
	struct stack_code codes[CODES];
	struct python_file *files;
	size_t nfiles, files_cap;
	struct hash hash; /* of files, by path */
	struct python_stack stack;
};

static uint32_t hash_of(const void *owner, uint32_t place)
{
	const struct python_file *files = *(struct python_file *const *)owner;

	return hash_text(files[place].path, strlen(files[place].path), 0);
}

struct python_stacks *python_stacks_new(const struct python *python)
{
	struct python_stacks *stacks = xalloc_zero(1, sizeof(*stacks));

	stacks->python = python;
	stacks->glimpse = glimpse_new(python->memory);
	stacks->hash.of = hash_of;
	return stacks;
}

void python_stacks_free(struct python_stacks *stacks)
{
	if (stacks == NULL)
		return;
	for (size_t i = 0; i < CODES; i++)
		free(stacks->codes[i].lines);
	for (size_t i = 0; i < stacks->nfiles; i++)
		free(stacks->files[i].path);
	free(stacks->files);
	hash_done(&stacks->hash);
	glimpse_free(stacks->glimpse);
	free(stacks);
}

const struct python_file *python_stacks_file(const struct python_stacks *stacks, uint32_t file)
{
	return &stacks->files[file];
}

/* --- code objects ---------------------------------------------------------------------------- */

/* The number of the file at PATH; false: there are too many. */
static bool file_of(struct python_stacks *stacks, const char *path, uint32_t *file)
{
	struct hash_walk walk = hash_walk(&stacks->hash, hash_text(path, strlen(path), 0));

	while (hash_next(&walk, file))
		if (strcmp(stacks->files[*file].path, path) == 0)
			return true;
	if (stacks->nfiles == PYTHON_FILES_MOST)
		return false;
	stacks->files = xalloc_room(stacks->files, &stacks->files_cap, stacks->nfiles + 1,
		sizeof(*stacks->files));
	*file = (uint32_t)stacks->nfiles++;
	stacks->files[*file].path = xalloc_text(path);
	stacks->files[*file].origin = python_origin_of(path, stacks->files[*file].package);
	hash_add(&stacks->hash, &stacks->files, *file);
	return true;
}

/* Reads the line table, a bytes object at CODE->table. */
static bool read_lines(const struct python *python, struct stack_code *code)
{
	uint64_t size;

	if (!python_plausible(code->table) ||
		memory_word(python->memory, code->table + OBJECT_SIZE, &size) != 0 ||
		size > TABLE_MOST || (size == 0 && python->row.minor >= FULL_TABLES))
		return false;
	code->lines = xalloc(size + 1);
	code->size = (size_t)size;
	return size == 0 ||
	       memory_read(python->memory, code->table + BYTES_TEXT, code->lines, code->size) == 0;
}

/* Reads what a code object says of itself, of which HEAD is the beginning. */
static bool read_code(struct python_stacks *stacks, struct stack_code *code,
	const unsigned char head[CODE_HEAD])
{
	const struct python *python = stacks->python;
	char path[PYTHON_PATH_MOST];

	if (!python_path_of(python, code->path, path, sizeof(path)) ||
		!file_of(stacks, path, &code->file) || !read_lines(python, code))
		return false;
	python_identifier(python, python_word(head + python->row.code_name), true, code->function,
		sizeof(code->function));
	return true;
}

/* The code object at ADDRESS; NULL: there is none. */
static const struct stack_code *code_of(struct python_stacks *stacks, uint64_t address)
{
	const struct python *python = stacks->python;
	struct stack_code *place = &stacks->codes[hash_number(address) % CODES];
	unsigned char head[CODE_HEAD];

	if (!python_plausible(address) ||
		!glimpse_read(stacks->glimpse, address, head, sizeof(head)) ||
		python_word(head + OBJECT_TYPE) != python->builtin[PYTHON_B_CODE])
		return NULL;
	struct stack_code code = {
		.at = address,
		.path = python_word(head + python->row.code_file),
		.table = python_word(head + python->row.code_table),
		.first = (int32_t)python_half(head + python->row.code_first),
	};
	if (place->at == address && place->path == code.path && place->table == code.table &&
		place->first == code.first)
		return place;
	free(place->lines);
	*place = code;
	if (!read_code(stacks, place, head)) {
		free(place->lines);
		*place = (struct stack_code){ 0 };
		return NULL;
	}
	return place;
}

/* --- frames ---------------------------------------------------------------------------------- */

/* The line the frame at ADDRESS is in; 0: not known. */
static int32_t line_of(struct python_stacks *stacks, uint64_t address,
	const struct stack_code *code)
{
	enum { UNIT = 2 };
	const struct python_layout *row = &stacks->python->row;
	uint64_t word = glimpse_word(stacks->glimpse, address + row->frame_instruction);
	int64_t offset = row->code_bytes != PYTHON_NONE
				 ? (int64_t)(word - code->at - row->code_bytes)
				 : (int64_t)(int32_t)word * (row->minor == 10 ? UNIT : 1);

	if (offset < 0 && offset >= -UNIT) /* it has yet to begin */
		return code->first;
	if (offset < 0 || offset > INT32_MAX)
		return 0;
	return python_line(row->minor, code->lines, code->size, code->first, (uint32_t)offset);
}

/* The frames from the one at ADDRESS outwards. */
static void follow_frames(struct python_stacks *stacks, uint64_t address)
{
	const struct python_layout *row = &stacks->python->row;
	struct python_stack *stack = &stacks->stack;

	for (unsigned i = 0; address != 0; i++) {
		if (i == PYTHON_STACK_MOST || !python_plausible(address)) {
			stack->torn = true;
			return;
		}
		/* 3.14 keeps marks in the low bits */
		uint64_t at = glimpse_word(stacks->glimpse, address + row->frame_code) &
			      ~UINT64_C(7);
		const struct stack_code *code = code_of(stacks, at);
		if (code != NULL) {
			stack->spots[stack->depth++] = (struct python_spot){
				.file = code->file,
				.line = line_of(stacks, address, code),
				.function = code->function,
			};
		}
		address = glimpse_word(stacks->glimpse, address + row->frame_back);
	}
}

/* The innermost frame of the thread whose state is at THREAD; 0: it runs no Python. */
static uint64_t innermost(struct python_stacks *stacks, uint64_t thread)
{
	const struct python_layout *row = &stacks->python->row;
	uint64_t frame = glimpse_word(stacks->glimpse, thread + row->thread_frame);

	if (row->cframe_frame != PYTHON_NONE && python_plausible(frame))
		frame = glimpse_word(stacks->glimpse, frame + row->cframe_frame);
	return frame;
}

/* The kernel's number of the thread: since 3.11 Python keeps it; before, it stands in the struct
 * behind the pthread_t, where glibc has had it for twenty years. */
static pid_t tid_of(struct python_stacks *stacks, uint64_t thread)
{
	const struct python_layout *row = &stacks->python->row;
	uint64_t tid;

	if (row->thread_native != PYTHON_NONE)
		tid = glimpse_word(stacks->glimpse, thread + row->thread_native);
	else
		tid = glimpse_word(stacks->glimpse,
			      glimpse_word(stacks->glimpse, thread + row->thread_pthread) +
				      PTHREAD_TID) &
		      UINT32_MAX;
	return tid <= INT32_MAX ? (pid_t)tid : 0;
}

/* Whether the thread has a stack, which is in stacks->stack then. */
static bool look_at_thread(struct python_stacks *stacks, uint64_t thread)
{
	struct python_stack *stack = &stacks->stack;

	stack->tid = tid_of(stacks, thread);
	stack->torn = false;
	stack->depth = 0;
	follow_frames(stacks, innermost(stacks, thread));
	return stack->depth > 0;
}

int python_stacks_look(struct python_stacks *stacks,
	void (*each)(void *context, const struct python_stack *stack), void *context)
{
	const struct python_layout *row = &stacks->python->row;
	uint64_t interpreter = stacks->python->interpreter;
	int found = 0, threads = 0;

	glimpse_begin(stacks->glimpse);
	for (int i = 0; i < INTERPRETERS_MOST && python_plausible(interpreter); i++) {
		uint64_t thread = glimpse_word(stacks->glimpse, interpreter + row->threads);

		while (python_plausible(thread) && threads++ < PYTHON_STACKS_MOST &&
			glimpse_word(stacks->glimpse, thread + row->thread_interpreter) ==
				interpreter) {
			if (look_at_thread(stacks, thread)) {
				each(context, &stacks->stack);
				found++;
			}
			thread = glimpse_word(stacks->glimpse, thread + row->thread_next);
		}
		interpreter = glimpse_word(stacks->glimpse, interpreter + row->next);
	}
	return found;
}
