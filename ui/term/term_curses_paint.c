/* SPDX-License-Identifier: GPL-2.0-or-later */
/* term_curses_paint - cells onto the terminal, in the words of its description
 *
 * Not by curses' own drawing, which believes what a description says of the last column: where it
 * has `am` without `xenl` (ansi), curses takes the cursor to be on the next line, and goes on from
 * there; most terminals that are described so hold it in the last column until the next character,
 * and the rest of the frame stands on wrong rows.  Here nothing is believed that is not needed:
 * behind the last column, a wide character or a mark the cursor is placed anew; nothing is repeated
 * (`rep`), erased in another colour than the terminal's own (`bce`), shifted or scrolled; no tabs.
 */
#include "ui/term/term_curses.h"

#include "base/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	GAP_MAX = 4, /* cells written again rather than jumped over */
	CLEAR_MIN = 4,
	/* of no_color_video, terminfo(5): what cannot be had together with colours */
	NCV_UNDERLINE = 2,
	NCV_REVERSE = 4,
	/* bits of terminfo's no_color_video: what cannot be shown together with colours */
	NCV_DIM = 16,
	NCV_BOLD = 32,
};

static const struct theme_look plain_look = { .fg = -1, .bg = -1 };

/* --- the description -------------------------------------------------------------------------- */

static const char *capability(const char *name)
{
	const char *text = tigetstr(name);

	return text == (const char *)-1 ? NULL : text;
}

/* Palettes of more than 256 colours are told in shades, not in numbers: but for the first 8. */
static int usable_colors(int colors)
{
	if (colors > 256)
		return 8;
	return colors == 256 ? 256 : colors >= 16 ? 16 : colors >= 8 ? 8 : 0;
}

/* setaf is ANSI, setf the older way, in which blue and red change places. */
static void describe_colors(struct paint *paint)
{
	paint->fg = capability("setaf");
	paint->bg = capability("setab");
	if (paint->fg == NULL || paint->bg == NULL) {
		paint->fg = capability("setf");
		paint->bg = capability("setb");
		paint->blue_first = true;
	}
	paint->own_colors = capability("op");
	paint->colors = paint->fg != NULL && paint->bg != NULL ? usable_colors(tigetnum("colors"))
							       : 0;
	paint->dark = theme_is_dark(getenv("TERM"), getenv("COLORFGBG"));
	paint->ncv = tigetnum("ncv") > 0 ? (unsigned)tigetnum("ncv") : 0;
}

/* Curses allocates something for a string with parameters when it is first used, more for larger
 * numbers, and would crash at its next use if it got none: the time is now. */
static bool try_numbers(const struct paint *paint)
{
	const char *const with_numbers[] = { paint->go, paint->right, paint->insert_some, paint->fg,
		paint->bg };

	for (size_t i = 0; i < sizeof(with_numbers) / sizeof(with_numbers[0]); i++) {
		errno = 0;
		if (with_numbers[i] != NULL && tiparm(with_numbers[i], 999, 999) == NULL &&
			errno == ENOMEM)
			return false;
	}
	return true;
}

bool paint_describe(struct paint *paint, bool color)
{
	*paint = (struct paint){
		.go = capability("cup"),
		.right = capability("cuf"),
		.clear = capability("clear"),
		.clear_right = capability("el"),
		.plain = capability("sgr0"),
		.attributes = { capability("bold"), capability("dim"), capability("rev"),
			capability("smul") },
		.wrap_off = capability("rmam"),
		.wrap_on = capability("smam"),
		.insert = capability("ich1"),
		.insert_some = capability("ich"),
		.hide = capability("civis"),
		.show = capability("cnorm"),
		.take_screen = capability("smcup"),
		.give_screen = capability("rmcup"),
		.take_keys = capability("smkx"),
		.give_keys = capability("rmkx"),
		.wraps = tigetflag("am") > 0,
		.waits = tigetflag("xenl") > 0,
	};
	if (color)
		describe_colors(paint);
	const char *plain = paint->plain != NULL ? paint->plain : "";
	paint->plain_is_all = strstr(plain, "[m") != NULL || strstr(plain, "[0") != NULL;
	return try_numbers(paint);
}

