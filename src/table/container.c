/* SPDX-License-Identifier: GPL-2.0-or-later */
/* container - how the common runtimes name the cgroups of their containers */
#include "table/container.h"

#include <stdio.h>
#include <string.h>

enum { ID_SHOWN = 12, ID_LEAST = 32, POD_SHOWN = 8, NAME_MAX_LEN = 64 };

/* A part of the path between two slashes, without ".scope" and the like. */
struct piece {
	const char *text;
	size_t len;
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

static struct piece without_suffix(struct piece piece)
{
	static const char *const suffixes[] = { ".scope", ".service", ".slice" };

	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		size_t len = strlen(suffixes[i]);
		if (piece.len > len && strncmp(piece.text + piece.len - len, suffixes[i], len) == 0)
			piece.len -= len;
	}
	return piece;
}

/* The last piece that ends at or before END of PATH; false at the root. */
static bool last_piece(const char *path, size_t *end, struct piece *piece)
{
	size_t to = *end;

	while (to > 0 && path[to - 1] == '/')
		to--;
	size_t from = to;
	while (from > 0 && path[from - 1] != '/')
		from--;
	*end = from;
	*piece = without_suffix((struct piece){ path + from, to - from });
	return to > from;
}

static bool is_id(struct piece piece)
{
	return piece.len >= ID_LEAST && strspn(piece.text, "0123456789abcdef") >= piece.len;
}

/* systemd writes a '-' within a name as \x2d. */
static void copy_name(char *out, size_t size, struct piece piece)
{
	size_t len = 0, i = 0;

	for (; i < piece.len && len + 1 < size; i++) {
		bool dash = piece.len - i >= 4 && strncmp(piece.text + i, "\\x2d", 4) == 0;
		out[len++] = piece.text[i];
		if (dash) {
			out[len - 1] = '-';
			i += 3;
		}
	}
	/* never half a character */
	if (i < piece.len && ((unsigned char)piece.text[i] & 0xc0) == 0x80) {
		while (len > 0 && ((unsigned char)out[len - 1] & 0xc0) == 0x80)
			len--;
		len -= len > 0;
	}
	out[len] = '\0';
}

/* Runtimes that prefix a number, and those that prefix a name. */
static bool prefixed(struct piece piece, char *out, size_t size)
{
	static const struct {
		const char *prefix, *runtime;
		bool id;
	} known[] = {
		{ "docker-", "docker", true },
		{ "libpod-payload-", "podman", true },
		{ "libpod-", "podman", true },
		{ "cri-containerd-", "containerd", true },
		{ "nerdctl-", "containerd", true },
		{ "crio-", "cri-o", true },
		{ "lxc.payload.", "lxc", false },
		{ "systemd-nspawn@", "nspawn", false },
		{ "machine-", "machine", false },
	};
	char name[NAME_MAX_LEN];

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		size_t len = strlen(known[i].prefix);
		struct piece rest = { piece.text + len, piece.len - len };
		if (!begins(piece, known[i].prefix) || (known[i].id && !is_id(rest)))
			continue;
		if (known[i].id)
			rest.len = ID_SHOWN;
		copy_name(name, sizeof(name), rest);
		snprintf(out, size, "%s %s", known[i].runtime, name);
		return true;
	}
	return false;
}

/* A bare number or name: the piece above it says what it is. */
static bool below(struct piece piece, struct piece above, char *out, size_t size)
{
	char name[NAME_MAX_LEN];

	if (is_id(piece)) {
		snprintf(out, size, "%s%.*s", is(above, "docker") ? "docker " : "", ID_SHOWN,
			piece.text);
		return true;
	}
	if (!is(above, "lxc") && !is(above, "lxc.payload"))
		return false;
	copy_name(name, sizeof(name), piece);
	snprintf(out, size, "lxc %s", name);
	return true;
}

/* "kubepods-burstable-pod4f1c2d3e_...": the pod the container is part of. */
static void add_pod(char *out, size_t size, const char *path)
{
	const char *pods = strstr(path, "kubepods");
	size_t len = strlen(out);

	for (const char *at = pods; at && (at = strstr(at, "pod")); at += 3)
		if (strspn(at + 3, "0123456789abcdef") >= POD_SHOWN) {
			snprintf(out + len, size - len, ", pod %.*s", POD_SHOWN, at + 3);
			return;
		}
}

bool container_name(const char *path, char out[CONTAINER_NAME_MAX])
{
	struct piece piece, above;
	size_t end = strlen(path);

	while (last_piece(path, &end, &piece)) {
		size_t up = end;
		if (!last_piece(path, &up, &above))
			above = (struct piece){ "", 0 };
		if (prefixed(piece, out, CONTAINER_NAME_MAX) ||
			below(piece, above, out, CONTAINER_NAME_MAX)) {
			add_pod(out, CONTAINER_NAME_MAX, path);
			return true;
		}
	}
	return false;
}
