/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which command looks inside a program. */
#include "frame/runtime.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

static void says(enum runtime runtime, const char *cmdline, const char *command)
{
	struct runtime_hint hint;

	runtime_hint(&hint, runtime, 812, cmdline);
	assert_string_equal(hint.command, command);
	assert_int_equal(hint.gives[0] == '\0', command[0] == '\0');
}

static void each_has_its_command(void **state)
{
	(void)state;
	says(RUNTIME_UNKNOWN, NULL, "");
	says(RUNTIME_CPYTHON, "python3 x.py", "memray attach 812");
	says(RUNTIME_JVM, NULL, "jcmd 812 GC.class_histogram");
	says(RUNTIME_GO, "", "go tool pprof http://localhost:6060/debug/pprof/heap");
	says(RUNTIME_GLIBC, "x", "heaptrack -p 812");
	says(RUNTIME_JEMALLOC, "x", "MALLOC_CONF=stats_print:true");
	says(RUNTIME_REDIS, "redis-server", "redis-cli INFO memory");
	assert_string_equal(runtime_tool(RUNTIME_GLIBC), "heaptrack");
	assert_string_equal(runtime_tool(RUNTIME_NODE), "");
	assert_string_equal(runtime_title(RUNTIME_JVM), "Java");
}

static void node_may_have_been_told_a_signal(void **state)
{
	(void)state;
	says(RUNTIME_NODE, "node app.js", "kill -USR1 812");
	says(RUNTIME_NODE, "node --heapsnapshot-signal=SIGUSR2 app.js", "kill -USR2 812");
	says(RUNTIME_NODE, "node --heapsnapshot-signal=", "kill -USR1 812");
	says(RUNTIME_NODE, "node --heapsnapshot-signal=;reboot", "kill -USR1 812");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_has_its_command),
		cmocka_unit_test(node_may_have_been_told_a_signal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
