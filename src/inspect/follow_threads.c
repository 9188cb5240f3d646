/* SPDX-License-Identifier: GPL-2.0-or-later */
/* follow_threads - to whom growth is given (follow.h) */
#include "inspect/follow_priv.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { NOISE_BYTES = 1 << 20 }; /* that the kernel's count may fall while nothing is given back */

/* --- what each thread is at ------------------------------------------------------------------ */

/* How much rather a line of that origin is named than another one, further out. */
static int rank_of(enum python_origin origin)
{
	static const int ranks[] = {
		[PYTHON_OWN] = 4,
		[PYTHON_TYPED] = 3,
		[PYTHON_LIBRARY] = 2,
		[PYTHON_STANDARD] = 1,
		[PYTHON_FROZEN] = 0,
	};

	return ranks[origin];
}

static const struct python_file *file_of(const struct follow *follow,
	const struct python_stack *stack, size_t index)
{
	return python_stacks_file(follow->stacks, stack->spots[index].file);
}

/* A line that was met before, further in, counts once: of a function that calls itself. */
static void add_line(struct follow *follow, struct follow_spot *spot, const struct python_spot *at,
	bool own)
{
	struct growth_place place = { at->file, at->line };
	uint32_t number = growth_line(follow->growth, place, at->function, own);

	for (size_t i = 0; i < spot->count; i++)
		if (spot->lines[i] == number)
			return;
	if (spot->count < FOLLOW_LINES_MOST && number != UINT32_MAX)
		spot->lines[spot->count++] = number;
}

/* The best rank of all its frames: OWN names all lines that have it, others the innermost. */
static int best_rank(const struct follow *follow, const struct python_stack *stack)
{
	int best = 0;

	for (size_t i = 0; i < stack->depth; i++) {
		int rank = rank_of(file_of(follow, stack, i)->origin);

		if (rank > best && stack->spots[i].line != 0)
			best = rank;
	}
	return best;
}

static void read_spot(struct follow *follow, const struct python_stack *stack,
	struct follow_spot *spot)
{
	int best = best_rank(follow, stack);
	bool own = best >= rank_of(PYTHON_TYPED);

	*spot = (struct follow_spot){ .count = 0 };
	for (size_t i = 0; i < stack->depth && best > 0; i++) {
		const struct python_spot *at = &stack->spots[i];
		const struct python_file *file = file_of(follow, stack, i);
		int rank = rank_of(file->origin);

		if (rank > 0 && spot->inner.line == 0)
			spot->inner = (struct growth_place){ at->file, at->line };
		if (file->origin == PYTHON_LIBRARY && spot->package[0] == '\0' && spot->count == 0)
			memcpy(spot->package, file->package, sizeof(spot->package));
		if (rank == best && at->line != 0 && (own || spot->count == 0))
			add_line(follow, spot, at, own);
	}
}

static int open_stat(pid_t pid, pid_t tid)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/task/%d/stat", (int)pid, (int)tid);
	return open(path, O_RDONLY | O_CLOEXEC);
}

/* NULL: there are too many. */
static struct follow_thread *thread_of(struct follow *follow, pid_t tid)
{
	for (size_t i = 0; i < follow->nthreads; i++)
		if (follow->threads[i].tid == tid)
			return &follow->threads[i];
	if (follow->nthreads == FOLLOW_THREADS_MOST)
		return NULL;
	struct follow_thread *thread = &follow->threads[follow->nthreads++];
	*thread = (struct follow_thread){
		.tid = tid, .stat = open_stat(follow->id.pid, tid), .faults = UINT64_MAX
	};
	return thread;
}

/* Whether it runs the program, or a module as the program (-m); not what Python does before. */
static bool is_program(const struct follow *follow, const struct python_stack *stack)
{
	size_t last = stack->depth - 1;

	return best_rank(follow, stack) == rank_of(PYTHON_OWN) ||
	       file_of(follow, stack, last)->origin == PYTHON_TYPED ||
	       strcmp(stack->spots[last].function, "_run_module_as_main") == 0;
}

