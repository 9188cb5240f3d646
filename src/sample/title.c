/* SPDX-License-Identifier: GPL-2.0-or-later */
/* title - see title.h; a line of a table for each place that an engine keeps its files at */
#include "sample/title.h"

#include "base/rooted.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "sample/title_priv.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	PLACE_MAX = 512,
	FILE_MOST = 8 * 1024 * 1024, /* podman's list has two KiB for each container */
	PASSWD_ROOM = 16384,
};

/* The name that is looked for, and the places. */
struct title_search {
	struct title *title;
	const struct cgpath *container;
	int root;
	uint32_t uid;
	char home[PLACE_MAX]; /* of UID, without the first '/'; "": none */
	bool refused;
};

static void put_title(char out[TITLE_MAX], const char *text, size_t len)
{
	text_clean(out, TITLE_MAX, text, len);
}

static void put_pod(struct title *title, const char *space, size_t space_len, const char *name,
	size_t name_len)
{
	char both[TITLE_MAX];
	int len = snprintf(both, sizeof(both), "%.*s/%.*s", (int)space_len, space, (int)name_len,
		name);

	put_title(title->pod, both, len < TITLE_MAX ? (size_t)len : TITLE_MAX - 1);
}

/* The part of NAME up to the next '_', which names of Kubernetes have none of; 0: there is none. */
static size_t part_len(const char *name, const char *end)
{
	const char *next = name < end ? memchr(name, '_', (size_t)(end - name)) : NULL;

	return next != NULL ? (size_t)(next - name) : 0;
}

void title_take(struct title *title, const char *name, size_t len)
{
	const char *end = name + len, *container = name + 4;
	bool made = len > 4 && strncmp(name, "k8s_", 4) == 0;
	size_t container_len = made ? part_len(container, end) : 0;
	const char *pod = container + container_len + 1;
	size_t pod_len = container_len ? part_len(pod, end) : 0;
	const char *space = pod + pod_len + 1;
	size_t space_len = pod_len ? part_len(space, end) : 0;

	if (space_len == 0) {
		put_title(title->name, name, len);
		return;
	}
	put_pod(title, space, space_len, pod, pod_len);
	/* what holds the pod's network together */
	if (container_len == 3 && strncmp(container, "POD", 3) == 0)
		put_title(title->name, "pause", strlen("pause"));
	else
		put_title(title->name, container, container_len);
}

/* --- the kubelet's links ---------------------------------------------------------------------- */

/* A folder that may not be read is noted: the name is not known then, which is not the same as that
 * there is none. */
