/* verdicts - what was said of each process, as CSV (verdicts.h) */
#include "verdicts.h"

#include "base/xalloc.h"
#include "model/store.h"
#include "source/source.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What was last said of a process; by pid, since its start time is checked too. */
struct said {
	struct ident id; /* pid 0: a free slot */
	uint64_t sample_ms;
	enum trend_state state;
};

struct verdicts {
	struct store *store;
	struct said *said; /* open addressing, a power of two */
	size_t slots, used;
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

/* RFC 4180: always in quotes, quotes doubled. */
static void print_quoted(const char *text)
{
	putchar('"');
	for (; *text != '\0'; text++) {
		if (*text == '"')
			putchar('"');
		putchar(*text);
	}
	putchar('"');
}

static void print_row(const struct verdicts *v, const struct proc *proc, enum trend_state state,
		uint64_t t_ms)
{
	struct trend_rate rate;

	printf("%.3f,%d,%llu,", (double)(t_ms - store_first_ms(v->store)) / 1000, proc->id.pid,
			(unsigned long long)proc->id.start_ticks);
	print_quoted(proc->comm);
	printf(",%s,", trend_state_name(state));
	if (proc->trend != NULL && trend_rate(proc->trend, &rate))
		printf("%.6g,%.6g,%.6g,%.3f\n", rate.kib_s, rate.lo_kib_s, rate.hi_kib_s,
				rate.confidence);
	else
		puts("0,,,");
}

/* One that is about to leave the store: its last sample. */
static void print_end(struct verdicts *v, const struct proc *proc)
{
	struct said *said = find(v, proc->id.pid);

	if (ident_same(said->id, proc->id))
		print_row(v, proc, store_verdict(v->store, proc), said->sample_ms);
}

static bool born_in(const struct frame *frame, struct ident id)
{
	size_t lo = 0, hi = frame->nbirths;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (frame->births[mid].id.pid < id.pid)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < frame->nbirths && ident_same(frame->births[lo].id, id);
}

/* Rows of those that FRAME ends, before the store forgets them.  A key frame in one part ends those
 * it does not name; of one in several parts each process is named in one of them, so that only the
 * deaths between are told at the end. */
static void print_ends(struct verdicts *v, const struct frame *frame)
{
	for (size_t i = 0; i < frame->ndeaths; i++) {
		const struct proc *proc = store_find_pid(v->store, frame->deaths[i]);
		if (proc != NULL)
			print_end(v, proc);
	}
	if (!frame->key || frame->more)
		return;
	for (size_t i = 0; i < store_count(v->store); i++) {
		const struct proc *proc = store_proc(v->store, i);
		if (!born_in(frame, proc->id) && frame->nbirths < FRAME_PART_MAX)
			print_end(v, proc);
	}
}

static void print_changes(struct verdicts *v, uint64_t t_ms)
{
	for (size_t i = 0; i < store_count(v->store); i++) {
		const struct proc *proc = store_proc(v->store, i);
		if (!proc->measured)
			continue;
		if ((v->used + 1) * 2 > v->slots)
			grow(v);
		enum trend_state state = store_verdict(v->store, proc);
		struct said *said = find(v, proc->id.pid);
		bool known = ident_same(said->id, proc->id);
		v->used += said->id.pid == 0;
		if (!known || said->state != state)
			print_row(v, proc, state, t_ms);
		*said = (struct said){ .id = proc->id, .sample_ms = t_ms, .state = state };
	}
}

static void take_frame(struct verdicts *v, const struct frame *frame)
{
	print_ends(v, frame);
	store_apply(v->store, frame);
	if (!frame->more)
		print_changes(v, store_now_ms(v->store));
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
	if (fflush(stdout) != 0) {
		fprintf(stderr, "memtop: cannot write: %s\n", strerror(errno));
		return errno == EPIPE ? 0 : 1;
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
