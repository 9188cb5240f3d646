/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cgpath - the forms of paths that engines and systemd give their cgroups; no figures, no files */
#include "base/cgpath.h"

#include <string.h>

enum { ID_LEAST = 32, POD_UID_LEAST = 8 };

#define HEX_DIGITS "0123456789abcdef"

enum unit { UNIT_NONE, UNIT_SCOPE, UNIT_SERVICE, UNIT_SLICE };

/* A part of the path between two slashes.  LEN is without ".scope" and the like, END with it. */
struct piece {
	const char *text;
	size_t len;
	size_t end; /* of the whole piece, from the path's start */
	enum unit unit;
};

static bool begins(struct piece piece, const char *prefix)
{
	size_t len = strlen(prefix);

	return piece.len > len && strncmp(piece.text, prefix, len) == 0;
}

static bool is(struct piece piece, const char *text)
{
	return piece.len == strlen(text) && strncmp(piece.text, text, piece.len) == 0;
}

static struct piece after(struct piece piece, size_t len)
{
	piece.text += len;
	piece.len -= len;
	return piece;
}

static void take_suffix(struct piece *piece)
{
	static const struct {
		const char *text;
		enum unit unit;
	} suffixes[] = {
		{ ".scope", UNIT_SCOPE },
		{ ".service", UNIT_SERVICE },
		{ ".slice", UNIT_SLICE },
	};

	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		size_t len = strlen(suffixes[i].text);
		if (piece->len <= len ||
			strncmp(piece->text + piece->len - len, suffixes[i].text, len) != 0)
			continue;
		piece->len -= len;
		piece->unit = suffixes[i].unit;
		return;
	}
}

/* The last piece that ends at or before *END of PATH; false at the root. */
static bool last_piece(const char *path, size_t *end, struct piece *piece)
{
	size_t to = *end;

	while (to > 0 && path[to - 1] == '/')
		to--;
	size_t from = to;
	while (from > 0 && path[from - 1] != '/')
		from--;
	*end = from;
	*piece = (struct piece){ path + from, to - from, to, UNIT_NONE };
	take_suffix(piece);
	return to > from;
}

static bool is_id(struct piece piece)
{
	return piece.len >= ID_LEAST && piece.len < CGPATH_ID_MAX &&
	       strspn(piece.text, HEX_DIGITS) >= piece.len;
}

static int hex_digit(char c)
{
	const char *at = c ? strchr(HEX_DIGITS, c) : NULL;

	return at != NULL ? (int)(at - HEX_DIGITS) : -1;
}

/* systemd writes what it reserves as \x2d; 0 where TEXT is no such thing, or nothing to print. */
static char unescaped(const char *text, size_t left)
{
	if (left < 4 || text[0] != '\\' || text[1] != 'x')
		return 0;
	int high = hex_digit(text[2]);
	int low = hex_digit(text[3]);
	if (high < 0 || low < 0)
		return 0;
	int c = high * 16 + low;
	return c > ' ' && c < 0x7f ? (char)c : 0;
}

/* At most MOST bytes of LEN, never half a character. */
static size_t cut_length(const char *text, size_t len, size_t most)
{
	if (len <= most)
		return len;
	while (most > 0 && ((unsigned char)text[most] & 0xc0) == 0x80)
		most--;
	return most;
}

static void copy_name(char *out, size_t size, const char *text, size_t text_len)
{
	size_t len = 0, i = 0;

	for (; i < text_len && len + 1 < size; i++) {
		char c = unescaped(text + i, text_len - i);
		out[len++] = c ? c : text[i];
		if (c)
			i += 3;
	}
	/* never half a character */
	if (i < text_len && ((unsigned char)text[i] & 0xc0) == 0x80) {
		while (len > 0 && ((unsigned char)out[len - 1] & 0xc0) == 0x80)
			len--;
		len -= len > 0;
	}
	out[len] = '\0';
}

static void found(struct cgpath *out, enum cgpath_kind kind, struct piece piece, struct piece name)
{
	out->kind = kind;
	out->len = piece.end;
	copy_name(out->name, sizeof(out->name), name.text, name.len);
}

