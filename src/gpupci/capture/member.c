/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A file, a link or a folder below the root, as an entry of the archive. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/cleanup.h"
#include "src/gpupci/capture/member.h"
#include "src/gpupci/capture/tar.h"
#include "src/gpupci/files/enter.h"
#include "src/gpupci/scan/sysfs.h"

/* Whether the error means nothing to gather, rather than a failure of the run. */
int member_leave_out(struct gathering *g, int error)
{
	if (error == -EACCES || error == -EPERM)
		g->denied++;
	return error == -ENOMEM ? error : 0;
}

/* The root of everything that is gathered. */
static struct root *root_of(const struct gathering *g)
{
	return &g->host->scan.root;
}

int member_set_path(struct gathering *g, const char *folder, const char *name)
{
	return root_set_path(root_of(g), "/%s%s%s", folder, name[0] ? "/" : "", name);
}

const char *member_path(const struct gathering *g)
{
	const struct root *root = root_of(g);

	return strbuf_text(&root->path) + strlen(root->folder) + 1;
}

static int add_file(struct gathering *g)
{
	_cleanup_free_ char *bytes = NULL;
	size_t length = 0;
	int error = root_here_file(root_of(g), MEMBER_MOST_BYTES, &bytes, &length);

	if (error < 0)
		return member_leave_out(g, error);
	return tar_add_file(g->file, member_path(g), bytes, length);
}

int member_add_link(struct gathering *g)
{
	_cleanup_free_ char *target = NULL;
	int error = root_here_link(root_of(g), &target);

	if (error < 0)
		return member_leave_out(g, error);
	return tar_add_link(g->file, member_path(g), target);
}

int member_add_anything(struct gathering *g)
{
	mode_t mode;
	int error = root_here_mode(root_of(g), &mode);

	if (error < 0)
		return member_leave_out(g, error);
	if (S_ISLNK(mode))
		return member_add_link(g);
	if (S_ISDIR(mode))
		return tar_add_folder(g->file, member_path(g));
	return add_file(g);
}

/* Reads the current file; -ETIMEDOUT if the kernel does not answer in time. */
int member_add_locked(struct gathering *g)
{
	uint8_t bytes[SYSFS_LOCKED_SIZE];
	size_t length;
	int error = root_here_locked(root_of(g), bytes, sizeof(bytes), &length);

	if (error < 0)
		return error == -ETIMEDOUT ? error : member_leave_out(g, error);
	return tar_add_file(g->file, member_path(g), bytes, length);
}

int member_add_pattern(struct gathering *g, const char *pattern,
		       int (*add)(struct gathering *g))
{
	struct root *root = root_of(g);
	struct strbuf *path = &root->path;
	glob_t found;
	int error = root_match(root, pattern, &found);

	for (size_t i = 0; i < found.gl_pathc && error == 0; i++) {
		strbuf_reset(path);
		strbuf_add_string(path, root->folder);
		strbuf_add_string(path,
				  found.gl_pathv[i] + strlen(root_entered(root->folder)));
		error = path->error ? path->error : add(g);
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
			error = add_file(g);
	}
	return error;
}
