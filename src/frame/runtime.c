/* SPDX-License-Identifier: GPL-2.0-or-later */
/* runtime - see runtime.h; pure */
#include "frame/runtime.h"

#include <stdbool.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

static const struct {
	const char *title;
	const char *tool;
	const char *command; /* with %d for the pid */
	const char *gives;
} runtimes[] = {
	[RUNTIME_UNKNOWN] = { "", "", "", "" },
	[RUNTIME_CPYTHON] = { "CPython", "memray", "memray attach %d",
		"what allocates from now on, by line of Python" },
	[RUNTIME_NODE] = { "Node.js", "", "kill -USR1 %d",
		"then chrome://inspect, Memory, heap snapshot; or start it with "
		"--heapsnapshot-signal=SIGUSR2" },
	[RUNTIME_JVM] = { "Java", "jcmd", "jcmd %d GC.class_histogram",
		"what is on the heap, by class (runs a full collection)" },
	[RUNTIME_GO] = { "Go", "go", "go tool pprof http://localhost:6060/debug/pprof/heap",
		"what is on the heap, by function; where it serves net/http/pprof" },
	[RUNTIME_GLIBC] = { "C library", "heaptrack", "heaptrack -p %d",
		"what allocates from now on, by call stack" },
	[RUNTIME_JEMALLOC] = { "jemalloc", "", "MALLOC_CONF=stats_print:true",
		"start it with that: what it has in use and keeps, when it ends" },
	[RUNTIME_TCMALLOC] = { "tcmalloc", "", "MALLOCSTATS=1",
		"start it with that: what it has in use and keeps, when it ends" },
	[RUNTIME_MIMALLOC] = { "mimalloc", "", "MIMALLOC_SHOW_STATS=1",
		"start it with that: what it has in use and keeps, when it ends by SIGINT" },
	[RUNTIME_REDIS] = { "Redis", "redis-cli", "redis-cli INFO memory",
		"what its data take, and what its allocator keeps" },
};

const char *runtime_tool(enum runtime runtime)
{
	return runtimes[runtime].tool;
}

const char *runtime_title(enum runtime runtime)
{
	return runtimes[runtime].title;
}

/* The signal on which Node writes a snapshot ("USR2"), if its command line says so. */
static bool snapshot_signal(const char *cmdline, char name[16])
{
	static const char option[] = "--heapsnapshot-signal=";
	const char *at = cmdline != NULL ? strstr(cmdline, option) : NULL;
	size_t len = 0;

	if (at == NULL)
		return false;
	at += sizeof(option) - 1;
	if (strncmp(at, "SIG", 3) == 0)
		at += 3;
	while (len < 15 && isalnum((unsigned char)at[len]))
		len++;
	memcpy(name, at, len);
	name[len] = '\0';
	return len > 0;
}

void runtime_hint(struct runtime_hint *hint, enum runtime runtime, int32_t pid, const char *cmdline)
{
	const char *command = runtimes[runtime].command, *place = strstr(command, "%d");
	char name[16];

	snprintf(hint->gives, sizeof(hint->gives), "%s", runtimes[runtime].gives);
	if (runtime == RUNTIME_NODE && snapshot_signal(cmdline, name)) {
		snprintf(hint->command, sizeof(hint->command), "kill -%s %d", name, (int)pid);
		snprintf(hint->gives, sizeof(hint->gives),
			"writes a heap snapshot into its working directory");
	} else if (place != NULL) {
		snprintf(hint->command, sizeof(hint->command), "%.*s%d%s", (int)(place - command),
			command, (int)pid, place + 2);
	} else {
		snprintf(hint->command, sizeof(hint->command), "%s", command);
	}
}
