# SPDX-License-Identifier: GPL-2.0-or-later
# tests/live: real programs at full length (make check-live); make check runs live.py ten times as fast
live_scripts = \
	tests/live/forks.script \
	tests/live/pool.script \
	tests/live/tmpfs.script

# what looks into Pythons, for python_inside.py and python_lines.py
live_helpers = tests/live/python_look tests/live/python_stacks

tests_live_python_look_LDADD = libmemtop.a $(backend_libs)
tests_live_python_stacks_LDADD = libmemtop.a $(backend_libs)

test_scripts += \
	tests/live/live.py \
	tests/live/python_inside.py \
	tests/live/python_lines.py \
	tests/live/shared.py

EXTRA_DIST += $(live_scripts) tests/live/causes.py tests/live/prometheus.py

check-live: all $(lib_helpers) $(program_helpers) $(term_helpers)
	@$(AM_TESTS_ENVIRONMENT) $(PYTHON3) $(srcdir)/tests/live/live.py --full
	@$(AM_TESTS_ENVIRONMENT) $(PYTHON3) $(srcdir)/tests/live/causes.py
	@$(AM_TESTS_ENVIRONMENT) for script in $(live_scripts); do \
		tests/vtdrive/vtdrive -t 300 $(srcdir)/$$script || exit 1; done

# every CPython that is found; more by PYTHONS="'chroot /srv/trixie python3' ..."
check-pythons: all $(live_helpers)
	@$(AM_TESTS_ENVIRONMENT) $(PYTHON3) $(srcdir)/tests/live/python_inside.py --all $(PYTHONS)
	@$(AM_TESTS_ENVIRONMENT) $(PYTHON3) $(srcdir)/tests/live/python_lines.py --all $(PYTHONS)
	@$(AM_TESTS_ENVIRONMENT) $(PYTHON3) $(srcdir)/tests/robust/lines.py --all $(PYTHONS)

# memtop's metrics through node_exporter into Prometheus
check-prometheus: all
	@$(AM_TESTS_ENVIRONMENT) $(PYTHON3) $(srcdir)/tests/live/prometheus.py

.PHONY: check-prometheus check-live check-pythons
