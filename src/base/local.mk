# SPDX-License-Identifier: GPL-2.0-or-later
# src/base: what every room stands on

base_sources = \
	src/base/amount.h \
	src/base/arena.c src/base/arena.h \
	src/base/buf.c src/base/buf.h \
	src/base/cgpath.c src/base/cgpath.h \
	src/base/clock.c src/base/clock.h \
	src/base/crash.c src/base/crash.h \
	src/base/hash.c src/base/hash.h \
	src/base/intern.c src/base/intern.h \
	src/base/log.c src/base/log.h \
	src/base/order.c src/base/order.h \
	src/base/package.c src/base/package.h \
	src/base/pin.c src/base/pin.h \
	src/base/proc_start.c src/base/proc_start.h \
	src/base/proc_state.c src/base/proc_state.h \
	src/base/quit.c src/base/quit.h \
	src/base/real.c src/base/real.h \
	src/base/reap.c src/base/reap.h \
	src/base/rooted.c src/base/rooted.h \
	src/base/span.h \
	src/base/streams.c src/base/streams.h \
	src/base/text.c src/base/text.h \
	src/base/text_table.h \
	src/base/unfilled.h \
	src/base/units.c src/base/units.h \
	src/base/xalloc.c src/base/xalloc.h
