/* SPDX-License-Identifier: GPL-2.0-or-later */
/* follow - see follow.h; when to look, and whose the growth is */
#include "inspect/follow.h"

#include "base/clock.h"
#include "base/xalloc.h"
#include "inspect/follow_priv.h"
#include "inspect/permit.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum {
	LOOK_LEAST_US = 1000, /* between looks while it grows fast */
	LOOK_MOST_US = 1500,  /* while it does not, and ... */
	LOOK_REST_US = 10000, /* ... when it has not for REST_US */
	REST_US = 5000000,
	FAST_BYTES = 256 << 10, /* in a look: the next comes sooner */
	SLOW_BYTES = 64 << 10,
	FOLLOW_SHARE = 40,       /* of a processor one part in so many, over the whole time ... */
	FOLLOW_CREDIT_US = 2500, /* ... once this has been used */
	WAIT_MOST_US = 200000,   /* for the share to come in again */
	START_FIRST_US = 8000,   /* no Python is there sooner after it was begun */
	START_US = 2000,         /* while there is no Python yet: how often it is looked for, ... */
	START_LESS = 6,          /* ... less often the longer it is none: this part of the time */
	MISSED_MANY = 64,        /* looks that found no stack: is it still the same program? */
	START_MOST_US = 3000000, /* a program that is no Python by then is none */
};

struct follow *follow_new(struct ident id)
{
	struct follow *follow = xalloc_zero(1, sizeof(*follow));

	follow->id = id;
	follow->begin_us = follow->grew_us = clock_boot_us();
	follow->wait_us = LOOK_LEAST_US;
	follow->sizes = follow_sizes_open(id.pid);
	follow->files = (struct follow_files){ .root = -1, .cwd = -1 };
	if (clock_getcpuclockid(id.pid, &follow->clock) != 0)
		follow->clock = CLOCK_MONOTONIC; /* as if it always ran */
	return follow;
}

/* Closes what was opened of a program; another one may be run in its place. */
static void forget_program(struct follow *follow)
{
	python_stacks_free(follow->stacks);
	memory_close(follow->memory);
	follow_files_close(&follow->files);
	follow->stacks = NULL;
	follow->memory = NULL;
}

bool follow_found(const struct follow *follow)
{
	return follow->stacks != NULL;
}

int64_t follow_rose(const struct follow *follow)
{
	return follow->rose;
}

bool follow_ended(const struct follow *follow)
{
	return follow->ended;
}

/* --- the beginning --------------------------------------------------------------------------- */

static void end_follow(struct follow *follow, int error, const char *why)
{
	follow->ended = true;
	follow->error = error;
	if (why != follow->why)
		snprintf(follow->why, sizeof(follow->why), "%s", why);
}

/* Says why the process will not be followed: ERROR is of memory_open. */
static void refuse_follow(struct follow *follow, int error)
{
	struct permit permit;
	char why[GROWN_TEXT_MAX];

	permit_read(&permit, follow->id.pid);
	permit_why(&permit, error, why, sizeof(why));
	end_follow(follow, -error, why);
}

/* Ends with what was seen of it before it was gone. */
static void miss(struct follow *follow)
{
	end_follow(follow, ENOENT,
		follow->why[0] != '\0' ? follow->why : "it ended before it could be looked into");
}

/* Tries to open it.  A program that begins is not a Python at once. */
static void open_program(struct follow *follow, uint64_t since_us)
{
	char why[GROWN_TEXT_MAX]; /* PYTHON_WHY_MOST and more */
	int error;

	follow->memory = memory_open(follow->id.pid, follow->id.start_ticks, &error);
	if (follow->memory == NULL) {
		/* nothing to be read: it has ended, or is about to become another program */
		if (error == -ESRCH ||
			(error == -EFAULT && !follow_sizes_read(&follow->sizes, &follow->bytes)))
			miss(follow);
		else if (since_us > START_MOST_US)
			refuse_follow(follow, error);
		return;
	}
	error = python_open(&follow->python, follow->memory, why);
	if (error == 0) {
		if (follow->growth != NULL) /* files have other numbers now */
			growth_free(follow->growth);
		memset(follow->gone, 0, sizeof(follow->gone));
		follow->growth = growth_new();
		follow->stacks = python_stacks_new(&follow->python);
		follow->files = follow_files_open(follow->id.pid, follow->sizes.status);
		follow->why[0] = '\0';
		follow->started = false;
		follow->bytes = -1;
		return;
	}
	forget_program(follow);
	if (since_us > START_MOST_US)
		end_follow(follow, -error, why);
	else if (error != -ESRCH) /* what was seen last, should it end now */
		memcpy(follow->why, why, sizeof(why));
}

/* us until it is tried whether it is a Python: soon after it became another program, as the scripts
 * do that choose one, and less often the longer it stays what it is. */
static uint32_t plan_open(struct follow *follow, uint64_t now_us)
{
	uint64_t stack = follow_sizes_stack(&follow->sizes);

	if (stack != follow->stack || follow->became_us == 0) {
		follow->stack = stack;
		follow->became_us = now_us;
		follow->open_us = now_us + START_FIRST_US;
	}
	if (now_us >= follow->open_us)
		return 0;
	return follow->open_us - now_us < START_US ? (uint32_t)(follow->open_us - now_us)
						   : START_US;
}

