/* SPDX-License-Identifier: GPL-2.0-or-later */
/* run_lines - see run_lines.h */
#include "modes/run_lines.h"

#include "model/findings.h"
#include "model/maps.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	INSIDE_KIB = 4096, /* a Python that has begun has more; growth that is worth a look */
	INSIDE_REST = 4,   /* times what a look took, until the next */
};

/* What is known of who is followed; NULL: nothing yet. */
static const struct frame *answer_of(const struct run_lines *lines, struct session *session)
{
	const struct findings *findings = lines->id.pid != 0
						  ? store_findings(session_store(session),
							    lines->id)
						  : NULL;

	return findings != NULL ? findings->grown : NULL;
}

static void follow(struct run_lines *lines, struct session *session, struct ident id)
{
	struct request request = { .kind = REQUEST_LINES, .id = id };

	lines->id = id;
	session_ask(session, &request, false);
}

/* Field 22 of proc_pid_stat(5), behind the name, which may hold anything; 0: there is none. */
static uint64_t start_ticks(int32_t pid)
{
	char path[32], text[1024], *at;
	int fd;
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	n = fd >= 0 ? read(fd, text, sizeof(text) - 1) : -1;
	if (fd >= 0)
		close(fd);
	text[n > 0 ? n : 0] = '\0';
	at = strrchr(text, ')');
	for (int field = 2; at != NULL && field < 22; field++)
		at = strchr(at + 1, ' ');
	return at != NULL ? strtoull(at, NULL, 10) : 0;
}

void run_lines_begin(struct run_lines *lines, struct session *session, int32_t pid)
{
	if (lines->wanted)
		follow(lines, session, (struct ident){ pid, start_ticks(pid) });
}

/* At its objects: early, and whenever it has grown by a third since, so that the last such look is
 * near its peak; all of them take a few times what that one takes. */
static void look_inside(struct run_lines *lines, struct session *session)
{
	const struct store *store = session_store(session);
	const struct proc *proc = lines->id.pid != 0 ? store_find(store, lines->id) : NULL;
	const struct findings *findings = store_findings(store, lines->id);
	struct request request = { .kind = REQUEST_INSIDE, .id = lines->id };
	unsigned answers = findings != NULL ? findings->answers : 0;

	if (proc == NULL || proc->figures.footprint_kib < lines->looked_kib * 4 / 3 + INSIDE_KIB ||
		(lines->looked_kib > 0 && answers == lines->answers))
		return;
	if (findings != NULL && findings->last != NULL &&
		(double)(store_now_ms(store) - findings->last_ms) <
			findings->last->insides[0].cost_ms * INSIDE_REST)
		return;
	lines->looked_kib = proc->figures.footprint_kib;
	lines->answers = answers;
	session_ask(session, &request, false);
	request.kind = REQUEST_MAPPINGS;
	session_ask(session, &request, false);
	request.kind = REQUEST_AGAIN; /* where they were asked for before */
	session_ask(session, &request, false);
	lines->mapped_ms = store_now_ms(store);
}

/* Its mappings are read once for each look at its objects, not on and on. */
static void stop_mapping(struct run_lines *lines, struct session *session)
{
	const struct maps *maps = store_maps(session_store(session), lines->id);
	struct request request = { .kind = REQUEST_SHALLOW };

	if (lines->mapped_ms == 0 || maps == NULL || maps->answer_ms < lines->mapped_ms)
		return;
	lines->mapped_ms = 0;
	session_ask(session, &request, false);
}

void run_lines_look(struct run_lines *lines, struct session *session, const struct view *view)
{
	const struct frame *answer = answer_of(lines, session);

	stop_mapping(lines, session);
	look_inside(lines, session);
	if (lines->id.pid == 0 || (answer != NULL && answer->growns[0].runtime[0] != '\0'))
		return;
	for (size_t i = 0; i < view->count; i++) {
		const struct proc *proc = view->rows[i].proc;

		if (strncmp(proc->comm, "python", 6) != 0 || ident_same(proc->id, lines->id))
			continue;
		follow(lines, session, proc->id);
		return;
	}
}

bool run_lines_open(const struct run_lines *lines, struct session *session)
{
	const struct frame *answer = answer_of(lines, session);

	return lines->wanted && lines->id.pid != 0 && (answer == NULL || !answer->growns[0].ended);
}

void run_lines_end(struct run_lines *lines, struct session *session)
{
	lines->found = (struct profile_lines){
		.grown = answer_of(lines, session),
		.maps = store_maps(session_store(session), lines->id),
		.inside = store_findings(session_store(session), lines->id),
		.why = "the program was over before it could be followed",
	};
}
