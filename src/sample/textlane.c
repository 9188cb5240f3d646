/* SPDX-License-Identifier: GPL-2.0-or-later */
/* textlane - see textlane.h; reads nothing itself */
#include "sample/textlane.h"

#include "base/xalloc.h"
#include "sample/fastlane.h"
#include "sample/part.h"
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

void textlane_init(struct textlane *lane, int proc, const struct slowlane *details,
	struct outbox *outbox)
{
	*lane = (struct textlane){
		.files = reader_new(proc, READER_STUCK_MS),
		.names = reader_new_names(proc, READER_NAME_MS),
		.names_early = names_are_elsewhere(),
		.details = details,
		.outbox = outbox,
	};
	reader_start(lane->files);
	if (lane->names_early)
		reader_start(lane->names);
}

void textlane_done(struct textlane *lane)
{
	reader_free(lane->files);
	reader_free(lane->names);
	for (size_t i = 0; i < lane->nusers; i++)
		free(lane->users[i].name);
	free(lane->users);
	free(lane->tmpfs);
}

/* --- blocked processes --- */

static const struct textlane_blocked *look_blocked(const struct textlane *lane, struct ident id)
{
	for (size_t i = 0; i < lane->nblocked; i++)
		if (ident_same(lane->blocked[i].id, id))
			return &lane->blocked[i];
	return NULL;
}

static struct textlane_blocked *find_blocked(struct textlane *lane, struct ident id)
{
	for (size_t i = 0; i < lane->nblocked; i++)
		if (ident_same(lane->blocked[i].id, id))
			return &lane->blocked[i];
	return NULL;
}

static void unblock(struct textlane *lane, struct ident id)
{
	struct textlane_blocked *blocked = find_blocked(lane, id);

	if (blocked != NULL)
		*blocked = lane->blocked[--lane->nblocked];
}

/* The entry for ID, in the place of the one asked longest ago if there is no other. */
static struct textlane_blocked *make_blocked(struct textlane *lane, struct ident id,
	uint64_t now_ms)
{
	struct textlane_blocked *entry = find_blocked(lane, id);

	if (entry != NULL)
		return entry;
	entry = &lane->blocked[0];
	if (lane->nblocked < TEXTLANE_BLOCKED_MAX)
		entry = &lane->blocked[lane->nblocked++];
	else
		for (size_t i = 1; i < lane->nblocked; i++)
			if (lane->blocked[i].again_ms < entry->again_ms)
				entry = &lane->blocked[i];
	*entry = (struct textlane_blocked){ .id = id, .since_ms = now_ms };
	return entry;
}

static struct proc_slot *slot_of(const struct proctable *table, struct ident id)
{
	struct proc_slot *slot = proctable_find(table, id.pid);

	return slot != NULL && slot->start_ticks == id.start_ticks ? slot : NULL;
}

static void say_blocked(struct textlane *lane, const struct textlane_blocked *blocked,
	uint64_t now_ms)
{
	char seconds[24];

	unsigned long long since_ms = now_ms - blocked->since_ms;

	snprintf(seconds, sizeof(seconds), "%llu", since_ms / 1000 + 1);
	outbox_text(lane->outbox, blocked->id.pid, TEXT_BLOCKED, seconds);
}

/* HELD: by its memory lock, which is said; else it is asked again, and nothing is known of it. */
static void take_blocked(struct textlane *lane, const struct proctable *table, struct ident id,
	bool held, uint64_t now_ms)
{
	struct textlane_blocked *blocked;
	struct proc_slot *slot = slot_of(table, id);

	if (slot == NULL)
		return;
	blocked = make_blocked(lane, id, now_ms);
	blocked->wait_s = blocked->wait_s == 0 ? 1 : blocked->wait_s * 2;
	if (blocked->wait_s > WAIT_MAX_S)
		blocked->wait_s = WAIT_MAX_S;
	blocked->again_ms = now_ms + blocked->wait_s * 1000u;
	/* also if its command line is known and something else was asked: its answer will tell
	 * when the lock is free again */
	slot->flags &= ~(uint32_t)(SLOT_ASKED | SLOT_CMDLINE);
	if (held)
		say_blocked(lane, blocked, now_ms);
	else
		blocked->since_ms = now_ms;
}

/* --- asking --- */

