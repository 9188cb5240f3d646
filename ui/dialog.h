/* dialog - what stands over the table for a while: a menu, a line to type, a page of text
 *
 * One shape for all: the app opens a dialog, gives it keys, and reads the outcome.  Drawing is pure.
 */
#ifndef MEMTOP_UI_DIALOG_H
#define MEMTOP_UI_DIALOG_H

#include "ui/canvas.h"
#include "ui/keys.h"

enum { DIALOG_TEXT_MAX = 256 };

enum dialog_outcome { DIALOG_OPEN, DIALOG_DONE, DIALOG_CANCELLED };

struct dialog_item {
	char text[120];
	bool marked;  /* a tick before it (columns that are shown) */
	int value;    /* what the app knows it by */
};

/* A list to choose from. */
struct menu {
	char title[120];
	char help[200]; /* line at the bottom */
	struct dialog_item *items; /* owned; menu_done frees */
	size_t count;
	size_t cursor;
	size_t top;
};

void menu_init(struct menu *menu, const char *title, const char *help);
void menu_done(struct menu *menu);
void menu_add(struct menu *menu, int value, bool marked, const char *text);
/* Typing letters jumps to the next item that begins with them; arrows, paging, Enter, Esc/q, mouse. */
enum dialog_outcome menu_key(struct menu *menu, const struct key *key, int height);
void menu_draw(struct canvas *canvas, const struct menu *menu);

/* One line at the bottom: text with a cursor; UTF-8; ^U ^W Home End Left Right Delete. */
struct prompt {
	char label[60];
	char text[DIALOG_TEXT_MAX];
	size_t cursor;        /* byte */
	char error[120];      /* shown beside it; "" none */
	size_t error_at;      /* byte of TEXT it points at */
};

void prompt_init(struct prompt *prompt, const char *label, const char *text);
enum dialog_outcome prompt_key(struct prompt *prompt, const struct key *key);
void prompt_draw(struct canvas *canvas, const struct prompt *prompt);

/* Pages of text: help. */
struct pager {
	char title[120];
	char **lines; /* owned */
	size_t count;
	size_t top;
};

void pager_init(struct pager *pager, const char *title);
void pager_done(struct pager *pager);
void pager_add(struct pager *pager, const char *line);
enum dialog_outcome pager_key(struct pager *pager, const struct key *key, int height);
void pager_draw(struct canvas *canvas, const struct pager *pager);

#endif
