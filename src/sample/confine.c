/* SPDX-License-Identifier: GPL-2.0-or-later */
/* confine - see confine.h; the filters as tables, and as programs for the kernel's packet filter
 *
 * Written out here because it must work where no memory is left, which the library for it does
 * not.  The first two tables name what is allowed.  The third names what is refused: nobody knows
 * what a module that finds users' names will want.  For the 64-bit architectures of OUR_ARCH below;
 * others are not confined.
 */
#include "sample/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
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

/* clang-format off: lists of words */

/* What reading and answering take, with every libc we know; what is called most comes first. */
static const int reader_calls[] = {
	SYS_pread64,
	SYS_read,
	SYS_close,
	SYS_clock_gettime,
	SYS_newfstatat,
	/* files, as they are */
	SYS_readv,
	SYS_preadv,
	SYS_lseek,
	SYS_getdents64,
	SYS_fstat,
	SYS_statx,
	SYS_statfs,
	SYS_fstatfs,
	SYS_readlinkat,
	SYS_faccessat,
	SYS_faccessat2,
	SYS_getcwd,
	SYS_fadvise64,
	/* descriptors, and what goes out through them */
	SYS_write,
	SYS_writev,
	SYS_ppoll,
	SYS_pselect6,
	SYS_dup,
	SYS_dup3,
	SYS_fcntl,
	SYS_close_range,
	/* memory, time */
	SYS_brk,
	SYS_munmap,
	SYS_mremap,
	SYS_madvise,
	SYS_clock_getres,
	SYS_gettimeofday,
	SYS_nanosleep,
	SYS_clock_nanosleep,
	/* itself and the machine */
	SYS_getpid,
	SYS_gettid,
	SYS_getppid,
	SYS_getuid,
	SYS_geteuid,
	SYS_getgid,
	SYS_getegid,
	SYS_getrusage,
	SYS_times,
	SYS_uname,
	SYS_sysinfo,
	SYS_sched_getaffinity,
	SYS_sched_yield,
	SYS_getcpu,
	SYS_getrandom,
	SYS_getpriority,
	/* signals that come, and what libc does on the way in and out */
	SYS_rt_sigaction,
	SYS_rt_sigprocmask,
	SYS_rt_sigreturn,
	SYS_rt_sigpending,
	SYS_rt_sigtimedwait,
	SYS_sigaltstack,
	SYS_restart_syscall,
	SYS_futex,
	SYS_set_robust_list,
	SYS_rseq,
	SYS_set_tid_address,
	SYS_exit,
	SYS_exit_group,
	/* one filter more */
	SYS_seccomp,
#ifdef __x86_64__ /* calls that younger architectures do without */
	SYS_stat,
	SYS_lstat,
	SYS_readlink,
	SYS_access,
	SYS_getdents,
	SYS_poll,
	SYS_select,
	SYS_dup2,
	SYS_time,
	SYS_getpgrp,
	SYS_getrlimit,
#endif
};

/* On top of that: its timer, its readers, and what a person may ask for. */
static const int sampler_calls[] = {
	SYS_timerfd_settime,
	SYS_timerfd_gettime,
	SYS_pipe2,
	SYS_wait4,
	SYS_waitid,
	SYS_pidfd_open,
	SYS_pidfd_send_signal,
	SYS_setpriority,
	SYS_capget,
	SYS_mlockall,
#ifdef __x86_64__
	SYS_pipe,
	SYS_fork,
#endif
};

