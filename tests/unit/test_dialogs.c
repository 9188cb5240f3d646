/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dialogs: menu, prompt and pager, their keys and what they draw */
#include "ui/draw/menu.h"
#include "ui/draw/pager.h"
#include "ui/draw/prompt.h"
#include "tests/lib/canvas_dump.h"

#include <stdio.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib/range.h"

static struct canvas canvas;

static int set_up(void **state)
{
	(void)state;
	canvas_init(&canvas);
	canvas_resize(&canvas, 40, 10);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	canvas_done(&canvas);
	return 0;
}

static void assert_row(int y, const char *expected)
{
	struct canvas row = canvas;
	struct buf out;

	row.cells += y * row.width;
	row.height = 1;
	buf_init(&out);
	canvas_dump(&row, &out);
	out.data[out.len - 1] = '\0';
	assert_string_equal(out.data, expected);
	buf_done(&out);
}

static struct key typed(uint32_t code)
{
	return (struct key){ .code = code };
}

static enum dialog_outcome menu_type(struct menu *menu, uint32_t code)
{
	struct key key = typed(code);

	return menu_key(menu, &key, canvas.height);
}

/* --- menu ------------------------------------------------------------------------------------- */

static void fill_menu(struct menu *menu, int count)
{
	char text[20];

	menu_init(menu, "Sort by", "Enter chooses, Esc leaves");
	for (int i = 0; i < count; i++) {
		snprintf(text, sizeof(text), "%c item %d", 'a' + i % 26, i);
		menu_add(menu, 100 + i, false, text);
	}
}

static void test_menu_moves(void **state)
{
	struct menu menu;

	(void)state;
	fill_menu(&menu, 20);
	assert_int_equal(menu_value(&menu), 100);
	menu_type(&menu, KEYS_DOWN);
	menu_type(&menu, KEYS_DOWN);
	assert_int_equal(menu_value(&menu), 102);
	menu_type(&menu, KEYS_END);
	assert_int_equal(menu_value(&menu), 119);
	menu_type(&menu, KEYS_DOWN);
	assert_int_equal(menu_value(&menu), 119);
	assert_int_equal(menu.top, 12);
	menu_type(&menu, KEYS_PAGE_UP);
	assert_int_equal(menu_value(&menu), 111);
	menu_type(&menu, KEYS_HOME);
	menu_type(&menu, KEYS_UP);
	assert_int_equal(menu_value(&menu), 100);
	menu_type(&menu, 'e');
	assert_int_equal(menu_value(&menu), 104);
	menu_type(&menu, 'E');
	assert_int_equal(menu_value(&menu), 104);
	menu_type(&menu, '#');
	assert_int_equal(menu_value(&menu), 104);
	assert_int_equal(menu_type(&menu, KEYS_ENTER), DIALOG_DONE);
	assert_int_equal(menu_type(&menu, KEYS_ESC), DIALOG_CANCELLED);
	assert_int_equal(menu_type(&menu, 'q'), DIALOG_CANCELLED);
	menu_done(&menu);
	menu_done(NULL);
}

static void test_menu_empty(void **state)
{
	struct menu menu;

	(void)state;
	menu_init(&menu, "Nothing", "");
	assert_int_equal(menu_value(&menu), -1);
	assert_int_equal(menu_type(&menu, KEYS_DOWN), DIALOG_OPEN);
	assert_int_equal(menu_type(&menu, 'x'), DIALOG_OPEN);
	assert_int_equal(menu_type(&menu, KEYS_ENTER), DIALOG_CANCELLED);
	menu_draw(&canvas, &menu);
	menu_done(&menu);
}

static void test_menu_draws(void **state)
{
	struct menu menu;

	(void)state;
	fill_menu(&menu, 3);
	menu.items[1].marked = true;
	menu.ticks = true;
	canvas.utf8 = true;
	menu_draw(&canvas, &menu);
	assert_row(3, "    │   a item 0                   │");
	assert_row(4, "    │ ✓ b item 1                   │");
	canvas.utf8 = false;
	menu_draw(&canvas, &menu);
	assert_row(2, "    +- Sort by --------------------+");
	assert_row(4, "    | x b item 1                   |");
	assert_row(6, "    +- Enter chooses, Esc leaves --+");
	menu_done(&menu);
}

