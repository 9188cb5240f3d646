/* SPDX-License-Identifier: GPL-2.0-or-later */
/* program - see program.h
 *
 * A command line has lost the borders of its arguments, so a script with a blank in its path is
 * named by the part before it.  Options of interpreters are known as far as they take a word of
 * their own; of an option nobody knows it is assumed that it takes none.
 */
#include "model/program.h"

#include "base/text.h"
#include "model/program_priv.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* Behind the last slash; a slash at the end belongs to it. */
static struct word base_of(struct word path)
{
	for (size_t i = path.len - (path.len > 0); i-- > 0;)
		if (path.text[i] == '/')
			return (struct word){ path.text + i + 1, path.len - i - 1 };
	return path;
}

enum option { OPTION_PLAIN, OPTION_TAKES, OPTION_INLINE, OPTION_MODULE };

/* The last letter of "-uBm" says what follows; one that takes a word and has it attached
 * ("-Wignore") takes no other. */
static enum option letters_option(const struct interpreter *how, struct word word)
{
	for (size_t i = 1; i < word.len; i++) {
		const char letter[] = { '-', word.text[i], '\0' };
		const struct word option = { letter, 2 };
		if (program_word_in(option, how->attached))
			return OPTION_PLAIN;
		if (program_word_in(option, how->inlines))
			return OPTION_INLINE;
		bool module = program_word_in(option, how->module);
		if (!module && !program_word_in(option, how->takes))
			continue;
		if (i + 1 < word.len)
			return OPTION_PLAIN;
		return module ? OPTION_MODULE : OPTION_TAKES;
	}
	return OPTION_PLAIN;
}

/* The effect of an interpreter's option on the words behind it: it is the program itself (-c),
 * names a module (-m), takes the next word, or is alone. */
static enum option option_of(const struct interpreter *how, struct word word)
{
	if (program_word_in(word, how->inlines))
		return OPTION_INLINE;
	if (program_word_in(word, how->module))
		return OPTION_MODULE;
	if (program_word_in(word, how->takes))
		return OPTION_TAKES;
	if (how->letters && word.len > 1 && word.text[0] == '-' && word.text[1] != '-')
		return letters_option(how, word);
	return OPTION_PLAIN;
}

/* Behind the "=" of an option that names what runs ("--file=shop.R"); LEN 0: it is none. */
static struct word value_of(const struct interpreter *how, struct word option)
{
	const char *equals = memchr(option.text, '=', option.len);
	struct word value = { option.text, 0 };

	if (equals == NULL ||
		!program_word_in((struct word){ option.text, (size_t)(equals - option.text) },
			how->module))
		return value;
	value.text = equals + 1;
	value.len = (size_t)(option.text + option.len - value.text);
	return value;
}

/* The script that the interpreter was told to run; LEN 0: nothing that has a name.  *AT moves
 * behind it. INLINED: the program stands on the command line itself, behind that option. */
static struct word script_of(const struct interpreter *how, const char **at, struct word *inlined)
{
	const struct word none = { *at, 0 };
	struct word word;

	while ((word = program_next_word(at)).len) {
		struct word value = value_of(how, word);
		if (value.len)
			return value;
		switch (option_of(how, word)) {
		case OPTION_INLINE:
			*inlined = word;
			return none;
		case OPTION_MODULE:
			return program_next_word(at);
		case OPTION_TAKES:
			program_next_word(at);
			break;
		case OPTION_PLAIN:
			if (program_word_is(word, "--"))
				return program_next_word(at);
			if (program_word_is(word, "-"))
				return none;
			if (strchr("-+@", word.text[0]) == NULL &&
				!program_word_in(word, how->skips))
				return word;
			break;
		}
	}
	return none;
}

static bool ends_in(struct word word, const char *end)
{
	size_t len = strlen(end);

	return word.len > len && strncasecmp(word.text + word.len - len, end, len) == 0;
}

/* A name that says nothing gets the folder or package before it: "api/index.js", "shop.Main". */
static bool is_common(struct word base)
{
	return program_word_in(base,
		"index.js index.mjs index.cjs index.ts index.php main.js main.py "
		"main.rb __main__.py app.py app.js wsgi.py Main App Application "
		"Launcher");
}

/* The last part of PATH behind SEPARATOR, with the one before it where it says nothing. */
static struct word tail_of(struct word path, char separator)
{
	size_t from = path.len, parts = 0;

	while (from > 0) {
		size_t start = from - 1;
		while (start > 0 && path.text[start - 1] != separator)
			start--;
		struct word tail = { path.text + start, path.len - start };
		if (++parts == 2 || !is_common(tail) || start < 2)
			return tail;
		from = start - 1;
	}
	return path;
}

/* "com.shop.Main", "module/com.shop.Main" and "App.jar". */
static struct word class_tail(struct word script)
{
	struct word base = base_of(script);

