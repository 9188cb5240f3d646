/* SPDX-License-Identifier: GPL-2.0-or-later */
/* findings_priv - what the files of findings.h share */
#pragma once

#include "model/findings.h"

enum { FINDINGS_GREW = 1 << 20 }; /* bytes: less than that is no growth */

/* Bytes more than at the baseline; 0 each where not both looks know it. */
struct findings_gains {
	int64_t kept; /* free, kept by malloc and CPython's pools */
	int64_t used; /* in use of them */
	int64_t rest; /* in memory that is neither's */
	int64_t live; /* outlived collections of a Java heap */
};

/* Compares the last look with the one at the baseline. */
struct findings_gains findings_gains(const struct findings *findings);

/* Bytes that malloc and CPython's pools keep free in memory; that are in use of them. */
uint64_t findings_kept_of(const struct proc_inside *inside);
uint64_t findings_used_of(const struct proc_inside *inside);

/* The memory of the process at the look, else RSS_KIB, that of now. */
uint64_t findings_rss_then(const struct findings *findings, uint64_t rss_kib);

/* Whether its Java has one generation only (ZGC, Shenandoah): what is in use there is no matter of
 * what outlived a collection. */
static inline bool findings_java_single(const struct proc_inside *inside)
{
	return inside->java_old_committed > 0 && inside->java_young_committed == 0;
}
