/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mappings - see mappings.h; reads nothing itself */
#include "sample/mappings.h"

#include "base/xalloc.h"
#include "sample/usage.h"
#include "sample/frame_writer.h"
#include "sample/reader.h"

#include <errno.h>
#include <stdlib.h>

enum {
	PERIOD_MS = 2000,
	SHARE = 50,         /* reads take at most one part in this many of the time */
	SHARE_ASKED = 20,   /* and when asked again */
	REFUSED_MS = 60000, /* not permitted: that rarely changes */
	/* to which failures, each of which doubles it, lengthen the wait */
	WAIT_MAX_S = 60,
};

void mappings_init(struct mappings *mappings, int proc)
{
	*mappings = (struct mappings){ .reader = reader_new_patient(proc, READER_MAPPINGS_MS,
					       READER_MAPPINGS_BUSY_MS) };
}

static void forget_parts(struct mappings *mappings)
{
	for (size_t i = 0; i < mappings->nparts; i++)
		free(mappings->names[i]);
	mappings->nparts = 0;
}

static void forget_answer(struct mappings *mappings)
{
	forget_parts(mappings);
	free(mappings->exe);
	free(mappings->cwd);
	*mappings = (struct mappings){ .reader = mappings->reader };
}

void mappings_done(struct mappings *mappings)
{
	forget_answer(mappings);
	reader_free(mappings->reader);
}

void mappings_choose(struct mappings *mappings, struct ident id)
{
	uint64_t budget_ms = mappings->budget_ms;
	bool asked = mappings->asked;

	if (ident_same(mappings->id, id))
		return;
	forget_answer(mappings);
	/* an answer still under way is about the one before; what that cost still counts */
	mappings->id = id;
	mappings->asked = asked;
	mappings->next_ms = mappings->budget_ms = budget_ms;
}

void mappings_again(struct mappings *mappings)
{
	mappings->next_ms = mappings->budget_ms;
}

static void keep_text(char **place, const char *text)
{
	free(*place);
	*place = xalloc_text(text);
}

/* The first part of an answer replaces those of the one before, which stayed until now: what is on
 * the screen is whole at every moment. What is beyond the most that a frame holds is not kept. */
static void take_part(struct mappings *mappings, const struct reader_answer *answer)
{
	if (!mappings->fresh)
		forget_parts(mappings);
	mappings->fresh = true;
	if (mappings->nparts == FRAME_GROUPS_MAX)
		return;
	mappings->names[mappings->nparts] = xalloc_text(answer->text);
	mappings->parts[mappings->nparts] = answer->figures.group;
	mappings->parts[mappings->nparts].name = mappings->names[mappings->nparts];
	mappings->nparts++;
}

/* The cost of a read decides when the next one is. */
static void plan_next(struct mappings *mappings, uint64_t now_ms)
{
	uint64_t cost_ms = (uint64_t)mappings->answer.cost_ms + 1, period_ms = cost_ms * SHARE;

	if (period_ms < PERIOD_MS)
		period_ms = PERIOD_MS;
	if (mappings->answer.error == EACCES || mappings->answer.error == EPERM)
		period_ms = REFUSED_MS;
	mappings->next_ms = now_ms + period_ms;
	mappings->budget_ms = now_ms + cost_ms * SHARE_ASKED;
	mappings->blocked_s = 0;
}

static void take_whole(struct mappings *mappings, const struct reader_answer *answer,
	uint64_t now_ms)
{
	mappings->answer = answer->figures.mappings;
	mappings->answer.pid = mappings->id.pid;
	mappings->answer.start_ticks = mappings->id.start_ticks;
	if (answer->error != 0) /* gone, or another one */
		mappings->answer.error = answer->error;
	if ((mappings->answer.known & MAPPINGS_READ) && !mappings->fresh)
		forget_parts(mappings);
	if (mappings->answer.known & MAPPINGS_READ)
		mappings->parts_ms = now_ms;
	mappings->answer_ms = now_ms;
	mappings->complete = true;
	mappings->fresh = false;
	plan_next(mappings, now_ms);
}

/* Each failure doubles the wait until it is asked again: a process that holds the lock of its
 * memory for minutes would cost a killed reader every second. The error is an answer, too, and
 * goes out. */