static bool ask_cmdline(struct textlane *lane, struct proc_slot *slot, uint64_t now_ms)
{
	struct ident id = { slot->pid, slot->start_ticks };
	const struct textlane_blocked *blocked = find_blocked(lane, id);
	struct reader_ask ask = { .kind = READER_CMDLINE, .id = id };

	if (blocked != NULL && now_ms < blocked->again_ms)
		return true;
	if (!reader_ask(lane->files, &ask))
		return false;
	slot->flags |= SLOT_ASKED;
	return true;
}

/* Kernel threads have none; that need not be asked. */
static bool wants_cmdline(struct textlane *lane, struct proctable *table, struct proc_slot *slot)
{
	if (slot->flags & (SLOT_CMDLINE | SLOT_ASKED | SLOT_DEAD | SLOT_BORN))
		return false;
	if (!(slot->flags & SLOT_KERNEL))
		return true;
	slot->flags |= SLOT_CMDLINE;
	proctable_set_cmdline(table, slot, "");
	outbox_text(lane->outbox, slot->pid, TEXT_CMDLINE, "");
	return false;
}

static void ask_watched(struct textlane *lane, struct proctable *table, uint64_t now_ms)
{
	for (size_t i = 0; i < table->count; i++) {
		struct proc_slot *slot = &table->slots[i];

		if ((slot->flags & SLOT_WATCHED) && wants_cmdline(lane, table, slot) &&
			!ask_cmdline(lane, slot, now_ms))
			return;
	}
}

static void ask_rest(struct textlane *lane, struct proctable *table, uint64_t now_ms, size_t rest)
{
	for (size_t i = 0; i < table->count && rest > 0; i++) {
		struct proc_slot *slot = &table->slots[i];

		if ((uint32_t)slot->pid < lane->turn || !wants_cmdline(lane, table, slot))
			continue;
		if (reader_waiting(lane->files) >= READER_QUEUE / 2 ||
			!ask_cmdline(lane, slot, now_ms))
			return;
		lane->turn = (uint32_t)slot->pid + 1;
		rest--;
	}
	if (rest > 0)
		lane->turn = 0;
}

static struct textlane_user *find_user(struct textlane *lane, uint32_t uid)
{
	for (size_t i = 0; i < lane->nusers; i++)
		if (lane->users[i].uid == uid)
			return &lane->users[i];
	return NULL;
}

static void add_user(struct textlane *lane, uint32_t uid)
{
	if (lane->nusers == lane->users_cap) {
		lane->users_cap = xalloc_capacity(lane->users_cap, lane->nusers + 1);
		lane->users = xalloc_grow(lane->users, lane->users_cap, sizeof(*lane->users));
	}
	lane->users[lane->nusers++] = (struct textlane_user){ .uid = uid, .state = NAME_NEW };
}

static void note_users(struct textlane *lane, const struct proctable *table)
{
	uint32_t last = UINT32_MAX;

	for (size_t i = 0; i < table->count; i++) {
		if (table->slots[i].uid == last)
			continue;
		last = table->slots[i].uid;
		if (find_user(lane, last) == NULL)
			add_user(lane, last);
	}
}

static void ask_users(struct textlane *lane)
{
	for (size_t i = 0; i < lane->nusers; i++) {
		struct textlane_user *user = &lane->users[i];
		bool elsewhere = user->state == NAME_ELSEWHERE;
		struct reader_ask ask = {
			.kind = elsewhere ? READER_NAME : READER_PASSWD,
			.uid = user->uid,
		};

		if (user->state != NAME_NEW && !elsewhere)
			continue;
		if (elsewhere && reader_waiting(lane->names) >= NAMES_AT_ONCE)
			continue;
		if (reader_ask(elsewhere ? lane->names : lane->files, &ask))
			user->state = NAME_ASKED;
	}
}

static void ask_tmpfs(struct textlane *lane, uint64_t now_ms)
{
	const struct reader_ask ask = { .kind = READER_TMPFS };

	if (now_ms >= lane->tmpfs_ms && reader_ask(lane->files, &ask))
		lane->tmpfs_ms = now_ms + TMPFS_MS;
}

void textlane_ask(struct textlane *lane, struct proctable *table, uint64_t now_ms, size_t rest)
{
	reader_start(lane->files);
	ask_tmpfs(lane, now_ms);
	note_users(lane, table);
	ask_users(lane);
	ask_watched(lane, table, now_ms);
	ask_rest(lane, table, now_ms, rest);
}

