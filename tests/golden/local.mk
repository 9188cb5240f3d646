# SPDX-License-Identifier: GPL-2.0-or-later
# tests/golden: screens as text

tests_golden_golden_SOURCES = tests/golden/golden.c $(scene) $(fleet) $(story)
tests_golden_states_SOURCES = tests/golden/states.c $(made_source) $(scene)
EXTRA_DIST += $(wildcard $(srcdir)/tests/golden/*.txt $(srcdir)/tests/golden/sizes/*.txt)
