/* SPDX-License-Identifier: GPL-2.0-or-later */
/* app_job - the terminal given to others and had back: ^Z, fg, bg, and stops from outside */
#include "ui/app_state.h"

#include "ui/term/job.h"

#include <errno.h>
#include <unistd.h>

bool app_await_turn(struct app *app)
{
	switch (job_await_turn(STDOUT_FILENO)) {
	case JOB_TURN:
		return true;
	case JOB_END:
		app->end_signal = job_take_end();
		break;
	case JOB_REFUSED:
		app->error = -ENOTTY;
		break;
	}
	return false;
}

/* At whatever size, and with whatever settings, the terminal has by now. */
static void come_back(struct app *app)
{
	app->stale = true;
	app->dirty = true;
	if (!app_await_turn(app))
		return;
	guard_learn(&app->guard, STDOUT_FILENO);
	term_enter(app->term);
	guard_watch(&app->guard, true);
}

void app_suspend(struct app *app, bool whole)
{
	guard_watch(&app->guard, false);
	term_leave(app->term);
	if (job_stop(SIGTSTP, whole))
		come_back(app);
}

void app_continued(struct app *app)
{
	app->dirty = true;
	if (!job_in_background(STDOUT_FILENO)) {
		term_again(app->term);
		return;
	}
	guard_watch(&app->guard, false);
	term_leave(app->term);
	come_back(app);
}
