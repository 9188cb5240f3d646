/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report_run - see report_run.h */
#include "modes/report_run.h"

#include "base/text.h"
#include "modes/report_out.h"
#include "modes/tell.h"
#include "options/options.h"
#include "session/session.h"

#include <string.h>
#include <unistd.h>

enum { TROUBLE = 1, NAME_MAX_ = 256 };

/* --- reports of recordings ------------------------------------------------------------------ */

/* The whole recording; NULL, and a line on standard error, when there is nothing in it. */
static struct profile *read_all(struct session *session, const struct options *options)
{
	const struct store *store = session_store(session);
	const struct view_ask ask = options_ask(options, NULL);
	struct profile *profile = NULL;
	struct view view;
	struct tell_present present;

	tell_present_init(&present, options);
	session_single(session);
	view_init(&view);
	while (session_wait_for(session, SESSION_TICK, SESSION_FOREVER) & SESSION_TICK) {
		tell_present_take(&present, store);
		view_build(&view, store, &ask);
		if (profile == NULL && view.count > 0)
			profile = profile_new(store_now_ms(store), store_wall_ms(store));
		if (profile != NULL)
			profile_take(profile, store, &view);
	}
	if (!tell_message(session) && profile == NULL)
		tell("nobody is there whom it asks for");
	if (profile != NULL)
		tell_missing(&present, session);
	tell_present_done(&present);
	view_done(&view);
	return profile;
}

static void clean_name(char name[NAME_MAX_], const char *path)
{
	text_clean(name, NAME_MAX_, path, strlen(path));
}

int report_run(struct session *session, const struct options *options)
{
	char name[NAME_MAX_];
	struct report_out out;
	struct profile *profile = read_all(session, options);
	int status = TROUBLE;

	if (profile == NULL)
		return TROUBLE;
	clean_name(name, options->report_from);
	const char *slash = strrchr(name, '/');
	struct profile_facts facts = {
		.name = slash != NULL ? slash + 1 : name,
		.title = name,
		.duration_s = profile->last_s,
	};
	if (report_out_open(&out, options, STDOUT_FILENO) == 0 &&
		report_out_write(&out, profile, &facts) == 0)
		status = 0;
	profile_free(profile);
	return status;
}

int report_run_compare(struct session *a, struct session *b, const struct options *options)
{
	char a_name[NAME_MAX_], b_name[NAME_MAX_];
	struct profile *first = read_all(a, options), *second = read_all(b, options);
	int status = TROUBLE;

	if (first != NULL && second != NULL) {
		struct buf text;

		clean_name(a_name, options->compare[0]);
		clean_name(b_name, options->compare[1]);
		buf_init(&text);
		if (options->format == FORMAT_JSON)
			profile_report_compare_json(&text, first, a_name, second, b_name);
		else
			profile_report_compare(&text, first, a_name, second, b_name);
		status = tell_unwritten(buf_write(&text, STDOUT_FILENO)) ? TROUBLE : 0;
		buf_done(&text);
	}
	profile_free(first);
	profile_free(second);
	return status;
}
