# SPDX-License-Identifier: GPL-2.0-or-later
# src/sample: what reads the machine

sample_sources = \
	src/sample/processes.c src/sample/processes.h \
	src/sample/cgfs.c src/sample/cgfs.h \
	src/sample/cgfs_look.c \
	src/sample/cgfs_priv.h src/sample/cgfs_stat.c \
	src/sample/cgfs_say.c \
	src/sample/cgfs_walk.c \
	src/sample/brief.c src/sample/brief.h src/sample/shortlist.c src/sample/shortlist.h \
	src/sample/cgkill.c src/sample/cgkill.h \
	src/sample/cgread.c src/sample/cgread.h \
	src/sample/confine.h \
	src/sample/control.c src/sample/control.h \
	src/sample/locked.c src/sample/locked.h \
	src/sample/mappings.c src/sample/mappings.h \
	src/sample/elf.c src/sample/elf.h \
	src/sample/usage.c src/sample/usage.h \
	src/sample/follower.c src/sample/follower.h \
	src/sample/inspector.c src/sample/inspector.h \
	src/sample/kill_order.c src/sample/kill_order.h \
	src/sample/libproc.c src/sample/libproc.h \
	src/sample/meminfo.c src/sample/meminfo.h \
	src/sample/newest.c src/sample/newest.h \
	src/sample/outbox.c src/sample/outbox.h \
	src/sample/frame_writer.c src/sample/frame_writer.h \
	src/sample/mapping_groups.c src/sample/mapping_groups.h \
	src/sample/mounts.c src/sample/mounts.h \
	src/sample/reader_title.c src/sample/reader_tmpfs.c \
	src/sample/title.c src/sample/title.h src/sample/title_priv.h \
	src/sample/title_list.c src/sample/title_monitor.c \
	src/sample/titles.c src/sample/titles.h \
	src/sample/procfs.c src/sample/procfs.h \
	src/sample/procparse.c src/sample/procparse.h \
	src/sample/slots.c src/sample/slots.h \
	src/sample/reader.c src/sample/reader.h \
	src/sample/reader_child.c \
	src/sample/reader_mappings.c \
	src/sample/reader_wire.c src/sample/reader_wire.h \
	src/sample/sampler.c src/sample/sampler.h \
	src/sample/sampler_ask.c src/sample/sampler_priv.h \
	src/sample/scan.c src/sample/scan.h \
	src/sample/slabs.c src/sample/slabs.h \
	src/sample/details.c src/sample/details.h \
	src/sample/details_look.c \
	src/sample/details_priv.h \
	src/sample/smaps.c src/sample/smaps.h \
	src/sample/stream.c src/sample/stream.h \
	src/sample/sysparse.c src/sample/sysparse.h \
	src/sample/system.c src/sample/system.h \
	src/sample/texts.c src/sample/texts.h \
	src/sample/user_names.c src/sample/user_names.h \
	$(confine_source)

if HAVE_SECCOMP
confine_source = src/sample/confine.c
else
confine_source = src/sample/confine_none.c
endif
