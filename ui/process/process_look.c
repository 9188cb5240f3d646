/* SPDX-License-Identifier: GPL-2.0-or-later */
/* process_look - see process_look.h */
#include "ui/process/process_look.h"

#include "base/clock.h"
#include "model/findings.h"
#include "ui/ui.h"

#include <stdio.h>

enum {
	AGAIN_MS = 5000,
	COST_TIMES = 20,       /* of what the last look cost */
	FAILED_MS = 60 * 1000, /* what could not be looked at is tried again that seldom */
	LOST_MS = 60 * 1000,   /* an answer that did not come by then never will */
};

static struct process_inside *tab_of(struct ui *ui)
{
	return &ui->process.state.inside;
}

static const struct findings *findings_of(const struct ui *ui)
{
	return store_findings(ui_store(ui), ui->subject);
}

/* How many looks have been answered: one more than when it was asked says that the answer is
 * here. */
static unsigned answers_of(const struct ui *ui)
{
	const struct findings *findings = findings_of(ui);

	return findings != NULL ? findings->answers : 0;
}

/* For the types, or for the holders that are wanted. */
static void ask_look(struct ui *ui)
{
	struct process_look *look = &ui->process.look;
	const struct process_inside *tab = tab_of(ui);
	struct request request = { .id = ui->subject,
		.kind = tab->held[0] != '\0' ? REQUEST_HOLDERS : REQUEST_INSIDE };

	tab_of(ui)->past = !session_is_live(ui->session);
	if (tab->past)
		return;
	snprintf(request.type, sizeof(request.type), "%s", tab->held);
	session_ask(ui->session, &request, false);
	look->asked_ms = clock_mono_ms();
	look->answers = answers_of(ui);
	look->waiting = true;
}

/* Lines are caught while the tab is open: of the process on the screen, and of nobody else. */
static void ask_lines(struct ui *ui)
{
	struct process_look *look = &ui->process.look;
	struct request request = { .kind = REQUEST_LINES, .id = ui->subject };

	if (!tab_of(ui)->shown)
		request = (struct request){ .kind = REQUEST_UNFOLLOW };
	if (!session_is_live(ui->session) || ident_same(look->followed, request.id))
		return;
	look->followed = request.id;
	session_ask(ui->session, &request, false);
}

static const struct proc *subject_of(const struct ui *ui)
{
	return store_find(ui_store(ui), ui->subject);
}

void process_toggle_inside(struct ui *ui)
{
	struct process_inside *tab = tab_of(ui);
	const struct proc *proc = subject_of(ui);

	if (proc == NULL)
		return;
	if (proc->kernel_thread) {
		ui_say(ui, true, "a thread of the kernel has no memory of its own to look into");
		return;
	}
	tab->shown = !tab->shown || tab->lines;
	tab->held[0] = '\0';
	tab->lines = false;
	ask_lines(ui);
	if (tab->shown)
		ask_look(ui);
}

static bool is_python(const struct ui *ui)
{
	const struct findings *findings = findings_of(ui);

	return findings != NULL && findings->grown != NULL &&
	       findings->grown->growns[0].runtime[0] != '\0';
}

void process_toggle_lines(struct ui *ui)
{
	struct process_inside *tab = tab_of(ui);
	bool lines = !tab->lines;

	if (!tab->shown)
		process_toggle_inside(ui);
	tab->lines = lines && tab->shown;
	tab->held[0] = '\0';
	tab->lines_top = 0;
}

/* Tab goes on to the lines, which only a Python has. */
bool process_look_next(struct ui *ui)
{
	struct process_inside *tab = tab_of(ui);

	if (!tab->shown || tab->lines || !is_python(ui))
		return false;
	process_toggle_lines(ui);
	return true;
}

/* The type under the cursor, of the newest look; NULL: there is none. */
static const struct inside_type *type_under(const struct ui *ui,
	struct findings_row rows[INSIDE_TYPES_MAX])
{
	const struct findings *findings = findings_of(ui);
	long row = ui->process.state.inside.row;

