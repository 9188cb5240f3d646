/* SPDX-License-Identifier: GPL-2.0-or-later */
/* term_curses - the terminal through curses, which nothing else in memtop knows: see term.h
 *
 * Of curses, what knows the descriptions of terminals and their keys is used, and nothing that
 * draws (term_curses_paint.c says why): what it writes goes to a file in memory that nobody reads.
 * So a frame is known whole before its first byte goes out: it is bracketed as one synchronized
 * update, it waits where the terminal is slow (term_output.h), and an error in writing is seen.
 * For the same reason the terminal's settings are set here and not by curses, which sees no
 * terminal.  No signal handler of curses stays installed.
 */
#include "ui/term/term_curses.h"

#include "base/streams.h"
#include "base/xalloc.h"

#include <errno.h>
#include <fcntl.h>
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

/* lines and columns of the screen of curses, on which nobody draws */
#define SMALL "4"

/* <term.h> cannot be included beside ui/term/term.h: it has a struct of that name, too. */
int setupterm(const char *name, int fd, int *error);
void *set_curterm(void *terminal);
int del_curterm(void *terminal);

/* --- opening: which terminal is this? --------------------------------------------------------- */

/* The files curses works on: keys from a copy of the terminal's descriptor, output to memory. */
static int open_files(struct term *term)
{
	int in = fcntl(term->tty.in, F_DUPFD_CLOEXEC, 3);
	int memory = memfd_create("screen", MFD_CLOEXEC);

	term->in_file = in >= 0 ? fdopen(in, "r") : NULL;
	term->memory_file = memory >= 0 ? fdopen(memory, "w") : NULL;
	return term->in_file != NULL && term->memory_file != NULL ? 0 : -errno;
}

/* NAME has VALUE in the environment from now on; returns what it had, for put_back(), or NULL. */
static char *put_instead(const char *name, const char *value)
{
	const char *before = getenv(name);
	char *copy = before != NULL ? xalloc_text(before) : NULL;

	setenv(name, value, 1);
	return copy;
}

static void put_back(const char *name, char *before)
{
	if (before != NULL)
		setenv(name, before, 1);
	else
		unsetenv(name);
	free(before);
}

/* newterm(3) installs handlers for these where there are none.  Nothing is drawn through curses,
 * which keeps its screen three times, 28 bytes a cell: it is told of a small one.  It believes the
 * environment after use_env(3). */
static SCREEN *new_screen(const struct term *term, const char *name)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGTSTP, SIGWINCH };
	struct sigaction before[sizeof(signals) / sizeof(signals[0])];
	char *lines = put_instead("LINES", SMALL), *columns = put_instead("COLUMNS", SMALL);

	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaction(signals[i], NULL, &before[i]);
	use_env(TRUE);
	use_tioctl(FALSE);
	SCREEN *screen = newterm(name, term->memory_file, term->in_file);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaction(signals[i], &before[i], NULL);
	put_back("LINES", lines);
	put_back("COLUMNS", columns);
	return screen;
}

