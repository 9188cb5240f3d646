/* SPDX-License-Identifier: GPL-2.0-or-later */
/* deeplane - see deeplane.h; reads nothing itself */
#include "sample/deeplane.h"

#include "base/clock.h"
#include "base/xalloc.h"
#include "sample/fastlane.h"
#include "sample/part.h"
#include "sample/reader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	PERIOD_MS = 2000,
	SHARE = 50,         /* reads take at most one part in this many of the time */
	SHARE_ASKED = 20,   /* and when asked again */
	REFUSED_MS = 60000, /* not permitted: that rarely changes */
	WAIT_MAX_S = 60,
};

void deeplane_init(struct deeplane *lane, int proc)
{
	*lane = (struct deeplane){ .reader = reader_new_patient(proc, READER_DEEP_MS,
					   READER_DEEP_BUSY_MS) };
}

static void forget_parts(struct deeplane *lane)
{
	for (size_t i = 0; i < lane->nparts; i++)
		free(lane->names[i]);
	lane->nparts = 0;
}

static void forget(struct deeplane *lane)
{
	forget_parts(lane);
	free(lane->exe);
	free(lane->cwd);
	*lane = (struct deeplane){ .reader = lane->reader };
}

void deeplane_done(struct deeplane *lane)
{
	forget(lane);
	reader_free(lane->reader);
}

void deeplane_choose(struct deeplane *lane, struct ident id)
{
	uint64_t budget_ms = lane->budget_ms;
	bool asked = lane->asked;

	if (ident_same(lane->id, id))
		return;
	forget(lane);
	/* an answer still under way is about the one before; what that cost still counts */
	lane->id = id;
	lane->asked = asked;
	lane->next_ms = lane->budget_ms = budget_ms;
}

void deeplane_again(struct deeplane *lane)
{
	lane->next_ms = lane->budget_ms;
}

static void keep_text(char **place, const char *text)
{
	free(*place);
	*place = xalloc_text(text);
}

static void take_part(struct deeplane *lane, const struct reader_answer *answer)
{
	if (!lane->fresh)
		forget_parts(lane);
	lane->fresh = true;
	if (lane->nparts == FRAME_PARTS_MAX)
		return;
	lane->names[lane->nparts] = xalloc_text(answer->text);
	lane->parts[lane->nparts] = answer->figures.part;
	lane->parts[lane->nparts].name = lane->names[lane->nparts];
	lane->nparts++;
}

/* What it cost decides when it is read again. */
static void plan(struct deeplane *lane, uint64_t now_ms)
{
	uint64_t cost_ms = (uint64_t)lane->deep.cost_ms + 1, period_ms = cost_ms * SHARE;

	if (period_ms < PERIOD_MS)
		period_ms = PERIOD_MS;
	if (lane->deep.error == EACCES || lane->deep.error == EPERM)
		period_ms = REFUSED_MS;
	lane->next_ms = now_ms + period_ms;
	lane->budget_ms = now_ms + cost_ms * SHARE_ASKED;
	lane->blocked_s = 0;
}

static void take_whole(struct deeplane *lane, const struct reader_answer *answer, uint64_t now_ms)
{
	lane->deep = answer->figures.deep;
	lane->deep.pid = lane->id.pid;
	lane->deep.start_ticks = lane->id.start_ticks;
	if (answer->error != 0) /* gone, or another one */
		lane->deep.error = answer->error;
	if ((lane->deep.known & DEEP_PARTS) && !lane->fresh)
		forget_parts(lane);
	if (lane->deep.known & DEEP_PARTS)
		lane->parts_ms = now_ms;
	lane->answer_ms = now_ms;
	lane->complete = true;
	lane->fresh = false;
	plan(lane, now_ms);
}

