/* SPDX-License-Identifier: GPL-2.0-or-later */
/* feed - feeds recorded traces to the trend engine and prints its verdicts
 *
 *     feed DIR [every]
 *
 * DIR holds labels.csv (file,class,climbing,start_s,end_s,true_rate_kib_s,
 * noise_kib,age0_s,hwm0_kib) and the traces it names (t_s,rss_kib,swap_kib,
 * anon_kib,file_kib). Prints file,t_s,state,rate_kib_s,rate_lo,rate_hi,
 * confidence: one row at each change of the state and one at the last sample.
 * `every` takes only each so manieth sample, as a slower refresh would.
 *
 *     feed DIR every ends
 *
 * prints file,t_s,left_s for each sample of a climb instead: in how many seconds the trace will meet
 * a limit, as trend_end() says, and last when it does. The limit is at nine tenths of its rise.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/trend.h"

struct meta {
	char file[256];
	double age_s;
	double hwm_kib;
};

struct sample {
	double t_s;
	uint64_t kib; /* the footprint */
	uint64_t file_kib;
};

static void print_verdict(const char *file, const struct trend *trend)
{
	struct trend_rate rate = { 0 };
	bool known = trend_rate(trend, &rate);

	printf("%s,%.2f,%s,", file, trend->t_s, trend_state_name(trend_state(trend)));
	if (known)
		printf("%.6g,%.6g,%.6g,%.2f\n", rate.kib_s, rate.lo_kib_s, rate.hi_kib_s,
			rate.confidence);
	else
		printf("0,,,\n");
}

/* Shared memory is resident, but neither anonymous nor a file's. */
static bool parse_sample(const char *line, struct sample *sample)
{
	char *end;

	sample->t_s = strtod(line, &end);
	unsigned long long figure[4]; /* rss, swap, anon, file */
	for (int i = 0; i < 4; i++) {
		if (*end != ',')
			return false;
		figure[i] = strtoull(end + 1, &end, 10);
	}
	sample->kib = figure[0] - figure[3] + figure[1];
	sample->file_kib = figure[3];
	return true;
}

/* Nine tenths of the way from the lowest value of a trace to its highest; the file is at its start
 * again. */
static uint64_t limit_of(FILE *in)
{
	char line[256];
	struct sample sample;
	uint64_t most = 0, least = UINT64_MAX;

	while (fgets(line, sizeof(line), in)) {
		if (!parse_sample(line, &sample))
			continue;
		most = sample.kib > most ? sample.kib : most;
		least = sample.kib < least ? sample.kib : least;
	}
	rewind(in);
	return most - (most - least) / 10;
}

/* The highest footprint it had before the first sample; 0: not known. */
static uint64_t old_peak(const struct meta *meta, const struct sample *first)
{
	double peak = meta->hwm_kib - (double)first->file_kib;

	return peak > 0 ? (uint64_t)peak : 0;
}

static void feed_ends(FILE *in, const struct meta *meta, int every)
{
	char line[256];
	struct sample sample;
	struct trend trend;
	struct trend_end end;
	uint64_t limit = limit_of(in);
	int seen = -1;

	while (fgets(line, sizeof(line), in)) {
		if (!parse_sample(line, &sample) || ++seen % every != 0)
			continue;
		if (seen == 0)
			trend_init(&trend, sample.t_s, sample.kib, meta->age_s,
				old_peak(meta, &sample));
		else
			trend_update(&trend, sample.t_s, sample.kib, UINT64_MAX);
		if (sample.kib >= limit)
			break;
		if (trend_state(&trend) == TREND_CLIMBING &&
			trend_end(&trend, (double)(limit - sample.kib), &end))
			printf("%s,%.2f,%.6g\n", meta->file, sample.t_s, end.mid_s);
	}
	printf("%s,%.2f,0\n", meta->file, sample.t_s);
}

static void feed(FILE *in, const struct meta *meta, int every)
{
	char line[256];
	struct sample sample;
	struct trend trend;
	int seen = -1;
	bool started = false, printed = false;

	while (fgets(line, sizeof(line), in)) {
		if (!parse_sample(line, &sample) || ++seen % every != 0)
			continue;
		printed = false;
		enum trend_state before = started ? trend_state(&trend) : TREND_NEW;
		if (!started) {
			trend_init(&trend, sample.t_s, sample.kib, meta->age_s,
				old_peak(meta, &sample));
		} else {
			trend_update(&trend, sample.t_s, sample.kib, UINT64_MAX);
		}
		if (!started || trend_state(&trend) != before) {
			print_verdict(meta->file, &trend);
			printed = true;
		}
		started = true;
	}
	if (started && !printed)
		print_verdict(meta->file, &trend);
}

static bool parse_label(char *line, struct meta *meta)
{
	char *field[9], *rest = line;

	for (int i = 0; i < 9; i++) {
		field[i] = strsep(&rest, ",\n");
		if (!field[i])
			return false;
	}
	int length = snprintf(meta->file, sizeof(meta->file), "%s", field[0]);
	meta->age_s = strtod(field[7], NULL);
	meta->hwm_kib = strtod(field[8], NULL);
	return length < (int)sizeof(meta->file);
}

static int feed_all(const char *dir, FILE *labels, int every, bool ends)
{
	char line[512], path[4096], done[256] = "";
	struct meta meta;

	puts(ends ? "file,t_s,left_s" : "file,t_s,state,rate_kib_s,rate_lo,rate_hi,confidence");
	while (fgets(line, sizeof(line), labels)) {
		if (!parse_label(line, &meta) || strcmp(meta.file, "file") == 0 ||
			strcmp(meta.file, done) == 0)
			continue;
		snprintf(path, sizeof(path), "%s/%s", dir, meta.file);
		FILE *in = fopen(path, "r");
		if (!in) {
			perror(path);
			return 1;
		}
		if (ends)
			feed_ends(in, &meta, every);
		else
			feed(in, &meta, every);
		fclose(in);
		memcpy(done, meta.file, sizeof(done));
	}
	return 0;
}

int main(int argc, char **argv)
{
	char path[4096];

	if (argc < 2) {
		fprintf(stderr, "usage: %s DIR [every]\n", argv[0]);
		return 2;
	}
	snprintf(path, sizeof(path), "%s/labels.csv", argv[1]);
	FILE *labels = fopen(path, "r");
	if (!labels) {
		perror(path);
		return 1;
	}
	int every = argc > 2 ? atoi(argv[2]) : 1;
	int status = feed_all(argv[1], labels, every > 0 ? every : 1, argc > 3);
	fclose(labels);
	return status;
}
