/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The system's files, as kernels of several ages write them. */
#include "sample/sysparse.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static void pressure_is_two_percentages(void **state)
{
	static const char text[] = "some avg10=12.50 avg60=3.00 avg300=1.00 total=1\n"
				   "full avg10=3.25 avg60=0.00 avg300=0.00 total=1\n";
	struct sysparse_pressure pressure;

	(void)state;
	assert_int_equal(sysparse_pressure(&pressure, text, strlen(text)), 0);
	assert_true(pressure.some_avg10 == 12.5);
	assert_true(pressure.full && pressure.full_avg10 == 3.25);
	/* of the second line nothing is made up */
	assert_int_equal(sysparse_pressure(&pressure, text, 48), 0);
	assert_true(pressure.some_avg10 == 12.5 && !pressure.full);
	assert_int_equal(sysparse_pressure(&pressure, "some avg10=1.00\nfull\n", 21), 0);
	assert_true(pressure.some_avg10 == 1 && !pressure.full);
	assert_int_equal(sysparse_pressure(&pressure, text + 49, 20), -EINVAL);
	assert_int_equal(sysparse_pressure(&pressure, "some avg60=1.00\n", 16), -EINVAL);
}

static void each_line_of_vmstat_by_itself(void **state)
{
	static const char new[] = "nr_free_pages 9\npswpin 3\npswpout 4\npgmajfault 6\noom_kill 2\n"
				  "workingset_nodes 5\nworkingset_refault_anon 10\n"
				  "workingset_refault_file 32\nworkingset_activate_anon 9\n"
				  "pgsteal_kswapd 100\npgsteal_direct 20\npgsteal 7\n";
	static const char old[] = "pgmajfault 6\nworkingset_refault 7\noom_kill_no 2\n";
	struct sysparse_vmstat vmstat = { .oom_kills = 77 };

	(void)state;
	assert_int_equal(sysparse_vmstat(&vmstat, "pgfault 1\n", 10), -EINVAL);
	assert_int_equal(sysparse_vmstat(&vmstat, "pgsteal_kswapd 1\n", 17), -EINVAL);
	assert_int_equal(sysparse_vmstat(&vmstat, "", 0), -EINVAL);
	assert_int_equal(vmstat.oom_kills, 77);
	assert_int_equal(sysparse_vmstat(&vmstat, new, strlen(new)), 0);
	assert_int_equal(vmstat.known, VMSTAT_SWAP_IN | VMSTAT_SWAP_OUT | VMSTAT_MAJOR_FAULTS |
					       VMSTAT_OOM_KILLS | VMSTAT_REFAULTS | VMSTAT_TAKEN);
	assert_int_equal(vmstat.taken_pages, 120);
	assert_int_equal(vmstat.swap_in_pages, 3);
	assert_int_equal(vmstat.swap_out_pages, 4);
	assert_int_equal(vmstat.major_faults, 6);
	assert_int_equal(vmstat.oom_kills, 2);
	assert_int_equal(vmstat.refault_pages, 42);
	assert_int_equal(sysparse_vmstat(&vmstat, old, strlen(old)), 0);
	assert_int_equal(vmstat.known, VMSTAT_MAJOR_FAULTS | VMSTAT_REFAULTS);
	assert_int_equal(vmstat.refault_pages, 7);
}

/* A read that was cut off may have lost digits of its last line. */
static void a_cut_line_of_vmstat_is_not_there(void **state)
{
	static const char text[] = "pswpin 3\npgmajfault 123456\n";
	struct sysparse_vmstat vmstat;

	(void)state;
	for (size_t len = 9; len < sizeof(text) - 1; len++) {
		assert_int_equal(sysparse_vmstat(&vmstat, text, len), 0);
		assert_int_equal(vmstat.known, VMSTAT_SWAP_IN);
	}
}

static void the_arc_gives_back_down_to_its_least(void **state)
{
	static const char text[] = "13 1 0x01 147 39984 1 2\nname type data\nhits 4 17\n"
				   "c 4 20401094656\nc_min 4 1073741824\nc_max 4 21474836480\n"
				   "size 4 20401094656\ncompressed_size 4 12\n";
	static const char small[] = "c_min 4 1073741824\nsize 4 1048576\n";
	struct sysparse_arc arc;

	(void)state;
	assert_int_equal(sysparse_arc(&arc, text, strlen(text)), 0);
	assert_int_equal(arc.size_kib, 19922944);
	assert_int_equal(arc.reclaimable_kib, 18874368);
	assert_int_equal(sysparse_arc(&arc, small, strlen(small)), 0);
	assert_int_equal(arc.reclaimable_kib, 0);
	assert_int_equal(sysparse_arc(&arc, "size 4 20401094656\n", 19), -EINVAL);
	assert_int_equal(sysparse_arc(&arc, small, strlen(small) - 1), -EINVAL);
}

