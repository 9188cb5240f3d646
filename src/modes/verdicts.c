/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verdicts - what was said of each process, as CSV (verdicts.h) */
#include "modes/verdicts.h"

#include "base/buf.h"
#include "base/xalloc.h"
#include "modes/tell.h"
#include "session/session.h"
#include "table/report.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char titles[] =
	"t_s,pid,start_ticks,command,state,rate_kib_s,rate_lo,rate_hi,confidence\n";

/* The verdict last told of a process. */
struct last_verdict {
	struct ident id;
	enum trend_state state;
};

struct verdicts {
	const struct store *store;
	struct last_verdict *said; /* in the order of the store's table (proc->index) */
	size_t count;
	uint64_t tick_ms; /* of the last tick: who was there then was sampled then */
	struct buf rows;  /* to be written */
	int error;        /* -errno: they cannot be */
};

/* Seconds from the first look on, so that recordings can be laid beside each other. */
static void put_row(struct verdicts *v, const struct proc *proc, enum trend_state state)
{
	double t_s = (double)(v->tick_ms - store_first_ms(v->store)) / 1000;
	struct trend_rate rate;

	buf_printf(&v->rows, "%.3f,%d,%llu,", t_s, proc->id.pid,
		(unsigned long long)proc->id.start_ticks);
	report_csv_text(&v->rows, proc->comm);
	buf_printf(&v->rows, ",%s,", trend_state_name(state));
	if (proc->trend != NULL && trend_rate(proc->trend, &rate))
		buf_printf(&v->rows, "%.6g,%.6g,%.6g,%.3f\n", rate.kib_s, rate.lo_kib_s,
			rate.hi_kib_s, rate.confidence);
	else
		buf_puts(&v->rows, "0,,,\n");
}

static void put_end(struct verdicts *v, const struct proc *proc)
{
	if (proc->index < v->count && ident_same(v->said[proc->index].id, proc->id))
		put_row(v, proc, v->said[proc->index].state);
}

/* PROC is about to leave the store: its last sample was in the tick before.  The last process of
 * the table takes its place. */
static void take_end(void *context, const struct proc *proc)
{
	struct verdicts *v = context;
	size_t last = store_count(v->store) - 1;

	put_end(v, proc);
	if (proc->index < v->count)
		v->said[proc->index] = last < v->count ? v->said[last] : (struct last_verdict){ 0 };
}

static void write_rows(struct verdicts *v)
{
	if (v->error == 0)
		v->error = buf_write(&v->rows, STDOUT_FILENO);
	buf_clear(&v->rows);
}

/* Rows only of what changed: a day of a thousand processes is a few thousand lines. */
static void take_changes(void *context, const struct store *store, bool tick)
{
	struct verdicts *v = context;
	size_t count = store_count(store);

	(void)tick;
	v->tick_ms = store_now_ms(store);
	if (count > v->count) {
		v->said = xalloc_grow(v->said, count, sizeof(*v->said));
		memset(v->said + v->count, 0, (count - v->count) * sizeof(*v->said));
	}
	v->count = count;
	for (size_t i = 0; i < count; i++) {
		const struct proc *proc = store_proc(store, i);
		const struct last_verdict now = { proc->id, store_verdict(store, proc) };
		struct last_verdict *said = &v->said[i];

		if (!proc_is_measured(proc) ||
			(ident_same(said->id, now.id) && said->state == now.state))
			continue;
		*said = now;
		put_row(v, proc, now.state);
	}
	write_rows(v);
}

int verdicts_run(struct session *session)
{
	struct verdicts v = { .store = session_store(session) };
	unsigned events = 0;

	session_on_seen(session, take_changes, &v);
	session_on_forget(session, take_end, &v);
	buf_init(&v.rows);
	buf_puts(&v.rows, titles);
	while ((events & SESSION_END) == 0 && v.error == 0) {
		events = session_wait(session, SESSION_FOREVER, -1);
		if ((events & (SESSION_TROUBLE | SESSION_END)) != 0)
			tell_message(session);
	}
	for (size_t i = 0; i < store_count(v.store); i++)
		put_end(&v, store_proc(v.store, i));
	write_rows(&v);
	session_on_forget(session, NULL, NULL);
	buf_done(&v.rows);
	free(v.said);
	return tell_unwritten(v.error) || store_ticks(v.store) == 0;
}
