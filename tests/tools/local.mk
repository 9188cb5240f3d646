# SPDX-License-Identifier: GPL-2.0-or-later
# tests/tools: what looks at the program, or makes parts of it

EXTRA_DIST += \
	tests/tools/chroot.sh \
	tests/tools/coverage.py \
	tests/tools/gen_text_table.py \
	tests/tools/house.py \
	tests/tools/tick_order.py \
	tests/valgrind.sh \
	tests/valgrind.supp

# make check-debian SUITE=trixie: on another Debian
SUITE = trixie
check-debian:
	$(srcdir)/tests/tools/chroot.sh $(SUITE) || test $$? = 77

VALGRIND_FLAGS = -q --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite,possible

# not the tests of all keys and of all states: their hundreds of sittings take minutes there, and the
# sanitizers have them
slow_units = tests/unit/test_press tests/golden/states
check-valgrind:
	$(MAKE) check TESTS='$(filter-out $(slow_units),$(unit_tests)) tests/valgrind.sh' \
		LOG_COMPILER='$(srcdir)/tests/lib/cmocka_tap timeout 180 $(VALGRIND)' \
		AM_LOG_FLAGS='$(VALGRIND_FLAGS)'

coverage:
	@case '$(MT_CFLAGS)' in *--coverage*) ;; *) \
		echo "make coverage: configure with --enable-coverage" >&2; exit 1;; esac
	-lcov -q --zerocounters --directory .
	-$(MAKE) -k check
	lcov -q --capture --directory . --no-external --base-directory $(abs_top_srcdir) \
		--directory $(abs_top_srcdir) --output-file coverage.info
	lcov -q --remove coverage.info '*/tests/*' --output-file coverage.info
	genhtml -q --output-directory coverage coverage.info
	$(PYTHON3) $(srcdir)/tests/tools/coverage.py coverage.info

# Any finding fails.  What is a false alarm is marked where it is, with the reason why.
analyze:
	$(MAKE) -k analyze-gcc analyze-cppcheck analyze-tidy

ANALYZE_JOBS = 2
analyze_flags = -std=gnu17 $(DEFS) -I$(abs_top_builddir) -Isrc -I. -D_GNU_SOURCE $(CURSES_CFLAGS)

analyze-gcc:
	cd $(srcdir) && $(find_c) | xargs -P $(ANALYZE_JOBS) -I FILE gcc -fanalyzer -Werror -O1 \
		$(analyze_flags) -fdiagnostics-path-format=none -c -o /dev/null FILE

analyze-cppcheck:
	cd $(srcdir) && cppcheck -q -j $(ANALYZE_JOBS) --enable=warning,portability --inline-suppr \
		--std=c11 --error-exitcode=1 --suppress=missingIncludeSystem -Isrc -I. src ui

analyze-tidy:
	cd $(srcdir) && $(find_c) | xargs -P $(ANALYZE_JOBS) -n 4 sh -c 'clang-tidy --quiet \
		--warnings-as-errors="*" --checks="-*,$(TIDY_CHECKS)" "$$@" -- $(analyze_flags)' tidy

# Left out: what asks for Annex K of C11, which no libc here has; what the compilers say already
# (conversions); names beginning with _, which are the system's to define and ours to use; that every
# result is looked at (of printf, close, sigaction too); and va_list, of which clang 14 is wrong.
TIDY_CHECKS = bugprone-*,cert-*,clang-analyzer-*,-bugprone-easily-swappable-parameters,\
-clang-analyzer-security.insecureAPI.DeprecatedOrUnsafeBufferHandling,-cert-err33-c,\
-bugprone-assignment-in-if-condition,-bugprone-reserved-identifier,\
-bugprone-narrowing-conversions,-bugprone-implicit-widening-of-multiplication-result,\
-clang-analyzer-valist.Uninitialized,-cert-dcl37-c,-cert-dcl51-cpp

# the files a tool looks at, from the source folder
find_c = find src ui -name '*.c'

format:
	cd $(srcdir) && find src ui tests -name '*.[ch]' -exec $(CLANG_FORMAT) -i {} +

clean-local:
	rm -rf coverage coverage.info fuzz-work
	find . -name '*.gcda' -delete -o -name '*.gcno' -delete

.PHONY: analyze analyze-cppcheck analyze-gcc analyze-tidy check-debian check-valgrind coverage format
