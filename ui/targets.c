/* SPDX-License-Identifier: GPL-2.0-or-later */
/* targets - see targets.h
 *
 * The sampler takes a pidfd when the dialog opens and compares the start time; it sends the signal,
 * and it may go at any time: what it has not answered is not known.
 */
#include "ui/targets.h"

#include "base/text.h"
#include "ui/chooser.h"
#include "ui/question.h"
#include "ui/table/table_cursor.h"
#include "ui/ui.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	int number;
	const char *name;
	const char *words;
} signals[] = {
	{ SIGTERM, "TERM", "please end" },
	{ SIGINT, "INT", "as if Ctrl-C were pressed" },
	{ SIGHUP, "HUP", "hang up; many daemons read their settings again" },
	{ SIGQUIT, "QUIT", "end with a core file" },
	{ SIGKILL, "KILL", "end now; it cannot save anything" },
	{ SIGSTOP, "STOP", "freeze, until CONT" },
	{ SIGCONT, "CONT", "go on after STOP" },
	{ SIGUSR1, "USR1", "means what the program says" },
	{ SIGUSR2, "USR2", "means what the program says" },
	{ SIGABRT, "ABRT", "abort with a core file" },
};

enum { SIGNALS = sizeof(signals) / sizeof(signals[0]) };

static const char *name_of_signal(int number)
{
	for (int i = 0; i < SIGNALS; i++)
		if (signals[i].number == number)
			return signals[i].name;
	return "?";
}

static const char no_sampler[] = "the sampler is being replaced: nothing was sent; try again";

static void release(struct ui *ui)
{
	struct request release = { .kind = REQUEST_RELEASE };

	session_ask(ui->session, &release, false);
}

/* ANSWER: its number is returned, 0 where there is nobody to ask. */
static uint32_t hold(struct ui *ui, struct ident id, bool answer)
{
	struct request hold = { .kind = REQUEST_HOLD, .id = id };

	return session_ask(ui->session, &hold, answer);
}

/* Why the row under the cursor cannot be signalled, and what can be done with it. */
static const char *no_process(const struct ui *ui)
{
	if (ui->view.count == 0)
		return "no process is selected";
	if (ui->ask.group == GROUP_CONTAINER)
		return "this is a container: <Space> tags its processes, <Enter> opens it";
	return "this is a group: <Space> tags its processes, <Enter> shows them";
}

static bool choose_targets(struct ui *ui)
{
	struct targets *targets = &ui->targets;
	const struct proc *proc = table_subject(ui);

	*targets = (struct targets){ 0 };
	if (ui->options->readonly || !session_is_live(ui->session)) {
		ui_say(ui, true,
			ui->options->readonly
				? "memtop was started with --readonly: no signals, no nice"
				: "this is a recording: there is nobody to signal");
		return false;
	}
	if (ui->table.state.ntags > 0 && ui->subject.pid == 0) {
		targets->count = ui->table.state.ntags;
		memcpy(targets->ids, ui->table.state.tags,
			targets->count * sizeof(targets->ids[0]));
		snprintf(targets->name, sizeof(targets->name), "%zu tagged process%s",
			targets->count, targets->count == 1 ? "" : "es");
		return true;
	}
	if (proc == NULL) {
		ui_tell(ui, true, no_process(ui));
		return false;
	}
	targets->count = 1;
	targets->ids[0] = proc->id;
	snprintf(targets->name, sizeof(targets->name), "%.60s (%d)", proc->name, proc->id.pid);
	/* taken now: whoever has this pid later is somebody else */
	targets->first_request = hold(ui, proc->id, true);
	targets->last_request = targets->first_request;
	if (targets->first_request == 0)
		ui_say(ui, true, "%s", no_sampler);
	return targets->first_request != 0;
}

/* Says what has become of all of them, as far as is known. */
static void say_outcome(struct ui *ui)
{
	struct targets *t = &ui->targets;
	size_t silent = t->count - t->done - t->failed;

	t->first_request = 0;
	if (t->failed > 0 && t->count == 1)
		ui_say(ui, true, "%s: %s", t->name, t->failure);
	else if (silent > 0 && t->count == 1)
		ui_say(ui, true, "no answer: whether %s got it is not known", t->name);
	else if (silent > 0)
		ui_say(ui, true, "%s %zu, not %zu; of %zu it is not known: no answer", t->doing,
			t->done, t->failed, silent);
	else if (t->failed > 0)
		ui_say(ui, true, "%s %zu, not %zu: %s", t->doing, t->done, t->failed, t->failure);
	else
		ui_say(ui, false, "%s %s", t->doing, t->name);
}

static void count_failure(struct targets *t, const char *why)
{
	if (t->failed++ == 0)
		snprintf(t->failure, sizeof(t->failure), "%s", why);
}

