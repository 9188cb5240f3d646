/* SPDX-License-Identifier: GPL-2.0-or-later */
/* memory_maps - the list of mappings, and the files behind them; see memory.h */
#include "inspect/memory_priv.h"

#include "base/rooted.h"
#include "base/xalloc.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* --- a line --- */

/* A number in hexadecimal at *AT, which moves behind it and the one character END. */
static bool take_hex(char **at, char end, uint64_t *value)
{
	char *rest;

	if (strchr("0123456789abcdef", **at) == NULL || **at == '\0')
		return false;
	errno = 0;
	*value = strtoull(*at, &rest, 16);
	if (errno != 0 || rest == *at || *rest != end)
		return false;
	*at = rest + 1;
	return true;
}

/* "rw-p" and a blank. */
static bool take_flags(char **at, unsigned *flags)
{
	const char *perms = *at;

	if (strnlen(perms, 5) < 5 || perms[4] != ' ')
		return false;
	*flags = (perms[0] == 'r' ? MEMORY_READ : 0u) | (perms[1] == 'w' ? MEMORY_WRITE : 0u) |
		 (perms[2] == 'x' ? MEMORY_EXEC : 0u) | (perms[3] == 's' ? MEMORY_SHARED : 0u);
	*at += 5;
	return true;
}

/* The kernel's own names; "[anon:...]" is what a program called its memory itself (prctl). */
static unsigned name_flags(const char *name)
{
	if (name[0] != '[')
		return 0;
	if (strcmp(name, "[heap]") == 0)
		return MEMORY_HEAP;
	if (strcmp(name, "[stack]") == 0)
		return MEMORY_STACK;
	return strncmp(name, "[anon", 5) == 0 ? 0 : MEMORY_KERNEL;
}

/* proc_pid_maps(5). Of device and inode a file is made that is the same whatever it is called
 * now. */
static bool parse_line(char *line, struct memory_region *region)
{
	uint64_t major_number, minor_number;

	if (!take_hex(&line, '-', &region->start) || !take_hex(&line, ' ', &region->end) ||
		!take_flags(&line, &region->flags) || !take_hex(&line, ' ', &region->offset) ||
		!take_hex(&line, ':', &major_number) || !take_hex(&line, ' ', &minor_number))
		return false;
	region->inode = strtoull(line, &line, 10);
	region->name = line + strspn(line, " \t");
	region->device = major_number << 32 | minor_number;
	region->flags |= name_flags(region->name) | (region->inode != 0 ? MEMORY_FILE : 0u);
	return region->end > region->start;
}

size_t memory_maps_parse(char *text, size_t len, struct memory_region **regions, char **names)
{
	size_t count = 0, cap = 0;
	char *end = text + len, *next;

	*regions = NULL;
	*names = text;
	for (char *line = text; line < end && count < MEMORY_REGIONS_MOST; line = next) {
		char *stop = memchr(line, '\n', (size_t)(end - line));

		if (stop == NULL) /* cut in the middle */
			break;
		*stop = '\0';
		next = stop + 1;
		*regions = xalloc_room(*regions, &cap, count + 1, sizeof(**regions));
		/* what is not in order cannot be searched */
		if (parse_line(line, &(*regions)[count]) &&
			(count == 0 || (*regions)[count].start >= (*regions)[count - 1].end))
			count++;
	}
	return count;
}

/* --- the list --- */

enum { MAPS_MOST = 64 << 20 /* bytes of /proc/PID/maps */ };

/* All of it, MAPS_MOST at the most. The kernel makes it a piece for each read(2), so that a
 * program that maps and unmaps meanwhile may have a line twice, or not at all. */
static int read_all(int dir, const char *name, char **text, size_t *len)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
	size_t cap = 65536, have = 0;
	ssize_t n = 0;

	*text = NULL;
	*len = 0;
	if (fd < 0)
		return -errno;
	*text = xalloc(cap);
	while (have < MAPS_MOST && (n = read(fd, *text + have, cap - have)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			break;
		have += (size_t)n;
		if (have == cap)
			*text = xalloc_grow(*text, cap *= 2, 1);
	}
	n = n < 0 ? -errno : 0;
	close(fd);
	if (n < 0)
		free(*text);
	*len = have;
	return (int)n;
}

