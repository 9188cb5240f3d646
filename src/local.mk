# SPDX-License-Identifier: GPL-2.0-or-later
# src: libmemtop.a, which is all rooms but the modes

include src/base/local.mk
include src/fleet/local.mk
include src/frame/local.mk
include src/inspect/local.mk
include src/model/local.mk
include src/modes/local.mk
include src/options/local.mk
include src/run/local.mk
include src/sample/local.mk
include src/session/local.mk
include src/source/local.mk
include src/table/local.mk

libmemtop_a_SOURCES = \
	$(base_sources) \
	$(frame_sources) \
	$(inspect_sources) \
	$(sample_sources) \
	$(source_sources) \
	$(model_sources) \
	$(table_sources) \
	$(run_sources) \
	$(session_sources) \
	$(fleet_sources) \
	$(options_sources)
