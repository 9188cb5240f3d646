/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_procparse - the parsers of /proc over the same bytes: nothing outside the buffer is read
 * or pointed at, and what is taken is in range; mappings and control groups have targets of
 * their own */
#include "tests/fuzz/fuzz.h"

#include "sample/procparse.h"
#include "sample/meminfo.h"
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
	int64_t number;

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
}

static void of_the_system(const char *text, size_t len)
{
	struct sysparse_pressure pressure;
	struct sysparse_vmstat vmstat;
	struct sysparse_arc arc;
	struct meminfo info;
	struct sysparse_loadavg load;
	uint64_t number;
	int levels;
	int32_t pid;

	if (sysparse_pressure(&pressure, text, len) == 0)
		expect(pressure.some_avg10 >= 0 && pressure.full_avg10 >= 0);
	meminfo_parse(&info, text, len);
	number = info.kib[MEMINFO_TOTAL];
	expect(number == 0 || info.kib[MEMINFO_FREE] + meminfo_cache_kib(&info) <= number);
	expect(info.kib[MEMINFO_SWAP_FREE] <= info.kib[MEMINFO_SWAP_TOTAL]);
	if (meminfo_available(&info, &number))
		expect(info.kib[MEMINFO_TOTAL] == 0 || number <= info.kib[MEMINFO_TOTAL]);
	meminfo_huge_pool(&info, &number);
	if (sysparse_vmstat(&vmstat, text, len) == 0)
		expect(vmstat.known != 0);
	if (sysparse_arc(&arc, text, len) == 0)
		expect(arc.reclaimable_kib <= arc.size_kib);
	sysparse_zram(&number, text, len);
	if (sysparse_loadavg(&load, text, len) == 0)
		expect(load.last_pid >= 0);
	if (sysparse_nspid(&levels, &pid, text, len) == 0)
		expect(levels > 0);
	uint64_t devices[2];
	expect(sysparse_devices(devices, 2, SYSPARSE_IN_MEMORY, text, len) <= 2);
	expect(sysparse_devices(devices, 2, SYSPARSE_REMOTE, text, len) <= 2);
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
	free(text);
	return 0;
}
