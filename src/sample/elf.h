/* SPDX-License-Identifier: GPL-2.0-or-later */
/* elf - what the first bytes of a program file tell: how much memory its image takes, and whether
 * the Go linker made it
 *
 * Pure, bounded, on anything.  Only files of this machine's kind (64 bit, its byte order) are read.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ELF_HEAD = 4096 }; /* bytes from the beginning of a file that are enough */

/* How far from its beginning the image reaches, zeroed data included; 0: not known. */
uint64_t elf_image_size(const char *head, size_t len);

/* Whether it has the note that the Go linker writes into every program. */
bool elf_is_go(const char *head, size_t len);
