/* SPDX-License-Identifier: GPL-2.0-or-later */
/* recording_index - one pass over the first bytes of lines */
#include "source/recording_index.h"

#include "base/order.h"
#include "base/xalloc.h"
#include "frame/decode.h"

#include <stdlib.h>
#include <string.h>

enum {
	SAME_BOOT_MS = 5000, /* headers of one boot differ by less: no clock is set by as much */
	NEXT_BOOT_MS = 1000, /* at least between the ticks of two stretches */
	HOP_MS = 40 * 60000, /* between keys at most, for what is between not to be looked at */
	CLOCK_MS = 1000,     /* a clock that was set by more within a file */
};

void recording_shift_header(struct recording_shift *shift, const struct stream_header *header)
{
	if (!shift->begun) {
		shift->boot_wall_ms = header->boot_wall_ms;
		memcpy(shift->boot_id, header->boot_id, sizeof(shift->boot_id));
	}
	int64_t apart = (int64_t)(header->boot_wall_ms - shift->boot_wall_ms);
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

	index->end_at = UINT64_MAX;
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
	index->stretch = index->nstretches;
	*XALLOC_NEXT(index->stretches, index->nstretches,
		index->capstretches) = (struct recording_stretch){ *header, index->shift };
	index->key_seq = 0;
}

/* Key frames are where playing can begin; their place in the file is kept with their times. */
static void add_key(struct recording_index *index, uint64_t boot_ms, uint64_t wall_ms)
{
	struct recording_key key = {
		.boot_ms = boot_ms,
		.wall_ms = wall_ms,
		.stretch = index->stretch,
	};

	if (index->nstretches == 0 || !recording_place(index->recording, &key.place))
		return;
	*XALLOC_NEXT(index->keys, index->nkeys, index->capkeys) = key;
}

static uint64_t wall_of(const struct recording_index *index, const struct recording_head *head)
{
	if (head->wall_ms != 0 || index->nstretches == 0)
		return head->wall_ms;
	return index->stretches[index->stretch].header.boot_wall_ms + head->boot_ms;
}

