/* SPDX-License-Identifier: GPL-2.0-or-later */
/* settings_lines - see settings_lines.h; knows no key */
#include "options/settings_lines.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define BLANKS " \t\r\f\v"

struct setting_lines settings_lines_of(const char *text)
{
	/* some editors begin UTF-8 with it, and put it before one that is there */
	static const char mark[] = "\xef\xbb\xbf";

	while (strncmp(text, mark, sizeof(mark) - 1) == 0)
		text += sizeof(mark) - 1;
	return (struct setting_lines){ .rest = text };
}

/* TEXT without the blanks around it; cuts it in place. */
static const char *trim(char *text)
{
	text += strspn(text, BLANKS);
	for (size_t len = strlen(text); len > 0 && strchr(BLANKS, text[len - 1]) != NULL;)
		text[--len] = '\0';
	return text;
}

/* A copy of the line that begins with FROM, without what stands behind " ;". */
static void copy_line(struct setting_lines *lines, const char *from)
{
	char *text = lines->text;

	snprintf(text, sizeof(lines->text), "%.*s", (int)(lines->line + lines->len - from), from);
	for (size_t i = 1; text[i - 1] != '\0' && text[i] != '\0'; i++)
		if (text[i] == ';' && strchr(BLANKS, text[i - 1]) != NULL) {
			text[i] = '\0';
			lines->note = from + i;
		}
}

enum line_kind settings_lines_any(struct setting_lines *lines)
{
	if (*lines->rest == '\0')
		return LINE_END;
	lines->line = lines->rest;
	lines->len = strcspn(lines->line, "\n");
	lines->rest = lines->line + lines->len;
	lines->rest += *lines->rest == '\n';
	lines->number++;
	lines->note = NULL;

	const char *from = lines->line + strspn(lines->line, BLANKS);
	if (from >= lines->line + lines->len || strchr("#;", from[0]) != NULL)
		return LINE_BLANK;
	if (lines->line + lines->len - from > SETTINGS_LINE_BYTES)
		return LINE_LONG;
	copy_line(lines, from);
	bool head = lines->text[0] == '[';
	char *end = strpbrk(lines->text, head ? "]" : "=:");
	if (end == NULL)
		return LINE_WRONG;
	*end = '\0';
	if (head) {
		snprintf(lines->section, sizeof(lines->section), "%s", lines->text + 1);
		return LINE_HEAD;
	}
	lines->key = trim(lines->text);
	lines->value = trim(end + 1);
	return LINE_SETTING;
}

enum line_kind settings_lines_next(struct setting_lines *lines)
{
	enum line_kind kind;

	do
		kind = settings_lines_any(lines);
	while (kind == LINE_BLANK || kind == LINE_HEAD);
	return kind;
}
