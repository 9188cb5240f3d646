# SPDX-License-Identifier: GPL-2.0-or-later
# tests/golden: screens as text

tests_golden_golden_SOURCES = tests/golden/golden.c $(scene) $(fleet) $(story)
EXTRA_DIST += $(wildcard $(srcdir)/tests/golden/*.txt)
