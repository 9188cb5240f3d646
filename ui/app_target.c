/* SPDX-License-Identifier: GPL-2.0-or-later */
/* app_target - whom a signal or a nice value is for, and what has become of it
 *
 * The sampler sends it, and the sampler may go at any time: what it has not answered is not known.
 */
#include "ui/app_state.h"

#include <stdio.h>
#include <string.h>

static const char no_sampler[] = "the sampler is being replaced: nothing was sent; try again";

void app_release_targets(struct app *app)
{
	struct request release = { .kind = REQUEST_RELEASE };

	session_ask(app->session, &release, false);
}

/* ANSWER: its number is returned, 0 where there is nobody to ask. */
static uint32_t hold(struct app *app, struct ident id, bool answer)
{
	struct request hold = { .kind = REQUEST_HOLD, .id = id };

	return session_ask(app->session, &hold, answer);
}

bool app_choose_targets(struct app *app)
{
	struct app_targets *targets = &app->targets;
	const struct proc *proc = app_subject(app);

	*targets = (struct app_targets){ 0 };
	if (app->options->readonly || !session_is_live(app->session)) {
		app_say(app, true,
			app->options->readonly
				? "memtop was started with --readonly: no signals, no nice"
				: "this is a recording: there is nobody to signal");
		return false;
	}
	if (app->table.ntags > 0 && !app_process_is_open(app)) {
		targets->count = app->table.ntags;
		memcpy(targets->ids, app->table.tags, targets->count * sizeof targets->ids[0]);
		snprintf(targets->name, sizeof targets->name, "%zu tagged process%s",
			targets->count, targets->count == 1 ? "" : "es");
		return true;
	}
	if (proc == NULL) {
		app_say(app, true,
			app->view.count > 0
				? "this is a group: Space tags its processes, Enter shows them"
				: "no process is selected");
		return false;
	}
	targets->count = 1;
	targets->ids[0] = proc->id;
	snprintf(targets->name, sizeof targets->name, "%.60s (%d)", proc->name, proc->id.pid);
	/* taken now: whoever has this pid later is somebody else */
	targets->first_request = hold(app, proc->id, true);
	targets->last_request = targets->first_request;
	if (targets->first_request == 0)
		app_say(app, true, "%s", no_sampler);
	return targets->first_request != 0;
}

/* What has become of all of them, as far as is known. */
static void say_outcome(struct app *app)
{
	struct app_targets *t = &app->targets;
	size_t silent = t->count - t->done - t->failed;

	t->first_request = 0;
	if (t->failed > 0 && t->count == 1)
		app_say(app, true, "%s: %s", t->name, t->failure);
	else if (silent > 0 && t->count == 1)
		app_say(app, true, "no answer: whether %s got it is not known", t->name);
	else if (silent > 0)
		app_say(app, true, "%s %zu, not %zu; of %zu it is not known: no answer", t->doing,
			t->done, t->failed, silent);
	else if (t->failed > 0)
		app_say(app, true, "%s %zu, not %zu: %s", t->doing, t->done, t->failed, t->failure);
	else
		app_say(app, false, "%s %s", t->doing, t->name);
}

static void count_failure(struct app_targets *t, const char *why)
{
	if (t->failed++ == 0)
		snprintf(t->failure, sizeof t->failure, "%s", why);
}

void app_act_on_targets(struct app *app, enum request_kind kind, int value, const char *doing)
{
	struct app_targets *targets = &app->targets;

	snprintf(targets->doing, sizeof targets->doing, "%s", doing);
	targets->done = targets->failed = 0;
	targets->failure[0] = '\0';
	targets->first_request = 0;
	for (size_t i = 0; i < targets->count; i++) {
		struct request act = { .kind = kind, .id = targets->ids[i], .value = value };
		if (targets->count > 1)
			hold(app, targets->ids[i], false);
		uint32_t number = session_ask(app->session, &act, true);
		if (number == 0) {
			count_failure(targets, no_sampler);
			continue;
		}
		if (targets->first_request == 0)
			targets->first_request = number;
		targets->last_request = number;
	}
	app_release_targets(app);
	if (targets->first_request == 0)
		say_outcome(app);
}

void app_take_notices(struct app *app)
{
	struct app_targets *t = &app->targets;
	struct session_notice notice;

	while (session_notice(app->session, &notice)) {
		bool ours = t->first_request != 0 && notice.request >= t->first_request &&
			    notice.request <= t->last_request;
		if (notice.request == 0) {
			app_say(app, notice.error != 0, "%s", notice.text);
		} else if (ours && t->doing[0] == '\0') {
			if (notice.error == 0)
				continue;
			app_close_dialog(app);
			app_say(app, true, "%s: %s", t->name, notice.text);
		} else if (ours) {
			if (notice.error == 0)
				t->done++;
			else
				count_failure(t, notice.text);
			if (notice.request == t->last_request)
				say_outcome(app);
		}
	}
}

void app_take_trouble(struct app *app)
{
	const struct app_targets *t = &app->targets;
	const char *what = session_message(app->session);

	if (app->dialog == APP_SIGNAL || app->dialog == APP_NICE) {
		app_close_dialog(app);
		app_say(app, true, "nothing was sent to %s: %s", t->name, what);
	} else if (t->first_request != 0 && t->doing[0] != '\0') {
		say_outcome(app);
	} else {
		app_say(app, true, "%s", what);
	}
}
