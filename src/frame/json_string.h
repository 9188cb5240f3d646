/* SPDX-License-Identifier: GPL-2.0-or-later */
/* json_string - what stands between the quotes of JSON: characters, escapes, UTF-8 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Moves *AT from behind an opening quote to behind the closing one.  False where what stands there
 * is no string that ends before END: *AT is then at what is wrong. */
bool json_string_check(const char **at, const char *end);

/* The character at *AT of a string that was checked, and on to the next. */
uint32_t json_string_next(const char **at);
