# SPDX-License-Identifier: GPL-2.0-or-later
# src/source: where frames come from, and recordings

source_sources = \
	src/source/asked.c src/source/asked.h \
	src/source/child.c src/source/child.h \
	src/source/flight.c src/source/flight.h \
	src/source/flight_priv.h src/source/flight_read.c \
	src/source/lines.c src/source/lines.h \
	src/source/record.c src/source/record.h \
	src/source/source.c src/source/source.h \
	src/source/source_live.c src/source/source_live.h \
	src/source/source_ops.h \
	src/source/source_remote.c src/source/source_remote.h \
	src/source/source_replay.c src/source/source_replay.h \
	src/source/source_replay_moves.c src/source/source_replay_priv.h \
	src/source/recording.c src/source/recording.h src/source/recording_head.c \
	src/source/recording_pass.c src/source/recording_pass.h \
	src/source/reel.c src/source/reel.h \
	src/source/recording_index.c src/source/recording_index.h \
	src/source/recording_kills.c src/source/recording_kills.h \
	src/source/recording_header.c src/source/recording_header.h \
	src/source/mend.c src/source/mend.h \
	src/source/zst.h \
	$(zst_source)

if HAVE_ZSTD
zst_source = src/source/zst.c
else
zst_source = src/source/zst_none.c
endif