static void take_stack(void *context, const struct python_stack *stack)
{
	struct follow *follow = context;
	struct follow_thread *thread = thread_of(follow, stack->tid);

	if (thread == NULL)
		return;
	read_spot(follow, stack, &thread->now);
	follow->started |= is_program(follow, stack);
}

/* Its state and its page faults: fields 3 and 10 of proc_pid_stat(5), behind the name.  False: it
 * has ended. */
static bool read_thread(struct follow_thread *thread)
{
	char text[1024];
	ssize_t n = thread->stat >= 0 ? pread(thread->stat, text, sizeof(text) - 1, 0) : -1;

	thread->runs = false;
	thread->fresh = 0;
	text[n > 0 ? n : 0] = '\0';
	char *at = strrchr(text, ')');
	if (at == NULL || at[1] != ' ')
		return false;
	/* one that waits for a page or a disk is at work in its line */
	thread->runs = at[2] == 'R' || at[2] == 'D';
	at += 2;
	for (int field = 3; at != NULL && field < 10; field++)
		at = strchr(at + 1, ' ');
	uint64_t faults = at != NULL ? strtoull(at, NULL, 10) : 0;
	thread->fresh = thread->faults == UINT64_MAX ? 0 : faults - thread->faults;
	thread->faults = faults;
	return true;
}

static void drop_thread(struct follow *follow, size_t index)
{
	if (follow->threads[index].stat >= 0)
		close(follow->threads[index].stat);
	follow->threads[index] = follow->threads[--follow->nthreads];
}

/* Microseconds that the process has run so far.  The clock that its files tell is some
 * milliseconds late, this one is not. */
static uint64_t read_clock(const struct follow *follow)
{
	struct timespec ran;

	if (clock_gettime(follow->clock, &ran) != 0)
		return follow->ran_us;
	return (uint64_t)ran.tv_sec * 1000000 + (uint64_t)ran.tv_nsec / 1000;
}

/* Where all of them are now; those that have ended are forgotten. */
static void look_at_threads(struct follow *follow)
{
	uint64_t ran_us = read_clock(follow);

	follow->span_us = ran_us - follow->ran_us;
	follow->ran_us = ran_us;
	for (size_t i = 0; i < follow->nthreads; i++)
		follow->threads[i].now.count = 0;
	follow->looks++;
	if (python_stacks_look(follow->stacks, take_stack, follow) < 1)
		follow->missed++;
	for (size_t i = follow->nthreads; i-- > 0;)
		if (!read_thread(&follow->threads[i]))
			drop_thread(follow, i);
}

/* --- whose it is ----------------------------------------------------------------------------- */

static void give_spot(struct follow *follow, const struct follow_spot *spot, int64_t bytes,
	bool look)
{
	for (size_t i = 0; i < spot->count; i++)
		growth_give(follow->growth, spot->lines[i], bytes, i == 0 ? &spot->inner : NULL,
			look);
	if (spot->package[0] != '\0')
		growth_add_library(follow->growth, spot->package, bytes);
}

/* Where LINE was last found to have grown and gone; NULL: nowhere, or long ago. */
static struct follow_spot *gone_spot(struct follow *follow, uint32_t line)
{
	struct follow_spot *spot = &follow->gone[line % FOLLOW_GONE];

	return spot->count > 0 && spot->lines[0] == line ? spot : NULL;
}

/* The line that may have come and gone between two looks, before the one that runs now and faster
 * than it seems to grow; NULL: none, as far as is known. */
static const struct follow_spot *between(struct follow *follow, const struct follow_thread *thread)
{
	uint32_t now = thread->now.lines[0], line = growth_before(follow->growth, now);
	bool last = thread->ran && thread->last.count > 0 && thread->last.lines[0] == line;

	if (line == UINT32_MAX || line == now || last ||
		growth_rate(follow->growth, line) <= growth_pace(follow->growth, now))
		return NULL;
	return gone_spot(follow, line);
}

/* One line ran at the look before, or none, and another one runs now: what came in between is
 * theirs, or of one that came and went, by how fast each is known to grow.  What went is all of the
 * former, since it goes at once when a function ends. */