static bool has_capability(const char *name)
{
	const char *text = tigetstr(name);

	return text != NULL && text != (char *)-1;
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
	if (!name[0] || setupterm(name, fileno(term->memory_file), &error) != OK)
		return -1;
	check_memory();
	bool moves = has_capability("cup") && has_capability("clear");
	del_curterm(set_curterm(NULL)); /* newterm(3) makes one of its own */
	if (!moves)
		return 0;
	term->screen = new_screen(term, name);
	return term->screen != NULL ? 1 : -1;
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
	const char *name = asked != NULL ? asked : "";

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
	if (other == NULL)
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

/* Tells curses once about keys. Curses clears the eighth bit of bytes until meta(3) is called. The
 * `linux` console lists a mouse it has not. */
static int set_up_curses(struct term *term, const struct term_options *options, const char *name)
{
	term->modern = has_capability("kmous") && strncmp(name, "linux", 5) != 0;
	check_memory();
	if (!paint_describe(&term->paint, options->color))
		return -ENOMEM;
	typeahead(-1);
	set_escdelay(ESCAPE_MS);
	check_memory();
	term->pad = newpad(1, 1);
	if (term->pad == NULL) { /* without it there would be no keys */
		check_memory();
		return -ENOMEM;
	}
	meta(term->pad, TRUE);
	nodelay(term->pad, TRUE);
	keypad(term->pad, TRUE);
	term_define_keys();
	term->mouse = term->modern && options->mouse;
	return 0;
}

/* Step by step, each with its reason in words: that memtop does not start on a terminal is told
 * once, and read by who cannot see anything else. */
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
	if (name == NULL)
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
	term->theme = options->theme;
	term->utf8 = streams_are_utf8();
	canvas_init(&term->shown);
	term_output_init(&term->output, STDOUT_FILENO);
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

/* --- entering and leaving --------------------------------------------------------------------- */

/* After a start, and after every stop (^Z): what the terminal shows is not known then, so all is
 * drawn again. */
static void take_terminal(struct term *term)
{
	tty_enter(&term->tty);
	paint_string(term, term->paint.take_screen);
	paint_string(term, term->paint.take_keys);
	if (term->modern)
		term_output_put(&term->output, paste_on, sizeof(paste_on) - 1);
	if (term->mouse)
		term_output_put(&term->output, mouse_on, sizeof(mouse_on) - 1);
	term->paint.cursor_known = false;
	term_redraw(term);
}

void term_enter(struct term *term)
{
	if (term->entered || term->screen == NULL)
		return;
	term->entered = true;
	tty_learn(&term->tty);
	take_terminal(term);
}

void term_again(struct term *term)
{
	if (term->entered)
		take_terminal(term);
}

void term_leave(struct term *term)
{
	if (!term->entered)
		return;
	term->entered = false;
	term_output_drain(&term->output, LEAVE_MS);
	if (term->mouse)
		term_output_put(&term->output, mouse_off, sizeof(mouse_off) - 1);
	if (term->modern) {
		/* the end of a frame that may have been dropped */
		term_output_put(&term->output, sync_end, sizeof(sync_end) - 1);
		term_output_put(&term->output, paste_off, sizeof(paste_off) - 1);
	}
	extra_leave(term);
	paint_leave(term);
	term_output_drain(&term->output, LEAVE_MS);
	tty_leave(&term->tty);
}

void term_close(struct term *term)
{
	if (term == NULL)
		return;
	term_leave(term);
	if (term->pad != NULL)
		delwin(term->pad);
	if (term->screen != NULL)
		delscreen(term->screen);
	if (term->in_file != NULL)
		fclose(term->in_file);
	if (term->memory_file != NULL)
		fclose(term->memory_file);
	tty_close(&term->tty);
	term_output_done(&term->output);
	canvas_done(&term->shown);
	free(term);
}

void term_emergency(void)
{
	tty_emergency();
}

/* --- drawing ---------------------------------------------------------------------------------- */

/* A frame is one synchronized update where the terminal knows of such.  False when there is
 * nothing to write. */
static bool render(struct term *term, const struct canvas *canvas)
{
	size_t before = term->output.waiting.len;

	if (term->modern)
		term_output_put(&term->output, sync_begin, sizeof(sync_begin) - 1);
	size_t begin = term->output.waiting.len;
	paint_canvas(term, canvas);
	if (term->output.waiting.len == begin) {
		term->output.waiting.len = before;
		return false;
	}
	if (term->modern)
		term_output_put(&term->output, sync_end, sizeof(sync_end) - 1);
	return true;
}

int term_draw(struct term *term, const struct canvas *canvas)
{
	if (term->gone)
		return -EIO;
	if (!term->entered)
		return 0;
	int ready = term_output_flush(&term->output);
	if (ready == 1 && !term_output_ready(&term->output))
		return 0;
	if (ready == 1) {
		if (!render(term, canvas))
			return 0;
		ready = term_output_flush(&term->output) < 0 ? -EIO : 1;
	}
	term->gone = ready < 0;
	return ready;
}

bool term_writable(struct term *term)
{
	return term_output_ready(&term->output);
}

int term_wait_fd(const struct term *term)
{
	return term->output.waiting.len > 0 ? term->output.fd : -1;
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
	return term->paint.colors;
}
