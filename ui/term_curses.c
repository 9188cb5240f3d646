/* term_curses - the one file that knows curses: canvases to a terminal, keys from it
 *
 * Curses never writes to the terminal itself.  It is given a file in memory for its output, so that a
 * frame is known whole before its first byte goes out: it is bracketed as one synchronized update, it
 * waits where the terminal is slow (outlet.h), and an error in writing is seen.  For the same reason
 * the terminal's settings are set here and not by curses, which sees no terminal.  No signal handler of
 * curses stays installed.
 */
#include "ui/term.h"

#include "base/clock.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "ui/input.h"
#include "ui/outlet.h"
#include "ui/restore.h"
#include "ui/sequences.h"

#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

enum {
	PAIRS_MAX = 64, /* colour pairs in use; styles need fewer */
	ESCAPE_MS = 25, /* how long Esc waits for the rest of a sequence */
	LEAVE_MS = 300, /* how long a slow terminal may take for what ends memtop's use of it */
	SIDE_MAX = 1000,
	FIRST_SEQUENCE = KEY_MAX + 1, /* code of the first of sequences_all */
};

static const char sync_begin[] = "\033[?2026h", sync_end[] = "\033[?2026l";
static const char paste_on[] = "\033[?2004h", paste_off[] = "\033[?2004l";

/* <term.h> cannot be included beside ui/term.h: it has a struct of that name, too. */
int setupterm(const char *name, int fd, int *error);
void *set_curterm(void *terminal);
int del_curterm(void *terminal);

struct term {
	int in, out;        /* the terminal */
	bool own_in;        /* IN was opened here */
	FILE *in_file;      /* what curses reads */
	FILE *memory_file;  /* what curses writes */
	int memory;         /* its descriptor */
	SCREEN *screen;
	WINDOW *pad;        /* to read keys from: reading from a window would draw it */
	struct termios modes; /* as they were */
	bool entered, gone, utf8;
	bool modern;        /* knows mouse, bracketed paste and synchronized updates, or ignores them */
	int colors;
	enum theme_id theme;
	short pair_fg[PAIRS_MAX], pair_bg[PAIRS_MAX];
	int pairs;
	int back_fg, back_bg; /* what stands for the terminal's own colours; -1 where it has them */

	struct canvas shown; /* what is on the screen */
	bool shown_valid;

	struct outlet outlet;
	struct input input;
	struct key waiting; /* second key of two that came at once */
};

/* For term_emergency: a signal handler has no other way to the terminal. */
static struct {
	volatile bool active;
	int fd;
	struct termios modes;
} emergency;

/* --- the terminal's settings and size ------------------------------------------------------------- */

static void set_raw(const struct term *term)
{
	struct termios raw = term->modes;

	raw.c_iflag &= ~(tcflag_t)(BRKINT | ISTRIP | INLCR | IGNCR | ICRNL | IXON);
	raw.c_oflag &= ~(tcflag_t)OPOST;
	raw.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	restore_modes(term->in, &raw);
}

static int clip_side(int side, int fallback)
{
	if (side <= 0)
		side = fallback;
	return side > SIDE_MAX ? SIDE_MAX : side;
}

void term_size(struct term *term, int *width, int *height)
{
	struct winsize size = { 0 };

	if (ioctl(term->out, TIOCGWINSZ, &size) < 0)
		size = (struct winsize){ 0 };
	*width = clip_side(size.ws_col, 80);
	*height = clip_side(size.ws_row, 24);
}

/* --- opening: which terminal is this? ------------------------------------------------------------- */

static int find_input(struct term *term, char why[200])
{
	if (isatty(STDIN_FILENO)) {
		term->in = STDIN_FILENO;
		return 0;
	}
	term->in = open("/dev/tty", O_RDONLY | O_CLOEXEC | O_NOCTTY);
	term->own_in = term->in >= 0;
	if (term->in >= 0)
		return 0;
	snprintf(why, 200, "standard input is no terminal to take keys from; "
			"`memtop -b` writes tables and needs none");
	return -ENOTTY;
}

