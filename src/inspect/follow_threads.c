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

/* Reads the thread's state and its page faults: fields 3 and 10 of proc_pid_stat(5), behind the
 * name.  False: it has ended. */
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
	if (thread->faults == UINT64_MAX)
		thread->faults = faults;
	thread->fresh = faults - thread->faults;
	return true;
}

static void settle_move(struct follow *follow, struct follow_thread *thread);

static void drop_thread(struct follow *follow, size_t index)
{
	settle_move(follow, &follow->threads[index]);
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

void follow_look_at_threads(struct follow *follow)
{
	follow->span_us = read_clock(follow) - follow->ran_us;
	for (size_t i = 0; i < follow->nthreads; i++)
		follow->threads[i].now.count = 0;
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

/* The line that may have come and gone between two looks, of which the second found NOW and the
 * first BEFORE (NULL: none known), and faster than NOW seems to grow; NULL: none, as far as is
 * known. */
static const struct follow_spot *between(struct follow *follow, const struct follow_spot *before,
	const struct follow_spot *to)
{
	uint32_t now = to->lines[0], line = growth_before(follow->growth, now);

	if (line == UINT32_MAX || line == now || (before != NULL && before->lines[0] == line) ||
		growth_rate(follow->growth, line) <= growth_pace(follow->growth, now))
		return NULL;
	return gone_spot(follow, line);
}

/* The kernel counts pages in batches: the sum goes to and fro. */
static bool is_noise(int64_t came, int64_t went)
{
	return came == 0 && went > 0 && went <= NOISE_BYTES;
}

/* One line ran at the look before, or none, and another one later: what came in between is theirs,
 * or of one that came and went, by how fast each is known to grow, and so is what went. */
static void settle_move(struct follow *follow, struct follow_thread *thread)
{
	struct follow_move *move = &thread->move;
	const struct follow_spot *from = move->before ? &move->from : NULL;
	uint64_t half_us = move->ran_us / 2;

	if (!move->waits)
		return;
	move->waits = false;
	const struct follow_spot *gone = move->came > 0 ? between(follow, from, &move->to) : NULL;
	struct growth_pair pair = {
		.earlier = from != NULL ? from->lines[0] : UINT32_MAX,
		.line = move->to.lines[0],
		.between = gone != NULL ? gone->lines[0] : UINT32_MAX,
		.ran_us = move->ran_us,
	};
	struct growth_split split = growth_split(follow->growth, &pair, move->came);
	int64_t late = move->came - split.earlier - split.between;
	int64_t fell = growth_fell_earlier(follow->growth, &pair, move->went);
	if (!is_noise(move->came, move->went)) {
		growth_met(follow->growth, pair.line, late, half_us);
		growth_met(follow->growth, pair.earlier, split.earlier, half_us);
	}
	if (from != NULL && move->came > 0) {
		follow->gone[pair.earlier % FOLLOW_GONE] = *from;
		growth_ran_before(follow->growth, pair.line, pair.earlier);
	}
	int64_t early = split.earlier - fell;
	late -= move->went - fell;
	bool is_late = llabs(late) >= llabs(early); /* whose look it is */
	if (late != 0)
		give_spot(follow, &move->to, late, is_late);
	if (from != NULL && early != 0)
		give_spot(follow, from, early, !is_late);
	if (gone != NULL && split.between != 0)
		give_spot(follow, gone, split.between, false);
}

/* Notes what the move of THREAD to the line that it is at now brought. */
static void begin_move(struct follow *follow, struct follow_thread *thread, int64_t came,
	int64_t went)
{
	settle_move(follow, thread);
	thread->move = (struct follow_move){
		.waits = true,
		.before = thread->ran && thread->last.count > 0,
		.from = thread->last,
		.to = thread->now,
		.came = came,
		.went = went,
		.ran_us = follow->span_us,
	};
}

/* A thread that runs, and what it is at is known. */
static void give_thread(struct follow *follow, struct follow_thread *thread, int64_t came,
	int64_t went)
{
	enum { KNOWN = 4 }; /* looks in a row that tell how fast a line grows */
	uint32_t now = thread->now.lines[0];
	const struct follow_spot *gone = NULL;

	if (!thread->ran || thread->last.count == 0 || thread->last.lines[0] != now) {
		begin_move(follow, thread, came, went);
		return;
	}
	if (came > 0 && growth_rate(follow->growth, now) == 0)
		gone = between(follow, &thread->last, &thread->now);
	if (went > NOISE_BYTES)
		growth_fell(follow->growth, now, went, follow->span_us);
	if (!is_noise(came, went))
		growth_stayed(follow->growth, now, gone != NULL ? 0 : came, follow->span_us);
	if (gone != NULL)
		give_spot(follow, gone, came, true);
	if (came - went != 0 && (gone == NULL || went != 0))
		give_spot(follow, &thread->now, gone != NULL ? -went : came - went, gone == NULL);
	if (thread->move.waits && ++thread->move.looks == KNOWN)
		settle_move(follow, thread);
}

/* The threads whose it is: those that touched pages, that run, or that gained before. */
enum share { BY_FAULTS, BY_RUNNING, BY_HELD, SHARES };

static double weight_of(const struct follow_thread *thread, enum share share)
{
	if (share == BY_FAULTS)
		return (double)thread->fresh;
	if (share == BY_RUNNING)
		return thread->runs;
	return thread->held > 0 ? (double)thread->held : 0;
}

/* Whether it was at work in its line: it runs, or it ran there at the look before, has touched
 * pages since and waits there now, as a thread does for the lock of all of Python. */
static bool is_at_work(const struct follow_thread *thread)
{
	bool stays = thread->ran && thread->last.count > 0 && thread->now.count > 0 &&
		     thread->last.lines[0] == thread->now.lines[0];

	return thread->now.count > 0 && (thread->runs || (stays && thread->fresh > 0));
}

/* Bytes that came while CHANGE was all that is left of them: pages touched for the first time, but
 * for those of files and of shared memory, may have been given back before the look. */
static int64_t came_of(const struct follow *follow, int64_t change, uint64_t faults)
{
	int64_t shared = follow->sizes.shared_more > 0 ? follow->sizes.shared_more : 0;
	int64_t touched = ((int64_t)faults - shared) * sysconf(_SC_PAGESIZE);
	int64_t came = change > 0 ? change : 0;

	return touched > came + NOISE_BYTES ? touched : came;
}

/* Memory that came is theirs by their page faults, and so is the noise in it; what went causes
 * none, and is of those who have something to give back: one that only computes has not. */
static void share_out(struct follow *follow, int64_t change)
{
	double sums[SHARES] = { 0 };

	for (size_t i = 0; i < follow->nthreads; i++)
		for (enum share share = 0; share < SHARES; share++)
			sums[share] += weight_of(&follow->threads[i], share);
	int64_t came = came_of(follow, change, (uint64_t)sums[BY_FAULTS]), went = came - change;
	enum share share = sums[BY_FAULTS] > 0 ? BY_FAULTS : BY_RUNNING;
	enum share fell = went <= NOISE_BYTES ? share : sums[BY_HELD] > 0 ? BY_HELD : BY_RUNNING;
	for (size_t i = 0; i < follow->nthreads; i++) {
		struct follow_thread *thread = &follow->threads[i];

		if (!is_at_work(thread)) {
			settle_move(follow, thread);
			continue;
		}
		double part = sums[share] > 0 ? weight_of(thread, share) / sums[share] : 0;
		double part_fell = sums[fell] > 0 ? weight_of(thread, fell) / sums[fell] : 0;
		int64_t has_come = (int64_t)((double)came * part);
		int64_t has_gone = (int64_t)((double)went * part_fell);
		follow->caught += change > 0 ? (int64_t)((double)change * part) : 0;
		thread->held += has_come - has_gone;
		give_thread(follow, thread, has_come, has_gone);
	}
}

void follow_settle(struct follow *follow)
{
	for (size_t i = 0; i < follow->nthreads; i++)
		settle_move(follow, &follow->threads[i]);
}

void follow_attribute(struct follow *follow, int64_t change)
{
	if (follow->started) {
		follow->rose += change > 0 ? change : 0;
		share_out(follow, change);
	}
	follow->ran_us += follow->span_us;
	follow->sizes.shared_more = 0;
	follow->looks++;
	for (size_t i = 0; i < follow->nthreads; i++) {
		struct follow_thread *thread = &follow->threads[i];

		thread->faults += thread->fresh;
		thread->last = thread->now;
		thread->ran = thread->runs;
	}
}
