/* SPDX-License-Identifier: GPL-2.0-or-later */
/* program - see program.h
 *
 * A command line has lost the borders of its arguments, so a script with a blank in its path is
 * named by the part before it.  Options of interpreters are known as far as they take a word of
 * their own; of an option nobody knows it is assumed that it takes none.
 */
#include "model/program.h"

#include "base/text.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

struct word {
	const char *text;
	size_t len;
};

/* What an interpreter's options mean.  Lists are words between blanks. */
struct interpreter {
	const char *names;   /* without a version behind */
	const char *takes;   /* options that a word of its own follows */
	const char *inlines; /* options with the program itself behind: there is no script */
	const char *module;  /* option with the name of what runs behind; "" none */
	bool letters;        /* one-letter options stand together behind one dash */
	bool is_class;       /* the script is a class: the last part of a name with dots */
	bool shown;          /* the interpreter is part of the name */
};

static const struct interpreter interpreters[] = {
	{ "python pypy", "-W -X --check-hash-based-pycs", "-c", "-m", true, false, false },
	{ "node nodejs",
		"-r --require --import --loader --experimental-loader -C --conditions "
		"--title --openssl-config --icu-data-dir",
		"-e --eval -p --print -pe", "", false, false, false },
	{ "java",
		"-cp -classpath --class-path -p --module-path --upgrade-module-path "
		"--add-modules --add-opens --add-exports --add-reads --limit-modules "
		"--enable-native-access --source --patch-module",
		"", "-jar -m --module", false, true, false },
	{ "ruby", "-I -r -C -E -x", "-e", "-S", true, false, false },
	{ "perl", "-I", "-e -E", "", true, false, false },
	{ "php", "-d -c -z", "-r -R -B -S", "-f --file", true, false, false },
	{ "lua luajit", "-l -W", "-e", "", true, false, false },
	{ "deno bun", "--config -c --import-map --cwd", "eval -e --eval", "run start serve", false,
		false, false },
	{ "sh bash dash ash zsh ksh mksh fish", "-o +o -O +O --rcfile --init-file", "-c", "", true,
		false, true },
};

/* Programs that are several: the word that says which belongs to the name. */
static const struct {
	const char *script;
	const char *takes; /* options that a word of its own follows */
} launchers[] = {
	{ "manage.py", "--settings --pythonpath -v --verbosity" },
	{ "django-admin", "--settings --pythonpath -v --verbosity" },
	{ "celery", "-A --app -b --broker --result-backend --loader --config --workdir" },
	{ "flask", "-A --app -e --env-file" },
	{ "airflow", "" },
	{ "artisan", "" },
	{ "rails", "" },
	{ "rake", "-f --rakefile" },
	{ "npm", "--prefix" },
	{ "yarn", "--cwd" },
};

/* The next word behind *AT, which moves behind it; LEN 0: there is none. */
static struct word next_word(const char **at)
{
	const char *from = *at + strspn(*at, " ");
	size_t len = strcspn(from, " ");

	*at = from + len;
	return (struct word){ from, len };
}

static bool word_is(struct word word, const char *text)
{
	return strlen(text) == word.len && memcmp(word.text, text, word.len) == 0;
}

static bool word_in(struct word word, const char *list)
{
	struct word one;

	while ((one = next_word(&list)).len)
		if (one.len == word.len && memcmp(one.text, word.text, word.len) == 0)
			return true;
	return false;
}

/* Behind the last slash; a slash at the end belongs to it. */
static struct word base_of(struct word path)
{
	for (size_t i = path.len - (path.len > 0); i-- > 0;)
		if (path.text[i] == '/')
			return (struct word){ path.text + i + 1, path.len - i - 1 };
	return path;
}

/* "python3.11" without "3.11", "php8.2", "pypy3", "perl5.36.0". */
static struct word without_version(struct word name)
{
	while (name.len > 1 && strchr("0123456789.", name.text[name.len - 1]))
		name.len--;
	return name;
}

static const struct interpreter *interpreter_of(struct word name)
{
	struct word plain = without_version(name);

	if (plain.len > 1 && plain.text[0] == '-') /* a login shell */
		plain = (struct word){ plain.text + 1, plain.len - 1 };
	for (size_t i = 0; i < sizeof(interpreters) / sizeof(interpreters[0]); i++)
		if (word_in(plain, interpreters[i].names))
			return &interpreters[i];
	return NULL;
}

enum option { OPTION_PLAIN, OPTION_TAKES, OPTION_INLINE, OPTION_MODULE };

/* The last letter of "-uBm" says what follows; one that takes a word and has it attached
 * ("-Wignore") takes no other. */
static enum option letters_option(const struct interpreter *how, struct word word)
{
	for (size_t i = 1; i < word.len; i++) {
		const char letter[] = { '-', word.text[i], '\0' };
		const struct word option = { letter, 2 };
		if (word_in(option, how->inlines))
			return OPTION_INLINE;
		bool module = word_in(option, how->module);
		if (!module && !word_in(option, how->takes))
			continue;
		if (i + 1 < word.len)
			return OPTION_PLAIN;
		return module ? OPTION_MODULE : OPTION_TAKES;
	}
	return OPTION_PLAIN;
}

