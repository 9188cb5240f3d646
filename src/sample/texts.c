/* SPDX-License-Identifier: GPL-2.0-or-later */
/* texts - see texts.h; reads nothing itself */
#include "sample/texts.h"

#include "base/xalloc.h"
#include "sample/usage.h"
#include "sample/frame_writer.h"
#include "sample/reader.h"
#include "sample/scan.h"
#include "sample/sysparse.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	WAIT_MAX_S = 60,
	NAMES_AT_ONCE = 8,
	TMPFS_MS = 30 * 1000,
	TMPFS_STUCK_MS = 10 * 60 * 1000,
};

/* Whether the system is told to look for users anywhere but in files. */
static bool names_are_elsewhere(void)
{
	FILE *file = fopen("/etc/nsswitch.conf", "re");
	char line[512];
	bool elsewhere = false;

	while (file != NULL && fgets(line, sizeof(line), file) != NULL)
		elsewhere |= sysparse_nss_elsewhere(line);
	if (file != NULL)
		fclose(file);
	return elsewhere;
}

void texts_init(struct texts *texts, int proc, const struct details *details, struct outbox *outbox)
{
	*texts = (struct texts){
		.files = reader_new(proc, READER_STUCK_MS),
		.names = reader_new_names(proc, READER_NAME_MS),
		.names_early = names_are_elsewhere(),
		.details = details,
		.outbox = outbox,
	};
	titles_init(&texts->titles);
	reader_start(texts->files);
	if (texts->names_early)
		reader_start(texts->names);
}

void texts_done(struct texts *texts)
{
	reader_free(texts->files);
	reader_free(texts->names);
	for (size_t i = 0; i < texts->nusers; i++)
		free(texts->users[i].name);
	free(texts->users);
	free(texts->tmpfs);
	titles_done(&texts->titles);
}

/* --- blocked processes --- */

static const struct texts_blocked *look_blocked(const struct texts *texts, struct ident id)
{
	for (size_t i = 0; i < texts->nblocked; i++)
		if (ident_same(texts->blocked[i].id, id))
			return &texts->blocked[i];
	return NULL;
}

static struct texts_blocked *find_blocked(struct texts *texts, struct ident id)
{
	for (size_t i = 0; i < texts->nblocked; i++)
		if (ident_same(texts->blocked[i].id, id))
			return &texts->blocked[i];
	return NULL;
}

static void unblock(struct texts *texts, struct ident id)
{
	struct texts_blocked *blocked = find_blocked(texts, id);

	if (blocked != NULL)
		*blocked = texts->blocked[--texts->nblocked];
}

/* The entry for ID, in the place of the one asked longest ago if there is no other. */
static struct texts_blocked *make_blocked(struct texts *texts, struct ident id, uint64_t now_ms)
{
	struct texts_blocked *entry = find_blocked(texts, id);

	if (entry != NULL)
		return entry;
	entry = &texts->blocked[0];
	if (texts->nblocked < TEXTS_BLOCKED_MAX)
		entry = &texts->blocked[texts->nblocked++];
	else
		for (size_t i = 1; i < texts->nblocked; i++)
			if (texts->blocked[i].again_ms < entry->again_ms)
				entry = &texts->blocked[i];
	*entry = (struct texts_blocked){ .id = id, .since_ms = now_ms };
	return entry;
}

static struct proc_slot *slot_of(const struct slots *table, struct ident id)
{
	struct proc_slot *slot = slots_find(table, id.pid);

	return slot != NULL && slot->start_ticks == id.start_ticks ? slot : NULL;
}

static void say_blocked(struct texts *texts, const struct texts_blocked *blocked, uint64_t now_ms)
{
	char seconds[24];

	unsigned long long since_ms = now_ms - blocked->since_ms;

	snprintf(seconds, sizeof(seconds), "%llu", since_ms / 1000 + 1);
	outbox_text(texts->outbox, blocked->id.pid, TEXT_BLOCKED, seconds);
}

/* HELD: by its memory lock, which is said; else it is asked again, and nothing is known of it. */
static void take_blocked(struct texts *texts, const struct slots *table, struct ident id, bool held,
	uint64_t now_ms)
{
	struct texts_blocked *blocked;
	struct proc_slot *slot = slot_of(table, id);

	if (slot == NULL)
		return;
	blocked = make_blocked(texts, id, now_ms);
	blocked->wait_s = blocked->wait_s == 0 ? 1 : blocked->wait_s * 2;
	if (blocked->wait_s > WAIT_MAX_S)
		blocked->wait_s = WAIT_MAX_S;
	blocked->again_ms = now_ms + blocked->wait_s * 1000u;
	/* also if its command line is known and something else was asked: its answer will tell
	 * when the lock is free again */
	slot->flags &= ~(uint32_t)(SLOT_ASKED | SLOT_CMDLINE);
	if (held)
		say_blocked(texts, blocked, now_ms);
	else
		blocked->since_ms = now_ms;
}

/* --- asking --- */

