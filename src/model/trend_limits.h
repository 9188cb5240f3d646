/* SPDX-License-Identifier: GPL-2.0-or-later */
/* trend_limits - every threshold of the trend engine, in one place
 *
 * They were settled on labelled traces (tests/trend/README.md says how to
 * score a change). Private to trend*.c.
 */
#ifndef MEMTOP_MODEL_TREND_LIMITS_H
#define MEMTOP_MODEL_TREND_LIMITS_H

static const struct trend_limits {
	/* what counts as growth at all */
	double gain_kib;    /* least gain of a window ... */
	double gain_share;  /* ... and as a share of the figure */
	double jump_share;  /* one rise above this share of all is a jump, not growth */
	int highs;          /* new highs needed among the floors; in tier 0 all must be */
	double high_share;  /* a new high is worth this share of the mean gain of a floor */
	double onset_share; /* growth sets in when the window has this share of its gain ... */
	int onset_floors;   /* ... but leaves at least so many floors */
	double tau;         /* least Kendall tau-a of the floors */
	int floors[6];      /* floors needed, by tier */
	int floors_near;    /* ... by tier 0 when its growth fills the room left within near_s */
	int floors_least;   /* no tier is tested below this */

	/* straight or bending towards a plateau */
	double bend_least; /* late slope over early slope, whatever the noise */
	double bend_level; /* what it must reach but for noise of 2 se ... */
	double bend_held;  /* ... and while the tier is on */
	double bend_se;    /* the se allowed for */
	int bend_half;     /* floors from which the later half may speak alone */
	double bend_over;  /* ... if its bend is at least this by 1 se */
	double bend_end;   /* c <= this * b: growth must not be at the end alone */
	/* below a longer tier that bends: the bend that its plateau would give a window ... */
	double due_most; /* ... above this nothing can be told from so short a window */
	double due_se; /* ... and the window's must be above the middle of it and 1 by so many se */

	/* path A: clean, new ground */
	double clean_swings;   /* gain over the largest swing */
	double clean_movement; /* gain over all movement of the floors */
	double clean_above;    /* share of the floors above all that was before */

	/* path B: under swings */
	int swing_tier;        /* from this tier on */
	double swing_whole;    /* median swing of a bucket over the largest swing */
	double swing_growth;   /* ... and over the growth per bucket */
	double swing_gain;     /* gain over the largest swing */
	double swing_residual; /* gain over the residual's sd */
	int swing_ceiling;     /* from this tier on the tops need not reach the old ones */

	/* path C: clean, but below an old peak */
	int below_tier;        /* from this tier on */
	int below_floors;      /* floors needed */
	double below_tau;      /* least tau */
	double below_straight; /* least bend */
	double below_bend;     /* greatest bend */

	/* growth must be current */
	int recent;          /* so many last floors ... */
	double recent_share; /* ... must gain this share of the mean (held: of the rate) */
	double regain_share; /* growth since a stop over the window's rate */
	double stop_s;       /* a wait for a new high that ends a climb, at least ... */
	double stop_pauses;  /* ... and in units of its longest pause */
	double record_swing; /* a new high counts when above the last by this share of a swing */

	/* a climb that gives back */
	double back_swings; /* it ends when it gives back so many swings ... */
	double back_gain;   /* ... and this share of its gain */

	/* memory of the past */
	double leak_s;      /* time constant of the leaky maxima */
	double gap_periods; /* a longer wait than this many periods is a gap */

	/* states */
	double new_s;                    /* too short to tell */
	double watch_s;                  /* no growth to be seen is not steady before this */
	double young_s;                  /* a process below this age is only warming ... */
	double near_s;                   /* ... unless it reaches its limit within this time */
	double receding_s;               /* how long the end of a climb is told */
	double spike_kib, spike_share;   /* above the floor of late ... */
	double spike_rare;               /* ... where at most this share of the buckets reached */
	double shrink_kib, shrink_share; /* the tops must fall by so much */
	float shrink_recent;             /* ... and by this share of it of late */
	int shrink_floors;               /* buckets needed */
	int shrink_tier;                 /* tiers that look for it */
	int shrink_tier_last;
	double confidence[6]; /* by the longest tier that is on */

	/* the rate */
	double rate_width;     /* a longer tier must narrow the interval to this share */
	double rate_enough;    /* relative half width at which to stop */
	double rate_round_kib; /* rounding of the samples widens the interval ... */
	double rate_wait;      /* ... and so does growth in this share of a wait for a new high */
} limits = {
	.gain_kib = 144,
	.gain_share = 1e-4,
	.jump_share = .5,
	.highs = 6,
	.high_share = .25,
	.onset_share = .05,
	.onset_floors = 8,
	.tau = .85,
	.floors = { 22, 12, 10, 10, 10, 10 },
	.floors_near = 12,
	.floors_least = 9,

	.bend_least = .3,
	.bend_level = .75,
	.bend_held = .46,
	.bend_se = 2,
	.bend_half = 18,
	.bend_over = .8,
	.bend_end = .8,
	.due_most = .7,
	.due_se = 3,

	.clean_swings = 2.5,
	.clean_movement = .6,
	.clean_above = 1. / 3,

	.swing_tier = 1,
	.swing_whole = .3,
	.swing_growth = 2,
	.swing_gain = .2,
	.swing_residual = 6,
	.swing_ceiling = 3,

	.below_tier = 3,
	.below_floors = 10,
	.below_tau = .95,
	.below_straight = .8,
	.below_bend = 1.6,

	.recent = 8,
	.recent_share = .2,
	.regain_share = .5,
	.stop_s = 7,
	.stop_pauses = 1.7,
	.record_swing = .25,

	.back_swings = 2,
	.back_gain = .5,

	.leak_s = 7200,
	.gap_periods = 4,

	.new_s = 8,
	.watch_s = 30,
	.young_s = 40,
	.near_s = 120,
	.receding_s = 60,
	.spike_kib = 1024,
	.spike_share = .1,
	.spike_rare = .5,
	.shrink_kib = 1024,
	.shrink_share = .005,
	.shrink_recent = .1f,
	.shrink_floors = 12,
	.shrink_tier = 1,
	.shrink_tier_last = 3,
	.confidence = { .78, .79, .88, .94, .98, .99 },

	.rate_width = .7,
	.rate_enough = .05,
	.rate_round_kib = 4,
	.rate_wait = .3,
};

#endif