static DIR *open_folder(struct title_search *search, const char *path)
{
	int fd = openat(search->root, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *folder = fd < 0 ? NULL : fdopendir(fd);

	search->refused |= fd < 0 && errno == EACCES;
	if (fd >= 0 && folder == NULL)
		close(fd);
	return folder;
}

/* "POD_NAMESPACE_CONTAINER-ID.log"; names of Kubernetes have no '_'. */
static bool take_link(struct title_search *search, const char *link)
{
	const char *id = search->container->id;
	size_t len = strlen(link), id_len = strlen(id), tail = id_len + strlen("-.log");

	if (len <= tail || link[len - tail] != '-' ||
		strncmp(link + len - tail + 1, id, id_len) != 0)
		return false;
	const char *space = memchr(link, '_', len - tail);
	const char *name = space != NULL
				   ? memchr(space + 1, '_', (size_t)(link + len - tail - space - 1))
				   : NULL;
	if (name == NULL)
		return false;
	put_title(search->title->name, name + 1, (size_t)(link + len - tail - name - 1));
	put_pod(search->title, space + 1, (size_t)(name - space - 1), link, (size_t)(space - link));
	return true;
}

/* "NAMESPACE_POD_UID" */
static bool take_pod(struct title_search *search, const char *folder)
{
	const char *uid = strrchr(folder, '_'), *name = strchr(folder, '_');

	if (uid == NULL || name == uid || strcmp(uid + 1, search->container->pod) != 0)
		return false;
	put_pod(search->title, folder, (size_t)(name - folder), name + 1, (size_t)(uid - name - 1));
	return true;
}

static void search_folder(struct title_search *search, const char *path,
	bool (*take)(struct title_search *search, const char *name))
{
	DIR *folder = open_folder(search, path);
	const struct dirent *entry;

	while (folder != NULL && (entry = readdir(folder)) != NULL)
		if (take(search, entry->d_name))
			break;
	if (folder != NULL)
		closedir(folder);
}

/* Links are cut at 255 bytes, and then have no number: the pod's folder has its uid. */
static void search_kubelet(struct title_search *search)
{
	if (search->container->pod[0] == '\0')
		return;
	search_folder(search, "var/log/containers", take_link);
	if (search->title->pod[0] == '\0')
		search_folder(search, "var/log/pods", take_pod);
}

/* --- files ------------------------------------------------------------------------------------ */

/* Into memory of its size as fstat(2) tells it: a file that grows meanwhile is cut there, and one
 * that says nothing of its size (of /proc) is not read at all. */
static char *read_whole(int fd, size_t *len)
{
	struct stat info;
	size_t got = 0;
	ssize_t n = 1;

	if (fstat(fd, &info) < 0 || info.st_size <= 0 || info.st_size > FILE_MOST)
		return NULL;
	char *text = xalloc((size_t)info.st_size);
	while (got < (size_t)info.st_size && n > 0) {
		n = read(fd, text + got, (size_t)info.st_size - got);
		got += n > 0 ? (size_t)n : 0;
	}
	*len = got;
	return text;
}

/* The folder that engines keep their files in, which may be reached over links of the
 * administrator's. */
static int open_place(struct title_search *search, const char *folder)
{
	int at = openat(search->root, folder, O_PATH | O_DIRECTORY | O_CLOEXEC);

	search->refused |= at < 0 && errno == EACCES;
	return at;
}

/* The file REST below the folder AT, over no link: a user may have put some there.  NULL: none, or
 * not for us; the caller frees it. */
static char *read_below(struct title_search *search, int at, const char *rest, size_t *len)
{
	int fd = rooted_open(at, rest, ROOTED_ANY);
	char *text = fd < 0 ? NULL : read_whole(fd, len);

	search->refused |= fd == -EACCES;
	if (fd >= 0)
		close(fd);
	return text;
}

static char *read_file(struct title_search *search, const char *folder, const char *rest,
	size_t *len)
{
	int at = open_place(search, folder);
	char *text = NULL;

	if (at >= 0) {
		text = read_below(search, at, rest, len);
		close(at);
	}
	return text;
}

/* --- OCI -------------------------------------------------------------------------------------- */

static bool first_text(const struct json_object *object, const char *const *keys, char *out)
{
	for (; *keys != NULL; keys++)
		if (title_member(object, *keys, out))
			return true;
	return false;
}

static void take_annotations(struct title_search *search, const struct json_object *annotations)
{
	static const char *const names[] = { "io.kubernetes.cri.container-name",
		"io.kubernetes.container.name", "nerdctl/name", NULL };
	static const char *const spaces[] = { "io.kubernetes.cri.sandbox-namespace",
		"io.kubernetes.pod.namespace", NULL };
	static const char *const pods[] = { "io.kubernetes.cri.sandbox-name",
		"io.kubernetes.pod.name", NULL };
	static const char *const types[] = { "io.kubernetes.cri.container-type",
		"io.kubernetes.cri-o.ContainerType", NULL };
	char text[TITLE_MAX], space[TITLE_MAX];

	/* what holds the pod's network together */
	if (first_text(annotations, types, text) && strcmp(text, "sandbox") == 0)
		put_title(search->title->name, "pause", strlen("pause"));
	else if (first_text(annotations, names, text))
		title_take(search->title, text, strlen(text));
	if (first_text(annotations, spaces, space) && first_text(annotations, pods, text))
		put_pod(search->title, space, strlen(space), text, strlen(text));
}

/* The config.json of a runtime of OCI: names that orchestrators gave stand in its annotations. */
static void take_config(struct title_search *search, const char *text, size_t len)
{
	struct json_object config, annotations;
	char why[JSON_READ_WHY_MAX];

	if (json_read_line(&config, text, len, why) < 0)
		return;
	const struct json_member *member = json_read_member(&config, "annotations");
	if (member != NULL && json_read_members(&annotations, member->value)) {
		take_annotations(search, &annotations);
		json_read_done(&annotations);
	}
	json_read_done(&config);
}

static void search_config(struct title_search *search, const char *folder, const char *file)
{
	char rest[PLACE_MAX];
	size_t len;

	snprintf(rest, sizeof(rest), "%s/%s", search->container->id, file);
	char *text = read_file(search, folder, rest, &len);
	if (text != NULL)
		take_config(search, text, len);
	free(text);
}

/* Each of containerd's namespaces has a folder. */
static void search_tasks(struct title_search *search, const char *path)
{
	DIR *folder = open_folder(search, path);
	const struct dirent *entry;
	char below[PLACE_MAX];

	while (folder != NULL && search->title->name[0] == '\0' &&
		(entry = readdir(folder)) != NULL) {
		int len = snprintf(below, sizeof(below), "%s/%s", path, entry->d_name);

		if (entry->d_name[0] != '.' && len < PLACE_MAX)
			search_config(search, below, "config.json");
	}
	if (folder != NULL)
		closedir(folder);
}

/* containerd (Docker and Kubernetes with it) keeps a folder for each task, podman and CRI-O one
 * for each container. */
static void search_oci(struct title_search *search)
{
	static const char *const tasks[] = { "run/containerd/io.containerd.runtime.v2.task",
		"run/k3s/containerd/io.containerd.runtime.v2.task" };
	static const char *const storages[] = { "run/containers/storage/overlay-containers",
		"var/lib/containers/storage/overlay-containers" };

	for (size_t i = 0; i < sizeof(tasks) / sizeof(tasks[0]); i++)
		search_tasks(search, tasks[i]);
	for (size_t i = 0; i < sizeof(storages) / sizeof(storages[0]); i++)
		if (search->title->name[0] == '\0')
			search_config(search, storages[i], "userdata/config.json");
}

/* --- docker, podman --------------------------------------------------------------------------- */

/* "/shop" */
static void search_docker(struct title_search *search, const char *folder)
{
	struct json_object config;
	char rest[PLACE_MAX], why[JSON_READ_WHY_MAX], name[TITLE_MAX];
	size_t len;

	snprintf(rest, sizeof(rest), "%s/config.v2.json", search->container->id);
	char *text = read_file(search, folder, rest, &len);
	if (text != NULL && json_read_line(&config, text, len, why) == 0) {
		const char *at = title_member(&config, "Name", name) ? name : "";

		at += *at == '/';
		title_take(search->title, at, strlen(at));
		json_read_done(&config);
	}
	free(text);
}

/* FOLDER/BELOW of a storage: one list for each way that layers are kept in. */
static void search_storage(struct title_search *search, const char *folder, const char *below)
{
	static const char *const lists[] = { "overlay-containers/containers.json",
		"overlay-containers/volatile-containers.json", "vfs-containers/containers.json",
		"vfs-containers/volatile-containers.json", "btrfs-containers/containers.json",
		"zfs-containers/containers.json" };
	char rest[PLACE_MAX], name[TITLE_MAX];
	size_t len;
	int at = open_place(search, folder);

	for (size_t i = 0; at >= 0 && i < sizeof(lists) / sizeof(lists[0]); i++) {
		if (search->title->name[0] != '\0')
			break;
		snprintf(rest, sizeof(rest), "%s/%s", below, lists[i]);
		char *text = read_below(search, at, rest, &len);
		if (text == NULL)
			continue;
		title_listed(name, text, len, search->container->id);
		title_take(search->title, name, strlen(name));
		free(text);
	}
	if (at >= 0)
		close(at);
}

/* --- all of them ------------------------------------------------------------------------------ */

/* Finds the home of the user a rootless engine runs as, in the passwd of the root that process
 * sees. By hand, as getpwuid(3) would read our own, or ask a name service. */
static void find_home(struct title_search *search)
{
	static char room[PASSWD_ROOM];
	struct passwd entry, *found;
	int fd = search->uid == UINT32_MAX
			 ? -1
			 : openat(search->root, "etc/passwd", O_RDONLY | O_CLOEXEC);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "r");

	if (fd >= 0 && file == NULL)
		close(fd);
	while (file != NULL && fgetpwent_r(file, &entry, room, sizeof(room), &found) == 0)
		if (entry.pw_uid == search->uid && entry.pw_dir[0] == '/' &&
			strlen(entry.pw_dir) < PLACE_MAX / 2)
			snprintf(search->home, sizeof(search->home), "%s", entry.pw_dir + 1);
	if (file != NULL)
		fclose(file);
}

