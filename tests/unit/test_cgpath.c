/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cgpath: layouts of cgroups as engines and systemd make them, and hostile ones */
#include "base/cgpath.h"
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ID          "3f2a9c1b7d0455e1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f70819"
#define ID2         "aa2a9c1b7d0455e1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f708bb"
#define UID_SYSTEMD "4f1c2d3e_0a1b_4c5d_8e9f_001122334455"
#define UID_DASHES  "4f1c2d3e-0a1b-4c5d-8e9f-001122334455"
#define USER        "/user.slice/user-1000.slice/user@1000.service"

/* ROOT: the row's cgroup; REST: what may be below it. */
struct layout {
	const char *root, *rest;
	enum cgpath_kind kind;
	const char *name, *id, *pod;
};

static const struct layout containers[] = {
	{ "/docker/" ID, "", CGPATH_DOCKER, "3f2a9c1b7d04", ID, "" },
	{ "/docker/" ID, "/system.slice/nginx.service", CGPATH_DOCKER, "3f2a9c1b7d04", ID, "" },
	{ "/system.slice/docker-" ID ".scope", "", CGPATH_DOCKER, "3f2a9c1b7d04", ID, "" },
	{ USER "/user.slice/docker-" ID ".scope", "", CGPATH_DOCKER, "3f2a9c1b7d04", ID, "" },
	{ "/docker/" ID "/docker/" ID2, "", CGPATH_DOCKER, "aa2a9c1b7d04", ID2, "" },
	{ "/system.slice:docker:" ID, "", CGPATH_DOCKER, "3f2a9c1b7d04", ID, "" },
	{ "/machine.slice/libpod-" ID ".scope", "", CGPATH_PODMAN, "3f2a9c1b7d04", ID, "" },
	{ "/machine.slice/libpod-" ID ".scope", "/container", CGPATH_PODMAN, "3f2a9c1b7d04", ID,
		"" },
	{ "/machine.slice/libpod-" ID ".scope", "/container/init.scope", CGPATH_PODMAN,
		"3f2a9c1b7d04", ID, "" },
	{ USER "/user.slice/libpod-" ID ".scope", "/container", CGPATH_PODMAN, "3f2a9c1b7d04", ID,
		"" },
	{ "/system.slice/web.service/libpod-payload-" ID, "", CGPATH_PODMAN, "3f2a9c1b7d04", ID,
		"" },
	{ "/libpod_parent/libpod-" ID, "", CGPATH_PODMAN, "3f2a9c1b7d04", ID, "" },
	{ "/machine.slice/machine-libpod_pod_" ID2 ".slice/libpod-" ID ".scope", "/container",
		CGPATH_PODMAN, "3f2a9c1b7d04", ID, "" },
	{ "/system.slice/nerdctl-" ID ".scope", "", CGPATH_NERDCTL, "3f2a9c1b7d04", ID, "" },
	{ "/default/" ID, "", CGPATH_CONTAINER, "3f2a9c1b7d04", ID, "" },
	{ "/docker/buildkit/k5ib1ybd4ohvxq2j", "", CGPATH_BUILDKIT, "k5ib1ybd4ohv",
		"k5ib1ybd4ohvxq2j", "" },
	{ "/lxc/web1", "", CGPATH_LXC, "web1", "", "" },
	{ "/lxc.payload.web1", "/system.slice/nginx.service", CGPATH_LXC, "web1", "", "" },
	{ "/lxc.payload.shop_web1", "/init.scope", CGPATH_LXC, "shop_web1", "", "" },
	{ "/lxc.payload/web.1", "", CGPATH_LXC, "web.1", "", "" },
	{ "/machine.slice/systemd-nspawn@db\\x2d1.service", "/payload", CGPATH_NSPAWN, "db-1", "",
		"" },
	{ "/machine.slice/machine-web\\x2d1.scope", "", CGPATH_MACHINE, "web-1", "", "" },
	{ "/machine.slice/machine-web\\x2d1.scope", "/payload", CGPATH_NSPAWN, "web-1", "", "" },
	{ "/machine.slice/machine-web\\x2d1.scope", "/payload/system.slice/nginx.service",
		CGPATH_NSPAWN, "web-1", "", "" },
	{ "/machine.slice/machine-lxc\\x2d411\\x2dweb\\x2d1.scope", "", CGPATH_LXC, "web-1", "",
		"" },
	{ "/machine.slice/machine-lxc\\x2dweb.scope", "", CGPATH_MACHINE, "lxc-web", "", "" },
	{ "/machine.slice/machine-qemu\\x2d3\\x2dweb\\x2d1.scope", "/libvirt/emulator", CGPATH_VM,
		"web-1", "", "" },
};

