/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tap - ok, not ok, and the plan at the end */
#include "tap.h"

#include <stdarg.h>
#include <stdio.h>

/* A '#' begins a directive in TAP, so it is not let through in a description. */
static void print_description(const char *text)
{
	for (; *text && *text != '\n'; text++)
		putchar(*text == '#' ? '.' : *text);
}

void tap_result(struct tap *tap, bool passed, const char *what)
{
	tap->count++;
	if (!passed)
		tap->failed++;
	printf("%s %zu - ", passed ? "ok" : "not ok", tap->count);
	print_description(what);
	putchar('\n');
	fflush(stdout);
}

void tap_skip(struct tap *tap, const char *what, const char *reason)
{
	tap->count++;
	printf("ok %zu - ", tap->count);
	print_description(what);
	printf(" # SKIP %s\n", reason);
	fflush(stdout);
}

void tap_note(const char *format, ...)
{
	va_list args;

	fputs("# ", stdout);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
	fflush(stdout);
}

int tap_end(const struct tap *tap)
{
	printf("1..%zu\n", tap->count);
	return tap->failed || !tap->count;
}
