/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_replay - a recording, plain or compressed, that may hold anything: played, and moved about
 * in */
#include "tests/fuzz/fuzz.h"

#include "source/source_replay.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
	EVENTS_MAX = 100000,
	BUSY_MAX = 2, /* times in a row that a player had more to unpack than it may at once */
};

static void expect(int right)
{
	if (!right)
		abort();
}

/* To the end, or until it waits for us. */
static void play(struct source *source)
{
	const struct frame *frame;
	uint64_t boot_ms = 0, seq = 0;
	int busy = 0;

	for (int i = 0; i < EVENTS_MAX; i++) {
		enum source_event event = source_next(source, &frame);

		if (event == SOURCE_FRAME) {
			if (frame->jump)
				boot_ms = seq = 0;
			expect(frame->boot_ms >= boot_ms && frame->seq >= seq);
			boot_ms = frame->boot_ms;
			seq = frame->seq;
		} else if (event == SOURCE_END ||
			   (event == SOURCE_NONE && source_timeout_ms(source) != 0)) {
			return;
		}
		/* a few bytes can be a gigabyte: each turn over it shows no more than the last */
		busy = event == SOURCE_NONE ? busy + 1 : 0;
		if (busy > BUSY_MAX)
			return;
	}
	abort(); /* a file of a few bytes does not last so long */
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char why[SOURCE_REPLAY_WHY_MAX];
	struct source *source;
	uint64_t first, last;
	int fd = memfd_create("fuzz", MFD_CLOEXEC);

	expect(fd >= 0 && write(fd, data, len) == (ssize_t)len);
	if (source_open_replay_fd(&source, fd, "fuzz", why) < 0)
		return 0;
	source_replay_set_speed(source, 0);
	play(source);
	expect(source_replay_span(source, &first, &last) == 0);
	expect(first <= last);
	source_replay_seek(source, first + (last - first) / 2, 10);
	play(source);
	source_replay_back(source, 0);
	play(source);
	source_replay_step(source);
	play(source);
	source_close(source);
	return 0;
}
