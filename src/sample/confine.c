/* SPDX-License-Identifier: GPL-2.0-or-later */
/* confine - see confine.h; the filters as tables, and as programs for the kernel's packet filter
 *
 * Written out here because it must work where no memory is left, which the library for it does
 * not.  The tables name what is allowed, and what no table names is refused.  For the 64-bit
 * architectures of OUR_ARCH below; others are not confined.
 */
#include "sample/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>

#if defined(__x86_64__) && defined(__LP64__)
#define OUR_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__) && defined(__LP64__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define OUR_ARCH AUDIT_ARCH_AARCH64
#elif defined(__riscv) && __riscv_xlen == 64
#define OUR_ARCH AUDIT_ARCH_RISCV64
#else
#define OUR_ARCH 0
#endif

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* clang-format off */
/* Calls that reading and answering take, with every libc we know; those made most come first. */
static const int reader_calls[] = {
	SYS_pread64, SYS_read, SYS_close, SYS_clock_gettime, SYS_newfstatat,
	/* files, as they are */
	SYS_readv, SYS_preadv, SYS_lseek, SYS_getdents64, SYS_fstat, SYS_statx, SYS_statfs,
	SYS_fstatfs, SYS_readlinkat, SYS_faccessat, SYS_faccessat2, SYS_getcwd,
	SYS_fadvise64,
	/* descriptors, and what goes out through them */
	SYS_write, SYS_writev, SYS_ppoll, SYS_pselect6, SYS_dup, SYS_dup3, SYS_close_range,
	/* memory, time */
	SYS_brk, SYS_munmap, SYS_mremap, SYS_madvise, SYS_clock_getres, SYS_gettimeofday,
	SYS_nanosleep, SYS_clock_nanosleep,
	/* itself and the machine */
	SYS_getpid, SYS_gettid, SYS_getppid, SYS_getuid, SYS_geteuid, SYS_getgid,
	SYS_getegid, SYS_getrusage, SYS_times, SYS_uname, SYS_sysinfo,
	SYS_sched_getaffinity, SYS_sched_yield, SYS_getcpu, SYS_getrandom, SYS_getpriority,
	/* signals that come, and what libc does on the way in and out */
	SYS_rt_sigaction, SYS_rt_sigprocmask, SYS_rt_sigreturn, SYS_rt_sigpending,
	SYS_rt_sigtimedwait, SYS_sigaltstack, SYS_restart_syscall, SYS_futex,
	SYS_set_robust_list, SYS_rseq, SYS_set_tid_address, SYS_exit, SYS_exit_group,
	/* one filter more */
	SYS_seccomp,
#ifdef __x86_64__ /* calls that younger architectures do without */
	SYS_stat, SYS_lstat, SYS_readlink, SYS_access, SYS_getdents, SYS_poll, SYS_select,
	SYS_dup2, SYS_time, SYS_getpgrp, SYS_getrlimit,
#endif
};

/* On top of that: its timer, its readers, and what a person may ask for. */
static const int sampler_calls[] = {
	SYS_timerfd_settime, SYS_timerfd_gettime, SYS_pipe2, SYS_wait4, SYS_waitid,
	SYS_pidfd_open, SYS_capget, SYS_mlockall,
	SYS_setitimer, /* itself, to end in time */
	/* an inspector: no more than opening /proc/PID/mem, which is reading a file */
	SYS_process_vm_readv,
#ifdef __x86_64__
	SYS_pipe, SYS_fork,
#endif
};

