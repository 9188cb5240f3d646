# SPDX-License-Identifier: GPL-2.0-or-later
# src/model: what is known, since when, and what it means

model_sources = \
	src/model/account.c src/model/account.h \
	src/model/cgroups.c src/model/cgroups.h \
	src/model/containers.c src/model/containers.h \
	src/model/maps.c src/model/maps.h \
	src/model/evidence.c src/model/evidence.h \
	src/model/evidence_gather.c \
	src/model/findings.c src/model/findings_priv.h src/model/findings.h \
	src/model/findings_say.c \
	src/model/findings_past.c src/model/findings_past.h \
	src/model/group.c src/model/group.h \
	src/model/headline.c src/model/headline.h \
	src/model/headline_end.c src/model/headline_end.h \
	src/model/headline_gather.c \
	src/model/headline_pressure.c src/model/headline_pressure.h \
	src/model/headline_reason.c \
	src/model/kill.c src/model/kill.h \
	src/model/packages.c src/model/packages.h \
	src/model/outlook.c src/model/outlook.h \
	src/model/proc_table.c src/model/proc_table.h \
	src/model/program.c src/model/program_known.c src/model/program_priv.h src/model/program.h \
	src/model/series.c src/model/series.h \
	src/model/store.c src/model/store.h \
	src/model/store_apply.c \
	src/model/store_container_answers.c \
	src/model/store_container_series.c \
	src/model/store_container_kills.c \
	src/model/store_container_mounts.c \
	src/model/store_containers.c \
	src/model/store_eta.c \
	src/model/store_feed.c \
	src/model/store_front.c \
	src/model/store_groups.c \
	src/model/store_life.c \
	src/model/store_share.c \
	src/model/store_ownerless.c \
	src/model/store_priv.h \
	src/model/store_read.c \
	src/model/trend.c src/model/trend.h \
	src/model/trend_brief.c src/model/trend_brief.h \
	src/model/trend_day.c src/model/trend_day.h \
	src/model/trend_judge.c src/model/trend_judge.h \
	src/model/trend_limits.h \
	src/model/trend_rate.c \
	src/model/trend_tier.c src/model/trend_tier.h \
	src/model/trend_window.c src/model/trend_window.h
