/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of hosts, what ssh says in plain words, and a machine's row */
#include "fleet/fleet_cells.h"
#include "fleet/host_names.h"
#include "fleet/ssh.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void check_names(const char *list, const char *const *wanted, size_t count)
{
	struct host_names names = { 0 };
	char why[HOST_NAMES_WHY_MAX];

	assert_int_equal(host_names_add(&names, list, why), 0);
	assert_int_equal(names.count, count);
	for (size_t i = 0; i < count; i++)
		assert_string_equal(names.names[i], wanted[i]);
	host_names_done(&names);
}

static void test_lists(void **state)
{
	static const char *const two[] = { "db1", "root@db2.example.org" };
	static const char *const addresses[] = { "[::1]", "10.0.0.7", "ssh://a@b:2222" };

	(void)state;
	check_names("db1,root@db2.example.org", two, 2);
	check_names(" db1 ,\tdb1,, root@db2.example.org\n", two, 2);
	check_names("[::1] 10.0.0.7 ssh://a@b:2222", addresses, 3);
	check_names("", NULL, 0);
}

/* Nothing gets through that ssh could take for an option or a shell for a command. */
static void test_refused_names(void **state)
{
	static const char *const refused[] = { "-oProxyCommand=x", "a;b", "$(reboot)", "a`b`",
		"a|b", "a'b", "b\x1b[2J", "db1,-F" };
	char why[HOST_NAMES_WHY_MAX], longest[HOST_NAME_MAX_BYTES + 1];

	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		struct host_names names = { 0 };

		assert_int_not_equal(host_names_add(&names, refused[i], why), 0);
		assert_non_null(strstr(why, "is no name of a host"));
		host_names_done(&names);
	}
	memset(longest, 'a', HOST_NAME_MAX_BYTES);
	longest[HOST_NAME_MAX_BYTES] = '\0';
	assert_int_not_equal(host_names_add(&(struct host_names){ 0 }, longest, why), 0);
}

/* What people write, as ssh takes it. */
static void test_addresses(void **state)
{
	static const char *const hosts[][3] = {
		{ "db1", "db1", "" },
		{ "root@db1", "root@db1", "" },
		{ "db1:2222", "db1", "2222" },
		{ "root@db1.example.org:22", "root@db1.example.org", "22" },
		{ "[::1]", "::1", "" },
		{ "[::1]:22", "::1", "22" },
		{ "root@[fe80::1]:2222", "root@fe80::1", "2222" },
		{ "[fe80::1%eth0]:2222", "fe80::1%eth0", "2222" },
		{ "::1", "::1", "" },
		{ "fe80::1:2222", "fe80::1:2222", "" },
		{ "db1:", "db1:", "" },
		{ "db1:ssh", "db1:ssh", "" },
		{ "[::1", "[::1", "" },
		{ "[::1]x", "[::1]x", "" },
		{ "ssh://a@b:2222", "a@b", "2222" },
		{ "ssh://a@b/", "a@b", "" },
		{ "ssh://[::1]:22/", "::1", "22" },
	};
	struct ssh_target target;

	(void)state;
	for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++) {
		ssh_target(&target, hosts[i][0]);
		assert_string_equal(target.host, hosts[i][1]);
		assert_string_equal(target.port, hosts[i][2]);
	}
}

static void check_words(const char *said, int status, const char *wanted)
{
	char why[SSH_WORDS_MAX];

	ssh_words(why, sizeof(why), said, status);
	if (strstr(why, wanted) == NULL)
		fail_msg("'%s' (%d) became '%s'", said, status, why);
}

static void test_words(void **state)
{
	(void)state;
	check_words("Host key verification failed.", 255 << 8, "run ssh to it once by hand");
	check_words("root@db1: Permission denied (publickey).", 255 << 8, "set up a key");
	check_words("ssh: Could not resolve hostname db1: Name or service not known", 255 << 8,
		"no host of this name");
	check_words("ssh: connect to host db1 port 22: Connection timed out", 255 << 8, "down");
	check_words("ssh: connect to host db1 port 22: Connection refused", 255 << 8,
		"no ssh server answers");
	check_words("sh: 1: exec: memtop: not found", 127 << 8, "not installed there");
	check_words("ssh: No such file or directory", 127 << 8, "install openssh-client");
	check_words("something new", 255 << 8, "the connection ended: something new");
	check_words("", 255 << 8, "the connection ended");
	check_words("", 9, "killed by signal 9");
	check_words("a: Permission denied (publickey).\nagent refused operation", 255 << 8,
		"agent");
	check_words("Timeout, server db1 not responding.", 255 << 8, "no answer any more");
}

