# SPDX-License-Identifier: GPL-2.0-or-later
# tests/vm: machines of their own, one after the other: what happens in them happens in time
vm_scripts = \
	tests/vm/containers.py \
	tests/vm/groups.py \
	tests/vm/memory.py \
	tests/vm/parts.py \
	tests/vm/trees.py

check-vm: $(check_PROGRAMS) all
	$(MAKE) CHECK_JOBS=1 check TESTS='$(vm_scripts)'

# a whole Debian, made once by debootstrap, with docker, podman, LXC, nspawn, services, zswap: root, 12 minutes
check-vm-podman: $(check_PROGRAMS) all
	$(MAKE) CHECK_JOBS=1 check TESTS="tests/vm/podman.py tests/vm/engines.py"

EXTRA_DIST += \
	tests/vm/debian.py \
	tests/vm/engines.py \
	tests/vm/machine.py \
	tests/vm/podman.py \
	$(vm_scripts)

.PHONY: check-vm check-vm-podman
