/* SPDX-License-Identifier: GPL-2.0-or-later */
/* source_remote - see source_remote.h; knows its program's lines and end, not what program it is */
#include "source/source_remote.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "frame/decode.h"
#include "source/asked.h"
#include "source/child.h"
#include "source/lines.h"
#include "source/source_ops.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

enum {
	READ_MAX = 15 * 1024, /* bytes of one read */
	READS_MAX = 16,       /* reads of one call: a flood leaves time for other machines */
	BANNER_LINES_MAX = 200,
	BAD_LINES_MAX = 10, /* in a row */
	GRACE_MS = 30,
	CLOSE_GRACE_MS = 50, /* many may have to end together */
	DOOR_MS = 50,        /* how often a queued one looks at the door */
	FLUSH_MS = 100,      /* how often a full pipe is tried */
	RETRY_MS = 1000,
	PROVEN_MS = 60000,     /* a connection that held so long was a good one */
	BOOT_APART_MS = 60000, /* wall clocks are set; a boot is further from another one */
	WHY_MAX = 160,
	SAID_MAX = 1000,
	SAID_LINES = 8, /* a jump host's ssh speaks before ours does */
};

struct remote {
	struct source base;
	struct live_child how;
	struct source_remote_door *door;
	source_remote_words *words;
	struct child child;
	struct reap lost;
	struct lines lines;
	struct asked asked;
	struct frame *frame;
	enum source_remote_state state;
	char why[WHY_MAX];
	char banner[WHY_MAX]; /* the first line that was no header */
	unsigned banner_lines, bad_lines;
	unsigned losses;     /* in a row, without a connection that held */
	bool more;           /* there may be another line in memory */
	bool first;          /* the next frame is the first of its connection */
	bool other_boot;     /* than of the connection before */
	uint64_t started_ms; /* clock_mono_ms from here on */
	uint64_t spoke_ms, heard_ms, retry_ms;
	uint64_t boot_wall_ms; /* of the machine, wall clock; 0: not known yet */
	uint64_t boot_ms;      /* of its newest frame */
	uint64_t seq_base, seq;
};

static struct remote *remote_of(struct source *source)
{
	return (struct remote *)source;
}

static const struct remote *remote_of_const(const struct source *source)
{
	return (const struct remote *)source;
}

/* --- the connection --------------------------------------------------------------------------- */

static void leave_door(struct remote *r)
{
	if (r->state == REMOTE_CONNECTING)
		r->door->inside--;
}

static uint64_t retry_after_ms(unsigned losses)
{
	unsigned doublings = losses > 1 ? losses - 1 : 0;
	uint64_t ms = (uint64_t)RETRY_MS << (doublings < 10 ? doublings : 10);

	return ms < SOURCE_REMOTE_RETRY_MAX_MS ? ms : SOURCE_REMOTE_RETRY_MAX_MS;
}

/* Adds what the child wrote instead of a stream behind what it SAID to a person. */
static void add_banner(char said[SAID_MAX], const char *banner)
{
	size_t len = strlen(said);

	if (banner[0] != '\0')
		snprintf(said + len, SAID_MAX - len, "%s%s", len > 0 ? "\n" : "", banner);
}

/* The connection has ended or is of no use: WHY says it, NULL: what the program said does. */
static enum source_event lose(struct remote *r, const char *why)
{
	uint64_t now = clock_mono_ms();
	char said[SAID_MAX] = "";

	if (why != NULL && r->child.pid > 0) /* and what it started, such as a jump host's ssh */
		kill(-r->child.pid, SIGKILL);
	int status = child_end(&r->child, (struct child_patience){ GRACE_MS, GRACE_MS }, &r->lost,
		said, sizeof(said));
	if (r->state == REMOTE_CONNECTING)
		add_banner(said, r->banner);
	if (why != NULL)
		snprintf(r->why, sizeof(r->why), "%s", why);
	else if (r->words != NULL)
		r->words(r->why, sizeof(r->why), said, status);
	else
		snprintf(r->why, sizeof(r->why), "%.*s", WHY_MAX - 1, said);
	bool held = r->state == REMOTE_LIVE && now - r->started_ms >= PROVEN_MS;
	leave_door(r);
	r->losses = held ? 1 : r->losses + 1;
	r->state = REMOTE_LOST;
	r->retry_ms = now + retry_after_ms(r->losses);
	source_say(&r->base, "%s", r->why);
	return SOURCE_TROUBLE;
}

/* Only some may be connecting at a time (the door), or twenty logins at once look like an attack
 * to a server and its limits. */
static enum source_event connect_now(struct remote *r)
{
	int error = child_start(&r->child, &r->how, "memtop-remote");

	r->started_ms = r->spoke_ms = clock_mono_ms();
	if (error != 0) {
		r->losses++;
		r->state = REMOTE_LOST;
		r->retry_ms = r->started_ms + retry_after_ms(r->losses);
		snprintf(r->why, sizeof(r->why), "cannot start ssh: %s", strerror(-error));
		source_say(&r->base, "%s", r->why);
		return SOURCE_TROUBLE;
	}
	r->child.lines = SAID_LINES;
	r->state = REMOTE_CONNECTING;
	r->door->inside++;
	r->banner[0] = '\0';
	r->banner_lines = r->bad_lines = 0;
	r->first = true;
	r->seq_base = r->seq;
	lines_clear(&r->lines);
	asked_again(&r->asked, &r->child);
	return SOURCE_NONE;
}

