/* SPDX-License-Identifier: GPL-2.0-or-later */
/* source_replay_moves - a recording paused, stepped and moved in time (source_replay.h)
 *
 * A move goes to the key frame before the time that is wanted and catches up from there without
 * drawing, so that histories are whole.
 */
#include "source/source_replay_priv.h"

#include "source/recording_kills.h"

#include <errno.h>

void source_replay_set_speed(struct source *source, double speed)
{
	struct replay *replay = replay_of(source);

	replay->speed = speed;
	replay_forget_time(replay);
	replay->more = true;
}

double source_replay_speed(const struct source *source)
{
	return replay_of_const(source)->speed;
}

void source_replay_set_paused(struct source *source, bool paused)
{
	struct replay *replay = replay_of(source);

	replay->pause_after = paused;
	if (replay->mode != MODE_CATCH_UP)
		replay->mode = paused ? MODE_PAUSED : MODE_PLAY;
	replay_forget_time(replay);
	replay->more = true;
}

bool source_replay_paused(const struct source *source)
{
	const struct replay *replay = replay_of_const(source);

	return replay->mode == MODE_CATCH_UP ? replay->pause_after : replay->mode != MODE_PLAY;
}

void source_replay_step(struct source *source)
{
	struct replay *replay = replay_of(source);

	if (replay->mode == MODE_CATCH_UP)
		replay->pause_after = true;
	else
		replay->mode = MODE_STEP;
	replay->stepped = false;
	replay->more = true;
}

bool source_replay_catching_up(const struct source *source)
{
	return replay_of_const(source)->mode == MODE_CATCH_UP;
}

uint64_t source_replay_goal_ms(const struct source *source)
{
	const struct replay *replay = replay_of_const(source);

	return replay->mode == MODE_CATCH_UP ? replay->target_ms : 0;
}

static int need_index(struct replay *replay)
{
	if (replay->index == NULL)
		replay->index = recording_index_new(replay->recording);
	if (replay->index == NULL)
		return -ESPIPE;
	recording_index_extend(replay->index);
	return 0;
}

/* Goes to a key frame, or to the beginning where nothing is known of keys. */
static void go_to(struct replay *replay, const struct recording_key *key)
{
	const struct recording_place start = { 0, 0 };

	if (key != NULL) {
		const struct recording_stretch *stretch = &replay->index->stretches[key->stretch];

		recording_seek(replay->recording, &key->place);
		replay->shift = stretch->shift;
		replay->shift.last_ms = 0;
		source_replay_set_header(replay, &stretch->header);
	} else {
		recording_seek(replay->recording, &start);
		replay->shift = (struct recording_shift){ .begun = false };
	}
	replay->has_ahead = replay->within = replay->gap = replay->any = replay->ended = false;
	replay->raw_ms = replay->raw_seq = replay->gap_seq = 0;
	replay->seq = replay->seq_base = 0;
	replay->jump = true;
	replay->more = true;
	replay_forget_time(replay);
}

int source_replay_seek(struct source *source, uint64_t boot_ms, uint64_t lead_ms)
{
	struct replay *replay = replay_of(source);
	bool paused = source_replay_paused(source);
	int result = need_index(replay);

	if (result < 0)
		return result;
	go_to(replay,
		recording_index_find(replay->index, boot_ms > lead_ms ? boot_ms - lead_ms : 0));
	replay->mode = MODE_CATCH_UP;
	replay->pause_after = paused;
	replay->target_ms = boot_ms < replay->index->last_ms ? boot_ms : replay->index->last_ms;
	return 0;
}

int source_replay_back(struct source *source, uint64_t lead_ms)
{
	struct replay *replay = replay_of(source);
	int result = source_replay_seek(source, replay->boot_ms > 0 ? replay->boot_ms - 1 : 0,
		lead_ms);

	if (result == 0)
		replay->pause_after = true;
	return result;
}

int source_replay_span(struct source *source, uint64_t *first_ms, uint64_t *last_ms)
{
	struct replay *replay = replay_of(source);
	int result = need_index(replay);

	if (result < 0)
		return result;
	*first_ms = replay->index->first_ms;
	*last_ms = replay->index->last_ms;
	return 0;
}

int source_replay_reach(struct source *source, uint64_t *first_ms, uint64_t *last_ms)
{
	struct replay *replay = replay_of(source);
	int result = need_index(replay);

	if (result < 0)
		return result;
	*first_ms = replay->index->first_wall_ms;
	*last_ms = replay->index->last_wall_ms;
	return 0;
}

int64_t source_replay_apart(const struct source *source, uint64_t wall_ms)
{
	const struct recording_index *index = replay_of_const(source)->index;

	if (wall_ms < index->least_wall_ms)
		return (int64_t)(wall_ms - index->least_wall_ms);
	return wall_ms > index->most_wall_ms ? (int64_t)(wall_ms - index->most_wall_ms) : 0;
}

int source_replay_at_wall(struct source *source, uint64_t wall_ms, uint64_t *boot_ms)
{
	struct replay *replay = replay_of(source);
	int result = need_index(replay);

	if (result == 0)
		*boot_ms = recording_index_at_wall(replay->index, wall_ms);
	return result;
}

int source_replay_last_kill(struct source *source, uint64_t *boot_ms)
{
	struct replay *replay = replay_of(source);
	int result = need_index(replay);

	return result < 0 ? result : recording_kills_last(replay->index, boot_ms);
}
