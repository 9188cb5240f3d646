/* SPDX-License-Identifier: GPL-2.0-or-later */
/* crash - see crash.h.  The hook and the words are kept in statics: a handler has no other way
 * to them. */
#include "base/crash.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

enum { STACK_SIZE = 16384 };

static const int deadly[] = { SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGSYS };

static void (*crash_hook)(void);
static const char *volatile crash_words;
static char crash_stack[STACK_SIZE];

static _Noreturn void end_with_words(const char *words)
{
	ssize_t written = write(STDERR_FILENO, words, strlen(words));

	(void)written; /* nobody is left to tell */
	_exit(1);
}

/* SA_RESETHAND has brought the default action back.  A fault comes again when the handler
 * returns, at the place where it happened, which is what a core should show; a signal that was
 * sent does not. */
static void on_deadly_signal(int signal, siginfo_t *info, void *context)
{
	(void)context;
	void (*hook)(void) = crash_hook;

	crash_hook = NULL;
	if (hook != NULL)
		hook();
	bool sent = info->si_code <= 0 || signal == SIGABRT;
	if (!sent && crash_words != NULL)
		end_with_words(crash_words);
	if (sent)
		raise(signal);
}

void crash_excuse(const char *words)
{
	crash_words = words;
}

/* On a stack of its own, since a stack that overflowed is what some faults are; once each, so
 * that a fault in the hook ends the program instead of calling the hook again. */
void crash_watch(void (*hook)(void))
{
	stack_t stack = { .ss_sp = crash_stack, .ss_size = sizeof(crash_stack) };
	struct sigaction action = {
		.sa_sigaction = on_deadly_signal,
		.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESETHAND | SA_NODEFER,
	};

	crash_hook = hook;
	sigaltstack(&stack, NULL);
	sigfillset(&action.sa_mask);
	for (size_t i = 0; i < sizeof(deadly) / sizeof(deadly[0]); i++)
		sigaction(deadly[i], &action, NULL);
}

_Noreturn void crash_end_by(int signal)
{
	struct sigaction action = { .sa_handler = SIG_DFL };
	sigset_t set;

	sigaction(signal, &action, NULL);
	sigemptyset(&set);
	sigaddset(&set, signal);
	raise(signal);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	/* a signal whose default is to be ignored, or init of a container */
	_exit(128 + signal);
}
