/* SPDX-License-Identifier: GPL-2.0-or-later */
/* wire - a state machine over terminal output
 *
 * It follows the VT500 parser closely enough to find where a sequence ends, which is all a count
 * needs. It knows nothing of cells (screen.c) nor of processes.
 */
#include "wire.h"

#include <stdio.h>
#include <string.h>

enum state {
	GROUND,
	LEAD_C2, /* after 0xC2: a C1 control may follow */
	ESCAPE,
	CHARSET,    /* after ESC ( : the set of G0 follows */
	ESCAPE_ARG, /* after ESC and one of # % ) * + - . / : one byte follows */
	CSI,
	OSC,
	OSC_ESCAPE,
	STRING, /* DCS, SOS, PM, APC: until ST */
	STRING_ESCAPE,
};

void wire_init(struct wire *wire)
{
	memset(wire, 0, sizeof *wire);
	wire->state = GROUND;
}

static void set_mode(struct wire *wire, unsigned mode, bool on)
{
	struct wire_modes *modes = &wire->modes;

	switch (mode) {
	case 1:
		modes->app_cursor = on;
		break;
	case 7:
		modes->no_wrap = !on;
		break;
	case 9:
	case 1000:
	case 1002:
	case 1003:
		modes->mouse = on;
		break;
	case 25:
		modes->cursor_hidden = !on;
		break;
	case 47:
	case 1047:
	case 1049:
		modes->altscreen = on;
		break;
	case 1004:
		modes->focus = on;
		break;
	case 1006:
	case 1015:
		modes->mouse_sgr = on;
		break;
	case 2004:
		modes->paste = on;
		break;
	case 2026:
		modes->sync = on;
		break;
	default:
		break;
	}
}

/* A control sequence is complete; tells whether it ended a frame. */
static enum wire_event end_csi(struct wire *wire, char final)
{
	const bool was_sync = wire->modes.sync;

	wire->state = GROUND;
	if (wire->private_mode && (final == 'h' || final == 'l')) {
		for (size_t i = 0; i < wire->arg_count; i++)
			set_mode(wire, wire->args[i], final == 'h');
		if (was_sync && !wire->modes.sync) {
			wire->counts.frames++;
			return WIRE_FRAME;
		}
	} else if (final == 'n' || final == 'c') {
		wire->counts.queries++;
	}
	return WIRE_NONE;
}

static void end_osc(struct wire *wire)
{
	const char *text = wire->text;

	wire->state = GROUND;
	wire->text[wire->text_length] = '\0';
	if (!strncmp(text, "52;", 3)) {
		wire->counts.osc52++;
	} else if (text[0] >= '0' && text[0] <= '2' && text[1] == ';') {
		wire->counts.titles++;
		snprintf(wire->title, sizeof(wire->title), "%s", text + 2);
	} else {
		wire->counts.osc++;
	}
	if (strchr(text, '?'))
		wire->counts.queries++;
}

bool wire_between(const struct wire *wire)
{
	return wire->state == GROUND && wire->owed == 0;
}

static void begin(struct wire *wire, enum state state)
{
	wire->state = state;
	wire->text_length = 0;
	wire->private_mode = false;
	wire->arg_count = 1;
	wire->args[0] = 0;
	if (state == STRING)
		wire->counts.dcs++;
}

static void reset(struct wire *wire)
{
	wire->counts.ris++;
	memset(&wire->modes, 0, sizeof wire->modes);
	wire->state = GROUND;
}

/* The byte after ESC, or the C1 control it stands for. */
static void escape(struct wire *wire, unsigned char byte)
{
	switch (byte) {
	case '[':
		begin(wire, CSI);
		return;
	case ']':
		begin(wire, OSC);
		return;
	case 'P':
	case 'X':
	case '^':
	case '_':
		begin(wire, STRING);
		return;
	case 'c':
		reset(wire);
		return;
	case '(':
		wire->state = CHARSET;
		return;
	case '#':
	case '%':
	case ')':
	case '*':
	case '+':
	case '-':
	case '.':
	case '/':
		wire->state = ESCAPE_ARG;
		return;
	case '=':
	case '>':
		wire->modes.app_keypad = byte == '=';
		break;
	default:
		break;
	}
	wire->state = GROUND;
}