static void give_two(struct follow *follow, const struct follow_thread *thread, int64_t bytes)
{
	const struct growth *growth = follow->growth;
	uint32_t now = thread->now.lines[0];
	bool before = thread->ran && thread->last.count > 0;
	const struct follow_spot *gone = bytes > 0 ? between(follow, thread) : NULL;
	double rate_now = growth_rate(growth, now);
	double rate_last = before ? growth_rate(growth, thread->last.lines[0]) : 0;
	double rate_gone = gone != NULL ? growth_rate(growth, gone->lines[0]) : 0;
	int64_t early = 0, unseen = 0;
	double sum = rate_now + rate_last + rate_gone;

	if (before && bytes < 0)
		early = bytes;
	else if (before)
		early = sum > 0 ? (int64_t)((double)bytes * (rate_last / sum)) : bytes / 2;
	if (gone != NULL && sum > 0)
		unseen = (int64_t)((double)bytes * (rate_gone / sum));
	if (bytes >= 0) {
		if (before)
			growth_met(follow->growth, thread->last.lines[0], early,
				follow->span_us / 2);
		growth_met(follow->growth, now, bytes - early - unseen, follow->span_us / 2);
	}
	if (before && bytes > 0) {
		follow->gone[thread->last.lines[0] % FOLLOW_GONE] = thread->last;
		growth_ran_before(follow->growth, now, thread->last.lines[0]);
	}
	if (bytes != 0)
		give_spot(follow, &thread->now, bytes - early - unseen, true);
	if (early != 0)
		give_spot(follow, &thread->last, early, false);
	if (unseen != 0)
		give_spot(follow, gone, unseen, false);
}

/* A thread that runs, and what it is at is known. */
static void give_thread(struct follow *follow, const struct follow_thread *thread, int64_t bytes)
{
	uint32_t now = thread->now.lines[0];
	const struct follow_spot *gone = NULL;

	follow->caught += bytes > 0 ? bytes : 0;
	if (!thread->ran || thread->last.count == 0 || thread->last.lines[0] != now) {
		give_two(follow, thread, bytes);
		return;
	}
	if (bytes > 0 && growth_rate(follow->growth, now) == 0)
		gone = between(follow, thread);
	if (bytes >= 0)
		growth_stayed(follow->growth, now, gone != NULL ? 0 : bytes, follow->span_us);
	if (bytes != 0)
		give_spot(follow, gone != NULL ? gone : &thread->now, bytes, true);
}

/* The part of each: by its page faults while memory came; who runs, where none had any, and where
 * memory went, which causes none.  The kernel counts pages in batches: the sum goes to and fro. */
static uint64_t weight_of(const struct follow_thread *thread, bool by_faults)
{
	return by_faults ? thread->fresh : thread->runs;
}

/* Whether it was at work in its line: it runs, or it ran there at the look before, has touched
 * pages since and waits there now, as a thread does for the lock of all of Python. */
static bool is_at_work(const struct follow_thread *thread)
{
	bool stays = thread->ran && thread->last.count > 0 && thread->now.count > 0 &&
		     thread->last.lines[0] == thread->now.lines[0];

	return thread->now.count > 0 && (thread->runs || (stays && thread->fresh > 0));
}

static void share_out(struct follow *follow, int64_t change)
{
	uint64_t faults = 0, sum = 0;

	for (size_t i = 0; i < follow->nthreads; i++)
		faults += follow->threads[i].fresh;
	bool by_faults = faults > 0 && change > -NOISE_BYTES;
	for (size_t i = 0; i < follow->nthreads; i++)
		sum += weight_of(&follow->threads[i], by_faults);
	for (size_t i = 0; i < follow->nthreads && sum > 0; i++) {
		double part = (double)weight_of(&follow->threads[i], by_faults) / (double)sum;

		if (is_at_work(&follow->threads[i]))
			give_thread(follow, &follow->threads[i], (int64_t)((double)change * part));
	}
}

void follow_attribute(struct follow *follow, int64_t change)
{
	look_at_threads(follow);
	if (follow->started) {
		follow->rose += change > 0 ? change : 0;
		share_out(follow, change);
	}
	for (size_t i = 0; i < follow->nthreads; i++) {
		struct follow_thread *thread = &follow->threads[i];

		thread->last = thread->now;
		thread->ran = thread->runs;
	}
}
