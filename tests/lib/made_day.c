/* SPDX-License-Identifier: GPL-2.0-or-later */
/* made_day - see made_day.h */
#include "tests/lib/made_day.h"

#include "base/clock.h"
#include "source/record.h"
#include "tests/lib/frame_gen.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

enum {
	MOVE_ONE_IN = 20,
	DETAILS_A_LOOK = 40,
	SEGMENT_MS = 3600 * 1000,
	LEAK_KIB_MIN = 4096,
	TEXT_SIZE = 200,
};

struct maker {
	const struct made_day *day;
	struct gen gen;
	struct frame *frame;
	uint64_t *rss_kib;
	uint64_t at_ms, seq; /* boot time of the look */
	uint64_t next_detail;
};

static int32_t pid_at(size_t index)
{
	return MADE_FIRST_PID + (int32_t)index;
}

static uint64_t mixed(uint64_t index)
{
	struct gen gen = { index * 7919 + 1 };

	return gen_next(&gen);
}

static void put_births(struct maker *m)
{
	uint32_t count = m->day->processes;

	gen_births(m->frame, MADE_FIRST_PID, count);
	for (size_t i = 0; i < count; i++)
		m->frame->births[i].uid = 1000 + (uint32_t)(mixed(i) % 30);
}

static void put_texts(struct maker *m)
{
	struct arena *arena = &m->frame->arena;
	uint32_t count = m->day->processes;
	char text[TEXT_SIZE];

	m->frame->texts = arena_take(arena, 2 * (size_t)count, sizeof(*m->frame->texts));
	for (size_t i = 0; i < count; i++) {
		uint64_t x = mixed(i);
		int len = snprintf(text, sizeof(text),
			"/usr/lib/app-%u/bin/worker --config=/etc/app/%x.conf --id %llu --port %u",
			(unsigned)(x % 50), (unsigned)(x >> 40), (unsigned long long)x % 1000000,
			(unsigned)(x >> 20 & 0xffff));
		m->frame->texts[m->frame->ntexts++] = (struct proc_text){ pid_at(i), TEXT_CMDLINE,
			arena_text(arena, text, (size_t)len) };
		len = snprintf(text, sizeof(text), "/system.slice/app-%u.service",
			(unsigned)(x % 50));
		m->frame->texts[m->frame->ntexts++] = (struct proc_text){ pid_at(i), TEXT_CGROUP,
			arena_text(arena, text, (size_t)len) };
	}
}

static void put_usage(struct maker *m, size_t index)
{
	uint64_t rss_kib = m->rss_kib[index];

	m->frame->usages[m->frame->nusages++] = (struct proc_usage){ pid_at(index), rss_kib,
		2000 + mixed(index) % 3000, 100000 + 4 * (mixed(index) >> 30 & 0xffff) + rss_kib };
}

/* All of them in a key; else those that moved, in the order of pids. */
static void put_usages(struct maker *m, bool key)
{
	uint32_t count = m->day->processes;
	uint64_t end_ms = m->day->end_boot_ms;

	m->frame->usages = arena_take(&m->frame->arena, count, sizeof(*m->frame->usages));
	for (size_t i = 0; i < count; i++) {
		bool busy = mixed(i) % MOVE_ONE_IN == 0;
		bool moved = gen_below(&m->gen, 1000) < (busy ? 800 : 1);
		if (pid_at(i) == MADE_LEAK) {
			uint64_t left_ms = end_ms - m->at_ms;
			uint64_t grown_ms = left_ms < 3600000 ? 3600000 - left_ms : 0;
			m->rss_kib[i] = 20000 + LEAK_KIB_MIN * grown_ms / 60000;
			moved = grown_ms > 0;
		} else if (moved) {
			m->rss_kib[i] = 5000 + mixed(i) % 90000 + 4 * gen_below(&m->gen, 200);
		}
		if (key || moved)
			put_usage(m, i);
	}
}

