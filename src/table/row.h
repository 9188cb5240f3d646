/* SPDX-License-Identifier: GPL-2.0-or-later */
/* row - what a line of the table stands for: a process, a group, or a branch of the tree
 *
 * A process speaks for itself.  A group, and a branch that is added up, have a sum: figures of all
 * members, known where they are known of all.  Memory that members share is in the sum once for
 * each of them, so sums of what counts shared pages say "at most" (column_at_most).  The footprint
 * does better: what was read of PSS divides what is shared; else shared memory counts once, as
 * that of the member that has most, and so does what was a parent's at a fork (model/group.h).
 * A container is a group of its processes, too, and has figures of its own beside.
 * Pure; rows and what they point to belong to the view that made them.
 */
#pragma once

#include "model/containers.h"
#include "model/store.h"

#include <stdbool.h>
#include <stddef.h>

enum row_fold { ROW_PLAIN, ROW_OPEN, ROW_SHUT };

/* The sum of members. */
struct row_total {
	/* its figures are sums; uid, cgroup, comm and name are those of all or, when they differ,
	 * not to be used (see below) or NULL */
	struct proc whole;
	size_t holders;     /* members that have any memory */
	int64_t gained_kib; /* what the members' own gained since the baseline */
	uint64_t apart_kib; /* what the footprint is made of: anonymous memory and swap ... */
	uint64_t inherited_kib, largest_kib; /* ... of it inherited; of the largest member */
	/* footprints, no more than PSS and SwapPss and what was gained since: PSS was read of all
	 * in the last two minutes */
	uint64_t divided_kib;
	bool divided;
	uint64_t pss_kib; /* with pss_known */
	bool pss_known;
	bool one_user; /* whole.figures.uid is everybody's */
};

/* The members of a row that sums up.  Of thousands of containers a screen shows forty: those are
 * added up when they are asked for (row_total), the others never. */
struct row_sum {
	const uint32_t *members; /* places in the store */
	size_t count;
	/* whose history it has as a whole; NULL: the members' together */
	const struct group *group;
	const struct store *waits; /* nothing was added up so far: whose members it is */
	struct row_total total;    /* private where it waits */
};

struct row {
	const struct proc *proc; /* NULL: a group, which is no process */
	int depth;
	enum row_fold fold;   /* whether there is something below it to be seen or hidden */
	enum group_kind kind; /* of a group */
	/* of a group: the same for the same name, whatever the store does */
	uint64_t key;
	const char *name;    /* of a group; "" for those of which it is not known */
	struct row_sum *sum; /* NULL: the process alone */
	/* of GROUP_CONTAINER: whose figures growth, verdict, ETA, swap and peak are; else NULL */
	const struct container *container;
};

/* Begins a sum; adds a process, or another sum.  A process just born may have figures that were
 * not read yet: they do not make the others' unknown. */
void row_sum_init(struct row_sum *sum);
void row_sum_add(struct row_sum *sum, const struct store *store, const struct proc *proc);
void row_sum_merge(struct row_sum *sum, const struct row_sum *other);

/* Begins one that waits, to be added up when it is asked for.  Its count and members, of STORE, are
 * its owner's to say; finish adds them up. */
void row_sum_wait(struct row_sum *sum, const struct store *store);
void row_sum_finish(struct row_sum *sum);

/* The row of the INDEX-th container of STORE if that has no process, which could say what it has;
 * SUM is filled for it.  False: it has one, or is no row. */
bool row_of_empty_container(struct row *row, struct row_sum *sum, const struct store *store,
	size_t index);

/* The container of the row: its own, or that all its processes are in; NULL: none, not known, or
 * said already, since the row stands below that of its container. */
const struct container *row_container(const struct store *store, const struct row *row);

/* The sum over the members of a row that has one. */
static inline const struct row_total *row_total(const struct row *row)
{
	if (row->sum->waits != NULL)
		row_sum_finish(row->sum);
	return &row->sum->total;
}

/* The sum, else the process. */
static inline const struct proc *row_whole(const struct row *row)
{
	return row->sum ? &row_total(row)->whole : row->proc;
}

/* Figures that add up: the sum's, else the process' own. */
static inline const struct proc_figures *row_figures(const struct row *row)
{
	return &row_whole(row)->figures;
}

/* Figures that do not add up (pid, name, state): the process' own; of a group what its members have
 * in common. */
static inline const struct proc *row_self(const struct row *row)
{
	return row->proc ? row->proc : &row_total(row)->whole;
}

/* Processes it stands for. */
static inline size_t row_count(const struct row *row)
{
	return row->sum ? row->sum->count : 1;
}

/* The pids that a key on the row is about: its process alone, whatever is added up below it; of a
 * group its members. How many that are, and the I-th. */
static inline size_t row_members(const struct row *row)
{
	return row->proc ? 1 : row->sum->count;
}

static inline const struct proc *row_member(const struct store *store, const struct row *row,
	size_t i)
{
	return row->proc ? row->proc : store_proc(store, row->sum->members[i]);
}

/* Identity to find the row by again: of a process its own, of a group a pid below 0. */
struct ident row_ident(const struct row *row);

/* As the store's functions of these names.  A sum without a history of its own has its members'
 * growth and history added up, and the verdict of the member that most deserves a look. */
bool row_growth(const struct store *store, const struct row *row, double seconds, double *kib_min);
enum trend_state row_verdict(const struct store *store, const struct row *row);
/* Whether STATE, its verdict, is one to be shown: somebody judged it, and it was looked at. */
bool row_has_verdict(const struct row *row, enum trend_state state);
bool row_eta(const struct store *store, const struct row *row, struct eta *eta);
void row_history(const struct store *store, const struct row *row, const struct series_cut *cut);

/* The trend behind the verdict; NULL: none. */
const struct trend *row_trend(const struct store *store, const struct row *row);

/* Higher for a verdict that deserves a look more. */
double row_verdict_rank(enum trend_state state);
