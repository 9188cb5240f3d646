/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tape - a recording as lines: knows files and compression, not frames */
#include "source/tape.h"

#include "base/xalloc.h"
#include "frame/decode.h"
#include "source/lines.h"
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
	STEPS_MAX = 64,      /* of one call, so that a screen goes on */
};

struct tape {
	int fd;
	bool owns_fd, seekable, at_end;
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

static ssize_t read_raw(struct tape *tape, char *bytes, size_t room)
{
	ssize_t count;

	do {
		count = tape->seekable ? pread(tape->fd, bytes, room, (off_t)tape->at)
				       : read(tape->fd, bytes, room);
	} while (count < 0 && errno == EINTR);
	if (count > 0)
		tape->at += (uint64_t)count;
	return count < 0 ? -errno : count;
}

static struct tape *tape_new(int fd, bool seekable)
{
	struct tape *tape = xalloc_zero(1, sizeof(*tape));

	tape->fd = fd;
	tape->seekable = seekable;
	lines_init(&tape->lines, DECODE_LINE_MAX);
	return tape;
}

static int make_compressed(struct tape *tape)
{
	tape->zst = zst_in_new();
	if (tape->zst == NULL)
		return -ENOTSUP;
	tape->raw = xalloc(RAW_MAX);
	return 0;
}

/* The first bytes tell what it is; they are read again from a file, and kept of a pipe. */
static int sniff(struct tape *tape)
{
	char head[4];
	size_t have = 0;
	ssize_t count = 1;

	while (have < sizeof(head) && count > 0) {
		struct pollfd ready = { .fd = tape->fd, .events = POLLIN };

		count = read_raw(tape, head + have, sizeof(head) - have);
		if (count == -EAGAIN)
			count = poll(&ready, 1, -1);
		else if (count < 0)
			return (int)count;
		else
			have += (size_t)count;
	}
	if (tape->seekable)
		tape->at = 0;
	if (zst_is_data(head, have)) {
		int result = make_compressed(tape);

		if (result < 0 || tape->seekable)
			return result;
		memcpy(tape->raw, head, have);
		tape->raw_len = have;
	} else if (!tape->seekable) {
		memcpy(lines_room(&tape->lines, have + 1), head, have);
		lines_grew(&tape->lines, have);
		tape->made = have;
	}
	return 0;
}

int tape_open(struct tape **into, int fd)
{
	struct stat status;
	bool seekable = lseek(fd, 0, SEEK_CUR) >= 0;

	if (fstat(fd, &status) < 0 || S_ISDIR(status.st_mode)) {
		close(fd);
		return -EISDIR;
	}
	struct tape *tape = tape_new(fd, seekable && S_ISREG(status.st_mode));

	tape->owns_fd = true;
	int result = sniff(tape);

	if (result < 0) {
		tape_close(tape);
		return result;
	}
	*into = tape;
	return 0;
}

struct tape *tape_twin(const struct tape *tape)
{
	struct tape *twin = tape_new(tape->fd, true);

	if (tape->zst != NULL && make_compressed(twin) < 0) {
		tape_close(twin);
		return NULL;
	}
	return twin;
}

void tape_close(struct tape *tape)
{
	if (tape == NULL)
		return;
	if (tape->owns_fd)
		close(tape->fd);
	zst_in_free(tape->zst);
	free(tape->raw);
	lines_done(&tape->lines);
	free(tape);
}

/* --- reading ----------------------------------------------------------------------- */

static bool has_input(const struct tape *tape)
{
	struct pollfd ready = { .fd = tape->fd, .events = POLLIN };

	return tape->seekable || poll(&ready, 1, 0) != 0;
}

static enum tape_event damaged(struct tape *tape, const char *what)
{
	snprintf(tape->why, sizeof(tape->why), "%s near byte %llu", what,
		(unsigned long long)tape->at);
	return TAPE_DAMAGED;
}

/* More bytes; TAPE_LINE means there are some. */
static enum tape_event fill_plain(struct tape *tape)
{
	ssize_t count;

