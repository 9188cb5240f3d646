/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bell - see bell.h */
#include "ui/bell.h"

#include "ui/ui.h"

void bell_look(struct ui *ui)
{
	const struct bell before = ui->bell;
	const unsigned wanted = ui->settings->bell;

	ui->bell = (struct bell){
		.known = true,
		.climbing = ui->view.climbing,
		.mood = ui->headline.mood,
		.kills = store_oom_kills(ui_store(ui)),
	};
	if (!before.known || !session_is_live(ui->session))
		return;
	ui->ring |= (wanted & BELL_CLIMB) != 0 && ui->bell.climbing > before.climbing;
	ui->ring |= (wanted & BELL_ALARM) != 0 && ui->bell.mood == MOOD_ALARM &&
		    before.mood != MOOD_ALARM;
	ui->ring |= (wanted & BELL_KILL) != 0 && ui->bell.kills > before.kills;
}
