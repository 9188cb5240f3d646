/* SPDX-License-Identifier: GPL-2.0-or-later */
/* recording - a recording as lines: knows files and compression, not frames */
#include "source/recording.h"

#include "base/xalloc.h"
#include "frame/decode.h"
#include "source/lines.h"
#include "source/recording_pass.h"
#include "source/reel.h"
#include "source/zst.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	RAW_MAX = 64 * 1024, /* bytes of compressed data in memory */
	STEP = 128 * 1024,   /* bytes made or read at once */
	KEEP = 2 * STEP,     /* bytes kept for them from line to line */
	STEPS_MAX = 64,      /* of one call, so that a screen goes on */
};

struct recording {
	int fd;            /* -1: it is read through REEL */
	struct reel *reel; /* NULL: one file */
	bool owns, seekable, at_end;
	struct lines lines;
	uint64_t at;         /* read so far, from the file */
	uint64_t made;       /* plain bytes handed to LINES since the frame there began */
	uint64_t line_start; /* of the last line, counted as MADE is */
	bool line_known;     /* it lies in this frame or the one before */
	/* compressed only */
	struct zst_in *zst; /* NULL: plain */
	char *raw;
	size_t raw_at, raw_len;
	uint64_t frame_at, frame_before; /* where this Zstandard frame and the one before begin */
	uint64_t made_before;            /* plain bytes of the one before */
	bool has_before;
	bool in_last;      /* the last line began in the one before */
	bool hunting;      /* for the next frame, after damage */
	uint64_t searched; /* up to here no frame begins behind the one at FRAME_AT; 0: not yet */
	uint64_t skip;     /* plain bytes still to drop, after a seek */
	char why[160];
};

/* --- opening ----------------------------------------------------------------------- */

static ssize_t read_at(const struct recording *recording, char *bytes, size_t room, uint64_t at)
{
	return recording->reel != NULL ? reel_read(recording->reel, bytes, room, at)
				       : pread(recording->fd, bytes, room, (off_t)at);
}

/* Where the file can be moved in, by place, so that two readers of one descriptor do not disturb
 * each other. */
static ssize_t read_raw(struct recording *recording, char *bytes, size_t room)
{
	ssize_t count;

	do {
		count = recording->seekable ? read_at(recording, bytes, room, recording->at)
					    : read(recording->fd, bytes, room);
	} while (count < 0 && errno == EINTR);
	if (count > 0)
		recording->at += (uint64_t)count;
	return count < 0 ? -errno : count;
}

static struct recording *recording_new(int fd, bool seekable)
{
	struct recording *recording = xalloc_zero(1, sizeof(*recording));

	recording->fd = fd;
	recording->seekable = seekable;
	lines_init(&recording->lines, DECODE_LINE_MAX);
	recording->lines.keep = KEEP;
	return recording;
}

static int make_compressed(struct recording *recording)
{
	recording->zst = zst_in_new();
	if (recording->zst == NULL)
		return -ENOTSUP;
	recording->raw = xalloc(RAW_MAX);
	return 0;
}

/* The first bytes tell what it is; they are read again from a file, and kept of a pipe. */
static int sniff_kind(struct recording *recording)
{
	char head[4];
	size_t have = 0;
	ssize_t count = 1;

	while (have < sizeof(head) && count > 0) {
		struct pollfd ready = { .fd = recording->fd, .events = POLLIN };

		count = read_raw(recording, head + have, sizeof(head) - have);
		if (count == -EAGAIN)
			count = poll(&ready, 1, -1);
		else if (count < 0)
			return (int)count;
		else
			have += (size_t)count;
	}
	if (recording->seekable)
		recording->at = 0;
	if (zst_is_data(head, have)) {
		int result = make_compressed(recording);

		if (result < 0 || recording->seekable)
			return result;
		memcpy(recording->raw, head, have);
		recording->raw_len = have;
	} else if (!recording->seekable) {
		memcpy(lines_room(&recording->lines, have + 1), head, have);
		lines_grew(&recording->lines, have);
		recording->made = have;
	}
	return 0;
}

