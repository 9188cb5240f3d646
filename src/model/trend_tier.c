/*
 * trend_tier.c - buckets of one time scale, and the question whether their floors climb.
 *
 * Knows nothing of states, ages or limits: it sets on, noisy and slow of a tier.
 */
#include "model/trend_tier.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "model/trend_limits.h"

enum verdict { REJECTED, BENDING, CLEAN, UNDER_SWINGS };

static const double SPAN_UNITS = 16; /* a second */
static const double PAUSE_UNITS = 4;

/* A float of 11 (or 4) bits of mantissa, cut off; whole below 4096 (32). */
static unsigned pack(double value, int bits, unsigned most)
{
	uint64_t whole = value > 0 ? (uint64_t)fmin(value, 0x1p50) : 0;
	unsigned shift = 0;

	while (whole >> bits > 1) {
		whole >>= 1;
		shift++;
	}
	unsigned code = (shift << bits) + (unsigned)whole;
	return code < most ? code : most;
}

static double unpack(unsigned code, int bits)
{
	unsigned shift = code >> bits;

	if (shift <= 1)
		return code;
	return (double)((uint64_t)(code - ((shift - 1) << bits)) << (shift - 1));
}

static struct trend_open open_none(void)
{
	return (struct trend_open){ .lo_kib = FLT_MAX };
}

void trend_tier_init(struct trend_tier *tier)
{
	memset(tier, 0, sizeof(*tier));
	tier->open = open_none();
}

double trend_tier_hi(const struct trend_tier *tier, int i)
{
	return tier->lo_kib[i] + unpack(tier->rise[i], 11);
}

/* Puts a closed bucket into the ring; its span is cut to what the ring can tell. */
static void tier_push(struct trend_tier *tier, struct trend_open *bucket)
{
	int i = tier->head;

	if (tier->n == TREND_BUCKETS) {
		float gone = (float)trend_tier_hi(tier, i);
		if (gone > tier->ceil_kib)
			tier->ceil_kib = gone;
	} else {
		tier->n++;
	}
	double units = fmin(rint(bucket->span_s * SPAN_UNITS), UINT16_MAX);
	bucket->span_s = (float)(units / SPAN_UNITS);
	tier->lo_kib[i] = bucket->lo_kib;
	tier->rise[i] = (uint16_t)pack(bucket->hi_kib - bucket->lo_kib, 11, UINT16_MAX);
	tier->span[i] = (uint16_t)units;
	tier->pause[i] = (uint8_t)pack(ceil(bucket->pause_s * PAUSE_UNITS), 4, UINT8_MAX);
	tier->head = (uint8_t)(i + 1 == TREND_BUCKETS ? 0 : i + 1);
}

/* Time after which a bucket of tier k closes: a little early, for refreshes that jitter. */
static float tier_full_s(int k)
{
	return 14.f / 16 * (float)(1 << 2 * k);
}

bool trend_tier_take(struct trend_tier *tier, int k, struct trend_open *piece)
{
	struct trend_open *open = &tier->open;

	open->lo_kib = piece->lo_kib < open->lo_kib ? piece->lo_kib : open->lo_kib;
	open->hi_kib = piece->hi_kib > open->hi_kib ? piece->hi_kib : open->hi_kib;
	open->pause_s = piece->pause_s > open->pause_s ? piece->pause_s : open->pause_s;
	open->span_s += piece->span_s;
	if (open->span_s < tier_full_s(k))
		return false;
	*piece = *open;
	*open = open_none();
	tier_push(tier, piece);
	return true;
}

void trend_tier_fill(struct trend_tier *tier, int k, double kib, uint64_t count)
{
	uint64_t width = (uint64_t)1 << 2 * k;
	uint64_t closed = count / width;
	uint64_t kept = closed < TREND_BUCKETS + 1 ? closed : TREND_BUCKETS + 1;
	struct trend_open bucket = { (float)kib, (float)kib, (float)width, 0 };

	tier->head = (uint8_t)((closed - kept) % TREND_BUCKETS);
	for (uint64_t i = 0; i < kept; i++)
		tier_push(tier, &bucket);
	/* the open bucket has what the tier below has closed */
	uint64_t piece = k == 0 ? 1 : width / 4;
	bucket.span_s = (float)(count % width / piece * piece);
	tier->open = bucket.span_s > 0 ? bucket : open_none();
}

