/* SPDX-License-Identifier: GPL-2.0-or-later */
/* smaps - see smaps.h; knows the lines, not what a mapping is for */
#include "sample/smaps.h"

#include "base/amount.h"
#include "sample/scan.h"

#include <string.h>

void smaps_init(struct smaps *smaps,
	void (*each)(void *context, const struct smaps_mapping *mapping), void *context)
{
	smaps->each = each;
	smaps->context = context;
	smaps->open = false;
	smaps->len = 0;
}

/* A hexadecimal number up to END_CHAR, which is passed over. */
static bool scan_hex(struct scan *scan, char end_char, uint64_t *value)
{
	uint64_t number = 0;
	const char *from = scan->at;

	for (; scan->at < scan->end && *scan->at != end_char; scan->at++) {
		char c = *scan->at;
		int digit = c >= '0' && c <= '9'   ? c - '0'
			    : c >= 'a' && c <= 'f' ? c - 'a' + 10
						   : -1;

		if (digit < 0 || number >> 60)
			return false;
		number = number << 4 | (unsigned)digit;
	}
	if (scan->at == from || scan->at == scan->end)
		return false;
	scan->at++;
	*value = number;
	return true;
}

/* "55a57b5b5000-55a57b5b7000 r--p 00000000 fe:00 247134      /usr/bin/cat" */
static bool is_head(struct scan line, struct smaps_mapping *mapping)
{
	uint64_t major, minor;

	memset(mapping, 0, offsetof(struct smaps_mapping, name));
	if (!scan_hex(&line, '-', &mapping->start) || !scan_hex(&line, ' ', &mapping->end) ||
		line.end - line.at < 5 || mapping->end <= mapping->start)
		return false;
	memcpy(mapping->perms, line.at, 4);
	line.at += 4;
	if (*line.at++ != ' ' || !scan_hex(&line, ' ', &mapping->offset) ||
		!scan_hex(&line, ':', &major) || !scan_hex(&line, ' ', &minor) ||
		!scan_u64(&line, &mapping->inode))
		return false;
	mapping->major = (uint32_t)major;
	mapping->minor = (uint32_t)minor;
	scan_blanks(&line);
	mapping->name_len = (size_t)(line.end - line.at);
	if (mapping->name_len > SMAPS_NAME_MAX)
		mapping->name_len = SMAPS_NAME_MAX;
	memcpy(mapping->name, line.at, mapping->name_len);
	mapping->name[mapping->name_len] = '\0';
	return true;
}

static uint64_t sum_of(uint64_t a, uint64_t b)
{
	return __builtin_add_overflow(a, b, &a) ? UINT64_MAX : a;
}

static void add_kib(uint64_t *sum, struct scan line)
{
	uint64_t kib;

	if (scan_u64(&line, &kib))
		*sum = sum_of(*sum, kib);
}

/* Two letters each; kernels add new ones, which are passed over. */
static void take_flags(struct smaps_mapping *mapping, struct scan line)
{
	struct scan word;

	mapping->has_flags = true;
	while (scan_word(&line, &word)) {
		if (word.end - word.at != 2)
			continue;
		mapping->hugetlb |= memcmp(word.at, "ht", 2) == 0;
		mapping->guarded |= memcmp(word.at, "gu", 2) == 0;
		mapping->no_thp |= memcmp(word.at, "nh", 2) == 0;
	}
}

/* A line is looked for by its key, in whatever order: kernels have added lines between others. The
 * three kinds of huge pages are one figure here, as are both kinds of hugetlb. */
static void take_figure(struct smaps_mapping *mapping, struct scan line)
{
	const struct {
		const char *key;
		uint64_t *sum;
	} figures[] = {
		{ "Rss:", &mapping->rss_kib },
		{ "Pss:", &mapping->pss_kib },
		{ "Private_Clean:", &mapping->private_clean_kib },
		{ "Private_Dirty:", &mapping->private_dirty_kib },
		{ "Anonymous:", &mapping->anonymous_kib },
		{ "LazyFree:", &mapping->lazy_free_kib },
		{ "AnonHugePages:", &mapping->thp_kib },
		{ "ShmemPmdMapped:", &mapping->thp_kib },
		{ "FilePmdMapped:", &mapping->thp_kib },
		{ "Shared_Hugetlb:", &mapping->hugetlb_kib },
		{ "Private_Hugetlb:", &mapping->hugetlb_kib },
		{ "Swap:", &mapping->swap_kib },
		{ "SwapPss:", &mapping->swap_pss_kib },
	};

	for (size_t i = 0; i < sizeof(figures) / sizeof(figures[0]); i++)
		if (scan_prefix(&line, figures[i].key)) {
			add_kib(figures[i].sum, line);
			return;
		}
	if (scan_prefix(&line, "VmFlags:"))
		take_flags(mapping, line);
}

/* Figures begin with a capital, heads with a lower-case hexadecimal digit. */
static void take_line(struct smaps *smaps, const char *text, size_t len)
{
	struct scan line = scan_over(text, len);

	if (len == 0)
		return;
	if (*text >= 'A' && *text <= 'Z') {
		if (smaps->open)
			take_figure(&smaps->mapping, line);
		return;
	}
	smaps_end(smaps);
	smaps->open = is_head(line, &smaps->mapping);
}

/* Keeps the beginning of a line whose end has not come yet; what has no room is dropped. */
static void keep_rest(struct smaps *smaps, const char *bytes, size_t len)
{
	size_t room = sizeof(smaps->line) - smaps->len;

	if (len > room)
		len = room;
	memcpy(smaps->line + smaps->len, bytes, len);
	smaps->len += len;
}

void smaps_feed(struct smaps *smaps, const char *bytes, size_t len)
{
	while (len > 0) {
		const char *newline = memchr(bytes, '\n', len);
		size_t part = newline != NULL ? (size_t)(newline - bytes) : len;

		if (newline == NULL || smaps->len > 0)
			keep_rest(smaps, bytes, part);
		if (newline == NULL)
			return;
		if (smaps->len > 0)
			take_line(smaps, smaps->line, smaps->len);
		else
			take_line(smaps, bytes, part);
		smaps->len = 0;
		bytes += part + 1;
		len -= part + 1;
	}
}

void smaps_end(struct smaps *smaps)
{
	if (smaps->open)
		smaps->each(smaps->context, &smaps->mapping);
	smaps->open = false;
}

/* Whether the pages of a mapping outlive the process: those of a file stay in the page cache, or in
 * their tmpfs, until the file is deleted.  Segments of System V are called deleted from the start,
 * and stay until somebody removes them. */
static bool is_kept_by_file(const struct smaps_mapping *mapping)
{
	static const char deleted[] = " (deleted)";
	size_t len = sizeof(deleted) - 1;

	if (mapping->name[0] != '/')
		return false;
	return strncmp(mapping->name, "/SYSV", 5) == 0 || mapping->name_len < len ||
	       strcmp(mapping->name + mapping->name_len - len, deleted) != 0;
}

uint64_t smaps_freed_kib(const struct smaps_mapping *mapping)
{
	uint64_t kib = sum_of(mapping->private_clean_kib, mapping->private_dirty_kib);

	if (is_kept_by_file(mapping))
		kib = amount_smaller(kib, mapping->anonymous_kib);
	return sum_of(kib, mapping->swap_pss_kib);
}
