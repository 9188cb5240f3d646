/* SPDX-License-Identifier: GPL-2.0-or-later */
/* storm - so many births a second, and as many deaths
 *
 * usage: storm [-r BIRTHS_A_SECOND] [-l LIFE_MS]
 *
 * At most 2,000 a second that live for a second at most; they end with it.
 */
#include "program.h"

#include <stdint.h>
#include <sys/wait.h>

static uint64_t now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static void give_birth(pid_t parent, long life_ms)
{
	if (fork() != 0)
		return;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() == parent)
		program_sleep_ms(life_ms);
	_exit(0);
}

int main(int argc, char **argv)
{
	long rate = 1000, life_ms = 30;
	uint64_t began, births = 0;
	pid_t parent = getpid();
	int option;

	program_begin();
	signal(SIGCHLD, SIG_IGN); /* nobody has to collect them */
	while ((option = getopt(argc, argv, "r:l:")) != -1) {
		if (option == 'r')
			rate = program_number(optarg, 1, 2000);
		else if (option == 'l')
			life_ms = program_number(optarg, 1, 1000);
		else
			return 2;
	}
	program_ready();
	for (began = now_us();; program_sleep_ms(1))
		for (; births * 1000000 < (now_us() - began) * (uint64_t)rate; births++)
			give_birth(parent, life_ms);
}
