/* SPDX-License-Identifier: GPL-2.0-or-later */
/* unfilled - rooms that are written before they are read
 *
 * Hardened builds fill every variable of a function with zeros.  A room of kilobytes that is filled
 * from a file or with a text at every tick need not be: `char text[ROOM] UNFILLED;`.
 */
#pragma once

#ifdef __has_attribute
#if __has_attribute(uninitialized)
#define UNFILLED __attribute__((uninitialized))
#endif
#endif
#ifndef UNFILLED
#define UNFILLED
#endif
