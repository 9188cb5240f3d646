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

#include "base/xalloc.h"

#include <math.h>

enum {
	LEAST_KIB = 8,      /* as for a movement: a page or two */
	QUIET_S = 5,        /* a claim that was not renewed for so long fades */
	SETTLE_MS = 10000,  /* after the start claims are not all known: nothing is "anyhow" yet */
	ELSE_RISE_S = 30,   /* what grows without a claim is believed within so long ... */
	ELSE_FALL_S = 600,  /* ... and doubted as slowly while somebody might have made it */
	SPIKE_KIB_S = 1024, /* one file written at once is no rate */
};

static const double TAU_S = 20;
static const double COVERED = .6;       /* of a claim by the supply: it is its own ... */
static const double COVERED_HELD = .4;  /* ... and stays so down to this */
static const double OVER = 1.3;         /* claims beyond this share of it: pages are shared */
static const double LEAST_SHARE = .125; /* of what Shmem gains: less cannot be told from it */

static double seconds_since(const struct store *store, uint64_t then_ms)
{
	return store_seconds(store->now_ms > then_ms ? store->now_ms - then_ms : 0);
}

uint64_t store_borrowed_kib(const struct proc *proc)
{
	uint64_t borrowed_kib = proc->share ? proc->share->borrowed_kib : 0;

	return borrowed_kib < proc->shmem_kib ? borrowed_kib : proc->shmem_kib;
}

uint64_t store_own_kib(const struct proc *proc)
{
	return proc->footprint_kib - store_borrowed_kib(proc);
}

/* --- claims --------------------------------------------------------------------------------- */

void store_share_read(struct store *store, struct proc *proc, uint64_t shmem_kib)
{
	struct proc_share *share = proc->share;

	if (!share && shmem_kib <= proc->shmem_kib + LEAST_KIB)
		return;
	if (!share) {
		share = proc->share = xalloc_zero(1, sizeof(*share));
		share->read_ms = proc->detail_ms ? proc->detail_ms : store->before_ms;
		share->seen_kib = proc->shmem_kib;
		store->sharers++;
	}
	double span_s = seconds_since(store, share->read_ms);
	if (span_s <= 0)
		return;
	double gained_kib = (double)shmem_kib - (double)share->seen_kib;
	double change = fmax(0, gained_kib) / span_s - (double)share->rate_kib_s;
	share->rate_kib_s += (float)((1 - exp(-span_s / TAU_S)) * change);
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

	return idle_s > 0 ? rate * exp(-idle_s / TAU_S) : rate;
}

static double sum_of_claims(const struct store *store)
{
	double sum = 0;

	for (size_t i = store_next_active(store, 0); store->sharers && i < store->table.count;
		i = store_next_active(store, i + 1))
		if (store->table.procs[i].share)
			sum += claim_of(store, &store->table.procs[i]);
	return sum;
}

/* --- supply --------------------------------------------------------------------------------- */

/* What Shmem would be, were none of it in swap: what goes there is not gone. */
static uint64_t made_kib(const struct system_figures *system)
{
	uint64_t swapped_kib = system->swap_total_kib > system->swap_free_kib
				       ? system->swap_total_kib - system->swap_free_kib
				       : 0;

	return system->shmem_kib + swapped_kib;
}

static void follow_machine(struct store *store, double claims, double span_s)
{
	struct store_shares *shares = &store->shares;
	uint64_t kib = made_kib(&store->system);
	double rate = ((double)kib - (double)shares->made_kib) / span_s;
	double most = 3 * shares->made_kib_s + claims + SPIKE_KIB_S;

	rate = fmin(fmax(rate, -fmax(shares->made_kib_s, 0)), most);
	shares->made_kib = kib;
	shares->made_kib_s += (1 - exp(-span_s / TAU_S)) * (rate - shares->made_kib_s);
}

/* What Shmem gains that no process claims.  While claims might explain all of it, what was known
 * before is kept; while they claim too much, they say nothing. */
static void follow_else(struct store *store, double claims, double span_s)
{
	struct store_shares *shares = &store->shares;
	double most = fmax(0, shares->made_kib_s), least = fmax(0, most - claims);
	double age_s = seconds_since(store, store->first_ms);

	if (store->now_ms - store->first_ms < SETTLE_MS)
		return;
	if (least > shares->else_kib_s)
		shares->else_kib_s += (least - shares->else_kib_s) *
				      fmin(1, span_s / fmin(ELSE_RISE_S, age_s));
	else if (claims <= OVER * most)
		shares->else_kib_s += (least - shares->else_kib_s) * fmin(1, span_s / ELSE_FALL_S);
	shares->else_kib_s = fmin(shares->else_kib_s, most);
}

/* --- whose it is ---------------------------------------------------------------------------- */

static void judge(const struct store *store, struct proc *proc, double claims)
{
	const struct store_shares *shares = &store->shares;
	struct proc_share *share = proc->share;
	double claim = claim_of(store, proc), others = claims - claim;
	double supply = shares->made_kib_s - shares->else_kib_s;

	/* a kernel that does not tell Shmem cannot contradict */
	share->own = store->system.shmem_kib == 0 ||
		     (claim > 0 && claim >= LEAST_SHARE * shares->made_kib_s &&
			     supply - others >= claim * (share->own ? COVERED_HELD : COVERED));
}

void store_share_feed(struct store *store, bool gap)
{
	double span_s = store_seconds(store->now_ms - store->before_ms);
	double claims = sum_of_claims(store);

	if (store->ticks == 1 || gap || span_s <= 0) {
		store->shares.made_kib = made_kib(&store->system);
		return;
	}
	follow_machine(store, claims, span_s);
	follow_else(store, claims, span_s);
	for (size_t i = store_next_active(store, 0); store->sharers && i < store->table.count;
		i = store_next_active(store, i + 1))
		if (store->table.procs[i].share)
			judge(store, &store->table.procs[i], claims);
}