/* Calls it takes to ask another program who a user is, on top of what a reader may. */
static const int names_calls[] = {
	/* sockets, to whom they may be: see below */
	SYS_connect, SYS_getsockopt, SYS_setsockopt, SYS_getsockname, SYS_getpeername,
	SYS_sendto, SYS_recvfrom, SYS_sendmsg, SYS_recvmsg, SYS_sendmmsg, SYS_recvmmsg,
	SYS_shutdown,
	/* waiting for them */
	SYS_pipe2, SYS_eventfd2, SYS_timerfd_create, SYS_timerfd_settime,
	SYS_timerfd_gettime, SYS_epoll_create1, SYS_epoll_ctl, SYS_epoll_pwait,
	/* a library is loaded, and looks around */
	SYS_mmap, SYS_mprotect, SYS_getresuid, SYS_getresgid, SYS_getgroups, SYS_getpgid,
	SYS_getsid, SYS_capget, SYS_sched_getparam, SYS_sched_getscheduler,
	SYS_sched_get_priority_max, SYS_sched_get_priority_min,
#ifdef SYS_epoll_pwait2
	SYS_epoll_pwait2,
#endif
#ifdef SYS_riscv_hwprobe
	SYS_riscv_hwprobe,
#endif
#ifdef SYS_riscv_flush_icache
	SYS_riscv_flush_icache,
#endif
#ifdef __x86_64__
	SYS_pipe, SYS_epoll_create, SYS_epoll_wait,
#endif
};

/* clang-format on */

/* (argument & MASK) == VALUE.  Like the kernel's, the comparison is of the low 32 bits. */
struct test {
	unsigned argument;
	uint32_t mask, value;
};

enum { TESTS = 2 };

/* A call that is allowed only when both hold; a test of zeros always does. */
struct condition {
	int call;
	struct test tests[TESTS];
};

enum {
	/* O_ASYNC: a descriptor that signals somebody */
	WRITES = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_ASYNC,
	FORKED = CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID, /* with this fork(2) is told where */
	NAMESPACES = CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID |
		     CLONE_NEWNET | CLONE_NEWCGROUP,
	/* the low bits of a socket's type; flags stand above them */
	SOCKET_KIND = 0xf,
	X32 = 0x40000000, /* a second set of numbers, of which none is ours */
	KNOWN_MOST = 470, /* what is newer is not there, so that a libc falls back */
};

#define WHOLE UINT32_MAX

/* clang-format off */
static const struct condition reader_conditions[] = {
	{ SYS_openat, { { 2, WRITES, 0 } } },
	{ SYS_mmap, { { 2, PROT_EXEC, 0 } } },
	{ SYS_mprotect, { { 2, PROT_EXEC, 0 } } },
	/* never an owner or a signal of a descriptor: they would reach anybody */
	{ SYS_fcntl, { { 1, WHOLE, F_DUPFD } } },
	{ SYS_fcntl, { { 1, WHOLE, F_DUPFD_CLOEXEC } } },
	{ SYS_fcntl, { { 1, WHOLE, F_GETFD } } },
	{ SYS_fcntl, { { 1, WHOLE, F_SETFD } } },
	{ SYS_fcntl, { { 1, WHOLE, F_GETFL } } },
	{ SYS_fcntl, { { 1, WHOLE, F_SETFL }, { 2, O_ASYNC, 0 } } },
	{ SYS_ioctl, { { 1, WHOLE, FIONREAD } } },
	{ SYS_ioctl, { { 1, WHOLE, TCGETS } } },
	{ SYS_prctl, { { 0, WHOLE, PR_SET_NAME } } },
	{ SYS_prctl, { { 0, WHOLE, PR_SET_PDEATHSIG } } },
	{ SYS_prctl, { { 0, WHOLE, PR_SET_NO_NEW_PRIVS } } },
	{ SYS_prctl, { { 0, WHOLE, PR_GET_SECCOMP } } },
	{ SYS_prctl, { { 0, WHOLE, PR_CAPBSET_READ } } }, /* libcap, when it is loaded for a name */
#ifdef __x86_64__
	{ SYS_open, { { 1, WRITES, 0 } } },
#endif
};

static const struct condition sampler_conditions[] = {
	{ SYS_clone, { { 0, ~(uint32_t)FORKED, SIGCHLD } } }, /* fork(2) */
	/* itself alone, for an inspector */
	{ SYS_setpriority, { { 0, WHOLE, PRIO_PROCESS }, { 1, WHOLE, 0 } } },
	{ SYS_prlimit64, { { 0, WHOLE, 0 }, { 1, WHOLE, RLIMIT_AS } } },
};

/* Calls that a person may have asked for; and of a sampler that must not, the end of a reader. */
static const struct condition control_conditions[] = {
	{ SYS_setpriority, { { 0, WHOLE, PRIO_PROCESS } } },
	{ SYS_pidfd_send_signal, { { 0, 0, 0 } } },
};

