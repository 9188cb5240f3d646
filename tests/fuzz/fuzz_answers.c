/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_answers - what memtop answers about a recording that may hold anything: tables, JSON, CSV,
 * accounts, details, verdicts, reports, comparisons, checks; through the command line's own ways */
#include "tests/fuzz/fuzz.h"

#include "modes/report_run.h"
#include "modes/batch.h"
#include "modes/check_run.h"
#include "modes/detail_run.h"
#include "modes/verdicts.h"
#include "options/options.h"
#include "options/settings.h"
#include "session/player.h"
#include "session/session.h"
#include "source/source.h"
#include "source/source_replay.h"
#include "table/query.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { WORDS_MAX = 10 };

#define REPLAY "--replay", "-"

/* Which one is asked for follows from the length of the input. */
static const char *const commands[][WORDS_MAX] = {
	{ "memtop", "-b", "-w", "100", REPLAY },
	{ "memtop", "-b", "-g", "program", "-s", "growth", "-k", REPLAY },
	{ "memtop", "-b", "--group=user", "-F", "growth>1k/s or command~x or eta<1h", REPLAY },
	{ "memtop", "-b", "--account", REPLAY },
	{ "memtop", "--json", REPLAY },
	{ "memtop", "--json", "--group=program", REPLAY },
	{ "memtop", "--csv", REPLAY },
	{ "memtop", "--detail", "-p", "1,10,101", REPLAY },
	{ "memtop", "--detail", "--json", "-p", "10", REPLAY },
	{ "memtop", "--verdicts", REPLAY },
	{ "memtop", "--report-from", "r" },
	{ "memtop", "--report-from", "r", "--json" },
	{ "memtop", "--compare", "a", "b" },
	{ "memtop", "--compare", "a", "b", "--json" },
	{ "memtop", "--check", "rss>1m or state=climbing", REPLAY },
	{ "memtop", "--check", "growth>1k/s and available<90%", REPLAY },
};

enum { COMMANDS = sizeof(commands) / sizeof(commands[0]) };

static void parse(struct options *options, const char *const words[WORDS_MAX])
{
	char *argv[WORDS_MAX + 1] = { NULL }, why[OPTIONS_WHY_MAX];
	int argc = 0;

	for (; argc < WORDS_MAX && words[argc] != NULL; argc++)
		argv[argc] = (char *)(uintptr_t)words[argc];
	if (options_parse(options, argc, argv, why) != 0) {
		fprintf(stderr, "%s: %s\n", words[1], why);
		abort();
	}
}

/* NULL when it is no recording. */
static struct session *open_session(const uint8_t *data, size_t len)
{
	char why[SOURCE_REPLAY_WHY_MAX];
	struct source *source = NULL;
	int fd = memfd_create("fuzz", MFD_CLOEXEC);

	if (fd < 0 || write(fd, data, len) != (ssize_t)len)
		abort();
	if (source_open_replay_fd(&source, fd, "fuzz", why) < 0)
		return NULL;
	struct session *session = session_new(source, true);
	player_set_speed(session_player(session), 0);
	return session;
}

static void compare(const uint8_t *data, size_t len, struct session *session,
	const struct options *options)
{
	struct session *other = open_session(data, len / 2);

	if (other == NULL)
		other = open_session(data, len);
	report_run_compare(session, other, options);
	session_free(other);
}

static void answer(const uint8_t *data, size_t len, const struct options *options)
{
	struct session *session = open_session(data, len);
	struct settings settings;

	if (session == NULL)
		return;
	settings_default(&settings);
	if (options->mode == MODE_VERDICTS)
		verdicts_run(session);
	else if (options->mode == MODE_REPORT)
		report_run(session, options);
	else if (options->mode == MODE_CHECK)
		check_run(session, options);
	else if (options->mode == MODE_COMPARE)
		compare(data, len, session, options);
	else if (options->mode == MODE_DETAIL)
		detail_run(session, options);
	else
		batch_run(session, options, &settings);
	session_free(session);
}

/* What is said goes nowhere; what a sanitizer says goes to the descriptor. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct options parsed[COMMANDS];
	static FILE *nowhere;
	FILE *said = stderr;
	int out;

	if (nowhere == NULL) {
		nowhere = fopen("/dev/null", "we");
		for (int i = 0; i < COMMANDS; i++)
			parse(&parsed[i], commands[i]);
	}
	if (nowhere == NULL)
		abort();
	fflush(stdout);
	out = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
	dup2(fileno(nowhere), STDOUT_FILENO);
	stderr = nowhere;
	answer(data, len, &parsed[len % COMMANDS]);
	fflush(stdout);
	stderr = said;
	dup2(out, STDOUT_FILENO);
	close(out);
	return 0;
}