static bool ask_cmdline(struct texts *texts, struct proc_slot *slot, uint64_t now_ms)
{
	struct ident id = { slot->pid, slot->start_ticks };
	const struct texts_blocked *blocked = find_blocked(texts, id);
	struct reader_ask ask = { .kind = READER_CMDLINE, .id = id };

	if (blocked != NULL && now_ms < blocked->again_ms)
		return true;
	if (!reader_ask(texts->files, &ask))
		return false;
	slot->flags |= SLOT_ASKED;
	return true;
}

/* Kernel threads have none; that need not be asked. */
static bool wants_cmdline(struct texts *texts, struct slots *table, struct proc_slot *slot)
{
	if (slot->flags & (SLOT_CMDLINE | SLOT_ASKED | SLOT_DEAD | SLOT_BORN))
		return false;
	if (!(slot->flags & SLOT_KERNEL))
		return true;
	slot->flags |= SLOT_CMDLINE;
	slots_set_cmdline(table, slot, "");
	outbox_text(texts->outbox, slot->pid, TEXT_CMDLINE, "");
	return false;
}

static void ask_watched(struct texts *texts, struct slots *table, uint64_t now_ms)
{
	for (size_t i = 0; i < table->count; i++) {
		struct proc_slot *slot = &table->slots[i];

		if ((slot->flags & SLOT_WATCHED) && wants_cmdline(texts, table, slot) &&
			!ask_cmdline(texts, slot, now_ms))
			return;
	}
}

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

static struct texts_user *find_user(struct texts *texts, uint32_t uid)
{
	for (size_t i = 0; i < texts->nusers; i++)
		if (texts->users[i].uid == uid)
			return &texts->users[i];
	return NULL;
}

static void add_user(struct texts *texts, uint32_t uid)
{
	texts->users = xalloc_room(texts->users, &texts->users_cap, texts->nusers + 1,
		sizeof(*texts->users));
	texts->users[texts->nusers++] = (struct texts_user){ .uid = uid, .state = NAME_NEW };
}

static void note_users(struct texts *texts, const struct slots *table)
{
	uint32_t last = UINT32_MAX;

	for (size_t i = 0; i < table->count; i++) {
		if (table->slots[i].figures.uid == last)
			continue;
		last = table->slots[i].figures.uid;
		if (find_user(texts, last) == NULL)
			add_user(texts, last);
	}
}

static void ask_users(struct texts *texts)
{
	for (size_t i = 0; i < texts->nusers; i++) {
		struct texts_user *user = &texts->users[i];
		bool elsewhere = user->state == NAME_ELSEWHERE;
		struct reader_ask ask = {
			.kind = elsewhere ? READER_NAME : READER_PASSWD,
			.uid = user->uid,
		};

		if (user->state != NAME_NEW && !elsewhere)
			continue;
		if (elsewhere && reader_waiting(texts->names) >= NAMES_AT_ONCE)
			continue;
		if (reader_ask(elsewhere ? texts->names : texts->files, &ask))
			user->state = NAME_ASKED;
	}
}

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
	note_users(texts, table);
	ask_users(texts);
	ask_watched(texts, table, now_ms);
	ask_rest(texts, table, now_ms, rest);
}

