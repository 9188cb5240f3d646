/* SPDX-License-Identifier: GPL-2.0-or-later */
/* texts - see texts.h; reads nothing itself */
#include "sample/texts.h"

#include "base/xalloc.h"
#include "sample/usage.h"
#include "sample/frame_writer.h"
#include "sample/reader.h"
#include "sample/scan.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	/* statfs(2) of a mount whose server is gone blocks, so it is asked seldom */
	TMPFS_MS = 30 * 1000,
	TMPFS_STUCK_MS = 10 * 60 * 1000,
};

void texts_init(struct texts *texts, int proc, const struct details *details, struct outbox *outbox)
{
	*texts = (struct texts){
		.files = reader_new(proc, READER_STUCK_MS),
		.details = details,
		.outbox = outbox,
	};
	titles_init(&texts->titles);
	reader_start(texts->files);
	user_names_init(&texts->users, proc, texts->files, outbox);
}

void texts_done(struct texts *texts)
{
	user_names_done(&texts->users);
	reader_free(texts->files);
	free(texts->tmpfs);
	titles_done(&texts->titles);
	mounts_done(&texts->mounts);
}

/* --- blocked processes --- */

/* NULL: it has ended, or its pid is another's by now. */
static struct proc_slot *slot_of(const struct slots *table, struct ident id)
{
	struct proc_slot *slot = slots_find(table, id.pid);

	return slot != NULL && slot->start_ticks == id.start_ticks ? slot : NULL;
}

/* Whole seconds, and one more: "held for 0 s" would say that nothing is wrong. */
static void say_blocked(struct texts *texts, int32_t pid, uint64_t held_ms)
{
	char seconds[24];

	snprintf(seconds, sizeof(seconds), "%llu", (unsigned long long)held_ms / 1000 + 1);
	outbox_text(texts->outbox, pid, TEXT_BLOCKED, seconds);
}

/* HELD: by its memory lock, which is said; else it is asked again, and nothing is known of it. */
static void take_blocked(struct texts *texts, const struct slots *table, struct ident id, bool held,
	uint64_t now_ms)
{
	struct proc_slot *slot = slot_of(table, id);

	if (slot == NULL)
		return;
	uint64_t held_ms = locked_note(&texts->locked, id, held, now_ms);
	/* also if its command line is known and something else was asked: its answer will tell
	 * when the lock is free again */
	slot->flags &= ~(uint32_t)(SLOT_ASKED | SLOT_CMDLINE);
	if (held)
		say_blocked(texts, id.pid, held_ms);
}

/* --- asking --- */

/* False: the reader has no room, so that asking for others makes no sense. One whose memory lock
 * is held is let be until its time has come, which is no reason to stop. */
static bool ask_cmdline(struct texts *texts, struct proc_slot *slot, uint64_t now_ms)
{
	struct ident id = { slot->pid, slot->start_ticks };
	struct reader_ask ask = { .kind = READER_CMDLINE, .id = id };

	if (!locked_may_ask(&texts->locked, id, now_ms))
		return true;
	if (!reader_ask(texts->files, &ask))
		return false;
	slot->flags |= SLOT_ASKED;
	return true;
}

static bool lacks_cmdline(const struct proc_slot *slot)
{
	return !(slot->flags & (SLOT_CMDLINE | SLOT_ASKED | SLOT_DEAD | SLOT_BORN));
}

/* Kernel threads have none; that need not be asked. */
static bool wants_cmdline(struct texts *texts, struct slots *table, struct proc_slot *slot)
{
	if (!lacks_cmdline(slot))
		return false;
	if (!(slot->flags & SLOT_KERNEL))
		return true;
	slot->flags |= SLOT_CMDLINE;
	slots_set_cmdline(table, slot, "");
	outbox_text(texts->outbox, slot->pid, TEXT_CMDLINE, "");
	return false;
}

/* Processes on the screen come first, whoever waits.  Whether there may be others to ask. */
static bool ask_watched(struct texts *texts, struct slots *table, uint64_t now_ms)
{
	bool others = false;

	for (size_t i = 0; i < table->count; i++) {
		struct proc_slot *slot = &table->slots[i];

		if (!(slot->flags & SLOT_WATCHED))
			others |= lacks_cmdline(slot);
		else if (wants_cmdline(texts, table, slot) && !ask_cmdline(texts, slot, now_ms))
			return true;
	}
	return others;
}

/* In turns by pid, so that all are read in the end, with half of the queue left free for those who
 * come onto the screen meanwhile. */
static void ask_rest(struct texts *texts, struct slots *table, uint64_t now_ms, size_t rest)
{
	for (size_t i = 0; i < table->count && rest > 0; i++) {
		struct proc_slot *slot = &table->slots[i];

		if ((uint32_t)slot->pid < texts->turn || !wants_cmdline(texts, table, slot))
			continue;
		if (reader_waiting(texts->files) >= READER_QUEUE / 2 ||
			!ask_cmdline(texts, slot, now_ms))
			return;
		texts->turn = (uint32_t)slot->pid + 1;
		rest--;
	}
	if (rest > 0)
		texts->turn = 0;
}

