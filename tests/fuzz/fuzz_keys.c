/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_keys - whatever bytes a terminal sends, what comes of them are keys
 *
 * The bytes go through curses, as typed ones do; from a pipe, since a pty hands them on when it
 * likes.  A byte of a sequence that nobody knows must not come as a key that acts, a paste must not
 * act at all, and what is typed into a line leaves it clean text.  The first byte says what is
 * open: nothing, a line being typed, a menu.
 */
#include <fcntl.h>
#include <locale.h>
#include <pty.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/text.h"
#include "tests/fuzz/fuzz.h"
#include "ui/draw/menu.h"
#include "ui/draw/prompt.h"
#include "ui/term/term_curses.h"

enum {
	TYPED_MAX = 1024, /* what a terminal holds until it is read, with room to spare */
	KEYS_MAX = 2 * TYPED_MAX,
	ITEMS = 7,
	HEIGHT = 10,
};

static struct term *term;
static int keyboard;

static void expect(int right)
{
	if (!right)
		abort();
}

/* One terminal for all inputs; Esc alone is not waited for. */
static void open_terminal(void)
{
	const struct term_options options = { .color = true, .mouse = true };
	struct winsize size = { .ws_row = 24, .ws_col = 80 };
	char why[200];
	int master, slave, error = dup(STDOUT_FILENO), keys[2];

	setenv("TERM", "xterm-256color", 1);
	expect(setlocale(LC_ALL, "C.UTF-8") != NULL);
	expect(openpty(&master, &slave, NULL, NULL, &size) == 0);
	dup2(slave, STDIN_FILENO);
	dup2(slave, STDOUT_FILENO);
	close(slave);
	expect(term_open(&term, &options, why) == 0);
	set_escdelay(0);
	expect(pipe2(keys, O_CLOEXEC) == 0 && dup2(keys[0], fileno(term->in_file)) >= 0);
	close(keys[0]);
	keyboard = keys[1];
	dup2(error, STDOUT_FILENO);
	close(error);
}

/* Nothing that was typed is left, and nothing of it goes on. */
static void come_to_rest(void)
{
	static const char end_of_paste[] = "\033[201~";
	struct key key;

	/* "no key" was the truth */
	expect(!term_holds_key(term) && !term_key(term, &key));
	expect(write(keyboard, end_of_paste, sizeof end_of_paste - 1) > 0);
	while (term_key(term, &key))
		expect(key.code != KEYS_CLOSED);
}

static void expect_key(const struct key *key)
{
	char name[KEYS_NAME_MAX];
	bool text = key->code > 0 && key->code <= 0x10ffff;

	expect(text || (key->code > KEYS_BASE && key->code < KEYS_CLOSED));
	expect(keys_name(key->code, name)[0] != '\0');
	if (key->code == KEYS_MOUSE)
		expect(key->x >= 0 && key->y >= 0 && key->mouse <= MOUSE_WHEEL_DOWN);
}

static void into_line(struct prompt *prompt, const struct key *key)
{
	enum dialog_outcome outcome = prompt_key(prompt, key);
	size_t len = strlen(prompt->text);

	expect(len < sizeof prompt->text && text_is_clean(prompt->text, len));
	expect(prompt->cursor <= len && text_is_clean(prompt->text, prompt->cursor));
	expect((outcome == DIALOG_DONE) == (key->code == KEYS_ENTER));
}

static void into_menu(struct menu *menu, const struct key *key)
{
	menu_key(menu, key, HEIGHT);
	expect(menu->cursor < ITEMS && menu->top < ITEMS);
	expect(menu_value(menu) == (int)menu->cursor);
}

static void make_menu(struct menu *menu)
{
	char text[] = "a";

	menu_init(menu, "menu", "");
	for (int i = 0; i < ITEMS; i++, text[0]++)
		menu_add(menu, i, false, text);
}

/* Pasted text: `Esc [ 200 ~` first, and no end in it. */
static bool is_paste(const uint8_t *data, size_t len)
{
	static const char begin[] = "\033[200~";
	const size_t size = sizeof begin - 1;

	return len >= size && memcmp(data, begin, size) == 0 &&
	       memmem(data, len, "\033[201~", size) == NULL;
}

/* Not a character of these comes as a key: Esc [, digits and the like, one letter; but for those
 * that say which character was typed. */
static bool is_one_sequence(const uint8_t *data, size_t len)
{
	if (len < 3 || data[0] != 27 || data[1] != '[' || data[len - 1] == 'u' ||
		(len > 5 && memcmp(data + 2, "27;", 3) == 0))
		return false;
	for (size_t i = 2; i < len - 1; i++)
		if ((data[i] < '0' || data[i] > '9') && data[i] != ';' && data[i] != '?')
			return false;
	return data[len - 1] >= '@' && data[len - 1] <= 'z' && data[len - 1] != '[' &&
	       data[len - 1] != 'M';
}

/* No byte of these is ASCII: nothing that comes of them may be. */
static bool is_high(const uint8_t *data, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (data[i] < 0x80)
			return false;
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct prompt prompt;
	struct menu menu;
	struct key key;

	if (len < 2 || len > TYPED_MAX)
		return 0;
	if (term == NULL)
		open_terminal();
	int open = data[0] % 3;
	bool paste = is_paste(data + 1, len - 1), sequence = is_one_sequence(data + 1, len - 1);
	bool high = is_high(data + 1, len - 1);
	prompt_init(&prompt, "label", "");
	make_menu(&menu);
	term_take_paste(term, open == 1);
	expect(write(keyboard, data + 1, len - 1) == (ssize_t)len - 1);
	for (int count = 0; term_key(term, &key); count++) {
		expect(count < KEYS_MAX);
		expect_key(&key);
		expect(!high || key.code >= 0x80);
		expect(!sequence || key.code >= KEYS_BASE);
		expect(!paste || (open == 1 && key.code >= ' ' && key.code < KEYS_BASE));
		if (open == 1)
			into_line(&prompt, &key);
		else if (open == 2)
			into_menu(&menu, &key);
	}
	menu_done(&menu);
	come_to_rest();
	return 0;
}
