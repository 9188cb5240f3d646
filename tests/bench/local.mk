# SPDX-License-Identifier: GPL-2.0-or-later
# tests/bench: what `make bench` runs

bench_programs = \
	tests/bench/bench_cgfs \
	tests/bench/bench_codec \
	tests/bench/bench_flat \
	tests/bench/bench_flight \
	tests/bench/bench_model \
	tests/bench/bench_replay \
	tests/bench/bench_trend \
	tests/bench/bench_verdicts

tests_bench_bench_cgfs_SOURCES = tests/bench/bench_cgfs.c $(made_tree)
tests_bench_bench_codec_SOURCES = tests/bench/bench_codec.c $(frame_gen)
tests_bench_bench_flight_SOURCES = tests/bench/bench_flight.c $(frame_gen) $(made_day)
tests_bench_bench_replay_SOURCES = tests/bench/bench_replay.c $(frame_gen)
tests_bench_bench_verdicts_SOURCES = tests/bench/bench_verdicts.c $(frame_gen)

EXTRA_DIST += \
	tests/bench/calm.py \
	tests/bench/census.py \
	tests/bench/compare.py \
	tests/bench/hosts.py \
	tests/bench/hour.py \
	tests/bench/containers.py \
	tests/bench/monitor.py \
	tests/bench/overhead.py

# BENCH_FLAGS: --alone, --json FILE ... (compare.py --help); the whole takes ten minutes
bench: all $(bench_programs) tests/programs/herd
	@for bench in $(bench_programs); do \
		test $$bench = tests/bench/bench_flat || ./$$bench || exit 1; \
	done
	@top_builddir=. $(PYTHON3) $(srcdir)/tests/bench/compare.py --markdown $(BENCH_FLAGS)

bench-quick: all tests/bench/bench_flat tests/programs/herd
	@top_builddir=. $(PYTHON3) $(srcdir)/tests/bench/compare.py --quick $(BENCH_FLAGS)

# of a thousand and of five thousand cgroups; BENCH_FLAGS: --moving 250 ... (containers.py --help); as root, five minutes
bench-containers: all tests/bench/bench_cgfs tests/programs/herd
	@./tests/bench/bench_cgfs
	@top_builddir=. $(PYTHON3) $(srcdir)/tests/bench/containers.py $(BENCH_FLAGS)

.PHONY: bench bench-containers bench-quick

# what a list of fifty hosts costs, here, there and in between; a minute
bench-hosts: all tests/lib/in_fakeproc
	@top_builddir=. $(PYTHON3) $(srcdir)/tests/bench/hosts.py

.PHONY: bench-hosts

# what a look inside costs the program that is looked into; three minutes of a quiet machine
bench-census: all
	@$(PYTHON3) $(srcdir)/tests/bench/census.py

.PHONY: bench-census

# what an hour among fifteen births a second does to its memory; BENCH_FLAGS: --minutes 10 ...; as root, on any machine
bench-hour: all tests/programs/herd
	@top_builddir=. $(PYTHON3) $(srcdir)/tests/bench/hour.py $(BENCH_FLAGS)

.PHONY: bench-hour
