# SPDX-License-Identifier: GPL-2.0-or-later
# src/inspect: what looks inside a program

inspect_sources = \
	src/inspect/image.c src/inspect/image.h \
	src/inspect/memory.c src/inspect/memory.h \
	src/inspect/memory_maps.c \
	src/inspect/memory_priv.h
