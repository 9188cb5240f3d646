/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report_out - where reports of runs and recordings go: a file, a descriptor, a picture */
#pragma once

#include "modes/whole_file.h"
#include "run/profile_report.h"

struct options;

struct report_out {
	const struct options *options;
	struct whole_file text;
	struct whole_file svg; /* fd -1: none wanted */
};

/* Opens what OPTIONS name, before there is anything to write; FALLBACK when no file is named.
 * 0, or -errno with one line on standard error. */
int report_out_open(struct report_out *out, const struct options *options, int fallback);

/* Writes report and picture, and closes them.  0, or -errno with one line on standard error. */
int report_out_write(struct report_out *out, const struct profile *profile,
	const struct profile_facts *facts);

/* Nothing will be written: what was there stays.  Fine after report_out_write. */
void report_out_done(struct report_out *out);

/* How a report to the file FD is drawn, by the options and by what FD is. */
struct profile_style report_out_style(const struct options *options, int fd);
