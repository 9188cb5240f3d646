/* SPDX-License-Identifier: GPL-2.0-or-later */
/* source_replay - when a recorded frame is due: knows the recording's lines and the time, not the
 * screen
 *
 * One frame is read ahead, since only its time tells whether it is due.
 */
#include "source/source_replay_priv.h"

#include "base/clock.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "frame/decode.h"
#include "source/flight.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	FOLLOW_MS = 250,    /* between looks at a file that grows */
	GAP_WAIT_MS = 1000, /* at most, before a tick after a gap */
	LATE_MS = 2000,     /* further behind schedule: we were stopped, play on from here */
	BLANK_MAX = 100000, /* lines without a word in one turn: a few bytes may unpack into many */
};

/* --- reading ----------------------------------------------------------------------- */

static enum source_event trouble(struct replay *replay, const char *why)
{
	source_say(&replay->base, "%s: skipped what cannot be read: %s", replay->name, why);
	replay->gap = true;
	return SOURCE_TROUBLE;
}

/* Boot times of this stretch are moved, so the wall clock at boot time 0 is, too. */
static void move_header(struct replay *replay)
{
	replay->base.header.boot_wall_ms = replay->boot_wall_ms - (uint64_t)replay->shift.by_ms;
}

void source_replay_set_header(struct replay *replay, const struct stream_header *header)
{
	replay->base.header = *header;
	replay->boot_wall_ms = header->boot_wall_ms;
	move_header(replay);
}

/* A new stretch: its times are moved so that they go on, and its first tick is a gap. */
static enum source_event take_header(struct replay *replay, const char *line, size_t len)
{
	struct stream_header header;
	char why[DECODE_WHY_MAX];

	if (decode_header(&header, line, len, why) < 0)
		return trouble(replay, why);
	recording_shift_header(&replay->shift, &header);
	source_replay_set_header(replay, &header);
	replay->gap = replay->gap || replay->any;
	replay->raw_ms = replay->raw_seq = 0;
	replay->seq_base = replay->seq;
	return SOURCE_NONE;
}

/* Start times are in clock ticks of the boot that was moved. */
static void move_births(struct frame *frame, int64_t by_ms, uint32_t hz)
{
	int64_t by_ticks = by_ms / 1000 * hz;

	for (size_t i = 0; by_ticks != 0 && i < frame->nbirths; i++) {
		int64_t start = (int64_t)frame->births[i].id.start_ticks + by_ticks;

		frame->births[i].id.start_ticks = start > 0 ? (uint64_t)start : 0;
	}
}

static enum source_event take_frame(struct replay *replay, const char *line, size_t len)
{
	struct frame *frame = replay->ahead;
	char why[DECODE_WHY_MAX];

	frame_reset(frame);
	if (decode_frame(frame, line, len, why) < 0)
		return trouble(replay, why);
	if (frame->boot_ms < replay->raw_ms || frame->seq < replay->raw_seq)
		return trouble(replay, "time runs backwards");
	replay->raw_ms = frame->boot_ms;
	replay->raw_seq = frame->seq;
	frame->seq += replay->seq_base;
	replay->seq = frame->seq;
	frame->boot_ms = recording_shift_time(&replay->shift, frame->boot_ms);
	move_header(replay); /* a first frame may have moved its stretch further */
	move_births(frame, replay->shift.by_ms, replay->base.header.hz);
	replay->has_ahead = true;
	return SOURCE_NONE;
}

/* Reads until a frame is ahead or there is something else to say. */
static enum source_event read_ahead(struct replay *replay, enum recording_event *recording_event)
{
	enum source_event event = SOURCE_NONE;
	unsigned blank = 0;
	const char *line;
	size_t len;

	while (!replay->has_ahead && event == SOURCE_NONE) {
		*recording_event = recording_next(replay->recording, &line, &len);
		if (*recording_event == RECORDING_DAMAGED)
			return trouble(replay, recording_why(replay->recording));
		if (*recording_event != RECORDING_LINE)
			return SOURCE_NONE;
		if (len == 0 && ++blank < BLANK_MAX)
			continue;
		if (len == 0) {
			*recording_event = RECORDING_LATER;
			return SOURCE_NONE;
		}
		event = decode_is_header(line, len) ? take_header(replay, line, len)
						    : take_frame(replay, line, len);
	}
	return event;
}

/* --- what is due ------------------------------------------------------------------- */

