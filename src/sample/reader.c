/* SPDX-License-Identifier: GPL-2.0-or-later */
/* reader - see reader.h; the parent's side: queue, deadline, replacement
 *
 * The child is ended through a pidfd.  It is ours and not waited for yet, so its pid cannot have
 * been given to another process.
 */
#include "sample/reader.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/reap.h"
#include "base/xalloc.h"
#include "sample/procfs.h"
#include "sample/reader_wire.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	RETRY_MS = 1000, /* until another fork is tried after one failed */
	/* for one that runs; a pool of thousands must not cost more */
	THREADS_TRIED = 64,
	DEATHS_MAX = 3, /* of a child over the same item, until that is given up */
};

struct reader {
	int proc;
	uint32_t stuck_ms;
	uint32_t busy_ms;
	bool patient;
	enum confine_as who;
	uint64_t ran_ticks; /* CPU time of a patient one's child when last looked at */
	uint64_t begin_ms;  /* when it began the item it is over */
	pid_t pid;
	int pidfd;
	int to, from;
	struct reader_ask queue[READER_QUEUE]; /* a ring; the first `flight` are with the child */
	size_t head, count, flight;
	uint64_t progress_ms; /* when the item the child is over began, as far as is known */
	uint64_t retry_ms;    /* no fork before */
	unsigned deaths;
	unsigned lost; /* children that died or were stopped, not told yet */
	struct reap killed;
	size_t have; /* bytes of a reply not complete */
	char in[sizeof(struct reader_reply) + FRAME_CMDLINE_MAX];
};

struct reader *reader_new(int proc, uint32_t stuck_ms)
{
	struct reader *reader = xalloc_zero(1, sizeof(*reader));

	reader->proc = proc;
	reader->stuck_ms = stuck_ms;
	reader->busy_ms = READER_BUSY_MS;
	reader->who = CONFINE_READER;
	reader->pidfd = reader->to = reader->from = -1;
	return reader;
}

struct reader *reader_new_patient(int proc, uint32_t stuck_ms, uint32_t busy_ms)
{
	struct reader *reader = reader_new(proc, stuck_ms);

	reader->busy_ms = busy_ms;
	reader->patient = true;
	return reader;
}

struct reader *reader_new_names(int proc, uint32_t stuck_ms)
{
	struct reader *reader = reader_new(proc, stuck_ms);

	reader->who = CONFINE_NAMES;
	return reader;
}

static void close_pipes(struct reader *reader)
{
	if (reader->to >= 0)
		close(reader->to);
	if (reader->from >= 0)
		close(reader->from);
	if (reader->pidfd >= 0)
		close(reader->pidfd);
	reader->to = reader->from = reader->pidfd = -1;
}

/* Ends the child; it is waited for whenever it goes. */
static void drop_child(struct reader *reader)
{
	if (reader->pid == 0)
		return;
	if (reader->pidfd >= 0)
		syscall(SYS_pidfd_send_signal, reader->pidfd, SIGKILL, NULL, 0);
	else /* before Linux 5.3 */
		syscall(SYS_tgkill, reader->pid, reader->pid, SIGKILL);
	close_pipes(reader);
	reap_gone(&reader->killed);
	reap_later(&reader->killed, reader->pid);
	reader->pid = 0;
	reader->have = 0;
	reader->flight = 0;
}

/* Our ends of the pipes never block; the child's do, since it has nothing to do but to wait. A
 * pidfd tells of its death without a signal, and never of another's with the same pid; kernels
 * that have none leave it at -1. */
static bool start_child(struct reader *reader)
{
	int to[2], from[2];
	pid_t parent = getpid();

	if (pipe2(to, O_CLOEXEC) < 0)
		return false;
	if (pipe2(from, O_CLOEXEC) < 0) {
		close(to[0]);
		close(to[1]);
		return false;
	}
	reader->pid = fork();
	if (reader->pid == 0)
		reader_child(to[0], from[1], parent, reader->who);
	close(to[0]);
	close(from[1]);
	reader->to = to[1];
	reader->from = from[0];
	if (reader->pid < 0) {
		reader->pid = 0;
		close_pipes(reader);
		return false;
	}
	reader->pidfd = (int)syscall(SYS_pidfd_open, reader->pid, 0);
	fcntl(reader->to, F_SETFL, O_NONBLOCK);
	fcntl(reader->from, F_SETFL, O_NONBLOCK);
	return true;
}

void reader_start(struct reader *reader)
{
	uint64_t now_ms = clock_boot_ms();

	if (reader->pid != 0 || now_ms < reader->retry_ms)
		return;
	reap_gone(&reader->killed);
	if (reader->killed.count >= READER_UNREAPED_MAX || !start_child(reader))
		reader->retry_ms = now_ms + RETRY_MS;
}

