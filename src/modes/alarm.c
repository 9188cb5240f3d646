/* SPDX-License-Identifier: GPL-2.0-or-later */
/* alarm - see alarm.h; starts programs, and only those it was told to */
#include "modes/alarm.h"

#include "base/log.h"
#include "base/real.h"
#include "base/streams.h"
#include "base/units.h"
#include "base/xalloc.h"
#include "table/report.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* A row that matched at the last tick. */
struct matcher {
	struct ident id; /* pid 0: the machine */
	bool told;
	bool held; /* not told, since too many commands still run */
	char name[FRAME_COMM_MAX + 1];
};

struct alarm {
	struct alarm_options options;
	const struct query *query;
	bool machine;
	bool empty; /* it asks about containers: about those without a process, too */
	char *text; /* the command, cut into words */
	char *words[ALARM_WORDS_MAX + 1];
	struct view view;
	struct matcher *now, *before;
	size_t nnow, nbefore, now_cap, before_cap;
	uint64_t last_ms;       /* boot time of the last run; 0: none */
	struct ident waits_for; /* pid 0: nobody */
	bool full;              /* no place was free for the last that was to run */
	bool warned;            /* that some are held */
	size_t nheld;           /* at the last tick */
	char message[ALARM_WHY_MAX + FRAME_COMM_MAX];
	pid_t running[ALARM_RUNNING_MAX];
};

int alarm_split(char *text, char *words[ALARM_WORDS_MAX + 1])
{
	int count = 0;
	char *to = text, quote = '\0';
	bool inside = false;

	for (const char *from = text; *from; from++) {
		bool blank = !quote && (*from == ' ' || *from == '\t' || *from == '\n');
		if (blank && inside)
			*to++ = '\0';
		if (blank) {
			inside = false;
			continue;
		}
		if (!inside) {
			if (count == ALARM_WORDS_MAX)
				return -EINVAL;
			words[count++] = to;
			inside = true;
		}
		if (*from == quote && quote)
			quote = '\0';
		else if (!quote && (*from == '\'' || *from == '"'))
			quote = *from;
		else if (*from == '\\' && quote != '\'' && from[1])
			*to++ = *++from;
		else
			*to++ = *from;
	}
	*to = '\0';
	words[count] = NULL;
	return quote || count == 0 ? -EINVAL : count;
}

int alarm_new(struct alarm **alarm, const struct alarm_options *options, char why[ALARM_WHY_MAX])
{
	struct alarm *new = xalloc_zero(1, sizeof(*new));

	new->options = *options;
	new->query = options->ask.query;
	new->text = xalloc_text(options->command);
	view_init(&new->view);
	if (alarm_split(new->text, new->words) < 0) {
		snprintf(why, ALARM_WHY_MAX,
			"--exec wants a command of 1 to %d words, its "
			"quotation marks closed",
			ALARM_WORDS_MAX);
		alarm_free(new);
		return -EINVAL;
	}
	new->machine = query_is_machine(new->query);
	new->empty = options->ask.npids == 0 && options->ask.uid < 0 &&
		     query_asks_containers(new->query);
	*alarm = new;
	return 0;
}

void alarm_free(struct alarm *alarm)
{
	if (alarm == NULL)
		return;
	view_done(&alarm->view);
	free(alarm->text);
	free(alarm->now);
	free(alarm->before);
	free(alarm);
}

/* --- the program ---------------------------------------------------------------------------- */

static void set_size(const char *name, uint64_t kib)
{
	char text[32];

	snprintf(text, sizeof(text), "%lld", (long long)units_bytes(kib));
	setenv(name, text, 1);
}

/* An expression about the machine alone is asked once, of a row that is nobody's. */
static bool is_machine(const struct row *row)
{
	return row->proc == NULL && row->container == NULL;
}

