/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pin - see pin.h */
#include "base/pin.h"

#include "base/xalloc.h"

#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <linux/capability.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
	STACK_KEPT = 8 * 1024, /* bytes below the one who asks, in use at every turn */
	STACK_SHED = 512 * 1024,
	PARTS_MAX = 8, /* segments of an object that are not written to: three, as a rule */
};

static bool has_capability(unsigned capability)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = { 0 };

	if (syscall(SYS_capget, &header, data) < 0)
		return false;
	return data[capability / 32].effective >> capability % 32 & 1;
}

/* mlockall(2) with MCL_FUTURE and a limit would make a later malloc(3) fail: without a right to
 * lock all it is left alone. */
static int lock_memory(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_MEMLOCK, &limit) < 0)
		return -errno;
	if (limit.rlim_cur != RLIM_INFINITY && !has_capability(CAP_IPC_LOCK))
		return -EPERM;
	return mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) < 0 ? -errno : 0;
}

/* Pages that are written to (relocations, too) lie in segments with PF_W: no file has it.  The list
 * of segments lies in the first of them: it is read to its end before that one is given back, else
 * it would come back at once with what stands around it. */
static int shed_object(struct dl_phdr_info *info, size_t size, void *context)
{
	const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE) - 1;
	struct {
		uintptr_t begin, end;
	} parts[PARTS_MAX];
	size_t count = 0;

	(void)size;
	(void)context;
	for (int i = 0; i < info->dlpi_phnum && count < PARTS_MAX; i++) {
		const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
		uintptr_t begin = info->dlpi_addr + segment->p_vaddr;

		if (segment->p_type != PT_LOAD || (segment->p_flags & PF_W) != 0)
			continue;
		parts[count].begin = begin & ~page;
		parts[count++].end = begin + segment->p_filesz;
	}
	for (size_t i = 0; i < count; i++)
		madvise((void *)parts[i].begin, parts[i].end - parts[i].begin, MADV_DONTNEED);
	return 0;
}

/* Gives back the pages that something deeper left below the stack's end.  No other mapping is as
 * near: the kernel keeps a MiB free below a stack. */
static void shed_stack(void)
{
	const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	char here;
	uintptr_t end = ((uintptr_t)&here - STACK_KEPT) & ~(page - 1);

	madvise((void *)(end - STACK_SHED), STACK_SHED, MADV_DONTNEED);
}

/* Clean pages of files that were touched so far: what the start alone took (libraries set up,
 * symbols bound) no longer counts as ours, the rest comes back from the page cache. */
void pin_shed_rest(void)
{
	dl_iterate_phdr(shed_object, NULL);
	shed_stack();
}

int pin_memory(bool plenty)
{
	xalloc_trim();
	if (plenty)
		pin_shed_rest();
	return lock_memory();
}

void pin_shed_heap(void)
{
	char maps[4096];
	int fd = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
	ssize_t len = fd >= 0 ? read(fd, maps, sizeof(maps) - 1) : -1;

	if (fd >= 0)
		close(fd);
	maps[len > 0 ? len : 0] = '\0';
	const char *name = strstr(maps, "[heap]");
	const char *line = name != NULL ? memrchr(maps, '\n', (size_t)(name - maps)) : NULL;
	if (line == NULL)
		return;
	char *dash;
	uintptr_t begin = strtoul(line + 1, &dash, 16);
	uintptr_t end = *dash == '-' ? strtoul(dash + 1, NULL, 16) : 0;
	if (begin < end)
		madvise((void *)begin, end - begin, MADV_DONTNEED);
}