static const struct layout pods[] = {
	/* of a user, and of one without systemd */
	{ USER "/user.slice/user-libpod_pod_" ID2 ".slice", "", CGPATH_POD, "aa2a9c1b7d04", ID2,
		"" },
	{ "/libpod_parent/libpod_pod_" ID2, "", CGPATH_POD, "aa2a9c1b7d04", ID2, "" },
	/* a node that is a container */
	{ "/system.slice/docker-" ID ".scope/kubelet.slice/kubelet-kubepods.slice/"
	  "kubelet-kubepods-besteffort.slice/kubelet-kubepods-besteffort-pod" UID_SYSTEMD ".slice",
		"", CGPATH_POD, "4f1c2d3e-0a1", UID_DASHES, UID_DASHES },
	{ "/docker/" ID "/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-pod" UID_SYSTEMD
	  ".slice/cri-containerd-" ID2 ".scope",
		"", CGPATH_CONTAINERD, "aa2a9c1b7d04", ID2, UID_DASHES },
	{ "/docker/" ID "/kubelet/kubepods/burstable/pod" UID_DASHES "/" ID2, "", CGPATH_CONTAINER,
		"aa2a9c1b7d04", ID2, UID_DASHES },
	{ "/system.slice/k3s.service/kubepods/burstable/pod" UID_DASHES "/" ID, "",
		CGPATH_CONTAINER, "3f2a9c1b7d04", ID, UID_DASHES },
	{ "/libpod_parent/conmon", "", CGPATH_MONITOR, "conmon", "", "" },
	{ "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" UID_SYSTEMD ".slice",
		"", CGPATH_POD, "4f1c2d3e-0a1", UID_DASHES, UID_DASHES },
	{ "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" UID_SYSTEMD
	  ".slice/cri-containerd-" ID ".scope",
		"", CGPATH_CONTAINERD, "3f2a9c1b7d04", ID, UID_DASHES },
	{ "/kubepods.slice/kubepods-pod" UID_SYSTEMD ".slice/crio-" ID ".scope", "/container",
		CGPATH_CRIO, "3f2a9c1b7d04", ID, UID_DASHES },
	{ "/kubepods/besteffort/pod" UID_DASHES, "", CGPATH_POD, "4f1c2d3e-0a1", UID_DASHES,
		UID_DASHES },
	{ "/kubepods/besteffort/pod" UID_DASHES "/" ID, "", CGPATH_CONTAINER, "3f2a9c1b7d04", ID,
		UID_DASHES },
	{ "/kubepods/pod" UID_DASHES "/" ID, "/sub", CGPATH_CONTAINER, "3f2a9c1b7d04", ID,
		UID_DASHES },
	/* of a static pod; of a node that is a container itself; of an engine without systemd */
	{ "/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-burstable.slice"
	  "/kubepods-burstable-pod00112233445566778899aabbccddeeff.slice",
		"", CGPATH_POD, "001122334455", "00112233445566778899aabbccddeeff",
		"00112233445566778899aabbccddeeff" },
	{ "/docker/" ID2 "/kubelet/kubepods/burstable/pod" UID_DASHES, "", CGPATH_POD,
		"4f1c2d3e-0a1", UID_DASHES, UID_DASHES },
	{ "/system.slice/containerd.service/kubepods-burstable-pod" UID_SYSTEMD
	  ".slice:cri-containerd:" ID,
		"", CGPATH_CONTAINERD, "3f2a9c1b7d04", ID, "" },
	{ "/machine.slice/machine-libpod_pod_" ID ".slice", "", CGPATH_POD, "3f2a9c1b7d04", ID,
		"" },
};