	if (!has_input(tape))
		return TAPE_LATER;
	count = read_raw(tape, lines_room(&tape->lines, STEP), STEP);
	if (count == -EAGAIN)
		return TAPE_LATER;
	if (count <= 0)
		return TAPE_END;
	lines_grew(&tape->lines, (size_t)count);
	tape->made += (uint64_t)count;
	return TAPE_LINE;
}

/* More compressed bytes, after those that are left. */
static enum tape_event fill_raw(struct tape *tape)
{
	size_t left = tape->raw_len - tape->raw_at;
	ssize_t count;

	if (!has_input(tape))
		return TAPE_LATER;
	memmove(tape->raw, tape->raw + tape->raw_at, left);
	tape->raw_at = 0;
	tape->raw_len = left;
	count = read_raw(tape, tape->raw + left, RAW_MAX - left);
	if (count == -EAGAIN)
		return TAPE_LATER;
	if (count <= 0)
		return TAPE_END;
	tape->raw_len += (size_t)count;
	return TAPE_LINE;
}

/* A new Zstandard frame begins with the next raw byte. */
static void next_frame(struct tape *tape)
{
	tape->frame_before = tape->frame_at;
	tape->made_before = tape->made;
	tape->has_before = true;
	tape->frame_at = tape->at - (tape->raw_len - tape->raw_at);
	tape->made = tape->searched = 0;
}

/* The decoder gave up.  What it made is in LINES already; what it is in the middle of is lost. */
static enum tape_event give_up_frame(struct tape *tape, int error)
{
	enum tape_event event = damaged(tape, "damaged data");

	if (error == -EFBIG)
		snprintf(tape->why, sizeof(tape->why),
			"unpacking it wants more than %d MiB; zstd -dc --long=31 FILE | zstd -o "
			"NEW.zst makes one that wants less",
			ZST_WINDOW_MAX_MIB);

	zst_in_reset(tape->zst);
	lines_clear(&tape->lines);
	tape->hunting = true;
	if (tape->seekable) { /* a false length may have swallowed the frames behind it */
		tape->at = tape->frame_at + 1;
		tape->raw_at = tape->raw_len = 0;
	} else {
		tape->raw_at += tape->raw_at < tape->raw_len;
	}
	return event;
}

static const char magic[] = { '\x28', '\xb5', '\x2f', '\xfd' };

/* Whether another frame begins behind this one, which the file's end cuts: then a length in this
 * one is wrong, and takes what follows for a part of it. */
static bool hides_frames(struct tape *tape)
{
	char *bytes = xalloc(RAW_MAX);
	uint64_t at = tape->searched > 0 ? tape->searched : tape->frame_at + 1;
	bool found = false;
	ssize_t count;

	while (!found && (count = pread(tape->fd, bytes, RAW_MAX, (off_t)at)) >= ZST_MAGIC) {
		found = memmem(bytes, (size_t)count, magic, sizeof(magic)) != NULL;
		at += (uint64_t)count - (ZST_MAGIC - 1);
	}
	tape->searched = at;
	free(bytes);
	return found;
}

/* The end of the file, as it seems. */
static enum tape_event end_zst(struct tape *tape)
{
	bool within = tape->at > tape->frame_at;

	return tape->seekable && within && hides_frames(tape) ? give_up_frame(tape, -EBADMSG)
							      : TAPE_END;
}

/* Looks for the first bytes of another frame. */
static enum tape_event hunt(struct tape *tape)
{
	char *from = tape->raw + tape->raw_at;
	size_t left = tape->raw_len - tape->raw_at;
	char *found = left >= sizeof(magic) ? memmem(from, left, magic, sizeof(magic)) : NULL;

	if (found == NULL) {
		if (left >= sizeof(magic))
			tape->raw_at = tape->raw_len - (sizeof(magic) - 1);
		return fill_raw(tape);
	}
	tape->raw_at = (size_t)(found - tape->raw);
	tape->hunting = false;
	next_frame(tape);
	tape->has_before = false;
	return TAPE_LINE;
}

/* Drops what lies before the place that was sought. */
static size_t drop_skipped(struct tape *tape, char *made, size_t count)
{
	size_t drop = tape->skip < count ? (size_t)tape->skip : count;

	tape->skip -= drop;
	memmove(made, made + drop, count - drop);
	return count - drop;
}

static enum tape_event fill_zst(struct tape *tape)
{
	if (tape->hunting)
		return hunt(tape);

	char *room = lines_room(&tape->lines, STEP);
	size_t len = tape->raw_len - tape->raw_at, made = STEP;
	bool ended;

