/* SPDX-License-Identifier: GPL-2.0-or-later */
/* demo - a small curses program with known behaviour, which the harness is tried on
 *
 * usage: demo [sync] [tick MS]
 *
 * Row 0 names the size, row 1 the last key or mouse event, row 2 counts key presses, row 3 shows
 * attributes, row 4 counts ticks. `sync` brackets frames in CSI ? 2026. Some keys misbehave on
 * purpose, see act().
 */
#include <curses.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct demo {
	bool sync;
	int tick_ms;
	unsigned presses, ticks;
	char last[64];
};

static void say(const char *bytes)
{
	fflush(stdout);
	if (write(1, bytes, strlen(bytes)) < 0)
		_exit(1);
}

static void nap(long ms)
{
	const struct timespec time = { .tv_nsec = ms * 1000000 };

	nanosleep(&time, NULL);
}

static void draw(const struct demo *demo)
{
	erase();
	mvprintw(0, 0, "size %dx%d", COLS, LINES);
	mvprintw(1, 0, "last %s", demo->last);
	mvprintw(2, 0, "presses %u", demo->presses);
	attron(A_BOLD);
	mvaddstr(3, 0, "B");
	attroff(A_BOLD);
	attron(A_REVERSE);
	addstr("R");
	attroff(A_REVERSE);
	attron(COLOR_PAIR(1));
	addstr("C");
	attroff(COLOR_PAIR(1));
	addstr("\xe4\xb8\xad.");
	mvprintw(4, 0, "ticks %u", demo->ticks);
	mvaddstr(LINES - 1, 0, "bottom");
	move(2, 8);
	if (demo->sync)
		say("\033[?2026h");
	refresh();
	if (demo->sync)
		say("\033[?2026l");
}

/* A frame in two halves with a nap between: what "quiet for a while" would take for two. */
static void draw_in_halves(const struct demo *demo)
{
	say("\0337\033[7;1Hfirst half");
	nap(150);
	say("\033[8;1Hsecond half\0338");
	nap(20);
	move(2, 8);
	draw(demo);
}

static void leave_child(void)
{
	/* from birth on deaf to the hangup that its parent's end brings */
	signal(SIGHUP, SIG_IGN);
	if (fork() == 0) {
		alarm(60);
		for (;;)
			pause();
	}
	signal(SIGHUP, SIG_DFL);
}

static void mouse(struct demo *demo)
{
	MEVENT event;

	if (getmouse(&event) == OK)
		snprintf(demo->last, sizeof demo->last, "mouse %d,%d %lx", event.x, event.y,
			(unsigned long)event.bstate);
}

static void act(struct demo *demo, int key)
{
	demo->presses++;
	snprintf(demo->last, sizeof demo->last, "%s", keyname(key));
	switch (key) {
	case 't':
		say("\033]0;a title\a");
		break;
	case 'o':
		say("\033]52;c;aGk=\a");
		break;
	case 'd':
		say("\033P+q\033\\");
		break;
	case 'n':
		say("\033[6n");
		break;
	case '1':
		say("\302\233");
		break;
	case 'b':
		say("\a");
		break;
	case 'f':
		leave_child();
		break;
	case 'x':
		_exit(3);
	case 'k':
		raise(SIGABRT);
		break;
	case KEY_RESIZE:
		/* what was drawn for the old size may have come to a terminal of the new one */
		clearok(curscr, TRUE);
		break;
	case KEY_MOUSE:
		mouse(demo);
		break;
	default:
		break;
	}
	if (key == 'h')
		draw_in_halves(demo);
	else if (key != 'i')
		draw(demo);
}

static void start(void)
{
	setlocale(LC_ALL, "");
	initscr();
	cbreak();
	noecho();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	start_color();
	use_default_colors();
	init_pair(1, COLOR_RED, -1);
	mousemask(ALL_MOUSE_EVENTS, NULL);
	mouseinterval(0);
	set_escdelay(25);
}

/* Waits for input or a tick. SIGWINCH is let in only here: between getch and poll it would be lost
 * until the next key. */
static int wait_for_input(const struct demo *demo, struct pollfd *input)
{
	const struct timespec tick = {
		.tv_sec = demo->tick_ms / 1000,
		.tv_nsec = demo->tick_ms % 1000 * 1000000L,
	};
	sigset_t none;

	sigemptyset(&none);
	return ppoll(input, 1, demo->tick_ms < 0 ? NULL : &tick, &none);
}

int main(int argc, char **argv)
{
	struct demo demo = { .tick_ms = -1, .last = "none" };
	sigset_t winch;

	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "sync"))
			demo.sync = true;
		else if (!strcmp(argv[i], "tick") && i + 1 < argc)
			demo.tick_ms = atoi(argv[++i]);
	}
	sigemptyset(&winch);
	sigaddset(&winch, SIGWINCH);
	sigprocmask(SIG_BLOCK, &winch, NULL);
	start();
	draw(&demo);
	for (;;) {
		struct pollfd input = { .fd = 0, .events = POLLIN };
		const int ready = wait_for_input(&demo, &input);
		int key;

		if (ready == 0)
			demo.ticks++;
		if (input.revents & POLLHUP)
			break;
		while ((key = getch()) != ERR && key != 'q')
			act(&demo, key);
		if (key == 'q')
			break;
		if (ready == 0)
			draw(&demo);
	}
	endwin();
	return 0;
}
