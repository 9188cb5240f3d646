/* fuzz_procparse - every parser of /proc over the same bytes: nothing outside the buffer is read or
 * pointed at, and what is taken is in range */
#include "tests/fuzz/fuzz.h"

#include "sample/elf.h"
#include "sample/parts.h"
#include "sample/procparse.h"
#include "sample/sysparse.h"

#include <stdlib.h>
#include <string.h>

static void expect(int right)
{
	if (!right)
		abort();
}

static void inside(const char *at, size_t at_len, const char *text, size_t len)
{
	expect(at >= text && at_len <= len && at + at_len <= text + len);
}

static void of_a_process(const char *text, size_t len)
{
	struct procparse_statm statm;
	struct procparse_stat stat;
	struct procparse_status status;
	struct procparse_limits limits;
	struct procparse_smaps smaps;
	const char *path;
	size_t path_len;
	int64_t number;
	int v1;

	procparse_statm(&statm, text, len);
	procparse_limits(&limits, text, len);
	procparse_smaps(&smaps, text, len);
	procparse_number(&number, text, len);
	if (procparse_stat(&stat, text, len) == 0) {
		inside(stat.comm, stat.comm_len, text, len);
		expect(stat.comm[stat.comm_len] == ')');
	}
	if (procparse_status(&status, text, len) == 0 && status.known & STATUS_NAME)
		inside(status.name, status.name_len, text, len);
	if (procparse_cgroup(&path, &path_len, &v1, text, len) == 0) {
		inside(path, path_len, text, len);
		expect(path_len > 0 && path[0] == '/' && memchr(path, '\n', path_len) == NULL);
	}
}

static void of_the_system(const char *text, size_t len)
{
	struct sysparse_pressure pressure;
	struct sysparse_zswap zswap;
	struct sysparse_loadavg load;
	struct sysparse_mounts mounts;
	uint64_t number;
	int levels;
	int32_t pid;

	if (sysparse_pressure(&pressure, text, len) == 0)
		expect(pressure.some_avg10 >= 0 && pressure.full_avg10 >= 0);
	sysparse_zswap(&zswap, text, len);
	sysparse_refaults(&number, text, len);
	sysparse_zram(&number, text, len);
	if (sysparse_loadavg(&load, text, len) == 0)
		expect(load.last_pid >= 0);
	if (sysparse_nspid(&levels, &pid, text, len) == 0)
		expect(levels > 0);
	if (sysparse_mounts(&mounts, text, len) == 0) {
		expect(mounts.hidepid >= 0 && mounts.hidepid <= 4);
		expect(memchr(mounts.mount, '\0', sizeof(mounts.mount)) != NULL);
		expect(memchr(mounts.root, '\0', sizeof(mounts.root)) != NULL);
	}
	uint64_t devices[2];
	expect(sysparse_devices(devices, 2, SYSPARSE_IN_MEMORY, text, len) <= 2);
	expect(sysparse_devices(devices, 2, SYSPARSE_REMOTE, text, len) <= 2);
	sysparse_cgroup_kib(&number, text, len);
	sysparse_keyed(&number, "oom_kill", text, len);
}

static void take(void *context, const struct smaps_mapping *mapping)
{
	expect(mapping->name_len <= SMAPS_NAME_MAX && mapping->name[mapping->name_len] == '\0');
	expect(mapping->start < mapping->end);
	parts_add(context, mapping);
}

/* The mappings, in pieces as long as the first byte says. */
static void of_mappings(const char *text, size_t len)
{
	static const uint64_t some[] = { 0x1a };
	const struct parts_about about = { .exe = "/usr/bin/app", .memfs = some, .nmemfs = 1,
		.stacks = some, .nstacks = 1 };
	struct parts *parts = parts_new(&about);
	struct proc_part *list;
	struct parts_sums sums;
	struct smaps smaps;
	size_t step = len > 0 && text[0] != 0 ? (unsigned char)text[0] : 4096;

	smaps_init(&smaps, take, parts);
	for (size_t at = 0; at < len; at += step)
		smaps_feed(&smaps, text + at, len - at < step ? len - at : step);
	smaps_end(&smaps);
	size_t count = parts_end(parts, &list, &sums);
	expect(count <= FRAME_PARTS_MAX);
	for (size_t i = 0; i < count; i++)
		expect(list[i].mappings > 0 && list[i].name != NULL && list[i].kind <= PART_OTHER);
	parts_free(parts);
	elf_image_size(text, len);
	elf_is_go(text, len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	/* a copy of its exact size, so that a sanitizer sees one byte too far */
	char *text = malloc(len > 0 ? len : 1);

	if (text == NULL)
		return 0;
	if (len > 0)
		memcpy(text, data, len);
	of_a_process(text, len);
	of_the_system(text, len);
	of_mappings(text, len);
	free(text);
	return 0;
}