void texts_titles(struct texts *texts, const struct cgfs *cgfs, const struct slots *table,
	uint64_t now_ms)
{
	titles_ask(&texts->titles, cgfs, table, texts->files, now_ms);
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

	unblock(texts, answer->ask.id);
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

static void take_name(struct texts *texts, const struct reader_answer *answer)
{
	struct texts_user *user = find_user(texts, answer->ask.uid);
	char number[16];

	if (user == NULL)
		return;
	/* where all are in files, libc would look into the same one, and ask for a cache of it */
	if (answer->error != 0 && answer->ask.kind == READER_PASSWD &&
		(texts->names_early || answer->error != ENOENT)) {
		user->state = NAME_ELSEWHERE;
		return;
	}
	if (answer->error != 0 && answer->error != ENOENT) {
		user->state = NAME_NONE;
		return;
	}
	/* a user whom nobody names goes by the number: that is known, too */
	snprintf(number, sizeof(number), "%u", (unsigned)user->uid);
	user->state = NAME_KNOWN;
	free(user->name);
	user->name = xalloc_text(answer->error == 0 ? answer->text : number);
	outbox_user(texts->outbox, user->uid, user->name);
}

static void take_tmpfs(struct texts *texts, const struct reader_answer *answer)
{
	if (answer->error != 0 || (texts->tmpfs != NULL && strcmp(texts->tmpfs, answer->text) == 0))
		return;
	free(texts->tmpfs);
	texts->tmpfs = xalloc_text(answer->text);
	texts->tmpfs_new = true;
}

void texts_tmpfs(struct texts *texts, struct frame_writer *writer)
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

void texts_say(struct texts *texts, struct frame_writer *writer)
{
	titles_say(&texts->titles, false, writer);
	texts_tmpfs(texts, writer);
}

static void take_answer(struct texts *texts, struct slots *table,
	const struct reader_answer *answer, uint64_t now_ms)
{
	switch (answer->ask.kind) {
	case READER_CMDLINE:
		take_cmdline(texts, table, answer);
		break;
	case READER_SMAPS:
		take_smaps(texts, table, answer, now_ms);
		break;
	case READER_PASSWD:
	case READER_NAME:
		take_name(texts, answer);
		break;
	case READER_TMPFS:
		take_tmpfs(texts, answer);
		break;
	case READER_TITLE:
		titles_take(&texts->titles, answer, false, now_ms);
		break;
	case READER_MAPPINGS: /* of mappings.c */
		break;
	}
}

static void take_stuck(struct texts *texts, struct slots *table, const struct reader_answer *answer,
	uint64_t now_ms)
{
	struct texts_user *user;

	switch (answer->ask.kind) {
	case READER_SMAPS:
		finish_pss(texts, answer->ask.id, answer->error);
		take_blocked(texts, table, answer->ask.id, answer->error == ETIMEDOUT, now_ms);
		break;
	case READER_CMDLINE:
		take_blocked(texts, table, answer->ask.id, answer->error == ETIMEDOUT, now_ms);
		break;
	case READER_PASSWD:
	case READER_NAME:
		user = find_user(texts, answer->ask.uid);
		if (user != NULL)
			user->state = NAME_NONE;
		break;
	case READER_TMPFS: /* something in the way of a mount hangs: that will not pass soon */
		texts->tmpfs_ms = now_ms + TMPFS_STUCK_MS;
		break;
	case READER_TITLE:
		titles_take(&texts->titles, answer, true, now_ms);
		break;
	case READER_MAPPINGS: /* of mappings.c */
		break;
	}
}

static void take_from(struct texts *texts, struct reader *reader, struct slots *table,
	uint64_t now_ms)
{
	struct reader_answer answer;

	for (;;) {
		switch (reader_next(reader, now_ms, &answer)) {
		case READER_IDLE:
			return;
		case READER_ANSWER:
			take_answer(texts, table, &answer, now_ms);
			break;
		case READER_BLOCKED:
			take_stuck(texts, table, &answer, now_ms);
			break;
		}
	}
}

void texts_take(struct texts *texts, struct slots *table, uint64_t now_ms)
{
	take_from(texts, texts->files, table, now_ms);
	take_from(texts, texts->names, table, now_ms);
}

void texts_fds(const struct texts *texts, struct pollfd fds[TEXTS_FDS])
{
	fds[0] = (struct pollfd){ .fd = reader_fd(texts->files), .events = POLLIN };
	fds[1] = (struct pollfd){ .fd = reader_fd(texts->names), .events = POLLIN };
}

int texts_timeout(const struct texts *texts, uint64_t now_ms)
{
	int files = reader_timeout(texts->files, now_ms),
	    names = reader_timeout(texts->names, now_ms);

	if (files < 0 || (names >= 0 && names < files))
		return names;
	return files;
}

unsigned texts_lost(struct texts *texts)
{
	return reader_lost(texts->files) + reader_lost(texts->names);
}

bool texts_busy(const struct texts *texts)
{
	return reader_waiting(texts->files) > 0;
}

static bool owes_cmdline(const struct texts *texts, const struct proc_slot *slot, uint64_t now_ms)
{
	const struct texts_blocked *blocked;

	if (!(slot->flags & SLOT_WATCHED) || (slot->flags & (SLOT_CMDLINE | SLOT_DEAD | SLOT_BORN)))
		return false;
	blocked = look_blocked(texts, (struct ident){ slot->pid, slot->start_ticks });
	return blocked == NULL || (slot->flags & SLOT_ASKED) || now_ms >= blocked->again_ms;
}

bool texts_owes(const struct texts *texts, const struct slots *table, uint64_t now_ms)
{
	for (size_t i = 0; i < texts->nusers; i++)
		if (texts->users[i].state < NAME_KNOWN)
			return true;
	for (size_t i = 0; i < table->count; i++)
		if (owes_cmdline(texts, &table->slots[i], now_ms))
			return true;
	return titles_owes(&texts->titles);
}

bool texts_is_reader(const struct texts *texts, int32_t pid)
{
	return pid == reader_pid(texts->files) || pid == reader_pid(texts->names);
}

uint64_t texts_cpu_us(const struct texts *texts)
{
	uint64_t files = 0, names = 0;

	if (reader_pid(texts->files) != 0)
		usage_clock(reader_pid(texts->files), &files);
	if (reader_pid(texts->names) != 0)
		usage_clock(reader_pid(texts->names), &names);
	return (files + names) / 1000;
}

void texts_repeat(struct texts *texts, struct frame_writer *writer)
{
	titles_say(&texts->titles, true, writer);
	texts->tmpfs_new = texts->tmpfs != NULL;
	texts_tmpfs(texts, writer);
	for (size_t i = 0; i < texts->nusers; i++)
		if (texts->users[i].state == NAME_KNOWN)
			frame_put_user(writer, texts->users[i].uid, texts->users[i].name);
}