	if (ends_in(base, ".jar") || ends_in(base, ".war") || ends_in(base, ".java"))
		return base;
	return tail_of(base, '.');
}

/* Which of its programs a launcher runs; LEN 0: it is none, or does not say. */
static struct word subcommand_of(struct word script, const char *at)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789_:-."
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	const struct launcher *launcher = program_launcher(script);
	struct word word;

	while (launcher != NULL && (word = program_next_word(&at)).len) {
		if (program_word_in(word, launcher->takes))
			program_next_word(&at);
		else if (word.text[0] != '-')
			return strspn(word.text, letters) >= word.len ? word
								      : (struct word){ at, 0 };
	}
	return (struct word){ at, 0 };
}

/* All that is found out of a command line. */
struct parsed {
	const struct interpreter *how; /* NULL: it is none, or runs nothing that has a name */
	struct word wrapper;           /* what runs all of that; LEN 0: nothing */
	struct word runner;            /* what runs it, without its path */
	struct word script;
	struct word subcommand;
	struct word inlined; /* the option that the program itself follows; LEN 0: none does */
	const char *rest;    /* behind the script */
};

/* Whether a program that is run by another gave itself a name, which says more than its file. */
static bool named_itself(const char *comm, struct word script)
{
	enum { CUT = 15 };
	const struct word name = { comm, strlen(comm) };
	struct word base = base_of(script);

	if (name.len == 0 || program_interpreter(name) != NULL ||
		program_word_in(name, "MainThread node-MainThread"))
		return false;
	if (script.len == 0)
		return true;
	return name.len > base.len || memcmp(comm, base.text, name.len) != 0 ||
	       (name.len < base.len && name.len < CUT);
}

/* The place where what WRAPPER runs begins: behind its options, VARIABLE=VALUE and operands. */
static const char *wrapped_by(const struct wrapper *wrapper, const char *at)
{
	int operands = wrapper->operands;

	for (;;) {
		const char *from = at + strspn(at, " ");
		struct word word = program_next_word(&at);
		if (word.len == 0)
			return from;
		if (program_word_in(word, wrapper->takes))
			program_next_word(&at);
		else if (word.text[0] != '-' && memchr(word.text, '=', word.len) == NULL &&
			 operands-- == 0)
			return from;
	}
}

/* Whether SCRIPT is no file but a word of the interpreter's own: "dotnet build", "bun install". */
static bool is_deed(const struct interpreter *how, struct word script)
{
	return how->skips != NULL && memchr(script.text, '.', script.len) == NULL &&
	       memchr(script.text, '/', script.len) == NULL;
}

/* A script that comes out of a pipe or a terminal has no name: "/dev/fd/63", "/dev/stdin". */
static bool is_stream(struct word script)
{
	static const char *const folders[] = { "/dev/", "/proc/" };

	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		size_t len = strlen(folders[i]);

		if (script.len > len && strncmp(script.text, folders[i], len) == 0)
			return true;
	}
	return false;
}

/* Without an interpreter the program is the first word. With one it is the script, unless that is
 * a stream, was written into the command line, or the process has given itself a name: then
 * nothing better is known than the interpreter. */
static struct parsed parse_plain(const char *comm, const char *cmdline)
{
	const char *at = cmdline;
	struct parsed parsed = { .runner = base_of(program_next_word(&at)), .rest = at };
	const struct interpreter *how = program_interpreter(parsed.runner);

	if (how == NULL) {
		parsed.subcommand = subcommand_of(parsed.runner, at);
		return parsed;
	}
	struct word script = script_of(how, &at, &parsed.inlined);
	if (named_itself(comm, script)) {
		parsed.inlined.len = 0;
		return parsed;
	}
	if (script.len == 0 || is_stream(script))
		return parsed;
	parsed.rest = at;
	if (is_deed(how, script)) {
		parsed.subcommand = script;
		return parsed;
	}
	parsed.how = how;
	parsed.script = how->is_class ? class_tail(script) : tail_of(script, '/');
	parsed.subcommand = subcommand_of(base_of(script), at);
	return parsed;
}

/* One program that runs another is named with it ("sudo shop.py"); of several the outermost. */
static struct parsed parse_line(const char *comm, const char *cmdline)
{
	const char *at = cmdline;
	struct word first = base_of(program_next_word(&at));
	const struct wrapper *wrapper = program_wrapper(first);

	if (wrapper == NULL || (comm[0] != '\0' && !program_word_is(first, comm)))
		return parse_plain(comm, cmdline);
	for (const struct wrapper *inner = wrapper; inner != NULL;) {
		cmdline = wrapped_by(inner, at);
		at = cmdline;
		inner = program_wrapper(base_of(program_next_word(&at)));
	}
	if (*cmdline == '\0')
		return (struct parsed){ .runner = first, .rest = cmdline };
	struct parsed parsed = parse_plain("", cmdline);
	parsed.wrapper = first;
	return parsed;
}

