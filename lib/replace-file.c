/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A file for other programs, such as a web server: replaced whole, or left unchanged. */
#include <errno.h>
#include <libgen.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/file.h"
#include "lib/replace-file.h"
#include "lib/secure-path.h"

/* Checks the folder, for root: as another user, one can lose nothing but one's own files. */
static int check_folder(const char *path, struct strbuf *reason)
{
	_cleanup_free_ char *copy = strdup(path);
	_cleanup_close_ int fd = -1;

	if (!copy)
		return -ENOMEM;
	if (geteuid() != 0)
		return 0;
	fd = secure_path_open_folder(dirname(copy), reason);
	return fd < 0 ? fd : reason->error;
}

static int check_present(const char *path)
{
	struct stat status;

	if (lstat(path, &status) < 0)
		return errno == ENOENT && *path ? 0 : -errno;
	if (S_ISDIR(status.st_mode))
		return -EISDIR;
	return S_ISREG(status.st_mode) ? 0 : -EINVAL;
}

int replace_file_open(struct replace_file *file, const char *path, struct strbuf *reason)
{
	int r = check_present(path);

	if (r == 0)
		r = check_folder(path, reason);
	file->path = path;
	return r < 0 ? r : fresh_make(&file->fresh, path);
}

int replace_file_write(const struct replace_file *file, const void *bytes, size_t length)
{
	return file_write_all(file->fresh.fd, bytes, length);
}

int replace_file_keep(struct replace_file *file)
{
	if (fchmod(file->fresh.fd, 0644) < 0)
		return -errno;
	return fresh_keep(&file->fresh, file->path, true);
}

void replace_file_release(struct replace_file *file)
{
	fresh_release(&file->fresh);
}
