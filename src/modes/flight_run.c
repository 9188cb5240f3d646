/* SPDX-License-Identifier: GPL-2.0-or-later */
/* flight_run - see flight_run.h */
#include "modes/flight_run.h"

#include "base/clock.h"
#include "base/quit.h"
#include "base/units.h"
#include "modes/tell.h"
#include "options/options.h"
#include "session/session.h"
#include "source/flight.h"
#include "source/recording.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TROUBLE = 1 };

/* The folder of OPTIONS, or the default one, in PATH; NULL, and that was told: there is none. */
static const char *flight_run_folder(const struct options *options, char path[FLIGHT_PATH_MAX])
{
	if (options->flight_folder != NULL)
		return options->flight_folder;
	if (flight_default(path, FLIGHT_PATH_MAX) == 0)
		return path;
	tell("there is no home to record in; name a folder: --flight DIR");
	return NULL;
}

struct flight_recorder {
	struct session *session;
	struct flight *flight;
	uint64_t began_ms; /* monotonic: of the segment */
	char told[RECORD_WHY_MAX];
};

/* Ends the segment, if there is one, and begins the next; the oldest make room first. */
static int next_segment(struct flight_recorder *f)
{
	char why[RECORD_WHY_MAX];
	struct record *record;
	int error = session_end_record(f->session);

	if (error != 0)
		tell("the end of a segment could not be written: %s", strerror(-error));
	flight_trim(f->flight);
	error = record_open(&record, flight_next(f->flight), false, why);
	if (error != 0) {
		tell("%s", why);
		return error;
	}
	record_be_long(record);
	session_record(f->session, record);
	f->began_ms = clock_mono_ms();
	return 0;
}

/* Somebody took the folder away, or what was just written: begins anew, in the same place. */
static int begin_anew(struct flight_recorder *f, const char *folder, struct flight_bounds bounds)
{
	char why[RECORD_WHY_MAX];

	tell("%s: what is recorded there was removed; a new recording begins", folder);
	flight_close(f->flight);
	f->flight = NULL;
	if (flight_open(&f->flight, folder, bounds, why) == 0)
		return next_segment(f);
	tell("%s", why);
	return -EIO;
}

/* A disk that is full is told once, and once more when it is another trouble. */
static void tell_trouble(struct flight_recorder *f)
{
	const char *message = session_record_message(f->session);

	if (strcmp(message, f->told) != 0 && message[0] != '\0')
		tell("%s", message);
	snprintf(f->told, sizeof(f->told), "%s", message);
	if (message[0] != '\0')
		flight_make_room(f->flight);
}

/* Records until it is told to end. A folder that somebody has taken away is begun anew: a recorder
 * that dies of that would be missed only when it is needed. */
static int fly(struct flight_recorder *f, const char *folder, struct flight_bounds bounds,
	uint32_t looks)
{
	for (uint32_t i = 0; looks == 0 || i < looks; i++) {
		unsigned events = session_wait_for(f->session, SESSION_TICK, SESSION_FOREVER);
		double age_s = (double)(clock_mono_ms() - f->began_ms) / 1000;

		if ((events & SESSION_TICK) == 0)
			return quit_signal() != 0 || !tell_message(f->session) ? 0 : TROUBLE;
		if (flight_is_lost(f->flight) && begin_anew(f, folder, bounds) != 0)
			return TROUBLE;
		tell_trouble(f);
		if (flight_is_full(f->flight, session_record_size(f->session), age_s) &&
			next_segment(f) != 0)
			return TROUBLE;
		flight_trim(f->flight);
	}
	return 0;
}

/* The folder is trimmed once more at the end: the last segment has grown since. */
int flight_run(struct session *session, const struct options *options)
{
	char path[FLIGHT_PATH_MAX];
	const char *folder = flight_run_folder(options, path);
	struct flight_bounds bounds = { options->keep_kib, options->keep_s };
	struct flight_recorder f = { .session = session };
	char why[RECORD_WHY_MAX];

	if (folder == NULL)
		return TROUBLE;
	if (flight_open(&f.flight, folder, bounds, why) != 0) {
		tell("%s", why);
		return TROUBLE;
	}
	int status = next_segment(&f) == 0 ? fly(&f, folder, bounds, options->count) : TROUBLE;
	session_end_record(session);
	if (f.flight != NULL)
		flight_trim(f.flight);
	flight_close(f.flight);
	return status;
}

/* The number behind KEY in LINE; 0: it is not there. */
static uint64_t number_of(const char *line, const char *key)
{
	const char *found = strstr(line, key);

	return found != NULL ? strtoull(found + strlen(key), NULL, 10) : 0;
}

/* The cost of looking and recording in the newest segment, in percent of a CPU; negative: not
 * known. */
static double cost_percent(const char *folder)
{
	struct flight_segments *segments = flight_segments_new(folder, INT64_MAX / 2);
	size_t count = flight_segments_count(segments);
	int fd = count > 0 ? flight_segments_open(segments, count - 1) : -1;
	uint64_t cost_us = 0, span_ms = 0;
	struct recording *recording = NULL;
	enum recording_event event;
	const char *line;
	size_t len;

	if (fd >= 0 && recording_open(&recording, fd) < 0)
		recording = NULL;
	while (recording != NULL &&
		(event = recording_next(recording, &line, &len)) != RECORDING_END) {
		/* a tick of several frames says it in each, and ends with the last */
		if (event != RECORDING_LINE || strstr(line, ",\"sys\":[") == NULL ||
			strstr(line, ",\"more\":true") != NULL)
			continue;
		cost_us += number_of(line, ",\"cost\":");
		span_ms += number_of(line, ",\"dt\":");
	}
	recording_close(recording);
	flight_segments_free(segments);
	return span_ms > 0 ? (double)cost_us / 10 / (double)span_ms : -1;
}

int flight_run_status(const struct options *options)
{
	char path[FLIGHT_PATH_MAX];
	const char *folder = flight_run_folder(options, path);
	struct flight_status status;
	char from[CLOCK_WORDS_MAX], to[CLOCK_WORDS_MAX];
	struct buf out;

	if (folder == NULL)
		return TROUBLE;
	int error = flight_look(&status, folder);
	if (error != 0) {
		tell("%s: %s%s", folder,
			error == -ENOENT ? "nothing is recorded there; memtop --flight begins to"
					 : strerror(-error),
			flight_remedy(error));
		return TROUBLE;
	}
	double seconds = status.to_s > status.from_s ? (double)(status.to_s - status.from_s) : 0;
	buf_init(&out);
	buf_printf(&out, "%s: from %s to %s (%s), %zu segment%s, %s", folder,
		clock_words(from, CLOCK_MINUTE, (uint64_t)status.from_s * 1000),
		clock_words(to, CLOCK_MINUTE, (uint64_t)status.to_s * 1000),
		units_seconds(UNITS_TEXT, seconds), status.segments,
		status.segments == 1 ? "" : "s",
		units_kib_words(UNITS_TEXT, (status.bytes + 1023) / 1024));
	if (seconds >= 3600)
		buf_printf(&out, ", %s a day",
			units_kib_words(UNITS_TEXT,
				(uint64_t)((double)status.bytes / 1024 / seconds * 86400)));
	double percent = cost_percent(folder);
	if (percent >= 0)
		buf_printf(&out, ", %.2f %% of a CPU to look and record", percent);
	buf_puts(&out, status.written ? "; being recorded now\n" : "; not being recorded now\n");
	error = buf_write(&out, STDOUT_FILENO);
	buf_done(&out);
	return tell_unwritten(error) ? TROUBLE : 0;
}
