/* SPDX-License-Identifier: GPL-2.0-or-later */
/* session_open - see session_open.h */
#include "modes/session_open.h"

#include "modes/tell.h"
#include "options/options.h"
#include "session/player.h"
#include "session/session.h"
#include "source/record.h"
#include "source/source_replay.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

bool session_has_screen(void)
{
	if (isatty(STDOUT_FILENO))
		return true;
	tell("standard output is not a terminal; memtop -b prints tables instead");
	return false;
}

/* Opens what is read and what is written; what was opened before a failure stays for the caller. */
static int open_ends(struct source **source, struct record **record, const struct options *options,
	const char *recording)
{
	char why[SOURCE_REPLAY_WHY_MAX + RECORD_WHY_MAX];
	int error = 0;

	/* what was named on the command line comes before what is lacking here */
	if (recording != NULL)
		error = source_open_replay(source, recording, why);
	if (error == 0 && options->mode == MODE_SCREEN && !session_has_screen())
		return -ENOTTY;
	if (error == 0 && options->record != NULL)
		error = record_open(record, options->record, options->append, why);
	if (error != 0)
		tell("%s", why);
	return error;
}

int session_open(struct session **session, const struct options *options, const char *recording,
	session_machine machine, int apart)
{
	struct record *record = NULL;
	struct source *source = NULL;
	int error = open_ends(&source, &record, options, recording);

	if (error == 0 && source == NULL)
		error = machine(&source, options, apart);
	if (error != 0) {
		source_close(source);
		record_close(record);
		return error;
	}
	*session = session_new(source, recording != NULL);
	session_record(*session, record);
	if (recording != NULL && options->mode != MODE_SCREEN)
		player_set_speed(session_player(*session), 0);
	return 0;
}

void session_close(struct session *session)
{
	char message[RECORD_WHY_MAX];

	snprintf(message, sizeof(message), "%s", session_record_message(session));
	int error = session_end_record(session);
	if (message[0] != '\0')
		tell("%s", message);
	else if (error != 0)
		tell("the end of the recording could not be written: %s", strerror(-error));
	session_free(session);
}
