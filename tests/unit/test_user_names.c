/* SPDX-License-Identifier: GPL-2.0-or-later */
/* user_names: what becomes of a name when its reader gets no further */
#include "sample/user_names.h"

#include "sample/reader.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>
#include <cmocka.h>

struct world {
	int proc;
	struct reader *files; /* no child: nobody takes from its pipe */
	struct outbox outbox;
	struct user_names names;
	struct slots table;
};

static void begin(struct world *world)
{
	struct proc_slot slot = { .pid = 12, .fd = -1 };

	*world = (struct world){ .proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC) };
	slot.figures.uid = 7;
	world->files = reader_new(world->proc, 1000);
	outbox_init(&world->outbox);
	slots_init(&world->table);
	slots_merge(&world->table, &slot, 1);
	user_names_init(&world->names, world->proc, world->files, &world->outbox);
	user_names_ask(&world->names, &world->table);
	assert_true(user_names_owed(&world->names));
}

static void end(struct world *world)
{
	user_names_done(&world->names);
	slots_done(&world->table);
	outbox_done(&world->outbox);
	reader_free(world->files);
	close(world->proc);
}

static struct reader_answer blocked(enum reader_kind kind, int error)
{
	return (struct reader_answer){ .ask = { .kind = kind, .uid = 7 }, .error = error };
}

/* What is in a file comes when the machine has time again. */
static void a_file_is_asked_again(void **state)
{
	struct world world;
	struct reader_answer answer = blocked(READER_PASSWD, ETIMEDOUT);

	(void)state;
	begin(&world);
	for (int i = 0; i < 2; i++) {
		size_t asked = reader_waiting(world.files);

		user_names_blocked(&world.names, &answer);
		assert_true(user_names_owed(&world.names));
		user_names_ask(&world.names, &world.table);
		assert_int_equal(reader_waiting(world.files), asked + 1);
	}
	user_names_blocked(&world.names, &answer);
	assert_false(user_names_owed(&world.names));
	end(&world);
}

static void who_does_not_answer_is_not_asked_again(void **state)
{
	struct world world;
	struct reader_answer answer = blocked(READER_NAME, EBUSY);

	(void)state;
	begin(&world);
	user_names_blocked(&world.names, &answer);
	assert_true(user_names_owed(&world.names));
	answer.error = ETIMEDOUT;
	user_names_blocked(&world.names, &answer);
	assert_false(user_names_owed(&world.names));
	end(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_is_asked_again),
		cmocka_unit_test(who_does_not_answer_is_not_asked_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
