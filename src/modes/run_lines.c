/* SPDX-License-Identifier: GPL-2.0-or-later */
/* run_lines - see run_lines.h */
#include "modes/run_lines.h"

#include "base/proc_start.h"
#include "frame/grown.h"
#include "model/findings.h"
#include "model/maps.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
	INSIDE_KIB = 4096, /* a Python that has begun has more; growth that is worth a look */
	INSIDE_REST = 4,   /* times what a look took, until the next */
	SLOW_KIB = 256,    /* growth that is worth one, too, after ... */
	SLOW_MS = 5000,    /* ... so long, and ... */
	SLOW_REST = 20,    /* ... so many times what a look took */
	GAINS_KIB = 4096,  /* another one is followed that gained this and half as much more */
};

/* The answer on ID so far; NULL: nothing yet. */
static const struct frame *answer_of(struct session *session, struct ident id)
{
	const struct findings *findings = id.pid != 0 ? store_findings(session_store(session), id)
						      : NULL;

	return findings != NULL ? findings->grown : NULL;
}

/* --- whom to follow -------------------------------------------------------------------------- */

/* Where ID is noted; NULL: there are too many. */
static struct run_lines_seen *seen_of(struct run_lines *lines, struct ident id, uint64_t kib)
{
	for (size_t i = 0; i < lines->nseen; i++)
		if (ident_same(lines->seen[i].id, id))
			return &lines->seen[i];
	if (lines->nseen == RUN_LINES_SEEN)
		return NULL;
	struct run_lines_seen *seen = &lines->seen[lines->nseen++];
	*seen = (struct run_lines_seen){ .id = id, .first_kib = kib, .most_kib = kib };
	return seen;
}

static bool is_more(const struct frame *answer, const struct frame *than)
{
	return answer != NULL && answer->growns[0].runtime[0] != '\0' &&
	       (than == NULL || than->growns[0].runtime[0] == '\0' ||
		       answer->growns[0].rose_kib > than->growns[0].rose_kib);
}

/* The answer on who is followed now stays: once it is followed again, it begins anew. */
static void keep_answer(struct run_lines *lines, struct session *session)
{
	const struct frame *answer = answer_of(session, lines->id);

	if (!is_more(answer, lines->left))
		return;
	frame_free(lines->left);
	lines->left = frame_new();
	grown_copy(lines->left, answer, 0);
}

static void follow_process(struct run_lines *lines, struct session *session, struct ident id)
{
	struct request request = { .kind = REQUEST_LINES, .id = id };
	struct run_lines_seen *seen = seen_of(lines, id, 0);

	if (seen != NULL && ident_same(id, lines->id))
		seen->again = true;
	keep_answer(lines, session);
	lines->id = id;
	lines->looked_kib = 0;
	lines->answers = 0;
	lines->mapped_ms = 0;
	session_ask(session, &request, false);
}

static uint64_t gain_of(const struct run_lines_seen *seen)
{
	return seen->most_kib - seen->first_kib;
}

static bool is_named_python(const struct proc *proc)
{
	return strncmp(proc->comm, "python", 6) == 0;
}

/* Whether it may be followed instead of who is now.  One that was refused may have become a Python
 * since, as a script of a shell does that waits before. */
static bool may_follow(const struct run_lines *lines, struct session *session,
	const struct run_lines_seen *seen)
{
	const struct frame *told = answer_of(session, seen->id);

	if (ident_same(seen->id, lines->id))
		return told != NULL && told->growns[0].error != 0 && !seen->again;
	return told == NULL || !told->growns[0].ended;
}

/* Notes what PROC has; NULL: it does not call itself a Python. */
static struct run_lines_seen *note_size(struct run_lines *lines, struct session *session,
	const struct proc *proc)
{
	const struct frame *told = answer_of(session, proc->id);
	uint64_t kib = proc->figures.footprint_kib;
	bool now = ident_same(proc->id, lines->id);
	struct run_lines_seen *seen = now || is_named_python(proc) ? seen_of(lines, proc->id, kib)
								   : NULL;

	if (seen != NULL && seen->first_kib == 0 && told != NULL &&
		told->growns[0].runtime[0] != '\0') {
		seen->first_kib = seen->most_kib = kib;
	}
	if (seen != NULL && kib > seen->most_kib)
		seen->most_kib = kib;
	return is_named_python(proc) && kib > 0 ? seen : NULL;
}

/* The process to be followed instead of who is now, of those that call themselves a Python: the one
 * that gained most, or that was there first.  NULL: there is none. */
static const struct run_lines_seen *best_other(struct run_lines *lines, struct session *session,
	const struct view *view)
{
	const struct run_lines_seen *best = NULL;

	for (size_t i = 0; i < view->count; i++) {
		const struct run_lines_seen *seen = note_size(lines, session, view->rows[i].proc);

		if (seen != NULL && may_follow(lines, session, seen) &&
			(best == NULL || gain_of(seen) > gain_of(best)))
			best = seen;
	}
	return best;
}

/* Whether who is followed now is to be left for OTHER.  What calls itself a Python and is none yet
 * may be a script of a shell that becomes one. */
