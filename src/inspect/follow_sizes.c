/* SPDX-License-Identifier: GPL-2.0-or-later */
/* follow_sizes - the footprint of a process that is followed (follow_priv.h) */
#include "inspect/follow_priv.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	TEXT_ROOM = 4096,
	FELL_PAGES = 256, /* anonymous memory that goes may have gone to swap */
};

static int open_file(pid_t pid, const char *name)
{
	char path[48];

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
	return open(path, O_RDONLY | O_CLOEXEC);
}

struct follow_sizes follow_sizes_open(pid_t pid)
{
	return (struct follow_sizes){
		.statm = open_file(pid, "statm"),
		.status = open_file(pid, "status"),
		.stat = open_file(pid, "stat"),
	};
}

static bool read_text(int fd, char text[TEXT_ROOM])
{
	ssize_t n = fd >= 0 ? pread(fd, text, TEXT_ROOM - 1, 0) : -1;

	text[n > 0 ? n : 0] = '\0';
	return n > 0;
}

/* The KiB behind KEY in the text of proc_pid_status(5), in bytes. */
static int64_t status_bytes(const char *text, const char *key)
{
	const char *at = strstr(text, key);

	return at != NULL ? strtoll(at + strlen(key), NULL, 10) * 1024 : 0;
}

static void read_more(struct follow_sizes *sizes)
{
	char text[TEXT_ROOM];

	if (read_text(sizes->status, text))
		sizes->more_bytes = status_bytes(text, "\nRssShmem:") +
				    status_bytes(text, "\nVmSwap:");
}

bool follow_sizes_read(struct follow_sizes *sizes, int64_t *bytes)
{
	char text[TEXT_ROOM], *rest;

	if (!read_text(sizes->statm, text) || strtoll(text, &rest, 10) == 0)
		return false;
	int64_t resident = strtoll(rest, &rest, 10);
	int64_t shared = strtoll(rest, NULL, 10);
	int64_t anon = resident - shared;
	if (shared != sizes->shared_pages || anon < sizes->anon_pages - FELL_PAGES)
		read_more(sizes);
	sizes->shared_more += shared - sizes->shared_pages;
	sizes->shared_pages = shared;
	sizes->anon_pages = anon;
	*bytes = anon * sysconf(_SC_PAGESIZE) + sizes->more_bytes;
	return true;
}

/* The numbers of FIELDS of the file proc_pid_stat(5) at FD, behind the name; 0: not known. */
static void read_fields(int fd, const int *fields, uint64_t *numbers, size_t count)
{
	char text[TEXT_ROOM];
	const char *at = read_text(fd, text) ? strrchr(text, ')') : NULL;

	at = at != NULL ? strchr(at, ' ') : NULL;
	for (int field = 3, i = 0; i < (int)count; field++) {
		if (field == fields[i])
			numbers[i++] = at != NULL ? strtoull(at, NULL, 10) : 0;
		at = at != NULL ? strchr(at + 1, ' ') : NULL;
	}
}

enum { PARENT = 4, START = 22, STACK = 28 }; /* fields */

uint64_t follow_sizes_stack(const struct follow_sizes *sizes)
{
	uint64_t stack;

	read_fields(sizes->stat, (const int[]){ STACK }, &stack, 1);
	return stack;
}

static uint64_t read_field_of(pid_t pid, int field)
{
	int fd = open_file(pid, "stat");
	uint64_t number;

	read_fields(fd, &field, &number, 1);
	if (fd >= 0)
		close(fd);
	return number;
}

bool follow_sizes_begun(const struct follow_sizes *sizes)
{
	uint64_t own[3];

	read_fields(sizes->stat, (const int[]){ PARENT, START, STACK }, own, 3);
	return own[1] >= read_field_of(getppid(), START) && own[2] != 0 &&
	       own[2] != read_field_of((pid_t)own[0], STACK);
}
