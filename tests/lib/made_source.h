/* SPDX-License-Identifier: GPL-2.0-or-later */
/* made_source - a scene (scene.h) as the source of a session, in place of a sampler, or as a recording
 *
 * It delivers the frames of the scene as fast as they are taken, and answers nothing.
 */
#pragma once

#include "frame/request.h"
#include "session/session.h"
#include "source/source_ops.h"
#include "tests/lib/scene.h"

struct made_source {
	struct source source;
	struct frame *frame;
	enum scene_kind kind;
	uint32_t second;         /* of the frame that comes next */
	enum request_kind asked; /* last */
};

/* A session that is to be freed with session_free, and *MADE with it (NULL: not wanted).  Of
 * SCENE_KINDS there comes nothing: its store is for others to fill. */
struct session *made_source_open(struct made_source **made, enum scene_kind kind);

/* The scene as a recording in PATH, which must not be there; 0 or -errno. */
int made_source_record(const char *path, enum scene_kind kind);

/* A session of that recording, as fast as it goes; NULL: it cannot be read. */
struct session *made_source_replay(const char *path);