static void found_id(struct cgpath *out, enum cgpath_kind kind, struct piece piece, struct piece id)
{
	size_t len = cut_length(id.text, id.len, CGPATH_ID_MAX - 1);

	memcpy(out->id, id.text, len);
	out->id[len] = '\0';
	/* buildkit calls them as it likes, not only by digits */
	id.len = cut_length(id.text, id.len, CGPATH_ID_SHOWN);
	found(out, kind, piece, id);
}

/* Known prefixes, and what stands behind each: a number, or a name. */
static const struct prefix {
	const char *text;
	enum cgpath_kind kind;
	bool id;
} prefixes[] = {
	{ "docker-", CGPATH_DOCKER, true },
	{ "libpod-conmon-", CGPATH_MONITOR, true },
	{ "libpod-payload-", CGPATH_PODMAN, true },
	{ "libpod-", CGPATH_PODMAN, true },
	{ "cri-containerd-", CGPATH_CONTAINERD, true },
	{ "nerdctl-", CGPATH_NERDCTL, true },
	{ "crio-conmon-", CGPATH_MONITOR, true },
	{ "crio-", CGPATH_CRIO, true },
	{ "lxc.payload.", CGPATH_LXC, false },
	{ "lxc.monitor.", CGPATH_MONITOR, false },
	{ "systemd-nspawn@", CGPATH_NSPAWN, false },
	{ "machine-", CGPATH_MACHINE, false },
};

/* "qemu\x2d3\x2dweb", "lxc\x2d411\x2dweb", as libvirt calls its machines: the name behind the
 * second dash. */
static bool read_virtual(struct cgpath *out, struct piece piece, struct piece name)
{
	size_t skip = strcspn(name.text, "\\") + strlen("\\x2d");
	bool lxc = begins(name, "lxc\\x2d");

	if (!begins(name, "qemu\\x2d") && !lxc)
		return false;
	skip += strspn(name.text + skip, "0123456789");
	if (name.len > skip + 4 && strncmp(name.text + skip, "\\x2d", 4) == 0)
		name = after(name, skip + 4);
	else if (lxc)
		return false;
	found(out, lxc ? CGPATH_LXC : CGPATH_VM, piece, name);
	return true;
}

static bool read_prefixed(struct cgpath *out, struct piece piece, struct piece text)
{
	/* a slice only holds such: "machine-web.slice" is no machine */
	if (piece.unit == UNIT_SLICE)
		return false;
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		struct piece rest = after(text,
			begins(text, prefixes[i].text) ? strlen(prefixes[i].text) : 0);
		if (rest.len == text.len || (prefixes[i].id && !is_id(rest)))
			continue;
		if (prefixes[i].kind == CGPATH_MACHINE && read_virtual(out, piece, rest))
			return true;
		if (prefixes[i].id)
			found_id(out, prefixes[i].kind, piece, rest);
		else
			found(out, prefixes[i].kind, piece, rest);
		return true;
	}
	return false;
}

/* "system.slice:docker:ID", "...pod1f.slice:cri-containerd:ID": what an engine that was told of
 * systemd names, and does not use systemd, makes of them. */
static bool read_colons(struct cgpath *out, struct piece piece)
{
	static const struct prefix engines[] = {
		{ "docker", CGPATH_DOCKER, true },
		{ "libpod", CGPATH_PODMAN, true },
		{ "cri-containerd", CGPATH_CONTAINERD, true },
		{ "nerdctl", CGPATH_NERDCTL, true },
		{ "crio", CGPATH_CRIO, true },
	};
	size_t at = piece.len, from;

	while (at > 0 && piece.text[at - 1] != ':')
		at--;
	if (at < 2 || !is_id(after(piece, at)))
		return false;
	for (from = at - 1; from > 0 && piece.text[from - 1] != ':';)
		from--;
	struct piece engine = { piece.text + from, at - 1 - from, 0, UNIT_NONE };
	for (size_t i = 0; i < sizeof(engines) / sizeof(engines[0]); i++)
		if (is(engine, engines[i].text)) {
			found_id(out, engines[i].kind, piece, after(piece, at));
			return true;
		}
	return false;
}

