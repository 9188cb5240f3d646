/* SPDX-License-Identifier: GPL-2.0-or-later */
/* outbox - see outbox.h */
#include "sample/outbox.h"

#include "sample/frame_writer.h"

void outbox_init(struct outbox *outbox)
{
	outbox->waiting = frame_new();
}

void outbox_done(struct outbox *outbox)
{
	frame_free(outbox->waiting);
}

void outbox_detail(struct outbox *outbox, const struct proc_detail *detail)
{
	frame_append(outbox->waiting, WIRE_DETAILS, detail);
}

void outbox_text(struct outbox *outbox, int32_t pid, enum text_kind kind, const char *text)
{
	frame_append(outbox->waiting, WIRE_TEXTS, &(struct proc_text){ pid, kind, text });
}

void outbox_user(struct outbox *outbox, uint32_t uid, const char *name)
{
	frame_append(outbox->waiting, WIRE_USERS, &(struct user_name){ uid, name });
}

bool outbox_holds(const struct outbox *outbox)
{
	const struct frame *waiting = outbox->waiting;

	return waiting->ndetails + waiting->ntexts + waiting->nusers > 0;
}

/* In place, in order; texts stay in the arena until the next frame takes the rest. */
void outbox_forget(struct outbox *outbox, int32_t pid)
{
	struct frame *waiting = outbox->waiting;
	size_t kept = 0;

	for (size_t i = 0; i < waiting->ndetails; i++)
		if (waiting->details[i].pid != pid)
			waiting->details[kept++] = waiting->details[i];
	waiting->ndetails = kept;
	kept = 0;
	for (size_t i = 0; i < waiting->ntexts; i++)
		if (waiting->texts[i].pid != pid)
			waiting->texts[kept++] = waiting->texts[i];
	waiting->ntexts = kept;
}

/* Insertion sort: equals must keep their order, and the lists are short runs that ascend
 * already. */
static void sort_details(struct proc_detail *details, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		struct proc_detail one = details[i];
		size_t at = i;

		for (; at > 0 && details[at - 1].pid > one.pid; at--)
			details[at] = details[at - 1];
		details[at] = one;
	}
}

static bool text_after(const struct proc_text *a, const struct proc_text *b)
{
	return a->pid != b->pid ? a->pid > b->pid : a->kind > b->kind;
}

/* Few and mostly in order already; stable, so that the last of two texts of one kind stays last. */
static void sort_texts(struct proc_text *texts, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		struct proc_text one = texts[i];
		size_t at = i;

		for (; at > 0 && text_after(&texts[at - 1], &one); at--)
			texts[at] = texts[at - 1];
		texts[at] = one;
	}
}

/* Makes LATER say what both say of one process: the later look, and PSS from whichever had it. */
static void join_details(struct proc_detail *later, const struct proc_detail *earlier)
{
	const struct proc_detail *look = later->figures.known == DETAIL_PSS ? earlier : later;
	const struct proc_detail *pss = later->figures.known & DETAIL_PSS ? later : earlier;
	struct proc_detail both = *look;

	both.figures.known |= pss->figures.known & DETAIL_PSS;
	both.rare.pss_kib = pss->rare.pss_kib;
	both.rare.uss_kib = pss->rare.uss_kib;
	both.rare.swap_pss_kib = pss->rare.swap_pss_kib;
	*later = both;
}

void outbox_empty(struct outbox *outbox, struct frame_writer *writer)
{
	struct frame *waiting = outbox->waiting;
	struct proc_detail *details = waiting->details;
	struct proc_text *texts = waiting->texts;

	sort_details(details, waiting->ndetails);
	for (size_t i = 0; i < waiting->ndetails; i++) {
		if (i + 1 < waiting->ndetails && details[i + 1].pid == details[i].pid)
			join_details(&details[i + 1], &details[i]);
		else
			frame_put_detail(writer, &details[i]);
	}
	sort_texts(texts, waiting->ntexts);
	for (size_t i = 0; i < waiting->ntexts; i++)
		if (i + 1 == waiting->ntexts || texts[i + 1].pid != texts[i].pid ||
			texts[i + 1].kind != texts[i].kind)
			frame_writer_put(writer, WIRE_TEXTS, &texts[i]);
	for (size_t i = 0; i < waiting->nusers; i++)
		frame_writer_put(writer, WIRE_USERS, &waiting->users[i]);
	frame_reset(waiting);
}