static enum option option_of(const struct interpreter *how, struct word word)
{
	if (word_in(word, how->inlines))
		return OPTION_INLINE;
	if (word_in(word, how->module))
		return OPTION_MODULE;
	if (word_in(word, how->takes))
		return OPTION_TAKES;
	if (how->letters && word.len > 1 && word.text[0] == '-' && word.text[1] != '-')
		return letters_option(how, word);
	return OPTION_PLAIN;
}

/* What the interpreter was told to run; LEN 0: nothing that has a name.  *AT moves behind it. */
static struct word script_of(const struct interpreter *how, const char **at)
{
	const struct word none = { *at, 0 };
	struct word word;

	while ((word = next_word(at)).len) {
		switch (option_of(how, word)) {
		case OPTION_INLINE:
			return none;
		case OPTION_MODULE:
			return next_word(at);
		case OPTION_TAKES:
			next_word(at);
			break;
		case OPTION_PLAIN:
			if (word_is(word, "--"))
				return next_word(at);
			if (word_is(word, "-"))
				return none;
			if (word.text[0] != '-' && word.text[0] != '+' && word.text[0] != '@')
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
	return word_in(base, "index.js index.mjs index.cjs index.ts index.php main.js main.py "
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
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789_:-";
	size_t n = sizeof(launchers) / sizeof(launchers[0]), i = 0;
	struct word word;

	while (i < n && !word_is(script, launchers[i].script))
		i++;
	while (i < n && (word = next_word(&at)).len) {
		if (word_in(word, launchers[i].takes))
			next_word(&at);
		else if (word.text[0] != '-')
			return strspn(word.text, letters) >= word.len ? word
								      : (struct word){ at, 0 };
	}
	return (struct word){ at, 0 };
}

/* All that is found out of a command line. */
struct parsed {
	const struct interpreter *how; /* NULL: it is none, or runs nothing that has a name */
	struct word runner;            /* what runs it, without its path */
	struct word script;
	struct word subcommand;
	const char *rest; /* behind the script */
};

/* Whether a program that is run by another gave itself a name, which says more than its file. */
static bool named_itself(const char *comm, struct word script)
{
	enum { CUT = 15 };
	const struct word name = { comm, strlen(comm) };
	struct word base = base_of(script);

	if (name.len == 0 || interpreter_of(name) || word_in(name, "MainThread node-MainThread"))
		return false;
	return name.len > base.len || memcmp(comm, base.text, name.len) != 0 ||
	       (name.len < base.len && name.len < CUT);
}

static struct parsed parse(const char *comm, const char *cmdline)
{
	const char *at = cmdline;
	struct parsed parsed = { .runner = base_of(next_word(&at)) };
	const struct interpreter *how = interpreter_of(parsed.runner);

	if (!how) {
		parsed.subcommand = subcommand_of(parsed.runner, at);
		return parsed;
	}
	struct word script = script_of(how, &at);
	if (script.len == 0 || named_itself(comm, script))
		return parsed;
	parsed.how = how;
	parsed.script = how->is_class ? class_tail(script) : tail_of(script, '/');
	parsed.rest = at;
	parsed.subcommand = subcommand_of(base_of(script), at);
	return parsed;
}

/* The kernel keeps 15 bytes of a name; the command line may have all of it. */
static struct word own_name(const char *comm, struct word runner)
{
	enum { CUT = 15 };
	size_t len = strlen(comm);

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

static const char *put_name(char out[PROGRAM_NAME_MAX], const struct parsed *parsed,
	const char *comm)
{
	struct word name = parsed->how ? parsed->script : own_name(comm, parsed->runner);
	struct word before = { "", 0 }, behind = { "", 0 };
	char whole[4 * PROGRAM_NAME_MAX];

	if (parsed->how && parsed->how->shown)
		before = parsed->runner;
	/* one that names itself has said what it does */
	if (parsed->how || word_is(parsed->runner, comm))
		behind = parsed->subcommand;
	snprintf(whole, sizeof(whole), "%.*s%s%.*s%s%.*s", (int)before.len, before.text,
		before.len ? " " : "", (int)name.len, name.text, behind.len ? " " : "",
		(int)behind.len, behind.text);
	size_t len = whole_characters(whole, PROGRAM_NAME_MAX - 1);
	memcpy(out, whole, len);
	out[len] = '\0';
	return out;
}

const char *program_name(char out[PROGRAM_NAME_MAX], const char *comm, const char *cmdline)
{
	struct parsed parsed = parse(comm, cmdline ? cmdline : "");

	return put_name(out, &parsed, comm);
}

const char *program_line(char *out, size_t size, const char *comm, const char *cmdline)
{
	struct parsed parsed = parse(comm, cmdline ? cmdline : "");

	if (!cmdline || !*cmdline)
		snprintf(out, size, "%s", comm);
	else if (*cmdline == ' ') /* it was given no name */
		snprintf(out, size, "%s%s", comm, cmdline);
	else if (!parsed.how || parsed.how->shown)
		snprintf(out, size, "%s", cmdline);
	else
		snprintf(out, size, "%.*s%s (%.*s)", (int)parsed.script.len, parsed.script.text,
			parsed.rest, (int)parsed.runner.len, parsed.runner.text);
	return out;
}
