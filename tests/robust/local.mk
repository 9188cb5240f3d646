# SPDX-License-Identifier: GPL-2.0-or-later
# tests/robust: what goes wrong around memtop; tests/README.md says which fault is tested where
robust_scripts = \
	tests/robust/apart.py \
	tests/robust/cgroup.py \
	tests/robust/checks.py \
	tests/robust/container.py \
	tests/robust/killed.py \
	tests/robust/limits.py \
	tests/robust/confined.py \
	tests/robust/ends.py \
	tests/robust/extras.py \
	tests/robust/flight.py \
	tests/robust/hidden.py \
	tests/robust/brief.py \
	tests/robust/history.py \
	tests/robust/hosts.py \
	tests/robust/inherit.py \
	tests/robust/inside.py \
	tests/robust/jail.py \
	tests/robust/keys.py \
	tests/robust/lateness.py \
	tests/robust/lean.py \
	tests/robust/liar.py \
	tests/robust/lines.py \
	tests/robust/machine.py \
	tests/robust/many.py \
	tests/robust/memory.py \
	tests/robust/names.py \
	tests/robust/nss.py \
	tests/robust/past.py \
	tests/robust/pid_one.py \
	tests/robust/pids.py \
	tests/robust/soak.py \
	tests/robust/steady.py \
	tests/robust/stuck.py \
	tests/robust/vanish.py

test_scripts += $(robust_scripts)

# those that have more to try than make check has time for: LONG_SECONDS each (a sweep goes from coarse
# to fine and says how far it came), or as long as the fault itself lasts, about a minute
LONG_SECONDS = 60
long_scripts = \
	tests/robust/keys.py \
	tests/robust/lateness.py \
	tests/robust/many.py \
	tests/robust/memory.py \
	tests/robust/soak.py \
	tests/robust/vanish.py

check-long: $(check_PROGRAMS) all
	LONG=1 LONG_SECONDS=$(LONG_SECONDS) $(MAKE) check TESTS='$(long_scripts)'

# twenty machines, half of them in trouble; and twenty over a real sshd: half a minute
hosts_scripts = \
	tests/robust/hosts_sshd.py \
	tests/robust/hosts_trouble.py

EXTRA_DIST += $(hosts_scripts)

check-hosts: $(check_PROGRAMS) all
	$(MAKE) check TESTS='$(hosts_scripts)'

# what other programs do in the same rows: a report
rivals: $(check_PROGRAMS)
	top_builddir=$(top_builddir) $(srcdir)/tests/robust/rivals.sh

EXTRA_DIST += \
	tests/robust/rivals.sh \
	tests/robust/robust.py

.PHONY: check-hosts check-long rivals
