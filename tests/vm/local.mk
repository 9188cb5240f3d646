# SPDX-License-Identifier: GPL-2.0-or-later
# tests/vm: machines of their own, one after the other: what happens in them happens in time
vm_scripts = \
	tests/vm/containers.py \
	tests/vm/groups.py \
	tests/vm/memory.py \
	tests/vm/trees.py

check-vm: $(check_PROGRAMS) all
	$(MAKE) CHECK_JOBS=1 check TESTS='$(vm_scripts)'

EXTRA_DIST += \
	tests/vm/debian.py \
	tests/vm/machine.py \
	$(vm_scripts)

.PHONY: check-vm