void trend_window_load(struct trend_window *window, const struct trend_tier *tier)
{
	int n = tier->n;
	int from = n < TREND_BUCKETS ? 0 : tier->head;
	double end_s = 0;

	window->n = n;
	for (int i = 0; i < n; i++) {
		int j = from + i < TREND_BUCKETS ? from + i : from + i - TREND_BUCKETS;
		end_s += tier->span[j] / SPAN_UNITS;
		window->end_s[i] = end_s;
		window->lo_kib[i] = tier->lo_kib[j];
		window->hi_kib[i] = trend_tier_hi(tier, j);
		window->pause_s[i] = unpack(tier->pause[j], 4) / PAUSE_UNITS;
	}
	for (int i = 0; i < n; i++)
		window->end_s[i] -= end_s;
}

int trend_window_jump(const struct trend_window *window)
{
	double sum = 0, most = 0;
	int at = 0;

	for (int i = 1; i < window->n; i++) {
		double rise = window->lo_kib[i] - window->lo_kib[i - 1];
		if (rise <= 0)
			continue;
		sum += rise;
		if (rise > most) {
			most = rise;
			at = i;
		}
	}
	return most > limits.jump_share * sum ? at : 0;
}

/*
 * Orthogonal polynomials over the real times, so that uneven buckets do no
 * harm: p1 = x - mean, p2 = x^2 - alpha p1 - mean of x^2.
 */
void trend_window_fit(const struct trend_window *window, int first, struct trend_fit *fit)
{
	int n = window->n - first;
	double mid = (window->end_s[first] + window->end_s[window->n - 1]) / 2;
	double half = (window->end_s[window->n - 1] - window->end_s[first]) / 2;
	double x[TREND_BUCKETS];
	double sx = 0, sxx = 0, sy = 0;

	for (int i = 0; i < n; i++) {
		x[i] = (window->end_s[first + i] - mid) / half;
		sx += x[i];
		sxx += x[i] * x[i];
		sy += window->lo_kib[first + i] - window->lo_kib[first];
	}
	double mx = sx / n, mxx = sxx / n, my = sy / n;
	double p1p1 = 0, p1xx = 0, p1y = 0;
	for (int i = 0; i < n; i++) {
		double p1 = x[i] - mx;
		p1p1 += p1 * p1;
		p1xx += p1 * (x[i] * x[i] - mxx);
		p1y += p1 * (window->lo_kib[first + i] - window->lo_kib[first] - my);
	}
	double alpha = p1xx / p1p1;
	double p2p2 = 0, p2y = 0, yy = 0;
	for (int i = 0; i < n; i++) {
		double p2 = x[i] * x[i] - mxx - alpha * (x[i] - mx);
		double y = window->lo_kib[first + i] - window->lo_kib[first] - my;
		p2p2 += p2 * p2;
		p2y += p2 * y;
		yy += y * y;
	}
	double line = p1y / p1p1;
	fit->n = n;
	fit->c_kib = p2y / p2p2;
	fit->b_kib = line - alpha * fit->c_kib;
	fit->half_s = half;
	double rest = yy - line * p1y - fit->c_kib * p2y;
	fit->residual_kib = rest > 0 && n > 3 ? sqrt(rest / (n - 3)) : 0;
}

/* Late slope over early slope, at 3/4 and 1/4 of the window. */
static double fit_bend(const struct trend_fit *fit)
{
	double early = fit->b_kib - fit->c_kib;

	return early > 0 ? (fit->b_kib + fit->c_kib) / early : HUGE_VAL;
}

/* By how many standard errors the late slope is above ratio times the early one. */
static double fit_excess(const struct trend_fit *fit, double ratio)
{
	double b = 1 - ratio, c = 1 + ratio;
	double excess = b * fit->b_kib + c * fit->c_kib;
	/* variance of b is 3 / n, that of c 45 / (4 n) */
	double se = fit->residual_kib * sqrt((b * b * 3 + c * c * 11.25) / fit->n);

	return excess / (se + 1e-9);
}

