/* SPDX-License-Identifier: GPL-2.0-or-later */
/* asked - see asked.h */
#include "source/asked.h"

#include "source/child.h"

#include <errno.h>

enum { PENDING_MAX = 64 * 1024 }; /* bytes that wait for room in the pipe */

void asked_init(struct asked *asked)
{
	*asked = (struct asked){ 0 };
	buf_init(&asked->pending);
}

void asked_done(struct asked *asked)
{
	buf_done(&asked->pending);
}

/* ASKED_LASTING: it asks for something once. */
static enum asked_lasting lasting_of(enum request_kind kind)
{
	if (kind == REQUEST_INTERVAL)
		return ASKED_INTERVAL;
	if (kind == REQUEST_WATCH)
		return ASKED_WATCH;
	if (kind == REQUEST_GROUPS)
		return ASKED_GROUPS;
	if (kind == REQUEST_KEY)
		return ASKED_KEY;
	if (kind == REQUEST_BRIEF)
		return ASKED_BRIEF;
	return kind == REQUEST_MAPPINGS || kind == REQUEST_SHALLOW ? ASKED_MAPPINGS : ASKED_LASTING;
}

/* Whether REQUEST is one that lasts, which is kept. */
static bool keep_lasting(struct asked *asked, const struct request *request)
{
	enum asked_lasting which = lasting_of(request->kind);

	if (which == ASKED_LASTING)
		return false;
	asked->lasting[which] = *request;
	asked->lasting[which].number = 0; /* whoever asked has had the answer */
	asked->has[which] = request->kind != REQUEST_SHALLOW &&
			    (request->kind != REQUEST_BRIEF || request->rows > 0);
	return true;
}

bool asked_flush(struct asked *asked, struct child *child)
{
	while (child->pid != 0 && asked->pending.len > 0) {
		ssize_t count = child_write(child, asked->pending.data, asked->pending.len);

		if (count <= 0) /* full, or dead: then reading finds out */
			break;
		buf_drop(&asked->pending, (size_t)count);
	}
	return asked->pending.len > 0;
}

/* Bounded: a child that has stopped to read must not make us grow. */
int asked_send(struct asked *asked, struct child *child, const struct request *request)
{
	if (asked->pending.len > PENDING_MAX)
		return -EAGAIN;
	bool lasts = keep_lasting(asked, request);
	if (child->pid == 0) /* what lasts is asked when there is another */
		return lasts ? 0 : -EAGAIN;
	request_encode(&asked->pending, request);
	asked_flush(asked, child);
	return 0;
}

/* Requests that were asked once are dropped: their answers died with the child before. */
void asked_again(struct asked *asked, struct child *child)
{
	buf_clear(&asked->pending);
	for (int i = 0; i < ASKED_LASTING; i++)
		if (asked->has[i])
			request_encode(&asked->pending, &asked->lasting[i]);
	asked_flush(asked, child);
}

/* The distance of key frames goes along, since the request sets it, too. */
void asked_for_all(struct asked *asked, struct child *child)
{
	struct request all = { .kind = REQUEST_KEY };

	if (asked->pending.len > PENDING_MAX)
		return;
	if (asked->has[ASKED_KEY])
		all.key_s = asked->lasting[ASKED_KEY].key_s;
	request_encode(&asked->pending, &all);
	asked_flush(asked, child);
}
