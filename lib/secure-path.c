/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether code in a file may be trusted. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/cleanup.h"
#include "lib/secure-path.h"

int secure_path_check_status(const struct stat *status)
{
	if (status->st_uid != 0 && status->st_uid != geteuid())
		return -EPERM;
	return (status->st_mode & (S_IWGRP | S_IWOTH)) != 0 ? -EPERM : 0;
}

int secure_path_check(const char *path)
{
	struct stat status;

	if (stat(path, &status) < 0)
		return -errno;
	return secure_path_check_status(&status);
}

int secure_path_program_folder(char **ret_folder)
{
	size_t size = 256;

	for (;;) {
		_cleanup_free_ char *path = malloc(size);
		ssize_t length;
		char *slash;

		if (!path)
			return -ENOMEM;
		length = readlink("/proc/self/exe", path, size);
		if (length < 0)
			return -errno;
		if ((size_t)length == size) {
			size *= 2;
			continue;
		}
		path[length] = '\0';
		slash = strrchr(path, '/');
		if (!slash)
			return -ENOENT;
		*slash = '\0';
		*ret_folder = take_pointer(path);
		return 0;
	}
}
