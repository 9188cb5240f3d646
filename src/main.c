/* main - the command line, and which front end runs */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "config.h"
#include "sample/stream.h"

static const char usage[] = "usage: memtop [-hV]\n";

int main(int argc, char **argv)
{
	const struct stream_options stream = { .interval_ms = 1000 };

	if (argc == 2 && strcmp(argv[1], "--stream") == 0)
		return stream_run(STDIN_FILENO, STDOUT_FILENO, &stream);
	for (int option = getopt(argc, argv, "hV"); option != -1;
		option = getopt(argc, argv, "hV")) {
		switch (option) {
		case 'h':
			fputs(usage, stdout);
			return 0;
		case 'V':
			puts("memtop " PACKAGE_VERSION);
			return 0;
		default:
			fputs(usage, stderr);
			return 2;
		}
	}
	fputs("memtop: nothing to show yet\n", stderr);
	return 1;
}