static void put_detail(struct maker *m, size_t index)
{
	uint64_t rss_kib = m->rss_kib[index], shared_kib = 2000 + mixed(index) % 3000;

	m->frame->details[m->frame->ndetails++] = (struct proc_detail){
		.pid = pid_at(index),
		.figures = {
			.known = DETAIL_MEMORY | DETAIL_PEAK | DETAIL_USER | DETAIL_CPU,
			.uid = 1000 + (uint32_t)(mixed(index) % 30),
			.ppid = 1,
			.threads = 1 + (int32_t)(mixed(index) % 9),
			.anon_kib = rss_kib - shared_kib,
			.file_kib = shared_kib,
			.peak_kib = rss_kib + 900,
			.cpu_ms = m->at_ms / 100 + mixed(index) % 100000,
			.cpu_percent = (float)(mixed(index) % 300) / 100,
			.oom_score = 666,
			.state = 'S',
		},
	};
}

static void put_details(struct maker *m, bool key)
{
	uint32_t count = m->day->processes;
	size_t wanted = key ? count : DETAILS_A_LOOK;

	wanted = wanted < count ? wanted : count;
	m->frame->details = arena_take(&m->frame->arena, wanted, sizeof(*m->frame->details));
	if (!key && m->next_detail + wanted > count)
		m->next_detail = 0;
	for (size_t i = 0; i < wanted; i++)
		put_detail(m, key ? i : m->next_detail++);
}

static void make_look(struct maker *m, bool key)
{
	struct frame *frame = m->frame;

	frame_reset(frame);
	frame->seq = ++m->seq;
	frame->boot_ms = m->at_ms;
	frame->wall_ms = m->day->end_wall_ms - (m->day->end_boot_ms - m->at_ms);
	frame->interval_ms = m->seq > 1 ? m->day->interval_ms : 0;
	frame->key = key;
	gen_system(frame);
	frame->system.available_kib -= 4 * gen_below(&m->gen, 100000);
	if (key)
		put_births(m);
	put_usages(m, key);
	put_details(m, key);
	if (key)
		put_texts(m);
}

static struct record *open_segment(struct maker *m, const char *folder, unsigned number)
{
	time_t wall_s = (time_t)((m->day->end_wall_ms - (m->day->end_boot_ms - m->at_ms)) / 1000);
	char path[300], began[24], why[RECORD_WHY_MAX];
	struct record *record = NULL;
	struct tm tm;

	gmtime_r(&wall_s, &tm);
	strftime(began, sizeof(began), "%Y%m%dT%H%M%SZ", &tm);
	snprintf(path, sizeof(path), "%s/%06u-%s.zst", folder, number, began);
	if (record_open(&record, path, false, why) < 0)
		printf("  %s\n", why);
	else
		record_be_long(record);
	return record;
}

/* One segment: its bytes, 0: failed. */
static uint64_t write_segment(struct maker *m, const struct stream_header *header,
	struct record *record, uint64_t *write_us)
{
	uint64_t until_ms = m->at_ms + SEGMENT_MS;

	if (until_ms > m->day->end_boot_ms)
		until_ms = m->day->end_boot_ms;
	m->seq = 0;
	for (; m->at_ms <= until_ms; m->at_ms += m->day->interval_ms) {
		make_look(m, record_wants_key(record));
		uint64_t before_us = clock_cpu_us();
		record_frame(record, header, m->frame);
		*write_us += clock_cpu_us() - before_us;
	}
	uint64_t bytes = record_size(record);
	return record_close(record) == 0 ? bytes : 0;
}

uint64_t made_day_write(const struct made_day *day, const char *folder, uint64_t *write_us)
{
	struct maker m = { .day = day, .gen = { 1 }, .frame = frame_new() };
	struct stream_header header;
	uint64_t bytes = 0;

	gen_header(&header);
	header.boot_wall_ms = day->end_wall_ms - day->end_boot_ms;
	snprintf(header.boot_id, sizeof(header.boot_id), "%s", day->boot_id);
	m.rss_kib = calloc(day->processes, sizeof(*m.rss_kib));
	for (size_t i = 0; i < day->processes; i++)
		m.rss_kib[i] = 5000 + mixed(i) % 90000;
	m.at_ms = day->end_boot_ms - UINT64_C(3600000) * day->hours;
	*write_us = 0;
	for (unsigned number = day->first_segment; m.at_ms < day->end_boot_ms; number++) {
		struct record *record = open_segment(&m, folder, number);
		uint64_t wrote = record != NULL ? write_segment(&m, &header, record, write_us) : 0;
		if (wrote == 0)
			break;
		bytes += wrote;
	}
	free(m.rss_kib);
	frame_free(m.frame);
	return m.at_ms >= day->end_boot_ms ? bytes : 0;
}