/* In the child: what the program may read from its environment. */
static void set_facts(const struct alarm *alarm, const struct store *store, const struct row *row)
{
	const struct system_figures *system = store_seen(store);
	char text[32];
	double kib_min;

	setenv("MEMTOP_EXPR", alarm->options.expr, 1);
	if (system != NULL && (system->known & SYSTEM_AVAILABLE))
		set_size("MEMTOP_AVAILABLE", system->available_kib);
	const struct container *container = is_machine(row) ? NULL : row_container(store, row);
	if (container != NULL)
		setenv("MEMTOP_CONTAINER", container_label(container), 1);
	if (row->proc == NULL)
		return;
	snprintf(text, sizeof(text), "%d", (int)row->proc->id.pid);
	setenv("MEMTOP_PID", text, 1);
	setenv("MEMTOP_COMMAND", row->proc->comm, 1);
	set_size("MEMTOP_RSS", row->proc->figures.rss_kib);
	set_size("MEMTOP_FOOTPRINT", row->proc->figures.footprint_kib);
	setenv("MEMTOP_VERDICT", trend_state_name(store_verdict(store, row->proc)), 1);
	if (store_growth(store, row->proc, 60, &kib_min)) {
		snprintf(text, sizeof(text), "%" PRId64, real_round(kib_min * 1024 / 60));
		setenv("MEMTOP_GROWTH", text, 1);
	}
}

/* The facts as JSON, to be read from the beginning; -1 when there can be none. */
static int write_facts(const struct store *store, const struct row *row)
{
	struct report_style all = { .containers = row->container != NULL };
	struct buf text;
	struct json_writer json;
	int fd = memfd_create("memtop-facts", MFD_CLOEXEC);

	if (fd < 0)
		return -1;
	buf_init(&text);
	if (!is_machine(row)) {
		json_writer_init(&json, &text);
		report_row_json(&json, store, row, &all);
		json_put_char(&json, '\n');
		json_writer_flush(&json);
	} else {
		struct view none = { 0 };
		report_json(&text, store, &none, &all);
	}
	if (write(fd, text.data, text.len) < 0 || lseek(fd, 0, SEEK_SET) < 0) {
		close(fd);
		fd = -1;
	}
	buf_done(&text);
	return fd;
}

static _Noreturn void become(const struct alarm *alarm, const struct store *store,
	const struct row *row, int facts)
{
	int null = streams_null(O_RDWR | O_CLOEXEC);
	sigset_t none;

	sigemptyset(&none);
	for (int number = 1; number < NSIG; number++)
		signal(number, SIG_DFL);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setpgid(0, 0); /* the terminal's keys are not for it */
	set_facts(alarm, store, row);
	dup2(facts >= 0 ? facts : null, STDIN_FILENO);
	dup2(alarm->options.quiet ? null : STDERR_FILENO, STDOUT_FILENO);
	if (alarm->options.quiet)
		dup2(null, STDERR_FILENO);
	execvp(alarm->words[0], alarm->words);
	if (!alarm->options.quiet)
		fprintf(stderr, "memtop: --exec %s: %s\n", alarm->words[0], strerror(errno));
	_exit(127);
}

/* A place for another one, or NULL. */
static pid_t *free_place(struct alarm *alarm)
{
	pid_t *place = NULL;

	for (int i = 0; i < ALARM_RUNNING_MAX; i++) {
		pid_t *at = &alarm->running[i];
		if (*at != 0 && waitpid(*at, NULL, WNOHANG) != 0)
			*at = 0;
		if (*at == 0)
			place = at;
	}
	return place;
}

/* Standard output is flushed before the fork, or what waits in its buffer would be written
 * twice. */
static bool start_command(struct alarm *alarm, const struct store *store, const struct row *row)
{
	pid_t *place = free_place(alarm);

	alarm->full = place == NULL;
	if (alarm->full)
		return false;
	int facts = write_facts(store, row);
	fflush(NULL);
	*place = fork();
	if (*place == 0)
		become(alarm, store, row, facts);
	if (facts >= 0)
		close(facts);
	if (*place < 0) {
		log_line("--exec: %s", strerror(errno));
		*place = 0;
		return false;
	}
	alarm->last_ms = store_now_ms(store);
	return true;
}

/* Nothing of it is still being read. */
static bool is_known(const struct proc *proc)
{
	return proc->kernel_thread || proc->figures.state == 'Z' ||
	       ((proc->figures.known & DETAIL_USER) && proc->cmdline != NULL);
}