/* The files curses works on: keys from a copy of the terminal's descriptor, output to memory. */
static int open_files(struct term *term)
{
	int in = fcntl(term->in, F_DUPFD_CLOEXEC, 3);

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

/* 1 opened, 0 known but not able to move its cursor, -1 unknown. */
static int try_name(struct term *term, const char *name)
{
	int error = 0;

	if (!name[0] || setupterm(name, term->memory, &error) != OK)
		return -1;
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

/* The name of the terminal that was opened, with a note in WHY when it is not the one asked for; NULL:
 * none could be. */
static const char *open_screen(struct term *term, char why[200])
{
	const char *asked = getenv("TERM");
	const char *name = asked ? asked : "";

	switch (try_name(term, name)) {
	case 1:
		return name;
	case 0:
		snprintf(why, 200, "a terminal of type %.40s cannot move its cursor; "
				"`memtop -b` writes plain tables", name);
		return NULL;
	default:
		break;
	}
	const char *other = open_instead(term, name);
	if (!other)
		snprintf(why, 200, "no description of a terminal of type \"%.40s\" is installed; "
				"`memtop -b` needs none", name);
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

/* Sequences get codes of our own, in their order, above those of curses. */
static void define_keys(void)
{
	size_t count;
	const struct sequence *sequences = sequences_all(&count);

	for (size_t i = 0; i < count; i++) {
		if (key_defined(sequences[i].bytes) == 0)
			define_key(sequences[i].bytes, FIRST_SEQUENCE + (int)i);
	}
}

/* What curses is told once about keys and drawing.  The `linux` console lists a mouse it has not. */
static void set_up_curses(struct term *term, const struct term_options *options, const char *name)
{
	term->modern = has_capability("kmous") && strncmp(name, "linux", 5) != 0;
	set_up_colors(term, options->color);
	typeahead(-1);
	set_escdelay(ESCAPE_MS);
	nonl();
	leaveok(stdscr, FALSE);
	term->pad = newpad(1, 1);
	nodelay(term->pad, TRUE);
	keypad(term->pad, TRUE);
	define_keys();
	if (term->modern && options->mouse) {
		mouseinterval(0);
		mousemask(BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED, NULL);
	}
}

static int set_up(struct term *term, const struct term_options *options, char why[200])
{
	if (!isatty(STDOUT_FILENO)) {
		snprintf(why, 200, "standard output is no terminal; `memtop -b` writes tables");
		return -ENOTTY;
	}
	int error = find_input(term, why);
	if (error)
		return error;
	if (tcgetattr(term->in, &term->modes) < 0 || open_files(term) < 0) {
		error = -errno;
		snprintf(why, 200, "the terminal cannot be used: %s", strerror(errno));
		return error;
	}
	const char *name = open_screen(term, why);
	if (!name)
		return -ENOTTY;
	set_up_curses(term, options, name);
	return 0;
}

int term_open(struct term **out, const struct term_options *options, char why[200])
{
	struct term *term = xalloc_zero(1, sizeof(*term));

	why[0] = '\0';
	term->in = -1;
	term->out = STDOUT_FILENO;
	term->memory = -1;
	term->theme = options->theme;
	term->utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	canvas_init(&term->shown);
	outlet_init(&term->outlet, term->out);
	input_init(&term->input);
	int error = set_up(term, options, why);
	if (error) {
		term_close(term);
		return error;
	}
	emergency.fd = term->in;
	emergency.modes = term->modes;
	term_enter(term);
	*out = term;
	return 0;
}

/* --- curses' output ------------------------------------------------------------------------------ */

/* Moves what curses has written to its file over to the outlet; returns its length.  The file keeps its
 * pages, so that a steady screen asks for no memory. */
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

/* Whether more input is there, in curses' hands or the terminal's. */
static bool more_input(struct term *term)
{
	wint_t code = 0;
	int kind = wget_wch(term->pad, &code);

	if (kind == ERR)
		return false;
	if (kind == KEY_CODE_YES)
		ungetch((int)code);
	else
		unget_wch((wchar_t)code);
	return true;
}

/* --- entering and leaving ------------------------------------------------------------------------ */

void term_enter(struct term *term)
{
	if (term->entered || !term->screen)
		return;
	term->entered = true;
	set_raw(term);
	emergency.active = true;
	if (term->modern)
		outlet_put(&term->outlet, paste_on, sizeof(paste_on) - 1);
	/* curses turns the keypad on when keys are first asked for: it must be before the first key */
	more_input(term);
	term_redraw(term);
}

void term_leave(struct term *term)
{
	if (!term->entered)
		return;
	term->entered = false;
	outlet_drain(&term->outlet, LEAVE_MS);
	if (term->modern) {
		/* the end of a frame that may have been dropped */
		outlet_put(&term->outlet, sync_end, sizeof(sync_end) - 1);
		outlet_put(&term->outlet, paste_off, sizeof(paste_off) - 1);
	}
	endwin();
	collect(term);
	outlet_drain(&term->outlet, LEAVE_MS);
	restore_modes(term->in, &term->modes);
	emergency.active = false;
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
	if (term->own_in)
		close(term->in);
	outlet_done(&term->outlet);
	canvas_done(&term->shown);
	free(term);
}

void term_emergency(void)
{
	if (!emergency.active)
		return;
	emergency.active = false;
	restore_terminal(emergency.fd, &emergency.modes);
}

/* --- what a cell looks like ---------------------------------------------------------------------- */

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
	if (term->pairs == PAIRS_MAX - 1 || term->pairs + 1 >= COLOR_PAIRS)
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

/* The last gate: what the terminal would not show in exactly the columns the canvas has for it comes as
 * a question mark. */
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

/* --- drawing ------------------------------------------------------------------------------------- */

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
		mvadd_wch(y, x, &out);
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

/* Gives curses the part of a row that changed, all of it where halves of wide characters are about. */
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
		move(canvas->cursor_y, canvas->cursor_x);
	else
		move(canvas->height - 1, 0);
}

/* True when anything differs from what is on the screen. */
static bool paint(struct term *term, const struct canvas *canvas)
{
	struct canvas *shown = &term->shown;
	bool changed = !term->shown_valid || shown->cursor_x != canvas->cursor_x ||
		       shown->cursor_y != canvas->cursor_y;

	if (shown->width != canvas->width || shown->height != canvas->height) {
		canvas_resize(shown, canvas->width, canvas->height);
		resize_term(canvas->height, canvas->width);
		term_redraw(term);
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
	wnoutrefresh(stdscr);
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
	return term->outlet.waiting.len > 0 ? term->out : -1;
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

/* --- keys ---------------------------------------------------------------------------------------- */

static const struct {
	int curses;
	uint32_t key;
} named_keys[] = {
	{ KEY_UP, KEYS_UP },
	{ KEY_DOWN, KEYS_DOWN },
	{ KEY_LEFT, KEYS_LEFT },
	{ KEY_RIGHT, KEYS_RIGHT },
	{ KEY_PPAGE, KEYS_PAGE_UP },
	{ KEY_NPAGE, KEYS_PAGE_DOWN },
	{ KEY_HOME, KEYS_HOME },
	{ KEY_FIND, KEYS_HOME },
	{ KEY_A1, KEYS_HOME },
	{ KEY_END, KEYS_END },
	{ KEY_SELECT, KEYS_END },
	{ KEY_C1, KEYS_END },
	{ KEY_LL, KEYS_END },
	{ KEY_A3, KEYS_PAGE_UP },
	{ KEY_C3, KEYS_PAGE_DOWN },
	{ KEY_ENTER, KEYS_ENTER },
	{ KEY_BTAB, KEYS_BACK_TAB },
	{ KEY_BACKSPACE, KEYS_BACKSPACE },
	{ KEY_DC, KEYS_DELETE },
	{ KEY_IC, KEYS_INSERT },
};

static uint32_t named_key(int code)
{
	size_t count;
	const struct sequence *sequences = sequences_all(&count);

	if (code >= FIRST_SEQUENCE && code < FIRST_SEQUENCE + (int)count)
		return sequences[code - FIRST_SEQUENCE].key;
	if (code >= KEY_F(1) && code <= KEY_F(10))
		return KEYS_F1 + (uint32_t)(code - KEY_F(1));
	for (size_t i = 0; i < sizeof(named_keys) / sizeof(named_keys[0]); i++) {
		if (named_keys[i].curses == code)
			return named_keys[i].key;
	}
	return 0;
}

static bool mouse_event(struct key *raw)
{
	MEVENT event;

	if (getmouse(&event) != OK)
		return false;
	*raw = (struct key){ .code = KEYS_MOUSE, .x = event.x, .y = event.y };
	if (event.bstate & BUTTON1_PRESSED)
		raw->mouse = MOUSE_PRESS;
	else if (event.bstate & BUTTON4_PRESSED)
		raw->mouse = MOUSE_WHEEL_UP;
	else if (event.bstate & BUTTON5_PRESSED)
		raw->mouse = MOUSE_WHEEL_DOWN;
	else
		return false;
	return true;
}

/* False when nothing was there; a code of 0 is a key nobody knows. */
static bool read_raw(struct term *term, struct key *raw)
{
	wint_t code = 0;
	int kind = wget_wch(term->pad, &code);

	if (kind == ERR)
		return false;
	*raw = (struct key){ .code = (uint32_t)code };
	if (kind == KEY_CODE_YES && code == KEY_MOUSE) {
		if (!mouse_event(raw))
			raw->code = 0;
	} else if (kind == KEY_CODE_YES) {
		raw->code = named_key((int)code);
	}
	return true;
}

/* Nothing to read: is that all for now, or for ever? */
static bool hung_up(const struct term *term)
{
	struct pollfd pollfd = { .fd = term->in, .events = POLLIN };
	int bytes = 0;

	if (poll(&pollfd, 1, 0) < 1)
		return false;
	if (pollfd.revents & (POLLHUP | POLLERR | POLLNVAL))
		return true;
	return ioctl(term->in, FIONREAD, &bytes) == 0 && bytes == 0;
}

bool term_key(struct term *term, struct key *key)
{
	struct key raw;

	if (term->waiting.code) {
		*key = term->waiting;
		term->waiting.code = 0;
		return true;
	}
	while (!term->gone && read_raw(term, &raw)) {
		struct key keys[INPUT_KEYS_MAX];
		int count = raw.code ? input_feed(&term->input, &raw, more_input(term), clock_mono_ms(),
					       keys)
				     : 0;

		if (count > 1)
			term->waiting = keys[1];
		if (count > 0) {
			*key = keys[0];
			return true;
		}
	}
	if (!term->gone && !hung_up(term))
		return false;
	term->gone = true;
	*key = (struct key){ .code = KEYS_CLOSED };
	return true;
}

void term_take_paste(struct term *term, bool take)
{
	term->input.take_paste = take;
}

/* --- what it is ---------------------------------------------------------------------------------- */

int term_fd(const struct term *term)
{
	return term->in;
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
