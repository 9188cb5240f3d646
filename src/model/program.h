/* SPDX-License-Identifier: GPL-2.0-or-later */
/* program - what a person calls a process: by what it runs, not by what runs it
 *
 * "python3 shop.py" is shop.py, "java -jar App.jar" is App.jar, "bash deploy.sh" is bash deploy.sh;
 * whatever is no interpreter goes by its own name.  Pure, and made from text that is clean already.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum { PROGRAM_NAME_MAX = 64 }; /* bytes of a name, with its end */

/* The name of what runs as COMM (proc_pid_comm(5)) with the arguments CMDLINE (words between
 * blanks; NULL or "": not known).  Never empty unless COMM is. */
const char *program_name(char out[PROGRAM_NAME_MAX], const char *comm, const char *cmdline);

/* The command line with what runs first and what runs it last: "shop.py --port 80 (python3)".  The
 * command line as it is where nothing else runs it, COMM where it is not known. */
const char *program_line(char *out, size_t size, const char *comm, const char *cmdline);

/* Whether program_line gives CMDLINE as it is: most do, and need not be taken apart for each
 * screen. */
bool program_is_plain(const char *comm, const char *cmdline);