bool textlane_pss(struct textlane *lane, struct ident id, uint32_t request)
{
	struct reader_ask ask = { .kind = READER_SMAPS, .id = id };

	if (lane->npss == TEXTLANE_PSS_MAX || !reader_ask(lane->files, &ask))
		return false;
	lane->pss[lane->npss].id = id;
	lane->pss[lane->npss++].request = request;
	return true;
}

/* --- answers --- */

static void finish_pss(struct textlane *lane, struct ident id, int error)
{
	for (size_t i = 0; i < lane->npss; i++) {
		if (!ident_same(lane->pss[i].id, id))
			continue;
		if (lane->ndone < TEXTLANE_PSS_MAX)
			lane->done[lane->ndone++] = (struct textlane_done){ lane->pss[i].request,
				error };
		lane->npss--;
		memmove(&lane->pss[i], &lane->pss[i + 1], (lane->npss - i) * sizeof(lane->pss[0]));
		return;
	}
}

static void take_smaps(struct textlane *lane, const struct proctable *table,
	const struct reader_answer *answer, uint64_t now_ms)
{
	const struct proc_slot *slot = slot_of(table, answer->ask.id);
	struct proc_detail detail;

	finish_pss(lane, answer->ask.id, answer->error);
	if (answer->error != 0 || slot == NULL)
		return;
	slowlane_kept(lane->details, slot, now_ms, &detail);
	detail.known |= DETAIL_PSS;
	detail.pss_kib = answer->figures.smaps.pss_kib;
	detail.uss_kib = answer->figures.smaps.private_kib;
	detail.swap_pss_kib = answer->figures.smaps.swap_pss_kib;
	outbox_detail(lane->outbox, &detail);
}

static void take_cmdline(struct textlane *lane, struct proctable *table,
	const struct reader_answer *answer)
{
	struct proc_slot *slot = slot_of(table, answer->ask.id);

	unblock(lane, answer->ask.id);
	/* the answer took so long that the process is another, or was asked for before its exec */
	if (slot == NULL || !(slot->flags & SLOT_ASKED))
		return;
	slot->flags &= ~(uint32_t)SLOT_ASKED;
	slot->flags |= SLOT_CMDLINE;
	if (answer->error != 0)
		return;
	proctable_set_cmdline(table, slot, answer->text);
	outbox_text(lane->outbox, slot->pid, TEXT_CMDLINE, answer->text);
}