/* Seldom: what a mount holds is asked of the file system, which may hang. */
static void ask_tmpfs(struct texts *texts, uint64_t now_ms)
{
	const struct reader_ask ask = { .kind = READER_TMPFS };

	if (now_ms >= texts->tmpfs_ms && reader_ask(texts->files, &ask))
		texts->tmpfs_ms = now_ms + TMPFS_MS;
}

void texts_ask(struct texts *texts, struct slots *table, uint64_t now_ms, size_t rest)
{
	reader_start(texts->files);
	ask_tmpfs(texts, now_ms);
	user_names_ask(&texts->users, table);
	if (ask_watched(texts, table, now_ms))
		ask_rest(texts, table, now_ms, rest);
	else
		texts->turn = 0;
}

void texts_titles(struct texts *texts, const struct cgfs *cgfs, const struct slots *table,
	uint64_t now_ms)
{
	titles_ask(&texts->titles, cgfs, table, texts->files, now_ms);
	mounts_ask(&texts->mounts, cgfs, table, texts->files, now_ms);
}

bool texts_pss(struct texts *texts, struct ident id, uint32_t request)
{
	struct reader_ask ask = { .kind = READER_SMAPS, .id = id };

	if (texts->npss == TEXTS_PSS_MAX || !reader_ask(texts->files, &ask))
		return false;
	texts->pss[texts->npss].id = id;
	texts->pss[texts->npss++].request = request;
	return true;
}

/* --- answers --- */

/* The first that waits for it: who asked twice gets two answers, in order. */
static void finish_pss(struct texts *texts, struct ident id, int error)
{
	for (size_t i = 0; i < texts->npss; i++) {
		if (!ident_same(texts->pss[i].id, id))
			continue;
		if (texts->ndone < TEXTS_PSS_MAX)
			texts->done[texts->ndone++] = (struct texts_done){ texts->pss[i].request,
				error };
		texts->npss--;
		memmove(&texts->pss[i], &texts->pss[i + 1],
			(texts->npss - i) * sizeof(texts->pss[0]));
		return;
	}
}

/* PSS goes out with all that is kept of the process, since a detail replaces the one before. */
static void take_smaps(struct texts *texts, const struct slots *table,
	const struct reader_answer *answer, uint64_t now_ms)
{
	const struct proc_slot *slot = slot_of(table, answer->ask.id);
	struct proc_detail detail;

	finish_pss(texts, answer->ask.id, answer->error);
	if (answer->error != 0 || slot == NULL)
		return;
	details_kept(texts->details, slot, now_ms, &detail);
	detail.figures.known |= DETAIL_PSS;
	detail.rare.pss_kib = answer->figures.smaps.pss_kib;
	detail.rare.uss_kib = answer->figures.smaps.private_kib;
	detail.rare.swap_pss_kib = answer->figures.smaps.swap_pss_kib;
	outbox_detail(texts->outbox, &detail);
}

static void take_cmdline(struct texts *texts, struct slots *table,
	const struct reader_answer *answer)
{
	struct proc_slot *slot = slot_of(table, answer->ask.id);

	locked_forget(&texts->locked, answer->ask.id);
	/* the answer took so long that the process is another, or was asked for before its exec */
	if (slot == NULL || !(slot->flags & SLOT_ASKED))
		return;
	slot->flags &= ~(uint32_t)SLOT_ASKED;
	slot->flags |= SLOT_CMDLINE;
	if (answer->error != 0)
		return;
	slots_set_cmdline(table, slot, answer->text);
	outbox_text(texts->outbox, slot->pid, TEXT_CMDLINE, answer->text);
}

/* Only what differs crosses the line. */
static void take_tmpfs(struct texts *texts, const struct reader_answer *answer)
{
	if (answer->error != 0 || (texts->tmpfs != NULL && strcmp(texts->tmpfs, answer->text) == 0))
		return;
	free(texts->tmpfs);
	texts->tmpfs = xalloc_text(answer->text);
	texts->tmpfs_new = true;
}

/* A line of it: bytes used, bytes in all, the path, which may have spaces. */
static void texts_tmpfs(struct texts *texts, struct frame_writer *writer)
{
	if (!texts->tmpfs_new)
		return;
	texts->tmpfs_new = false;
	struct scan text = scan_over(texts->tmpfs, strlen(texts->tmpfs)), line;
	while (scan_line(&text, &line)) {
		char path[FRAME_PATH_MAX];
		uint64_t used, size;

		if (!scan_u64(&line, &used) || !scan_u64(&line, &size) ||
			!scan_prefix(&line, " ") || line.at == line.end)
			continue;
		snprintf(path, sizeof(path), "%.*s", (int)(line.end - line.at), line.at);
		const struct tmpfs_figures tmpfs = { path, used, size };
		frame_put_tmpfs(writer, &tmpfs);
	}
}

