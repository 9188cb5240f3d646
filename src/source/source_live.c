/* SPDX-License-Identifier: GPL-2.0-or-later */
/* source_live - keeps one sampler going: knows its lines, not how it samples */
#include "source/source_live.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/xalloc.h"
#include "frame/decode.h"
#include "source/asked.h"
#include "source/child.h"
#include "source/lines.h"
#include "source/source_ops.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

enum {
	READ_MAX = 15 * 1024, /* bytes of one read: a pipe holds more, but rarely has it */
	READS_MAX = 64,       /* reads of one call, so that a flood leaves time for keys */
	PENDING_MS = 100,     /* how often a full pipe is tried */
	GRACE_MS = 30,        /* for a child whose pipe closed: it is on its way out */
	CLOSE_GRACE_MS = 300, /* for a child that is asked to go */
	KILL_MS = 1000,
	RESTART_MS = 500, /* before a child is replaced that did not live long */
	LIVED_MS = 2000,
	BAD_LINES_MAX = 10, /* in a row */
	TRIES_MAX = 3,      /* children in a row without a single frame */
	/* of those that only said nothing: half a minute, for a machine in trouble */
	SILENT_MAX = 5,
	DOUBTS_MAX = 5, /* patience is doubled so many times */
};

/* With one that closed its pipes or was killed. */
static const struct child_patience patience = { GRACE_MS, GRACE_MS };

struct live {
	struct source base;
	struct live_child how;
	struct child child;
	struct reap lost;
	struct lines lines;
	struct asked asked;
	struct frame *frame;
	bool header_read; /* of this child */
	bool ended;
	bool more;              /* there may be another line in memory */
	bool drained;           /* the last read took all that there was */
	unsigned generation;    /* children so far */
	unsigned fruitless;     /* of them, in a row: without a frame */
	unsigned bad_lines;     /* in a row */
	uint64_t frames;        /* of this child */
	uint64_t seq_base, seq; /* added to the child's, so that it never goes back; the last */
	uint64_t child_seq, boot_ms; /* of the child's last frame */
	uint64_t gap_seq;            /* the child's first tick, if it replaced another one */
	uint64_t started_ms, heard_ms, called_ms, restart_ms;
	uint64_t looked_ms, looked_cpu_us; /* at what it does while it is silent; 0: not yet */
	unsigned doubts;                   /* children in a row that fell silent soon */
	uint32_t interval_ms;              /* asked for or, if longer, managed */
};

static struct live *live_of(struct source *source)
{
	return (struct live *)source;
}

static const struct live *live_of_const(const struct source *source)
{
	return (const struct live *)source;
}

/* --- requests ---------------------------------------------------------------------- */

static int live_ask(struct source *source, const struct request *request)
{
	struct live *live = live_of(source);
	int error = live->ended ? -EPIPE : asked_send(&live->asked, &live->child, request);

	if (error == 0 && request->kind == REQUEST_INTERVAL) {
		live->interval_ms = request->interval_ms;
		live->heard_ms = clock_mono_ms(); /* silence so far was agreed on */
	}
	return error;
}

/* --- birth and death of the child -------------------------------------------------- */

/* A new child's frames begin at 1 again and its times may, too; they are moved on behind those of
 * the one before (seq_base). What was asked of that one is asked again. */
static int start_child(struct live *live)
{
	int result = child_start(&live->child, &live->how, "memtop-sampler");

	if (result < 0)
		return result;
	live->generation++;
	live->started_ms = live->heard_ms = clock_mono_ms();
	live->looked_ms = 0;
	live->header_read = live->drained = false;
	live->frames = live->child_seq = live->gap_seq = live->boot_ms = 0;
	live->bad_lines = 0;
	live->seq_base = live->seq;
	lines_clear(&live->lines);
	asked_again(&live->asked, &live->child);
	return 0;
}

static enum source_event end_source(struct live *live)
{
	live->ended = true;
	return SOURCE_END;
}

