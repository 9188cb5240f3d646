/* SPDX-License-Identifier: GPL-2.0-or-later */
/* input - see input.h. */
#include "ui/term/input.h"

#include "ui/term/sequences.h"

enum {
	ESC = 27,
	BEL = 7,
	DEL = 127,
	TAB = 9,
	LF = 10,
	CR = 13,
	BS = 8,
	/* as most desktops have it */
	DOUBLE_CLICK_MS = 400,
	PASTE_SILENCE_MS = 1000, /* a paste whose end got lost is over after so much silence */
	SWALLOW_MAX = 4096,      /* nothing longer is a sequence */
	REPORT_SILENCE_MS = 200, /* the rest of a mouse's report comes sooner, or not at all */
	PIECE_SILENCE_MS = 200,  /* so does that of a sequence */
	ESC_SILENCE_MS = 60,     /* and what follows Esc: nobody types so fast */
	REPORT_MOST = 9999,      /* no terminal has more columns */
	/* mouse reports of old add 32 to each number, so that all are characters */
	REPORT_OFFSET = 32,
	/* of a report's button */
	BUTTONS = 3,
	/* bits of the button's number in a report */
	MOTION = 32,
	WHEEL = 64,
	FURTHER_BUTTONS = 128,
};

void input_init(struct input *input)
{
	*input = (struct input){ .state = INPUT_PLAIN };
}

static int one_key(struct key *out, uint32_t code)
{
	out[0] = (struct key){ .code = code };
	return 1;
}

/* Control characters are keys; which of two a Backspace sends depends on the terminal, so both are
 * it. */
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

static void sequence_begin(struct input *input, enum input_state state, uint32_t code)
{
	input->state = state;
	input->swallowed = 0;
	input->sequence[0] = ESC;
	input->sequence[1] = (char)code;
}

/* After Esc: what kind of sequence is it?  Anything else was Esc and a key, typed fast. */
static int after_esc(struct input *input, uint32_t code, bool more, struct key *out)
{
	input->state = INPUT_PLAIN;
	switch (code) {
	case '[':
		sequence_begin(input, INPUT_CSI, code);
		return 0;
	case 'O':
		sequence_begin(input, INPUT_SS3, code);
		return 0;
	case ']':
	case 'P':
	case 'X':
	case '^':
	case '_':
		sequence_begin(input, INPUT_STRING, code);
		return 0;
	case INPUT_NOTHING:
		return one_key(out, KEYS_ESC);
	case ESC: /* and what follows belongs to the second (Alt and a key that has a sequence) */
		if (more) {
			input->state = INPUT_ESC;
			return one_key(out, KEYS_ESC);
		}
		break;
	default:
		break;
	}
	out[0] = (struct key){ .code = KEYS_ESC };
	out[1] = (struct key){ .code = plain_code(code) };
	return 2;
}

/* Whether CODE is the last of Esc [ ...; `Esc [ [` has one more, and rxvt ends with a dollar. */
static bool ends_csi(const struct input *input, uint32_t code)
{
	if (code == '[' && input->swallowed == 1)
		return false;
	if (code == '$' && input->swallowed > 1) {
		for (unsigned i = 2; i < input->swallowed + 1 && i < INPUT_SEQUENCE_MAX; i++) {
			if (input->sequence[i] < '0' || input->sequence[i] > '9')
				return false;
		}
		return true;
	}
	return (code >= 0x40 && code <= 0x7e) || code < ' ';
}

/* The key of a sequence that is complete: its last character is CODE. */
static int sequence_key(struct input *input, uint32_t code, struct key *out)
{
	unsigned end = input->swallowed + 1; /* where CODE stands */

	input->state = INPUT_PLAIN;
	if (code < ' ' || code > '~' || end + 1 >= INPUT_SEQUENCE_MAX)
		return 0;
	input->sequence[end + 1] = '\0';
	uint32_t key = sequences_key(input->sequence);
	return key == INPUT_NOTHING || key >= INPUT_PASTE_BEGIN ? 0 : one_key(out, key);
}

/* One more character of a sequence. */
static int swallow(struct input *input, uint32_t code, uint64_t now_ms, struct key *out)
{
	bool over = ++input->swallowed > SWALLOW_MAX;

	if (input->swallowed + 1 < INPUT_SEQUENCE_MAX)
		input->sequence[input->swallowed + 1] = code < 0x7f ? (char)code : '?';
	switch (input->state) {
	case INPUT_CSI:
		if (input->swallowed == 1 && (code == '<' || code == 'M')) {
			report_begin(input, code == '<' ? INPUT_REPORT : INPUT_REPORT_OLD, now_ms);
			return 0;
		}
		if (ends_csi(input, code))
			return sequence_key(input, code, out);
		break;
	case INPUT_SS3:
		if ((code < '0' || code > '9') && code != ';')
			return sequence_key(input, code, out);
		break;
	case INPUT_STRING:
		over = over || code == BEL;
		if (code == ESC)
			input->state = INPUT_STRING_ESC;
		break;
	case INPUT_STRING_ESC:
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
	return 0;
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
	input->piece_ms = now_ms;
	if (input->state == INPUT_ESC)
		return after_esc(input, code, more, out);
	if (in_a_report(input))
		count = in_report(input, code, now_ms, out);
	else if (code != INPUT_NOTHING)
		count = swallow(input, code, now_ms, out);
	/* text for the terminal, which has no end that could act, does not go on after a pause */
	if (!more && (input->state == INPUT_STRING || input->state == INPUT_STRING_ESC))
		input->state = INPUT_PLAIN;
	return count;
}

/* Whether nobody typed for MS since SINCE_MS.  What was there already had only to wait for us. */
static bool was_silent(const struct input *input, uint64_t since_ms, uint64_t now_ms, uint64_t ms)
{
	return !input->followed && now_ms - since_ms > ms;
}

/* A slow line may have brought Esc before the rest of its sequence: then Esc has acted, but the
 * rest is not to. */
static bool follows_esc(const struct input *input, uint32_t code, uint64_t now_ms)
{
	return input->state == INPUT_PLAIN && (code == '[' || code == 'O') && input->esc_ms != 0 &&
	       now_ms - input->esc_ms <= ESC_SILENCE_MS;
}

int input_feed(struct input *input, const struct key *raw, bool more, uint64_t now_ms,
	struct key out[INPUT_KEYS_MAX])
{
	bool paste_over = was_silent(input, input->paste_ms, now_ms, PASTE_SILENCE_MS);
	bool report_over = was_silent(input, input->report_ms, now_ms, REPORT_SILENCE_MS);
	bool piece_over = was_silent(input, input->piece_ms, now_ms, PIECE_SILENCE_MS);

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
	if ((input->state == INPUT_CSI || input->state == INPUT_SS3) &&
		(raw->code == ESC || piece_over))
		input->state = INPUT_PLAIN;
	if (follows_esc(input, raw->code, now_ms))
		input->state = INPUT_ESC;
	input->esc_ms = 0;
	if (input->state != INPUT_PLAIN)
		return in_sequence(input, raw->code, more, now_ms, out);
	if (raw->code == ESC && more) {
		input->state = INPUT_ESC;
		return 0;
	}
	if (raw->code == ESC)
		input->esc_ms = now_ms;
	return raw->code == INPUT_NOTHING ? 0 : one_key(out, plain_code(raw->code));
}
