/* SPDX-License-Identifier: GPL-2.0-or-later */
/* run_live - see run_live.h */
#include "modes/run_live.h"

#include "base/clock.h"
#include "modes/report_out.h"

#include <unistd.h>

enum { LIVE_MS = 250 };

/* Whether the terminal is another job's now, which is not to be written over. */
static bool in_background(void)
{
	pid_t group = tcgetpgrp(STDERR_FILENO);

	return group > 0 && group != getpgrp();
}

void run_live_show(struct run_live *live, const struct options *options,
	const struct profile *profile)
{
	struct profile_style style = report_out_style(options, STDERR_FILENO);
	uint64_t now_ms = clock_boot_ms();
	struct buf line;

	if (!live->on || now_ms - live->written_ms < LIVE_MS || in_background())
		return;
	live->written_ms = now_ms;
	buf_init(&line);
	buf_puts(&line, "\r");
	profile_report_line(&line, profile, &style);
	buf_puts(&line, "\033[K");
	if (buf_write(&line, STDERR_FILENO) != 0)
		live->on = false;
	buf_done(&line);
}

void run_live_end(struct run_live *live)
{
	if (live->on && !in_background() && write(STDERR_FILENO, "\r\033[K", 4) < 0)
		live->on = false;
}