static const struct condition readonly_conditions[] = {
	{ SYS_pidfd_send_signal, { { 1, WHOLE, SIGKILL } } },
};

static const struct condition names_conditions[] = {
	{ SYS_socket, { { 0, WHOLE, AF_UNIX } } },
	{ SYS_socket, { { 0, WHOLE, AF_INET }, { 1, SOCKET_KIND, SOCK_STREAM } } },
	{ SYS_socket, { { 0, WHOLE, AF_INET }, { 1, SOCKET_KIND, SOCK_DGRAM } } },
	{ SYS_socket, { { 0, WHOLE, AF_INET6 }, { 1, SOCKET_KIND, SOCK_STREAM } } },
	{ SYS_socket, { { 0, WHOLE, AF_INET6 }, { 1, SOCKET_KIND, SOCK_DGRAM } } },
	{ SYS_socketpair, { { 0, WHOLE, AF_UNIX } } },
	{ SYS_clone, { { 0, CLONE_THREAD | (uint32_t)NAMESPACES, CLONE_THREAD } } },
	{ SYS_ioctl, { { 1, WHOLE, FIONBIO } } },
};
/* clang-format on */

/* --- the program ------------------------------------------------------------------------------ */

enum {
	ALLOW = SECCOMP_RET_ALLOW,
	REFUSE = SECCOMP_RET_ERRNO | EPERM,
	ABSENT = SECCOMP_RET_ERRNO | ENOSYS,
	STEPS_MAX = 800,
};

struct filter_program {
	struct sock_filter steps[STEPS_MAX];
	unsigned short count;
};

static void add_step(struct filter_program *program, unsigned code, uint32_t k, unsigned if_true,
	unsigned if_false)
{
	if (program->count < STEPS_MAX)
		program->steps[program->count++] = (struct sock_filter){ (uint16_t)code,
			(uint8_t)if_true, (uint8_t)if_false, k };
}

static void load_field(struct filter_program *program, size_t offset)
{
	add_step(program, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, 0, 0);
}

/* Goes on with the next step when what was loaded is VALUE, else leaves out so many. */
static void when_value(struct filter_program *program, uint32_t value, unsigned left_out)
{
	add_step(program, BPF_JMP | BPF_JEQ | BPF_K, value, 0, left_out);
}

static void end_with(struct filter_program *program, uint32_t verdict)
{
	add_step(program, BPF_RET | BPF_K, verdict, 0, 0);
}

static void add_calls(struct filter_program *program, uint32_t verdict, const int *calls,
	size_t count)
{
	for (size_t i = 0; i < count; i++) {
		when_value(program, (uint32_t)calls[i], 1);
		end_with(program, verdict);
	}
}

static void add_condition(struct filter_program *program, const struct condition *condition)
{
	unsigned tests = 0, left = 1;

	for (unsigned i = 0; i < TESTS; i++)
		tests += condition->tests[i].mask != 0;
	when_value(program, (uint32_t)condition->call, 3 * tests + 1 + (tests > 0));
	for (unsigned i = 0; i < tests; i++) {
		const struct test *test = &condition->tests[i];

		load_field(program, offsetof(struct seccomp_data, args) +
					    test->argument * sizeof(uint64_t)); /* low half */
		add_step(program, BPF_ALU | BPF_AND | BPF_K, test->mask, 0, 0);
		left = 3 * (tests - 1 - i) + 1;
		add_step(program, BPF_JMP | BPF_JEQ | BPF_K, test->value, 0, left);
	}
	end_with(program, ALLOW);
	if (tests > 0)
		load_field(program, offsetof(struct seccomp_data, nr));
}

static void add_conditions(struct filter_program *program, const struct condition *conditions,
	size_t count)
{
	for (size_t i = 0; i < count; i++)
		add_condition(program, &conditions[i]);
}

/* Limits may be looked up, not set: the pointer to new ones is NULL, in both its halves. */
static void add_limits(struct filter_program *program)
{
	size_t pointer = offsetof(struct seccomp_data, args[2]);

	when_value(program, SYS_prlimit64, 6);
	load_field(program, pointer);
	when_value(program, 0, 3);
	load_field(program, pointer + sizeof(uint32_t));
	when_value(program, 0, 1);
	end_with(program, ALLOW);
	end_with(program, REFUSE);
}

