/* SPDX-License-Identifier: GPL-2.0-or-later */
/* faults - a library to preload: memory runs out, processes vanish, clocks jump, at a chosen call
 *
 * It is told by the environment, and does nothing without:
 *
 *   FAULT_MALLOC=N     the N-th call of malloc, calloc, realloc fails
 *   FAULT_READ=N       the N-th call that opens or reads a file below /proc/PID fails with ESRCH
 *   FAULT_FOREVER=1    and so does every later one
 *   FAULT_SLOW=US      every open of a file below /proc/PID takes so many microseconds more
 *   FAULT_PROCESS=NAME counts only in the process of that name (prctl(2) PR_SET_NAME; each process
 *                      counts anew from its fork or its new name)
 *   FAULT_SAMPLER=PROGRAM  is run in the place of the sampler: requests on descriptor 3, lines to 4
 *   FAULT_CLOCK=FILE   two numbers, milliseconds as int64_t: added to the wall clock, and to the
 *                      boot-time clock alone, as a suspend does; read at each call, so that a test may
 *                      write them while the program runs
 *   FAULT_PAGE=KIB     the machine's pages have this size
 *
 * FAULT_COUNT=FILE: the number of calls counted so far is kept there, as uint64_t.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);

enum what { MALLOC, READ, WHATS };
enum { FDS = 4096 };

static uint64_t fail_at[WHATS];
static uint64_t calls[WHATS];
static uint64_t slow_us, page_kib;
static bool forever, counting = true, ready;
static const char *only, *impostor;
static bool in_sampler;
static const int64_t *clock_by;
static uint64_t *counted;
static bool of_process[FDS]; /* a file below /proc/PID */

static void *map_file(const char *path, size_t size, int protection)
{
	int fd = path ? (int)syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC) : -1;
	void *page;

	if (fd < 0)
		return NULL;
	page = mmap(NULL, size, protection, MAP_SHARED, fd, 0);
	syscall(SYS_close, fd);
	return page == MAP_FAILED ? NULL : page;
}

static uint64_t number(const char *name)
{
	const char *text = getenv(name);

	return text ? strtoull(text, NULL, 10) : 0;
}

/* For a forked child that has not said its name yet */
static void count_anew(void)
{
	calls[MALLOC] = calls[READ] = 0;
}

__attribute__((constructor)) static void begin(void)
{
	fail_at[MALLOC] = number("FAULT_MALLOC");
	fail_at[READ] = number("FAULT_READ");
	slow_us = number("FAULT_SLOW");
	page_kib = number("FAULT_PAGE");
	forever = number("FAULT_FOREVER") != 0;
	only = getenv("FAULT_PROCESS");
	impostor = getenv("FAULT_SAMPLER");
	counting = only == NULL || strcmp(only, "memtop") == 0;
	clock_by = map_file(getenv("FAULT_CLOCK"), 2 * sizeof(*clock_by), PROT_READ);
	counted = map_file(getenv("FAULT_COUNT"), sizeof(*counted), PROT_READ | PROT_WRITE);
	ready = true;
}

static bool fails(enum what what)
{
	if (!ready || !counting || (fail_at[what] == 0 && counted == NULL))
		return false;
	calls[what]++;
	if (counted && (fail_at[what] != 0 || what == MALLOC))
		*counted = calls[what];
	if (fail_at[what] == 0)
		return false;
	return forever ? calls[what] >= fail_at[what] : calls[what] == fail_at[what];
}

/* --- pages --- */

long __sysconf(int name);

long sysconf(int name)
{
	return name == _SC_PAGESIZE && page_kib != 0 ? (long)page_kib * 1024 : __sysconf(name);
}

int getpagesize(void)
{
	return (int)sysconf(_SC_PAGESIZE);
}

/* --- memory --- */

void *malloc(size_t size)
{
	if (!fails(MALLOC))
		return __libc_malloc(size);
	errno = ENOMEM;
	return NULL;
}

void *calloc(size_t count, size_t size)
{
	if (!fails(MALLOC))
		return __libc_calloc(count, size);
	errno = ENOMEM;
	return NULL;
}

void *realloc(void *old, size_t size)
{
	if (!fails(MALLOC))
		return __libc_realloc(old, size);
	errno = ENOMEM;
	return NULL;
}

/* --- processes that vanish --- */

static bool names_process(int dir, const char *path)
{
	if (strncmp(path, "/proc/", 6) == 0)
		path += 6;
	else if (path[0] == '/' || dir == AT_FDCWD)
		return false;
	else if (dir >= 0 && dir < FDS && of_process[dir])
		return true;
	return path[0] >= '1' && path[0] <= '9';
}