/* Asks for KIND with VALUE for each of them; DOING ("sent TERM to") is for the answer. */
static void act(struct ui *ui, enum request_kind kind, int value, const char *doing)
{
	struct targets *targets = &ui->targets;

	snprintf(targets->doing, sizeof(targets->doing), "%s", doing);
	targets->done = targets->failed = 0;
	targets->failure[0] = '\0';
	targets->first_request = 0;
	for (size_t i = 0; i < targets->count; i++) {
		struct request act = { .kind = kind, .id = targets->ids[i], .value = value };
		if (targets->count > 1)
			hold(ui, targets->ids[i], false);
		uint32_t number = session_ask(ui->session, &act, true);
		if (number == 0) {
			count_failure(targets, no_sampler);
			continue;
		}
		if (targets->first_request == 0)
			targets->first_request = number;
		targets->last_request = number;
	}
	release(ui);
	if (targets->first_request == 0)
		say_outcome(ui);
}

/* --- dialogs ---------------------------------------------------------------------------------- */

/* " on db-1": whoever acts is to see where. */
static const char *on_host(const struct ui *ui, char out[48])
{
	const char *name = store_name(ui_store(ui));

	out[0] = '\0';
	if (name[0] != '\0')
		snprintf(out, 48, " on %.40s", name);
	return out;
}

static void send_signal(struct ui *ui, int number)
{
	char doing[40];

	ui->targets.asking = false;
	snprintf(doing, sizeof(doing), "sent %s to", name_of_signal(number));
	act(ui, REQUEST_SIGNAL, number, doing);
}

static void leave_targets(struct ui *ui)
{
	ui->targets.asking = false;
	release(ui);
}

void targets_signal(struct ui *ui)
{
	char title[140], line[120];

	if (!choose_targets(ui))
		return;
	char where[48];
	snprintf(title, sizeof(title), "Signal for %s%s", ui->targets.name, on_host(ui, where));
	struct menu *menu = chooser_open(ui, title, "Enter sends it, Esc does not", send_signal,
		leave_targets);
	for (int i = 0; i < SIGNALS; i++) {
		snprintf(line, sizeof(line), "%2d %-5s %s", signals[i].number, signals[i].name,
			signals[i].words);
		menu_add(menu, signals[i].number, false, line);
	}
	ui->targets.asking = true;
}

static bool nice_typed(struct ui *ui, struct prompt *prompt)
{
	char *end;
	long nice = strtol(prompt->text, &end, 10);
	char doing[40];

	if (end == prompt->text || *end != '\0' || nice < -20 || nice > 19) {
		prompt_error(prompt, 0, "a number from -20 to 19");
		return false;
	}
	snprintf(doing, sizeof(doing), "nice value %ld for", nice);
	ui->targets.asking = false;
	act(ui, REQUEST_NICE, (int)nice, doing);
	return true;
}

void targets_renice(struct ui *ui, int step)
{
	static const struct question_ops ops = { .done = nice_typed, .left = leave_targets };
	char label[120], text[16], where[48];
	int nice = 0;

	if (!choose_targets(ui))
		return;
	const struct proc *proc = table_subject(ui);
	if (ui->targets.count == 1 && proc != NULL && proc->detail_ms != 0)
		nice = proc->figures.nice + step;
	nice = nice < -20 ? -20 : nice > 19 ? 19 : nice;
	on_host(ui, where);
	/* the name gives way, so that host and figure are in view */
	int room = ui->canvas.width - 14 - text_width(where);
	snprintf(label, sizeof(label), "%s %.*s%s:", room >= 32 ? "Nice value for" : "Nice of",
		(int)text_fit(ui->targets.name,
			room < 8    ? 8
			: room < 40 ? room
				    : 40,
			NULL),
		ui->targets.name, where);
	snprintf(text, sizeof(text), "%d", nice);
	question_open(ui, label, text, &ops);
	ui->targets.asking = true;
}

/* --- answers ---------------------------------------------------------------------------------- */

/* Closes a dialog about what cannot be done any more. */
static void close_dialog(struct ui *ui)
{
	ui->targets.asking = false;
	ui_pop(ui);
}

void targets_take_notices(struct ui *ui)
{
	struct targets *t = &ui->targets;
	struct session_notice notice;

	while (session_notice(ui->session, &notice)) {
		bool ours = t->first_request != 0 && notice.request >= t->first_request &&
			    notice.request <= t->last_request;
		if (notice.request == 0) {
			ui_say(ui, notice.error != 0, "%s", notice.text);
		} else if (ours && t->doing[0] == '\0') {
			if (notice.error == 0 || !t->asking)
				continue;
			close_dialog(ui);
			ui_say(ui, true, "%s: %s", t->name, notice.text);
		} else if (ours) {
			if (notice.error == 0)
				t->done++;
			else
				count_failure(t, notice.text);
			if (notice.request == t->last_request)
				say_outcome(ui);
		}
	}
}

void targets_take_trouble(struct ui *ui)
{
	const struct targets *t = &ui->targets;
	const char *what = session_message(ui->session);

	if (t->asking) {
		close_dialog(ui);
		ui_say(ui, true, "nothing was sent to %s: %s", t->name, what);
	} else if (t->first_request != 0 && t->doing[0] != '\0') {
		say_outcome(ui);
	} else {
		ui_say(ui, true, "%s", what);
	}
}
