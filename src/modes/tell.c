/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tell - see tell.h */
#include "modes/tell.h"

#include "base/xalloc.h"
#include "options/options.h"
#include "session/session.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_MAX = 1024 };

void tell(const char *format, ...)
{
	char text[TEXT_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	fprintf(stderr, "memtop: %s\n", text); /* in one write(2) */
}

bool tell_unwritten(int error)
{
	if (error == 0 || error == -EPIPE)
		return false;
	tell("cannot write: %s", strerror(-error));
	return true;
}

bool tell_message(const struct session *session)
{
	if (session_message(session)[0] == '\0')
		return false;
	tell("%s", session_message(session));
	return true;
}

void tell_present_init(struct tell_present *present, const struct options *options)
{
	present->pids = options->pids;
	present->npids = options->npids;
	present->seen = xalloc_zero(options->npids + 1, sizeof(*present->seen));
}

void tell_present_done(struct tell_present *present)
{
	free(present->seen);
}

void tell_present_take(struct tell_present *present, const struct store *store)
{
	for (size_t i = 0; i < present->npids; i++)
		present->seen[i] |= store_find_pid(store, present->pids[i]) != NULL;
}

bool tell_present_nobody(const struct tell_present *present)
{
	return present->npids > 0 && memchr(present->seen, 1, present->npids) == NULL;
}

void tell_nobody(int32_t pid, const struct session *session)
{
	tell("there is no process %d%s", (int)pid,
		session_player(session) != NULL ? " in the recording" : ", or it may not be seen");
}

bool tell_missing(const struct tell_present *present, const struct session *session)
{
	bool missing = false;

	for (size_t i = 0; i < present->npids; i++) {
		if (present->seen[i])
			continue;
		tell_nobody(present->pids[i], session);
		missing = true;
	}
	return missing;
}
