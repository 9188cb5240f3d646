/* input - see input.h. */
#include "ui/input.h"

enum {
	ESC = 27, BEL = 7, DEL = 127, TAB = 9, LF = 10, CR = 13, BS = 8,
	DOUBLE_CLICK_MS = 400,
	PASTE_SILENCE_MS = 1000, /* a paste whose end got lost is over after so much silence */
	SWALLOW_MAX = 4096,      /* nothing longer is a sequence */
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

static int mouse_key(struct input *input, const struct key *key, uint64_t now_ms, struct key *out)
{
	out[0] = *key;
	if (key->mouse != MOUSE_PRESS)
		return 1;
	bool again = input->click_ms && now_ms - input->click_ms <= DOUBLE_CLICK_MS &&
		     key->x == input->click_x && key->y == input->click_y;
	if (again)
		out[0].mouse = MOUSE_DOUBLE;
	/* a third click begins anew */
	input->click_ms = again ? 0 : now_ms;
	input->click_x = key->x;
	input->click_y = key->y;
	return 1;
}

/* Text only: what would act comes as a blank. */
static int pasted_key(const struct input *input, uint32_t code, struct key *out)
{
	if (!input->take_paste || code == 0 || (code >= KEYS_BASE && code != KEYS_ENTER))
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
	default:
		out[0] = (struct key){ .code = KEYS_ESC };
		out[1] = (struct key){ .code = plain_code(code) };
		return 2;
	}
}

/* A character of a sequence nobody knows. */
static void swallow(struct input *input, uint32_t code)
{
	bool over = ++input->swallowed > SWALLOW_MAX;

	switch (input->state) {
	case INPUT_CSI:
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
		break;
	}
	if (over)
		input->state = INPUT_PLAIN;
}

static int in_sequence(struct input *input, uint32_t code, bool more, struct key *out)
{
	/* named keys and the mouse never stand inside a sequence: it was cut short */
	if (code >= KEYS_BASE) {
		input->state = INPUT_PLAIN;
		return one_key(out, code);
	}
	if (input->state == INPUT_ESC)
		return after_esc(input, code, out);
	swallow(input, code);
	/* nor does one go on after a pause */
	if (!more)
		input->state = INPUT_PLAIN;
	return 0;
}

int input_feed(struct input *input, const struct key *raw, bool more, uint64_t now_ms,
		struct key out[INPUT_KEYS_MAX])
{
	if (input->pasting && now_ms - input->paste_ms > PASTE_SILENCE_MS)
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
	if (raw->code == KEYS_MOUSE) {
		input->state = INPUT_PLAIN;
		return mouse_key(input, raw, now_ms, out);
	}
	if (input->state != INPUT_PLAIN)
		return in_sequence(input, raw->code, more, out);
	if (raw->code == ESC && more) {
		input->state = INPUT_ESC;
		return 0;
	}
	return one_key(out, plain_code(raw->code));
}
