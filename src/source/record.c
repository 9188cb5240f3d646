/* SPDX-License-Identifier: GPL-2.0-or-later */
/* record - writes whole lines or nothing: knows the file, not where frames come from
 *
 * Each line goes out in one write(2), and what a write leaves half done is cut off again.  In a
 * compressed file every line ends a block, so that the same holds there, and a frame left open can
 * be ended by whoever appends.
 */
#include "source/record.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/xalloc.h"
#include "frame/encode.h"
#include "source/mend.h"
#include "source/zst.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	ASK_AGAIN_MS = 10000, /* until a key frame that did not come is asked for again */
	RETRY_MAX_MS = 60000, /* between two attempts on a full disk */
	KEEP = 256 * 1024,    /* bytes of memory kept between frames */
};

struct record {
	int fd;
	uint64_t size;
	struct zst_out *zst; /* NULL: plain */
	bool zst_open;       /* the file ends within a Zstandard frame */
	bool zst_checksum;   /* one of another tool's lacks its checksum */
	bool torn;           /* the text so far may end within a line */
	bool dirty;          /* there are bytes behind SIZE that could not be cut off */
	bool begun;          /* the header is written */
	bool waiting;        /* for a key frame */
	bool lost;           /* frames since the last one written */
	bool asked;
	bool is_long;      /* record_be_long */
	uint64_t cpu_us;   /* what this process has taken until the last tick; 0: none was */
	uint64_t cost_seq; /* that tick */
	int error;         /* of the last write; 0: all is well */
	uint32_t key_s;
	uint64_t now_ms, key_ms, asked_ms, retry_ms, pause_ms; /* boot time of frames */
	uint64_t failed_seq; /* tick in which a write failed: its other parts are of no use */
	uint64_t key_seq;
	uint64_t gap_seq; /* the first tick after a loss; 0: none */
	struct buf line, packed;
	char message[RECORD_WHY_MAX];
};

/* --- opening ----------------------------------------------------------------------- */

/* The remedy for an error, "" if that is plain. */
static const char *remedy(int error)
{
	if (error == -EACCES || error == -EROFS)
		return "; name a file where you may write";
	return error == -ENOENT ? "; its folder has to be there" : "";
}

static int refuse_file(char why[RECORD_WHY_MAX], int error, const char *path, const char *what)
{
	snprintf(why, RECORD_WHY_MAX, "%s: %s%s", path, what != NULL ? what : strerror(-error),
		what == NULL ? remedy(error) : "");
	return error;
}

/* Never over a file that is there, and no link is followed: a recorder may run as root in a folder
 * of others. Without waiting, as a FIFO would make it wait for a reader. */
static int open_file(const char *path, bool append, char why[RECORD_WHY_MAX])
{
	int flags = O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
	int fd = open(path, flags | (append ? 0 : O_EXCL), 0600);

	if (fd >= 0)
		return fd;
	if (errno == EEXIST)
		return refuse_file(why, -EEXIST, path,
			"exists (--append goes on with a recording)");
	if (errno == ELOOP)
		return refuse_file(why, -ELOOP, path, "is a link");
	if (errno == ENXIO)
		return refuse_file(why, -EINVAL, path, "is no plain file");
	return refuse_file(why, -errno, path, NULL);
}

