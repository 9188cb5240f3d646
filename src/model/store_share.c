/* SPDX-License-Identifier: GPL-2.0-or-later */
/* store_share - whose growth it is when shared memory grows
 *
 * A process whose shmem grows has touched pages of a segment; whether they were there before, the
 * kernel does not say.  What the machine's Shmem gains is what was really made, so it is divided
 * among those who claim it, by rates over some twenty seconds:
 *
 *     supply = what Shmem gains, less what it gains anyhow (files in tmpfs, others' segments)
 *     claim  = what the shmem of a process gains
 *
 * A claim that the supply covers after all the others are served is growth of the process itself.
 * Otherwise the gain is borrowed: in no growth, no trend and no time left.  Where processes claim
 * more than there is (they touch the same pages), nobody among them can be told from the others;
 * their program as a whole may have made them, when they are the most of what Shmem gained.
 */
#include "model/store_priv.h"

#include "base/amount.h"
#include "base/real.h"
#include "base/xalloc.h"

enum {
	LEAST_KIB = 8,      /* as for a movement: a page or two */
	QUIET_S = 5,        /* a claim that was not renewed for so long fades */
	SETTLE_MS = 10000,  /* after the start claims are not all known: nothing is "anyhow" yet */
	ELSE_RISE_S = 30,   /* what grows without a claim is believed within so long ... */
	ELSE_FALL_S = 600,  /* ... and doubted as slowly while somebody might have made it */
	SPIKE_KIB_S = 1024, /* one file written at once is no rate */
};

static const double TAU_S = 20;
static const double COVERED = .6;      /* of a claim by the supply: it is its own ... */
static const double COVERED_HELD = .4; /* ... and stays so down to this */
static const double OVER = 1.3;        /* claims beyond this share of it: pages are shared */
static const double LEADING = .5; /* of what Shmem gains by what is made, where they are shared */
static const double LEAST_SHARE = .125; /* of what Shmem gains: less cannot be told from it */

static double seconds_since(const struct store *store, uint64_t then_ms)
{
	return store_seconds(store->now_ms > then_ms ? store->now_ms - then_ms : 0);
}

uint64_t store_borrowed_kib(const struct proc *proc)
{
	uint64_t borrowed_kib = proc->share != NULL ? proc->share->borrowed_kib : 0;

	return borrowed_kib < proc->figures.shmem_kib ? borrowed_kib : proc->figures.shmem_kib;
}

uint64_t store_own_kib(const struct proc *proc)
{
	return proc->figures.footprint_kib - store_borrowed_kib(proc);
}

/* --- claims --------------------------------------------------------------------------------- */

void store_share_read(struct store *store, struct proc *proc, uint64_t shmem_kib)
{
	struct proc_share *share = proc->share;

	if (share == NULL && shmem_kib <= proc->figures.shmem_kib + LEAST_KIB)
		return;
	if (share == NULL) {
		share = proc->share = xalloc_zero(1, sizeof(*share));
		share->read_ms = proc->detail_ms ? proc->detail_ms : store->before_ms;
		share->seen_kib = proc->figures.shmem_kib;
		store->sharers++;
	}
	double span_s = seconds_since(store, share->read_ms);
	if (span_s <= 0)
		return;
	double gained_kib = (double)shmem_kib - (double)share->seen_kib;
	double change = real_max(0, gained_kib) / span_s - (double)share->rate_kib_s;
	share->rate_kib_s += (float)((1 - real_exp(-span_s / TAU_S)) * change);
	if (gained_kib > 0 && !share->own)
		share->borrowed_kib += (uint64_t)gained_kib;
	else if (gained_kib < 0)
		share->borrowed_kib = share->borrowed_kib * shmem_kib / share->seen_kib;
	share->seen_kib = shmem_kib;
	share->read_ms = store->now_ms;
}

/* The rate of a process that was not read again, since it moved no more, fades. */
static double claim_of(const struct store *store, const struct proc *proc)
{
	double idle_s = seconds_since(store, proc->share->read_ms) - QUIET_S;
	double rate = (double)proc->share->rate_kib_s;

	return idle_s > 0 ? rate * real_exp(-idle_s / TAU_S) : rate;
}

/* Adds up the claims of each group; returns those of all processes together. */
static double gather_claims(struct store *store)
{
	double claims = 0;

	if (!store->sharers)
		return 0;
	for (int kind = 0; kind < GROUP_KINDS; kind++)
		for (size_t i = 0; i < store->groups[kind].count; i++) {
			struct group *group = &store->groups[kind].all[i];
			group->claim_kib_s = group->claims_kib_s = 0;
		}
	for (size_t i = store_next_active(store, 0); i < store->table.count;
		i = store_next_active(store, i + 1)) {
		const struct proc *proc = &store->table.procs[i];
		float claim = proc->share != NULL ? (float)claim_of(store, proc) : 0;
		claims += (double)claim;
		for (int kind = 0; claim > 0 && kind < GROUP_KINDS; kind++) {
			struct group *group = store_group_at(store, proc, (enum group_kind)kind);
			if (group == NULL)
				continue;
			group->claims_kib_s += claim;
			if (claim > group->claim_kib_s)
				group->claim_kib_s = claim;
		}
	}
	return claims;
}

/* --- supply --------------------------------------------------------------------------------- */

