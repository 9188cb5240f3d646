/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/lib/made_tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void need(int right, const char *what)
{
	if (right)
		return;
	perror(what);
	exit(1);
}

void made_tree_init(struct made_tree *tree)
{
	const char *base = getenv("TMPDIR");

	snprintf(tree->dir, sizeof(tree->dir), "%s/memtop-tree-XXXXXX",
		base != NULL && strlen(base) < 32 ? base : "/tmp");
	need(mkdtemp(tree->dir) != NULL, "mkdtemp");
	tree->fd = open(tree->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	need(tree->fd >= 0, tree->dir);
}

static int remove_one(const char *path, const struct stat *info, int type, struct FTW *ftw)
{
	(void)info;
	(void)type;
	(void)ftw;
	return remove(path);
}

static void remove_all(const char *path)
{
	nftw(path, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

void made_tree_done(struct made_tree *tree)
{
	close(tree->fd);
	remove_all(tree->dir);
}

void made_tree_write(const struct made_tree *tree, const char *name, const char *text)
{
	char path[512];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", tree->dir, name);
	for (char *slash = path + strlen(tree->dir) + 1; (slash = strchr(slash, '/')) != NULL;
		slash++) {
		*slash = '\0';
		mkdir(path, 0755);
		*slash = '/';
	}
	file = fopen(path, "we");
	need(file != NULL, path);
	fputs(text, file);
	fclose(file);
}

void made_tree_process(const struct made_tree *tree, int32_t pid, const char *comm, uint64_t start,
	unsigned long rss, unsigned long shared, unsigned long ticks)
{
	char name[64], text[1024];

	snprintf(name, sizeof(name), "%d/stat", (int)pid);
	snprintf(text, sizeof(text),
		"%d (%s) S 1 1 1 0 -1 %d 10 0 2 0 %lu 0 0 0 20 0 1 0 %llu %lu %lu 0\n", (int)pid,
		comm, *comm == '[' ? 0x200000 : 0, ticks, (unsigned long long)start, rss * 8192,
		rss);
	made_tree_write(tree, name, text);
	snprintf(name, sizeof(name), "%d/statm", (int)pid);
	snprintf(text, sizeof(text), "%lu %lu %lu 0 0 0 0\n", rss * 2, rss, shared);
	made_tree_write(tree, name, text);
	snprintf(name, sizeof(name), "%d/status", (int)pid);
	snprintf(text, sizeof(text),
		"Name:\t%s\nState:\tS (sleeping)\nPPid:\t1\nUid:\t7\t8\t9\t10\n"
		"VmHWM:\t%lu kB\nRssAnon:\t%lu kB\nRssFile:\t%lu kB\nRssShmem:\t0 kB\nVmSwap:\t8 kB\n"
		"Threads:\t1\n",
		comm, rss * 8, (rss - shared) * 4, shared * 4);
	made_tree_write(tree, name, text);
}

void made_tree_end(const struct made_tree *tree, int32_t pid)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%d", tree->dir, (int)pid);
	remove_all(path);
}

void made_tree_remove(const struct made_tree *tree, const char *name)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/%s", tree->dir, name);
	remove_all(path);
}
