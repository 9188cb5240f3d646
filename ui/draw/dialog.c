/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dialog - see dialog.h. */
#include "ui/draw/dialog.h"

enum { FRAME_NEEDS = 3 };

static int smaller(int a, int b)
{
	return a < b ? a : b;
}

struct canvas_box dialog_place(int screen_width, int screen_height, int width, int height)
{
	int frame_x = screen_width >= FRAME_NEEDS ? 1 : 0;
	int frame_y = screen_height >= FRAME_NEEDS ? 1 : 0;
	struct canvas_box box;

	box.width = smaller(width, screen_width - 2 * frame_x);
	box.height = smaller(height, screen_height - 2 * frame_y);
	box.x = (screen_width - box.width) / 2;
	box.y = (screen_height - box.height) / 2;
	return box;
}

struct frame_signs {
	uint32_t across, down, corners[4];
};

static const struct frame_signs utf8_frame = { 0x2500, 0x2502, { 0x256d, 0x256e, 0x2570, 0x256f } };
static const struct frame_signs ascii_frame = { '-', '|', { '+', '+', '+', '+' } };

static void draw_lines(struct canvas *canvas, struct canvas_box box,
	const struct frame_signs *signs)
{
	int right = box.x + box.width;
	int bottom = box.y + box.height;

	canvas_fill(canvas, (struct canvas_box){ box.x, box.y - 1, box.width, 1 }, STYLE_DIALOG,
		signs->across);
	canvas_fill(canvas, (struct canvas_box){ box.x, bottom, box.width, 1 }, STYLE_DIALOG,
		signs->across);
	canvas_fill(canvas, (struct canvas_box){ box.x - 1, box.y, 1, box.height }, STYLE_DIALOG,
		signs->down);
	canvas_fill(canvas, (struct canvas_box){ right, box.y, 1, box.height }, STYLE_DIALOG,
		signs->down);
	canvas_char(canvas, box.x - 1, box.y - 1, STYLE_DIALOG, signs->corners[0]);
	canvas_char(canvas, right, box.y - 1, STYLE_DIALOG, signs->corners[1]);
	canvas_char(canvas, box.x - 1, bottom, STYLE_DIALOG, signs->corners[2]);
	canvas_char(canvas, right, bottom, STYLE_DIALOG, signs->corners[3]);
}

/* TEXT in the frame's line Y with a blank on both sides. */
static void draw_words(struct canvas *canvas, struct canvas_box box, int y, enum style style,
	const char *text)
{
	int room = box.width - 4;

	if (!text[0] || room < 4)
		return;
	int used = canvas_text_cut(canvas, box.x + 2, y, style, text, room);
	canvas_char(canvas, box.x + 1, y, STYLE_DIALOG, ' ');
	canvas_char(canvas, box.x + 2 + used, y, STYLE_DIALOG, ' ');
}

void dialog_frame(struct canvas *canvas, struct canvas_box box, const char *title, const char *help)
{
	canvas_fill(canvas,
		(struct canvas_box){ box.x - 1, box.y - 1, box.width + 2, box.height + 2 },
		STYLE_DIALOG, ' ');
	draw_lines(canvas, box, canvas->utf8 ? &utf8_frame : &ascii_frame);
	draw_words(canvas, box, box.y - 1, STYLE_DIALOG_TITLE, title);
	draw_words(canvas, box, box.y + box.height, STYLE_DIALOG, help);
}
