/* SPDX-License-Identifier: GPL-2.0-or-later */
/* looks - see looks.h; pure, but for what it remembers */
#include "session/looks.h"

#include "model/findings.h"

enum {
	COST_TIMES = 25,      /* 4 % of a processor */
	LEAST_MS = 2000,      /* between two looks, whomever into */
	AGAIN_MS = 30 * 1000, /* into the same process */
	LOST_MS = 60 * 1000,  /* an answer that did not come by then never will */
};

/* The list is a ring: of many that cannot be looked into, the oldest is tried again. */
static bool is_refused(const struct looks *looks, struct ident id)
{
	for (size_t i = 0; i < looks->nrefused && i < LOOKS_REFUSED_MAX; i++)
		if (ident_same(looks->refused[i], id))
			return true;
	return false;
}

/* Whether the answer has come, or never will: what it cost is paid by waiting. */
static bool take_answer(struct looks *looks, const struct store *store)
{
	const struct findings *findings = store_findings(store, looks->id);
	uint64_t now_ms = store_now_ms(store);
	bool came = findings != NULL && findings->answers > looks->answers;
	double cost_ms = 0;

	if (!came && now_ms < looks->asked_ms + LOST_MS)
		return false;
	if (came && findings->failed == NULL && findings->last != NULL)
		cost_ms = findings->last->insides[0].cost_ms * COST_TIMES;
	else
		looks->refused[looks->nrefused++ % LOOKS_REFUSED_MAX] = looks->id;
	looks->next_ms = now_ms + (cost_ms > LEAST_MS ? (uint64_t)cost_ms : LEAST_MS);
	looks->id = (struct ident){ 0 };
	return true;
}

/* The process that climbs and was looked into longest ago; NULL: none, or all of them lately. */
static const struct proc *choose_proc(const struct looks *looks, const struct store *store)
{
	uint64_t now_ms = store_now_ms(store);
	uint64_t oldest_ms = now_ms > AGAIN_MS ? now_ms - AGAIN_MS : 1;
	const struct proc *chosen = NULL;
	size_t count = store_count(store);

	for (size_t i = store_next_active(store, 0); i < count;
		i = store_next_active(store, i + 1)) {
		const struct proc *proc = store_proc(store, i);

		if (store_verdict(store, proc) != TREND_CLIMBING || is_refused(looks, proc->id))
			continue;
		const struct findings *findings = store_findings(store, proc->id);
		uint64_t at_ms = findings != NULL ? findings->answer_ms : 0;
		if (at_ms < oldest_ms) {
			oldest_ms = at_ms;
			chosen = proc;
		}
	}
	return chosen;
}

bool looks_step(struct looks *looks, const struct store *store, struct request *request)
{
	if (looks->id.pid != 0 && !take_answer(looks, store))
		return false;
	if (store_now_ms(store) < looks->next_ms)
		return false;
	const struct proc *proc = choose_proc(looks, store);
	if (proc == NULL)
		return false;
	const struct findings *findings = store_findings(store, proc->id);
	looks->id = proc->id;
	looks->answers = findings != NULL ? findings->answers : 0;
	looks->asked_ms = store_now_ms(store);
	*request = (struct request){ .kind = REQUEST_INSIDE, .id = proc->id };
	return true;
}
