/* SPDX-License-Identifier: GPL-2.0-or-later */
/* frame_gen - frames of any shape out of a seed, for tests, benchmarks and fuzz corpora */
#pragma once

#include "frame/frame.h"

#include <stdbool.h>
#include <stdint.h>

/* A small generator of its own, the same on every machine. */
struct gen {
	uint64_t state;
};

uint64_t gen_next(struct gen *gen);
uint64_t gen_below(struct gen *gen, uint64_t limit); /* 0 <= result < limit */

/* Fills a reset frame with up to MAX entries in each list; every field within its range, every mask
 * anything. */
void gen_frame(struct gen *gen, struct frame *frame, size_t max);

/* Fills a reset frame as a sampler does: COUNT processes with ordinary figures, pids from FIRST. */
void gen_births(struct frame *frame, int32_t first, size_t count);
void gen_usages(struct frame *frame, int32_t first, size_t count);
void gen_system(struct frame *frame);

void gen_header(struct stream_header *header);

/* Whether two frames say the same, rates to a hundredth. */
bool gen_frames_same(const struct frame *a, const struct frame *b);
