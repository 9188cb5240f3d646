/* SPDX-License-Identifier: GPL-2.0-or-later */
/* recording_head - what the first bytes of a line say (recording.h) */
#include "source/recording.h"

#include <stdio.h>
#include <string.h>

/* Moves past TEXT. */
static bool pass_text(const char **at, const char *text)
{
	size_t len = strlen(text);

	if (strncmp(*at, text, len) != 0)
		return false;
	*at += len;
	return true;
}

static bool pass_number(const char **at, uint64_t *value)
{
	uint64_t number = 0;
	int digits = 0;

	for (; **at >= '0' && **at <= '9' && digits < 17; ++*at, digits++)
		number = number * 10 + (uint64_t)(**at - '0');
	*value = number;
	return digits > 0;
}

bool recording_head(const char *line, size_t len, struct recording_head *head)
{
	char start[RECORDING_HEAD_MAX];
	const char *at = start;
	uint64_t wall_ms;

	snprintf(start, sizeof(start), "%.*s", (int)(len < sizeof(start) ? len : sizeof(start)),
		line);
	head->key = pass_text(&at, "{\"key\":true,\"seq\":");
	if (!head->key && !pass_text(&at, "{\"seq\":"))
		return false;
	if (!pass_number(&at, &head->seq) || !pass_text(&at, ",\"t\":") ||
		!pass_number(&at, &head->boot_ms))
		return false;
	head->wall_ms = pass_text(&at, ",\"wall\":") && pass_number(&at, &wall_ms) ? wall_ms : 0;
	return true;
}
