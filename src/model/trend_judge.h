/* SPDX-License-Identifier: GPL-2.0-or-later */
/* trend_judge - the test of a tier: do its floors climb?
 *
 * Private to trend*.c. What a process can give back it gives back sooner or
 * later, so growth that stays shows in the floors. They must rise steadily, not
 * bend towards a plateau, go on rising now, and either
 *   - be clean and reach new ground,
 *   - climb below swings, each bucket holding whole swings, or
 *   - be clean and straight for long below an old peak.
 */
#pragma once

#include "model/trend.h"

/*
 * Tests tier number k of the trend, which has just closed a bucket, and sets
 * its bits in on, noisy, slow, brief and down. A longer tier that closed at the same
 * time must be tested before.
 */
void trend_judge_tier(struct trend *trend, int k);

/* Takes a tier off: it no longer says climbing. */
void trend_judge_off(struct trend *trend, int k);
