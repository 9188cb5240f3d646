/* SPDX-License-Identifier: GPL-2.0-or-later */
/* history - see history.h */
#include "session/history.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/xalloc.h"
#include "frame/decode.h"
#include "frame/encode.h"
#include "model/store.h"
#include "session/thin.h"
#include "source/flight.h"
#include "source/recording_header.h"
#include "source/recording_index.h"

#include <stdlib.h>
#include <string.h>

enum {
	SLICE_MS = 8,
	DAY_S = 86400,
	WHOLE_BYTES = 6 << 20, /* of the newest segments every look is read: a second's work */
	GAP_MS = 90 * 1000,    /* without a look: it is not known what was */
	KEPT_MAX = 64 * 1024 * 1024,
};

struct history {
	char *folder;
	struct flight_segments *segments; /* NULL: not listed yet */
	size_t next;                      /* segment to open */
	size_t whole;                     /* from this segment on every look is read */
	struct recording *recording;      /* the one being read; NULL: none */
	struct recording_index *index;    /* of it, while keys alone are read; NULL: every look */
	size_t key;                       /* the next of them */
	uint64_t end_ms;                  /* boot time of the first live look */
	struct store *store;
	struct frame *frame;
	struct thin thin;
	uint64_t last_ms; /* boot time of the last look that was read; 0: none */
	struct buf kept;  /* live frames, a line each */
	size_t kept_at;
	bool open;       /* the last of them is a part of a tick that goes on */
	bool overflowed; /* more than is kept: it is not worth it */
};

struct history *history_new(const char *folder)
{
	struct history *history = xalloc_zero(1, sizeof(*history));

	history->folder = xalloc_text(folder);
	history->thin.whole = true;
	buf_init(&history->kept);
	return history;
}

static void close_segment(struct history *history)
{
	recording_index_free(history->index);
	recording_close(history->recording);
	history->index = NULL;
	history->recording = NULL;
}

void history_free(struct history *history)
{
	if (history == NULL)
		return;
	close_segment(history);
	flight_segments_free(history->segments);
	store_free(history->store);
	frame_free(history->frame);
	buf_done(&history->kept);
	free(history->folder);
	free(history);
}

void history_keep(struct history *history, const struct frame *frame)
{
	if (history->end_ms == 0)
		history->end_ms = frame->boot_ms;
	if (history->kept.len > KEPT_MAX)
		history->overflowed = true;
	history->open = frame->more;
	if (!history->overflowed)
		encode_frame(&history->kept, frame);
}

/* --- frames ---------------------------------------------------------------------------------- */

/* Takes one that was read into history->frame. */
static void apply_past(struct history *history, uint64_t left_ms)
{
	struct frame *frame = history->frame;

	if (frame->boot_ms < history->last_ms)
		return;
	/* within a segment keys alone are no gaps */
	bool whole = history->index == NULL || history->key == 1;
	if (frame->tick && whole && history->last_ms != 0 &&
		frame->boot_ms - history->last_ms > GAP_MS) {
		frame->gap = true;
		frame->interval_ms = 0;
	}
	store_apply(history->store, thin_frame(&history->thin, frame, left_ms));
	history->last_ms = frame->boot_ms;
}

/* A recorded LINE; what cannot be read is left out, as in a replay. */
static bool take_line(struct history *history, const char *line, size_t len)
{
	char why[DECODE_WHY_MAX];

	if (len == 0 || decode_is_header(line, len))
		return false;
	frame_reset(history->frame);
	if (decode_frame(history->frame, line, len, why) < 0 ||
		history->frame->boot_ms >= history->end_ms)
		return false;
	apply_past(history, history->end_ms - history->frame->boot_ms);
	return true;
}

/* --- segments -------------------------------------------------------------------------------- */

