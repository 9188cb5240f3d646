/* SPDX-License-Identifier: GPL-2.0-or-later */
/* command - what a program is called that was given as words of a command line */
#pragma once

enum { COMMAND_MAX = 256 }; /* bytes, the NUL counted */

/* The words of ARGV (NULL at its end) as they could be typed into a shell, as clean text. */
void command_title(char title[COMMAND_MAX], char *const *argv);

/* The name that people give what ARGV runs ("shop.py"); TITLE where it runs words of the command
 * line itself (sh -c). */
void command_name(char name[COMMAND_MAX], char *const *argv, const char *title);