void reader_free(struct reader *reader)
{
	if (reader == NULL)
		return;
	drop_child(reader);
	/* one that even SIGKILL does not move would keep us here: it is left to init */
	for (int i = 0; i < 20 && !reap_gone(&reader->killed); i++)
		usleep(1000);
	free(reader);
}

static struct reader_ask *queued_ask(struct reader *reader, size_t i)
{
	return &reader->queue[(reader->head + i) % READER_QUEUE];
}

/* Hands the child as much as it may have, unless it still has plenty: each write may wake it. */
static void send_asks(struct reader *reader, uint64_t now_ms)
{
	struct reader_ask asks[READER_FLIGHT];
	size_t count = 0;

	if (reader->count == 0 || reader->flight > READER_FLIGHT / 2)
		return;
	reader_start(reader);
	if (reader->pid == 0)
		return;
	if (reader->flight == 0)
		reader->progress_ms = reader->begin_ms = now_ms;
	while (reader->flight + count < reader->count && reader->flight + count < READER_FLIGHT) {
		asks[count] = *queued_ask(reader, reader->flight + count);
		count++;
	}
	/* READER_FLIGHT asks are less than PIPE_BUF: all or nothing */
	if (count > 0 && write(reader->to, asks, count * sizeof(*asks)) > 0)
		reader->flight += count;
}

bool reader_ask(struct reader *reader, const struct reader_ask *ask)
{
	if (reader->count == READER_QUEUE)
		return false;
	*queued_ask(reader, reader->count) = *ask;
	reader->count++;
	return true;
}

size_t reader_waiting(const struct reader *reader)
{
	return reader->count;
}

static void pop_ask(struct reader *reader)
{
	reader->head = (reader->head + 1) % READER_QUEUE;
	reader->count--;
	reader->flight -= reader->flight > 0;
}

/* Whether a whole reply lies in the buffer; copies it out. */
static bool take_reply(struct reader *reader, struct reader_answer *answer)
{
	struct reader_reply reply;

	if (reader->have < sizeof(reply))
		return false;
	memcpy(&reply, reader->in, sizeof(reply));
	if (reply.len >= sizeof(answer->text)) {
		drop_child(reader);
		return false;
	}
	size_t whole = sizeof(reply) + reply.len;
	if (reader->have < whole)
		return false;
	answer->ask = reply.ask;
	answer->error = reply.error;
	answer->piece = reply.piece;
	answer->len = reply.len;
	answer->figures = reply.figures;
	memcpy(answer->text, reader->in + sizeof(reply), reply.len);
	answer->text[reply.len] = '\0';
	reader->have -= whole;
	memmove(reader->in, reader->in + whole, reader->have);
	return true;
}

/* The child died over the first item, or before it: the item gets another chance or two. */
static bool child_died(struct reader *reader, struct reader_answer *answer)
{
	log_line("reader %d died", (int)reader->pid);
	drop_child(reader);
	reader->lost++;
	if (++reader->deaths < DEATHS_MAX || reader->count == 0)
		return false;
	reader->deaths = 0;
	answer->ask = *queued_ask(reader, 0);
	answer->error = EBUSY;
	pop_ask(reader);
	return true;
}

/* How the child is: 'R' running or waiting for a CPU, else asleep over what it was asked; and
 * the CPU time it has used. */
static char child_state(const struct reader *reader, uint64_t *ticks)
{
	char text[1024];
	struct procparse_stat stat;
	ssize_t len = procfs_read(reader->proc, reader->pid, "stat", text, sizeof(text), NULL);

	if (len <= 0 || procparse_stat(&stat, text, (size_t)len) < 0)
		return '?';
	*ticks = stat.user_ticks + stat.system_ticks;
	return stat.state;
}

/* Whether NAME, a thread's number, is of one that runs or wants to. */
struct run_search {
	int proc, tries;
	int32_t pid;
	bool found;
};

/* A thread that runs is no thread that waits for a lock: who has one is busy, not stuck. Only some
 * threads are tried, since there may be thousands. */
static void try_thread(void *context, const char *name)
{
	struct run_search *search = context;
	char path[64], text[1024];
	struct procparse_stat stat;

	if (search->found || *name < '0' || *name > '9' || search->tries++ >= THREADS_TRIED)
		return;
	snprintf(path, sizeof(path), "task/%.20s/stat", name);
	ssize_t len = procfs_read(search->proc, search->pid, path, text, sizeof(text), NULL);
	search->found = len > 0 && procparse_stat(&stat, text, (size_t)len) == 0 &&
			stat.state == 'R';
}

/* Whether a thread of the process asked about wants to run: what it holds it may give back as soon
 * as it does. */
