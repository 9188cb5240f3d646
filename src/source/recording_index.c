/* SPDX-License-Identifier: GPL-2.0-or-later */
/* recording_index - one pass over the first bytes of lines */
#include "source/recording_index.h"

#include "base/xalloc.h"
#include "frame/decode.h"

#include <stdlib.h>

enum {
	SAME_BOOT_MS = 5000, /* headers of one boot differ by less: no clock is set by as much */
	NEXT_BOOT_MS = 1000, /* at least between the ticks of two stretches */
};

void recording_shift_header(struct recording_shift *shift, const struct stream_header *header)
{
	int64_t apart;

	if (!shift->begun)
		shift->boot_wall_ms = header->boot_wall_ms;
	apart = (int64_t)(header->boot_wall_ms - shift->boot_wall_ms);
	shift->by_ms = apart > SAME_BOOT_MS || apart < -SAME_BOOT_MS ? apart : 0;
	shift->begun = true;
	shift->fresh = true;
}

uint64_t recording_shift_time(struct recording_shift *shift, uint64_t boot_ms)
{
	int64_t moved = (int64_t)boot_ms + shift->by_ms;

	if (shift->fresh && moved <= (int64_t)shift->last_ms && shift->last_ms > 0) {
		shift->by_ms += (int64_t)shift->last_ms + NEXT_BOOT_MS - moved;
		moved = (int64_t)boot_ms + shift->by_ms;
	}
	shift->fresh = false;
	if (moved < (int64_t)shift->last_ms) /* a time that is wrong within a stretch */
		return shift->last_ms;
	shift->last_ms = (uint64_t)moved;
	return shift->last_ms;
}

struct recording_index *recording_index_new(const struct recording *recording)
{
	if (!recording_is_seekable(recording))
		return NULL;
	struct recording_index *index = xalloc_zero(1, sizeof(*index));

	index->recording = recording_twin(recording);
	if (index->recording == NULL) {
		free(index);
		return NULL;
	}
	return index;
}

void recording_index_free(struct recording_index *index)
{
	if (index == NULL)
		return;
	recording_close(index->recording);
	free(index->keys);
	free(index->stretches);
	free(index);
}

static void add_stretch(struct recording_index *index, const char *line, size_t len)
{
	struct stream_header header;
	char why[DECODE_WHY_MAX];

	if (decode_header(&header, line, len, why) < 0)
		return;
	recording_shift_header(&index->shift, &header);
	index->stretches = xalloc_room(index->stretches, &index->capstretches,
		index->nstretches + 1, sizeof(*index->stretches));
	index->stretches[index->nstretches++] = (struct recording_stretch){ header, index->shift };
	index->key_seq = 0;
}

static void add_key(struct recording_index *index, uint64_t boot_ms)
{
	struct recording_key key = { .boot_ms = boot_ms, .stretch = index->nstretches - 1 };

	if (index->nstretches == 0 || !recording_place(index->recording, &key.place))
		return;
	index->keys = xalloc_room(index->keys, &index->capkeys, index->nkeys + 1,
		sizeof(*index->keys));
	index->keys[index->nkeys++] = key;
}

/* Only the beginning of each line is read.  A tick of several frames counts by its first. */
static void add_line(struct recording_index *index, const char *line, size_t len)
{
	struct recording_head head;

	if (decode_is_header(line, len)) {
		add_stretch(index, line, len);
		return;
	}
	if (!recording_head(line, len, &head))
		return;
	bool first = index->shift.fresh;
	uint64_t boot_ms = recording_shift_time(&index->shift, head.boot_ms);

	if (first && index->nstretches > 0)
		index->stretches[index->nstretches - 1].shift = index->shift;
	if (!index->any)
		index->first_ms = boot_ms;
	index->any = true;
	index->last_ms = boot_ms;
	if (head.key && head.seq != index->key_seq) {
		add_key(index, boot_ms);
		index->key_seq = head.seq;
	}
}

void recording_index_extend(struct recording_index *index)
{
	enum recording_event event;
	const char *line;
	size_t len;

	while ((event = recording_next(index->recording, &line, &len)) != RECORDING_END) {
		if (event == RECORDING_LINE)
			add_line(index, line, len);
	}
}

const struct recording_key *recording_index_find(const struct recording_index *index,
	uint64_t boot_ms)
{
	size_t low = 0, high = index->nkeys;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (index->keys[middle].boot_ms <= boot_ms)
			low = middle + 1;
		else
			high = middle;
	}
	if (index->nkeys == 0)
		return NULL;
	return &index->keys[low > 0 ? low - 1 : 0];
}
