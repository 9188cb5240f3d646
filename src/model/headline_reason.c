/* SPDX-License-Identifier: GPL-2.0-or-later */
/* headline_reason - what may be the problem when memory is not: no more than a clause, for memtop
 * is about memory
 */
#include "model/headline.h"

#include <stdio.h>

/* The least that is worth a word. */
static const struct {
	double cpu_percent;    /* of the time some task waits for a CPU ... */
	uint32_t crowd;        /* ... and so many for each CPU want to run */
	double disk_percent;   /* of the time some task waits for a disk */
	uint32_t disk_waiters; /* where the kernel does not tell that: processes in state D */
} LIMITS = {
	.cpu_percent = 50,
	.crowd = 2,
	.disk_percent = 50,
	.disk_waiters = 3,
};

/* Tasks that want to run, where they are so many that all wait for a CPU; 0: they are not.  Now, or
 * if that is a moment's lull, over the last minute. */
static uint32_t too_many_for_cpus(const struct headline_facts *facts)
{
	const struct system_figures *machine = facts->machine;
	uint32_t least = facts->cpus * LIMITS.crowd;
	bool psi = machine->known & SYSTEM_PSI_CPU;

	if (!(machine->known & SYSTEM_LOAD) || facts->cpus == 0)
		return 0;
	/* load counts those that wait for a disk, too */
	bool lasts = machine->load1 >= least && facts->disk_waiters * 2 < machine->load1;
	if (psi ? machine->psi_cpu_avg10 < LIMITS.cpu_percent : !lasts)
		return 0;
	if (machine->running >= least)
		return machine->running;
	return lasts ? (uint32_t)(machine->load1 + .5) : 0;
}

/* A container's processors and disks are the host's, where others keep them busy. */
static const char *whose(const struct headline_facts *facts)
{
	return facts->container ? "the host's" : "the";
}

/* Slowness has other reasons than memory, and the line says so when it knows one. */
static void cpu_words(char out[HEADLINE_REASON_MAX], const struct headline_facts *facts,
	uint32_t tasks)
{
	char who[40] = "CPU is";

	if (facts->cpus > 1)
		snprintf(who, sizeof(who), "%u CPUs are", (unsigned)facts->cpus);
	snprintf(out, HEADLINE_REASON_MAX,
		"Memory is not the problem; %s %s: %u tasks want to run.", whose(facts), who,
		(unsigned)tasks);
}

bool headline_other_reason(char out[HEADLINE_REASON_MAX], const struct headline_facts *facts)
{
	const struct system_figures *machine = facts->machine;

	if (machine == NULL)
		return false;
	bool told = machine->known & SYSTEM_PSI_IO;
	bool disk = told ? machine->psi_io_avg10 >= LIMITS.disk_percent
			 : facts->disk_waiters >= LIMITS.disk_waiters;
	bool disk_more = told && machine->known & SYSTEM_PSI_CPU &&
			 machine->psi_io_avg10 > machine->psi_cpu_avg10;
	uint32_t tasks = too_many_for_cpus(facts);

	if (tasks && !(disk && disk_more))
		cpu_words(out, facts, tasks);
	else if (disk && told)
		snprintf(out, HEADLINE_REASON_MAX,
			"Memory is not the problem; %s disk is: tasks waited for it %.0f %% of "
			"the last 10 s.",
			whose(facts), machine->psi_io_avg10);
	else if (disk)
		snprintf(out, HEADLINE_REASON_MAX,
			"Memory is not the problem; the disk is: %u processes wait for it.",
			(unsigned)facts->disk_waiters);
	else
		return false;
	return true;
}
