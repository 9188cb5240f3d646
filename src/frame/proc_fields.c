/* SPDX-License-Identifier: GPL-2.0-or-later */
/* proc_fields - see proc_fields.h */
#include "frame/proc_fields.h"

#include <string.h>

#define AT(member) offsetof(struct proc_detail, member)
#define U32_MAX    ((int64_t)UINT32_MAX)
#define REAL_MAX   INT64_C(1000000000000000)

/* clang-format off */
#define KIB(member, key, bit, ...) \
	{ .name = (key), WIRE_U64, AT(member), bit, 0, WIRE_INT_MAX, .unit = WIRE_KIB, __VA_ARGS__ }
#define LIMIT(member, key) \
	{ .name = (key), WIRE_LIMIT, AT(member), DETAIL_RLIMITS, -1, WIRE_INT_MAX, \
	  .unit = WIRE_KIB }
#define REAL(member, key, bit) \
	{ .name = (key), WIRE_FLOAT, AT(member), bit, 0, REAL_MAX, .adds = true }
#define RANGE(type, member, key, bit, low, high, ...) \
	{ .name = (key), type, AT(member), bit, low, high, __VA_ARGS__ }
/* clang-format on */

const struct wire_field proc_fields[FIELD_COUNT] = {
	[FIELD_PID] = RANGE(WIRE_I32, pid, "pid", 0, 1, FRAME_PID_MAX),
	[FIELD_AGE] = RANGE(WIRE_U32, age_ms, "age", 0, 0, U32_MAX),
	[FIELD_PPID] = RANGE(WIRE_I32, figures.ppid, "ppid", 0, 0, FRAME_PID_MAX),
	[FIELD_UID] = RANGE(WIRE_U32, figures.uid, "uid", DETAIL_USER, 0, U32_MAX),
	[FIELD_STATE] = RANGE(WIRE_STATE, figures.state, "state", 0, 0, 1),
	[FIELD_NICE] = RANGE(WIRE_I8, figures.nice, "nice", 0, -20, 19),
	[FIELD_THREADS] = RANGE(WIRE_I32, figures.threads, "threads", DETAIL_THREADS, 0,
		FRAME_PID_MAX, .adds = true),
	[FIELD_ANON] = KIB(figures.anon_kib, "anon", DETAIL_PARTS, .adds = true),
	[FIELD_FILE] = KIB(figures.file_kib, "file", DETAIL_PARTS, .adds = true),
	/* what members share: rows know better than to add it up */
	[FIELD_SHMEM] = KIB(figures.shmem_kib, "shmem", DETAIL_PARTS),
	[FIELD_SWAP] = KIB(figures.swap_kib, "swap", DETAIL_SWAP, .adds = true),
	[FIELD_PEAK] = KIB(figures.peak_kib, "peak", DETAIL_PEAK),
	[FIELD_CPU_TIME] = RANGE(WIRE_U64, figures.cpu_ms, "cpu", 0, 0, WIRE_INT_MAX, .adds = true,
		.unit = WIRE_MS),
	[FIELD_CPU] = REAL(figures.cpu_percent, "cpu_percent", DETAIL_CPU),
	[FIELD_MAJFLT] = REAL(figures.major_faults_s, "major_faults", DETAIL_FAULTS),
	[FIELD_MINFLT] = REAL(figures.minor_faults_s, "minor_faults", DETAIL_FAULTS),
	[FIELD_OOM] = RANGE(WIRE_I16, figures.oom_score, "oom_score", DETAIL_OOM, 0, 2000),
	[FIELD_OOM_ADJ] = RANGE(WIRE_I16, figures.oom_adj, "oom_adj", DETAIL_OOM, -1000, 1000),
	[FIELD_PSS] = KIB(rare.pss_kib, "pss", DETAIL_PSS),
	[FIELD_USS] = KIB(rare.uss_kib, "uss", DETAIL_PSS),
	[FIELD_SWAP_PSS] = KIB(rare.swap_pss_kib, "swap_pss", DETAIL_PSS),
	[FIELD_LIMIT_AS] = LIMIT(rare.limit_as_kib, "limit_as"),
	[FIELD_LIMIT_DATA] = LIMIT(rare.limit_data_kib, "limit_data"),
	[FIELD_HUGETLB] = KIB(figures.huge_kib, "hugetlb", DETAIL_HUGE, .adds = true),

	[FIELD_RSS] = KIB(figures.rss_kib, "rss", DETAIL_USAGE, .adds = true),
	[FIELD_VIRT] = KIB(figures.virt_kib, "virt", DETAIL_USAGE, .adds = true),
};

/* Fields within struct proc_figures. */
static bool is_within(const struct wire_field *field)
{
	return field->offset >= AT(figures) &&
	       field->offset < AT(figures) + sizeof(struct proc_figures);
}

static size_t place_of(const struct wire_field *field)
{
	return field->offset - AT(figures);
}

double proc_fields_number(const struct proc_figures *figures, enum proc_field field)
{
	const struct wire_field *kind = &proc_fields[field];
	double number = wire_number(kind->type, (const char *)figures + place_of(kind));

	switch (kind->unit) {
	case WIRE_PLAIN:
		break;
	case WIRE_KIB:
		return number * 1024;
	case WIRE_MS:
		return number / 1000;
	}
	return number;
}

/* By known bits alone: what FROM does not know leaves what TO has. */
void proc_fields_take(struct proc_figures *to, const struct proc_figures *from, uint32_t mask)
{
	uint32_t known = from->known & mask;

	for (size_t i = 0; i < FIELD_COUNT; i++) {
		const struct wire_field *field = &proc_fields[i];

		if ((field->known & known) && is_within(field))
			memcpy((char *)to + place_of(field), (const char *)from + place_of(field),
				wire_size(field->type));
	}
	to->known |= known;
}

void proc_fields_add(struct proc_figures *to, const struct proc_figures *from)
{
	for (size_t i = 0; i < FIELD_COUNT; i++)
		if (proc_fields[i].adds)
			wire_add(proc_fields[i].type, (char *)to + place_of(&proc_fields[i]),
				(const char *)from + place_of(&proc_fields[i]));
}