static int open_one(int dir, const char *path, int flags, mode_t mode)
{
	bool process = names_process(dir, path);
	int fd;

	if (process && counting && slow_us > 0)
		usleep((useconds_t)slow_us);
	if (process && fails(READ)) {
		errno = ENOENT;
		return -1;
	}
	fd = (int)syscall(SYS_openat, dir, path, flags, mode);
	if (fd >= 0 && fd < FDS)
		of_process[fd] = process;
	return fd;
}

static ssize_t gone(void)
{
	errno = ESRCH;
	return -1;
}

static bool is_lost(int fd)
{
	return fd >= 0 && fd < FDS && of_process[fd] && fails(READ);
}

static mode_t mode_of(int flags, va_list rest)
{
	return flags & (O_CREAT | __O_TMPFILE) ? va_arg(rest, mode_t) : 0;
}

#define OPEN(name, dir, ...)                                                                       \
	int name(__VA_ARGS__ const char *path, int flags, ...)                                     \
	{                                                                                          \
		va_list rest;                                                                      \
		mode_t mode;                                                                       \
                                                                                                   \
		va_start(rest, flags);                                                             \
		mode = mode_of(flags, rest);                                                       \
		va_end(rest);                                                                      \
		return open_one(dir, path, flags, mode);                                           \
	}

OPEN(open, AT_FDCWD, )
OPEN(open64, AT_FDCWD, )
OPEN(openat, dir, int dir, )
OPEN(openat64, dir, int dir, )

ssize_t read(int fd, void *buf, size_t size)
{
	return is_lost(fd) ? gone() : syscall(SYS_read, fd, buf, size);
}

ssize_t __read_chk(int fd, void *buf, size_t size, size_t room);
ssize_t __read_chk(int fd, void *buf, size_t size, size_t room)
{
	(void)room;
	return read(fd, buf, size);
}

static ssize_t read_at(int fd, void *buf, size_t size, off_t at)
{
	return is_lost(fd) ? gone() : syscall(SYS_pread64, fd, buf, size, at);
}

ssize_t pread64(int fd, void *buf, size_t size, __off64_t at)
{
	return read_at(fd, buf, size, at);
}

ssize_t pread(int fd, void *buf, size_t size, off_t at)
{
	return read_at(fd, buf, size, at);
}

ssize_t __pread64_chk(int fd, void *buf, size_t size, __off64_t at, size_t room);
ssize_t __pread64_chk(int fd, void *buf, size_t size, __off64_t at, size_t room)
{
	(void)room;
	return read_at(fd, buf, size, at);
}

int close(int fd)
{
	if (fd >= 0 && fd < FDS)
		of_process[fd] = false;
	return (int)syscall(SYS_close, fd);
}

/* --- who is who --- */

int prctl(int option, ...)
{
	unsigned long args[4];
	va_list rest;

	va_start(rest, option);
	for (int i = 0; i < 4; i++)
		args[i] = va_arg(rest, unsigned long);
	va_end(rest);
	if (option == PR_SET_NAME)
		in_sampler = strcmp((const char *)args[0], "memtop-sampler") == 0;
	if (option == PR_SET_NAME && only != NULL) {
		counting = strcmp((const char *)args[0], only) == 0;
		count_anew();
	}
	return (int)syscall(SYS_prctl, option, args[0], args[1], args[2], args[3]);
}

/* The last thing the sampler does before it is one is to put its output in its place. */
int dup2(int from, int to)
{
	int fd = (int)syscall(SYS_dup2, from, to);

	if (fd == 4 && in_sampler && impostor != NULL) {
		unsetenv("LD_PRELOAD");
		execl(impostor, impostor, (char *)NULL);
	}
	return fd;
}

/* --- time --- */

int clock_gettime(clockid_t id, struct timespec *now)
{
	int64_t add = 0, ns;

	if (syscall(SYS_clock_gettime, id, now) < 0)
		return -1;
	if (clock_by != NULL && id == CLOCK_REALTIME)
		add = clock_by[0] + clock_by[1];
	else if (clock_by != NULL && id == CLOCK_BOOTTIME)
		add = clock_by[1];
	ns = now->tv_nsec + add % 1000 * 1000000;
	now->tv_sec += add / 1000 + (ns < 0 ? -1 : ns >= 1000000000 ? 1 : 0);
	now->tv_nsec = ns < 0 ? ns + 1000000000 : ns >= 1000000000 ? ns - 1000000000 : ns;
	return 0;
}