static void schedule_restart(struct live *live)
{
	uint64_t now = clock_mono_ms();

	live->restart_ms = now - live->started_ms >= LIVED_MS ? now : now + RESTART_MS;
	live->fruitless = live->frames > 0 ? 0 : live->fruitless + 1;
}

/* The child's pipe closed. */
static enum source_event child_died(struct live *live)
{
	char words[SOURCE_MESSAGE_MAX / 2];
	bool ever = live->seq > 0;
	int status = child_end(&live->child, patience, &live->lost, words, sizeof(words));

	schedule_restart(live);
	if (status >= 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0) {
		live->base.message[0] = '\0';
		return end_source(live);
	}
	if (status >= 0 && WIFEXITED(status) && words[0] != '\0')
		source_say(&live->base, "the sampler ended: %s", words);
	else if (status >= 0 && WIFEXITED(status))
		source_say(&live->base, "the sampler ended (status %d)", WEXITSTATUS(status));
	else if (status >= 0 && WIFSIGNALED(status))
		source_say(&live->base, "the sampler was killed by signal %d (%s)",
			WTERMSIG(status), strsignal(WTERMSIG(status)));
	else
		source_say(&live->base, "the sampler closed its output");
	log_line("%s", live->base.message);
	if (!ever && ((status >= 0 && WIFEXITED(status)) || live->fruitless >= TRIES_MAX))
		return end_source(live);
	return SOURCE_TROUBLE;
}

/* The child is alive but of no use; so were TRIES without a frame: that is enough. */
static enum source_event child_is_useless(struct live *live, unsigned tries)
{
	char words[SOURCE_MESSAGE_MAX];

	if (live->child.pid > 0) /* 0 would be our own group */
		kill(live->child.pid, SIGKILL);
	child_end(&live->child, patience, &live->lost, words, sizeof(words));
	schedule_restart(live);
	log_line("%s", live->base.message);
	return live->seq == 0 && live->fruitless >= tries ? end_source(live) : SOURCE_TROUBLE;
}

/* --- lines ------------------------------------------------------------------------- */

static enum source_event bad_line(struct live *live, const char *why)
{
	if (++live->bad_lines < BAD_LINES_MAX) {
		if (live->bad_lines == 1) /* it may have held changes */
			asked_for_all(&live->asked, &live->child);
		source_say(&live->base, "a line of the sampler cannot be read: %s", why);
		log_line("%s", live->base.message);
		return SOURCE_TROUBLE;
	}
	source_say(&live->base, "the sampler writes what cannot be read (%s) and was ended", why);
	return child_is_useless(live, TRIES_MAX);
}

/* The sampler's own interval holds unless another was asked for meanwhile. */
static enum source_event take_header(struct live *live, const char *line, size_t len)
{
	char why[DECODE_WHY_MAX];

	if (decode_header(&live->base.header, line, len, why) < 0)
		return bad_line(live, why);
	live->header_read = true;
	if (!live->asked.has[ASKED_INTERVAL])
		live->interval_ms = live->base.header.interval_ms;
	return SOURCE_NONE;
}

/* Time and number never go back within one child; the first tick after a replacement is a gap. */
static void adjust_frame(struct live *live, struct frame *frame)
{
	if (live->frames == 0 && live->generation > 1)
		live->gap_seq = frame->seq;
	live->child_seq = frame->seq;
	live->boot_ms = frame->boot_ms;
	if (live->gap_seq == frame->seq) {
		frame->gap = true;
		frame->interval_ms = 0;
	}
	frame->seq += live->seq_base;
	live->seq = frame->seq;
	live->frames++;
	if (frame->tick && frame->stretched && frame->interval_ms > live->interval_ms &&
		live->interval_ms > 0)
		live->interval_ms = frame->interval_ms;
}

/* Time that runs backwards would break every rate: a line like that is as bad as one that cannot
 * be read. */
static enum source_event take_frame(struct live *live, const char *line, size_t len,
	const struct frame **frame)
{
	char why[DECODE_WHY_MAX];

	frame_reset(live->frame);
	if (decode_frame(live->frame, line, len, why) < 0)
		return bad_line(live, why);
	if (live->frame->seq < live->child_seq || live->frame->boot_ms < live->boot_ms)
		return bad_line(live, "time runs backwards");
	live->bad_lines = 0;
	adjust_frame(live, live->frame);
	*frame = live->frame;
	return SOURCE_FRAME;
}

