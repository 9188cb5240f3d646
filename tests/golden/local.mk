# SPDX-License-Identifier: GPL-2.0-or-later
# tests/golden: screens as text

hosts_shot = tests/golden/hosts_shot.c tests/golden/hosts_shot.h

tests_golden_golden_SOURCES = tests/golden/golden.c $(hosts_shot) $(scene) $(fleet) $(story)
tests_golden_states_SOURCES = tests/golden/states.c $(hosts_shot) $(made_source) $(scene) $(fleet) $(story)
EXTRA_DIST += $(wildcard $(srcdir)/tests/golden/*.txt $(srcdir)/tests/golden/sizes/*.txt)