/* Holders of a pointer into the old list may go on using it until the memory is closed. */
static void retire(struct memory *memory)
{
	if (memory->regions == NULL)
		return;
	struct memory_retired *retired = xalloc(sizeof(*retired));
	*retired = (struct memory_retired){ memory->retired, memory->regions, memory->names };
	memory->retired = retired;
}

void memory_lists_free(struct memory *memory)
{
	retire(memory);
	while (memory->retired != NULL) {
		struct memory_retired *next = memory->retired->next;

		free(memory->retired->regions);
		free(memory->retired->names);
		free(memory->retired);
		memory->retired = next;
	}
}

int memory_refresh(struct memory *memory)
{
	struct memory_region *regions;
	char *text, *names;
	size_t len;

	if (memory->pid == 0)
		return 0;
	int error = read_all(memory->dir, "maps", &text, &len);
	if (error < 0)
		return error;
	size_t count = memory_maps_parse(text, len, &regions, &names);
	retire(memory);
	memory->regions = regions;
	memory->count = count;
	memory->names = names;
	return count > 0 ? 0 : -ESRCH;
}

/* --- files --- */

static bool is_file(int fd, const struct memory_region *region)
{
	struct stat info;

	return fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && info.st_ino == region->inode;
}

/* The file of REGION: the program itself, which may have been deleted, or what lies at its name as
 * the process sees names. -1: it cannot be had. */
static int open_file(const struct memory *memory, const struct memory_region *region)
{
	int fd = openat(memory->dir, "exe", O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd >= 0 && is_file(fd, region))
		return fd;
	if (fd >= 0)
		close(fd);
	int root = openat(memory->dir, "root", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root < 0)
		return -1;
	fd = rooted_open(root, region->name, region->inode);
	close(root);
	return fd < 0 ? -1 : fd;
}

/* Opened once for all its mappings, and only so many: a program may map thousands of files. */
static int file_of(struct memory *memory, const struct memory_region *region)
{
	for (size_t i = 0; i < memory->file_count; i++)
		if (memory->files[i].inode == region->inode &&
			memory->files[i].device == region->device)
			return memory->files[i].fd;
	if (memory->file_count == MEMORY_FILES)
		return -1;
	struct memory_file *file = &memory->files[memory->file_count++];
	*file = (struct memory_file){ region->device, region->inode, -1 };
	file->fd = open_file(memory, region);
	return file->fd;
}

int memory_file_read(struct memory *memory, const struct memory_region *region, uint64_t address,
	void *to, size_t size)
{
	if (memory->pid == 0 || (region->flags & MEMORY_FILE) == 0 ||
		(region->flags & (MEMORY_WRITE | MEMORY_SHARED)) != 0 || region->name[0] != '/')
		return -EFAULT;
	int fd = file_of(memory, region);
	if (fd < 0)
		return -EFAULT;
	ssize_t n = pread(fd, to, size, (off_t)(region->offset + (address - region->start)));
	return n == (ssize_t)size ? 0 : -EFAULT;
}

int memory_program_read(const struct memory *memory, uint64_t offset, void *to, size_t size)
{
	int fd = memory->pid != 0
			 ? openat(memory->dir, "exe", O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
			 : -1;

	if (fd < 0)
		return -EFAULT;
	ssize_t n = pread(fd, to, size, (off_t)offset);
	close(fd);
	return n == (ssize_t)size ? 0 : -EFAULT;
}

void memory_files_close(struct memory *memory)
{
	for (size_t i = 0; i < memory->file_count; i++)
		if (memory->files[i].fd >= 0)
			close(memory->files[i].fd);
	memory->file_count = 0;
}
