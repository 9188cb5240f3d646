/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bench_trend - what the trend engine costs: ns an update and ms a round of 10,000
 *
 * Four crowds: flat, noisy (still under test), climbing, and a mix as a server
 * runs it (95 % flat, 4 % noisy, 1 % climbing). A store keeps no trend for what
 * never moves, so a flat one here is one that once moved.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "model/trend.h"

enum { CROWD = 10000, WARM_ROUNDS = 400, ROUNDS = 300 };

enum kind { FLAT, NOISY, CLIMBING };

struct member {
	struct trend trend;
	enum kind kind;
	uint32_t seed;
};

/* Time of the processor, so that others on the machine do not count. */
static double now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

static uint64_t next_kib(struct member *member, int second)
{
	uint64_t kib = 200000;

	if (member->kind == FLAT)
		return kib;
	member->seed = member->seed * 1664525u + 1013904223u;
	kib += (member->seed >> 20) / 4 * 4;
	return member->kind == NOISY ? kib : kib + (uint64_t)second * 256;
}

static void run(const char *name, struct member *crowd, const int share[3])
{
	double worst_ms = 0, sum_ms = 0;
	int climbing = 0;

	for (int i = 0; i < CROWD; i++) {
		int place = i % 100;
		crowd[i].kind = place < share[0]              ? FLAT
				: place < share[0] + share[1] ? NOISY
							      : CLIMBING;
		crowd[i].seed = (uint32_t)i;
		trend_init(&crowd[i].trend, 0, next_kib(&crowd[i], 0), 1e5, 0);
	}
	for (int round = 1; round <= WARM_ROUNDS + ROUNDS; round++) {
		double start_ms = now_ms();
		for (int i = 0; i < CROWD; i++)
			trend_update(&crowd[i].trend, round, next_kib(&crowd[i], round),
				UINT64_MAX);
		double took_ms = now_ms() - start_ms;
		if (round <= WARM_ROUNDS)
			continue;
		sum_ms += took_ms;
		worst_ms = took_ms > worst_ms ? took_ms : worst_ms;
	}
	for (int i = 0; i < CROWD; i++)
		climbing += trend_state(&crowd[i].trend) == TREND_CLIMBING;
	printf("trend %-9s %6.0f ns an update  %6.2f ms a round of %d (worst %.2f)  %d climbing\n",
		name, sum_ms / ROUNDS / CROWD * 1e6, sum_ms / ROUNDS, CROWD, worst_ms, climbing);
}

static void run_rate(const struct member *climber)
{
	struct trend_rate rate = { 0 };
	double sum = 0, start_ms = now_ms();
	int rounds = 10000;

	for (int i = 0; i < rounds; i++) {
		trend_rate(&climber->trend, &rate);
		sum += rate.kib_s;
	}
	printf("trend rate      %6.1f us a row shown (%.0f KiB/s)\n",
		(now_ms() - start_ms) / rounds * 1e3, sum / rounds);
}

int main(void)
{
	struct member *crowd = calloc(CROWD, sizeof(*crowd));

	if (!crowd)
		return 1;
	printf("trend size      %6zu bytes\n", sizeof(struct trend));
	run("flat", crowd, (const int[3]){ 100, 0, 0 });
	run("noisy", crowd, (const int[3]){ 0, 100, 0 });
	run("mix", crowd, (const int[3]){ 95, 4, 1 });
	run("climbing", crowd, (const int[3]){ 0, 0, 100 });
	run_rate(crowd);
	free(crowd);
	return 0;
}
