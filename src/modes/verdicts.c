/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verdicts - what was said of each process, as CSV (verdicts.h) */
#include "modes/verdicts.h"

#include "base/buf.h"
#include "base/xalloc.h"
#include "model/store.h"
#include "source/source.h"
#include "table/report.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What was last said of a process; by pid, since its start time is checked too. */
struct said {
	struct ident id; /* pid 0: a free slot */
	enum trend_state state;
};

struct verdicts {
	struct store *store;
	struct said *said; /* open addressing, a power of two */
	size_t slots, used;
	uint64_t tick_ms; /* of the last tick: who was there then was sampled then */
};

static struct said *find(const struct verdicts *v, int32_t pid)
{
	size_t mask = v->slots - 1;
	size_t at = (uint32_t)pid * 2654435761u & mask;

	while (v->said[at].id.pid != 0 && v->said[at].id.pid != pid)
		at = (at + 1) & mask;
	return &v->said[at];
}

static void grow(struct verdicts *v)
{
	struct said *old = v->said;
	size_t n = v->slots;

	v->slots = n == 0 ? 256 : 2 * n;
	v->said = xalloc_zero(v->slots, sizeof *v->said);
	for (size_t i = 0; i < n; i++)
		if (old[i].id.pid != 0)
			*find(v, old[i].id.pid) = old[i];
	free(old);
}

static void print_quoted(const char *text)
{
	struct buf cell;

	buf_init(&cell);
	report_csv_text(&cell, text);
	fputs(buf_text(&cell), stdout);
	buf_done(&cell);
}

static void print_row(const struct verdicts *v, const struct proc *proc, enum trend_state state)
{
	double t_s = (double)(v->tick_ms - store_first_ms(v->store)) / 1000;
	struct trend_rate rate;

	printf("%.3f,%d,%llu,", t_s, proc->id.pid, (unsigned long long)proc->id.start_ticks);
	print_quoted(proc->comm);
	printf(",%s,", trend_state_name(state));
	if (proc->trend != NULL && trend_rate(proc->trend, &rate))
		printf("%.6g,%.6g,%.6g,%.3f\n", rate.kib_s, rate.lo_kib_s, rate.hi_kib_s,
			rate.confidence);
	else
		puts("0,,,");
}

/* One that is about to leave the store: its last sample was in the tick before. */
static void print_end(void *context, const struct proc *proc)
{
	const struct verdicts *v = context;
	const struct said *said = find(v, proc->id.pid);

	if (ident_same(said->id, proc->id))
		print_row(v, proc, said->state);
}

static void print_changes(struct verdicts *v)
{
	for (size_t i = 0; i < store_count(v->store); i++) {
		const struct proc *proc = store_proc(v->store, i);
		if (!proc->measured)
			continue;
		if ((v->used + 1) * 2 > v->slots)
			grow(v);
		enum trend_state state = store_verdict(v->store, proc);
		struct said *said = find(v, proc->id.pid);
		if (ident_same(said->id, proc->id) && said->state == state)
			continue;
		v->used += said->id.pid == 0;
		*said = (struct said){ .id = proc->id, .state = state };
		print_row(v, proc, state);
	}
}

static void take_frame(struct verdicts *v, const struct frame *frame)
{
	store_apply(v->store, frame);
	if (frame->more)
		return;
	v->tick_ms = store_now_ms(v->store);
	print_changes(v);
}

static void wait_for(const struct source *source)
{
	struct pollfd p = { .fd = source_fd(source), .events = POLLIN };

	poll(&p, 1, source_timeout_ms(source));
}

static int finish(struct verdicts *v, const struct source *source)
{
	for (size_t i = 0; i < store_count(v->store); i++)
		print_end(v, store_proc(v->store, i));
	if (fflush(stdout) != 0 || ferror(stdout) != 0) {
		if (errno == EPIPE)
			return 0;
		fprintf(stderr, "memtop: cannot write: %s\n", strerror(errno));
		return 1;
	}
	if (source_message(source)[0] != '\0')
		fprintf(stderr, "memtop: %s\n", source_message(source));
	return store_ticks(v->store) > 0 ? 0 : 1;
}

int verdicts_run(struct source *source)
{
	struct verdicts v = { .store = store_new() };
	const struct frame *frame;
	bool told = false, ended = false;

	grow(&v);
	store_on_forget(v.store, print_end, &v);
	puts("t_s,pid,start_ticks,command,state,rate_kib_s,rate_lo,rate_hi,confidence");
	while (!ended) {
		switch (source_next(source, &frame)) {
		case SOURCE_NONE:
			wait_for(source);
			break;
		case SOURCE_TROUBLE:
			fprintf(stderr, "memtop: %s\n", source_message(source));
			break;
		case SOURCE_END:
			ended = true;
			break;
		case SOURCE_FRAME:
			if (!told)
				store_set_header(v.store, source_header(source));
			told = true;
			take_frame(&v, frame);
			break;
		}
	}
	int status = finish(&v, source);
	source_close(source);
	store_free(v.store);
	free(v.said);
	return status;
}
