/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ssh - see ssh.h */
#include "fleet/ssh.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NOT_RUN = 126, NOT_FOUND = 127, SSH_FAILED = 255, ARGS_MAX = 36, COMMAND_MAX = 80 };

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

/* The command for the login's shell.  Nothing in it comes from outside. */
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

/* A colon, digits and nothing else. */
static bool is_port(const char *text)
{
	return text[0] == ':' && text[1] != '\0' &&
	       text[1 + strspn(text + 1, "0123456789")] == '\0';
}

/* ssh's own form of an address (ssh://) knows no IPv6, so that what it may hold is taken apart
 * here.  IPv6 without brackets has more than one colon, and no port. */
void ssh_target(struct ssh_target *target, const char *host)
{
	const char *scheme = "ssh://";
	bool url = strncmp(host, scheme, strlen(scheme)) == 0;
	const char *whole = host + (url ? strlen(scheme) : 0), *at = strrchr(whole, '@');
	const char *name = at != NULL ? at + 1 : whole, *bracket = strchr(name, ']');
	size_t len = strcspn(name, url ? "/" : "");
	bool closed = name[0] == '[' && bracket != NULL && bracket < name + len;
	const char *colon = closed ? bracket + 1 : strchr(name, ':');
	char port[SSH_HOST_MAX] = "";

	if (colon != NULL && colon < name + len)
		snprintf(port, sizeof(port), "%.*s", (int)(name + len - colon), colon);
	bool parted = is_port(port) || (closed && port[0] == '\0');
	bool bare = closed && parted;

	if (parted)
		len = (size_t)(colon - name) - 2 * (size_t)bare;
	snprintf(target->host, sizeof(target->host), "%.*s%.*s", (int)(name - whole), whole,
		(int)len, name + bare);
	snprintf(target->port, sizeof(target->port), "%s", is_port(port) ? port + 1 : "");
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
	struct ssh_target target;
	char command[COMMAND_MAX];
	size_t n = 2;

	ssh_target(&target, way->host);
	/* the first value of an option counts: what its name says, then the user's, then ours */
	if (target.port[0] != '\0') {
		args.words[n++] = "-p";
		args.words[n++] = target.port;
	}
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
	args.words[n++] = target.host;
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

/* A piece of what was said, and what that means to a person.  The first that fits counts. */
struct refusal {
	const char *said, *words;
};

static const char forward_failed[] = "stdio forwarding failed"; /* a jump host's to the next */

/* Refusals of ssh itself. */
static const struct refusal refusals[] = {
	{ "Host key verification failed",
		"its host key is not known here, or has changed: run ssh to it once by hand" },
	{ "REMOTE HOST IDENTIFICATION", "its host key has changed: run ssh to it once by hand" },
	{ "agent refused operation",
		"the ssh agent refused to sign: unlock it, or add the key once more" },
	{ "Permission denied",
		"it wants a password: set up a key (ssh-copy-id), or add yours to the agent" },
	{ "Too many authentication failures",
		"it refuses our keys: name one in ~/.ssh/config (IdentityFile)" },
	{ "Could not resolve hostname", "there is no host of this name" },
	{ forward_failed, "its jump host cannot reach it: it is down, or has another name there" },
	{ "Connection refused", "it is there, but no ssh server answers" },
	{ "No route to host", "no way to it: it is down, or a network between is" },
	{ "Network is unreachable", "no way to it: the network is down" },
	{ "timed out", "no answer: it is down, or a firewall is in the way" },
	{ "Timeout, server", "no answer any more: it is down, or the network is" },
	{ "Unable to negotiate",
		"its ssh server knows only what ssh here takes for too old, or the "
		"other way round" },
	{ "account has expired", "this user's account has expired there" },
	{ "Session open refused", "its ssh server allows no more sessions in one connection" },
	{ "kex_exchange_identification", "its ssh server closed the door: too many logins?" },
	{ "closed by remote host", "its ssh server closed the connection" },
	{ "Connection closed by", "its ssh server closed the connection" },
	{ "Connection reset", "the connection broke: it is down, or the network is" },
	{ "Broken pipe", "the connection broke: it is down, or the network is" },
	{ "Bad configuration option", "ssh here does not know an option (--ssh-option, config)" },
	{ "Bad owner or permissions",
		"ssh here does not trust its configuration: only its owner may write into it" },
};

static const char no_shell[] = "this user may run no commands there: name another (USER@HOST)";
static const char other_program[] =
	"has an older memtop without --stream, or another program of that name";

/* Refusals of whatever a login there ran instead of a stream. */
static const struct refusal there[] = {
	{ "loading shared libraries", "memtop there lacks a library: install what it needs" },
	{ "version `GLIBC", "memtop there was built for a newer system: build it there" },
	{ "Exec format error", "memtop there was built for another kind of machine" },
	{ "currently not available", no_shell },
	{ "exec: restricted", no_shell },
	{ "unrecognized command", no_shell },
	{ "Password change required", "its password has expired: log in once by hand" },
	{ "password has expired", "its password has expired: log in once by hand" },
	{ "unknown option", other_program },
	{ "unrecognized", other_program },
	{ "unexpected argument", other_program },
	{ "which wasn't expected", other_program },
	{ "invalid option", other_program },
};

static const char *find_words(const struct refusal *table, size_t count, const char *said)
{
	for (size_t i = 0; i < count; i++)
		if (strcasestr(said, table[i].said) != NULL)
			return table[i].words;
	return NULL;
}

/* NULL: none of those that are known. */
static const char *words_of(const char *said, int code)
{
	if (strncmp(said, "ssh: No such file", 17) == 0)
		return "there is no ssh here: install openssh-client";
	if (code == SSH_FAILED || code == 0)
		return find_words(refusals, sizeof(refusals) / sizeof(refusals[0]), said);
	const char *words = find_words(there, sizeof(there) / sizeof(there[0]), said);

	if (words == NULL && code == NOT_RUN)
		return "memtop there may not be run by this user";
	if (words == NULL && code == NOT_FOUND)
		return "memtop is not installed there, or not in the PATH of its logins";
	return words;
}

void ssh_words(char *why, size_t size, const char *said, int status)
{
	bool exited = status >= 0 && WIFEXITED(status);
	int code = exited ? WEXITSTATUS(status) : 0, len = (int)strcspn(said, "\n");
	/* ssh itself has no name for what its jump host's ssh is at the other end of */
	bool jumped = code == SSH_FAILED && strstr(said, "UNKNOWN port") != NULL &&
		      strstr(said, forward_failed) == NULL;
	const char *words = words_of(said, code);

	if (words != NULL)
		snprintf(why, size, "%s%s", jumped ? "stopped at its jump host: " : "", words);
	else if (len > 0)
		snprintf(why, size, "the connection ended: %.*s",
			len < (int)size - 40 ? len : (int)size - 40, said);
	else if (status >= 0 && WIFSIGNALED(status))
		snprintf(why, size, "ssh was killed by signal %d", WTERMSIG(status));
	else if (code != 0 && code != SSH_FAILED)
		snprintf(why, size,
			"what was run there ended with status %d: try memtop there by hand", code);
	else
		snprintf(why, size, "the connection ended");
}
