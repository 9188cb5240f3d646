# SPDX-License-Identifier: GPL-2.0-or-later
# tests/trend: labelled traces, and what feeds them to the trend engine

trend_helpers = \
	tests/trend/feed

test_scripts += \
	tests/trend/aftermath_test.py \
	tests/trend/check.py \
	tests/trend/delays.py \
	tests/trend/ends.py \
	tests/trend/verdicts.py

EXTRA_DIST += \
	tests/trend/README.md \
	tests/trend/aftermath.py \
	tests/trend/foreign.py \
	tests/trend/foreign_load.py \
	tests/trend/play.py \
	tests/trend/score.py \
	tests/trend/servers.py \
	tests/trend/traces.py

# FOREIGN_FLAGS: --minutes N, --no-install ... (foreign.py --help); 35 minutes, as root, on a Debian
check-foreign: all
	@$(AM_TESTS_ENVIRONMENT) $(PYTHON3) $(srcdir)/tests/trend/foreign.py $(FOREIGN_FLAGS)

.PHONY: check-foreign
