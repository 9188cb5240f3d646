/* SPDX-License-Identifier: GPL-2.0-or-later */
/* program: what people call what runs */
#include "model/program.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct {
	const char *comm, *cmdline, *name;
} names[] = {
	{ "postgres", "postgres: writer process", "postgres" },
	{ "nginx", "nginx: worker process", "nginx" },
	{ "kworker/0:1", "", "kworker/0:1" },
	{ "redis-server", NULL, "redis-server" },
	{ "chrome_crashpad", "/opt/google/chrome/chrome_crashpad_handler --monitor",
		"chrome_crashpad_handler" },
	{ "python3", "python3 shop.py", "shop.py" },
	{ "python3", "/opt/pythons/3.11.7/bin/python3.11 -u /srv/shop/shop.py --port 80",
		"shop.py" },
	{ "shop.py", "/usr/bin/python3 ./shop.py", "shop.py" },
	{ "python3", "python3 -c import time", "python3 -c" },
	{ "python3", "python3 -uc import time", "python3 -uc" },
	{ "python3", "python3", "python3" },
	{ "python3", "python3 -", "python3" },
	{ "python3", "python3 -m http.server 8000", "http.server" },
	{ "python3", "python3 -um celery -A shop worker -l info", "celery worker" },
	{ "python3", "python3 -W ignore -X dev -B leak.py", "leak.py" },
	{ "python3", "python3 -Wignore leak.py", "leak.py" },
	{ "python", "python manage.py runserver 0:8000", "manage.py runserver" },
	{ "python", "python manage.py --settings shop.dev runserver", "manage.py runserver" },
	{ "python3", "python3 /srv/shop/main.py", "shop/main.py" },
	{ "python3", "python3 main.py", "main.py" },
	{ "celery", "/usr/bin/python3 /usr/bin/celery -A proj worker", "celery worker" },
	{ "celery", "/usr/bin/python3 /usr/bin/celery", "celery" },
	{ "pypy3", "pypy3 job.py", "job.py" },
	{ "node", "node server.js", "server.js" },
	{ "node", "node --max-old-space-size=4096 -r dotenv/config /app/dist/server.js",
		"server.js" },
	{ "node", "node /srv/api/index.js", "api/index.js" },
	{ "node", "node -e setInterval(()=>{},1)", "node -e" },
	{ "MainThread", "/usr/bin/node --inspect server.mjs", "server.mjs" },
	{ "java", "java -Xmx1g -jar /opt/App.jar --spring.profiles.active=x", "App.jar" },
	{ "java", "java -cp /a.jar:/b.jar org.apache.kafka.Kafka server.properties", "Kafka" },
	{ "java", "java -cp . com.shop.Main", "shop.Main" },
	{ "java", "java Leak", "Leak" },
	{ "java", "java --add-opens java.base/java.lang=ALL-UNNAMED Leak.java", "Leak.java" },
	{ "java", "java -p mods -m shop/com.shop.Desk", "Desk" },
	{ "java", "java -version", "java" },
	{ "ruby", "ruby -I lib bin/rails server", "rails server" },
	{ "ruby3.1", "ruby3.1 -e sleep", "ruby3.1 -e" },
	{ "perl", "/usr/bin/perl -w /usr/local/bin/report.pl", "report.pl" },
	{ "php8.2", "php8.2 -d memory_limit=1G artisan queue:work", "artisan queue:work" },
	{ "php", "php -S 0:8000", "php -S" },
	{ "bash", "bash deploy.sh", "bash deploy.sh" },
	{ "bash", "-bash", "bash" },
	{ "bash", "bash /dev/fd/63", "bash" },
	{ "sh", "sh /dev/stdin --all", "sh" },
	{ "python3", "python3 /proc/self/fd/11", "python3" },
	{ "sh", "sh -c sleep 1; echo", "sh -c" },
	{ "bash", "/bin/bash -eu -o pipefail /srv/deploy.sh now", "bash deploy.sh" },
	{ "deploy.sh", "/bin/bash ./deploy.sh", "bash deploy.sh" },
	{ "leaky-pool", "python3 tests/pool.py", "leaky-pool" },
	{ "a-long-name-of-", "python3 /srv/a-long-name-of-a-script.py",
		"a-long-name-of-a-script.py" },
	{ "a-long", "python3 /srv/a-long-name.py", "a-long" },
	{ "npm run build", "npm run build", "npm run build" },
	{ "npm", "npm run build", "npm run" },
	{ "python3.13t", "/usr/bin/python3.13t -X gil=0 shop.py", "shop.py" },
	{ "python3-dbg", "python3-dbg shop.py", "shop.py" },
	{ "sha256sum", "sha256sum big.iso", "sha256sum" },
	{ "leaky-pool", "python3 -c import setproctitle", "leaky-pool" },
	{ "perl", "perl -MData::Dumper -Ilib report.pl", "report.pl" },
	{ "perl", "perl -i.bak -ne print", "perl -ne" },
	{ "ruby", "ruby -W:no-experimental -rbundler/setup job.rb", "job.rb" },
	{ "ruby", "/usr/bin/ruby /usr/bin/sidekiq -C config/sidekiq.yml", "sidekiq" },
	{ "R", "/usr/lib/R/bin/exec/R --no-echo --no-restore --file=shop.R --args 3", "shop.R" },
	{ "Rscript", "Rscript --vanilla shop.R", "shop.R" },
	{ "lua5.4", "lua5.4 -l socket job.lua", "job.lua" },
	{ "deno", "deno run --allow-net --config d.json server.ts", "server.ts" },
	{ "bun", "bun run server.ts", "server.ts" },
	{ "bun", "bun install", "bun install" },
	{ "dotnet", "dotnet /srv/App.dll --urls http://*:5000", "App.dll" },
	{ "dotnet", "/usr/bin/dotnet exec --runtimeconfig a.json App.dll", "App.dll" },
	{ "dotnet", "dotnet run --project Shop", "dotnet run" },
	{ "gunicorn", "/usr/bin/python3 /usr/bin/gunicorn -w 4 -b :80 shop.wsgi:app",
		"gunicorn shop.wsgi:app" },
	{ "gunicorn", "gunicorn: worker [shop.wsgi]", "gunicorn" },
	{ "uvicorn", "/opt/v/bin/python /opt/v/bin/uvicorn --host 0.0.0.0 shop:app",
		"uvicorn shop:app" },
	{ "uwsgi", "uwsgi --http :8000 --wsgi-file=app.py", "uwsgi" },
	{ "uwsgi", "uwsgi shop.ini", "uwsgi shop.ini" },
	{ "node", "node /app/node_modules/.bin/next dev", "next dev" },
	{ "python3", "python3 -m uvicorn shop:app --port 80", "uvicorn shop:app" },
	{ "python3", "python3 -m pytest -x tests", "pytest" },
	{ "julia", "julia --project=. -t 4 sim.jl", "sim.jl" },
	{ "tclsh8.6", "tclsh8.6 job.tcl", "job.tcl" },
	{ "mono", "mono --debug Shop.exe", "Shop.exe" },
	{ "pwsh", "pwsh -NoProfile -File job.ps1", "job.ps1" },
	{ "sudo", "sudo -u www FOO=1 python3 -u /srv/shop.py --port 80", "sudo shop.py" },
	{ "timeout", "timeout -k 5 60 ./load --fast", "timeout load" },
	{ "env", "env -i A=1 B=2 nice -n 5 node server.js", "env server.js" },
	{ "tini", "/usr/bin/tini -- java -jar /App.jar", "tini App.jar" },
	{ "nice", "nice -n 10 bash deploy.sh", "nice bash deploy.sh" },
	{ "sudo", "sudo -i", "sudo" },
	{ "sudo", "sudo sh -c sleep 5", "sudo sh -c" },
	{ "my-own", "timeout 5 sleep 3", "my-own" },
	{ "", "", "(no name)" },
	{ "  ", NULL, "(no name)" },
	{ "", "/opt/hidden -x", "hidden" },
};

