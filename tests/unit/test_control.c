/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Signals reach the process that was held, or nobody. */
#include "sample/control.h"

#include "sample/procfs.h"
#include "sample/procparse.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

static struct ident ident_of(int proc, pid_t pid)
{
	char text[1024];
	struct procparse_stat stat;
	ssize_t len = procfs_read(proc, pid, "stat", text, sizeof(text), NULL);

	assert_true(len > 0);
	assert_int_equal(procparse_stat(&stat, text, (size_t)len), 0);
	return (struct ident){ pid, stat.start_ticks };
}

/* It dies with the test, however that ends. */
static pid_t start_victim(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			pause();
	}
	return pid;
}

static int setup(void **state)
{
	static struct control control;

	control_init(&control, procfs_open());
	*state = &control;
	return 0;
}

static int teardown(void **state)
{
	struct control *control = *state;

	control_done(control);
	close(control->proc);
	return 0;
}

static void some_are_never_signalled(void **state)
{
	struct control *control = *state;
	char why[CONTROL_WHY_MAX];

	for (int32_t pid = -1; pid <= 1; pid++) {
		assert_int_equal(control_hold(control, (struct ident){ pid, 0 }, why), -EPERM);
		assert_non_null(strstr(why, "never signalled or reniced"));
	}
}

static void the_one_held_is_signalled(void **state)
{
	struct control *control = *state;
	char why[CONTROL_WHY_MAX];
	pid_t pid = start_victim();
	struct ident id = ident_of(control->proc, pid);
	int status;

	assert_int_equal(control_signal(control, id, SIGTERM, why), -EINVAL);
	if (control_hold(control, id, why) == -ENOSYS) {
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		skip();
	}
	assert_int_equal(control_signal(control, id, 0, why), -EINVAL);
	assert_int_equal(control_signal(control, id, 999, why), -EINVAL);
	assert_int_equal(control_nice(control, id, 7, why), 0);
	assert_int_equal(getpriority(PRIO_PROCESS, (id_t)pid), 7);
	assert_int_equal(control_signal(control, id, SIGTERM, why), 0);
	assert_non_null(strstr(why, "SIGTERM"));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(WTERMSIG(status), SIGTERM);
	assert_int_equal(control_signal(control, id, SIGTERM, why), -ESRCH);
	assert_non_null(strstr(why, "has ended"));
	assert_int_equal(control_nice(control, id, 7, why), -ESRCH);
	control_release(control);
	assert_int_equal(control_signal(control, id, SIGTERM, why), -EINVAL);
}

static void another_process_under_the_pid_is_left_alone(void **state)
{
	struct control *control = *state;
	char why[CONTROL_WHY_MAX];
	pid_t pid = start_victim();
	struct ident id = ident_of(control->proc, pid);

	id.start_ticks--;
	int held = control_hold(control, id, why);
	if (held == -ENOSYS) {
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		skip();
	}
	assert_int_equal(held, -ESRCH);
	assert_int_equal(control_signal(control, id, SIGKILL, why), -EINVAL);
	assert_int_equal(waitpid(pid, NULL, WNOHANG), 0);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	assert_int_equal(control_hold(control, id, why), -ESRCH);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(some_are_never_signalled, setup, teardown),
		cmocka_unit_test_setup_teardown(the_one_held_is_signalled, setup, teardown),
		cmocka_unit_test_setup_teardown(another_process_under_the_pid_is_left_alone, setup,
			teardown),
	};

	return cmocka_run_group_tests_name("control", tests, NULL, NULL);
}
