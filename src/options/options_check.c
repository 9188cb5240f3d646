/* SPDX-License-Identifier: GPL-2.0-or-later */
/* options_check - which options go together (options_priv.h) */
#include "options/options_priv.h"

/* The mode that the other options make of "no mode named". */
static int choose_mode(struct options *o, char *why)
{
	int wanted = (o->program != NULL) + (o->report_from != NULL) + (o->compare[0] != NULL) +
		     (o->mode != MODE_SCREEN);

	if (wanted > 1)
		return options_fail(why, "-b, --stream, --verdicts, --detail, --report-from, "
					 "--compare and a program are one or the other");
	if (o->program != NULL)
		o->mode = MODE_RUN;
	else if (o->report_from != NULL)
		o->mode = MODE_REPORT;
	else if (o->compare[0] != NULL)
		o->mode = MODE_COMPARE;
	else if (o->check != NULL && o->mode == MODE_SCREEN)
		o->mode = MODE_CHECK;
	else if (o->format != FORMAT_TEXT && o->mode == MODE_SCREEN)
		o->mode = MODE_BATCH;
	return 0;
}

/* What goes with the answers without a screen. */
static int check_answers(const struct options *o, char *why)
{
	bool reports = o->mode == MODE_RUN || o->mode == MODE_REPORT;
	bool objects = reports || o->mode == MODE_BATCH || o->mode == MODE_DETAIL ||
		       o->mode == MODE_COMPARE;
	bool shows = o->mode == MODE_SCREEN || o->mode == MODE_BATCH;

	if (o->format == FORMAT_CSV && o->mode != MODE_BATCH)
		return options_fail(why, "--csv goes with -b");
	if (o->format == FORMAT_JSON && !objects)
		return options_fail(why, "--json goes with -b, --detail, --compare or a report");
	if ((o->report != NULL || o->svg != NULL) && !reports)
		return options_fail(why, "--report and --svg go with -- PROGRAM or --report-from");
	if ((o->live || o->wait_all) && o->mode != MODE_RUN)
		return options_fail(why, "%s goes with -- PROGRAM",
			o->live ? "--live" : "--wait-all");
	if (o->mode == MODE_RUN && (o->npids > 0 || o->user != NULL || o->filter != NULL ||
					   o->count > 0 || o->replay != NULL))
		return options_fail(why, "-p, -u, -F, -n and --replay do not go with a program");
	if (o->grouped && !shows)
		return options_fail(why, "-g goes with the dashboard or -b");
	if (o->check != NULL && o->mode != MODE_CHECK && o->mode != MODE_RUN)
		return options_fail(why, "--check goes alone, with --replay or with -- PROGRAM");
	if (o->for_s > 0 && (o->mode != MODE_CHECK || o->replay != NULL))
		return options_fail(why, "--for goes with --check on a live machine");
	if ((o->on == NULL) != (o->exec == NULL) || (o->every_s > 0 && o->on == NULL))
		return options_fail(why, "%s--on EXPR and --exec COMMAND%s",
			o->on || o->exec ? "" : "--every goes with ",
			o->on || o->exec ? " go together" : "");
	if (o->on != NULL && (!shows || o->replay != NULL))
		return options_fail(why, "--on goes with the dashboard or -b, on a live machine");
	if (o->record != NULL && (o->mode == MODE_REPORT || o->mode == MODE_COMPARE))
		return options_fail(why, "--record wants something that is not a recording");
	return 0;
}

int options_check(struct options *o, char why[OPTIONS_WHY_MAX])
{
	int error = choose_mode(o, why);

	if (error == 0)
		error = check_answers(o, why);
	if (error != 0)
		return error;
	if (o->append && o->record == NULL)
		return options_fail(why, "--append goes with --record FILE");
	if (o->account && (o->mode != MODE_BATCH || o->format != FORMAT_TEXT))
		return options_fail(why,
			"--account goes with -b as text; w shows it in the dashboard");
	if (o->mode == MODE_DETAIL && o->npids == 0)
		return options_fail(why, "--detail goes with -p PID");
	if (o->mode == MODE_VERDICTS && o->replay == NULL)
		return options_fail(why, "--verdicts goes with --replay FILE");
	if (o->replay != NULL && o->record != NULL)
		return options_fail(why, "--replay and --record do not go together");
	if (o->replay != NULL && o->mode == MODE_STREAM)
		return options_fail(why, "--replay and --stream do not go together");
	if (o->key_s != 0 && o->mode != MODE_STREAM)
		return options_fail(why, "--key-frames goes with --stream");
	return 0;
}