/* The next event that is in memory already. */
static enum source_event take_lines(struct live *live, const struct frame **frame)
{
	enum source_event event = SOURCE_NONE;
	const char *line;
	size_t len;

	while (event == SOURCE_NONE && (line = lines_next(&live->lines, &len)) != NULL) {
		live->heard_ms = live->called_ms;
		if (!live->header_read || decode_is_header(line, len))
			event = take_header(live, line, len);
		else
			event = take_frame(live, line, len, frame);
	}
	if (event == SOURCE_NONE && lines_dropped(&live->lines))
		event = bad_line(live, "line too long");
	live->more = event != SOURCE_NONE;
	return event;
}

/* Whether more lines may wait behind EVENT: those of a sampler that was given up are not read. */
static bool is_worth_reading(const struct live *live, enum source_event event)
{
	return event != SOURCE_NONE && live->child.pid != 0;
}

/* Bounded, so that a sampler that writes without pause cannot keep the keys of the screen
 * waiting. */
static enum source_event read_lines(struct live *live, const struct frame **frame)
{
	enum source_event event = take_lines(live, frame);

	for (int i = 0; i < READS_MAX && event == SOURCE_NONE; i++) {
		ssize_t count = lines_read(&live->lines, live->child.out, READ_MAX);

		if (count == -EAGAIN)
			return SOURCE_NONE;
		if (count <= 0)
			return child_died(live);
		event = take_lines(live, frame);
		live->drained = is_worth_reading(live, event) && count < READ_MAX;
		if (count < READ_MAX)
			break;
	}
	return event;
}

/* --- the source -------------------------------------------------------------------- */

/* How long it may say nothing; 0: for ever. */
static uint64_t patience_ms(const struct live *live)
{
	if (live->header_read && live->interval_ms == 0)
		return 0;
	return live->interval_ms + ((uint64_t)SOURCE_LIVE_STALL_MS << live->doubts);
}

/* When to look at its CPU time: half the patience after it should have spoken, and again after
 * as much. */
static uint64_t look_at_ms(const struct live *live)
{
	uint64_t half = ((uint64_t)SOURCE_LIVE_STALL_MS << live->doubts) / 2;

	if (live->looked_ms <= live->heard_ms)
		return live->heard_ms + live->interval_ms + half;
	return live->looked_ms + half;
}

/* Whether it has been silent for too long, and not because it is busy. */
static bool is_stuck(struct live *live, uint64_t now)
{
	uint64_t before_us = live->looked_cpu_us;
	bool again = live->looked_ms > live->heard_ms;

	if (patience_ms(live) == 0 || now < look_at_ms(live))
		return false;
	live->looked_ms = now;
	live->looked_cpu_us = child_cpu_us(&live->child);
	if (!again)
		return false;
	return live->looked_cpu_us == before_us ||
	       now - live->heard_ms >=
		       live->interval_ms + ((uint64_t)SOURCE_LIVE_BUSY_MS << live->doubts);
}

/* Doubles the patience for the next child if this one, too, fell silent soon after its start. */
static void lose_confidence(struct live *live, uint64_t now)
{
	bool soon = now - live->started_ms < SOURCE_LIVE_PROVEN_MS;

	live->doubts = !soon ? 0 : live->doubts < DOUBTS_MAX ? live->doubts + 1 : DOUBTS_MAX;
}

/* While the front end itself was stopped (Ctrl-Z, a frozen container) it was not waiting. */
static void forgive_own_absence(struct live *live)
{
	uint64_t now = clock_mono_ms();

	if (live->called_ms != 0 && now - live->called_ms > patience_ms(live) + 1000)
		live->heard_ms = now;
	live->called_ms = now;
}

/* A machine that cannot fork now may in a second. */
static enum source_event replace_child(struct live *live)
{
	if (clock_mono_ms() < live->restart_ms)
		return SOURCE_NONE;
	int result = start_child(live);

