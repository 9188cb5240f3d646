/* SPDX-License-Identifier: GPL-2.0-or-later */
/* zombie - leaves children that have ended and are not waited for
 *
 * usage: zombie [COUNT]
 */
#include "program.h"

#include <sys/wait.h>

int main(int argc, char **argv)
{
	const long count = program_number(argc > 1 ? argv[1] : "1", 1, 2000);

	program_begin();
	for (long i = 0; i < count; i++) {
		siginfo_t info;
		const pid_t pid = fork();

		if (pid < 0)
			return PROGRAM_SKIP;
		if (pid == 0) {
			prctl(PR_SET_NAME, "undead");
			_exit(0);
		}
		/* seen ended, but kept */
		waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT);
	}
	program_ready();
	for (;;)
		pause();
}
