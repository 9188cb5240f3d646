/* SPDX-License-Identifier: GPL-2.0-or-later */
/* term_curses_strings - strings of the terminal's description (terminfo(5)), written to it
 *
 * The cursor is placed dozens of times in every frame, in nearly all terminals by a string in which
 * the numbers just stand.  Those are written here; the others are kept as they came out, since
 * tiparm(3) at every tick would hold a good part of its library in memory.
 */
#include "ui/term/term_curses.h"

#include <stdio.h>
#include <string.h>

enum { ROOM = 32 };

/* Without the padding, `$<5>`, that old terminals needed. */
void paint_string(struct term *term, const char *string)
{
	while (string != NULL && *string) {
		size_t len = strcspn(string, "$");

		term_output_put(&term->output, string, len);
		string += len;
		const char *end = string[0] && string[1] == '<' ? strchr(string, '>') : NULL;
		if (end != NULL) {
			string = end + 1;
		} else if (*string) {
			term_output_put(&term->output, string, 1);
			string++;
		}
	}
}

/* STRING with its one or two NUMBERS into TEXT, ended; false if it wants more than that they stand
 * somewhere, or counts from 1 (%i) behind the first. */
static bool put_numbers(char text[ROOM], const char *string, const int numbers[2])
{
	size_t len = 0;
	int from = 0;

	for (; *string && len < ROOM - 12; string++) {
		const char *wants = string + 1;

		if (*string != '%') {
			text[len++] = *string;
		} else if (*wants == 'i' && from == 0) {
			from = 1;
			string = wants;
		} else if (wants[0] == 'p' && (wants[1] == '1' || wants[1] == '2') &&
			   strncmp(wants + 2, "%d", 2) == 0) {
			len += (size_t)snprintf(text + len, ROOM - len, "%d",
				numbers[wants[1] - '1'] + from);
			string = wants + 3;
		} else {
			return false;
		}
	}
	text[len] = '\0';
	return !*string;
}

/* Such a string as tiparm(3) makes it, from those kept. */
static const char *kept_string(struct paint *paint, const char *string, int number)
{
	struct paint_kept *kept = paint->kept;

	for (size_t i = 0; i < PAINT_KEPT; i++)
		if (kept[i].string == string && kept[i].number == number)
			return kept[i].text;
	const char *made = tiparm(string, number);
	size_t size = made != NULL ? strlen(made) + 1 : 0;
	if (size == 0 || size > sizeof(kept->text))
		return made;
	kept = &kept[paint->kept_next++ % PAINT_KEPT];
	kept->string = string;
	kept->number = number;
	memcpy(kept->text, made, size);
	return kept->text;
}

void paint_number(struct term *term, const char *string, int number)
{
	char text[ROOM];

	if (string != NULL && put_numbers(text, string, (int[]){ number, 0 }))
		paint_string(term, text);
	else if (string != NULL)
		paint_string(term, kept_string(&term->paint, string, number));
}

void paint_place(struct term *term, int x, int y)
{
	char text[ROOM];

	if (put_numbers(text, term->paint.go, (int[]){ y, x }))
		paint_string(term, text);
	else
		paint_string(term, tiparm(term->paint.go, y, x));
}
