/* SPDX-License-Identifier: GPL-2.0-or-later */
/* recording_header - see recording_header.h; knows first lines, not frames */
#include "source/recording_header.h"

#include "frame/frame.h"
#include "source/recording.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

/* Damage within a block shows in what it holds alone, and makes many lines strange. */
enum { STRANGE_PLAIN = 1, STRANGE_PACKED = 1000 };

static int say_why(char why[DECODE_WHY_MAX], int error, const char *text)
{
	snprintf(why, DECODE_WHY_MAX, "%s", text);
	return error;
}

/* Packers of others, which people put recordings away with, by the first bytes they write; and what
 * Windows makes of a stream behind `>`. */
static const struct packer {
	const char *begins, *name, *unpack;
} packers[] = {
	{ "\x1f\x8b\x08", "packed with gzip", "gzip -dc" },
	{ "\xfd"
	  "7zXZ",
		"packed with xz", "xz -dc" },
	{ "BZh", "packed with bzip2", "bzip2 -dc" },
	{ "\x04\x22\x4d\x18", "packed with lz4", "lz4 -dc" },
	{ "PK\x03\x04", "packed with zip", "unzip -p" },
	{ "\xff\xfe", "text in UTF-16", "iconv -f UTF-16 -t UTF-8" },
};

static const char order_mark[] = "\xef\xbb\xbf"; /* of UTF-8, by an editor */
enum { ORDER_MARK_LEN = sizeof(order_mark) - 1 };

/* Says what a file is that begins so and is none of ours. */
static int say_stranger(char why[DECODE_WHY_MAX], const char *start, size_t len)
{
	say_why(why, 0, "is no recording of memtop");
	for (size_t i = 0; i < sizeof(packers) / sizeof(packers[0]); i++) {
		size_t need = strlen(packers[i].begins);

		if (len >= need && memcmp(start, packers[i].begins, need) == 0)
			snprintf(why, DECODE_WHY_MAX,
				"is %s; this plays it: %s FILE | memtop --replay -",
				packers[i].name, packers[i].unpack);
	}
	return -EINVAL;
}

/* The next event that is not "later". */
static enum recording_event next_event(struct recording *recording, const char **line, size_t *len)
{
	struct pollfd ready = { .fd = recording_fd(recording), .events = POLLIN };
	enum recording_event event;

	while ((event = recording_next(recording, line, len)) == RECORDING_LATER)
		if (ready.fd >= 0)
			poll(&ready, 1, -1);
	return event;
}

/* Lines that were found before a header. */
struct header_search {
	bool lost;        /* something of a recording */
	unsigned strange; /* lines that are nothing of ours, unless a header or a frame follows */
	unsigned most;    /* of them */
};

/* 0: it is a header.  -EAGAIN: the next line may be one. */
static int take_line(struct header_search *search, const char *line, size_t len,
	struct stream_header *header, char why[DECODE_WHY_MAX])
{
	struct recording_head head;

	if (len >= ORDER_MARK_LEN && memcmp(line, order_mark, ORDER_MARK_LEN) == 0) {
		line += ORDER_MARK_LEN;
		len -= ORDER_MARK_LEN;
	}
	if (len == 0)
		return -EAGAIN;
	if (decode_is_header(line, len)) {
		int result = decode_header(header, line, len, why);

		search->lost |= search->strange > 0 || result == -EINVAL;
		return result == -EINVAL ? -EAGAIN : result;
	}
	search->lost |= decode_may_be_header(line, len) || recording_head(line, len, &head);
	if (search->lost)
		return say_why(why, -EAGAIN, "its header is damaged");
	if (search->strange == 0) /* the file begins with this line */
		say_stranger(why, line, len);
	return ++search->strange > search->most ? -EINVAL : -EAGAIN;
}

static int at_end(const struct header_search *search, const struct recording *recording,
	char why[DECODE_WHY_MAX])
{
	const char *begun;
	size_t len = recording_begun(recording, &begun);

	if (search->lost || search->strange > 0) /* WHY says of what */
		return -EINVAL;
	if (len == 0) /* of a pipe: who was to write has said why, or is to be asked */
		return say_why(why, -ENODATA,
			recording_is_compressed(recording) ? "ends before its first look"
							   : "is empty");
	say_stranger(why, begun, len);
	return decode_may_be_header(begun, len) ? -ENODATA : -EINVAL;
}

int recording_header_find(struct recording *recording, struct stream_header *header, bool *lost,
	char why[DECODE_WHY_MAX])
{
	struct header_search search = {
		.most = recording_is_compressed(recording) ? STRANGE_PACKED : STRANGE_PLAIN,
	};
	int result = -EAGAIN;
	const char *line;
	size_t len;

	while (result == -EAGAIN) {
		enum recording_event event = next_event(recording, &line, &len);

		if (event == RECORDING_END) {
			result = at_end(&search, recording, why);
		} else if (event == RECORDING_LINE) {
			result = take_line(&search, line, len, header, why);
		} else if (recording_is_compressed(recording)) {
			say_why(why, 0, recording_why(recording));
			search.lost = true;
		} else { /* a line longer than any of ours */
			result = search.strange > 0 ? -EINVAL : say_stranger(why, "", 0);
		}
	}
	*lost = search.lost;
	return result;
}
