# SPDX-License-Identifier: GPL-2.0-or-later
# tests: what is built for them, and how they run

# A program without a _SOURCES line is made of the .c file of its name, and linked with LDADD.  All
# tests speak TAP.  A script must be executable; it runs in the build folder, with $srcdir set.

LDADD = $(fuzz_main) libmemtopui.a libmemtopmodes.a libmemtop.a $(CMOCKA_LIBS) \
	$(VTERM_LIBS) $(backend_libs)
check_LIBRARIES = tests/fuzz/librunner.a
check_PROGRAMS = $(tested_programs) $(helper_programs)
TESTS = $(test_scripts) $(run_term_scripts) $(tested_programs)

# scripts (TAP); each folder adds its own
test_scripts = \
	tests/answers.py \
	tests/batch.sh \
	tests/bootstrap.sh \
	tests/exit_status.sh \
	tests/format.sh \
	tests/groups_live.py \
	tests/hardening.sh \
	tests/metrics.py \
	tests/include_rules \
	tests/settings.sh

EXTRA_DIST += tests/README.md

include tests/bench/local.mk
include tests/docs/local.mk
include tests/fuzz/local.mk
include tests/golden/local.mk
include tests/lib/local.mk
include tests/live/local.mk
include tests/programs/local.mk
include tests/robust/local.mk
include tests/term/local.mk
include tests/tools/local.mk
include tests/trend/local.mk
include tests/unit/local.mk
include tests/vm/local.mk
include tests/vtdrive/local.mk

EXTRA_DIST += $(test_scripts)

# without their library tests are neither built nor run; one line says so
if HAVE_CMOCKA
run_unit_tests = $(unit_tests)
lacking_cmocka =
else
run_unit_tests =
lacking_cmocka = cmocka
endif
if HAVE_VTERM
run_fuzz_targets = $(fuzz_targets)
lacking_vterm =
else
run_fuzz_targets =
lacking_vterm = libvterm
endif

if FUZZING
tested_programs =
helper_programs = $(fuzz_targets)
fuzz_main = $(MT_FUZZ_LDFLAGS)
else
tested_programs = $(run_unit_tests) $(run_fuzz_targets)
helper_programs = $(term_helpers) $(lib_helpers) $(program_helpers) $(live_helpers) $(docs_helpers) \
	$(trend_helpers) $(bench_programs)
fuzz_main = tests/fuzz/librunner.a
endif

# `make check` runs tests side by side by itself, more than there are processors, since they wait more
# than they work; a -j of the user's comes first.  When the crowd is through, the quiet ones run, still
# side by side: they judge what programs do in time, and those programs must come to their turn.  Last,
# one after the other, those that must be alone: lateness is measured, or there is a process whose
# command line cannot be read, at which ps and pgrep would hang.
quiet_tests = \
	tests/groups_live \
	tests/live/live \
	tests/live/shared

alone_tests = \
	tests/robust/lateness \
	tests/robust/stuck \
	tests/term/blocked

CHECK_JOBS = $(shell n=`nproc 2>/dev/null || echo 1`; echo $$((n < 4 ? 4 * n : n + 12)))
AM_MAKEFLAGS = $(if $(filter check% distcheck recheck,$(MAKECMDGOALS)),$(if \
	$(filter -j% --jobserver%,$(MAKEFLAGS)),,-j$(CHECK_JOBS)))

# what of TEST_LOGS runs, when this make was told to run tests
running_logs = $(if $(filter command,$(origin TEST_LOGS)),$(TEST_LOGS))
quiet_logs = $(addsuffix .log,$(quiet_tests))
alone_logs = $(addsuffix .log,$(alone_tests))
$(quiet_logs): | $(filter-out $(quiet_logs) $(alone_logs),$(running_logs))
$(alone_logs): | $(filter-out $(alone_logs),$(running_logs))

check_run = $(eval check_run := $(shell echo `date +%s` $$PPID))$(check_run)
tap_driver = env AM_TAP_AWK='$(AWK)' TAP_DRIVER='$(top_srcdir)/build-aux/tap-driver.sh' \
	CHECK_ALONE='$(alone_tests)' CHECK_RUN='$(check_run)' CHECK_TOTAL=$(words $(TEST_LOGS)) \
	$(SHELL) $(top_srcdir)/tests/lib/tap_driver
CLEANFILES = tests/alone.lock tests/durations
AM_TESTS_ENVIRONMENT = CMOCKA_MESSAGE_OUTPUT=TAP; export CMOCKA_MESSAGE_OUTPUT; \
	MEMTOP='$(abs_top_builddir)/memtop'; export MEMTOP; \
	PYTHON3='$(PYTHON3)'; export PYTHON3; \
	top_builddir='$(abs_top_builddir)'; export top_builddir; \
	top_srcdir='$(abs_top_srcdir)'; export top_srcdir; \
	CC='$(CC)'; export CC; \
	HARDENING='$(mt_hardening)'; export HARDENING; \
	FORTIFY='$(mt_fortify)'; export FORTIFY; \
	SECCOMP='$(mt_seccomp)'; export SECCOMP; \
	LACKING='$(lacking_cmocka) $(lacking_vterm)'; export LACKING;
TEST_EXTENSIONS = .sh .py .script
LOG_DRIVER = $(tap_driver)
LOG_COMPILER = $(srcdir)/tests/lib/cmocka_tap
SH_LOG_DRIVER = $(tap_driver)
PY_LOG_DRIVER = $(tap_driver)
PY_LOG_COMPILER = $(PYTHON3)
SCRIPT_LOG_DRIVER = $(tap_driver)
SCRIPT_LOG_COMPILER = tests/vtdrive/vtdrive
