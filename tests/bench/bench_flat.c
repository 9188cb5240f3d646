/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bench_flat - whether a long run stays as small as it began: 100,000 ticks through the front end
 *
 *     bench_flat [TICKS]
 *
 * A child writes the lines of a sampler as fast as they are taken: 300 processes, 3 of which end in each
 * tick and make room for 3 new ones with command lines nobody had before, 20 of which stay for ever and
 * move.  Session, rows, sentence and screen work on every tick.  Prints the resident memory at tenths of
 * the way, and fails when the second half of it takes more than a tenth (and 256 KiB) on top.
 */
#include "base/buf.h"
#include "base/clock.h"
#include "frame/encode.h"
#include "frame/frame.h"
#include "model/headline.h"
#include "session/session.h"
#include "source/source_live.h"
#include "ui/table/table.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { PROCESSES = 300, STAYING = 20, CHANGING = 3, TENTHS = 10, WIDTH = 120, HEIGHT = 40 };

/* --- the child -------------------------------------------------------------------------------- */

static int write_all(int out, struct buf *lines)
{
	size_t done = 0;

	while (done < lines->len) {
		ssize_t n = write(out, lines->data + done, lines->len - done);

		if (n <= 0)
			return -1;
		done += (size_t)n;
	}
	buf_clear(lines);
	return 0;
}

static void add_births(struct frame *frame, int32_t first, size_t count)
{
	frame->births = arena_take(&frame->arena, count, sizeof(*frame->births));
	frame->usages = arena_take(&frame->arena, count + STAYING, sizeof(*frame->usages));
	frame->texts = arena_take(&frame->arena, count, sizeof(*frame->texts));
	frame->nbirths = frame->ntexts = count;
	for (size_t i = 0; i < count; i++) {
		int32_t pid = first + (int32_t)i;
		char line[80];
		int len = snprintf(line, sizeof(line), "/usr/bin/job --number=%d --quiet",
			(int)pid);

		frame->births[i] = (struct proc_birth){ { pid, (uint64_t)pid }, 1, 1000, false, 'S',
			"job" };
		frame->texts[i] = (struct proc_text){ pid, TEXT_CMDLINE,
			arena_text(&frame->arena, line, (size_t)len) };
	}
}

static void add_usages(struct frame *frame, uint64_t tick, int32_t first, size_t count)
{
	for (int32_t i = 0; tick > 1 && i < STAYING; i++)
		frame->usages[frame->nusages++] = (struct proc_usage){ i + 1,
			50000 + (tick * 37 + (uint64_t)i * 1009) % 4096, 2000, 200000 };
	for (size_t i = 0; i < count; i++)
		frame->usages[frame->nusages++] = (struct proc_usage){ first + (int32_t)i,
			3000 + (tick + i) % 512 * 4, 1500, 20000 };
}

static void make_tick(struct frame *frame, uint64_t tick)
{
	int32_t first = tick == 1 ? 1 : (int32_t)(PROCESSES + (tick - 2) * CHANGING + 1);
	size_t count = tick == 1 ? PROCESSES : CHANGING;

	frame_reset(frame);
	frame->seq = tick;
	frame->boot_ms = 1000000 + tick * 1000;
	frame->wall_ms = 1700000000000 + tick * 1000;
	frame->interval_ms = tick == 1 ? 0 : 1000;
	frame->key = tick == 1;
	frame->tick = true;
	frame->system = (struct system_figures){
		.known = SYSTEM_AVAILABLE | SYSTEM_PSI,
		.total_kib = 16000000,
		.free_kib = 4000000,
		.processes = PROCESSES,
		.available_kib = 8000000 + tick % 100 * 4,
	};
	add_births(frame, first, count);
	add_usages(frame, tick, first, count);
	if (tick == 1)
		return;
	frame->deaths = arena_take(&frame->arena, CHANGING, sizeof(*frame->deaths));
	frame->ndeaths = CHANGING;
	for (int32_t i = 0; i < CHANGING; i++)
		frame->deaths[i] = first - (PROCESSES - STAYING) + i;
}

