# SPDX-License-Identifier: GPL-2.0-or-later
# src/fleet: many machines at a time

fleet_sources = \
	src/fleet/fleet.c src/fleet/fleet.h \
	src/fleet/fleet_cells.c src/fleet/fleet_cells.h \
	src/fleet/fleet_table.c src/fleet/fleet_table.h \
	src/fleet/fleet_table_out.c \
	src/fleet/host_names.c src/fleet/host_names.h \
	src/fleet/ssh.c src/fleet/ssh.h
