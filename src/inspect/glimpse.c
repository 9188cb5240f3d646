/* SPDX-License-Identifier: GPL-2.0-or-later */
/* glimpse - see glimpse.h; a small cache of pages, each in the one place its address gives it */
#include "inspect/glimpse.h"

#include "base/xalloc.h"

#include <stdlib.h>
#include <string.h>

enum {
	PAGE_BYTES = 4096, /* a piece of ours, whatever the machine's pages are */
	PLACES = 128,
	AGAIN_MOST = 24, /* pages read again at once: the stacks of a few threads */
};

struct glimpse_place {
	uint64_t page;   /* its address */
	uint32_t number; /* of the glimpse that read it; 0: never */
	bool there;
	bool again; /* it is in the list of those read at once */
};

struct glimpse {
	struct memory *memory;
	uint32_t number;
	struct glimpse_place places[PLACES];
	unsigned char bytes[PLACES][PAGE_BYTES];
	uint64_t used[AGAIN_MOST]; /* pages of this glimpse, in the order they were asked for */
	size_t nused;
};

struct glimpse *glimpse_new(struct memory *memory)
{
	struct glimpse *glimpse = xalloc_zero(1, sizeof(*glimpse));

	glimpse->memory = memory;
	glimpse->number = 1;
	return glimpse;
}

void glimpse_free(struct glimpse *glimpse)
{
	free(glimpse);
}

static size_t place_of(uint64_t page)
{
	return page / PAGE_BYTES % PLACES;
}

/* Pages that the glimpse before needed are read at once, since a stack mostly stays where it is.
 * The number tells which glimpse a page is of, so that nothing has to be cleared. */
void glimpse_begin(struct glimpse *glimpse)
{
	struct memory_piece pieces[AGAIN_MOST];
	size_t count = 0;

	glimpse->number++;
	for (size_t i = 0; i < glimpse->nused; i++) {
		uint64_t page = glimpse->used[i];
		struct glimpse_place *place = &glimpse->places[place_of(page)];

		if (place->number == glimpse->number) /* another one's, which came first */
			continue;
		*place = (struct glimpse_place){ .page = page, .number = glimpse->number };
		pieces[count++] = (struct memory_piece){
			.address = page,
			.to = glimpse->bytes[place_of(page)],
			.size = PAGE_BYTES,
		};
	}
	glimpse->nused = 0;
	memory_gather(glimpse->memory, pieces, count);
	for (size_t i = 0; i < count; i++)
		glimpse->places[place_of(pieces[i].address)].there = pieces[i].error == 0;
}

/* The bytes of PAGE; NULL: not to be had. */
static const unsigned char *bytes_of(struct glimpse *glimpse, uint64_t page)
{
	size_t index = place_of(page);
	struct glimpse_place *place = &glimpse->places[index];

	if (place->number != glimpse->number || place->page != page)
		*place = (struct glimpse_place){
			.page = page,
			.number = glimpse->number,
			.there = memory_read(glimpse->memory, page, glimpse->bytes[index],
					 PAGE_BYTES) == 0,
		};
	if (place->there && !place->again && glimpse->nused < AGAIN_MOST) {
		place->again = true;
		glimpse->used[glimpse->nused++] = page;
	}
	return place->there ? glimpse->bytes[index] : NULL;
}

/* Piece by piece: a struct may lie across the end of a page. */
bool glimpse_read(struct glimpse *glimpse, uint64_t address, void *to, size_t size)
{
	unsigned char *at = to;

	while (size > 0) {
		size_t from = address % PAGE_BYTES;
		size_t some = PAGE_BYTES - from < size ? PAGE_BYTES - from : size;
		const unsigned char *bytes = bytes_of(glimpse, address - from);

		if (bytes == NULL)
			return false;
		memcpy(at, bytes + from, some);
		at += some;
		address += some;
		size -= some;
	}
	return true;
}

uint64_t glimpse_word(struct glimpse *glimpse, uint64_t address)
{
	uint64_t word;

	return glimpse_read(glimpse, address, &word, sizeof(word)) ? word : 0;
}