/* Searches the files of a user's own engine: below the home no link is followed. */
static void search_home(struct title_search *search)
{
	char run[PLACE_MAX];

	find_home(search);
	if (search->home[0] == '\0')
		return;
	snprintf(run, sizeof(run), "run/user/%u", (unsigned)search->uid);
	search_storage(search, search->home, ".local/share/containers/storage");
	search_storage(search, run, "containers");
	if (search->title->name[0] == '\0' && strlen(search->home) < PLACE_MAX / 2) {
		snprintf(run, sizeof(run), "%.250s/.local/share/docker/containers", search->home);
		search_docker(search, run);
	}
}

/* Docker first, then what podman and CRI-O keep for all users. */
static void search_machine(struct title_search *search)
{
	static const char *const docker[] = { "var/lib/docker/containers",
		"var/snap/docker/common/var-lib-docker/containers" };

	for (size_t i = 0; i < sizeof(docker) / sizeof(docker[0]); i++)
		if (search->title->name[0] == '\0')
			search_docker(search, docker[i]);
	search_storage(search, "var/lib/containers/storage", "");
	search_storage(search, "run/containers/storage", "");
}

/* Whether a folder of that name would be no other place. */
static bool is_plain_name(const char *id)
{
	return id[0] != '\0' && strchr(id, '/') == NULL && id[0] != '.';
}

int title_read(struct title *title, int root, const struct cgpath *container, uint32_t uid)
{
	struct title_search search = {
		.title = title,
		.container = container,
		.root = root,
		.uid = uid,
	};

	*title = (struct title){ .name = "" };
	if (!is_plain_name(container->id))
		return -ENOENT;
	search_kubelet(&search);
	if (title->name[0] == '\0' && cgpath_is_container(container->kind)) {
		search_oci(&search);
		if (title->name[0] == '\0')
			search_machine(&search);
		if (title->name[0] == '\0')
			search_home(&search);
	}
	if (title->name[0] != '\0' || title->pod[0] != '\0')
		return 0;
	return search.refused ? -EACCES : -ENOENT;
}
