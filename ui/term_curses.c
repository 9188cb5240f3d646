/* SPDX-License-Identifier: GPL-2.0-or-later */
/* term_curses - the terminal through curses, which nothing else in memtop knows: see term.h
 *
 * Curses never writes to the terminal itself.  It is given a file in memory for its output, so that
 * a frame is known whole before its first byte goes out: it is bracketed as one synchronized
 * update, it waits where the terminal is slow (outlet.h), and an error in writing is seen.  For the
 * same reason the terminal's settings are set here and not by curses, which sees no terminal.  No
 * signal handler of curses stays installed.
 */
#include "ui/term_curses.h"

#include "base/text.h"
#include "base/xalloc.h"

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <wchar.h>

enum {
	ROOM = 512 * 1024, /* bytes curses may take when it starts */
	ESCAPE_MS = 25,    /* how long Esc waits for the rest of a sequence */
	LEAVE_MS = 300,    /* how long a slow terminal may take for what ends memtop's use of it */
};

static const char sync_begin[] = "\033[?2026h", sync_end[] = "\033[?2026l";
static const char paste_on[] = "\033[?2004h", paste_off[] = "\033[?2004l";
static const char mouse_on[] = "\033[?1000h\033[?1006h", mouse_off[] = "\033[?1006l\033[?1000l";

/* <term.h> cannot be included beside ui/term.h: it has a struct of that name, too. */
int setupterm(const char *name, int fd, int *error);
void *set_curterm(void *terminal);
int del_curterm(void *terminal);

/* --- opening: which terminal is this? --------------------------------------------------------- */

/* The files curses works on: keys from a copy of the terminal's descriptor, output to memory. */
static int open_files(struct term *term)
{
	int in = fcntl(term->tty.in, F_DUPFD_CLOEXEC, 3);

	term->in_file = in >= 0 ? fdopen(in, "r") : NULL;
	term->memory = memfd_create("screen", MFD_CLOEXEC);
	term->memory_file = term->memory >= 0 ? fdopen(term->memory, "w") : NULL;
	return term->in_file && term->memory_file ? 0 : -errno;
}

/* newterm(3) installs handlers for these where there are none. */
static SCREEN *new_screen(const struct term *term, const char *name)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGTSTP, SIGWINCH };
	struct sigaction before[sizeof(signals) / sizeof(signals[0])];

	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaction(signals[i], NULL, &before[i]);
	use_env(FALSE);
	SCREEN *screen = newterm(name, term->memory_file, term->in_file);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaction(signals[i], &before[i], NULL);
	return screen;
}

static bool has_capability(const char *name)
{
	const char *text = tigetstr(name);

	return text && text != (char *)-1;
}

/* Curses does not check every allocation, and crashes when it frees what it could not build:
 * better to end here than inside it. */
static void check_memory(void)
{
	free(xalloc(ROOM));
}

/* 1 opened, 0 known but not able to move its cursor, -1 unknown. */
static int try_name(struct term *term, const char *name)
{
	int error = 0;

	check_memory();
	if (!name[0] || setupterm(name, term->memory, &error) != OK)
		return -1;
	check_memory();
	bool moves = has_capability("cup") && has_capability("clear");
	del_curterm(set_curterm(NULL)); /* newterm(3) makes one of its own */
	if (!moves)
		return 0;
	term->screen = new_screen(term, name);
	return term->screen ? 1 : -1;
}

/* Names to try in the place of one that is not known here. */
static const char *open_instead(struct term *term, const char *unknown)
{
	static const char *const others[] = { "xterm", "ansi", "vt100" };

	for (size_t i = strncmp(unknown, "xterm-", 6) == 0 ? 0 : 1; i < 3; i++) {
		if (try_name(term, others[i]) == 1)
			return others[i];
	}
	return NULL;
}

/* The name of the terminal that was opened, with a note in WHY when it is not the one asked for;
 * NULL: none could be. */
static const char *open_screen(struct term *term, char why[200])
{
	const char *asked = getenv("TERM");
	const char *name = asked ? asked : "";

	switch (try_name(term, name)) {
	case 1:
		return name;
	case 0:
		snprintf(why, 200,
			"a terminal of type %.40s cannot move its cursor; "
			"`memtop -b` writes plain tables",
			name);
		return NULL;
	default:
		break;
	}
	const char *other = open_instead(term, name);
	if (!other)
		snprintf(why, 200,
			"no description of a terminal of type \"%.40s\" is installed; "
			"`memtop -b` needs none",
			name);
	else if (name[0])
		snprintf(why, 200, "TERM=%.40s is not known here; drawing as for %s", name, other);
	else
		snprintf(why, 200, "TERM is not set; drawing as for %s", other);
	return other;
}