static bool is_better(struct run_lines *lines, struct session *session,
	const struct run_lines_seen *other)
{
	const struct frame *answer = answer_of(session, lines->id);
	const struct proc *proc = store_find(session_store(session), lines->id);
	const struct run_lines_seen *now = seen_of(lines, lines->id, 0);

	if (proc == NULL || now == NULL || (answer != NULL && answer->growns[0].ended))
		return true;
	if ((answer == NULL || answer->growns[0].runtime[0] == '\0') && !is_named_python(proc))
		return true;
	return gain_of(other) >= gain_of(now) / 2 * 3 + GAINS_KIB;
}

/* The program that runs as PID: a child of ours keeps its pid until it has been waited for. */
static struct ident ident_of(int32_t pid)
{
	struct ident id = { .pid = pid };
	char path[32];

	snprintf(path, sizeof(path), "/proc/%d", (int)pid);
	int dir = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return id;
	id.start_ticks = proc_start_ticks(dir);
	close(dir);
	return id;
}

void run_lines_begin(struct run_lines *lines, struct session *session, int32_t pid)
{
	if (lines->wanted)
		follow_process(lines, session, ident_of(pid));
}

/* --- what it has ----------------------------------------------------------------------------- */

/* Whether it has grown enough for another look, KIB being its footprint: by a third, so that all
 * looks take a few times what the last one takes; by less if the last one was long ago. */
static bool is_due(const struct run_lines *lines, const struct store *store,
	const struct findings *findings, uint64_t kib)
{
	bool python = findings != NULL && findings->grown != NULL &&
		      findings->grown->growns[0].runtime[0] != '\0';
	bool fast = kib >= lines->looked_kib * 4 / 3 + INSIDE_KIB ||
		    (lines->looked_kib == 0 && python);

	if (lines->looked_kib > 0 && (findings == NULL || findings->answers == lines->answers))
		return false; /* the last one has yet to come */
	if (findings == NULL || findings->last == NULL)
		return fast;
	double since_ms = (double)(store_now_ms(store) - findings->last_ms);
	double cost_ms = findings->last->insides[0].cost_ms;
	if (fast)
		return since_ms >= cost_ms * INSIDE_REST;
	return kib >= lines->looked_kib + SLOW_KIB && since_ms >= SLOW_MS &&
	       since_ms >= cost_ms * SLOW_REST;
}

/* At its objects: early, and whenever it has grown since: the last look is near its peak. */
static void look_inside(struct run_lines *lines, struct session *session)
{
	const struct store *store = session_store(session);
	const struct proc *proc = lines->id.pid != 0 ? store_find(store, lines->id) : NULL;
	const struct findings *findings = store_findings(store, lines->id);
	struct request request = { .kind = REQUEST_INSIDE, .id = lines->id };
	unsigned answers = findings != NULL ? findings->answers : 0;

	if (proc == NULL || !is_due(lines, store, findings, proc->figures.footprint_kib))
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

/* Whether its mappings were read after they were last asked for, or may not be; an answer that
 * comes after the question may be to the one before. */
static bool is_mapped(const struct run_lines *lines, const struct maps *maps)
{
	if (maps == NULL || maps->answer_ms < lines->mapped_ms)
		return false;
	return maps->figures.error != 0 ||
	       (double)maps->parts_ms - maps->figures.cost_ms >= (double)lines->mapped_ms;
}

/* The mappings are read once for each look at its objects, not on and on. */
static void stop_mapping(struct run_lines *lines, struct session *session)
{
	struct request request = { .kind = REQUEST_SHALLOW };

	if (lines->mapped_ms == 0 ||
		!is_mapped(lines, store_maps(session_store(session), lines->id)))
		return;
	lines->mapped_ms = 0;
	session_ask(session, &request, false);
}

void run_lines_look(struct run_lines *lines, struct session *session, const struct view *view)
{
	if (!lines->wanted || lines->id.pid == 0)
		return;
	stop_mapping(lines, session);
	look_inside(lines, session);
	const struct run_lines_seen *other = best_other(lines, session, view);
	if (other != NULL && is_better(lines, session, other))
		follow_process(lines, session, other->id);
}

bool run_lines_open(const struct run_lines *lines, struct session *session)
{
	const struct frame *answer = answer_of(session, lines->id);

	return lines->wanted && lines->id.pid != 0 && (answer == NULL || !answer->growns[0].ended);
}

void run_lines_end(struct run_lines *lines, struct session *session)
{
	const struct frame *found = answer_of(session, lines->id);
	struct ident id = lines->id;
	uint32_t pythons = 0;

	for (size_t i = 0; i < lines->nseen; i++)
		pythons += lines->seen[i].most_kib >= INSIDE_KIB;
	if (is_more(lines->left, found)) {
		found = lines->left;
		id = (struct ident){ found->growns[0].pid, found->growns[0].start_ticks };
	}
	lines->found = (struct profile_lines){
		.grown = found,
		.maps = store_maps(session_store(session), id),
		.inside = store_findings(session_store(session), id),
		.why = "the program was over before it could be followed",
		.pythons = pythons,
	};
}

void run_lines_done(struct run_lines *lines)
{
	frame_free(lines->left);
	lines->left = NULL;
}