/* --- looks ----------------------------------------------------------------------------------- */

/* us until the next look: soon while it grows, and no more than the share allows.  What was used
 * beyond that, as for telling what was found, is paid back by looking some times less often, not by
 * a time without looks. */
static uint32_t plan_look(struct follow *follow, int64_t change, uint64_t now_us)
{
	enum { SELDOMER = 3 };
	uint64_t used_us = clock_cpu_us(), size = (uint64_t)(change < 0 ? -change : change);

	if (size >= FAST_BYTES)
		follow->wait_us = LOOK_LEAST_US;
	else if (size < SLOW_BYTES && follow->wait_us < LOOK_MOST_US)
		follow->wait_us += follow->wait_us / 4;
	else if (now_us - follow->grew_us > REST_US)
		follow->wait_us = LOOK_REST_US;
	if (size > 0)
		follow->grew_us = now_us;
	if (follow->wait_us > LOOK_MOST_US && size > 0)
		follow->wait_us = LOOK_MOST_US;
	uint64_t lasted_us = now_us - follow->begin_us;
	uint64_t due_us = used_us > FOLLOW_CREDIT_US ? (used_us - FOLLOW_CREDIT_US) * FOLLOW_SHARE
						     : 0;
	uint64_t more_us = due_us > lasted_us ? due_us - lasted_us : 0;
	uint64_t most_us = follow->looked_us / follow->looks * FOLLOW_SHARE * SELDOMER;
	if (more_us > most_us)
		more_us = most_us;
	if (more_us > WAIT_MOST_US)
		more_us = WAIT_MOST_US;
	return more_us > follow->wait_us ? (uint32_t)more_us : follow->wait_us;
}

/* Reads its footprint and where its threads are, as of one moment: a look that had to wait for a
 * processor in between is made again, since the first may be of another line than the second.
 * False: it has ended. */
static bool look_once(struct follow *follow)
{
	enum { AGAIN = 2, APART_US = 300, THREAD_US = 20 };

	for (int i = 0; i <= AGAIN; i++) {
		uint64_t begin_us = clock_boot_us();

		if (!follow_sizes_read(&follow->sizes, &follow->bytes))
			return false;
		follow_look_at_threads(follow);
		if (clock_boot_us() - begin_us < APART_US + follow->nthreads * THREAD_US)
			break;
	}
	return true;
}

/* Bytes that it had before its program began.  At the first look that is all of it, but where the
 * look was late: a program that has just been begun is at work by then. */
static int64_t bytes_at_start(const struct follow *follow)
{
	enum { YOUNG_US = 150000, BARE_BYTES = 3 << 20 }; /* what Python takes for itself */

	if (!follow->started || follow->span_us > YOUNG_US || follow->bytes < BARE_BYTES ||
		!follow_sizes_begun(&follow->sizes))
		return follow->bytes;
	return BARE_BYTES;
}

uint32_t follow_look(struct follow *follow)
{
	uint64_t now_us = clock_boot_us(), since_us = now_us - follow->begin_us;

	if (follow->ended)
		return 0;
	if (follow->stacks == NULL) {
		uint32_t wait_us = plan_open(follow, now_us);

		if (wait_us > 0)
			return wait_us;
		open_program(follow, since_us);
		follow->open_us = now_us + START_US + (now_us - follow->became_us) / START_LESS;
		if (follow->stacks == NULL)
			return START_US;
	}
	int64_t before = follow->bytes;
	uint64_t used_us = clock_cpu_us();
	if (!look_once(follow)) {
		follow_settle(follow);
		follow->ended = true;
		return 0;
	}
	if (follow->missed % MISSED_MANY == MISSED_MANY - 1 && !memory_same(follow->memory)) {
		forget_program(follow); /* it has become another one */
		follow->missed = 0;
		return START_US;
	}
	if (before < 0) /* it has just been opened */
		before = bytes_at_start(follow);
	int64_t change = follow->bytes - before;
	follow_attribute(follow, change);
	follow->looked_us += clock_cpu_us() - used_us;
	return plan_look(follow, change, now_us);
}

void follow_put(const struct follow *follow, struct frame *frame)
{
	struct proc_grown *grown = arena_take(&frame->arena, 1, sizeof(*grown));
	char runtime[32] = "";

	if (follow->stacks != NULL)
		snprintf(runtime, sizeof(runtime), "CPython %u.%u", follow->python.version >> 24,
			follow->python.version >> 16 & 0xff);
	*grown = (struct proc_grown){
		.pid = follow->id.pid,
		.start_ticks = follow->id.start_ticks,
		.error = follow->error,
		.why = arena_text(&frame->arena, follow->why, strlen(follow->why)),
		.runtime = arena_text(&frame->arena, runtime, strlen(runtime)),
		.ended = follow->ended,
		.span_ms = (uint32_t)((clock_boot_us() - follow->begin_us) / 1000),
		.cost_ms = (double)clock_cpu_us() / 1000,
		.looks = follow->looks,
		.rose_kib = (uint64_t)follow->rose / 1024,
		.caught_kib = (uint64_t)follow->caught / 1024,
	};
	frame->growns = grown;
	frame->ngrowns = 1;
	if (follow->growth != NULL && follow->stacks != NULL) {
		growth_put(follow->growth, frame, follow->id.pid, follow->stacks);
		follow_files_texts(&follow->files, frame);
	}
}