static void take_stuck(struct deeplane *lane, int error, uint64_t now_ms)
{
	lane->blocked_s = lane->blocked_s == 0 ? 1 : lane->blocked_s * 2;
	if (lane->blocked_s > WAIT_MAX_S)
		lane->blocked_s = WAIT_MAX_S;
	lane->next_ms = lane->budget_ms = now_ms + lane->blocked_s * 1000u;
	lane->deep.pid = lane->id.pid;
	lane->deep.start_ticks = lane->id.start_ticks;
	lane->deep.known = 0;
	lane->deep.error = error;
	lane->answer_ms = now_ms;
	lane->complete = true;
	lane->fresh = false;
}

static void take_answer(struct deeplane *lane, const struct reader_answer *answer, uint64_t now_ms)
{
	bool ours = ident_same(answer->ask.id, lane->id);

	if (answer->piece == READER_WHOLE)
		lane->asked = false;
	if (!ours)
		return;
	switch (answer->piece) {
	case READER_PART:
		take_part(lane, answer);
		break;
	case READER_EXE:
		keep_text(&lane->exe, answer->text);
		break;
	case READER_CWD:
		keep_text(&lane->cwd, answer->text);
		break;
	case READER_WHOLE:
		take_whole(lane, answer, now_ms);
		break;
	}
}

static void take_answers(struct deeplane *lane, uint64_t now_ms)
{
	struct reader_answer answer;

	for (;;) {
		switch (reader_next(lane->reader, now_ms, &answer)) {
		case READER_IDLE:
			return;
		case READER_ANSWER:
			take_answer(lane, &answer, now_ms);
			break;
		case READER_BLOCKED:
			lane->asked = false;
			if (ident_same(answer.ask.id, lane->id))
				take_stuck(lane, answer.error, now_ms);
			break;
		}
	}
}

void deeplane_step(struct deeplane *lane, uint64_t now_ms)
{
	struct reader_ask ask = { .kind = READER_DEEP, .id = lane->id };

	if (lane->id.pid != 0 && !lane->asked && now_ms >= lane->next_ms)
		lane->asked = reader_ask(lane->reader, &ask);
	take_answers(lane, now_ms);
	/* an idle child costs memory */
	if (lane->id.pid == 0 && !lane->asked && reader_pid(lane->reader) != 0)
		reader_rest(lane->reader);
}

void deeplane_send(struct deeplane *lane, uint64_t now_ms, struct part *part)
{
	struct proc_deep deep = lane->deep;
	bool parts = deep.known & DEEP_PARTS;

	if (!lane->complete)
		return;
	lane->complete = false;
	deep.exe = lane->exe != NULL ? lane->exe : "";
	deep.cwd = lane->cwd != NULL ? lane->cwd : "";
	deep.age_ms = parts ? (uint32_t)(now_ms - lane->parts_ms) : 0;
	deep.wait_ms = lane->next_ms > now_ms ? (uint32_t)(lane->next_ms - now_ms) : 0;
	part_deep(part, &deep, lane->parts, parts ? lane->nparts : 0);
}

void deeplane_repeat(struct deeplane *lane)
{
	lane->complete = lane->id.pid != 0 && lane->answer_ms != 0 && !lane->fresh;
}

struct pollfd deeplane_fd(const struct deeplane *lane)
{
	return (struct pollfd){ .fd = reader_fd(lane->reader), .events = POLLIN };
}

int deeplane_timeout(const struct deeplane *lane, uint64_t now_ms)
{
	uint64_t left_ms = lane->next_ms > now_ms ? lane->next_ms - now_ms : 0;

	if (lane->complete)
		return 0;
	if (lane->asked)
		return reader_timeout(lane->reader, now_ms);
	if (lane->id.pid == 0)
		return -1;
	return left_ms > 60000 ? 60000 : (int)left_ms;
}

bool deeplane_is_reader(const struct deeplane *lane, int32_t pid)
{
	return pid == reader_pid(lane->reader);
}

uint64_t deeplane_cpu_us(const struct deeplane *lane)
{
	uint64_t ns = 0;

	if (reader_pid(lane->reader) != 0)
		fastlane_clock(reader_pid(lane->reader), &ns);
	return ns / 1000;
}
