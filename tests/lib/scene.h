/* SPDX-License-Identifier: GPL-2.0-or-later */
/* scene - a machine made up for tests of screens: a store fed frame by frame as a sampler would
 *
 * The same to the last figure on every machine: no clock, no chance.
 */
#pragma once

#include "model/headline.h"
#include "model/store.h"

enum scene_kind {
	SCENE_FIRST,   /* one tick: what is known at once */
	SCENE_CALM,    /* ten minutes of a machine without trouble and without swap */
	SCENE_TROUBLE, /* ten minutes on the way to the end: climbers, swapping, an OOM kill */
	SCENE_HOSTILE, /* names that are wide, long, combining, or try to do harm */
	SCENE_KINDS
};

/* A store to be released with store_free. */
struct store *scene_new(enum scene_kind kind);

/* The same frame by frame: FRAME, fresh, becomes that of a SECOND, of which the last is
 * scene_seconds. */
extern const struct stream_header scene_header;
uint32_t scene_seconds(enum scene_kind kind);
void scene_frame(struct frame *frame, enum scene_kind kind, uint32_t second);

/* Its processes are looked into: 903 ten times, and who holds its sessions; 1177 once; 812 may not
 * be. */
void scene_look(struct store *store);

const char *scene_name(enum scene_kind kind);
int scene_by_name(const char *name, enum scene_kind *kind); /* 0 or -1 */