static int begin_reading(struct recording **into, struct recording *recording)
{
	recording->owns = true;
	int result = sniff_kind(recording);

	if (result < 0) {
		recording_close(recording);
		return result;
	}
	*into = recording;
	return 0;
}

int recording_open(struct recording **into, int fd)
{
	struct stat status;
	bool seekable = lseek(fd, 0, SEEK_CUR) >= 0;

	if (fstat(fd, &status) < 0 || S_ISDIR(status.st_mode)) {
		close(fd);
		return -EISDIR;
	}
	struct recording *recording = recording_new(fd, seekable && S_ISREG(status.st_mode));

	return begin_reading(into, recording);
}

int recording_open_reel(struct recording **into, struct reel *reel)
{
	struct recording *recording = recording_new(-1, true);

	recording->reel = reel;
	return begin_reading(into, recording);
}

struct recording *recording_twin(const struct recording *recording)
{
	struct recording *twin = recording_new(recording->fd, true);

	twin->reel = recording->reel;
	if (recording->zst != NULL && make_compressed(twin) < 0) {
		recording_close(twin);
		return NULL;
	}
	return twin;
}

void recording_close(struct recording *recording)
{
	if (recording == NULL)
		return;
	if (recording->owns && recording->fd >= 0)
		close(recording->fd);
	if (recording->owns)
		reel_free(recording->reel);
	zst_in_free(recording->zst);
	free(recording->raw);
	lines_done(&recording->lines);
	free(recording);
}

/* --- reading ----------------------------------------------------------------------- */

static bool has_input(const struct recording *recording)
{
	struct pollfd ready = { .fd = recording->fd, .events = POLLIN };

	return recording->seekable || poll(&ready, 1, 0) != 0;
}

static enum recording_event tell_damage(struct recording *recording, const char *what)
{
	snprintf(recording->why, sizeof(recording->why), "%s near byte %llu", what,
		(unsigned long long)recording->at);
	return RECORDING_DAMAGED;
}

/* More bytes; RECORDING_LINE means there are some. */
static enum recording_event fill_plain(struct recording *recording)
{
	if (!has_input(recording))
		return RECORDING_LATER;
	ssize_t count = read_raw(recording, lines_room(&recording->lines, STEP), STEP);
	if (count == -EAGAIN)
		return RECORDING_LATER;
	if (count <= 0)
		return RECORDING_END;
	lines_grew(&recording->lines, (size_t)count);
	recording->made += (uint64_t)count;
	return RECORDING_LINE;
}

/* More compressed bytes, after those that are left. */
static enum recording_event fill_raw(struct recording *recording)
{
	size_t left = recording->raw_len - recording->raw_at;

	if (!has_input(recording))
		return RECORDING_LATER;
	memmove(recording->raw, recording->raw + recording->raw_at, left);
	recording->raw_at = 0;
	recording->raw_len = left;
	ssize_t count = read_raw(recording, recording->raw + left, RAW_MAX - left);
	if (count == -EAGAIN)
		return RECORDING_LATER;
	if (count <= 0)
		return RECORDING_END;
	recording->raw_len += (size_t)count;
	return RECORDING_LINE;
}

/* A new Zstandard frame begins with the next raw byte. */
static void next_frame(struct recording *recording)
{
	recording->frame_before = recording->frame_at;
	recording->made_before = recording->made;
	recording->has_before = true;
	recording->frame_at = recording->at - (recording->raw_len - recording->raw_at);
	recording->made = recording->searched = 0;
}

/* A false length may have swallowed the frames behind it, so they are looked for from the middle of
 * the one that was given up; where none begins at all, of the one before. */
static uint64_t hunt_from(const struct recording *recording)
{
	char head[ZST_MAGIC];
	ssize_t len = read_at(recording, head, sizeof(head), recording->frame_at);
	bool begins = len > 0 && zst_is_data(head, (size_t)len);

	return 1 +
	       (begins || !recording->has_before ? recording->frame_at : recording->frame_before);
}

