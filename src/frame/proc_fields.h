/* SPDX-License-Identifier: GPL-2.0-or-later */
/* proc_fields - the figures of a process, as one table
 *
 * Streams, columns, JSON, sums of rows and the manual's tests all read it.  A new figure is a
 * member of struct proc_figures, a line here and one in proc_fields.c; then whatever reads it from
 * /proc fills it, and a column shows it.
 */
#pragma once

#include "frame/frame.h"
#include "frame/wire.h"

/* The details of memtop-stream(5) in their order, which is the format: a new one goes to the end,
 * before FIELD_SENT.  Behind that: what is in no details. */
enum proc_field {
	FIELD_PID,
	FIELD_AGE,
	FIELD_PPID,
	FIELD_UID,
	FIELD_STATE,
	FIELD_NICE,
	FIELD_THREADS,
	FIELD_ANON,
	FIELD_FILE,
	FIELD_SHMEM,
	FIELD_SWAP,
	FIELD_PEAK,
	FIELD_CPU_TIME,
	FIELD_CPU,
	FIELD_MAJFLT,
	FIELD_MINFLT,
	FIELD_OOM,
	FIELD_OOM_ADJ,
	FIELD_PSS,
	FIELD_USS,
	FIELD_SWAP_PSS,
	FIELD_LIMIT_AS,
	FIELD_LIMIT_DATA,
	FIELD_HUGETLB,
	FIELD_SENT,
	FIELD_RSS = FIELD_SENT,
	FIELD_VIRT,
	FIELD_COUNT,
};

/* By enum proc_field; offsets are those in struct proc_detail. */
extern const struct wire_field proc_fields[FIELD_COUNT];

/* The figure FIELD in its base unit: bytes, seconds, percent, or as it is.  For what is within
 * struct proc_figures alone, and no letter. */
double proc_fields_number(const struct proc_figures *figures, enum proc_field field);

/* Copies from FROM to TO what goes by the bits of MASK and is known there, and notes that it is. */
void proc_fields_take(struct proc_figures *to, const struct proc_figures *from, uint32_t mask);

/* Adds FROM's figures to TO's, those that add up; `known` stays as it is. */
void proc_fields_add(struct proc_figures *to, const struct proc_figures *from);
