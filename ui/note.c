/* SPDX-License-Identifier: GPL-2.0-or-later */
/* note - see note.h */
#include "ui/note.h"

#include "base/clock.h"
#include "base/units.h"
#include "ui/replay.h"

#include <stdio.h>

enum { LATE_MS = 1000 }; /* a look that is later is missed */

/* How long ago the newest tick came, and how old it may become, in ms; false: nothing is to
 * come. */
static bool age_of_figures(const struct note *note, const struct session *session,
	uint32_t interval_ms, uint64_t *age_ms, uint64_t *most_ms)
{
	uint32_t slow_ms = session_slow_ms(session);

	if (note->tick_us == 0 || !session_is_live(session) || session_paused(session))
		return false;
	*age_ms = clock_boot_ms() - note->tick_us / 1000;
	*most_ms = (interval_ms > slow_ms ? interval_ms : slow_ms) + LATE_MS;
	return true;
}

bool note_grow_old(struct note *note, const struct session *session, uint32_t interval_ms)
{
	uint64_t age_ms, most_ms;
	bool old = age_of_figures(note, session, interval_ms, &age_ms, &most_ms) &&
		   age_ms >= most_ms;
	unsigned old_s = old ? (unsigned)(age_ms / 1000) : 0;
	bool changed = old_s != note->old_s;

	note->old_s = old_s;
	return changed;
}

int note_timeout_ms(const struct note *note, const struct session *session, uint32_t interval_ms)
{
	uint64_t age_ms, most_ms;

	if (!age_of_figures(note, session, interval_ms, &age_ms, &most_ms))
		return -1;
	return (int)(age_ms < most_ms ? most_ms - age_ms : 1000 - age_ms % 1000);
}

const char *note_text(struct note *note, const struct session *session)
{
	const char *trouble = session_record_message(session);

	if (trouble[0] != '\0')
		snprintf(note->text, sizeof(note->text), "%s", trouble);
	else if (session_player(session) != NULL)
		replay_words(session, note->text, sizeof(note->text));
	else if (session_paused(session))
		snprintf(note->text, sizeof(note->text), "paused");
	else if (note->old_s > 0)
		snprintf(note->text, sizeof(note->text), "old: the last look was %s ago",
			units_seconds(UNITS_TEXT, note->old_s));
	else if (session_recording(session))
		snprintf(note->text, sizeof(note->text), "recording");
	else if (session_slow_ms(session) > 0)
		snprintf(note->text, sizeof(note->text), "slow, a look takes %.1f s",
			session_slow_ms(session) / 1000.0);
	else
		note->text[0] = '\0';
	return note->text;
}