static void test_names(void **state)
{
	char name[PROGRAM_NAME_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(program_name(name, names[i].comm, names[i].cmdline), names[i].name) != 0)
			fail_msg("%s | %s is '%s', not '%s'", names[i].comm,
				names[i].cmdline ? names[i].cmdline : "NULL", name, names[i].name);
}

/* The script is what a narrow column keeps. */
static void test_lines(void **state)
{
	static const char *const lines[][3] = {
		{ "python3", "/usr/bin/python3 -u /srv/shop.py --port 80",
			"shop.py --port 80 (python3)" },
		{ "java", "java -Xmx1g -jar /opt/App.jar x", "App.jar x (java)" },
		{ "bash", "/bin/bash -e /srv/deploy.sh now", "bash deploy.sh now" },
		{ "bash", "/bin/bash --login", "bash --login" },
		{ "sudo", "sudo python3 /srv/shop.py -x", "shop.py -x (sudo python3)" },
		{ "timeout", "timeout 5 /opt/load --fast", "load --fast (timeout)" },
		{ "tini", "/tini -- bash /srv/deploy.sh now", "bash deploy.sh now (tini)" },
		{ "sudo", "sudo", "sudo" },
		{ "sudo", "sudo -i", "sudo -i" },
		{ "postgres", "postgres: writer process", "postgres: writer process" },
		{ "python3", "/opt/a/b/python3 -c x", "python3 -c x" },
		{ "sleep", " 25", "sleep 25" },
		{ "kworker", "", "kworker" },
		{ "kworker", NULL, "kworker" },
	};
	char line[64];

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		assert_string_equal(program_line(line, sizeof line, lines[i][0], lines[i][1]),
			lines[i][2]);
		if (program_is_plain(lines[i][0], lines[i][1]))
			assert_string_equal(lines[i][1], lines[i][2]);
	}
	assert_true(program_is_plain("postgres", "postgres: writer process"));
	assert_false(program_is_plain("python3", "/opt/a/b/python3 -c x"));
	assert_false(program_is_plain("sleep", " 25"));
	assert_false(program_is_plain("kworker", NULL));
}

/* Whatever a stranger wrote: the name ends in time, and is not empty. */
static void test_long_and_strange(void **state)
{
	static const char *const strange[] = { " ", "/", "//", "- - -", "python3 /", "python3 -m",
		"java -cp", "python3 --", "node -", "bash -", "/ / /", "java .", "java ..",
		"java -m /", "sudo", "env", "env A=1", "timeout 5", "sudo sudo sudo", "dotnet",
		"R --file=", "deno run", "9", "python3.", "3" };
	char name[PROGRAM_NAME_MAX], longest[4000] = "python3 /";

	(void)state;
	for (size_t i = 0; i < sizeof strange / sizeof *strange; i++)
		assert_true(strlen(program_name(name, "x", strange[i])) > 0);
	memset(longest + 9, 'a', sizeof longest - 10);
	longest[sizeof longest - 1] = '\0';
	assert_int_equal(strlen(program_name(name, "python3", longest)), PROGRAM_NAME_MAX - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_long_and_strange),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