	if (result == 0)
		return SOURCE_NONE;
	live->restart_ms = clock_mono_ms() + 1000;
	source_say(&live->base, "the sampler cannot be started again: %s", strerror(-result));
	return SOURCE_TROUBLE;
}

/* Whatever is wrong with a sampler ends in the same way: it is told in one line, and another one
 * is started.  Silence is looked at last, when nothing is left to be read. */
static enum source_event live_next(struct source *source, const struct frame **frame)
{
	struct live *live = live_of(source);
	enum source_event event;

	if (live->ended)
		return SOURCE_END;
	if (live->drained) { /* what has come since then is told by live_fd */
		event = take_lines(live, frame);
		live->drained = is_worth_reading(live, event);
		return event;
	}
	reap_gone(&live->lost);
	forgive_own_absence(live);
	if (live->child.pid == 0) {
		event = replace_child(live);
		if (live->child.pid == 0)
			return event;
	}
	if (child_was_stopped(&live->child)) {
		source_say(&live->base, "the sampler was stopped by somebody and was replaced");
		return child_is_useless(live, TRIES_MAX);
	}
	asked_flush(&live->asked, &live->child);
	event = read_lines(live, frame);
	if (event != SOURCE_NONE || live->child.pid == 0)
		return event;
	uint64_t now = clock_mono_ms();

	if (!is_stuck(live, now))
		return SOURCE_NONE;
	lose_confidence(live, now);
	source_say(&live->base, "the sampler said nothing for %u s and was replaced",
		(unsigned)((now - live->heard_ms) / 1000));
	return child_is_useless(live, SILENT_MAX);
}

static int live_fd(const struct source *source)
{
	const struct live *live = live_of_const(source);

	return live->child.pid != 0 ? live->child.out : -1;
}

static int remaining_ms(uint64_t when, uint64_t now)
{
	return when <= now ? 0 : when - now > 3600000 ? 3600000 : (int)(when - now);
}

/* The nearest of what there is to wait for: a restart, a look that is overdue, requests that a
 * full pipe has refused. */
static int live_timeout_ms(const struct source *source)
{
	const struct live *live = live_of_const(source);
	uint64_t now = clock_mono_ms();
	int wait = -1;

	if (live->ended)
		return -1;
	if (live->more)
		return 0;
	if (live->child.pid == 0)
		return remaining_ms(live->restart_ms, now);
	if (patience_ms(live) > 0)
		wait = remaining_ms(look_at_ms(live), now);
	return live->asked.pending.len > 0 ? clock_sooner(wait, PENDING_MS) : wait;
}

/* First kindly, then by KILL; one that is stuck in the kernel is left to itself after that. */
static void live_close(struct source *source)
{
	struct live *live = live_of(source);
	const struct child_patience last = { CLOSE_GRACE_MS, KILL_MS };
	char words[SOURCE_MESSAGE_MAX];

	if (live->child.pid != 0)
		child_end(&live->child, last, &live->lost, words, sizeof(words));
	reap_gone(&live->lost);
	lines_done(&live->lines);
	asked_done(&live->asked);
	frame_free(live->frame);
	if (live->how.size > 0)
		free(live->how.context);
	free(live);
}

static const struct source_ops live_ops = {
	.next = live_next,
	.fd = live_fd,
	.timeout_ms = live_timeout_ms,
	.ask = live_ask,
	.close = live_close,
};

int source_open_live(struct source **source, const struct live_child *how)
{
	struct live *live = xalloc_zero(1, sizeof(*live));

	live->base.ops = &live_ops;
	live->base.live = true;
	live->how = *how;
	if (how->size > 0)
		live->how.context = memcpy(xalloc_zero(1, how->size), how->context, how->size);
	lines_init(&live->lines, DECODE_LINE_MAX);
	asked_init(&live->asked);
	live->frame = frame_new();
	int result = start_child(live);

	if (result < 0) {
		live_close(&live->base);
		return result;
	}
	*source = &live->base;
	return 0;
}
