/* SPDX-License-Identifier: GPL-2.0-or-later */
/* command - see command.h */
#include "run/command.h"

#include "base/buf.h"
#include "base/text.h"
#include "frame/frame.h"
#include "model/program.h"

#include <stdio.h>
#include <string.h>

/* WORD as it could be typed into a shell. */
static void put_word(struct buf *out, const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				    "%+,-./:=@_";

	if (word[0] != '\0' && word[strspn(word, plain)] == '\0') {
		buf_puts(out, word);
		return;
	}
	buf_putc(out, '\'');
	for (; *word != '\0'; word++) {
		if (*word == '\'')
			buf_puts(out, "'\\''");
		else
			buf_putc(out, *word);
	}
	buf_putc(out, '\'');
}

void command_title(char title[COMMAND_MAX], char *const *argv)
{
	struct buf joined;

	buf_init(&joined);
	for (size_t i = 0; argv[i] != NULL; i++) {
		if (i > 0)
			buf_putc(&joined, ' ');
		put_word(&joined, argv[i]);
	}
	text_clean(title, COMMAND_MAX, buf_text(&joined), joined.len);
	buf_done(&joined);
}

/* Adds WORD, clean; a blank inside it is no border of it: BLANK stands for it, which is no text. */
static void add_word(struct buf *out, const char *word, char blank)
{
	char clean[FRAME_CMDLINE_MAX];

	text_clean(clean, sizeof(clean), word, strlen(word));
	for (char *at = clean; (at = strchr(at, ' ')) != NULL;)
		*at = blank;
	buf_puts(out, clean);
}

void command_name(char name[COMMAND_MAX], char *const *argv, const char *title)
{
	enum { BLANK = '\x7f' };
	const char *base = text_base_name(argv[0]);
	char comm[FRAME_COMM_MAX + 1], program[PROGRAM_NAME_MAX];
	struct buf words;

	buf_init(&words);
	for (size_t i = 0; argv[i] != NULL; i++) {
		buf_puts(&words, i > 0 ? " " : "");
		add_word(&words, argv[i], BLANK);
	}
	text_clean(comm, sizeof(comm), base, strlen(base));
	program_name(program, comm, buf_text(&words));
	buf_done(&words);
	for (char *at = program; (at = strchr(at, BLANK)) != NULL;)
		*at = ' ';
	snprintf(name, COMMAND_MAX, "%s", strstr(program, " -") != NULL ? title : program);
}
