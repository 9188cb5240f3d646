/* SPDX-License-Identifier: GPL-2.0-or-later */
/* settings_lines - the lines of a settings file: "key = value" below "[section]"
 *
 * Comments begin with # or ; or stand behind " ;".
 */
#pragma once

#include <stddef.h>

enum { SETTINGS_LINE_BYTES = 198 }; /* longer lines are not read */

/* LINE_BLANK may be a comment, LINE_HEAD is that of a section. */
enum line_kind { LINE_END, LINE_SETTING, LINE_WRONG, LINE_LONG, LINE_BLANK, LINE_HEAD };

/* Text that is read line by line. */
struct setting_lines {
	const char *rest;
	int number;       /* of the line, from 1 */
	const char *line; /* as it stands, LEN bytes */
	size_t len;
	const char *note; /* the comment behind it; NULL: none */
	char section[SETTINGS_LINE_BYTES + 1];
	char text[SETTINGS_LINE_BYTES + 1]; /* a copy that is cut into these: */
	const char *key, *value;
};

/* Before the first line of TEXT, which must live as long. */
struct setting_lines settings_lines_of(const char *text);

/* The next line, whatever it is. */
enum line_kind settings_lines_any(struct setting_lines *lines);

/* The next line that is more than a comment or the head of a section. */
enum line_kind settings_lines_next(struct setting_lines *lines);
