/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_elf - the head of any file that a process has mapped; cut shorter it may tell less, but
 * nothing else */
#include "tests/fuzz/fuzz.h"

#include "sample/elf.h"

#include <stdlib.h>
#include <string.h>

static void expect(int right)
{
	if (!right)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	size_t half = len / 2;
	char *head = malloc(len + 1), *cut = malloc(half + 1); /* a sanitizer sees their ends */

	if (head == NULL || cut == NULL)
		abort();
	memcpy(head, data, len);
	memcpy(cut, data, half);
	uint64_t size = elf_image_size(head, len), less = elf_image_size(cut, half);

	expect(less == 0 || less == size);
	expect(!elf_is_go(cut, half) || elf_is_go(head, len));
	free(head);
	free(cut);
	return 0;
}