/* A login that worked, and did not end in a stream: what is to be done is to be done there. */
static void test_words_of_logins(void **state)
{
	(void)state;
	check_words("bash: exec: memtop: Permission denied", 126 << 8,
		"may not be run by this user");
	check_words("memtop: cannot execute binary file: Exec format error", 126 << 8,
		"another kind");
	check_words("memtop: error while loading shared libraries: libx.so.6: cannot open",
		127 << 8, "lacks a library");
	check_words("memtop: /lib/libc.so.6: version `GLIBC_2.38' not found", 1 << 8,
		"newer system");
	check_words("Could not chdir to home directory /nonexistent\nThis account is currently not "
		    "available.",
		1 << 8, "USER@HOST");
	check_words("bash: line 1: exec: restricted", 1 << 8, "USER@HOST");
	check_words("memtop: error: unrecognized arguments: --stream", 2 << 8, "another program");
	check_words("", 1 << 8, "try memtop there by hand");
	check_words("something\nelse", 1 << 8, "the connection ended: something");
}

static void test_words_of_jumps(void **state)
{
	(void)state;
	check_words("Connection closed by UNKNOWN port 65535\nssh: connect to host gate port 22: "
		    "Connection refused",
		255 << 8, "jump host: it is there, but no ssh server answers");
	check_words(
		"Connection closed by UNKNOWN port 65535\nstdio forwarding failed\nchannel 0: open "
		"failed: connect failed: Connection refused",
		255 << 8, "its jump host cannot reach it: it is down");
	check_words(
		"Connection closed by UNKNOWN port 65535\nme@gate: Permission denied (publickey).",
		255 << 8, "jump host: it wants a password");
}

static void check_cell(const struct fleet_row *row, enum fleet_column column, const char *wanted)
{
	char cell[FLEET_CELL_MAX];

	fleet_cell(cell, row, column);
	assert_string_equal(cell, wanted);
}

/* What is not known is no 0, and what is old says so. */
static void test_cells(void **state)
{
	const struct system_figures system = {
		.known = SYSTEM_AVAILABLE | SYSTEM_PSI,
		.total_kib = 8 << 20,
		.available_kib = 2 << 20,
		.psi_some_avg10 = 12.4,
	};
	struct fleet_row row = { .name = "db1", .why = "", .age_s = -1 };
	struct headline sentence;

	(void)state;
	check_cell(&row, FLEET_AVAILABLE, "-");
	check_cell(&row, FLEET_CLIMBING, "-");
	check_cell(&row, FLEET_TOP, "waits for its turn");
	row.state = REMOTE_LIVE;
	row.system = &system;
	row.age_s = .5;
	row.worst_name = "shop.py";
	row.worst_pid = 812;
	row.worst_kib_min = 2048;
	check_cell(&row, FLEET_AVAILABLE, "25 %");
	check_cell(&row, FLEET_STALLS, "12 %");
	check_cell(&row, FLEET_SWAP_IN, "-");
	check_cell(&row, FLEET_CLIMBING, "0");
	check_cell(&row, FLEET_TOP, "shop.py (812)");
	check_cell(&row, FLEET_GROWTH, "+2048K");
	check_cell(&row, FLEET_ETA, "-");
	row.state = REMOTE_LOST;
	row.why = "no answer for 20 s";
	row.age_s = 21;
	row.retry_s = 4;
	check_cell(&row, FLEET_TOP, "no answer for 20 s");
	check_cell(&row, FLEET_AVAILABLE, "25 %");
	fleet_sentence(&sentence, &row);
	assert_string_equal(sentence.text,
		"db1: no answer for 20 s. Tried again in 4s. Its figures are 21s old.");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_refused_names),
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_words_of_logins),
		cmocka_unit_test(test_words_of_jumps),
		cmocka_unit_test(test_cells),
	};

	return cmocka_run_group_tests_name("fleet", tests, NULL, NULL);
}
