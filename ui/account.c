/* SPDX-License-Identifier: GPL-2.0-or-later */
/* account - see account.h */
#include "ui/account.h"

#include "base/xalloc.h"
#include "ui/help.h"
#include "ui/process/process_screen.h"
#include "ui/ui.h"
#include "ui/views.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_ROW = 2 };

struct account_screen {
	struct screen screen;
	struct account now;
	const struct account *then; /* the baseline */
	struct account_state state;
};

static void draw_screen(struct screen *screen, const struct shown *shown, struct canvas *canvas)
{
	struct account_screen *a = (struct account_screen *)screen;

	account_make(&a->now, shown->store);
	account_compare(&a->now, a->then);
	account_draw(canvas, shown, &a->now, &a->state);
}

/* --- Enter ------------------------------------------------------------------------------------ */

/* Words for a part, and who knows more of it. */
static const char *part_words(enum account_part part)
{
	static const char *const words[ACCOUNT_PARTS] = {
		[ACCOUNT_PROGRAMS] = "what programs have allocated; those below have it",
		[ACCOUNT_MAPPED] = "programs, libraries and files in use; mostly on the disk, too",
		[ACCOUNT_CACHE] = "files kept at hand; given back when programs need memory",
		[ACCOUNT_FILES] = "files in use or kept at hand; mostly on the disk, too",
		[ACCOUNT_SHARED] = "tmpfs files, and what programs share; only swap can take it",
		[ACCOUNT_SLAB_DROPPABLE] = "names and inodes of files; given back when needed",
		[ACCOUNT_SLAB] = "objects of the kernel: `slabtop -s c` names the largest",
		[ACCOUNT_PAGE_TABLES] = "where pages are; grows with what processes map",
		[ACCOUNT_STACKS] = "one for each thread of each process",
		[ACCOUNT_HUGE] = "set aside by vm.nr_hugepages, used or not",
		[ACCOUNT_COMPRESSED] = "pages that were swapped, compressed: `swapon`, `zramctl`",
		[ACCOUNT_PERCPU] = "counters of the kernel, for each processor",
		[ACCOUNT_VMALLOC] = "what drivers have asked for in one piece",
		[ACCOUNT_ARC] = "given back, slowly; zfs_arc_max is its limit",
		[ACCOUNT_GPU] = "buffers of graphics, of whoever draws",
		[ACCOUNT_BALLOON] = "taken back by the host of this virtual machine",
		[ACCOUNT_CHARGED] = "slab, page tables, stacks, sockets of this container",
		[ACCOUNT_UNEXPLAINED] = "drivers and others that the kernel keeps no account of",
		[ACCOUNT_FREE] = "used for nothing",
	};

	return words[part];
}

/* A mount has files, which other tools list; the rest of shared memory is nobody's. */
static void say_shared(struct ui *ui, const struct account_line *line)
{
	if (line->name != NULL)
		ui_say(ui, false, "its files: du -ahx %.80s | sort -rh | head", line->name);
	else
		ui_say(ui, false, "without a mount here: `ipcs -m`, memfd, or other containers");
}

/* A program of one process: Enter opens that one, as a table of one row would only stand in the
 * way. */
static const struct proc *only_process(const struct ui *ui, const char *program)
{
	const struct store *store = ui_store(ui);

	for (size_t i = 0; i < store_count(store); i++) {
		const struct proc *proc = store_proc(store, i);
		const struct group *group = store_group_of(store, proc, GROUP_PROGRAM);

		if (group != NULL && proc_is_measured(proc) && strcmp(group->name, program) == 0)
			return proc;
	}
	return NULL;
}

/* A program of one process is that process; one of several shows them, or no longer. */
static void open_program(struct account_state *state, struct ui *ui,
	const struct account_line *line)
{
	const struct proc *proc = line->members > 1 ? NULL : only_process(ui, line->name);
	bool shown = state->opened != NULL && strcmp(state->opened, line->name) == 0;

	if (proc != NULL) {
		process_show(ui, proc);
		return;
	}
	free(state->opened);
	state->opened = shown ? NULL : xalloc_text(line->name);
}