/* A bare number or name: the piece above it says what it is. */
static bool read_below(struct cgpath *out, struct piece piece, struct piece above)
{
	if (is(above, "buildkit") && above.unit == UNIT_NONE) {
		found_id(out, CGPATH_BUILDKIT, piece, piece);
		return true;
	}
	if (is_id(piece) && piece.unit == UNIT_NONE) {
		found_id(out, is(above, "docker") ? CGPATH_DOCKER : CGPATH_CONTAINER, piece, piece);
		return true;
	}
	if (is(above, "libpod_parent") && is(piece, "conmon")) {
		found(out, CGPATH_MONITOR, piece, piece);
		return true;
	}
	if (!is(above, "lxc") && !is(above, "lxc.payload") && !is(above, "lxc.monitor"))
		return false;
	found(out, is(above, "lxc.monitor") ? CGPATH_MONITOR : CGPATH_LXC, piece, piece);
	return true;
}

/* Where TEXT begins in the piece; its length: nowhere. */
static size_t place_in(struct piece piece, const char *text)
{
	size_t len = strlen(text), at = 0;

	while (at + len < piece.len && strncmp(piece.text + at, text, len) != 0)
		at++;
	return at + len < piece.len ? at : piece.len;
}

/* The part of "kubepods-burstable-pod4f1c_..." or "pod4f1c-..." that is the pod's uid; len 0.  In a
 * cluster whose nodes are containers it is "kubelet-kubepods-...". */
static struct piece pod_uid(struct piece piece)
{
	struct piece rest = { NULL, 0, 0, UNIT_NONE };

	if (place_in(piece, "kubepods-") < piece.len) {
		for (size_t i = place_in(piece, "kubepods-"); i + 4 < piece.len; i++)
			if (strncmp(piece.text + i, "-pod", 4) == 0)
				rest = after(piece, i + 4);
	} else if (begins(piece, "pod")) {
		rest = after(piece, 3);
	}
	if (rest.len < POD_UID_LEAST || rest.len >= CGPATH_UID_MAX ||
		strspn(rest.text, HEX_DIGITS "-_") < rest.len)
		rest.len = 0;
	return rest;
}

/* Kubernetes writes the class of a pod into the path above it, but for the guaranteed ones, which
 * stand right below kubepods. */
static enum cgpath_qos pod_qos(const char *path, size_t len)
{
	static const struct {
		const char *text;
		enum cgpath_qos qos;
	} classes[] = {
		{ "burstable", CGPATH_BURSTABLE },
		{ "besteffort", CGPATH_BEST_EFFORT },
	};

	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
		const char *at = strstr(path, classes[i].text);
		if (at != NULL && at < path + len)
			return classes[i].qos;
	}
	return CGPATH_GUARANTEED;
}

static bool read_pod(struct cgpath *out, const char *path, struct piece piece)
{
	/* "machine-libpod_pod_ID", of a user "user-libpod_pod_ID", without systemd neither */
	static const char podman[] = "libpod_pod_";
	struct piece uid = pod_uid(piece);
	size_t from = place_in(piece, podman);

	if (from < piece.len && is_id(after(piece, from + strlen(podman)))) {
		found_id(out, CGPATH_POD, piece, after(piece, from + strlen(podman)));
		return true;
	}
	if (uid.len == 0)
		return false;
	memcpy(out->pod, uid.text, uid.len);
	out->pod[uid.len] = '\0';
	for (char *at = out->pod; (at = strchr(at, '_'));)
		*at = '-';
	out->qos = pod_qos(path, piece.end);
	uid.text = out->pod;
	found_id(out, CGPATH_POD, piece, uid);
	return true;
}

/* The pod above a container that was found. */
static void add_pod(struct cgpath *out, const char *path, size_t end)
{
	struct cgpath pod = { 0 };
	struct piece piece;

	while (last_piece(path, &end, &piece))
		if (read_pod(&pod, path, piece)) {
			memcpy(out->pod, pod.pod, sizeof(out->pod));
			out->qos = pod.qos;
			return;
		}
}

static bool is_user_manager(struct piece piece)
{
	return piece.unit == UNIT_SERVICE && begins(piece, "user@");
}

/* A service of a user's own manager (user@1000.service) is that user's, and no service of the
 * machine. */
static bool below_user_manager(const char *path, size_t end)
{
	struct piece piece;

	while (last_piece(path, &end, &piece))
		if (is_user_manager(piece))
			return true;
	return false;
}