static bool fit_level(const struct trend_fit *fit, bool held)
{
	double ratio = held ? limits.bend_held : limits.bend_level;

	return fit_bend(fit) >= limits.bend_least && fit_excess(fit, ratio) >= -limits.bend_se;
}

static double gain_least(double kib)
{
	return fmax(limits.gain_kib, limits.gain_share * kib);
}

static double window_gain(const struct trend_window *w, int first)
{
	return w->lo_kib[w->n - 1] - w->lo_kib[first];
}

/* New highs that are worth a share of what each floor gained on average. */
static int window_highs(const struct trend_window *w, int first)
{
	double most = w->lo_kib[first];
	double worth = limits.high_share * window_gain(w, first) / (w->n - first);
	int highs = 0;

	for (int i = first + 1; i < w->n; i++) {
		if (w->lo_kib[i] > most + worth) {
			most = w->lo_kib[i];
			highs++;
		}
	}
	return highs;
}

/* Where growth sets in: the last floor that has gained next to nothing yet. */
static int window_onset(const struct trend_window *w, int first)
{
	double bar = w->lo_kib[first] + limits.onset_share * window_gain(w, first);
	int onset = first;

	for (int i = first; i < w->n - limits.onset_floors; i++)
		if (w->lo_kib[i] <= bar)
			onset = i;
	return onset;
}

/* Kendall's tau-a of floors against time: 1 when each is above all before it. */
static double window_tau(const struct trend_window *w, int first)
{
	int score = 0, n = w->n - first;

	for (int i = first; i < w->n; i++)
		for (int j = i + 1; j < w->n; j++)
			score += (w->lo_kib[j] > w->lo_kib[i]) - (w->lo_kib[j] < w->lo_kib[i]);
	return 2. * score / (n * (n - 1));
}

/* Gain of the last floors over what a rate would have given them. */
static double window_recent(const struct trend_window *w, double rate_kib_s)
{
	int i = w->n - 1 - limits.recent;

	if (i < 0)
		i = 0;
	double due = rate_kib_s * (w->end_s[w->n - 1] - w->end_s[i]);
	return due > 0 ? window_gain(w, i) / due : 0;
}

static double window_pause(const struct trend_window *w, int first)
{
	double most = 0;

	for (int i = first + (w->n - first) / 2; i < w->n; i++)
		most = fmax(most, w->pause_s[i]);
	return most;
}

/* The highest value known from before floor `first`. */
static double ceiling_before(const struct trend *trend, int k, const struct trend_window *w,
	int first)
{
	double most = fmax(trend->tier[k].ceil_kib, trend->gate_kib);

	for (int i = 0; i < first; i++)
		most = fmax(most, w->hi_kib[i]);
	return most;
}

/* Gain above twice what is ever given back, and hardly a step back among the floors. */
static bool is_clean(const struct trend *trend, const struct trend_window *w, int first)
{
	double gain = window_gain(w, first), movement = 0;

	for (int i = first + 1; i < w->n; i++)
		movement += fabs(w->lo_kib[i] - w->lo_kib[i - 1]);
	return gain >= limits.clean_swings * trend->swing_kib &&
		gain >= limits.clean_movement * movement;
}

static bool is_new_ground(const struct trend_window *w, int first, double ceiling)
{
	int above = 0;

	for (int i = first; i < w->n; i++)
		above += w->lo_kib[i] > ceiling;
	return above >= limits.clean_above * (w->n - first);
}

static double median_swing(const struct trend_window *w, int first)
{
	double swing[TREND_BUCKETS] = { 0 };
	int n = 0;

	for (int i = first; i < w->n; i++) {
		double s = w->hi_kib[i] - w->lo_kib[i];
		int j = n++;
		for (; j > 0 && swing[j - 1] > s; j--)
			swing[j] = swing[j - 1];
		swing[j] = s;
	}
	return (swing[(n - 1) / 2] + swing[n / 2]) / 2;
}