/* A tick of several frames counts by its first.  Whether it is a key not seen before. */
static bool add_head(struct recording_index *index, const struct recording_head *head)
{
	bool first = index->shift.fresh;
	uint64_t boot_ms = recording_shift_time(&index->shift, head->boot_ms);
	uint64_t wall_ms = wall_of(index, head);

	if (first && index->nstretches > 0)
		index->stretches[index->stretch].shift = index->shift;
	if (!index->any) {
		index->first_ms = boot_ms;
		index->first_wall_ms = index->least_wall_ms = wall_ms;
	}
	index->any = true;
	index->raw_ms = head->boot_ms;
	index->last_ms = boot_ms;
	index->last_wall_ms = wall_ms;
	if (wall_ms < index->least_wall_ms)
		index->least_wall_ms = wall_ms;
	if (wall_ms > index->most_wall_ms)
		index->most_wall_ms = wall_ms;
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

/* Whether the line that was looked at lies behind what is looked through. */
static bool is_behind(const struct recording_index *index)
{
	struct recording_place place;

	return index->end_at != UINT64_MAX && recording_place(index->recording, &place) &&
	       place.at >= index->end_at;
}

/* Whether a stretch begins here that is of the same boot, with its HEADER and its key's HEAD: how
 * long the one before went on matters nothing to its times. */
static bool takes_up(struct recording_index *index, struct stream_header *header,
	struct recording_head *head)
{
	const char *boot_id = index->stretches[index->stretch].header.boot_id;
	char why[DECODE_WHY_MAX];
	const char *line;
	size_t len;

	return recording_next(index->recording, &line, &len) == RECORDING_LINE &&
	       decode_is_header(line, len) && decode_header(header, line, len, why) == 0 &&
	       boot_id[0] != '\0' && strcmp(header->boot_id, boot_id) == 0 &&
	       recording_peek(index->recording, head) && head->key;
}

static bool is_near(uint64_t one_ms, uint64_t other_ms)
{
	return (one_ms > other_ms ? one_ms - other_ms : other_ms - one_ms) < CLOCK_MS;
}

/* Whether the file that begins with HEADER and HEAD goes on as the one before went: no clock was
 * set between them, and times are moved alike. */
static bool goes_on_like(const struct recording_index *index, const struct stream_header *header,
	const struct recording_head *head)
{
	struct recording_shift shift = index->shift;

	recording_shift_header(&shift, header);
	return head->boot_ms >= index->raw_ms && head->wall_ms != 0 &&
	       is_near(head->wall_ms - head->boot_ms, index->last_wall_ms - index->raw_ms) &&
	       is_near((uint64_t)shift.by_ms, (uint64_t)index->shift.by_ms);
}

/* From the first key of a file to that of the next, if that goes on like it: the keys between are
 * found when they are asked for. */
static bool hop_file(struct recording_index *index)
{
	struct stream_header header;
	struct recording_place from;
	struct recording_head head;

	if (index->end_at != UINT64_MAX || !recording_hop_file(index->recording, &from))
		return false;
	if (takes_up(index, &header, &head) && goes_on_like(index, &header, &head)) {
		index->keys[index->nkeys - 1].skipped = true;
		add_stretch(index, &header);
		add_head(index, &head);
		return true;
	}
	recording_seek(index->recording, &from);
	recording_peek(index->recording, &head);
	return false;
}

/* From key to key over what lies between, which memtop writes as a Zstandard frame each.  What does
 * not look so is read line by line: the end of a boot, a file that something else compressed. */
static void hop_on(struct recording_index *index)
{
	struct stream_header header;
	struct recording_place from;
	struct recording_head head;

	if (index->nkeys == 0)
		return;
	for (;;) {
		if (hop_file(index))
			continue;
		if (!recording_hop(index->recording, &from))
			return;
		bool goes_on = recording_peek(index->recording, &head) && head.key &&
			       head.boot_ms - index->raw_ms <= HOP_MS;
		bool anew = !goes_on && takes_up(index, &header, &head);
		if ((goes_on || anew) && is_behind(index)) {
			index->ended = true;
			return;
		}
		if ((!goes_on && !anew) || head.boot_ms < index->raw_ms) {
			recording_seek(index->recording, &from);
			return;
		}
		if (anew)
			add_stretch(index, &header);
		add_head(index, &head);
	}
}

static void read_on(struct recording_index *index)
{
	enum recording_event event;
	const char *line;
	size_t len;

	while (!index->ended &&
		(event = recording_next(index->recording, &line, &len)) != RECORDING_END) {
		if (event == RECORDING_LINE && is_behind(index))
			return;
		if (event == RECORDING_LINE && add_line(index, line, len))
			hop_on(index);
	}
}

void recording_index_extend(struct recording_index *index)
{
	if (!index->whole)
		read_on(index);
	index->whole = recording_is_fixed(index->recording);
}

/* Keys from FIRST on, which were found last, become those behind AT. */
static void put_behind(struct recording_index *index, size_t at, size_t first)
{
	size_t found = index->nkeys - first, size = sizeof(*index->keys);

	if (found == 0)
		return;
	struct recording_key *keys = xalloc_grow(NULL, found, size);
	memcpy(keys, index->keys + first, found * size);
	memmove(index->keys + at + 1 + found, index->keys + at + 1, (first - at - 1) * size);
	memcpy(index->keys + at + 1, keys, found * size);
	free(keys);
}

/* Finds the keys behind the one at AT that were passed over with the file they are in. */
static void look_behind(struct recording_index *index, size_t at)
{
	struct recording_index was = *index;
	const struct recording_key key = index->keys[at];
	struct recording_head head;

	index->keys[at].skipped = false;
	index->end_at = index->keys[at + 1].place.at;
	index->stretch = key.stretch;
	index->shift = index->stretches[key.stretch].shift;
	recording_seek(index->recording, &key.place);
	if (recording_peek(index->recording, &head)) {
		index->key_seq = head.seq;
		index->raw_ms = head.boot_ms;
		hop_on(index);
		read_on(index);
	}
	put_behind(index, at, was.nkeys);
	was.keys = index->keys;
	was.nkeys = index->nkeys;
	was.capkeys = index->capkeys;
	was.stretches = index->stretches;
	was.nstretches = index->nstretches;
	was.capstretches = index->capstretches;
	*index = was;
}

/* Whether the file of the key at AT had been passed over, and has been looked through now. */
static bool has_looked(struct recording_index *index, size_t at)
{
	bool skipped = index->keys[at].skipped;

	if (skipped)
		look_behind(index, at);
	return skipped;
}

/* The time of WALL_MS by the key before it that is nearest, which is *LEAST_MS before. */
static uint64_t at_wall(const struct recording_index *index, uint64_t wall_ms, uint64_t *least_ms)
{
	uint64_t boot_ms = index->first_ms, end_ms = index->last_ms;

	*least_ms = UINT64_MAX;
	if (index->any && index->first_wall_ms <= wall_ms)
		*least_ms = wall_ms - index->first_wall_ms;
	for (size_t i = 0; i < index->nkeys; i++) {
		const struct recording_key *key = &index->keys[i];
		if (key->wall_ms > wall_ms || wall_ms - key->wall_ms > *least_ms)
			continue;
		*least_ms = wall_ms - key->wall_ms;
		boot_ms = key->boot_ms;
		/* not into what comes after it, where the clock was set back */
		end_ms = i + 1 < index->nkeys ? key[1].boot_ms - 1 : index->last_ms;
	}
	if (*least_ms == UINT64_MAX)
		return index->first_ms;
	return *least_ms < end_ms - boot_ms ? boot_ms + *least_ms : end_ms;
}

/* Looks through the files that were passed over and may hold a key nearer to WALL_MS than LEAST_MS.
 * Whether there was one. */
static bool look_nearer(struct recording_index *index, uint64_t wall_ms, uint64_t least_ms)
{
	for (size_t i = 0; i < index->nkeys; i++) {
		const struct recording_key *key = &index->keys[i];
		if (!key->skipped || key->wall_ms > wall_ms)
			continue;
		uint64_t since_ms = wall_ms - key->wall_ms, span_ms = key[1].boot_ms - key->boot_ms;
		if (since_ms <= span_ms ? least_ms > 0 : since_ms - span_ms < least_ms)
			return has_looked(index, i);
	}
	return false;
}

uint64_t recording_index_at_wall(struct recording_index *index, uint64_t wall_ms)
{
	uint64_t boot_ms, least_ms;

	do
		boot_ms = at_wall(index, wall_ms, &least_ms);
	while (look_nearer(index, wall_ms, least_ms));
	return boot_ms;
}

/* The last key not after BOOT_MS, or the first. */
static size_t find_key(const struct recording_index *index, uint64_t boot_ms)
{
	size_t upto = order_upto(index->keys, index->nkeys, sizeof(index->keys[0]),
		offsetof(struct recording_key, boot_ms), boot_ms);

	return upto > 0 ? upto - 1 : 0;
}

const struct recording_key *recording_index_find(struct recording_index *index, uint64_t boot_ms)
{
	size_t found;

	if (index->nkeys == 0)
		return NULL;
	do
		found = find_key(index, boot_ms);
	while (has_looked(index, found));
	return &index->keys[found];
}
