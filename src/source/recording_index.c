/* SPDX-License-Identifier: GPL-2.0-or-later */
/* recording_index - one pass over the first bytes of lines */
#include "source/recording_index.h"

#include "base/xalloc.h"
#include "frame/decode.h"

#include <stdlib.h>
#include <string.h>

enum {
	SAME_BOOT_MS = 5000, /* headers of one boot differ by less: no clock is set by as much */
	NEXT_BOOT_MS = 1000, /* at least between the ticks of two stretches */
	HOP_MS = 40 * 60000, /* between keys at most, for what is between not to be looked at */
};

void recording_shift_header(struct recording_shift *shift, const struct stream_header *header)
{
	int64_t apart;

	if (!shift->begun) {
		shift->boot_wall_ms = header->boot_wall_ms;
		memcpy(shift->boot_id, header->boot_id, sizeof(shift->boot_id));
	}
	apart = (int64_t)(header->boot_wall_ms - shift->boot_wall_ms);
	bool named = shift->boot_id[0] != '\0' && header->boot_id[0] != '\0';
	bool other = named ? strcmp(shift->boot_id, header->boot_id) != 0
			   : apart > SAME_BOOT_MS || apart < -SAME_BOOT_MS;
	/* another boot at the same time by a clock that was set must not be taken for this one */
	shift->by_ms = !other ? 0 : apart != 0 ? apart : 1;
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

static void add_stretch(struct recording_index *index, const struct stream_header *header)
{
	recording_shift_header(&index->shift, header);
	index->stretches = xalloc_room(index->stretches, &index->capstretches,
		index->nstretches + 1, sizeof(*index->stretches));
	index->stretches[index->nstretches++] = (struct recording_stretch){ *header, index->shift };
	index->key_seq = 0;
}

/* Key frames are where playing can begin; their place in the file is kept with their times. */
static void add_key(struct recording_index *index, uint64_t boot_ms, uint64_t wall_ms)
{
	struct recording_key key = {
		.boot_ms = boot_ms,
		.wall_ms = wall_ms,
		.stretch = index->nstretches - 1,
	};

	if (index->nstretches == 0 || !recording_place(index->recording, &key.place))
		return;
	index->keys = xalloc_room(index->keys, &index->capkeys, index->nkeys + 1,
		sizeof(*index->keys));
	index->keys[index->nkeys++] = key;
}

static uint64_t wall_of(const struct recording_index *index, const struct recording_head *head)
{
	if (head->wall_ms != 0 || index->nstretches == 0)
		return head->wall_ms;
	return index->stretches[index->nstretches - 1].header.boot_wall_ms + head->boot_ms;
}

/* A tick of several frames counts by its first.  Whether it is a key not seen before. */
static bool add_head(struct recording_index *index, const struct recording_head *head)
{
	bool first = index->shift.fresh;
	uint64_t boot_ms = recording_shift_time(&index->shift, head->boot_ms);
	uint64_t wall_ms = wall_of(index, head);

	if (first && index->nstretches > 0)
		index->stretches[index->nstretches - 1].shift = index->shift;
	if (!index->any) {
		index->first_ms = boot_ms;
		index->first_wall_ms = wall_ms;
	}
	index->any = true;
	index->raw_ms = head->boot_ms;
	index->last_ms = boot_ms;
	index->last_wall_ms = wall_ms;
	if (!head->key || head->seq == index->key_seq)
		return false;
	add_key(index, boot_ms, wall_ms);
	index->key_seq = head->seq;
	return true;
}

/* Only the beginning of each line is read.  Whether it is a key not seen before. */
static bool add_line(struct recording_index *index, const char *line, size_t len)
{
	struct recording_head head;
	struct stream_header header;
	char why[DECODE_WHY_MAX];

	if (decode_is_header(line, len)) {
		if (decode_header(&header, line, len, why) == 0)
			add_stretch(index, &header);
		return false;
	}
	return recording_head(line, len, &head) && add_head(index, &head);
}

/* Whether a stretch begins here that is of the same boot, with its HEADER and its key's HEAD: how
 * long the one before went on matters nothing to its times. */
static bool takes_up(struct recording_index *index, struct stream_header *header,
	struct recording_head *head)
{
	const char *boot_id = index->stretches[index->nstretches - 1].header.boot_id;
	char why[DECODE_WHY_MAX];
	const char *line;
	size_t len;

	return recording_next(index->recording, &line, &len) == RECORDING_LINE &&
	       decode_is_header(line, len) && decode_header(header, line, len, why) == 0 &&
	       boot_id[0] != '\0' && strcmp(header->boot_id, boot_id) == 0 &&
	       recording_peek(index->recording, head) && head->key;
}

/* From key to key over what lies between, which memtop writes as a Zstandard frame each.  What does
 * not look so is read line by line: the end of a boot, a file that something else compressed. */
static void hop_on(struct recording_index *index)
{
	struct stream_header header;
	struct recording_place from;
	struct recording_head head;

	while (index->nstretches > 0 && recording_hop(index->recording, &from)) {
		bool goes_on = recording_peek(index->recording, &head) && head.key &&
			       head.boot_ms - index->raw_ms <= HOP_MS;
		bool anew = !goes_on && takes_up(index, &header, &head);
		if ((!goes_on && !anew) || head.boot_ms < index->raw_ms) {
			recording_seek(index->recording, &from);
			return;
		}
		if (anew)
			add_stretch(index, &header);
		add_head(index, &head);
	}
}

void recording_index_extend(struct recording_index *index)
{
	enum recording_event event;
	const char *line;
	size_t len;

	while ((event = recording_next(index->recording, &line, &len)) != RECORDING_END) {
		if (event == RECORDING_LINE && add_line(index, line, len))
			hop_on(index);
	}
}

uint64_t recording_index_at_wall(const struct recording_index *index, uint64_t wall_ms)
{
	uint64_t boot_ms = index->first_ms, end_ms = index->last_ms, least_ms = UINT64_MAX;

	if (index->any && index->first_wall_ms <= wall_ms)
		least_ms = wall_ms - index->first_wall_ms;
	for (size_t i = 0; i < index->nkeys; i++) {
		const struct recording_key *key = &index->keys[i];
		if (key->wall_ms > wall_ms || wall_ms - key->wall_ms > least_ms)
			continue;
		least_ms = wall_ms - key->wall_ms;
		boot_ms = key->boot_ms;
		/* not into what comes after it, where the clock was set back */
		end_ms = i + 1 < index->nkeys ? key[1].boot_ms - 1 : index->last_ms;
	}
	if (least_ms == UINT64_MAX)
		return index->first_ms;
	return least_ms < end_ms - boot_ms ? boot_ms + least_ms : end_ms;
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
