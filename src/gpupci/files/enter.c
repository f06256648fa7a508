/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Making the folder of --sysroot the root of this process. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "src/gpupci/files/enter.h"

static const char *entered; /* the folder, or NULL; main()'s */

int root_enter(const char *folder)
{
	if (!folder[0] || geteuid() != 0)
		return 0;
	/* Whoever reads the first file says that the folder is missing. */
	if (chroot(folder) < 0)
		return errno == ENOENT || errno == ENOTDIR ? 0 : -errno;
	if (chdir("/") < 0)
		return -errno;
	entered = folder;
	return 0;
}

const char *root_entered(const char *path)
{
	size_t length = entered ? strlen(entered) : 0;

	return length && strncmp(path, entered, length) == 0 ? path + length : path;
}
