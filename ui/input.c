/* SPDX-License-Identifier: GPL-2.0-or-later */
/* input - see input.h. */
#include "ui/input.h"

/* clang-format off: lists of words */
enum {
	ESC = 27,
	BEL = 7,
	DEL = 127,
	TAB = 9,
	LF = 10,
	CR = 13,
	BS = 8,
	DOUBLE_CLICK_MS = 400,
	PASTE_SILENCE_MS = 1000, /* a paste whose end got lost is over after so much silence */
	SWALLOW_MAX = 4096,      /* nothing longer is a sequence */
	REPORT_SILENCE_MS = 200, /* the rest of a mouse's report comes sooner, or not at all */
	REPORT_MOST = 9999,      /* no terminal has more columns */
	REPORT_OFFSET = 32,
	/* of a report's button */
	BUTTONS = 3,
	MOTION = 32,
	WHEEL = 64,
	FURTHER_BUTTONS = 128,
};
/* clang-format on */

void input_init(struct input *input)
{
	*input = (struct input){ .state = INPUT_PLAIN };
}

static int one_key(struct key *out, uint32_t code)
{
	out[0] = (struct key){ .code = code };
	return 1;
}

static uint32_t plain_code(uint32_t code)
{
	switch (code) {
	case CR:
	case LF:
		return KEYS_ENTER;
	case TAB:
		return KEYS_TAB;
	case BS:
	case DEL:
		return KEYS_BACKSPACE;
	case ESC:
		return KEYS_ESC;
	default:
		return code;
	}
}

/* A press at a place: the first, or the second of two. */
static int click_key(struct input *input, int x, int y, uint64_t now_ms, struct key *out)
{
	bool again = input->click_ms && now_ms - input->click_ms <= DOUBLE_CLICK_MS &&
		     x == input->click_x && y == input->click_y;

	*out = (struct key){
		.code = KEYS_MOUSE, .mouse = again ? MOUSE_DOUBLE : MOUSE_PRESS, .x = x, .y = y
	};
	/* a third click begins anew */
	input->click_ms = again ? 0 : now_ms;
	input->click_x = x;
	input->click_y = y;
	return 1;
}

/* A complete report: the left button pressed and the wheel are keys, with whatever keys held. */
static int report_key(struct input *input, bool press, uint64_t now_ms, struct key *out)
{
	int button = input->report[0], x = input->report[1] - 1, y = input->report[2] - 1;
	int which = button & BUTTONS;

	input->state = INPUT_PLAIN;
	if (!press || x < 0 || y < 0 || button & (MOTION | FURTHER_BUTTONS))
		return 0;
	if (button & WHEEL && which <= 1) {
		*out = (struct key){
			.code = KEYS_MOUSE,
			.x = x,
			.y = y,
			.mouse = which == 0 ? MOUSE_WHEEL_UP : MOUSE_WHEEL_DOWN,
		};
		return 1;
	}
	return button & WHEEL || which != 0 ? 0 : click_key(input, x, y, now_ms, out);
}

static void report_begin(struct input *input, enum input_state state, uint64_t now_ms)
{
	input->state = state;
	input->reported = 0;
	input->report_ms = now_ms;
	for (int i = 0; i < INPUT_REPORT_NUMBERS; i++)
		input->report[i] = 0;
}

/* One more character of a report; what is none ends it. */
static int in_report(struct input *input, uint32_t code, uint64_t now_ms, struct key *out)
{
	int *number = &input->report[input->reported];

	input->report_ms = now_ms;
	if (input->state == INPUT_REPORT_OLD && (code >= REPORT_OFFSET || code == INPUT_NOTHING)) {
		*number = (int)code - REPORT_OFFSET;
		return ++input->reported == INPUT_REPORT_NUMBERS
			       ? report_key(input, true, now_ms, out)
			       : 0;
	}
	if (code >= '0' && code <= '9' && *number <= REPORT_MOST / 10) {
		*number = *number * 10 + (int)(code - '0');
		return 0;
	}
	if (code == ';' && input->reported < INPUT_REPORT_NUMBERS - 1) {
		input->reported++;
		return 0;
	}
	if (code == INPUT_NOTHING)
		return 0;
	if ((code == 'M' || code == 'm') && input->reported == INPUT_REPORT_NUMBERS - 1)
		return report_key(input, code == 'M', now_ms, out);
	/* the rest of it is swallowed like that of any sequence */
	input->state = code < ' ' || (code >= 0x40 && code <= 0x7e) ? INPUT_PLAIN : INPUT_CSI;
	return 0;
}