/* Starts it, or once more, when it is time and there is room at the door. */
static enum source_event try_to_connect(struct remote *r)
{
	if (r->state == REMOTE_LOST && clock_mono_ms() < r->retry_ms)
		return SOURCE_NONE;
	if (r->door->inside >= r->door->most) {
		r->state = REMOTE_QUEUED;
		return SOURCE_NONE;
	}
	return connect_now(r);
}

/* --- lines ------------------------------------------------------------------------------------ */

static enum source_event take_bad_line(struct remote *r, const char *why)
{
	log_line("remote: %s", why);
	if (++r->bad_lines == 1)
		asked_for_all(&r->asked, &r->child);
	return r->bad_lines < BAD_LINES_MAX ? SOURCE_NONE
					    : lose(r, "writes what memtop cannot read");
}

/* Whether the machine was started again since it was last seen.  Its wall clock may have been set
 * meanwhile, which moves its boot by less than a boot takes, as a rule. */
static bool is_other_boot(const struct remote *r, const struct stream_header *header)
{
	uint64_t a = r->boot_wall_ms, b = header->boot_wall_ms;

	return a != 0 && (a > b ? a - b : b - a) > BOOT_APART_MS;
}

/* The door is left only now: the login is over when the other end has spoken. */
static enum source_event take_header(struct remote *r, const char *line, size_t len)
{
	char why[DECODE_WHY_MAX];
	struct stream_header header;
	int error = decode_header(&header, line, len, why);

	if (error == -EPROTONOSUPPORT)
		return lose(r, "has a newer memtop, whose stream this one cannot read");
	if (error < 0)
		return lose(r, "begins with what is not memtop's stream");
	r->other_boot = is_other_boot(r, &header);
	r->boot_wall_ms = header.boot_wall_ms;
	r->base.header = header;
	leave_door(r);
	r->state = REMOTE_LIVE;
	return SOURCE_NONE;
}

/* Lines before the header are for people who log in. */
static enum source_event pass_banner(struct remote *r, const char *line, size_t len)
{
	if (r->banner[0] == '\0')
		text_clean(r->banner, sizeof(r->banner), line, len);
	return ++r->banner_lines < BANNER_LINES_MAX ? SOURCE_NONE
						    : lose(r, "writes what is not memtop's stream");
}

/* The first frame of a new connection goes on where the last one ended, as a gap; after a boot of
 * that machine it is a jump, as nothing of before is true. Losses are forgotten when it has held
 * for a while. */
static void adjust(struct remote *r, struct frame *frame)
{
	if (r->first) {
		frame->jump = r->other_boot || frame->boot_ms < r->boot_ms;
		frame->gap = r->seq_base != 0;
		frame->interval_ms = frame->gap ? 0 : frame->interval_ms;
		r->first = false;
	}
	r->boot_ms = frame->boot_ms;
	frame->seq += r->seq_base;
	r->seq = frame->seq;
	r->bad_lines = 0;
	if (frame->tick)
		r->heard_ms = clock_mono_ms();
	if (r->heard_ms - r->started_ms >= PROVEN_MS)
		r->losses = 0;
}

/* As of the sampler here; behind a new header times may begin anew. */
static enum source_event take_frame(struct remote *r, const char *line, size_t len,
	const struct frame **frame)
{
	char why[DECODE_WHY_MAX];

	frame_reset(r->frame);
	if (decode_frame(r->frame, line, len, why) < 0)
		return take_bad_line(r, why);
	if (!r->first && (r->frame->boot_ms < r->boot_ms || r->frame->seq + r->seq_base < r->seq))
		return take_bad_line(r, "time runs backwards");
	adjust(r, r->frame);
	*frame = r->frame;
	return SOURCE_FRAME;
}

static enum source_event take_line(struct remote *r, const char *line, size_t len,
	const struct frame **frame)
{
	r->spoke_ms = clock_mono_ms();
	if (decode_is_header(line, len))
		return take_header(r, line, len);
	return r->state == REMOTE_CONNECTING ? pass_banner(r, line, len)
					     : take_frame(r, line, len, frame);
}

/* A greeting has lines: one without an end, before the stream has begun, is no greeting. */
static enum source_event take_long_line(struct remote *r)
{
	return r->state == REMOTE_CONNECTING ? lose(r, "writes what is not memtop's stream")
					     : take_bad_line(r, "line too long");
}

/* The next event that is in memory already. */
static enum source_event take_lines(struct remote *r, const struct frame **frame)
{
	enum source_event event = SOURCE_NONE;
	const char *line;
	size_t len;

	while (event == SOURCE_NONE && (line = lines_next(&r->lines, &len)) != NULL)
		event = take_line(r, line, len, frame);
	if (event == SOURCE_NONE && lines_dropped(&r->lines))
		event = take_long_line(r);
	r->more = event != SOURCE_NONE;
	return event;
}

