/* SPDX-License-Identifier: GPL-2.0-or-later */
/* title: names of containers in the files that engines leave, made below a folder of our own */
#include "sample/title.h"

#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define ID  "3f2a9c1b7d0455e1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f70819"
#define ID2 "aa2a9c1b7d0455e1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f708bb"
#define ID3 "dd2a9c1b7d0455e1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f708dd"
#define POD "4f1c2d3e-0a1b-4c5d-8e9f-001122334455"

struct place {
	char folder[64];
	int root;
};

static int setup(void **state)
{
	static struct place place;

	strcpy(place.folder, "/tmp/test_title.XXXXXX");
	assert_non_null(mkdtemp(place.folder));
	place.root = open(place.folder, O_PATH | O_DIRECTORY);
	*state = &place;
	return 0;
}

static int teardown(void **state)
{
	struct place *place = *state;
	char command[128];

	close(place->root);
	snprintf(command, sizeof(command), "rm -rf '%s'", place->folder);
	return system(command);
}

/* Its folders, too. */
static void make_file(const struct place *place, const char *path, const char *text)
{
	char whole[1024];
	int fd;

	for (const char *at = path; (at = strchr(at, '/')) != NULL; at++) {
		snprintf(whole, sizeof(whole), "%.*s", (int)(at - path), path);
		mkdirat(place->root, whole, 0755);
	}
	fd = openat(place->root, path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static int look(const struct place *place, const char *path, uint32_t uid, struct title *title)
{
	struct cgpath read;

	cgpath_read(&read, path);
	return title_read(title, place->root, &read, uid);
}

static void expect(const struct place *place, const char *path, const char *name, const char *pod)
{
	struct title title;

	assert_int_equal(look(place, path, UINT32_MAX, &title), 0);
	assert_string_equal(title.name, name);
	assert_string_equal(title.pod, pod);
}

static void test_docker(void **state)
{
	make_file(*state, "var/lib/docker/containers/" ID "/config.v2.json",
		"{\"Config\":{\"Hostname\":\"x\",\"Labels\":{\"Name\":\"/wrong\"}},\"ID\":\"" ID
		"\",\"Name\":\"/shop\",\"State\":{\"Pid\":1}}\n");
	expect(*state, "/docker/" ID, "shop", "");
	expect(*state, "/system.slice/docker-" ID ".scope", "shop", "");
}

static void test_kubelet(void **state)
{
	make_file(*state, "var/log/containers/web-7f9c_default_nginx-" ID2 ".log", "");
	make_file(*state, "var/log/containers/web-7f9c_default_shop-1-" ID ".log", "");
	make_file(*state, "var/log/pods/kube-system_dns-1_" POD "/dns/0.log", "");
	expect(*state, "/kubepods/burstable/pod00000000-1/" ID, "shop-1", "default/web-7f9c");
	/* the link was cut: the folder of the pod tells half of it */
	expect(*state, "/kubepods/pod" POD "/" ID3, "", "kube-system/dns-1");
	expect(*state, "/kubepods/pod" POD, "", "kube-system/dns-1");
}

static void test_containerd(void **state)
{
	make_file(*state, "run/containerd/io.containerd.runtime.v2.task/k8s.io/" ID "/config.json",
		"{\"ociVersion\":\"1.0.2\",\n \"process\":{\"env\":[\"A=\\\"annotations\\\":{}\"]},"
		"\"hostname\":\"liar\",\"annotations\":{"
		"\"io.kubernetes.cri.container-name\":\"shop\","
		"\"io.kubernetes.cri.sandbox-name\":\"web-7f9c\","
		"\"io.kubernetes.cri.sandbox-namespace\":\"default\"}}");
	make_file(*state,
		"run/containerd/io.containerd.runtime.v2.task/default/" ID2 "/config.json",
		"{\"annotations\":{\"nerdctl/name\":\"cart\"}}");
	expect(*state, "/kubepods.slice/kubepods-pod4f1c2d3e_01.slice/cri-containerd-" ID ".scope",
		"shop", "default/web-7f9c");
	expect(*state, "/default/" ID2, "cart", "");
}

static void test_crio(void **state)
{
	make_file(*state,
		"var/lib/containers/storage/overlay-containers/" ID "/userdata/config.json",
		"{\"annotations\":{\"io.kubernetes.cri-o.ContainerType\":\"sandbox\","
		"\"io.kubernetes.pod.name\":\"web\",\"io.kubernetes.pod.namespace\":\"prod\"}}");
	expect(*state, "/kubepods.slice/kubepods-pod4f1c2d3e_01.slice/crio-" ID ".scope", "pause",
		"prod/web");
}

static void test_podman(void **state)
{
	struct title title;

	make_file(*state, "etc/passwd", "root:x:0:0::/root:/bin/sh\nann:x:1000:1000::/home/ann:\n");
	make_file(*state, "var/lib/containers/storage/overlay-containers/containers.json",
		"[{\"id\":\"" ID2 "\",\"names\":[\"other\"]},{\"id\":\"" ID
		"\",\"names\":[\"shop\"],\"layer\":\"l\"}]");
	expect(*state, "/machine.slice/libpod-" ID ".scope/container", "shop", "");
	/* quotes, braces and a list that is cut */
	make_file(*state, "var/lib/containers/storage/overlay-containers/containers.json",
		"[{\"id\":\"" ID "\",\"metadata\":\"{\\\"}{\\\"\",\"flags\":{\"a\":{}},"
		"\"names\":[\"braces\"]},{\"id\":\"" ID2 "\",\"names\":[\"cut");
	expect(*state, "/machine.slice/libpod-" ID ".scope/container", "braces", "");
	assert_int_equal(look(*state, "/machine.slice/libpod-" ID2 ".scope", 0, &title), -ENOENT);
	make_file(*state, "home/ann/.local/share/containers/storage/vfs-containers/containers.json",
		"[{\"id\":\"bb" ID "\",\"names\":[]},{\"id\":\"" ID ID "\"}]");
	make_file(*state, "run/user/1000/containers/overlay-containers/volatile-containers.json",
		"[{\"names\":[\"hers\"],\"id\":\"cc"
		"2a9c1b7d0455e1a2b3c4d5e6f708192a3b4c\"}]");
	assert_int_equal(look(*state,
				 "/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-"
				 "cc2a9c1b7d0455e1a2b3c4d5e6f708192a3b4c.scope",
				 1000, &title),
		0);
	assert_string_equal(title.name, "hers");
}

/* One that is asked through PID, below the folder of made processes. */
static const char *watched(const struct place *place, int pid, const char *path)
{
	static struct title title;
	struct cgpath read;

	cgpath_read(&read, path);
	return title_of_monitor(&title, place->root, pid, &read, path) == 0 ? title.name : NULL;
}

static void make_process(const struct place *place, int pid, int parent, const char *cgroup,
	const char *arguments, size_t len)
{
	char path[64], text[512];
	int fd;

	snprintf(path, sizeof(path), "%d/stat", pid);
	snprintf(text, sizeof(text),
		"%d (x) S %d 1 1 0 -1 4194304 1 0 0 0 0 0 0 0 20 0 1 0 5 4096 1 0\n", pid, parent);
	make_file(place, path, text);
	snprintf(path, sizeof(path), "%d/cgroup", pid);
	snprintf(text, sizeof(text), "0::%s\n", cgroup);
	make_file(place, path, text);
	snprintf(path, sizeof(path), "%d/cmdline", pid);
	fd = openat(place->root, path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	assert_int_equal(write(fd, arguments, len), len);
	close(fd);
}

#define PROCESS(place, pid, parent, cgroup, arguments)                                             \
	make_process(place, pid, parent, cgroup, arguments, sizeof(arguments))

/* Whoever may read no file of the engine reads the arguments of who watches the container; what is
 * inside of it is not believed, whatever it calls itself. */
static void test_monitor(void **state)
{
	static const char row[] = "/machine.slice/libpod-" ID ".scope";
	const struct place *place = *state;

	PROCESS(place, 10, 1, "/machine.slice/libpod-conmon-" ID ".scope",
		"/usr/bin/conmon\0--api-version\0001\0-c\0" ID "\0-u\0" ID
		"\0-n\0shop\0--exit-command\0/usr/bin/podman\0--exit-command-arg\0-n\0liar");
	PROCESS(place, 11, 10, "/machine.slice/libpod-" ID ".scope/container", "sh");
	PROCESS(place, 12, 11, "/machine.slice/libpod-" ID ".scope/container/deep",
		"conmon\0-c\0" ID "\0-n\0liar");
	PROCESS(place, 13, 12, "/machine.slice/libpod-" ID ".scope/container", "sleep\0009");
	assert_string_equal(watched(place, 13, row), "shop");
	/* of another container; not of that kind; nobody above it; longer names of options */
	PROCESS(place, 10, 1, "/x", "conmon\0-c\0" ID2 "\0-n\0other");
	assert_null(watched(place, 13, row));
	PROCESS(place, 10, 1, "/x", "/bin/sh\0-c\0" ID "\0-n\0other");
	assert_null(watched(place, 13, row));
	PROCESS(place, 10, 1, "/x", "conmon\0-n\0other\0-c");
	assert_null(watched(place, 13, row));
	PROCESS(place, 10, 1, "/x", "conmon\0--cid=" ID "\0--name\0cart\033[1m");
	assert_memory_equal(watched(place, 13, row), "cart", 4);
	assert_true(text_is_clean(watched(place, 13, row), strlen(watched(place, 13, row))));
	PROCESS(place, 11, 0, "/machine.slice/libpod-" ID ".scope/container", "sh");
	assert_null(watched(place, 13, row));
	PROCESS(place, 11, 13, "/machine.slice/libpod-" ID ".scope/container", "sh"); /* a ring */
	assert_null(watched(place, 13, row));
	assert_null(watched(place, 99, row));
}

/* What the kubelet has an engine call its containers. */
static void test_kubelet_names(void **state)
{
	const struct place *place = *state;
	static const char row[] = "/kubepods.slice/kubepods-pod4f1c2d3e_01.slice/crio-" ID ".scope";

	make_file(place, "var/lib/docker/containers/" ID "/config.v2.json",
		"{\"Name\":\"/k8s_nginx_web-7f9c_default_" POD "_0\"}");
	expect(place, "/docker/" ID, "nginx", "default/web-7f9c");
	make_file(place, "var/lib/docker/containers/" ID "/config.v2.json",
		"{\"Name\":\"/k8s_POD_web-7f9c_default_" POD "_0\"}");
	expect(place, "/docker/" ID, "pause", "default/web-7f9c");
	make_file(place, "var/lib/docker/containers/" ID "/config.v2.json",
		"{\"Name\":\"/k8s_mine\"}");
	expect(place, "/docker/" ID, "k8s_mine", "");
	PROCESS(place, 10, 1, "/system.slice/crio-conmon-" ID ".scope",
		"/usr/libexec/crio/conmon\0-b\0/run\0-c\0" ID
		"\0-n\0k8s_nginx_web-7f9c_default_" POD "_0");
	PROCESS(place, 11, 10, "/kubepods.slice/kubepods-pod4f1c2d3e_01.slice/crio-" ID ".scope",
		"nginx");
	assert_string_equal(watched(place, 11, row), "nginx");
}

/* What a user may have put in the way is neither followed nor believed, and ends. */
static void test_hostile(void **state)
{
	const struct place *place = *state;
	static const char *const files[] = { "", "{", "[]", "{\"Name\":7}", "{\"Name\":\"\"}",
		"{\"Name\":\"/\"}", "not json", "{\"Name\":\"/a\",\"Name\":\"/b\"}" };
	char path[300], deep[400] = "";
	struct title title;

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		make_file(place, "var/lib/docker/containers/" ID "/config.v2.json", files[i]);
		assert_int_equal(look(place, "/docker/" ID, UINT32_MAX, &title), -ENOENT);
		assert_string_equal(title.name, "");
	}
	make_file(place, "var/lib/docker/containers/" ID "/config.v2.json",
		"{\"Name\":\"/\\u001b[31m\\u202eshop\\n\"}");
	assert_int_equal(look(place, "/docker/" ID, UINT32_MAX, &title), 0);
	assert_true(text_is_clean(title.name, strlen(title.name)));
	/* a link, a pipe */
	snprintf(path, sizeof(path), "var/lib/docker/containers/%s/config.v2.json", ID);
	make_file(place, "secret", "{\"Name\":\"/secret\"}");
	assert_int_equal(unlinkat(place->root, path, 0), 0);
	assert_int_equal(symlinkat("../../../../../secret", place->root, path), 0);
	assert_int_equal(look(place, "/docker/" ID, UINT32_MAX, &title), -ENOENT);
	assert_int_equal(unlinkat(place->root, path, 0), 0);
	assert_int_equal(mkfifoat(place->root, path, 0644), 0);
	assert_int_equal(look(place, "/docker/" ID, UINT32_MAX, &title), -ENOENT);
	/* nested deeper than anything we read */
	memset(deep, '[', 200);
	memset(deep + 200, ']', 150);
	make_file(place, "var/lib/containers/storage/overlay-containers/containers.json", deep);
	assert_int_equal(look(place, "/machine.slice/libpod-" ID ".scope", 1000, &title), -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_docker, setup, teardown),
		cmocka_unit_test_setup_teardown(test_kubelet, setup, teardown),
		cmocka_unit_test_setup_teardown(test_containerd, setup, teardown),
		cmocka_unit_test_setup_teardown(test_crio, setup, teardown),
		cmocka_unit_test_setup_teardown(test_podman, setup, teardown),
		cmocka_unit_test_setup_teardown(test_monitor, setup, teardown),
		cmocka_unit_test_setup_teardown(test_kubelet_names, setup, teardown),
		cmocka_unit_test_setup_teardown(test_hostile, setup, teardown),
	};

	return cmocka_run_group_tests_name("title", tests, NULL, NULL);
}
