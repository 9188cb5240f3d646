/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tap - results in the Test Anything Protocol, on standard output */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct tap {
	size_t count, failed;
};

void tap_result(struct tap *tap, bool passed, const char *what);

/* A result that could not be had here, which counts as passed. */
void tap_skip(struct tap *tap, const char *what, const char *reason);

__attribute__((format(printf, 1, 2))) void tap_note(const char *format, ...);

/* Prints the plan, last. Returns the exit status: 0 when nothing failed and something ran. */
int tap_end(const struct tap *tap);