static void set_up_colors(struct term *term, bool wanted)
{
	term->back_fg = -1;
	term->back_bg = -1;
	if (!wanted || !has_colors() || start_color() != OK)
		return;
	if (use_default_colors() != OK) {
		term->back_fg = COLOR_WHITE;
		term->back_bg = COLOR_BLACK;
	}
	term->colors = COLORS >= 256 ? 256 : COLORS >= 16 ? 16 : COLORS >= 8 ? 8 : 0;
}

/* Curses allocates something for every string with parameters when it is first used, and at its
 * second update the tables by which it finds lines that have moved; it goes on where it got no
 * memory for them.  It is to do all of that now, while its start is watched over. */
static void make_tables(void)
{
	static const char *const names[] = { "cup", "hpa", "vpa", "cuf", "cub", "cuu", "cud", "ech",
		"rep", "setaf", "setab", "setf", "setb", "il", "dl", "ich", "dch", "csr", "indn",
		"rin", "sgr" };

	check_memory();
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *string = tigetstr(names[i]);

		if (string != NULL && string != (const char *)-1)
			tiparm(string, 0, 0, 0, 0, 0, 0, 0, 0, 0);
	}
	doupdate();
	doupdate();
}

/* Curses clears the eighth bit of bytes until meta(3) is called, which also asks the terminal to
 * send Alt as that bit: no UTF-8 any more.  What it writes for that (curses passes its output on
 * with an update) is written over. */
static void take_eight_bits(struct term *term)
{
	doupdate();
	off_t before = lseek(term->memory, 0, SEEK_CUR);
	meta(term->pad, TRUE);
	doupdate();
	lseek(term->memory, before, SEEK_SET);
}

/* What curses is told once about keys and drawing.  The `linux` console lists a mouse it has
 * not. */
static int set_up_curses(struct term *term, const struct term_options *options, const char *name)
{
	term->modern = has_capability("kmous") && strncmp(name, "linux", 5) != 0;
	set_up_colors(term, options->color);
	typeahead(-1);
	set_escdelay(ESCAPE_MS);
	nonl();
	leaveok(newscr, FALSE);
	make_tables();
	term->pad = newpad(1, 1);
	if (!term->pad) { /* without it there would be no keys */
		check_memory();
		return -ENOMEM;
	}
	take_eight_bits(term);
	nodelay(term->pad, TRUE);
	keypad(term->pad, TRUE);
	term_define_keys();
	term->mouse = term->modern && options->mouse;
	return 0;
}

static int set_up(struct term *term, const struct term_options *options, char why[200])
{
	int error = tty_open(&term->tty, why);
	if (error)
		return error;
	error = open_files(term);
	if (error) {
		snprintf(why, 200, "no file in memory to draw to: %s", strerror(-error));
		return error;
	}
	const char *name = open_screen(term, why);
	if (!name)
		return -ENOTTY;
	error = set_up_curses(term, options, name);
	if (error)
		snprintf(why, 200, "%s", strerror(-error));
	return error;
}

int term_open(struct term **out, const struct term_options *options, char why[200])
{
	struct term *term = xalloc_zero(1, sizeof(*term));

	why[0] = '\0';
	term->memory = -1;
	term->theme = options->theme;
	term->utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	canvas_init(&term->shown);
	outlet_init(&term->outlet, STDOUT_FILENO);
	input_init(&term->input);
	int error = set_up(term, options, why);
	if (error) {
		term_close(term);
		return error;
	}
	term_enter(term);
	*out = term;
	return 0;
}

/* --- curses' output --------------------------------------------------------------------------- */

/* Moves what curses has written to its file over to the outlet; returns its length.  The file
 * keeps its pages, so that a steady screen asks for no memory. */
static size_t collect(struct term *term)
{
	off_t len = lseek(term->memory, 0, SEEK_CUR);

	if (len <= 0)
		return 0;
	char *room = buf_room(&term->outlet.waiting, (size_t)len);
	ssize_t n = pread(term->memory, room, (size_t)len, 0);
	lseek(term->memory, 0, SEEK_SET);
	if (n <= 0)
		return 0;
	buf_grew(&term->outlet.waiting, (size_t)n);
	return (size_t)n;
}

/* --- entering and leaving --------------------------------------------------------------------- */