static const int names_refused[] = {
	/* other programs, other processes */
	SYS_execve,
	SYS_execveat,
	SYS_ptrace,
	SYS_process_vm_readv,
	SYS_process_vm_writev,
	SYS_kill,
	SYS_tkill,
	SYS_pidfd_send_signal,
	SYS_rt_sigqueueinfo,
	SYS_rt_tgsigqueueinfo,
	SYS_setpriority,
	SYS_pidfd_getfd,
	/* files */
	SYS_openat2,
	SYS_truncate,
	SYS_unlinkat,
	SYS_renameat2,
	SYS_linkat,
	SYS_symlinkat,
	SYS_mkdirat,
	SYS_mknodat,
	SYS_fchmod,
	SYS_fchmodat,
	SYS_fchown,
	SYS_fchownat,
	SYS_setxattr,
	SYS_lsetxattr,
	SYS_fsetxattr,
	SYS_removexattr,
	SYS_io_uring_setup,
	/* who it is, and the machine */
	SYS_setuid,
	SYS_setgid,
	SYS_setreuid,
	SYS_setregid,
	SYS_setresuid,
	SYS_setresgid,
	SYS_setgroups,
	SYS_capset,
	SYS_unshare,
	SYS_setns,
	SYS_mount,
	SYS_umount2,
	SYS_move_mount,
	SYS_fsopen,
	SYS_pivot_root,
	SYS_chroot,
	SYS_init_module,
	SYS_finit_module,
	SYS_delete_module,
	SYS_kexec_load,
	SYS_reboot,
	SYS_bpf,
	SYS_perf_event_open,
	SYS_settimeofday,
	SYS_clock_settime,
	SYS_swapon,
	SYS_swapoff,
#ifdef SYS_renameat
	SYS_renameat,
#endif
#ifdef __x86_64__
	SYS_creat,
	SYS_unlink,
	SYS_rename,
	SYS_link,
	SYS_symlink,
	SYS_mkdir,
	SYS_rmdir,
	SYS_mknod,
	SYS_chmod,
	SYS_chown,
	SYS_lchown,
#endif
};

/* clang-format on */

/* A call that is allowed only when (argument & MASK) == VALUE.  Like the kernel's, the
 * comparison is of the low 32 bits. */
struct condition {
	int call;
	unsigned argument;
	uint32_t mask, value;
};

enum {
	WRITES = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC,
	NAMESPACES = CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID |
		     CLONE_NEWNET | CLONE_NEWCGROUP,
	X32 = 0x40000000, /* a second set of numbers, of which none is ours */
};

#define WHOLE UINT32_MAX

static const struct condition reader_conditions[] = {
	{ SYS_openat, 2, WRITES, 0 },
	{ SYS_mmap, 2, PROT_EXEC, 0 },
	{ SYS_mprotect, 2, PROT_EXEC, 0 },
	{ SYS_ioctl, 1, WHOLE, FIONREAD },
	{ SYS_ioctl, 1, WHOLE, TCGETS },
	{ SYS_prctl, 0, WHOLE, PR_SET_NAME },
	{ SYS_prctl, 0, WHOLE, PR_SET_PDEATHSIG },
	{ SYS_prctl, 0, WHOLE, PR_SET_NO_NEW_PRIVS },
	{ SYS_prctl, 0, WHOLE, PR_GET_SECCOMP },
#ifdef __x86_64__
	{ SYS_open, 1, WRITES, 0 },
#endif
};

static const struct condition sampler_conditions[] = {
	{ SYS_clone, 0, (uint32_t)NAMESPACES, 0 },
};

static const struct condition names_conditions[] = {
	{ SYS_openat, 2, WRITES, 0 },
#ifdef __x86_64__
	{ SYS_open, 1, WRITES, 0 },
#endif
};

/* --- the program ------------------------------------------------------------------------------ */

enum {
	ALLOW = SECCOMP_RET_ALLOW,
	REFUSE = SECCOMP_RET_ERRNO | EPERM,
	STEPS_MAX = 400,
};

struct program {
	struct sock_filter steps[STEPS_MAX];
	unsigned short count;
};

static void add(struct program *program, unsigned code, uint32_t k, unsigned if_true,
	unsigned if_false)
{
	if (program->count < STEPS_MAX)
		program->steps[program->count++] = (struct sock_filter){ (uint16_t)code,
			(uint8_t)if_true, (uint8_t)if_false, k };
}

static void load_field(struct program *program, size_t offset)
{
	add(program, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, 0, 0);
}

/* Goes on with the next step when what was loaded is VALUE, else leaves out so many. */
static void when(struct program *program, uint32_t value, unsigned left_out)
{
	add(program, BPF_JMP | BPF_JEQ | BPF_K, value, 0, left_out);
}

static void end_with(struct program *program, uint32_t verdict)
{
	add(program, BPF_RET | BPF_K, verdict, 0, 0);
}

static void add_calls(struct program *program, uint32_t verdict, const int *calls, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		when(program, (uint32_t)calls[i], 1);
		end_with(program, verdict);
	}
}