/* An existing file must be one we would have made ourselves. */
static int check_file(int fd, const char *path, struct stat *status, char why[RECORD_WHY_MAX])
{
	if (fstat(fd, status) < 0)
		return refuse_file(why, -errno, path, NULL);
	if (!S_ISREG(status->st_mode))
		return refuse_file(why, -EINVAL, path, "is no plain file");
	if (status->st_nlink > 1)
		return refuse_file(why, -EMLINK, path, "has another name elsewhere");
	if (status->st_uid != geteuid())
		return refuse_file(why, -EPERM, path, "belongs to another user");
	if (flock(fd, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK)
		return refuse_file(why, -EBUSY, path, "is being written by another memtop");
	return 0;
}

/* A block that was cut is as long as what is left of it.  At the end of a file opened to append
 * pwrite(2) would write, too. */
static int shorten_block(int fd, const struct zst_end *end)
{
	int flags = fcntl(fd, F_GETFL), result = 0;

	if (end->short_at == 0)
		return 0;
	if (flags < 0 || fcntl(fd, F_SETFL, flags & ~O_APPEND) < 0)
		return -errno;
	if (pwrite(fd, end->short_head, sizeof(end->short_head), (off_t)end->short_at) !=
		(ssize_t)sizeof(end->short_head))
		result = -EIO;
	if (fcntl(fd, F_SETFL, flags) < 0)
		result = -errno;
	return result;
}

/* A file that is there stays, but for what was cut. */
static int take_over(struct record *record, const char *path, char why[RECORD_WHY_MAX])
{
	char reason[MEND_WHY_MAX] = "";
	struct zst_end end = { 0 };
	struct stat status;
	int result = check_file(record->fd, path, &status, why);

	if (result < 0 || status.st_size == 0)
		return result;
	result = mend_look(&end, record->fd, (uint64_t)status.st_size, record->zst != NULL, reason);
	if (result == 0 && end.at < (uint64_t)status.st_size &&
		ftruncate(record->fd, (off_t)end.at) < 0)
		result = -errno;
	if (result == 0)
		result = shorten_block(record->fd, &end);
	if (result < 0)
		return refuse_file(why, result, path, reason[0] != '\0' ? reason : NULL);
	record->size = end.at;
	record->zst_open = end.open;
	record->zst_checksum = end.checksum;
	record->torn = record->zst != NULL && end.at > 0;
	return 0;
}

static void record_free(struct record *record)
{
	if (record->fd >= 0)
		close(record->fd);
	zst_out_free(record->zst);
	buf_done(&record->line);
	buf_done(&record->packed);
	free(record);
}

/* Nothing is written yet: the file begins with a key frame, and what is in it already (append) is
 * looked at first. */
int record_open(struct record **into, const char *path, bool append, char why[RECORD_WHY_MAX])
{
	struct zst_out *zst = NULL;

	if (zst_is_name(path) && (zst = zst_out_new()) == NULL)
		return refuse_file(why, -ENOTSUP, path,
			"this memtop was built without compression");
	int fd = open_file(path, append, why);

	if (fd < 0) {
		zst_out_free(zst);
		return fd;
	}
	struct record *record = xalloc_zero(1, sizeof(*record));

	record->fd = fd;
	record->zst = zst;
	record->waiting = true;
	record->key_s = RECORD_KEY_S;
	record->pause_ms = ASK_AGAIN_MS;
	buf_init(&record->line);
	buf_init(&record->packed);
	int result = take_over(record, path, why);

	if (result < 0) {
		record_free(record);
		return result;
	}
	*into = record;
	return 0;
}

/* --- writing ----------------------------------------------------------------------- */

/* All of the bytes, or none. */
static int append_bytes(struct record *record, const struct buf *bytes)
{
	size_t done = 0;

	if (record->dirty && ftruncate(record->fd, (off_t)record->size) < 0)
		return -errno;
	record->dirty = false;
	while (done < bytes->len) {
		ssize_t count = write(record->fd, bytes->data + done, bytes->len - done);

		if (count < 0 && errno == EINTR)
			continue;
		if (count <= 0) {
			int error = count < 0 ? errno : EIO;

			record->dirty = done > 0 && ftruncate(record->fd, (off_t)record->size) < 0;
			return -error;
		}
		done += (size_t)count;
	}
	record->size += done;
	return 0;
}

/* A checksum is not known, and need not be right: what came before it has been read by then.
 * Without one a reader would take the next frame's first bytes for it. */
static void end_frame(struct record *record)
{
	static const char unknown[4];

	if (record->zst_open)
		buf_put(&record->packed, zst_end_block, sizeof(zst_end_block));
	if (record->zst_checksum)
		buf_put(&record->packed, unknown, sizeof(unknown));
}

/* The line as it goes into a compressed file; with FRESH in a new Zstandard frame. */
static void pack_line(struct record *record, bool fresh)
{
	struct buf *packed = &record->packed;

	buf_clear(packed);
	if (fresh)
		end_frame(record);
	if (fresh)
		zst_out_reset(record->zst);
	if (record->torn)
		zst_out_put(record->zst, packed, "\n", 1);
	zst_out_put(record->zst, packed, record->line.data, record->line.len);
}

static int write_line(struct record *record, bool fresh)
{
	if (record->zst == NULL)
		return append_bytes(record, &record->line);
	pack_line(record, fresh);
	int result = append_bytes(record, &record->packed);

	if (result < 0)
		return result; /* the next line begins a new frame */
	record->zst_open = true;
	record->zst_checksum = record->torn = false;
	return 0;
}

static void give_memory_back(struct buf *buf)
{
	if (buf->cap <= KEEP)
		return;
	buf_done(buf);
	buf_init(buf);
}

/* A full disk may have room again: tried again after a while, and less and less often. What
 * follows begins with a key frame, since the stretch between is lost. */
static void fail_write(struct record *record, const struct frame *frame, int error)
{
	record->pause_ms = record->error != 0 && record->pause_ms < RETRY_MAX_MS
				   ? 2 * record->pause_ms
			   : record->error != 0 ? RETRY_MAX_MS
						: ASK_AGAIN_MS;
	record->error = -error;
	record->waiting = record->lost = true;
	record->asked = false;
	record->failed_seq = frame->seq;
	record->retry_ms = frame->boot_ms + record->pause_ms;
	snprintf(record->message, sizeof(record->message), "recording stopped: %s (trying again)",
		strerror(-error));
	log_line("%s", record->message);
}

/* A key frame that is written is what playing can begin at. */
static void succeed_write(struct record *record, const struct frame *frame, bool fresh)
{
	record->waiting = record->lost = false;
	record->begun = true;
	record->message[0] = '\0';
	record->error = 0;
	if (fresh) {
		record->key_ms = frame->boot_ms;
		record->key_seq = frame->seq;
		record->asked = false;
	}
}

void record_be_long(struct record *record)
{
	record->is_long = true;
	record->key_s = RECORD_LONG_KEY_S;
	if (record->zst != NULL)
		zst_out_widen(record->zst);
}

/* CPU time that this process took since the tick before: it is here for the recording alone. */
static uint32_t own_cost_us(struct record *record)
{
	uint64_t before_us = record->cpu_us;

	record->cpu_us = clock_cpu_us();
	return before_us > 0 ? (uint32_t)(record->cpu_us - before_us) : 0;
}

void record_frame(struct record *record, const struct stream_header *header,
	const struct frame *frame)
{
	bool fresh = frame->key && (record->waiting || frame->seq != record->key_seq);
	struct frame told = *frame; /* shares its memory */

	record->now_ms = frame->boot_ms;
	if (record->waiting && (!fresh || (record->error != 0 && frame->seq == record->failed_seq)))
		return;
	if (record->lost)
		record->gap_seq = frame->seq;
	if (record->gap_seq == frame->seq) {
		told.gap = true;
		told.interval_ms = 0;
	}
	if (record->is_long && frame->tick && frame->seq != record->cost_seq) {
		told.cost_us += own_cost_us(record);
		record->cost_seq = frame->seq;
	}
	buf_clear(&record->line);
	if (!record->begun)
		encode_header(&record->line, header);
	encode_frame(&record->line, &told);
	int result = write_line(record, fresh);

	if (result < 0)
		fail_write(record, frame, result);
	else
		succeed_write(record, frame, fresh);
	give_memory_back(&record->line);
	give_memory_back(&record->packed);
}

bool record_wants_key(struct record *record)
{
	uint64_t due = record->error != 0 ? record->retry_ms
		       : record->waiting  ? 0
					  : record->key_ms + UINT64_C(1000) * record->key_s;

	if (record->now_ms < due)
		return false;
	if (record->asked && record->now_ms - record->asked_ms < ASK_AGAIN_MS)
		return false;
	record->asked = true;
	record->asked_ms = record->now_ms;
	return true;
}

const char *record_message(const struct record *record)
{
	return record->message;
}

uint64_t record_size(const struct record *record)
{
	return record->size;
}

int record_close(struct record *record)
{
	int result = 0;

	if (record == NULL)
		return 0;
	if (record->zst_open || record->zst_checksum) {
		buf_clear(&record->packed);
		end_frame(record);
		result = append_bytes(record, &record->packed);
	}
	if (close(record->fd) < 0 && result == 0)
		result = -errno;
	record->fd = -1;
	record_free(record);
	return result;
}
