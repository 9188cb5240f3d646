# SPDX-License-Identifier: GPL-2.0-or-later
# src/options: what the person chose

options_sources = \
	src/options/moment.c src/options/moment.h \
	src/options/options.c src/options/options.h \
	src/options/options_check.c src/options/options_priv.h \
	src/options/options_help.c src/options/options_table.c \
	src/options/settings.c src/options/settings.h \
	src/options/settings_file.c \
	src/options/settings_keys.c src/options/settings_keys.h \
	src/options/settings_lines.c src/options/settings_lines.h \
	src/options/values.c src/options/values.h
