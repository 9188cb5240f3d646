/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ssh - see ssh.h */
#include "fleet/ssh.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NOT_FOUND = 127, SSH_FAILED = 255, ARGS_MAX = 32, COMMAND_MAX = 80 };

/* Without a controlling terminal nothing that ssh starts (an agent, a jump host's ssh) can ask
 * anything either. */
static void leave_terminal(void)
{
	int tty = open("/dev/tty", O_RDWR | O_CLOEXEC);

	if (tty >= 0) {
		ioctl(tty, TIOCNOTTY);
		close(tty);
	}
	setenv("SSH_ASKPASS_REQUIRE", "never", 1);
}

/* What the login's shell is to run.  Nothing in it comes from outside. */
static void write_command(char command[COMMAND_MAX], const struct ssh_way *way)
{
	snprintf(command, COMMAND_MAX, "exec memtop --stream -d %u.%03u%s%s",
		(unsigned)(way->interval_ms / 1000), (unsigned)(way->interval_ms % 1000),
		way->signals ? "" : " --readonly", way->no_inside ? " --no-inside" : "");
}

/* To whoever reads this child's standard error. */
static void say_last_words(const char *words)
{
	char line[SSH_WORDS_MAX];
	int len = snprintf(line, sizeof(line), "ssh: %s\n", words);

	if (write(STDERR_FILENO, line, (size_t)len) < 0)
		return; /* nobody reads it */
}

/* HOST:PORT and [ADDRESS], which people write and ssh knows only in its own form of an address:
 * one colon with a number behind it, or brackets.  IPv6 without brackets is left as it is. */
static bool is_address(const char *host)
{
	const char *colon = strchr(host, ':'), *bracket = strchr(host, '[');

	if (strstr(host, "://") != NULL)
		return false;
	if (bracket != NULL)
		return true;
	return colon != NULL && colon[1] != '\0' &&
	       strspn(colon + 1, "0123456789") == strlen(colon + 1);
}

void ssh_host(char out[SSH_ADDRESS_MAX], const char *host)
{
	snprintf(out, SSH_ADDRESS_MAX, "%s%.*s", is_address(host) ? "ssh://" : "", SSH_HOST_MAX - 1,
		host);
}

int ssh_run(int in, int out, void *context)
{
	static const char *const always[] = { "BatchMode=yes", "ConnectTimeout=8",
		"ServerAliveInterval=5", "ServerAliveCountMax=3" };
	const struct ssh_way *way = context;
	union {
		const char *words[ARGS_MAX];
		char *const argv[ARGS_MAX]; /* as execvp(3) wants them; it changes none */
	} args = { .words = { "ssh", "-T" } };
	char command[COMMAND_MAX], host[SSH_ADDRESS_MAX];
	size_t n = 2;

	/* the first value of an option counts: the user's go before ours */
	for (size_t i = 0; i < way->noptions; i++) {
		args.words[n++] = "-o";
		args.words[n++] = way->options[i];
	}
	for (size_t i = 0; i < sizeof(always) / sizeof(always[0]); i++) {
		args.words[n++] = "-o";
		args.words[n++] = always[i];
	}
	write_command(command, way);
	args.words[n++] = "--";
	ssh_host(host, way->host);
	args.words[n++] = host;
	args.words[n] = command;
	leave_terminal();
	if (dup2(in, STDIN_FILENO) >= 0 && dup2(out, STDOUT_FILENO) >= 0) {
		close(in);
		close(out);
		execvp("ssh", args.argv);
	}
	say_last_words(strerror(errno));
	return NOT_FOUND;
}

/* Pieces of what OpenSSH says, and what that means to a person.  The first that fits counts. */
static const struct refusal {
	const char *said, *words;
} refusals[] = {
	{ "Host key verification failed",
		"its host key is not known here, or has changed: run ssh to it once by hand" },
	{ "REMOTE HOST IDENTIFICATION", "its host key has changed: run ssh to it once by hand" },
	{ "Permission denied",
		"it wants a password: set up a key (ssh-copy-id), or add yours to the agent" },
	{ "Too many authentication failures",
		"it refuses our keys: name one in ~/.ssh/config (IdentityFile)" },
	{ "Could not resolve hostname", "there is no host of this name" },
	{ "Connection refused", "it is there, but no ssh server answers" },
	{ "No route to host", "no way to it: it is down, or a network between is" },
	{ "Network is unreachable", "no way to it: the network is down" },
	{ "timed out", "no answer: it is down, or a firewall is in the way" },
	{ "kex_exchange_identification", "its ssh server closed the door: too many logins?" },
	{ "closed by remote host", "its ssh server closed the connection" },
	{ "Connection closed by", "its ssh server closed the connection" },
	{ "unknown option", "has an older memtop without --stream" },
	{ "Bad configuration option", "ssh here does not know an option (--ssh-option, config)" },
};

static const char *find_refusal(const char *said)
{
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++)
		if (strcasestr(said, refusals[i].said) != NULL)
			return refusals[i].words;
	return NULL;
}

void ssh_words(char *why, size_t size, const char *said, int status)
{
	bool exited = status >= 0 && WIFEXITED(status);
	int code = exited ? WEXITSTATUS(status) : 0;
	const char *words = find_refusal(said);

	if (strncmp(said, "ssh: No such file", 17) == 0)
		words = "there is no ssh here: install openssh-client";
	else if (exited && code == NOT_FOUND)
		words = "memtop is not installed there, or not in the PATH of its logins";
	if (words != NULL)
		snprintf(why, size, "%s", words);
	else if (said[0] != '\0')
		snprintf(why, size, "the connection ended: %.*s", (int)size - 40, said);
	else if (status >= 0 && WIFSIGNALED(status))
		snprintf(why, size, "ssh was killed by signal %d", WTERMSIG(status));
	else if (code != 0 && code != SSH_FAILED)
		snprintf(why, size, "memtop there ended (status %d)", code);
	else
		snprintf(why, size, "the connection ended");
}