static bool target_wants_to_run(struct reader *reader)
{
	struct run_search search = { .proc = reader->proc, .pid = queued_ask(reader, 0)->id.pid };
	char path[32];

	if (search.pid == 0)
		return false;
	snprintf(path, sizeof(path), "%d/task", (int)search.pid);
	procfs_names_at(reader->proc, path, try_thread, &search);
	return search.found;
}

/* Whether the child waits for a disk: for a page that was swapped or pushed out, say. */
static bool waits_for_disk(const struct reader *reader)
{
	static const char *const places[] = { "folio_wait", "wait_on_page", "io_schedule", "blk_",
		"swap_read" };
	char text[128];
	ssize_t len = procfs_read(reader->proc, reader->pid, "wchan", text, sizeof(text) - 1, NULL);

	text[len > 0 ? len : 0] = '\0';
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (strstr(text, places[i]) != NULL)
			return true;
	return false;
}

enum condition { FINE, STUCK, BUSY, STOPPED };

/* A reader that waits is stuck only if neither it nor whom it reads can be doing anything: on a
 * busy machine both wait for a CPU or a disk, which passes. */
static enum condition reader_condition(struct reader *reader, uint64_t now_ms)
{
	uint64_t spent = now_ms - reader->progress_ms, ticks = reader->ran_ticks;

	if (reader->pid == 0 || reader->flight == 0 || spent < reader->stuck_ms)
		return FINE;
	char state = child_state(reader, &ticks);
	if (state == 'T' || state == 't')
		return STOPPED;
	bool excused = state == 'R' || target_wants_to_run(reader) || waits_for_disk(reader);
	if (!reader->patient)
		return !excused ? STUCK : spent >= reader->busy_ms ? BUSY : FINE;
	if (!excused && ticks == reader->ran_ticks)
		return STUCK;
	reader->ran_ticks = ticks;
	reader->progress_ms = now_ms;
	return now_ms - reader->begin_ms >= reader->busy_ms ? BUSY : FINE;
}

/* Fills the buffer from the pipe: true if anything came; sets *DIED at its end. */
static bool fill_buffer(struct reader *reader, bool *died)
{
	ssize_t n = read(reader->from, reader->in + reader->have,
		sizeof(reader->in) - reader->have);

	*died = n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR);
	if (n > 0)
		reader->have += (size_t)n;
	return n > 0;
}

enum reader_event reader_next(struct reader *reader, uint64_t now_ms, struct reader_answer *answer)
{
	bool died = false;

	reap_gone(&reader->killed);
	send_asks(reader, now_ms);
	while (reader->pid != 0) {
		if (take_reply(reader, answer)) {
			reader->progress_ms = now_ms;
			reader->deaths = 0;
			if (answer->piece == READER_WHOLE) {
				reader->begin_ms = now_ms;
				pop_ask(reader);
			}
			return READER_ANSWER;
		}
		if (reader->pid == 0 || !fill_buffer(reader, &died))
			break;
	}
	if (died && child_died(reader, answer))
		return READER_BLOCKED;
	enum condition now = reader_condition(reader, now_ms);
	if (now == FINE)
		return READER_IDLE;
	/* it may have answered and gone to sleep between the two looks */
	if (fill_buffer(reader, &died))
		return reader_next(reader, now_ms, answer);
	if (now == STOPPED && !died) { /* the item is not to blame */
		log_line("reader %d was stopped", (int)reader->pid);
		drop_child(reader);
		reader->lost++;
		send_asks(reader, now_ms);
		return READER_IDLE;
	}
	answer->ask = *queued_ask(reader, 0);
	answer->error = now == STUCK ? ETIMEDOUT : EBUSY;
	log_line("reader %d stuck over %d", (int)reader->pid, (int)answer->ask.id.pid);
	pop_ask(reader);
	drop_child(reader);
	send_asks(reader, now_ms);
	return READER_BLOCKED;
}

int reader_fd(const struct reader *reader)
{
	return reader->from;
}

pid_t reader_pid(const struct reader *reader)
{
	return reader->pid;
}

int reader_timeout(const struct reader *reader, uint64_t now_ms)
{
	uint64_t spent = now_ms - reader->progress_ms;

	if (reader->count == 0)
		return -1;
	if (reader->flight == 0)
		return reader->pid == 0 && now_ms < reader->retry_ms
			       ? (int)(reader->retry_ms - now_ms)
			       : 0;
	/* past the first limit the child was running: look again soon */
	return spent < reader->stuck_ms ? (int)(reader->stuck_ms - spent) : 5;
}

unsigned reader_lost(struct reader *reader)
{
	unsigned lost = reader->lost;

	reader->lost = 0;
	return lost;
}

void reader_rest(struct reader *reader)
{
	if (reader->count == 0)
		drop_child(reader);
}