/* A unit keeps its suffix: nginx.service may stand beside nginx.socket. */
static void read_unit(struct cgpath *out, const char *path, struct piece piece)
{
	bool user = below_user_manager(path, (size_t)(piece.text - path));
	struct piece whole = piece;

	whole.len = piece.end - (size_t)(piece.text - path);
	if (piece.unit == UNIT_SERVICE)
		found(out, user ? CGPATH_USER_SERVICE : CGPATH_SERVICE, piece, whole);
	else
		found(out, user ? CGPATH_USER_SCOPE : CGPATH_SCOPE, piece, whole);
}

static bool is_branch(struct piece piece)
{
	return piece.unit == UNIT_SLICE || is_user_manager(piece) || is(piece, "kubepods") ||
	       is(piece, "docker") || is(piece, "lxc") || is(piece, "lxc.payload") ||
	       is(piece, "buildkit");
}

/* No container: the innermost unit, a branch, or a cgroup of somebody's own. */
static void read_rest(struct cgpath *out, const char *path)
{
	size_t end = strlen(path);
	struct piece last;

	if (!last_piece(path, &end, &last)) {
		*out = (struct cgpath){ .kind = CGPATH_ROOT, .len = 1, .name = "/" };
		return;
	}
	struct piece piece = last;
	do {
		if ((piece.unit == UNIT_SCOPE || piece.unit == UNIT_SERVICE) &&
			!is_user_manager(piece)) {
			read_unit(out, path, piece);
			return;
		}
	} while (last_piece(path, &end, &piece));
	struct piece branch = last;
	last.len = last.end - (size_t)(last.text - path);
	found(out, CGPATH_PLAIN, last, last);
	/* "/kubepods/burstable" */
	bool inner = strncmp(path, "/kubepods/", strlen("/kubepods/")) == 0;
	if (is_branch(branch) || inner)
		out->kind = CGPATH_SLICE;
}

/* From the innermost piece outwards: a container may have cgroups of its own below it (its systemd,
 * a delegated tree), and they are all the container's. */
void cgpath_read(struct cgpath *out, const char *path)
{
	struct piece piece, above;
	size_t end = strlen(path);

	*out = (struct cgpath){ 0 };
	bool payload = false; /* the piece below, which systemd-nspawn makes in the scope of each */
	for (; last_piece(path, &end, &piece); payload = is(piece, "payload")) {
		size_t up = end;
		if (!last_piece(path, &up, &above))
			above = (struct piece){ "", 0, 0, UNIT_NONE };
		if (read_pod(out, path, piece))
			return;
		if (!read_prefixed(out, piece, piece) && !read_colons(out, piece) &&
			!read_below(out, piece, above))
			continue;
		if (payload && out->kind == CGPATH_MACHINE)
			out->kind = CGPATH_NSPAWN;
		add_pod(out, path, end);
		return;
	}
	read_rest(out, path);
}

bool cgpath_is_row(const struct cgpath *read, const char *path)
{
	return read->kind != CGPATH_SLICE && path[read->len] == '\0';
}

bool cgpath_is_container(enum cgpath_kind kind)
{
	return kind >= CGPATH_DOCKER && kind < CGPATH_KINDS;
}

const char *cgpath_kind_name(enum cgpath_kind kind)
{
	static const char *const names[CGPATH_KINDS] = {
		[CGPATH_ROOT] = "root",
		[CGPATH_PLAIN] = "cgroup",
		[CGPATH_SLICE] = "slice",
		[CGPATH_SERVICE] = "service",
		[CGPATH_SCOPE] = "scope",
		[CGPATH_USER_SERVICE] = "user service",
		[CGPATH_USER_SCOPE] = "user scope",
		[CGPATH_POD] = "pod",
		[CGPATH_MONITOR] = "monitor",
		[CGPATH_DOCKER] = "docker",
		[CGPATH_PODMAN] = "podman",
		[CGPATH_CONTAINERD] = "containerd",
		[CGPATH_CRIO] = "cri-o",
		[CGPATH_NERDCTL] = "nerdctl",
		[CGPATH_LXC] = "lxc",
		[CGPATH_NSPAWN] = "nspawn",
		[CGPATH_MACHINE] = "machine",
		[CGPATH_VM] = "vm",
		[CGPATH_BUILDKIT] = "buildkit",
		[CGPATH_CONTAINER] = "container",
	};

	return names[kind];
}

size_t cgpath_above(const char *path, size_t len)
{
	if (len <= 1)
		return 0;
	while (len > 0 && path[len - 1] != '/')
		len--;
	return len > 1 ? len - 1 : len;
}
