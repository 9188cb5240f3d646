/* SPDX-License-Identifier: GPL-2.0-or-later */
/* trend - does a footprint keep climbing?
 *
 * A trend follows one figure in KiB, usually the footprint of a process
 * (RssAnon + RssShmem + VmSwap), and says in one word what it does. It is fed
 * one sample a refresh and keeps no clock, opens no file and allocates
 * nothing: the same samples give the same verdicts, live or replayed.
 *
 * How it works. The samples fall into buckets of about 1, 4, 16, 64, 256 and
 * 1,024 s; each of these six tiers keeps the lowest and highest value of its
 * last 24 buckets. Whenever a bucket closes its tier looks at the floors: what
 * a process can give back it gives back sooner or later, so growth that stays
 * shows in the floors. A tier is *on* when they rise steadily, in a straight
 * line, above everything known before; see trend_judge.h. A tier that is on
 * makes the process climbing.
 *
 * Growth alone proves no fault; the words here are "climbing" and "growing".
 *
 * A struct trend is a plain value: embed it, copy it, drop it without ceremony.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum {
	TREND_TIERS = 6,
	TREND_BUCKETS = 24,
	TREND_BRIEF = 7, /* bits of the tiers that span minutes, not hours */
};

enum trend_state {
	TREND_NEW,       /* watched too short to say anything */
	TREND_WATCHING,  /* nothing is to be seen yet, but it is too early to call it steady */
	TREND_STEADY,    /* none of the below */
	TREND_WARMING,   /* grows towards a plateau, or too young to be judged */
	TREND_CLIMBING,  /* keeps growing */
	TREND_SPIKING,   /* far above its recent floor, for the moment */
	TREND_SHRINKING, /* its tops come down */
	TREND_RECEDING,  /* was climbing a moment ago and no longer is */
	TREND_ZOMBIE, /* has ended, so that nothing is judged (store_verdict; never trend_state) */
	TREND_STATES,
	TREND_NONE = TREND_STATES, /* nobody judges it: memtop's own processes */
};

/* A bucket that still takes samples. */
struct trend_open {
	float lo_kib;
	float hi_kib;
	float span_s;  /* time it covers so far */
	float lead_s;  /* ... of it before its first sample */
	float pause_s; /* longest wait for a new high that ended in it */
};

/* A closed bucket, what is asked of it together in one place. */
struct trend_bucket {
	float lo_kib;
	uint16_t rise; /* hi - lo, packed: trend_tier_hi() */
	uint16_t step; /* 1/16 s: trend_tier_step_s() */
};

/* One tier: a ring of closed buckets and the open one. Private to trend*.c. What every sample
 * touches stands first, and together: among thousands of trends each line of cache is a wait. */
struct trend_tier {
	struct trend_open open;
	float tail_s;                 /* from the first sample of the newest bucket to its end */
	uint8_t n;                    /* closed buckets in the ring */
	uint8_t head;                 /* where the next one goes */
	uint8_t unproved;             /* while on: buckets closed since it last passed its test */
	uint8_t pause[TREND_BUCKETS]; /* packed: trend_tier_pause_s() */
	float ceil_kib;               /* highest value that has left the ring */
	float rate_kib_s;             /* while on: the slope when it was last tested */
	float pause_s;                /* while on: longest wait for a new high of late */
	float tau_s;                  /* while slow: time constant of the plateau */
	struct trend_bucket bucket[TREND_BUCKETS];
};

/* Two days hour by hour: what each hour kept, held against the same hour of the day before.
 * Private to trend*.c. */
struct trend_day {
	double next_s;      /* end of the open hour */
	float open_kib;     /* lowest of the open hour so far */
	float rate_kib_s;   /* while on */
	float width_kib_s;  /* half of its interval */
	uint32_t known;     /* a bit an hour: lo_kib holds */
	uint32_t compared;  /* ... and more_kib */
	uint8_t hour;       /* the open one */
	bool on;            /* each hour keeps more than it did yesterday */
	float lo_kib[24];   /* lowest of the hour, by hour since the start modulo 24 */
	float more_kib[24]; /* what that is above the same hour a day earlier */
};

/* All that is known of one figure. Private; read it through the functions below. What every sample
 * touches stands first, with the day's and the shortest tier's own beside it; the rest is of
 * climbs. */
struct trend {
	double t_s;        /* last sample */
	double start_s;    /* first sample */
	double kib;        /* last sample */
	double top_kib;    /* highest of late (leaky, hours) */
	double record_kib; /* last new high that counted */
	float age_s;       /* at the first sample */
	float swing_kib;   /* most that was given back of late (leaky, hours) */
	float day_top_kib; /* top and swing again, leaky by days */
	float day_swing_kib;
	float wrong;     /* calls of late that came to nothing (leaky) */
	float idle_s;    /* since the last new high, gaps left out */
	float period_s;  /* smoothed refresh period */
	float room_kib;  /* left at the last sample */
	float floor_kib; /* lowest of the last minute and a half */
	uint8_t on;      /* a bit a tier: it says climbing ... */
	uint8_t noisy;   /* ... below swings */
	uint8_t slow;    /* it grows, but towards a plateau */
	uint8_t brief;   /* it grows, but what was seen is not enough to call it */
	uint8_t down;    /* its tops fall */
	uint8_t owed;    /* tiers that have closed a bucket since they were judged */
	bool climbing;
	bool cleared;  /* cleared_s holds */
	bool restless; /* spikes are the rule with it */
	uint8_t state;
	struct trend_tier tier[TREND_TIERS];
	struct trend_day day;
	double from_s;    /* start of the climb */
	double stop_s;    /* last new high before a climb ended */
	double cleared_s; /* when the last climb ended */
	double stop_kib;
	double from_kib;
	double peak_kib; /* highest of the climb */
	double mark_s;   /* a climb's gain is measured from here on ... */
	double mark_kib;
	double called_s;  /* when it was called */
	float gate_kib;   /* what it reached before it was watched */
	float most_kib_s; /* highest rate of the climb */
};