static int write_ticks(int in, int out, void *context)
{
	const uint64_t *ticks = context;
	struct stream_header header = {
		.version = STREAM_VERSION,
		.hz = 100,
		.page_kib = 4,
		.interval_ms = 1000,
		.host = "bench",
		.kernel = "6.1",
	};
	struct frame *frame = frame_new();
	struct buf lines;

	(void)in;
	buf_init(&lines);
	encode_header(&lines, &header);
	for (uint64_t tick = 1; tick <= *ticks; tick++) {
		make_tick(frame, tick);
		encode_frame(&lines, frame);
		if (write_all(out, &lines) < 0)
			return 1;
	}
	return 0;
}

/* --- the front end ---------------------------------------------------------------------------- */

struct front {
	struct session *session;
	struct view view;
	struct view_ask ask;
	struct headline headline;
	struct canvas canvas;
	struct table_state state;
	struct table_geometry geometry;
	struct screen_style style;
	struct screen_message message;
};

static void draw(struct front *front)
{
	const struct store *store = session_store(front->session);
	struct headline_facts facts;
	const struct shown shown = {
		.store = store,
		.view = &front->view,
		.ask = &front->ask,
		.headline = &front->headline,
		.style = &front->style,
		.message = &front->message,
		.source_note = "",
		.interval_ms = 1000,
	};

	view_build(&front->view, store, &front->ask);
	headline_gather(&facts, store);
	headline_write(&front->headline, &facts);
	canvas_clear(&front->canvas);
	table_draw(&front->canvas, &shown, &front->state, &front->geometry);
}

static long rss_kib(void)
{
	long size = 0, resident = 0;
	FILE *file = fopen("/proc/self/statm", "r");

	if (file == NULL || fscanf(file, "%ld %ld", &size, &resident) != 2)
		exit(EXIT_FAILURE);
	fclose(file);
	return resident * (sysconf(_SC_PAGESIZE) / 1024);
}

static void run(struct front *front, uint64_t ticks, long rss[TENTHS])
{
	unsigned events = 0;
	int tenth = 0;

	while ((events & SESSION_END) == 0) {
		struct pollfd fd = { .fd = session_fd(front->session), .events = POLLIN };
		uint64_t done;

		poll(&fd, 1, session_timeout_ms(front->session));
		events = session_step(front->session);
		if ((events & SESSION_TICK) == 0)
			continue;
		draw(front);
		done = store_ticks(session_store(front->session));
		while (tenth < TENTHS && done * TENTHS >= ticks * (uint64_t)(tenth + 1))
			rss[tenth++] = rss_kib();
	}
	while (tenth < TENTHS)
		rss[tenth++] = rss_kib();
}

static void prepare(struct front *front, struct source *source)
{
	static const enum column_id columns[] = { COL_PID, COL_USER, COL_RSS, COL_GROWTH, COL_TREND,
		COL_VERDICT, COL_COMMAND };

	front->session = session_new(source, false);
	session_single(front->session);
	front->ask = (struct view_ask){ .sort = COL_RSS, .uid = -1 };
	front->style = (struct screen_style){
		.alphabet = PLOT_BLOCKS,
		.span_s = 300,
		.columns = columns,
		.ncolumns = sizeof(columns) / sizeof(columns[0]),
	};
	view_init(&front->view);
	canvas_init(&front->canvas);
	canvas_resize(&front->canvas, WIDTH, HEIGHT);
}

int main(int argc, char **argv)
{
	uint64_t ticks = argc > 1 ? strtoull(argv[1], NULL, 10) : 100000,
		 begin_us = clock_boot_us();
	const struct live_child child = { .run = write_ticks, .context = &ticks };
	struct front front = { 0 };
	struct source *source;
	long rss[TENTHS];

	if (source_open_live(&source, &child) < 0)
		return EXIT_FAILURE;
	prepare(&front, source);
	run(&front, ticks, rss);
	printf("flat: %llu of %llu ticks, %.1f s, resident KiB at each tenth:",
		(unsigned long long)store_ticks(session_store(front.session)),
		(unsigned long long)ticks, (double)(clock_boot_us() - begin_us) / 1e6);
	for (int i = 0; i < TENTHS; i++)
		printf(" %ld", rss[i]);
	bool flat = rss[TENTHS - 1] <= rss[TENTHS / 2 - 1] + rss[TENTHS / 2 - 1] / 10 + 256;
	printf("  %s\n", flat ? "flat" : "GROWS");
	view_done(&front.view);
	canvas_done(&front.canvas);
	session_free(front.session);
	return flat ? EXIT_SUCCESS : EXIT_FAILURE;
}