static const struct layout units[] = {
	{ "/system.slice/nginx.service", "", CGPATH_SERVICE, "nginx.service", "", "" },
	{ "/system.slice/nginx.service", "/worker/1", CGPATH_SERVICE, "nginx.service", "", "" },
	{ "/system.slice/docker.service", "", CGPATH_SERVICE, "docker.service", "", "" },
	{ "/system.slice/system-getty.slice/getty@tty1.service", "", CGPATH_SERVICE,
		"getty@tty1.service", "", "" },
	{ "/system.slice/systemd-fsck@dev-disk-by\\x2duuid.service", "", CGPATH_SERVICE,
		"systemd-fsck@dev-disk-by-uuid.service", "", "" },
	{ "/init.scope", "", CGPATH_SCOPE, "init.scope", "", "" },
	{ "/user.slice/user-1000.slice/session-3.scope", "", CGPATH_SCOPE, "session-3.scope", "",
		"" },
	{ USER "/app.slice/app-firefox.service", "", CGPATH_USER_SERVICE, "app-firefox.service", "",
		"" },
	{ USER "/init.scope", "", CGPATH_USER_SCOPE, "init.scope", "", "" },
	{ "/machine.slice/libpod-conmon-" ID ".scope", "", CGPATH_MONITOR, "3f2a9c1b7d04", ID, "" },
	{ "/system.slice/crio-conmon-" ID ".scope", "", CGPATH_MONITOR, "3f2a9c1b7d04", ID, "" },
	{ "/lxc.monitor.web1", "", CGPATH_MONITOR, "web1", "", "" },
	{ "/", "", CGPATH_ROOT, "/", "", "" },
	{ "/jobs/7", "", CGPATH_PLAIN, "7", "", "" },
	{ "/../../jobs", "", CGPATH_PLAIN, "jobs", "", "" },
	{ "/..", "", CGPATH_PLAIN, "..", "", "" },
	{ "/../../system.slice/docker-" ID ".scope", "", CGPATH_DOCKER, "3f2a9c1b7d04", ID, "" },
	/* what looks like one and is not */
	{ "/system.slice/docker-short.scope", "", CGPATH_SCOPE, "docker-short.scope", "", "" },
	{ "/machine.slice/machine-.scope", "", CGPATH_SCOPE, "machine-.scope", "", "" },
	{ "/.scope", "", CGPATH_PLAIN, ".scope", "", "" },
	{ "/podium", "", CGPATH_PLAIN, "podium", "", "" },
};

static void check(const struct layout *layout)
{
	struct cgpath read;
	char path[1000];

	strcpy(path, layout->root);
	strcat(path, layout->rest);
	cgpath_read(&read, path);
	assert_string_equal(cgpath_kind_name(read.kind), cgpath_kind_name(layout->kind));
	assert_int_equal(read.len, strlen(layout->root));
	assert_string_equal(read.name, layout->name);
	assert_string_equal(read.id, layout->id);
	assert_string_equal(read.pod, layout->pod);
	assert_int_equal(cgpath_is_row(&read, path), layout->rest[0] == '\0');
}

static void test_layouts(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(containers) / sizeof(containers[0]); i++)
		check(&containers[i]);
	for (size_t i = 0; i < sizeof(pods) / sizeof(pods[0]); i++)
		check(&pods[i]);
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		check(&units[i]);
}

