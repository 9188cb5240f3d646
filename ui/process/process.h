/* SPDX-License-Identifier: GPL-2.0-or-later */
/* process - one process in depth: verdict, chart, figures, limits, parts
 *
 * process.c        divides the canvas; title, sentence, chart
 * process_info.c   figures, limits, texts, the next tool
 * process_parts.c  the parts of its memory
 * process_inside.c the tab Inside: types, who holds them
 * process_lines.c  there, too: the lines a Python program grows in
 * process_columns.c what those lists share
 * process_screen.c what its keys do
 * process_look.c   what the keys of the tab Inside do, and when it is looked
 */
#pragma once

#include "ui/foot.h"

enum process_zoom { ZOOM_ALL, ZOOM_MINUTE, ZOOM_TEN, ZOOM_HOUR, ZOOM_COUNT };

/* The tab Inside. */
struct process_inside {
	bool shown;                 /* it is in front */
	bool past;                  /* nothing can be asked: a recording */
	char held[INSIDE_NAME_MAX]; /* the type whose holders are shown; "": types are */
	long row, top;              /* of types: the cursor, and the first line shown */
	bool moved;                 /* keys have set ->row since it was drawn */
	bool chosen;                /* the cursor was moved off the first row: */
	char type[INSIDE_NAME_MAX]; /* it stays on this type when rows move */
	enum inside_kind kind;
	long holders_top;
	bool lines; /* the lines it grows in are shown */
	long lines_top;
};

/* Where the screen stands. */
struct process_state {
	struct ident id;
	char name[FRAME_COMM_MAX + 1]; /* also when it has ended */
	uint64_t last_ms, last_kib;    /* when it was last drawn, and its footprint; 0: not known */
	enum process_zoom zoom;
	bool stacked;             /* anon, shmem and file in place of footprint, RSS and swap */
	bool parts;               /* the parts are in front, where there is no room for both */
	long info_top, parts_top; /* first line shown */
	uint64_t cursor_ms;       /* time that is read on the chart; 0: none */
	struct process_inside inside;
};

/* The places that keys and the mouse need to know of what was drawn. */
struct process_geometry {
	struct canvas_box chart;
	uint64_t from_ms, to_ms; /* of the chart */
	bool gone;               /* it has ended, and only that is shown */
	bool both;               /* figures and parts are shown, and the parts are scrolled */
	int page;                /* lines a page has of what is scrolled; at least 1 */
	int rows_y, rows;        /* of types inside it */
};

/* The last question about the inside of a process (process_look.c). */
struct process_look {
	uint64_t asked_ms; /* monotonic */
	unsigned answers;  /* that had come by then */
	bool waiting;
	struct ident followed; /* whose lines are asked for; pid 0: nobody's */
};

/* As a screen: what it is like stays when it is closed and opened for another process. */
struct process {
	struct screen screen;
	struct process_state state;
	struct process_geometry geometry;
	struct process_look look;
};

/* The keys of its bottom line, those while the tab Inside is in front, and once it has ended. */
enum { PROCESS_HINTS = 10, PROCESS_INSIDE_HINTS = 7, PROCESS_GONE_HINTS = 3 };
extern const struct hint process_hints[PROCESS_HINTS];
extern const struct hint process_inside_hints[PROCESS_INSIDE_HINTS];
extern const struct hint process_gone_hints[PROCESS_GONE_HINTS];

/* Draws the whole canvas from 1x1 up; keeps tops and cursor of STATE within what there is. */
void process_draw(struct canvas *canvas, const struct shown *shown, struct process_state *state,
	struct process_geometry *geometry);

/* Moves the cursor of the chart by COLUMNS; past the newest it goes away. */
void process_move_cursor(struct process_state *state, enum plot_alphabet alphabet,
	const struct process_geometry *geometry, int columns);

/* Puts it below column X; false: X, Y is not on the chart. */
bool process_click(struct process_state *state, const struct process_geometry *geometry, int x,
	int y);

/* For process*.c: the process that is drawn, and the lines of the canvas that one part of its
 * screen has. */
struct process_area {
	struct canvas *canvas;
	const struct shown *shown;
	const struct proc *proc;
	int y, height; /* height may be 0 and less: there is no room */
};

/* Figures and texts from line *TOP on, which is kept within them. */
void process_info(const struct process_area *area, long *top);
/* How many lines that would be on a canvas of this width. */
int process_info_height(const struct shown *shown, const struct proc *proc, int width);
/* How many of these come first, since they should not be below the edge: figures, the limit met
 * first, the tool that looks inside, the command. */
int process_info_least(const struct shown *shown, const struct proc *proc, int width);
/* The footprint at which PROC meets the limit that binds it, if all others stand still, in KiB; 0:
 * there is none. */
uint64_t process_limit(const struct shown *shown, const struct proc *proc);

/* The title, then the parts from *TOP on. */
void process_parts(const struct process_area *area, long *top);

/* Draws the findings inside it; says where rows are that can be clicked. */
void process_inside(const struct process_area *area, struct process_inside *state,
	struct process_geometry *geometry);

/* The lines it grows in, while it is followed. */
void process_lines(const struct process_area *area, struct process_inside *state,
	struct process_geometry *geometry);

/* At the right end of line Y: that MORE lines follow; nothing if none do. */
void process_more(struct canvas *canvas, int y, long more);