/* When the frame ahead is due, on our clock. */
static uint64_t due_ms(const struct replay *replay)
{
	double since = (double)(replay->ahead->boot_ms - replay->base_boot_ms);

	if (!replay->timed || replay->speed <= 0 || replay->ahead->boot_ms < replay->base_boot_ms)
		return 0;
	return replay->base_ms + (uint64_t)(since / replay->speed);
}

/* Sets a new schedule before a gap, which nobody wants to sit through, and after we were
 * stopped. */
static void set_time(struct replay *replay)
{
	uint64_t now = clock_mono_ms();

	if (!replay->timed) {
		replay->timed = true;
		replay->base_ms = now;
		replay->base_boot_ms = replay->any ? replay->boot_ms : replay->ahead->boot_ms;
	}
	uint64_t due = due_ms(replay);

	if ((replay->gap || replay->ahead->gap) && due > now + GAP_WAIT_MS) {
		replay->base_ms = now + GAP_WAIT_MS;
		replay->base_boot_ms = replay->ahead->boot_ms;
	} else if (due != 0 && due + LATE_MS < now) {
		replay->base_ms = now;
		replay->base_boot_ms = replay->ahead->boot_ms;
	}
}

/* A tick that has begun goes on whatever the mode; catching up goes as fast as it is taken, but
 * the first frame always comes, so that there is something to show. */
static bool is_due(struct replay *replay)
{
	if (replay->within)
		return true;
	if (replay->mode == MODE_CATCH_UP) {
		if (replay->ahead->boot_ms <= replay->target_ms || !replay->any)
			return true;
		replay->mode = replay->pause_after ? MODE_PAUSED : MODE_PLAY;
		replay_forget_time(replay);
	}
	if (replay->mode == MODE_STEP)
		return true;
	if (replay->mode == MODE_PAUSED)
		return false;
	if (replay->speed <= 0)
		return true;
	set_time(replay);
	return due_ms(replay) <= clock_mono_ms();
}

/* A tick may be several frames: the gap is marked in all of them. */
static void mark_gap(struct replay *replay, struct frame *frame)
{
	if (replay->gap && replay->any)
		replay->gap_seq = frame->seq;
	replay->gap = false;
	if (replay->gap_seq != frame->seq)
		replay->gap_seq = 0;
	if (replay->gap_seq != 0) {
		frame->gap = true;
		frame->interval_ms = 0;
	}
}

/* Two frames take turns: who was given one may use it until the next call. */
static enum source_event deliver(struct replay *replay, const struct frame **frame)
{
	struct frame *now = replay->ahead;

	replay->ahead = replay->shown;
	replay->shown = now;
	replay->has_ahead = false;
	mark_gap(replay, now);
	now->jump = replay->jump;
	replay->jump = false;
	replay->within = now->more;
	replay->any = true;
	replay->stepped = replay->stepped || now->tick;
	if (replay->mode == MODE_STEP && !now->more && replay->stepped) {
		replay->mode = MODE_PAUSED;
		replay_forget_time(replay);
	}
	replay->boot_ms = now->boot_ms;
	*frame = now;
	replay->more = true;
	return SOURCE_FRAME;
}

static enum source_event at_end(struct replay *replay, enum recording_event recording_event)
{
	if (replay->mode == MODE_CATCH_UP && recording_event == RECORDING_END) {
		replay->mode = replay->pause_after ? MODE_PAUSED : MODE_PLAY;
		replay_forget_time(replay);
	}
	/* a file is not waited for: there is more to unpack than one turn may take */
	replay->more = recording_event == RECORDING_LATER &&
		       recording_is_seekable(replay->recording);
	replay->ended = recording_event == RECORDING_END;
	if (!replay->ended)
		return SOURCE_NONE;
	if (replay->any)
		replay->base.message[0] = '\0';
	else
		source_say(&replay->base, "%s: there is no look in it", replay->name);
	return SOURCE_END;
}

/* One frame is read ahead, since only its time tells when it is due. */
static enum source_event replay_next(struct source *source, const struct frame **frame)
{
	struct replay *replay = replay_of(source);
	enum recording_event recording_event = RECORDING_LINE;

	if (replay->mode == MODE_PAUSED && !replay->within) {
		replay->more = false;
		return SOURCE_NONE;
	}
	if (replay->headless) {
		replay->headless = false;
		return trouble(replay, "its beginning");
	}
	enum source_event event = read_ahead(replay, &recording_event);
	replay->more = event != SOURCE_NONE;
	if (event != SOURCE_NONE)
		return event;
	if (!replay->has_ahead)
		return at_end(replay, recording_event);
	if (is_due(replay))
		return deliver(replay, frame);
	return SOURCE_NONE;
}