/* Whether the segment that is open is of this boot; then how much of it is read is decided. */
static bool begin_segment(struct history *history, const struct stream_header *live)
{
	struct stream_header header = { 0 };
	const struct recording_place start = { 0, 0 };
	char why[DECODE_WHY_MAX];
	bool headless = false;

	if (recording_header_find(history->recording, &header, &headless, why) < 0 ||
		strcmp(header.boot_id, live->boot_id) != 0 || header.hz != live->hz)
		return false;
	recording_seek(history->recording, &start);
	if (history->next <= history->whole)
		history->index = recording_index_new(history->recording);
	if (history->index != NULL)
		recording_index_extend(history->index);
	history->key = 0;
	if (history->store == NULL) {
		history->store = store_new();
		store_set_header(history->store, live);
	}
	return true;
}

/* Opens the next segment.  False: there is none. */
static bool next_segment(struct history *history, const struct stream_header *live)
{
	int fd = flight_segments_open(history->segments, history->next);

	if (history->next >= flight_segments_count(history->segments))
		return false;
	history->next++;
	if (fd < 0 || recording_open(&history->recording, fd) < 0)
		history->recording = NULL;
	else if (!begin_segment(history, live))
		close_segment(history);
	return true;
}

/* One key frame of the segment, with all parts of its tick. */
static void step_key(struct history *history)
{
	const char *line;
	size_t len;
	bool more = true;

	if (history->key == history->index->nkeys) {
		history->last_ms = history->index->last_ms;
		close_segment(history);
		return;
	}
	recording_seek(history->recording, &history->index->keys[history->key++].place);
	while (more) {
		enum recording_event event = recording_next(history->recording, &line, &len);
		if (event == RECORDING_LATER)
			continue;
		more = event == RECORDING_LINE && take_line(history, line, len) &&
		       history->frame->more;
	}
}

/* One line of the segment. */
static void step_line(struct history *history)
{
	const char *line;
	size_t len;
	enum recording_event event = recording_next(history->recording, &line, &len);

	if (event == RECORDING_LINE)
		take_line(history, line, len);
	else if (event == RECORDING_END)
		close_segment(history);
}

/* One of the frames that came meanwhile.  False: there is none left. */
static bool step_kept(struct history *history)
{
	char why[DECODE_WHY_MAX];
	const char *line = buf_text(&history->kept) + history->kept_at;
	size_t len = strcspn(line, "\n");

	if (history->kept_at >= history->kept.len)
		return false;
	history->kept_at += len + 1;
	frame_reset(history->frame);
	if (decode_frame(history->frame, line, len, why) == 0)
		apply_past(history, 0);
	return true;
}

/* A piece at a time, between keys and frames: the history of a day takes seconds to read, and the
 * screen must not wait for it. */
static bool step_source(struct history *history, const struct stream_header *live)
{
	if (history->recording != NULL && history->index != NULL)
		step_key(history);
	else if (history->recording != NULL)
		step_line(history);
	else if (!next_segment(history, live))
		return history->store != NULL && step_kept(history);
	return true;
}

/* The newest segments are read look by look, the last one always. */
static void list_segments(struct history *history)
{
	history->segments = flight_segments_new(history->folder, DAY_S);
	history->frame = frame_new();
	size_t count = flight_segments_count(history->segments);
	uint64_t bytes = 0;
	for (history->whole = count; history->whole > 0; history->whole--) {
		bytes += flight_segments_bytes(history->segments, history->whole - 1);
		if (bytes > WHOLE_BYTES && history->whole < count)
			break;
	}
}

/* For SLICE_MS.  Whether it is at its end. */
static bool step_slice(struct history *history, const struct stream_header *header)
{
	uint64_t until_ms = clock_mono_ms() + SLICE_MS;

	if (history->overflowed || header->boot_id[0] == '\0')
		return true;
	if (history->segments == NULL)
		list_segments(history);
	do
		if (!step_source(history, header))
			return !history->open; /* half a tick is no state to go on from */
	while (clock_mono_ms() < until_ms);
	return false;
}

struct store *history_read(struct history **history, struct store *store)
{
	if (!step_slice(*history, store_header(store)))
		return store;
	struct store *past = (*history)->overflowed ? NULL : (*history)->store;
	if (past != NULL) {
		(*history)->store = NULL;
		if (store_baseline_ms(store) != 0)
			store_set_baseline(past);
		store_free(store);
	}
	history_free(*history);
	*history = NULL;
	return past != NULL ? past : store;
}
