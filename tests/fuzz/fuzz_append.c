/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_append - whatever a file holds that --append takes: what is appended can be played, and of
 * what could be played before nothing is lost */
#include "tests/fuzz/fuzz.h"

#include "source/record.h"
#include "source/source_replay.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TICKS = 3, EVENTS_MAX = 20000 };

static const char last_name[] = "appended last";

static void expect(int right)
{
	if (!right)
		abort();
}

/* In memory where that can be: only a name tells record_open what to write. */
static const char *name_of(const uint8_t *data, size_t len)
{
	static char path[64];
	const char *folder = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
	int packed = len > 0 && data[0] != '{';

	snprintf(path, sizeof(path), "%s/memtop-fuzz-%d%s", folder, (int)getpid(),
		packed ? ".zst" : "");
	return path;
}

static void write_file(const char *path, const uint8_t *data, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	expect(fd >= 0 && write(fd, data, len) == (ssize_t)len);
	close(fd);
}

struct played {
	int frames, appended;
	int unsure; /* it was not read to its end: it unpacks into too much */
};

static struct played play(const char *path)
{
	struct played played = { 0 };
	char why[SOURCE_REPLAY_WHY_MAX];
	const struct frame *frame;
	struct source *source;

	if (source_open_replay(&source, path, why) < 0)
		return played;
	source_replay_set_speed(source, 0);
	played.unsure = 1;
	for (int i = 0; i < EVENTS_MAX; i++) {
		enum source_event event = source_next(source, &frame);

		if (event == SOURCE_END) {
			played.unsure = 0;
			break;
		}
		if (event == SOURCE_NONE)
			break;
		if (event != SOURCE_FRAME)
			continue;
		played.frames++;
		for (size_t k = 0; k < frame->nbirths; k++)
			played.appended |= strcmp(frame->births[k].comm, last_name) == 0;
	}
	source_close(source);
	return played;
}

static void append(struct record *record)
{
	const struct stream_header header = { .version = 1, .hz = 100, .page_kib = 4 };
	struct frame *frame = frame_new();

	for (uint64_t tick = 1; tick <= TICKS; tick++) {
		struct proc_birth birth = { .id = { 77, 5 }, .state = 'S', .comm = "appended" };

		if (tick == TICKS)
			birth = (struct proc_birth){ .id = { 78, 6 }, .comm = last_name };
		birth.state = 'S';
		frame_reset(frame);
		frame->key = tick == 1;
		frame->tick = true;
		frame->seq = tick;
		frame->boot_ms = 5000 + 1000 * tick;
		frame->births = &birth;
		frame->nbirths = 1;
		record_frame(record, &header, frame);
	}
	frame->births = NULL;
	frame->nbirths = 0;
	frame_free(frame);
	expect(record_close(record) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const char *path = name_of(data, len);
	char why[RECORD_WHY_MAX];
	struct record *record;

	write_file(path, data, len);
	struct played before = play(path);

	if (record_open(&record, path, true, why) == 0) {
		append(record);
		struct played after = play(path);

		expect(after.unsure || after.appended);
		expect(after.unsure || before.unsure || after.frames >= before.frames);
	}
	unlink(path);
	return 0;
}