void term_enter(struct term *term)
{
	if (term->entered || !term->screen)
		return;
	term->entered = true;
	tty_enter(&term->tty);
	if (term->modern)
		outlet_put(&term->outlet, paste_on, sizeof(paste_on) - 1);
	if (term->mouse)
		outlet_put(&term->outlet, mouse_on, sizeof(mouse_on) - 1);
	/* curses turns the keypad on when keys are first asked for: it must be before the first
	 * key */
	term_more_input(term);
	term_redraw(term);
}

void term_leave(struct term *term)
{
	if (!term->entered)
		return;
	term->entered = false;
	outlet_drain(&term->outlet, LEAVE_MS);
	if (term->mouse)
		outlet_put(&term->outlet, mouse_off, sizeof(mouse_off) - 1);
	if (term->modern) {
		/* the end of a frame that may have been dropped */
		outlet_put(&term->outlet, sync_end, sizeof(sync_end) - 1);
		outlet_put(&term->outlet, paste_off, sizeof(paste_off) - 1);
	}
	endwin();
	collect(term);
	outlet_drain(&term->outlet, LEAVE_MS);
	tty_leave(&term->tty);
}

void term_close(struct term *term)
{
	if (!term)
		return;
	term_leave(term);
	if (term->pad)
		delwin(term->pad);
	if (term->screen)
		delscreen(term->screen);
	if (term->in_file)
		fclose(term->in_file);
	if (term->memory_file)
		fclose(term->memory_file);
	else if (term->memory >= 0)
		close(term->memory);
	tty_close(&term->tty);
	outlet_done(&term->outlet);
	canvas_done(&term->shown);
	free(term);
}

void term_emergency(void)
{
	tty_emergency();
}

/* --- what a cell looks like ------------------------------------------------------------------- */

static short pair_for(struct term *term, int fg, int bg)
{
	if (fg < 0)
		fg = term->back_fg;
	if (bg < 0)
		bg = term->back_bg;
	if (term->colors == 0 || (fg == term->back_fg && bg == term->back_bg))
		return 0;
	for (int i = 0; i < term->pairs; i++) {
		if (term->pair_fg[i] == fg && term->pair_bg[i] == bg)
			return (short)(i + 1);
	}
	if (term->pairs == TERM_PAIRS_MAX - 1 || term->pairs + 1 >= COLOR_PAIRS)
		return 0;
	int at = term->pairs++;
	term->pair_fg[at] = (short)fg;
	term->pair_bg[at] = (short)bg;
	init_pair((short)(at + 1), (short)fg, (short)bg);
	return (short)(at + 1);
}

static attr_t attributes_of(unsigned look)
{
	attr_t attributes = A_NORMAL;

	if (look & LOOK_BOLD)
		attributes |= A_BOLD;
	if (look & LOOK_DIM)
		attributes |= A_DIM;
	if (look & LOOK_REVERSE)
		attributes |= A_REVERSE;
	if (look & LOOK_UNDERLINE)
		attributes |= A_UNDERLINE;
	return attributes;
}

/* The last gate: what the terminal would not show in exactly the columns the canvas has for it
 * becomes a question mark. */
static bool can_show(const struct term *term, uint32_t ch)
{
	if (ch < 0x7f)
		return ch >= ' ';
	return term->utf8 && ch >= 0xa0 && wcwidth((wchar_t)ch) == text_char_width(ch);
}

static void make_cell(struct term *term, const struct cell *cell, cchar_t *out)
{
	struct look look = theme_look(term->theme, (enum style)cell->style, (enum style)cell->over,
		term->colors);
	wchar_t text[2 + CANVAS_MARKS_MAX] = { L'?' };
	size_t len = 1;

	if (can_show(term, cell->ch)) {
		text[0] = (wchar_t)cell->ch;
		for (int i = 0; i < CANVAS_MARKS_MAX && cell->marks[i]; i++) {
			if (can_show(term, cell->marks[i]))
				text[len++] = (wchar_t)cell->marks[i];
		}
	}
	setcchar(out, text, attributes_of(look.attributes), pair_for(term, look.fg, look.bg), NULL);
}

/* --- drawing ---------------------------------------------------------------------------------- */

/* Cells X..END of a row to curses; a wide character that cannot be shown leaves a blank half. */
static void paint_cells(struct term *term, const struct canvas *canvas, int y, int x, int end)
{
	const struct cell *row = &canvas->cells[(size_t)y * (size_t)canvas->width];

	while (x < end) {
		struct cell cell = row[x];
		cchar_t out;

		if (cell.ch == 0)
			cell.ch = ' ';
		make_cell(term, &cell, &out);
		mvwadd_wch(newscr, y, x, &out);
		x += can_show(term, cell.ch) && text_char_width(cell.ch) == 2 ? 2 : 1;
	}
}