/* At the edge, above the last line, which says what the item is. */
static void test_menu_aside(void **state)
{
	struct menu menu;

	(void)state;
	menu_init(&menu, "Sort", "Enter sorts");
	menu.aside = true;
	menu_add(&menu, 1, false, "PID");
	menu_note(&menu, "its number");
	menu_add(&menu, 2, true, "RSS");
	menu_note(&menu, "resident memory, whatever it is shared with, all of it");
	menu.ticks = true;
	menu_draw(&canvas, &menu);
	assert_row(3, "                       |   PID         |");
	assert_row(canvas.height - 1, "its number");
	menu_type(&menu, KEYS_DOWN);
	menu_draw(&canvas, &menu);
	assert_row(4, "                       | x RSS         |");
	assert_row(canvas.height - 1, "resident memory, whatever it is share...");
	menu_done(&menu);
}

static void test_menu_mouse(void **state)
{
	struct key click = { .code = KEYS_MOUSE, .mouse = MOUSE_PRESS, .x = 8, .y = 4 };
	struct key wheel = { .code = KEYS_MOUSE, .mouse = MOUSE_WHEEL_DOWN };
	struct menu menu;

	(void)state;
	fill_menu(&menu, 20);
	assert_int_equal(menu_key(&menu, &click, canvas.height), DIALOG_OPEN);
	assert_int_equal(menu_value(&menu), 103);
	menu_draw(&canvas, &menu);
	assert_int_equal(canvas.cells[4 * 40 + 8].style, STYLE_DIALOG_CURSOR);
	assert_int_equal(menu_key(&menu, &click, canvas.height), DIALOG_DONE);
	click.y = 9;
	assert_int_equal(menu_key(&menu, &click, canvas.height), DIALOG_OPEN);
	assert_int_equal(menu_value(&menu), 103);
	menu_key(&menu, &wheel, canvas.height);
	assert_int_equal(menu_value(&menu), 106);
	menu_done(&menu);
}

static void test_menu_on_tiny_screens(void **state)
{
	struct menu menu;

	(void)state;
	fill_menu(&menu, 20);
	for (int width = 1; width < 45; width += 3) {
		for (int height = 1; height < 12; height++) {
			canvas_resize(&canvas, width, height);
			menu_type(&menu, KEYS_END);
			menu_draw(&canvas, &menu);
			menu_type(&menu, KEYS_HOME);
			menu_draw(&canvas, &menu);
		}
	}
	menu_done(&menu);
}

/* --- prompt ----------------------------------------------------------------------------------- */

static struct prompt prompt;

static enum dialog_outcome type(uint32_t code)
{
	struct key key = typed(code);

	return prompt_key(&prompt, &key);
}

static void type_text(const char *text)
{
	for (; *text; text++)
		type((unsigned char)*text);
}

static void test_prompt_edits(void **state)
{
	(void)state;
	prompt_init(&prompt, "Filter:", "rss>1g");
	assert_int_equal(prompt.cursor, 6);
	type_text(" and user");
	assert_string_equal(prompt.text, "rss>1g and user");
	type(KEYS_CTRL_W);
	assert_string_equal(prompt.text, "rss>1g and ");
	type(KEYS_BACKSPACE);
	type(KEYS_HOME);
	type('x');
	type(KEYS_RIGHT);
	type(KEYS_DELETE);
	assert_string_equal(prompt.text, "xrs>1g and");
	type(KEYS_LEFT);
	type(KEYS_CTRL_U);
	assert_string_equal(prompt.text, "rs>1g and");
	assert_int_equal(prompt.cursor, 0);
	type(KEYS_BACKSPACE);
	type(KEYS_LEFT);
	type(KEYS_END);
	type(KEYS_DELETE);
	type(KEYS_RIGHT);
	assert_string_equal(prompt.text, "rs>1g and");
	assert_int_equal(type(KEYS_ENTER), DIALOG_DONE);
	assert_int_equal(type(KEYS_ESC), DIALOG_CANCELLED);
	assert_int_equal(type(KEYS_CTRL_C), DIALOG_CANCELLED);
}

static void test_prompt_utf8(void **state)
{
	(void)state;
	prompt_init(&prompt, "Search:", "");
	type(0x301); /* a mark upon nothing */
	assert_string_equal(prompt.text, "");
	type('e');
	type(0x301);
	type(0x4e2d);
	assert_string_equal(prompt.text, "e\xcc\x81\xe4\xb8\xad");
	type(KEYS_LEFT);
	type(KEYS_BACKSPACE); /* with its mark */
	assert_string_equal(prompt.text, "\xe4\xb8\xad");
	type(0x202e); /* a direction override */
	type(0x1b);
	type(0xd800);
	assert_string_equal(prompt.text, "\xe4\xb8\xad");
}