static void take_stuck(struct mappings *mappings, int error, uint64_t now_ms)
{
	mappings->blocked_s = mappings->blocked_s == 0 ? 1 : mappings->blocked_s * 2;
	if (mappings->blocked_s > WAIT_MAX_S)
		mappings->blocked_s = WAIT_MAX_S;
	mappings->next_ms = mappings->budget_ms = now_ms + mappings->blocked_s * 1000u;
	mappings->answer.pid = mappings->id.pid;
	mappings->answer.start_ticks = mappings->id.start_ticks;
	mappings->answer.known = 0;
	mappings->answer.error = error;
	mappings->answer_ms = now_ms;
	mappings->complete = true;
	mappings->fresh = false;
}

/* The reader answers in pieces, the whole last. Pieces about a process that is not on the screen
 * any more were under way when another was chosen. */
static void take_answer(struct mappings *mappings, const struct reader_answer *answer,
	uint64_t now_ms)
{
	bool ours = ident_same(answer->ask.id, mappings->id);

	if (answer->piece == READER_WHOLE)
		mappings->asked = false;
	if (!ours)
		return;
	switch (answer->piece) {
	case READER_GROUP:
		take_part(mappings, answer);
		break;
	case READER_EXE:
		keep_text(&mappings->exe, answer->text);
		break;
	case READER_CWD:
		keep_text(&mappings->cwd, answer->text);
		break;
	case READER_WHOLE:
		take_whole(mappings, answer, now_ms);
		break;
	}
}

/* A reader that blocked was killed and started again by reader_next; only its question is known
 * here. */
static void take_answers(struct mappings *mappings, uint64_t now_ms)
{
	struct reader_answer answer;

	for (;;) {
		switch (reader_next(mappings->reader, now_ms, &answer)) {
		case READER_IDLE:
			return;
		case READER_ANSWER:
			take_answer(mappings, &answer, now_ms);
			break;
		case READER_BLOCKED:
			mappings->asked = false;
			if (ident_same(answer.ask.id, mappings->id))
				take_stuck(mappings, answer.error, now_ms);
			break;
		}
	}
}

void mappings_step(struct mappings *mappings, uint64_t now_ms)
{
	struct reader_ask ask = { .kind = READER_MAPPINGS, .id = mappings->id };

	if (mappings->id.pid != 0 && !mappings->asked && now_ms >= mappings->next_ms)
		mappings->asked = reader_ask(mappings->reader, &ask);
	take_answers(mappings, now_ms);
	/* an idle child costs memory */
	if (mappings->id.pid == 0 && !mappings->asked && reader_pid(mappings->reader) != 0)
		reader_rest(mappings->reader);
}

/* Once for each answer: the age is told as of this frame, so that a later key frame does not make
 * it look fresh. */
void mappings_send(struct mappings *mappings, uint64_t now_ms, struct frame_writer *writer)
{
	struct proc_mappings copy = mappings->answer;
	bool parts = copy.known & MAPPINGS_READ;

	if (!mappings->complete)
		return;
	mappings->complete = false;
	copy.exe = mappings->exe != NULL ? mappings->exe : "";
	copy.cwd = mappings->cwd != NULL ? mappings->cwd : "";
	copy.age_ms = parts ? (uint32_t)(now_ms - mappings->parts_ms) : 0;
	copy.wait_ms = mappings->next_ms > now_ms ? (uint32_t)(mappings->next_ms - now_ms) : 0;
	frame_put_mappings(writer, &copy, mappings->parts, parts ? mappings->nparts : 0);
}

void mappings_repeat(struct mappings *mappings)
{
	mappings->complete = mappings->id.pid != 0 && mappings->answer_ms != 0 && !mappings->fresh;
}

struct pollfd mappings_fd(const struct mappings *mappings)
{
	return (struct pollfd){ .fd = reader_fd(mappings->reader), .events = POLLIN };
}

int mappings_timeout(const struct mappings *mappings, uint64_t now_ms)
{
	uint64_t left_ms = mappings->next_ms > now_ms ? mappings->next_ms - now_ms : 0;

	if (mappings->complete)
		return 0;
	if (mappings->asked)
		return reader_timeout(mappings->reader, now_ms);
	if (mappings->id.pid == 0)
		return -1;
	return left_ms > 60000 ? 60000 : (int)left_ms;
}

bool mappings_is_reader(const struct mappings *mappings, int32_t pid)
{
	return pid == reader_pid(mappings->reader);
}

uint64_t mappings_cpu_us(const struct mappings *mappings)
{
	uint64_t ns = 0;

	if (reader_pid(mappings->reader) != 0)
		usage_clock(reader_pid(mappings->reader), &ns);
	return ns / 1000;
}