/* The decoder gave up.  What it made is in LINES already; what it is in the middle of is lost. */
static enum recording_event give_up_frame(struct recording *recording, int error)
{
	enum recording_event event = tell_damage(recording, "damaged data");
	if (error == -EFBIG)
		snprintf(recording->why, sizeof(recording->why),
			"unpacking it wants more than %d MiB; zstd -dc --long=31 FILE | zstd -o "
			"NEW.zst makes one that wants less",
			ZST_WINDOW_MAX_MIB);
	zst_in_reset(recording->zst);
	lines_clear(&recording->lines);
	recording->hunting = true;
	if (recording->seekable) {
		recording->at = hunt_from(recording);
		recording->raw_at = recording->raw_len = 0;
	} else {
		recording->raw_at += recording->raw_at < recording->raw_len;
	}
	return event;
}

static const char magic[] = { '\x28', '\xb5', '\x2f', '\xfd' };

/* Whether another frame begins behind this one, which the file's end cuts: then a length in this
 * one is wrong, and takes what follows for a part of it.  In one that ends just where the file does
 * it may be wrong, too; but there must be a whole frame in that, since its first bytes alone may
 * stand in a good one by chance. */
static bool hides_frames(struct recording *recording)
{
	bool whole = recording->at == recording->frame_at;
	uint64_t at = recording->searched > 0 ? recording->searched : recording->frame_at + 1;

	if (whole) {
		bool seen = recording->searched > 0 || !recording->has_before;
		recording->searched = at;
		return !seen && recording->fd >= 0 &&
		       recording_pass_hides(recording->fd, recording->frame_before + 1,
			       recording->frame_at);
	}
	bool found = recording_pass_to_magic(recording->fd, recording->reel, &at);
	recording->searched = at;
	return found;
}

/* The end of the file, as it seems. */
static enum recording_event end_zst(struct recording *recording)
{
	return recording->seekable && hides_frames(recording) ? give_up_frame(recording, -EBADMSG)
							      : RECORDING_END;
}

/* Looks for the first bytes of another frame. */
static enum recording_event hunt_frame(struct recording *recording)
{
	char *from = recording->raw + recording->raw_at;
	size_t left = recording->raw_len - recording->raw_at;
	char *found = left >= sizeof(magic) ? memmem(from, left, magic, sizeof(magic)) : NULL;

	if (found == NULL) {
		if (left >= sizeof(magic))
			recording->raw_at = recording->raw_len - (sizeof(magic) - 1);
		return fill_raw(recording);
	}
	recording->raw_at = (size_t)(found - recording->raw);
	recording->hunting = false;
	next_frame(recording);
	recording->has_before = false;
	return RECORDING_LINE;
}

/* Drops what lies before the place that was sought. */
static size_t drop_skipped(struct recording *recording, char *made, size_t count)
{
	size_t drop = recording->skip < count ? (size_t)recording->skip : count;

	recording->skip -= drop;
	memmove(made, made + drop, count - drop);
	return count - drop;
}

static enum recording_event fill_zst(struct recording *recording)
{
	if (recording->hunting)
		return hunt_frame(recording);

	char *room = lines_room(&recording->lines, STEP);
	size_t len = recording->raw_len - recording->raw_at, made = STEP;
	bool ended;

	/* the decoder may hold back what did not fit: it is asked before more is read */
	int error = zst_in_take(recording->zst, recording->raw + recording->raw_at, &len, room,
		&made, &ended);

	if (error < 0) {
		recording->raw_at += len;
		return give_up_frame(recording, error);
	}
	bool moved = len > 0 || made > 0;

	recording->raw_at += len;
	recording->made += made;
	lines_grew(&recording->lines, drop_skipped(recording, room, made));
	if (ended && moved)
		next_frame(recording);
	if (recording->raw_at != recording->raw_len || made != 0)
		return RECORDING_LINE;
	enum recording_event event = fill_raw(recording);