static void go(struct term *term, int x, int y)
{
	paint_place(term, x, y);
	term->paint.x = x;
	term->paint.y = y;
	term->paint.placed = true;
}

/* --- looks ------------------------------------------------------------------------------------ */

/* Notes that the screen was changed by others: neither place nor look is known any more. */
static void forget_paint(struct paint *paint)
{
	paint->placed = false;
	paint->look_known = false;
}

static struct theme_look look_of(const struct term *term, const struct cell *cell)
{
	static const unsigned lost[] = { NCV_BOLD, LOOK_BOLD, NCV_DIM, LOOK_DIM, NCV_REVERSE,
		LOOK_REVERSE, NCV_UNDERLINE, LOOK_UNDERLINE };
	const struct paint *paint = &term->paint;
	struct theme_look look = theme_look(term->theme, (enum style)cell->style,
		(enum style)cell->over, paint->colors, paint->dark);

	for (size_t i = 0; (look.fg >= 0 || look.bg >= 0) && i < 8; i += 2) {
		if (paint->ncv & lost[i])
			look.attributes &= ~lost[i + 1];
	}
	/* where the terminal's own colours cannot be had back */
	if (paint->colors && paint->own_colors == NULL) {
		look.fg = look.fg < 0 ? COLOR_WHITE : look.fg;
		look.bg = look.bg < 0 ? COLOR_BLACK : look.bg;
	}
	return look;
}

static bool same_look(struct theme_look a, struct theme_look b)
{
	return a.fg == b.fg && a.bg == b.bg && a.attributes == b.attributes;
}

/* setf and setb count blue as 1 and red as 4. */
static int color_number(const struct paint *paint, int color)
{
	if (!paint->blue_first || color > 7)
		return color;
	return (color & 2) | (color & 1) << 2 | color >> 2;
}

/* sgr0 does not end colours on every terminal: where it may not, they are put back by
 * themselves. */
static void make_plain(struct term *term)
{
	struct paint *paint = &term->paint;
	bool colored = !paint->look_known || paint->look.fg >= 0 || paint->look.bg >= 0;

	paint_string(term, paint->plain);
	if (paint->colors && colored && !paint->plain_is_all)
		paint_string(term, paint->own_colors);
	paint->look = plain_look;
	paint->look_known = true;
}

/* The terminal's own colour cannot be asked for by a number, only both at once be put back. */
static void set_colors(struct term *term, struct theme_look want)
{
	struct paint *paint = &term->paint;

	if ((want.fg < 0 && paint->look.fg >= 0) || (want.bg < 0 && paint->look.bg >= 0)) {
		paint_string(term, paint->own_colors);
		paint->look.fg = -1;
		paint->look.bg = -1;
	}
	if (want.fg != paint->look.fg)
		paint_number(term, paint->fg, color_number(paint, want.fg));
	if (want.bg != paint->look.bg)
		paint_number(term, paint->bg, color_number(paint, want.bg));
}

/* Only what differs is written. An attribute cannot be taken away alone on most terminals: then
 * all are, and those that are wanted are put on again. */
static void set_look(struct term *term, struct theme_look want)
{
	struct paint *paint = &term->paint;

	if (paint->look_known && same_look(paint->look, want))
		return;
	if (!paint->look_known || paint->own_colors == NULL ||
		(paint->look.attributes & ~want.attributes))
		make_plain(term);
	set_colors(term, want);
	for (int i = 0; i < PAINT_ATTRIBUTES; i++) {
		if (want.attributes & ~paint->look.attributes & (1u << i))
			paint_string(term, paint->attributes[i]);
	}
	paint->look = want;
}

/* --- cells ------------------------------------------------------------------------------------ */

/* The last gate: what the terminal would not show in exactly the columns the canvas has for it
 * becomes a question mark. */
static bool can_show(const struct term *term, uint32_t ch)
{
	if (ch < 0x7f)
		return ch >= ' ';
	return term->utf8 && ch >= 0xa0 && wcwidth((wchar_t)ch) == text_char_width(ch);
}