_Static_assert(sizeof(struct trend) <= 2048, "a trend must stay within 2 KiB");

/* The rate of a climb, as a person may read it. */
struct trend_rate {
	double kib_s;    /* Sen's slope, KiB per second */
	double lo_kib_s; /* 95 % interval; lo may be <= 0 */
	double hi_kib_s;
	double confidence; /* 0 to 1: how often such a climb is one; grows with its length */
};

/* When a climb has filled what room is left, if it goes on like this, in seconds from now. */
struct trend_end {
	double mid_s;
	double from_s; /* at the upper end of the rate's interval */
	double to_s;   /* at the lower, INFINITY when that is no growth */
};

/* A climb in words: "climbing 22 min, +1.9 GiB". */
struct trend_climb {
	double since_s;  /* when it began, on the clock of the samples */
	double from_kib; /* value then */
	double gain_kib; /* what it gained since; never below 0 */
};

/*
 * Starts a trend with its first sample.
 * t_s        time of the sample, any clock in seconds that never steps back
 * kib        the figure, below 16 TiB
 * age_s      age of the process at that time; 0 for one just born
 * peak_kib   highest value before that is known (VmHWM - RssFile), 0: unknown
 */
void trend_init(struct trend *trend, double t_s, uint64_t kib, double age_s, uint64_t peak_kib);

/*
 * Starts a trend for a figure that was watched from since_s to now_s and did
 * not move: the same state as trend_init() at since_s (whose age and peak are
 * given) and one trend_update() of the same value each whole second after it,
 * the last at or before now_s. Takes the same short time for any span.
 */
void trend_init_flat(struct trend *trend, double since_s, double now_s, uint64_t kib, double age_s,
	uint64_t peak_kib);

/*
 * Takes one sample. Any refresh period from 0.1 s to 60 s does, and it may
 * change on the way; missed samples and long gaps (a suspended machine) are no
 * growth. A sample that is not later than the last one is ignored.
 * room_kib   what is left to the limit that binds, UINT64_MAX: none known.
 *            Growth that would fill it within two minutes is called sooner.
 */
void trend_update(struct trend *trend, double t_s, uint64_t kib, uint64_t room_kib);

/*
 * For samples of the past that nobody looks at, which others follow: as trend_update(), but the
 * verdict may be one of up to four minutes before, unless something grows or did.
 */
void trend_pass(struct trend *trend, double t_s, uint64_t kib, uint64_t room_kib);

/*
 * The figure stayed as it was until t_s: as trend_pass() of the last value every step_s (<= 60).
 * Nothing if t_s is not later than the last sample; a gap, if it is days later.  Only where
 * trend_rests(): nothing is told of the figure that could be over before t_s.
 */
void trend_hold(struct trend *trend, double t_s, double step_s);
bool trend_rests(const struct trend *trend);

/* Makes the verdict one of the last sample, after those two. */
void trend_settle(struct trend *trend);

/* The verdict after the last sample. */
enum trend_state trend_state(const struct trend *trend);

/* The verdict on a figure that has not moved in SEEN_S seconds of watching, AGE_S after its process
 * began: new, watching or steady. */
enum trend_state trend_state_still(double seen_s, double age_s);

/* The verdict as one lower-case English word, for machines and people; never NULL.  TREND_NONE is
 * "none". */
const char *trend_state_name(enum trend_state state);

/* Whether a climb shows in the comparison of days alone, or best there. Private to trend*.c. */
static inline bool trend_is_by_day(const struct trend *trend)
{
	return trend->day.on && (trend->on & TREND_BRIEF) == 0;
}

/* Rate of a climb in KiB/s as last tested, 0 when nothing climbs. Cheap: for sorting. */
double trend_rate_stored(const struct trend *trend);

/*
 * Rate of a climb with its interval and confidence. Some ten microseconds: for rows
 * that are shown. False, and *rate untouched, when nothing climbs or warms up.
 */
bool trend_rate(const struct trend *trend, struct trend_rate *rate);

/*
 * When room_kib above the last sample is filled: of a climb below swings by its tops, of one that
 * quickens by its slope and bend at the end. Some ten microseconds. False, and *end untouched,
 * when nothing climbs.
 */
bool trend_end(const struct trend *trend, double room_kib, struct trend_end *end);

/* Since when it climbs and by how much. False, and *climb untouched, when it does not. */
bool trend_climb(const struct trend *trend, struct trend_climb *climb);

/* When the last climb ended. False, and *t_s untouched, when there was none or it goes on. */
bool trend_cleared(const struct trend *trend, double *t_s);
