/* SPDX-License-Identifier: GPL-2.0-or-later */
/* outbox - see outbox.h */
#include "sample/outbox.h"

#include "base/xalloc.h"
#include "sample/frame_writer.h"

#include <stdlib.h>

void outbox_init(struct outbox *outbox)
{
	*outbox = (struct outbox){ 0 };
}

static void drop_texts(struct outbox *outbox)
{
	for (size_t i = 0; i < outbox->ntexts; i++)
		free(outbox->texts[i].text);
	for (size_t i = 0; i < outbox->nusers; i++)
		free((void *)(uintptr_t)outbox->users[i].name);
	outbox->ntexts = 0;
	outbox->nusers = 0;
}

void outbox_done(struct outbox *outbox)
{
	drop_texts(outbox);
	free(outbox->details);
	free(outbox->texts);
	free(outbox->users);
}

void outbox_detail(struct outbox *outbox, const struct proc_detail *detail)
{
	outbox->details = xalloc_room(outbox->details, &outbox->details_cap, outbox->ndetails + 1,
		sizeof(*outbox->details));
	outbox->details[outbox->ndetails++] = *detail;
}

void outbox_text(struct outbox *outbox, int32_t pid, enum text_kind kind, const char *text)
{
	outbox->texts = xalloc_room(outbox->texts, &outbox->texts_cap, outbox->ntexts + 1,
		sizeof(*outbox->texts));
	outbox->texts[outbox->ntexts++] = (struct outbox_text){ pid, kind, xalloc_text(text) };
}

void outbox_user(struct outbox *outbox, uint32_t uid, const char *name)
{
	outbox->users = xalloc_room(outbox->users, &outbox->users_cap, outbox->nusers + 1,
		sizeof(*outbox->users));
	outbox->users[outbox->nusers++] = (struct user_name){ uid, xalloc_text(name) };
}

bool outbox_holds(const struct outbox *outbox)
{
	return outbox->ndetails + outbox->ntexts + outbox->nusers > 0;
}

void outbox_forget(struct outbox *outbox, int32_t pid)
{
	size_t kept = 0;

	for (size_t i = 0; i < outbox->ndetails; i++)
		if (outbox->details[i].pid != pid)
			outbox->details[kept++] = outbox->details[i];
	outbox->ndetails = kept;
	kept = 0;
	for (size_t i = 0; i < outbox->ntexts; i++) {
		if (outbox->texts[i].pid == pid)
			free(outbox->texts[i].text);
		else
			outbox->texts[kept++] = outbox->texts[i];
	}
	outbox->ntexts = kept;
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

static bool text_after(const struct outbox_text *a, const struct outbox_text *b)
{
	return a->pid != b->pid ? a->pid > b->pid : a->kind > b->kind;
}

static void sort_texts(struct outbox_text *texts, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		struct outbox_text one = texts[i];
		size_t at = i;

		for (; at > 0 && text_after(&texts[at - 1], &one); at--)
			texts[at] = texts[at - 1];
		texts[at] = one;
	}
}

/* Makes LATER say what both say of one process: the later look, and PSS from whichever had it. */
static void join(struct proc_detail *later, const struct proc_detail *earlier)
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
	struct proc_detail *details = outbox->details;
	struct outbox_text *texts = outbox->texts;

	sort_details(details, outbox->ndetails);
	for (size_t i = 0; i < outbox->ndetails; i++) {
		if (i + 1 < outbox->ndetails && details[i + 1].pid == details[i].pid)
			join(&details[i + 1], &details[i]);
		else
			frame_put_detail(writer, &details[i]);
	}
	outbox->ndetails = 0;
	sort_texts(texts, outbox->ntexts);
	for (size_t i = 0; i < outbox->ntexts; i++)
		if (i + 1 == outbox->ntexts || texts[i + 1].pid != texts[i].pid ||
			texts[i + 1].kind != texts[i].kind)
			frame_put_text(writer, texts[i].pid, texts[i].kind, texts[i].text);
	for (size_t i = 0; i < outbox->nusers; i++)
		frame_put_user(writer, outbox->users[i].uid, outbox->users[i].name);
	drop_texts(outbox);
}