void texts_say(struct texts *texts, const struct cgfs *cgfs, struct frame_writer *writer)
{
	titles_say(&texts->titles, cgfs, false, writer);
	mounts_say(&texts->mounts, false, writer);
	texts_tmpfs(texts, writer);
}

/* STUCK: the reader got no answer in time and was replaced.  What it was asked is settled here,
 * each kind in its way, so that nothing waits for it for ever. */
static void take_answer(struct texts *texts, struct slots *table,
	const struct reader_answer *answer, bool stuck, uint64_t now_ms)
{
	switch (answer->ask.kind) {
	case READER_CMDLINE:
		if (!stuck)
			take_cmdline(texts, table, answer);
		break;
	case READER_SMAPS:
		if (stuck)
			finish_pss(texts, answer->ask.id, answer->error);
		else
			take_smaps(texts, table, answer, now_ms);
		break;
	case READER_PASSWD:
	case READER_NAME:
		if (stuck)
			user_names_blocked(&texts->users, answer);
		else
			user_names_take(&texts->users, answer);
		break;
	case READER_TMPFS: /* something in the way of a mount hangs: that will not pass soon */
		if (stuck)
			texts->tmpfs_ms = now_ms + TMPFS_STUCK_MS;
		else
			take_tmpfs(texts, answer);
		break;
	case READER_TITLE:
		titles_take(&texts->titles, answer, stuck, now_ms);
		break;
	case READER_MOUNTS:
		mounts_take(&texts->mounts, answer, stuck, now_ms);
		break;
	case READER_MAPPINGS: /* of mappings.c */
		break;
	}
	if (stuck && (answer->ask.kind == READER_CMDLINE || answer->ask.kind == READER_SMAPS))
		take_blocked(texts, table, answer->ask.id, answer->error == ETIMEDOUT, now_ms);
}

/* All that has come: the pipe is the reader's only place to leave it, and a full one would stop
 * it. */
static void take_from(struct texts *texts, struct reader *reader, struct slots *table,
	uint64_t now_ms)
{
	enum reader_event event;
	struct reader_answer answer;

	while ((event = reader_next(reader, now_ms, &answer)) != READER_IDLE)
		take_answer(texts, table, &answer, event == READER_BLOCKED, now_ms);
}

void texts_take(struct texts *texts, struct slots *table, uint64_t now_ms)
{
	take_from(texts, texts->files, table, now_ms);
	take_from(texts, texts->users.reader, table, now_ms);
}

void texts_fds(const struct texts *texts, struct pollfd fds[TEXTS_FDS])
{
	fds[0] = (struct pollfd){ .fd = reader_fd(texts->files), .events = POLLIN };
	fds[1] = (struct pollfd){ .fd = reader_fd(texts->users.reader), .events = POLLIN };
}

int texts_timeout(const struct texts *texts, uint64_t now_ms)
{
	int files = reader_timeout(texts->files, now_ms),
	    names = reader_timeout(texts->users.reader, now_ms);

	if (files < 0 || (names >= 0 && names < files))
		return names;
	return files;
}

unsigned texts_lost(struct texts *texts)
{
	return reader_lost(texts->files) + reader_lost(texts->users.reader);
}

bool texts_busy(const struct texts *texts)
{
	return reader_waiting(texts->files) > 0;
}

static bool owes_cmdline(const struct texts *texts, const struct proc_slot *slot, uint64_t now_ms)
{
	struct ident id = { slot->pid, slot->start_ticks };

	if (!(slot->flags & SLOT_WATCHED) || (slot->flags & (SLOT_CMDLINE | SLOT_DEAD | SLOT_BORN)))
		return false;
	return (slot->flags & SLOT_ASKED) || locked_may_ask(&texts->locked, id, now_ms);
}

bool texts_owes(const struct texts *texts, const struct slots *table, uint64_t now_ms)
{
	if (user_names_owed(&texts->users))
		return true;
	for (size_t i = 0; i < table->count; i++)
		if (owes_cmdline(texts, &table->slots[i], now_ms))
			return true;
	return titles_owes(&texts->titles);
}

bool texts_is_reader(const struct texts *texts, int32_t pid)
{
	return pid == reader_pid(texts->files) || pid == reader_pid(texts->users.reader);
}

uint64_t texts_cpu_us(const struct texts *texts)
{
	uint64_t files = 0, names = 0;

	if (reader_pid(texts->files) != 0)
		usage_clock(reader_pid(texts->files), &files);
	if (reader_pid(texts->users.reader) != 0)
		usage_clock(reader_pid(texts->users.reader), &names);
	return (files + names) / 1000;
}

void texts_repeat(struct texts *texts, const struct cgfs *cgfs, struct frame_writer *writer)
{
	titles_say(&texts->titles, cgfs, true, writer);
	mounts_say(&texts->mounts, true, writer);
	texts->tmpfs_new = texts->tmpfs != NULL;
	texts_tmpfs(texts, writer);
	user_names_repeat(&texts->users, writer);
}