/* Text only: what would act comes as a blank. */
static int pasted_key(const struct input *input, uint32_t code, struct key *out)
{
	if (!input->take_paste || code == INPUT_NOTHING ||
		(code >= KEYS_BASE && code != KEYS_ENTER))
		return 0;
	if (code < ' ' || code == DEL || code >= KEYS_BASE)
		code = ' ';
	return one_key(out, code);
}

/* After Esc: what kind of sequence is it?  Anything else was Esc and a key, typed fast. */
static int after_esc(struct input *input, uint32_t code, struct key *out)
{
	input->swallowed = 0;
	input->state = INPUT_PLAIN;
	switch (code) {
	case '[':
		input->state = INPUT_CSI;
		return 0;
	case 'O':
		input->state = INPUT_SS3;
		return 0;
	case ']':
	case 'P':
	case 'X':
	case '^':
	case '_':
		input->state = INPUT_STRING;
		return 0;
	case INPUT_NOTHING:
		return one_key(out, KEYS_ESC);
	default:
		out[0] = (struct key){ .code = KEYS_ESC };
		out[1] = (struct key){ .code = plain_code(code) };
		return 2;
	}
}

/* A character of a sequence nobody knows. */
static void swallow(struct input *input, uint32_t code, uint64_t now_ms)
{
	bool over = ++input->swallowed > SWALLOW_MAX;

	switch (input->state) {
	case INPUT_CSI:
		if (input->swallowed == 1 && (code == '<' || code == 'M')) {
			report_begin(input, code == '<' ? INPUT_REPORT : INPUT_REPORT_OLD, now_ms);
			return;
		}
		over = over || (code >= 0x40 && code <= 0x7e) || code < ' ';
		break;
	case INPUT_STRING:
		over = over || code == BEL;
		if (code == ESC)
			input->state = INPUT_STRING_ESC;
		break;
	case INPUT_STRING_ESC:
	case INPUT_SS3:
		over = true;
		break;
	case INPUT_PLAIN:
	case INPUT_ESC:
	case INPUT_REPORT:
	case INPUT_REPORT_OLD:
		break;
	}
	if (over)
		input->state = INPUT_PLAIN;
}

static bool in_a_report(const struct input *input)
{
	return input->state == INPUT_REPORT || input->state == INPUT_REPORT_OLD;
}

static int in_sequence(struct input *input, uint32_t code, bool more, uint64_t now_ms,
	struct key *out)
{
	int count = 0;

	/* named keys never stand inside a sequence: it was cut short */
	if (code >= KEYS_BASE) {
		input->state = INPUT_PLAIN;
		return one_key(out, code);
	}
	if (input->state == INPUT_ESC)
		return after_esc(input, code, out);
	if (in_a_report(input))
		count = in_report(input, code, now_ms, out);
	else if (code != INPUT_NOTHING)
		swallow(input, code, now_ms);
	/* nor does one go on after a pause; a report does after a short one, or its end would
	 * act */
	if (!more && !in_a_report(input))
		input->state = INPUT_PLAIN;
	return count;
}

/* Whether nobody typed for MS since SINCE_MS.  What was there already had only to wait for us. */
static bool was_silent(const struct input *input, uint64_t since_ms, uint64_t now_ms, uint64_t ms)
{
	return !input->followed && now_ms - since_ms > ms;
}

int input_feed(struct input *input, const struct key *raw, bool more, uint64_t now_ms,
	struct key out[INPUT_KEYS_MAX])
{
	bool paste_over = was_silent(input, input->paste_ms, now_ms, PASTE_SILENCE_MS);
	bool report_over = was_silent(input, input->report_ms, now_ms, REPORT_SILENCE_MS);

	input->followed = more;
	if (paste_over)
		input->pasting = false;
	if (raw->code == INPUT_PASTE_BEGIN || raw->code == INPUT_PASTE_END) {
		input->pasting = raw->code == INPUT_PASTE_BEGIN;
		input->paste_ms = now_ms;
		input->state = INPUT_PLAIN;
		return 0;
	}
	if (input->pasting) {
		input->paste_ms = now_ms;
		return pasted_key(input, raw->code, out);
	}
	if (in_a_report(input) && (raw->code == ESC || report_over))
		input->state = INPUT_PLAIN;
	if (input->state != INPUT_PLAIN)
		return in_sequence(input, raw->code, more, now_ms, out);
	if (raw->code == ESC && more) {
		input->state = INPUT_ESC;
		return 0;
	}
	return raw->code == INPUT_NOTHING ? 0 : one_key(out, plain_code(raw->code));
}
