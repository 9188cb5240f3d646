/* SPDX-License-Identifier: GPL-2.0-or-later */
/* user_names - see user_names.h; asks readers and reads no more itself than where names are */
#include "sample/user_names.h"

#include "base/xalloc.h"
#include "sample/frame_writer.h"
#include "sample/reader.h"
#include "sample/sysparse.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { NAMES_AT_ONCE = 8, TRIES_MAX = 3 };

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

void user_names_init(struct user_names *names, int proc, struct reader *files,
	struct outbox *outbox)
{
	*names = (struct user_names){
		.files = files,
		.reader = reader_new_names(proc, READER_NAME_MS),
		.elsewhere = names_are_elsewhere(),
		.outbox = outbox,
	};
	if (names->elsewhere)
		reader_start(names->reader);
}

void user_names_done(struct user_names *names)
{
	reader_free(names->reader);
	for (size_t i = 0; i < names->count; i++)
		free(names->users[i].name);
	free(names->users);
}

static struct named_user *find_user(struct user_names *names, uint32_t uid)
{
	for (size_t i = 0; i < names->count; i++)
		if (names->users[i].uid == uid)
			return &names->users[i];
	return NULL;
}

static void add_user(struct user_names *names, uint32_t uid)
{
	*XALLOC_NEXT(names->users, names->count, names->cap) = (struct named_user){ .uid = uid,
		.state = NAME_NEW };
}

/* Neighbours in the table mostly belong to one user: the list is searched only where that
 * changes. */
static void note_users(struct user_names *names, const struct slots *table)
{
	uint32_t last = UINT32_MAX;

	for (size_t i = 0; i < table->count; i++) {
		if (table->slots[i].figures.uid == last)
			continue;
		last = table->slots[i].figures.uid;
		if (find_user(names, last) == NULL)
			add_user(names, last);
	}
}

void user_names_ask(struct user_names *names, const struct slots *table)
{
	note_users(names, table);
	for (size_t i = 0; i < names->count; i++) {
		struct named_user *user = &names->users[i];
		bool elsewhere = user->state == NAME_ELSEWHERE;
		struct reader_ask ask = {
			.kind = elsewhere ? READER_NAME : READER_PASSWD,
			.uid = user->uid,
		};

		if (user->state != NAME_NEW && !elsewhere)
			continue;
		if (elsewhere && reader_waiting(names->reader) >= NAMES_AT_ONCE)
			continue;
		if (reader_ask(elsewhere ? names->reader : names->files, &ask))
			user->state = NAME_ASKED;
	}
}

void user_names_take(struct user_names *names, const struct reader_answer *answer)
{
	struct named_user *user = find_user(names, answer->ask.uid);
	char number[16];

	if (user == NULL)
		return;
	/* where all are in files, libc would look into the same one, and ask for a cache of it */
	if (answer->error != 0 && answer->ask.kind == READER_PASSWD &&
		(names->elsewhere || answer->error != ENOENT)) {
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
	outbox_user(names->outbox, user->uid, user->name);
}

void user_names_blocked(struct user_names *names, const struct reader_answer *answer)
{
	struct named_user *user = find_user(names, answer->ask.uid);
	bool elsewhere = answer->ask.kind == READER_NAME;

	if (user == NULL)
		return;
	/* a file is there when the machine has time again, a server of names may never be */
	if (++user->tries >= TRIES_MAX || (elsewhere && answer->error == ETIMEDOUT))
		user->state = NAME_NONE;
	else
		user->state = elsewhere ? NAME_ELSEWHERE : NAME_NEW;
}

bool user_names_owed(const struct user_names *names)
{
	for (size_t i = 0; i < names->count; i++)
		if (names->users[i].state < NAME_KNOWN)
			return true;
	return false;
}

void user_names_repeat(const struct user_names *names, struct frame_writer *writer)
{
	for (size_t i = 0; i < names->count; i++)
		if (names->users[i].state == NAME_KNOWN)
			frame_put_user(writer, names->users[i].uid, names->users[i].name);
}
