# SPDX-License-Identifier: GPL-2.0-or-later
# tests/fuzz: fuzz targets; in `make check` fuzz_NAME runs over tests/fuzz/corpus/NAME
fuzz_targets = \
	tests/fuzz/fuzz_answers \
	tests/fuzz/fuzz_append \
	tests/fuzz/fuzz_cgroup \
	tests/fuzz/fuzz_decode \
	tests/fuzz/fuzz_elf \
	tests/fuzz/fuzz_inspect \
	tests/fuzz/fuzz_keys \
	tests/fuzz/fuzz_procparse \
	tests/fuzz/fuzz_python \
	tests/fuzz/fuzz_query \
	tests/fuzz/fuzz_replay \
	tests/fuzz/fuzz_request \
	tests/fuzz/fuzz_settings \
	tests/fuzz/fuzz_smaps \
	tests/fuzz/fuzz_text \
	tests/fuzz/fuzz_words

tests_fuzz_fuzz_answers_SOURCES = tests/fuzz/fuzz_answers.c tests/fuzz/mutate.c
tests_fuzz_fuzz_decode_SOURCES = tests/fuzz/fuzz_decode.c $(frame_gen)
tests_fuzz_fuzz_keys_LDADD = $(LDADD) $(CURSES_LIBS) -lutil
tests_fuzz_fuzz_keys_SOURCES = tests/fuzz/fuzz_keys.c $(curses_sources)

tests_fuzz_fuzz_python_SOURCES = tests/fuzz/fuzz_python.c $(made_python)

tests_fuzz_librunner_a_SOURCES = tests/fuzz/fuzz.h tests/fuzz/runner.c

EXTRA_DIST += \
	tests/fuzz/corpus \
	tests/fuzz/run.sh

FUZZ_SECONDS = 30
FUZZ_JOBS = 2

# FUZZ_JOBS at a time; what a target said is shown when it is done
fuzz: $(check_PROGRAMS)
if FUZZING
	@printf '%s\n' $(fuzz_targets) | \
		xargs -P $(FUZZ_JOBS) -n 1 $(srcdir)/tests/fuzz/run.sh $(srcdir) $(FUZZ_SECONDS)
else
	@echo "make fuzz: configure with CC=clang --enable-fuzzing" >&2; exit 1
endif

.PHONY: fuzz
