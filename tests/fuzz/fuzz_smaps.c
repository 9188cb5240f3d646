/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_smaps - the mappings of a process: whole or in pieces, the same come out, and their sums
 * add up */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "sample/elf.h"
#include "sample/mapping_groups.h"
#include "sample/procparse.h"
#include "sample/smaps.h"
#include "tests/fuzz/fuzz.h"

static void expect(int right)
{
	if (!right)
		abort();
}

/* What came of a text: enough to tell two apart. */
struct taken {
	struct mapping_groups *parts;
	size_t count, reserved;
	uint64_t mark;
};

static void mix(uint64_t *mark, const void *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		*mark = (*mark ^ ((const unsigned char *)bytes)[i]) * UINT64_C(1099511628211);
}

static void take(void *context, const struct smaps_mapping *mapping)
{
	struct taken *taken = context;

	expect(mapping->name_len <= SMAPS_NAME_MAX && mapping->name[mapping->name_len] == '\0');
	expect(mapping->start < mapping->end);
	taken->count++;
	taken->reserved += mapping->name_len == 0 && memcmp(mapping->perms, "---p", 4) == 0 &&
			   mapping->rss_kib == 0 && mapping->swap_kib == 0;
	mix(&taken->mark, &mapping->start, sizeof mapping->start);
	mix(&taken->mark, &mapping->rss_kib, sizeof mapping->rss_kib);
	mix(&taken->mark, &mapping->swap_pss_kib, sizeof mapping->swap_pss_kib);
	mix(&taken->mark, mapping->name, mapping->name_len);
	mapping_groups_add(taken->parts, mapping);
}

static void expect_parts(struct taken *taken)
{
	struct mapping_group *list;
	struct mapping_sums sums;
	uint64_t mappings = 0;
	size_t count = mapping_groups_end(taken->parts, &list, &sums);

	expect(count <= FRAME_GROUPS_MAX && (count > 0) == (taken->count > taken->reserved));
	for (size_t i = 0; i < count; i++) {
		expect(list[i].mappings > 0 && list[i].kind <= MAPPING_OTHER);
		expect(list[i].name != NULL && text_is_clean(list[i].name, strlen(list[i].name)));
		mappings += list[i].mappings;
	}
	expect(mappings == taken->count - taken->reserved); /* addresses alone are no part */
}

static void read_in(struct taken *taken, const char *text, size_t len, size_t step)
{
	static const uint64_t some[] = { 0x1a };
	const struct mapping_groups_about about = {
		.exe = "/usr/bin/app", .memfs = some, .nmemfs = 1, .stacks = some, .nstacks = 1
	};
	static struct smaps smaps;

	*taken = (struct taken){ .parts = mapping_groups_new(&about) };
	smaps_init(&smaps, take, taken);
	for (size_t at = 0; at < len; at += step)
		smaps_feed(&smaps, text + at, len - at < step ? len - at : step);
	smaps_end(&smaps);
	expect_parts(taken);
	mapping_groups_free(taken->parts);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct procparse_smaps rollup;
	struct taken whole, pieces;

	if (len == 0)
		return 0;
	/* the first byte says how long the pieces are; a copy of its exact size for the
	 * sanitizer */
	size_t step = (size_t)data[0] + 1;
	char *text = malloc(len);

	if (text == NULL)
		return 0;
	memcpy(text, data + 1, len - 1);
	read_in(&whole, text, len - 1, len);
	read_in(&pieces, text, len - 1, step);
	expect(whole.count == pieces.count && whole.mark == pieces.mark);
	procparse_smaps(&rollup, text, len - 1);
	elf_image_size(text, len - 1);
	elf_is_go(text, len - 1);
	free(text);
	return 0;
}