static int put_char(struct term *term, uint32_t ch)
{
	char bytes[4];

	/* half of a wide character whose other half cannot be shown */
	if (ch == 0)
		ch = ' ';
	else if (!can_show(term, ch))
		ch = '?';
	term_output_put(&term->output, bytes, text_put(bytes, ch));
	return text_char_width(ch) == 2 ? 2 : 1;
}

/* The cell where the cursor is; returns how many columns it takes. */
static int put_cell(struct term *term, const struct cell *cell)
{
	struct paint *paint = &term->paint;

	uint32_t marks[CANVAS_MARKS_MAX];
	int count = canvas_marks(cell, marks);

	set_look(term, look_of(term, cell));
	int columns = put_char(term, cell->ch);
	for (int i = 0; i < count; i++) {
		if (can_show(term, marks[i]) && can_show(term, cell->ch))
			put_char(term, marks[i]);
	}
	paint->x += columns;
	if (columns > 1 || cell->marks[0] || paint->x >= term->shown.width)
		paint->placed = false;
	return columns;
}

static bool is_simple(const struct term *term, const struct cell *cell)
{
	return cell->ch != 0 && !cell->marks[0] && text_char_width(cell->ch) == 1 &&
	       same_look(look_of(term, cell), term->paint.look);
}

/* To column X of ROW, the cells of row Y: over a few that look alike by writing them again. */
static void reach(struct term *term, const struct cell *row, int x, int y)
{
	struct paint *paint = &term->paint;

	if (!paint->placed || paint->y != y || paint->x > x) {
		go(term, x, y);
		return;
	}
	int same = paint->look_known && x - paint->x <= GAP_MAX ? paint->x : x + 1;
	while (same < x && is_simple(term, &row[same]))
		same++;
	if (same == x) {
		while (paint->x < x)
			put_cell(term, &row[paint->x]);
	} else if (paint->x < x && paint->right != NULL) {
		paint_number(term, paint->right, x - paint->x);
		paint->x = x;
	} else if (paint->x < x) {
		go(term, x, y);
	}
}

/* Makes room for one cell where the cursor is. */
static void make_room(struct term *term)
{
	const struct paint *paint = &term->paint;

	if (paint->insert != NULL)
		paint_string(term, paint->insert);
	else
		paint_number(term, paint->insert_some, 1);
}

/* The lower right corner, where a terminal that wraps at once would scroll: wrapping is turned off
 * for it, or it is shifted there from the left.  A terminal that can do neither goes without. */
static void put_corner(struct term *term, const struct cell *row, int x, int y)
{
	struct paint *paint = &term->paint;
	bool off = paint->wraps && paint->wrap_off != NULL && paint->wrap_on != NULL;

	if (off || !paint->wraps || paint->waits) {
		reach(term, row, x, y);
		paint_string(term, off ? paint->wrap_off : NULL);
		put_cell(term, &row[x]);
		paint_string(term, off ? paint->wrap_on : NULL);
	} else if ((paint->insert != NULL || paint->insert_some != NULL) && x > 0 &&
		   row[x - 1].ch != 0) {
		go(term, x - 1, y);
		put_cell(term, &row[x]);
		go(term, x - 1, y);
		make_room(term);
		put_cell(term, &row[x - 1]);
	}
	paint->placed = false;
}

/* --- rows ------------------------------------------------------------------------------------- */

static bool is_blank(const struct term *term, const struct cell *cell)
{
	return cell->ch == ' ' && !cell->marks[0] && same_look(look_of(term, cell), plain_look);
}

static bool has_wide(const struct cell *row, int width)
{
	for (int x = 0; x < width; x++) {
		if (row[x].ch == 0)
			return true;
	}
	return false;
}

/* One cell or wide character at X, or all that is left of the row when it is blank; returns where
 * it goes on.  A wide character that cannot be shown is a question mark and a blank. */
