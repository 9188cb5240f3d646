/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fleet - see fleet.h.  One epoll descriptor holds the pipes of all connections. */
#include "fleet/fleet.h"

#include "base/clock.h"
#include "base/order.h"
#include "base/xalloc.h"
#include "session/session.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

enum {
	STALE_LOOKS = 3, /* intervals without a look */
	/* a look may be late on a busy machine */
	STALE_LEAST_MS = 5000,
	EVENTS_MAX = 64, /* of one step */
};

struct host {
	const char *name;
	struct source *source; /* the session's */
	struct session *session;
	struct fleet_row row; /* as of the last time the session had news */
	bool news;            /* since then */
	bool whole;           /* everything is told of it */
};

struct fleet {
	struct host *hosts;
	size_t count;
	struct fleet_row *rows;
	struct source_remote_door door;
	uint32_t interval_ms;
	int epoll; /* fd */
};

/* --- beginning and end ------------------------------------------------------------------------ */

/* Lasts: the next connection is asked the same.  A memtop that does not know the question tells of
 * everything. */
static void ask_for(struct host *host, bool whole)
{
	struct request request = { .kind = REQUEST_BRIEF, .rows = whole ? 0 : FLEET_ROWS };

	host->whole = whole;
	session_ask(host->session, &request, false);
}

/* The way to ssh is copied for each host, as it is used again at every new connection. */
static int open_host(struct fleet *fleet, struct host *host, const char *name,
	const struct ssh_way *way)
{
	struct ssh_way own = *way;
	const struct live_child how = { ssh_run, &own, sizeof(own) };

	host->name = name;
	strncpy(own.host, name, sizeof(own.host) - 1);
	int error = source_open_remote(&host->source, &how, &fleet->door, ssh_words);

	if (error != 0)
		return error;
	host->session = session_new(host->source, false);
	session_call(host->session, name);
	ask_for(host, false);
	return 0;
}

struct fleet *fleet_new(const struct host_names *names, const struct ssh_way *way, int *error)
{
	struct fleet *fleet = xalloc_zero(1, sizeof(*fleet));

	fleet->hosts = xalloc_zero(names->count, sizeof(*fleet->hosts));
	fleet->rows = xalloc_zero(names->count, sizeof(*fleet->rows));
	fleet->door.most = FLEET_LOGINS;
	fleet->interval_ms = way->interval_ms;
	fleet->epoll = epoll_create1(EPOLL_CLOEXEC);
	*error = fleet->epoll < 0 ? -errno : 0;
	while (*error == 0 && fleet->count < names->count) {
		struct host *host = &fleet->hosts[fleet->count];

		*error = open_host(fleet, host, names->names[fleet->count], way);
		fleet->count += *error == 0;
	}
	if (*error == 0)
		return fleet;
	fleet_free(fleet);
	return NULL;
}

void fleet_free(struct fleet *fleet)
{
	if (fleet == NULL)
		return;
	for (size_t i = 0; i < fleet->count; i++)
		session_free(fleet->hosts[i].session);
	if (fleet->epoll >= 0)
		close(fleet->epoll);
	free(fleet->hosts);
	free(fleet->rows);
	free(fleet);
}

size_t fleet_count(const struct fleet *fleet)
{
	return fleet->count;
}

struct session *fleet_session(const struct fleet *fleet, size_t index)
{
	return fleet->hosts[index].session;
}

const char *fleet_name(const struct fleet *fleet, size_t index)
{
	return fleet->hosts[index].name;
}

void fleet_look_into(struct fleet *fleet, size_t index, bool all)
{
	for (size_t i = 0; i < fleet->count; i++) {
		bool whole = all || i == index;

		if (fleet->hosts[i].whole != whole)
			ask_for(&fleet->hosts[i], whole);
	}
}

/* --- steps ------------------------------------------------------------------------------------ */

int fleet_fd(const struct fleet *fleet)
{
	return fleet->epoll;
}

int fleet_timeout_ms(const struct fleet *fleet)
{
	int least = -1;

	for (size_t i = 0; i < fleet->count; i++) {
		int ms = session_timeout_ms(fleet->hosts[i].session);

		if (ms >= 0 && (least < 0 || ms < least))
			least = ms;
	}
	return least;
}

/* A connection has another pipe than the one before; a closed one leaves epoll by itself. */
static void listen_to(struct fleet *fleet, size_t index)
{
	struct epoll_event event = { .events = EPOLLIN, .data.u32 = (uint32_t)index };
	int fd = session_fd(fleet->hosts[index].session);

	if (fd >= 0) /* EEXIST: it is there already */
		epoll_ctl(fleet->epoll, EPOLL_CTL_ADD, fd, &event);
}

/* A host that lags must not hold up the others: one step each, in turn. */
static bool step_host(struct fleet *fleet, size_t index)
{
	unsigned events = session_step(fleet->hosts[index].session);

	listen_to(fleet, index);
	fleet->hosts[index].news |= events != 0;
	return events != 0;
}