	if (findings == NULL || findings->last == NULL)
		return NULL;
	return row < (long)findings_rows(findings, rows) ? rows[row].type : NULL;
}

void process_look_holders(struct ui *ui)
{
	struct findings_row rows[INSIDE_TYPES_MAX];
	struct process_inside *tab = tab_of(ui);
	const struct inside_type *type = tab->held[0] == '\0' ? type_under(ui, rows) : NULL;

	if (type == NULL || tab->lines)
		return;
	if (type->kind != INSIDE_OBJECTS) {
		ui_say(ui, false, "what holds them can be found for objects of Python only");
		return;
	}
	snprintf(tab->held, sizeof(tab->held), "%s", type->name);
	tab->holders_top = 0;
	ask_look(ui);
}

/* A step back: from holders or lines to the types, from the types to the parts of the process. */
bool process_look_back(struct ui *ui)
{
	struct process_inside *tab = tab_of(ui);

	if (!tab->shown)
		return false;
	if (tab->held[0] == '\0' && !tab->lines)
		tab->shown = false;
	tab->held[0] = '\0';
	tab->lines = false;
	ask_lines(ui);
	return true;
}

/* Among types it is the cursor that moves; holders and lines are only scrolled. */
void process_look_move(struct ui *ui, int rows)
{
	struct process_inside *tab = tab_of(ui);
	const struct findings *findings = findings_of(ui);
	long last = findings != NULL && findings->holders != NULL
			    ? (long)findings->holders->ninside_holders - 1
			    : 0;

	if (tab->lines) {
		tab->lines_top = tab->lines_top + rows < 0 ? 0 : tab->lines_top + rows;
		return;
	}
	if (tab->held[0] == '\0') {
		tab->row = tab->row + rows < 0 ? 0 : tab->row + rows;
		tab->moved = true;
		return;
	}
	tab->holders_top += rows;
	if (tab->holders_top > last)
		tab->holders_top = last;
	if (tab->holders_top < 0)
		tab->holders_top = 0;
}

void process_look_click(struct ui *ui, int y)
{
	const struct process_geometry *geometry = &ui->process.geometry;
	struct process_inside *tab = tab_of(ui);

	if (y < geometry->rows_y || y >= geometry->rows_y + geometry->rows)
		return;
	tab->row = tab->top + y - geometry->rows_y;
	tab->moved = true;
}

void process_look_again(struct ui *ui)
{
	if (ui_is_past(ui))
		return;
	ask_look(ui);
	ui_say(ui, false, "looking again");
}

/* Another process: the tab stays in front, but looks at nothing that was of the one before. */
void process_look_choose(struct ui *ui)
{
	struct process_inside *tab = tab_of(ui);
	const struct proc *proc = subject_of(ui);

	*tab = (struct process_inside){ .shown = tab->shown && proc != NULL && !proc->kernel_thread,
		.lines = tab->lines };
	tab->lines = tab->lines && tab->shown;
	ask_lines(ui);
	if (tab->shown)
		ask_look(ui);
}

/* A look costs the program that is looked at, so a long one is repeated less often. */
static uint64_t wait_ms(const struct findings *findings)
{
	if (findings == NULL || findings->last == NULL || findings->failed != NULL)
		return FAILED_MS;
	double cost_ms = findings->last->insides[0].cost_ms * COST_TIMES;
	return cost_ms > AGAIN_MS ? (uint64_t)cost_ms : AGAIN_MS;
}

void process_look_step(struct ui *ui)
{
	struct process_look *look = &ui->process.look;
	const struct process_inside *tab = tab_of(ui);
	uint64_t past_ms = clock_mono_ms() - look->asked_ms;

	if (!tab->shown || ui->subject.pid == 0 || session_paused(ui->session))
		return;
	if (look->waiting && answers_of(ui) == look->answers && past_ms < LOST_MS)
		return;
	look->waiting = false;
	/* holders cost more and change less: by key only */
	if (tab->held[0] == '\0' && past_ms >= wait_ms(findings_of(ui)) && subject_of(ui) != NULL)
		ask_look(ui);
}
