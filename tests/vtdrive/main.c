/* SPDX-License-Identifier: GPL-2.0-or-later */
/* main - vtdrive: run a terminal program under a script and report in TAP
 *
 * vtdrive [options] [SCRIPT] [-- PROGRAM ARGS...]
 */
#include <ftw.h>
#include <getopt.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "driver.h"
#include "script.h"
#include "ticks.h"
#include "verbs.h"

static void usage(FILE *out)
{
	fputs("usage: vtdrive [options] [SCRIPT] [-- PROGRAM ARGS...]\n"
	      "Runs PROGRAM on a terminal of its own under a SCRIPT (standard input without one,\n"
	      "or when it is -), and prints the results in TAP.\n\n"
	      "  -s WxH         size of the terminal (80x24)\n"
	      "  -e NAME=VALUE  environment of the program; a bare NAME unsets\n"
	      "  -p PROGRAM     the program, as after --\n"
	      "  -t SECONDS     time limit of the whole script (120)\n"
	      "  -h             this help\n\n"
	      "VTDRIVE_PATIENCE=N multiplies all time limits, VTDRIVE_RECORD=1 writes golden\n"
	      "screens. The program finds TERM=xterm-256color, LANG=C.UTF-8, TZ=UTC and an empty\n"
	      "XDG_CONFIG_HOME. ${VT_TMP} is a folder that is removed at the end.\n\n"
	      "Verbs of a script:\n",
		out);
}

static int remove_one(const char *path, const struct stat *stat, int type, struct FTW *walk)
{
	(void)stat;
	(void)type;
	(void)walk;
	return remove(path);
}

/* What the program finds around it does not depend on who runs the test. */
static bool set_surroundings(char *folder, size_t size)
{
	char config[128];
	const char *base = getenv("TMPDIR");

	snprintf(folder, size, "%s/vtdrive.XXXXXX", base ? base : "/tmp");
	if (!mkdtemp(folder))
		return false;
	snprintf(config, sizeof config, "%.100s/config", folder);
	setenv("VT_TMP", folder, 1);
	setenv("XDG_CONFIG_HOME", config, 1);
	setenv("TERM", "xterm-256color", 1);
	setenv("LANG", "C.UTF-8", 1);
	setenv("TZ", "UTC", 1);
	unsetenv("LC_ALL");
	unsetenv("LC_CTYPE");
	unsetenv("LINES");
	unsetenv("COLUMNS");
	unsetenv("NO_COLOR");
	unsetenv("COLORTERM");
	return true;
}

static bool take_options(struct driver *driver, int argc, char **argv)
{
	long seconds = 120;
	int option;
	char end;

	while ((option = getopt(argc, argv, "s:e:p:t:h")) != -1) {
		switch (option) {
		case 's':
			if (sscanf(optarg, "%dx%d%c", &driver->cols, &driver->rows, &end) != 2)
				return false;
			break;
		case 'e':
			if (driver_add_env(driver, optarg))
				return false;
			break;
		case 'p':
			if (driver_add_program(driver, optarg))
				return false;
			break;
		case 't':
			if (!verbs_number(optarg, 1, 86400, &seconds))
				return false;
			break;
		case 'h':
			usage(stdout);
			verbs_help();
			exit(0);
		default:
			return false;
		}
	}
	driver->deadline = ticks_limit(seconds * 1000);
	return true;
}

/* Splits off what follows "--"; returns how many arguments are left before it. */
static int take_program(struct driver *driver, int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--"))
			continue;
		for (int j = i + 1; j < argc; j++)
			driver_add_program(driver, argv[j]);
		argv[i] = NULL;
		return i;
	}
	return argc;
}

int main(int argc, char **argv)
{
	struct driver driver;
	char folder[128];
	const char *name = "-";
	FILE *in = stdin;
	int result;

	driver_init(&driver);
	argc = take_program(&driver, argc, argv);
	if (!take_options(&driver, argc, argv) || optind + 1 < argc) {
		usage(stderr);
		return 2;
	}
	if (optind < argc)
		name = argv[optind];
	if (strcmp(name, "-"))
		in = fopen(name, "re");
	if (!in || !set_surroundings(folder, sizeof folder)) {
		perror(name);
		return 2;
	}
	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		setlocale(LC_CTYPE, "en_US.UTF-8");
	/* what the program starts and leaves behind comes to us, so that it can be found */
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	signal(SIGPIPE, SIG_IGN);
	script_run(&driver, in, strrchr(name, '/') ? strrchr(name, '/') + 1 : name);
	driver_done(&driver);
	result = tap_end(&driver.tap);
	nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	return result;
}
