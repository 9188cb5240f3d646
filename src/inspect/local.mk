# SPDX-License-Identifier: GPL-2.0-or-later
# src/inspect: what one process has in its memory, read from outside

inspect_sources = \
	src/inspect/allocator.c src/inspect/allocator.h \
	src/inspect/classes.c src/inspect/classes.h \
	src/inspect/follow.c src/inspect/follow.h \
	src/inspect/follow_priv.h \
	src/inspect/follow_sizes.c \
	src/inspect/follow_text.c \
	src/inspect/follow_threads.c \
	src/inspect/glimpse.c src/inspect/glimpse.h \
	src/inspect/growth.c src/inspect/growth.h \
	src/inspect/heap.c src/inspect/heap.h \
	src/inspect/heap_bins.c \
	src/inspect/heap_priv.h \
	src/inspect/heap_walk.c \
	src/inspect/image.c src/inspect/image.h \
	src/inspect/java.c src/inspect/java.h \
	src/inspect/java_file.c \
	src/inspect/memory.c src/inspect/memory.h \
	src/inspect/memory_maps.c \
	src/inspect/memory_priv.h \
	src/inspect/memory_scan.c \
	src/inspect/permit.c src/inspect/permit.h \
	src/inspect/python/python_census.c src/inspect/python/python_census.h \
	src/inspect/python/python_edge.c src/inspect/python/python_edge.h \
	src/inspect/python/python_edge_priv.h \
	src/inspect/python/python_edge_table.c \
	src/inspect/python/python_gather.c src/inspect/python/python_gather.h \
	src/inspect/python/python_graph.c src/inspect/python/python_graph.h \
	src/inspect/python/python_heap.c src/inspect/python/python_heap.h \
	src/inspect/python/python_heap_chunks.c \
	src/inspect/python/python_heap_priv.h \
	src/inspect/python/python_holders.c src/inspect/python/python_holders.h \
	src/inspect/python/python_layout.c src/inspect/python/python_layout.h \
	src/inspect/python/python_line.c src/inspect/python/python_line.h \
	src/inspect/python/python_origin.c \
	src/inspect/python/python_owners.c src/inspect/python/python_owners.h \
	src/inspect/python/python_path.c src/inspect/python/python_path.h \
	src/inspect/python/python_path_words.c \
	src/inspect/python/python_refs.c src/inspect/python/python_refs.h \
	src/inspect/python/python_roots.c src/inspect/python/python_roots.h \
	src/inspect/python/python_runtime.c src/inspect/python/python_runtime.h \
	src/inspect/python/python_runtime_text.c \
	src/inspect/python/python_stack.c src/inspect/python/python_stack.h \
	src/inspect/python/python_type.c src/inspect/python/python_type.h \
	src/inspect/python/python_type_module.c \
	src/inspect/question.c src/inspect/question_answer.c src/inspect/question.h \
	src/inspect/question_heap.c \
	src/inspect/question_priv.h \
	src/inspect/question_python.c \
	src/inspect/question_runtimes.c