/* Runs it, unless it is not its turn, or not all is known that is to be told. */
static bool run_command(struct alarm *alarm, const struct store *store, const struct row *row)
{
	double since_ms = (double)(store_now_ms(store) - alarm->last_ms);

	if (alarm->waits_for.pid != 0 ||
		(alarm->last_ms != 0 && since_ms < alarm->options.every_s * 1000))
		return false;
	if (row->proc == NULL || is_known(row->proc))
		return start_command(alarm, store, row);
	alarm->waits_for = row->proc->id;
	return false;
}

/* --- conditions ----------------------------------------------------------------------------- */

static bool told_before(const struct alarm *alarm, struct ident id)
{
	for (size_t i = 0; i < alarm->nbefore; i++)
		if (ident_same(alarm->before[i].id, id))
			return alarm->before[i].told;
	return false;
}

static bool matches_now(const struct alarm *alarm, struct ident id)
{
	for (size_t i = 0; i < alarm->nnow; i++)
		if (ident_same(alarm->now[i].id, id))
			return true;
	return false;
}

/* Told once while it goes on matching. Who could not be told of because too many commands ran is
 * held, and told of at the next tick. */
static void take_match(struct alarm *alarm, const struct store *store, const struct row *row)
{
	struct ident id = !is_machine(row) ? row_ident(row) : (struct ident){ 0 };

	if (matches_now(alarm, id))
		return;
	alarm->full = false;
	struct matcher *matcher = XALLOC_NEXT(alarm->now, alarm->nnow, alarm->now_cap);
	*matcher = (struct matcher){ .id = id };
	snprintf(matcher->name, sizeof(matcher->name), "%s",
		is_machine(row)     ? "the machine"
		: row->proc != NULL ? row->proc->comm
				    : row->name);
	matcher->told = told_before(alarm, id) || run_command(alarm, store, row);
	matcher->held = !matcher->told && alarm->full;
}

/* A container whose processes have ended, of a kill maybe, is asked about itself. */
static void take_matches(struct alarm *alarm, const struct store *store)
{
	struct row machine = { 0 };

	if (alarm->machine) {
		if (query_match(alarm->query, store, &machine))
			take_match(alarm, store, &machine);
		return;
	}
	view_build(&alarm->view, store, &alarm->options.ask);
	for (size_t i = 0; i < alarm->view.count; i++)
		take_match(alarm, store, &alarm->view.rows[i]);
	for (size_t i = 0; alarm->empty && i < store_container_count(store); i++) {
		struct row_sum none;
		struct row row;

		if (row_of_empty_container(&row, &none, store, i) &&
			query_match(alarm->query, store, &row))
			take_match(alarm, store, &row);
	}
}

size_t alarm_undecided(const struct alarm *alarm, const struct store *store,
	int32_t pids[FRAME_PART_MAX])
{
	size_t count = 0;

	for (size_t i = 0; i < store_count(store) && count < FRAME_PART_MAX; i++) {
		const struct row row = { .proc = store_proc(store, i) };
		const char *lacking = NULL;

		if (!row.proc->kernel_thread &&
			query_decide(alarm->query, store, &row, &lacking) == QUERY_OPEN &&
			!query_takes_time(lacking))
			pids[count++] = row.proc->id.pid;
	}
	return count;
}

static uint64_t pss_ms(const struct proc *proc)
{
	return (proc->figures.known & DETAIL_PSS) && proc->rare != NULL ? proc->rare->rollup_ms : 0;
}

size_t alarm_wants_pss(const struct alarm *alarm, const struct store *store,
	struct ident ids[ALARM_PSS_MAX])
{
	const struct proc *oldest[ALARM_PSS_MAX];
	size_t count = 0;

