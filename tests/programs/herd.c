/* SPDX-License-Identifier: GPL-2.0-or-later */
/* herd - many processes: some still, some that change at every tick
 *
 * usage: herd [-n STILL] [-m MOVING] [-t TICK_MS] [-l LIFE_S]
 *
 * The moving ones take and give back a MiB in turn. At most 20,000 in all; they end with it, after ten minutes
 * or LIFE_S.
 */
#include "program.h"

#include <sys/resource.h>
#include <sys/wait.h>

enum { MOST = 20000, MIB = 1 << 20 };

static _Noreturn void be_still(void)
{
	for (;;)
		pause();
}

static _Noreturn void move(long tick_ms)
{
	char *memory = mmap(NULL, MIB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		_exit(1);
	for (;;) {
		program_dirty(memory, MIB);
		program_sleep_ms(tick_ms);
		madvise(memory, MIB, MADV_DONTNEED);
		program_sleep_ms(tick_ms);
	}
}

static void start(long count, const char *name, long tick_ms)
{
	const pid_t parent = getpid();

	for (long i = 0; i < count; i++) {
		const pid_t pid = fork();

		if (pid < 0) {
			perror("herd: fork");
			exit(PROGRAM_SKIP);
		}
		if (pid > 0)
			continue;
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent)
			_exit(0);
		prctl(PR_SET_NAME, name);
		if (tick_ms)
			move(tick_ms);
		be_still();
	}
}

int main(int argc, char **argv)
{
	long still = 100, moving = 0, tick_ms = 1000;
	int option;

	program_begin();
	while ((option = getopt(argc, argv, "n:m:t:l:")) != -1) {
		if (option == 'n')
			still = program_number(optarg, 0, MOST);
		else if (option == 'm')
			moving = program_number(optarg, 0, MOST);
		else if (option == 't')
			tick_ms = program_number(optarg, 1, 60000);
		else if (option == 'l')
			alarm((unsigned)program_number(optarg, 1, 100000));
		else
			return 2;
	}
	if (still + moving > MOST) {
		fprintf(stderr, "herd: at most %d\n", MOST);
		return 2;
	}
	start(still, "still", 0);
	start(moving, "moving", tick_ms);
	program_ready();
	be_still();
}
