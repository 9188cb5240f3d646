/* SPDX-License-Identifier: GPL-2.0-or-later */
/* trend_limits - every threshold of the trend engine, in one place
 *
 * They were settled on labelled traces (tests/trend/README.md says how to
 * score a change). Private to trend*.c.
 */
#pragma once

static const struct trend_limits {
	/* what counts as growth at all */
	double gain_kib;    /* least gain of a window ... */
	double gain_share;  /* ... and as a share of the figure */
	double jump_share;  /* one rise above this share of all is a jump, not growth */
	int highs;          /* new highs needed among the floors; in tier 0 all must be */
	double high_share;  /* a new high is worth this share of the mean gain of a floor */
	double onset_share; /* growth sets in when the window has this share of its gain ... */
	int onset_floors;   /* ... but leaves at least so many floors */
	int floors[6];      /* floors needed, by tier */
	int floors_near;    /* ... by tier 0 when its growth fills the room left within near_s */
	int floors_clean;   /* ... by tier 0 when its growth is very clean ... */
	double clean_most;  /* ... and no surge: at most this share of the figure */
	int floors_least;   /* no tier is tested below this */

	/* straight or bending towards a plateau */
	double bend_least;   /* late slope over early slope, whatever the noise */
	double bend_level;   /* what it must reach but for noise of 2 se ... */
	double bend_held;    /* ... and while the tier is on */
	double bend_se;      /* the se allowed for */
	double bend_sure;    /* before a call a bend below this is one, however slight, ... */
	double bend_sure_se; /* ... when it is so many se below it */
	int bend_half;       /* floors from which the later half may speak alone ... */
	int bend_half_least; /* ... and from which it may say that the bend is over */
	double bend_over;    /* ... if its bend is at least this by 1 se */
	double bend_end;     /* c <= this * b: growth must not be at the end alone */
	/* below a longer tier that bends: the bend that its plateau would give a window ... */
	double due_most; /* ... above this nothing can be told from so short a window */
	double due_se; /* ... and the window's must be above the middle of it and 1 by so many se */

	/* path A: clean, new ground */
	double clean_swings;   /* gain over the largest swing */
	double clean_movement; /* gain over all movement of the floors */
	int line_tier;         /* from this tier on a line ... */
	double line_clean;     /* ... (this residual over the gain) ... */
	double line_swings;    /* ... may be above all before by this share of the swing instead */
	double clean_above;    /* share of the floors above all that was before */

	double clean_days; /* newest floor above all before, over the largest swing of days */

	/* short tiers must be very clean where short evidence has misled */
	int brief_tier;           /* up to this tier ... */
	double brief_age_s;       /* ... in a process below this age ... */
	double brief_rate_kib_s;  /* ... or below this rate ... */
	double brief_residual[2]; /* ... the residual's sd over the gain is at most this, by tier */
	double brief_round_kib;   /* ... but for rounding ... */
	double brief_step;        /* ... and no rise more than so many mean ones */
	/* ... but for what a young process took in this share of its life ... */
	double lifelong_span;
	double lifelong_share;    /* ... this of all it has ... */
	double lifelong_kib_s;    /* ... at this rate, so that waiting costs ... */
	double lifelong_back;     /* ... of which it gave back this at most: */
	double lifelong_residual; /* the residual that it may have, ... */
	double lifelong_step;     /* ... the highest rise ... */
	double lifelong_bend[2];  /* ... and least and greatest bend */
	/* ... or of what an old one took in batches, as the kernel counts ... */
	double batch_kib;      /* ... of this at most, ... */
	double batch_residual; /* ... evenly: the residual it may have, over a batch ... */
	double batch_many;     /* ... and so many of them */
	/* growth that a process has known for a good part of its life must have lasted ... */
	double start_spans;     /* (in a process younger than so many times that) ... */
	double start_line;      /* (but for a line: this residual over the gain ... */
	double start_line_bend; /* ... that hardly bends down ... */
	double start_line_se;   /* ... or by so many se at most) ... */
	double start_many[2];   /* ... so many times, above swings and below, what proves it: */
	double start_least_s;   /* at least this, ... */
	double start_kib;       /* ... the time in which it gains so much, ... */
	double start_waits[2];  /* ... and so many of its waits for a new high, likewise ... */
	double start_even;      /* (as below swings where this share of its rises is alike) ... */
	double start_most_s;    /* ... at most this */
	int rough_tier;         /* up to this tier growth that is not clean ... */
	double rough_residual;  /* ... (this residual over the gain) */
	double rough_bend;      /* ... must be straight, noise or not */
	double rough_bend_most;
	double rough_bend_fast; /* (this, of what is neither slow nor young) */
	double rough_steps;     /* ... and with a residual above this ... */
	double rough_step;      /* ... no rise may be more than so many mean ones */
	double few_swing; /* ... and where the residual is above this share of the swing ... */
	double few_rises; /* ... they must be worth so many equal ones */
	int rougher_tier; /* ... and up to this tier ... */
	double rougher_residual; /* ... with a residual above this it is not even looked at */
	double noise_swing;      /* ... but for noise, which is below this share of the swing ... */
	double noise_residual;   /* ... with one above this */

	/* the tail of a start, in a process below that age */
	int tail_tier;    /* whose ring still has its first minutes */
	double tail_span; /* growth of less than this share of its age ... */
	double tail_rate; /* ... and slower than this share of its rate since it is watched, ... */
	double drawn_residual; /* ... unless it is a line (this residual over the gain) */

	/* path B: under swings */
	int swing_tier; /* from this tier on */
	/* by what the floors are taken from: buckets, two buckets together, swings */
	int swing_floors[3];      /* floors needed (of buckets: see floors) */
	double swing_tau[3];      /* least tau */
	double swing_whole[3];    /* median swing of one over the largest swing */
	double swing_residual[3]; /* gain over the residual's sd */
	double swing_growth;      /* ... and over the growth per bucket */
	double swing_gain;        /* gain over the largest swing */
	double swing_age_s;       /* ... in a process below this age ... */
	double swing_young;       /* ... by this instead */
	int swing_ceiling;        /* from this tier on the tops need not reach the old ones ... */
	double swing_all;         /* ... if no larger swing is known: over the largest of days */

	int pair_tier; /* two buckets together from this tier on */

	int cycle_tier;        /* swing by swing from this tier on */
	double cycle_turn;     /* what turns by this share of the largest swing is one */
	double cycle_uneven;   /* longest over shortest */
	double cycle_tops;     /* gain of the tops over that of the floors */
	double cycle_most;     /* median rise of one over the largest fall */
	double cycle_residual; /* residual's sd over it ... */
	double cycle_clean;    /* ... or over the gain */
	int cycle_many;        /* fewer swings than this ... */
	double cycle_bend;     /* ... must bend no more than this */

	/* path C: clean, but below an old peak */
	int below_tier;        /* from this tier on */
	int below_floors;      /* floors needed */
	double below_tau;      /* least tau */
	double below_straight; /* least bend */
	double below_bend;     /* greatest bend (for B below an old peak, too) */
	double below_s[6]; /* growth that is back at the old peak within this time may be a cycle's
			    * rise (B, too): the shorter the tier the slower the rise it takes
			    * for a line */
	int line_floors;   /* ... but in the last tier so many floors ... */
	double line_residual;  /* ... so close to their curve, by the gain ... */
	double line_round_kib; /* ... (but for the batches in which they come) ... */
	double line_bend;      /* ... and as straight as this either way are none */

	/* growth must be current */
	int recent;          /* so many last floors ... */
	double recent_share; /* ... must gain this share of the mean (held: of the rate) */
	int fresh_tier;      /* up to this tier clean growth is told by what came since a stop */
	double regain_share; /* growth since a stop over the window's rate */
	double stop_s;       /* a wait for a new high that ends a climb, at least ... */
	double stop_pauses;  /* ... and in units of its longest pause */
	double stop_swings;  /* ... and of the time in which its rate gains the largest swing */
	double record_swing; /* a new high counts when above the last by this share of a swing */

	double held_s; /* a climb is measured over this time (or some of its pauses) ... */
	double held_pauses;
	double held_swings;  /* ... in which it should gain so many swings */
	double held_share;   /* ... and must gain this share of its best rate */
	double now_s;        /* a call needs growth in the last seconds ... */
	double now_share;    /* ... of at least this share of the rate ... */
	double lately_s;     /* ... and in these (or in its longest wait for a new high) ... */
	double lately_share; /* ... of this */

	/* calls that came to nothing */
	double wrong_s;      /* a call that ends sooner was wrong ... */
	double wrong_leak_s; /* ... and is forgotten with this time constant */
	double wrong_gain;   /* each asks for so much more gain ... */
	int wrong_tier;      /* ... and for a longer tier, up to this one */

	int proof_floors; /* a tier that has not passed for so many buckets is off */

	/* a climb that gives back */
	double back_swings; /* it ends when it gives back so many swings ... */
	double back_gain;   /* ... and this share of its gain */

	/* memory of the past */
	double leak_s;      /* time constant of the leaky maxima */
	double days_s;      /* ... and of those of days */
	double gap_periods; /* a longer wait than this many periods is a gap */

	/* day over day */
	int day_hours;    /* hours compared */
	int day_nights;   /* ... so many of them among the lowest ... */
	double day_night; /* ... of yesterday, up to this share of its range */
	double day_more;  /* share of the hours that must be above yesterday's */
	double day_gain;  /* median of the nights over yesterday's range */
	double day_even;  /* least night, and median of all hours, over the median night */
	/* a line through one day */
	int day_line_hours;       /* hours it must have */
	double day_line_tau;      /* least Kendall tau-a of them */
	double day_line_swings;   /* its rise over the largest swing of days */
	double day_line_residual; /* ... and over the residual's sd */
	/* ... or through half of it */
	int day_half_hours;       /* hours it must have */
	double day_half_even;     /* rise of its first and last quarter over that of the line */
	double day_half_residual; /* as day_line_residual */
	double day_confidence;

	/* states */
	double new_s;                    /* too short to tell */
	double watch_s;                  /* no growth to be seen is not steady before this */
	double young_s;                  /* a process below this age is only warming ... */
	double met_s;                    /* ... below this, if it was there at the first look ... */
	double met_age_s;                /* ... and so old that its start was behind it, ... */
	double met_seen_s, met_share;    /* or so old, and this share of it is its growth ... */
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
	double cycle_s[6];    /* ... if it was watched for so long; else at most ... */
	double confidence_unseen;

	/* the rate */
	double rate_width;     /* a longer tier must narrow the interval to this share */
	double rate_enough;    /* relative half width at which to stop */
	double rate_round_kib; /* rounding of the samples widens the interval ... */
	double top_chance;     /* below swings: the chances of a top at the limit add up to this */
	double quick_bend;     /* growth quickens when its bend is above this ... */
	double quick_se;       /* ... by so many se ... */
	double quick_residual; /* ... and its residual's sd over the gain below this */
	double rate_wait;      /* ... and so does growth in this share of a wait for a new high */
} limits = {
	.gain_kib = 144,
	.gain_share = 1e-4,
	.jump_share = .5,
	.highs = 6,
	.high_share = .25,
	.onset_share = .05,
	.onset_floors = 8,
	.floors = { 22, 12, 10, 10, 10, 10 },
	.floors_near = 12,
	.floors_clean = 19,
	.clean_most = .085,
	.floors_least = 9,

	.bend_least = .3,
	.bend_level = .75,
	.bend_held = .46,
	.bend_se = 2,
	.bend_sure = .97,
	.bend_sure_se = 4,
	.bend_half = 18,
	.bend_half_least = 12,
	.bend_over = .8,
	.bend_end = .8,
	.due_most = .7,
	.due_se = 3,

	.clean_swings = 2.5,
	.clean_movement = .6,
	.line_tier = 3,
	.line_clean = .02,
	.line_swings = .5,
	.clean_above = 1. / 3,
	.clean_days = .1,

	.brief_tier = 1,
	.brief_age_s = 300,
	.brief_rate_kib_s = 64,
	.brief_residual = { .005, .035 },
	.brief_round_kib = 2,
	.brief_step = 2,
	.lifelong_span = .7,
	.lifelong_share = .08,
	.lifelong_kib_s = 40,
	.lifelong_back = .01,
	.lifelong_residual = .06,
	.lifelong_step = 3,
	.lifelong_bend = { .6, 1.6 },
	.batch_kib = 320,
	.batch_residual = .36,
	.batch_many = 6,
	.start_spans = 10,
	.start_line = .01,
	.start_line_bend = .95,
	.start_line_se = 3,
	.start_many = { 3.5, 2 },
	.start_least_s = 60,
	.start_kib = 256,
	.start_waits = { 3, 1 },
	.start_even = .85,
	.start_most_s = 600,
	.rough_tier = 3,
	.rough_residual = .03,
	.rough_bend = .65,
	.rough_bend_most = 1.5,
	.rough_bend_fast = .6,
	.rough_steps = .08,
	.rough_step = 5,
	.few_swing = .5,
	.few_rises = 5.8,
	.rougher_tier = 2,
	.rougher_residual = .06,
	.noise_swing = .25,
	.noise_residual = .1,

	.tail_tier = 2,
	.tail_span = .5,
	.tail_rate = .5,
	.drawn_residual = .005,

	.swing_tier = 1,
	.swing_floors = { 0, 9, 5 },
	.swing_tau = { .85, .94, .93 },
	.swing_whole = { .3, .6, .5 },
	.swing_residual = { 6, 8, 8 },
	.swing_growth = 2,
	.swing_gain = .2,
	.swing_age_s = 900,
	.swing_young = 12,
	.swing_ceiling = 3,
	.swing_all = .5,

	.pair_tier = 2,

	.cycle_tier = 1,
	.cycle_turn = .5,
	.cycle_uneven = 1.6,
	.cycle_tops = .3,
	.cycle_most = 2,
	.cycle_residual = .06,
	.cycle_clean = .05,
	.cycle_many = 6,
	.cycle_bend = .9,

	.below_tier = 3,
	.below_floors = 10,
	.below_tau = .95,
	.below_straight = .8,
	.below_bend = 1.15,
	.below_s = { 0, 0, 0, 72 * 3600, 36 * 3600, 16 * 3600 },
	.line_floors = 20,
	.line_residual = .004,
	.line_round_kib = 64,
	.line_bend = .85,

	.recent = 8,
	.recent_share = .2,
	.fresh_tier = 3,
	.regain_share = .5,
	.stop_s = 7,
	.stop_pauses = 1.7,
	.stop_swings = 1,
	.record_swing = .25,
	.held_s = 120,
	.held_pauses = 3,
	.held_swings = 2,
	.held_share = .2,
	.now_s = 3,
	.now_share = .5,
	.lately_s = 8,
	.lately_share = .6,

	.proof_floors = 24,

	.wrong_s = 120,
	.wrong_leak_s = 7200,
	.wrong_gain = 1,
	.wrong_tier = 3,

	.back_swings = 2,
	.back_gain = .5,

	.leak_s = 7200,
	.days_s = 5 * 86400,
	.gap_periods = 4,

	.day_hours = 10,
	.day_nights = 3,
	.day_night = .3,
	.day_more = .9,
	.day_gain = .08,
	.day_even = .5,
	.day_line_hours = 19,
	.day_line_tau = .8,
	.day_line_swings = .7,
	.day_line_residual = 5,
	.day_half_hours = 11,
	.day_half_even = .7,
	.day_half_residual = 12,
	.day_confidence = .9,

	.new_s = 8,
	.watch_s = 30,
	.young_s = 40,
	.met_s = 20,
	.met_age_s = 5,
	.met_seen_s = 1.5,
	.met_share = .6,
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
	.cycle_s = { 0, 0, 900, 3600, 86400, 86400 },
	.confidence_unseen = .8,

	.rate_width = .7,
	.rate_enough = .05,
	.rate_round_kib = 4,
	.top_chance = .28,
	.quick_bend = 1.05,
	.quick_se = 3,
	.quick_residual = .03,
	.rate_wait = .3,
};
