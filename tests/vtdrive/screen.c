/* SPDX-License-Identifier: GPL-2.0-or-later */
/* screen - libvterm as the terminal
 *
 * The only file that includes <vterm.h>. Works with libvterm 0.1.4 and newer.
 */
#include "screen.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <vterm.h>

struct screen {
	VTerm *vterm;
	VTermScreen *cells;
	int cols, rows;
	VTermPos cursor;
	char row[SCREEN_ROW_MAX];
	char begun[4]; /* of a character whose rest has not come */
	size_t nbegun;
};

static int moved(VTermPos pos, VTermPos old, int visible, void *user)
{
	struct screen *screen = user;

	(void)old;
	(void)visible;
	screen->cursor = pos;
	return 1;
}

static const VTermScreenCallbacks callbacks = {
	.movecursor = moved,
};

struct screen *screen_new(int cols, int rows)
{
	struct screen *screen = calloc(1, sizeof *screen);

	if (!screen)
		return NULL;
	screen->vterm = vterm_new(rows, cols);
	if (!screen->vterm) {
		free(screen);
		return NULL;
	}
	screen->cols = cols;
	screen->rows = rows;
	vterm_set_utf8(screen->vterm, 1);
	screen->cells = vterm_obtain_screen(screen->vterm);
	vterm_screen_set_callbacks(screen->cells, &callbacks, screen);
	vterm_screen_enable_altscreen(screen->cells, 1);
	vterm_screen_reset(screen->cells, 1);
	return screen;
}

void screen_free(struct screen *screen)
{
	if (!screen)
		return;
	vterm_free(screen->vterm);
	free(screen);
}

/* Bytes of the character that LEAD begins; 1 where it begins none. */
static size_t bytes_of(unsigned char lead)
{
	return lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
}

static bool is_rest(char byte)
{
	return ((unsigned char)byte & 0xc0) == 0x80;
}

/* How many of the last bytes are a character whose rest is missing. */
static size_t unfinished(const char *bytes, size_t length)
{
	size_t back = 1;

	while (back < 4 && back < length && is_rest(bytes[length - back]))
		back++;
	if (back > length || back >= bytes_of((unsigned char)bytes[length - back]))
		return 0;
	return back;
}

/* Characters go in whole: libvterm decodes what begins with ASCII apart from what does not, so
 * that one which comes in two pieces becomes three that are none. */
void screen_write(struct screen *screen, const char *bytes, size_t length)
{
	size_t left;

	if (screen->nbegun) {
		while (screen->nbegun < bytes_of((unsigned char)screen->begun[0]) && length &&
			is_rest(*bytes)) {
			screen->begun[screen->nbegun++] = *bytes++;
			length--;
		}
		if (!length && screen->nbegun < bytes_of((unsigned char)screen->begun[0]))
			return;
		vterm_input_write(screen->vterm, screen->begun, screen->nbegun);
	}
	left = unfinished(bytes, length);
	vterm_input_write(screen->vterm, bytes, length - left);
	memcpy(screen->begun, bytes + length - left, left);
	screen->nbegun = left;
	vterm_screen_flush_damage(screen->cells);
}

void screen_resize(struct screen *screen, int cols, int rows)
{
	screen->cols = cols;
	screen->rows = rows;
	vterm_set_size(screen->vterm, rows, cols);
}

int screen_cols(const struct screen *screen)
{
	return screen->cols;
}

int screen_rows(const struct screen *screen)
{
	return screen->rows;
}

size_t screen_take_reply(struct screen *screen, char *out, size_t size)
{
	return vterm_output_read(screen->vterm, out, size);
}

static size_t put_utf8(char *out, uint32_t c)
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xc0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xe0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3f));
		out[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | (c >> 18 & 7));
	out[1] = (char)(0x80 | (c >> 12 & 0x3f));
	out[2] = (char)(0x80 | (c >> 6 & 0x3f));
	out[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

/* The text of a cell; libvterm marks the right half of a wide character with (uint32_t)-1. */
static size_t cell_text(const VTermScreenCell *cell, char *out)
{
	size_t length = 0;

	if (!cell->chars[0]) {
		out[0] = ' ';
		return 1;
	}
	if (cell->chars[0] == (uint32_t)-1)
		return 0;
	for (size_t i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell->chars[i]; i++)
		length += put_utf8(out + length, cell->chars[i]);
	return length;
}

const char *screen_row(struct screen *screen, int row)
{
	size_t length = 0, kept = 0;

	if (row < 0)
		row += screen->rows;
	screen->row[0] = '\0';
	if (row < 0 || row >= screen->rows)
		return screen->row;
	for (int col = 0; col < screen->cols && length + 64 < sizeof screen->row; col++) {
		const VTermPos pos = { .row = row, .col = col };
		VTermScreenCell cell;

		if (!vterm_screen_get_cell(screen->cells, pos, &cell))
			continue;
		length += cell_text(&cell, screen->row + length);
		if (cell.chars[0] && cell.chars[0] != ' ')
			kept = length;
	}
	screen->row[kept] = '\0';
	return screen->row;
}

static void color_name(VTermColor color, bool is_default, char out[SCREEN_COLOR_MAX])
{
	if (is_default)
		snprintf(out, SCREEN_COLOR_MAX, "default");
	else if (VTERM_COLOR_IS_INDEXED(&color))
		snprintf(out, SCREEN_COLOR_MAX, "%u", (unsigned)color.indexed.idx);
	else
		snprintf(out, SCREEN_COLOR_MAX, "#%02x%02x%02x", (unsigned)color.rgb.red,
			(unsigned)color.rgb.green, (unsigned)color.rgb.blue);
}

int screen_cell(const struct screen *screen, int col, int row, struct screen_cell *out)
{
	const VTermPos pos = {
		.row = row < 0 ? row + screen->rows : row,
		.col = col < 0 ? col + screen->cols : col,
	};
	VTermScreenCell cell;

	if (pos.row < 0 || pos.row >= screen->rows || pos.col < 0 || pos.col >= screen->cols)
		return -ERANGE;
	if (!vterm_screen_get_cell(screen->cells, pos, &cell))
		return -ERANGE;
	out->text[cell_text(&cell, out->text)] = '\0';
	out->width = cell.width;
	out->bold = cell.attrs.bold;
	out->reverse = cell.attrs.reverse;
	out->underline = cell.attrs.underline != 0;
	out->italic = cell.attrs.italic;
	out->blink = cell.attrs.blink;
	color_name(cell.fg, VTERM_COLOR_IS_DEFAULT_FG(&cell.fg), out->fg);
	color_name(cell.bg, VTERM_COLOR_IS_DEFAULT_BG(&cell.bg), out->bg);
	return 0;
}

void screen_cursor(const struct screen *screen, int *col, int *row)
{
	*col = screen->cursor.col;
	*row = screen->cursor.row;
}

void screen_print(struct screen *screen, FILE *out, const char *prefix, bool trim)
{
	int last = screen->rows - 1;

	while (trim && last >= 0 && !screen_row(screen, last)[0])
		last--;
	for (int row = 0; row <= last; row++)
		fprintf(out, "%s%s\n", prefix, screen_row(screen, row));
}