static int replay_fd(const struct source *source)
{
	const struct replay *replay = replay_of_const(source);

	return replay->has_ahead || replay->mode == MODE_PAUSED ? -1
								: recording_fd(replay->recording);
}

/* At most an hour: a recording may lie about the time of its next frame. */
static int replay_timeout_ms(const struct source *source)
{
	const struct replay *replay = replay_of_const(source);
	uint64_t now = clock_mono_ms();

	if (replay->more)
		return 0;
	if (replay->mode == MODE_PAUSED || replay->ended)
		return -1;
	if (!replay->has_ahead)
		return recording_is_seekable(replay->recording) ? FOLLOW_MS : -1;
	uint64_t due = due_ms(replay);
	return due <= now ? 0 : due - now > 3600000 ? 3600000 : (int)(due - now);
}

/* --- opening and closing ----------------------------------------------------------- */

static void replay_close(struct source *source)
{
	struct replay *replay = replay_of(source);

	recording_index_free(replay->index);
	recording_close(replay->recording);
	frame_free(replay->shown);
	frame_free(replay->ahead);
	free(replay->name);
	free(replay);
}

static const struct source_ops replay_ops = {
	.next = replay_next,
	.fd = replay_fd,
	.timeout_ms = replay_timeout_ms,
	.close = replay_close,
};

static int refuse_file(char why[SOURCE_REPLAY_WHY_MAX], int error, const char *name,
	const char *what)
{
	char text[SOURCE_REPLAY_WHY_MAX];

	snprintf(text, sizeof(text), "%s: %s%s", name, what != NULL ? what : strerror(-error),
		error == -EACCES ? flight_remedy(error) : "");
	text_clean(why, SOURCE_REPLAY_WHY_MAX, text, strlen(text));
	return error;
}

/* A file whose beginning was lost (a flight recorder drops its oldest) may have its header
 * later. */
static int read_header(struct replay *replay, char why[SOURCE_REPLAY_WHY_MAX])
{
	char reason[DECODE_WHY_MAX];
	int result = recording_header_find(replay->recording, &replay->base.header,
		&replay->headless, reason);

	if (result < 0)
		return refuse_file(why, result == -ENODATA ? -EINVAL : result, replay->name,
			reason);
	replay->boot_wall_ms = replay->base.header.boot_wall_ms;
	recording_shift_header(&replay->shift, &replay->base.header);
	return 0;
}

/* RESULT is that of opening the RECORDING. */
static int play_recording(struct source **source, struct recording *recording, int result,
	const char *name, char why[SOURCE_REPLAY_WHY_MAX])
{
	if (result < 0)
		return refuse_file(why, result, name,
			result == -ENOTSUP ? "this memtop was built without compression" : NULL);
	struct replay *replay = xalloc_zero(1, sizeof(*replay));

	replay->base.ops = &replay_ops;
	replay->name = xalloc_text(name);
	replay->recording = recording;
	replay->shown = frame_new();
	replay->ahead = frame_new();
	replay->speed = 1;
	replay->more = true;
	result = read_header(replay, why);
	if (result < 0) {
		replay_close(&replay->base);
		return result;
	}
	*source = &replay->base;
	return 0;
}

int source_open_replay_fd(struct source **source, int fd, const char *name,
	char why[SOURCE_REPLAY_WHY_MAX])
{
	struct recording *recording = NULL;
	int result = recording_open(&recording, fd);

	return play_recording(source, recording, result, name, why);
}

static int open_folder(struct source **source, const char *path, char why[SOURCE_REPLAY_WHY_MAX])
{
	struct recording *recording = NULL;
	struct reel *reel;
	int result = flight_read(&reel, path);

	if (result < 0)
		return refuse_file(why, result == -ENOENT ? -EINVAL : result, path,
			result == -ENOENT ? "nothing that memtop --flight recorded is in it"
					  : NULL);
	result = recording_open_reel(&recording, reel);
	return play_recording(source, recording, result, path, why);
}

int source_open_replay(struct source **source, const char *path, char why[SOURCE_REPLAY_WHY_MAX])
{
	bool standard = strcmp(path, "-") == 0;
	struct stat st;
	int fd = standard ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
			  : open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd < 0)
		return refuse_file(why, -errno, path, NULL);
	if (!standard && fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
		close(fd);
		return open_folder(source, path, why);
	}
	return source_open_replay_fd(source, fd, standard ? "standard input" : path, why);
}