static void zram_is_the_third_number(void **state)
{
	uint64_t kib;

	(void)state;
	assert_int_equal(sysparse_zram(&kib, "  4096 2048 1048576 0 1 2\n", 26), 0);
	assert_int_equal(kib, 1024);
	assert_int_equal(sysparse_zram(&kib, "1 2", 3), -EINVAL);
}

static void loadavg_tells_tasks_and_the_last_pid(void **state)
{
	struct sysparse_loadavg load;

	(void)state;
	assert_int_equal(sysparse_loadavg(&load, "0.03 0.07 12.50 1/188 6109\n", 27), 0);
	assert_int_equal(load.tasks, 188);
	assert_int_equal(load.last_pid, 6109);
	assert_int_equal(sysparse_loadavg(&load, "0.03 0.07 12.50 1 188 6109\n", 27), -EINVAL);
	assert_int_equal(sysparse_loadavg(&load, "0.03 0.07 12.50 1/188 -1\n", 25), -EINVAL);
}

static void nspid_counts_namespaces(void **state)
{
	static const char text[] = "Pid:\t90\nNSpid:\t90\t12\t1\n";
	int levels;
	int32_t pid;

	(void)state;
	assert_int_equal(sysparse_nspid(&levels, &pid, text, strlen(text)), 0);
	assert_int_equal(levels, 3);
	assert_int_equal(pid, 90);
	assert_int_equal(sysparse_nspid(&levels, &pid, "Pid:\t90\n", 8), -EINVAL);
}

static void mounts_of_v1(void **state)
{
	static const char text[] =
		"22 1 0:20 / /proc rw,relatime shared:5 - proc proc rw,hidepid=invisible\n"
		"30 1 0:21 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n"
		"31 1 0:22 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n"
		"32 1 0:23 /docker/ab /sys/fs/cgroup/mem\\040ory rw master:9 - cgroup cgroup rw,memory\n";
	struct sysparse_mounts mounts;

	(void)state;
	assert_int_equal(sysparse_mounts(&mounts, text, strlen(text)), 0);
	assert_int_equal(mounts.hidepid, 2);
	assert_true(mounts.v1);
	assert_false(mounts.v2);
	assert_string_equal(mounts.mount, "/sys/fs/cgroup/mem ory");
	assert_string_equal(mounts.root, "/docker/ab");
}

static void mounts_of_v2(void **state)
{
	static const char text[] =
		"22 1 0:20 / /proc rw - proc proc rw,hidepid=1\n"
		"23 1 0:20 / /elsewhere/proc rw - proc proc rw,hidepid=2\n"
		"30 1 0:21 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,memory_recursiveprot\n"
		"31 1 0:21 / /mnt rw - cgroup2 cgroup2 rw\nbroken line\n";
	struct sysparse_mounts mounts;

	(void)state;
	assert_int_equal(sysparse_mounts(&mounts, text, strlen(text)), 0);
	assert_int_equal(mounts.hidepid, 1);
	assert_true(mounts.v2);
	assert_string_equal(mounts.mount, "/sys/fs/cgroup");
	assert_int_equal(sysparse_mounts(&mounts, "rubbish\n", 8), -EINVAL);
	/* a part of it, mounted before the whole */
	static const char parts[] = "30 1 0:21 /../other /mnt/part rw - cgroup2 cgroup2 rw\n"
				    "31 1 0:21 /elsewhere /mnt/other rw - cgroup2 cgroup2 rw\n"
				    "32 1 0:21 / /cg rw - cgroup2 cgroup2 rw\n"
				    "33 1 0:21 / /again rw - cgroup2 cgroup2 rw\n";
	assert_int_equal(sysparse_mounts(&mounts, parts, strlen(parts)), 0);
	assert_string_equal(mounts.mount, "/cg");
	assert_int_equal(sysparse_mounts(&mounts, parts, strcspn(parts, "\n") + 1), 0);
	assert_string_equal(mounts.mount, "/mnt/part");
}

static void hidepid_in_words_and_numbers(void **state)
{
	static const struct {
		const char *text;
		int level;
	} cases[] = {
		{ "1 1 0:1 / /proc rw - proc proc rw\n", 0 },
		{ "1 1 0:1 / /proc rw - proc proc rw,hidepid=off\n", 0 },
		{ "1 1 0:1 / /proc rw - proc proc rw,gid=5,hidepid=noaccess\n", 1 },
		{ "1 1 0:1 / /proc rw - proc proc rw,hidepid=ptraceable,gid=5\n", 4 },
		{ "1 1 0:1 / /proc rw - proc proc rw,hidepid=4\n", 4 },
		{ "1 1 0:1 / /proc rw - proc proc rw,hidepid=77\n", 0 },
	};
	struct sysparse_mounts mounts;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(sysparse_mounts(&mounts, cases[i].text, strlen(cases[i].text)), 0);
		assert_int_equal(mounts.hidepid, cases[i].level);
	}
}