/* The kernel keeps 15 bytes of a name; the command line may have all of it.  Who has named itself
 * nothing goes by what it runs. */
static struct word own_name(const char *comm, struct word runner)
{
	enum { CUT = 15 };
	size_t len = strlen(comm);

	if (comm[strspn(comm, " ")] == '\0')
		return runner;
	if (len == CUT && runner.len > len && memcmp(runner.text, comm, len) == 0)
		return runner;
	return (struct word){ comm, len };
}

/* As many bytes of TEXT as fit into MAX without cutting a character. */
static size_t whole_characters(const char *text, size_t max)
{
	const char *at = text, *next = text;

	while (*at) {
		text_next(&next);
		if ((size_t)(next - text) > max)
			break;
		at = next;
	}
	return (size_t)(at - text);
}

/* Adds a word of a name, a blank before it. */
static void add_word(char *whole, size_t size, struct word word)
{
	size_t len = strlen(whole);

	if (word.len > 0)
		snprintf(whole + len, size - len, "%s%.*s", len > 0 ? " " : "", (int)word.len,
			word.text);
}

static const char *put_name(char out[PROGRAM_NAME_MAX], const struct parsed *parsed,
	const char *comm)
{
	bool itself = parsed->how == NULL && parsed->wrapper.len == 0;
	char whole[4 * PROGRAM_NAME_MAX] = "";

	add_word(whole, sizeof(whole), parsed->wrapper);
	if (parsed->how != NULL && parsed->how->shown)
		add_word(whole, sizeof(whole), parsed->runner);
	if (parsed->how != NULL)
		add_word(whole, sizeof(whole), parsed->script);
	else
		add_word(whole, sizeof(whole),
			itself ? own_name(comm, parsed->runner) : parsed->runner);
	add_word(whole, sizeof(whole), parsed->inlined);
	/* one that names itself has said what it does */
	if (!itself || program_word_is(parsed->runner, comm))
		add_word(whole, sizeof(whole), parsed->subcommand);
	if (whole[0] == '\0')
		strcpy(whole, "(no name)");
	size_t len = whole_characters(whole, PROGRAM_NAME_MAX - 1);
	memcpy(out, whole, len);
	out[len] = '\0';
	return out;
}

const char *program_name(char out[PROGRAM_NAME_MAX], const char *comm, const char *cmdline)
{
	struct parsed parsed = parse_line(comm, cmdline != NULL ? cmdline : "");

	return put_name(out, &parsed, comm);
}

/* "python3", "timeout python3", "timeout": what stands in parentheses behind what runs. */
static void put_runners(char *out, size_t size, const struct parsed *parsed)
{
	bool runs = parsed->how != NULL && !parsed->how->shown;

	out[0] = '\0';
	add_word(out, size, parsed->wrapper);
	if (runs)
		add_word(out, size, parsed->runner);
}

/* Whether nothing else runs it. */
static bool runs_itself(const struct parsed *parsed)
{
	return parsed->how == NULL && parsed->wrapper.len == 0 &&
	       program_interpreter(parsed->runner) == NULL;
}

bool program_is_plain(const char *comm, const char *cmdline)
{
	if (cmdline == NULL || !*cmdline || *cmdline == ' ')
		return false;
	const struct parsed parsed = parse_line(comm, cmdline);
	return runs_itself(&parsed);
}

const char *program_line(char *out, size_t size, const char *comm, const char *cmdline)
{
	struct parsed parsed = parse_line(comm, cmdline != NULL ? cmdline : "");
	char runners[2 * PROGRAM_NAME_MAX];

	if (cmdline == NULL || !*cmdline) {
		snprintf(out, size, "%s", comm);
		return out;
	}
	if (*cmdline == ' ') { /* it was given no name */
		snprintf(out, size, "%s%s", comm, cmdline);
		return out;
	}
	put_runners(runners, sizeof(runners), &parsed);
	const char *open = runners[0] ? " (" : "", *close = runners[0] ? ")" : "";
	if (parsed.how != NULL && parsed.how->shown)
		snprintf(out, size, "%.*s %.*s%s%s%s%s", (int)parsed.runner.len, parsed.runner.text,
			(int)parsed.script.len, parsed.script.text, parsed.rest, open, runners,
			close);
	else if (parsed.how != NULL)
		snprintf(out, size, "%.*s%s%s%s%s", (int)parsed.script.len, parsed.script.text,
			parsed.rest, open, runners, close);
	else if (runs_itself(&parsed))
		snprintf(out, size, "%s", cmdline);
	else
		snprintf(out, size, "%s%s%s%s", parsed.runner.text, open, runners, close);
	return out;
}
