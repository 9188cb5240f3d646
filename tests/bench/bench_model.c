/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bench_model - what the store and the view take: bytes a process, microseconds a tick
 *
 *     bench_model [PROCESSES [MOVING [SECONDS]]]
 *
 * PROCESSES are born, MOVING of them change each second (a tenth of those climb) for SECONDS.
 */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "model/headline.h"
#include "table/view.h"
#include "tests/lib/store_bytes.h"

struct herd {
	struct store *store;
	struct frame frame;
	struct proc_birth *births;
	struct proc_usage *usages;
	struct proc_detail *details;
	struct proc_text *texts;
	char (*names)[96];
	size_t count;
	uint64_t now_ms;
};

static void make_births(struct herd *herd)
{
	for (size_t i = 0; i < herd->count; i++) {
		int32_t pid = (int32_t)i + 100;
		snprintf(herd->names[i], sizeof(herd->names[i]),
			"/usr/lib/worker/bin/worker --serve --number=%zu --quiet", i);
		herd->births[i] = (struct proc_birth){ { pid, 1000 + i }, (int32_t)(i / 10), 1000,
			false, 'S', i % 2 ? "worker" : "sleep" };
		herd->usages[i] = (struct proc_usage){ pid, 3000 + i % 1000 * 16, 2000, 20000 };
		herd->details[i] = (struct proc_detail){
			.pid = pid,
			.figures.known = 0x7f & ~DETAIL_PSS,
			.figures.anon_kib = 1000,
			.figures.file_kib = 2000,
			.figures.state = 'S',
			.figures.uid = 1000,
			.figures.peak_kib = 20000,
			.rare.limit_as_kib = UINT64_MAX,
			.rare.limit_data_kib = UINT64_MAX,
		};
		herd->texts[i] = (struct proc_text){ pid, TEXT_CMDLINE, herd->names[i] };
	}
}

static void begin(struct herd *herd)
{
	struct stream_header header = { .hz = 100 };

	herd->store = store_new();
	store_set_header(herd->store, &header);
	herd->births = calloc(herd->count, sizeof(*herd->births));
	herd->usages = calloc(herd->count, sizeof(*herd->usages));
	herd->details = calloc(herd->count, sizeof(*herd->details));
	herd->texts = calloc(herd->count, sizeof(*herd->texts));
	herd->names = calloc(herd->count, sizeof(*herd->names));
	herd->now_ms = 100000000;
	make_births(herd);
}

static void end(struct herd *herd)
{
	store_free(herd->store);
	free(herd->births);
	free(herd->usages);
	free(herd->details);
	free(herd->texts);
	free(herd->names);
}

static void apply(struct herd *herd)
{
	struct frame *frame = &herd->frame;

	frame->tick = true;
	frame->seq++;
	frame->boot_ms = herd->now_ms;
	frame->system.known = SYSTEM_AVAILABLE | SYSTEM_PSI;
	frame->system.total_kib = 16000000;
	frame->system.available_kib = 8000000 + frame->seq % 100 * 4;
	frame->births = herd->births;
	frame->usages = herd->usages;
	frame->details = herd->details;
	frame->texts = herd->texts;
	store_apply(herd->store, frame);
	herd->now_ms += 1000;
	frame->nbirths = frame->nusages = frame->ndetails = frame->ntexts = 0;
}

static void move(struct herd *herd, size_t moving, unsigned *seed)
{
	for (size_t i = 0; i < moving; i++) {
		*seed = *seed * 1664525 + 1013904223;
		uint64_t up = i % 10 ? (*seed >> 16) % 400 : 8;
		herd->usages[i].rss_kib += i % 10 && herd->usages[i].rss_kib > 60000 ? -up : up;
	}
	herd->frame.nusages = moving;
}

static double us_since(uint64_t from_us, int n)
{
	return (double)(clock_cpu_us() - from_us) / n;
}

static void bench_reading(const struct herd *herd)
{
	static const enum column_id sorts[] = { COL_RSS, COL_GROWTH, COL_COMMAND };
	enum { TIMES = 50 };
	struct view view;

	view_init(&view);
	for (size_t i = 0; i < sizeof(sorts) / sizeof(sorts[0]); i++) {
		struct view_ask ask = { .sort = sorts[i], .climbers_on_top = true, .uid = -1 };
		view_build(&view, herd->store, &ask);
		uint64_t from_us = clock_cpu_us();
		for (int n = 0; n < TIMES; n++)
			view_build(&view, herd->store, &ask);
		printf("view_build by %-8s %8.0f us (%zu rows, %zu climbing)\n",
			column_get(sorts[i])->key, us_since(from_us, TIMES), view.count,
			view.climbing);
	}
	struct view_ask tree = { .sort = COL_RSS, .tree = true, .uid = -1 };
	view_build(&view, herd->store, &tree);
	uint64_t from_us = clock_cpu_us();
	for (int n = 0; n < TIMES; n++)
		view_build(&view, herd->store, &tree);
	printf("view_build as a tree   %8.0f us\n", us_since(from_us, TIMES));
	struct headline_facts facts;
	from_us = clock_cpu_us();
	for (int n = 0; n < TIMES; n++)
		headline_gather(&facts, herd->store);
	printf("headline_gather        %8.0f us\n", us_since(from_us, TIMES));
	view_done(&view);
}

static void bench_moving(struct herd *herd, size_t moving, int seconds)
{
	unsigned seed = 1;
	size_t idle_bytes = store_bytes(herd->store);
	uint64_t from_us = clock_cpu_us();

	for (int s = 1; s <= seconds; s++) {
		move(herd, moving, &seed);
		apply(herd);
		if (s != 300 && s != 3600 && s != 86400 && s != seconds)
			continue;
		printf("%6d s: %.1f us a tick, %zu bytes a moving process\n", s,
			us_since(from_us, s),
			moving ? (store_bytes(herd->store) - idle_bytes) / moving : 0);
	}
}

int main(int argc, char **argv)
{
	struct herd herd = { .count = argc > 1 ? strtoul(argv[1], NULL, 10) : 5000 };
	size_t moving = argc > 2 ? strtoul(argv[2], NULL, 10) : 500;
	int seconds = argc > 3 ? (int)strtoul(argv[3], NULL, 10) : 300;

	begin(&herd);
	size_t heap = mallinfo2().uordblks + mallinfo2().hblkhd;
	herd.frame.nbirths = herd.frame.nusages = herd.frame.ndetails = herd.frame.ntexts =
		herd.count;
	uint64_t from_us = clock_cpu_us();
	apply(&herd);
	printf("%zu processes\nall born, read, named   %8.0f us\n", herd.count,
		us_since(from_us, 1));
	printf("bytes a still process  %8zu (heap: %zu)\n", store_bytes(herd.store) / herd.count,
		(mallinfo2().uordblks + mallinfo2().hblkhd - heap) / herd.count);
	from_us = clock_cpu_us();
	for (int n = 0; n < 100; n++)
		apply(&herd);
	printf("store_apply, all still %8.1f us\n", us_since(from_us, 100));
	bench_moving(&herd, moving < herd.count ? moving : herd.count, seconds);
	bench_reading(&herd);
	end(&herd);
	return 0;
}
