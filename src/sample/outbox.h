/* SPDX-License-Identifier: GPL-2.0-or-later */
/* outbox - details and texts found, waiting for the next frame
 *
 * They are found in order of urgency and as the reader answers; frames want them by pid.
 */
#pragma once

#include "frame/frame.h"

struct frame_writer;

struct outbox {
	struct frame *waiting; /* its details, texts and users, in the order they were found */
};

/* An empty outbox.  Done frees what it holds. */
void outbox_init(struct outbox *outbox);
void outbox_done(struct outbox *outbox);

/* Adds what is to be sent with the next frame; texts are copied. */
void outbox_detail(struct outbox *outbox, const struct proc_detail *detail);
void outbox_text(struct outbox *outbox, int32_t pid, enum text_kind kind, const char *text);
void outbox_user(struct outbox *outbox, uint32_t uid, const char *name);

/* Whether something waits. */
bool outbox_holds(const struct outbox *outbox);

/* Forgets what is about PID: it ended. */
void outbox_forget(struct outbox *outbox, int32_t pid);

/* Moves everything into WRITER, by pid.  Of two texts of a kind, or two details of a process, the
 * later counts; PSS is kept from the earlier when only it has that. */
void outbox_empty(struct outbox *outbox, struct frame_writer *writer);