/* Bounded, since twenty machines share one loop. */
static enum source_event read_lines(struct remote *r, const struct frame **frame)
{
	enum source_event event = take_lines(r, frame);

	for (int i = 0; i < READS_MAX && event == SOURCE_NONE; i++) {
		ssize_t count = lines_read(&r->lines, r->child.out, READ_MAX);

		if (count == -EAGAIN)
			return SOURCE_NONE;
		if (count <= 0)
			return lose(r, NULL);
		event = take_lines(r, frame);
	}
	return event;
}

/* --- the source ------------------------------------------------------------------------------- */

/* When its silence has lasted too long. */
static uint64_t silent_at_ms(const struct remote *r)
{
	uint64_t interval_ms = r->asked.has[ASKED_INTERVAL]
				       ? r->asked.lasting[ASKED_INTERVAL].interval_ms
				       : r->base.header.interval_ms;

	if (r->state == REMOTE_CONNECTING)
		return r->started_ms + SOURCE_REMOTE_LOGIN_MS;
	return r->spoke_ms + interval_ms + SOURCE_REMOTE_SILENT_MS;
}

static enum source_event lose_the_silent(struct remote *r, uint64_t now)
{
	char why[WHY_MAX];

	snprintf(why, sizeof(why), "no answer for %u s", (unsigned)((now - r->spoke_ms) / 1000));
	return lose(r, why);
}

/* Without a child it is time to connect, or not yet; with one, silence is a loss in the end: TCP
 * alone would notice a machine that is gone after hours. */
static enum source_event remote_next(struct source *source, const struct frame **frame)
{
	struct remote *r = remote_of(source);
	enum source_event event;

	reap_gone(&r->lost);
	if (r->child.pid == 0) {
		event = try_to_connect(r);
		if (r->child.pid == 0)
			return event;
	}
	asked_flush(&r->asked, &r->child);
	event = read_lines(r, frame);
	if (event != SOURCE_NONE || r->child.pid == 0)
		return event;
	uint64_t now = clock_mono_ms();

	return now < silent_at_ms(r) ? SOURCE_NONE : lose_the_silent(r, now);
}

static int remote_fd(const struct source *source)
{
	const struct remote *r = remote_of_const(source);

	return r->child.pid != 0 ? r->child.out : -1;
}

static int until(uint64_t when, uint64_t now)
{
	return when <= now ? 0 : (int)(when - now);
}

/* Behind the door it looks again soon, since nobody wakes it when one of the others gets in. */
static int remote_timeout_ms(const struct source *source)
{
	const struct remote *r = remote_of_const(source);
	uint64_t now = clock_mono_ms();

	if (r->more)
		return 0;
	if (r->child.pid == 0 && r->state == REMOTE_LOST)
		return until(r->retry_ms, now);
	if (r->child.pid == 0)
		return r->door->inside < r->door->most ? 0 : DOOR_MS;
	int wait = until(silent_at_ms(r), now);

	return r->asked.pending.len > 0 ? clock_sooner(wait, FLUSH_MS) : wait;
}

static int remote_ask(struct source *source, const struct request *request)
{
	struct remote *r = remote_of(source);

	return asked_send(&r->asked, &r->child, request);
}

/* The whole group is told to end: ssh may have started a proxy of its own. */
static void remote_close(struct source *source)
{
	struct remote *r = remote_of(source);
	const struct child_patience patience = { CLOSE_GRACE_MS, CLOSE_GRACE_MS };
	char words[WHY_MAX];

	leave_door(r);
	if (r->child.pid != 0)
		kill(-r->child.pid, SIGTERM);
	if (r->child.pid != 0)
		child_end(&r->child, patience, &r->lost, words, sizeof(words));
	reap_gone(&r->lost);
	lines_done(&r->lines);
	asked_done(&r->asked);
	frame_free(r->frame);
	if (r->how.size > 0)
		free(r->how.context);
	free(r);
}

static const struct source_ops remote_ops = {
	.next = remote_next,
	.fd = remote_fd,
	.timeout_ms = remote_timeout_ms,
	.ask = remote_ask,
	.close = remote_close,
};

int source_open_remote(struct source **source, const struct live_child *how,
	struct source_remote_door *door, source_remote_words *words)
{
	struct remote *r = xalloc_zero(1, sizeof(*r));

	r->base.ops = &remote_ops;
	r->base.live = true;
	r->how = *how;
	if (how->size > 0)
		r->how.context = memcpy(xalloc_zero(1, how->size), how->context, how->size);
	r->door = door;
	r->words = words;
	lines_init(&r->lines, DECODE_LINE_MAX);
	asked_init(&r->asked);
	r->frame = frame_new();
	*source = &r->base;
	return 0;
}

struct source_remote_status source_remote_status(const struct source *source)
{
	const struct remote *r = remote_of_const(source);

	return (struct source_remote_status){
		.state = r->state,
		.heard_ms = r->heard_ms,
		.retry_ms = r->retry_ms,
		.why = r->why,
	};
}
