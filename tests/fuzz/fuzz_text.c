/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_text - whatever text_clean lets through, a terminal only shows it
 *
 * libvterm plays the terminal.  A title, a mode, a reply, a bell, a control or a second line
 * aborts, and so does a character that is not shown just as it was written.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <vterm.h>

#include "base/text.h"
#include "tests/fuzz/fuzz.h"

enum { CAP = 256, COLUMNS = 2 * CAP + 2, SENTINEL = 'Z' };

struct shown {
	uint32_t chars[COLUMNS][VTERM_MAX_CHARS_PER_CELL];
};

static void expect(int right)
{
	if (!right)
		abort();
}

static int on_glyph(VTermGlyphInfo *info, VTermPos pos, void *user)
{
	struct shown *shown = user;

	expect(pos.row == 0 && pos.col >= 0 && pos.col < COLUMNS);
	for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && info->chars[i]; i++)
		shown->chars[pos.col][i] = info->chars[i];
	return 1;
}

static int on_cursor(VTermPos pos, VTermPos old, int visible, void *user)
{
	(void)user;
	expect(pos.row == 0 && pos.col >= old.col && visible);
	return 1;
}

static int on_scroll(VTermRect rect, int down, int right, void *user)
{
	(void)rect, (void)down, (void)right, (void)user;
	abort();
}

static int on_erase(VTermRect rect, int selective, void *user)
{
	(void)rect, (void)selective, (void)user;
	abort();
}

static int on_attribute(VTermAttr attribute, VTermValue *value, void *user)
{
	(void)attribute, (void)value, (void)user;
	abort();
}

static int on_mode_or_title(VTermProp property, VTermValue *value, void *user)
{
	(void)property, (void)value, (void)user;
	abort();
}

static int on_bell(void *user)
{
	(void)user;
	abort();
}

static void on_reply(const char *bytes, size_t len, void *user)
{
	(void)bytes, (void)len, (void)user;
	abort();
}

static int on_control(unsigned char control, void *user)
{
	(void)control, (void)user;
	abort();
}

static const VTermStateCallbacks state_callbacks = {
	.putglyph = on_glyph,
	.movecursor = on_cursor,
	.scrollrect = on_scroll,
	.erase = on_erase,
	.setpenattr = on_attribute,
	.settermprop = on_mode_or_title,
	.bell = on_bell,
};

/* libvterm before 0.2 has one type for all callbacks of its parser. */
#ifndef HAVE_VTERMSTATEFALLBACKS
typedef VTermParserCallbacks VTermStateFallbacks;
#endif

static const VTermStateFallbacks unknown_callbacks = {
	.control = on_control,
};

/* The characters on the line, left to right, must be those of TEXT and the sentinel: a sequence
 * that swallowed some of them would not leave these. */
static void compare(const struct shown *shown, const char *text)
{
	for (int column = 0; column < COLUMNS; column++)
		for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && shown->chars[column][i]; i++)
			expect(shown->chars[column][i] == (*text ? text_next(&text) : SENTINEL));
	expect(!*text);
}

static void show(const char *text, size_t len)
{
	const char sentinel = SENTINEL;
	struct shown *shown = calloc(1, sizeof *shown);
	VTerm *terminal = vterm_new(2, COLUMNS);
	VTermState *state = vterm_obtain_state(terminal);

	vterm_set_utf8(terminal, 1);
	vterm_state_reset(state, 1);
	vterm_state_set_callbacks(state, &state_callbacks, shown);
	vterm_state_set_unrecognised_fallbacks(state, &unknown_callbacks, NULL);
	vterm_output_set_callback(terminal, on_reply, NULL);
	vterm_input_write(terminal, text, len);
	vterm_input_write(terminal, &sentinel, 1);
	compare(shown, text);
	vterm_free(terminal);
	free(shown);
}

/* Every cut of clean text is clean, and as wide as it says. */
static void check_fit(const char *text, size_t len)
{
	int columns = text_width(text) / 2, used = -1;
	size_t fits = text_fit(text, columns, &used);

	expect(fits <= len && used <= columns && used >= columns - 1);
	expect(text_widthn(text, fits) == used);
	expect(text_is_clean(text, fits));
	expect(text_contains(text, ""));
	expect(text_contains(text, text + fits));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char text[CAP], again[CAP];

	if (!len)
		return 0;
	size_t cap = data[0] ? data[0] : CAP;
	size_t clean = text_clean(text, cap, (const char *)data + 1, len - 1);
	expect(clean < cap && strlen(text) == clean);
	expect(text_is_clean(text, clean));
	expect(text_clean(again, sizeof again, text, clean) == clean);
	expect(!memcmp(text, again, clean + 1));
	check_fit(text, clean);
	show(text, clean);
	return 0;
}
