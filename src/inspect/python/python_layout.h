/* SPDX-License-Identifier: GPL-2.0-or-later */
/* python_layout - where CPython keeps what we read, one row a minor version
 *
 * Each number is offsetof or sizeof(in) the headers of that version, on 64-bit Linux.  Releases of
 * one minor version have moved fields before: nothing here is believed before it has been proved
 * in the process (python_runtime.h), and from 3.13 on the process itself says where most of the
 * runtime's fields are.
 */
#pragma once

#include <stdint.h>

enum { PYTHON_NONE = 0xffff }; /* this version has no such field */

/* Bytes from the beginning of the structure the comment names. */
struct python_layout {
	uint8_t minor;        /* 3.MINOR */
	uint16_t pool_size;   /* of pymalloc */
	uint16_t interpreter; /* _PyRuntime: the first interpreter */
	uint16_t next;        /* PyInterpreterState */
	uint16_t threads;
	uint16_t thread_next; /* PyThreadState */
	uint16_t thread_interpreter;
	uint16_t thread_frame;   /* the frame, or the _PyCFrame that has it */
	uint16_t thread_native;  /* what the kernel calls the thread; from 3.11 on */
	uint16_t thread_pthread; /* its pthread_t */
	uint16_t cframe_frame;   /* _PyCFrame: the frame */
	uint16_t frame_code;     /* a frame: its code object */
	uint16_t frame_back;
	uint16_t frame_locals; /* the first of its variables */
	uint16_t frame_owner;  /* a byte: who owns it */
	/* words in use, from the first variable on: an int; in 3.14 a pointer behind the last */
	uint16_t frame_top;
	/* where it is in its code: an address; before 3.11 an index, of bytes or (3.10) of units */
	uint16_t frame_instruction;
	uint16_t frame_object_frame; /* PyFrameObject: the frame within */
	uint16_t generator_frame;    /* generators, coroutines: their frame, or a pointer to it */
	uint16_t code_variables;     /* PyCodeObject: int, how many variables */
	uint16_t code_names;         /* tuple of their names; before 3.11 of its own variables */
	uint16_t code_cells, code_free; /* tuples of names, before 3.11 */
	uint16_t code_free_count;       /* int, from 3.11 on */
	uint16_t code_name;             /* co_name, or co_qualname where there is one */
	uint16_t code_file;             /* co_filename */
	uint16_t code_first;            /* int: its first line */
	uint16_t code_table;            /* bytes: which instructions are of which line */
	uint16_t code_bytes;            /* its instructions, within it; from 3.11 on */
	uint16_t tuple_items;           /* PyTupleObject */
	uint16_t function_code;         /* PyFunctionObject */
	uint16_t function_name;         /* func_qualname */
	uint16_t function_defaults, function_keyword_defaults, function_closure, function_dict;
	uint16_t function_globals, function_module; /* a dict, a str */
	uint16_t keys_count;   /* PyDictKeysObject: entries that were ever filled */
	uint16_t keys_usable;  /* entries still free */
	uint16_t keys_indices; /* where the index begins; entries are behind it */
	uint16_t type_keys;    /* PyHeapTypeObject: keys of its instances' dictionaries */
	uint16_t type_name;    /* ... ht_qualname */
	uint16_t text_ascii, text_compact; /* sizes of the two heads of str */
};

/* The row of VERSION (PY_VERSION_HEX); NULL: not known. */
const struct python_layout *python_layout_of(uint32_t version);

