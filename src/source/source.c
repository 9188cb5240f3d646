/* SPDX-License-Identifier: GPL-2.0-or-later */
/* source - hands each call to the kind of source it is for */
#include "source/source.h"

#include "base/text.h"
#include "source/source_ops.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum source_event source_next(struct source *source, const struct frame **frame)
{
	return source->ops->next(source, frame);
}

int source_fd(const struct source *source)
{
	return source->ops->fd(source);
}

int source_timeout_ms(const struct source *source)
{
	return source->ops->timeout_ms(source);
}

const struct stream_header *source_header(const struct source *source)
{
	return &source->header;
}

const char *source_message(const struct source *source)
{
	return source->message;
}

int source_ask(struct source *source, const struct request *request)
{
	return source->ops->ask != NULL ? source->ops->ask(source, request) : -ENOTSUP;
}

bool source_is_live(const struct source *source)
{
	return source->live;
}

void source_close(struct source *source)
{
	if (source != NULL)
		source->ops->close(source);
}

void source_say(struct source *source, const char *format, ...)
{
	char text[2 * SOURCE_MESSAGE_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	text_clean(source->message, sizeof(source->message), text, strlen(text));
}