static void take_name(struct textlane *lane, const struct reader_answer *answer)
{
	struct textlane_user *user = find_user(lane, answer->ask.uid);
	char number[16];

	if (user == NULL)
		return;
	/* where all are in files, libc would look into the same one, and ask for a cache of it */
	if (answer->error != 0 && answer->ask.kind == READER_PASSWD &&
		(lane->names_early || answer->error != ENOENT)) {
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
	outbox_user(lane->outbox, user->uid, user->name);
}

static void take_tmpfs(struct textlane *lane, const struct reader_answer *answer)
{
	if (answer->error != 0 || (lane->tmpfs != NULL && strcmp(lane->tmpfs, answer->text) == 0))
		return;
	free(lane->tmpfs);
	lane->tmpfs = xalloc_text(answer->text);
	lane->tmpfs_new = true;
}

void textlane_tmpfs(struct textlane *lane, struct part *part)
{
	if (!lane->tmpfs_new)
		return;
	lane->tmpfs_new = false;
	struct scan text = scan_over(lane->tmpfs, strlen(lane->tmpfs)), line;
	while (scan_line(&text, &line)) {
		char path[FRAME_PATH_MAX];
		uint64_t used, size;

		if (!scan_u64(&line, &used) || !scan_u64(&line, &size) ||
			!scan_prefix(&line, " ") || line.at == line.end)
			continue;
		snprintf(path, sizeof(path), "%.*s", (int)(line.end - line.at), line.at);
		const struct tmpfs_figures tmpfs = { path, used, size };
		part_tmpfs(part, &tmpfs);
	}
}

static void take_answer(struct textlane *lane, struct proctable *table,
	const struct reader_answer *answer, uint64_t now_ms)
{
	switch (answer->ask.kind) {
	case READER_CMDLINE:
		take_cmdline(lane, table, answer);
		break;
	case READER_SMAPS:
		take_smaps(lane, table, answer, now_ms);
		break;
	case READER_PASSWD:
	case READER_NAME:
		take_name(lane, answer);
		break;
	case READER_TMPFS:
		take_tmpfs(lane, answer);
		break;
	case READER_DEEP: /* deeplane's */
		break;
	}
}

static void take_stuck(struct textlane *lane, struct proctable *table,
	const struct reader_answer *answer, uint64_t now_ms)
{
	struct textlane_user *user;

	switch (answer->ask.kind) {
	case READER_SMAPS:
		finish_pss(lane, answer->ask.id, answer->error);
		take_blocked(lane, table, answer->ask.id, answer->error == ETIMEDOUT, now_ms);
		break;
	case READER_CMDLINE:
		take_blocked(lane, table, answer->ask.id, answer->error == ETIMEDOUT, now_ms);
		break;
	case READER_PASSWD:
	case READER_NAME:
		user = find_user(lane, answer->ask.uid);
		if (user != NULL)
			user->state = NAME_NONE;
		break;
	case READER_TMPFS: /* something in the way of a mount hangs: that will not pass soon */
		lane->tmpfs_ms = now_ms + TMPFS_STUCK_MS;
		break;
	case READER_DEEP: /* deeplane's */
		break;
	}
}

static void take_from(struct textlane *lane, struct reader *reader, struct proctable *table,
	uint64_t now_ms)
{
	struct reader_answer answer;

	for (;;) {
		switch (reader_next(reader, now_ms, &answer)) {
		case READER_IDLE:
			return;
		case READER_ANSWER:
			take_answer(lane, table, &answer, now_ms);
			break;
		case READER_BLOCKED:
			take_stuck(lane, table, &answer, now_ms);
			break;
		}
	}
}

void textlane_take(struct textlane *lane, struct proctable *table, uint64_t now_ms)
{
	take_from(lane, lane->files, table, now_ms);
	take_from(lane, lane->names, table, now_ms);
}

void textlane_fds(const struct textlane *lane, struct pollfd fds[TEXTLANE_FDS])
{
	fds[0] = (struct pollfd){ .fd = reader_fd(lane->files), .events = POLLIN };
	fds[1] = (struct pollfd){ .fd = reader_fd(lane->names), .events = POLLIN };
}

int textlane_timeout(const struct textlane *lane, uint64_t now_ms)
{
	int files = reader_timeout(lane->files, now_ms),
	    names = reader_timeout(lane->names, now_ms);

	if (files < 0 || (names >= 0 && names < files))
		return names;
	return files;
}

unsigned textlane_lost(struct textlane *lane)
{
	return reader_lost(lane->files) + reader_lost(lane->names);
}

bool textlane_busy(const struct textlane *lane)
{
	return reader_waiting(lane->files) > 0;
}

static bool owes_cmdline(const struct textlane *lane, const struct proc_slot *slot, uint64_t now_ms)
{
	const struct textlane_blocked *blocked;

	if (!(slot->flags & SLOT_WATCHED) || (slot->flags & (SLOT_CMDLINE | SLOT_DEAD | SLOT_BORN)))
		return false;
	blocked = look_blocked(lane, (struct ident){ slot->pid, slot->start_ticks });
	return blocked == NULL || (slot->flags & SLOT_ASKED) || now_ms >= blocked->again_ms;
}

bool textlane_owes(const struct textlane *lane, const struct proctable *table, uint64_t now_ms)
{
	for (size_t i = 0; i < lane->nusers; i++)
		if (lane->users[i].state < NAME_KNOWN)
			return true;
	for (size_t i = 0; i < table->count; i++)
		if (owes_cmdline(lane, &table->slots[i], now_ms))
			return true;
	return false;
}

bool textlane_is_reader(const struct textlane *lane, int32_t pid)
{
	return pid == reader_pid(lane->files) || pid == reader_pid(lane->names);
}

uint64_t textlane_cpu_us(const struct textlane *lane)
{
	uint64_t files = 0, names = 0;

	if (reader_pid(lane->files) != 0)
		fastlane_clock(reader_pid(lane->files), &files);
	if (reader_pid(lane->names) != 0)
		fastlane_clock(reader_pid(lane->names), &names);
	return (files + names) / 1000;
}

void textlane_repeat(struct textlane *lane, struct part *part)
{
	lane->tmpfs_new = lane->tmpfs != NULL;
	textlane_tmpfs(lane, part);
	for (size_t i = 0; i < lane->nusers; i++)
		if (lane->users[i].state == NAME_KNOWN)
			part_user(part, lane->users[i].uid, lane->users[i].name);
}
