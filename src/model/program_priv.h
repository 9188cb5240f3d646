/* SPDX-License-Identifier: GPL-2.0-or-later */
/* program_priv - words of a command line, and what is known of programs that run others; private
 * to program*.c */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* LEN bytes of a command line; it does not end there. */
struct word {
	const char *text;
	size_t len;
};

/* The meaning of an interpreter's options.  Lists are words between blanks. */
struct interpreter {
	const char *names;    /* without a version behind */
	const char *takes;    /* options that a word of its own follows */
	const char *attached; /* options with their value in the same word, and none behind */
	const char *inlines;  /* options with the program itself behind: there is no script */
	const char *module;   /* option with the name of what runs behind, or behind its "=" */
	const char *skips; /* words before the script; another word without "." is what it does */
	bool letters;      /* one-letter options stand together behind one dash */
	bool is_class;     /* the script is a class: the last part of a name with dots */
	bool shown;        /* the interpreter is part of the name */
};

/* A program that is several: the word that says which belongs to the name. */
struct launcher {
	const char *scripts;
	const char *takes; /* options that a word of its own follows */
};

/* A program that only runs another one, which belongs to the name. */
struct wrapper {
	const char *names;
	const char *takes;
	int operands; /* words before what is run */
};

/* The next word behind *AT, which moves behind it; LEN 0: there is none. */
struct word program_next_word(const char **at);
bool program_word_is(struct word word, const char *text);
bool program_word_in(struct word word, const char *list); /* of words between blanks; may be NULL */

/* The interpreter called NAME, without its path; NULL: no such. */
const struct interpreter *program_interpreter(struct word name);
const struct launcher *program_launcher(struct word name);
const struct wrapper *program_wrapper(struct word name);
