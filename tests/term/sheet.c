/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sheet - a canvas on the real terminal, for tests of ui/term_curses.c alone
 *
 * usage: sheet [ascii] [no-color] [no-mouse]
 *
 * Row 0 the size and what the terminal can, row 1 the last key, row 2 how many keys, row 3 wide
 * characters and marks, row 4 the note of term_open, then a row for each style. Some keys act: see
 * act().
 */
#include "base/crash.h"
#include "base/text.h"
#include "ui/actions.h"
#include "ui/term/term.h"

#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

struct sheet {
	struct term *term;
	struct canvas canvas;
	char why[200];
	char last[80];
	unsigned keys;
	bool still; /* draw the same again */
	bool prompt;
	bool quit;
};

static void name_key(struct sheet *sheet, const struct key *key)
{
	static const char *const mice[] = { "press", "double", "up", "down" };
	char bytes[5] = "", name[KEYS_NAME_MAX];
	size_t n;
	const struct action *actions = actions_table(&n);

	if (key->code == KEYS_MOUSE) {
		snprintf(sheet->last, sizeof(sheet->last), "mouse %s %d,%d", mice[key->mouse],
			key->x, key->y);
		return;
	}
	if (keymap_find(actions, n, key->code, WHERE_SCREENS | WHERE_REPLAY) != NULL) {
		snprintf(sheet->last, sizeof(sheet->last), "%s", keys_name(key->code, name));
		return;
	}
	if (key->code >= ' ' && key->code < KEYS_BASE)
		text_put(bytes, key->code);
	snprintf(sheet->last, sizeof(sheet->last), "%s %u", bytes, key->code);
}

static void draw(struct sheet *sheet)
{
	struct canvas *canvas = &sheet->canvas;
	int width, height;

	term_size(sheet->term, &width, &height);
	canvas_resize(canvas, width, height);
	canvas_printf(canvas, 0, 0, STYLE_STRONG, "size %dx%d colors %d utf8 %d", width, height,
		term_colors(sheet->term), term_utf8(sheet->term));
	canvas_printf(canvas, 0, 1, STYLE_NORMAL, "key %s", sheet->last);
	canvas_printf(canvas, 0, 2, STYLE_NORMAL, "keys %u", sheet->keys);
	canvas_text(canvas, 0, 3, STYLE_NORMAL, "a中b e\xcc\x81o \xf0\x9f\x98\x80|", width);
	canvas_text(canvas, 0, 4, STYLE_NORMAL, sheet->why, width);
	for (int i = 0; i < STYLE_COUNT; i++)
		canvas_printf(canvas, 0, 5 + i, (enum style)i, "style %d", i);
	canvas_overlay(canvas, 0, 6, width, STYLE_CURSOR);
	canvas_text_right(canvas, 0, height - 1, STYLE_NORMAL, "corner", width);
	if (sheet->prompt) {
		canvas->cursor_x = 5;
		canvas->cursor_y = 1;
	}
}

static void act(struct sheet *sheet, const struct key *key)
{
	switch (key->code) {
	case KEYS_CLOSED:
		exit(7);
	case 'q':
		sheet->quit = true;
		break;
	case 'p': /* a prompt: pastes are typed, the cursor shows */
		sheet->prompt = true;
		term_take_paste(sheet->term, true);
		break;
	case 'S': /* the screen does not change */
		sheet->still = true;
		break;
	case 'X':
		abort();
	case 'm':
		term_set_theme(sheet->term, THEME_MONO);
		break;
	case KEYS_CTRL_L:
		term_redraw(sheet->term);
		break;
	case KEYS_CTRL_Z:
		term_leave(sheet->term);
		raise(SIGSTOP);
		term_enter(sheet->term);
		break;
	default:
		break;
	}
}

static void take_keys(struct sheet *sheet)
{
	struct key key;

	while (!sheet->quit && term_key(sheet->term, &key)) {
		act(sheet, &key);
		if (sheet->still)
			continue;
		sheet->keys++;
		name_key(sheet, &key);
	}
}

static void loop(struct sheet *sheet, int signals)
{
	while (!sheet->quit) {
		struct signalfd_siginfo info;

		draw(sheet);
		if (term_draw(sheet->term, &sheet->canvas) < 0)
			exit(8);
		struct pollfd fds[] = {
			{ .fd = term_fd(sheet->term), .events = POLLIN },
			{ .fd = signals, .events = POLLIN },
			{ .fd = term_wait_fd(sheet->term), .events = POLLOUT },
		};
		poll(fds, 3, -1);
		if (fds[1].revents && read(signals, &info, sizeof(info)) > 0 &&
			info.ssi_signo == SIGTERM) {
			term_close(sheet->term);
			crash_end_by(SIGTERM);
		}
		if (fds[0].revents)
			take_keys(sheet);
	}
}

int main(int argc, char **argv)
{
	struct term_options options = { .color = true, .mouse = true };
	struct sheet sheet = { .last = "none" };
	sigset_t set;

	setlocale(LC_ALL, "");
	for (int i = 1; i < argc; i++) {
		options.color = options.color && strcmp(argv[i], "no-color") != 0;
		options.mouse = options.mouse && strcmp(argv[i], "no-mouse") != 0;
	}
	sigemptyset(&set);
	sigaddset(&set, SIGWINCH);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	int signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (term_open(&sheet.term, &options, sheet.why) < 0) {
		fprintf(stderr, "sheet: %s\n", sheet.why);
		return 2;
	}
	crash_watch(term_emergency);
	canvas_init(&sheet.canvas);
	loop(&sheet, signals);
	term_close(sheet.term);
	canvas_done(&sheet.canvas);
	return 0;
}