	for (size_t i = 0; query_asks(alarm->query, COL_PSS) && i < store_count(store); i++) {
		const struct proc *proc = store_proc(store, i);
		const struct row row = { .proc = proc };
		size_t at = count;

		if (proc->kernel_thread || proc->figures.rss_kib == 0)
			continue;
		/* whom the rest of the expression leaves out need not be read */
		if (pss_ms(proc) == 0 && query_decide(alarm->query, store, &row, NULL) == QUERY_NO)
			continue;
		while (at > 0 && pss_ms(oldest[at - 1]) > pss_ms(proc))
			at--;
		if (at == ALARM_PSS_MAX)
			continue;
		count += count < ALARM_PSS_MAX;
		for (size_t k = count - 1; k > at; k--)
			oldest[k] = oldest[k - 1];
		oldest[at] = proc;
	}
	for (size_t i = 0; i < count; i++)
		ids[i] = oldest[i]->id;
	return count;
}

/* --- commands that have to wait ------------------------------------------------------------- */

/* Says of whom nothing was run, the first by name. */
static void say_dropped(struct alarm *alarm, const struct matcher *first, size_t count)
{
	char others[48] = "";

	if (count > 1)
		snprintf(others, sizeof(others), " and %zu more", count - 1);
	snprintf(alarm->message, sizeof(alarm->message),
		"--exec was not run for %s (%d)%s: %d of its commands still run", first->name,
		(int)first->id.pid, others, (int)ALARM_RUNNING_MAX);
}

/* After a tick: who had to wait and does not match any more, or that some have to. */
static void say_held(struct alarm *alarm)
{
	const struct matcher *first = NULL;
	size_t dropped = 0;

	alarm->nheld = 0;
	for (size_t i = 0; i < alarm->nnow; i++)
		alarm->nheld += alarm->now[i].held;
	for (size_t i = 0; i < alarm->nbefore; i++) {
		if (!alarm->before[i].held || matches_now(alarm, alarm->before[i].id))
			continue;
		first = first != NULL ? first : &alarm->before[i];
		dropped++;
	}
	if (dropped > 0)
		say_dropped(alarm, first, dropped);
	else if (alarm->nheld > 0 && !alarm->warned)
		snprintf(alarm->message, sizeof(alarm->message),
			"--exec waits: %d of its commands still run, %zu more have no place",
			(int)ALARM_RUNNING_MAX, alarm->nheld);
	alarm->warned = alarm->nheld > 0;
}

void alarm_end(struct alarm *alarm)
{
	const struct matcher *first = NULL;
	size_t count = 0;

	alarm->message[0] = '\0';
	free_place(alarm);
	for (size_t i = 0; i < alarm->nnow; i++) {
		if (!alarm->now[i].held)
			continue;
		first = first != NULL ? first : &alarm->now[i];
		count++;
	}
	if (count > 0)
		say_dropped(alarm, first, count);
}

const char *alarm_message(const struct alarm *alarm)
{
	return alarm->message;
}

void alarm_again(struct alarm *alarm, const struct store *store)
{
	alarm->message[0] = '\0';
	take_matches(alarm, store);
}

struct ident alarm_waits_for(const struct alarm *alarm)
{
	return alarm->waits_for;
}

void alarm_known(struct alarm *alarm, const struct store *store, bool at_once)
{
	struct row row = { .proc = store_find(store, alarm->waits_for) };

	alarm->message[0] = '\0';
	if (alarm->waits_for.pid == 0 || (row.proc != NULL && !at_once && !is_known(row.proc)))
		return;
	alarm->waits_for = (struct ident){ 0 };
	bool told = row.proc != NULL && start_command(alarm, store, &row);
	for (size_t i = 0; told && i < alarm->nnow; i++)
		alarm->now[i].told |= ident_same(alarm->now[i].id, row.proc->id);
}

void alarm_take(struct alarm *alarm, const struct store *store)
{
	struct matcher *kept = alarm->before;
	size_t cap = alarm->before_cap;

	alarm_known(alarm, store, true);
	alarm->before = alarm->now;
	alarm->nbefore = alarm->nnow;
	alarm->before_cap = alarm->now_cap;
	alarm->now = kept;
	alarm->now_cap = cap;
	alarm->nnow = 0;
	free_place(alarm);
	take_matches(alarm, store);
	say_held(alarm);
}
