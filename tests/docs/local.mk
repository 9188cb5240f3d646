# SPDX-License-Identifier: GPL-2.0-or-later
# tests/docs: what compares manuals and completions with the program's own tables

docs_helpers = \
	tests/docs/print_tables

test_scripts += \
	tests/docs/check_completions.py \
	tests/docs/check_manual.py \
	tests/docs/run_examples.py

EXTRA_DIST += tests/docs/docs.py
