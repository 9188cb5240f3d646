/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ssh - the user's own ssh as the way to another machine's sampler, and its refusals in plain words
 *
 * The ssh of $PATH with the user's configuration, keys and agent: jump hosts, certificates and the
 * rest work as they do by hand.  It may never ask (no terminal, BatchMode), and no check of host
 * keys is weakened.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SSH_HOST_MAX = 128, SSH_OPTIONS_MAX = 8, SSH_WORDS_MAX = 160 };

/* How one machine is reached. */
struct ssh_way {
	char host[SSH_HOST_MAX];
	uint32_t interval_ms;                 /* between its looks */
	bool signals;                         /* may be sent to its processes */
	bool no_inside;                       /* nothing there is looked into */
	const char *options[SSH_OPTIONS_MAX]; /* of the user's, each as behind ssh -o */
	size_t noptions;
};

/* A name as people write it, taken apart for ssh. */
struct ssh_target {
	char host[SSH_HOST_MAX]; /* [USER@]HOST, of an IPv6 address without brackets */
	char port[SSH_HOST_MAX]; /* "": as ssh finds it */
};

/* HOST is [USER@]HOST[:PORT], [USER@]IPV6, [USER@][IPV6][:PORT], or one of them behind ssh://. */
void ssh_target(struct ssh_target *target, const char *host);

/* For struct live_child: becomes ssh with IN and OUT.  CONTEXT is a struct ssh_way.  Returns only
 * where there is no ssh. */
int ssh_run(int in, int out, void *context);

/* Puts what ssh, or what it ran there, SAID (clean lines, the last one first) when it ended with
 * STATUS, in words for a person and with what to do about it; for source_remote_words. */
void ssh_words(char *why, size_t size, const char *said, int status);
