/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pty - one program on a pseudo-terminal of its own */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <termios.h>

struct pty {
	int master; /* non-blocking; -1 after a hangup */
	int slave;  /* kept open: the line discipline outlives the program */
	int pidfd;  /* readable when the program has ended; -1 where unknown */
	pid_t pid;
	bool ended;
	int status;            /* as of waitpid(2), valid once ended */
	struct termios before; /* the terminal as the program found it */
};

/* Starts argv in a session of its own on a new terminal; `env` holds NAME=VALUE (or a bare NAME
 * to unset), NULL-ended. Returns 0 or -errno. A program that cannot be executed exits with 127. */
int pty_start(struct pty *pty, char *const argv[], char *const env[], int cols, int rows);

/* Reads what the program wrote: > 0 bytes, 0 nothing now, -EIO terminal gone. */
ssize_t pty_read(struct pty *pty, char *out, size_t size);

/* Writes all bytes as if typed; 0 or -errno. */
int pty_write(struct pty *pty, const char *bytes, size_t length);

/* Writes all bytes through the slave side, as if the program had. */
int pty_say(struct pty *pty, const char *bytes, size_t length);

int pty_resize(struct pty *pty, int cols, int rows);

/* Closes the terminal, as when a window is closed or a connection breaks. */
void pty_hangup(struct pty *pty);

/* Bytes typed which the program has not read yet. */
int pty_unread(const struct pty *pty);

/* The foreground process group, or the program's own pid when unknown. */
pid_t pty_foreground(const struct pty *pty);

/* Names the settings of the line discipline that are not as they were; empty when restored. */
void pty_termios_changes(const struct pty *pty, char *out, size_t size);

/* Kills what is left of the program and closes everything. */
void pty_close(struct pty *pty);