/* Enter opens what the line has: a process, a program, all the programs; of the rest it says what
 * they are. */
static void enter(struct account_state *state, struct ui *ui)
{
	const struct account_row *row = state->cursor < (long)state->count
						? &state->rows[state->cursor]
						: NULL;
	const struct proc *proc = row != NULL ? store_find(ui_store(ui), row->proc) : NULL;

	if (row == NULL)
		return;
	if (proc != NULL)
		process_show(ui, proc);
	else if (row->proc.pid != 0)
		ui_say(ui, false, "process %d has ended", row->proc.pid);
	else if (row->line->depth == 0)
		ui_say(ui, false, "%s", part_words(row->line->part));
	else if (row->line->part == ACCOUNT_SHARED)
		say_shared(ui, row->line);
	else if (row->line->name != NULL)
		open_program(state, ui, row->line);
	else if (!state->all && row->line->members > 0)
		state->all = true;
	else
		ui_say(ui, false, "processes that may not be looked at, or are of others");
}

/* --- keys ------------------------------------------------------------------------------------- */

static void close_screen(struct ui *ui)
{
	ui_pop(ui);
	views_machine(ui, false);
}

/* A click puts the cursor there, a second one opens. */
static void click(struct account_state *state, struct ui *ui, const struct key *key)
{
	long row = state->top + key->y - FIRST_ROW;

	long wheel = keys_wheel(key, KEYS_WHEEL_ROWS);

	if (wheel != 0) {
		state->cursor += wheel;
		account_choose(state);
		return;
	}
	if (key->y < FIRST_ROW || key->y >= FIRST_ROW + state->height || row >= (long)state->count)
		return;
	bool again = state->cursor == row;
	state->cursor = row;
	account_choose(state);
	if (again)
		enter(state, ui);
}

/* Takes its own keys; those it shares with the table mean the same here. */
static bool take_key(struct screen *screen, struct ui *ui, const struct key *key)
{
	struct account_state *state = &((struct account_screen *)screen)->state;
	long page = state->height > 1 ? state->height - 1 : 1;

	if (help_key(ui, key->code, NULL))
		return true;
	if (keys_move(key->code, page, (long)state->count - 1, &state->cursor)) {
		account_choose(state);
		return true;
	}
	switch (key->code) {
	case KEYS_MOUSE:
		click(state, ui, key);
		break;
	case 'a':
		state->all = !state->all;
		break;
	case 'b':
		account_set_baseline(ui);
		break;
	case KEYS_ENTER:
		enter(state, ui);
		break;
	case '1':
	case '2':
		close_screen(ui);
		views_show(ui, key->code == '1' ? SHOWS_PROCESSES : SHOWS_CONTAINERS);
		break;
	case 'W':
		ui_save(ui);
		break;
	case KEYS_ESC:
	case KEYS_F10:
	case KEYS_CTRL_C:
	case 'q':
	case 'w':
		close_screen(ui);
		break;
	default:
		break;
	}
	return true;
}

static void free_screen(struct screen *screen)
{
	struct account_screen *a = (struct account_screen *)screen;

	account_done(&a->now);
	account_state_done(&a->state);
	free(a);
}

static const struct screen_ops ops = {
	.keys_of = WHERE_TABLE,
	.over = true,
	.hints = account_hints,
	.nhints = ACCOUNT_HINTS,
	.draw = draw_screen,
	.key = take_key,
	.done = free_screen,
};

void account_open(struct ui *ui)
{
	struct account_screen *a = xalloc_zero(1, sizeof(*a));

	a->screen.ops = &ops;
	a->then = &ui->account;
	account_init(&a->now);
	ui_push(ui, &a->screen);
	views_machine(ui, true);
}

void account_begin(struct ui *ui)
{
	if (ui->account.at_ms == 0)
		account_make(&ui->account, ui_store(ui));
}

void account_set_baseline(struct ui *ui)
{
	session_set_baseline(ui->session);
	account_make(&ui->account, ui_store(ui));
	ui->stale = true;
	ui_say(ui, false, "baseline set: +BASE counts from now");
}
