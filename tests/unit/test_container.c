/* SPDX-License-Identifier: GPL-2.0-or-later */
/* container: names of containers in the paths of their cgroups */
#include "table/container.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define ID "3f2a9c1b7d0455e1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f70819"

static void test_names(void **state)
{
	static const struct {
		const char *path, *name;
	} cases[] = {
		{ "/docker/" ID, "docker 3f2a9c1b7d04" },
		{ "/docker/" ID "/init.scope", "docker 3f2a9c1b7d04" },
		{ "/system.slice/docker-" ID ".scope", "docker 3f2a9c1b7d04" },
		{ "/machine.slice/libpod-" ID ".scope/container", "podman 3f2a9c1b7d04" },
		{ "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod4f1c2d3e_0a1b.slice/"
		  "cri-containerd-" ID ".scope",
			"containerd 3f2a9c1b7d04, pod 4f1c2d3e" },
		{ "/kubepods/besteffort/pod4f1c2d3e-0a1b/" ID, "3f2a9c1b7d04, pod 4f1c2d3e" },
		{ "/kubepods.slice/kubepods-pod99999999.slice/crio-" ID ".scope",
			"cri-o 3f2a9c1b7d04, pod 99999999" },
		{ "/lxc/web1", "lxc web1" },
		{ "/lxc.payload.web1/system.slice/nginx.service", "lxc web1" },
		{ "/machine.slice/machine-web\\x2d1.scope", "machine web-1" },
		{ "/machine.slice/systemd-nspawn@db.service/payload", "nspawn db" },
	};
	char name[CONTAINER_NAME_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_true(container_name(cases[i].path, name));
		assert_string_equal(name, cases[i].name);
	}
}

static void test_none(void **state)
{
	static const char *const paths[] = {
		"",
		"/",
		"///",
		"/system.slice/nginx.service",
		"/user.slice/user-1000.slice/session-3.scope",
		"/system.slice/docker.service",
		"/docker",
		"/system.slice/docker-short.scope",
		"/machine.slice/libpod-conmon-" ID ".scope",
		".scope",
		"/lxc",
	};
	char name[CONTAINER_NAME_MAX] = "as it was";

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		assert_false(container_name(paths[i], name));
		assert_string_equal(name, "as it was");
	}
}

/* A name longer than there is room for, of letters of several bytes. */
static void test_long(void **state)
{
	char path[2000] = "/lxc/", name[CONTAINER_NAME_MAX];

	(void)state;
	for (int i = 0; i < 400; i++)
		strcat(path, "\xe4\xb8\xad");
	assert_true(container_name(path, name));
	assert_true(strlen(name) < CONTAINER_NAME_MAX);
	assert_int_equal((strlen(name) - 4) % 3, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_none),
		cmocka_unit_test(test_long),
	};

	return cmocka_run_group_tests_name("container", tests, NULL, NULL);
}