static void test_prompt_is_bounded(void **state)
{
	(void)state;
	prompt_init(&prompt, "Search:", "");
	for (int i = 0; i < 1000; i++)
		type(i % 3 ? 'a' : 0x4e2d);
	assert_uint_in_range(strlen(prompt.text), PROMPT_TEXT_MAX - 4, PROMPT_TEXT_MAX - 1);
}

static void test_prompt_draws(void **state)
{
	(void)state;
	canvas_resize(&canvas, 40, 2);
	prompt_init(&prompt, "Filter:", "rss>");
	prompt_draw(&canvas, &prompt);
	assert_int_equal(canvas.cursor_x, 12);
	assert_int_equal(canvas.cursor_y, 1);
	prompt_error(&prompt, 3, "a value is missing");
	prompt_draw(&canvas, &prompt);
	assert_int_equal(canvas.cells[40 + 11].over, STYLE_ALARM);
	assert_int_equal(canvas.cells[40 + 14].ch, 'a');
	type('1');
	assert_string_equal(prompt.error, "");
	/* a long text scrolls so that the cursor is seen */
	for (int i = 0; i < 60; i++)
		type('0' + i % 10);
	prompt_draw(&canvas, &prompt);
	assert_int_equal(canvas.cursor_x, 39);
	assert_int_equal(canvas.cells[40 + 38].ch, '9');
	canvas_resize(&canvas, 3, 1);
	prompt_draw(&canvas, &prompt);
	assert_uint_in_range(canvas.cursor_x, 0, 2);
}

/* --- pager ------------------------------------------------------------------------------------ */

static void test_pager(void **state)
{
	struct key end = typed(KEYS_END), up = typed(KEYS_UP), page = typed(' '), quit = typed('q');
	struct pager pager;
	char line[40];

	(void)state;
	pager_init(&pager, "Help");
	pager_add(&pager, "Keys");
	pager_add(&pager, "F6 <\tsort");
	for (int i = 2; i < 30; i++) {
		snprintf(line, sizeof(line), "  line %d", i);
		pager_add(&pager, line);
	}
	pager_draw(&canvas, &pager);
	assert_row(0, "Help");
	assert_row(1, "Keys");
	assert_row(2, "F6 <        sort");
	assert_row(9, "1 to 8 of 30; / finds; q closes");
	assert_int_equal(pager_key(&pager, &page, 10), DIALOG_OPEN);
	assert_int_equal(pager.top, 7);
	pager_key(&pager, &end, 10);
	assert_int_equal(pager.top, 22);
	pager_key(&pager, &up, 10);
	assert_int_equal(pager.top, 21);
	/* words are looked for as they are typed, round the end; n goes on */
	const struct key find[] = { typed('/'), typed('e'), typed(' '), typed('7'),
		typed(KEYS_ENTER) };
	for (size_t i = 0; i < sizeof(find) / sizeof(find[0]); i++)
		assert_int_equal(pager_key(&pager, &find[i], 10), DIALOG_OPEN);
	assert_int_equal(pager.top, 7);
	assert_string_equal(pager.search, "e 7");
	struct key next = typed('n');
	pager_key(&pager, &next, 10);
	assert_int_equal(pager.top, 7);
	/* two columns where there is room */
	canvas_resize(&canvas, 160, 10);
	pager.width = 160;
	pager.top = 0;
	pager_draw(&canvas, &pager);
	assert_true(canvas.cells[160 * 1 + 80 + 2].ch == 'l');
	pager.width = 0;
	/* a bigger screen shows more, not less */
	canvas_resize(&canvas, 40, 40);
	pager_draw(&canvas, &pager);
	assert_row(1, "Keys");
	canvas_resize(&canvas, 1, 1);
	pager_draw(&canvas, &pager);
	assert_int_equal(pager_key(&pager, &quit, 1), DIALOG_DONE);
	pager_done(&pager);
	pager_done(NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_menu_moves),
		TEST(test_menu_empty),
		TEST(test_menu_draws),
		TEST(test_menu_aside),
		TEST(test_menu_mouse),
		TEST(test_menu_on_tiny_screens),
		TEST(test_prompt_edits),
		TEST(test_prompt_utf8),
		TEST(test_prompt_is_bounded),
		TEST(test_prompt_draws),
		TEST(test_pager),
	};

	return cmocka_run_group_tests_name("dialogs", tests, NULL, NULL);
}
