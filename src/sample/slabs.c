/* SPDX-License-Identifier: GPL-2.0-or-later */
/* slabs - see slabs.h */
#include "sample/slabs.h"

#include "base/text.h"
#include "base/xalloc.h"
#include "frame/frame.h"
#include "sample/frame_writer.h"
#include "sample/procfs.h"
#include "sample/scan.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	APART_MS = 10 * 1000,
	SHARE = 1000,           /* of the memory that must have come since */
	FILE_ROOM = 256 * 1024, /* 240 caches take 30 KiB */
};

void slabs_init(struct slabs *slabs, int proc)
{
	*slabs = (struct slabs){
		.proc = proc,
		.page_kib = (unsigned)(sysconf(_SC_PAGESIZE) / 1024),
	};
}

void slabs_done(struct slabs *slabs)
{
	free(slabs->kept);
}

/* "NAME active all size perslab pages : ..." of slabinfo(5); false if LINE is none such. */
static bool slabs_line(struct slab *slab, const char *line, size_t len, unsigned page_kib)
{
	struct scan scan = scan_over(line, len), name;
	uint64_t active, all, size, each, pages;

	if (!scan_word(&scan, &name) || *name.at == '#' || !scan_u64(&scan, &active) ||
		!scan_u64(&scan, &all) || !scan_u64(&scan, &size) || !scan_u64(&scan, &each) ||
		!scan_u64(&scan, &pages) || each == 0 || pages > UINT32_MAX)
		return false;
	text_clean(slab->name, sizeof(slab->name), name.at, (size_t)(name.end - name.at));
	if (__builtin_mul_overflow((all + each - 1) / each, pages * page_kib, &slab->kib))
		return false;
	return true;
}

/* slabinfo is root's alone, and is made in many pieces. */
static size_t read_all(int proc, char *text)
{
	int fd = openat(proc, "slabinfo", O_RDONLY | O_CLOEXEC);
	size_t len = 0;
	ssize_t n;

	if (fd < 0)
		return 0;
	while (len < FILE_ROOM && (n = read(fd, text + len, FILE_ROOM - len)) > 0)
		len += (size_t)n;
	close(fd);
	return len;
}

/* Caches mostly stand where they stood at the last look. */
static uint64_t size_before(const struct slabs *slabs, const char *name, size_t hint)
{
	if (hint < slabs->count && strcmp(slabs->kept[hint].name, name) == 0)
		return slabs->kept[hint].kib;
	for (size_t i = 0; i < slabs->count; i++)
		if (strcmp(slabs->kept[i].name, name) == 0)
			return slabs->kept[i].kib;
	return 0;
}

/* Whether the kernel drops objects of it when memory is short: SLUB says so; else by the names such
 * caches have. */
static bool is_reclaimable(const char *name)
{
	char path[sizeof("/sys/kernel/slab//reclaim_account") + SLABS_NAME_MAX], said;

	snprintf(path, sizeof(path), "/sys/kernel/slab/%s/reclaim_account", name);
	if (strchr(name, '/') == NULL && procfs_read_path(path, &said, 1) == 1)
		return said == '1';
	return strstr(name, "inode_cache") != NULL || text_begins(name, "dentry") ||
	       text_begins(name, "kmalloc-rcl-") || strcmp(name, "buffer_head") == 0 ||
	       strcmp(name, "radix_tree_node") == 0;
}

/* The one of NEW that gained most since what is kept, of those that cannot be dropped: what was
 * looked at in /proc or on a disk makes others grow beside. */
static void compare_slabs(struct slabs *slabs, const struct slab *new, size_t count,
	uint64_t now_ms)
{
	slabs->gained_kib = 0;
	for (size_t i = 0; i < count; i++) {
		uint64_t before = size_before(slabs, new[i].name, i);
		if (new[i].kib <= before || new[i].kib - before <= slabs->gained_kib ||
			is_reclaimable(new[i].name))
			continue;
		slabs->gained_kib = new[i].kib - before;
		slabs->most = new[i];
	}
	slabs->span_ms = now_ms - slabs->read_ms;
	slabs->fresh = slabs->gained_kib > 0;
}

/* Reading slabinfo makes the kernel go through all its caches: it is read again only when what
 * cannot be given back has grown by a share of the machine. */
void slabs_look(struct slabs *slabs, const struct system_figures *system, uint64_t now_ms)
{
	uint64_t kib = system->slab_unreclaimable_kib, before = slabs->unreclaimable_kib;

	if (slabs->read_ms != 0 && (now_ms - slabs->read_ms < APART_MS || kib < before ||
					   kib - before < system->total_kib / SHARE + 1)) {
		if (kib < before)
			slabs->unreclaimable_kib = kib;
		return;
	}
	char *text = xalloc(FILE_ROOM);
	struct slab *new = xalloc_zero(SLABS_MAX, sizeof(*new));
	struct scan scan = scan_over(text, read_all(slabs->proc, text)), line;
	size_t count = 0;

	while (count < SLABS_MAX && scan_line(&scan, &line))
		count += slabs_line(&new[count], line.at, (size_t)(line.end - line.at),
			slabs->page_kib);
	free(text);
	if (count > 0 && slabs->count > 0)
		compare_slabs(slabs, new, count, now_ms);
	free(slabs->kept);
	slabs->kept = xalloc_grow(new, count + 1, sizeof(*new));
	slabs->count = count;
	slabs->read_ms = now_ms;
	slabs->unreclaimable_kib = kib;
}

void slabs_send(struct slabs *slabs, struct frame_writer *writer)
{
	if (!slabs->fresh)
		return;
	slabs->fresh = false;
	frame_put_slab(writer, &(struct slab_figures){ slabs->most.name, slabs->most.kib,
				       slabs->gained_kib, (uint32_t)slabs->span_ms });
}