static int put_at(struct term *term, const struct canvas *canvas, int x, int y, int blank_from)
{
	const struct cell *row = &canvas->cells[(size_t)y * (size_t)canvas->width];
	int width = canvas->width;
	int columns = can_show(term, row[x].ch) && text_char_width(row[x].ch) == 2 ? 2 : 1;

	if (x >= blank_from && width - x >= CLEAR_MIN && term->paint.clear_right != NULL) {
		reach(term, row, x, y);
		set_look(term, plain_look);
		paint_string(term, term->paint.clear_right);
		return width;
	}
	if (y == canvas->height - 1 && x + columns == width) {
		put_corner(term, row, x, y);
		return width;
	}
	reach(term, row, x, y);
	put_cell(term, &row[x]);
	return x + columns;
}

/* The part of a row that changed, all of it where halves of wide characters are about. */
static void paint_row(struct term *term, const struct canvas *canvas, int y)
{
	int width = canvas->width, blank_from = width;
	const struct cell *now = &canvas->cells[(size_t)y * (size_t)width];
	struct cell *old = &term->shown.cells[(size_t)y * (size_t)width];

	if (canvas_cells_same(now, old, width))
		return;
	bool all = has_wide(now, width) || has_wide(old, width);
	while (blank_from > 0 && is_blank(term, &now[blank_from - 1]))
		blank_from--;
	for (int x = 0; x < width;) {
		if (!all && canvas_cells_same(&now[x], &old[x], 1))
			x++;
		else
			x = put_at(term, canvas, x, y, blank_from);
	}
	memcpy(old, now, (size_t)width * sizeof(*old));
}

/* An empty screen.  Where the terminal's own colours cannot be had its blanks have others than
 * ours: then no cell of it is right. */
static void wipe(struct term *term)
{
	struct canvas *shown = &term->shown;
	size_t count = (size_t)shown->width * (size_t)shown->height;

	canvas_clear(shown);
	forget_paint(&term->paint);
	make_plain(term);
	paint_string(term, term->paint.clear);
	for (size_t i = 0; term->paint.colors && term->paint.own_colors == NULL && i < count; i++)
		shown->cells[i].ch = CANVAS_UNKNOWN;
}

static void paint_cursor(struct term *term, const struct canvas *canvas)
{
	bool visible = canvas->cursor_x >= 0 && canvas->cursor_y >= 0;
	struct paint *paint = &term->paint;
	int x = visible ? canvas->cursor_x : 0;
	int y = visible ? canvas->cursor_y : canvas->height - 1;

	/* where nobody sees it, it need not be moved */
	if (!visible && paint->hide != NULL && paint->cursor_known && !paint->cursor_shown)
		return;
	if (!paint->placed || paint->x != x || paint->y != y)
		go(term, x, y);
	if (paint->cursor_known && paint->cursor_shown == visible)
		return;
	paint_string(term, visible ? paint->show : paint->hide);
	paint->cursor_known = true;
	paint->cursor_shown = visible;
}

void paint_canvas(struct term *term, const struct canvas *canvas)
{
	struct canvas *shown = &term->shown;

	if (shown->width != canvas->width || shown->height != canvas->height) {
		canvas_resize(shown, canvas->width, canvas->height);
		term->shown_valid = false;
	}
	if (!term->shown_valid)
		wipe(term);
	for (int y = 0; y < canvas->height; y++)
		paint_row(term, canvas, y);
	set_look(term, plain_look);
	paint_cursor(term, canvas);
	shown->cursor_x = canvas->cursor_x;
	shown->cursor_y = canvas->cursor_y;
	term->shown_valid = true;
}

/* Where there is one screen only, what follows begins on its last line. */
void paint_leave(struct term *term)
{
	struct paint *paint = &term->paint;

	make_plain(term);
	if (paint->give_screen == NULL) {
		go(term, 0, term->shown.height - 1);
		paint_string(term, paint->clear_right);
	}
	paint_string(term, paint->show);
	paint_string(term, paint->give_keys);
	paint_string(term, paint->give_screen);
	forget_paint(paint);
	paint->cursor_known = false;
}
