/* SPDX-License-Identifier: GPL-2.0-or-later */
/* recording_kills - see recording_kills.h */
#include "source/recording_kills.h"

#include "frame/decode.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { OOM_KILLS_PLACE = 24 }; /* in "sys", from 0 (memtop-stream(5)) */

/* The place behind KEY in LINE; NULL: it is not there.  Quotation marks within texts are escaped,
 * so that no text can be taken for a key. */
static const char *behind_key(const char *line, size_t len, const char *key)
{
	const char *found = memmem(line, len, key, strlen(key));

	return found != NULL ? found + strlen(key) : NULL;
}

/* The machine's count of kills in a frame's LINE; false: it has none. */
static bool recording_kills_count(const char *line, size_t len, uint64_t *count)
{
	const char *end = line + len, *at = behind_key(line, len, "\"sys\":[");

	if (at == NULL)
		return false;
	for (int place = 0; place < OOM_KILLS_PLACE; place++) {
		while (at < end && *at != ',' && *at != ']')
			at++;
		if (at == end || *at++ == ']')
			return false;
	}
	if (at == end || *at < '0' || *at > '9')
		return false;
	*count = strtoull(at, NULL, 10); /* a line ends with a NUL */
	return true;
}

/* The stretch that is looked through: from PLACE up to and with the first tick at END_MS or
 * later. */
struct kill_search {
	struct recording_place place;
	struct recording_shift shift; /* of the stretch there */
	bool whole;                   /* with the stretches that follow */
	uint64_t end_ms;
	uint64_t before; /* the count of kills so far; UINT64_MAX: not known */
};

/* Another stretch begins, whose count is its own.  False: the search ends there. */
static bool take_header(struct kill_search *search, const char *line, size_t len)
{
	struct stream_header header;
	char why[DECODE_WHY_MAX];

	if (search->whole && decode_header(&header, line, len, why) == 0)
		recording_shift_header(&search->shift, &header);
	search->before = UINT64_MAX;
	return search->whole;
}

/* Whether a frame's LINE tells of a kill. */
static bool tells_kill(struct kill_search *search, const char *line, size_t len)
{
	uint64_t count, before = search->before;

	if (!recording_kills_count(line, len, &count))
		count = UINT64_MAX;
	else
		search->before = count;
	return (count != UINT64_MAX && before != UINT64_MAX && count > before) ||
	       behind_key(line, len, "\"kills\":[") != NULL;
}

/* Sets *BOOT_MS to the last it finds, if it finds one. */
static bool search_kills(struct recording *recording, struct kill_search *search, uint64_t *boot_ms)
{
	struct recording_head head;
	enum recording_event event;
	bool found = false;
	const char *line;
	size_t len;

	recording_seek(recording, &search->place);
	while (search->shift.last_ms < search->end_ms &&
		(event = recording_next(recording, &line, &len)) != RECORDING_END) {
		if (event != RECORDING_LINE)
			continue;
		if (decode_is_header(line, len) && !take_header(search, line, len))
			break;
		if (!recording_head(line, len, &head))
			continue;
		uint64_t now_ms = recording_shift_time(&search->shift, head.boot_ms);
		if (tells_kill(search, line, len)) {
			*boot_ms = now_ms;
			found = true;
		}
	}
	return found;
}

int recording_kills_last(const struct recording_index *index, uint64_t *boot_ms)
{
	struct recording *twin = recording_twin(index->recording);
	struct kill_search search = { .whole = true, .end_ms = UINT64_MAX, .before = UINT64_MAX };
	bool found = false;

	if (twin != NULL && index->nkeys == 0)
		found = search_kills(twin, &search, boot_ms);
	for (size_t i = twin != NULL ? index->nkeys : 0; i-- > 0 && !found;) {
		const struct recording_key *key = &index->keys[i];
		search = (struct kill_search){
			.place = key->place,
			.shift = index->stretches[key->stretch].shift,
			.end_ms = i + 1 < index->nkeys ? key[1].boot_ms : UINT64_MAX,
			.before = UINT64_MAX,
		};
		search.shift.last_ms = 0;
		found = search_kills(twin, &search, boot_ms);
	}
	recording_close(twin);
	return found ? 0 : -ENOENT;
}