/* VERDICT if the condition is met, or with MET false if it is not; else on to what follows. */
static void add_condition(struct program *program, const struct condition *condition, bool met,
	uint32_t verdict)
{
	when(program, (uint32_t)condition->call, 5);
	load_field(program,
		offsetof(struct seccomp_data, args) +
			condition->argument * sizeof(uint64_t)); /* little-endian: the low half */
	add(program, BPF_ALU | BPF_AND | BPF_K, condition->mask, 0, 0);
	add(program, BPF_JMP | BPF_JEQ | BPF_K, condition->value, !met, met);
	end_with(program, verdict);
	load_field(program, offsetof(struct seccomp_data, nr));
}

static void add_conditions(struct program *program, const struct condition *conditions,
	size_t count, bool met, uint32_t verdict)
{
	for (size_t i = 0; i < count; i++)
		add_condition(program, &conditions[i], met, verdict);
}

/* Limits may be looked up, not set: the pointer to new ones is NULL, in both its halves. */
static void add_limits(struct program *program, uint32_t looked_up, uint32_t set)
{
	size_t pointer = offsetof(struct seccomp_data, args[2]);

	when(program, SYS_prlimit64, 6);
	load_field(program, pointer);
	when(program, 0, 3);
	load_field(program, pointer + sizeof(uint32_t));
	when(program, 0, 1);
	end_with(program, looked_up);
	end_with(program, set);
}

/* A signal to itself is how abort(3) ends; before Linux 5.3 a reader, too, is ended by its
 * number. */
static void add_signals(struct program *program, enum confine_as who)
{
	const struct condition itself = { SYS_tgkill, 0, WHOLE, (uint32_t)getpid() };
	const int by_number = SYS_tgkill;

	if (who == CONFINE_SAMPLER && syscall(SYS_pidfd_open, getpid(), ~0u) < 0 && errno == ENOSYS)
		add_calls(program, ALLOW, &by_number, 1);
	else
		add_condition(program, &itself, true, ALLOW);
}

static void allow(struct program *program, enum confine_as who)
{
	/* openat: called as often as any */
	add_conditions(program, reader_conditions, 1, true, ALLOW);
	add_calls(program, ALLOW, reader_calls, COUNT(reader_calls));
	add_conditions(program, reader_conditions + 1, COUNT(reader_conditions) - 1, true, ALLOW);
	add_signals(program, who);
	add_limits(program, ALLOW, REFUSE);
	if (who == CONFINE_SAMPLER) {
		add_calls(program, ALLOW, sampler_calls, COUNT(sampler_calls));
		add_conditions(program, sampler_conditions, COUNT(sampler_conditions), true, ALLOW);
	}
	end_with(program, REFUSE);
}

static void refuse(struct program *program)
{
	add_calls(program, REFUSE, names_refused, COUNT(names_refused));
	add_conditions(program, names_conditions, COUNT(names_conditions), false, REFUSE);
	add_limits(program, ALLOW, REFUSE);
	end_with(program, ALLOW);
}

static void write_program(struct program *program, enum confine_as who)
{
	program->count = 0;
	load_field(program, offsetof(struct seccomp_data, arch));
	add(program, BPF_JMP | BPF_JEQ | BPF_K, OUR_ARCH, 1, 0);
	end_with(program, REFUSE);
	load_field(program, offsetof(struct seccomp_data, nr));
	add(program, BPF_JMP | BPF_JGE | BPF_K, X32, 0, 1);
	end_with(program, REFUSE);
	if (who == CONFINE_NAMES)
		refuse(program);
	else
		allow(program, who);
}

static int load(const struct sock_fprog *program)
{
	/* a filter is no reason to switch off speculation, which would slow every look */
	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_SPEC_ALLOW,
		    program) == 0)
		return 0;
	if (errno == EINVAL && syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, program) == 0)
		return 0;
	return -errno;
}

/* Its calls would be taken for ours, and it makes many that we do not. */
static bool under_valgrind(void)
{
	static const char variable[] = "LD_PRELOAD"; /* where it leaves its mark */
	const char *preloaded = getenv(variable);

	return preloaded != NULL && strstr(preloaded, "/vgpreload_") != NULL;
}

int confine_self(enum confine_as who)
{
	struct program program;
	struct sock_fprog passed = { .filter = program.steps };

	if (OUR_ARCH == 0 || under_valgrind())
		return -ENOTSUP;
	write_program(&program, who);
	passed.len = program.count;
	if (program.count == STEPS_MAX)
		return -E2BIG;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -errno;
	return load(&passed);
}