	return event == RECORDING_END ? end_zst(recording) : event;
}

/* The line begins REST bytes before what is unpacked so far. */
static void note_line(struct recording *recording, uint64_t rest)
{
	recording->in_last = rest > recording->made;
	recording->line_known = !recording->in_last ||
				(recording->has_before &&
					rest - recording->made <= recording->made_before);
	recording->line_start = !recording->in_last
					? recording->made - rest
					: recording->made_before - (rest - recording->made);
}

enum recording_event recording_next(struct recording *recording, const char **line, size_t *len)
{
	for (int step = 0; step < STEPS_MAX; step++) {
		if (lines_dropped(&recording->lines))
			return tell_damage(recording, "a line too long");
		*line = lines_next(&recording->lines, len);
		if (*line != NULL) {
			note_line(recording, lines_rest(&recording->lines) + *len + 1);
			return RECORDING_LINE;
		}
		enum recording_event event = recording->zst != NULL ? fill_zst(recording)
								    : fill_plain(recording);

		if (event != RECORDING_LINE)
			return event;
	}
	return RECORDING_LATER;
}

bool recording_peek(struct recording *recording, struct recording_head *head)
{
	for (int step = 0; step < STEPS_MAX; step++) {
		const char *text;
		size_t len = recording_begun(recording, &text);
		if (len >= RECORDING_HEAD_MAX || (len > 0 && memchr(text, '\n', len) != NULL)) {
			note_line(recording, len);
			return recording_head(text, len, head);
		}
		enum recording_event event = recording->zst != NULL ? fill_zst(recording)
								    : fill_plain(recording);
		if (event != RECORDING_LINE)
			return false;
	}
	return false;
}

bool recording_hop(struct recording *recording, struct recording_place *from)
{
	if (recording->zst == NULL || !recording_place(recording, from))
		return false;
	struct recording_place next = { from->at, 0 };
	return recording_pass_frame(recording->fd, recording->reel, &next.at) &&
	       recording_seek(recording, &next);
}

bool recording_hop_file(struct recording *recording, struct recording_place *from)
{
	if (recording->zst == NULL || !recording_place(recording, from))
		return false;
	struct recording_place next = { from->at, 0 };
	return recording_pass_file(recording->reel, &next.at) && recording_seek(recording, &next);
}

const char *recording_why(const struct recording *recording)
{
	return recording->why;
}

size_t recording_begun(const struct recording *recording, const char **text)
{
	size_t len = lines_rest(&recording->lines);

	*text = len > 0 ? recording->lines.buf.data + recording->lines.taken : "";
	return len;
}

/* --- places ------------------------------------------------------------------------ */

bool recording_place(const struct recording *recording, struct recording_place *place)
{
	if (!recording->seekable || !recording->line_known)
		return false;
	if (recording->zst == NULL)
		*place = (struct recording_place){ recording->line_start, 0 };
	else
		*place = (struct recording_place){ recording->in_last ? recording->frame_before
								      : recording->frame_at,
			recording->line_start };
	return true;
}

bool recording_seek(struct recording *recording, const struct recording_place *place)
{
	if (!recording->seekable)
		return false;
	lines_clear(&recording->lines);
	recording->at = place->at;
	recording->has_before = recording->line_known = recording->hunting = false;
	recording->made = recording->zst != NULL ? 0 : place->at;
	recording->raw_at = recording->raw_len = 0;
	recording->frame_at = place->at;
	recording->searched = 0;
	recording->skip = place->skip;
	if (recording->zst != NULL)
		zst_in_reset(recording->zst);
	return true;
}

int recording_fd(const struct recording *recording)
{
	return recording->seekable ? -1 : recording->fd;
}

bool recording_is_fixed(const struct recording *recording)
{
	return recording->reel != NULL;
}

bool recording_is_seekable(const struct recording *recording)
{
	return recording->seekable;
}

bool recording_is_compressed(const struct recording *recording)
{
	return recording->zst != NULL;
}