/* How many bytes a character wants after BYTE. */
static unsigned owed_after(unsigned owed, unsigned char byte)
{
	if (byte >= 0xf0)
		return 3;
	if (byte >= 0xe0)
		return 2;
	if (byte >= 0xc0)
		return 1;
	return byte >= 0x80 && owed > 0 ? owed - 1 : 0;
}

static void ground(struct wire *wire, unsigned char byte)
{
	if (byte == '\a')
		wire->counts.bells++;
	else if (byte == 0x0e || byte == 0x0f)
		wire->modes.line_drawing = byte == 0x0e;
	wire->state = byte == 0xc2 ? LEAD_C2 : GROUND;
}

static enum wire_event csi(struct wire *wire, unsigned char byte)
{
	if (byte >= 0x40 && byte < 0x7f)
		return end_csi(wire, (char)byte);
	if (byte == '?') {
		wire->private_mode = true;
	} else if (byte == ';' && wire->arg_count < WIRE_ARGS_MAX) {
		wire->args[wire->arg_count++] = 0;
	} else if (byte >= '0' && byte <= '9') {
		unsigned *arg = &wire->args[wire->arg_count - 1];

		if (*arg < 1000000)
			*arg = *arg * 10 + (byte - '0');
	}
	return WIRE_NONE;
}

static void osc(struct wire *wire, unsigned char byte)
{
	if (byte == '\a')
		end_osc(wire);
	else if (wire->text_length + 1 < sizeof(wire->text))
		wire->text[wire->text_length++] = (char)byte;
}

static enum wire_event step(struct wire *wire, unsigned char byte)
{
	/* ESC begins anew wherever it stands; inside a string it may be the first half of ST */
	if (byte == 0x1b) {
		if (wire->state == OSC)
			wire->state = OSC_ESCAPE;
		else if (wire->state == STRING)
			wire->state = STRING_ESCAPE;
		else
			wire->state = ESCAPE;
		return WIRE_NONE;
	}
	wire->owed = owed_after(wire->owed, byte);
	switch ((enum state)wire->state) {
	case GROUND:
		ground(wire, byte);
		break;
	case LEAD_C2:
		if (byte >= 0x80 && byte < 0xa0) {
			wire->counts.c1++;
			escape(wire, (unsigned char)(byte - 0x40));
		} else {
			ground(wire, byte);
		}
		break;
	case ESCAPE:
		escape(wire, byte);
		break;
	case CHARSET:
		wire->modes.line_drawing = byte == '0';
		wire->state = GROUND;
		break;
	case ESCAPE_ARG:
		wire->state = GROUND;
		break;
	case CSI:
		return csi(wire, byte);
	case OSC:
		osc(wire, byte);
		break;
	case OSC_ESCAPE:
		if (byte == '\\')
			end_osc(wire);
		else
			escape(wire, byte);
		break;
	case STRING:
		break;
	case STRING_ESCAPE:
		if (byte == '\\')
			wire->state = GROUND;
		else
			escape(wire, byte);
		break;
	}
	return WIRE_NONE;
}

size_t wire_scan(struct wire *wire, const char *bytes, size_t length, enum wire_event *event)
{
	*event = WIRE_NONE;
	for (size_t i = 0; i < length; i++) {
		wire->counts.bytes++;
		*event = step(wire, (unsigned char)bytes[i]);
		if (*event != WIRE_NONE)
			return i + 1;
	}
	return length;
}

size_t wire_modes_left(const struct wire *wire, char *out, size_t size)
{
	const struct {
		const char *name;
		bool left;
	} modes[] = {
		{ "alternate-screen", wire->modes.altscreen },
		{ "cursor-hidden", wire->modes.cursor_hidden },
		{ "mouse", wire->modes.mouse },
		{ "mouse-sgr", wire->modes.mouse_sgr },
		{ "focus-events", wire->modes.focus },
		{ "bracketed-paste", wire->modes.paste },
		{ "synchronized-output", wire->modes.sync },
		{ "application-cursor-keys", wire->modes.app_cursor },
		{ "application-keypad", wire->modes.app_keypad },
		{ "no-autowrap", wire->modes.no_wrap },
		{ "line-drawing", wire->modes.line_drawing },
	};
	size_t left = 0, length = 0;

	out[0] = '\0';
	for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
		if (!modes[i].left)
			continue;
		left++;
		if (length < size)
			length += (size_t)snprintf(out + length, size - length, "%s%s",
				length ? " " : "", modes[i].name);
	}
	return left;
}
