# SPDX-License-Identifier: GPL-2.0-or-later
# src/frame: what one look found, and its lines

frame_sources = \
	src/frame/decode.c src/frame/decode.h \
	src/frame/encode.c src/frame/encode.h \
	src/frame/frame.c src/frame/frame.h \
	src/frame/grown.c src/frame/grown.h \
	src/frame/inside.c src/frame/inside.h \
	src/frame/json_reader.c src/frame/json_reader.h \
	src/frame/json_string.c src/frame/json_string.h \
	src/frame/json_writer.c src/frame/json_writer.h \
	src/frame/machine.h src/frame/cgroup.h \
	src/frame/proc_fields.c src/frame/proc_fields.h \
	src/frame/request.c src/frame/request.h \
	src/frame/runtime.c src/frame/runtime.h \
	src/frame/wire.c src/frame/wire.h src/frame/wire_rows.h \
	src/frame/wire_inside.c \
	src/frame/wire_names.c src/frame/wire_values.c
