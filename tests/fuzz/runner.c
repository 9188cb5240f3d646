/* SPDX-License-Identifier: GPL-2.0-or-later */
/* runner - main for a fuzz target where there is no fuzzer
 *
 * Runs the target over its corpus (tests/fuzz/corpus/NAME for fuzz_NAME, or the files given), each
 * file whole, cut at every byte, and with bytes changed the same way every time; speaks TAP.
 */
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/xalloc.h"
#include "tests/fuzz/fuzz.h"

enum { CUT_MAX = 2048, MUTATIONS = 200, READ_STEP = 4096 };

static int read_file(const char *path, struct buf *out)
{
	FILE *file = fopen(path, "re");
	size_t count;

	if (!file)
		return -errno;
	buf_clear(out);
	while ((count = fread(buf_room(out, READ_STEP), 1, READ_STEP, file)) > 0)
		buf_grew(out, count);
	fclose(file);
	return 0;
}

/* A copy of exactly LEN bytes, so that a sanitizer sees every byte read past the end. */
static void run_exact(const char *data, size_t len)
{
	uint8_t *copy = xalloc(len);

	if (len)
		memcpy(copy, data, len);
	LLVMFuzzerTestOneInput(copy, len);
	free(copy);
}

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

static void run_mutated(const struct buf *input)
{
	uint32_t seed = 1;
	struct buf copy;

	if (!input->len)
		return;
	buf_init(&copy);
	for (int i = 0; i < MUTATIONS; i++) {
		buf_clear(&copy);
		buf_put(&copy, input->data, input->len);
		for (uint32_t changes = next_random(&seed) % 4; changes < 4; changes++)
			copy.data[next_random(&seed) % copy.len] = (char)next_random(&seed);
		run_exact(copy.data, copy.len);
	}
	buf_done(&copy);
}

static void run_file(const char *path, int number)
{
	struct buf input;

	buf_init(&input);
	if (read_file(path, &input)) {
		printf("not ok %d - %s: %s\n", number, path, strerror(errno));
		return;
	}
	run_exact(buf_text(&input), input.len);
	for (size_t len = 0; len < input.len && len < CUT_MAX; len++)
		run_exact(input.data, len);
	run_mutated(&input);
	const char *name = strrchr(path, '/');
	printf("ok %d - %s\n", number, name ? name + 1 : path);
	fflush(stdout);
	buf_done(&input);
}

static int is_seed(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static int run_corpus(const char *target)
{
	const char *srcdir = getenv("srcdir"), *name = strchr(target, '_');
	struct dirent **entries;
	char folder[512], path[1024];

	snprintf(folder, sizeof folder, "%s/tests/fuzz/corpus/%s", srcdir ? srcdir : ".",
		name ? name + 1 : target);
	int count = scandir(folder, &entries, is_seed, alphasort);
	if (count <= 0) {
		printf("Bail out! no corpus in %s\n", folder);
		return EXIT_FAILURE;
	}
	printf("1..%d\n", count);
	for (int i = 0; i < count; i++) {
		snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
		run_file(path, i + 1);
		free(entries[i]);
	}
	free(entries);
	return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	(void)argv;
	if (argc < 2)
		return run_corpus(program_invocation_short_name);
	printf("1..%d\n", argc - 1);
	for (int i = 1; i < argc; i++)
		run_file(argv[i], i);
	return EXIT_SUCCESS;
}
