/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A file, a link or a folder below the root, as an entry of the archive. */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "src/gpupci/capture/member.h"
#include "src/gpupci/capture/tar.h"
#include "src/gpupci/scan/sysfs.h"

#define CHUNK_SIZE 65536

/* Whether the error says that there is nothing to gather, rather than that we cannot go on. */
int member_leave_out(struct gathering *g, int error)
{
	if (error == -EACCES || error == -EPERM)
		g->denied++;
	return error == -ENOMEM ? error : 0;
}

int member_set_path(struct gathering *g, const char *folder, const char *name)
{
	strbuf_reset(&g->path);
	strbuf_add_format(&g->path, "%s/%s%s%s", g->host->scan.root.folder, folder,
			  name[0] ? "/" : "", name);
	return g->path.error;
}

/* The path in the archive of what g->path is: without the root and its slash. */
const char *member_path(const struct gathering *g)
{
	return strbuf_text(&g->path) + strlen(g->host->scan.root.folder) + 1;
}

int member_read(const char *path, size_t most, char **ret_bytes, size_t *ret_length)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	_cleanup_free_ char *bytes = NULL;
	struct stat status;
	size_t length = 0;
	ssize_t got;

	if (fd < 0 || fstat(fd, &status) < 0)
		return -errno;
	if (!S_ISREG(status.st_mode))
		return -EINVAL;
	bytes = malloc(most + 1);
	if (!bytes)
		return -ENOMEM;
	do {
		size_t room = most + 1 - length;

		/* /proc/sys makes itself a buffer as large as what is asked for. */
		got = read(fd, bytes + length, room < CHUNK_SIZE ? room : CHUNK_SIZE);
		if (got < 0)
			return -errno;
		length += (size_t)got;
	} while (got > 0 && length <= most);
	if (length > most)
		return -EFBIG;
	*ret_length = length;
	*ret_bytes = take_pointer(bytes);
	return 0;
}

int member_add_file(struct gathering *g)
{
	_cleanup_free_ char *bytes = NULL;
	size_t length = 0;
	int error =
		member_read(strbuf_text(&g->path), MEMBER_MOST_BYTES, &bytes, &length);

	if (error < 0)
		return member_leave_out(g, error);
	return tar_add_file(g->file, member_path(g), bytes, length);
}

int member_add_link(struct gathering *g)
{
	char target[PATH_MAX];
	ssize_t length = readlink(strbuf_text(&g->path), target, sizeof(target) - 1);

	if (length < 0)
		return member_leave_out(g, -errno);
	target[length] = '\0';
	return tar_add_link(g->file, member_path(g), target);
}

int member_add_anything(struct gathering *g)
{
	struct stat status;

	if (lstat(strbuf_text(&g->path), &status) < 0)
		return member_leave_out(g, -errno);
	if (S_ISLNK(status.st_mode))
		return member_add_link(g);
	if (S_ISDIR(status.st_mode))
		return tar_add_folder(g->file, member_path(g));
	return member_add_file(g);
}

/* The pattern below the root, whose own letters are no pattern. */
static int set_pattern(struct gathering *g, const char *pattern)
{
	strbuf_reset(&g->path);
	for (const char *c = g->host->scan.root.folder; *c; c++) {
		if (strchr("*?[]\\", *c))
			strbuf_add_char(&g->path, '\\');
		strbuf_add_char(&g->path, *c);
	}
	strbuf_add_format(&g->path, "/%s", pattern);
	return g->path.error;
}

/* The file at g->path; -ETIMEDOUT where the kernel does not hand it out in time. */
int member_add_locked(struct gathering *g)
{
	struct root *root = &g->host->scan.root;
	uint8_t bytes[SYSFS_LOCKED_SIZE];
	size_t length;
	int error;

	root->deadline.milliseconds = 1000 * root->timeout;
	error = deadline_read_bytes(&root->deadline, strbuf_text(&g->path), bytes,
				    sizeof(bytes), &length);
	if (error < 0)
		return error == -ETIMEDOUT ? error : member_leave_out(g, error);
	return tar_add_file(g->file, member_path(g), bytes, length);
}

int member_add_pattern(struct gathering *g, const char *pattern,
		       int (*add)(struct gathering *g))
{
	glob_t found = { 0 };
	int error = set_pattern(g, pattern);

	if (error < 0)
		return error;
	if (glob(strbuf_text(&g->path), 0, NULL, &found) == GLOB_NOSPACE)
		error = -ENOMEM;
	for (size_t i = 0; i < found.gl_pathc && error == 0; i++) {
		strbuf_reset(&g->path);
		strbuf_add_string(&g->path, found.gl_pathv[i]);
		error = g->path.error ? g->path.error : add(g);
	}
	globfree(&found);
	return error;
}

int member_add_files(struct gathering *g, const char *folder, const char *const *names,
		     size_t count)
{
	int error = 0;

	for (size_t i = 0; i < count && error == 0; i++) {
		error = member_set_path(g, folder, names[i]);
		if (error == 0)
			error = member_add_file(g);
	}
	return error;
}