/* Each bucket holds whole swings, and the floors below them climb. */
static bool is_under_swings(const struct trend *trend, int k, const struct trend_window *w,
	int first, const struct trend_fit *fit, double ceiling)
{
	double gain = window_gain(w, first);
	double swing = median_swing(w, first);
	double top = 0;

	if (k < limits.swing_tier || swing < limits.swing_whole * trend->swing_kib ||
		swing < limits.swing_growth * gain / (w->n - first) ||
		gain < limits.swing_residual * fit->residual_kib)
		return false;
	for (int i = first; i < w->n; i++)
		top = fmax(top, w->hi_kib[i]);
	return k >= limits.swing_ceiling || top >= ceiling;
}

static bool is_straight(const struct trend_fit *fit)
{
	double bend = fit_bend(fit);

	return bend >= limits.below_straight && bend <= limits.below_bend;
}

/* Growth since the last stop must be worth the name: an old climb does not count twice. */
static bool is_regained(const struct trend *trend, const struct trend_window *w, int first)
{
	double window_s = -w->end_s[first];
	double since_s = trend->t_s - trend->stop_s;

	if (since_s >= window_s || since_s <= 0)
		return true;
	double rate = window_gain(w, first) / window_s;
	return trend->kib - trend->stop_kib >= limits.regain_share * rate * since_s;
}

/*
 * The bend that the window would show by now if a longer tier's growth towards
 * a plateau were all there is to it; 1 when no longer tier bends.
 */
static double bend_due(const struct trend *trend, int k, const struct trend_fit *fit)
{
	double due = 0;

	for (int i = k + 1; i < TREND_TIERS; i++)
		if (trend->tier[i].slow)
			due = fmax(due, exp(-fit->half_s / trend->tier[i].tau_s));
	return due;
}

/* Enough steady gain among floors [first, n) to look closer. */
static bool is_rising(const struct trend *trend, int k, const struct trend_window *w, int first)
{
	int highs = k == 0 ? limits.highs_first : limits.highs;

	return w->n - first >= limits.floors_least &&
		window_gain(w, first) >= gain_least(trend->kib) && window_highs(w, first) >= highs;
}

static enum verdict window_judge(const struct trend *trend, int k, const struct trend_window *w,
	int *first, struct trend_fit *fit)
{
	const struct trend_tier *tier = &trend->tier[k];

	*first = trend_window_jump(w);
	if (!is_rising(trend, k, w, *first))
		return REJECTED;
	double tau = window_tau(w, *first);
	if (tau < limits.tau)
		return REJECTED;
	trend_window_fit(w, window_onset(w, *first), fit);
	if (!fit_level(fit, tier->on)) {
		struct trend_fit later;
		int half = *first + (w->n - *first) / 2;
		if (w->n - *first < limits.bend_half || !is_rising(trend, k, w, half))
			return BENDING;
		trend_window_fit(w, half, &later);
		if (fit_excess(&later, limits.bend_over) < 1)
			return BENDING;
		*first = half;
		*fit = later;
	}
	double due = bend_due(trend, k, fit);
	if (due > limits.due_most ||
		(due > 0 && fit_excess(fit, (1 + due) / 2) < limits.due_se))
		return BENDING;
	if (fit->c_kib > limits.bend_end * fit->b_kib || w->n - *first < limits.floors[k] ||
		window_recent(w, window_gain(w, *first) / -w->end_s[*first]) < limits.recent_share ||
		!is_regained(trend, w, *first))
		return REJECTED;
	double ceiling = ceiling_before(trend, k, w, *first);
	double wait_s = fmax(limits.stop_s, limits.stop_pauses * window_pause(w, *first));
	if (trend->idle_s <= wait_s && is_clean(trend, w, *first)) {
		if (is_new_ground(w, *first, ceiling))
			return CLEAN;
		if (k >= limits.below_tier && w->n - *first >= limits.below_floors && tau >= limits.below_tau && is_straight(fit))
			return CLEAN;
	}
	return is_under_swings(trend, k, w, *first, fit, ceiling) ? UNDER_SWINGS : REJECTED;
}

static void tier_off(struct trend_tier *tier)
{
	tier->on = false;
	tier->noisy = false;
	tier->rate_kib_s = 0;
}