	/* the decoder may hold back what did not fit: it is asked before more is read */
	int error = zst_in_take(tape->zst, tape->raw + tape->raw_at, &len, room, &made, &ended);

	if (error < 0) {
		tape->raw_at += len;
		return give_up_frame(tape, error);
	}
	bool moved = len > 0 || made > 0;

	tape->raw_at += len;
	tape->made += made;
	lines_grew(&tape->lines, drop_skipped(tape, room, made));
	if (ended && moved)
		next_frame(tape);
	if (tape->raw_at != tape->raw_len || made != 0)
		return TAPE_LINE;
	enum tape_event event = fill_raw(tape);

	return event == TAPE_END ? end_zst(tape) : event;
}

static void note_line(struct tape *tape, size_t len)
{
	uint64_t rest = lines_rest(&tape->lines) + len + 1;

	tape->in_last = rest > tape->made;
	tape->line_known = !tape->in_last ||
			   (tape->has_before && rest - tape->made <= tape->made_before);
	tape->line_start = !tape->in_last ? tape->made - rest
					  : tape->made_before - (rest - tape->made);
}

enum tape_event tape_next(struct tape *tape, const char **line, size_t *len)
{
	for (int step = 0; step < STEPS_MAX; step++) {
		if (lines_dropped(&tape->lines))
			return damaged(tape, "a line too long");
		*line = lines_next(&tape->lines, len);
		if (*line != NULL) {
			note_line(tape, *len);
			return TAPE_LINE;
		}
		enum tape_event event = tape->zst != NULL ? fill_zst(tape) : fill_plain(tape);

		if (event != TAPE_LINE)
			return event;
	}
	return TAPE_LATER;
}

const char *tape_why(const struct tape *tape)
{
	return tape->why;
}

size_t tape_begun(const struct tape *tape, const char **text)
{
	size_t len = lines_rest(&tape->lines);

	*text = len > 0 ? tape->lines.buf.data + tape->lines.taken : "";
	return len;
}

/* --- places ------------------------------------------------------------------------ */

bool tape_place(const struct tape *tape, struct tape_place *place)
{
	if (!tape->seekable || !tape->line_known)
		return false;
	if (tape->zst == NULL)
		*place = (struct tape_place){ tape->line_start, 0 };
	else
		*place = (struct tape_place){ tape->in_last ? tape->frame_before : tape->frame_at,
			tape->line_start };
	return true;
}

bool tape_seek(struct tape *tape, const struct tape_place *place)
{
	if (!tape->seekable)
		return false;
	lines_clear(&tape->lines);
	tape->at = place->at;
	tape->has_before = tape->line_known = tape->hunting = false;
	tape->made = tape->zst != NULL ? 0 : place->at;
	tape->raw_at = tape->raw_len = 0;
	tape->frame_at = place->at;
	tape->searched = 0;
	tape->skip = place->skip;
	if (tape->zst != NULL)
		zst_in_reset(tape->zst);
	return true;
}

int tape_fd(const struct tape *tape)
{
	return tape->seekable ? -1 : tape->fd;
}

bool tape_is_seekable(const struct tape *tape)
{
	return tape->seekable;
}

bool tape_is_compressed(const struct tape *tape)
{
	return tape->zst != NULL;
}

/* Moves past TEXT. */
static bool pass(const char **at, const char *text)
{
	size_t len = strlen(text);

	if (strncmp(*at, text, len) != 0)
		return false;
	*at += len;
	return true;
}

static bool pass_number(const char **at, uint64_t *value)
{
	uint64_t number = 0;
	int digits = 0;

	for (; **at >= '0' && **at <= '9' && digits < 17; ++*at, digits++)
		number = number * 10 + (uint64_t)(**at - '0');
	*value = number;
	return digits > 0;
}

bool tape_head(const char *line, size_t len, struct tape_head *head)
{
	char start[80];
	const char *at = start;

	snprintf(start, sizeof(start), "%.*s", (int)(len < sizeof(start) ? len : sizeof(start)),
		line);
	head->key = pass(&at, "{\"key\":true,\"seq\":");
	if (!head->key && !pass(&at, "{\"seq\":"))
		return false;
	return pass_number(&at, &head->seq) && pass(&at, ",\"t\":") &&
	       pass_number(&at, &head->boot_ms);
}
