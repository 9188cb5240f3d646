# SPDX-License-Identifier: GPL-2.0-or-later
# src/table: rows, columns, filters, reports

table_sources = \
	src/table/column.c src/table/column.h \
	src/table/column_number.c \
	src/table/column_container.c src/table/column_container.h \
	src/table/column_figures.c src/table/column_figures.h \
	src/table/column_table.c \
	src/table/column_format.c src/table/column_format.h \
	src/table/container.c src/table/container.h \
	src/table/detail.c src/table/detail.h \
	src/table/detail_json.c \
	src/table/figures.c src/table/figures.h \
	src/table/grown_lines.c src/table/grown_lines.h \
	src/table/inside.c src/table/inside.h \
	src/table/inside_json.c \
	src/table/metrics.c src/table/metrics.h \
	src/table/query.c src/table/query.h \
	src/table/query_ask.c \
	src/table/query_parse.c \
	src/table/query_tree.h \
	src/table/report.c src/table/report.h \
	src/table/report_account.c src/table/report_account.h \
	src/table/report_columns.c \
	src/table/report_csv.c \
	src/table/report_json.c \
	src/table/row.c src/table/row.h \
	src/table/view.c src/table/view.h \
	src/table/view_container.c \
	src/table/view_group.c \
	src/table/view_order.c \
	src/table/view_pick.c \
	src/table/view_priv.h \
	src/table/view_tree.c