/* Shmem as it would be, were none of it in swap: what goes there is not gone. */
static uint64_t made_kib(const struct system_figures *system)
{
	return system->shmem_kib + amount_less(system->swap_total_kib, system->swap_free_kib);
}

/* How fast memory is made, a moving average: one look with a file cached or a burst of forks must
 * not count as the pace, so a rate is clipped at a few times what it was and what is claimed. */
static void follow_machine(struct store *store, double claims, double span_s)
{
	struct store_shares *shares = &store->shares;
	uint64_t kib = made_kib(&store->system);
	double rate = ((double)kib - (double)shares->made_kib) / span_s;
	double most = 3 * shares->made_kib_s + claims + SPIKE_KIB_S;

	rate = real_min(real_max(rate, -real_max(shares->made_kib_s, 0)), most);
	shares->made_kib = kib;
	shares->made_kib_s += (1 - real_exp(-span_s / TAU_S)) * (rate - shares->made_kib_s);
}

/* Follows what Shmem gains that no process claims.  While claims might explain all of it, what was
 * known before is kept; while they claim too much, they say nothing. */
static void follow_else(struct store *store, double claims, double span_s)
{
	struct store_shares *shares = &store->shares;
	double most = real_max(0, shares->made_kib_s), least = real_max(0, most - claims);
	double rise_s = real_min(ELSE_RISE_S, seconds_since(store, store->first_ms));

	if (store->now_ms - store->first_ms < SETTLE_MS)
		return;
	if (least > shares->else_kib_s)
		shares->else_kib_s += (least - shares->else_kib_s) * real_min(1, span_s / rise_s);
	else if (claims <= OVER * most)
		shares->else_kib_s += (least - shares->else_kib_s) *
				      real_min(1, span_s / ELSE_FALL_S);
	shares->else_kib_s = real_min(shares->else_kib_s, most);
}

/* --- whose it is ---------------------------------------------------------------------------- */

/* Shared memory that is there to be claimed, and how much of it is. */
struct market {
	double made;   /* what Shmem gains */
	double supply; /* without what it gains anyhow */
	double claims;
	bool crowded; /* pages are touched by several */
	bool told;    /* the kernel says what Shmem is; else nobody can be contradicted */
};

/* Whether the supply covers CLAIM after all OTHERS. */
static bool covers(const struct market *market, double claim, double others, bool held)
{
	return claim > 0 && claim >= LEAST_SHARE * market->made &&
	       market->supply - others >= claim * (held ? COVERED_HELD : COVERED);
}

/* The group that has most, of those that claim nearly all there is: it made what the others touch.
 * NULL: none, or it is not certain that anything was made. */
static const struct group *maker(const struct group_table *table, const struct market *market)
{
	const struct group *best = NULL;

	if (market->supply < LEADING * market->made)
		return NULL;
	for (size_t i = 0; i < table->count; i++) {
		const struct group *group = &table->all[i];
		double claim = (double)group->claim_kib_s;
		if (claim >= COVERED * market->supply && covers(market, claim, 0, false) &&
			(best == NULL || group->shared_kib > best->shared_kib))
			best = group;
	}
	return best;
}

/* Where claims exceed by far what the machine really gained, they cannot all be true; then only
 * the group that explains most of it is believed to make memory grow. */
static void judge_groups(struct store *store, const struct market *market)
{
	for (int kind = 0; kind < GROUP_KINDS; kind++) {
		struct group_table *table = &store->groups[kind];
		const struct group *best = market->crowded ? maker(table, market) : NULL;
		for (size_t i = 0; i < table->count; i++) {
			struct group *group = &table->all[i];
			double others = market->claims - (double)group->claims_kib_s;
			bool alone = !market->crowded && covers(market, (double)group->claim_kib_s,
								 others, group->makes);
			group->makes = !market->told || alone || group == best;
		}
	}
}

/* Whether the machine's end is of its making: its claim alone, or its group's that it makes most
 * of, covers what the machine gains. */
static void judge_eta(const struct store *store, struct proc *proc, const struct market *market)
{
	const struct group *group = store_group_at(store, proc, GROUP_PROGRAM);
	struct proc_share *share = proc->share;
	double claim = claim_of(store, proc);
	bool only = group != NULL && group->makes && (double)group->claims_kib_s <= OVER * claim;

	share->own = !market->told || (claim > 0 && only) ||
		     covers(market, claim, market->claims - claim, share->own);
}

void store_share_feed(struct store *store, bool gap)
{
	double span_s = store_seconds(store->now_ms - store->before_ms);
	double claims = gather_claims(store);

	if (store->ticks == 1 || gap || span_s <= 0) {
		store->shares.made_kib = made_kib(&store->system);
		return;
	}
	follow_machine(store, claims, span_s);
	follow_else(store, claims, span_s);
	if (!store->sharers)
		return;
	struct market market = {
		.made = store->shares.made_kib_s,
		.supply = store->shares.made_kib_s - store->shares.else_kib_s,
		.claims = claims,
		.told = store->system.shmem_kib > 0,
	};
	market.crowded = claims > OVER * market.supply;
	judge_groups(store, &market);
	for (size_t i = store_next_active(store, 0); i < store->table.count;
		i = store_next_active(store, i + 1))
		if (store->table.procs[i].share != NULL)
			judge_eta(store, &store->table.procs[i], &market);
}
