/* SPDX-License-Identifier: GPL-2.0-or-later */
/* source_ops - what a kind of source implements; private to this room
 *
 * A source begins with a struct source, so that the common calls find its functions.
 */
#pragma once

#include "source/source.h"

struct source_ops {
	enum source_event (*next)(struct source *source, const struct frame **frame);
	int (*fd)(const struct source *source);
	int (*timeout_ms)(const struct source *source);
	int (*ask)(struct source *source, const struct request *request); /* NULL: cannot */
	void (*close)(struct source *source);                             /* frees the whole */
};

enum { SOURCE_MESSAGE_MAX = 256 };

struct source {
	const struct source_ops *ops;
	bool live;
	struct stream_header header;
	char message[SOURCE_MESSAGE_MAX];
};

/* Sets the message; what comes from outside is cleaned. */
void source_say(struct source *source, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
