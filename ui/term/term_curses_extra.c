/* SPDX-License-Identifier: GPL-2.0-or-later */
/* term_curses_extra - what a terminal does besides showing cells: its title, the clipboard, a bell
 *
 * No description of terminals tells of these reliably; they are sent to those that have a mouse,
 * which ignore what they do not know.
 */
#include "ui/term/term_curses.h"

#include <string.h>

static void put_sequence(struct term *term, const char *text)
{
	term_output_put(&term->output, text, strlen(text));
}

void term_flush(struct term *term)
{
	if (term_output_flush(&term->output) < 0)
		term->gone = true;
}

/* --- title ------------------------------------------------------------------------------------ */

bool term_title(struct term *term, const char *title)
{
	if (!term->modern || !term->entered)
		return false;
	/* before it is kept: one too many taken back does no harm, one too few leaves ours */
	tty_titled(true);
	if (!term->titled)
		put_sequence(term, "\033[22;2t"); /* the one it has is kept */
	term->titled = true;
	put_sequence(term, "\033]2;");
	put_sequence(term, title);
	put_sequence(term, "\033\\");
	term_flush(term);
	return true;
}

void extra_leave(struct term *term)
{
	if (term->titled)
		put_sequence(term, "\033[23;2t");
	term->titled = false;
	tty_titled(false);
}

/* --- clipboard -------------------------------------------------------------------------------- */

/* Three bytes (LEN of them are there) as four letters of base64 (RFC 4648). */
static void put_three(struct term *term, const unsigned char *bytes, size_t len)
{
	static const char letters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	unsigned all = (unsigned)bytes[0] << 16 | (len > 1 ? (unsigned)bytes[1] << 8 : 0) |
		       (len > 2 ? bytes[2] : 0u);
	char out[4];

	for (int i = 0; i < 4; i++)
		out[i] = (size_t)i <= len ? letters[all >> (18 - 6 * i) & 63] : '=';
	term_output_put(&term->output, out, sizeof(out));
}

void term_copy(struct term *term, const char *text)
{
	size_t len = strlen(text);

	if (!term->modern || !term->entered)
		return;
	put_sequence(term, "\033]52;c;");
	for (size_t at = 0; at < len; at += 3)
		put_three(term, (const unsigned char *)text + at, len - at);
	put_sequence(term, "\033\\");
	term_flush(term);
}

/* --- bell ------------------------------------------------------------------------------------- */

void term_ring(struct term *term, const char *words)
{
	if (!term->entered)
		return;
	if (words == NULL || !term->modern) {
		put_sequence(term, "\a");
	} else {
		put_sequence(term, "\033]9;");
		put_sequence(term, words);
		put_sequence(term, "\033\\");
	}
	term_flush(term);
}