/* A climb begins where the first window that shows it rises, or a longer one that knows better. */
static void note_start(struct trend *trend, const struct trend_window *w, int first)
{
	int onset = window_onset(w, first);
	double near_kib = limits.onset_share * window_gain(w, first);
	bool climbs = false;

	for (int i = 0; i < TREND_TIERS; i++)
		climbs = climbs || trend->tier[i].on;
	if (!climbs)
		trend->peak_kib = trend->kib;
	else if (w->lo_kib[onset] > trend->from_kib - near_kib)
		return;
	trend->from_s = trend->t_s + w->end_s[onset];
	trend->from_kib = w->lo_kib[onset];
}

static void tier_on(struct trend *trend, int k, const struct trend_window *w, int first,
	const struct trend_fit *fit)
{
	struct trend_tier *tier = &trend->tier[k];

	note_start(trend, w, first);
	tier->on = true;
	tier->rate_kib_s = (float)(fit->b_kib / fit->half_s);
	tier->pause_s = (float)window_pause(w, first);
}

/*
 * The tops fall when the highest of the newest quarter is well below the lowest
 * of the oldest: a single spike or a sawtooth does not look so. The quarter
 * before the newest must be higher too, or the fall is over.
 */
static bool tops_fall(const struct trend_tier *tier, double kib)
{
	int quarter = tier->n / 4;
	float least = FLT_MAX, most[2] = { 0, 0 };
	float drop = (float)fmax(limits.shrink_kib, limits.shrink_share * kib);

	if (tier->n < limits.shrink_floors)
		return false;
	for (int i = 0; i < quarter; i++) {
		int oldest = (tier->n < TREND_BUCKETS ? 0 : tier->head) + i;
		float top = (float)trend_tier_hi(tier, oldest % TREND_BUCKETS);
		least = top < least ? top : least;
	}
	for (int i = 0; i < 2 * quarter; i++) {
		int newest = tier->head + TREND_BUCKETS - 1 - i;
		float top = (float)trend_tier_hi(tier, newest % TREND_BUCKETS);
		float *to = &most[i / quarter];
		*to = top > *to ? top : *to;
	}
	return most[0] + drop < least && most[0] + limits.shrink_recent * drop < most[1];
}

/* Sets `down`; mostly the first comparison says all. */
static void test_shrinking(struct trend *trend, int k)
{
	struct trend_tier *tier = &trend->tier[k];
	int oldest = tier->n < TREND_BUCKETS ? 0 : tier->head;

	tier->down = k >= limits.shrink_tier && k <= limits.shrink_tier_last &&
		trend_tier_hi(tier, oldest) > trend->kib + limits.shrink_kib &&
		tops_fall(tier, trend->kib);
}

void trend_tier_test(struct trend *trend, int k)
{
	struct trend_tier *tier = &trend->tier[k];
	int newest = (tier->head ? tier->head : TREND_BUCKETS) - 1;
	int oldest = tier->n < TREND_BUCKETS ? 0 : tier->head;
	struct trend_window window;
	struct trend_fit fit;
	int first;

	test_shrinking(trend, k);
	if (tier->n < limits.floors_least)
		return;
	if (!tier->on && tier->lo_kib[newest] - tier->lo_kib[oldest] < gain_least(trend->kib)) {
		tier->slow = false;
		return;
	}
	trend_window_load(&window, tier);
	if (tier->on && window_recent(&window, tier->rate_kib_s) < limits.recent_share)
		tier_off(tier);
	enum verdict verdict = window_judge(trend, k, &window, &first, &fit);
	tier->slow = verdict == BENDING;
	if (verdict == CLEAN || verdict == UNDER_SWINGS) {
		tier_on(trend, k, &window, first, &fit);
		tier->noisy = verdict == UNDER_SWINGS;
	} else if (verdict == BENDING) {
		/* bend = exp(-half / tau) */
		double bend = fit_bend(&fit);
		tier->tau_s = (float)(fit.half_s / -log(fmin(fmax(bend, .01), .95)));
		tier_off(tier);
		for (int i = 0; i < k; i++)
			tier_off(&trend->tier[i]);
	}
}