static void test_qos(void **state)
{
	static const struct {
		const char *path;
		enum cgpath_qos qos;
	} cases[] = {
		{ "/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod" UID_SYSTEMD
		  ".slice",
			CGPATH_BEST_EFFORT },
		{ "/kubepods/burstable/pod" UID_DASHES "/" ID, CGPATH_BURSTABLE },
		{ "/kubepods/pod" UID_DASHES "/" ID, CGPATH_GUARANTEED },
		{ "/docker/" ID, CGPATH_QOS_NONE },
	};
	struct cgpath read;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		cgpath_read(&read, cases[i].path);
		assert_int_equal(read.qos, cases[i].qos);
	}
}

/* What only holds others is no row. */
static void test_branches(void **state)
{
	static const char *const paths[] = { "/system.slice", "/user.slice/user-1000.slice", USER,
		USER "/app.slice", "/kubepods", "/kubepods/burstable", "/kubepods.slice", "/docker",
		"/lxc", "/docker/buildkit", "/machine.slice" };
	struct cgpath read;

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		cgpath_read(&read, paths[i]);
		assert_int_equal(read.kind, CGPATH_SLICE);
		assert_false(cgpath_is_row(&read, paths[i]));
	}
}

/* Whatever stands in a path, the answer is within it, ends, and is clean. */
static void try_hostile(const char *path)
{
	struct cgpath read;

	cgpath_read(&read, path);
	assert_true(read.kind < CGPATH_KINDS);
	assert_true(read.len <= strlen(path) || read.kind == CGPATH_ROOT);
	assert_true(memchr(read.name, '\0', sizeof(read.name)) != NULL);
	assert_true(read.name[0] != '\0');
	assert_true(text_is_clean(read.name, strlen(read.name)));
	assert_true(strlen(read.id) < sizeof(read.id));
	assert_true(text_is_clean(read.id, strlen(read.id)));
}

static void test_hostile(void **state)
{
	static const char *const pieces[] = { "", "/", ".", "..", "docker", ID, "docker-" ID,
		".scope", ".slice", "libpod-", "lxc.payload.", "machine-\\x1b\\x00\\x2", "\\x2d",
		"machine-\\x0a\\xff\\x7f.scope", "user@", "user@.service", "pod", "pod--------",
		"kubepods-pod", "kubepods-pod-pod_pod12345678", "a:b:c", ":" ID, "::" ID,
		"docker:" ID, ID ID, "\xd7\x90\xd7\x91.service", "machine-qemu\\x2d.scope",
		"machine-qemu\\x2d3\\x2d.scope", "buildkit" };
	enum { PIECES = sizeof(pieces) / sizeof(pieces[0]) };
	char path[1024], raw[256], name[CGPATH_NAME_MAX + 160];

	(void)state;
	try_hostile("");
	for (int i = 0; i < PIECES * PIECES * PIECES; i++) {
		strcpy(path, "/");
		strcat(path, pieces[i % PIECES]);
		strcat(path, "/");
		strcat(path, pieces[i / PIECES % PIECES]);
		strcat(path, "/");
		strcat(path, pieces[i / PIECES / PIECES]);
		try_hostile(path);
	}
	/* up to 255 bytes, of letters of several bytes, cut at each */
	for (size_t len = 1; len <= 255; len++) {
		for (size_t i = 0; i < len; i++)
			raw[i] = i < len % 3 ? 'a' : "\xe4\xb8\xad"[(i - len % 3) % 3];
		text_clean(name, sizeof(name), raw, len);
		snprintf(path, sizeof(path), "/lxc/%s", name);
		try_hostile(path);
		snprintf(path, sizeof(path), "/docker/buildkit/%s", name);
		try_hostile(path);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_layouts),
		cmocka_unit_test(test_qos),
		cmocka_unit_test(test_branches),
		cmocka_unit_test(test_hostile),
	};

	return cmocka_run_group_tests_name("cgpath", tests, NULL, NULL);
}
