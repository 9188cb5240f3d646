/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_cgroup - what tells of control groups: where a process is, what is mounted, limits and
 * counters */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "sample/procparse.h"
#include "sample/sysparse.h"
#include "table/container.h"
#include "tests/fuzz/fuzz.h"

static void expect(int right)
{
	if (!right)
		abort();
}

static void of_path(const char *path, size_t path_len)
{
	char clean[4096], container[CONTAINER_NAME_MAX] = "";
	size_t len = text_clean(clean, sizeof clean, path, path_len);

	if (!container_name(clean, container))
		expect(container[0] == '\0');
	else
		expect(len > 0 && container[0] != '\0' &&
			memchr(container, '\0', sizeof container) &&
			text_is_clean(container, strlen(container)));
}

static void of_process(const char *text, size_t len)
{
	const char *path;
	size_t path_len;
	int v1 = -1;

	if (procparse_cgroup(&path, &path_len, &v1, text, len) == 0) {
		expect(path >= text && path_len <= len && path + path_len <= text + len);
		expect(path_len > 0 && path[0] == '/' && memchr(path, '\n', path_len) == NULL);
		expect(v1 == 0 || v1 == 1);
		of_path(path, path_len);
	}
}

static void of_mounts(const char *text, size_t len)
{
	struct sysparse_mounts mounts;
	char point[SYSPARSE_PATH_MAX];
	const char *at = text, *before = NULL;
	uint64_t device;

	if (sysparse_mounts(&mounts, text, len) == 0) {
		expect(mounts.hidepid >= 0 && mounts.hidepid <= 4);
		expect(memchr(mounts.mount, '\0', sizeof mounts.mount) != NULL);
		expect(memchr(mounts.root, '\0', sizeof mounts.root) != NULL);
		expect((mounts.mount[0] != '\0') <= (mounts.v1 || mounts.v2));
	}
	while (sysparse_tmpfs(&at, text + len, point, &device)) {
		expect(at > before && at <= text + len);
		expect(memchr(point, '\0', sizeof point) != NULL);
		before = at;
	}
}

static void of_figures(const char *text, size_t len)
{
	static const char *const keys[] = { "oom_kill", "max", "anon", "workingset_refault_anon" };
	uint64_t kib, untouched = 12345, value;

	if (sysparse_cgroup_kib(&kib, text, len) == 0)
		expect(kib == UINT64_MAX || kib <= UINT64_C(1) << 52);
	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
		value = untouched;
		if (sysparse_keyed(&value, keys[i], text, len) < 0)
			expect(value == untouched);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	/* a copy of its exact size, so that a sanitizer sees one byte too far */
	char *text = malloc(len > 0 ? len : 1);

	if (text == NULL)
		return 0;
	if (len > 0)
		memcpy(text, data, len);
	of_process(text, len);
	of_mounts(text, len);
	of_figures(text, len);
	of_path(text, len);
	free(text);
	return 0;
}