static void cgroup_limits_may_be_none(void **state)
{
	uint64_t kib = 0, value = 0;

	(void)state;
	assert_int_equal(sysparse_cgroup_kib(&kib, "max\n", 4), 0);
	assert_true(kib == UINT64_MAX);
	/* what v1 says for none */
	assert_int_equal(sysparse_cgroup_kib(&kib, "9223372036854771712\n", 20), 0);
	assert_true(kib == UINT64_MAX);
	assert_int_equal(sysparse_cgroup_kib(&kib, "819200\n", 7), 0);
	assert_int_equal(kib, 800);
	assert_int_equal(sysparse_cgroup_kib(&kib, "", 0), -EINVAL);
	assert_int_equal(sysparse_keyed(&value, "oom_kill", "oom 4\noom_kill 3\noom_kill_x 9\n",
				 31),
		0);
	assert_int_equal(value, 3);
	assert_int_equal(sysparse_keyed(&value, "inactive", "inactive_file 4\n", 16), -EINVAL);
}

static void devices_of_file_systems_in_memory(void **state)
{
	static const char text[] = "22 1 0:20 / /proc rw - proc proc rw\n"
				   "23 1 0:26 / /dev/shm rw shared:4 - tmpfs tmpfs rw\n"
				   "24 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
				   "25 1 0:40 / /net rw - nfs4 host:/x rw\n"
				   "26 1 0:41 / /mnt rw - fuse.sshfs host rw\n";
	uint64_t devices[2] = { 0 };

	(void)state;
	assert_int_equal(sysparse_devices(devices, 2, SYSPARSE_IN_MEMORY, text, strlen(text)), 1);
	assert_int_equal(devices[0], 26);
	assert_int_equal(sysparse_devices(devices, 2, SYSPARSE_REMOTE, text, strlen(text)), 2);
	assert_int_equal(devices[0], 40);
	assert_int_equal(devices[1], 41);
	assert_int_equal(sysparse_devices(devices, 1, SYSPARSE_REMOTE, text, strlen(text)), 1);
}

static void test_tmpfs(void **state)
{
	static const char text[] = "22 1 254:0 / / rw - ext4 /dev/vda rw\n"
				   "23 22 0:5 / /dev rw,nosuid - devtmpfs devtmpfs rw\n"
				   "broken tmpfs\n"
				   "24 23 0:21 / /dev/shm rw shared:3 - tmpfs tmpfs rw\n"
				   "25 22 0:22 / /mnt/a\\040b rw - tmpfs none rw,size=10k";
	const char *at = text, *end = text + sizeof(text) - 1;
	char point[SYSPARSE_PATH_MAX];
	uint64_t device;

	(void)state;
	assert_true(sysparse_tmpfs(&at, end, point, &device));
	assert_string_equal(point, "/dev");
	assert_int_equal(device, 5);
	assert_true(sysparse_tmpfs(&at, end, point, &device));
	assert_string_equal(point, "/dev/shm");
	assert_true(sysparse_tmpfs(&at, end, point, &device));
	assert_string_equal(point, "/mnt/a b");
	assert_int_equal(device, 22);
	assert_false(sysparse_tmpfs(&at, end, point, &device));
	for (size_t len = 0; len < sizeof(text); len++)
		for (at = text; sysparse_tmpfs(&at, text + len, point, &device);)
			assert_true(at <= text + len);
}

static void users_may_be_looked_up_elsewhere(void **state)
{
	static const char *const here[] = {
		"",
		"passwd:",
		"passwd: files\n",
		"  passwd:\tfiles # systemd",
		"passwd: compat [!UNAVAIL=return] files",
		"passwd: files [",
		"group: files sss",
		"# passwd: files sss",
		"passwd_compat: nis",
	};
	static const char *const elsewhere[] = {
		"passwd: files systemd\n",
		"passwd:sss",
		"passwd: files [NOTFOUND=return] ldap",
		"passwd: file",
		"passwd: files[success=continue]winbind",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(here) / sizeof(here[0]); i++)
		assert_false(sysparse_nss_elsewhere(here[i]));
	for (size_t i = 0; i < sizeof(elsewhere) / sizeof(elsewhere[0]); i++)
		assert_true(sysparse_nss_elsewhere(elsewhere[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(devices_of_file_systems_in_memory),
		cmocka_unit_test(pressure_is_two_percentages),
		cmocka_unit_test(each_line_of_vmstat_by_itself),
		cmocka_unit_test(a_cut_line_of_vmstat_is_not_there),
		cmocka_unit_test(the_arc_gives_back_down_to_its_least),
		cmocka_unit_test(zram_is_the_third_number),
		cmocka_unit_test(loadavg_tells_tasks_and_the_last_pid),
		cmocka_unit_test(nspid_counts_namespaces),
		cmocka_unit_test(mounts_of_v1),
		cmocka_unit_test(mounts_of_v2),
		cmocka_unit_test(hidepid_in_words_and_numbers),
		cmocka_unit_test(cgroup_limits_may_be_none),
		cmocka_unit_test(test_tmpfs),
		cmocka_unit_test(users_may_be_looked_up_elsewhere),
	};

	return cmocka_run_group_tests_name("sysparse", tests, NULL, NULL);
}
