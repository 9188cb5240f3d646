/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kill_order - see kill_order.h */
#include "sample/kill_order.h"

#include "base/clock.h"
#include "sample/procfs.h"
#include "sample/procparse.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	FILE_ROOM = 16384, /* of status: very many groups */
	ORDER_MS = 10000,  /* least time between two reads of everybody's score */
	ORDER_SHARE = 100, /* which take at most one part in this many of the time */
};

struct standing {
	int64_t score;     /* oom_score: thousandths of all memory, so that most have the same */
	uint64_t size_kib; /* what it is made of: RSS, swap and page tables */
};

/* Reads the score of the process whose files lie in DIR below PREFIX ("12/"); false: it is gone. */
static bool read_score(int dir, const char *prefix, struct standing *standing)
{
	char name[NAME_MAX + 16], text[32];

	snprintf(name, sizeof(name), "%soom_score", prefix);
	ssize_t len = procfs_read_at(dir, name, text, sizeof(text));
	return len > 0 && procparse_number(&standing->score, text, (size_t)len) == 0;
}

/* Adds up what oom_badness() of the kernel does: resident and swapped pages, and page tables. */
static bool read_size(int dir, const char *prefix, struct standing *standing)
{
	char name[NAME_MAX + 16], text[FILE_ROOM];
	struct procparse_status status;

	snprintf(name, sizeof(name), "%sstatus", prefix);
	ssize_t len = procfs_read_at(dir, name, text, sizeof(text));
	if (len <= 0 || procparse_status(&status, text, (size_t)len) < 0)
		return false;
	const struct proc_figures *f = &status.figures;
	standing->size_kib = f->anon_kib + f->file_kib + f->shmem_kib + f->swap_kib +
			     status.pte_kib;
	return true;
}

/* The score is in thousandths of all memory, so that most processes have the same: those are
 * compared by the sizes it is made of, which costs a read of status each. */
static void count_one(int proc, const char *pid, const struct standing *own,
	struct proc_mappings *figures)
{
	char prefix[NAME_MAX + 2];
	struct standing other = { 0 };

	snprintf(prefix, sizeof(prefix), "%s/", pid);
	if (!read_score(proc, prefix, &other) || other.score <= 0)
		return;
	figures->kill_of++;
	if (other.score != own->score) {
		figures->kill_before += other.score > own->score;
		return;
	}
	if (strtol(pid, NULL, 10) == figures->pid || !read_size(proc, prefix, &other))
		return;
	figures->kill_before += other.size_kib > own->size_kib;
	figures->kill_same += other.size_kib == own->size_kib;
}

/* By a listing of its own, since slots lack the score of who is not watched. */
static void count_order(const struct standing *own, struct proc_mappings *figures)
{
	DIR *proc = opendir("/proc");
	const struct dirent *entry;

	while (proc != NULL && (entry = readdir(proc)) != NULL)
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9')
			count_one(dirfd(proc), entry->d_name, own, figures);
	if (proc != NULL)
		closedir(proc);
}

void kill_order(int dir, struct proc_mappings *figures)
{
	static struct proc_mappings kept;
	static uint64_t next_ms;
	uint64_t now_ms = clock_boot_ms(), cost_us = clock_cpu_us();
	struct standing own = { 0 };

	if (!read_score(dir, "", &own) || !read_size(dir, "", &own))
		return;
	if (kept.pid != figures->pid || kept.start_ticks != figures->start_ticks ||
		now_ms >= next_ms) {
		kept = (struct proc_mappings){
			.pid = figures->pid,
			.start_ticks = figures->start_ticks,
		};
		count_order(&own, &kept);
		cost_us = clock_cpu_us() - cost_us;
		next_ms = now_ms + ORDER_MS + cost_us * ORDER_SHARE / 1000;
	}
	figures->kill_before = kept.kill_before;
	figures->kill_same = kept.kill_same;
	figures->kill_of = kept.kill_of;
	figures->known |= MAPPINGS_ORDER;
}