/* Places that are the same from 3.9 to 3.14. */
enum {
	OBJECT_REFCOUNT = 0,
	OBJECT_TYPE = 8,
	OBJECT_SIZE = 16, /* of what has items */
	OBJECT_HEAD = 16,
	GC_HEAD = 16,
	TYPE_NAME = 24,
	TYPE_BASIC_SIZE = 32,
	TYPE_ITEM_SIZE = 40,
	TYPE_FLAGS = 168,
	TYPE_WEAK_OFFSET = 208,
	TYPE_MEMBERS = 240,
	TYPE_BASE = 256,
	TYPE_DICT = 264,
	TYPE_DICT_OFFSET = 288,
	TYPE_READ = 296, /* as much of a type as is looked at */
	MEMBER_TYPE = 8,
	MEMBER_OFFSET = 16,
	MEMBER_SIZE = 40,
	DICT_USED = 16,
	DICT_KEYS = 32,
	DICT_VALUES = 40,
	DICT_SIZE = 48,
	ORDERED_SLOTS = 72, /* odictobject.c: how many pointers to nodes there are, */
	ORDERED_NODE = 32,  /* and how large a node is */
	ORDERED_END = 112,
	STRUCT_CODES = 32, /* _struct.c */
	STRUCT_END = 40,
	KEYS_LOG2_SIZE = 8, /* from 3.11 on; before, the size itself, 8 bytes */
	KEYS_LOG2_INDEX = 9,
	KEYS_KIND = 10,
	LIST_ITEMS = 24,
	LIST_ALLOCATED = 32,
	SET_MASK = 32,
	SET_TABLE = 40,
	SET_SMALL = 64, /* the table of those with few entries */
	SET_END = 192,
	SET_ENTRY = 16,
	CELL_VALUE = 16,
	MODULE_DICT = 16,
	MODULE_NAME = 48,
	METHOD_FUNCTION = 16,
	METHOD_SELF = 24,
	BYTES_TEXT = 32,
	BYTEARRAY_ALLOCATED = 24,
	ARRAY_ALLOCATED = 32, /* arraymodule.c */
	ARRAY_KIND = 40,      /* which tells how large an item is, */
	ARRAY_ITEM_SIZE = 4,  /* there */
	CDATA_BYTES = 16,     /* ctypes.h */
	CDATA_OWNS = 24,
	CDATA_SIZE = 40,
	CDATA_END = 48,
	TEXT_LENGTH = 16,
	TEXT_STATE = 32,
	TEXT_KIND_SHIFT = 2,   /* in the state: how many bytes a character has, of three bits, */
	TEXT_COMPACT = 1 << 5, /* whether they follow the head, */
	TEXT_ASCII = 1 << 6,   /* and that is the short one */
	/* _collectionsmodule.c; no header has these */
	DEQUE_LEFT = 24,
	DEQUE_RIGHT = 32,
	DEQUE_LEFT_INDEX = 40,
	DEQUE_RIGHT_INDEX = 48,
	DEQUE_BLOCK_ITEMS = 64,
	DEQUE_BLOCK_NEXT = 8 + DEQUE_BLOCK_ITEMS * 8,
	DEQUE_BLOCK_SIZE = DEQUE_BLOCK_NEXT + 8,
	ELEMENT_EXTRA = 40, /* of _elementtree.c; 0: no children and attributes */
	EXTRA_COUNT = 8,
	EXTRA_CHILDREN = 24,
	EXTRA_SMALL = 32, /* a few children are within */
	/* pymalloc, the head of a pool */
	POOL_COUNT = 0,
	POOL_FREE = 8,
	POOL_CLASS = 36,
	POOL_NEXT = 40,
	POOL_NEXT_MOST = 44,
	POOL_HEAD = 48,
	POOL_CLASSES = 32,
	POOL_ALIGN = 16,
};

/* Bits of TYPE_FLAGS. */
enum python_type_flag {
	PYTHON_INLINE_VALUES = 1 << 2,   /* from 3.13 on */
	PYTHON_MANAGED_WEAKREF = 1 << 3, /* from 3.12 on */
	PYTHON_MANAGED_DICT = 1 << 4,    /* from 3.11 on */
	PYTHON_HEAP_TYPE = 1 << 9,
	PYTHON_READY = 1 << 12,
	PYTHON_GC = 1 << 14,
	PYTHON_LONG = 1 << 24,
	PYTHON_LIST = 1 << 25,
	PYTHON_TUPLE = 1 << 26,
	PYTHON_BYTES = 1 << 27,
	PYTHON_TEXT = 1 << 28,
	PYTHON_DICT = 1 << 29,
};
#define PYTHON_TYPE (1u << 31)
