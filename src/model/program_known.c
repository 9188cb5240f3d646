/* SPDX-License-Identifier: GPL-2.0-or-later */
/* program_known - interpreters, launchers and wrappers, as tables (program_priv.h) */
#include "model/program_priv.h"

#include <string.h>

static const struct interpreter interpreters[] = {
	{ .names = "python pypy",
		.takes = "-W -X --check-hash-based-pycs",
		.inlines = "-c",
		.module = "-m",
		.letters = true },
	{ .names = "node nodejs",
		.takes = "-r --require --import --loader --experimental-loader -C --conditions "
			 "--title --openssl-config --icu-data-dir --env-file",
		.inlines = "-e --eval -p --print -pe" },
	{ .names = "java",
		.takes = "-cp -classpath --class-path -p --module-path --upgrade-module-path "
			 "--add-modules --add-opens --add-exports --add-reads --limit-modules "
			 "--enable-native-access --source --patch-module",
		.module = "-jar -m --module",
		.is_class = true },
	{ .names = "ruby jruby",
		.takes = "-I -r -C -E",
		.attached = "-W -T -0 -F -i -K -x",
		.inlines = "-e",
		.module = "-S",
		.letters = true },
	{ .names = "perl",
		.takes = "-I",
		.attached = "-M -m -F -0 -i -l -C -D -x -d",
		.inlines = "-e -E",
		.letters = true },
	{ .names = "php",
		.takes = "-d -c -z",
		.inlines = "-r -R -B -S",
		.module = "-f --file",
		.letters = true },
	{ .names = "lua luajit texlua", .takes = "-l -W", .inlines = "-e", .letters = true },
	{ .names = "R Rscript", .takes = "-g --gui", .inlines = "-e", .module = "-f --file" },
	{ .names = "deno bun",
		.takes = "--config -c --import-map --cwd --preload -r",
		.inlines = "eval -e --eval",
		.skips = "run start serve test" },
	{ .names = "dotnet",
		.takes = "--additionalprobingpath --fx-version --roll-forward --depsfile "
			 "--runtimeconfig",
		.skips = "exec" },
	{ .names = "mono", .takes = "--config" },
	{ .names = "julia", .takes = "-J -t -p -L -C --project", .inlines = "-e -E" },
	{ .names = "tclsh wish expect", .takes = "-encoding", .inlines = "-c" },
	{ .names = "guile", .takes = "-L -C -l", .inlines = "-c", .module = "-s -e" },
	{ .names = "pwsh",
		.takes = "-ExecutionPolicy",
		.inlines = "-c -Command",
		.module = "-f -File" },
	{ .names = "sh bash dash ash zsh ksh mksh fish",
		.takes = "-o +o -O +O --rcfile --init-file",
		.inlines = "-c",
		.letters = true,
		.shown = true },
};

static const struct launcher launchers[] = {
	{ "manage.py django-admin", "--settings --pythonpath -v --verbosity" },
	{ "celery", "-A --app -b --broker --result-backend --loader --config --workdir" },
	{ "gunicorn uvicorn hypercorn daphne granian",
		"-c --config -b --bind -w --workers -k --worker-class --worker-tmp-dir -t "
		"--timeout --keep-alive --threads -u --user -g --group -m --umask -p --pid "
		"--chdir -n --name --log-level --log-file --access-logfile --error-logfile "
		"--host --port --uds --fd --loop --http --ws --root-path --app-dir --env-file "
		"--interface --max-requests --max-requests-jitter -e --env" },
	{ "uwsgi", "--http --http-socket --socket -s -p --processes --threads --uid --gid -M "
		   "--module -w --chdir --pythonpath --ini --yaml --logto --stats --pidfile" },
	{ "flask", "-A --app -e --env-file" },
	{ "airflow artisan rails dask streamlit next nuxt vite webpack pm2 ng", "" },
	{ "sidekiq puma unicorn rackup",
		"-C -c -q -r -e -g -t -b -p -w -E -I --config --bind --port" },
	{ "rake", "-f --rakefile" },
	{ "torchrun accelerate ts-node tsx nodemon npx", "-r --require --project -P --cwd" },
	{ "npm pnpm", "--prefix --dir -C" },
	{ "yarn", "--cwd" },
};

static const struct wrapper wrappers[] = {
	{ "env", "-u -C -S --unset --chdir --split-string", 0 },
	{ "sudo", "-u -g -h -p -C -D -R -T -r -t -U --user --group --host --chdir", 0 },
	{ "doas", "-u -C", 0 },
	{ "nice", "-n --adjustment", 0 },
	{ "ionice", "-c -n --class --classdata", 0 },
	{ "nohup setsid catatonit unshare setpriv catchsegv", "", 0 },
	{ "stdbuf", "-i -o -e --input --output --error", 0 },
	{ "time", "-f -o --format --output", 0 },
	{ "timeout", "-s -k --signal --kill-after", 1 },
	{ "taskset gosu su-exec chroot faketime flock", "-w -E", 1 },
	{ "chrt", "-T -P -D", 1 },
	{ "tini dumb-init", "-p -e -r", 0 },
	{ "numactl", "-C -N -m -i -p", 0 },
	{ "strace ltrace", "-e -o -p -s -u -E", 0 },
	{ "xvfb-run", "-n -s -e -f -p -w", 0 },
};

/* The next word behind *AT, which moves behind it; LEN 0: there is none. */
struct word program_next_word(const char **at)
{
	const char *from = *at + strspn(*at, " ");
	size_t len = strcspn(from, " ");

	*at = from + len;
	return (struct word){ from, len };
}

bool program_word_is(struct word word, const char *text)
{
	return strlen(text) == word.len && memcmp(word.text, text, word.len) == 0;
}

bool program_word_in(struct word word, const char *list)
{
	/* each name on the screen is looked for in all tables: its first letter tells most */
	if (list == NULL || word.len == 0)
		return false;
	for (const char *at = list; (at = strchr(at, word.text[0])) != NULL && *at; at++)
		if ((at == list || at[-1] == ' ') && strncmp(at, word.text, word.len) == 0 &&
			(at[word.len] == ' ' || at[word.len] == '\0'))
			return true;
	return false;
}

/* "python3.11" without "3.11", "php8.2", "pypy3", "perl5.36.0", "python3.13t", "python3-dbg". */
static struct word without_version(struct word name)
{
	size_t len = strcspn(name.text, "0123456789");
	size_t from = len;

	if (len == 0 || len >= name.len)
		return name;
	from += strspn(name.text + from, "0123456789.");
	size_t end = from < name.len && name.text[from] == '-' ? name.len : from + 1;
	return end >= name.len ? (struct word){ name.text, len } : name;
}

const struct interpreter *program_interpreter(struct word name)
{
	struct word plain = without_version(name);

	if (plain.len > 1 && plain.text[0] == '-') /* a login shell */
		plain = (struct word){ plain.text + 1, plain.len - 1 };
	for (size_t i = 0; i < sizeof(interpreters) / sizeof(interpreters[0]); i++)
		if (program_word_in(plain, interpreters[i].names))
			return &interpreters[i];
	return NULL;
}

const struct wrapper *program_wrapper(struct word name)
{
	for (size_t i = 0; i < sizeof(wrappers) / sizeof(wrappers[0]); i++)
		if (program_word_in(name, wrappers[i].names))
			return &wrappers[i];
	return NULL;
}

const struct launcher *program_launcher(struct word name)
{
	for (size_t i = 0; i < sizeof(launchers) / sizeof(launchers[0]); i++)
		if (program_word_in(name, launchers[i].scripts))
			return &launchers[i];
	return NULL;
}