static bool is_sampler(enum confine_as who)
{
	return who == CONFINE_SAMPLER || who == CONFINE_READONLY;
}

/* A signal to itself is how abort(3) ends; before Linux 5.3 a reader, too, is ended by its
 * number. */
static void add_signals(struct filter_program *program, enum confine_as who)
{
	const struct condition itself = { SYS_tgkill, { { 0, WHOLE, (uint32_t)getpid() } } };
	const struct condition end = { SYS_tgkill, { { 2, WHOLE, SIGKILL } } };

	add_condition(program, &itself);
	if (is_sampler(who) && syscall(SYS_pidfd_open, getpid(), ~0u) < 0 && errno == ENOSYS)
		add_condition(program, &end);
}

/* Samplers that may send signals and renice, and those that may not (--readonly), differ in these
 * conditions alone. */
static void add_sampler(struct filter_program *program, enum confine_as who)
{
	add_calls(program, ALLOW, sampler_calls, COUNT(sampler_calls));
	add_conditions(program, sampler_conditions, COUNT(sampler_conditions));
	if (who == CONFINE_SAMPLER)
		add_conditions(program, control_conditions, COUNT(control_conditions));
	else
		add_conditions(program, readonly_conditions, COUNT(readonly_conditions));
}

static void add_names(struct filter_program *program)
{
	/* its flags are in memory, where no filter sees them: libc takes clone(2) then */
	const int absent = SYS_clone3;

	add_calls(program, ALLOW, names_calls, COUNT(names_calls));
	add_conditions(program, names_conditions, COUNT(names_conditions));
	add_calls(program, ABSENT, &absent, 1);
}

static void write_program(struct filter_program *program, enum confine_as who)
{
	const int memory = SYS_process_vm_readv;

	program->count = 0;
	load_field(program, offsetof(struct seccomp_data, arch));
	add_step(program, BPF_JMP | BPF_JEQ | BPF_K, OUR_ARCH, 1, 0);
	end_with(program, REFUSE);
	load_field(program, offsetof(struct seccomp_data, nr));
	add_step(program, BPF_JMP | BPF_JGE | BPF_K, X32, 0, 1);
	end_with(program, REFUSE);
	/* openat: called as often as any */
	add_conditions(program, reader_conditions, 1);
	add_calls(program, ALLOW, reader_calls, COUNT(reader_calls));
	add_conditions(program, reader_conditions + 1, COUNT(reader_conditions) - 1);
	add_signals(program, who);
	if (is_sampler(who))
		add_sampler(program, who);
	add_limits(program);
	if (who == CONFINE_INSPECTOR)
		add_calls(program, ALLOW, &memory, 1);
	if (who == CONFINE_NAMES)
		add_names(program);
	add_step(program, BPF_JMP | BPF_JGT | BPF_K, KNOWN_MOST, 0, 1);
	end_with(program, ABSENT);
	end_with(program, REFUSE);
}

static int load_program(const struct sock_fprog *program)
{
	/* a filter is no reason to switch off speculation, which would slow every look */
	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_SPEC_ALLOW,
		    program) == 0)
		return 0;
	if (errno == EINVAL && syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, program) == 0)
		return 0;
	return -errno;
}

/* Valgrind's calls would be taken for ours, and it makes many that we do not. */
static bool under_valgrind(void)
{
	static const char variable[] = "LD_PRELOAD"; /* where it leaves its mark */
	const char *preloaded = getenv(variable);

	return preloaded != NULL && strstr(preloaded, "/vgpreload_") != NULL;
}

int confine_self(enum confine_as who)
{
	struct filter_program program;
	struct sock_fprog passed = { .filter = program.steps };

	if (OUR_ARCH == 0 || under_valgrind())
		return -ENOTSUP;
	write_program(&program, who);
	passed.len = program.count;
	if (program.count == STEPS_MAX)
		return -E2BIG;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -errno;
	return load_program(&passed);
}
