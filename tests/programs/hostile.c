/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hostile - has a name and arguments that attack whoever shows them
 *
 * usage: hostile KIND | all | count
 *
 * A kind is a number from 0; `all` starts one process of each, ending with it. Its name (comm) and
 * its arguments hold the attack, between the words "host" and "ile" where there is room.
 */
#include "program.h"

#include <sys/wait.h>

struct attack {
	const char *comm; /* at most 15 bytes are kept */
	const char *argument;
};

static const struct attack attacks[] = {
	{ "host\033]0;PWNED\a", "host\033]0;PWNED\aile" },     /* title */
	{ "h\033]52;c;UFc\a", "host\033]52;c;UFdORUQ=\aile" }, /* clipboard */
	{ "host\033cile", "host\033cile" },                    /* full reset */
	{ "h\033P+q544e\033\\", "host\033P+q544e\033\\ile" },  /* DCS */
	{ "host\033[6nile", "host\033[6nile" },                /* asks for the cursor */
	{ "host\033[2Jile", "host\033[2J\033[Hile" },          /* clears the screen */
	{ "h\033[?1049l", "host\033[?1049lile" },              /* leaves the screen */
	{ "host\a\a\aile", "host\a\a\aile" },                  /* bells */
	{ "host\rile", "host\rile" },                          /* back to column 0 */
	{ "host\nile", "host\nile" },                          /* a second row */
	{ "host\b\b\bile", "host\b\b\bile" },                  /* over the column before */
	{ "host\tile", "host\tile" },
	{ "h\303\033]0;P\a", "host\303\033]0;PWNED\aile" },           /* ESC behind a lead byte */
	{ "h\342\202\033]0;\a", "host\342\202\033]0;PWNED\aile" },    /* ... of three bytes */
	{ "host\302\2336nile", "host\302\2336nile" },                 /* C1 CSI in UTF-8 */
	{ "host\2336nile", "host\2336nile" },                         /* C1 CSI as a byte */
	{ "h\302\2350;P\302\234", "host\302\2350;PWNED\302\234ile" }, /* C1 OSC */
	{ "host\377\376ile", "host\377\376\300\200ile" },             /* not UTF-8 */
	{ "rtl\342\200\256gpj", "rtl\342\200\256gpj.exe" },           /* bidi override */
	{ "h\342\200\213\342\200\213e", "host\342\200\213\357\273\277ile" }, /* no width */
	{ "a) R 1 2 3 (b", "a) R 1 2 3 (b" },                                /* ends comm in stat */
	{ "", "" },
	{ "%s%n%s%n", "%s%n%s%n%999999d" },
	{ "\344\270\255\346\226\207\346\274\242", "\344\270\255\346\226\207 wide" },
	{ "e\314\201\314\201\314\201\314\201", "e\314\201\314\202\314\203\314\204 marks" },
	{ "\360\237\230\200\360\237\221\250",
		"\360\237\221\250\342\200\215\360\237\221\251 emoji" },
};

enum { ATTACKS = sizeof attacks / sizeof attacks[0] };

/* Puts the attack where the arguments were: all of argv, as one string and an empty rest. */
static void become(const struct attack *attack, int argc, char **argv)
{
	const size_t room = (size_t)(argv[argc - 1] + strlen(argv[argc - 1]) - argv[0]);
	const size_t length = strlen(attack->argument);

	memset(argv[0], 0, room);
	memcpy(argv[0], attack->argument, length < room ? length : room);
	prctl(PR_SET_NAME, attack->comm);
}

/* Starts all; each says on its standard output when it is what it shall be. */
static void become_all(void)
{
	int said[2], lines = 0;
	char c;

	if (pipe(said))
		exit(1);
	for (int i = 0; i < ATTACKS; i++) {
		char number[16],
			room[] = "room for the longest of the attacks, which must fit in here";

		snprintf(number, sizeof number, "%d", i);
		if (fork() == 0) {
			dup2(said[1], 1);
			close(said[0]);
			close(said[1]);
			execl("/proc/self/exe", "hostile", number, room, (char *)NULL);
			_exit(127);
		}
	}
	close(said[1]);
	while (lines < ATTACKS && read(said[0], &c, 1) == 1)
		lines += c == '\n';
	close(said[0]);
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	program_begin();
	if (!strcmp(what, "count")) {
		printf("%d\n", ATTACKS);
		return 0;
	}
	if (!strcmp(what, "all"))
		become_all();
	else
		become(&attacks[program_number(what, 0, ATTACKS - 1)], argc, argv);
	program_ready();
	for (;;)
		pause();
}
