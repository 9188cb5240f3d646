/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz - what each target defines: libFuzzer calls it, or runner.c does */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Feeds LEN bytes of DATA to what is tested; aborts on anything wrong.  Returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
