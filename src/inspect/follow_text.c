/* SPDX-License-Identifier: GPL-2.0-or-later */
/* follow_text - the text of lines, read where the program itself would read it (follow_priv.h)
 *
 * A path comes out of the memory of a stranger: only a plain file is read, and only one that the
 * process may read as well, so that nobody's file is shown in the name of another.
 */
#include "base/rooted.h"
#include "base/text.h"
#include "inspect/follow_priv.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	FILE_MOST = 16 << 20, /* bytes of a file that are read */
	TAB = 8,
};

static int open_folder(pid_t pid, const char *name)
{
	char path[48];

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
	return open(path, O_RDONLY | O_CLOEXEC | O_DIRECTORY);
}

struct follow_files follow_files_open(pid_t pid, int status)
{
	struct follow_files files = {
		.status = status,
		.root = open_folder(pid, "root"),
		.cwd = open_folder(pid, "cwd"),
	};
	struct stat its, ours;

	files.jailed = files.root >= 0 && fstat(files.root, &its) == 0 && stat("/", &ours) == 0 &&
		       (its.st_dev != ours.st_dev || its.st_ino != ours.st_ino);
	return files;
}

void follow_files_close(struct follow_files *files)
{
	if (files->root >= 0)
		close(files->root);
	if (files->cwd >= 0)
		close(files->cwd);
	files->root = files->cwd = -1;
}

/* Whether the file FD is one that the process may read: its own, or everybody's. */
static bool may_read(const struct follow_files *files, int fd)
{
	struct stat file, process;

	return fstat(fd, &file) == 0 && S_ISREG(file.st_mode) &&
	       ((file.st_mode & S_IROTH) != 0 ||
		       (fstat(files->status, &process) == 0 && process.st_uid == file.st_uid));
}

/* NULL: there is none that may be read. */
static FILE *open_source(const struct follow_files *files, const char *path)
{
	const int flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
	FILE *file = NULL;
	int fd;

	if (path[0] != '/')
		fd = openat(files->cwd, path, flags);
	else if (files->jailed)
		fd = rooted_open(files->root, path, ROOTED_ANY);
	else
		fd = open(path, flags);
	if (fd >= 0 && may_read(files, fd))
		file = fdopen(fd, "r");
	if (file == NULL && fd >= 0)
		close(fd);
	return file;
}

/* Clean, with tabs as spaces, and nothing at its end. */
static const char *clean_line(struct arena *arena, const char *text, size_t len)
{
	char wide[GROWN_SOURCE_MAX], clean[GROWN_SOURCE_MAX];
	size_t at = 0;

	for (size_t i = 0; i < len && at < sizeof(wide); i++) {
		size_t count = text[i] == '\t' ? TAB - at % TAB : 1;

		for (; count > 0 && at < sizeof(wide); count--)
			wide[at++] = text[i] == '\t' ? ' ' : text[i];
	}
	while (at > 0 && strchr(" \r\n", wide[at - 1]) != NULL)
		at--;
	return arena_text(arena, clean, text_clean(clean, sizeof(clean), wide, at));
}

/* Takes the texts of the lines that are of the file NAME, which FILE reads. */
static void take_texts(struct frame *frame, const char *name, FILE *file)
{
	char *text = NULL;
	size_t cap = 0, bytes = 0;
	ssize_t len;

	for (int32_t number = 1; bytes < FILE_MOST && (len = getline(&text, &cap, file)) > 0;
		number++) {
		bytes += (size_t)len;
		for (size_t i = 0; i < frame->ngrown_lines; i++) {
			struct grown_line *line = &frame->grown_lines[i];

			if (line->line == number && line->text[0] == '\0' &&
				strcmp(line->file, name) == 0)
				line->text = clean_line(&frame->arena, text, (size_t)len);
		}
	}
	free(text);
}

/* Whether the file of the line numbered INDEX was met with a line before that matters. */
static bool met(const struct frame *frame, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (grown_matters(&frame->growns[0], frame->grown_lines[i].net_kib) &&
			strcmp(frame->grown_lines[i].file, frame->grown_lines[index].file) == 0)
			return true;
	return false;
}

void follow_files_texts(const struct follow_files *files, struct frame *frame)
{
	for (size_t i = 0; i < frame->ngrown_lines; i++) {
		const char *name = frame->grown_lines[i].file;

		if (!grown_matters(&frame->growns[0], frame->grown_lines[i].net_kib) ||
			met(frame, i))
			continue;
		FILE *file = open_source(files, name);
		if (file == NULL)
			continue;
		take_texts(frame, name, file);
		fclose(file);
	}
}
