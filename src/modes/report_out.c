/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report_out - see report_out.h */
#include "modes/report_out.h"

#include "base/streams.h"
#include "modes/tell.h"
#include "options/options.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { WIDTH_LEAST = 40, WIDTH_USUAL = 80, WIDTH_MOST = 120 };

static int complain_of(const char *what, int error)
{
	if (error != 0)
		tell("%s: %s", what, strerror(-error));
	return error;
}

/* Both are opened before anything is read or run: then what cannot be written costs nobody a
 * run. */
int report_out_open(struct report_out *out, const struct options *options, int fallback)
{
	const struct whole_file none = { .fd = -1 };

	*out = (struct report_out){ .options = options, .text = none, .svg = none };
	int error = options->report != NULL ? whole_file_open(&out->text, options->report)
					    : whole_file_open_fd(&out->text, fallback);
	if (error == 0 && options->svg != NULL) {
		error = complain_of(options->svg, whole_file_open(&out->svg, options->svg));
		if (error != 0)
			report_out_done(out);
		return error;
	}
	return complain_of(options->report != NULL ? options->report : "the report", error);
}

void report_out_done(struct report_out *out)
{
	whole_file_drop(&out->text);
	whole_file_drop(&out->svg);
}

struct profile_style report_out_style(const struct options *options, int fd)
{
	int width = options->width > 0 ? options->width : streams_width(fd);

	if (width == 0)
		width = WIDTH_USUAL;
	return (struct profile_style){
		.utf8 = !options->ascii && streams_are_utf8(),
		.width = width < WIDTH_LEAST  ? WIDTH_LEAST
			 : width > WIDTH_MOST ? WIDTH_MOST
					      : width,
	};
}

int report_out_write(struct report_out *out, const struct profile *profile,
	const struct profile_facts *facts)
{
	struct profile_style style = report_out_style(out->options, out->text.fd);
	struct buf text;
	int svg_error = 0;

	buf_init(&text);
	if (out->options->format == FORMAT_JSON)
		profile_report_json(&text, profile, facts);
	else
		profile_report_text(&text, profile, facts, &style);
	int error = whole_file_write(&out->text, &text);
	if (out->svg.fd >= 0) {
		buf_clear(&text);
		profile_report_svg(&text, profile, facts);
		svg_error = whole_file_write(&out->svg, &text);
	}
	buf_done(&text);
	if (error == 0)
		error = svg_error;
	if (error != 0 && error != -EPIPE)
		tell("cannot write the report: %s", strerror(-error));
	return error == -EPIPE ? 0 : error;
}