bool fleet_step(struct fleet *fleet, const struct session *except)
{
	struct epoll_event events[EVENTS_MAX];
	int count = epoll_wait(fleet->epoll, events, EVENTS_MAX, 0);
	bool news = false;

	for (int i = 0; i < count; i++)
		if (fleet->hosts[events[i].data.u32].session != except)
			news |= step_host(fleet, events[i].data.u32);
	for (size_t i = 0; i < fleet->count; i++) {
		const struct session *session = fleet->hosts[i].session;

		if (session == except) {
			listen_to(fleet, i);
			fleet->hosts[i].news = true;
		} else if (session_timeout_ms(session) == 0) {
			news |= step_host(fleet, i);
		}
	}
	return news;
}

bool fleet_wait(struct fleet *fleet, uint64_t until_ms)
{
	struct pollfd fd = { .fd = fleet->epoll, .events = POLLIN };
	uint64_t now_ms = clock_mono_ms();
	int left_ms = until_ms > now_ms ? (int)(until_ms - now_ms) : 0;
	int timeout = fleet_timeout_ms(fleet);

	poll(&fd, 1, timeout < 0 || timeout > left_ms ? left_ms : timeout);
	return fleet_step(fleet, NULL);
}

/* --- rows ------------------------------------------------------------------------------------- */

static bool is_stale(const struct fleet *fleet, double age_s)
{
	double most_ms = (double)fleet->interval_ms * STALE_LOOKS;

	return age_s * 1000 > (most_ms > STALE_LEAST_MS ? most_ms : STALE_LEAST_MS);
}

/* Ages are made here, at the moment of drawing: figures of a minute ago must not look like those
 * of now. */
static void read_connection(const struct fleet *fleet, struct host *host, uint64_t now_ms)
{
	struct source_remote_status status = source_remote_status(host->source);
	struct fleet_row *row = &host->row;

	row->state = status.state;
	row->why = status.why;
	row->retry_s = status.retry_ms > now_ms ? (double)(status.retry_ms - now_ms) / 1000 : 0;
	row->age_s = status.heard_ms != 0 ? (double)(now_ms - status.heard_ms) / 1000 : -1;
	row->stale = status.heard_ms != 0 && is_stale(fleet, row->age_s);
}

/* The sentence is the same that the host's own dashboard would have. */
static void read_machine(struct host *host)
{
	struct fleet_row *row = &host->row;
	struct headline_facts facts;

	host->news = false;
	row->store = session_store(host->session);
	row->system = store_seen(row->store);
	row->headline = (struct headline){ 0 };
	row->climbers = 0;
	row->worst_name = NULL;
	row->eta_known = false;
	if (row->system == NULL)
		return;
	headline_gather(&facts, row->store);
	headline_write(&row->headline, &facts);
	row->climbers = facts.climbers;
	row->worst_name = facts.worst_name;
	row->worst_pid = facts.worst.pid;
	row->worst_kib_min = facts.worst_kib_min;
	row->eta_known = facts.worst_eta_known || facts.machine_eta_known;
	row->eta_s = facts.worst_eta_known ? facts.worst_eta.mid_s : facts.machine_eta_s;
}

/* The lower, the further up: what presses, then what cannot be seen, then the rest. */
static int rank(const struct fleet_row *row)
{
	bool seen = row->state == REMOTE_LIVE && !row->stale && row->system != NULL;

	if (!seen)
		return row->state == REMOTE_LIVE || row->state == REMOTE_LOST || row->stale ? 1 : 4;
	if (row->headline.mood == MOOD_ALARM)
		return 0;
	return row->headline.mood == MOOD_WARN ? 2 : row->climbers > 0 ? 3 : 5;
}

static double available_share(const struct fleet_row *row)
{
	if (row->system == NULL || !frame_knows_memory(row->system))
		return 2;
	return (double)frame_available_kib(row->system) / (double)row->system->total_kib;
}

static int compare_rows(const void *a, const void *b)
{
	const struct fleet_row *x = a, *y = b;
	int by = rank(x) - rank(y);
	/* whole percents, so that rows do not change places all the time */
	int share = (int)(available_share(x) * 100) - (int)(available_share(y) * 100);

	if (by != 0)
		return by;
	if (share != 0)
		return share;
	return x->index < y->index ? -1 : x->index > y->index;
}

const struct fleet_row *fleet_rows(struct fleet *fleet, size_t *count)
{
	uint64_t now_ms = clock_mono_ms();

	for (size_t i = 0; i < fleet->count; i++) {
		struct host *host = &fleet->hosts[i];

		host->row.index = i;
		host->row.name = host->name;
		read_connection(fleet, host, now_ms);
		if (host->news || host->row.store == NULL)
			read_machine(host);
		fleet->rows[i] = host->row;
	}
	order_sort(fleet->rows, fleet->count, sizeof(*fleet->rows), compare_rows);
	*count = fleet->count;
	return fleet->rows;
}