static bool has_wide(const struct cell *row, int width)
{
	for (int x = 0; x < width; x++) {
		if (row[x].ch == 0)
			return true;
	}
	return false;
}

/* Gives curses the part of a row that changed, all of it where halves of wide characters are
 * about. */
static bool paint_row(struct term *term, const struct canvas *canvas, int y)
{
	int width = canvas->width;
	const struct cell *now = &canvas->cells[(size_t)y * (size_t)width];
	struct cell *old = &term->shown.cells[(size_t)y * (size_t)width];
	int from = 0, end = width;

	if (term->shown_valid) {
		while (from < end && canvas_cell_same(&now[from], &old[from]))
			from++;
		while (end > from && canvas_cell_same(&now[end - 1], &old[end - 1]))
			end--;
		if (from == end)
			return false;
		if (has_wide(now, width) || has_wide(old, width)) {
			from = 0;
			end = width;
		}
	}
	paint_cells(term, canvas, y, from, end);
	memcpy(&old[from], &now[from], (size_t)(end - from) * sizeof(*old));
	return true;
}

static void paint_cursor(const struct canvas *canvas)
{
	bool visible = canvas->cursor_x >= 0 && canvas->cursor_y >= 0;

	curs_set(visible ? 1 : 0);
	if (visible)
		wmove(newscr, canvas->cursor_y, canvas->cursor_x);
	else
		wmove(newscr, canvas->height - 1, 0);
}

/* Cells go into newscr, what curses wants the terminal to show: of the copy an application
 * usually draws in, stdscr, nothing is left but a corner. */
static void resize(struct term *term, int width, int height)
{
	canvas_resize(&term->shown, width, height);
	resize_term(height, width);
	wresize(stdscr, 1, 1);
	term_redraw(term);
}

/* True when anything differs from what is on the screen. */
static bool paint(struct term *term, const struct canvas *canvas)
{
	struct canvas *shown = &term->shown;
	bool changed = !term->shown_valid || shown->cursor_x != canvas->cursor_x ||
		       shown->cursor_y != canvas->cursor_y;

	if (shown->width != canvas->width || shown->height != canvas->height) {
		resize(term, canvas->width, canvas->height);
		changed = true;
	}
	if (!term->shown_valid)
		clearok(curscr, TRUE);
	for (int y = 0; y < canvas->height; y++)
		changed |= paint_row(term, canvas, y);
	shown->cursor_x = canvas->cursor_x;
	shown->cursor_y = canvas->cursor_y;
	term->shown_valid = true;
	return changed;
}

/* A frame is one synchronized update where the terminal knows of such. */
static void render(struct term *term, const struct canvas *canvas)
{
	size_t before = term->outlet.waiting.len;

	if (term->modern)
		outlet_put(&term->outlet, sync_begin, sizeof(sync_begin) - 1);
	paint_cursor(canvas);
	doupdate();
	if (collect(term) == 0) {
		/* nothing after all: take the bracket back */
		term->outlet.waiting.len = before;
		return;
	}
	if (term->modern)
		outlet_put(&term->outlet, sync_end, sizeof(sync_end) - 1);
}

int term_draw(struct term *term, const struct canvas *canvas)
{
	if (term->gone)
		return -EIO;
	if (!term->entered)
		return 0;
	int ready = outlet_flush(&term->outlet);
	if (ready == 1 && !outlet_ready(&term->outlet))
		return 0;
	if (ready == 1) {
		if (!paint(term, canvas))
			return 0;
		render(term, canvas);
		ready = outlet_flush(&term->outlet) < 0 ? -EIO : 1;
	}
	term->gone = ready < 0;
	return ready;
}

bool term_writable(struct term *term)
{
	return outlet_ready(&term->outlet);
}

int term_wait_fd(const struct term *term)
{
	return term->outlet.waiting.len > 0 ? term->outlet.fd : -1;
}

void term_flush(struct term *term)
{
	if (outlet_flush(&term->outlet) < 0)
		term->gone = true;
}

void term_redraw(struct term *term)
{
	term->shown_valid = false;
}

void term_set_theme(struct term *term, enum theme_id theme)
{
	if (term->theme == theme)
		return;
	term->theme = theme;
	term_redraw(term);
}

/* --- what it is ------------------------------------------------------------------------------- */

void term_size(struct term *term, int *width, int *height)
{
	tty_size(&term->tty, width, height);
}

int term_fd(const struct term *term)
{
	return term->tty.in;
}

bool term_utf8(const struct term *term)
{
	return term->utf8;
}

int term_colors(const struct term *term)
{
	return term->colors;
}

uint64_t term_bytes(const struct term *term)
{
	return term->outlet.written;
}
